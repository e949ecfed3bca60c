package exportapi_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

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

func TestCreateServiceToken_Token_ShownOnceAndListed(t *testing.T) {
	p := newPipelineFixture(t)
	p.admin.Post(p.tokens, map[string]any{"name": "Load"}).ExpectProblem(http.StatusForbidden, "forbidden", "Only an owner")
	made := p.owner.Do(http.MethodPost, p.tokens, map[string]any{"name": " Load "}, "a-key").ExpectStatus(http.StatusCreated)
	secret := made.Text("token")
	if !strings.HasPrefix(secret, "kith_") || len(secret) != 37 || made.Text("name") != "Load" || made.Text("created_by") != "Olivia" {
		t.Errorf("made %s", made.Raw)
	}
	// The secret is not stored, neither in the record nor in the reply for a repeated request.
	p.owner.Do(http.MethodPost, p.tokens, map[string]any{"name": " Load "}, "a-key").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "has this name")
	for table, text := range p.tablesAsText() {
		if strings.Contains(text, secret) || strings.Contains(text, secret[5:]) {
			t.Errorf("table %s contains the secret", table)
		}
	}
	p.Advance(time.Minute)
	_, second := p.createToken("Dashboard")
	list := p.admin.Get(p.tokens).ExpectStatus(http.StatusOK)
	if strings.Contains(list.Raw, "kith_") {
		t.Errorf("the list shows a secret: %s", list.Raw)
	}
	items := list.List("items")
	if len(items) != 2 || items[0]["name"] != "Dashboard" || items[1]["created_at"] != "2026-10-24T12:00:00.000Z" || items[1]["last_used_at"] != nil {
		t.Errorf("listed %s", list.Raw)
	}

	program := p.TokenClient(secret)
	program.Get(p.pipeline).ExpectStatus(http.StatusOK)
	p.Advance(30 * time.Second)
	p.Faults.FailCall(0, false)
	program.Get(p.pipeline).ExpectStatus(http.StatusOK)
	if calls := strings.Join(p.Faults.Calls(), " "); calls != "GetItem Query Query" {
		t.Errorf("a use within the minute calls the store %s", calls)
	}
	used := func() any { return p.admin.Get(p.tokens).List("items")[1]["last_used_at"] }
	if used() != "2026-10-24T12:01:00.000Z" {
		t.Errorf("last used %v", used())
	}
	p.Advance(30 * time.Second)
	program.Get(p.pipeline).ExpectStatus(http.StatusOK)
	if used() != "2026-10-24T12:02:00.000Z" {
		t.Errorf("a minute later, last used %v", used())
	}

	revoke := p.tokens + "/" + made.Text("id") + "/revoke"
	p.admin.Post(revoke, nil).ExpectProblem(http.StatusForbidden, "forbidden", "Only an owner")
	program.Get(p.pipeline).ExpectStatus(http.StatusOK)
	revoked := p.owner.Post(revoke, nil).ExpectStatus(http.StatusOK)
	if revoked.Text("revoked_by") != "Olivia" || revoked.Text("revoked_at") != "2026-10-24T12:02:00.000Z" {
		t.Errorf("revoked %s", revoked.Raw)
	}
	refusal := program.Get(p.pipeline).ExpectProblem(http.StatusUnauthorized, "token_revoked", "Ask an owner")
	if got := refusal.Header.Get("WWW-Authenticate"); got != "Bearer" {
		t.Errorf("WWW-Authenticate %q", got)
	}
	p.Advance(time.Hour)
	if again := p.owner.Post(revoke, nil).ExpectStatus(http.StatusOK); again.Raw != revoked.Raw {
		t.Errorf("revoked twice: %s, then %s", revoked.Raw, again.Raw)
	}
	second.Get(p.pipeline).ExpectStatus(http.StatusOK)
	p.createToken("Load") // the name is free again
}

