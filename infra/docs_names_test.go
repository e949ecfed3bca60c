package infra

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// named matches a link from a name to the file that declares it: [`Store.Commit`](../internal/dynamo/store.go).
var named = regexp.MustCompile("\\[`([A-Za-z.]+)`\\]\\(([^)#:]+\\.(?:go|yaml))\\)")

// A name that a page links to a file must be declared there: a Go function, method, type, constant or variable, or a
// resource of a template.
func TestDocs_LinkedNames_AreDeclared(t *testing.T) {
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range named.FindAllStringSubmatch(string(text), -1) {
			name, file := found[1], filepath.Join(filepath.Dir(page), found[2])
			code, err := os.ReadFile(file)
			if err != nil {
				t.Errorf("%s: %v", page, err)
				continue
			}
			if !declaration(name, file).Match(code) {
				t.Errorf("%s links %s to %s, which does not declare it", page, name, found[2])
			}
		}
	}
}

// declaration returns an expression for the line that declares a name.
func declaration(name, file string) *regexp.Regexp {
	if filepath.Ext(file) == ".yaml" {
		return regexp.MustCompile(`(?m)^  ` + name + `:$`)
	}
	if of, method, ok := strings.Cut(name, "."); ok {
		return regexp.MustCompile(`(?m)^func \(\w+ \*?` + of + `(\[\w+\])?\) ` + method + `\b`)
	}
	return regexp.MustCompile(`(?m)^(func |type |var |const |\t)` + name + `\b`)
}

func TestDataModel_OfKeys_DescribesEveryKey(t *testing.T) {
	keys, err := os.ReadFile("../internal/dynamo/keys.go")
	if err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile("../docs/data-model.md")
	if err != nil {
		t.Fatal(err)
	}
	made := regexp.MustCompile(`(?m)^func (\w+Key)\(`).FindAllStringSubmatch(string(keys), -1)
	if len(made) == 0 {
		t.Fatal("keys.go has no key functions")
	}
	for _, key := range made {
		if !strings.Contains(string(page), "[`"+key[1]+"`](../internal/dynamo/keys.go)") {
			t.Errorf("docs/data-model.md does not describe %s", key[1])
		}
	}
}

func TestDocs_NamedTests_Exist(t *testing.T) {
	declared := regexp.MustCompile(`(?m)^func (Test\w+)\(`)
	tests := map[string]bool{}
	err := filepath.WalkDir("..", func(path string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() && (entry.Name() == "node_modules" || len(entry.Name()) > 2 && strings.HasPrefix(entry.Name(), ".")) {
			return fs.SkipDir
		}
		if !strings.HasSuffix(path, "_test.go") {
			return nil
		}
		code, err := os.ReadFile(path)
		for _, found := range declared.FindAllStringSubmatch(string(code), -1) {
			tests[found[1]] = true
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, page := range pages(t) {
		text, err := os.ReadFile(page)
		if err != nil {
			t.Fatal(err)
		}
		for _, found := range regexp.MustCompile("`(Test\\w+)`").FindAllStringSubmatch(string(text), -1) {
			if !tests[found[1]] {
				t.Errorf("%s names %s, which does not exist", page, found[1])
			}
		}
	}
}

// The second column of the table of reads names methods of dynamo.Store.
func TestAccessPatterns_NamedMethods_Exist(t *testing.T) {
	page := read(t, "../docs/access-patterns.md")
	files, err := filepath.Glob("../internal/dynamo/*.go")
	if err != nil {
		t.Fatal(err)
	}
	methods := map[string]bool{}
	for _, file := range files {
		for _, found := range regexp.MustCompile(`(?m)^func \(s \*Store\) (\w+)\(`).FindAllStringSubmatch(read(t, file), -1) {
			methods[found[1]] = true
		}
	}
	reads, _, _ := strings.Cut(page, "### Pages of people")
	for _, row := range regexp.MustCompile(`(?m)^\| [^|]+ \| ([^|]+) \|`).FindAllStringSubmatch(reads, -1) {
		for _, name := range regexp.MustCompile("`(\\w+)`").FindAllStringSubmatch(row[1], -1) {
			if !methods[name[1]] {
				t.Errorf("docs/access-patterns.md names %s, which is not a method of Store", name[1])
			}
		}
	}
}
