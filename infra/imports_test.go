package infra

import (
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// module is the prefix of this module's packages, internal that of the packages in the tables below.
const (
	module   = "github.com/kithhq/kith/"
	internal = module + "internal/"
)

// layers are the packages of internal/ from top to bottom. A package may import packages of its own layer and of those
// below. "x/..." stands for x and the packages in it. Packages whose name ends in "test" are for tests only and in no
// layer.
var layers = []layer{
	{
		name:     "programs", // what the mains are made of
		packages: []string{"bench", "boot"},
	}, {
		name:     "routes",
		packages: []string{"httpapi/adminapi", "httpapi/exportapi", "httpapi/invitationapi", "httpapi/joinapi", "httpapi/mobilizerapi", "httpapi/peopleapi", "httpapi/voterfileapi"},
		separate: true,
	}, {
		name:     "adapters", // of HTTP, Lambda events, SES and Secrets Manager
		packages: []string{"audit", "email/ses", "httpapi", "secret/manager", "stream"},
	}, {
		name:     "use cases", // which own their transactions
		packages: []string{"administration", "contactimport", "contentedit", "exporting", "invitationlist", "inviting", "joining", "membership", "mobilizing", "suggesting", "usersync", "viewedit", "voterfile"},
	}, {
		name:     "objects",
		packages: []string{"objects"},
	}, {
		name:     "storage", // and identity
		packages: []string{"apigw", "awsclient", "dynamo", "identity"},
	}, {
		name:     "tables", // of dynamo, without entities
		packages: []string{"dynamo/table", "dynamo/wire"},
	}, {
		name: "domain",
		packages: []string{
			"action", "campaign", "contact", "csv", "email", "email/sending", "export/...",
			"fault", "id", "invitation", "invitation/list", "job", "metrics", "mobilizer", "organization", "peoplelist", "phone", "savedview", "secret", "servicetoken", "text", "translation",
			"user", "voter/...",
		},
		mayNotReach:  []string{"github.com/aws/...", "net/http"},
		mayNotImport: []string{"os"},
	},
}

// clients use a running Kith over HTTP, as people do. They import no layer, and no layer imports them.
var clients = []string{"apiclient/...", "demo/...", "e2e/..."}

// clientLibraries are packages of layers that clients may import: they reach no store and no service.
var clientLibraries = []string{"voter/votertest"} // makes people up

// rules are the further rules. Patterns are those of packages of this module; "..." stands for any end.
var rules = []rule{
	{
		packages: []string{"internal/...", "functions/...", "cmd/..."}, mayNotImport: []string{module + "functions/...", module + "infra/..."},
		reason: "nothing imports programs and the tests of the template",
	}, {
		packages: []string{"internal/...", "functions/...", "cmd/..."}, except: []string{"internal/dynamo"}, mayNotImport: []string{internal + "dynamo/table"},
		reason: "only dynamo uses it",
	}, {
		packages: []string{"internal/...", "functions/...", "cmd/..."}, except: []string{"internal/dynamo/table"}, mayNotImport: []string{internal + "dynamo/wire"},
		reason: "the decoder of pages has one user, so that it can be switched off",
	}, {
		packages: []string{"functions/..."}, except: []string{"functions/send-invitation"}, mayNotReach: []string{"html/template"},
		reason: "it adds a megabyte to a function and slows its start; send-invitation writes HTML, and nobody waits for it",
	},
}

type layer struct {
	name         string
	packages     []string
	separate     bool     // whether the packages may not import each other
	mayNotImport []string // directly
	mayNotReach  []string // directly or indirectly
}

type rule struct {
	packages, except          []string
	mayNotImport, mayNotReach []string
	reason                    string
}

func TestImports_OfPackages_FollowLayers(t *testing.T) {
	for path, p := range list(t, "..", "./internal/...", "./functions/...", "./cmd/...") {
		name, inLayers := strings.CutPrefix(path, internal)
		if strings.HasSuffix(name, "test") || matchesAny(clients, name) {
			continue
		}
		i := layerOf(name)
		if inLayers && i < 0 {
			t.Errorf("%s is in no layer: add it to layers in infra/imports_test.go", path)
			continue
		}
		for _, imported := range p.Imports {
			other, ours := strings.CutPrefix(imported, internal)
			if !ours {
				continue
			}
			switch j := layerOf(other); {
			case matchesAny(clients, other):
				t.Errorf("%s imports %s, a client", path, imported)
			case strings.HasSuffix(other, "test"):
				t.Errorf("%s imports %s, which is for tests", path, imported)
			case j >= 0 && j < i:
				t.Errorf("%s (%s) imports %s (%s): that layer is above", path, layers[i].name, imported, layers[j].name)
			case i >= 0 && i == j && layers[i].separate:
				t.Errorf("%s imports %s: packages of the layer %s do not import each other", path, imported, layers[i].name)
			}
		}
		if i < 0 {
			continue
		}
		check(t, path, p, layers[i].mayNotImport, layers[i].mayNotReach, "the layer "+layers[i].name+" does not")
	}
}

func TestImports_OfClients_AreClients(t *testing.T) {
	for path, p := range list(t, "..", "./internal/...") {
		if !matchesAny(clients, strings.TrimPrefix(path, internal)) {
			continue
		}
		for _, imported := range p.Imports {
			name := strings.TrimPrefix(imported, internal)
			if layerOf(name) >= 0 && !matchesAny(clientLibraries, name) {
				t.Errorf("%s imports %s, but clients use a running Kith only", path, imported)
			}
		}
	}
}

func TestImports_OfPackages_FollowRules(t *testing.T) {
	packages := list(t, "..", "./internal/...", "./functions/...", "./cmd/...")
	for _, r := range rules {
		for path, p := range packages {
			name := strings.TrimPrefix(path, module)
			if matchesAny(r.packages, name) && !matchesAny(r.except, name) {
				check(t, path, p, r.mayNotImport, r.mayNotReach, r.reason)
			}
		}
	}
}

// An upgrade of the SDK can break package wire. One file uses it, so that one switch turns it off.
func TestImports_DirectPageReader_HasOneUser(t *testing.T) {
	files, err := filepath.Glob("../internal/dynamo/table/*.go")
	if err != nil {
		t.Fatal(err)
	}
	var users []string
	for _, name := range files {
		source, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(string(source), `"`+internal+`dynamo/wire"`) {
			users = append(users, filepath.Base(name))
		}
	}
	if !slices.Equal(users, []string{"direct.go"}) {
		t.Errorf("dynamo/wire is imported by %v, want direct.go alone", users)
	}
}

// The local cloud knows the template and the binaries only.
func TestImports_OfLocalCloud_HaveNoPackageOfTheProduct(t *testing.T) {
	for path, p := range list(t, "local", "./...") {
		for _, imported := range slices.Concat(p.Imports, p.TestImports, p.XTestImports) {
			if strings.HasPrefix(imported, internal) {
				t.Errorf("%s imports %s", path, imported)
			}
		}
	}
}

func check(t *testing.T, path string, p goPackage, mayNotImport, mayNotReach []string, reason string) {
	t.Helper()
	for _, imported := range p.Imports {
		if matchesAny(mayNotImport, imported) {
			t.Errorf("%s imports %s: %s", path, imported, reason)
		}
	}
	for _, reached := range p.Deps {
		if matchesAny(mayNotReach, reached) {
			t.Errorf("%s depends on %s: %s", path, reached, reason)
		}
	}
}

// layerOf returns the index of a package's layer, -1 for none.
func layerOf(name string) int {
	return slices.IndexFunc(layers, func(l layer) bool { return matchesAny(l.packages, name) })
}

func matchesAny(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool {
		prefix, wildcard := strings.CutSuffix(pattern, "/...")
		return name == prefix || wildcard && strings.HasPrefix(name, prefix+"/")
	})
}

// goPackage is a package as go list describes it.
type goPackage struct {
	ImportPath   string
	Imports      []string
	TestImports  []string
	XTestImports []string
	Deps         []string
}

// list returns the packages that match the patterns in the module of a folder.
func list(t *testing.T, folder string, patterns ...string) map[string]goPackage {
	t.Helper()
	arguments := append([]string{"list", "-C", folder, "-tags=lambda.norpc", "-json=ImportPath,Imports,TestImports,XTestImports,Deps"}, patterns...)
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
