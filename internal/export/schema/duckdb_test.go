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

// duckPage is what docs/loading.md tells of DuckDB, about the file contacts.csv.
type duckPage struct {
	load  string // the block that makes a table and loads a file into it
	sed   string // makes of the statements of analytics what DuckDB takes
	guess string // reads a file without a table
}

func readDuckPage(t *testing.T) duckPage {
	t.Helper()
	page, err := os.ReadFile("../../../docs/loading.md")
	if err != nil {
		t.Fatal(err)
	}
	_, part, _ := strings.Cut(string(page), "\n## DuckDB\n")
	part, _, _ = strings.Cut(part, "\n## ")
	find := func(pattern string) string {
		found := regexp.MustCompile(pattern).FindStringSubmatch(part)
		if found == nil {
			t.Fatalf("what docs/loading.md says of DuckDB has no %s", pattern)
		}
		return found[1]
	}
	return duckPage{
		load: find("(?s)```sql\n(\\.read [^`]+)```"), sed: find("`(sed [^`]+)`"),
		guess: find(`FROM (read_csv\('contacts\.csv'[^)]*\))`),
	}
}

// Every file loads into DuckDB by the statements of docs/loading.md, and its table then holds what was put in, in columns
// of the right types. Packed files load too, and files without a table.
func TestFilesLoadIntoDuckDBAsThePageSays(t *testing.T) {
	page := readDuckPage(t)
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
					db.Write(t, name+"-packed.csv.gz", packed(t, f.Bytes))
					db.Write(t, name+".sql", []byte(CreateTable(f.Dataset, scope, profile)))
					if f.Dataset == dataset.Dataset(&dataset.Analytics) {
						db.Shell(t, page.sed+" >changed && mv changed analytics.sql")
					}
					script.WriteString(page.everyWay(f))
				}
				db.Do(t, script.String())
				checkDuck(t, db, files)
			})
		}
	}
}

// everyWay are statements that load a file as the page says; packed, into a table of the same columns; and without a
// table, with columns by position, because names that a campaign gives would be trimmed. Every row comes once more, which
// the key keeps out.
func (page duckPage) everyWay(f *exporttest.File) string {
	name := string(f.Dataset.Info().Name)
	load := strings.ReplaceAll(page.load, "contacts", name)
	all := load
	if len(f.Dataset.Info().Key) > 0 && f.Dataset != dataset.Dataset(&dataset.Analytics) {
		all += fmt.Sprintf("INSERT OR IGNORE INTO %[1]s FROM %[1]s;\n", name)
	}
	load = regexp.MustCompile(`(?m)^\.read .*$`).ReplaceAllString(load, fmt.Sprintf("CREATE TABLE packed_%[1]s AS FROM %[1]s LIMIT 0;", name))
	all += strings.NewReplacer("COPY "+name, "COPY packed_"+name, name+".csv", name+"-packed.csv.gz").Replace(load)
	positions := make([]string, len(f.Columns))
	for i := range positions {
		positions[i] = fmt.Sprint("c", i)
	}
	return all + fmt.Sprintf("CREATE TABLE guessed_%s AS FROM %s AS file(%s);\n", name, strings.ReplaceAll(page.guess, "contacts", name), strings.Join(positions, ", "))
}

// checkDuck holds the tables that were made of files against them.
func checkDuck(t *testing.T, db *readertest.DuckDB, files []*exporttest.File) {
	t.Helper()
	var columns map[string][]struct{ Name, Type string }
	db.JSON(t, `SELECT json_group_object(table_name, columns) FROM (
		SELECT table_name, list({name: column_name, type: data_type} ORDER BY column_index) AS columns FROM duckdb_columns() GROUP BY table_name)`, &columns)
	var read []string
	for _, f := range files {
		for _, way := range []string{"", "packed_", "guessed_"} {
			table := way + string(f.Dataset.Info().Name)
			if len(columns[table]) != len(f.Columns) {
				t.Fatalf("%s has %d columns, want %d", table, len(columns[table]), len(f.Columns))
			}
			var cells []string
			for i, c := range columns[table] {
				want := duckTypes[f.Columns[i].Kind]
				if way == "guessed_" {
					want = "VARCHAR"
				}
				if c.Type != want {
					t.Errorf("%s.%s is %s, want %s", table, c.Name, c.Type, want)
				}
				cells = append(cells, duckText(c.Name, c.Type))
			}
			read = append(read, fmt.Sprintf("%s, (SELECT to_json(list([%s])) FROM %s)", quoteText(table), strings.Join(cells, ", "), quoteName(table)))
		}
	}
	var rows map[string][][]*string
	db.JSON(t, "SELECT json_object("+strings.Join(read, ",\n")+")", &rows)
	for _, f := range files {
		want := slices.SortedFunc(slices.Values(f.Cells[1:]), slices.Compare[[]string])
		for _, way := range []string{"", "packed_", "guessed_"} {
			table := way + string(f.Dataset.Info().Name)
			got := slices.SortedFunc(slices.Values(textsOf(t, table, rows[table])), slices.Compare[[]string])
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s in DuckDB (-in the file +in the table):\n%.3000s", table, diff)
			}
		}
	}
}

// duckTypes are what DuckDB makes of the types that tables are made with.
var duckTypes = map[dataset.Kind]string{
	dataset.Text: "VARCHAR", dataset.Code: "VARCHAR", dataset.Enum: "VARCHAR", dataset.ID: "UUID", dataset.Time: "TIMESTAMP WITH TIME ZONE",
	dataset.Day: "DATE", dataset.Count: "INTEGER", dataset.Value: "INTEGER", dataset.Share: "DECIMAL(6,2)", dataset.Flag: "BOOLEAN",
}

// duckText is a column as text, as the data dialect writes its kind.
func duckText(column, as string) string {
	if as == duckTypes[dataset.Time] {
		return fmt.Sprintf("strftime(make_timestamp(epoch_us(%s)), '%%Y-%%m-%%dT%%H:%%M:%%S.%%gZ')", quoteName(column))
	}
	return fmt.Sprintf("CAST(%s AS VARCHAR)", quoteName(column))
}
