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

// Another implementation of the Data Package standard reads each schema, and finds each file, in either dialect, to be
// what the schema says.
func TestFilesAreWhatTheirSchemasSayToFrictionless(t *testing.T) {
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
	for what, found := range readertest.Frictionless(t, files, slices.Sorted(maps.Keys(rows))...) {
		if found.Rows != rows[what] {
			t.Errorf("%s: %d rows were read, want %d", what, found.Rows, rows[what])
		}
		for _, w := range found.Wrong {
			// It trims the first line's cells, and not the names that it compares them with: here they end with all sorts
			// of blanks, below they don't.
			if !strings.HasPrefix(what, "legacy_mobilizers-") || !strings.HasSuffix(w.Type, "-label") {
				t.Errorf("%s: %+v", what, w)
			}
		}
	}
}
