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

// requestAccess requests to accept an invitation with another address, and returns the status of the request.
func (fx *fixture) requestAccess(who *apiclient.Person, token string) string {
	fx.t.Helper()
	tokens, err := who.Tokens(fx.t.Context())
	fx.ok(err)
	var message struct{ Status string }
	fx.post(who, "/v1/mobilizer/access-requests", body{"token": token, "id_token": tokens.ID}, &message)
	return message.Status
}

// administer accepts an administrator invitation and returns the role.
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

// followEmailLink opens the page that an email to an administrator links to, and returns the API path of its subject.
func (fx *fixture) followEmailLink(l emailMessage) string {
	fx.t.Helper()
	found := decideLink.FindStringSubmatch(l.Plain)
	if found == nil {
		fx.t.Fatalf("no link in the mail: %s", l.Plain)
	}
	page, err := fetch(fx.t.Context(), http.MethodGet, found[0], nil)
	fx.ok(err)
	if !strings.Contains(string(page), `src="/invite/page.js"`) || strings.Contains(l.HTML, "/access-requests/") {
		fx.t.Errorf("%s leads to %.200s", found[0], page)
	}
	all := map[string]string{"c": "/v1/admin/campaigns/", "o": "/v1/admin/organizations/"}[found[1]]
	parts := strings.Split(found[2], "/")
	path := all + parts[0] + "/invitations/" + parts[1]
	if len(parts) == 3 {
		path += "/access-requests/" + parts[2]
	}
	return path
}

// awaitDecisionEmail waits for the nth email to a person and checks that it names the decision on their access request and
// nobody else.
func (fx *fixture) awaitDecisionEmail(who *apiclient.Person, n int, kind string, says ...string) emailMessage {
	fx.t.Helper()
	message := fx.mail(who.Email, n)
	for _, part := range append(says, who.Email, "Team "+fx.tag) {
		if !strings.Contains(message.Plain, part) || !strings.Contains(message.HTML, part) {
			fx.t.Errorf("the email to the requester does not say %q: %s", part, message.Plain)
		}
	}
	if message.Tags["kind"][0] != kind || len(message.Tags["invitation"]) > 0 || message.header("List-Unsubscribe") != "" || strings.Contains(message.Plain, "/u/") {
		fx.t.Errorf("the email to the requester is tagged %v, its headers %v, and says %s", message.Tags, message.Headers, message.Plain)
	}
	return message
}

// TestAccessRequest_Approved_JoinsWithOtherAddress requests to join with an address other than the invited one. The inviter gets
// an email and decides after signing in. The approval holds for that login only, also after the invitation has expired. The
// requester gets one email per decision.
func TestAccessRequest_Approved_JoinsWithOtherAddress(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	made, ana, token := fx.invite("Ana Lee")
	pepe, eve := fx.newPerson("Pepe Lee"), fx.newPerson("Eve Else")
	fx.expectAcceptRefused(pepe, token, "invitation_for_another")
	if got := fx.requestAccess(pepe, token); got != "pending" {
		t.Errorf("asking is answered %s", got)
	}
	fx.requestAccess(pepe, token)
	fx.expectAcceptRefused(pepe, token, "access_request_pending")
	message := fx.mail(fx.owner.Email, 1)
	for _, says := range []string{"Pepe Lee", pepe.Email, ana.Email, "Team " + fx.tag, "Walk the block"} {
		if !strings.Contains(message.Plain, says) {
			t.Errorf("the email to the inviter does not say %q: %s", says, message.Plain)
		}
	}
	if strings.Contains(message.Plain, token) || len(message.Tags["invitation"]) > 0 || message.Tags["kind"][0] != "access_request" || message.header("List-Unsubscribe") != "" {
		t.Errorf("the email to the inviter is tagged %v, its headers %v, and says %s", message.Tags, message.Headers, message.Plain)
	}
	about := fx.followEmailLink(message)
	for range 2 {
		fx.post(fx.owner, about+"/decline", nil, nil)
	}
	fx.expectAcceptRefused(pepe, token, "access_request_declined")
	declined := fx.awaitDecisionEmail(pepe, 1, "access_declined", "declined", "Walk the block")
	for _, secret := range []string{"http", ana.Email, "Ana", fx.owner.Email, "Olivia"} {
		if strings.Contains(declined.Plain, secret) || strings.Contains(declined.HTML, secret) {
			t.Errorf("the email about the refusal says %q: %s", secret, declined.Plain)
		}
	}
	expires, err := time.Parse(time.RFC3339, made.ExpiresAt)
	fx.ok(err)
	fx.ok(kith.SetClock(t.Context(), expires.Add(-time.Hour)))
	var ask struct {
		ExpiresAt time.Time `json:"expires_at"`
	}
	fx.post(fx.owner, about+"/approve", nil, nil)
	fx.post(fx.owner, about+"/approve", nil, &ask)
	newYork, err := time.LoadLocation("America/New_York") // of the campaign
	fx.ok(err)
	approved := fx.awaitDecisionEmail(pepe, 2, "access_approved", "Walk the block", ask.ExpiresAt.In(newYork).Format("January 2, 2006 at 3:04 PM (New York time)"))
	if strings.Contains(approved.Plain+approved.HTML, ana.Email) || fx.token(approved) != token {
		t.Errorf("the email about the approval says %s", approved.Plain)
	}
	fx.ok(kith.SetClock(t.Context(), expires.Add(time.Hour)))
	fx.checkPreview(token, "invitation_expired")
	fx.expectAcceptRefused(ana, token, "invitation_expired")
	fx.expectAcceptRefused(eve, fx.token(approved), "invitation_for_another")
	membership, err := acceptAs(t.Context(), pepe, fx.token(approved), "Pepe", "Ortiz")
	fx.ok(err)
	now := fx.invitation(made.ID, "sent")
	if now.Status != "accepted" || now.Mobilizer != membership || now.Email != ana.Email {
		t.Errorf("accepted with another address, the list shows %+v", now)
	}
	fx.expectAcceptRefused(ana, token, "invitation_used")
	fx.ok(kith.Settle(t.Context()))
	fx.mail(fx.owner.Email, 1)
	fx.mail(pepe.Email, 2)
}

