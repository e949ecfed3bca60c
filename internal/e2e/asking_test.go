package e2e

import (
	"context"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// asks asks to accept an invitation with the person's own address, and returns where that stands.
func (tm *team) asks(who *apiclient.Person, token string) string {
	tm.t.Helper()
	tokens, err := who.Tokens(tm.t.Context())
	tm.ok(err)
	var told struct{ Status string }
	tm.post(who, "/v1/mobilizer/access-requests", body{"token": token, "id_token": tokens.ID}, &told)
	return told.Status
}

// administer accepts an invitation to administer, and returns the role.
func administer(ctx context.Context, who *apiclient.Person, token string) (string, error) {
	tokens, err := who.Tokens(ctx)
	if err != nil {
		return "", err
	}
	var given struct{ Role string }
	err = who.Post(ctx, "/v1/mobilizer/invitations/accept-role", body{"token": token, "id_token": tokens.ID}, &given)
	return given.Role, err
}

var decideLink = regexp.MustCompile(`https?://\S+/a/([co])/(\S+)`)

// leads follows the link in a mail to an administrator, which opens a page, and returns the path of what it is about.
func (tm *team) leads(l letter) string {
	tm.t.Helper()
	found := decideLink.FindStringSubmatch(l.Plain)
	if found == nil {
		tm.t.Fatalf("no link in the mail: %s", l.Plain)
	}
	page, err := fetch(tm.t.Context(), http.MethodGet, found[0], nil)
	tm.ok(err)
	if !strings.Contains(string(page), `src="/invite/page.js"`) || strings.Contains(l.HTML, "/access-requests/") {
		tm.t.Errorf("%s leads to %.200s", found[0], page)
	}
	all := map[string]string{"c": "/v1/admin/campaigns/", "o": "/v1/admin/organizations/"}[found[1]]
	parts := strings.Split(found[2], "/")
	path := all + parts[0] + "/invitations/" + parts[1]
	if len(parts) == 3 {
		path += "/access-requests/" + parts[2]
	}
	return path
}

// hears waits for the nth mail to somebody, which tells what was decided about their ask, and is about them alone.
func (tm *team) hears(who *apiclient.Person, n int, kind string, says ...string) letter {
	tm.t.Helper()
	told := tm.mail(who.Email, n)
	for _, part := range append(says, who.Email, "Team "+tm.tag) {
		if !strings.Contains(told.Plain, part) || !strings.Contains(told.HTML, part) {
			tm.t.Errorf("the mail to whoever asked does not say %q: %s", part, told.Plain)
		}
	}
	if told.Tags["kind"][0] != kind || len(told.Tags["invitation"]) > 0 || told.header("List-Unsubscribe") != "" || strings.Contains(told.Plain, "/u/") {
		tm.t.Errorf("the mail to whoever asked is tagged %v, its headers %v, and says %s", told.Tags, told.Headers, told.Plain)
	}
	return told
}

// Somebody invited under one address asks to join with another. The inviter hears of it by mail, and only what they decide
// after signing in counts: for exactly that login, also after the invitation has expired. Whoever asked hears each decision
// once.
func TestAskingLeadsFromMailToMembership(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	made, ana, token := tm.invite("Ana Lee")
	pepe, eve := tm.someone("Pepe Lee"), tm.someone("Eve Else")
	tm.refuses(pepe, token, "invitation_for_another")
	if got := tm.asks(pepe, token); got != "pending" {
		t.Errorf("asking is answered %s", got)
	}
	tm.asks(pepe, token)
	tm.refuses(pepe, token, "access_request_pending")
	told := tm.mail(tm.owner.Email, 1)
	for _, says := range []string{"Pepe Lee", pepe.Email, ana.Email, "Team " + tm.tag, "Walk the block"} {
		if !strings.Contains(told.Plain, says) {
			t.Errorf("the mail to the inviter does not say %q: %s", says, told.Plain)
		}
	}
	if strings.Contains(told.Plain, token) || len(told.Tags["invitation"]) > 0 || told.Tags["kind"][0] != "access_request" || told.header("List-Unsubscribe") != "" {
		t.Errorf("the mail to the inviter is tagged %v, its headers %v, and says %s", told.Tags, told.Headers, told.Plain)
	}
	about := tm.leads(told)
	for range 2 {
		tm.post(tm.owner, about+"/decline", nil, nil)
	}
	tm.refuses(pepe, token, "access_request_declined")
	declined := tm.hears(pepe, 1, "access_declined", "declined", "Walk the block")
	for _, secret := range []string{"http", ana.Email, "Ana", tm.owner.Email, "Olivia"} {
		if strings.Contains(declined.Plain, secret) || strings.Contains(declined.HTML, secret) {
			t.Errorf("the mail that tells of the refusal says %q: %s", secret, declined.Plain)
		}
	}
	expires, err := time.Parse(time.RFC3339, made.ExpiresAt)
	tm.ok(err)
	tm.ok(kith.SetClock(t.Context(), expires.Add(-time.Hour)))
	var ask struct {
		ExpiresAt time.Time `json:"expires_at"`
	}
	tm.post(tm.owner, about+"/approve", nil, nil)
	tm.post(tm.owner, about+"/approve", nil, &ask)
	approved := tm.hears(pepe, 2, "access_approved", "Walk the block", ask.ExpiresAt.Format("January 2, 2006 at 3:04 PM (UTC)"))
	if strings.Contains(approved.Plain+approved.HTML, ana.Email) || tm.token(approved) != token {
		t.Errorf("the mail that tells of the approval says %s", approved.Plain)
	}
	tm.ok(kith.SetClock(t.Context(), expires.Add(time.Hour)))
	tm.previews(token, "invitation_expired")
	tm.refuses(ana, token, "invitation_expired")
	tm.refuses(eve, tm.token(approved), "invitation_for_another")
	membership, err := accept(t.Context(), pepe, tm.token(approved))
	tm.ok(err)
	now := tm.invitation(made.ID, "sent")
	if now.Status != "accepted" || now.Mobilizer != membership || now.Email != ana.Email {
		t.Errorf("accepted with another address, the list shows %+v", now)
	}
	tm.refuses(ana, token, "invitation_used")
	tm.ok(kith.Settle(t.Context()))
	tm.mail(tm.owner.Email, 1)
	tm.mail(pepe.Email, 2)
}

// A link that works no more can have the inviter told: once, and whoever asks learns nothing.
func TestAskingForANewInvitation(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	made, ana, old := tm.invite("Ana Lee")
	ask := func(token string) {
		t.Helper()
		tm.ok(kith.Public(t.Context(), http.MethodPost, "/v1/public/invitations/"+token+"/resend-requests", nil, nil))
	}
	expires, err := time.Parse(time.RFC3339, made.ExpiresAt)
	tm.ok(err)
	tm.ok(kith.SetClock(t.Context(), expires.Add(time.Hour)))
	for _, token := range []string{old, strings.Repeat("a", 32), "nonsense", old} {
		ask(token)
	}
	told := tm.mail(tm.owner.Email, 1)
	if !strings.Contains(told.Subject, "new invitation") || !strings.Contains(told.Plain, ana.Email) {
		t.Errorf("the mail says %s: %s", told.Subject, told.Plain)
	}
	tm.post(tm.owner, tm.leads(told)+"/resend", nil, nil)
	token := tm.token(tm.mail(ana.Email, 2))
	ask(token) // works: nobody is told
	if _, err := accept(t.Context(), ana, token); err != nil {
		t.Errorf("the new link: %v", err)
	}
	tm.ok(kith.Settle(t.Context()))
	tm.mail(tm.owner.Email, 1)
}

// A further administrator comes in by mail as a mobilizer does, asks as one does, and has the role once.
func TestAdministratorsAreInvited(t *testing.T) {
	tm := newTeam(t)
	all := "/v1/admin/organizations/" + tm.organization + "/invitations"
	ada, addie, eve := tm.someone("Ada Ames"), tm.someone("Addie Ames"), tm.someone("Eve Else")
	var made invitation
	tm.post(tm.owner, all, body{"email": ada.Email, "first_name": "Ada", "last_name": "Ames", "role": "admin"}, &made)
	sent := tm.mail(ada.Email, 1)
	if !strings.Contains(sent.Subject, "administer Team "+tm.tag) || sent.Tags["invitation"][0] != made.ID || sent.header("List-Unsubscribe") == "" {
		t.Errorf("the mail is %s, tagged %v", sent.Subject, sent.Tags)
	}
	tm.ok(Until(t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
		all, err := apiclient.All[invitation](ctx, tm.owner, all)
		return err == nil && len(all) == 1 && all[0].DeliveryStatus == "delivered", err
	}))
	token := tm.token(sent)
	shown := tm.previews(token, "")
	if shown["role"] != "admin" || shown["organization_name"] != "Team "+tm.tag || shown["invited_by"] != "Olivia Ortiz" || shown["campaign_name"] != nil {
		t.Errorf("the preview shows %v", shown)
	}
	if _, err := administer(t.Context(), eve, token); apiclient.Refused(err) == nil || apiclient.Refused(err).Code != "invitation_for_another" {
		t.Errorf("somebody else is answered %v", err)
	}
	tm.asks(addie, token)
	tm.post(tm.owner, tm.leads(tm.mail(tm.owner.Email, 1))+"/approve", nil, nil)
	approved := tm.hears(addie, 1, "access_approved", "the administrators of Team "+tm.tag)
	for range 2 {
		role, err := administer(t.Context(), addie, tm.token(approved))
		if err != nil || role != "admin" {
			t.Errorf("accepting gives %q, %v", role, err)
		}
	}
	if _, err := administer(t.Context(), ada, token); apiclient.Refused(err) == nil || apiclient.Refused(err).Code != "invitation_used" {
		t.Errorf("the invited one, too late, is answered %v", err)
	}

	// Who is an administrator by invitation invites; when they are gone, the owner hears what is asked.
	var hers invitation
	tm.post(addie, all, body{"email": eve.Email, "first_name": "Eve", "last_name": "Else"}, &hers)
	token = tm.token(tm.mail(eve.Email, 1))
	var who struct {
		Items []struct{ User, Email string }
	}
	tm.get(tm.owner, "/v1/admin/organizations/"+tm.organization+"/administrators", &who)
	for _, admin := range who.Items {
		if admin.Email == addie.Email {
			tm.delete(tm.owner, "/v1/admin/organizations/"+tm.organization+"/administrators/"+admin.User)
		}
	}
	if _, err := administer(t.Context(), eve, token); apiclient.Refused(err) == nil || apiclient.Refused(err).Code != "inviter_gone" {
		t.Errorf("with the inviter gone accepting is answered %v", err)
	}
	tm.post(tm.owner, all+"/"+hers.ID+"/revoke", nil, nil)
	tm.ok(kith.Public(t.Context(), http.MethodPost, "/v1/public/invitations/"+token+"/resend-requests", nil, nil))
	told := tm.mail(tm.owner.Email, 2)
	if !strings.Contains(told.Plain, "is no administrator of") {
		t.Errorf("the owner is told %s", told.Plain)
	}
	tm.leads(told)
}
