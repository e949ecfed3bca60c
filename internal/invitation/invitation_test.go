package invitation

import (
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/secret"
)

var (
	noon    = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	tokens  = NewTokens(secret.Version{Number: 1, Text: "a secret of the tests"})
	active  = &campaign.Campaign{ID: "c", Organization: "o", Status: campaign.Active}
	olivia  = Inviter{User: "u", Name: "Olivia", Email: "olivia@example.org"}
	invitee = Invitee{Email: "ana@example.org", FirstName: "Ana", LastName: "Lee", Language: English}
)

func newSentInvitation() *Invitation {
	i := New(invitee, active, olivia, tokens, Lifetime, noon)
	i.RecordSent(1, Lifetime, noon.Add(time.Hour))
	return i
}

func TestInvitee_Fields_AreNormalized(t *testing.T) {
	for _, c := range []struct {
		name    string
		invitee Invitee
		fails   string
	}{
		{"all", Invitee{" Ana@Example.org ", " Ana ", "Lee", Spanish}, ""},
		{"English by default", Invitee{"ana@example.org", "Ana", "Lee", ""}, ""},
		{"no address", Invitee{"", "Ana", "Lee", ""}, "[email: Enter"},
		{"a header in the address", Invitee{"a@b.org\r\nBcc: eve@b.org", "Ana", "Lee", ""}, "[email: Use one line"},
		{"a header in a name", Invitee{"a@b.org", "Ana\r\nBcc: eve@b.org", "Lee", ""}, "[first_name: Use one line"},
		{"no last name", Invitee{"ana@example.org", "Ana", " ", ""}, ""},
		{"another language", Invitee{"a@b.org", "Ana", "Lee", "fr"}, "[language: Choose"},
	} {
		normalized, err := c.invitee.Normalize()
		if c.fails == "" && (err != nil || normalized.Email != "ana@example.org" || normalized.FirstName != "Ana" || normalized.Language == "") {
			t.Errorf("%s: %+v, %v", c.name, normalized, err)
		}
		if c.fails != "" && (err == nil || !strings.Contains(err.Error(), c.fails)) {
			t.Errorf("%s: %v, want %q", c.name, err, c.fails)
		}
	}
}

func TestCheckLinkAndAccess_EachState_SayWhy(t *testing.T) {
	member := &mobilizer.Mobilizer{ID: "m", User: "v"}
	ends := noon.Add(time.Hour + Lifetime)
	for _, c := range []struct {
		name       string
		change     func(*Invitation)
		campaign   campaign.Status
		generation int
		email      string
		at         time.Time
		link       string // code; "" for success
		access     string
	}{
		{name: "open"},
		{name: "address in capitals", email: "ANA@example.org"},
		{name: "another address", email: "eve@example.org", access: "invitation_for_another"},
		{name: "in the last moment", at: ends.Add(-time.Millisecond)},
		{name: "expired", at: ends, link: "invitation_expired", access: "invitation_expired"},
		{name: "expired, another address", at: ends, email: "eve@example.org", link: "invitation_expired", access: "invitation_for_another"},
		{name: "revoked", change: func(i *Invitation) { _ = i.Revoke(noon) }, link: "invitation_revoked", access: "invitation_revoked"},
		{name: "used", change: func(i *Invitation) { i.Accept(member, noon) }, email: "eve@example.org", link: "invitation_used", access: "invitation_used"},
		{name: "sent again", change: func(i *Invitation) { _ = i.Resend(olivia, nil, tokens, Lifetime, noon) }, link: "invitation_replaced", access: "invitation_replaced"},
		{name: "the new link", change: func(i *Invitation) { _ = i.Resend(olivia, nil, tokens, Lifetime, noon) }, generation: 2},
		{name: "closed", campaign: campaign.Closed, link: "campaign_closed", access: "campaign_closed"},
		{name: "draft", campaign: campaign.Draft, link: "campaign_draft", access: "campaign_draft"},
	} {
		t.Run(c.name, func(t *testing.T) {
			i, of, generation, email, at := newSentInvitation(), *active, 1, "ana@example.org", noon.Add(2*time.Hour)
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
			if got := code(i.CheckLink(&of, generation, at)); got != c.link {
				t.Errorf("CheckLink: %q, want %q", got, c.link)
			}
			if got := code(i.CheckAccess(&of, generation, email, nil, at)); got != c.access {
				t.Errorf("CheckAccess: %q, want %q", got, c.access)
			}
		})
	}
}

func code(err error) string {
	if err == nil {
		return ""
	}
	refusal, ok := err.(*fault.Error) //nolint:errorlint // the rules wrap nothing
	if !ok || refusal.Message.Empty() {
		return err.Error()
	}
	return refusal.Code
}

