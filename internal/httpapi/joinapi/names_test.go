package joinapi_test

import (
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
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
