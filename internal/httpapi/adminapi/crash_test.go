package adminapi_test

import (
	"fmt"
	"maps"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/organization"
)

// crashFixture is an organization with a campaign, the subject of one request.
type crashFixture struct {
	*httpapitest.Fixture
	n                    int
	ana, ben             *httpapitest.Client
	organization         string
	benUser              string
	campaign, item, last string
}

func newCrashFixture(d *httpapitest.Fixture, n int, ana, ben *httpapitest.Client) *crashFixture {
	d.T.Helper()
	s := &crashFixture{Fixture: d, n: n, ana: ana, ben: ben}
	d.Now = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC) // every fixture has the same times
	s.organization = d.CreateOrganization(ana, "Vecinos")
	s.benUser = d.AddAdministrator(s.organization, ben, organization.Owner)
	s.campaign = d.CreateCampaign(ana, s.organization, fmt.Sprint("scene-", n))
	items := s.campaign + "/action-items/"
	s.item = items + ana.Post(s.campaign+"/action-items", map[string]any{"type": "TASK", "title": "Flyer"}).ExpectStatus(http.StatusCreated).Text("id")
	d.Advance(time.Millisecond)
	s.last = items + ana.Post(s.campaign+"/action-items", map[string]any{"type": "TASK", "title": "Sign"}).ExpectStatus(http.StatusCreated).Text("id")
	d.Advance(time.Millisecond)
	return s
}

// withRevision returns a body with the revision at a path of member names of a resource.
func (s *crashFixture) withRevision(resource string, body map[string]any, names ...string) map[string]any {
	based := maps.Clone(body)
	based["revision"] = s.ana.Get(resource).ExpectStatus(http.StatusOK).Text(names...)
	return based
}

var anyRevision = regexp.MustCompile(`"revision":"[0-9a-f]+"`)

// state returns everything that administrators can read of the fixture, with ids numbered in order of appearance.
func (s *crashFixture) state() string {
	s.T.Helper()
	var b strings.Builder
	show := func(path string) *httpapitest.Reply {
		r := s.ana.Get(path).ExpectStatus(http.StatusOK)
		b.WriteString(r.Raw)
		return r
	}
	show(s.organization)
	show(s.organization + "/administrators")
	for _, c := range show(s.organization + "/campaigns").List("items") {
		show(fmt.Sprint("/v1/admin/campaigns/", c["id"], "/action-items"))
		show(fmt.Sprint("/v1/admin/campaigns/", c["id"], "/contacts?sort=name")) // whose view exists from the creation on
	}
	numbers := map[string]string{}
	text := httpapitest.IDPattern.ReplaceAllStringFunc(b.String(), func(id string) string {
		if numbers[id] == "" {
			numbers[id] = fmt.Sprint("id-", len(numbers)+1)
		}
		return numbers[id]
	})
	text = anyRevision.ReplaceAllString(text, `"revision":"…"`)
	return strings.ReplaceAll(text, fmt.Sprint("scene-", s.n), "scene")
}

// TestAdminRoutes_CrashAtEachCall_RetryCompletes fails each store call of each request in turn, before and after it takes effect, and
// repeats the request with its key: the result is that of one run without a crash.
func TestAdminRoutes_CrashAtEachCall_RetryCompletes(t *testing.T) {
	type request struct {
		method, path string
		body         any
	}
	text := map[string]any{"text": "Will they?", "responses": []map[string]any{{"text": "No", "value": 0}, {"text": "Yes", "value": 1}}}
	for _, c := range []struct {
		name string
		of   func(*crashFixture) request
	}{
		{"edit organization", func(s *crashFixture) request {
			return request{http.MethodPatch, s.organization, s.withRevision(s.organization, map[string]any{"name": "Neighbors"}, "revision")}
		}},
		{"create campaign", func(s *crashFixture) request {
			return request{http.MethodPost, s.organization + "/campaigns", map[string]any{"name": "More", "slug": fmt.Sprint("scene-", s.n, "-more")}}
		}},
		{"edit administrator", func(s *crashFixture) request {
			return request{http.MethodPatch, s.organization + "/administrators/" + s.benUser, map[string]any{"role": "admin"}}
		}},
		{"remove administrator", func(s *crashFixture) request {
			return request{http.MethodDelete, s.organization + "/administrators/" + s.benUser, nil}
		}},
		{"edit campaign", func(s *crashFixture) request {
			return request{http.MethodPatch, s.campaign, s.withRevision(s.campaign, map[string]any{"slug": fmt.Sprint("scene-", s.n, "-moved"), "description": "Hello"}, "revision")}
		}},
		{"set key question", func(s *crashFixture) request {
			return request{http.MethodPut, s.campaign + "/key-question", s.withRevision(s.campaign, text, "key_question", "revision")}
		}},
		{"set passcode", func(s *crashFixture) request { return request{http.MethodPost, s.campaign + "/passcode", nil} }},
		{"publish", func(s *crashFixture) request { return request{http.MethodPost, s.campaign + "/publish", nil} }},
		{"create action item", func(s *crashFixture) request {
			return request{http.MethodPost, s.campaign + "/action-items", map[string]any{"type": "TASK", "title": "Third"}}
		}},
		{"edit action item", func(s *crashFixture) request {
			return request{http.MethodPatch, s.item, s.withRevision(s.item, map[string]any{"nickname": "F"}, "revision")}
		}},
		{"archive action item", func(s *crashFixture) request { return request{http.MethodPost, s.item + "/archive", nil} }},
		{"order action items", func(s *crashFixture) request {
			return request{http.MethodPut, s.campaign + "/action-items/order", map[string]any{"action_item_ids": []string{httpapitest.LastSegment(s.last), httpapitest.LastSegment(s.item)}}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := httpapitest.New(t)
			ana, ben := d.SignIn("ana"), d.SignIn("ben")
			clean := newCrashFixture(d, 0, ana, ben)
			r := c.of(clean)
			d.Faults.FailCall(0, false)
			if got := ana.Do(r.method, r.path, r.body, "key"); got.Status >= 300 {
				t.Fatalf("a clean run answers %d: %s", got.Status, got.Raw)
			}
			calls := d.Faults.Calls()
			want := clean.state()
			n := 0
			for call, late := range httpapitest.EachFailure(calls) {
				n++
				s := newCrashFixture(d, n, ana, ben)
				r := c.of(s)
				key := fmt.Sprint("key-", n)
				d.Faults.FailCall(call, late)
				ana.Do(r.method, r.path, r.body, key).ExpectProblem(http.StatusServiceUnavailable, "unavailable", "try again")
				d.Faults.FailCall(0, false)
				again := ana.Do(r.method, r.path, r.body, key)
				done := r.method == http.MethodDelete && again.Status == http.StatusNotFound || late && again.Text("code") == "changed_meanwhile"
				if again.Status >= 300 && !done {
					t.Errorf("repeated after call %d (done: %v), it answers %d: %s", call, late, again.Status, again.Raw)
				}
				if diff := cmp.Diff(want, s.state()); diff != "" {
					t.Errorf("after call %d (done: %v) of %d and a repetition (-clean +this):\n%s", call, late, len(calls), diff)
				}
			}
		})
	}
}
