package adminapi_test

import (
	"fmt"
	"maps"
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// revisioned is a resource that an update replaces on condition of its revision.
type revisioned struct {
	name     string
	method   string
	path     string
	read     string   // path of the resource that a conflict contains
	revision []string // member of the resource
	body     func(n int) map[string]any
	current  []string // member that the update changes
}

func newRevisionedFixture(t *testing.T) (*httpapitest.Client, []revisioned) {
	t.Helper()
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	organization := d.CreateOrganization(ana, "Vecinos")
	campaign := d.CreateCampaign(ana, organization, "revisions")
	item := campaign + "/action-items/" +
		ana.Post(campaign+"/action-items", map[string]any{"type": "TASK", "title": "first"}).ExpectStatus(http.StatusCreated).Text("id")
	responses := wanted(ana.Get(campaign).List("key_question", "responses"), -1)
	titled := func(member string) func(int) map[string]any {
		return func(n int) map[string]any { return map[string]any{member: fmt.Sprint("Version ", n)} }
	}
	return ana, []revisioned{
		{"organization", http.MethodPatch, organization, organization, []string{"revision"}, titled("name"), []string{"name"}},
		{"campaign", http.MethodPatch, campaign, campaign, []string{"revision"}, titled("name"), []string{"name"}},
		{"action item", http.MethodPatch, item, item, []string{"revision"}, titled("title"), []string{"title"}},
		{"Key Question", http.MethodPut, campaign + "/key-question", campaign, []string{"key_question", "revision"}, func(n int) map[string]any {
			return map[string]any{"text": fmt.Sprint("Version ", n), "responses": responses}
		}, []string{"key_question", "text"}},
	}
}

// with returns the body of an update that is based on a revision.
func (r *revisioned) with(n int, revision string) map[string]any {
	body := maps.Clone(r.body(n))
	body["revision"] = revision
	return body
}

func TestUpdate_SixAtOnceOnOneRevision_OneTakesEffect(t *testing.T) {
	t.Parallel()
	ana, all := newRevisionedFixture(t)
	for _, r := range all {
		revision := ana.Get(r.read).Text(r.revision...)
		replies := httpapitest.Concurrently(6, func(n int) *httpapitest.Reply { return ana.Do(r.method, r.path, r.with(n, revision), "") })
		var saved *httpapitest.Reply
		for _, reply := range replies {
			if reply.Status == http.StatusOK {
				if saved != nil {
					t.Errorf("%s: two updates of one revision took effect: %s and %s", r.name, saved.Raw, reply.Raw)
				}
				saved = reply
			}
		}
		if saved == nil {
			t.Fatalf("%s: no update took effect", r.name)
		}
		for _, reply := range replies {
			if reply == saved {
				continue
			}
			reply.ExpectProblem(http.StatusConflict, "changed_meanwhile", "Another administrator")
			if got, want := reply.Text(append([]string{"current"}, r.current...)...), saved.Text(r.current...); got != want {
				t.Errorf("%s: the conflict has the current state %q, want %q: %s", r.name, got, want, reply.Raw)
			}
		}
	}
}

func TestUpdate_WithoutRevision_IsRefused(t *testing.T) {
	t.Parallel()
	ana, all := newRevisionedFixture(t)
	for _, r := range all {
		ana.Do(r.method, r.path, r.body(1), "").ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"revision"`)
		ana.Do(r.method, r.path, r.with(1, ""), "").ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"revision"`)
	}
}

func TestUpdate_RepeatedOnOldRevision_ChangesNothing(t *testing.T) {
	t.Parallel()
	ana, all := newRevisionedFixture(t)
	for _, r := range all {
		body := r.with(1, ana.Get(r.read).Text(r.revision...))
		first := ana.Do(r.method, r.path, body, "").ExpectStatus(http.StatusOK)
		if again := ana.Do(r.method, r.path, body, "").ExpectStatus(http.StatusOK); again.Raw != first.Raw {
			t.Errorf("%s: the repetition answers %s, want %s", r.name, again.Raw, first.Raw)
		}
	}
}
