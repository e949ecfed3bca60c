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
	"action", "campaign", "contact", "csv", "export", "export/dataset", "export/file", "export/schedule", "export/schema", "fault", "id", "invitation", "invitation/list", "job", "metrics", "mobilizer", "organization", "pipeline", "text",
	"user", "voter",
}

// outside are the packages that use a whole Kith from outside, as people do. They know nothing of how it is made.
var outside = []string{"apiclient", "demo", "e2e"}

// routeGroups hold the routes. They import the kit, httpapi, and not each other.
var routeGroups = []string{"httpapi/adminapi", "httpapi/exportapi", "httpapi/invitationapi", "httpapi/joinapi", "httpapi/mobilizerapi"}

// layers in the order in which they may import one another: each only its own and those after it.
var layers = [][]string{
	{"bench", "boot"},
	routeGroups,
	{"audit", "httpapi", "stream", "mail"},
	{"objects"},
	{"apigw", "awsclient", "dynamo", "dynamo/wire", "identity"},
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
		helps := strings.HasSuffix(path, "test") // such as dynamotest: only tests import it
		if !ranked && !helps && !isOutside(path) && !strings.HasPrefix(path, module+"functions/") {
			t.Errorf("%s stands in no layer: say in infra/imports_test.go what it may import", path)
		}
		for _, imported := range p.Imports {
			if strings.HasPrefix(imported, module+"functions/") || strings.HasPrefix(imported, module+"infra") {
				t.Errorf("%s imports %s, which nothing may", path, imported)
			}
			to, ours := layerOf[imported]
			if ours && ranked && to < from {
				t.Errorf("%s imports %s: that points upward", path, imported)
			}
			if path != imported && isRouteGroup(path) && isRouteGroup(imported) {
				t.Errorf("%s imports %s: groups of routes import only httpapi", path, imported)
			}
			if ours && isOutside(path) {
				t.Errorf("%s imports %s, but it should know Kith only from outside", path, imported)
			}
			if strings.HasPrefix(imported, module) && strings.HasSuffix(imported, "test") && !helps {
				t.Errorf("%s imports %s, which is for tests", path, imported)
			}
			if isOutside(imported) && !isOutside(path) {
				t.Errorf("%s imports %s, which is for tests and the demo", path, imported)
			}
		}
		// send-invitation is no API: it writes HTML, and nobody waits for it.
		if strings.HasPrefix(path, module+"functions/") && path != module+"functions/send-invitation" && slices.Contains(p.Deps, "html/template") {
			t.Errorf("%s reaches html/template, which makes the program larger and slower to start", path)
		}
	}
}

func isRouteGroup(path string) bool {
	return slices.Contains(routeGroups, strings.TrimPrefix(path, module+"internal/"))
}

func isOutside(path string) bool {
	return slices.ContainsFunc(outside, func(name string) bool {
		base := module + "internal/" + name
		return path == base || strings.HasPrefix(path, base+"/")
	})
}

func list(t *testing.T, patterns ...string) map[string]goPackage {
	t.Helper()
	fields := "-json=ImportPath,Imports,Deps,Standard"
	arguments := append([]string{"list", "-tags=lambda.norpc", fields}, patterns...)
	out, err := exec.CommandContext(t.Context(), "go", arguments...).Output()
	if failed, ok := errors.AsType[*exec.ExitError](err); ok {
		t.Fatalf("go list: %s", failed.Stderr)
	}
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
