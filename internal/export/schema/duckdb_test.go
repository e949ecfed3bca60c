package schema

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/readertest"
)

// duckDBDocs are the commands for DuckDB in docs/loading.md, for the file contacts.csv.
type duckDBDocs struct {
	load         string // creates a table and loads a file into it
	sed          string // converts the table of analytics for DuckDB
	withoutTable string // reads a file without a table
}

func readDuckDBDocs(t *testing.T) duckDBDocs {
	t.Helper()
	page, err := os.ReadFile("../../../docs/loading.md")
	if err != nil {
		t.Fatal(err)
	}
	_, section, _ := strings.Cut(string(page), "\n## DuckDB\n")
	section, _, _ = strings.Cut(section, "\n## ")
	find := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(section)
		if found == nil {
			t.Fatalf("the section DuckDB of docs/loading.md has no %s", pattern)
		}
		return found[1]
	}
	return duckDBDocs{
		load: find("(?s)```sql\n(\\.read [^`]+)```"), sed: find("`(sed [^`]+)`"),
		withoutTable: find(`FROM (read_csv\('contacts\.csv'[^)]*\))`),
	}
}

// The commands of docs/loading.md load every file into DuckDB, plain and compressed, with and without a table. The tables then
// have the cells of the file, in columns of the right types.
func TestDuckDB_CommandsOfDocs_LoadEveryFile(t *testing.T) {
	t.Parallel()
	docs := readDuckDBDocs(t)
	files := map[dataset.Profile][]*exporttest.File{}
	exporttest.EachFile(t, csv.Data, func(_ *testing.T, f *exporttest.File) { files[f.Profile] = append(files[f.Profile], f) })
	_, scope := exporttest.NewDifficultCampaign(exporttest.DifficultTexts())
	for profile, files := range files {
		for _, db := range readertest.DuckDBs(t) {
			t.Run(db.Name+"/"+string(profile), func(t *testing.T) {
				var script strings.Builder
				for _, f := range files {
					name := string(f.Dataset.Info().Name)
					db.Write(t, name+".csv", f.Bytes)
					db.Write(t, name+"-compressed.csv.gz", compress(t, f.Bytes))
					db.Write(t, name+".sql", []byte(CreateTable(f.Dataset, scope, profile)))
					if f.Dataset == dataset.Dataset(&dataset.Analytics) {
						db.Shell(t, docs.sed+" >changed && mv changed analytics.sql")
					}
					script.WriteString(docs.script(f))
				}
				db.Do(t, script.String())
				checkDuckDB(t, db, files)
			})
		}
	}
}

// script returns statements that load a file in three ways: as the docs say; compressed, into a table of the same columns; and
// without a table, with columns by position, because DuckDB trims names. It inserts every row a second time, which the key
// prevents.
func (docs duckDBDocs) script(f *exporttest.File) string {
	name := string(f.Dataset.Info().Name)
	load := strings.ReplaceAll(docs.load, "contacts", name)
	all := load
	if len(f.Dataset.Info().Key) > 0 && f.Dataset != dataset.Dataset(&dataset.Analytics) {
		all += fmt.Sprintf("INSERT OR IGNORE INTO %[1]s FROM %[1]s;\n", name)
	}
	load = regexp.MustCompile(`(?m)^\.read .*$`).ReplaceAllString(load, fmt.Sprintf("CREATE TABLE compressed_%[1]s AS FROM %[1]s LIMIT 0;", name))
	all += strings.NewReplacer("COPY "+name, "COPY compressed_"+name, name+".csv", name+"-compressed.csv.gz").Replace(load)
	positions := make([]string, len(f.Columns))
	for i := range positions {
		positions[i] = fmt.Sprint("c", i)
	}
	return all + fmt.Sprintf("CREATE TABLE untyped_%s AS FROM %s AS file(%s);\n", name, strings.ReplaceAll(docs.withoutTable, "contacts", name), strings.Join(positions, ", "))
}

// checkDuckDB compares the tables with the files that were loaded into them.
func checkDuckDB(t *testing.T, db *readertest.DuckDB, files []*exporttest.File) {
	t.Helper()
	var columns map[string][]struct{ Name, Type string }
	db.JSON(t, `SELECT json_group_object(table_name, columns) FROM (
		SELECT table_name, list({name: column_name, type: data_type} ORDER BY column_index) AS columns FROM duckdb_columns() GROUP BY table_name)`, &columns)
	var read []string
	for _, f := range files {
		for _, prefix := range []string{"", "compressed_", "untyped_"} {
			table := prefix + string(f.Dataset.Info().Name)
			if len(columns[table]) != len(f.Columns) {
				t.Fatalf("%s has %d columns, want %d", table, len(columns[table]), len(f.Columns))
			}
			var cells []string
			for i, c := range columns[table] {
				want := duckDBTypes[f.Columns[i].Kind]
				if prefix == "untyped_" {
					want = "VARCHAR"
				}
				if c.Type != want {
					t.Errorf("%s.%s is %s, want %s", table, c.Name, c.Type, want)
				}
				cells = append(cells, duckDBText(c.Name, c.Type))
			}
			read = append(read, fmt.Sprintf("%s, (SELECT to_json(list([%s])) FROM %s)", quoteText(table), strings.Join(cells, ", "), quoteName(table)))
		}
	}
	var rows map[string][][]*string
	db.JSON(t, "SELECT json_object("+strings.Join(read, ",\n")+")", &rows)
	for _, f := range files {
		want := slices.SortedFunc(slices.Values(f.Cells[1:]), slices.Compare[[]string])
		for _, prefix := range []string{"", "compressed_", "untyped_"} {
			table := prefix + string(f.Dataset.Info().Name)
			got := slices.SortedFunc(slices.Values(cellsOf(t, table, rows[table])), slices.Compare[[]string])
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s in DuckDB (-file +table):\n%.3000s", table, diff)
			}
		}
	}
}

// duckDBTypes are the types of DuckDB for the kinds of columns.
var duckDBTypes = map[dataset.Kind]string{
	dataset.Text: "VARCHAR", dataset.Code: "VARCHAR", dataset.Enum: "VARCHAR", dataset.ID: "UUID", dataset.Time: "TIMESTAMP WITH TIME ZONE",
	dataset.Day: "DATE", dataset.Count: "INTEGER", dataset.Value: "INTEGER", dataset.Share: "DECIMAL(6,2)", dataset.Average: "DECIMAL(11,1)",
	dataset.Flag: "BOOLEAN",
}

// duckDBText returns an expression for the text of a column in the data dialect.
func duckDBText(column, columnType string) string {
	if columnType == duckDBTypes[dataset.Time] {
		return fmt.Sprintf("strftime(make_timestamp(epoch_us(%s)), '%%Y-%%m-%%dT%%H:%%M:%%S.%%gZ')", quoteName(column))
	}
	return fmt.Sprintf("CAST(%s AS VARCHAR)", quoteName(column))
}
