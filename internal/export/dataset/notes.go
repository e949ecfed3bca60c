package dataset

import (
	"context"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
)

// NoteRow is a note with the contact that it is about.
type NoteRow struct {
	Scope   *Scope
	Contact *contact.Contact
	Note    *contact.Note
}

func (r *NoteRow) scope() *Scope             { return r.Scope }
func (r *NoteRow) contact() *contact.Contact { return r.Contact }

// Notes has one row per note that is not deleted, by contact in order of adding.
var Notes = Definition[NoteRow]{
	Name:  "notes",
	Title: "Notes Export",
	Rows:  "One per note of a mobilizer on a contact. Deleted notes are not included.",
	Key:   []string{"rally__note_id"},
	Order: "by contact (order of adding), then note_created_at, then key",
	Columns: concat(contactColumns((*NoteRow).contact), []Column[NoteRow]{
		{
			"note_created_at", Time, NeverEmpty, "When the mobilizer wrote the note. Edits do not move it.",
			func(w *csv.Row, r *NoteRow) { w.Time(r.Note.CreatedAt) },
		},
		{
			"note_content", Text, NeverEmpty, "What the note says now, exactly as it was written, line breaks included.",
			func(w *csv.Row, r *NoteRow) { w.Text(r.Note.Content) },
		},
	}, scopeColumns((*NoteRow).scope), contactIDColumns((*NoteRow).contact), []Column[NoteRow]{
		{
			"rally__note_id", ID, NeverEmpty, "The note.",
			func(w *csv.Row, r *NoteRow) { w.Plain(string(r.Note.ID)) },
		},
	}),
	Extended: concat(mobilizerIDColumns((*NoteRow).contact), []Column[NoteRow]{
		{
			"note_updated_at", Time, ifNeverEdited, "When the mobilizer last edited the note.",
			func(w *csv.Row, r *NoteRow) { w.Time(r.Note.UpdatedAt) },
		},
	}),
	// Touchpoints that are neither responses nor, at least, the current answers.
	ExpectedRows: func(s *Scope) int {
		n := s.counts()
		return max(0, n.Touchpoints-n.ActionResponses-n.ContactsAnswered)
	},
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*NoteRow, string) error) error {
		row := &NoteRow{Scope: scope}
		return src.EachNote(ctx, scope.Campaign.ID, after, func(of *contact.Contact, n *contact.Note, position string) error {
			row.Contact, row.Note = of, n
			return yield(row, position)
		})
	},
}
