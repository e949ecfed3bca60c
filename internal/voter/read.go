package voter

import (
	"strings"
	"unicode/utf8"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/fault"
)

// Limits of a voter file. docs/voter-file.md tells them to those who make one.
const (
	MaxBytes   = 4 << 30 // of one upload
	MaxColumns = 200
	MaxText    = 100    // characters of a name or a place
	MaxID      = 64     // characters of an id
	MaxLine    = 64_000 // bytes of one row
	MaxRejects = 10_000 // rows listed in the file of rejects; further ones are only counted
)

// The columns of the documented layout. Case and order do not matter; further columns are passed over.
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

// Layout tells where the columns of one file stand.
type Layout struct {
	Header  []string
	Columns map[string]int // where those stand that are read
}

// ReadHeader finds the columns in a file's first row. Invalid, naming each: required columns are missing, or a column
// comes twice.
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
		c.Check(!twice, name, "The column "+name+" comes twice.")
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

// Read takes one row for a file of the state. The reason is empty, or why the row is refused, for people.
// A row without a canonical id gets state code and state file id as its own.
func (l *Layout) Read(row []string, state string) (*Voter, string) {
	if len(row) != len(l.Header) {
		return nil, "The row has another number of columns than the header."
	}
	for _, cell := range row {
		if !utf8.ValidString(cell) {
			return nil, "The row is not UTF-8 text."
		}
		if strings.ContainsRune(cell, 0) {
			return nil, "The row holds a NUL character."
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
		return nil, "The voter's id holds a control character."
	}
	return v, ""
}

var limits = map[string]int{
	columnCanonical: MaxID, columnStateFile: MaxID, columnFirst: MaxText, columnLast: MaxText,
	columnCity: MaxText, columnZip: 10,
}

// Duplicate is why the second of two rows with one id is refused.
const Duplicate = "An earlier row has the same voter id."

// Reject is a row that was refused.
type Reject struct {
	Line   int // in the file, the header being line 1; a row with line breaks counts by its first
	Reason string
	Cells  []string
}

// rejectsHeader is the first line of a file of rejects: line, reason, and the file's own columns.
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

// reject is a line of a file of rejects, safe to open in a spreadsheet. Cells that stand in no column are left out.
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
