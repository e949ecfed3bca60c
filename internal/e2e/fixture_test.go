package e2e

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// fixture is an organization with one campaign, for one test.
type fixture struct {
	t            *testing.T
	kith         *Kith
	tag          string // part of every address and slug, so that tests do not share any
	owner        *apiclient.Person
	organization string
	campaign     string
	slug         string
	responses    map[string]string // id by text
	items        map[string]string // id by title
	options      map[string]string // id by text
}

// newFixture creates an organization with an owner. The clock shows the machine's time.
func newFixture(t *testing.T) *fixture {
	t.Helper()
	return newFixtureOf(t, kith)
}

// newFixtureOf returns a fixture of another local cloud.
func newFixtureOf(t *testing.T, k *Kith) *fixture {
	t.Helper()
	fx := &fixture{
		t: t, kith: k, tag: strings.ToLower(rand.Text()[:8]),
		responses: map[string]string{}, items: map[string]string{}, options: map[string]string{},
	}
	fx.ok(k.ResetClock(t.Context()))
	fx.owner = fx.newPerson("Olivia Ortiz")
	var made struct{ ID string }
	fx.post(fx.owner, "/v1/admin/organizations", body{"name": "Team " + fx.tag, "website": "https://example.org"}, &made)
	fx.organization = made.ID
	return fx
}

var notASCII = regexp.MustCompile(`[^\x00-\x7f]`)

// newPerson returns a person who is in no other test. The local part of the email address has the ASCII letters of the name.
func (fx *fixture) newPerson(name string) *apiclient.Person {
	local := strings.ToLower(strings.ReplaceAll(notASCII.ReplaceAllString(name, ""), " ", "."))
	return fx.kith.Person(fmt.Sprintf("%s.%s@example.org", local, fx.tag), name)
}

func (fx *fixture) ok(err error) {
	fx.t.Helper()
	if err != nil {
		fx.t.Fatal(err)
	}
}

func (fx *fixture) post(who *apiclient.Person, path string, in, out any) {
	fx.t.Helper()
	fx.ok(who.Post(fx.t.Context(), path, in, out))
}

func (fx *fixture) put(who *apiclient.Person, path string, in, out any) {
	fx.t.Helper()
	fx.ok(who.Put(fx.t.Context(), path, in, out))
}

func (fx *fixture) patch(who *apiclient.Person, path string, in, out any) {
	fx.t.Helper()
	fx.ok(who.Patch(fx.t.Context(), path, in, out))
}

// update sends a change that is based on the current revision of the resource at the path.
func (fx *fixture) update(who *apiclient.Person, path string, change body) {
	fx.t.Helper()
	fx.ok(who.Update(fx.t.Context(), path, change, nil))
}

func (fx *fixture) delete(who *apiclient.Person, path string) {
	fx.t.Helper()
	fx.ok(who.Delete(fx.t.Context(), path))
}

func (fx *fixture) get(who *apiclient.Person, path string, out any) {
	fx.t.Helper()
	fx.ok(who.Get(fx.t.Context(), path, out))
}

// expectRefused checks that a request fails with a status and that the problem contains a word.
func (fx *fixture) expectRefused(who *apiclient.Person, method, path string, in any, status int, word string) {
	fx.t.Helper()
	fx.expectProblem(who.Do(fx.t.Context(), method, path, in, nil), status, word)
}

// expectProblem checks that an error is a problem with a status and that it contains a word.
func (fx *fixture) expectProblem(err error, status int, word string) {
	fx.t.Helper()
	if apiclient.Status(err) != status || !strings.Contains(strings.ToLower(fmt.Sprint(err)), strings.ToLower(word)) {
		fx.t.Errorf("want %d with %q, got %v", status, word, err)
	}
}

// admin and mine return the campaign's paths for administrators and for mobilizers.
func (fx *fixture) admin() string { return "/v1/admin/campaigns/" + fx.campaign }

func (fx *fixture) mine() string { return "/v1/mobilizer/campaigns/" + fx.campaign }

// createDraft creates the campaign with a Key Question and an action item of each type.
func (fx *fixture) createDraft() {
	fx.t.Helper()
	fx.slug = "team-" + fx.tag
	var made struct{ ID, Status string }
	fx.post(fx.owner, "/v1/admin/organizations/"+fx.organization+"/campaigns", body{
		"name": "Walk the block", "slug": fx.slug, "description": "Talk to **everyone**.", "time_zone": "America/New_York",
	}, &made)
	if made.Status != "draft" {
		fx.t.Errorf("a new campaign is %q, want a draft", made.Status)
	}
	fx.campaign = made.ID
	fx.putKeyQuestion(body{"text": "No", "value": 7}, body{"text": "Maybe", "value": -1}, body{"text": `Yes, "sure"`, "value": 40})
	fx.item(body{"type": "TASK", "title": "Give the flyer", "nickname": "Flyer", "target": body{"everyone": true}})
	fx.item(body{
		"type": "QUESTION_MULTIPLE_CHOICE", "title": "How will they vote?",
		"target":  body{"response_ids": []string{fx.responses["Maybe"], fx.responses[`Yes, "sure"`]}},
		"options": []body{{"text": "By mail", "value": "M"}, {"text": "In person"}, {"text": "Early"}},
	})
	fx.item(body{
		"type": "QUESTION_FREE_RESPONSE", "title": "What matters?",
		"target": body{"response_ids": []string{fx.responses["No"]}, "no_response": true},
	})
}

