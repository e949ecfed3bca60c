package joinapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/text"
)

func TestInvitationPreview_OpenLink_HasNamesDescriptionAndZone(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	x := d.NewTenant("preview")
	campaign := "/v1/admin/campaigns/" + x.IDs["campaign"]
	shown := x.Owner.Get("/v1/public/invitations/" + x.IDs["token"]).ExpectStatus(http.StatusOK)
	details := x.Owner.Get(campaign).ExpectStatus(http.StatusOK)
	if shown.Text("first_name") == "" || shown.Text("time_zone") != details.Text("time_zone") || shown.Text("campaign_description") != details.Text("description") {
		t.Errorf("the preview is %s", shown.Raw)
	}
	x.Owner.Post(campaign+"/close", nil).ExpectStatus(http.StatusOK)
	for _, path := range []string{"/v1/public/invitations/" + x.IDs["token"], "/v1/public/campaigns/" + x.IDs["slug"]} {
		refused := x.Owner.Get(path).ExpectProblem(http.StatusConflict, "campaign_closed", "Thank you")
		if refused.Text("campaign_name") != details.Text("name") || refused.Text("organization_name") != shown.Text("organization_name") {
			t.Errorf("%s: the refusal is %s", path, refused.Raw)
		}
	}
}

func TestUnsubscribePreview_Link_NamesOrganizationAndState(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	x := d.NewTenant("preview")
	link, holder := "/v1/public/unsubscribe/"+x.IDs["unsubscribe"], d.NewLogin("")
	expect := func(unsubscribed bool) {
		t.Helper()
		shown := holder.Get(link + "/preview").ExpectStatus(http.StatusOK)
		named := x.Owner.Get("/v1/admin/organizations/" + x.IDs["organization"]).ExpectStatus(http.StatusOK)
		if shown.Text("organization_name") != named.Text("name") || shown.Body["unsubscribed"] != unsubscribed {
			t.Errorf("the preview is %s", shown.Raw)
		}
	}
	expect(false)
	holder.Post(link, nil).ExpectStatus(http.StatusNoContent)
	expect(true)
	holder.Post(link+"/undo", nil).ExpectStatus(http.StatusNoContent)
	expect(false)
	holder.Get("/v1/public/unsubscribe/"+x.IDs["token"]+"/preview").ExpectProblem(http.StatusNotFound, "invitation_unknown", "belongs to no invitation")
}

func TestInvitationPreview_ExpiredLink_NamesTimeInCampaignsZone(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	x := d.NewTenant("preview")
	shown := x.Owner.Get("/v1/public/invitations/" + x.IDs["token"]).ExpectStatus(http.StatusOK)
	expires, err := time.Parse(time.RFC3339, shown.Text("expires_at"))
	if err != nil {
		t.Fatal(err)
	}
	zone, err := time.LoadLocation(shown.Text("time_zone"))
	if err != nil {
		t.Fatal(err)
	}
	d.Advance(expires.Sub(d.Now) + time.Hour)
	d.NewLogin("").Get("/v1/public/invitations/"+x.IDs["token"]).
		ExpectProblem(http.StatusConflict, "invitation_expired", text.EnglishTime(expires.In(zone)))
}
