// Package readertest lets tests read Kith's files with other programs: DuckDB, as command line and as Python library, which
// are two major versions, and Frictionless, an implementation of the Data Package standard. Both are Python packages in a
// virtual environment that make test-readers creates from infra/tools/readers.txt.
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
	"strings"
	"testing"
)

// Environment is the environment variable that names the folder of the virtual environment. Default: .tools/readers.
const Environment = "KITH_READERS"

// binFolder returns the folder with the programs of the virtual environment. It fails the test when there is none.
func binFolder(t testing.TB) string {
	t.Helper()
	folder := os.Getenv(Environment)
	if folder == "" {
		folder = filepath.Join(root(), ".tools", "readers")
	}
	folder, err := filepath.Abs(folder)
	if err == nil {
		_, err = exec.LookPath(filepath.Join(folder, "bin", "python"))
	}
	if err != nil {
		t.Fatalf("no DuckDB and Frictionless: run `make tools` (%v)", err)
	}
	return filepath.Join(folder, "bin")
}

// root returns the repository's root folder: the nearest one with a template. The file names that the runtime reports are of
// no use here: with -trimpath they are not paths of this machine.
func root() string {
	folder, err := os.Getwd()
	for err == nil && folder != filepath.Dir(folder) {
		if _, err := os.Stat(filepath.Join(folder, "template.yaml")); err == nil {
			return folder
		}
		folder = filepath.Dir(folder)
	}
	return "."
}

// run runs a program in a folder and returns its output. An error has the program's error output.
func run(ctx context.Context, folder, input string, command ...string) (string, error) {
	program := exec.CommandContext(ctx, command[0], command[1:]...) //nolint:gosec // a program of the virtual environment
	program.Dir, program.Stdin = folder, strings.NewReader(input)
	program.Env = append(os.Environ(), "HOME="+folder) // so that DuckDB reads no .duckdbrc
	var stdout, stderr strings.Builder
	program.Stdout, program.Stderr = &stdout, &stderr
	if err := program.Run(); err != nil {
		return "", fmt.Errorf("%s: %w: %s", filepath.Base(command[0]), err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// DuckDB is a database in a folder of its own. Its statements refer to the files in that folder by name.
type DuckDB struct {
	Name    string
	folder  string
	command []string
}

//go:embed duckdb.py
var duckdbScript string

// DuckDBs returns an empty database of each version of DuckDB.
func DuckDBs(t testing.TB) []*DuckDB {
	t.Helper()
	bin := binFolder(t)
	return []*DuckDB{
		{"command line", t.TempDir(), []string{filepath.Join(bin, "duckdb"), "-bail", "-noheader", "-list", "database"}},
		{"library", t.TempDir(), []string{filepath.Join(bin, "python"), "-c", duckdbScript, "database"}},
	}
}

// Write writes a file into the database's folder.
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

// Try runs statements and .read commands, and returns their rows as text.
func (d *DuckDB) Try(ctx context.Context, statements string) (string, error) {
	return run(ctx, d.folder, statements, d.command...)
}

// Do is Try. An error fails the test.
func (d *DuckDB) Do(t testing.TB, statements string) string {
	t.Helper()
	rows, err := d.Try(t.Context(), statements)
	if err != nil {
		t.Fatalf("DuckDB's %s: %v", d.Name, err)
	}
	return rows
}

// JSON decodes the result of a query, one value of type JSON.
func (d *DuckDB) JSON(t testing.TB, query string, into any) {
	t.Helper()
	encoded := d.Do(t, "SELECT to_base64(encode(CAST(("+query+") AS VARCHAR)));")
	document, err := base64.StdEncoding.DecodeString(strings.TrimSpace(encoded))
	if err = errors.Join(err, json.Unmarshal(document, into)); err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}
