package httpapi

import (
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/objects"
	org "github.com/kithhq/kith/internal/organization"
)

// route is one operation of the description.
type route struct {
	method, path string
	op           *huma.Operation
}

func (r route) String() string { return r.method + " " + r.path }

// routes are all operations of the description, in order.
func routes() []route {
	var all []route
	for path, item := range Whole().OpenAPI().Paths {
		for method, op := range map[string]*huma.Operation{
			http.MethodGet: item.Get, http.MethodPut: item.Put, http.MethodPost: item.Post,
			http.MethodPatch: item.Patch, http.MethodDelete: item.Delete,
		} {
			if op != nil {
				all = append(all, route{method, path, op})
			}
		}
	}
	slices.SortFunc(all, func(a, b route) int { return strings.Compare(a.path+a.method, b.path+b.method) })
	return all
}

var inBraces = regexp.MustCompile(`\{(\w+)\}`)

// names are the path values that the route takes, outermost first.
func (r route) names() []string {
	var names []string
	for _, found := range inBraces.FindAllStringSubmatch(r.path, -1) {
		names = append(names, found[1])
	}
	return names
}

// at puts ids into the route's path.
func (r route) at(t *testing.T, ids map[string]string) string {
	t.Helper()
	return inBraces.ReplaceAllStringFunc(r.path, func(braced string) string {
		name := r.thing(strings.Trim(braced, "{}"))
		id, ok := ids[name]
		if !ok {
			t.Fatalf("%s takes a %s: give the tenants of this test one", r, name)
		}
		return id
	})
}

// thing is what a path value names in this route, where different things go by one name.
func (r route) thing(name string) string {
	switch {
	case name == "note" && strings.Contains(r.path, "management-notes"):
		return "management-note"
	case (name == "invitation" || name == "ask") && strings.Contains(r.path, "/organizations/"):
		return "administrator-" + name
	}
	return name
}

// bodies are requests that the schema alone does not make right.
var bodies = map[string]any{
	"match-contact": map[string]any{"status": "NO_MATCHES"},
	"match-myself":  map[string]any{"status": "NO_MATCHES"},
	"respond":       map[string]any{"completed": true},
}

// body is a request that the route's schema accepts.
func (r route) body(doc *huma.OpenAPI) any {
	if r.op.RequestBody == nil {
		return nil
	}
	if body, ok := bodies[r.op.OperationID]; ok {
		return body
	}
	if r.op.RequestBody.Content["text/csv"] != nil {
		return []byte("email,first_name,last_name\nlist@example.org,Lis,Tell\n")
	}
	return sample(doc, r.op.RequestBody.Content["application/json"].Schema)
}

func sample(doc *huma.OpenAPI, schema *huma.Schema) any {
	if schema.Ref != "" {
		schema = doc.Components.Schemas.SchemaFromRef(schema.Ref)
	}
	switch {
	case len(schema.Examples) > 0:
		return schema.Examples[0]
	case len(schema.Enum) > 0:
		return schema.Enum[0]
	}
	switch schema.Type {
	case huma.TypeObject:
		object := map[string]any{}
		for name, property := range schema.Properties {
			if slices.Contains(schema.Required, name) || property.Type == huma.TypeString {
				object[name] = sample(doc, property)
			}
		}
		return object
	case huma.TypeArray:
		return []any{sample(doc, schema.Items)}
	case huma.TypeBoolean:
		return true
	case huma.TypeInteger, huma.TypeNumber:
		return 1
	default:
		return "x"
	}
}

// tenant is an organization with something of every kind.
type tenant struct {
	owner, admin, former, mobilizer, second, leaver *caller
	ids                                             map[string]string // of the mobilizer's things, by path value
	other                                           map[string]string // the same of another campaign of the organization
}

func (d *desk) tenant(name string) *tenant {
	d.t.Helper()
	x, organization, common := d.lone(name)
	x.other = d.things(x, organization, name+"-second", common)
	return x
}

