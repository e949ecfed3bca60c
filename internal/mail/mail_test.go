package mail

import (
	"bytes"
	"flag"
	"net/mail"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

var renew = flag.Bool("update", false, "write the golden files anew")

var at = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func letterIn(l invitation.Language) invitation.Message {
	return invitation.Message{
		Kind: invitation.InvitationMessage, MessageID: "019a3c5e-7c00-7d44-8000-0123456789ab.2", OrganizationID: "o", Invitation: "019a3c5e-7c00-7d44-8000-0123456789ab", Generation: 2, CampaignID: "019a3c5e-7c00-7c33-8000-0123456789ab",
		To: "ana@example.org", FirstName: "José", LastName: "O'Brien", Language: l, Organization: "Vecinos & Friends, \"Inc\"",
		Campaign: "Walk <the> block", Inviter: "Olivia Nguyễn", Page: "https://kith.example/i/" + strings.Repeat("a2", 16),
		OneClickUnsubscribe: "https://api.kith.example/v1/public/unsubscribe/" + strings.Repeat("b3", 16),
		UnsubscribePage:     "https://kith.example/u/" + strings.Repeat("b3", 16), Expires: at.Add(invitation.Lifetime),
	}
}

// letters has a mail of each kind. Each golden file is one of them in one language.
func letters(l invitation.Language) map[string]invitation.Message {
	administers := letterIn(l)
	administers.CampaignID, administers.Campaign, administers.Role = "", "", organization.Owner
	asks := letterIn(l)
	asks.Kind, asks.MessageID, asks.To, asks.FirstName, asks.LastName = invitation.AccessRequestMessage, "019a3c5e-7c00-7a11-8000-0123456789ab", "olivia@example.org", "Olivia Nguyễn", ""
	asks.Page = "https://kith.example/a/c/" + asks.CampaignID + "/" + string(asks.Invitation) + "/019a3c5e-7c00-7e55-8000-0123456789ab"
	asks.OneClickUnsubscribe, asks.UnsubscribePage, asks.Expires, asks.ForInviter = "", "", time.Time{}, true
	asks.Invitee = invitation.Invitee{Email: "ana@example.org", FirstName: "José", LastName: "O'Brien", Language: l}
	asks.Requester = invitation.Person{User: "e", Name: "Pepe <O'Brien>", Email: "pepe@example.net"}
	anew := asks
	anew.Kind, anew.Requester, anew.ForInviter = invitation.NewInvitationRequestMessage, invitation.Person{}, false
	anew.Page = "https://kith.example/a/c/" + asks.CampaignID + "/" + string(asks.Invitation)
	asksRole := asks
	asksRole.CampaignID, asksRole.Campaign, asksRole.Role, asksRole.ForInviter = "", "", organization.Admin, false
	approved := letterIn(l)
	approved.Kind, approved.MessageID = invitation.AccessApprovedMessage, "019a3c5e-7c00-7e55-8000-0123456789ab.2"
	approved.To, approved.FirstName, approved.LastName, approved.Requester = asks.Requester.Email, asks.Requester.Name, "", asks.Requester
	approved.OneClickUnsubscribe, approved.UnsubscribePage, approved.Expires = "", "", at.Add(invitation.ApprovalLifetime)
	declined := approved
	declined.Kind, declined.Page, declined.Expires = invitation.AccessDeclinedMessage, "", time.Time{}
	approvedRole, declinedRole := approved, declined
	for _, letter := range []*invitation.Message{&approvedRole, &declinedRole} {
		letter.CampaignID, letter.Campaign, letter.Role = "", "", organization.Admin
	}
	return map[string]invitation.Message{
		"": letterIn(l), "administer-": administers, "ask-": asks, "ask-for-new-": anew, "ask-administer-": asksRole,
		"approved-": approved, "declined-": declined, "approved-administer-": approvedRole, "declined-administer-": declinedRole,
	}
}

func TestMails(t *testing.T) {
	for _, language := range []invitation.Language{invitation.English, invitation.Spanish} {
		for kind, letter := range letters(language) {
			t.Run(kind+string(language), func(t *testing.T) {
				got, err := compose(letter, "invitations@kith.example", at)
				if err != nil {
					t.Fatal(err)
				}
				name := filepath.Join("testdata", kind+string(language)+".eml")
				if *renew {
					if err := os.WriteFile(name, got, 0o600); err != nil {
						t.Fatal(err)
					}
				}
				want, err := os.ReadFile(name)
				if err != nil {
					t.Fatal(err)
				}
				if diff := cmp.Diff(inOrder(want), inOrder(got)); diff != "" {
					t.Errorf("the mail has changed: look at it, then write it anew with -update (-golden +now):\n%s", diff)
				}
			})
		}
	}
}

// inOrder is a mail with its headers in alphabetical order: the library writes them in any.
func inOrder(mail []byte) string {
	head, body, _ := strings.Cut(string(mail), "\r\n\r\n")
	headers := strings.Split(strings.ReplaceAll(head, "\r\n ", "\r "), "\r\n")
	slices.Sort(headers)
	return strings.Join(headers, "\n") + "\n\n" + body
}

// Whatever a name holds, the mail has the headers that we gave it and no others, and goes to the invited one alone.
func TestNoNameBecomesAHeader(t *testing.T) {
	wanted := []string{
		"Content-Language", "Content-Type", "Date", "From", "List-Unsubscribe", "List-Unsubscribe-Post", "Message-Id", "Mime-Version",
		"Subject", "To",
	}
	name := rapid.OneOf(rapid.String(), rapid.SampledFrom([]string{
		"Ana\r\nBcc: eve@example.org", "\nX-Evil: 1", "a\r\n\r\nbody", `"><script>`, "=?utf-8?q?=0D=0ABcc:_e?=", strings.Repeat("長い", 200),
	}))
	rapid.Check(t, func(t *rapid.T) {
		kind := rapid.SampledFrom([]string{"", "administer-", "ask-", "ask-for-new-", "approved-", "declined-"}).Draw(t, "kind")
		l := letters(invitation.English)[kind]
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
