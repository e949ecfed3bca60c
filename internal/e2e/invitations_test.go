package e2e

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// letter is a mail as the recorder keeps it.
type letter struct {
	ID               string              `json:"id"`
	Subject          string              `json:"subject"`
	Recipients       []string            `json:"recipients"`
	Tags             map[string][]string `json:"tags"`
	ConfigurationSet string              `json:"configuration_set"`
	Plain            string              `json:"text"`
	HTML             string              `json:"html"`
	Headers          []struct{ Name, Value string }
}

// header returns a header's value, "" when the letter has none.
func (l letter) header(name string) string {
	for _, h := range l.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

var acceptLink = regexp.MustCompile(`https?://\S+/i/([a-z2-7]{32})\b`)

// token returns what the letter's link carries.
func (tm *team) token(l letter) string {
	tm.t.Helper()
	found := acceptLink.FindStringSubmatch(l.Plain)
	if found == nil {
		tm.t.Fatalf("no link in the mail: %s", l.Plain)
	}
	return found[1]
}

// mails returns every mail to an address, the oldest first.
func mails(ctx context.Context, to string) ([]letter, error) {
	answer, err := fetch(ctx, http.MethodGet, kith.Cloud().Mail+"/messages?to="+url.QueryEscape(to), nil)
	if err != nil {
		return nil, err
	}
	var box struct{ Messages []letter }
	return box.Messages, json.Unmarshal(answer, &box)
}

// mail waits for the nth mail to an address.
func (tm *team) mail(to string, n int) letter {
	tm.t.Helper()
	var all []letter
	err := Until(tm.t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
		var err error
		all, err = mails(ctx, to)
		return len(all) >= n, err
	})
	if err != nil || len(all) != n {
		tm.t.Fatalf("%d mails to %s, want %d: %v", len(all), to, n, err)
	}
	return all[n-1]
}

// invitation is one as the API shows it.
type invitation struct {
	ID             string
	Email          string
	Status         string
	DeliveryStatus string `json:"delivery_status"`
	SentAt         string `json:"sent_at"`
	FirstSentAt    string `json:"first_sent_at"`
	ExpiresAt      string `json:"expires_at"`
	AcceptedAt     string `json:"accepted_at"`
	Mobilizer      string `json:"mobilizer_id"`
}

// invite invites somebody, and returns the invitation, the person and the mail's token.
func (tm *team) invite(name string) (invitation, *apiclient.Person, string) {
	tm.t.Helper()
	who := tm.someone(name)
	first, last, _ := strings.Cut(name, " ")
	var made invitation
	tm.post(tm.owner, tm.admin()+"/invitations", body{"email": who.Email, "first_name": first, "last_name": last}, &made)
	token := tm.token(tm.mail(who.Email, 1))
	return tm.invitation(made.ID, "sent"), who, token
}

// invitation waits until an invitation's mail is in a state.
func (tm *team) invitation(id, delivery string) invitation {
	tm.t.Helper()
	var found invitation
	err := Until(tm.t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
		all, err := apiclient.All[invitation](ctx, tm.owner, tm.admin()+"/invitations")
		for _, i := range all {
			if i.ID == id {
				found = i
			}
		}
		return found.DeliveryStatus == delivery || delivery == "sent" && found.DeliveryStatus == "delivered", err
	})
	if err != nil {
		tm.t.Fatalf("invitation %+v: want its mail %s: %v", found, delivery, err)
	}
	return found
}

// accept accepts an invitation with a fresh sign-in, and returns the membership's id.
func accept(ctx context.Context, who *apiclient.Person, token string) (string, error) {
	tokens, err := who.Tokens(ctx)
	if err != nil {
		return "", err
	}
	var made struct{ ID string }
	err = who.Post(ctx, "/v1/mobilizer/invitations/accept", body{"token": token, "id_token": tokens.ID, "zip": "02139"}, &made)
	return made.ID, err
}

