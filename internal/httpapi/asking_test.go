package httpapi

import (
	"cmp"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

const (
	acceptPath = "/v1/mobilizer/invitations/accept"
	askPath    = "/v1/mobilizer/invitations/ask"
	rolePath   = "/v1/mobilizer/invitations/accept-role"
)

// with is a request about an invitation's link, with a fresh sign-in of the caller.
func (d *desk) with(c *caller, token string) map[string]any {
	return map[string]any{"token": token, "id_token": d.idToken(c)}
}

// told returns the users whom mails are to be sent that tell of an invitation, in order: whoever asked, whom a decision is
// told, as "asker " and their user.
func (d *desk) told(about string) []string {
	d.t.Helper()
	var to []string
	for _, j := range d.mails(about) {
		if j.Kind == job.NoticeEmail {
			to = append(to, cmp.Or(j.Recipient, "asker "+j.Requester))
		}
	}
	slices.Sort(to)
	return to
}

// mails returns the mails about an invitation that wait.
func (d *desk) mails(about string) []*job.Job {
	d.t.Helper()
	waiting, err := d.store.PendingMailJobs(d.t.Context(), "")
	if err != nil {
		d.t.Fatal(err)
	}
	return slices.DeleteFunc(waiting, func(j *job.Job) bool { return j.Record != about })
}

// inviting is a desk with a tenant, of whose campaign or organization the test goes through the invitations.
type inviting struct {
	*desk
	*tenant
	owner, admin string // their users
	here         string // the address of the campaign
	of           string // of the organization
}

func newInviting(t *testing.T) *inviting {
	t.Helper()
	d := everyRoute(t)
	x := d.tenant("a")
	s := &inviting{desk: d, tenant: x, here: "/v1/admin/campaigns/" + x.ids["campaign"], of: "/v1/admin/organizations/" + x.ids["organization"]}
	s.owner, s.admin = x.owner.get("/v1/session").text("user", "id"), x.ids["user"]
	return s
}

// invites has somebody invite a name, and returns the address of the invitation and the token of its mail, which is out.
func (s *inviting) invites(by *caller, all, name string, more ...string) (string, string) {
	s.t.Helper()
	guest := map[string]any{"email": name + "@example.org", "first_name": "Gus", "last_name": "Guest"}
	if len(more) > 0 {
		guest["role"] = more[0]
	}
	made := by.post(all+"/invitations", guest).is(http.StatusCreated).text("id")
	return all + "/invitations/" + made, s.sent(all, made)
}

// sent notes that an invitation's mail is out, and returns the token of its link.
func (s *inviting) sent(all, made string) string {
	s.t.Helper()
	target := invitation.Target{Organization: organization.ID(s.ids["organization"])}
	if strings.HasPrefix(all, s.here) {
		target.Campaign = campaign.ID(s.ids["campaign"])
	}
	i, err := s.store.Invitation(s.t.Context(), target, invitation.ID(made))
	if err != nil {
		s.t.Fatal(err)
	}
	i.RecordSent(i.Generation, invitation.Lifetime, s.now)
	writes := s.store.UpdateInvitation(i)
	for _, j := range s.mails(made) {
		if j.Kind == job.InvitationEmail {
			writes = append(writes, s.store.DeleteJob(j)...)
		}
	}
	s.commit(writes...)
	return invitation.NewTokens(stageSecret).Accept(i)
}

func TestSomebodyAsksToJoinWithAnotherAddress(t *testing.T) {
	s := newInviting(t)
	made, token := s.invites(s.tenant.owner, s.here, "ana")
	ana, pepe, eve := s.signsIn("ana"), s.signsIn("pepe"), s.signsIn("eve")

	pepe.post(acceptPath, s.with(pepe, token)).refused(http.StatusForbidden, "invitation_for_another", "ask to join with yours")
	asked := pepe.post(askPath, s.with(pepe, token)).is(http.StatusCreated)
	if asked.text("state") != "pending" || asked.text("email") != "pepe@example.org" {
		t.Errorf("asking is answered %s", asked.raw)
	}
	pepe.post(askPath, s.with(pepe, token)).is(http.StatusOK)
	if got := s.told(last(made)); !gocmp.Equal(got, []string{s.owner}) {
		t.Errorf("told are %v, want the inviter %s once", got, s.owner)
	}
	pepe.post(acceptPath, s.with(pepe, token)).refused(http.StatusForbidden, "ask_pending", "later")
	list := s.tenant.admin.get(made + "/asks").is(http.StatusOK).list("items")
	if len(list) != 1 || list[0]["email"] != "pepe@example.org" || list[0]["state"] != "pending" {
		t.Fatalf("administrators see %v", list)
	}
	decide := fmt.Sprint(made, "/asks/", list[0]["id"])
	asker := "asker " + pepe.get("/v1/session").text("user", "id")

	for range 2 {
		s.tenant.admin.post(decide+"/decline", nil).is(http.StatusOK)
	}
	if got := s.told(last(made)); !gocmp.Equal(got, []string{s.owner, asker}) {
		t.Errorf("declined twice, told are %v, want %s once more", got, asker)
	}
	pepe.post(askPath, s.with(pepe, token)).refused(http.StatusForbidden, "ask_declined", "declined")
	pepe.post(acceptPath, s.with(pepe, token)).refused(http.StatusForbidden, "ask_declined", "declined")
	s.later(13 * 24 * time.Hour)
	approved := s.tenant.admin.post(decide+"/approve", nil).is(http.StatusOK)
	if approved.text("state") != "approved" || approved.text("decided_by", "email") != "a-admin@example.org" || approved.text("until") == "" {
		t.Errorf("approving is answered %s", approved.raw)
	}
	again := s.tenant.admin.post(decide+"/approve", nil).is(http.StatusOK)
	if again.raw != approved.raw {
		t.Errorf("approving again is answered %s, not %s", again.raw, approved.raw)
	}
	if got := s.told(last(made)); !gocmp.Equal(got, []string{s.owner, asker, asker}) {
		t.Errorf("approved twice, told are %v, want %s for each decision", got, asker)
	}
	s.later(13 * 24 * time.Hour)
	if got := s.tenant.owner.get(made).text("state"); got != "expired" {
		t.Fatalf("the invitation is %s", got)
	}
	eve.post(acceptPath, s.with(eve, token)).refused(http.StatusForbidden, "invitation_for_another", "another e-mail address")
	over := ana.post(acceptPath, s.with(ana, token)).refused(http.StatusConflict, "invitation_expired", "ended")
	if ended := s.tenant.owner.get(made).text("expires_at"); ended == "" || over.text("at") != ended {
		t.Errorf("it ended at %s, and the refusal says %s", ended, over.raw)
	}
	pepe.post(acceptPath, s.with(pepe, token)).is(http.StatusCreated)
	pepe.post(acceptPath, s.with(pepe, token)).is(http.StatusOK)
	now := s.tenant.owner.get(made).is(http.StatusOK)
	if now.text("state") != "accepted" || now.text("email") != "ana@example.org" || now.text("mobilizer") == "" {
		t.Errorf("accepted, the invitation is %s", now.raw)
	}
	ana.post(acceptPath, s.with(ana, token)).refused(http.StatusConflict, "invitation_used", "has been used")
	pepe.post("/v1/mobilizer/campaigns/"+s.tenant.ids["campaign"]+"/leave", map[string]any{"contacts": "keep"}).is(http.StatusOK)
	left := pepe.post(acceptPath, s.with(pepe, token)).refused(http.StatusConflict, "left_since", "landing page")
	if left.text("slug") == "" {
		t.Errorf("whoever left is not told where to join again: %s", left.raw)
	}
	eve.post(askPath, s.with(eve, token)).refused(http.StatusConflict, "invitation_used", "has been used")
	s.tenant.admin.post(decide+"/decline", nil).refused(http.StatusConflict, "invitation_accepted", "nothing to decide")
}

func TestAskingHasLimits(t *testing.T) {
	s := newInviting(t)
	pepe, ana := s.signsIn("pepe"), s.signsIn("ana")
	_, token := s.invites(s.tenant.owner, s.here, "ana")
	unknown := strings.Repeat("a", 32)
	refused := pepe.post(acceptPath, s.with(pepe, unknown)).is(http.StatusNotFound)
	if got := pepe.post(askPath, s.with(pepe, unknown)).is(http.StatusNotFound); got.raw != refused.raw {
		t.Errorf("with an unknown token asking is answered %s, accepting %s", got.raw, refused.raw)
	}
	stale := s.with(pepe, token)
	stale["id_token"] = s.issuer.Token(t, s.issuer.Claims(pepe.name, "pepe@example.org", "Pepe", map[string]any{"iat": time.Now().Add(-time.Hour).Unix()}))
	pepe.post(askPath, stale).refused(http.StatusUnauthorized, "sign_in_again", "Sign in again")
	ana.post(askPath, s.with(ana, token)).refused(http.StatusConflict, "invitation_yours", "accept it")
	s.mobilizer.post(askPath, s.with(s.mobilizer, token)).refused(http.StatusConflict, "already_mobilizer", "already")
	revoked, dead := s.invites(s.tenant.owner, s.here, "bea")
	s.tenant.owner.post(revoked+"/revoke", nil).is(http.StatusOK)
	pepe.post(askPath, s.with(pepe, dead)).refused(http.StatusConflict, "invitation_revoked", "taken back")

	for n := range invitation.MaxRequestsPerUser {
		_, token := s.invites(s.tenant.owner, s.here, fmt.Sprint("guest", n))
		pepe.post(askPath, s.with(pepe, token)).is(http.StatusCreated)
	}
	pepe.post(askPath, s.with(pepe, token)).refused(http.StatusTooManyRequests, "asked_often", "tomorrow")
	s.later(24 * time.Hour)
	pepe.post(askPath, s.with(pepe, token)).is(http.StatusCreated)
}

func TestOwnersHearWhenTheInviterIsGone(t *testing.T) {
	s := newInviting(t)
	pepe := s.signsIn("pepe")
	made, token := s.invites(s.tenant.admin, s.here, "ana")
	s.tenant.owner.del(s.of + "/administrators/" + s.admin).is(http.StatusNoContent)
	pepe.post(askPath, s.with(pepe, token)).is(http.StatusCreated)
	if got := s.told(last(made)); !gocmp.Equal(got, []string{s.owner}) {
		t.Errorf("told are %v, want the owner %s", got, s.owner)
	}
	s.tenant.admin.get(made + "/asks").is(http.StatusNotFound)
}

// Whatever the token, "ask for a new one" has one answer; and it tells the inviter once after each mail.
func TestAskingForANewOneSaysNothingAndTellsOnce(t *testing.T) {
	s := newInviting(t)
	anybody := s.stranger("")
	made, token := s.invites(s.tenant.owner, s.here, "ana")
	ask := func(token string) string {
		t.Helper()
		got := anybody.post("/v1/public/invitations/"+token+"/ask", nil).is(http.StatusAccepted)
		return fmt.Sprint(got.status, got.raw)
	}
	want := ask(token)
	if got := s.told(last(made)); len(got) != 0 {
		t.Errorf("while the link works, told are %v", got)
	}
	s.later(invitation.Lifetime)
	for _, token := range []string{token, token, "x", strings.Repeat("a", 32), s.ids["unsubscribe"]} {
		if got := ask(token); got != want {
			t.Errorf("the answer to %s is %s, want %s", token, got, want)
		}
	}
	if got := s.told(last(made)); !gocmp.Equal(got, []string{s.owner}) {
		t.Errorf("told are %v, want the inviter once", got)
	}
	if s.tenant.owner.get(made).text("asked_at") == "" {
		t.Error("the list does not show that somebody asked")
	}
	s.tenant.owner.post(made+"/resend", nil).is(http.StatusOK)
	if s.tenant.owner.get(made).value("asked_at") != nil {
		t.Error("sent again, the list still shows that somebody asks")
	}
	newer := s.sent(s.here, last(made))
	ask(token) // the newer mail may be lost
	ask(newer) // works
	if got := s.told(last(made)); len(got) != 2 {
		t.Errorf("after another mail told are %v", got)
	}
}

func TestInvitingAdministrators(t *testing.T) {
	s := newInviting(t)
	all := s.of + "/invitations"
	ada, eve := s.signsIn("ada"), s.signsIn("eve")
	guest := map[string]any{"email": "Ada@example.org", "first_name": "Ada", "last_name": "Lee", "role": "owner"}
	s.tenant.admin.post(all, guest).refused(http.StatusForbidden, "forbidden", "Only an owner")
	s.mobilizer.post(all, guest).is(http.StatusNotFound)
	made := s.tenant.owner.post(all, guest).is(http.StatusCreated)
	if made.text("role") != "owner" || made.text("state") != "open" {
		t.Errorf("the invitation is %s", made.raw)
	}
	one := all + "/" + made.text("id")
	token := s.sent(s.of, made.text("id"))
	open := s.tenant.owner.post(all, guest).refused(http.StatusConflict, "invitation_open", "Send that one again")
	if open.text("resend") != one+"/resend" {
		t.Errorf("offered is %s", open.raw)
	}
	s.tenant.admin.post(one+"/resend", nil).refused(http.StatusForbidden, "forbidden", "Only an owner")
	s.tenant.admin.post(one+"/revoke", nil).refused(http.StatusForbidden, "forbidden", "Only an owner")
	shown := s.stranger("").get("/v1/public/invitations/" + token).is(http.StatusOK)
	if shown.text("role") != "owner" || shown.value("campaign") != nil || shown.text("organization") != "a" {
		t.Errorf("the preview shows %s", shown.raw)
	}

	ada.post(acceptPath, s.with(ada, token)).refused(http.StatusNotFound, "invitation_unknown", "no invitation")
	ada.post(rolePath, s.with(ada, s.ids["token"])).refused(http.StatusNotFound, "invitation_unknown", "no invitation")
	eve.post(rolePath, s.with(eve, token)).refused(http.StatusForbidden, "invitation_for_another", "another e-mail")
	eve.post(askPath, s.with(eve, token)).is(http.StatusCreated)
	asks := s.tenant.owner.get(one + "/asks").is(http.StatusOK).list("items")
	s.tenant.admin.post(fmt.Sprint(one, "/asks/", asks[0]["id"], "/approve"), nil).refused(http.StatusForbidden, "forbidden", "Only an owner")
	s.tenant.owner.post(fmt.Sprint(one, "/asks/", asks[0]["id"], "/decline"), nil).is(http.StatusOK)
	if got, asker := s.told(made.text("id")), "asker "+eve.get("/v1/session").text("user", "id"); !gocmp.Equal(got, []string{s.owner, asker}) {
		t.Errorf("told are %v, want the inviter and %s", got, asker)
	}

	given := ada.post(rolePath, s.with(ada, token)).is(http.StatusCreated)
	if given.text("role") != "owner" || given.text("name") != "a" {
		t.Errorf("accepting is answered %s", given.raw)
	}
	ada.post(rolePath, s.with(ada, token)).is(http.StatusOK)
	eve.post(rolePath, s.with(eve, token)).refused(http.StatusConflict, "invitation_used", "has been used")
	ada.get(s.of + "/administrators").is(http.StatusOK)
	s.tenant.owner.post(all, guest).refused(http.StatusConflict, "already_administrator", "already")
	states := s.tenant.owner.get(all + "?state=accepted").is(http.StatusOK).list("items")
	if len(states) != 1 || states[0]["email"] != "ada@example.org" {
		t.Errorf("accepted are %v", states)
	}

	// Whoever is dismissed has used the invitation.
	s.tenant.owner.del(s.of + "/administrators/" + ada.get("/v1/session").text("user", "id")).is(http.StatusNoContent)
	ada.post(rolePath, s.with(ada, token)).refused(http.StatusConflict, "dismissed_since", "no longer")
	again := s.tenant.owner.post(all, guest).is(http.StatusCreated)
	if again.text("id") != made.text("id") {
		t.Errorf("invited anew it is another invitation: %s", again.raw)
	}
	ada.post(rolePath, s.with(ada, token)).refused(http.StatusConflict, "invitation_replaced", "on its way")

	// What its inviter can't give any more, an invitation does not give.
	_, hers := s.invites(s.tenant.admin, s.of, "eve", "admin")
	s.tenant.owner.del(s.of + "/administrators/" + s.admin).is(http.StatusNoContent)
	eve.post(rolePath, s.with(eve, hers)).refused(http.StatusConflict, "inviter_gone", "Ask an owner")
	revoked, dead := s.invites(s.tenant.owner, s.of, "bea", "admin")
	s.tenant.owner.post(revoked+"/revoke", nil).is(http.StatusOK)
	bea := s.signsIn("bea")
	bea.post(rolePath, s.with(bea, dead)).refused(http.StatusConflict, "invitation_revoked", "taken back")
	_, late := s.invites(s.tenant.owner, s.of, "cleo", "admin")
	s.later(invitation.Lifetime)
	cleo := s.signsIn("cleo")
	cleo.post(rolePath, s.with(cleo, late)).refused(http.StatusConflict, "invitation_expired", "ended")
}

// Each write about asking may die at any of its store calls, and be repeated: the end is that of one clean run, and
// nobody is told twice.
func TestCrashAsking(t *testing.T) {
	log := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler)) // every broken call is an error
	t.Cleanup(func() { slog.SetDefault(log) })
	type scene struct {
		*inviting
		n              int
		made, token    string
		role, key      string
		asker, invited *caller
		asks, accepts  map[string]any // the same, when they are repeated
	}
	for _, c := range []struct {
		name string
		told int
		do   func(*scene) *reply
	}{
		{"ask", 1, func(s *scene) *reply {
			return s.asker.request(http.MethodPost, askPath, s.asks, s.key)
		}},
		{"approve", 2, func(s *scene) *reply { return s.decideOn(s.made, "approve", s.key+"-d") }},
		{"decline", 2, func(s *scene) *reply { return s.decideOn(s.made, "decline", s.key+"-d") }},
		{"accept", 2, func(s *scene) *reply {
			if got := s.decideOn(s.made, "approve", s.key+"-d"); got.status != http.StatusOK {
				return got
			}
			return s.asker.request(http.MethodPost, acceptPath, s.asks, s.key)
		}},
		{"ask for a new one", 1, func(s *scene) *reply {
			return s.stranger("").post("/v1/public/invitations/"+s.token+"/ask", nil)
		}},
		{"invite administrator", 0, func(s *scene) *reply {
			return s.tenant.owner.request(http.MethodPost, s.of+"/invitations", map[string]any{
				"email": fmt.Sprintf("boss%d@example.org", s.n), "first_name": "B", "last_name": "B", "role": "owner",
			}, s.key)
		}},
		{"accept role", 0, func(s *scene) *reply {
			return s.invited.request(http.MethodPost, rolePath, s.accepts, s.key)
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			base := newInviting(t)
			set := func(n int) *scene {
				base.t = t
				s := &scene{inviting: base, n: n, key: fmt.Sprint("key-", n)}
				s.made, s.token = s.invites(s.tenant.owner, s.here, fmt.Sprint("ana", n))
				_, s.role = s.invites(s.tenant.owner, s.of, fmt.Sprint("ada", n), "admin")
				s.asker, s.invited = s.signsIn(fmt.Sprint("pepe", n)), s.signsIn(fmt.Sprint("ada", n))
				s.asks, s.accepts = s.with(s.asker, s.token), s.with(s.invited, s.role)
				switch c.name {
				case "approve", "decline", "accept":
					s.asker.post(askPath, s.asks).is(http.StatusCreated)
				case "ask for a new one":
					s.tenant.owner.post(s.made+"/revoke", nil).is(http.StatusOK)
				}
				base.faults.arm(0, false)
				return s
			}
			end := func(s *scene) string {
				return fmt.Sprint(
					s.tenant.owner.get(s.made).text("state"), s.tenant.owner.get(s.made+"/asks").list("items"), len(s.told(last(s.made))),
					len(s.tenant.owner.get(s.of+"/administrators").list("items")) > 0,
					s.invited.get("/v1/session").list("organizations"), s.asker.get("/v1/session").list("campaigns"),
				)
			}
			plain := func(s *scene) string {
				told := strings.NewReplacer(fmt.Sprint("pepe", s.n), "pepe", fmt.Sprint("ada", s.n), "ada").Replace(end(s))
				return anyID.ReplaceAllString(told, "id")
			}
			clean := set(0)
			want := c.do(clean)
			calls := base.faults.count()
			if want.status >= 300 {
				t.Fatalf("a clean run answers %s", want.raw)
			}
			state := plain(clean)
			if got := len(base.told(last(clean.made))); got != c.told {
				t.Errorf("%d are told, want %d", got, c.told)
			}
			n := 0
			for call := range calls {
				for _, late := range []bool{false, true} {
					n++
					s := set(n)
					base.faults.arm(call+1, late)
					c.do(s)
					base.faults.arm(0, false)
					if again := c.do(s); again.status >= 300 {
						t.Errorf("repeated after call %d (%s, done: %t), it answers %s", call+1, calls[call], late, again.raw)
					}
					if diff := gocmp.Diff(state, plain(s)); diff != "" {
						t.Errorf("after call %d (%s, done: %t) the end is (-clean +this):\n%s", call+1, calls[call], late, diff)
					}
				}
			}
		})
	}
}

// decideOn decides about the only ask of the scene's invitation.
func (s *inviting) decideOn(made, decision, key string) *reply {
	s.t.Helper()
	asks := s.tenant.owner.get(made + "/asks")
	if asks.status != http.StatusOK {
		return asks
	}
	return s.tenant.owner.request(http.MethodPost, fmt.Sprint(made, "/asks/", asks.list("items")[0]["id"], "/", decision), nil, key)
}
