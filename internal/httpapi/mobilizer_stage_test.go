package httpapi

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

var stageSecret = []byte("a secret of the tests")

// stage is an active campaign in New York on tables of its own, with mobilizers' routes over them.
type stage struct {
	t      *testing.T
	db     *dynamodb.Client
	tables dynamo.Tables
	store  *dynamo.Store // what the test itself reads and writes with
	api    *API
	faults *faults // of the store that the API uses
	files  *objects.Bucket

	org                *organization.Organization
	owner              *user.User
	campaign           *campaign.Campaign
	task, choice, free *action.Item

	mu       sync.Mutex
	now      time.Time
	patience time.Duration // that a request is given; 0 for any
}

func newStage(t *testing.T) *stage {
	t.Helper()
	db, tables := dynamotest.New(t)
	s := &stage{t: t, db: db, tables: dynamo.Tables(tables), faults: &faults{}, now: time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)}
	s.store = dynamo.New(db, s.tables)
	s.restart()
	s.org = &organization.Organization{ID: organization.ID(id.At(s.now)), Name: "Neighbors", CreatedAt: s.now}
	s.owner = &user.User{ID: user.ID(id.At(s.now)), Name: "Olive", Email: "olive@example.org", CreatedAt: s.now}
	s.start("neighbors-2026")
	file := &voter.File{
		ID: voter.FileID(id.At(s.now)), Organization: s.org.ID, State: "MA", Status: voter.FileReady, CreatedAt: s.now, Version: 1,
	}
	s.commit(s.store.CreateVoterFile(file)...)
	if err := s.store.WriteVoters(t.Context(), s.org.ID, file.ID, []voter.Row{
		{Voter: &voter.Voter{CanonicalID: "MA01", StateFileID: "01", FirstName: "JOSE", LastName: "GARCIA", City: "BOSTON", State: "MA", Zip: "02139"}, Line: 2},
		{Voter: &voter.Voter{CanonicalID: "MA02", StateFileID: "02", FirstName: "ANN", LastName: "LEE", State: "MA"}, Line: 3},
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// start makes an active campaign, the stage's from now on, with an action item of each type.
func (s *stage) start(slug string) {
	s.t.Helper()
	s.campaign = s.newCampaign(slug, campaign.Active)
	s.task = s.newItem(action.Input{Type: action.Task, Title: "Bring to the rally", Target: action.TargetInput{Everyone: true}})
	s.choice = s.newItem(action.Input{
		Type: action.MultipleChoice, Title: "Which issue?", Target: action.TargetInput{NoResponse: true, Responses: []string{s.response(0)}},
		Options: []action.OptionInput{{Text: "Buses"}, {Text: "Schools"}, {Text: "Parks"}},
	})
	s.free = s.newItem(action.Input{Type: action.FreeResponse, Title: "What do they say?", Target: action.TargetInput{Everyone: true}})
}

// restart gives the API a store without memory, as a new process has.
func (s *stage) restart() {
	options := s.db.Options()
	options.RetryMaxAttempts = 1
	s.faults.client, options.HTTPClient = options.HTTPClient, s.faults
	s.api = New(dynamo.New(dynamodb.New(options), s.tables))
	RegisterMobilizer(s.api, stageSecret)
}

func (s *stage) commit(writes ...dynamo.Write) {
	s.t.Helper()
	if err := s.store.Commit(context.Background(), writes...); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stage) newCampaign(slug string, status campaign.Status) *campaign.Campaign {
	s.t.Helper()
	c, err := campaign.New(s.org.ID, campaign.Details{Name: "Campaign " + slug, Slug: slug, TimeZone: "America/New_York"}, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	c.Question.Text = "How likely are they to vote?"
	c.Question.Responses[4].Retired = true
	if status != campaign.Draft {
		if err := c.Publish(s.now); err != nil {
			s.t.Fatal(err)
		}
	}
	s.commit(s.store.CreateCampaign(c)...)
	return c
}

func (s *stage) newItem(edit action.Input) *action.Item {
	s.t.Helper()
	content, err := s.store.Content(s.t.Context(), s.campaign.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	i, err := action.New(content.Campaign, content.Items, edit, s.now)
	if err != nil {
		s.t.Fatal(err)
	}
	s.commit(append(s.store.CreateActionItem(i), s.store.UpdateCampaign(content.Campaign)...)...)
	return i
}

// response returns the id of a Key Question response; number 4 is retired.
func (s *stage) response(n int) string { return s.campaign.Question.Responses[n].ID }

// edit changes the campaign and its items behind the API's back, as an administrator would elsewhere.
func (s *stage) edit(change func(*dynamo.Content)) {
	s.t.Helper()
	content, err := s.store.Content(s.t.Context(), s.campaign.ID)
	if err != nil {
		s.t.Fatal(err)
	}
	change(content)
	s.commit(s.store.UpdateCampaign(content.Campaign)...)
	for _, i := range content.Items {
		s.commit(s.store.UpdateActionItem(i)...)
	}
}

// later lets time pass for the requests to come.
func (s *stage) later(d time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.now = s.now.Add(d)
}

// caller is somebody with a login.
type caller struct {
	s    *stage
	name string
	user *user.User
	join *reply // of joining the stage's campaign

	secret string      // of a service token: a program, without a login
	header http.Header // sent with every request
}

// person signs somebody up, who has not joined anything yet.
func (s *stage) person(name string) *caller {
	s.t.Helper()
	c := &caller{s: s, name: name, user: &user.User{
		ID: user.ID(id.At(s.now)), Email: strings.ToLower(name) + "@example.org", Name: name, CreatedAt: s.now,
	}}
	s.commit(s.store.CreateUser(c.user, &user.Login{Issuer: "https://issuer.test", Subject: name, User: c.user.ID})...)
	return c
}

// mobilizer signs somebody up who joins the stage's campaign.
func (s *stage) mobilizer(name string) *caller {
	s.t.Helper()
	c := s.person(name)
	c.join = c.post("/v1/mobilizer/join", joining(s.campaign.Slug)).is(http.StatusCreated)
	return c
}

func joining(slug string) map[string]any {
	return map[string]any{"slug": slug, "first_name": "Ana", "last_name": "Núñez", "zip": "02139", "consent": true}
}

// reply is what a caller got.
type reply struct {
	t      *testing.T
	asked  string
	status int
	header http.Header
	body   map[string]any
	raw    string
}

// request is one request; a key makes it idempotent.
func (c *caller) request(method, path string, body any, key string) *reply {
	c.s.t.Helper()
	w := c.download(method, path, body, key)
	got := &reply{t: c.s.t, asked: method + " " + path, status: w.Code, header: w.Header(), raw: w.Body.String()}
	if w.Body.Len() > 0 {
		if err := json.Unmarshal(w.Body.Bytes(), &got.body); err != nil {
			c.s.t.Fatalf("%s: %v: %s", got.asked, err, got.raw)
		}
	}
	return got
}

// download is a request whose answer may be anything.
func (c *caller) download(method, path string, body any, key string) *httptest.ResponseRecorder {
	c.s.t.Helper()
	encoded, ok := body.([]byte)
	if body != nil && !ok {
		var err error
		encoded, err = json.Marshal(body)
		if err != nil {
			c.s.t.Fatal(err)
		}
	}
	c.s.mu.Lock()
	at := c.s.now
	c.s.mu.Unlock()
	call := apigw.RequestContext{At: at, Body: encoded}
	if c.secret == "" {
		call.Claims = map[string]string{"iss": "https://issuer.test", "sub": c.name}
	}
	ctx := apigw.WithRequestContext(context.Background(), call)
	if c.s.patience > 0 {
		limited, cancel := context.WithTimeout(ctx, c.s.patience)
		defer cancel()
		ctx = limited
	}
	r, err := http.NewRequestWithContext(ctx, method, path, bytes.NewReader(encoded))
	if err != nil {
		c.s.t.Fatal(err)
	}
	if body != nil {
		r.Header.Set("Content-Type", "application/json")
	}
	if key != "" {
		r.Header.Set(idempotencyHeader, key)
	}
	maps.Copy(r.Header, c.header)
	if c.secret != "" {
		r.Header.Set("Authorization", "Bearer "+c.secret)
	}
	w := httptest.NewRecorder()
	c.s.api.ServeHTTP(w, r)
	return w
}

func (c *caller) get(path string) *reply { return c.request(http.MethodGet, path, nil, "") }

func (c *caller) post(path string, body any) *reply {
	return c.request(http.MethodPost, path, body, "")
}

func (c *caller) put(path string, body any) *reply { return c.request(http.MethodPut, path, body, "") }

func (c *caller) patch(path string, body any) *reply {
	return c.request(http.MethodPatch, path, body, "")
}
func (c *caller) del(path string) *reply { return c.request(http.MethodDelete, path, nil, "") }

// at is the address of something in the stage's campaign.
func (c *caller) at(parts ...string) string {
	return "/v1/mobilizer/campaigns/" + string(c.s.campaign.ID) + strings.Join(append([]string{""}, parts...), "/")
}

// adds adds a contact and returns the address of it.
func (c *caller) adds(first string) string {
	c.s.t.Helper()
	added := c.post(c.at("contacts"), map[string]any{"first_name": first, "last_name": "García", "phone": "617 555 0123", "email": "x@example.org"})
	return c.at("contacts", added.is(http.StatusCreated).text("id"))
}

// is fails the test unless the reply has the status.
func (r *reply) is(status int) *reply {
	r.t.Helper()
	if r.status != status {
		r.t.Fatalf("%s: answers %d, want %d: %s", r.asked, r.status, status, r.raw)
	}
	return r
}

// refused fails the test unless the reply is the refusal, and says so much.
func (r *reply) refused(status int, code, says string) *reply {
	r.t.Helper()
	if r.is(status); r.text("code") != code || !strings.Contains(r.raw, says) {
		r.t.Fatalf("%s: refuses with %s; want %s and %q", r.asked, r.raw, code, says)
	}
	return r
}

// value returns what stands under a path of names.
func (r *reply) value(path ...string) any {
	var at any = r.body
	for _, name := range path {
		object, ok := at.(map[string]any)
		if !ok {
			return nil
		}
		at = object[name]
	}
	return at
}

func (r *reply) text(path ...string) string {
	s, _ := r.value(path...).(string)
	return s
}

func (r *reply) number(path ...string) int {
	n, _ := r.value(path...).(float64)
	return int(n)
}

func (r *reply) list(path ...string) []map[string]any {
	items, _ := r.value(path...).([]any)
	list := make([]map[string]any, len(items))
	for i, item := range items {
		list[i], _ = item.(map[string]any)
	}
	return list
}

// faults is the connection of the API's store: it counts calls and can break one of them.
type faults struct {
	client aws.HTTPClient

	mu    sync.Mutex
	calls []string // operations since the last reset
	fail  int      // number of the call to break, from 1; 0 for none
	late  bool     // whether the store carries the call out before it breaks
	dies  bool     // whether all later calls break too, as when the process is killed
}

// arm forgets the calls so far and breaks the given one.
func (f *faults) arm(call int, late bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.calls, f.fail, f.late = nil, call, late
}

func (f *faults) count() []string {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.calls
}

// Do sends a request, unless it is the one to break.
func (f *faults) Do(r *http.Request) (*http.Response, error) {
	_, operation, _ := strings.Cut(r.Header.Get("X-Amz-Target"), ".")
	f.mu.Lock()
	f.calls = append(f.calls, operation)
	broken, late := len(f.calls) == f.fail, f.late
	dead := f.dies && f.fail > 0 && len(f.calls) > f.fail
	f.mu.Unlock()
	if dead {
		return nil, errBroken
	}
	if broken && !late {
		return nil, errBroken
	}
	response, err := f.client.Do(r)
	if broken && err == nil {
		_ = response.Body.Close() // the answer is lost
		return nil, errBroken
	}
	return response, err
}

type broken struct{}

func (broken) Error() string { return "the connection broke" }

var errBroken = broken{}