// tablesAsText returns the items of Records and Requests as text.
func (p *pipelineFixture) tablesAsText() map[string]string {
	p.T.Helper()
	texts := map[string]string{}
	for _, table := range []string{p.Tables.Records, p.Tables.Requests} {
		out, err := p.DB.Scan(p.T.Context(), &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
		if err != nil {
			p.T.Fatal(err)
		}
		for _, item := range out.Items {
			for name, value := range item {
				texts[table] += fmt.Sprintf("%s=%+v\n", name, value)
			}
		}
	}
	return texts
}

func TestServiceToken_Invalid_GetsReason(t *testing.T) {
	p := newPipelineFixture(t)
	_, program := p.createToken("Load")
	ask := func(path, authorization string) *httpapitest.Reply {
		c := p.NewLogin("")
		c.Header = http.Header{"Authorization": {authorization}}
		return c.Get(path)
	}
	for authorization, code := range map[string]string{
		"": "token_required", "Bearer": "token_required", "Bearer  ": "token_required", program.Secret: "token_required",
		"Basic " + program.Secret: "token_required", "Bearer x": "token_unknown", "Bearer " + program.Secret + "a": "token_unknown",
		"Bearer kith_" + strings.Repeat("a", 32): "token_unknown", "Bearer " + program.Secret + ", Bearer x": "token_unknown",
	} {
		got := ask(p.pipeline, authorization).ExpectProblem(http.StatusUnauthorized, code, "kith_")
		if got.Header.Get("WWW-Authenticate") != "Bearer" || strings.Contains(got.Raw, program.Secret) {
			t.Errorf("%q: answers %v %s", authorization, got.Header, got.Raw)
		}
	}
	ask(p.pipeline, "bearer "+program.Secret).ExpectStatus(http.StatusOK) // schemes have no case
	for _, foreign := range []string{httpapitest.UnknownID, "x", "a%23b"} {
		elsewhere := httpapitest.PipelinePath + "campaigns/" + foreign + "/exports"
		program.Get(elsewhere).ExpectProblem(http.StatusNotFound, "not_found", "not valid for this campaign")
		ask(elsewhere, "Bearer kith_"+strings.Repeat("a", 32)).ExpectProblem(http.StatusUnauthorized, "token_unknown", "kith_")
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
	if seen := p.admin.Get(p.exports).List("items"); len(seen) != 1 || seen[0]["requested_by"] != "Nightly load" {
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

func TestCreateServiceToken_Concurrent_KeepsLimit(t *testing.T) {
	p := newPipelineFixture(t)
	for n := range 17 {
		p.createToken(fmt.Sprint("Load ", n))
	}
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			p.owner.Post(p.tokens, map[string]any{"name": fmt.Sprint("At once ", n/2)})
		})
	}
	all.Wait()
	names := map[any]int{}
	for _, item := range p.owner.Get(p.tokens).List("items") {
		names[item["name"]]++
	}
	if len(names) != 20 {
		t.Errorf("%d names, want 20, each once: %v", len(names), names)
	}
	for name, times := range names {
		if times != 1 {
			t.Errorf("%d tokens are called %s", times, name)
		}
	}
	p.owner.Post(p.tokens, map[string]any{"name": "One more"}).ExpectProblem(http.StatusConflict, "too_many_tokens", "Revoke one")
}

// A use of a token during its revocation does not undo the revocation.
func TestRevokeServiceToken_ConcurrentUse_StaysRevoked(t *testing.T) {
	p := newPipelineFixture(t)
	for n := range 10 {
		id, program := p.createToken(fmt.Sprint("Load ", n))
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { program.Get(p.pipeline) })
		}
		p.owner.Post(p.tokens+"/"+id+"/revoke", nil).ExpectStatus(http.StatusOK)
		program.Get(p.pipeline).ExpectProblem(http.StatusUnauthorized, "token_revoked", "revoked")
		all.Wait()
		program.Get(p.pipeline).ExpectProblem(http.StatusUnauthorized, "token_revoked", "revoked")
	}
}

