package dataset

import (
	"context"
	"slices"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/mobilizer"
)

// ManagementNoteRow is an administrator's note about a mobilizer.
type ManagementNoteRow struct {
	Scope     *Scope
	Mobilizer *mobilizer.Mobilizer
	Note      *mobilizer.ManagementNote
}

// ManagementNotes has one row for each management note that is not deleted, by mobilizer in the order of joining.
var ManagementNotes = Definition[ManagementNoteRow]{
	Name:  "management_notes",
	Title: "Management Notes Export",
	Rows:  "One row for each note of an administrator about a mobilizer. Deleted notes are not included.",
	Key:   []string{"management_note_id"},
	Order: "by mobilizer (order of joining), then note_created_at, then key",
	Columns: slices.Concat([]Column[ManagementNoteRow]{
		{
			"management_note_id", ID, NeverEmpty, "Id of the note.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Plain(string(r.Note.ID)) },
		},
		{
			"note_created_at", Time, NeverEmpty, "When the note was written. Edits do not change it.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Time(r.Note.CreatedAt) },
		},
		{
			"note_updated_at", Time, ifNeverEdited, "When the note was last edited.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Time(r.Note.UpdatedAt) },
		},
		{
			"note_content", Text, NeverEmpty, "Current text of the note, exactly as written, with its line breaks.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Text(r.Note.Content) },
		},
		{
			"written_by_name", Text, "If the author's login has no name.", "Name of the administrator who wrote the note, at that time.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Text(r.Note.AuthorName) },
		},
		{
			"written_by_email", Text, NeverEmpty, "Login email of the administrator, at that time.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Text(r.Note.AuthorEmail) },
		},
		{
			"mobilizer_first_name", Text, NeverEmpty, "First name of the mobilizer, as entered by the mobilizer.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Text(r.Mobilizer.Profile.FirstName) },
		},
		{
			"mobilizer_last_name", Text, NeverEmpty, "Last name of the mobilizer, as entered by the mobilizer.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Text(r.Mobilizer.Profile.LastName) },
		},
	}, scopeColumns(func(r *ManagementNoteRow) *Scope { return r.Scope }), []Column[ManagementNoteRow]{
		{
			"rally__user_id", ID, NeverEmpty, "User id of the mobilizer.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Plain(string(r.Mobilizer.User)) },
		},
		{
			"rally__user_campaign_membership_id", ID, NeverEmpty, "Id of the mobilizer's membership in the campaign.",
			func(w *csv.Row, r *ManagementNoteRow) { w.Plain(string(r.Mobilizer.ID)) },
		},
	}),
	ExpectedRows: func(*Scope) int { return 0 }, // there is no counter
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*ManagementNoteRow, string) error) error {
		row := &ManagementNoteRow{Scope: scope}
		return src.EachManagementNote(ctx, scope.Campaign.ID, after, func(of *mobilizer.Mobilizer, n *mobilizer.ManagementNote, position string) error {
			row.Mobilizer, row.Note = of, n
			return yield(row, position)
		})
	},
}