// TestResendRequest_ExpiredInvitation_NotifiesTheInviterOnce also checks that the response does not reveal whether the token exists.
func TestResendRequest_ExpiredInvitation_NotifiesTheInviterOnce(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	made, ana, old := fx.invite("Ana Lee")
	ask := func(token string) {
		t.Helper()
		fx.ok(kith.Public(t.Context(), http.MethodPost, "/v1/public/invitations/"+token+"/resend-requests", nil, nil))
	}
	expires, err := time.Parse(time.RFC3339, made.ExpiresAt)
	fx.ok(err)
	fx.ok(kith.SetClock(t.Context(), expires.Add(time.Hour)))
	for _, token := range []string{old, strings.Repeat("a", 32), "nonsense", old} {
		ask(token)
	}
	message := fx.mail(fx.owner.Email, 1)
	if !strings.Contains(message.Subject, "new invitation") || !strings.Contains(message.Plain, ana.Email) {
		t.Errorf("the email says %s: %s", message.Subject, message.Plain)
	}
	fx.post(fx.owner, fx.followEmailLink(message)+"/resend", nil, nil)
	token := fx.token(fx.mail(ana.Email, 2))
	ask(token) // valid again: no email is sent
	if _, err := accept(t.Context(), ana, token); err != nil {
		t.Errorf("the new link: %v", err)
	}
	fx.ok(kith.Settle(t.Context()))
	fx.mail(fx.owner.Email, 1)
}

// TestAdministratorInvitation_Accepted_GivesTheRoleOnce accepts an administrator invitation, and one with an access request.
func TestAdministratorInvitation_Accepted_GivesTheRoleOnce(t *testing.T) {
	fx := newFixture(t)
	all := "/v1/admin/organizations/" + fx.organization + "/invitations"
	ada, addie, eve := fx.newPerson("Ada Ames"), fx.newPerson("Addie Ames"), fx.newPerson("Eve Else")
	var made invitation
	fx.post(fx.owner, all, body{"email": ada.Email, "first_name": "Ada", "last_name": "Ames", "role": "admin"}, &made)
	sent := fx.mail(ada.Email, 1)
	if !strings.Contains(sent.Subject, "administer Team "+fx.tag) || sent.Tags["invitation"][0] != made.ID || sent.header("List-Unsubscribe") == "" {
		t.Errorf("the mail is %s, tagged %v", sent.Subject, sent.Tags)
	}
	fx.ok(Until(t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
		all, err := apiclient.All[invitation](ctx, fx.owner, all)
		return err == nil && len(all) == 1 && all[0].DeliveryStatus == "delivered", err
	}))
	token := fx.token(sent)
	shown := fx.checkPreview(token, "")
	if shown["role"] != "admin" || shown["organization_name"] != "Team "+fx.tag || shown["invited_by"] != "Olivia Ortiz" || shown["campaign_name"] != nil {
		t.Errorf("the preview shows %v", shown)
	}
	if _, err := administer(t.Context(), eve, token); apiclient.Refused(err) == nil || apiclient.Refused(err).Code != "invitation_for_another" {
		t.Errorf("somebody else is answered %v", err)
	}
	fx.requestAccess(addie, token)
	fx.post(fx.owner, fx.followEmailLink(fx.mail(fx.owner.Email, 1))+"/approve", nil, nil)
	approved := fx.awaitDecisionEmail(addie, 1, "access_approved", "the administrators of Team "+fx.tag)
	for range 2 {
		role, err := administer(t.Context(), addie, fx.token(approved))
		if err != nil || role != "admin" {
			t.Errorf("accepting gives %q, %v", role, err)
		}
	}
	if _, err := administer(t.Context(), ada, token); apiclient.Refused(err) == nil || apiclient.Refused(err).Code != "invitation_used" {
		t.Errorf("the invited one, too late, is answered %v", err)
	}

	// The new administrator invites somebody. After they are removed, the owner gets the access requests.
	var hers invitation
	fx.post(addie, all, body{"email": eve.Email, "first_name": "Eve", "last_name": "Else"}, &hers)
	token = fx.token(fx.mail(eve.Email, 1))
	var who struct {
		Items []struct {
			User  string `json:"user_id"`
			Email string
		}
	}
	fx.get(fx.owner, "/v1/admin/organizations/"+fx.organization+"/administrators", &who)
	for _, admin := range who.Items {
		if admin.Email == addie.Email {
			fx.delete(fx.owner, "/v1/admin/organizations/"+fx.organization+"/administrators/"+admin.User)
		}
	}
	if _, err := administer(t.Context(), eve, token); apiclient.Refused(err) == nil || apiclient.Refused(err).Code != "inviter_gone" {
		t.Errorf("with the inviter gone accepting is answered %v", err)
	}
	fx.post(fx.owner, all+"/"+hers.ID+"/revoke", nil, nil)
	fx.ok(kith.Public(t.Context(), http.MethodPost, "/v1/public/invitations/"+token+"/resend-requests", nil, nil))
	message := fx.mail(fx.owner.Email, 2)
	if !strings.Contains(message.Plain, "is no longer an administrator") {
		t.Errorf("the email to the owner says %s", message.Plain)
	}
	fx.followEmailLink(message)
}