// refuses checks that accepting is refused with a code.
func (tm *team) refuses(who *apiclient.Person, token, code string) {
	tm.t.Helper()
	_, err := accept(tm.t.Context(), who, token)
	if p := apiclient.Refused(err); p == nil || p.Code != code || p.Detail == "" {
		tm.t.Errorf("accepting is answered %v, want a refusal %s", err, code)
	}
}

// previews checks what the public page of a link is told: a code, or "" for what it is about.
func (tm *team) previews(token, code string) map[string]any {
	tm.t.Helper()
	var shown map[string]any
	err := kith.Public(tm.t.Context(), http.MethodGet, "/v1/public/invitations/"+token, nil, &shown)
	if p := apiclient.Refused(err); code == "" && err != nil || code != "" && (p == nil || p.Code != code) {
		tm.t.Errorf("the preview is answered %v, want %q", err, code)
	}
	return shown
}

// An invitation arrives by mail, and its link lets the invited one in, past the passcode: nobody else, and once.
func TestInvitationLeadsFromMailToMembership(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	tm.post(tm.owner, tm.admin()+"/passcode", nil, nil)
	made, ana, token := tm.invite("Ana Núñez")
	if made.Status != "open" || made.FirstSentAt == "" || made.SentAt != made.FirstSentAt {
		t.Errorf("the list shows %+v", made)
	}
	sent := tm.mail(ana.Email, 1)
	for _, says := range []string{"Ana", "Olivia Ortiz", "Team " + tm.tag, "Walk the block", token} {
		if !strings.Contains(sent.Plain, says) || !strings.Contains(sent.HTML, says) {
			t.Errorf("the mail does not say %q in both of its forms", says)
		}
	}
	if got := sent.Tags["invitation"]; !slices.Equal(got, []string{made.ID}) || sent.ConfigurationSet == "" {
		t.Errorf("the mail is tagged %v in configuration set %q", sent.Tags, sent.ConfigurationSet)
	}
	if !strings.HasPrefix(sent.header("List-Unsubscribe"), "<http") || sent.header("List-Unsubscribe-Post") != "List-Unsubscribe=One-Click" {
		t.Errorf("headers of RFC 8058: %q and %q", sent.header("List-Unsubscribe"), sent.header("List-Unsubscribe-Post"))
	}
	shown := tm.previews(token, "")
	if len(shown) != 5 || shown["invited_by"] != "Olivia Ortiz" || shown["campaign_name"] != "Walk the block" || shown["organization_name"] != "Team "+tm.tag {
		t.Errorf("the preview shows %v", shown)
	}
	eve := tm.someone("Eve Else")
	tm.refuses(eve, token, "invitation_for_another")
	tm.refuses(eve, strings.Repeat("a", 32), "invitation_unknown")
	first, err := accept(t.Context(), ana, token)
	tm.ok(err)
	again, err := accept(t.Context(), ana, token)
	tm.ok(err)
	if first == "" || first != again {
		t.Errorf("accepting twice makes %q and %q", first, again)
	}
	tm.refuses(eve, token, "invitation_used")
	tm.previews(token, "invitation_used")
	now := tm.invitation(made.ID, "sent")
	if now.Status != "accepted" || now.AcceptedAt == "" || now.Mobilizer != first {
		t.Errorf("after accepting the list shows %+v", now)
	}
	tm.refused(tm.owner, http.MethodPost, tm.admin()+"/invitations", body{"email": ana.Email, "first_name": "Ana", "last_name": "N"}, 409, "already")
	tm.refused(tm.owner, http.MethodPost, tm.admin()+"/invitations/"+made.ID+"/revoke", nil, 409, "joined")
}

