package membership_test

import (
	"testing"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/membership"
	"github.com/kithhq/kith/internal/mobilizer"
)

// withdrawals returns the number of counted withdrawals of consent.
func withdrawals(f *campaigntest.Fixture) int {
	f.Helper()
	counted, err := f.Store.ConsentWithdrawals(f.Context(), f.Campaign.ID)
	f.Must(err)
	return counted
}

// read returns the stored membership of a mobilizer; nil if it was deleted.
func read(f *campaigntest.Fixture, m *mobilizer.Mobilizer) *mobilizer.Mobilizer {
	f.Helper()
	stored, err := f.Store.MembershipByUser(f.Context(), f.Campaign.ID, m.User)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	f.Must(err)
	return stored
}

func TestSetConsent_GivenAndWithdrawn_CountsWithdrawalsOnly(t *testing.T) {
	t.Parallel()
	f := campaigntest.New(t)
	m := f.NewMobilizer("Ana", false)
	for _, step := range []struct {
		consent bool
		counted int
	}{{false, 0}, {true, 0}, {false, 1}, {false, 1}} {
		changed, writes, err := membership.SetConsent(f.Store, m, f.Campaign, step.consent)
		f.Must(err)
		f.Commit(writes)
		m = read(f, m)
		if changed.Consent != step.consent || m.Consent != step.consent || withdrawals(f) != step.counted {
			t.Errorf("consent %t: stored %t, %d withdrawals; want %d", step.consent, m.Consent, withdrawals(f), step.counted)
		}
	}
}

func TestLeave_ContactsKeptOrRemoved_EndsOrDeletesMembership(t *testing.T) {
	t.Parallel()
	f := campaigntest.New(t)
	ana, bea := f.NewMobilizer("Ana", true), f.NewMobilizer("Bea", true)
	kept, err := membership.Leave(f.Store, ana, membership.KeepContacts, f.Now)
	f.Must(err)
	f.Commit(kept)
	removed, err := membership.Leave(f.Store, bea, membership.RemoveContacts, f.Now)
	f.Must(err)
	f.Commit(removed)
	if stored := read(f, ana); stored == nil || !stored.LeftAt.Equal(f.Now) {
		t.Errorf("the membership with its contacts kept is %+v", stored)
	}
	if stored := read(f, bea); stored != nil || withdrawals(f) != 1 {
		t.Errorf("the membership with its contacts removed is %+v, %d withdrawals", stored, withdrawals(f))
	}
	_, err = membership.Leave(f.Store, read(f, ana), membership.RemoveContacts, f.Now)
	f.MustFail(err, fault.KindForbidden, "left")
}

func TestRemove_WhoLeft_KeepsTimeOfLeavingAndFirstRemoval(t *testing.T) {
	t.Parallel()
	f := campaigntest.New(t)
	m := f.NewMobilizer("Ana", true)
	left, err := membership.Leave(f.Store, m, membership.KeepContacts, f.Now)
	f.Must(err)
	f.Commit(left)
	for day := range 2 {
		at := f.Now.AddDate(0, 0, 1+day)
		writes, err := membership.Remove(t.Context(), f.Store, f.Owner.ID, read(f, m), membership.KeepContacts, at)
		f.Must(err)
		if len(writes) > 0 {
			f.Commit(writes)
		}
	}
	removal, err := f.Store.Removal(t.Context(), m.User, f.Campaign.ID)
	f.Must(err)
	if stored := read(f, m); !stored.LeftAt.Equal(f.Now) || removal == nil || !removal.At.Equal(f.Now.AddDate(0, 0, 1)) || removal.By != f.Owner.ID {
		t.Errorf("left at %v, removal %+v", stored.LeftAt, removal)
	}
}
