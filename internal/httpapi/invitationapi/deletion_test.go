package invitationapi_test

import (
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

func TestDeleteInvitation_NeverAccepted_IsGoneAndItsEmailsStillUnsubscribe(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	x := d.NewTenant("a")
	campaignPath, organizationPath := "/v1/admin/campaigns/"+x.IDs["campaign"], "/v1/admin/organizations/"+x.IDs["organization"]
	address := httpapitest.InviteeOf(x.IDs["slug"]) + "@example.org"
	target := invitation.Target{Campaign: campaign.ID(x.IDs["campaign"])}
	all, one := campaignPath+"/invitations", campaignPath+"/invitations/"+x.IDs["invitation"]
	before := len(x.Owner.Get(all).List("items"))

	x.Admin.Delete(one).ExpectStatus(http.StatusNoContent)
	x.Admin.Delete(one).ExpectStatus(http.StatusNotFound)
	x.Admin.Get(one).ExpectStatus(http.StatusNotFound)
	if left := x.Owner.Get(all).List("items"); len(left) != before-1 {
		t.Errorf("%d invitations are left of %d", len(left), before)
	}
	guest := d.SignIn(httpapitest.InviteeOf(x.IDs["slug"]))
	accept := map[string]any{"token": x.IDs["token"], "id_token": d.IDToken(guest), "first_name": "Gus", "last_name": "Guest"}
	guest.Post("/v1/mobilizer/invitations/accept", accept).ExpectProblem(http.StatusNotFound, "invitation_unknown", "")
	d.NewLogin("").Get("/v1/public/invitations/"+x.IDs["token"]).ExpectProblem(http.StatusNotFound, "invitation_unknown", "")
	d.NewLogin("").Post("/v1/public/invitations/"+x.IDs["token"]+"/resend-requests", nil).ExpectStatus(http.StatusAccepted)

	invite := map[string]any{"email": address, "first_name": "Gus", "last_name": "Guest"}
	again := x.Owner.Post(all, invite).ExpectStatus(http.StatusCreated)
	if again.Text("id") == x.IDs["invitation"] || again.Text("delivery_status") != "queued" {
		t.Errorf("invited again: %s", again.Raw)
	}
	x.Owner.Delete(all + "/" + again.Text("id")).ExpectStatus(http.StatusNoContent)

	unsubscribe := "/v1/public/unsubscribe/" + x.IDs["unsubscribe"]
	d.NewLogin("").Post(unsubscribe, nil).ExpectStatus(http.StatusNoContent)
	if got := x.Owner.Post(all, invite).ExpectStatus(http.StatusCreated); got.Text("delivery_status") != "unsubscribed" {
		t.Errorf("invited after unsubscribing: %s", got.Raw)
	}
	d.NewLogin("").Post(unsubscribe+"/undo", nil).ExpectStatus(http.StatusNoContent)
	if s, err := d.Store.Suppression(t.Context(), organization.ID(x.IDs["organization"]), address); err != nil || s != nil {
		t.Errorf("the undone unsubscription is %+v, %v", s, err)
	}
	if requests, err := d.Store.AccessRequests(t.Context(), &invitation.Invitation{ID: invitation.ID(x.IDs["invitation"]), Campaign: target.Campaign}); err != nil || len(requests) > 0 {
		t.Errorf("access requests of the deleted invitation: %v, %v", requests, err)
	}
	kept, err := d.Store.SentInvitation(t.Context(), target, invitation.ID(x.IDs["invitation"]))
	if err != nil || kept.FirstName+kept.LastName != "" {
		t.Errorf("of the deleted invitation remains %+v, %v", kept, err)
	}

	administrator := organizationPath + "/invitations/" + x.IDs["administrator-invitation"]
	x.Admin.Delete(administrator).ExpectStatus(http.StatusNoContent)
	x.Admin.Get(administrator).ExpectStatus(http.StatusNotFound)
	owner := x.Owner.Post(organizationPath+"/invitations", map[string]any{"email": "olga@example.org", "first_name": "Olga", "role": "owner"}).ExpectStatus(http.StatusCreated)
	x.Admin.Delete(organizationPath + "/invitations/" + owner.Text("id")).ExpectStatus(http.StatusForbidden)
}

func TestDeleteInvitation_Accepted_IsRefused(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	x := d.NewTenant("a")
	guest := d.SignIn(httpapitest.InviteeOf(x.IDs["slug"]))
	guest.Post("/v1/mobilizer/invitations/accept", map[string]any{"token": x.IDs["token"], "id_token": d.IDToken(guest), "first_name": "Gus", "last_name": "Guest"}).
		ExpectStatus(http.StatusCreated)
	x.Owner.Delete("/v1/admin/campaigns/"+x.IDs["campaign"]+"/invitations/"+x.IDs["invitation"]).
		ExpectProblem(http.StatusConflict, "invitation_accepted", "Remove the mobilizer instead")
	ada := d.SignIn(httpapitest.AdministratorInviteeOf(x.IDs))
	ada.Post("/v1/mobilizer/invitations/accept-role", map[string]any{"token": x.IDs["administrator-token"], "id_token": d.IDToken(ada)}).ExpectStatus(http.StatusCreated)
	x.Owner.Delete("/v1/admin/organizations/"+x.IDs["organization"]+"/invitations/"+x.IDs["administrator-invitation"]).
		ExpectProblem(http.StatusConflict, "invitation_accepted", "Remove the administrator instead")
}