// Each way in which an invitation ends has a message of its own, before signing in and after.
func TestInvitationsEnd(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	all := tm.admin() + "/invitations"
	made, ana, old := tm.invite("Ana Lee")
	tm.refused(tm.owner, http.MethodPost, all, body{"email": strings.ToUpper(ana.Email), "first_name": "A", "last_name": "L"}, 409, "send that one again")
	tm.post(tm.owner, all+"/"+made.ID+"/resend", nil, nil)
	token := tm.token(tm.mail(ana.Email, 2))
	made = tm.invitation(made.ID, "sent")
	if token == old || made.SentAt <= made.FirstSentAt {
		t.Errorf("sent again: %+v with the same link: %t", made, token == old)
	}
	tm.previews(old, "invitation_replaced")
	tm.refuses(ana, old, "invitation_replaced")

	expires, err := time.Parse(time.RFC3339, made.ExpiresAt)
	tm.ok(err)
	tm.ok(kith.SetClock(t.Context(), expires.Add(time.Second)))
	tm.previews(token, "invitation_expired")
	tm.refuses(ana, token, "invitation_expired")
	var again invitation
	tm.post(tm.owner, all, body{"email": ana.Email, "first_name": "Ana", "last_name": "Lee", "language": "es"}, &again)
	if again.ID != made.ID || again.Status != "open" {
		t.Errorf("invited anew: %+v, want the same invitation, open", again)
	}
	third := tm.mail(ana.Email, 3)
	if !strings.Contains(third.Subject, "te invita") || !strings.Contains(third.Plain, "Aceptar la invitación") {
		t.Errorf("the Spanish mail says %s: %s", third.Subject, third.Plain)
	}
	token = tm.token(third)
	tm.ok(kith.ResetClock(t.Context()))

	tm.post(tm.owner, all+"/"+made.ID+"/revoke", nil, nil)
	tm.previews(token, "invitation_revoked")
	tm.refuses(ana, token, "invitation_revoked")

	_, bea, open := tm.invite("Bea Berg")
	tm.post(tm.owner, tm.admin()+"/close", nil, nil)
	tm.previews(open, "campaign_closed")
	tm.refuses(bea, open, "campaign_closed")
	tm.refused(tm.owner, http.MethodPost, all, body{"email": "x@example.org", "first_name": "X", "last_name": "Y"}, 409, "over")
}

// Who was invited and joins from the landing page has accepted.
func TestJoiningAcceptsTheInvitation(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	made, ana, token := tm.invite("Ana Lee")
	tm.post(ana, "/v1/mobilizer/join", body{"slug": tm.slug, "first_name": "Ana", "last_name": "Lee"}, nil)
	if now := tm.invitation(made.ID, "sent"); now.Status != "accepted" {
		t.Errorf("after joining the list shows %+v", now)
	}
	if _, err := accept(t.Context(), ana, token); err != nil {
		t.Errorf("the link of whoever joined: %v", err)
	}
	if got := tm.analytics().Totals.Mobilizers; got != 1 {
		t.Errorf("%d mobilizers, want 1", got)
	}
}

// Sixty-four accepts of one link at once make one membership.
func TestAcceptingAtOnceMakesOneMembership(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	_, ana, token := tm.invite("Ana Lee")
	const at = 64
	memberships := make([]string, at)
	failures := make([]error, at)
	var all sync.WaitGroup
	for n := range at {
		all.Go(func() { memberships[n], failures[n] = accept(t.Context(), ana, token) })
	}
	all.Wait()
	for n := range at {
		if failures[n] != nil || memberships[n] == "" || memberships[n] != memberships[0] {
			t.Errorf("accept %d got %q, %v", n, memberships[n], failures[n])
		}
	}
	if got := tm.analytics().Totals.Mobilizers; got != 1 {
		t.Errorf("%d mobilizers, want 1", got)
	}
}

// One click in the mail program, without a login, and the organization sends nothing more to the address.
func TestUnsubscribingStopsTheMail(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	made, ana, _ := tm.invite("Ana Lee")
	sent := tm.mail(ana.Email, 1)
	address := strings.Trim(sent.header("List-Unsubscribe"), "<>")
	for range 2 {
		reply, err := http.PostForm(address, url.Values{"List-Unsubscribe": {"One-Click"}})
		tm.ok(err)
		tm.ok(reply.Body.Close())
		if reply.StatusCode >= 300 {
			t.Errorf("the one-click POST is answered %s", reply.Status)
		}
	}
	tm.invitation(made.ID, "unsubscribed")
	tm.refused(tm.owner, http.MethodPost, tm.admin()+"/invitations/"+made.ID+"/resend", nil, http.StatusConflict, "has unsubscribed")
	tm.invitation(made.ID, "unsubscribed")
	tm.previews(tm.token(sent), "") // the link in the mail before goes on working
	tm.ok(kith.Settle(t.Context()))
	tm.mail(ana.Email, 1)
}

