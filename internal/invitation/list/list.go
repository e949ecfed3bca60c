// Package list owns invitation lists: CSV files of people to invite to a campaign. It reads a file, classifies its rows, and
// writes the rejected ones as a CSV. It invites nobody.
package list

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

// Class says whether a row can be invited. Each row has one.
type Class string

// The classes of rows.
const (
	Valid            Class = "valid"
	Duplicate        Class = "duplicate" // an earlier row has the address, or the address has an open invitation
	AlreadyMobilizer Class = "already_mobilizer"
	Suppressed       Class = "suppressed" // the organization must not send email to the address
	Malformed        Class = "malformed"
)

// Verdict is the class of a row with its reason.
type Verdict struct {
	Class       Class
	EarlierRow  int                      // of a duplicate: number of the row with the same address
	Invitation  invitation.ID            // of a duplicate: the open invitation of the address
	Suppression invitation.DeliveryState // why the address is suppressed
}

// Row is one person of a list.
type Row struct {
	Number  int      // as spreadsheets show it: the header is row 1, blank rows count
	Cells   []string // the text of the whole row as one cell if it is not valid CSV
	Given   invitation.Invitee
	Invitee invitation.Invitee // normalized; empty in a malformed row
	Fields  []fault.Field      // errors of a malformed row
	// Warnings names the optional values of a row that were left out, with the reason. The fields of a malformed row include them.
	Warnings []fault.Field
	Verdict
}

// List is the rows of a file, in its order.
type List struct {
	Header []string
	Rows   []*Row
}

// Known is what is stored about an address in a campaign and its organization.
type Known struct {
	Invitation  *invitation.Invitation // nil if it was never invited
	Mobilizer   bool                   // of the campaign, has not left, and shares the address with administrators
	Suppression *invitation.Suppression
}

func (r *Row) reject(fields ...fault.Field) {
	r.Class, r.Fields = Malformed, fields
}

// findDuplicates marks the rows whose address is in an earlier one. A malformed row does not count.
func (l *List) findDuplicates() {
	first := map[string]int{}
	for _, r := range l.Rows {
		if r.Class == Malformed {
			continue
		}
		r.Class = Valid
		if earlier, found := first[r.Invitee.Email]; found {
			r.Verdict = Verdict{Class: Duplicate, EarlierRow: earlier}
			continue
		}
		first[r.Invitee.Email] = r.Number
	}
}

// Candidates returns the rows that are valid so far. Their addresses are distinct.
func (l *List) Candidates() []*Row {
	return l.rows(func(r *Row) bool { return r.Class == Valid })
}

// Rejected returns the rows that are not invited.
func (l *List) Rejected() []*Row {
	return l.rows(func(r *Row) bool { return r.Class != Valid })
}

// Warned returns the rows with warnings.
func (l *List) Warned() []*Row {
	return l.rows(func(r *Row) bool { return len(r.Warnings) > 0 })
}

func (l *List) rows(include func(*Row) bool) []*Row {
	var rows []*Row
	for _, r := range l.Rows {
		if include(r) {
			rows = append(rows, r)
		}
	}
	return rows
}

// Classify returns the verdict on a candidate: the same as for inviting its address alone, except that a suppressed address
// is not invited.
func Classify(k Known, at time.Time) Verdict {
	switch {
	case k.Mobilizer:
		return Verdict{Class: AlreadyMobilizer}
	case k.Suppression != nil:
		return Verdict{Class: Suppressed, Suppression: k.Suppression.Reason}
	case k.Invitation != nil && k.Invitation.State(at) == invitation.Open:
		return Verdict{Class: Duplicate, Invitation: k.Invitation.ID}
	case k.Invitation != nil && k.Invitation.SentOften():
		return Verdict{Class: Suppressed, Suppression: invitation.SentTooOften}
	default:
		return Verdict{Class: Valid}
	}
}

// Reasons returns why a row is not invited, in sentences for people: one for each field of a malformed row, none for a valid
// row.
func (r *Row) Reasons() []fault.Field {
	email := func(m fault.Message) []fault.Field { return []fault.Field{{Name: columnEmail, Message: m}} }
	switch r.Class {
	case Malformed:
		return r.Fields
	case AlreadyMobilizer:
		return email(fault.NewMessage("A mobilizer of this campaign has this address already."))
	case Duplicate:
		if r.EarlierRow > 0 {
			return email(fault.NewMessage("Row %d has the same address.", r.EarlierRow))
		}
		return email(fault.NewMessage("This address has an open invitation. Resend it instead."))
	case Suppressed:
		return email(invitation.SuppressionMessage(r.Suppression, false))
	case Valid:
	}
	return nil
}

// Totals counts the rows by class.
func (l *List) Totals() map[Class]int {
	totals := map[Class]int{}
	for _, r := range l.Rows {
		totals[r.Class]++
	}
	return totals
}
