package export

import (
	"encoding/json"
	"os"
	"regexp"
	"strings"
	"testing"
)

// statements is the file with a table for every export, as data staff take it.
const statements = "../../docs/exports.sql"

// every calls do for every export with each of its profiles.
func every(do func(Table, Profile)) {
	for _, table := range Tables() {
		do(table, Standard)
		if len(table.Info().Extended) > 0 {
			do(table, Extended)
		}
	}
}

func TestSchemasNameEveryColumn(t *testing.T) {
	every(func(table Table, p Profile) {
		document, err := Schema(table, ladderScope(), p)
		if err != nil {
			t.Fatal(err)
		}
		var schema tableSchema
		if err := json.Unmarshal(document, &schema); err != nil {
			t.Fatal(err)
		}
		columns := table.Shape(ladderScope(), p)
		if len(schema.Fields) != len(columns) {
			t.Fatalf("%s: %d fields for %d columns", table.Name(), len(schema.Fields), len(columns))
		}
		for i, f := range schema.Fields {
			if f.Name != columns[i].Name || f.Type == "" || f.Description == "" || (f.Constraints != nil) != (columns[i].Empty == Never) {
				t.Errorf("%s: field %+v for column %+v", table.Name(), f, columns[i])
			}
		}
		if (len(schema.PrimaryKey)+len(schema.UniqueKeys) == 0) != (len(table.Info().Key) == 0) {
			t.Errorf("%s: keys %v %v, want %v", table.Name(), schema.PrimaryKey, schema.UniqueKeys, table.Info().Key)
		}
	})
}

var columnName = regexp.MustCompile(`(?m)^    "((?:[^"]|"")*)" `)

func TestPostgreSQLNamesAreShortAndDiffer(t *testing.T) {
	every(func(table Table, p Profile) {
		scope := ladderScope()
		scope.Campaign.Question.Responses[0].Text = strings.Repeat("long ", 20) + `"quoted", it's`
		seen := map[string]bool{}
		names := columnName.FindAllStringSubmatch(CreateTable(table, scope, p), -1)
		if len(names) != len(table.Shape(scope, p)) {
			t.Errorf("%s: %d columns, want %d", table.Name(), len(names), len(table.Shape(scope, p)))
		}
		for _, found := range names {
			if len(found[1]) > 63 || seen[found[1]] {
				t.Errorf("%s: the name %q is too long, or there twice", table.Name(), found[1])
			}
			seen[found[1]] = true
		}
	})
}

// TestStatementsAreTheTables holds docs/exports.sql against the columns, with all columns of each export.
func TestStatementsAreTheTables(t *testing.T) {
	var want strings.Builder
	want.WriteString("-- A table for every export, extended columns included, for PostgreSQL 15. Generated:\n" +
		"-- go test ./internal/export -run TestStatements -update\n" +
		"-- legacy_mobilizers has a column per Key Question response; here are those of the default ones.\n")
	for _, table := range Tables() {
		p := Standard
		if len(table.Info().Extended) > 0 {
			p = Extended
		}
		want.WriteString("\n" + CreateTable(table, ladderScope(), p))
	}
	if *renew {
		if err := os.WriteFile(statements, []byte(want.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(statements)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Errorf("%s does not say what the exports hold; write it anew: go test ./internal/export -run TestStatements -update", statements)
	}
}
