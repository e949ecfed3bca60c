package invitationapi_test

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

const (
	acceptPath = "/v1/mobilizer/invitations/accept"
	askPath    = "/v1/mobilizer/access-requests"
	rolePath   = "/v1/mobilizer/invitations/accept-role"
)

// withNames is like with, with the names of a person who accepts with another address than the invited one.
func (s *invitationFixture) withNames(c *httpapitest.Client, token string) map[string]any {
	body := s.requestBody(c, token)
	body["first_name"], body["last_name"] = "Pepe", "Ortiz"
	return body
}

// requestBody returns a request body with an invitation's token and a fresh ID token of the caller.
func (s *invitationFixture) requestBody(c *httpapitest.Client, token string) map[string]any {
	return map[string]any{"token": token, "id_token": s.IDToken(c)}
}

// noticesAbout returns the users to whom notices about an invitation are pending, in order. A requester who gets a decision is
// "asker " and the user.
func (s *invitationFixture) noticesAbout(about string) []string {
	s.T.Helper()
	var to []string
	for _, j := range s.pendingEmails(about) {
		if j.Kind == job.NoticeEmail {
			to = append(to, cmp.Or(j.Recipient, "asker "+j.Requester))
		}
	}
	slices.Sort(to)
	return to
}

// pendingEmails returns the jobs of pending emails about an invitation.
func (s *invitationFixture) pendingEmails(about string) []*job.Job {
	s.T.Helper()
	waiting, err := s.Store.PendingMailJobs(s.T.Context(), "")
	if err != nil {
		s.T.Fatal(err)
	}
	return slices.DeleteFunc(waiting, func(j *job.Job) bool { return j.Record != about })
}

// invitationFixture is a tenant for tests of invitations to its campaign or its organization.
type invitationFixture struct {
	*httpapitest.Fixture
	*httpapitest.Tenant
	owner, admin string // their users
	here         string // the address of the campaign
	of           string // of the organization
}

func newInvitationFixture(t *testing.T) *invitationFixture {
	t.Helper()
	d := httpapitest.New(t)
	x := d.NewTenant("a")
	s := &invitationFixture{Fixture: d, Tenant: x, here: "/v1/admin/campaigns/" + x.IDs["campaign"], of: "/v1/admin/organizations/" + x.IDs["organization"]}
	s.owner, s.admin = x.Owner.Get("/v1/session").Text("user", "id"), x.IDs["user"]
	return s
}

// invite creates an invitation, records that its email was sent, and returns its path and the token of its link.
func (s *invitationFixture) invite(by *httpapitest.Client, all, name string, more ...string) (string, string) {
	s.T.Helper()
	guest := map[string]any{"email": name + "@example.org", "first_name": "Gus", "last_name": "Guest"}
	if len(more) > 0 {
		guest["role"] = more[0]
	}
	made := by.Post(all+"/invitations", guest).ExpectStatus(http.StatusCreated).Text("id")
	return all + "/invitations/" + made, s.recordSent(all, made)
}

// recordSent records that an invitation's email was sent, and returns the token of its link.
func (s *invitationFixture) recordSent(all, made string) string {
	s.T.Helper()
	target := invitation.Target{Organization: organization.ID(s.IDs["organization"])}
	if strings.HasPrefix(all, s.here) {
		target.Campaign = campaign.ID(s.IDs["campaign"])
	}
	i, err := s.Store.Invitation(s.T.Context(), target, invitation.ID(made))
	if err != nil {
		s.T.Fatal(err)
	}
	i.RecordSent(i.Generation, invitation.Lifetime, s.Now)
	writes := s.Store.UpdateInvitation(i)
	for _, j := range s.pendingEmails(made) {
		if j.Kind == job.InvitationEmail {
			writes = append(writes, s.Store.DeleteJob(j)...)
		}
	}
	s.Commit(writes...)
	return invitation.NewTokens(httpapitest.Secret).Accept(i)
}

