package httpapitest_test

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

var update = flag.Bool("update", false, "write docs/openapi.json and testdata")

func TestDescription_MatchesHandlers(t *testing.T) {
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
		t.Errorf("docs/openapi.json differs from the handlers. Run make openapi.\n%s",
			cmp.Diff(string(want), string(got)))
	}
}

func TestRegisterFunctions_ServedByOneFunctionAndDescribed(t *testing.T) {
	served := map[string][]string{} // mains by register function
	for _, file := range append(glob(t, "../*.go"), glob(t, "../*api/*.go")...) {
		source := read(t, file)
		name := regexp.MustCompile(`(?m)^package (\w+)`).FindStringSubmatch(source)[1]
		for _, found := range regexp.MustCompile(`(?m)^func (Register\w+)\(`).FindAllStringSubmatch(source, -1) {
			served[name+"."+found[1]] = nil
		}
	}
	for _, file := range glob(t, "../../../functions/*/main.go") {
		for _, found := range regexp.MustCompile(`\w+api\.Register\w+`).FindAllString(read(t, file), -1) {
			served[found] = append(served[found], file)
		}
	}
	described := read(t, "fixture.go")
	for register, by := range served {
		if len(by) != 1 {
			t.Errorf("%s is served by %v, want one function", register, by)
		}
		if register != "httpapi.RegisterDescription" && !strings.Contains(described, "\t"+register+"(") {
			t.Errorf("%s is not described", register)
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
