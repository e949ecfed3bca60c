package readertest

import (
	_ "embed"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"
)

//go:embed validate.py
var validateScript string

// Error is an error that Frictionless finds in a file.
type Error struct {
	Table   string
	Type    string // such as "type-error"
	Field   string
	Row     int
	Message string
}

// Validation is the result of validating a package or a table.
type Validation struct {
	Errors []Error
	Rows   int // read, of all tables
}

// Frictionless validates files with Frictionless, and returns the results by argument. Each argument is the path of a Data
// Package, or FILE=SCHEMA with the paths of a CSV file and its Table Schema.
func Frictionless(t testing.TB, files map[string][]byte, arguments ...string) map[string]Validation {
	t.Helper()
	bin, folder := binFolder(t), t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	out, err := run(t.Context(), folder, "", append([]string{filepath.Join(bin, "python"), "-c", validateScript}, arguments...)...)
	if err != nil {
		t.Fatal(err)
	}
	var results map[string]Validation
	if err := json.Unmarshal([]byte(out), &results); err != nil {
		t.Fatal(err)
	}
	return results
}
