package voter

import (
	"strings"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/fault"
)

// Limits of a voter file, documented in docs/voter-file.md.
const (
	MaxBytes   = 4 << 30 // bytes of one upload
	MaxColumns = 200
	MaxText    = 100    // characters of a name or a place
	MaxID      = 64     // characters of an id
	MaxLine    = 64_000 // bytes of one row
	MaxRejects = 10_000 // rows listed in the rejects file; further ones are only counted
)

// The columns of the documented layout. Case and order do not matter; other columns are ignored.
const (
	columnCanonical = "canonical_voter_id"
	columnStateFile = "state_file_id"
	columnFirst     = "first_name"
	columnLast      = "last_name"
	columnCity      = "city"
	columnState     = "state"
	columnZip       = "zip"
)

var required = []string{columnStateFile, columnFirst, columnLast, columnCity, columnState, columnZip}

// Layout maps the columns of one file.
type Layout struct {
	Header  []string
	Columns map[string]int // index of each imported column by its name
}

// ReadHeader returns the layout of a file with the header. It fails with invalid, one field per column, if a required
// column is missing or a column occurs twice.
func ReadHeader(header []string) (*Layout, error) {
	if len(header) > 0 {
		header[0] = strings.TrimPrefix(header[0], "\ufeff")
	}
	layout := &Layout{Header: header, Columns: map[string]int{}}
	var c fault.Checker
	c.Check(len(header) <= MaxColumns, "header", "A voter file has at most 200 columns.")
	for i, name := range header {
		name = strings.ToLower(strings.TrimSpace(name))
		if name != columnCanonical && !isRequired(name) {
			continue
		}
		_, twice := layout.Columns[name]
		c.Check(!twice, name, "The column "+name+" occurs twice.")
		layout.Columns[name] = i
	}
	for _, name := range required {
		_, ok := layout.Columns[name]
		c.Check(ok, name, "The column "+name+" is missing.")
	}
	if err := c.Err(); err != nil {
		return nil, err
	}
	return layout, nil
}

func isRequired(name string) bool {
	for _, r := range required {
		if r == name {
			return true
		}
	}
	return false
}

// Read returns the voter of a row of a file of the state, or the reason to reject the row, for people. A row without a
// canonical id gets the state code followed by the state file id.
func (l *Layout) Read(row []string, state string) (*Voter, string) {
	if len(row) != len(l.Header) {
		return nil, "The row and the header have different numbers of columns."
	}
	for _, cell := range row {
		if !utf8.ValidString(cell) {
			return nil, "The row is not UTF-8 text."
		}
		if strings.ContainsRune(cell, 0) {
			return nil, "The row contains a NUL character."
		}
	}
	cell := func(name string) string {
		i, ok := l.Columns[name]
		if !ok {
			return ""
		}
		return strings.TrimSpace(row[i])
	}
	v := &Voter{
		CanonicalID: cell(columnCanonical), StateFileID: cell(columnStateFile), FirstName: cell(columnFirst),
		LastName: cell(columnLast), City: cell(columnCity), State: strings.ToUpper(cell(columnState)), Zip: cell(columnZip),
	}
	if v.StateFileID == "" {
		return nil, "state_file_id is empty."
	}
	if v.State != state {
		return nil, "state is not " + state + ", the state of this file."
	}
	if v.FirstName == "" && v.LastName == "" {
		return nil, "first_name and last_name are both empty."
	}
	for name, limit := range limits {
		if utf8.RuneCountInString(cell(name)) > limit {
			return nil, name + " is too long."
		}
	}
	if v.CanonicalID == "" {
		v.CanonicalID = v.State + v.StateFileID
	}
	if strings.ContainsFunc(v.CanonicalID, func(r rune) bool { return r < ' ' || r == 0x7f }) {
		return nil, "The voter's id contains a control character."
	}
	return v, ""
}

var limits = map[string]int{
	columnCanonical: MaxID, columnStateFile: MaxID, columnFirst: MaxText, columnLast: MaxText,
	columnCity: MaxText, columnZip: 10,
}

// Duplicate is the reason to reject a row whose id occurred before.
const Duplicate = "An earlier row has the same voter id."

// Reject is a row that was not imported.
type Reject struct {
	Line   int // first line of the row in the file; the header is line 1
	Reason string
	Cells  []string
}

// rejectsHeader returns the first line of a rejects file: line, reason, and the columns of the uploaded file.
func (l *Layout) rejectsHeader() []byte {
	row := csv.NewRow(csv.Spreadsheet)
	row.Text("line")
	row.Text("reason")
	for _, name := range l.Header {
		row.Text(name)
	}
	row.End()
	return row.Line()
}

// reject returns a line of a rejects file, safe to open in a spreadsheet. Cells beyond the header's columns are left out.
func (l *Layout) reject(r Reject) []byte {
	row := csv.NewRow(csv.Spreadsheet)
	row.Count(r.Line)
	row.Text(r.Reason)
	for i := range l.Header {
		cell := ""
		if i < len(r.Cells) {
			cell = strings.ToValidUTF8(r.Cells[i], "\ufffd")
		}
		row.Code(cell)
	}
	row.End()
	return row.Line()
}
