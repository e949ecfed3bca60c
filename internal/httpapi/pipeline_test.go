package httpapi

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
)

// plant is a campaign whose exports programs may take, with its owner and a further administrator.
type plant struct {
	*desk
	owner, admin              *caller
	campaign                  string
	tokens, exports, pipeline string // addresses
}

func newPlant(t *testing.T) *plant {
	t.Helper()
	p := &plant{desk: everyRoute(t)}
	p.owner, p.admin = p.signsIn("Olivia"), p.signsIn("Hal")
	organization := p.organization(p.owner, "Neighbors & Co")
	p.owner.post(organization+"/administrators", map[string]any{"email": "hal@example.org"}).is(http.StatusCreated)
	p.on(p.draft(p.owner, organization, "plant"))
	return p
}

// on makes the campaign at an address the plant's.
func (p *plant) on(address string) {
	p.campaign = last(address)
	p.tokens, p.exports, p.pipeline = address+"/tokens", address+"/exports", pipelinePaths+"campaigns/"+p.campaign+"/exports"
}

// token makes a service token and returns its id and whoever shows it.
func (p *plant) token(name string) (string, *caller) {
	p.t.Helper()
	made := p.owner.post(p.tokens, map[string]any{"name": name}).is(http.StatusCreated)
	return made.text("id"), p.program(made.text("token"))
}

// finished makes an export ready, as its worker would.
func (p *plant) finished(id string) {
	p.t.Helper()
	e, err := p.store.Export(p.t.Context(), campaign.ID(p.campaign), id)
	if err != nil {
		p.t.Fatal(err)
	}
	j, err := p.store.Job(p.t.Context(), e.Job)
	if err != nil {
		p.t.Fatal(err)
	}
	e.Begin(2, p.now)
	e.Finish(e.Key(j), 2, 100, strings.Repeat("ab", 32), p.now)
	if err := p.store.FinishExport(p.t.Context(), e, j); err != nil {
		p.t.Fatal(err)
	}
}

func TestAServiceTokenIsShownOnceAndListed(t *testing.T) {
	p := newPlant(t)
	p.admin.post(p.tokens, map[string]any{"name": "Load"}).refused(http.StatusForbidden, "forbidden", "Only an owner")
	made := p.owner.request(http.MethodPost, p.tokens, map[string]any{"name": " Load "}, "a-key").is(http.StatusCreated)
	secret := made.text("token")
	if !strings.HasPrefix(secret, "kith_") || len(secret) != 37 || made.text("name") != "Load" || made.text("created_by") != "Olivia" {
		t.Errorf("made %s", made.raw)
	}
	// Nothing keeps the secret, neither the record nor a reply for whoever repeats the request.
	p.owner.request(http.MethodPost, p.tokens, map[string]any{"name": " Load "}, "a-key").refused(http.StatusUnprocessableEntity, "invalid", "in use")
	for table, text := range p.tablesAsText() {
		if strings.Contains(text, secret) || strings.Contains(text, secret[5:]) {
			t.Errorf("the secret stands in %s", table)
		}
	}
	p.later(time.Minute)
	_, second := p.token("Dashboard")
	list := p.admin.get(p.tokens).is(http.StatusOK)
	if strings.Contains(list.raw, "kith_") {
		t.Errorf("the list shows a secret: %s", list.raw)
	}
	items := list.list("items")
	if len(items) != 2 || items[0]["name"] != "Dashboard" || items[1]["created_at"] != "2026-10-24T12:00:00.000Z" || items[1]["last_used_at"] != nil {
		t.Errorf("listed %s", list.raw)
	}

	program := p.program(secret)
	program.get(p.pipeline).is(http.StatusOK)
	p.later(30 * time.Second)
	p.faults.arm(0, false)
	program.get(p.pipeline).is(http.StatusOK)
	if calls := strings.Join(p.faults.count(), " "); calls != "GetItem Query Query" {
		t.Errorf("a use within the minute calls the store %s", calls)
	}
	used := func() any { return p.admin.get(p.tokens).list("items")[1]["last_used_at"] }
	if used() != "2026-10-24T12:01:00.000Z" {
		t.Errorf("last used %v", used())
	}
	p.later(30 * time.Second)
	program.get(p.pipeline).is(http.StatusOK)
	if used() != "2026-10-24T12:02:00.000Z" {
		t.Errorf("a minute later, last used %v", used())
	}

	revoke := p.tokens + "/" + made.text("id") + "/revoke"
	p.admin.post(revoke, nil).refused(http.StatusForbidden, "forbidden", "Only an owner")
	program.get(p.pipeline).is(http.StatusOK)
	revoked := p.owner.post(revoke, nil).is(http.StatusOK)
	if revoked.text("revoked_by") != "Olivia" || revoked.text("revoked_at") != "2026-10-24T12:02:00.000Z" {
		t.Errorf("revoked %s", revoked.raw)
	}
	refusal := program.get(p.pipeline).refused(http.StatusUnauthorized, "token_revoked", "Ask an owner")
	if got := refusal.header.Get("WWW-Authenticate"); got != "Bearer" {
		t.Errorf("WWW-Authenticate %q", got)
	}
	p.later(time.Hour)
	if again := p.owner.post(revoke, nil).is(http.StatusOK); again.raw != revoked.raw {
		t.Errorf("revoked twice: %s, then %s", revoked.raw, again.raw)
	}
	second.get(p.pipeline).is(http.StatusOK)
	p.token("Load") // the name is free again
}

