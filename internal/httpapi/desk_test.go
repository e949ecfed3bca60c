package httpapi

import (
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/identity"
	"github.com/kithhq/kith/internal/identity/identitytest"
	"github.com/kithhq/kith/internal/invitation"
)

// desk is every route over empty tables of its own, with an issuer that people sign in at.
type desk struct {
	*stage
	issuer *identitytest.Issuer
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	db, tables := dynamotest.New(t)
	s := &stage{t: t, db: db, tables: dynamo.Tables(tables), faults: &faults{}, now: time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)}
	s.store = dynamo.New(db, s.tables)
	d := &desk{stage: s, issuer: identitytest.Start(t)}
	d.restart()
	return d
}

// restart gives the API a store without memory, as a new process has.
func (d *desk) restart() {
	options := d.db.Options()
	options.RetryMaxAttempts = 1
	d.faults.client, options.HTTPClient = options.HTTPClient, d.faults
	d.api = New(dynamo.New(dynamodb.New(options), d.tables))
	RegisterSession(d.api, identity.NewIssuer(d.issuer.URL, identitytest.ClientID))
	RegisterOrganizations(d.api)
	RegisterCampaigns(d.api, stageSecret, "https://kith.example")
	RegisterActionItems(d.api)
	RegisterServiceTokens(d.api)
	RegisterInvitations(d.api, stageSecret, "https://kith.example", invitation.Lifetime)
	RegisterMailHealth(d.api)
	RegisterMobilizer(d.api, stageSecret)
	RegisterAccepting(d.api, identity.NewIssuer(d.issuer.URL, identitytest.ClientID))
	RegisterPublic(d.api)
}

// stranger is somebody with an account at the issuer, whom we don't know yet.
func (d *desk) stranger(name string) *caller { return &caller{s: d.stage, name: name} }

// program is whoever has a service token.
func (d *desk) program(secret string) *caller {
	return &caller{s: d.stage, name: "a program", secret: secret}
}

// startsSession sends an ID token with the e-mail address.
func (d *desk) startsSession(c *caller, email string, changes identitytest.Claims) *reply {
	d.t.Helper()
	token := d.issuer.Token(d.t, d.issuer.Claims(c.name, email, c.name, changes))
	return c.post("/v1/session", map[string]any{"id_token": token})
}

// signsIn returns somebody with a session.
func (d *desk) signsIn(name string) *caller {
	d.t.Helper()
	c := d.stranger(name)
	d.startsSession(c, name+"@example.org", nil).is(http.StatusOK)
	return c
}

// organization returns the address of a new organization of the owner's.
func (d *desk) organization(owner *caller, name string) string {
	d.t.Helper()
	made := owner.post("/v1/admin/organizations", map[string]any{"name": name}).is(http.StatusCreated)
	return "/v1/admin/organizations/" + made.text("id")
}

// draft returns the address of a new campaign of an organization.
func (d *desk) draft(owner *caller, organization, slug string) string {
	d.t.Helper()
	made := owner.post(organization+"/campaigns", map[string]any{
		"name": "Campaign " + slug, "slug": slug, "key_question": map[string]any{"text": "Will they vote?"},
	}).is(http.StatusCreated)
	return "/v1/admin/campaigns/" + made.text("id")
}
