package dynamo

import (
	"context"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

var addedOn = &campaign.Campaign{ID: "campaign", Organization: "organization", Status: campaign.Active, Question: campaign.KeyQuestion{
	Responses: []campaign.Response{{ID: "r", Code: "00", Text: "Maybe", Value: 3}},
}}

// circle is a mobilizer with contacts, in tables of their own.
type circle struct {
	t   *testing.T
	s   *Store
	m   *mobilizer.Mobilizer
	now time.Time
}

func newCircle(t *testing.T) *circle {
	t.Helper()
	db, tables := dynamotest.New(t)
	c := &circle{t: t, s: New(db, Tables(tables)), now: time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)}
	c.m = mobilizer.Join(addedOn, &user.User{ID: "user", Email: "ana@example.org"}, "person",
		mobilizer.JoinInput{Profile: mobilizer.Profile{FirstName: "Ana", LastName: "N"}}, c.now)
	c.commits(2, c.s.CreateMembership(c.m))
	return c
}

// commits commits the writes, of which there must be so many.
func (c *circle) commits(count int, writes []Write) {
	c.t.Helper()
	if len(writes) != count {
		c.t.Errorf("the transaction has %d items, want %d", len(writes), count)
	}
	if err := c.s.Commit(context.Background(), writes...); err != nil {
		c.t.Fatal(err)
	}
}

// fails commits the writes, which must not do, because the entity changed.
func (c *circle) fails(what string, writes []Write) {
	c.t.Helper()
	if err := c.s.Commit(context.Background(), writes...); !ConditionFailed(err, what) {
		c.t.Errorf("the commit ends with %v, want that %s changed", err, what)
	}
}

// adds adds a contact and reads it again.
func (c *circle) adds(first string) (*contact.Contact, *contact.Entry) {
	c.t.Helper()
	c.now = c.now.Add(time.Second)
	ids := contact.NewIDs(c.now)
	e := contact.NewEntry(c.m, contact.Details{FirstName: first}, contact.PrivateDetails{Phone: "+16175550123"}, ids, c.now)
	added, err := e.AddToCampaign(c.m, ids.Contact, addedOn.Moment(c.now))
	if err != nil {
		c.t.Fatal(err)
	}
	c.commits(3, c.s.CreateContact(added, e))
	return c.reads(added.ID), c.entry(e.ID)
}