func TestAccessRequest_OtherAddress_JoinsAfterApproval(t *testing.T) {
	s := newInvitationFixture(t)
	made, token := s.invite(s.Owner, s.here, "ana")
	ana, pepe, eve := s.SignIn("ana"), s.SignIn("pepe"), s.SignIn("eve")

	pepe.Post(acceptPath, s.requestBody(pepe, token)).ExpectProblem(http.StatusForbidden, "invitation_for_another", "ask to join with yours")
	asked := pepe.Post(askPath, s.requestBody(pepe, token)).ExpectStatus(http.StatusCreated)
	if asked.Text("status") != "pending" || asked.Text("email") != "pepe@example.org" {
		t.Errorf("asking is answered %s", asked.Raw)
	}
	pepe.Post(askPath, s.requestBody(pepe, token)).ExpectStatus(http.StatusOK)
	if got := s.noticesAbout(httpapitest.LastSegment(made)); !gocmp.Equal(got, []string{s.owner}) {
		t.Errorf("notices are to %v, want the inviter %s once", got, s.owner)
	}
	pepe.Post(acceptPath, s.requestBody(pepe, token)).ExpectProblem(http.StatusForbidden, "access_request_pending", "when it is decided")
	list := s.Admin.Get(made + "/access-requests").ExpectStatus(http.StatusOK).List("items")
	if len(list) != 1 || list[0]["email"] != "pepe@example.org" || list[0]["status"] != "pending" {
		t.Fatalf("administrators see %v", list)
	}
	decide := fmt.Sprint(made, "/access-requests/", list[0]["id"])
	asker := "asker " + pepe.Get("/v1/session").Text("user", "id")

	for range 2 {
		s.Admin.Post(decide+"/decline", nil).ExpectStatus(http.StatusOK)
	}
	if got := s.noticesAbout(httpapitest.LastSegment(made)); !gocmp.Equal(got, []string{s.owner, asker}) {
		t.Errorf("declined twice, notices are to %v, want %s once more", got, asker)
	}
	pepe.Post(askPath, s.requestBody(pepe, token)).ExpectProblem(http.StatusForbidden, "access_request_declined", "declined")
	pepe.Post(acceptPath, s.requestBody(pepe, token)).ExpectProblem(http.StatusForbidden, "access_request_declined", "declined")
	s.Advance(13 * 24 * time.Hour)
	approved := s.Admin.Post(decide+"/approve", nil).ExpectStatus(http.StatusOK)
	if approved.Text("status") != "approved" || approved.Text("decided_by", "email") != "a-admin@example.org" || approved.Text("expires_at") == "" {
		t.Errorf("approving is answered %s", approved.Raw)
	}
	again := s.Admin.Post(decide+"/approve", nil).ExpectStatus(http.StatusOK)
	if again.Raw != approved.Raw {
		t.Errorf("approving again is answered %s, not %s", again.Raw, approved.Raw)
	}
	if got := s.noticesAbout(httpapitest.LastSegment(made)); !gocmp.Equal(got, []string{s.owner, asker, asker}) {
		t.Errorf("approved twice, notices are to %v, want %s for each decision", got, asker)
	}
	s.Advance(13 * 24 * time.Hour)
	if got := s.Owner.Get(made).Text("status"); got != "expired" {
		t.Fatalf("the invitation is %s", got)
	}
	eve.Post(acceptPath, s.requestBody(eve, token)).ExpectProblem(http.StatusForbidden, "invitation_for_another", "another email address")
	over := ana.Post(acceptPath, s.requestBody(ana, token)).ExpectProblem(http.StatusConflict, "invitation_expired", "expired")
	if ended := s.Owner.Get(made).Text("expires_at"); ended == "" || over.Text("at") != ended {
		t.Errorf("it ended at %s, and the refusal says %s", ended, over.Raw)
	}
	// The invited person's names are not those of somebody with another address.
	pepe.Post(acceptPath, s.requestBody(pepe, token)).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "first_name")
	if got := pepe.Post(acceptPath, s.withNames(pepe, token)).ExpectStatus(http.StatusCreated); got.Text("first_name") != "Pepe" || got.Text("last_name") != "Ortiz" {
		t.Errorf("the approved requester joins as %s", got.Raw)
	}
	pepe.Post(acceptPath, s.requestBody(pepe, token)).ExpectStatus(http.StatusOK)
	now := s.Owner.Get(made).ExpectStatus(http.StatusOK)
	if now.Text("status") != "accepted" || now.Text("email") != "ana@example.org" || now.Text("mobilizer_id") == "" {
		t.Errorf("accepted, the invitation is %s", now.Raw)
	}
	ana.Post(acceptPath, s.requestBody(ana, token)).ExpectProblem(http.StatusConflict, "invitation_used", "has been used")
	pepe.Post("/v1/mobilizer/campaigns/"+s.Tenant.IDs["campaign"]+"/leave", map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	left := pepe.Post(acceptPath, s.requestBody(pepe, token)).ExpectProblem(http.StatusConflict, "left_since", "landing page")
	if left.Text("slug") == "" {
		t.Errorf("the reply to a person who left does not say how to join again: %s", left.Raw)
	}
	eve.Post(askPath, s.requestBody(eve, token)).ExpectProblem(http.StatusConflict, "invitation_used", "has been used")
	s.Admin.Post(decide+"/decline", nil).ExpectProblem(http.StatusConflict, "invitation_accepted", "nothing to decide")
}

