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
var validate string

// Wrong is what Frictionless says is wrong with a file.
type Wrong struct {
	Table   string
	Type    string // such as "type-error"
	Field   string
	Row     int
	Message string
}

// Validated is what Frictionless says of a package or a table.
type Validated struct {
	Wrong []Wrong
	Rows  int // of all its tables
}

// Frictionless has Frictionless validate what a folder with some files holds: each of wanted is the path of a Data
// Package, or FILE=SCHEMA, the paths of a CSV file and its Table Schema.
func Frictionless(t testing.TB, files map[string][]byte, wanted ...string) map[string]Validated {
	t.Helper()
	bin, folder := programs(t), t.TempDir()
	for name, content := range files {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, content, 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	shown, err := run(t.Context(), folder, "", append([]string{filepath.Join(bin, "python"), "-c", validate}, wanted...)...)
	if err != nil {
		t.Fatal(err)
	}
	var found map[string]Validated
	if err := json.Unmarshal([]byte(shown), &found); err != nil {
		t.Fatal(err)
	}
	return found
}
