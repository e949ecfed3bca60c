package httpapi

import (
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// scene is an organization with a campaign that a request is about.
type scene struct {
	*desk
	n                    int
	ana, ben             *caller
	organization         string
	benUser              string
	campaign, item, last string
}

func (d *desk) scene(n int, ana, ben *caller) *scene {
	d.t.Helper()
	s := &scene{desk: d, n: n, ana: ana, ben: ben}
	d.now = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC) // every scene has the same times
	s.organization = d.organization(ana, "Vecinos")
	s.benUser = ana.post(s.organization+"/administrators", map[string]any{"email": "ben@example.org"}).is(http.StatusCreated).text("user")
	s.campaign = d.draft(ana, s.organization, fmt.Sprint("scene-", n))
	items := s.campaign + "/action-items/"
	s.item = items + ana.post(s.campaign+"/action-items", map[string]any{"type": "TASK", "title": "Flyer"}).is(http.StatusCreated).text("id")
	d.later(time.Millisecond)
	s.last = items + ana.post(s.campaign+"/action-items", map[string]any{"type": "TASK", "title": "Sign"}).is(http.StatusCreated).text("id")
	d.later(time.Millisecond)
	return s
}

var (
	anyID       = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}`)
	anyRevision = regexp.MustCompile(`"revision":"[0-9a-f]+"`)
)

// state is all that administrators see of the scene, with ids numbered in the order in which they come.
func (s *scene) state() string {
	s.t.Helper()
	var b strings.Builder
	show := func(path string) *reply {
		r := s.ana.get(path).is(http.StatusOK)
		b.WriteString(r.raw)
		return r
	}
	show(s.organization)
	show(s.organization + "/administrators")
	for _, c := range show(s.organization + "/campaigns").list("items") {
		show(fmt.Sprint("/v1/admin/campaigns/", c["id"], "/action-items"))
	}
	numbers := map[string]string{}
	text := anyID.ReplaceAllStringFunc(b.String(), func(id string) string {
		if numbers[id] == "" {
			numbers[id] = fmt.Sprint("id-", len(numbers)+1)
		}
		return numbers[id]
	})
	text = anyRevision.ReplaceAllString(text, `"revision":"…"`)
	return strings.ReplaceAll(text, fmt.Sprint("scene-", s.n), "scene")
}

// TestCrashInAnyRequestOfAdministrators breaks each store call of each request in turn, before the store
// has done it and after, and repeats the request under its key: what is there at the end is what one clean run leaves.
func TestCrashInAnyRequestOfAdministrators(t *testing.T) {
	type request struct {
		method, path string
		body         any
	}
	text := map[string]any{"text": "Will they?", "responses": []map[string]any{{"text": "No", "value": 0}, {"text": "Yes", "value": 1}}}
	for _, c := range []struct {
		name string
		of   func(*scene) request
	}{
		{"edit organization", func(s *scene) request {
			return request{http.MethodPatch, s.organization, map[string]any{"name": "Neighbors"}}
		}},
		{"create campaign", func(s *scene) request {
			return request{http.MethodPost, s.organization + "/campaigns", map[string]any{"name": "More", "slug": fmt.Sprint("scene-", s.n, "-more")}}
		}},
		{"add administrator", func(s *scene) request {
			return request{http.MethodPost, s.organization + "/administrators", map[string]any{"email": "cleo@example.org"}}
		}},
		{"edit administrator", func(s *scene) request {
			return request{http.MethodPatch, s.organization + "/administrators/" + s.benUser, map[string]any{"role": "owner"}}
		}},
		{"remove administrator", func(s *scene) request {
			return request{http.MethodDelete, s.organization + "/administrators/" + s.benUser, nil}
		}},
		{"edit campaign", func(s *scene) request {
			return request{http.MethodPatch, s.campaign, map[string]any{"slug": fmt.Sprint("scene-", s.n, "-moved"), "description": "Hello"}}
		}},
		{"set key question", func(s *scene) request { return request{http.MethodPut, s.campaign + "/key-question", text} }},
		{"set passcode", func(s *scene) request { return request{http.MethodPost, s.campaign + "/passcode", nil} }},
		{"publish", func(s *scene) request { return request{http.MethodPost, s.campaign + "/publish", nil} }},
		{"create action item", func(s *scene) request {
			return request{http.MethodPost, s.campaign + "/action-items", map[string]any{"type": "TASK", "title": "Third"}}
		}},
		{"edit action item", func(s *scene) request {
			return request{http.MethodPatch, s.item, map[string]any{"nickname": "F"}}
		}},
		{"archive action item", func(s *scene) request { return request{http.MethodPost, s.item + "/archive", nil} }},
		{"order action items", func(s *scene) request {
			return request{http.MethodPut, s.campaign + "/action-items/order", map[string]any{"items": []string{last(s.last), last(s.item)}}}
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := newDesk(t)
			ana, ben := d.signsIn("ana"), d.signsIn("ben")
			d.signsIn("cleo")
			clean := d.scene(0, ana, ben)
			r := c.of(clean)
			d.faults.arm(0, false)
			if got := ana.request(r.method, r.path, r.body, "key"); got.status >= 300 {
				t.Fatalf("a clean run answers %d: %s", got.status, got.raw)
			}
			calls := len(d.faults.count())
			want := clean.state()
			n := 0
			for call := range calls {
				for _, late := range []bool{false, true} {
					n++
					s := d.scene(n, ana, ben)
					r := c.of(s)
					key := fmt.Sprint("key-", n)
					d.faults.arm(call+1, late)
					ana.request(r.method, r.path, r.body, key).refused(http.StatusServiceUnavailable, "unavailable", "try again")
					d.faults.arm(0, false)
					again := ana.request(r.method, r.path, r.body, key)
					if again.status >= 300 && (r.method != http.MethodDelete || again.status != http.StatusNotFound) {
						t.Errorf("repeated after call %d (done: %v), it answers %d: %s", call+1, late, again.status, again.raw)
					}
					if diff := cmp.Diff(want, s.state()); diff != "" {
						t.Errorf("after call %d (done: %v) of %d and a repetition (-clean +this):\n%s", call+1, late, calls, diff)
					}
				}
			}
		})
	}
}

func TestCrashStartingASession(t *testing.T) {
	d := newDesk(t)
	ben := d.signsIn("ben")
	start := func(c *caller, email string) *reply { return d.startsSession(c, email, nil) }
	calls := func(name string, known bool) int {
		c := d.stranger(name)
		if known {
			start(c, name+"@example.org").is(http.StatusOK)
			d.organization(c, name)
		}
		d.faults.arm(0, false)
		start(c, name+"-new@example.org").is(http.StatusOK)
		return len(d.faults.count())
	}
	for _, known := range []bool{false, true} {
		total := calls(fmt.Sprint("clean-", known), known)
		for call := range total {
			for _, late := range []bool{false, true} {
				name := fmt.Sprintf("%v-%d-%v", known, call, late)
				c := d.stranger(name)
				organization := ""
				if known {
					start(c, name+"@example.org").is(http.StatusOK)
					organization = d.organization(c, name)
				}
				d.faults.arm(call+1, late)
				start(c, name+"-new@example.org").refused(http.StatusServiceUnavailable, "unavailable", "try again")
				d.faults.arm(0, false)
				first := start(c, name+"-new@example.org").is(http.StatusOK)
				if again := start(c, name+"-new@example.org").is(http.StatusOK); again.text("user", "id") != first.text("user", "id") || again.text("user", "email") != name+"-new@example.org" {
					t.Errorf("%s: %s, then %s", name, first.raw, again.raw)
				}
				third := d.organization(ben, "Third")
				ben.post(third+"/administrators", map[string]any{"email": name + "-new@example.org"}).is(http.StatusCreated)
				if known {
					ben.post(third+"/administrators", map[string]any{"email": name + "@example.org"}).is(http.StatusUnprocessableEntity)
					if admin := c.get(organization + "/administrators").list("items")[0]; admin["email"] != name+"-new@example.org" {
						t.Errorf("%s: the administrator is %v", name, admin)
					}
				}
			}
		}
	}
}
