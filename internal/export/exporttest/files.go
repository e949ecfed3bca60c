package exporttest

import (
	"bytes"
	stdcsv "encoding/csv"
	"encoding/json"
	"maps"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"testing"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
)

// File is a file of the difficult campaign.
type File struct {
	Dataset dataset.Dataset
	Profile dataset.Profile
	Columns []dataset.ColumnInfo
	Bytes   []byte
	Cells   [][]string // as Python reads them, header first
}

// EachProfile calls do for each dataset with each of its profiles.
func EachProfile(do func(dataset.Dataset, dataset.Profile)) {
	for _, d := range dataset.All() {
		do(d, dataset.Standard)
		if len(d.Info().Extended) > 0 {
			do(d, dataset.Extended)
		}
	}
}

// EachFile calls do, in a subtest, for the file of each dataset with each of its profiles, written in a dialect.
func EachFile(t *testing.T, dialect csv.Dialect, do func(t *testing.T, f *File)) {
	t.Helper()
	src, scope := NewDifficultCampaign(DifficultTexts())
	var files []*File
	var written [][]byte
	EachProfile(func(d dataset.Dataset, p dataset.Profile) {
		f := &File{Dataset: d, Profile: p, Columns: d.ColumnsFor(scope, p), Bytes: Write(t, d, src, scope, DifficultOptions(d, dialect, p))}
		files, written = append(files, f), append(written, f.Bytes)
	})
	for i, cells := range readByPython(t, dialect, written) {
		files[i].Cells = cells
		t.Run(string(files[i].Dataset.Info().Name)+"/"+string(files[i].Profile), func(t *testing.T) { do(t, files[i]) })
	}
}

// DifficultOptions returns the options of a file of the difficult campaign. A dataset of one action item is of a free
// response question.
func DifficultOptions(d dataset.Dataset, dialect csv.Dialect, p dataset.Profile) dataset.Options {
	o := dataset.Options{Dialect: dialect, Profile: p}
	if d.Info().OfItem {
		o.Item = action.ID(UUID(4, 2))
	}
	return o
}

// Write returns the whole file of a dataset.
func Write(t testing.TB, d dataset.Dataset, src dataset.Source, scope *dataset.Scope, options dataset.Options) []byte {
	t.Helper()
	file := dataset.Heading(d, scope, options)
	err := d.EachLine(t.Context(), src, scope, options, "", func(line []byte, _ string) error {
		file = append(file, line...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return file
}

// Read returns the rows of a file, each by column name.
func Read(t testing.TB, file []byte) []map[string]string {
	t.Helper()
	records, err := stdcsv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		rows = append(rows, row)
	}
	return rows
}

// CheckRow checks some columns of a row.
func CheckRow(t testing.TB, row, want map[string]string) {
	t.Helper()
	for _, column := range slices.Sorted(maps.Keys(want)) {
		got, ok := row[column]
		if !ok {
			t.Errorf("no column %s", column)
		}
		if got != want[column] {
			t.Errorf("%s is %q, want %q", column, got, want[column])
		}
	}
}

// Program returns the path of a program, and fails the test if it is not installed.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	if err != nil {
		t.Fatalf("no %s: run `make tools` (%v)", name, err)
	}
	return path
}

// pythonReader reads CSV files with Python's csv module, which keeps every byte of a cell: encoding/csv turns CR LF into LF.
const pythonReader = `
import csv, json, sys
csv.field_size_limit(1 << 30)
read = []
for path in sys.argv[2:]:
    with open(path, encoding=sys.argv[1], errors="strict", newline="") as file:
        read.append(list(csv.reader(file, strict=True)))
json.dump(read, sys.stdout)
`

// readByPython returns the cells of files, header first.
func readByPython(t *testing.T, dialect csv.Dialect, files [][]byte) [][][]string {
	t.Helper()
	arguments := []string{"-c", pythonReader, map[csv.Dialect]string{csv.Data: "utf-8", csv.Spreadsheet: "utf-8-sig"}[dialect]}
	folder := t.TempDir()
	for i, file := range files {
		path := filepath.Join(folder, strconv.Itoa(i))
		if err := os.WriteFile(path, file, 0o600); err != nil {
			t.Fatal(err)
		}
		arguments = append(arguments, path)
	}
	python := exec.CommandContext(t.Context(), Program(t, "python3.11"), arguments...) //nolint:gosec // found by name
	var stderr bytes.Buffer
	python.Stderr = &stderr
	out, err := python.Output()
	if err != nil {
		t.Fatalf("Python's csv module rejects a file: %v\n%s", err, stderr.String())
	}
	var read [][][]string
	if err := json.Unmarshal(out, &read); err != nil {
		t.Fatal(err)
	}
	return read
}