// tablesAsText is all that Records and Requests hold.
func (p *plant) tablesAsText() map[string]string {
	p.t.Helper()
	texts := map[string]string{}
	for _, table := range []string{p.tables.Records, p.tables.Requests} {
		out, err := p.db.Scan(p.t.Context(), &dynamodb.ScanInput{TableName: &table, ConsistentRead: aws.Bool(true)})
		if err != nil {
			p.t.Fatal(err)
		}
		for _, item := range out.Items {
			for name, value := range item {
				texts[table] += fmt.Sprintf("%s=%+v\n", name, value)
			}
		}
	}
	return texts
}

func TestWhoShowsNoGoodTokenIsTold(t *testing.T) {
	p := newPlant(t)
	_, program := p.token("Load")
	ask := func(path, authorization string) *reply {
		c := p.stranger("")
		c.header = http.Header{"Authorization": {authorization}}
		return c.get(path)
	}
	for authorization, code := range map[string]string{
		"": "token_required", "Bearer": "token_required", "Bearer  ": "token_required", program.secret: "token_required",
		"Basic " + program.secret: "token_required", "Bearer x": "token_unknown", "Bearer " + program.secret + "a": "token_unknown",
		"Bearer kith_" + strings.Repeat("a", 32): "token_unknown", "Bearer " + program.secret + ", Bearer x": "token_unknown",
	} {
		got := ask(p.pipeline, authorization).refused(http.StatusUnauthorized, code, "kith_")
		if got.header.Get("WWW-Authenticate") != "Bearer" || strings.Contains(got.raw, program.secret) {
			t.Errorf("%q: answers %v %s", authorization, got.header, got.raw)
		}
	}
	ask(p.pipeline, "bearer "+program.secret).is(http.StatusOK) // schemes have no case
	for _, foreign := range []string{id7, "x", "a%23b"} {
		elsewhere := pipelinePaths + "campaigns/" + foreign + "/exports"
		program.get(elsewhere).refused(http.StatusNotFound, "not_found", "the one campaign")
		ask(elsewhere, "Bearer kith_"+strings.Repeat("a", 32)).refused(http.StatusUnauthorized, "token_unknown", "kith_")
	}
}

