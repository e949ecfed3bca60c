package httpapi

import (
	"fmt"
	"net/http"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/objects"
)

// right is a request that the route carries out, where one made from the schema would be refused. What the route waits
// for is done.
func (d *desk) right(r route, x *tenant) any {
	content, err := d.store.Content(d.t.Context(), campaign.ID(x.ids["campaign"]))
	if err != nil {
		d.t.Fatal(err)
	}
	if r.op.OperationID == "retry-export" {
		x.owner.post("/v1/admin/campaigns/"+x.ids["campaign"]+"/exports/"+x.ids["export"]+"/cancel", nil).is(http.StatusOK)
	}
	if strings.HasSuffix(r.path, "/latest") {
		d.ranOnce(x.ids["campaign"], x.ids["schedule"])
	}
	guest := guestOf(x.ids["slug"])
	return map[string]any{
		"accept-invitation": map[string]any{
			"token": x.ids["token"], "id_token": d.issuer.Token(d.t, d.issuer.Claims(guest, guest+"@example.org", guest, nil)),
		},
		"ask-to-accept":      map[string]any{"token": x.ids["token"], "id_token": d.idToken(d.stranger("newcomer"))},
		"accept-role":        map[string]any{"token": x.ids["administrator-token"], "id_token": d.idToken(d.stranger(adminGuestOf(x.ids)))},
		"order-action-items": map[string]any{"items": []string{x.ids["item"]}},
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
		"add-administrator":      map[string]any{"email": strings.ToLower(x.second.name) + "@example.org"},
		"edit-organization":      map[string]any{"name": "Renamed"},
		"add-contacts":           map[string]any{"contacts": []any{map[string]any{"first_name": "Ana"}, map[string]any{"first_name": "Ben"}}},
		"answer-key-question":    map[string]any{"response": content.Campaign.Question.Responses[0].ID},
		"respond-to-action-item": map[string]any{"completed": true},
		"edit-contact":           map[string]any{"last_name": "Hart"},
		"add-contact":            map[string]any{"first_name": "Zoe"},
		"edit-my-profile":        map[string]any{"city": "Bangor"},
		"join-campaign":          joining(x.ids["slug"]),
	}[r.op.OperationID]
}

// notDone are routes that a refusal stands for: what they wait for is made elsewhere.
var notDone = []string{
	"mint-download-link", "mint-rejects-link", "mint-schema-link", "read-export-manifest", "start-session", "pipeline-mint-download-link",
	"pipeline-download-export", "pipeline-read-export-manifest",
}

// everyRoute is a desk that serves every route.
func everyRoute(t *testing.T) *desk {
	t.Helper()
	d := newDesk(t)
	bucket := objects.NewBucket(s3.New(s3.Options{Region: "us-east-1", Credentials: d.db.Options().Credentials}), "files")
	RegisterExports(d.api, bucket, stageSecret, time.Minute)
	RegisterSchedules(d.api, bucket, time.Minute)
	RegisterPipeline(d.api, bucket, stageSecret, time.Minute)
	RegisterPipelineSchedules(d.api, bucket, time.Minute)
	RegisterVoterFiles(d.api, bucket, time.Minute)
	RegisterPeople(d.api, stageSecret)
	RegisterAnalytics(d.api)
	return d
}

// whoMay is who a route is for: an owner, a program, or a mobilizer.
func (d *desk) whoMay(r route, x *tenant) *caller {
	switch {
	case strings.HasPrefix(r.path, "/v1/admin/"):
		return x.owner
	case strings.HasPrefix(r.path, pipelinePaths):
		return d.program(x.ids["secret"])
	default:
		return x.mobilizer
	}
}

// TestStoreCallsARoute holds what each route asks of the store, in order, against testdata/store_calls.txt. A call more
// is latency and money on every request, so it has to be seen.
func TestStoreCallsARoute(t *testing.T) {
	const file = "testdata/store_calls.txt"
	d := everyRoute(t)
	doc := Whole().OpenAPI()
	var got strings.Builder
	for i, r := range routes() {
		x, _, _ := d.lone(fmt.Sprintf("calls-%d", i))
		who := d.whoMay(r, x)
		switch r.op.OperationID {
		case "join-campaign", "ask-to-accept":
			who = d.signsIn("newcomer")
		case "accept-role":
			who = d.signsIn(adminGuestOf(x.ids))
		}
		if r.op.OperationID == "accept-invitation" {
			who = d.signsIn(guestOf(x.ids["slug"]))
		}
		body := d.right(r, x)
		if body == nil {
			body = r.body(doc)
		}
		key := ""
		if r.op.OperationID == "add-contacts" || r.op.OperationID == "import-invitation-list" {
			key = "many"
		}
		if who.secret == "" {
			who.get("/v1/session").is(http.StatusOK) // the next request finds a warm function
		}
		d.faults.arm(0, false)
		reply := who.request(r.method, r.at(t, x.ids), body, key)
		fmt.Fprintf(&got, "%s: %d %s\n", r.op.OperationID, reply.status, strings.Join(d.faults.count(), " "))
		if reply.status >= http.StatusBadRequest && !slices.Contains(notDone, r.op.OperationID) {
			t.Errorf("%s is not carried out: %d %s", r, reply.status, reply.raw)
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
