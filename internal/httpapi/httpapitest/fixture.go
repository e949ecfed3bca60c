// Package httpapitest holds the fixtures of the API's tests: the whole API over empty tables, clients, and faults of the
// store. Its own tests check rules that every route must keep. Only tests import it.
package httpapitest

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/httpapi/adminapi"
	"github.com/kithhq/kith/internal/httpapi/exportapi"
	"github.com/kithhq/kith/internal/httpapi/invitationapi"
	"github.com/kithhq/kith/internal/httpapi/joinapi"
	"github.com/kithhq/kith/internal/httpapi/mobilizerapi"
	"github.com/kithhq/kith/internal/httpapi/peopleapi"
	"github.com/kithhq/kith/internal/httpapi/voterfileapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/identity"
	"github.com/kithhq/kith/internal/identity/identitytest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/phone"
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/stream/streamtest"
	"github.com/kithhq/kith/internal/user"
)

// Secret is the application's secret in tests.
var Secret = secret.Version{Number: 1, Text: "a secret of the tests, long enough"}

// linkLifetime is the lifetime of download links in tests.
const linkLifetime = 5 * time.Minute

// Fixture is the whole API over tables of its own, with an issuer of ID tokens.
type Fixture struct {
	T      *testing.T
	DB     *dynamodb.Client
	Tables dynamo.Tables
	Store  *dynamo.Store // of the test; the API has its own
	API    *httpapi.API
	Faults *Faults // of the API's store
	Files  *objects.Bucket
	Issuer *identitytest.Issuer

	stream *streamtest.Follower
	builds []campaign.ID // campaigns whose lists the API began to build

	mu             sync.Mutex
	Now            time.Time     // of the next requests
	Timeout        time.Duration // of each request; 0 for none
	mobilizerRoute string        // of the campaign of a CampaignFixture
}

// New returns the whole API over empty tables.
func New(t *testing.T) *Fixture {
	t.Helper()
	db, tables := dynamotest.New(t)
	f := &Fixture{
		T: t, DB: db, Tables: dynamo.Tables(tables), Faults: &Faults{}, Issuer: identitytest.Start(t),
		Now: time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC),
	}
	f.Store = dynamo.New(db, f.Tables)
	f.stream = streamtest.Follow(db, tables.Records)
	f.Files = objects.NewBucket(s3.New(s3.Options{Region: "us-east-1", Credentials: db.Options().Credentials}), "files")
	f.Restart()
	return f
}

// Restart gives the API a store with an empty cache, as in a new process.
func (f *Fixture) Restart() {
	options := f.DB.Options()
	options.RetryMaxAttempts = 1
	f.Faults.Client, options.HTTPClient = options.HTTPClient, f.Faults
	f.API = httpapi.New(dynamo.New(dynamodb.New(options), f.Tables))
	registerAll(f.API, secret.Fixed(Secret), identity.NewIssuer(f.Issuer.URL, identitytest.ClientID), f.Files, func(_ context.Context, c campaign.ID) error {
		f.builds = append(f.builds, c)
		return nil
	})
}

// ListBuilds returns the campaigns whose lists the API began to build.
func (f *Fixture) ListBuilds() []campaign.ID { return f.builds }

// DeliverStream updates counters and lists for all changes since the last call, as update-metrics does. It returns the number
// of batches.
func (f *Fixture) DeliverStream() int {
	f.T.Helper()
	updater := peoplelist.Updater{Counters: &metrics.Updater{Counters: f.Store}, Blocks: f.Store}
	handle := stream.HandleRecords(updater.Apply)
	events := f.stream.Events(f.T, f.Now)
	for _, event := range events {
		reply, err := handle(f.T.Context(), event)
		if err != nil || len(reply.BatchItemFailures) > 0 {
			f.T.Fatalf("the stream is not delivered: %v, %+v", err, reply)
		}
	}
	return len(events)
}

// registerAll registers the routes of every function.
func registerAll(api *httpapi.API, secrets *secret.Reader, issuer *identity.Issuer, files *objects.Bucket, build peopleapi.BuildLists) {
	const publicURL = "https://kith.example"
	joinapi.RegisterSession(api, issuer)
	adminapi.RegisterOrganizations(api)
	adminapi.RegisterCampaigns(api, secrets, publicURL)
	adminapi.RegisterActionItems(api)
	adminapi.RegisterAnalytics(api)
	peopleapi.RegisterSavedViews(api)
	exportapi.RegisterExports(api, files, secrets, linkLifetime)
	exportapi.RegisterSchedules(api, files, linkLifetime)
	exportapi.RegisterServiceTokens(api)
	exportapi.RegisterPipeline(api, files, secrets, linkLifetime)
	exportapi.RegisterPipelineSchedules(api, files, linkLifetime)
	voterfileapi.Register(api, files, linkLifetime, nil)
	peopleapi.RegisterVoterSuggestions(api, secrets, nil)
	peopleapi.RegisterPeople(api, secrets, build)
	invitationapi.RegisterInvitations(api, secrets, publicURL, invitation.Lifetime)
	invitationapi.RegisterMailStatus(api)
	invitationapi.RegisterSuppressions(api, secrets)
	mobilizerapi.RegisterMobilizer(api, secrets, publicURL)
	joinapi.RegisterJoin(api, secrets, phone.Check)
	joinapi.RegisterInvitations(api, issuer, phone.Check)
	joinapi.RegisterPublic(api, publicURL)
}

