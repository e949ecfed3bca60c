package csv

import (
	"bytes"
	"encoding/csv"
	"io"
	"regexp"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"
)

// cellText generates texts with the characters that are special in CSV and spreadsheets. Tests that use it are not parallel, because a generator is not safe for concurrent use.
var cellText = rapid.OneOf(
	rapid.StringN(0, 30, -1),
	rapid.StringOfN(rapid.SampledFrom([]rune("a,\"\n\r\t =+-@＝＠'0é🎉ب")), 0, 12, -1),
	rapid.SampledFrom([]string{"", "=HYPERLINK(\"x\")", "02139", "+15551234567", "12345678901234567", "\\.", "#", " lead", "trail "}),
)

func read(t *rapid.T, file []byte) [][]string {
	r := csv.NewReader(bytes.NewReader(file))
	r.FieldsPerRecord = -1
	records, err := r.ReadAll()
	if err != nil {
		t.Fatalf("encoding/csv rejects the file: %v\n%q", err, file)
	}
	return records
}

// encoding/csv reads every cell as it was written, except that it turns CR LF in a cell into LF.
func TestData_AnyText_SurvivesRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := rapid.SliceOfN(rapid.SliceOfN(cellText, 2, 5), 1, 6).Draw(t, "rows")
		var file []byte
		row := NewRow(Data)
		for _, cells := range rows {
			for _, cell := range cells {
				row.Text(cell)
			}
			row.End()
			file = append(file, row.Line()...)
			row.Reset()
		}
		got := read(t, file)
		if len(got) != len(rows) {
			t.Fatalf("%d rows written, %d read", len(rows), len(got))
		}
		for i := range rows {
			for n := range rows[i] {
				if want := strings.ReplaceAll(rows[i][n], "\r\n", "\n"); got[i][n] != want {
					t.Fatalf("wrote %q, read %q", want, got[i][n])
				}
			}
		}
	})
}

func TestSpreadsheet_AnyText_IsNoFormula(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := cellText.Draw(t, "text")
		row := NewRow(Spreadsheet)
		row.Text(text)
		row.Code(text)
		row.End()
		cells := read(t, row.Line())[0]
		if isFormula(cells[0]) {
			t.Fatalf("%q is a formula", cells[0])
		}
		if cells[1] != "" && isFormula(cells[1]) && cells[1] != `="`+text+`"` {
			t.Fatalf("%q is a formula", cells[1])
		}
	})
}

// lineEnds matches every CR before an LF, so that the replaced text contains no CR LF.
var lineEnds = regexp.MustCompile(`\r+\n`)

func TestUnescape_AnyText_RestoresIt(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := lineEnds.ReplaceAllString(cellText.Draw(t, "text"), "\n") // encoding/csv reads CR LF as LF
		row := NewRow(Spreadsheet)
		row.Text(text)
		row.Code(text)
		row.End()
		for _, cell := range read(t, row.Line())[0] {
			if got := Unescape(cell); got != text {
				t.Fatalf("%q was written as %q and restored as %q", text, cell, got)
			}
		}
	})
}

func TestRow_EachType_WritesCell(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, 10, 24, 1, 2, 3, 4_567_000, time.FixedZone("", -3600))
	write := func(d Dialect) string {
		r := NewRow(d)
		r.Code("02139")
		r.Code("PA12345678901234567")
		r.Code("+15551234567")
		r.Text("a, \"b\"")
		r.Time(at)
		r.Time(time.Time{})
		r.Bool(true)
		r.Count(-3)
		r.Plain("66.67")
		r.Empty()
		r.End()
		return string(r.Line())
	}
	want := `02139,PA12345678901234567,+15551234567,"a, ""b""",2026-10-24T02:02:03.004Z,,true,-3,66.67,` + "\n"
	if got := write(Data); got != want {
		t.Errorf("data:\n%q, want\n%q", got, want)
	}
	want = `"=""02139""",PA12345678901234567,"=""+15551234567""","a, ""b""",2026-10-24T02:02:03.004Z,,true,-3,66.67,` + "\r\n"
	if got := write(Spreadsheet); got != want {
		t.Errorf("spreadsheet:\n%q, want\n%q", got, want)
	}
}

func BenchmarkRow(b *testing.B) {
	r := NewRow(Data)
	for b.Loop() {
		r.Reset()
		for range 26 {
			r.Text("01928d5e-0000-7000-8000-000000000001")
		}
		r.End()
		if _, err := io.Discard.Write(r.Line()); err != nil {
			b.Fatal(err)
		}
	}
}
