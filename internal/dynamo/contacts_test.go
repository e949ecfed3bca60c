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

var activeCampaign = &campaign.Campaign{ID: "campaign", Organization: "organization", Status: campaign.Active, Question: campaign.KeyQuestion{
	Responses: []campaign.Response{{ID: "r", Code: "00", Text: "Maybe", Value: 3}},
}}

// mobilizerFixture is a mobilizer who creates contacts, in empty tables.
type mobilizerFixture struct {
	t   *testing.T
	s   *Store
	m   *mobilizer.Mobilizer
	now time.Time
}

func newMobilizerFixture(t *testing.T) *mobilizerFixture {
	t.Helper()
	db, tables := dynamotest.New(t)
	c := &mobilizerFixture{t: t, s: New(db, Tables(tables)), now: time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)}
	c.m = mobilizer.Join(activeCampaign, &user.User{ID: "user", Email: "ana@example.org"}, "person",
		mobilizer.JoinInput{Profile: mobilizer.Profile{FirstName: "Ana", LastName: "N"}}, c.now)
	c.commit(2, c.s.CreateMembership(c.m))
	return c
}

// commit commits writes, of which there must be count.
func (c *mobilizerFixture) commit(count int, writes []Write) {
	c.t.Helper()
	if len(writes) != count {
		c.t.Errorf("the transaction has %d items, want %d", len(writes), count)
	}
	if err := c.s.Commit(context.Background(), writes...); err != nil {
		c.t.Fatal(err)
	}
}

// commitFails commits writes, which must fail by the condition on an entity.
func (c *mobilizerFixture) commitFails(entity string, writes []Write) {
	c.t.Helper()
	if err := c.s.Commit(context.Background(), writes...); !ConditionFailed(err, entity) {
		c.t.Errorf("the commit returned %v, want a failed condition on %s", err, entity)
	}
}

// createContact creates a contact and reads it and its entry.
func (c *mobilizerFixture) createContact(first string) (*contact.Contact, *contact.Entry) {
	c.t.Helper()
	c.now = c.now.Add(time.Second)
	ids := contact.NewIDs(c.now)
	e := contact.NewEntry(c.m, contact.Details{FirstName: first}, contact.PrivateDetails{Phone: "+16175550123"}, ids, c.now)
	added, err := e.AddToCampaign(c.m, ids.Contact, activeCampaign.Moment(c.now))
	if err != nil {
		c.t.Fatal(err)
	}
	c.commit(3, c.s.CreateContact(added, e))
	return c.readContact(added.ID), c.readEntry(e.ID)
}

func (c *mobilizerFixture) readContact(id contact.ID) *contact.Contact {
	c.t.Helper()
	found, err := c.s.Contact(context.Background(), "campaign", c.m.ID, id)
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

func (c *mobilizerFixture) readEntry(id contact.EntryID) *contact.Entry {
	c.t.Helper()
	found, err := c.s.AddressBookEntry(context.Background(), "user", "organization", id)
	if err != nil {
		c.t.Fatal(err)
	}
	return found
}

// Each write of a contact has a known number of items, and is conditional on the version that was read.
func TestContactWrites_EachOperation_HaveExpectedItemsAndConditions(t *testing.T) {
	c := newMobilizerFixture(t)
	about, entry := c.createContact("José")
	stale := c.readContact(about.ID)
	at := activeCampaign.Moment(c.now.Add(time.Minute))

	about.ConfirmMatch(voter.Voter{CanonicalID: "MA01"}, voter.Evidence{}, at)
	c.commit(1, c.s.UpdateContact(about))
	c.commitFails("contact", c.s.UpdateContact(stale))

	about = c.readContact(about.ID)
	answer, err := about.AnswerKeyQuestion(activeCampaign, "r", at)
	if err != nil {
		t.Fatal(err)
	}
	c.commit(2, c.s.CreateAnswer(about, answer))

	about = c.readContact(about.ID)
	note, err := about.CreateNote("Hello", at)
	if err != nil {
		t.Fatal(err)
	}
	c.commit(2, c.s.CreateNote(about, note))
	c.commitFails("contact", c.s.CreateNote(stale, note))
	about, note, err = c.s.ContactWithNote(t.Context(), about.Ref(), note.ID)
	if err != nil || note.Content != "Hello" || about.Touchpoints != 2 {
		t.Fatalf("reads %+v, %+v, %v", about, note, err)
	}
	edited, err := about.UpdateNote(note, "Hello again", at)
	if err != nil {
		t.Fatal(err)
	}
	c.commit(2, c.s.UpdateNote(about, edited))
	c.commitFails("note", c.s.UpdateNote(c.readContact(about.ID), edited)) // the previous version
	about = c.readContact(about.ID)
	about.DeleteNote(at)
	c.commit(2, c.s.DeleteNote(about, note.ID))
	c.commitFails("note", c.s.DeleteNote(c.readContact(about.ID), note.ID))
	if _, _, err := c.s.ContactWithNote(t.Context(), about.Ref(), note.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("reading a deleted note: %v", err)
	}

	task := &action.Item{ID: "task", Code: "00", Type: action.Task, Target: action.Target{Everyone: true}}
	yes, no := true, false
	about = c.readContact(about.ID)
	response, err := about.RespondToAction(task, nil, contact.ActionResponseInput{Completed: &yes}, at)
	if err != nil {
		t.Fatal(err)
	}
	c.commit(2, c.s.PutActionResponse(about, response))
	response, err = c.s.ActionResponse(t.Context(), about.Ref(), response.ID)
	if err != nil {
		t.Fatal(err)
	}
	about = c.readContact(about.ID)
	changed, err := about.RespondToAction(task, response, contact.ActionResponseInput{Completed: &no}, at)
	if err != nil {
		t.Fatal(err)
	}
	c.commit(2, c.s.PutActionResponse(about, changed))
	about = c.readContact(about.ID)
	held, _ := about.WithdrawActionResponse(task, at)
	c.commit(2, c.s.DeleteActionResponse(about, held))
	if left, err := c.s.ActionResponses(t.Context(), about.Ref()); err != nil || len(left) != 0 {
		t.Errorf("after deletion the responses are %v, %v", left, err)
	}

	about = c.readContact(about.ID)
	city := "Lynn"
	if _, err := about.Update(entry, contact.Patch{City: &city}, at); err != nil {
		t.Fatal(err)
	}
	c.commit(2, append(c.s.UpdateContact(about), c.s.PutAddressBookEntry(entry)...))
	about, entry = c.readContact(about.ID), c.readEntry(entry.ID)
	if about.Touchpoints != 1 || entry.Details.City != "Lynn" || entry.Private.Phone != "+16175550123" {
		t.Errorf("the contact and its entry are %+v and %+v", about, entry)
	}
	c.commitFails("contact", c.s.DeleteContact(stale, entry, true))
	c.commit(2, c.s.DeleteContact(about, entry, entry.RemoveFromCampaign("campaign")))
	if _, err := c.s.AddressBookEntry(t.Context(), "user", "organization", entry.ID); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the entry of a deleted contact: %v", err)
	}
}