func TestAProgramTakesTheExportsOfItsCampaign(t *testing.T) {
	p := newPlant(t)
	_, program := p.token("Nightly load")
	asked := program.post(p.pipeline, map[string]any{"type": "contacts", "compression": "gzip"}).is(http.StatusCreated)
	if asked.text("requested_by") != "Nightly load" || asked.text("state") != "queued" {
		t.Errorf("asked for %s", asked.raw)
	}
	one := p.pipeline + "/" + asked.text("id")
	if seen := p.admin.get(p.exports).list("items"); len(seen) != 1 || seen[0]["requested_by"] != "Nightly load" {
		t.Errorf("administrators see %v", seen)
	}
	// Whoever asks for the same gets what is under way.
	for _, again := range []*reply{
		p.owner.post(p.exports, map[string]any{"type": "contacts", "compression": "gzip"}).is(http.StatusOK),
		program.post(p.pipeline, map[string]any{"type": "contacts", "compression": "gzip"}).is(http.StatusOK),
		program.get(one).is(http.StatusOK),
	} {
		if again.text("id") != asked.text("id") {
			t.Errorf("%s: %s", again.asked, again.raw)
		}
	}
	for _, path := range []string{"/download", "/manifest"} {
		program.get(one+path).refused(http.StatusConflict, "export_not_ready", "not ready")
	}
	program.post(one+"/download-link", nil).refused(http.StatusConflict, "export_not_ready", "not ready")
	program.post(p.pipeline, map[string]any{"type": "everything"}).refused(http.StatusUnprocessableEntity, "invalid", "There is no such export")
	program.get(p.pipeline+"?stat=ready").refused(http.StatusUnprocessableEntity, "invalid", "no such parameter")
	if schema := program.get(one + "/schema").is(http.StatusOK); !strings.Contains(schema.text("create_table"), "CREATE TABLE") {
		t.Errorf("schema %s", schema.raw)
	}

	p.finished(asked.text("id"))
	moved := program.get(one + "/download").is(http.StatusFound)
	to, err := url.Parse(moved.header.Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	name := `attachment; filename="neighbors-co_campaign-plant_contacts_2026-10-24.csv.gz"`
	if got := to.Query(); got.Get("response-content-disposition") != name || got.Get("X-Amz-Expires") != "60" || moved.raw != "" {
		t.Errorf("leads on to %s with %q", to, moved.raw)
	}
	link := program.post(one+"/download-link", nil).is(http.StatusOK)
	linked, err := url.Parse(link.text("url"))
	if err != nil || linked.Path != to.Path || link.text("file_name") == "" {
		t.Errorf("link %s, want one to %s", link.raw, to.Path)
	}
	p.later(export.Kept + time.Second)
	program.get(one+"/download").refused(http.StatusConflict, "export_expired", "seven days")
}

func TestAProgramExportsAClosedCampaign(t *testing.T) {
	p := newPlant(t)
	_, program := p.token("Load")
	address := "/v1/admin/campaigns/" + p.campaign
	p.owner.post(address+"/publish", nil).is(http.StatusOK)
	p.owner.post(address+"/close", nil).is(http.StatusOK)
	program.post(p.pipeline, map[string]any{"type": "contacts"}).is(http.StatusCreated)
	p.token("Made after the end")
}

func TestProgramsPageAndRepeatForThemselves(t *testing.T) {
	p := newPlant(t)
	_, one := p.token("One")
	_, other := p.token("Other")
	first := one.request(http.MethodPost, p.pipeline, map[string]any{"type": "contacts"}, "key").is(http.StatusCreated)
	p.finished(first.text("id"))
	again := one.request(http.MethodPost, p.pipeline, map[string]any{"type": "contacts"}, "key").is(http.StatusCreated)
	if again.raw != first.raw || again.header.Get("Idempotent-Replayed") != "true" {
		t.Errorf("repeated: %s, then %s", first.raw, again.raw)
	}
	p.later(time.Second)
	theirs := other.request(http.MethodPost, p.pipeline, map[string]any{"type": "contacts"}, "key").is(http.StatusCreated)
	if theirs.text("id") == first.text("id") || theirs.text("requested_by") != "Other" {
		t.Errorf("another program under the same key: %s", theirs.raw)
	}
	page := one.get(p.pipeline + "?limit=1").is(http.StatusOK)
	if items := page.list("items"); len(items) != 1 || items[0]["id"] != theirs.text("id") {
		t.Errorf("the first page: %s", page.raw)
	}
	next := "?limit=1&page=" + page.text("next")
	if items := one.get(p.pipeline + next).is(http.StatusOK).list("items"); len(items) != 1 || items[0]["id"] != first.text("id") {
		t.Errorf("the second page: %v", items)
	}
	other.get(p.pipeline+next).refused(http.StatusUnprocessableEntity, "invalid", "does not belong")
	p.owner.get(p.exports+next).refused(http.StatusUnprocessableEntity, "invalid", "does not belong")
}

func TestTwoOwnersAtOnceDoNotPassTheLimit(t *testing.T) {
	p := newPlant(t)
	for n := range 17 {
		p.token(fmt.Sprint("Load ", n))
	}
	var all sync.WaitGroup
	for n := range 8 {
		all.Go(func() {
			p.owner.post(p.tokens, map[string]any{"name": fmt.Sprint("At once ", n/2)})
		})
	}
	all.Wait()
	names := map[any]int{}
	for _, item := range p.owner.get(p.tokens).list("items") {
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
	p.owner.post(p.tokens, map[string]any{"name": "One more"}).refused(http.StatusConflict, "too_many_tokens", "Revoke one")
}

// A program that is let in at the moment of its token's revocation does not bring it back.
func TestUseAtTheMomentOfRevocation(t *testing.T) {
	p := newPlant(t)
	for n := range 10 {
		id, program := p.token(fmt.Sprint("Load ", n))
		var all sync.WaitGroup
		for range 3 {
			all.Go(func() { program.get(p.pipeline) })
		}
		p.owner.post(p.tokens+"/"+id+"/revoke", nil).is(http.StatusOK)
		program.get(p.pipeline).refused(http.StatusUnauthorized, "token_revoked", "revoked")
		all.Wait()
		program.get(p.pipeline).refused(http.StatusUnauthorized, "token_revoked", "revoked")
	}
}

// TestCrashMakingAServiceToken breaks each store call of each request in turn, before the store has done it and after,
// and repeats the request.
func TestCrashMakingAServiceToken(t *testing.T) {
	p := newPlant(t)
	var log bytes.Buffer
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewJSONHandler(&log, nil)))
	t.Cleanup(func() { slog.SetDefault(before) })
	organization, n := p.owner.get("/v1/admin/organizations").list("items")[0]["id"], 0
	var secrets []string
	fresh := func() {
		n++
		p.on(p.draft(p.owner, fmt.Sprint("/v1/admin/organizations/", organization), fmt.Sprint("plant-", n)))
	}
	// left is what stands in the campaign, by type of item, and how many tokens are listed and good.
	left := func() map[string]int {
		counts := map[string]int{}
		for _, text := range p.everything() {
			if strings.Contains(text, p.campaign) {
				_, kind, _ := strings.Cut(text, `"T":{"Value":"`)
				kind, _, _ = strings.Cut(kind, `"`)
				counts[kind]++
			}
		}
		for _, item := range p.owner.get(p.tokens).is(http.StatusOK).list("items") {
			counts["listed"]++
			if item["revoked_at"] == nil {
				counts["good"]++
			}
		}
		return counts
	}
	for _, act := range []struct {
		name string
		do   func() func() *reply
		also []int // what the repetition may answer besides
	}{
		{"make a token", func() func() *reply {
			return func() *reply { return p.owner.post(p.tokens, map[string]any{"name": "Load"}) }
		}, []int{http.StatusUnprocessableEntity}},
		{"revoke a token", func() func() *reply {
			id, _ := p.token("Load")
			return func() *reply { return p.owner.request(http.MethodPost, p.tokens+"/"+id+"/revoke", nil, "key") }
		}, nil},
		{"ask for an export", func() func() *reply {
			_, program := p.token("Load")
			secrets = append(secrets, program.secret)
			return func() *reply {
				return program.request(http.MethodPost, p.pipeline, map[string]any{"type": "contacts"}, "key")
			}
		}, nil},
		{"be refused elsewhere", func() func() *reply {
			_, program := p.token("Load")
			secrets = append(secrets, program.secret)
			return func() *reply { return program.get(pipelinePaths + "campaigns/" + id7 + "/exports") }
		}, nil},
	} {
		fresh()
		do := act.do()
		p.faults.arm(0, false)
		clean := do()
		calls := p.faults.count()
		want := left()
		for call, operation := range calls {
			for _, late := range []bool{false, true} {
				if late && reads[operation] {
					continue
				}
				fresh()
				do := act.do()
				p.faults.arm(call+1, late)
				first := do()
				p.faults.arm(0, false)
				again := do()
				where := fmt.Sprintf("%s, %s, call %d of %d, carried out: %t", act.name, operation, call+1, len(calls), late)
				if first.status != http.StatusServiceUnavailable || first.text("code") != "unavailable" {
					t.Errorf("%s: answers %d: %s", where, first.status, first.raw)
				}
				if again.status != clean.status && !slices.Contains(act.also, again.status) {
					t.Errorf("%s: the repetition answers %d, want %d: %s", where, again.status, clean.status, again.raw)
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
			t.Fatalf("a secret stands in the log: %s", log.String())
		}
	}
}
