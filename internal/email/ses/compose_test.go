package ses

import (
	"bytes"
	"flag"
	"maps"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

var update = flag.Bool("update", false, "write the golden files")

var at = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func newInvitation(l invitation.Language) *email.Message {
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		panic(err)
	}
	return &email.Message{
		Kind: email.Invitation, MessageID: "019a3c5e-7c00-7d44-8000-0123456789ab.2", OrganizationID: "o", Invitation: "019a3c5e-7c00-7d44-8000-0123456789ab", Generation: 2, CampaignID: "019a3c5e-7c00-7c33-8000-0123456789ab",
		To: "ana@example.org", FirstName: "José", LastName: "O'Brien", Language: l, Organization: "Vecinos & Friends, \"Inc\"",
		Campaign: "Walk <the> block", Inviter: "Olivia Nguyễn", ReplyTo: invitation.Person{User: "u", Name: "Olivia Nguyễn", Email: "olivia@example.org"}, Page: "https://kith.example/i/" + strings.Repeat("a2", 16),
		OneClickUnsubscribe: "https://api.kith.example/v1/public/unsubscribe/" + strings.Repeat("b3", 16),
		UnsubscribePage:     "https://kith.example/u/" + strings.Repeat("b3", 16), Expires: at.Add(invitation.Lifetime).In(zone),
	}
}

// newMessages returns messages of each kind by the name of their golden file.
func newMessages(l invitation.Language) map[string]*email.Message {
	with := func(m *email.Message, change func(*email.Message)) *email.Message {
		changed := *m
		change(&changed)
		return &changed
	}
	toAdminister := func(role organization.Role) func(*email.Message) {
		return func(m *email.Message) { m.CampaignID, m.Campaign, m.Role, m.ForInviter = "", "", role, false }
	}
	inv := newInvitation(l)
	request := with(inv, func(m *email.Message) {
		m.Kind, m.MessageID, m.To, m.FirstName, m.LastName = email.AccessRequest, "019a3c5e-7c00-7a11-8000-0123456789ab", "olivia@example.org", "Olivia Nguyễn", ""
		m.Page = "https://kith.example/a/c/" + m.CampaignID + "/" + string(m.Invitation) + "/019a3c5e-7c00-7e55-8000-0123456789ab"
		m.OneClickUnsubscribe, m.UnsubscribePage, m.Expires, m.ForInviter, m.ReplyTo = "", "", time.Time{}, true, invitation.Person{}
		m.Invitee = invitation.Invitee{Email: "ana@example.org", FirstName: "José", LastName: "O'Brien", Language: l}
		m.Requester = invitation.Person{User: "e", Name: "Pepe <O'Brien>", Email: "pepe@example.net"}
	})
	newRequest := with(request, func(m *email.Message) {
		m.Kind, m.Requester, m.ForInviter = email.NewInvitationRequest, invitation.Person{}, false
		m.Page = "https://kith.example/a/c/" + m.CampaignID + "/" + string(m.Invitation)
	})
	approved := with(inv, func(m *email.Message) {
		m.ReplyTo = invitation.Person{}
		m.Kind, m.MessageID = email.AccessApproved, "019a3c5e-7c00-7e55-8000-0123456789ab.2"
		m.Requester = request.Requester
		m.To, m.FirstName, m.LastName = m.Requester.Email, m.Requester.Name, ""
		m.OneClickUnsubscribe, m.UnsubscribePage, m.Expires = "", "", at.Add(invitation.ApprovalLifetime).In(m.Expires.Location())
	})
	declined := with(approved, func(m *email.Message) { m.Kind, m.Page, m.Expires = email.AccessDeclined, "", time.Time{} })
	inUTC := func(m *email.Message) { m.Expires = m.Expires.UTC() }
	return map[string]*email.Message{
		"invitation-": inv, "invitation-administer-": with(with(inv, toAdminister(organization.Owner)), inUTC),
		"access-request-": request, "access-request-administer-": with(request, toAdminister(organization.Admin)),
		"new-invitation-request-": newRequest,
		"approved-":               approved, "approved-administer-": with(with(approved, toAdminister(organization.Admin)), inUTC),
		"declined-": declined, "declined-administer-": with(declined, toAdminister(organization.Admin)),
	}
}

func TestCompose_EachKind_MatchesGoldenFile(t *testing.T) {
	for _, language := range []invitation.Language{invitation.English, invitation.Spanish} {
		for kind, m := range newMessages(language) {
			t.Run(kind+string(language), func(t *testing.T) {
				got, err := compose(m, "invitations@kith.example", at)
				if err != nil {
					t.Fatal(err)
				}
				name := filepath.Join("testdata", kind+string(language)+".eml")
				if *update {
					if err := os.WriteFile(name, got, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(sortHeaders(want), sortHeaders(got)); diff != "" {
					t.Errorf("the message has changed; review it, then write it with -update (-golden +now):\n%s", diff)
				}
			})
		}
	}
}

// sortHeaders sorts the headers of a message, which the library writes in any order.
func sortHeaders(mail []byte) string {
	head, body, _ := strings.Cut(string(mail), "\r\n\r\n")
	headers := strings.Split(strings.ReplaceAll(head, "\r\n ", "\r "), "\r\n")
	slices.Sort(headers)
	return strings.Join(headers, "\n") + "\n\n" + body
}

// With any name, the message has exactly the headers that compose gives it, and its one recipient.
func TestCompose_AnyName_AddsNoHeader(t *testing.T) {
	wanted := []string{
		"Content-Language", "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-Id", "Mime-Version",
		"Reply-To", "Subject", "To",
	}
	name := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"Ana\r\nBcc: eve@example.org", "\nX-Evil: 1", "a\r\n\r\nbody", `"><script>`, "=?utf-8?q?=0D=0ABcc:_e?=", strings.Repeat("長い", 200),
	}))
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom(slices.Sorted(maps.Keys(newMessages(invitation.English)))).Draw(t, "kind")
		l := newMessages(invitation.English)[kind]
		l.FirstName, l.LastName = name.Draw(t, "first"), name.Draw(t, "last")
		l.Requester.Name, l.Invitee.FirstName, l.Invitee.LastName = name.Draw(t, "asker"), name.Draw(t, "guest"), name.Draw(t, "guest's")
		l.Organization, l.Campaign, l.Inviter = name.Draw(t, "organization"), name.Draw(t, "campaign"), name.Draw(t, "inviter")
		raw, err := compose(l, "invitations@kith.example", at)
		if err != nil {
			return // refused is fine
		}
		m, err := mail.ReadMessage(bytes.NewReader(raw))
		if err != nil {
			t.Fatalf("%v in %s", err, raw)
		}
		for header := range m.Header {
			found := false
			for _, w := range wanted {
				found = found || strings.EqualFold(w, header)
			}
			if !found {
				t.Fatalf("header %s in %s", header, raw)
			}
		}
		to, err := m.Header.AddressList("To")
		if err != nil || len(to) != 1 || to[0].Address != l.To {
			t.Fatalf("to %v, %v: %s", to, err, raw)
		}
	})
}