func TestAcceptInvitation_EmailThatUnicodeFolds_IsForbidden(t *testing.T) {
	s := newInvitationFixture(t)
	other := s.SignIn("other")
	_, token := s.invite(s.Owner, s.here, "kika")
	in := s.requestBody(other, token)
	for _, email := range []string{"\u212aika@example.org", "k\u0130ka@example.org", "ki\u200bka@example.org"} {
		in["id_token"] = s.Issuer.Token(t, s.Issuer.Claims(other.Name, email, "Other", nil))
		other.Post(acceptPath, in).ExpectProblem(http.StatusForbidden, "invitation_for_another", "another email address")
	}
}

func TestCreateAccessRequest_TooMany_IsLimited(t *testing.T) {
	s := newInvitationFixture(t)
	pepe, ana := s.SignIn("pepe"), s.SignIn("ana")
	_, token := s.invite(s.Owner, s.here, "ana")
	unknown := strings.Repeat("a", 32)
	refused := pepe.Post(acceptPath, s.requestBody(pepe, unknown)).ExpectStatus(http.StatusNotFound)
	if got := pepe.Post(askPath, s.requestBody(pepe, unknown)).ExpectStatus(http.StatusNotFound); got.Raw != refused.Raw {
		t.Errorf("with an unknown token asking is answered %s, accepting %s", got.Raw, refused.Raw)
	}
	stale := s.requestBody(pepe, token)
	stale["id_token"] = s.Issuer.Token(t, s.Issuer.Claims(pepe.Name, "pepe@example.org", "Pepe", map[string]any{"auth_time": time.Now().Add(-time.Hour).Unix()}))
	pepe.Post(askPath, stale).ExpectProblem(http.StatusUnauthorized, "sign_in_again", "Sign in again")
	ana.Post(askPath, s.requestBody(ana, token)).ExpectProblem(http.StatusConflict, "invitation_yours", "Accept it")
	s.Mobilizer.Post(askPath, s.requestBody(s.Mobilizer, token)).ExpectProblem(http.StatusConflict, "already_mobilizer", "already")
	revoked, dead := s.invite(s.Owner, s.here, "bea")
	s.Owner.Post(revoked+"/revoke", nil).ExpectStatus(http.StatusOK)
	pepe.Post(askPath, s.requestBody(pepe, dead)).ExpectProblem(http.StatusConflict, "invitation_revoked", "was revoked")

	for n := range invitation.MaxRequestsPerUser {
		_, token := s.invite(s.Owner, s.here, fmt.Sprint("guest", n))
		pepe.Post(askPath, s.requestBody(pepe, token)).ExpectStatus(http.StatusCreated)
	}
	pepe.Post(askPath, s.requestBody(pepe, token)).ExpectProblem(http.StatusTooManyRequests, "too_many_access_requests", "tomorrow")
	s.Advance(24 * time.Hour)
	pepe.Post(askPath, s.requestBody(pepe, token)).ExpectStatus(http.StatusCreated)
}

func TestCreateAccessRequest_InviterRemoved_NotifiesOwners(t *testing.T) {
	s := newInvitationFixture(t)
	pepe := s.SignIn("pepe")
	made, token := s.invite(s.Admin, s.here, "ana")
	s.Owner.Delete(s.of + "/administrators/" + s.admin).ExpectStatus(http.StatusNoContent)
	pepe.Post(askPath, s.requestBody(pepe, token)).ExpectStatus(http.StatusCreated)
	if got := s.noticesAbout(httpapitest.LastSegment(made)); !gocmp.Equal(got, []string{s.owner}) {
		t.Errorf("notices are to %v, want the owner %s", got, s.owner)
	}
	s.Admin.Get(made + "/access-requests").ExpectStatus(http.StatusNotFound)
}

