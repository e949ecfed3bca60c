package audit

import (
	"context"
	"log/slog"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
)

// noteCounts holds, by contact, its notes minus the number of notes that the contact records. The number is missing for notes
// that were written before it existed.
type noteCounts map[contact.Ref]int

func (n noteCounts) add(row any) {
	switch r := row.(type) {
	case *contact.Contact:
		n.change(r.Ref(), -r.NoteCount)
	case *contact.Note:
		n.change(r.About, 1)
	}
}

func (n noteCounts) change(ref contact.Ref, by int) {
	if n[ref] += by; n[ref] == 0 {
		delete(n, ref)
	}
}

// noteDifference is a difference of a contact at a version.
type noteDifference struct {
	missing int
	version int
}

// completeNoteCounts adds missing notes to the numbers of contacts, after two examinations with the same difference between
// which the contact did not change: every note changes its contact. It keeps the differences that are not confirmed or for
// which the time does not suffice, so that the campaign counts as not verified and the next audit continues.
func (a *Auditor) completeNoteCounts(ctx context.Context, c *campaignAudit, found noteCounts, refs *references) error {
	var examined []contact.Ref
	for ref := range found {
		if refs.contacts[ref.Contact] { // notes of a deleted contact are removed as orphans
			examined = append(examined, ref)
		}
	}
	previous := c.notes
	c.notes = map[contact.Ref]noteDifference{}
	contacts, err := a.Store.ContactsByRef(ctx, examined)
	if err != nil {
		return err
	}
	completed := 0
	for _, row := range contacts {
		ref := row.Ref()
		difference := noteDifference{found[ref], row.Version}
		if previous[ref] != difference || outOfTime(ctx, 0) {
			c.notes[ref] = difference
			continue
		}
		row.NoteCount += difference.missing
		err := a.Store.Commit(ctx, a.Store.UpdateContact(row)...)
		if dynamo.ConditionFailed(err, "") {
			c.notes[ref] = difference
			continue
		}
		if err != nil {
			return err
		}
		completed++
	}
	if completed > 0 {
		slog.InfoContext(ctx, "numbers of notes completed", "campaign", c.campaign, "contacts", completed)
	}
	return nil
}
