package dataset_test

import (
	"bytes"
	stdcsv "encoding/csv"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/voter"
)

// Another CSV implementation reads from each cell the text that was written.
func TestDatasets_DifficultTexts_SurviveRoundTrip(t *testing.T) {
	t.Parallel()
	exporttest.EachFile(t, csv.Data, func(t *testing.T, f *exporttest.File) {
		if diff := cmp.Diff(names(f.Columns), f.Cells[0]); diff != "" {
			t.Errorf("header (-columns +read):\n%s", diff)
		}
		if len(f.Cells) < 2 {
			t.Fatal("no rows")
		}
		checkTexts(t, f, exporttest.DifficultTexts())
	})
}

// The changes of the spreadsheet dialect can be undone, as docs/exports.md describes.
func TestDatasets_SpreadsheetDialect_CanBeUndone(t *testing.T) {
	t.Parallel()
	exporttest.EachFile(t, csv.Spreadsheet, func(t *testing.T, f *exporttest.File) {
		if !bytes.HasPrefix(f.Bytes, []byte("\ufeff")) || !bytes.HasSuffix(f.Bytes, []byte("\r\n")) {
			t.Error("no byte order mark, or no CR LF")
		}
		for _, row := range f.Cells[1:] {
			for i, c := range f.Columns {
				if isFormula(row[i]) && (c.Kind != dataset.Code || !isCode(row[i])) && c.Kind != dataset.Value {
					t.Errorf("%s is a formula: %q", c.Name, row[i])
				}
				row[i] = undo(c, row[i])
			}
		}
		checkTexts(t, f, exporttest.DifficultTexts())
	})
}

// isFormula reports whether a spreadsheet program would treat the text as a formula.
func isFormula(cell string) bool {
	if strings.IndexAny(cell, "\t\r\n") == 0 {
		return true
	}
	for _, sign := range []string{"=", "+", "-", "@", "＝", "＋", "－", "＠"} {
		if strings.HasPrefix(strings.TrimLeft(cell, " \u00a0\u3000\t\r\n"), sign) {
			return true
		}
	}
	return false
}

func isCode(cell string) bool {
	digits, ends := strings.CutSuffix(strings.TrimPrefix(strings.TrimPrefix(cell, `="`), "+"), `"`)
	return ends && strings.HasPrefix(cell, `="`) && digits != "" && strings.Trim(digits, "0123456789") == ""
}

// undo returns the value of a cell in the spreadsheet dialect.
func undo(c dataset.ColumnInfo, cell string) string {
	switch {
	case c.Kind == dataset.Code && isCode(cell):
		return cell[2 : len(cell)-1]
	case (c.Kind == dataset.Code || c.Kind == dataset.Text) && strings.HasPrefix(cell, "'") && isFormula(strings.TrimLeft(cell, "'")):
		return cell[1:]
	default:
		return cell
	}
}

// checkTexts compares the text cells of a file with the texts of the campaign.
func checkTexts(t *testing.T, f *exporttest.File, texts []string) {
	t.Helper()
	for r, row := range f.Cells[1:] {
		number := r
		switch f.Dataset.Info().Name {
		case "analytics":
			checkAnalytics(t, row, texts)
			continue
		case "voters":
			number = 2 * r % len(texts) // even numbers are matched: mobilizers, then contacts
		default:
			for i, c := range f.Columns {
				if c.Kind == dataset.ID && row[i] != "" && row[i] != exporttest.UUID(1, 0) && row[i] != exporttest.UUID(2, 0) {
					number = exporttest.Number(t, row[i])
				}
			}
		}
		for i, c := range f.Columns {
			if c.Kind != dataset.Text && c.Kind != dataset.Code {
				continue
			}
			if want := wantText(c, texts[number], number); row[i] != want {
				t.Errorf("%s, row %d, %s: got %q, want %q", f.Dataset.Info().Name, r, c.Name, row[i], want)
			}
		}
	}
}

func checkAnalytics(t *testing.T, row, texts []string) {
	t.Helper()
	section, name, item, title := row[0], row[1], row[2], row[3]
	if (section == "action_item" || section == "option") && title != texts[exporttest.Number(t, item)] {
		t.Errorf("analytics, %s %s: action_item_title is %q, want %q", section, item, title, texts[exporttest.Number(t, item)])
	}
	if (section == "ladder" || section == "option") && name != texts[exporttest.Number(t, item)] {
		t.Errorf("analytics, %s %s: got %q, want %q", section, item, name, texts[exporttest.Number(t, item)])
	}
}

// wantText returns the text of a cell in the row of a record with a number, from the text of that record.
func wantText(c dataset.ColumnInfo, text string, number int) string {
	optional, kind := text, number%3 // of action item: task, multiple choice, free response
	if number%2 == 1 {
		optional = ""
	}
	switch {
	case c.Name == "rally__organization_name":
		return exporttest.OrganizationName
	case c.Name == "rally__campaign_name":
		return exporttest.CampaignName
	case c.Name == "response_text" && kind != 2, strings.Contains(c.Name, "option_") && kind != 1:
		return ""
	case c.Name == "response_text", strings.HasSuffix(c.Name, "option_text"):
		return text
	case c.Name == "Location" && optional != "":
		return text + ", " + text
	case c.Empty == dataset.NeverEmpty:
		return text
	default:
		return optional
	}
}

// A voter file may lack names, cities and zips, even of a matched voter: every column that is then empty says so.
func TestDatasets_VoterWithoutDetails_EmptyCellsAreDocumented(t *testing.T) {
	t.Parallel()
	for _, bare := range []voter.Voter{
		{CanonicalID: "ME1", StateFileID: "1", LastName: "Stone", State: "ME"}, {CanonicalID: "ME1", StateFileID: "1", FirstName: "Ann", State: "ME"},
	} {
		src, scope := exporttest.NewDifficultCampaign([]string{"a", "b", "c"})
		for i := range src.Contacts {
			for _, m := range []*voter.Match{&src.Contacts[i].Match, &src.Mobilizers[i].Match} {
				if m.Status == voter.Confirmed {
					m.Voter = bare
				}
			}
		}
		exporttest.EachProfile(func(d dataset.Dataset, p dataset.Profile) {
			columns := d.ColumnsFor(scope, p)
			cells, err := stdcsv.NewReader(bytes.NewReader(exporttest.Write(t, d, src, scope, exporttest.DifficultOptions(d, csv.Data, p)))).ReadAll()
			if err != nil {
				t.Fatal(err)
			}
			for _, row := range cells[1:] {
				if !slices.ContainsFunc(row, func(cell string) bool { return cell == bare.CanonicalID }) {
					continue
				}
				for i, c := range columns {
					if row[i] == "" && (strings.Contains(c.Empty, "CONFIRMED") && !strings.Contains(c.Empty, "voter file") || c.Empty == dataset.NeverEmpty) {
						t.Errorf("%s/%s: %s is empty although matched: %s", d.Info().Name, p, c.Name, c.Empty)
					}
				}
			}
		})
	}
}