// A request for a new link gets the same answer for each token, and notifies the inviter once after each email.
func TestCreateResendRequest_AnyToken_AnswersAlikeAndNotifiesOnce(t *testing.T) {
	s := newInvitationFixture(t)
	anybody := s.NewLogin("")
	made, token := s.invite(s.Owner, s.here, "ana")
	ask := func(token string) string {
		t.Helper()
		got := anybody.Post("/v1/public/invitations/"+token+"/resend-requests", nil).ExpectStatus(http.StatusAccepted)
		return fmt.Sprint(got.Status, got.Raw)
	}
	want := ask(token)
	if got := s.noticesAbout(httpapitest.LastSegment(made)); len(got) != 0 {
		t.Errorf("while the link works, notices go to %v", got)
	}
	s.Advance(invitation.Lifetime)
	for _, token := range []string{token, token, "x", strings.Repeat("a", 32), s.IDs["unsubscribe"]} {
		if got := ask(token); got != want {
			t.Errorf("the answer to %s is %s, want %s", token, got, want)
		}
	}
	if got := s.noticesAbout(httpapitest.LastSegment(made)); !gocmp.Equal(got, []string{s.owner}) {
		t.Errorf("notices are to %v, want the inviter once", got)
	}
	if s.Owner.Get(made).Text("resend_requested_at") == "" {
		t.Error("the list does not show that somebody asked")
	}
	s.Owner.Post(made+"/resend", nil).ExpectStatus(http.StatusOK)
	if s.Owner.Get(made).Value("resend_requested_at") != nil {
		t.Error("sent again, the list still shows that somebody asks")
	}
	newer := s.recordSent(s.here, httpapitest.LastSegment(made))
	ask(token) // the newer mail may be lost
	ask(newer) // works
	if got := s.noticesAbout(httpapitest.LastSegment(made)); len(got) != 2 {
		t.Errorf("after another email, notices are to %v", got)
	}
}

