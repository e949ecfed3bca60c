package infra

import (
	"encoding/json"
	"errors"
	"io"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// module is the path that all of our packages begin with.
const module = "github.com/kithhq/kith/"

// nouns hold the rules. They know no AWS, no HTTP and no environment.
var nouns = []string{
	"action", "campaign", "contact", "export", "fault", "id", "metrics", "mobilizer", "organization", "user", "voter",
}

// layers in the order in which they may import one another: each only those after it. Packages of one layer may import
// one another.
var layers = [][]string{
	{"boot"},
	{"httpapi", "stream", "mail", "objects"},
	{"apigw", "dynamo"},
	nouns,
}

type goPackage struct {
	ImportPath string
	Imports    []string
	Deps       []string
	Standard   bool
}

func TestNounsKnowOnlyRules(t *testing.T) {
	packages := list(t, "../internal/...")
	for _, noun := range nouns {
		p, ok := packages[module+"internal/"+noun]
		if !ok {
			continue
		}
		for _, reached := range p.Deps {
			if strings.HasPrefix(reached, "github.com/aws/") || reached == "net/http" {
				t.Errorf("internal/%s reaches %s", noun, reached)
			}
		}
		if slices.Contains(p.Imports, "os") {
			t.Errorf("internal/%s imports os", noun)
		}
	}
}

func TestImportsPointOneWay(t *testing.T) {
	layerOf := map[string]int{}
	for i, layer := range layers {
		for _, name := range layer {
			layerOf[module+"internal/"+name] = i
		}
	}
	for path, p := range list(t, "../internal/...", "../functions/...") {
		from, ranked := layerOf[path]
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, module+"functions/") || strings.HasPrefix(imported, module+"infra") {
				t.Errorf("%s imports %s, which nothing may", path, imported)
			}
			if to, ok := layerOf[imported]; ok && ranked && to < from {
				t.Errorf("%s imports %s: that points upward", path, imported)
			}
		}
		if strings.HasPrefix(path, module+"functions/") && slices.Contains(p.Deps, "html/template") {
			t.Errorf("%s reaches html/template, which makes the program larger and slower to start", path)
		}
	}
}

func list(t *testing.T, patterns ...string) map[string]goPackage {
	t.Helper()
	fields := "-json=ImportPath,Imports,Deps,Standard"
	out, err := exec.CommandContext(t.Context(), "go", append([]string{"list", fields}, patterns...)...).Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	packages := map[string]goPackage{}
	for decoder := json.NewDecoder(strings.NewReader(string(out))); ; {
		var p goPackage
		err := decoder.Decode(&p)
		if errors.Is(err, io.EOF) {
			return packages
		}
		if err != nil {
			t.Fatal(err)
		}
		packages[p.ImportPath] = p
	}
}
