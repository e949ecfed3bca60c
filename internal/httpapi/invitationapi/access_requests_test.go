package invitationapi_test

import (
	"fmt"
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
)

const (
	acceptPath = "/v1/mobilizer/invitations/accept"
	askPath    = "/v1/mobilizer/access-requests"
	rolePath   = "/v1/mobilizer/invitations/accept-role"
)

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
	s.Admin.Post(decide+"/approve?seen=pending", nil).ExpectProblem(http.StatusConflict, "access_request_decided", "declined this request. Ask them")
	s.Admin.Post(decide+"/decline?seen=pending", nil).ExpectStatus(http.StatusOK)
	s.Advance(13 * 24 * time.Hour)
	approved := s.Admin.Post(decide+"/approve?seen=declined", nil).ExpectStatus(http.StatusOK)
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

// Each write of access requests may crash at any store call and be repeated: the result is that of one run without a crash, and
// no notice is sent twice.
func TestAccessRequest_CrashAtEachCall_RetryNotifiesOnce(t *testing.T) {
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
			for call, late := range httpapitest.EachFailure(calls) {
				n++
				s := set(n)
				base.Faults.FailCall(call, late)
				c.do(s)
				base.Faults.FailCall(0, false)
				if again := c.do(s); again.Status >= 300 {
					t.Errorf("repeated after call %d (%s, done: %t), it answers %s", call, calls[call-1], late, again.Raw)
				}
				if diff := gocmp.Diff(state, plain(s)); diff != "" {
					t.Errorf("after call %d (%s, done: %t) the end is (-clean +this):\n%s", call, calls[call-1], late, diff)
				}
			}
		})
	}
}

func TestListCampaignAccessRequests_SeveralInvitations_CountsPending(t *testing.T) {
	t.Parallel()
	s := newInvitationFixture(t)
	all := s.here + "/access-requests"
	before := s.Owner.Get(all).ExpectStatus(http.StatusOK).Number("pending") // the tenant has one
	var made []string
	for _, name := range []string{"ana", "ben", "cleo"} {
		s.Advance(time.Second)
		at, token := s.invite(s.Owner, s.here, name)
		asker := s.SignIn("asker-for-" + name)
		asker.Post(askPath, s.requestBody(asker, token)).ExpectStatus(http.StatusCreated)
		made = append(made, at)
	}
	first := s.Owner.Get(all + "?limit=2").ExpectStatus(http.StatusOK)
	second := s.Owner.Get(all + "?limit=2&page=" + first.Text("next")).ExpectStatus(http.StatusOK)
	if first.Number("pending") != before+3 || second.Number("pending") != before+3 || len(first.List("items")) != 2 || len(second.List("items")) != before+1 {
		t.Fatalf("two pages: %s\n%s", first.Raw, second.Raw)
	}
	latest := first.List("items")[0]
	if invited := latest["invitation"].(map[string]any); invited["email"] != "cleo@example.org" || latest["email"] != "asker-for-cleo@example.org" {
		t.Errorf("the latest request is %v", latest)
	}
	one := fmt.Sprint(made[2], "/access-requests/", latest["id"])
	s.Owner.Post(one+"/decline", nil).ExpectStatus(http.StatusOK)
	s.Owner.Post(made[1]+"/revoke", nil).ExpectStatus(http.StatusOK)
	for query, want := range map[string]int{"": before + 3, "?status=pending": before + 1, "?status=declined": 1, "?status=lapsed": 1, "?status=approved": 0, "?search=ÁSKER-for-ana": 1, "?search=cleo@": 1, "?search=nobody": 0} {
		reply := s.Owner.Get(all + query).ExpectStatus(http.StatusOK)
		if len(reply.List("items")) != want || reply.Number("pending") != before+1 {
			t.Errorf("%s: %s", query, reply.Raw)
		}
	}
	var order []any
	for query := "?limit=1"; query != ""; {
		page := s.Owner.Get(all + query).ExpectStatus(http.StatusOK)
		order = append(order, page.List("items")[0]["status"])
		query = ""
		if next := page.Text("next"); next != "" {
			query = "?limit=1&page=" + next
		}
	}
	if want := append(slices.Repeat([]any{"pending"}, before+1), "declined", "lapsed"); !slices.Equal(order, want) {
		t.Errorf("the pages have %v, want the pending ones first: %v", order, want)
	}
	s.Owner.Delete(made[0]).ExpectStatus(http.StatusNoContent)
	if got := s.Owner.Get(all).Number("pending"); got != before {
		t.Errorf("after an invitation was deleted %d requests are pending, want %d", got, before)
	}
	s.Owner.Get(all+"?status=open").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "status")
}

func TestListInvitations_DeliveryStatus_SelectsThem(t *testing.T) {
	t.Parallel()
	s := newInvitationFixture(t)
	all := s.here + "/invitations"
	sent := len(s.Owner.Get(all + "?delivery_status=sent").ExpectStatus(http.StatusOK).List("items"))
	s.invite(s.Owner, s.here, "ana")
	s.Owner.Post(all, map[string]any{"email": "ben@example.org", "first_name": "Ben"}).ExpectStatus(http.StatusCreated)
	for query, want := range map[string]int{"delivery_status=sent": sent + 1, "delivery_status=queued": 1, "delivery_status=bounced": 0, "delivery_status=queued&status=open": 1, "delivery_status=queued&search=ana": 0} {
		if got := s.Owner.Get(all + "?" + query).ExpectStatus(http.StatusOK).List("items"); len(got) != want {
			t.Errorf("?%s: %d invitations, want %d", query, len(got), want)
		}
	}
	s.Owner.Get(all+"?delivery_status=lost").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "delivery_status")
}