func TestCreateContact_MobilizerLeft_Fails(t *testing.T) {
	c := newMobilizerFixture(t)
	about, entry := c.createContact("José")
	m, err := c.s.MembershipByUser(t.Context(), "campaign", "user")
	if err != nil {
		t.Fatal(err)
	}
	m.Profile.City = "Lynn"
	c.commit(1, c.s.UpdateMembership(m)) // a change of the profile does not make contacts fail
	c.createContact("Bo")
	c.commitFails("membership", c.s.UpdateMembership(m))

	m, err = c.s.Membership(t.Context(), "campaign", m.ID)
	if err != nil {
		t.Fatal(err)
	}
	if err := m.Leave(c.now); err != nil {
		t.Fatal(err)
	}
	c.commit(1, c.s.UpdateMembership(m))
	other := *about
	other.ID = "another"
	entry.Targets = map[campaign.ID]contact.ID{"campaign": other.ID}
	c.commitFails("membership", c.s.CreateContact(&other, entry))
	m, err = c.s.Membership(t.Context(), "campaign", m.ID)
	if err != nil {
		t.Fatal(err)
	}
	c.commit(2, c.s.DeleteMembership(m))
	c.commitFails("membership", c.s.CreateContact(&other, entry))
	if _, err := c.s.MembershipByUser(t.Context(), "campaign", "user"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the deleted membership: %v", err)
	}
}

func TestMobilizerLists_SmallPages_ReturnEverythingInOrder(t *testing.T) {
	c := newMobilizerFixture(t)
	var want []contact.ID
	for _, first := range []string{"Zoe", "Ana", "Bo", "José", "Li"} {
		added, _ := c.createContact(first)
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
		t.Errorf("contacts in order of creation (-want +got):\n%s", diff)
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

	about := c.readContact(want[0])
	for _, content := range []string{"first", "second", "third"} {
		c.now = c.now.Add(time.Second)
		note, err := about.CreateNote(content, activeCampaign.Moment(c.now))
		if err != nil {
			t.Fatal(err)
		}
		c.commit(2, c.s.CreateNote(about, note))
		about = c.readContact(about.ID)
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

func TestStartBulkRequest_Repeated_ReturnsFirstTry(t *testing.T) {
	c := newMobilizerFixture(t)
	first, err := c.s.StartBulkRequest(t.Context(), BulkRequest{Request: "request", BodyHash: "body"}, c.now, ReplyLifetime)
	if err != nil {
		t.Fatal(err)
	}
	second, err := c.s.StartBulkRequest(t.Context(), BulkRequest{Request: "request", BodyHash: "other body"}, c.now.Add(time.Hour), ReplyLifetime)
	if err != nil || !second.FirstTried.Equal(c.now) || second.BodyHash != "body" || second.Done {
		t.Fatalf("the second try returns %+v, %v", second, err)
	}
	first.Refused = map[string]string{"3": "unknown_contact"}
	writes := c.s.FinishBulkRequest(first)
	c.commit(1, writes)
	writes = c.s.FinishBulkRequest(second)
	c.commitFails("bulk", writes)
	third, err := c.s.StartBulkRequest(t.Context(), BulkRequest{Request: "request", BodyHash: "body"}, c.now.Add(23*time.Hour), ReplyLifetime)
	if err != nil || !third.Done || third.Refused["3"] != "unknown_contact" {
		t.Errorf("the third try returns %+v, %v", third, err)
	}
	late, err := c.s.StartBulkRequest(t.Context(), BulkRequest{Request: "request", BodyHash: "body"}, c.now.Add(25*time.Hour), ReplyLifetime)
	if err != nil || late.Done || !late.FirstTried.Equal(c.now.Add(25*time.Hour)) {
		t.Errorf("a day later it returns %+v, %v", late, err)
	}
}
