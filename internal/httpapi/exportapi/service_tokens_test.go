package exportapi_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

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
		for call, late := range httpapitest.EachFailure(calls) {
			fresh()
			do := act.do()
			p.Faults.FailCall(call, late)
			first := do()
			p.Faults.FailCall(0, false)
			again := do()
			where := fmt.Sprintf("%s, %s, call %d of %d, carried out: %t", act.name, calls[call-1], call, len(calls), late)
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
	if log.Len() == 0 {
		t.Error("the broken calls were not logged")
	}
	for _, secret := range secrets {
		if strings.Contains(log.String(), secret[5:]) {
			t.Fatalf("the log contains a secret: %s", log.String())
		}
	}
}
