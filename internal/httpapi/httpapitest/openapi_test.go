package httpapitest_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

var update = flag.Bool("update", false, "write docs/openapi.json anew")

func TestDescriptionIsThatOfTheHandlers(t *testing.T) {
	const file = "../../../docs/openapi.json"
	got, err := httpapitest.All().Describe()
	if err != nil {
		t.Fatal(err)
	}
	if *update {
		if err := os.WriteFile(file, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("docs/openapi.json is behind the handlers; run go test ./internal/httpapi/httpapitest -run Description -update\n%s",
			cmp.Diff(string(want), string(got)))
	}
}

// Every group of routes is served by one function, and is in the description.
func TestEveryRouteIsServedAndDescribed(t *testing.T) {
	groups := map[string][]string{}
	for _, file := range append(glob(t, "../*.go"), glob(t, "../*api/*.go")...) {
		for _, found := range regexp.MustCompile(`(?m)^func (Register\w+)\(`).FindAllStringSubmatch(read(t, file), -1) {
			groups[found[1]] = nil
		}
	}
	for _, file := range glob(t, "../../../functions/*/main.go") {
		for _, found := range regexp.MustCompile(`\w+api\.(Register\w+)\(`).FindAllStringSubmatch(read(t, file), -1) {
			groups[found[1]] = append(groups[found[1]], file)
		}
	}
	described := read(t, "fixture.go")
	for group, by := range groups {
		if len(by) != 1 {
			t.Errorf("%s is served by %v, want one function", group, by)
		}
		if group != "RegisterDescription" && !regexp.MustCompile(`\t\w+\.`+group+`\(`).MatchString(described) {
			t.Errorf("%s is not described", group)
		}
	}
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %v, %d files", pattern, err, len(files))
	}
	return files
}

func read(t *testing.T, file string) string {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(content)
}
