// Package readertest has programs that others wrote read the files that Kith writes: DuckDB, as its command line and as
// its library, which are two major versions, and Frictionless, an implementation of the Data Package standard. They are
// Python packages, in a virtual environment that make test-readers makes from infra/tools/readers.txt.
package readertest

import (
	"context"
	_ "embed"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"strings"
	"testing"
)

// Environment is the variable that names another folder with a virtual environment, in place of .tools/readers.
const Environment = "KITH_READERS"

// programs is the folder with the environment's programs. Without one the test fails.
func programs(t testing.TB) string {
	t.Helper()
	folder := os.Getenv(Environment)
	if folder == "" {
		_, here, _, _ := runtime.Caller(0)
		folder = filepath.Join(filepath.Dir(here), "..", "..", ".tools", "readers")
	}
	folder, err := filepath.Abs(folder)
	if err == nil {
		_, err = exec.LookPath(filepath.Join(folder, "bin", "python"))
	}
	if err != nil {
		t.Fatalf("no Python packages to read the exports: run `make tools` (%v)", err)
	}
	return filepath.Join(folder, "bin")
}

// run runs a program in a folder and returns what it prints. An error tells what it says.
func run(ctx context.Context, folder, input string, command ...string) (string, error) {
	program := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // one of the environment's
	program.Dir, program.Stdin = folder, strings.NewReader(input)
	program.Env = append(os.Environ(), "HOME="+folder) // where DuckDB looks for a .duckdbrc
	var shown, said strings.Builder
	program.Stdout, program.Stderr = &shown, &said
	if err := program.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", filepath.Base(command[0]), err, strings.TrimSpace(said.String()))
	}
	return shown.String(), nil
}

// DuckDB is a database in a folder, whose files its statements find by their names.
type DuckDB struct {
	Name    string
	folder  string
	command []string
}

//go:embed library.py
var library string

// DuckDBs returns a DuckDB of each kind, with a folder and an empty database of its own.
func DuckDBs(t testing.TB) []*DuckDB {
	t.Helper()
	bin := programs(t)
	return []*DuckDB{
		{"command line", t.TempDir(), []string{filepath.Join(bin, "duckdb"), "-bail", "-noheader", "-list", "database"}},
		{"library", t.TempDir(), []string{filepath.Join(bin, "python"), "-c", library, "database"}},
	}
}

// Write puts a file into the database's folder.
func (d *DuckDB) Write(t testing.TB, name string, content []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(d.folder, name), content, 0o600); err != nil {
		t.Fatal(err)
	}
}

// Shell runs a line of bash in the database's folder.
func (d *DuckDB) Shell(t testing.TB, line string) {
	t.Helper()
	if _, err := run(t.Context(), d.folder, "", "bash", "-euo", "pipefail", "-c", line); err != nil {
		t.Fatalf("%s: %v", line, err)
	}
}

// Try runs statements, and .read commands, and returns the rows that they give.
func (d *DuckDB) Try(ctx context.Context, statements string) (string, error) {
	return run(ctx, d.folder, statements, d.command...)
}

// Do is Try, whose failure fails the test.
func (d *DuckDB) Do(t testing.TB, statements string) string {
	t.Helper()
	shown, err := d.Try(t.Context(), statements)
	if err != nil {
		t.Fatalf("DuckDB's %s: %v", d.Name, err)
	}
	return shown
}

// JSON reads what a query gives, one value of type JSON.
func (d *DuckDB) JSON(t testing.TB, query string, into any) {
	t.Helper()
	shown := d.Do(t, "SELECT to_base64(encode(CAST(("+query+") AS VARCHAR)));")
	document, err := base64.StdEncoding.DecodeString(strings.TrimSpace(shown))
	if err = errors.Join(err, json.Unmarshal(document, into)); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
