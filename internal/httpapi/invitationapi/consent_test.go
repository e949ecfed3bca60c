package invitationapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestInvite_MobilizerWithoutConsent_IsAnsweredAsUnknown(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	campaign := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "quiet")
	ana.Post(campaign+"/publish", nil).ExpectStatus(http.StatusOK)
	for name, consent := range map[string]bool{"ben": false, "cleo": true} {
		join := httpapitest.JoinBody("quiet")
		join["consent"] = consent
		d.SignIn(name).Post("/v1/mobilizer/join", join).ExpectStatus(http.StatusCreated)
	}
	invite := func(name string) *httpapitest.Reply {
		return ana.Post(campaign+"/invitations", map[string]any{"email": name + "@example.org", "first_name": "X", "last_name": "Y"})
	}
	masked := func(r *httpapitest.Reply, name string) string {
		return strings.NewReplacer(r.Text("id"), "id", name+"@", "x@").Replace(r.ExpectStatus(http.StatusCreated).Raw)
	}
	if known, unknown := masked(invite("ben"), "ben"), masked(invite("nob"), "nob"); known != unknown {
		t.Errorf("a mobilizer without consent is answered %s, an unknown address %s", known, unknown)
	}
	invite("cleo").ExpectProblem(http.StatusConflict, "already_mobilizer", "already")
}

func TestPreviewInvitationList_MobilizerWithoutConsent_IsValid(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	campaign := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "quiet")
	ana.Post(campaign+"/publish", nil).ExpectStatus(http.StatusOK)
	join := httpapitest.JoinBody("quiet")
	join["consent"] = false
	d.SignIn("ben").Post("/v1/mobilizer/join", join).ExpectStatus(http.StatusCreated)
	ana.Header = http.Header{"Content-Type": {"text/csv"}}
	preview := ana.Post(campaign+"/invitations/preview", []byte("email,first_name,last_name\nben@example.org,Ben,Bo\n")).ExpectStatus(http.StatusOK)
	if preview.Number("valid") != 1 || preview.Number("already_mobilizer") != 0 {
		t.Errorf("the preview is %s, want a valid row", preview.Raw)
	}
}
