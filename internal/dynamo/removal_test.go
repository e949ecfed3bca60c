package dynamo_test

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/stream/streamtest"
	"github.com/kithhq/kith/internal/user"

	"github.com/kithhq/kith/internal/dynamo/dynamotest"
)

// background removes what hangs on removed rows until nothing is removed any more, each time twice: delivery is at
// least once.
func background(t *testing.T, store *dynamo.Store, follower *streamtest.Follower) {
	t.Helper()
	handle := stream.EachRemoval(store.RemoveBehind)
	for {
		events := follower.Events(t, time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC))
		if len(events) == 0 {
			return
		}
		for _, event := range append(events, events...) {
			reply, err := handle(t.Context(), event)
			if err != nil {
				t.Fatal(err)
			}
			if len(reply.BatchItemFailures) > 0 {
				t.Fatalf("a removal failed: %+v", reply)
			}
		}
	}
}

func TestALeaversContactsGoWithAllThatHangsOnThem(t *testing.T) {
	db, names := dynamotest.New(t)
	store, follower := dynamo.New(db, dynamo.Tables(names)), streamtest.Follow(db, names.Records)
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	commit := func(writes []dynamo.Write) {
		t.Helper()
		if err := store.Commit(t.Context(), writes...); err != nil {
			t.Fatal(err)
		}
	}
	// Ann is in two campaigns of one organization; one entry of her address book is in both.
	ann := &user.User{ID: "ann"}
	var campaigns []*campaign.Campaign
	var members []*mobilizer.Mobilizer
	for _, slug := range []string{"fall", "spring"} {
		c, err := campaign.New("o", campaign.Details{Name: slug, Slug: slug}, at)
		if err != nil {
			t.Fatal(err)
		}
		m := mobilizer.Join(c, ann, "p", mobilizer.Joining{}, at)
		commit(store.CreateMembership(m))
		campaigns, members = append(campaigns, c), append(members, m)
	}
	entries := []*contact.Entry{}
	for range 3 {
		entries = append(entries, contact.NewEntry(members[0], contact.Details{FirstName: "Ada"}, contact.Private{}, contact.NewIDs(at), at))
	}
	var kept *contact.Contact
	for n, e := range entries {
		c, err := e.Add(members[0], contact.NewIDs(at).Contact, campaigns[0].Moment(at))
		if err != nil {
			t.Fatal(err)
		}
		commit(store.AddContact(c, e))
		c.Version = 1
		note, err := c.WriteNote("Hello", campaigns[0].Moment(at))
		if err != nil {
			t.Fatal(err)
		}
		commit(store.AddNote(c, note))
		if n > 0 {
			continue
		}
		shared, err := store.Entry(t.Context(), "ann", "o", e.ID)
		if err != nil {
			t.Fatal(err)
		}
		kept, err = shared.Add(members[1], contact.NewIDs(at).Contact, campaigns[1].Moment(at))
		if err != nil {
			t.Fatal(err)
		}
		commit(store.AddContact(kept, shared))
	}
	background(t, store, follower)

	commit(store.RemoveMembership(members[0]))
	background(t, store, follower)
	rows := 0
	err := store.EachRow(t.Context(), campaigns[0].ID, func(row any, bad error) {
		rows++
		t.Errorf("there still is %T %v", row, bad)
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := store.Contact(t.Context(), campaigns[1].ID, members[1].ID, kept.ID); err != nil {
		t.Errorf("the contact in the other campaign: %v", err)
	}
	for n, e := range entries {
		read, err := store.Entry(t.Context(), "ann", "o", e.ID)
		switch {
		case n == 0 && (err != nil || len(read.Targets) != 1):
			t.Errorf("the entry that is in the other campaign as well: %+v %v", read, err)
		case n > 0 && !fault.Is(err, fault.KindNotFound):
			t.Errorf("an entry without contacts: %+v %v", read, err)
		}
	}
}
