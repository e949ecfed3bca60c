package mobilizing_test

import (
	"context"
	"testing"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizing"
	"github.com/kithhq/kith/internal/voter"
)

// mobilizingFixture is a campaign with a mobilizer who calls a service.
type mobilizingFixture struct {
	*campaigntest.Fixture
	service *mobilizing.Service
	caller  *mobilizing.Caller
}

func newMobilizingFixture(t *testing.T) *mobilizingFixture {
	f := campaigntest.New(t)
	return &mobilizingFixture{f, mobilizing.NewService(f.Store), &mobilizing.Caller{
		Mobilizer: f.NewMobilizer("Ana", true), Campaign: f.Campaign, At: f.Now, Refresh: func(context.Context) error { return nil },
	}}
}

// addContact adds a new person with a phone number.
func (f *mobilizingFixture) addContact(name, phone string) *mobilizing.Added {
	f.Helper()
	added, writes, err := f.service.AddContact(f.Context(), f.caller, mobilizing.Person{
		IDs: contact.NewIDs(f.Now), Details: contact.Details{FirstName: name}, Private: contact.PrivateDetails{Phone: phone},
	})
	f.Must(err)
	f.Commit(writes)
	return added
}

func TestAddContact_SamePersonAgain_StoresBothAndReportsFirst(t *testing.T) {
	t.Parallel()
	f := newMobilizingFixture(t)
	first := f.addContact("Bea", "+16175550123")
	second := f.addContact("Bea", "+16175550123")
	if len(first.Duplicates) != 0 || len(second.Duplicates) != 1 || second.Duplicates[0].Contact != first.ID || second.Duplicates[0].Same != contact.SamePhone {
		t.Errorf("duplicates of the first: %+v, of the second: %+v", first.Duplicates, second.Duplicates)
	}
	stored, entries, _, err := f.service.Contacts(t.Context(), f.caller, "", 10)
	f.Must(err)
	if len(stored) != 2 || entries[second.Contact.Entry].Private.Phone != "+16175550123" {
		t.Errorf("contacts %+v with entries %+v", stored, entries)
	}
}

func TestDeleteContact_WhileItIsUpdated_ConflictsAndStoresNothing(t *testing.T) {
	t.Parallel()
	f := newMobilizingFixture(t)
	added := f.addContact("Bea", "")
	deletion, err := f.service.DeleteContact(t.Context(), f.caller, string(added.ID))
	f.Must(err)
	_, update, err := f.service.SetVotePlan(t.Context(), f.caller, string(added.ID), "In the morning")
	f.Must(err)
	f.Commit(update)
	if err := f.Store.Commit(t.Context(), deletion...); err == nil {
		t.Error("a contact was deleted over a change that was not read")
	}
	c, err := f.service.Contact(t.Context(), f.caller, string(added.ID))
	f.Must(err)
	if c.VotePlan != "In the morning" {
		t.Errorf("the vote plan is %q", c.VotePlan)
	}
}

func TestChange_ClosedCampaign_IsRefused(t *testing.T) {
	t.Parallel()
	f := newMobilizingFixture(t)
	added := f.addContact("Bea", "")
	f.CloseCampaign()
	id := string(added.ID)
	for name, change := range map[string]func() error{
		"vote plan": func() error { _, _, err := f.service.SetVotePlan(t.Context(), f.caller, id, "Early"); return err },
		"note":      func() error { _, _, err := f.service.CreateNote(t.Context(), f.caller, id, "Hello"); return err },
		"deletion":  func() error { _, err := f.service.DeleteContact(t.Context(), f.caller, id); return err },
		"match": func() error {
			_, _, _, err := f.service.MatchContact(t.Context(), f.caller, id, mobilizing.Choice{Status: voter.NoMatches})
			return err
		},
		"own match": func() error { _, _, err := f.service.ResetOwnMatch(f.caller); return err },
		"addition": func() error {
			_, _, err := f.service.AddContact(t.Context(), f.caller, mobilizing.Person{Details: contact.Details{FirstName: "Cy"}})
			return err
		},
	} {
		t.Run(name, func(t *testing.T) {
			if err := change(); !fault.Is(err, fault.KindConflict) {
				t.Errorf("the error is %v, want a conflict", err)
			}
		})
	}
}
