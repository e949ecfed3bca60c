package e2e

import (
	"crypto/rand"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// team is an organization with one campaign: what most tests begin with. Nobody else knows of it.
type team struct {
	t            *testing.T
	tag          string // in every address and slug, so that tests don't meet
	owner        *apiclient.Person
	organization string
	campaign     string
	slug         string
	responses    map[string]string // id by text
	items        map[string]string // id by title
	options      map[string]string // id by text
}

// newTeam makes a fresh organization with its owner. The clock shows the machine's time.
func newTeam(t *testing.T) *team {
	t.Helper()
	tm := &team{
		t: t, tag: strings.ToLower(rand.Text()[:8]),
		responses: map[string]string{}, items: map[string]string{}, options: map[string]string{},
	}
	tm.ok(kith.ResetClock(t.Context()))
	tm.owner = tm.someone("Olivia Ortiz")
	var made struct{ ID string }
	tm.post(tm.owner, "/v1/admin/organizations", body{"name": "Team " + tm.tag, "website": "https://example.org"}, &made)
	tm.organization = made.ID
	return tm
}

// someone is a person whom no other test knows.
func (tm *team) someone(name string) *apiclient.Person {
	local := strings.ToLower(strings.ReplaceAll(name, " ", "."))
	return kith.Person(fmt.Sprintf("%s.%s@example.org", local, tm.tag), name)
}

func (tm *team) ok(err error) {
	tm.t.Helper()
	if err != nil {
		tm.t.Fatal(err)
	}
}

func (tm *team) post(who *apiclient.Person, path string, in, out any) {
	tm.t.Helper()
	tm.ok(who.Post(tm.t.Context(), path, in, out))
}

func (tm *team) put(who *apiclient.Person, path string, in, out any) {
	tm.t.Helper()
	tm.ok(who.Put(tm.t.Context(), path, in, out))
}

func (tm *team) patch(who *apiclient.Person, path string, in, out any) {
	tm.t.Helper()
	tm.ok(who.Patch(tm.t.Context(), path, in, out))
}

func (tm *team) delete(who *apiclient.Person, path string) {
	tm.t.Helper()
	tm.ok(who.Delete(tm.t.Context(), path))
}

func (tm *team) get(who *apiclient.Person, path string, out any) {
	tm.t.Helper()
	tm.ok(who.Get(tm.t.Context(), path, out))
}

// refused checks that a request is refused with a status and a reason that holds a word.
func (tm *team) refused(who *apiclient.Person, method, path string, in any, status int, word string) {
	tm.t.Helper()
	err := who.Do(tm.t.Context(), method, path, in, nil)
	if apiclient.Status(err) != status || !strings.Contains(strings.ToLower(fmt.Sprint(err)), strings.ToLower(word)) {
		tm.t.Errorf("%s %s: want %d with %q, got %v", method, path, status, word, err)
	}
}

// admin and mine are the campaign's addresses for administrators and for mobilizers.
func (tm *team) admin() string { return "/v1/admin/campaigns/" + tm.campaign }

func (tm *team) mine() string { return "/v1/mobilizer/campaigns/" + tm.campaign }

// draft makes the team's campaign with a Key Question and an action item of each type.
func (tm *team) draft() {
	tm.t.Helper()
	tm.slug = "team-" + tm.tag
	var made struct{ ID, Status string }
	tm.post(tm.owner, "/v1/admin/organizations/"+tm.organization+"/campaigns", body{
		"name": "Walk the block", "slug": tm.slug, "description": "Talk to **everyone**.", "time_zone": "America/New_York",
	}, &made)
	if made.Status != "draft" {
		tm.t.Errorf("a new campaign is %q, want a draft", made.Status)
	}
	tm.campaign = made.ID
	tm.ask(body{"text": "No", "value": 7}, body{"text": "Maybe", "value": -1}, body{"text": `Yes, "sure"`, "value": 40})
	tm.item(body{"type": "TASK", "title": "Give the flyer", "nickname": "Flyer", "target": body{"everyone": true}})
	tm.item(body{
		"type": "QUESTION_MULTIPLE_CHOICE", "title": "How will they vote?",
		"target":  body{"response_ids": []string{tm.responses["Maybe"], tm.responses[`Yes, "sure"`]}},
		"options": []body{{"text": "By mail", "value": "M"}, {"text": "In person"}, {"text": "Early"}},
	})
	tm.item(body{
		"type": "QUESTION_FREE_RESPONSE", "title": "What matters?",
		"target": body{"response_ids": []string{tm.responses["No"]}, "no_response": true},
	})
}

type identified struct{ ID, Text string }

// ask puts the Key Question and notes the ids of its responses.
func (tm *team) ask(responses ...body) {
	tm.t.Helper()
	var got struct {
		KeyQuestion struct{ Responses []identified } `json:"key_question"`
	}
	tm.put(tm.owner, tm.admin()+"/key-question", body{"text": "Will they vote for the park?", "responses": responses}, &got)
	if len(got.KeyQuestion.Responses) != len(responses) {
		tm.t.Fatalf("%d responses, want %d", len(got.KeyQuestion.Responses), len(responses))
	}
	for _, r := range got.KeyQuestion.Responses {
		tm.responses[r.Text] = r.ID
	}
}

func (tm *team) item(in body) {
	tm.t.Helper()
	var made struct {
		ID      string
		Options []identified
	}
	tm.post(tm.owner, tm.admin()+"/action-items", in, &made)
	tm.items[fmt.Sprint(in["title"])] = made.ID
	for _, o := range made.Options {
		tm.options[o.Text] = o.ID
	}
}

// running makes an active campaign without a passcode.
func (tm *team) running() {
	tm.t.Helper()
	tm.draft()
	tm.post(tm.owner, tm.admin()+"/publish", nil, nil)
}

// join lets somebody join the campaign and returns their membership's id.
func (tm *team) join(name string, more body) (*apiclient.Person, string) {
	tm.t.Helper()
	who := tm.someone(name)
	first, last, _ := strings.Cut(name, " ")
	profile := body{"slug": tm.slug, "first_name": first, "last_name": last, "consent": false}
	for field, value := range more {
		profile[field] = value
	}
	var made struct{ ID string }
	tm.post(who, "/v1/mobilizer/join", profile, &made)
	return who, made.ID
}

// add adds one contact and returns its id.
func (tm *team) add(who *apiclient.Person, details body) string {
	tm.t.Helper()
	var made struct{ ID string }
	tm.post(who, tm.mine()+"/contacts", details, &made)
	return made.ID
}

func (tm *team) contact(id string) string { return tm.mine() + "/contacts/" + id }

// importVoters uploads a voter file and waits until it serves. It returns the record.
func (tm *team) importVoters(state string, rows ...string) voterFile {
	tm.t.Helper()
	files := "/v1/admin/organizations/" + tm.organization + "/voter-files"
	var made struct {
		ID     string
		Upload struct {
			URL     string
			Headers map[string]string
		}
	}
	tm.post(tm.owner, files, body{"state": state}, &made)
	tm.ok(upload(tm.t.Context(), made.Upload.URL, made.Upload.Headers, []byte(strings.Join(rows, "\n")+"\n")))
	var raw json.RawMessage
	tm.ok(Until(tm.t.Context(), time.Minute, untilReady(tm.owner, files+"/"+made.ID, &raw)))
	var record voterFile
	tm.ok(json.Unmarshal(raw, &record))
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

// share is a count with what it is a share of, and the percentage or the average that is shown.
type share struct {
	Count, Of        int
	Percent, Average *float64
}

// analytics waits for the counters and reads the page.
func (tm *team) analytics() analytics {
	tm.t.Helper()
	tm.ok(kith.Settle(tm.t.Context()))
	var page analytics
	tm.get(tm.owner, tm.admin()+"/analytics", &page)
	return page
}

// export asks for a file and downloads it.
func (tm *team) export(kind string) *File {
	tm.t.Helper()
	tm.ok(kith.Settle(tm.t.Context()))
	file, err := kith.Export(tm.t.Context(), tm.owner, tm.campaign, map[string]any{"type": kind})
	tm.ok(err)
	return file
}

// gone checks that something is not there for somebody.
func (tm *team) gone(who *apiclient.Person, path string) {
	tm.t.Helper()
	tm.refused(who, http.MethodGet, path, nil, http.StatusNotFound, "")
}
