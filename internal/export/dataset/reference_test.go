package dataset_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
)

var update = flag.Bool("update", false, "rewrite docs/exports-reference.md")

// reference is the generated reference of the exports.
const reference = "../../../docs/exports-reference.md"

const referenceStart = `<!-- Generated: do not edit. To update it: go test ./internal/export/dataset -run TestReference -update -->
# Columns of the exports

For requesting and downloading exports see [exports.md](exports.md), for loading them into a database [loading.md](loading.md).
`

// TestReference_AllDatasets_MatchesDocs compares docs/exports-reference.md with the columns.
func TestReference_AllDatasets_MatchesDocs(t *testing.T) {
	t.Parallel()
	want := referenceStart + describeContents() + describeKinds(t) + describeDatasets()
	if *update {
		if err := os.WriteFile(reference, []byte(want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want {
		t.Errorf("%s does not match the columns. Run: go test ./internal/export/dataset -run TestReference -update", reference)
	}
}

// describeContents returns the list of exports.
func describeContents() string {
	var all strings.Builder
	all.WriteString("\n| type | one row for each | extended columns |\n|---|---|---|\n")
	for _, d := range dataset.All() {
		info := d.Info()
		row, _, _ := strings.Cut(info.Rows, ".")
		row = strings.TrimPrefix(row, "One row for each ")
		anchor := strings.NewReplacer(" ", "-", "(", "", ")", "").Replace(strings.ToLower(info.Title))
		fmt.Fprintf(&all, "| [`%s`](#%s) | %s | %d |\n", info.Name, anchor, row, len(info.Extended))
	}
	return all.String()
}

// kinds describe each kind of column, with an example.
var kinds = []struct {
	kind        dataset.Kind
	description string
	cell        func(*csv.Row)
}{
	{dataset.Text, "Free text, entered by a person or copied from a voter file.", func(w *csv.Row) { w.Text(`=1+1, "so"`) }},
	{dataset.Code, "Text that may look like a number, such as a zip.", func(w *csv.Row) { w.Code("02139") }},
	{dataset.ID, "A UUID, lower case.", func(w *csv.Row) { w.Plain("0192bd06-5e05-7abc-8def-0123456789ab") }},
	{dataset.Time, "UTC, with milliseconds.", func(w *csv.Row) { w.Time(time.Date(2026, 10, 24, 12, 0, 0, 5_000_000, time.UTC)) }},
	{dataset.Day, "A day in the campaign's time zone.", func(w *csv.Row) { w.Plain("2026-10-24") }},
	{dataset.Count, "A whole number from 0, never empty.", func(w *csv.Row) { w.Count(12) }},
	{dataset.Value, "A whole number.", func(w *csv.Row) { w.Count(-2) }},
	{dataset.Share, "Percent with two decimals, rounded half up, without the sign.", func(w *csv.Row) { w.Plain("66.67") }},
	{dataset.Average, "A number with one decimal, rounded half up.", func(w *csv.Row) { w.Plain("3.5") }},
	{dataset.Flag, "`true` or `false`.", func(w *csv.Row) { w.Bool(true) }},
	{dataset.Enum, "One of the words that the description lists.", func(w *csv.Row) { w.Plain("CONFIRMED") }},
}

// describeKinds returns the table of the kinds of columns.
func describeKinds(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	all.WriteString("\n## Types\n\n| type | value | in dialect `data` | in dialect `spreadsheet` |\n|---|---|---|---|\n")
	used := map[dataset.Kind]bool{}
	for _, d := range dataset.All() {
		info := d.Info()
		for _, c := range append(info.Columns, info.Extended...) {
			used[c.Kind] = true
		}
		if info.Dynamic != nil {
			used[info.Dynamic.Kind] = true
		}
	}
	for _, k := range kinds {
		if !used[k.kind] {
			continue
		}
		delete(used, k.kind)
		fmt.Fprintf(&all, "| %s | %s | `%s` | `%s` |\n", k.kind, k.description, example(csv.Data, k.cell), example(csv.Spreadsheet, k.cell))
	}
	for k := range used {
		t.Errorf("the kind %q is not described", k)
	}
	return all.String()
}

// example returns a cell as a dialect writes it.
func example(d csv.Dialect, write func(*csv.Row)) string {
	row := csv.NewRow(d)
	write(row)
	return string(row.Line())
}

// describeDatasets returns the columns of each export.
func describeDatasets() string {
	var all strings.Builder
	for _, d := range dataset.All() {
		info := d.Info()
		fmt.Fprintf(&all, "\n## %s\n\n`%s`. %s\n\n", info.Title, info.Name, info.Rows)
		key := "`" + strings.Join(info.Key, "`, `") + "`"
		if len(info.Key) == 0 {
			key = "none"
		}
		fmt.Fprintf(&all, "Key: %s. Order: %s.\n\n", key, info.Order)
		columns := info.Columns
		if info.Dynamic != nil {
			columns = append(columns, *info.Dynamic)
		}
		describeColumns(&all, columns)
		if len(info.Extended) > 0 {
			all.WriteString("\nThe `extended` profile adds:\n\n")
			describeColumns(&all, info.Extended)
		}
	}
	return all.String()
}

func describeColumns(all *strings.Builder, columns []dataset.ColumnInfo) {
	all.WriteString("| column | type | description | empty |\n|---|---|---|---|\n")
	for _, c := range columns {
		empty := c.Empty
		if empty == dataset.NeverEmpty {
			empty = "Never."
		}
		fmt.Fprintf(all, "| `%s` | %s | %s | %s |\n", c.Name, c.Kind, c.Description, empty)
	}
}
