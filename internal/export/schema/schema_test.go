package schema

import (
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
)

var update = flag.Bool("update", false, "rewrite docs/exports.sql")

// tablesFile is the generated file with a table for each dataset.
const tablesFile = "../../../docs/exports.sql"

func TestTableSchema_AllDatasets_HasFieldPerColumn(t *testing.T) {
	t.Parallel()
	scope := exporttest.NewScopeWithResponses()
	exporttest.EachProfile(func(d dataset.Dataset, p dataset.Profile) {
		info, schema, columns := d.Info(), NewTableSchema(d, scope, p), d.ColumnsFor(scope, p)
		if len(schema.Fields) != len(columns) {
			t.Fatalf("%s: %d fields for %d columns", info.Name, len(schema.Fields), len(columns))
		}
		for i, f := range schema.Fields {
			if f.Name != columns[i].Name || f.Type == "" || f.Description == "" || (f.Constraints != nil) != (columns[i].Empty == dataset.NeverEmpty) {
				t.Errorf("%s: field %+v for column %+v", info.Name, f, columns[i])
			}
		}
		if (len(schema.PrimaryKey)+len(schema.UniqueKeys) == 0) != (len(info.Key) == 0) {
			t.Errorf("%s: keys %v %v, want %v", info.Name, schema.PrimaryKey, schema.UniqueKeys, info.Key)
		}
	})
}

var columnName = regexp.MustCompile(`(?m)^    "((?:[^"]|"")*)" `)

func TestCreateTable_LongResponseTexts_NamesAreShortAndUnique(t *testing.T) {
	t.Parallel()
	exporttest.EachProfile(func(d dataset.Dataset, p dataset.Profile) {
		info, scope := d.Info(), exporttest.NewScopeWithResponses()
		scope.Campaign.Question.Responses[0].Text = strings.Repeat("long ", 20) + `"quoted", it's`
		seen := map[string]bool{}
		names := columnName.FindAllStringSubmatch(CreateTable(d, scope, p), -1)
		if len(names) != len(d.ColumnsFor(scope, p)) {
			t.Errorf("%s: %d columns, want %d", info.Name, len(names), len(d.ColumnsFor(scope, p)))
		}
		for _, found := range names {
			if len(found[1]) > 63 || seen[found[1]] {
				t.Errorf("%s: the name %q is too long or duplicate", info.Name, found[1])
			}
			seen[found[1]] = true
		}
	})
}

// TestCreateTable_AllDatasets_MatchesDocs compares docs/exports.sql with the columns.
func TestCreateTable_AllDatasets_MatchesDocs(t *testing.T) {
	t.Parallel()
	var want strings.Builder
	want.WriteString("-- A PostgreSQL 15 table for each dataset, with its extended columns. Generated: do not edit. To update it:\n" +
		"-- go test ./internal/export/schema -run TestCreateTable -update\n" +
		"-- legacy_mobilizers has a column for each Key Question response; these are the columns of the default responses.\n")
	for _, d := range dataset.All() {
		p := dataset.Standard
		if len(d.Info().Extended) > 0 {
			p = dataset.Extended
		}
		want.WriteString("\n" + CreateTable(d, exporttest.NewScopeWithResponses(), p))
	}
	if *update {
		if err := os.WriteFile(tablesFile, []byte(want.String()), 0o600); err != nil {
			t.Fatal(err)
		}
		return
	}
	got, err := os.ReadFile(tablesFile)
	if err != nil {
		t.Fatal(err)
	}
	if string(got) != want.String() {
		t.Errorf("%s does not match the columns. Run: go test ./internal/export/schema -run TestCreateTable -update", tablesFile)
	}
}
