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

// copyOptions are the options of COPY in docs/loading.md.
const copyOptions = "FORMAT csv, HEADER true, ENCODING 'UTF8'"

// readTable returns the rows of a table in no particular order, each column as text in the data dialect.
func readTable(t *testing.T, db *postgrestest.Database, table string, kinds []dataset.ColumnInfo) [][]string {
	t.Helper()
	var columns []struct{ Name, Type string }
	db.JSON(t, fmt.Sprintf(`SELECT json_agg(json_build_object('name', quote_ident(attname), 'type', format_type(atttypid, atttypmod)) ORDER BY attnum)
		FROM pg_attribute WHERE attrelid = %s::regclass AND attnum > 0`, quoteText(quoteName(table))), &columns)
	if len(columns) != len(kinds) {
		t.Fatalf("%s has %d columns, want %d", table, len(columns), len(kinds))
	}
	types := map[dataset.Kind]string{
		dataset.Text: "text", dataset.Code: "text", dataset.Enum: "text", dataset.ID: "uuid", dataset.Time: "timestamp with time zone",
		dataset.Day: "date", dataset.Count: "integer", dataset.Value: "integer", dataset.Share: "numeric(6,2)", dataset.Average: "numeric(11,1)",
		dataset.Flag: "boolean",
	}
	var read []string
	for i, c := range columns {
		if c.Type != types[kinds[i].Kind] {
			t.Errorf("%s.%s is %s, want %s", table, c.Name, c.Type, types[kinds[i].Kind])
		}
		text := c.Name + "::text"
		if kinds[i].Kind == dataset.Time {
			text = fmt.Sprintf(`to_char(%s AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`, c.Name)
		}
		read = append(read, text)
	}
	var rows [][]*string
	db.JSON(t, fmt.Sprintf("SELECT coalesce(json_agg(to_json(ARRAY[%s])), '[]') FROM %s", strings.Join(read, ", "), quoteName(table)), &rows)
	return cellsOf(t, table, rows)
}

// cellsOf returns a table's rows as a file has them: NULL is an empty cell. No table has an empty text.
func cellsOf(t *testing.T, table string, rows [][]*string) [][]string {
	t.Helper()
	cells := make([][]string, len(rows))
	for i, row := range rows {
		for _, cell := range row {
			switch {
			case cell == nil:
				cells[i] = append(cells[i], "")
			case *cell == "":
				t.Errorf("%s, row %d: an empty text instead of NULL", table, i)
				fallthrough
			default:
				cells[i] = append(cells[i], *cell)
			}
		}
	}
	return cells
}

// compress compresses a file into several gzip members, as the worker does.
func compress(t *testing.T, file []byte) []byte {
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

// Every file loads into its generated table, which then has the cells of the file, in columns of the right types, and rejects
// duplicate keys.
func TestCreateTable_PostgreSQL_LoadsEveryFile(t *testing.T) {
	t.Parallel()
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
			t.Errorf("in PostgreSQL (-file +table):\n%.3000s", diff)
		}
		again := fmt.Sprintf("INSERT INTO %[1]s SELECT * FROM %[1]s", quoteName(name))
		if _, err := db.Try(t.Context(), again); (err != nil) != (len(info.Key) > 0) || err != nil && !strings.Contains(err.Error(), "duplicate key") {
			t.Errorf("every row inserted twice, with the key %q: %v", info.Key, err)
		}
		if info.Dynamic == nil {
			// HEADER MATCH compares the names of the columns with the header.
			db.Do(t, "DELETE FROM "+quoteName(name))
			db.Copy(t, quoteName(name), strings.Replace(copyOptions, "HEADER true", "HEADER MATCH", 1), f.Bytes)
		}
		checkComments(t, db, name, f.Columns)
	})
}