// All returns an API with the routes of every function and without a store, to describe it.
func All() *httpapi.API {
	api := httpapi.New(nil)
	registerAll(api, nil, nil, nil, nil)
	return api
}

// Commit commits writes past the API.
func (f *Fixture) Commit(writes ...dynamo.Write) {
	f.T.Helper()
	if err := f.Store.Commit(context.Background(), writes...); err != nil {
		f.T.Fatal(err)
	}
}

// Advance moves the clock of the next requests.
func (f *Fixture) Advance(d time.Duration) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.Now = f.Now.Add(d)
}

// NewLogin returns a client with a login at the issuer and no session.
func (f *Fixture) NewLogin(name string) *Client { return &Client{f: f, Name: name} }

// TokenClient returns a client that sends a service token.
func (f *Fixture) TokenClient(secret string) *Client {
	return &Client{f: f, Name: "a program", Secret: secret}
}

// StartSession starts a session with an ID token that holds the email address.
func (f *Fixture) StartSession(c *Client, email string, changes identitytest.Claims) *Reply {
	f.T.Helper()
	token := f.Issuer.Token(f.T, f.Issuer.Claims(c.Name, email, c.Name, changes))
	return c.Post("/v1/session", map[string]any{"id_token": token})
}

// SignIn returns a client with a session. Its email address is name@example.org.
func (f *Fixture) SignIn(name string) *Client {
	f.T.Helper()
	c := f.NewLogin(name)
	f.StartSession(c, name+"@example.org", nil).ExpectStatus(http.StatusOK)
	return c
}

// CreateOrganization creates an organization and returns its path.
func (f *Fixture) CreateOrganization(owner *Client, name string) string {
	f.T.Helper()
	made := owner.Post("/v1/admin/organizations", map[string]any{"name": name}).ExpectStatus(http.StatusCreated)
	return "/v1/admin/organizations/" + made.Text("id")
}

// AddAdministrator makes a client an administrator of the organization at a path, as if they had accepted an invitation. It
// returns the user's id.
func (f *Fixture) AddAdministrator(path string, c *Client, role organization.Role) string {
	f.T.Helper()
	u, err := f.Store.UserByLogin(f.T.Context(), "https://issuer.test", c.Name)
	if err != nil {
		f.T.Fatal(err)
	}
	o := organization.ID(LastSegment(path))
	admin := &organization.Administrator{Organization: o, User: u.ID, Role: role, Name: u.Name, Email: u.Email, AddedAt: f.Now}
	writes := f.Store.CreateAdministrator(admin)
	if _, err := f.Store.Person(f.T.Context(), u.ID, o); err != nil {
		writes = append(writes, f.Store.CreatePerson(&organization.Person{ID: user.PersonID(id.At(f.Now)), User: u.ID, Organization: o})...)
	}
	f.Commit(writes...)
	return string(u.ID)
}

// CreateCampaign creates a draft campaign of the organization at a path and returns the campaign's path.
func (f *Fixture) CreateCampaign(owner *Client, path, slug string) string {
	f.T.Helper()
	made := owner.Post(path+"/campaigns", map[string]any{
		"name": "Campaign " + slug, "slug": slug, "key_question": map[string]any{"text": "Will they vote?"},
	}).ExpectStatus(http.StatusCreated)
	return "/v1/admin/campaigns/" + made.Text("id")
}

// IDToken returns a fresh ID token of a client of SignIn.
func (f *Fixture) IDToken(c *Client) string {
	return f.Issuer.Token(f.T, f.Issuer.Claims(c.Name, strings.ToLower(c.Name)+"@example.org", c.Name, nil))
}

// FinishScheduledRun adds a finished run to a schedule, as its worker would, and returns the run.
func (f *Fixture) FinishScheduledRun(campaignID, schedule string) *export.Export {
	f.T.Helper()
	sched, err := f.Store.Schedule(f.T.Context(), campaign.ID(campaignID), schedule)
	if err != nil {
		f.T.Fatal(err)
	}
	e := &export.Export{
		ID: id.At(f.Now), Organization: sched.Organization, Campaign: sched.Campaign, Request: sched.Request,
		State: export.Ready, RequestedByName: sched.CreatedByName, RequestedAt: f.Now, AsOf: f.Now, FinishedAt: f.Now, Schedule: sched.ID,
		Object: fmt.Sprintf("scheduled/%s/%s/%s/1.csv", sched.Organization, sched.Campaign, sched.ID),
	}
	sched.LastRun, sched.Runs = f.Now, append([]string{e.ID}, sched.Runs...)
	f.Commit(append(f.Store.UpdateSchedule(sched), f.Store.CreateExport(e)...)...)
	return e
}

// AllRecords returns every item of the Records table as JSON, by its key.
func AllRecords(d *Fixture) map[string]string { return AllOf(d, d.Tables.Records) }

// AllOf is AllRecords of another table.
func AllOf(d *Fixture, name string) map[string]string {
	d.T.Helper()
	all := map[string]string{}
	pages := dynamodb.NewScanPaginator(d.DB, &dynamodb.ScanInput{TableName: &name, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(d.T.Context())
		if err != nil {
			d.T.Fatal(err)
		}
		for _, item := range page.Items {
			text, err := json.Marshal(item)
			if err != nil {
				d.T.Fatal(err)
			}
			all[fmt.Sprint(item["PK"], item["SK"])] = string(text)
		}
	}
	return all
}
