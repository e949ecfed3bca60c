package dynamo_test

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/stream/streamtest"
	"github.com/kithhq/kith/internal/user"
)

// deleteDependents handles the deletions in the stream until there are no new ones, each batch twice, because delivery is at
// least once.
func deleteDependents(t *testing.T, store *dynamo.Store, follower *streamtest.Follower) {
	t.Helper()
	for handleDeletions(t, store, follower, 2) {
	}
}

// handleDeletions handles the deletions since the last call, the given number of times, and reports whether there were any.
// A store that has crashed leaves them to the next one.
func handleDeletions(t *testing.T, store *dynamo.Store, follower *streamtest.Follower, times int) bool {
	t.Helper()
	handle := stream.HandleRemovals(store.DeleteDependents)
	events := follower.Events(t, leftAt)
	for range times {
		for _, event := range events {
			reply, err := handle(t.Context(), event)
			if err != nil {
				t.Fatal(err)
			}
			if len(reply.BatchItemFailures) > 0 && times > 1 {
				t.Fatalf("a deletion failed: %+v", reply)
			}
		}
	}
	return len(events) > 0
}

var leftAt = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

// leavingFixture is a mobilizer of two campaigns who is about to leave the first one. One entry of their address book is in
// both campaigns.
type leavingFixture struct {
	store     *dynamo.Store
	campaigns []*campaign.Campaign
	members   []*mobilizer.Mobilizer
	entries   []*contact.Entry
	kept      *contact.Contact // of the second campaign
}

func newLeavingFixture(t *testing.T, store *dynamo.Store) *leavingFixture {
	t.Helper()
	l := &leavingFixture{store: store}
	ann := &user.User{ID: "ann"}
	for _, slug := range []string{"fall", "spring"} {
		c, err := campaign.New("o", campaign.Details{Name: slug, Slug: slug}, leftAt)
		if err != nil {
			t.Fatal(err)
		}
		m := mobilizer.Join(c, ann, "p", mobilizer.JoinInput{}, leftAt)
		l.commit(t, store.CreateMembership(m))
		l.campaigns, l.members = append(l.campaigns, c), append(l.members, m)
	}
	for range 2 {
		e := contact.NewEntry(l.members[0], contact.Details{FirstName: "Ada"}, contact.PrivateDetails{}, contact.NewIDs(leftAt), leftAt)
		l.entries = append(l.entries, e)
		c, err := e.AddToCampaign(l.members[0], contact.NewIDs(leftAt).Contact, l.campaigns[0].Moment(leftAt))
		if err != nil {
			t.Fatal(err)
		}
		l.commit(t, store.CreateContact(c, e))
		c.Version = 1
		note, err := c.CreateNote("Hello", l.campaigns[0].Moment(leftAt))
		if err != nil {
			t.Fatal(err)
		}
		l.commit(t, store.CreateNote(c, note))
	}
	shared, err := store.AddressBookEntry(t.Context(), "ann", "o", l.entries[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	l.kept, err = shared.AddToCampaign(l.members[1], contact.NewIDs(leftAt).Contact, l.campaigns[1].Moment(leftAt))
	if err != nil {
		t.Fatal(err)
	}
	l.commit(t, store.CreateContact(l.kept, shared))
	return l
}

func (l *leavingFixture) commit(t *testing.T, writes []dynamo.Write) {
	t.Helper()
	if err := l.store.Commit(t.Context(), writes...); err != nil {
		t.Fatal(err)
	}
}

// checkDeleted checks that nothing of the first campaign is left, and everything of the second.
func (l *leavingFixture) checkDeleted(t *testing.T) {
	t.Helper()
	err := l.store.EachRow(t.Context(), l.campaigns[0].ID, func(row any, invalid error) {
		t.Errorf("%T still exists (%v)", row, invalid)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := l.store.Contact(t.Context(), l.campaigns[1].ID, l.members[1].ID, l.kept.ID); err != nil {
		t.Errorf("the contact in the other campaign: %v", err)
	}
	for n, e := range l.entries {
		read, err := l.store.AddressBookEntry(t.Context(), "ann", "o", e.ID)
		switch {
		case n == 0 && (err != nil || len(read.Targets) != 1):
			t.Errorf("the entry that is also in the other campaign: %+v %v", read, err)
		case n > 0 && !fault.Is(err, fault.KindNotFound):
			t.Errorf("an entry without contacts: %+v %v", read, err)
		}
	}
}

func TestDeleteDependents_MembershipDeleted_DeletesContactsAndTheirChildren(t *testing.T) {
	db, names := dynamotest.New(t)
	store, follower := dynamo.New(db, dynamo.Tables(names)), streamtest.Follow(db, names.Records)
	l := newLeavingFixture(t, store)
	deleteDependents(t, store, follower)
	l.commit(t, store.DeleteMembership(l.members[0]))
	deleteDependents(t, store, follower)
	l.checkDeleted(t)
}

// The function crashes before and after each of its store calls. The stream delivers the records again, and the result is
// that of a run without a crash.
func TestDeleteDependents_CrashAtEveryCall_CompletesOnRedelivery(t *testing.T) {
	db, names := dynamotest.New(t)
	store := dynamo.New(db, dynamo.Tables(names))
	crashes := dynamotest.EachCrash(func(n int, after bool) *dynamotest.CrashingProcess {
		follower := streamtest.Follow(db, names.Records)
		follower.Events(t, leftAt)
		l := newLeavingFixture(t, store)
		follower.Events(t, leftAt)
		l.commit(t, store.DeleteMembership(l.members[0]))
		crashing, process := dynamotest.NewCrashingClient(db, n, after)
		again := follower.Clone()
		for handleDeletions(t, dynamo.New(crashing, dynamo.Tables(names)), follower, 1) && !process.Crashed() {
			again = follower.Clone()
		}
		deleteDependents(t, store, again)
		l.checkDeleted(t)
		l.deleteRest(t)
		return process
	})
	t.Logf("crashed at %d calls", crashes)
	if crashes < 10 {
		t.Errorf("the function crashed at %d calls, want at least 10", crashes)
	}
}

// deleteRest deletes the rows of the second campaign too, so that the tables are empty.
func (l *leavingFixture) deleteRest(t *testing.T) {
	t.Helper()
	entry, err := l.store.AddressBookEntry(t.Context(), "ann", "o", l.entries[0].ID)
	if err != nil {
		t.Fatal(err)
	}
	kept, err := l.store.Contact(t.Context(), l.campaigns[1].ID, l.members[1].ID, l.kept.ID)
	if err != nil {
		t.Fatal(err)
	}
	l.commit(t, l.store.DeleteContact(kept, entry, entry.RemoveFromCampaign(l.campaigns[1].ID)))
	l.commit(t, l.store.DeleteMembership(l.members[1]))
}
