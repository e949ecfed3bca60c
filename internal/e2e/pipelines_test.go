package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// program is a client with a service token of a campaign.
type program struct {
	*fixture
	id, secret string
	exports    string // address
}

func (fx *fixture) program(name string) *program {
	fx.t.Helper()
	var made struct{ ID, Token string }
	fx.ok(fx.owner.Do(fx.t.Context(), http.MethodPost, fx.admin()+"/service-tokens", body{"name": name}, &made))
	return &program{fx, made.ID, made.Token, "/v1/pipeline/campaigns/" + fx.campaign + "/exports"}
}

func (p *program) do(method, path string, in, out any) error {
	return kith.Public(p.t.Context(), method, path, in, out, apiclient.Header{Name: "Authorization", Value: "Bearer " + p.secret})
}

// revokeToken revokes the token and checks that the next request is refused.
func (p *program) revokeToken(path string) {
	p.t.Helper()
	p.post(p.owner, p.admin()+"/service-tokens/"+p.id+"/revoke", nil, nil)
	for range 5 {
		err := p.do(http.MethodGet, path, nil, nil)
		if refused := apiclient.Refused(err); refused == nil || refused.Status != http.StatusUnauthorized || refused.Code != "token_revoked" {
			p.t.Errorf("with a revoked token: %v", err)
		}
	}
}

// TestPipeline_ServiceToken_Exports creates an export, polls it, downloads it with curl and compares it with its manifest.
func TestPipeline_ServiceToken_Exports(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	contacts := fx.addMobilizers(1, 3)
	p := fx.program("nightly load")

	var made exported
	fx.ok(p.do(http.MethodPost, p.exports, body{"type": "contacts"}, &made))
	one := p.exports + "/" + made.ID
	fx.ok(Until(t.Context(), time.Minute, func(context.Context) (bool, error) {
		err := p.do(http.MethodGet, one, nil, &made)
		return ended(made.Status), err
	}))
	if made.Status != "ready" || made.Rows != contacts {
		t.Fatalf("exported %+v, want %d rows", made, contacts)
	}

	// curl sends the token to the API and not to the bucket.
	file := filepath.Join(t.TempDir(), "contacts.csv")
	curl := exec.CommandContext(t.Context(), "curl", "-vfL", "-H", "Authorization: Bearer "+p.secret, "-o", file, kith.Cloud().API+one+"/download")
	said, err := curl.CombinedOutput()
	if err != nil {
		t.Fatalf("curl -L: %v\n%s", err, said)
	}
	if strings.Count(string(said), "> GET ") != 2 || strings.Count(strings.ToLower(string(said)), "> authorization:") != 1 {
		t.Errorf("want two requests, the first with the token:\n%s", said)
	}
	content, err := os.ReadFile(file)
	fx.ok(err)
	var manifest json.RawMessage
	fx.ok(p.do(http.MethodGet, one+"/manifest", nil, &manifest))
	if whole, message := verifyExport(t, content, manifest); !whole {
		t.Errorf("verify-export: %s", message)
	}
	var about struct {
		RequestedBy struct{ ID, Name string } `json:"requested_by"`
	}
	fx.ok(json.Unmarshal(manifest, &about))
	if about.RequestedBy.Name != "nightly load" || about.RequestedBy.ID != p.id {
		t.Errorf("the manifest says that %+v asked for it", about.RequestedBy)
	}
	var link struct{ URL string }
	fx.ok(p.do(http.MethodPost, one+"/download-link", nil, &link))
	again, err := fetch(t.Context(), http.MethodGet, link.URL, nil)
	fx.ok(err)
	if string(again) != string(content) {
		t.Error("the link leads to another file")
	}
	var schema struct {
		CreateTable string `json:"create_table"`
	}
	fx.ok(p.do(http.MethodGet, one+"/schema", nil, &schema))
	if !strings.Contains(schema.CreateTable, "CREATE TABLE") {
		t.Errorf("schema: %+v", schema)
	}

	// The token works neither on other routes nor on another campaign.
	for path, status := range map[string]int{
		fx.admin() + "/exports": http.StatusUnauthorized, fx.mine(): http.StatusUnauthorized, "/v1/session": http.StatusUnauthorized,
		"/v1/pipeline/campaigns/" + fx.organization + "/exports": http.StatusNotFound,
	} {
		if err := p.do(http.MethodGet, path, nil, nil); apiclient.Status(err) != status {
			t.Errorf("%s with a service token: %v, want %d", path, err, status)
		}
	}
	// An access token does not work on pipeline routes.
	fx.expectRefused(fx.owner, http.MethodGet, p.exports, nil, http.StatusUnauthorized, "kith_")

	fx.post(fx.owner, fx.admin()+"/close", nil, nil)
	fx.ok(p.do(http.MethodPost, p.exports, body{"type": "mobilizers"}, &made))
	p.revokeToken(one)

	var logged json.RawMessage
	fx.ok(kith.control(t.Context(), http.MethodGet, "/logs", nil, &logged))
	if log := string(logged); strings.Contains(log, p.secret) || !strings.Contains(log, "GET /v1/pipeline/{proxy+}") {
		t.Errorf("the log holds the token, or nothing of the requests: %.2000s", log)
	}
}

// TestDocs_Pipelines_BlocksRun runs the code blocks of docs/pipelines.md.
func TestDocs_Pipelines_BlocksRun(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	fx.addMobilizers(1, 3)
	owner, err := fx.owner.Tokens(t.Context())
	fx.ok(err)
	shown := runBlocks(t, []string{"pipelines.md"}, "api="+kith.Cloud().API, "campaign="+fx.campaign, "owner="+owner.Access)
	for _, line := range []string{
		`{"name":"nightly warehouse load","created_by":"Olivia Ortiz"}`, `"type":"contacts","rows":3,`, `"requested_by":"nightly warehouse load"`,
		"state_file_id", "  type: There is no such export.", `"last_used_at":"`, `"revoked_by":"Olivia Ortiz"`, "This service token was revoked.", "expected: ",
	} {
		if !strings.Contains(shown, line) {
			t.Errorf("docs/pipelines.md never shows %s:\n%s", line, shown)
		}
	}
}
