package httpapitest_test

import (
	"net/http"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/danielgtaylor/huma/v2"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
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
	for path, item := range httpapitest.All().OpenAPI().Paths {
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

// thing returns the name of a path value's id, where routes use one name for different entities.
func (r route) thing(name string) string {
	switch {
	case name == "note" && strings.Contains(r.path, "management-notes"):
		return "management-note"
	case (name == "invitation" || name == "access_request") && strings.Contains(r.path, "/organizations/"):
		return "administrator-" + name
	}
	return name
}

// bodies are requests of routes whose schema accepts more than the route.
var bodies = map[string]any{
	"update-contact-match": map[string]any{"status": "NO_MATCHES"},
	"update-my-match":      map[string]any{"status": "NO_MATCHES"},
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

// TestRoutes_OtherTenant_GetsNothing sends a request to every route with another tenant's ids, as each kind of caller without
// access. Each is rejected and changes nothing.
func TestRoutes_OtherTenant_GetsNothing(t *testing.T) {
	d := httpapitest.New(t)
	a, b := d.NewTenant("a"), d.NewTenant("b")
	revoked := revokedToken(d, a)
	nobody, newcomer, anonymous := d.SignIn("nobody"), d.NewLogin("newcomer"), d.NewLogin("")
	before := httpapitest.AllRecords(d)
	doc := httpapitest.All().OpenAPI()

	for _, r := range routes() {
		t.Run(r.String(), func(t *testing.T) {
			body := r.body(doc)
			refused := func(who string, c *httpapitest.Client, ids map[string]string, statuses ...int) {
				t.Helper()
				path := r.at(t, ids)
				got := c.Do(r.method, path, body, "")
				if !slices.Contains(statuses, got.Status) || got.Text("code") == "" {
					t.Errorf("%s gets %d from %s, want %v: %s", who, got.Status, path, statuses, got.Raw)
				}
			}
			if len(r.op.Security) == 0 {
				return // public: every caller has access
			}
			if strings.HasPrefix(r.path, httpapitest.PipelinePath) {
				refused("another tenant's program", d.TokenClient(b.IDs["secret"]), a.IDs, http.StatusNotFound)
				refused("another campaign's program", d.TokenClient(a.Other["secret"]), a.IDs, http.StatusNotFound)
				refused("a program with a revoked token", d.TokenClient(revoked), a.IDs, http.StatusUnauthorized)
				refused("a program with a revoked token, elsewhere", d.TokenClient(revoked), b.IDs, http.StatusUnauthorized)
				refused("a program with a made-up token", d.TokenClient("kith_"+strings.Repeat("a", 32)), a.IDs, http.StatusUnauthorized)
				refused("a program with half a token", d.TokenClient(a.IDs["secret"][:20]), a.IDs, http.StatusUnauthorized)
				for _, c := range []*httpapitest.Client{anonymous, newcomer, nobody, a.Owner, a.Admin, a.Former, a.Mobilizer, a.Leaver, b.Owner} {
					refused(c.Name+", who is no program", c, a.IDs, http.StatusUnauthorized)
				}
				for _, name := range r.names() {
					for _, other := range []string{a.IDs[name], b.Other[name], httpapitest.UnknownID, "x%23y"} {
						refused("a program with a foreign "+name, d.TokenClient(b.IDs["secret"]), ids(b.IDs, name, other), http.StatusNotFound)
					}
				}
				return
			}
			refused("a program", d.TokenClient(a.IDs["secret"]), a.IDs, http.StatusUnauthorized)
			refused("somebody without a token", anonymous, a.IDs, http.StatusUnauthorized)
			if len(r.names()) == 0 {
				return // about the caller alone
			}
			refused("somebody without a session", newcomer, a.IDs, http.StatusUnauthorized)
			strangers := map[string]*httpapitest.Client{
				"somebody without roles": nobody, "another tenant's owner": b.Owner, "another tenant's administrator": b.Admin,
				"another tenant's mobilizer": b.Mobilizer,
			}
			admins := strings.HasPrefix(r.path, "/v1/admin/")
			if admins {
				strangers["a former administrator"] = a.Former
				strangers["a mobilizer"] = a.Mobilizer
				strangers["a leaver"] = a.Leaver
			} else {
				strangers["an owner"] = a.Owner
				strangers["an administrator"] = a.Admin
			}
			for who, c := range strangers {
				refused(who, c, a.IDs, http.StatusNotFound)
			}
			if strings.Contains(r.op.Description, "For owners") {
				refused("an administrator who is no owner", a.Admin, a.IDs, http.StatusForbidden)
			}
			if !admins && !strings.Contains(r.op.Description, "after leaving") {
				refused("a leaver", a.Leaver, a.IDs, http.StatusForbidden)
			}
			if len(r.names()) < 2 {
				return
			}
			own := b.Owner
			if !admins {
				own = b.Mobilizer
			}
			for _, name := range r.names()[1:] {
				name = r.thing(name)
				mixed := ids(b.IDs, name, a.IDs[name])
				refused("somebody with another tenant's "+name, own, mixed, http.StatusNotFound)
				if b.Other[name] != b.IDs[name] {
					refused("somebody with another campaign's "+name, own, ids(b.IDs, name, b.Other[name]), http.StatusNotFound)
				}
				refused("somebody with an id of nothing", own, ids(b.IDs, name, httpapitest.UnknownID), http.StatusNotFound)
				refused("somebody with an id that is none", own, ids(b.IDs, name, "x%23y"), http.StatusNotFound)
			}
			if !admins && slices.Contains(r.names(), "contact") {
				refused("another mobilizer of the campaign", a.Second, a.IDs, http.StatusNotFound)
			}
		})
	}
	if diff := cmp.Diff(before, httpapitest.AllRecords(d)); diff != "" {
		t.Errorf("refused requests changed something (-before +after):\n%s", diff)
	}
}

// revokedToken returns the secret of a service token of the tenant's campaign that was revoked after it had been used.
func revokedToken(d *httpapitest.Fixture, x *httpapitest.Tenant) string {
	d.T.Helper()
	tokens := "/v1/admin/campaigns/" + x.IDs["campaign"] + "/service-tokens"
	made := x.Owner.Post(tokens, map[string]any{"name": "Revoked"}).ExpectStatus(http.StatusCreated)
	program, exports := d.TokenClient(made.Text("token")), httpapitest.PipelinePath+"campaigns/"+x.IDs["campaign"]+"/exports"
	program.Get(exports).ExpectStatus(http.StatusOK)
	x.Owner.Post(tokens+"/"+made.Text("id")+"/revoke", nil).ExpectStatus(http.StatusOK)
	program.Get(exports).ExpectProblem(http.StatusUnauthorized, "token_revoked", "was revoked")
	return program.Secret
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