// TestServiceToken_CrashAtEachCall_RetryCompletes fails each store call of each request in turn, before and after it takes effect, and
// repeats the request.
func TestServiceToken_CrashAtEachCall_RetryCompletes(t *testing.T) {
	p := newPipelineFixture(t)
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	organization, n := p.owner.Get("/v1/admin/organizations").List("items")[0]["id"], 0
	var secrets []string
	fresh := func() {
		n++
		p.selectCampaign(p.CreateCampaign(p.owner, fmt.Sprint("/v1/admin/organizations/", organization), fmt.Sprint("plant-", n)))
	}
	// left counts the items of the campaign by type, and the tokens that are listed and valid.
	left := func() map[string]int {
		counts := map[string]int{}
		for _, text := range httpapitest.AllRecords(p.Fixture) {
			if strings.Contains(text, p.campaign) {
				_, kind, _ := strings.Cut(text, `"T":{"Value":"`)
				kind, _, _ = strings.Cut(kind, `"`)
				counts[kind]++
			}
		}
		for _, item := range p.owner.Get(p.tokens).ExpectStatus(http.StatusOK).List("items") {
			counts["listed"]++
			if item["revoked_at"] == nil {
				counts["good"]++
			}
		}
		return counts
	}
	for _, act := range []struct {
		name string
		do   func() func() *httpapitest.Reply
		also []int // what the repetition may answer besides
	}{
		{"make a token", func() func() *httpapitest.Reply {
			return func() *httpapitest.Reply { return p.owner.Post(p.tokens, map[string]any{"name": "Load"}) }
		}, []int{http.StatusUnprocessableEntity}},
		{"revoke a token", func() func() *httpapitest.Reply {
			id, _ := p.createToken("Load")
			return func() *httpapitest.Reply { return p.owner.Do(http.MethodPost, p.tokens+"/"+id+"/revoke", nil, "key") }
		}, nil},
		{"ask for an export", func() func() *httpapitest.Reply {
			_, program := p.createToken("Load")
			secrets = append(secrets, program.Secret)
			return func() *httpapitest.Reply {
				return program.Do(http.MethodPost, p.pipeline, map[string]any{"type": "contacts"}, "key")
			}
		}, nil},
		{"be refused elsewhere", func() func() *httpapitest.Reply {
			_, program := p.createToken("Load")
			secrets = append(secrets, program.Secret)
			return func() *httpapitest.Reply {
				return program.Get(httpapitest.PipelinePath + "campaigns/" + httpapitest.UnknownID + "/exports")
			}
		}, nil},
	} {
		fresh()
		do := act.do()
		p.Faults.FailCall(0, false)
		clean := do()
		calls := p.Faults.Calls()
		want := left()
		for call, operation := range calls {
			for _, late := range []bool{false, true} {
				if late && httpapitest.ReadOperations[operation] {
					continue
				}
				fresh()
				do := act.do()
				p.Faults.FailCall(call+1, late)
				first := do()
				p.Faults.FailCall(0, false)
				again := do()
				where := fmt.Sprintf("%s, %s, call %d of %d, carried out: %t", act.name, operation, call+1, len(calls), late)
				if first.Status != http.StatusServiceUnavailable || first.Text("code") != "unavailable" {
					t.Errorf("%s: answers %d: %s", where, first.Status, first.Raw)
				}
				if again.Status != clean.Status && !slices.Contains(act.also, again.Status) {
					t.Errorf("%s: the repetition answers %d, want %d: %s", where, again.Status, clean.Status, again.Raw)
				}
				if diff := cmp.Diff(want, left()); diff != "" {
					t.Errorf("%s (-clean +this):\n%s", where, diff)
				}
			}
		}
	}
	if log.Len() == 0 {
		t.Error("the broken calls were not logged")
	}
	for _, secret := range secrets {
		if strings.Contains(log.String(), secret[5:]) {
			t.Fatalf("the log contains a secret: %s", log.String())
		}
	}
}