// A sender that is killed again and again loses no mail. Sent twice is only what was on its way to being noted: at most
// the mails under way at each kill.
func TestKilledSenderLosesNoMail(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	const people, kills = 40, 3
	var invited []string
	for n := range people {
		email := fmt.Sprintf("guest%d.%s@example.org", n, tm.tag)
		invited = append(invited, email)
		tm.post(tm.owner, tm.admin()+"/invitations", body{"email": email, "first_name": "Gus", "last_name": fmt.Sprint(n)}, nil)
		if n%(people/kills) == 5 {
			tm.ok(kith.Kill(t.Context(), "send-invitation"))
		}
	}
	err := Until(t.Context(), 4*time.Minute, sweeping(func(ctx context.Context) (bool, error) {
		all, err := apiclient.All[invitation](ctx, tm.owner, tm.admin()+"/invitations")
		return !slices.ContainsFunc(all, func(i invitation) bool { return i.DeliveryStatus == "queued" }), err
	}))
	tm.ok(err)
	twice := 0
	for _, email := range invited {
		got, err := mails(t.Context(), email)
		tm.ok(err)
		if len(got) == 0 || len(got) > 2 {
			t.Errorf("%d mails to %s", len(got), email)
		}
		twice += max(0, len(got)-1)
	}
	t.Logf("%d of %d mails were sent twice by %d kills", twice, people, kills)
	if twice > 2*kills {
		t.Errorf("%d mails were sent twice by %d kills", twice, kills)
	}
}

// The links in a mail, and the landing page that the API tells of, lead to pages, which learn from the site where the API and the sign-in are. Opening them changes
// nothing.
func TestLinksInMailsLeadToPages(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	made, ana, _ := tm.invite("Ana Lee")
	sent := tm.mail(ana.Email, 1)
	links := regexp.MustCompile(`http://\S+/[iu]/[a-z2-7]{32}`).FindAllString(sent.Plain, -1)
	if len(links) != 2 {
		t.Fatalf("the mail has the links %v", links)
	}
	for _, link := range links {
		page, err := fetch(t.Context(), http.MethodGet, link, nil)
		tm.ok(err)
		if !strings.Contains(string(page), `src="/invite/page.js"`) {
			t.Errorf("%s leads to %.300s", link, page)
		}
	}
	site, _, _ := strings.Cut(links[0], "/i/")
	var campaign struct {
		LandingPage string `json:"landing_page"`
	}
	tm.get(tm.owner, tm.admin(), &campaign)
	if campaign.LandingPage != site+"/j/"+tm.slug {
		t.Errorf("the landing page is %s", campaign.LandingPage)
	}
	landing, err := fetch(t.Context(), http.MethodGet, campaign.LandingPage, nil)
	tm.ok(err)
	if !strings.Contains(string(landing), `src="/invite/page.js"`) {
		t.Errorf("%s leads to %.300s", campaign.LandingPage, landing)
	}
	script, err := fetch(t.Context(), http.MethodGet, site+"/invite/landing.js", nil)
	tm.ok(err)
	if !strings.Contains(string(script), "/v1/public/campaigns/") {
		t.Errorf("the landing page's script is %.300s", script)
	}
	raw, err := fetch(t.Context(), http.MethodGet, site+"/config.json", nil)
	tm.ok(err)
	var told map[string]string
	tm.ok(json.Unmarshal(raw, &told))
	cloud := kith.Cloud()
	if told["api"] != cloud.API || told["issuer"] != cloud.Issuer || told["client_id"] != cloud.ClientID {
		t.Errorf("config.json says %s", raw)
	}
	if now := tm.invitation(made.ID, "sent"); now.Status != "open" {
		t.Errorf("opening the links left %+v", now)
	}
}