type identified struct{ ID, Text string }

// putKeyQuestion writes the Key Question and stores the ids of its responses.
func (fx *fixture) putKeyQuestion(responses ...body) {
	fx.t.Helper()
	var got struct {
		KeyQuestion struct{ Responses []identified } `json:"key_question"`
	}
	fx.ok(fx.owner.UpdateKeyQuestion(fx.t.Context(), fx.admin(), body{"text": "Will they vote for the park?", "responses": responses}, &got))
	if len(got.KeyQuestion.Responses) != len(responses) {
		fx.t.Fatalf("%d responses, want %d", len(got.KeyQuestion.Responses), len(responses))
	}
	for _, r := range got.KeyQuestion.Responses {
		fx.responses[r.Text] = r.ID
	}
}

func (fx *fixture) item(in body) {
	fx.t.Helper()
	var made struct {
		ID      string
		Options []identified
	}
	fx.post(fx.owner, fx.admin()+"/action-items", in, &made)
	fx.items[fmt.Sprint(in["title"])] = made.ID
	for _, o := range made.Options {
		fx.options[o.Text] = o.ID
	}
}

// startCampaign creates and publishes a campaign without a passcode.
func (fx *fixture) startCampaign() {
	fx.t.Helper()
	fx.createDraft()
	fx.post(fx.owner, fx.admin()+"/publish", nil, nil)
}

// join joins a new person to the campaign and returns the membership's id.
func (fx *fixture) join(name string, more body) (*apiclient.Person, string) {
	fx.t.Helper()
	who := fx.newPerson(name)
	first, last, _ := strings.Cut(name, " ")
	profile := body{"slug": fx.slug, "first_name": first, "last_name": last, "consent": false}
	for field, value := range more {
		profile[field] = value
	}
	var made struct{ ID string }
	fx.post(who, "/v1/mobilizer/join", profile, &made)
	return who, made.ID
}

// add adds a contact and returns its id.
func (fx *fixture) add(who *apiclient.Person, details body) string {
	fx.t.Helper()
	var made struct{ ID string }
	fx.post(who, fx.mine()+"/contacts", details, &made)
	return made.ID
}

func (fx *fixture) contact(id string) string { return fx.mine() + "/contacts/" + id }

// importVoters uploads a voter file, waits until it is imported and returns it.
func (fx *fixture) importVoters(state string, rows ...string) voterFile {
	fx.t.Helper()
	files := "/v1/admin/organizations/" + fx.organization + "/voter-files"
	var made struct {
		ID     string
		Upload struct {
			URL     string
			Headers map[string]string
		}
	}
	content := []byte(strings.Join(rows, "\n") + "\n")
	fx.post(fx.owner, files, body{"state": state, "bytes": len(content)}, &made)
	fx.ok(upload(fx.t.Context(), made.Upload.URL, made.Upload.Headers, content))
	var raw json.RawMessage
	fx.ok(Until(fx.t.Context(), time.Minute, untilReady(fx.owner, files+"/"+made.ID, &raw)))
	var record voterFile
	fx.ok(json.Unmarshal(raw, &record))
	return record
}

type voterFile struct {
	ID       string
	State    string
	Status   string
	Rows     int
	Imported int
	Rejected int
}

// analytics is the Analytics page.
type analytics struct {
	Totals struct {
		Mobilizers  int
		Contacts    int
		Average     share `json:"average_contacts_per_mobilizer"`
		Matched     share `json:"matched_contacts"`
		Touched     share `json:"contacts_with_relational_touchpoints"`
		Touchpoints int   `json:"relational_touchpoints"`
		Answered    share `json:"contacts_with_key_question_response"`
	}
	Ladder []struct {
		Text     string
		Contacts share
	}
	Items []struct {
		Title     string
		Eligible  int
		Responded share
		Completed *share
		Options   []struct {
			Text     string
			Contacts share
		}
		NoLonger int `json:"answered_no_longer_eligible"`
	} `json:"action_items"`
	Archived []struct{ Title string } `json:"archived_action_items"`
	Days     []struct {
		Day         string
		Contacts    int `json:"contacts_added"`
		Touchpoints int `json:"relational_touchpoints"`
	}
	AsOf    string `json:"as_of"`
	Recount *struct {
		Drift, Repaired, Pending int
		VerifiedAt               string `json:"verified_at"`
	}
}

// share is a count, its total, and the percentage or the average.
type share struct {
	Count, Of        int
	Percent, Average *float64
}

// analytics waits for the counters and reads the Analytics page.
func (fx *fixture) analytics() analytics {
	fx.t.Helper()
	fx.ok(kith.Settle(fx.t.Context()))
	var page analytics
	fx.get(fx.owner, fx.admin()+"/analytics", &page)
	return page
}

// export creates an export and downloads it.
func (fx *fixture) export(kind string) *File {
	fx.t.Helper()
	fx.ok(kith.Settle(fx.t.Context()))
	file, err := kith.Export(fx.t.Context(), fx.owner, fx.campaign, map[string]any{"type": kind})
	fx.ok(err)
	return file
}

// expectNotFound checks that a path answers 404 to a person.
func (fx *fixture) expectNotFound(who *apiclient.Person, path string) {
	fx.t.Helper()
	fx.expectRefused(who, http.MethodGet, path, nil, http.StatusNotFound, "")
}