func TestAdministratorInvitation_Accepted_GivesRole(t *testing.T) {
	s := newInvitationFixture(t)
	all := s.of + "/invitations"
	ada, eve := s.SignIn("ada"), s.SignIn("eve")
	guest := map[string]any{"email": "Ada@example.org", "first_name": "Ada", "last_name": "Lee", "role": "owner"}
	s.Admin.Post(all, guest).ExpectProblem(http.StatusForbidden, "forbidden", "Only an owner")
	s.Mobilizer.Post(all, guest).ExpectStatus(http.StatusNotFound)
	made := s.Owner.Post(all, guest).ExpectStatus(http.StatusCreated)
	if made.Text("role") != "owner" || made.Text("status") != "open" {
		t.Errorf("the invitation is %s", made.Raw)
	}
	one := all + "/" + made.Text("id")
	token := s.recordSent(s.of, made.Text("id"))
	open := s.Owner.Post(all, guest).ExpectProblem(http.StatusConflict, "invitation_open", "Resend it instead")
	if open.Text("resend_path") != one+"/resend" {
		t.Errorf("offered is %s", open.Raw)
	}
	s.Admin.Post(one+"/resend", nil).ExpectProblem(http.StatusForbidden, "forbidden", "Only an owner")
	s.Admin.Post(one+"/revoke", nil).ExpectProblem(http.StatusForbidden, "forbidden", "Only an owner")
	shown := s.NewLogin("").Get("/v1/public/invitations/" + token).ExpectStatus(http.StatusOK)
	if shown.Text("role") != "owner" || shown.Value("campaign_name") != nil || shown.Text("organization_name") != "a" {
		t.Errorf("the preview shows %s", shown.Raw)
	}

	ada.Post(acceptPath, s.requestBody(ada, token)).ExpectProblem(http.StatusNotFound, "invitation_unknown", "no invitation")
	ada.Post(rolePath, s.requestBody(ada, s.IDs["token"])).ExpectProblem(http.StatusNotFound, "invitation_unknown", "no invitation")
	eve.Post(rolePath, s.requestBody(eve, token)).ExpectProblem(http.StatusForbidden, "invitation_for_another", "another email")
	eve.Post(askPath, s.requestBody(eve, token)).ExpectStatus(http.StatusCreated)
	asks := s.Owner.Get(one + "/access-requests").ExpectStatus(http.StatusOK).List("items")
	s.Admin.Post(fmt.Sprint(one, "/access-requests/", asks[0]["id"], "/approve"), nil).ExpectProblem(http.StatusForbidden, "forbidden", "Only an owner")
	s.Owner.Post(fmt.Sprint(one, "/access-requests/", asks[0]["id"], "/decline"), nil).ExpectStatus(http.StatusOK)
	if got, asker := s.noticesAbout(made.Text("id")), "asker "+eve.Get("/v1/session").Text("user", "id"); !gocmp.Equal(got, []string{s.owner, asker}) {
		t.Errorf("notices are to %v, want the inviter and %s", got, asker)
	}

	given := ada.Post(rolePath, s.requestBody(ada, token)).ExpectStatus(http.StatusCreated)
	if given.Text("role") != "owner" || given.Text("name") != "a" {
		t.Errorf("accepting is answered %s", given.Raw)
	}
	ada.Post(rolePath, s.requestBody(ada, token)).ExpectStatus(http.StatusOK)
	eve.Post(rolePath, s.requestBody(eve, token)).ExpectProblem(http.StatusConflict, "invitation_used", "has been used")
	ada.Get(s.of + "/administrators").ExpectStatus(http.StatusOK)
	s.Owner.Post(all, guest).ExpectProblem(http.StatusConflict, "already_administrator", "already")
	states := s.Owner.Get(all + "?status=accepted").ExpectStatus(http.StatusOK).List("items")
	if len(states) != 1 || states[0]["email"] != "ada@example.org" {
		t.Errorf("accepted are %v", states)
	}

	// A removed administrator has used the invitation.
	s.Owner.Delete(s.of + "/administrators/" + ada.Get("/v1/session").Text("user", "id")).ExpectStatus(http.StatusNoContent)
	ada.Post(rolePath, s.requestBody(ada, token)).ExpectProblem(http.StatusConflict, "dismissed_since", "no longer")
	again := s.Owner.Post(all, guest).ExpectStatus(http.StatusCreated)
	if again.Text("id") != made.Text("id") {
		t.Errorf("the second invitation has the id of the first: %s", again.Raw)
	}
	ada.Post(rolePath, s.requestBody(ada, token)).ExpectProblem(http.StatusConflict, "invitation_replaced", "on its way")

	// What its inviter can't give any more, an invitation does not give.
	_, hers := s.invite(s.Admin, s.of, "eve", "admin")
	s.Owner.Delete(s.of + "/administrators/" + s.admin).ExpectStatus(http.StatusNoContent)
	eve.Post(rolePath, s.requestBody(eve, hers)).ExpectProblem(http.StatusConflict, "inviter_gone", "Ask an owner")
	revoked, dead := s.invite(s.Owner, s.of, "bea", "admin")
	s.Owner.Post(revoked+"/revoke", nil).ExpectStatus(http.StatusOK)
	bea := s.SignIn("bea")
	bea.Post(rolePath, s.requestBody(bea, dead)).ExpectProblem(http.StatusConflict, "invitation_revoked", "was revoked")
	_, late := s.invite(s.Owner, s.of, "cleo", "admin")
	s.Advance(invitation.Lifetime)
	cleo := s.SignIn("cleo")
	cleo.Post(rolePath, s.requestBody(cleo, late)).ExpectProblem(http.StatusConflict, "invitation_expired", "expired")
}

