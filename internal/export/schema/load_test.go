package schema

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/postgrestest"
)

// copyOptions are how docs/exports.md loads a file.
const copyOptions = "FORMAT csv, HEADER true, ENCODING 'UTF8'"

// readTable reads a table, in whatever order: each column as text, as the data dialect writes its kind.
func readTable(t *testing.T, db *postgrestest.Database, table string, kinds []dataset.ColumnInfo) [][]string {
	t.Helper()
	var columns []struct{ Name, Type string }
	db.JSON(t, fmt.Sprintf(`SELECT json_agg(json_build_object('name', quote_ident(attname), 'type', format_type(atttypid, atttypmod)) ORDER BY attnum)
		FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0`, quoteText(quoteName(table))), &columns)
	if len(columns) != len(kinds) {
		t.Fatalf("%s has %d columns, want %d", table, len(columns), len(kinds))
	}
	typed := map[dataset.Kind]string{
		dataset.Text: "text", dataset.Code: "text", dataset.Enum: "text", dataset.ID: "uuid", dataset.Time: "timestamp with time zone",
		dataset.Day: "date", dataset.Count: "integer", dataset.Value: "integer", dataset.Share: "numeric(6,2)", dataset.Flag: "boolean",
	}
	var read []string
	for i, c := range columns {
		if c.Type != typed[kinds[i].Kind] {
			t.Errorf("%s.%s is %s, want %s", table, c.Name, c.Type, typed[kinds[i].Kind])
		}
		as := c.Name + "::text"
		if kinds[i].Kind == dataset.Time {
			as = fmt.Sprintf(`to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, c.Name)
		}
		read = append(read, as)
	}
	var rows [][]*string
	db.JSON(t, fmt.Sprintf("SELECT coalesce(json_agg(to_json(ARRAY[%s])), '[]') FROM %s", strings.Join(read, ", "), quoteName(table)), &rows)
	return textsOf(t, table, rows)
}

// textsOf are the cells of a table's rows as a file has them. A table never holds an empty text.
func textsOf(t *testing.T, table string, rows [][]*string) [][]string {
	t.Helper()
	cells := make([][]string, len(rows))
	for i, row := range rows {
		for _, cell := range row {
			switch {
			case cell == nil:
				cells[i] = append(cells[i], "")
			case *cell == "":
				t.Errorf("%s, row %d: an empty text, which is no cell of ours", table, i)
				fallthrough
			default:
				cells[i] = append(cells[i], *cell)
			}
		}
	}
	return cells
}

// packed packs a file in several members, as the worker does.
func packed(t *testing.T, file []byte) []byte {
	t.Helper()
	var all bytes.Buffer
	for _, half := range [][]byte{file[:len(file)/2], file[len(file)/2:]} {
		zip := gzip.NewWriter(&all)
		_, err := zip.Write(half)
		if err := errors.Join(err, zip.Close()); err != nil {
			t.Fatal(err)
		}
	}
	return all.Bytes()
}

// Every file loads into its generated table, which then holds what was put in, in columns of the right types, with keys
// that hold.
func TestFilesLoadIntoPostgreSQL(t *testing.T) {
	server := postgrestest.Start(t)
	_, scope := exporttest.NewDifficultCampaign(exporttest.DifficultTexts())
	databases := map[dataset.Profile]*postgrestest.Database{dataset.Standard: server.Database(t), dataset.Extended: server.Database(t)}
	exporttest.EachFile(t, csv.Data, func(t *testing.T, f *exporttest.File) {
		db, name, info := databases[f.Profile], string(f.Dataset.Info().Name), f.Dataset.Info()
		db.Do(t, CreateTable(f.Dataset, scope, f.Profile))
		db.Copy(t, quoteName(name), copyOptions, f.Bytes)
		want, got := f.Cells[1:], readTable(t, db, name, f.Columns)
		slices.SortFunc(want, slices.Compare[[]string])
		slices.SortFunc(got, slices.Compare[[]string])
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("in PostgreSQL (-in the file +in the table):\n%.3000s", diff)
		}
		again := fmt.Sprintf("INSERT INTO %[1]s SELECT * FROM %[1]s", quoteName(name))
		if _, err := db.Try(t.Context(), again); (err != nil) != (len(info.Key) > 0) || err != nil && !strings.Contains(err.Error(), "duplicate key") {
			t.Errorf("every row once more, with the key %q: %v", info.Key, err)
		}
		if info.Dynamic == nil {
			// The names are those of the header, to the letter.
			db.Do(t, "DELETE FROM "+quoteName(name))
			db.Copy(t, quoteName(name), strings.Replace(copyOptions, "HEADER true", "HEADER MATCH", 1), f.Bytes)
		}
		checkComments(t, db, name, f.Columns)
	})
}

// checkComments checks that a column that is named by position has its heading in its comment.
func checkComments(t *testing.T, db *postgrestest.Database, table string, columns []dataset.ColumnInfo) {
	t.Helper()
	var comments []string
	db.JSON(t, fmt.Sprintf(`SELECT json_agg(coalesce(col_description(attrelid, attnum), '') ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = %s::regclass AND attnum > 0`, quoteText(quoteName(table))), &comments)
	for i, c := range columns {
		if !strings.HasSuffix(comments[i], describe(c)) {
			t.Errorf("%s, column %d: the comment is %q, want %q", table, i+1, comments[i], describe(c))
		}
		if _, response, by := strings.Cut(c.Name, "Key Question Responses: "); by && !strings.Contains(comments[i], response) {
			t.Errorf("%s, column %d: the comment %q lacks %q", table, i+1, comments[i], response)
		}
	}
}

// Files of a campaign with the usual responses load into the tables of docs/exports.sql, packed ones too.
func TestFilesLoadIntoTheTablesOfTheDocs(t *testing.T) {
	server := postgrestest.Start(t)
	db := server.Database(t)
	tables, err := os.ReadFile(tablesFile)
	if err != nil {
		t.Fatal(err)
	}
	db.Do(t, string(tables))
	src, scope := exporttest.NewDifficultCampaign(exporttest.DifficultTexts())
	scope.Campaign.Question = exporttest.NewScopeWithResponses().Campaign.Question
	for i := range scope.Campaign.Question.Responses {
		scope.Campaign.Question.Responses[i].ID = exporttest.UUID(3, i)
	}
	for _, a := range src.Answers {
		a.Code = ""
	}
	for _, d := range dataset.All() {
		p, name := dataset.Standard, string(d.Info().Name)
		if len(d.Info().Extended) > 0 {
			p = dataset.Extended
		}
		file := exporttest.Write(t, d, src, scope, exporttest.DifficultOptions(d, csv.Data, p))
		db.Copy(t, quoteName(name), copyOptions, file)
		if got := len(readTable(t, db, name, d.ColumnsFor(scope, p))); got == 0 {
			t.Errorf("%s: no rows were loaded", name)
		}
	}
}

// What docs/loading.md says of psql's own \copy: it takes packed files, and a line \. for the end, unless that is helped.
func TestPsqlCopiesAsThePageSays(t *testing.T) {
	db := postgrestest.Start(t).Database(t)
	scope := exporttest.NewScopeWithResponses()
	scope.Organization.ID, scope.Campaign.ID = organization.ID(exporttest.UUID(1, 0)), campaign.ID(exporttest.UUID(2, 0))
	src, _ := exporttest.NewDifficultCampaign([]string{"plain", "two\nlines", `\.`, "before\n\\.\nbehind"})
	src.Notes[3].Content = "harmless"
	file := exporttest.Write(t, &dataset.Notes, src, scope, dataset.Options{Dialect: csv.Data, Profile: dataset.Extended})
	folder, gzipped := t.TempDir(), packed(t, file)
	src.Notes[3].Content = "before\n\\.\nbehind"
	file = exporttest.Write(t, &dataset.Notes, src, scope, dataset.Options{Dialect: csv.Data, Profile: dataset.Extended})
	for name, content := range map[string][]byte{"notes.csv": file, "notes.csv.gz": gzipped} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db.Do(t, CreateTable(&dataset.Notes, scope, dataset.Extended))
	try := func(from string) (string, error) {
		return db.Try(t.Context(), fmt.Sprintf("\\cd '%s'\nTRUNCATE notes;\n\\copy notes FROM %s WITH (%s)\n"+
			"SELECT string_agg(replace(note_content, E'\\n', '|'), ' ' ORDER BY note_created_at) FROM notes;", folder, from, copyOptions))
	}
	shown, err := try("PROGRAM 'gunzip -c notes.csv.gz'")
	if err != nil || shown != "plain two|lines \\. harmless\n" {
		t.Errorf("packed: %q, %v", shown, err)
	}
	if shown, err := try("'notes.csv'"); err != nil && !strings.Contains(err.Error(), "unterminated CSV quoted field") {
		t.Errorf("as it is: %q, %v", shown, err) // a newer psql may well take it
	}
	shown, err = try(`PROGRAM 'sed "s/^\\\\\.$/\\\\. /" notes.csv'`)
	if err != nil || shown != "plain two|lines \\. before|\\. |behind\n" {
		t.Errorf("with a blank behind: %q, %v", shown, err)
	}
	db.Do(t, "TRUNCATE notes")
	db.Copy(t, "notes", copyOptions, file)
	if got := db.Do(t, "SELECT note_content FROM notes ORDER BY note_created_at DESC LIMIT 1"); got != "before\n\\.\nbehind\n" {
		t.Errorf("read by the server: %q", got)
	}
}
