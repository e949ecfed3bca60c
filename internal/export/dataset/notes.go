package dataset

import (
	"context"
	"slices"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
)

// NoteRow is a note about a contact.
type NoteRow struct {
	Scope   *Scope
	Contact *contact.Contact
	Note    *contact.Note
}

func (r *NoteRow) scope() *Scope             { return r.Scope }
func (r *NoteRow) contact() *contact.Contact { return r.Contact }

// Notes has one row for each note that is not deleted, by contact in the order of adding.
var Notes = Definition[NoteRow]{
	Name:  "notes",
	Title: "Notes Export",
	Rows:  "One row for each note of a mobilizer about a contact. Deleted notes are not included.",
	Key:   []string{"rally__note_id"},
	Order: "by contact (order of adding), then note_created_at, then key",
	Columns: slices.Concat(contactColumns((*NoteRow).contact), []Column[NoteRow]{
		{
			"note_created_at", Time, NeverEmpty, "When the mobilizer wrote the note. Edits do not change it.",
			func(w *csv.Row, r *NoteRow) { w.Time(r.Note.CreatedAt) },
		},
		{
			"note_content", Text, NeverEmpty, "Current text of the note, exactly as written, with its line breaks.",
			func(w *csv.Row, r *NoteRow) { w.Text(r.Note.Content) },
		},
	}, scopeColumns((*NoteRow).scope), contactIDColumns((*NoteRow).contact), []Column[NoteRow]{
		{
			"rally__note_id", ID, NeverEmpty, "Id of the note.",
			func(w *csv.Row, r *NoteRow) { w.Plain(string(r.Note.ID)) },
		},
	}),
	Extended: slices.Concat(mobilizerIDColumns((*NoteRow).contact), []Column[NoteRow]{
		{
			"note_updated_at", Time, ifNeverEdited, "When the mobilizer last edited the note.",
			func(w *csv.Row, r *NoteRow) { w.Time(r.Note.UpdatedAt) },
		},
	}),
	// The touchpoints without the action responses and the current answers. There is no counter of all answers.
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
