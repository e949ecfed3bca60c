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

// emailMessage is an email in the recorder.
type emailMessage struct {
	ID               string              `json:"id"`
	Subject          string              `json:"subject"`
	Recipients       []string            `json:"recipients"`
	Tags             map[string][]string `json:"tags"`
	ConfigurationSet string              `json:"configuration_set"`
	Plain            string              `json:"text"`
	HTML             string              `json:"html"`
	Headers          []struct{ Name, Value string }
}

// header returns the value of a header, or "".
func (l emailMessage) header(name string) string {
	for _, h := range l.Headers {
		if strings.EqualFold(h.Name, name) {
			return h.Value
		}
	}
	return ""
}

var acceptLink = regexp.MustCompile(`https?://\S+/i/([a-z2-7]{32})\b`)

// token returns the token in the email's link.
func (fx *fixture) token(l emailMessage) string {
	fx.t.Helper()
	found := acceptLink.FindStringSubmatch(l.Plain)
	if found == nil {
		fx.t.Fatalf("no link in the mail: %s", l.Plain)
	}
	return found[1]
}

// mails returns all email to an address, oldest first.
func mails(ctx context.Context, to string) ([]emailMessage, error) {
	answer, err := fetch(ctx, http.MethodGet, kith.Cloud().Mail+"/messages?to="+url.QueryEscape(to), nil)
	if err != nil {
		return nil, err
	}
	var box struct{ Messages []emailMessage }
	return box.Messages, json.Unmarshal(answer, &box)
}

// mail waits for the nth email to an address.
func (fx *fixture) mail(to string, n int) emailMessage {
	fx.t.Helper()
	var all []emailMessage
	err := Until(fx.t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
		var err error
		all, err = mails(ctx, to)
		return len(all) >= n, err
	})
	if err != nil || len(all) != n {
		fx.t.Fatalf("%d mails to %s, want %d: %v", len(all), to, n, err)
	}
	return all[n-1]
}

// invitation is an invitation in the API.
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

// invite invites a new person, and returns the invitation, the person and the token in the email.
func (fx *fixture) invite(name string) (invitation, *apiclient.Person, string) {
	fx.t.Helper()
	who := fx.newPerson(name)
	first, last, _ := strings.Cut(name, " ")
	var made invitation
	fx.post(fx.owner, fx.admin()+"/invitations", body{"email": who.Email, "first_name": first, "last_name": last}, &made)
	token := fx.token(fx.mail(who.Email, 1))
	return fx.invitation(made.ID, "sent"), who, token
}

// invitation waits until an invitation has a delivery status.
func (fx *fixture) invitation(id, delivery string) invitation {
	fx.t.Helper()
	var found invitation
	err := Until(fx.t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
		all, err := apiclient.All[invitation](ctx, fx.owner, fx.admin()+"/invitations")
		for _, i := range all {
			if i.ID == id {
				found = i
			}
		}
		return found.DeliveryStatus == delivery || delivery == "sent" && found.DeliveryStatus == "delivered", err
	})
	if err != nil {
		fx.t.Fatalf("invitation %+v: want its mail %s: %v", found, delivery, err)
	}
	return found
}

// accept accepts an invitation with a fresh sign-in under the invited person's names, and returns the membership's id.
func accept(ctx context.Context, who *apiclient.Person, token string) (string, error) {
	return acceptAs(ctx, who, token, "", "")
}

// acceptAs is like accept, with the person's own names.
func acceptAs(ctx context.Context, who *apiclient.Person, token, first, last string) (string, error) {
	tokens, err := who.Tokens(ctx)
	if err != nil {
		return "", err
	}
	var made struct{ ID string }
	err = who.Post(ctx, "/v1/mobilizer/invitations/accept", body{"token": token, "id_token": tokens.ID, "zip": "02139", "first_name": first, "last_name": last}, &made)
	return made.ID, err
}

// expectAcceptRefused checks that accepting fails with a problem code.
func (fx *fixture) expectAcceptRefused(who *apiclient.Person, token, code string) {
	fx.t.Helper()
	_, err := accept(fx.t.Context(), who, token)
	if p := apiclient.Refused(err); p == nil || p.Code != code || p.Detail == "" {
		fx.t.Errorf("accepting is answered %v, want a refusal %s", err, code)
	}
}

// checkPreview checks the response to the public page of a token: a problem code, or "" for success.
func (fx *fixture) checkPreview(token, code string) map[string]any {
	fx.t.Helper()
	var shown map[string]any
	err := kith.Public(fx.t.Context(), http.MethodGet, "/v1/public/invitations/"+token, nil, &shown)
	if p := apiclient.Refused(err); code == "" && err != nil || code != "" && (p == nil || p.Code != code) {
		fx.t.Errorf("the preview is answered %v, want %q", err, code)
	}
	return shown
}

