package mobilizer

import (
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func newCampaignFixture(status campaign.Status) *campaign.Campaign {
	return &campaign.Campaign{ID: "campaign", Organization: "organization", Status: status}
}

func newMobilizerFixture(t *testing.T) *Mobilizer {
	t.Helper()
	profile, err := Profile{FirstName: " Ana ", LastName: "Núñez", State: "ma", Zip: "02139", Phone: "(617) 555-0123"}.Clean()
	if err != nil {
		t.Fatal(err)
	}
	return Join(newCampaignFixture(campaign.Active), &user.User{ID: "user", Email: "ana@example.org"}, "person", JoinInput{Profile: profile, Consent: true}, noon)
}

func TestJoin_Profile_IsNormalized(t *testing.T) {
	m := newMobilizerFixture(t)
	want := Profile{FirstName: "Ana", LastName: "Núñez", State: "MA", Zip: "02139", Phone: "+16175550123"}
	if m.Profile != want || !m.Consent || m.Email != "ana@example.org" || m.HasLeft() || m.Match.State() != voter.Pending {
		t.Errorf("the membership is %+v", m)
	}
	if !m.LastSelfMatchAt.IsZero() || !m.FirstSelfMatchAt.IsZero() {
		t.Error("joining sets an activity time")
	}
	_, err := Profile{State: "XX", Zip: "1", Phone: "x", FirstName: "a\nb"}.Clean()
	for _, field := range []string{"[first_name: Use one line", "[last_name: Give", "[state:", "[zip:", "[phone:"} {
		if err == nil || !strings.Contains(err.Error(), field) {
			t.Errorf("the error of an invalid profile is %v, want %s in it", err, field)
		}
	}
}

func TestPermissions_EachStatusAndMembership_FollowTheTable(t *testing.T) {
	for _, s := range []struct {
		status                             campaign.Status
		left                               bool
		join, act, leave, consent, without fault.Kind
	}{
		{campaign.Draft, false, fault.KindConflict, fault.KindConflict, "", fault.KindConflict, ""},
		{campaign.Active, false, "", "", "", "", ""},
		{campaign.Closed, false, fault.KindConflict, fault.KindConflict, "", fault.KindConflict, ""},
		{campaign.Active, true, "", fault.KindForbidden, fault.KindForbidden, fault.KindForbidden, ""},
		{campaign.Closed, true, fault.KindConflict, fault.KindForbidden, fault.KindForbidden, fault.KindForbidden, ""},
	} {
		m := newMobilizerFixture(t)
		if s.left {
			m.LeftAt = noon
		}
		c := newCampaignFixture(s.status)
		who := string(s.status)
		if s.left {
			who += ", left"
		}
		if got := fault.KindOf(CanJoin(c)); got != s.join {
			t.Errorf("%s: joining is %q, want %q", who, got, s.join)
		}
		if got := fault.KindOf(m.CanAct(c)); got != s.act {
			t.Errorf("%s: acting is %q, want %q", who, got, s.act)
		}
		if got := fault.KindOf(m.SetConsent(true, c)); got != s.consent {
			t.Errorf("%s: consenting is %q, want %q", who, got, s.consent)
		}
		if got := fault.KindOf(m.SetConsent(false, c)); got != s.without || m.Consent {
			t.Errorf("%s: withdrawing consent is %q, want %q", who, got, s.without)
		}
		if got := fault.KindOf(m.Leave(noon)); got != s.leave {
			t.Errorf("%s: leaving is %q, want %q", who, got, s.leave)
		}
	}
}

func TestRejoin_AfterLeaving_KeepsJoinedAt(t *testing.T) {
	m := newMobilizerFixture(t)
	if err := m.Leave(noon.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	m.Rejoin(&user.User{ID: "user", Email: "new@example.org"}, JoinInput{Profile: Profile{FirstName: "A", LastName: "N"}})
	if m.HasLeft() || !m.JoinedAt.Equal(noon) || m.Consent || m.Email != "new@example.org" || m.Profile.FirstName != "A" || m.Profile.Zip != "" {
		t.Errorf("after rejoining the membership is %+v", m)
	}
}

func TestSelfMatch_SetsActivityTimes_ProfileUpdateDoesNot(t *testing.T) {
	m := newMobilizerFixture(t)
	name := "Anna"
	if err := m.UpdateProfile(ProfilePatch{FirstName: &name}); err != nil || m.Profile.FirstName != "Anna" || m.Profile.Zip != "02139" {
		t.Fatalf("updated to %+v, %v", m.Profile, err)
	}
	blank := " "
	if err := m.UpdateProfile(ProfilePatch{LastName: &blank, Zip: &blank}); !fault.Is(err, fault.KindInvalid) || m.Profile.Zip != "02139" {
		t.Errorf("a profile without a last name: %v, %+v", err, m.Profile)
	}
	if !m.LastSelfMatchAt.IsZero() {
		t.Error("updating the profile sets an activity time")
	}
	m.ConfirmMatch(voter.Voter{CanonicalID: "MA1"}, voter.Evidence{}, noon.Add(time.Hour))
	m.ResetMatch(noon.Add(2 * time.Hour))
	if err := m.SetMatchStatus(voter.RegUncertain, noon.Add(3*time.Hour)); err != nil {
		t.Fatal(err)
	}
	if !m.FirstSelfMatchAt.Equal(noon.Add(time.Hour)) || !m.LastSelfMatchAt.Equal(noon.Add(3*time.Hour)) {
		t.Errorf("activity from %v to %v", m.FirstSelfMatchAt, m.LastSelfMatchAt)
	}
	if err := m.SetMatchStatus(voter.Confirmed, noon); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("confirming by status: %v", err)
	}
}