// lone is a tenant with one campaign, and what making another takes: the organization's path, and the ids of both.
func (d *desk) lone(name string) (*tenant, string, map[string]string) {
	d.t.Helper()
	who := func(role string) *caller { return d.signsIn(name + "-" + role) }
	x := &tenant{
		owner: who("owner"), admin: who("admin"), former: who("former"), mobilizer: who("mobilizer"), second: who("second"),
		leaver: who("leaver"),
	}
	organization := d.organization(x.owner, name)
	admins := organization + "/administrators"
	user := x.owner.post(admins, map[string]any{"email": name + "-admin@example.org"}).is(http.StatusCreated).text("user")
	former := x.owner.post(admins, map[string]any{"email": name + "-former@example.org"}).is(http.StatusCreated).text("user")
	file := x.owner.post(organization+"/voter-files", map[string]any{"state": "MA"}).is(http.StatusCreated).text("id")
	common := map[string]string{"organization": last(organization), "user": user, "file": file}
	d.invitedToAdminister(x, organization, common)
	x.ids = d.things(x, organization, name+"-first", common)
	x.owner.del(admins + "/" + former).is(http.StatusNoContent)
	return x, organization, common
}

func last(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// things makes a campaign with something of every kind and returns the ids.
func (d *desk) things(x *tenant, organization, slug string, common map[string]string) map[string]string {
	d.t.Helper()
	admin := d.draft(x.owner, organization, slug)
	x.owner.post(admin+"/publish", nil).is(http.StatusOK)
	ids := map[string]string{"slug": slug, "campaign": last(admin)}
	for name, id := range common {
		ids[name] = id
	}
	made := func(c *caller, path string, body any) string {
		d.t.Helper()
		return c.post(path, body).is(http.StatusCreated).text("id")
	}
	ids["item"] = made(x.owner, admin+"/action-items", map[string]any{"type": "TASK", "title": "Flyer"})
	ids["export"] = made(x.owner, admin+"/exports", map[string]any{"type": "contacts"})
	ids["schedule"] = made(x.owner, admin+"/schedules", map[string]any{"type": "contacts", "hour": 3})
	token := x.owner.post(admin+"/tokens", map[string]any{"name": "Load of " + slug}).is(http.StatusCreated)
	ids["service_token"], ids["secret"] = token.text("id"), token.text("token")
	d.program(ids["secret"]).get(pipelinePaths + "campaigns/" + ids["campaign"] + "/exports").is(http.StatusOK) // its use is noted
	ids["mobilizer"] = made(x.mobilizer, "/v1/mobilizer/join", joining(slug))
	made(x.second, "/v1/mobilizer/join", joining(slug))
	made(x.leaver, "/v1/mobilizer/join", joining(slug))
	mine := "/v1/mobilizer/campaigns/" + ids["campaign"]
	ids["contact"] = made(x.mobilizer, mine+"/contacts", map[string]any{"first_name": "Nell"})
	ids["note"] = made(x.mobilizer, mine+"/contacts/"+ids["contact"]+"/notes", map[string]any{"content": "Called."})
	ids["management-note"] = made(x.owner, admin+"/mobilizers/"+ids["mobilizer"]+"/management-notes", map[string]any{"content": "1:1"})
	d.invited(ids, made(x.owner, admin+"/invitations", map[string]any{
		"email": guestOf(slug) + "@example.org", "first_name": "Gus", "last_name": "Guest",
	}))
	ids["ask"] = d.asks(x, admin+"/invitations/"+ids["invitation"], ids["token"])
	x.leaver.post(mine+"/leave", map[string]any{"contacts": "keep"}).is(http.StatusOK)
	return ids
}

// pipelinePaths is what the paths of routes for programs begin with.
const pipelinePaths = "/v1/pipeline/"

// invitedToAdminister notes an invitation to administer, with the token of its link.
func (d *desk) invitedToAdminister(x *tenant, organization string, ids map[string]string) {
	d.t.Helper()
	made := x.owner.post(organization+"/invitations", map[string]any{
		"email": adminGuestOf(ids) + "@example.org", "first_name": "Ada", "last_name": "Guest", "role": "admin",
	}).is(http.StatusCreated).text("id")
	target := invitation.Target{Organization: org.ID(ids["organization"])}
	i, err := d.store.Invitation(d.t.Context(), target, invitation.ID(made))
	if err != nil {
		d.t.Fatal(err)
	}
	i.RecordSent(i.Generation, invitation.Lifetime, d.now)
	d.commit(d.store.UpdateInvitation(i)...)
	ids["administrator-invitation"], ids["administrator-token"] = made, invitation.NewTokens(stageSecret).Accept(i)
	ids["administrator-ask"] = d.asks(x, organization+"/invitations/"+made, ids["administrator-token"])
}

// adminGuestOf is the name of whom an organization of the tests invites to administer it.
func adminGuestOf(ids map[string]string) string { return "ada-of-" + ids["organization"] }

// asks has somebody ask to accept an invitation with another address, and returns the id of that.
func (d *desk) asks(x *tenant, at, token string) string {
	d.t.Helper()
	asker := d.signsIn("asker-of-" + last(at))
	asker.post("/v1/mobilizer/invitations/ask", map[string]any{"token": token, "id_token": d.idToken(asker)}).is(http.StatusCreated)
	return x.owner.get(at + "/asks").is(http.StatusOK).list("items")[0]["id"].(string)
}

// idToken is a fresh one of somebody who signs in with the address that signsIn gives them.
func (d *desk) idToken(c *caller) string {
	return d.issuer.Token(d.t, d.issuer.Claims(c.name, strings.ToLower(c.name)+"@example.org", c.name, nil))
}

// guestOf is the name of whom a campaign of the tests invites.
func guestOf(slug string) string { return slug + "-guest" }

// invited notes an invitation, whose mail has gone out, with its links.
func (d *desk) invited(ids map[string]string, invited string) {
	d.t.Helper()
	i, err := d.store.Invitation(d.t.Context(), invitation.Target{Campaign: campaign.ID(ids["campaign"])}, invitation.ID(invited))
	if err != nil {
		d.t.Fatal(err)
	}
	i.RecordSent(i.Generation, invitation.Lifetime, d.now)
	d.commit(d.store.UpdateInvitation(i)...)
	tokens := invitation.NewTokens(stageSecret)
	ids["invitation"], ids["token"], ids["unsubscribe"] = invited, tokens.Accept(i), tokens.Unsubscribe(i)
}

// TestNobodyReachesWhatIsNotTheirs tries every route of the description with another tenant's ids, as everyone who has
// no business there. Nothing but a refusal may come back, and nothing may change.
func TestNobodyReachesWhatIsNotTheirs(t *testing.T) {
	d := newDesk(t)
	bucket := objects.NewBucket(s3.New(s3.Options{Region: "us-east-1", Credentials: d.db.Options().Credentials}), "files")
	RegisterExports(d.api, bucket, stageSecret, time.Minute)
	RegisterSchedules(d.api, bucket, time.Minute)
	RegisterPipeline(d.api, bucket, stageSecret, time.Minute)
	RegisterPipelineSchedules(d.api, bucket, time.Minute)
	RegisterVoterFiles(d.api, bucket, time.Minute)
	RegisterPeople(d.api, stageSecret)
	RegisterAnalytics(d.api)
	a, b := d.tenant("a"), d.tenant("b")
	revoked := d.revokedToken(a)
	nobody, newcomer, anonymous := d.signsIn("nobody"), d.stranger("newcomer"), d.stranger("")
	before := d.everything()
	doc := Whole().OpenAPI()

	for _, r := range routes() {
		t.Run(r.String(), func(t *testing.T) {
			body := r.body(doc)
			refused := func(who string, c *caller, ids map[string]string, statuses ...int) {
				t.Helper()
				path := r.at(t, ids)
				got := c.request(r.method, path, body, "")
				if !slices.Contains(statuses, got.status) || got.text("code") == "" {
					t.Errorf("%s gets %d from %s, want %v: %s", who, got.status, path, statuses, got.raw)
				}
			}
			if len(r.op.Security) == 0 {
				return // public: there is nobody to keep out
			}
			if strings.HasPrefix(r.path, pipelinePaths) {
				refused("another tenant's program", d.program(b.ids["secret"]), a.ids, http.StatusNotFound)
				refused("another campaign's program", d.program(a.other["secret"]), a.ids, http.StatusNotFound)
				refused("a program with a revoked token", d.program(revoked), a.ids, http.StatusUnauthorized)
				refused("a program with a revoked token, elsewhere", d.program(revoked), b.ids, http.StatusUnauthorized)
				refused("a program with a made-up token", d.program("kith_"+strings.Repeat("a", 32)), a.ids, http.StatusUnauthorized)
				refused("a program with half a token", d.program(a.ids["secret"][:20]), a.ids, http.StatusUnauthorized)
				for _, c := range []*caller{anonymous, newcomer, nobody, a.owner, a.admin, a.former, a.mobilizer, a.leaver, b.owner} {
					refused(c.name+", who is no program", c, a.ids, http.StatusUnauthorized)
				}
				for _, name := range r.names() {
					for _, other := range []string{a.ids[name], b.other[name], id7, "x%23y"} {
						refused("a program with a foreign "+name, d.program(b.ids["secret"]), ids(b.ids, name, other), http.StatusNotFound)
					}
				}
				return
			}
			refused("a program", d.program(a.ids["secret"]), a.ids, http.StatusUnauthorized)
			refused("somebody without a token", anonymous, a.ids, http.StatusUnauthorized)
			if len(r.names()) == 0 {
				return // about the caller alone
			}
			refused("somebody without a session", newcomer, a.ids, http.StatusUnauthorized)
			strangers := map[string]*caller{
				"somebody without roles": nobody, "another tenant's owner": b.owner, "another tenant's administrator": b.admin,
				"another tenant's mobilizer": b.mobilizer,
			}
			admins := strings.HasPrefix(r.path, "/v1/admin/")
			if admins {
				strangers["a former administrator"] = a.former
				strangers["a mobilizer"] = a.mobilizer
				strangers["a leaver"] = a.leaver
			} else {
				strangers["an owner"] = a.owner
				strangers["an administrator"] = a.admin
			}
			for who, c := range strangers {
				refused(who, c, a.ids, http.StatusNotFound)
			}
			if strings.Contains(r.op.Description, "For owners") {
				refused("an administrator who is no owner", a.admin, a.ids, http.StatusForbidden)
			}
			if !admins && !strings.Contains(r.op.Description, "after leaving") {
				refused("a leaver", a.leaver, a.ids, http.StatusForbidden)
			}
			if len(r.names()) < 2 {
				return
			}
			own := b.owner
			if !admins {
				own = b.mobilizer
			}
			for _, name := range r.names()[1:] {
				name = r.thing(name)
				mixed := ids(b.ids, name, a.ids[name])
				refused("somebody with another tenant's "+name, own, mixed, http.StatusNotFound)
				if b.other[name] != b.ids[name] {
					refused("somebody with another campaign's "+name, own, ids(b.ids, name, b.other[name]), http.StatusNotFound)
				}
				refused("somebody with an id of nothing", own, ids(b.ids, name, id7), http.StatusNotFound)
				refused("somebody with an id that is none", own, ids(b.ids, name, "x%23y"), http.StatusNotFound)
			}
			if !admins && slices.Contains(r.names(), "contact") {
				refused("another mobilizer of the campaign", a.second, a.ids, http.StatusNotFound)
			}
		})
	}
	if diff := cmp.Diff(before, d.everything()); diff != "" {
		t.Errorf("refused requests changed something (-before +after):\n%s", diff)
	}
}

// revokedToken returns the secret of a service token of the tenant's campaign that was revoked after it had been used.
func (d *desk) revokedToken(x *tenant) string {
	d.t.Helper()
	tokens := "/v1/admin/campaigns/" + x.ids["campaign"] + "/tokens"
	made := x.owner.post(tokens, map[string]any{"name": "Revoked"}).is(http.StatusCreated)
	program, exports := d.program(made.text("token")), pipelinePaths+"campaigns/"+x.ids["campaign"]+"/exports"
	program.get(exports).is(http.StatusOK)
	x.owner.post(tokens+"/"+made.text("id")+"/revoke", nil).is(http.StatusOK)
	program.get(exports).refused(http.StatusUnauthorized, "token_revoked", "was revoked")
	return program.secret
}

// ids are those given, with another one under a name.
func ids(of map[string]string, name, other string) map[string]string {
	changed := map[string]string{name: other}
	for n, id := range of {
		if n != name {
			changed[n] = id
		}
	}
	return changed
}

// everything is each item of Records by its key, as text.
func (d *desk) everything() map[string]string {
	d.t.Helper()
	all := map[string]string{}
	pages := dynamodb.NewScanPaginator(d.db, &dynamodb.ScanInput{TableName: &d.tables.Records, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(d.t.Context())
		if err != nil {
			d.t.Fatal(err)
		}
		for _, item := range page.Items {
			text, err := json.Marshal(item)
			if err != nil {
				d.t.Fatal(err)
			}
			all[fmt.Sprint(item["PK"], item["SK"])] = string(text)
		}
	}
	return all
}