func (c *circle) reads(id contact.ID) *contact.Contact {
	c.t.Helper()
	found, err := c.s.Contact(context.Background(), "campaign", c.m.ID, id)
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

func (c *circle) entry(id contact.EntryID) *contact.Entry {
	c.t.Helper()
	found, err := c.s.AddressBookEntry(context.Background(), "user", "organization", id)
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// TestItemsOfEachTransaction holds every write of a contact to its number of items, and to the version that was read.
func TestItemsOfEachTransaction(t *testing.T) {
	c := newCircle(t)
	about, entry := c.adds("José")
	stale := c.reads(about.ID)
	at := addedOn.Moment(c.now.Add(time.Minute))

	about.ConfirmMatch(voter.Voter{CanonicalID: "MA01"}, voter.Evidence{}, at)
	c.commits(1, c.s.UpdateContact(about))
	c.fails("contact", c.s.UpdateContact(stale))

	about = c.reads(about.ID)
	answer, err := about.AnswerKeyQuestion(addedOn, "r", at)
	if err != nil {
		t.Fatal(err)
	}
	c.commits(2, c.s.CreateAnswer(about, answer))

	about = c.reads(about.ID)
	note, err := about.CreateNote("Hello", at)
	if err != nil {
		t.Fatal(err)
	}
	c.commits(2, c.s.CreateNote(about, note))
	c.fails("contact", c.s.CreateNote(stale, note))
	about, note, err = c.s.ContactWithNote(t.Context(), about.Ref(), note.ID)
	if err != nil || note.Content != "Hello" || about.Touchpoints != 2 {
		t.Fatalf("reads %+v, %+v, %v", about, note, err)
	}
	edited, err := about.UpdateNote(note, "Hello again", at)
	if err != nil {
		t.Fatal(err)
	}
	c.commits(2, c.s.UpdateNote(about, edited))
	c.fails("note", c.s.UpdateNote(c.reads(about.ID), edited)) // the version before
	about = c.reads(about.ID)
	about.DeleteNote(at)
	c.commits(2, c.s.DeleteNote(about, note.ID))
	c.fails("note", c.s.DeleteNote(c.reads(about.ID), note.ID))
	if _, _, err := c.s.ContactWithNote(t.Context(), about.Ref(), note.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the deleted note: %v", err)
	}

	task := &action.Item{ID: "task", Code: "00", Type: action.Task, Target: action.Target{Everyone: true}}
	yes, no := true, false
	about = c.reads(about.ID)
	response, err := about.RespondToAction(task, nil, contact.ActionResponseInput{Completed: &yes}, at)
	if err != nil {
		t.Fatal(err)
	}
	c.commits(2, c.s.PutActionResponse(about, response))
	response, err = c.s.ActionResponse(t.Context(), about.Ref(), response.ID)
	if err != nil {
		t.Fatal(err)
	}
	about = c.reads(about.ID)
	changed, err := about.RespondToAction(task, response, contact.ActionResponseInput{Completed: &no}, at)
	if err != nil {
		t.Fatal(err)
	}
	c.commits(2, c.s.PutActionResponse(about, changed))
	about = c.reads(about.ID)
	held, _ := about.WithdrawActionResponse(task, at)
	c.commits(2, c.s.DeleteActionResponse(about, held))
	if left, err := c.s.ActionResponses(t.Context(), about.Ref()); err != nil || len(left) != 0 {
		t.Errorf("withdrawing leaves %v, %v", left, err)
	}

	about = c.reads(about.ID)
	city := "Lynn"
	if _, err := about.Update(entry, contact.Patch{City: &city}, at); err != nil {
		t.Fatal(err)
	}
	c.commits(2, append(c.s.UpdateContact(about), c.s.PutAddressBookEntry(entry)...))
	about, entry = c.reads(about.ID), c.entry(entry.ID)
	if about.Touchpoints != 1 || entry.Details.City != "Lynn" || entry.Private.Phone != "+16175550123" {
		t.Errorf("in the end there are %+v and %+v", about, entry)
	}
	c.fails("contact", c.s.DeleteContact(stale, entry, true))
	c.commits(2, c.s.DeleteContact(about, entry, entry.RemoveFromCampaign("campaign")))
	if _, err := c.s.AddressBookEntry(t.Context(), "user", "organization", entry.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the entry of a removed contact: %v", err)
	}
}

func TestNobodyIsAddedBehindALeaver(t *testing.T) {
	c := newCircle(t)
	about, entry := c.adds("José")
	m, err := c.s.MembershipByUser(t.Context(), "campaign", "user")
	if err != nil {
		t.Fatal(err)
	}
	m.Profile.City = "Lynn"
	c.commits(1, c.s.UpdateMembership(m)) // an edit of the profile does not disturb
	c.adds("Bo")
	c.fails("membership", c.s.UpdateMembership(m))

	m, err = c.s.Membership(t.Context(), "campaign", m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Leave(c.now); err != nil {
		t.Fatal(err)
	}
	c.commits(1, c.s.UpdateMembership(m))
	other := *about
	other.ID = "another"
	entry.Targets = map[campaign.ID]contact.ID{"campaign": other.ID}
	c.fails("membership", c.s.CreateContact(&other, entry))
	m, err = c.s.Membership(t.Context(), "campaign", m.ID)
	if err != nil {
		t.Fatal(err)
	}
	c.commits(2, c.s.DeleteMembership(m))
	c.fails("membership", c.s.CreateContact(&other, entry))
	if _, err := c.s.MembershipByUser(t.Context(), "campaign", "user"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the removed membership: %v", err)
	}
}

func TestAMobilizersListsInPages(t *testing.T) {
	c := newCircle(t)
	var want []contact.ID
	for _, first := range []string{"Zoe", "Ana", "Bo", "José", "Li"} {
		added, _ := c.adds(first)
		want = append(want, added.ID)
	}
	var got []contact.ID
	var after contact.ID
	for {
		page, next, err := c.s.MobilizerContacts(t.Context(), "campaign", c.m.ID, after, 2)
		if err != nil || len(page) > 2 {
			t.Fatalf("a page of %d contacts, %v", len(page), err)
		}
		for _, found := range page {
			got = append(got, found.ID)
		}
		if next == "" {
			break
		}
		after = next
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("contacts in order of adding (-want +got):\n%s", diff)
	}

	var book []string
	var from contact.EntryID
	for {
		page, next, err := c.s.AddressBook(t.Context(), "user", "organization", from, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			book = append(book, e.Details.FirstName)
		}
		if next == "" {
			break
		}
		from = next
	}
	if diff := cmp.Diff([]string{"Zoe", "Ana", "Bo", "José", "Li"}, book); diff != "" {
		t.Errorf("the address book (-want +got):\n%s", diff)
	}

	about := c.reads(want[0])
	for _, content := range []string{"first", "second", "third"} {
		c.now = c.now.Add(time.Second)
		note, err := about.CreateNote(content, addedOn.Moment(c.now))
		if err != nil {
			t.Fatal(err)
		}
		c.commits(2, c.s.CreateNote(about, note))
		about = c.reads(about.ID)
	}
	page, next, err := c.s.Notes(t.Context(), about.Ref(), "", 2)
	if err != nil || len(page) != 2 || page[0].Content != "third" || next == "" {
		t.Fatalf("the latest notes are %v, next %q, %v", page, next, err)
	}
	page, _, err = c.s.Notes(t.Context(), about.Ref(), next, 2)
	if err != nil || len(page) != 1 || page[0].Content != "first" {
		t.Errorf("the earliest note is %v, %v", page, err)
	}
}

func TestBulkRequestsRememberTheirFirstTry(t *testing.T) {
	c := newCircle(t)
	first, err := c.s.StartBulkRequest(t.Context(), "request", "body", c.now)
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.s.StartBulkRequest(t.Context(), "request", "other body", c.now.Add(time.Hour))
	if err != nil || !second.FirstTried.Equal(c.now) || second.BodyHash != "body" || second.Done {
		t.Fatalf("the second try finds %+v, %v", second, err)
	}
	first.Refused = map[string]string{"3": "unknown_contact"}
	writes := c.s.FinishBulkRequest(first)
	c.commits(1, writes)
	writes = c.s.FinishBulkRequest(second)
	c.fails("bulk", writes)
	third, err := c.s.StartBulkRequest(t.Context(), "request", "body", c.now.Add(23*time.Hour))
	if err != nil || !third.Done || third.Refused["3"] != "unknown_contact" {
		t.Errorf("the third try finds %+v, %v", third, err)
	}
	late, err := c.s.StartBulkRequest(t.Context(), "request", "body", c.now.Add(25*time.Hour))
	if err != nil || late.Done || !late.FirstTried.Equal(c.now.Add(25*time.Hour)) {
		t.Errorf("a day later it finds %+v, %v", late, err)
	}
}
