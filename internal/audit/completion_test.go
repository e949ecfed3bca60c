package audit_test

import (
	"testing"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
)

// forgetNotes stores a contact as it was before its notes were counted.
func (f *auditFixture) forgetNotes(c *contact.Contact) {
	f.Helper()
	c.NoteCount = 0
	f.commit(f.store.UpdateContact(c))
	f.countStream()
}

// withNotes returns the number of contacts that the list finds with the filter has_notes.
func (f *auditFixture) withNotes() int {
	f.Helper()
	has := true
	page, err := f.store.ContactsPage(f.Context(), f.campaign.ID, dynamo.ContactQuery{
		Filter: peoplelist.ContactFilter{Notes: &has}, PageQuery: dynamo.PageQuery{Limit: 10},
	})
	f.must(err)
	return page.Total
}

func (f *auditFixture) contact(m *mobilizer.Mobilizer, id contact.ID) *contact.Contact {
	f.Helper()
	c, err := f.store.Contact(f.Context(), f.campaign.ID, m.ID, id)
	f.must(err)
	return c
}

func (f *auditFixture) addNote(m *mobilizer.Mobilizer, id contact.ID) {
	f.Helper()
	c := f.contact(m, id)
	note, err := c.CreateNote("Again", f.moment())
	f.must(err)
	f.commit(f.store.CreateNote(c, note))
}

func TestRun_NotesFromBeforeTheirCount_CompletesContacts(t *testing.T) {
	f := newAuditFixture(t)
	f.versions = metrics.CellVersions
	m := f.join("ann")
	f.addContact(m)
	forgotten := f.addContact(m)
	f.addNote(m, forgotten.ID)
	forgotten = f.contact(m, forgotten.ID)
	f.forgetNotes(forgotten)
	if n := f.withNotes(); n != 1 {
		t.Fatalf("the list finds %d contacts with notes before the audit, want 1", n)
	}
	report := f.audit()
	f.countStream()
	if report.Verdict != "verified" || len(report.Drift) > 0 || report.ListRepaired > 0 {
		t.Errorf("the report is %+v", report)
	}
	completed := f.contact(m, forgotten.ID)
	if completed.NoteCount != 2 {
		t.Errorf("%d notes, want 2", completed.NoteCount)
	}
	if n := f.withNotes(); n != 2 {
		t.Errorf("the list finds %d contacts with notes, want 2", n)
	}
	f.audit()
	if again := f.contact(m, forgotten.ID); again.Version != completed.Version {
		t.Errorf("the next audit changed the contact: version %d, want %d", again.Version, completed.Version)
	}
}

// A note that is written between two examinations changes the contact, whose difference is then examined again.
func TestRun_NoteWrittenBetweenExaminations_CountsOnce(t *testing.T) {
	f := newAuditFixture(t)
	f.versions = metrics.CellVersions
	m := f.join("ann")
	c := f.addContact(m)
	f.forgetNotes(c)
	waits := 0
	f.onWait = func() {
		if waits++; waits == 1 {
			f.addNote(m, c.ID)
		}
		f.countStream()
	}
	if report := f.audit(); report.Verdict != "verified" {
		t.Errorf("the report is %+v", report)
	}
	if got := f.contact(m, c.ID); got.NoteCount != 2 {
		t.Errorf("%d notes, want 2", got.NoteCount)
	}
}

// answer records the campaign's response with the index.
func (f *auditFixture) answer(m *mobilizer.Mobilizer, id contact.ID, response int) *contact.Contact {
	f.Helper()
	c := f.contact(m, id)
	answer, err := c.AnswerKeyQuestion(f.campaign, f.campaign.Question.Responses[response].ID, f.moment())
	f.must(err)
	f.commit(f.store.CreateAnswer(c, answer))
	return f.contact(m, id)
}

// An earlier version counted no first responses and did not record them: contacts get them from their history, and the counters a
// backfill.
func TestRun_AnswersFromBeforeMovement_CompletesContactsAndBackfills(t *testing.T) {
	f := newAuditFixture(t)
	f.versions = metrics.Versions{"notes": 1}
	m := f.join("ann")
	stayed := f.addContact(m) // answered with 2
	forgotten := f.answer(m, f.addContact(m).ID, 4)
	again := f.contact(m, f.answer(m, f.addContact(m).ID, 1).ID)
	cleared := again.ClearKeyQuestion(f.campaign, f.moment())
	f.commit(f.store.CreateAnswer(again, cleared))
	again = f.answer(m, again.ID, 0)
	again = f.answer(m, again.ID, 3)
	for _, c := range []*contact.Contact{forgotten, again} {
		c.MovedFrom = ""
		f.commit(f.store.UpdateContact(c))
	}
	f.countStream()
	for _, cell := range []string{"f0202", "f0404", "f0303"} {
		f.tamper("C#"+string(f.campaign.ID)+"#action", "ladder", cell, -1)
	}

	f.versions = metrics.CellVersions
	report := f.audit()
	f.countStream()
	if len(report.Drift) > 0 || report.Verdict != "backfilled" {
		t.Errorf("the report is %+v", report)
	}
	for c, first := range map[*contact.Contact]int{stayed: 2, forgotten: 2, again: 0} {
		if got := f.contact(m, c.ID).FirstKeyQuestionCode(); got != f.campaign.Question.Responses[first].Code {
			t.Errorf("the first response is %q, want %d", got, first)
		}
	}
	completed := f.contact(m, again.ID)
	report = f.audit()
	if report.Verdict != "verified" || len(report.Corrections) != 0 {
		t.Errorf("the next report is %+v", report)
	}
	if version := f.contact(m, again.ID).Version; version != completed.Version {
		t.Errorf("the next audit changed the contact: version %d, want %d", version, completed.Version)
	}
	if m := f.analytics().Movement; m.Up.Count != 2 || m.Stayed.Count != 1 || m.Down.Count != 0 {
		t.Errorf("moved: %+v", m)
	}
}

// An answer between two examinations changes the contact, whose history is then examined again.
func TestRun_AnswerBetweenExaminations_KeepsFirstResponse(t *testing.T) {
	f := newAuditFixture(t)
	f.versions = metrics.CellVersions
	m := f.join("ann")
	c := f.answer(m, f.addContact(m).ID, 4)
	c.MovedFrom = ""
	f.commit(f.store.UpdateContact(c))
	waits := 0
	f.onWait = func() {
		if waits++; waits == 1 {
			f.answer(m, c.ID, 0)
		}
		f.countStream()
	}
	f.audit()
	f.onWait = nil
	if report := f.audit(); report.Verdict != "verified" {
		t.Errorf("the report is %+v", report)
	}
	if got := f.contact(m, c.ID); got.MovedFrom != f.campaign.Question.Responses[2].Code {
		t.Errorf("moved from %q", got.MovedFrom)
	}
}
