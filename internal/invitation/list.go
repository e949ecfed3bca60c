package invitation

import (
	"fmt"
	"strings"
	"time"
	"unicode"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/fault"
)

// Class is what a row of a list of guests is.
type Class string

// The classes. Each row is in one of them.
const (
	Valid            Class = "valid"
	Duplicate        Class = "duplicate" // the address stands in an earlier row, or has an open invitation
	AlreadyMobilizer Class = "already_mobilizer"
	SuppressedRow    Class = "suppressed" // the address gets no mail of the organization
	Malformed        Class = "malformed"
)

// Verdict is what a row is, and what makes it that.
type Verdict struct {
	Class      Class
	Earlier    int           // of a duplicate: the row that has the same address
	Invitation ID            // of a duplicate: the address's open invitation
	Why        DeliveryState // of a suppressed address
}

// Row is one guest of a list.
type Row struct {
	Number  int      // as spreadsheets show it: the header is row 1, blank rows count
	Cells   []string // of a row that can't be read, its text as the only one
	Given   Invitee  // as it was written
	Invitee Invitee  // clean, unless the row is malformed
	Fields  []fault.Field
	Verdict
}

// List is a file of guests, in its order.
type List struct {
	Header []string
	Rows   []*Row
}

// Known is what there is of an address in a campaign and its organization.
type Known struct {
	Invitation *Invitation  // nil when it was never invited
	Mobilizer  bool         // of the campaign, and has not left
	Suppressed *Suppression // nil when it gets the organization's mail
}

func (r *Row) malformed(fields ...fault.Field) {
	r.Class, r.Fields = Malformed, fields
}

// findRepeated marks those rows whose address stands in an earlier one.
func (l *List) findRepeated() {
	first := map[string]int{}
	for _, r := range l.Rows {
		if r.Class == Malformed {
			continue
		}
		r.Class = Valid
		if earlier, there := first[r.Invitee.Email]; there {
			r.Verdict = Verdict{Class: Duplicate, Earlier: earlier}
			continue
		}
		first[r.Invitee.Email] = r.Number
	}
}

// Candidates returns the rows of which nothing in the file says that they can't be invited. No address comes twice.
func (l *List) Candidates() []*Row {
	var rows []*Row
	for _, r := range l.Rows {
		if r.Class == Valid {
			rows = append(rows, r)
		}
	}
	return rows
}

// Judge says what a candidate is, given what there is of its address: as inviting it alone would, but that an address
// which gets no mail is not invited.
func Judge(k Known, at time.Time) Verdict {
	switch {
	case k.Mobilizer:
		return Verdict{Class: AlreadyMobilizer}
	case k.Suppressed != nil:
		return Verdict{Class: SuppressedRow, Why: k.Suppressed.Reason}
	case k.Invitation != nil && k.Invitation.State(at) == Open:
		return Verdict{Class: Duplicate, Invitation: k.Invitation.ID}
	default:
		return Verdict{Class: Valid}
	}
}

// Reasons says why a row is not invited, for people: one for each field of a malformed row. None for a valid row.
func (r *Row) Reasons() []fault.Field {
	about := func(message string) []fault.Field { return []fault.Field{{Name: columnEmail, Message: message}} }
	switch r.Class {
	case Malformed:
		return r.Fields
	case AlreadyMobilizer:
		return about("Somebody with this address is a mobilizer of this campaign already.")
	case Duplicate:
		if r.Earlier > 0 {
			return about(fmt.Sprintf("Row %d has the same address.", r.Earlier))
		}
		return about("This address has an open invitation. Send that one again instead.")
	case SuppressedRow:
		return about(silence(r.Why, false))
	case Valid:
	}
	return nil
}

// Rejected returns the rows that are not invited.
func (l *List) Rejected() []*Row {
	var rows []*Row
	for _, r := range l.Rows {
		if r.Class != Valid {
			rows = append(rows, r)
		}
	}
	return rows
}

// Totals counts the rows by class.
func (l *List) Totals() map[Class]int {
	totals := map[Class]int{}
	for _, r := range l.Rows {
		totals[r.Class]++
	}
	return totals
}

// The columns by which ReadList knows a file that Rejects has written.
const (
	rejectsRow    = "row"
	rejectsReason = "reason"
)

// Rejects writes rows as a CSV that is safe to open in a spreadsheet: row, reason, and the file's own columns, so that it
// can be mended and sent again.
func (l *List) Rejects(rows []*Row) []byte {
	file := csv.Spreadsheet.Start()
	line := csv.NewRow(csv.Spreadsheet)
	end := func() {
		line.End()
		file = append(file, line.Line()...)
		line.Reset()
	}
	line.Text(rejectsRow)
	line.Text(rejectsReason)
	for _, name := range l.Header {
		line.Text(printable(name))
	}
	end()
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
		end()
	}
	return file
}

// reason is all that stands against a row, in one cell.
func (r *Row) reason() string {
	reasons := r.Reasons()
	told := make([]string, len(reasons))
	for i, f := range reasons {
		told[i] = f.Message
		if r.Class == Malformed {
			told[i] = f.Name + ": " + f.Message
		}
	}
	return strings.Join(told, " ")
}

// printable takes from a cell the control characters that no spreadsheet shows.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsControl(r) && r != '\n' && r != '\t' {
			return -1
		}
		return r
	}, s)
}
