package invitationapi_test

import (
	"fmt"
	"net/http"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/invitation"
)

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