// checkComments checks that each comment ends with the column's description, and that a column named by position has its heading
// in the comment.
func checkComments(t *testing.T, db *postgrestest.Database, table string, columns []dataset.ColumnInfo) {
	t.Helper()
	var comments []string
	db.JSON(t, fmt.Sprintf(`SELECT json_agg(coalesce(col_description(attrelid, attnum), '') ORDER BY attnum) FROM pg_attribute
		WHERE attrelid = %s::regclass AND attnum > 0`, quoteText(quoteName(table))), &comments)
	for i, c := range columns {
		if !strings.HasSuffix(comments[i], describe(c)) {
			t.Errorf("%s, column %d: the comment is %q, want %q", table, i+1, comments[i], describe(c))
		}
		if _, response, isDynamic := strings.Cut(c.Name, "Key Question Responses: "); isDynamic && !strings.Contains(comments[i], response) {
			t.Errorf("%s, column %d: the comment %q lacks %q", table, i+1, comments[i], response)
		}
	}
}

// Files of a campaign with the default responses load into the tables of docs/exports.sql.
func TestTablesOfDocs_PostgreSQL_LoadFiles(t *testing.T) {
	t.Parallel()
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
			t.Errorf("%s: no rows loaded", name)
		}
	}
}

// docs/loading.md describes psql's \copy: it reads compressed files, and ends at a line \. unless a blank follows.
func TestPsqlCopy_CommandsOfDocs_LoadFiles(t *testing.T) {
	t.Parallel()
	db := postgrestest.Start(t).Database(t)
	scope := exporttest.NewScopeWithResponses()
	scope.Organization.ID, scope.Campaign.ID = organization.ID(exporttest.UUID(1, 0)), campaign.ID(exporttest.UUID(2, 0))
	src, _ := exporttest.NewDifficultCampaign([]string{"plain", "two\nlines", `\.`, "before\n\\.\nafter"})
	src.Notes[3].Content = "harmless"
	file := exporttest.Write(t, &dataset.Notes, src, scope, dataset.Options{Dialect: csv.Data, Profile: dataset.Extended})
	folder, compressed := t.TempDir(), compress(t, file)
	src.Notes[3].Content = "before\n\\.\nafter"
	file = exporttest.Write(t, &dataset.Notes, src, scope, dataset.Options{Dialect: csv.Data, Profile: dataset.Extended})
	for name, content := range map[string][]byte{"notes.csv": file, "notes.csv.gz": compressed} {
		if err := os.WriteFile(filepath.Join(folder, name), content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	db.Do(t, CreateTable(&dataset.Notes, scope, dataset.Extended))
	try := func(from string) (string, error) {
		return db.Try(t.Context(), fmt.Sprintf("\\cd '%s'\nTRUNCATE notes;\n\\copy notes FROM %s WITH (%s)\n"+
			"SELECT string_agg(replace(note_content, E'\\n', '|'), ' ' ORDER BY note_created_at) FROM notes;", folder, from, copyOptions))
	}
	got, err := try("PROGRAM 'gunzip -c notes.csv.gz'")
	if err != nil || got != "plain two|lines \\. harmless\n" {
		t.Errorf("compressed: %q, %v", got, err)
	}
	if got, err := try("'notes.csv'"); err != nil && !strings.Contains(err.Error(), "unterminated CSV quoted field") {
		t.Errorf("uncompressed: %q, %v", got, err) // newer versions of psql may accept it
	}
	got, err = try(`PROGRAM 'sed "s/^\\\\\.$/\\\\. /" notes.csv'`)
	if err != nil || got != "plain two|lines \\. before|\\. |after\n" {
		t.Errorf("with a blank after it: %q, %v", got, err)
	}
	db.Do(t, "TRUNCATE notes")
	db.Copy(t, "notes", copyOptions, file)
	if got := db.Do(t, "SELECT note_content FROM notes ORDER BY note_created_at DESC LIMIT 1"); got != "before\n\\.\nafter\n" {
		t.Errorf("read by the server: %q", got)
	}
}
