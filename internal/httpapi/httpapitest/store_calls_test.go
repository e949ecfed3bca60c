package httpapitest_test

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// right returns a request that the route accepts, for routes that reject a request generated from the schema. It first creates the
// state that the route requires.
func right(d *httpapitest.Fixture, r route, x *httpapitest.Tenant) any {
	content, err := d.Store.Content(d.T.Context(), campaign.ID(x.IDs["campaign"]))
	if err != nil {
		d.T.Fatal(err)
	}
	if r.op.OperationID == "retry-export" || r.op.OperationID == "retry-pipeline-export" {
		x.Owner.Post("/v1/admin/campaigns/"+x.IDs["campaign"]+"/exports/"+x.IDs["export"]+"/cancel", nil).ExpectStatus(http.StatusOK)
	}
	if strings.HasSuffix(r.path, "/latest") {
		d.FinishScheduledRun(x.IDs["campaign"], x.IDs["schedule"])
	}
	guest, admin := httpapitest.InviteeOf(x.IDs["slug"]), "/v1/admin/campaigns/"+x.IDs["campaign"]
	return map[string]any{
		"accept-invitation": map[string]any{
			"token": x.IDs["token"], "id_token": d.Issuer.Token(d.T, d.Issuer.Claims(guest, guest+"@example.org", guest, nil)),
		},
		"create-access-request":           map[string]any{"token": x.IDs["token"], "id_token": d.IDToken(d.NewLogin("newcomer"))},
		"accept-administrator-invitation": map[string]any{"token": x.IDs["administrator-token"], "id_token": d.IDToken(d.NewLogin(httpapitest.AdministratorInviteeOf(x.IDs)))},
		"update-action-item-order":        map[string]any{"action_item_ids": []string{x.IDs["action_item"]}},
		"update-action-item":              map[string]any{"title": "Leaflet", "revision": revisionOf(x, admin+"/action-items/"+x.IDs["action_item"], "revision")},
		"create-export":                   map[string]any{"type": "mobilizers"},
		"create-export-schedule":          map[string]any{"type": "notes", "hour": 23},
		"update-export-schedule":          map[string]any{"hour": 4},
		"create-view":                     map[string]any{"list": "mobilizers", "name": "Silent", "filter": "silent_days=14"},
		"update-view":                     map[string]any{"name": "Silent", "revision": revisionOf(x, admin+"/views/"+x.IDs["view"], "revision")},

		"create-pipeline-export": map[string]any{"type": "mobilizers"},
		"update-key-question": map[string]any{"text": "Will they?", "responses": []any{
			map[string]any{"text": "Yes", "value": 1}, map[string]any{"text": "No", "value": 0},
		}, "revision": revisionOf(x, admin, "key_question", "revision")},
		"lift-suppression":           map[string]any{"reason": "The mailbox is back."},
		"create-organization":        map[string]any{"name": "Another"},
		"update-campaign":            map[string]any{"name": "Renamed", "revision": revisionOf(x, admin, "revision")},
		"update-organization":        map[string]any{"name": "Renamed", "revision": revisionOf(x, "/v1/admin/organizations/"+x.IDs["organization"], "revision")},
		"update-administrator":       map[string]any{"role": "admin"},
		"create-contacts":            map[string]any{"contacts": []any{map[string]any{"first_name": "Ana"}, map[string]any{"first_name": "Ben"}}},
		"update-key-question-answer": map[string]any{"response_id": content.Campaign.Question.Responses[0].ID},
		"update-action-response":     map[string]any{"completed": true},
		"update-contact":             map[string]any{"last_name": "Hart"},
		"create-contact":             map[string]any{"first_name": "Zoe"},
		"update-my-profile":          map[string]any{"city": "Bangor"},
		"list-candidates":            map[string]any{"contact_ids": []string{x.IDs["contact"]}},
		"join-campaign":              httpapitest.JoinBody(x.IDs["slug"]),
	}[r.op.OperationID]
}

// revisionOf returns the revision at a path of member names of a tenant's resource.
func revisionOf(x *httpapitest.Tenant, resource string, names ...string) string {
	return x.Owner.Get(resource).ExpectStatus(http.StatusOK).Text(names...)
}

// notDone are routes whose declared calls are those of a rejected request: the state that they require is created elsewhere.
var notDone = []string{
	"get-voter-file-columns", "get-voter-file-review", "preview-voter-file-mapping", "update-voter-file-mapping",
	"confirm-voter-file", "decline-voter-file", "undo-voter-file",
	"accept-voter-suggestion", "decline-voter-suggestion", "delete-campaign",
	"create-download-link", "create-rejects-link", "create-schema-link", "get-export-manifest", "create-session", "create-pipeline-download-link",
	"download-pipeline-export", "get-pipeline-export-manifest",
}

// whoMay returns a client that the route admits: an owner, a service token, or a mobilizer.
func whoMay(d *httpapitest.Fixture, r route, x *httpapitest.Tenant) *httpapitest.Client {
	switch {
	case strings.HasPrefix(r.path, "/v1/admin/"):
		return x.Owner
	case strings.HasPrefix(r.path, httpapitest.PipelinePath):
		return d.TokenClient(x.IDs["secret"])
	default:
		return x.Mobilizer
	}
}

// TestStoreCalls_EachRoute_MatchDeclarations compares the store calls of each route, in order, with testdata/store_calls.txt: each call is
// latency and money on every request.
func TestStoreCalls_EachRoute_MatchDeclarations(t *testing.T) {
	const file = "testdata/store_calls.txt"
	d := httpapitest.New(t)
	doc := httpapitest.All().OpenAPI()
	var got strings.Builder
	unchanged, _, _ := d.NewTenantWithOneCampaign("calls-get")
	for i, r := range routes() {
		x := unchanged
		if r.method != http.MethodGet || strings.HasSuffix(r.path, "/latest") { // which finishes a run first
			x, _, _ = d.NewTenantWithOneCampaign(fmt.Sprintf("calls-%d", i))
		}
		who := whoMay(d, r, x)
		switch r.op.OperationID {
		case "join-campaign", "create-access-request":
			who = d.SignIn("newcomer")
		case "accept-administrator-invitation":
			who = d.SignIn(httpapitest.AdministratorInviteeOf(x.IDs))
		}
		if r.op.OperationID == "accept-invitation" {
			who = d.SignIn(httpapitest.InviteeOf(x.IDs["slug"]))
		}
		body := right(d, r, x)
		if body == nil {
			body = r.body(doc)
		}
		key := ""
		if r.op.OperationID == "create-contacts" || r.op.OperationID == "import-invitation-list" {
			key = "many"
		}
		if who.Secret == "" {
			who.Get("/v1/session").ExpectStatus(http.StatusOK) // the next request finds a warm function
		}
		d.Faults.FailCall(0, false)
		path := r.at(t, x.IDs)
		if r.op.OperationID == "search-voters" {
			path += "?first_name=Ann&last_name=Lee&state=MA"
		}
		reply := who.Do(r.method, path, body, key)
		fmt.Fprintf(&got, "%s: %d %s\n", r.op.OperationID, reply.Status, strings.Join(d.Faults.Calls(), " "))
		if reply.Status >= http.StatusBadRequest && !slices.Contains(notDone, r.op.OperationID) {
			t.Errorf("%s is not carried out: %d %s", r, reply.Status, reply.Raw)
		}
	}
	if *update {
		if err := os.WriteFile(file, []byte(got.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(strings.Split(string(want), "\n"), strings.Split(got.String(), "\n")); diff != "" {
		t.Errorf("store calls (-declared +made):\n%s", diff)
	}
}
