package list

import (
	"strings"
	"unicode"

	"github.com/kithhq/kith/internal/csv"
)

// The columns by which Read recognizes a file that RejectsCSV has written.
const (
	columnRow    = "row"
	columnReason = "reason"
)

// RejectsCSV writes rows as a CSV that is safe to open in a spreadsheet: row number, reason, and the file's own columns, so
// that people can correct it and send it again.
func (l *List) RejectsCSV(rows []*Row) []byte {
	file := csv.Spreadsheet.Start()
	line := csv.NewRow(csv.Spreadsheet)
	endLine := func() {
		line.End()
		file = append(file, line.Line()...)
		line.Reset()
	}
	line.Text(columnRow)
	line.Text(columnReason)
	for _, name := range l.Header {
		line.Text(printable(name))
	}
	endLine()
	for _, r := range rows {
		line.Count(r.Number)
		line.Text(r.reason())
		for i := range max(len(l.Header), len(r.Cells)) {
			cell := ""
			if i < len(r.Cells) {
				cell = r.Cells[i]
			}
			line.Code(printable(cell))
		}
		endLine()
	}
	return file
}

// reason joins all reasons of a row in one cell.
func (r *Row) reason() string {
	var reasons []string
	for _, f := range r.Reasons() {
		reason := f.Message.String()
		if r.Class == Malformed {
			reason = f.Name + ": " + reason
		}
		reasons = append(reasons, reason)
	}
	return strings.Join(reasons, " ")
}

// printable removes the control characters that spreadsheets do not show.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}
