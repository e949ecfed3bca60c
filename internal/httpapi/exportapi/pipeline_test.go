package exportapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	org "github.com/kithhq/kith/internal/organization"
)

// pipelineFixture is a campaign for tests of service tokens, with its owner and another administrator.
type pipelineFixture struct {
	*httpapitest.Fixture
	owner, admin              *httpapitest.Client
	campaign                  string
	tokens, exports, pipeline string // addresses
}

func newPipelineFixture(t *testing.T) *pipelineFixture {
	t.Helper()
	p := &pipelineFixture{Fixture: httpapitest.New(t)}
	p.owner, p.admin = p.SignIn("Olivia"), p.SignIn("Hal")
	organization := p.CreateOrganization(p.owner, "Neighbors & Co")
	p.AddAdministrator(organization, p.admin, org.Admin)
	p.selectCampaign(p.CreateCampaign(p.owner, organization, "plant"))
	return p
}

// selectCampaign makes the campaign of a path the fixture's.
func (p *pipelineFixture) selectCampaign(address string) {
	p.campaign = httpapitest.LastSegment(address)
	p.tokens, p.exports, p.pipeline = address+"/service-tokens", address+"/exports", httpapitest.PipelinePath+"campaigns/"+p.campaign+"/exports"
}

// createToken creates a service token and returns its id and a client that sends it.
func (p *pipelineFixture) createToken(name string) (string, *httpapitest.Client) {
	p.T.Helper()
	made := p.owner.Post(p.tokens, map[string]any{"name": name}).ExpectStatus(http.StatusCreated)
	return made.Text("id"), p.TokenClient(made.Text("token"))
}

// finish completes an export, as its worker does.
func (p *pipelineFixture) finish(id string) {
	p.T.Helper()
	e, err := p.Store.Export(p.T.Context(), campaign.ID(p.campaign), id)
	if err != nil {
		p.T.Fatal(err)
	}
	j, err := p.Store.Job(p.T.Context(), e.Job)
	if err != nil {
		p.T.Fatal(err)
	}
	e.Begin(2, p.Now)
	e.Finish(e.Key(j), 2, 100, strings.Repeat("ab", 32), p.Now)
	if err := p.Store.FinishExport(p.T.Context(), e, j); err != nil {
		p.T.Fatal(err)
	}
}

func TestPipelineRoutes_ServiceToken_ReadsExportsOfItsCampaign(t *testing.T) {
	p := newPipelineFixture(t)
	_, program := p.createToken("Nightly load")
	asked := program.Post(p.pipeline, map[string]any{"type": "contacts", "compression": "gzip"}).ExpectStatus(http.StatusCreated)
	if asked.Text("requested_by") != "Nightly load" || asked.Text("status") != "queued" {
		t.Errorf("asked for %s", asked.Raw)
	}
	one := p.pipeline + "/" + asked.Text("id")
	if seen := p.admin.Get(p.exports).List("items"); len(seen) != 1 || seen[0]["requested_by"] != "Nightly load" || seen[0]["requested_by_service_token"] != true {
		t.Errorf("administrators see %v", seen)
	}
	// The same request returns the running export.
	for _, again := range []*httpapitest.Reply{
		p.owner.Post(p.exports, map[string]any{"type": "contacts", "compression": "gzip"}).ExpectStatus(http.StatusOK),
		program.Post(p.pipeline, map[string]any{"type": "contacts", "compression": "gzip"}).ExpectStatus(http.StatusOK),
		program.Get(one).ExpectStatus(http.StatusOK),
	} {
		if again.Text("id") != asked.Text("id") {
			t.Errorf("%s: %s", again.Request, again.Raw)
		}
	}
	for _, path := range []string{"/download", "/manifest"} {
		program.Get(one+path).ExpectProblem(http.StatusConflict, "export_not_ready", "not ready")
	}
	program.Post(one+"/download-link", nil).ExpectProblem(http.StatusConflict, "export_not_ready", "not ready")
	program.Post(p.pipeline, map[string]any{"type": "everything"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "There is no such export")
	program.Get(p.pipeline+"?stat=ready").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "does not take this parameter")
	if schema := program.Get(one + "/schema").ExpectStatus(http.StatusOK); !strings.Contains(schema.Text("create_table"), "CREATE TABLE") {
		t.Errorf("schema %s", schema.Raw)
	}

	p.finish(asked.Text("id"))
	moved := program.Get(one + "/download").ExpectStatus(http.StatusFound)
	to, err := url.Parse(moved.Header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	name := `attachment; filename="neighbors-co_campaign-plant_contacts_2026-10-24.csv.gz"`
	if got := to.Query(); got.Get("response-content-disposition") != name || got.Get("X-Amz-Expires") != "300" || moved.Raw != "" {
		t.Errorf("leads on to %s with %q", to, moved.Raw)
	}
	link := program.Post(one+"/download-link", nil).ExpectStatus(http.StatusOK)
	linked, err := url.Parse(link.Text("url"))
	if err != nil || linked.Path != to.Path || link.Text("file_name") == "" {
		t.Errorf("link %s, want one to %s", link.Raw, to.Path)
	}
	p.Advance(export.Retention + time.Second)
	program.Get(one+"/download").ExpectProblem(http.StatusConflict, "export_expired", "seven days")
}

func TestCreatePipelineExport_ClosedCampaign_Succeeds(t *testing.T) {
	p := newPipelineFixture(t)
	_, program := p.createToken("Load")
	address := "/v1/admin/campaigns/" + p.campaign
	p.owner.Post(address+"/publish", nil).ExpectStatus(http.StatusOK)
	p.owner.Post(address+"/close", nil).ExpectStatus(http.StatusOK)
	program.Post(p.pipeline, map[string]any{"type": "contacts"}).ExpectStatus(http.StatusCreated)
	p.createToken("Made after the end")
}

func TestPipelineRoutes_PagesAndKeys_BelongToOneToken(t *testing.T) {
	p := newPipelineFixture(t)
	_, one := p.createToken("One")
	_, other := p.createToken("Other")
	first := one.Do(http.MethodPost, p.pipeline, map[string]any{"type": "contacts"}, "key").ExpectStatus(http.StatusCreated)
	p.finish(first.Text("id"))
	again := one.Do(http.MethodPost, p.pipeline, map[string]any{"type": "contacts"}, "key").ExpectStatus(http.StatusCreated)
	if again.Raw != first.Raw || again.Header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("repeated: %s, then %s", first.Raw, again.Raw)
	}
	p.Advance(time.Second)
	theirs := other.Do(http.MethodPost, p.pipeline, map[string]any{"type": "contacts"}, "key").ExpectStatus(http.StatusCreated)
	if theirs.Text("id") == first.Text("id") || theirs.Text("requested_by") != "Other" {
		t.Errorf("another program under the same key: %s", theirs.Raw)
	}
	page := one.Get(p.pipeline + "?limit=1").ExpectStatus(http.StatusOK)
	if items := page.List("items"); len(items) != 1 || items[0]["id"] != theirs.Text("id") {
		t.Errorf("the first page: %s", page.Raw)
	}
	next := "?limit=1&page=" + page.Text("next")
	if items := one.Get(p.pipeline + next).ExpectStatus(http.StatusOK).List("items"); len(items) != 1 || items[0]["id"] != first.Text("id") {
		t.Errorf("the second page: %v", items)
	}
	other.Get(p.pipeline+next).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "belongs to another list")
	p.owner.Get(p.exports+next).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "belongs to another list")
}
