package ses

import (
	"strings"
	"testing"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/readertest"
	"github.com/kithhq/kith/internal/user"
)

// awkwardNames are names that are syntax in a header, or look like it.
var awkwardNames = []string{
	`12" Vinyl Club`, `The "Real, True" Party`, `D"Angelo`, `Smith\`, `\`, `"`, `O'Brien <x@example.org>`, "a, b; c:", "(comment)",
	"=?utf-8?q?evil?=", "=?utf-8?b?ZXZpbA==?= =?utf-8?b?ZXZpbA==?=", "two  spaces", "José", "長い名前", "🎈 Party", "Ana\u00a0Lee",
	strings.Repeat("長い", 50), strings.Repeat(`a"b\ `, 20) + "c", strings.Repeat("word ", 19) + "end", "é  =?x?= \"", "undisclosed:;",
}

// A name that the API accepts reaches the inbox unchanged.
func TestCompose_AnyAcceptedName_ArrivesUnchanged(t *testing.T) {
	t.Parallel()
	name := rapid.OneOf(rapid.SampledFrom(awkwardNames), rapid.StringOfN(rapid.SampledFrom([]rune(`ab é長"\,;:<>()@.=?_ 🎈`)), 1, 60, -1), rapid.String())
	var raw [][]byte
	var want []readertest.Email
	add := func(first, last, from, inviter string) {
		v, err := invitation.Invitee{Email: "ana@example.org", FirstName: first, LastName: last}.Normalize()
		o, _, orgErr := organization.New(organization.Details{Name: from}, &user.User{ID: "u"}, at)
		u, userErr := user.New(user.Claims{Email: "olive@example.org", Name: inviter}, at)
		if err != nil || orgErr != nil || userErr != nil {
			return // the API refuses it
		}
		m := newInvitation(invitation.English)
		m.FirstName, m.LastName, m.Organization, m.Inviter, m.Campaign = v.FirstName, v.LastName, o.Name, u.Name, o.Name
		m.ReplyTo = invitation.Person{User: u.ID, Name: u.Name, Email: u.Email}
		message, err := compose(m, "invitations@kith.example", at)
		if err != nil {
			t.Errorf("%q, %q of %q: %v", v.FirstName, v.LastName, o.Name, err)
			return
		}
		raw = append(raw, message)
		want = append(want, readertest.Email{Subject: u.Name + " invites you to " + o.Name, People: map[string][]readertest.Mailbox{
			"From": {{Name: o.Name, Address: "invitations@kith.example"}}, "To": {{Name: strings.TrimSpace(v.FirstName + " " + v.LastName), Address: "ana@example.org"}},
			"Reply-To": {{Name: u.Name, Address: u.Email}},
		}})
	}
	for n, awkward := range awkwardNames {
		add(awkward, awkwardNames[len(awkwardNames)-1-n], awkward, awkward)
	}
	for n := range 500 {
		add(name.Example(4*n), name.Example(4*n+1), name.Example(4*n+2), name.Example(4*n+3))
	}
	if len(raw) < 200 {
		t.Fatalf("only %d messages", len(raw))
	}
	for n, got := range readertest.Emails(t, raw) {
		for header, people := range want[n].People {
			if len(got.People[header]) != 1 || got.People[header][0] != people[0] {
				t.Errorf("%s: got %q, want %q", header, got.People[header], people)
			}
		}
		if got.Subject != want[n].Subject || len(got.Defects) > 0 {
			t.Errorf("subject %q, want %q; defects %q", got.Subject, want[n].Subject, got.Defects)
		}
	}
}

// An email that cannot be written is one that the service will never accept.
func TestCompose_UnwritableAddress_Invalid(t *testing.T) {
	t.Parallel()
	for _, to := range []string{"", "ana", "ana@", "a b@example.org", "ana@example.org\r\nBcc: eve@example.org", "ana@example.org, eve@example.org"} {
		m := newInvitation(invitation.English)
		m.To = to
		if raw, err := compose(m, "invitations@kith.example", at); !fault.Is(err, fault.KindInvalid) {
			t.Errorf("%q: %v, %s", to, err, raw)
		}
	}
}