// TestInvitation_Accepted_MakesAMembership also checks that the link works without the passcode, for the invited person only,
// and once.
func TestInvitation_Accepted_MakesAMembership(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	fx.post(fx.owner, fx.admin()+"/passcode", nil, nil)
	made, ana, token := fx.invite("Ana Núñez")
	if made.Status != "open" || made.FirstSentAt == "" || made.SentAt != made.FirstSentAt {
		t.Errorf("the list shows %+v", made)
	}
	sent := fx.mail(ana.Email, 1)
	for _, says := range []string{"Ana", "Olivia Ortiz", "Team " + fx.tag, "Walk the block", token} {
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
	shown := fx.checkPreview(token, "")
	if len(shown) != 9 || shown["first_name"] != "Ana" || shown["time_zone"] != "America/New_York" || shown["invited_by"] != "Olivia Ortiz" || shown["campaign_name"] != "Walk the block" || shown["organization_name"] != "Team "+fx.tag {
		t.Errorf("the preview shows %v", shown)
	}
	eve := fx.newPerson("Eve Else")
	fx.expectAcceptRefused(eve, token, "invitation_for_another")
	fx.expectAcceptRefused(eve, strings.Repeat("a", 32), "invitation_unknown")
	first, err := accept(t.Context(), ana, token)
	fx.ok(err)
	again, err := accept(t.Context(), ana, token)
	fx.ok(err)
	if first == "" || first != again {
		t.Errorf("accepting twice makes %q and %q", first, again)
	}
	fx.expectAcceptRefused(eve, token, "invitation_used")
	fx.checkPreview(token, "invitation_used")
	now := fx.invitation(made.ID, "sent")
	if now.Status != "accepted" || now.AcceptedAt == "" || now.Mobilizer != first {
		t.Errorf("after accepting the list shows %+v", now)
	}
	fx.put(ana, fx.mine()+"/consent", body{"consent": true}, nil)
	fx.expectRefused(fx.owner, http.MethodPost, fx.admin()+"/invitations", body{"email": ana.Email, "first_name": "Ana", "last_name": "N"}, 409, "already")
	fx.expectRefused(fx.owner, http.MethodPost, fx.admin()+"/invitations/"+made.ID+"/revoke", nil, 409, "cannot be revoked")
}

// TestInvitation_RevokedOrExpired_CannotBeAccepted checks the problem of each case, before and after signing in.
func TestInvitation_RevokedOrExpired_CannotBeAccepted(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	all := fx.admin() + "/invitations"
	made, ana, old := fx.invite("Ana Lee")
	fx.expectRefused(fx.owner, http.MethodPost, all, body{"email": strings.ToUpper(ana.Email), "first_name": "A", "last_name": "L"}, 409, "Resend it instead")
	fx.post(fx.owner, all+"/"+made.ID+"/resend", nil, nil)
	token := fx.token(fx.mail(ana.Email, 2))
	made = fx.invitation(made.ID, "sent")
	if token == old || made.SentAt <= made.FirstSentAt {
		t.Errorf("sent again: %+v with the same link: %t", made, token == old)
	}
	fx.checkPreview(old, "invitation_replaced")
	fx.expectAcceptRefused(ana, old, "invitation_replaced")

	expires, err := time.Parse(time.RFC3339, made.ExpiresAt)
	fx.ok(err)
	fx.ok(kith.SetClock(t.Context(), expires.Add(time.Second)))
	fx.checkPreview(token, "invitation_expired")
	fx.expectAcceptRefused(ana, token, "invitation_expired")
	var again invitation
	fx.post(fx.owner, all, body{"email": ana.Email, "first_name": "Ana", "last_name": "Lee", "language": "es"}, &again)
	if again.ID != made.ID || again.Status != "open" {
		t.Errorf("invited again: %+v, want the same invitation, open", again)
	}
	third := fx.mail(ana.Email, 3)
	if !strings.Contains(third.Subject, "te invita") || !strings.Contains(third.Plain, "Aceptar la invitación") {
		t.Errorf("the Spanish mail says %s: %s", third.Subject, third.Plain)
	}
	token = fx.token(third)
	fx.ok(kith.ResetClock(t.Context()))

	fx.post(fx.owner, all+"/"+made.ID+"/revoke", nil, nil)
	fx.checkPreview(token, "invitation_revoked")
	fx.expectAcceptRefused(ana, token, "invitation_revoked")

	_, bea, open := fx.invite("Bea Berg")
	fx.post(fx.owner, fx.admin()+"/close", nil, nil)
	fx.checkPreview(open, "campaign_closed")
	fx.expectAcceptRefused(bea, open, "campaign_closed")
	fx.expectRefused(fx.owner, http.MethodPost, all, body{"email": "x@example.org", "first_name": "X", "last_name": "Y"}, 409, "closed")
}

func TestInvitation_JoinOnLandingPage_AcceptsIt(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	made, ana, token := fx.invite("Ana Lee")
	fx.post(ana, "/v1/mobilizer/join", body{"slug": fx.slug, "first_name": "Ana", "last_name": "Lee"}, nil)
	if now := fx.invitation(made.ID, "sent"); now.Status != "accepted" {
		t.Errorf("after joining the list shows %+v", now)
	}
	if _, err := accept(t.Context(), ana, token); err != nil {
		t.Errorf("the link of a person who joined: %v", err)
	}
	if got := fx.analytics().Totals.Mobilizers; got != 1 {
		t.Errorf("%d mobilizers, want 1", got)
	}
}

func TestInvitation_ConcurrentAccepts_MakeOneMembership(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	_, ana, token := fx.invite("Ana Lee")
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
	if got := fx.analytics().Totals.Mobilizers; got != 1 {
		t.Errorf("%d mobilizers, want 1", got)
	}
}

// TestUnsubscribe_OneClick_StopsEmail unsubscribes without signing in. The organization sends no more email to the address.
func TestUnsubscribe_OneClick_StopsEmail(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	made, ana, _ := fx.invite("Ana Lee")
	sent := fx.mail(ana.Email, 1)
	address := strings.Trim(sent.header("List-Unsubscribe"), "<>")
	for range 2 {
		reply, err := http.PostForm(address, url.Values{"List-Unsubscribe": {"One-Click"}})
		fx.ok(err)
		fx.ok(reply.Body.Close())
		if reply.StatusCode >= 300 {
			t.Errorf("the one-click POST is answered %s", reply.Status)
		}
	}
	fx.invitation(made.ID, "unsubscribed")
	fx.expectRefused(fx.owner, http.MethodPost, fx.admin()+"/invitations/"+made.ID+"/resend", nil, http.StatusConflict, "has unsubscribed")
	fx.invitation(made.ID, "unsubscribed")
	fx.checkPreview(fx.token(sent), "") // the link in the earlier email still works
	fx.ok(kith.Settle(t.Context()))
	fx.mail(ana.Email, 1)
}

// TestSendInvitation_Killed_LosesNoEmail kills the sender repeatedly. Every email is sent. At most the emails in flight at each
// kill are sent twice.
func TestSendInvitation_Killed_LosesNoEmail(t *testing.T) {
	t.Parallel() // with TestJobs_KilledWorkers_Finish, which kills other functions: both mostly wait for leases to expire
	fx := newFixture(t)
	fx.startCampaign()
	const people, kills = 40, 3
	var invited []string
	for n := range people {
		email := fmt.Sprintf("guest%d.%s@example.org", n, fx.tag)
		invited = append(invited, email)
		fx.post(fx.owner, fx.admin()+"/invitations", body{"email": email, "first_name": "Gus", "last_name": fmt.Sprint(n)}, nil)
		if n%(people/kills) == 5 {
			fx.ok(kith.Kill(t.Context(), "send-invitation"))
		}
	}
	err := Until(t.Context(), 4*time.Minute, withSweeps(func(ctx context.Context) (bool, error) {
		all, err := apiclient.All[invitation](ctx, fx.owner, fx.admin()+"/invitations")
		return !slices.ContainsFunc(all, func(i invitation) bool { return i.DeliveryStatus == "queued" }), err
	}))
	fx.ok(err)
	twice := 0
	for _, email := range invited {
		got, err := mails(t.Context(), email)
		fx.ok(err)
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

// TestPages_LinksInEmails_AreServed opens the links of an email and the landing page. Opening them changes nothing. The site's
// configuration names the API and the issuer.
func TestPages_LinksInEmails_AreServed(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	made, ana, _ := fx.invite("Ana Lee")
	sent := fx.mail(ana.Email, 1)
	links := regexp.MustCompile(`http://\S+/[iu]/[a-z2-7]{32}`).FindAllString(sent.Plain, -1)
	if len(links) != 2 {
		t.Fatalf("the mail has the links %v", links)
	}
	for _, link := range links {
		page, err := fetch(t.Context(), http.MethodGet, link, nil)
		fx.ok(err)
		if !strings.Contains(string(page), `src="/invite/page.js"`) {
			t.Errorf("%s leads to %.300s", link, page)
		}
	}
	site, _, _ := strings.Cut(links[0], "/i/")
	var campaign struct {
		LandingPage string `json:"landing_page"`
	}
	fx.get(fx.owner, fx.admin(), &campaign)
	if campaign.LandingPage != site+"/j/"+fx.slug {
		t.Errorf("the landing page is %s", campaign.LandingPage)
	}
	landing, err := fetch(t.Context(), http.MethodGet, campaign.LandingPage, nil)
	fx.ok(err)
	if !strings.Contains(string(landing), `src="/invite/page.js"`) {
		t.Errorf("%s leads to %.300s", campaign.LandingPage, landing)
	}
	script, err := fetch(t.Context(), http.MethodGet, site+"/invite/landing.js", nil)
	fx.ok(err)
	if !strings.Contains(string(script), "/v1/public/campaigns/") {
		t.Errorf("the landing page's script is %.300s", script)
	}
	raw, err := fetch(t.Context(), http.MethodGet, site+"/config.json", nil)
	fx.ok(err)
	var message map[string]string
	fx.ok(json.Unmarshal(raw, &message))
	cloud := kith.Cloud()
	if message["api"] != cloud.API || message["issuer"] != cloud.Issuer || message["client_id"] != cloud.ClientID {
		t.Errorf("config.json says %s", raw)
	}
	if now := fx.invitation(made.ID, "sent"); now.Status != "open" {
		t.Errorf("opening the links left %+v", now)
	}
}
