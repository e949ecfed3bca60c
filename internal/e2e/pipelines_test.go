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

// program is whoever has a service token of a campaign.
type program struct {
	*team
	id, secret string
	exports    string // address
}

func (tm *team) program(name string) *program {
	tm.t.Helper()
	var made struct{ ID, Token string }
	tm.ok(tm.owner.Do(tm.t.Context(), http.MethodPost, tm.admin()+"/service-tokens", body{"name": name}, &made))
	return &program{tm, made.ID, made.Token, "/v1/pipeline/campaigns/" + tm.campaign + "/exports"}
}

func (p *program) do(method, path string, in, out any) error {
	return kith.Public(p.t.Context(), method, path, in, out, apiclient.Header{Name: "Authorization", Value: "Bearer " + p.secret})
}

// revoked takes the token back and expects it to be refused by the next request, whatever function answers it.
func (p *program) revoked(path string) {
	p.t.Helper()
	p.post(p.owner, p.admin()+"/service-tokens/"+p.id+"/revoke", nil, nil)
	for range 5 {
		err := p.do(http.MethodGet, path, nil, nil)
		if refused := apiclient.Refused(err); refused == nil || refused.Status != http.StatusUnauthorized || refused.Code != "token_revoked" {
			p.t.Errorf("with a revoked token: %v", err)
		}
	}
}

// TestAProgramExportsWithoutAPerson asks for a file, polls, downloads it with a real curl and compares it with its
// manifest, as a warehouse's job would.
func TestAProgramExportsWithoutAPerson(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	contacts := tm.crowd(1, 3)
	p := tm.program("nightly load")

	var made exported
	tm.ok(p.do(http.MethodPost, p.exports, body{"type": "contacts"}, &made))
	one := p.exports + "/" + made.ID
	tm.ok(Until(t.Context(), time.Minute, func(context.Context) (bool, error) {
		err := p.do(http.MethodGet, one, nil, &made)
		return ended(made.Status), err
	}))
	if made.Status != "ready" || made.Rows != contacts {
		t.Fatalf("exported %+v, want %d rows", made, contacts)
	}

	// curl shows the token to the API and not to where the file is.
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
	tm.ok(err)
	var manifest json.RawMessage
	tm.ok(p.do(http.MethodGet, one+"/manifest", nil, &manifest))
	if whole, told := verifyExport(t, content, manifest); !whole {
		t.Errorf("verify-export: %s", told)
	}
	var about struct {
		RequestedBy struct{ ID, Name string } `json:"requested_by"`
	}
	tm.ok(json.Unmarshal(manifest, &about))
	if about.RequestedBy.Name != "nightly load" || about.RequestedBy.ID != p.id {
		t.Errorf("the manifest says that %+v asked for it", about.RequestedBy)
	}
	var link struct{ URL string }
	tm.ok(p.do(http.MethodPost, one+"/download-link", nil, &link))
	again, err := fetch(t.Context(), http.MethodGet, link.URL, nil)
	tm.ok(err)
	if string(again) != string(content) {
		t.Error("the link leads to another file")
	}
	var schema struct {
		CreateTable string `json:"create_table"`
	}
	tm.ok(p.do(http.MethodGet, one+"/schema", nil, &schema))
	if !strings.Contains(schema.CreateTable, "CREATE TABLE") {
		t.Errorf("schema: %+v", schema)
	}

	// The token opens nothing else: neither the pages of people, nor another campaign.
	for path, status := range map[string]int{
		tm.admin() + "/exports": http.StatusUnauthorized, tm.mine(): http.StatusUnauthorized, "/v1/session": http.StatusUnauthorized,
		"/v1/pipeline/campaigns/" + tm.organization + "/exports": http.StatusNotFound,
	} {
		if err := p.do(http.MethodGet, path, nil, nil); apiclient.Status(err) != status {
			t.Errorf("%s with a service token: %v, want %d", path, err, status)
		}
	}
	// Nor does a person's token open what programs use.
	tm.refused(tm.owner, http.MethodGet, p.exports, nil, http.StatusUnauthorized, "kith_")

	tm.post(tm.owner, tm.admin()+"/close", nil, nil)
	tm.ok(p.do(http.MethodPost, p.exports, body{"type": "mobilizers"}, &made))
	p.revoked(one)

	var logged json.RawMessage
	tm.ok(kith.control(t.Context(), http.MethodGet, "/logs", nil, &logged))
	if log := string(logged); strings.Contains(log, p.secret) || !strings.Contains(log, "GET /v1/pipeline/{proxy+}") {
		t.Errorf("the log holds the token, or nothing of the requests: %.2000s", log)
	}
}

// TestPipelineScript pastes the blocks of docs/pipelines.md into a bash, as an owner would.
func TestPipelineScript(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	tm.crowd(1, 3)
	owner, err := tm.owner.Tokens(t.Context())
	tm.ok(err)
	shown := paste(t, "pipelines.md", "api="+kith.Cloud().API, "campaign="+tm.campaign, "owner="+owner.Access)
	for _, line := range []string{
		`{"name":"nightly warehouse load","created_by":"Olivia Ortiz"}`, `"type":"contacts","rows":3,`, `"requested_by":"nightly warehouse load"`,
		"state_file_id", "  type: There is no such export.", `"last_used_at":"`, `"revoked_by":"Olivia Ortiz"`, "This service token was revoked.", "expected: ",
	} {
		if !strings.Contains(shown, line) {
			t.Errorf("docs/pipelines.md never shows %s:\n%s", line, shown)
		}
	}
}
