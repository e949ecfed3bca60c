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

var renew = flag.Bool("update", false, "write the tables of docs/exports.md anew")

// reference is the page on the exports. What stands above the mark is written by hand.
const (
	reference = "../../../docs/exports.md"
	mark      = "<!-- From here on the page is generated: go test ./internal/export/dataset -run TestReference -update -->\n"
)

// TestReferenceIsTheTables holds the page against the columns: nobody may change one without the other.
func TestReferenceIsTheTables(t *testing.T) {
	page, err := os.ReadFile(reference)
	if err != nil {
		t.Fatal(err)
	}
	written, generated, found := strings.Cut(string(page), mark)
	if !found {
		t.Fatalf("%s has no line %q", reference, mark)
	}
	want := describeKinds(t) + describeTables()
	if *renew {
		if err := os.WriteFile(reference, []byte(written+mark+want), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	if generated != want {
		t.Errorf("%s does not say what the exports hold; write it anew: go test ./internal/export/dataset -run TestReference -update", reference)
	}
}

// kinds are what the page tells of each kind of column, with a cell written as its columns write theirs.
var kinds = []struct {
	kind  dataset.Kind
	about string
	cell  func(*csv.Row)
}{
	{dataset.Text, "What a person or a voter file says.", func(w *csv.Row) { w.Text(`=1+1, "so"`) }},
	{dataset.Code, "Text that may look like a number and is none.", func(w *csv.Row) { w.Code("02139") }},
	{dataset.ID, "A UUID, lower case.", func(w *csv.Row) { w.Plain("0192bd06-5e05-7abc-8def-0123456789ab") }},
	{dataset.Time, "UTC, with milliseconds.", func(w *csv.Row) { w.Time(time.Date(2026, 10, 24, 12, 0, 0, 5_000_000, time.UTC)) }},
	{dataset.Day, "A day in the campaign's time zone.", func(w *csv.Row) { w.Plain("2026-10-24") }},
	{dataset.Count, "A whole number from 0, never empty.", func(w *csv.Row) { w.Count(12) }},
	{dataset.Value, "A whole number.", func(w *csv.Row) { w.Count(-2) }},
	{dataset.Share, "Percent with two decimals, rounded half up, without the sign.", func(w *csv.Row) { w.Plain("66.67") }},
	{dataset.Flag, "`true` or `false`.", func(w *csv.Row) { w.Bool(true) }},
	{dataset.Enum, "One of the words that the column names.", func(w *csv.Row) { w.Plain("CONFIRMED") }},
}

// describeKinds writes the table of the kinds of columns that there are.
func describeKinds(t *testing.T) string {
	t.Helper()
	var all strings.Builder
	all.WriteString("\n## Types\n\n| type | what it holds | as `data` | as `spreadsheet` |\n|---|---|---|---|\n")
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
		fmt.Fprintf(&all, "| %s | %s | `%s` | `%s` |\n", k.kind, k.about, cell(csv.Data, k.cell), cell(csv.Spreadsheet, k.cell))
	}
	for k := range used {
		t.Errorf("nothing is said of columns of type %q", k)
	}
	return all.String()
}

func cell(d csv.Dialect, write func(*csv.Row)) string {
	row := csv.NewRow(d)
	write(row)
	return string(row.Line())
}

// describeTables writes what each export holds, column by column.
func describeTables() string {
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
			all.WriteString("\nThe `extended` profile has these behind them:\n\n")
			describeColumns(&all, info.Extended)
		}
	}
	return all.String()
}

func describeColumns(all *strings.Builder, columns []dataset.ColumnInfo) {
	all.WriteString("| column | type | meaning | empty |\n|---|---|---|---|\n")
	for _, c := range columns {
		empty := c.Empty
		if empty == dataset.NeverEmpty {
			empty = "Never."
		}
		fmt.Fprintf(all, "| `%s` | %s | %s | %s |\n", c.Name, c.Kind, c.Description, empty)
	}
}