// Each write of access requests may crash at any store call and be repeated: the result is that of one run without a crash, and
// no notice is sent twice.
func TestAccessRequest_CrashAtEachCall_RetryNotifiesOnce(t *testing.T) {
	log := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // every broken call is an error
	t.Cleanup(func() { slog.SetDefault(log) })
	type crashFixture struct {
		*invitationFixture
		n              int
		made, token    string
		role, key      string
		asker, invited *httpapitest.Client
		asks, accepts  map[string]any // the same, when they are repeated
	}
	for _, c := range []struct {
		name    string
		notices int
		do      func(*crashFixture) *httpapitest.Reply
	}{
		{"ask", 1, func(s *crashFixture) *httpapitest.Reply {
			return s.asker.Do(http.MethodPost, askPath, s.asks, s.key)
		}},
		{"approve", 2, func(s *crashFixture) *httpapitest.Reply { return s.decide(s.made, "approve", s.key+"-d") }},
		{"decline", 2, func(s *crashFixture) *httpapitest.Reply { return s.decide(s.made, "decline", s.key+"-d") }},
		{"accept", 2, func(s *crashFixture) *httpapitest.Reply {
			if got := s.decide(s.made, "approve", s.key+"-d"); got.Status != http.StatusOK {
				return got
			}
			named := maps.Clone(s.asks)
			named["first_name"], named["last_name"] = "Pepe", "Ortiz"
			return s.asker.Do(http.MethodPost, acceptPath, named, s.key)
		}},
		{"ask for a new one", 1, func(s *crashFixture) *httpapitest.Reply {
			return s.NewLogin("").Post("/v1/public/invitations/"+s.token+"/resend-requests", nil)
		}},
		{"invite administrator", 0, func(s *crashFixture) *httpapitest.Reply {
			return s.Owner.Do(http.MethodPost, s.of+"/invitations", map[string]any{
				"email": fmt.Sprintf("boss%d@example.org", s.n), "first_name": "B", "last_name": "B", "role": "owner",
			}, s.key)
		}},
		{"accept role", 0, func(s *crashFixture) *httpapitest.Reply {
			return s.invited.Do(http.MethodPost, rolePath, s.accepts, s.key)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := newInvitationFixture(t)
			set := func(n int) *crashFixture {
				base.T = t
				s := &crashFixture{invitationFixture: base, n: n, key: fmt.Sprint("key-", n)}
				s.made, s.token = s.invite(s.Owner, s.here, fmt.Sprint("ana", n))
				_, s.role = s.invite(s.Owner, s.of, fmt.Sprint("ada", n), "admin")
				s.asker, s.invited = s.SignIn(fmt.Sprint("pepe", n)), s.SignIn(fmt.Sprint("ada", n))
				s.asks, s.accepts = s.requestBody(s.asker, s.token), s.requestBody(s.invited, s.role)
				switch c.name {
				case "approve", "decline", "accept":
					s.asker.Post(askPath, s.asks).ExpectStatus(http.StatusCreated)
				case "ask for a new one":
					s.Owner.Post(s.made+"/revoke", nil).ExpectStatus(http.StatusOK)
				}
				base.Faults.FailCall(0, false)
				return s
			}
			end := func(s *crashFixture) string {
				return fmt.Sprint(
					s.Owner.Get(s.made).Text("status"), s.Owner.Get(s.made+"/access-requests").List("items"), len(s.noticesAbout(httpapitest.LastSegment(s.made))),
					len(s.Owner.Get(s.of+"/administrators").List("items")) > 0,
					s.invited.Get("/v1/session").List("organizations"), s.asker.Get("/v1/session").List("campaigns"),
				)
			}
			plain := func(s *crashFixture) string {
				result := httpapitest.IDPattern.ReplaceAllString(end(s), "id") // before names: an id may contain ada7
				return strings.NewReplacer(fmt.Sprint("pepe", s.n), "pepe", fmt.Sprint("ada", s.n), "ada").Replace(result)
			}
			clean := set(0)
			want := c.do(clean)
			calls := base.Faults.Calls()
			if want.Status >= 300 {
				t.Fatalf("a clean run answers %s", want.Raw)
			}
			state := plain(clean)
			if got := len(base.noticesAbout(httpapitest.LastSegment(clean.made))); got != c.notices {
				t.Errorf("%d notices, want %d", got, c.notices)
			}
			n := 0
			for call := range calls {
				for _, late := range []bool{false, true} {
					n++
					s := set(n)
					base.Faults.FailCall(call+1, late)
					c.do(s)
					base.Faults.FailCall(0, false)
					if again := c.do(s); again.Status >= 300 {
						t.Errorf("repeated after call %d (%s, done: %t), it answers %s", call+1, calls[call], late, again.Raw)
					}
					if diff := gocmp.Diff(state, plain(s)); diff != "" {
						t.Errorf("after call %d (%s, done: %t) the end is (-clean +this):\n%s", call+1, calls[call], late, diff)
					}
				}
			}
		})
	}
}

// decide approves or declines the only access request of an invitation.
func (s *invitationFixture) decide(made, decision, key string) *httpapitest.Reply {
	s.T.Helper()
	asks := s.Owner.Get(made + "/access-requests")
	if asks.Status != http.StatusOK {
		return asks
	}
	return s.Owner.Do(http.MethodPost, fmt.Sprint(made, "/access-requests/", asks.List("items")[0]["id"], "/", decision), nil, key)
}
