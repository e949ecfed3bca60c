package schema

import (
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/readertest"
)

// Frictionless, another implementation of the Data Package standard, validates each file in each dialect against its schema.
func TestFrictionless_DifficultFiles_AreValid(t *testing.T) {
	t.Parallel()
	_, scope := exporttest.NewDifficultCampaign(exporttest.DifficultTexts())
	files, rows := map[string][]byte{}, map[string]int{}
	for _, d := range []csv.Dialect{csv.Data, csv.Spreadsheet} {
		exporttest.EachFile(t, d, func(t *testing.T, f *exporttest.File) {
			name := string(f.Dataset.Info().Name)
			schema, err := Frictionless(export.Request{Type: export.Type(name), Profile: f.Profile}, scope)
			if err != nil {
				t.Fatal(err)
			}
			name += "-" + string(f.Profile) + "-" + string(d)
			files[name+".csv"], files[name+".json"] = f.Bytes, schema
			rows[name+".csv="+name+".json"] = len(f.Cells) - 1
		})
	}
	for name, result := range readertest.Frictionless(t, files, slices.Sorted(maps.Keys(rows))...) {
		if result.Rows != rows[name] {
			t.Errorf("%s: %d rows were read, want %d", name, result.Rows, rows[name])
		}
		for _, e := range result.Errors {
			// Frictionless trims the cells of the first line, but not the names that it compares them with. The response texts
			// of this campaign end with blanks; those of the bundle's test do not.
			if !strings.HasPrefix(name, "legacy_mobilizers-") || !strings.HasSuffix(e.Type, "-label") {
				t.Errorf("%s: %+v", name, e)
			}
		}
	}
}
