package invitation

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
)

var (
	noon   = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	secret = NewTokens([]byte("a secret of the tests"))
	active = &campaign.Campaign{ID: "c", Organization: "o", Status: campaign.Active}
	olivia = Inviter{User: "u", Name: "Olivia", Email: "olivia@example.org"}
	guest  = Invitee{Email: "ana@example.org", FirstName: "Ana", LastName: "Lee", Language: English}
)

func sent() *Invitation {
	i := New(guest, active, olivia, secret, Lifetime, noon)
	i.RecordSent(1, Lifetime, noon.Add(time.Hour))
	return i
}

func TestGuests(t *testing.T) {
	for _, c := range []struct {
		name    string
		guest   Invitee
		refused string
	}{
		{"all", Invitee{" Ana@Example.org ", " Ana ", "Lee", Spanish}, ""},
		{"English by default", Invitee{"ana@example.org", "Ana", "Lee", ""}, ""},
		{"no address", Invitee{"", "Ana", "Lee", ""}, "[email: Give"},
		{"a header in the address", Invitee{"a@b.org\r\nBcc: eve@b.org", "Ana", "Lee", ""}, "[email: Use one line"},
		{"a header in a name", Invitee{"a@b.org", "Ana\r\nBcc: eve@b.org", "Lee", ""}, "[first_name: Use one line"},
		{"no last name", Invitee{"a@b.org", "Ana", " ", ""}, "[last_name: Give"},
		{"another language", Invitee{"a@b.org", "Ana", "Lee", "fr"}, "[language: Choose"},
	} {
		clean, err := c.guest.Normalize()
		if c.refused == "" && (err != nil || clean.Email != "ana@example.org" || clean.FirstName != "Ana" || clean.Language == "") {
			t.Errorf("%s: keeps %+v, %v", c.name, clean, err)
		}
		if c.refused != "" && (err == nil || !strings.Contains(err.Error(), c.refused)) {
			t.Errorf("%s: says %v, want %q", c.name, err, c.refused)
		}
	}
}

// What a link's page says, and accepting by it, for every state.
func TestWhoIsAdmitted(t *testing.T) {
	member := &mobilizer.Mobilizer{ID: "m", User: "v"}
	ends := noon.Add(time.Hour + Lifetime)
	for _, c := range []struct {
		name       string
		change     func(*Invitation)
		campaign   campaign.Status
		generation int
		email      string
		at         time.Time
		shows      string // code, "" for what it is about
		admits     string
	}{
		{name: "open"},
		{name: "address in capitals", email: "ANA@example.org"},
		{name: "somebody else", email: "eve@example.org", admits: "invitation_for_another"},
		{name: "in the last moment", at: ends.Add(-time.Millisecond)},
		{name: "expired", at: ends, shows: "invitation_expired", admits: "invitation_expired"},
		{name: "expired, somebody else", at: ends, email: "eve@example.org", shows: "invitation_expired", admits: "invitation_for_another"},
		{name: "revoked", change: func(i *Invitation) { _ = i.Revoke(noon) }, shows: "invitation_revoked", admits: "invitation_revoked"},
		{name: "used", change: func(i *Invitation) { i.Accept(member, noon) }, email: "eve@example.org", shows: "invitation_used", admits: "invitation_used"},
		{name: "sent again", change: func(i *Invitation) { _ = i.Resend(olivia, nil, secret, Lifetime, noon) }, shows: "invitation_replaced", admits: "invitation_replaced"},
		{name: "the new link", change: func(i *Invitation) { _ = i.Resend(olivia, nil, secret, Lifetime, noon) }, generation: 2},
		{name: "closed", campaign: campaign.Closed, shows: "campaign_closed", admits: "campaign_closed"},
		{name: "draft", campaign: campaign.Draft, shows: "campaign_draft", admits: "campaign_draft"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, of, generation, email, at := sent(), *active, 1, "ana@example.org", noon.Add(2*time.Hour)
			if c.change != nil {
				c.change(i)
			}
			if c.campaign != "" {
				of.Status = c.campaign
			}
			if c.generation != 0 {
				generation = c.generation
			}
			if c.email != "" {
				email = c.email
			}
			if !c.at.IsZero() {
				at = c.at
			}
			if got := code(i.CheckLink(&of, generation, at)); got != c.shows {
				t.Errorf("the page says %q, want %q", got, c.shows)
			}
			if got := code(i.CheckAccess(&of, generation, email, nil, at)); got != c.admits {
				t.Errorf("accepting is answered %q, want %q", got, c.admits)
			}
		})
	}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	refusal, ok := err.(*fault.Error) //nolint:errorlint // the rules wrap nothing
	if !ok || refusal.Message == "" {
		return err.Error()
	}
	return refusal.Code
}

