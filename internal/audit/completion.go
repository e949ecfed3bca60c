package audit

import (
	"context"
	"log/slog"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
)

// history compares a contact with the rows about it. A contact that was written before Kith recorded the number of its notes or its
// first response lacks them.
type history struct {
	missingNotes int           // notes minus the number that the contact records
	recorded     campaign.Code // first Key Question response by the contact
	first        campaign.Code // by the answers: first one after the latest clearing
}

// incomplete reports whether the contact lacks notes, or the first of its responses.
func (h history) incomplete() bool {
	return h.missingNotes != 0 || h.recorded != "" && h.first != "" && h.first != h.recorded
}

// complete adds what the contact lacks.
func (h history) complete(c *contact.Contact) {
	c.NoteCount += h.missingNotes
	if c.KeyQuestionCode == "" || h.first == "" {
		return
	}
	c.MovedFrom = h.first
	if h.first == c.KeyQuestionCode {
		c.MovedFrom = ""
	}
}

// histories holds the histories by contact.
type histories map[contact.Ref]history

// add adds a row. The answers about a contact come in order.
func (h histories) add(row any) {
	switch r := row.(type) {
	case *contact.Contact:
		of := h[r.Ref()]
		of.missingNotes -= r.NoteCount
		of.recorded = r.FirstKeyQuestionCode()
		h[r.Ref()] = of
	case *contact.Note:
		of := h[r.About]
		of.missingNotes++
		h[r.About] = of
	case *contact.Answer:
		of := h[r.About]
		if r.Code == "" || of.first == "" {
			of.first = r.Code
		}
		h[r.About] = of
	}
}

// incompleteHistory is the history of an incomplete contact at a version.
type incompleteHistory struct {
	history
	version int
}

// completeContacts adds missing notes and first responses to contacts, after two examinations with the same history between which
// the contact did not change: every note and answer changes its contact. It keeps the histories that are not confirmed or for which
// the time does not suffice, so that the campaign counts as not verified and the next audit continues.
func (a *Auditor) completeContacts(ctx context.Context, c *campaignAudit, found histories, refs *references) error {
	var examined []contact.Ref
	for ref, h := range found {
		if h.incomplete() && refs.contacts[ref.Contact] { // rows about a deleted contact are removed as orphans
			examined = append(examined, ref)
		}
	}
	previous := c.incomplete
	c.incomplete = map[contact.Ref]incompleteHistory{}
	contacts, err := a.Store.ContactsByRef(ctx, examined)
	if err != nil {
		return err
	}
	completed := 0
	for _, row := range contacts {
		ref := row.Ref()
		h := incompleteHistory{found[ref], row.Version}
		if previous[ref] != h || outOfTime(ctx, 0) {
			c.incomplete[ref] = h
			continue
		}
		h.complete(row)
		err := a.Store.Commit(ctx, a.Store.UpdateContact(row)...)
		if dynamo.ConditionFailed(err, "") {
			c.incomplete[ref] = h
			continue
		}
		if err != nil {
			return err
		}
		completed++
	}
	if completed > 0 {
		slog.InfoContext(ctx, "contacts completed", "campaign", c.campaign, "contacts", completed)
	}
	return nil
}