func TestCheckLink_OldLink_SaysWhenTheNewerWasSent(t *testing.T) {
	i := newSentInvitation()
	if err := i.Resend(olivia, nil, tokens, Lifetime, noon); err != nil {
		t.Fatal(err)
	}
	i.RecordSent(2, Lifetime, noon.Add(48*time.Hour))
	err := i.CheckLink(active, 1, noon.Add(49*time.Hour))
	if err == nil || !strings.Contains(err.Error(), "October 26, 2026 at 12:00 PM (UTC)") {
		t.Errorf("CheckLink: %v", err)
	}
}

func TestAdministratorActions_EachState_SayWhy(t *testing.T) {
	reinvite := func(i *Invitation) error {
		return i.Reinvite(invitee, olivia, nil, tokens, Lifetime, noon.Add(2*time.Hour))
	}
	resend := func(i *Invitation) error { return i.Resend(olivia, nil, tokens, Lifetime, noon.Add(2*time.Hour)) }
	reinviteSuppressed := func(i *Invitation) error {
		return i.Reinvite(invitee, olivia, &Suppression{Reason: Unsubscribed}, tokens, Lifetime, noon.Add(2*time.Hour))
	}
	resendSuppressed := func(i *Invitation) error {
		return i.Resend(olivia, &Suppression{Reason: Complained}, tokens, Lifetime, noon.Add(2*time.Hour))
	}
	revoke := func(i *Invitation) error { return i.Revoke(noon.Add(2 * time.Hour)) }
	accepted := newSentInvitation()
	accepted.Accept(&mobilizer.Mobilizer{ID: "m", User: "v"}, noon)
	revoked := newSentInvitation()
	revoked.RevokedAt = noon
	expired := newSentInvitation()
	expired.ExpiresAt = noon
	often := newSentInvitation()
	often.Sendings = make([]Sending, maxSendings)
	revokedOften := newSentInvitation()
	revokedOften.Sendings, revokedOften.RevokedAt = make([]Sending, maxSendings), noon
	for _, c := range []struct {
		name string
		do   func(*Invitation) error
		of   *Invitation
		want string
	}{
		{"invite again while open", reinvite, newSentInvitation(), "invitation_open"},
		{"invite again while open an address that is suppressed", reinviteSuppressed, newSentInvitation(), "address_suppressed"},
		{"invite again after it was revoked", reinvite, revoked, ""},
		{"invite again after it expired", reinvite, expired, ""},
		{"invite again after it was sent and revoked too often", reinvite, revokedOften, "invitation_sent_often"},
		{"resend", resend, newSentInvitation(), ""},
		{"resend before the email was sent", resend, New(invitee, active, olivia, tokens, Lifetime, noon), "invitation_queued"},
		{"resend to an address that is suppressed", resendSuppressed, newSentInvitation(), "address_suppressed"},
		{"resend an accepted invitation", resend, accepted, "invitation_accepted"},
		{"resend too often", resend, often, "invitation_sent_often"},
		{"revoke", revoke, newSentInvitation(), ""},
		{"revoke an accepted invitation", revoke, accepted, "invitation_accepted"},
	} {
		of := *c.of
		if got := code(c.do(&of)); got != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestTokens_AnyInvitation_AreDistinct(t *testing.T) {
	seen := map[string]bool{}
	rapid.Check(t, func(t *rapid.T) {
		i := &Invitation{ID: ID(rapid.StringMatching(`[0-9a-f]{8}`).Draw(t, "id")), Generation: rapid.IntRange(1, 20).Draw(t, "generation")}
		for _, token := range []string{tokens.Accept(i), tokens.Unsubscribe(i), NewTokens(secret.Version{Number: 1, Text: "another"}).Accept(i)} {
			if !ValidToken(token) || len(token) != 32 {
				t.Fatalf("token %q", token)
			}
		}
		token := tokens.Accept(i)
		if token != tokens.Accept(i) {
			t.Fatal("the token differs when derived again")
		}
		name := string(i.ID) + string(rune(i.Generation))
		if seen[token] && !seen[name] {
			t.Fatal("two links have one token")
		}
		seen[token], seen[name] = true, true
		if token == tokens.Unsubscribe(i) || token == NewTokens(secret.Version{Number: 1, Text: "another"}).Accept(i) {
			t.Fatal("kinds or keys share tokens")
		}
	})
	for _, bad := range []string{"", "a", strings.Repeat("A", 32), strings.Repeat("1", 32), strings.Repeat("a", 31) + "#"} {
		if ValidToken(bad) {
			t.Errorf("%q is valid", bad)
		}
	}
}