func TestAnOldLinkSaysWhenTheNewerMailWasSent(t *testing.T) {
	i := sent()
	if err := i.Resend(olivia, nil, secret, Lifetime, noon); err != nil {
		t.Fatal(err)
	}
	i.RecordSent(2, Lifetime, noon.Add(48*time.Hour))
	err := i.CheckLink(active, 1, noon.Add(49*time.Hour))
	if err == nil || !strings.Contains(err.Error(), "October 26, 2026 at 12:00 UTC") {
		t.Errorf("it says %v", err)
	}
}

func TestWhatAdministratorsMayDo(t *testing.T) {
	again := func(i *Invitation) error {
		return i.Reinvite(guest, olivia, nil, secret, Lifetime, noon.Add(2*time.Hour))
	}
	resend := func(i *Invitation) error { return i.Resend(olivia, nil, secret, Lifetime, noon.Add(2*time.Hour)) }
	againSilent := func(i *Invitation) error {
		return i.Reinvite(guest, olivia, &Suppression{Reason: Unsubscribed}, secret, Lifetime, noon.Add(2*time.Hour))
	}
	silent := func(i *Invitation) error {
		return i.Resend(olivia, &Suppression{Reason: Complained}, secret, Lifetime, noon.Add(2*time.Hour))
	}
	revoke := func(i *Invitation) error { return i.Revoke(noon.Add(2 * time.Hour)) }
	accepted := sent()
	accepted.Accept(&mobilizer.Mobilizer{ID: "m", User: "v"}, noon)
	revoked := sent()
	revoked.RevokedAt = noon
	expired := sent()
	expired.ExpiresAt = noon
	often := sent()
	often.Sendings = make([]Sending, sendingsLimit)
	for _, c := range []struct {
		name string
		do   func(*Invitation) error
		of   *Invitation
		want string
	}{
		{"invite again while open", again, sent(), "invitation_open"},
		{"invite again while open an address that gets no mail", againSilent, sent(), "address_suppressed"},
		{"invite again after it was revoked", again, revoked, ""},
		{"invite again after it expired", again, expired, ""},
		{"resend", resend, sent(), ""},
		{"resend before the mail went", resend, New(guest, active, olivia, secret, Lifetime, noon), "invitation_queued"},
		{"resend to an address that gets no mail", silent, sent(), "address_suppressed"},
		{"resend what was accepted", resend, accepted, "invitation_accepted"},
		{"resend too often", resend, often, "invitation_sent_often"},
		{"revoke", revoke, sent(), ""},
		{"revoke what was accepted", revoke, accepted, "invitation_accepted"},
	} {
		of := *c.of
		if got := code(c.do(&of)); got != c.want {
			t.Errorf("%s is answered %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTokens(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		i := &Invitation{ID: ID(rapid.StringMatching(`[0-9a-f]{8}`).Draw(t, "id")), Generation: rapid.IntRange(1, 20).Draw(t, "generation")}
		for _, token := range []string{secret.Accept(i), secret.Unsubscribe(i), NewTokens([]byte("another")).Accept(i)} {
			if !ValidToken(token) || len(token) != 32 {
				t.Fatalf("token %q", token)
			}
		}
		token := secret.Accept(i)
		if token != secret.Accept(i) {
			t.Fatal("the sender makes another token")
		}
		name := string(i.ID) + string(rune(i.Generation))
		if seen[token] && !seen[name] {
			t.Fatal("two links have one token")
		}
		seen[token], seen[name] = true, true
		if token == secret.Unsubscribe(i) || token == NewTokens([]byte("another")).Accept(i) {
			t.Fatal("kinds or keys share tokens")
		}
	})
	for _, bad := range []string{"", "a", strings.Repeat("A", 32), strings.Repeat("1", 32), strings.Repeat("a", 31) + "#"} {
		if ValidToken(bad) {
			t.Errorf("%q counts as a token", bad)
		}
	}
}
