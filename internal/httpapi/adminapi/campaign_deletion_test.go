package adminapi_test

import (
	"maps"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/stream/streamtest"
)

func TestDeleteCampaign_Draft_LeavesNothingOfIt(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	ana, ben := d.SignIn("ana"), d.SignIn("ben")
	organization := d.CreateOrganization(ana, "Vecinos")
	kept := d.CreateCampaign(ana, organization, "kept")
	before := httpapitest.AllRecords(d)
	removals := streamtest.Follow(d.DB, d.Tables.Records)
	draft := d.CreateCampaign(ana, organization, "first-address")
	for _, slug := range []string{"second-address", "draft"} {
		ana.Patch(draft, map[string]any{"slug": slug, "revision": ana.Get(draft).Text("revision")}).ExpectStatus(http.StatusOK)
	}
	ana.Post(draft+"/action-items", map[string]any{"type": "TASK", "title": "Call"}).ExpectStatus(http.StatusCreated)
	made := ana.Post(draft+"/exports", map[string]any{"type": "contacts"}).ExpectStatus(http.StatusCreated)
	token := ana.Post(draft+"/service-tokens", map[string]any{"name": "Load"}).ExpectStatus(http.StatusCreated)

	refused := func(says string) {
		t.Helper()
		ana.Delete(draft).ExpectProblem(http.StatusConflict, "campaign_in_use", says)
	}
	refused("cancel the export")
	id := campaign.ID(httpapitest.LastSegment(draft))
	e, err := d.Store.Export(t.Context(), id, made.Text("id"))
	if err != nil {
		t.Fatal(err)
	}
	e.State = export.Ready
	d.Commit(d.Store.UpdateExport(e)...)
	refused("Revoke the token")
	ana.Post(draft+"/service-tokens/"+token.Text("id")+"/revoke", nil).ExpectStatus(http.StatusOK)

	ana.Delete(draft+"?revision=old").ExpectProblem(http.StatusConflict, "changed_meanwhile", "Another administrator")
	ben.Delete(draft).ExpectStatus(http.StatusNotFound)
	removals.Events(t, d.Now)
	ana.Delete(draft + "?revision=" + ana.Get(draft).Text("revision")).ExpectStatus(http.StatusNoContent)
	ana.Delete(draft).ExpectStatus(http.StatusNotFound)
	if listed := ana.Get(organization + "/campaigns?totals=true").ExpectStatus(http.StatusOK).List("items"); len(listed) != 1 {
		t.Errorf("%d campaigns are listed", len(listed))
	}
	handle := stream.HandleRemovals(d.Store.DeleteDependents)
	for events := removals.Events(t, d.Now); len(events) > 0; events = removals.Events(t, d.Now) {
		for _, event := range events {
			if reply, err := handle(t.Context(), event); err != nil || len(reply.BatchItemFailures) > 0 {
				t.Fatalf("a deletion failed: %v, %+v", err, reply)
			}
		}
	}
	if diff := cmp.Diff(keys(before), keys(httpapitest.AllRecords(d))); diff != "" {
		t.Errorf("rows of the draft are left (-before +after):\n%s", diff)
	}
	for _, slug := range []string{"first-address", "second-address", "draft"} {
		d.CreateCampaign(ana, organization, slug)
	}
	ana.Get(kept).ExpectStatus(http.StatusOK)
}

func keys(rows map[string]string) []string { return slices.Sorted(maps.Keys(rows)) }

func TestDeleteCampaign_Published_IsRefused(t *testing.T) {
	t.Parallel()
	_, admin, path := httpapitest.NewAdmin(t)
	admin.Delete(path).ExpectProblem(http.StatusConflict, "campaign_published", "Close it instead")
	admin.Post(path+"/close", nil).ExpectStatus(http.StatusOK)
	if got := admin.Delete(path).ExpectProblem(http.StatusConflict, "campaign_published", ""); !strings.Contains(got.Raw, "can't be deleted") {
		t.Errorf("a closed campaign: %s", got.Raw)
	}
}
