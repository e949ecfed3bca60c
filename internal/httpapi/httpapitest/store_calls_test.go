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

// right is a request that the route carries out, where one made from the schema would be refused. What the route waits
// for is done.
func right(d *httpapitest.Fixture, r route, x *httpapitest.Tenant) any {
	content, err := d.Store.Content(d.T.Context(), campaign.ID(x.IDs["campaign"]))
	if err != nil {
		d.T.Fatal(err)
	}
	if r.op.OperationID == "retry-export" {
		x.Owner.Post("/v1/admin/campaigns/"+x.IDs["campaign"]+"/exports/"+x.IDs["export"]+"/cancel", nil).ExpectStatus(http.StatusOK)
	}
	if strings.HasSuffix(r.path, "/latest") {
		d.FinishScheduledRun(x.IDs["campaign"], x.IDs["schedule"])
	}
	guest := httpapitest.InviteeOf(x.IDs["slug"])
	return map[string]any{
		"accept-invitation": map[string]any{
			"token": x.IDs["token"], "id_token": d.Issuer.Token(d.T, d.Issuer.Claims(guest, guest+"@example.org", guest, nil)),
		},
		"ask-to-accept":      map[string]any{"token": x.IDs["token"], "id_token": d.IDToken(d.NewLogin("newcomer"))},
		"accept-role":        map[string]any{"token": x.IDs["administrator-token"], "id_token": d.IDToken(d.NewLogin(httpapitest.AdministratorInviteeOf(x.IDs)))},
		"order-action-items": map[string]any{"items": []string{x.IDs["item"]}},
		"edit-action-item":   map[string]any{"title": "Leaflet"},
		"request-export":     map[string]any{"type": "mobilizers"},
		"create-schedule":    map[string]any{"type": "notes", "hour": 23},
		"edit-schedule":      map[string]any{"hour": 4},

		"pipeline-request-export": map[string]any{"type": "mobilizers"},
		"set-key-question": map[string]any{"text": "Will they?", "responses": []any{
			map[string]any{"text": "Yes", "value": 1}, map[string]any{"text": "No", "value": 0},
		}},
		"create-organization":    map[string]any{"name": "Another"},
		"edit-campaign":          map[string]any{"name": "Renamed"},
		"add-administrator":      map[string]any{"email": strings.ToLower(x.Second.Name) + "@example.org"},
		"edit-organization":      map[string]any{"name": "Renamed"},
		"add-contacts":           map[string]any{"contacts": []any{map[string]any{"first_name": "Ana"}, map[string]any{"first_name": "Ben"}}},
		"answer-key-question":    map[string]any{"response": content.Campaign.Question.Responses[0].ID},
		"respond-to-action-item": map[string]any{"completed": true},
		"edit-contact":           map[string]any{"last_name": "Hart"},
		"add-contact":            map[string]any{"first_name": "Zoe"},
		"edit-my-profile":        map[string]any{"city": "Bangor"},
		"list-candidates":        map[string]any{"contacts": []string{x.IDs["contact"]}},
		"join-campaign":          httpapitest.JoinBody(x.IDs["slug"]),
	}[r.op.OperationID]
}

// notDone are routes that a refusal stands for: what they wait for is made elsewhere.
var notDone = []string{
	"mint-download-link", "mint-rejects-link", "mint-schema-link", "read-export-manifest", "start-session", "pipeline-mint-download-link",
	"pipeline-download-export", "pipeline-read-export-manifest",
}

// whoMay is who a route is for: an owner, a program, or a mobilizer.
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

// TestStoreCallsARoute holds what each route asks of the store, in order, against testdata/store_calls.txt. A call more
// is latency and money on every request, so it has to be seen.
func TestStoreCallsARoute(t *testing.T) {
	const file = "testdata/store_calls.txt"
	d := httpapitest.New(t)
	doc := httpapitest.All().OpenAPI()
	var got strings.Builder
	for i, r := range routes() {
		x, _, _ := d.NewTenantWithOneCampaign(fmt.Sprintf("calls-%d", i))
		who := whoMay(d, r, x)
		switch r.op.OperationID {
		case "join-campaign", "ask-to-accept":
			who = d.SignIn("newcomer")
		case "accept-role":
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
		if r.op.OperationID == "add-contacts" || r.op.OperationID == "import-invitation-list" {
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
