package mobilizerapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// addBoth adds a person alone and in a list of one, and returns both responses: the contact and the row.
func addBoth(ana *httpapitest.Client, person map[string]any, key string) []map[string]any {
	one := ana.Post(ana.Path("contacts"), person).ExpectStatus(http.StatusCreated)
	many := ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), map[string]any{"contacts": []any{person}}, key).ExpectStatus(http.StatusOK)
	return []map[string]any{one.Body, many.List("rows")[0]}
}

func TestAddContact_ValueAsPhonesAndToolsWriteIt_AddsPerson(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	file, err := os.ReadFile("testdata/contact-values.json")
	if err != nil {
		t.Fatal(err)
	}
	var cases []struct{ Name, Field, Input, Want string }
	if err := json.Unmarshal(file, &cases); err != nil {
		t.Fatal(err)
	}
	stored := map[string]string{ // the results of those whose want is prose
		"extension": "+16175550123", "short code / vanity": "", "nickname alone": "",
	}
	for n, c := range cases {
		person := map[string]any{"first_name": "Ben", c.Field: c.Input}
		if c.Field == "preferred_name" {
			delete(person, "first_name")
		}
		want, prose := stored[c.Name]
		if !prose {
			want = c.Want
		}
		for _, added := range addBoth(ana, person, fmt.Sprint("key", n)) {
			id, _ := added["id"].(string)
			contact := ana.Get(ana.Path("contacts", id)).ExpectStatus(http.StatusOK)
			if contact.Text(c.Field) != want {
				t.Errorf("%s: %s is stored as %q, want %q", c.Name, c.Field, contact.Text(c.Field), want)
			}
			if warned := strings.Contains(fmt.Sprint(added["warnings"]), "field:"+c.Field); warned != (c.Name == "short code / vanity") {
				t.Errorf("%s: warnings are %v", c.Name, added["warnings"])
			}
			if c.Field == "preferred_name" && contact.Text("first_name") != "Mom" {
				t.Errorf("%s: the contact is %s", c.Name, contact.Raw)
			}
		}
	}
}

func TestAddContact_OddOptionalValues_AreLeftOutWithReasons(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	for _, added := range addBoth(ana, map[string]any{
		"first_name": "Cher", "phone": "555-555-0123", "email": "cher@", "zip": "2139", "state": "Mass achusetts Bay", "city": strings.Repeat("x", 101),
	}, "key") {
		for _, field := range []string{"phone", "email", "zip", "state", "city"} {
			if !strings.Contains(fmt.Sprint(added["warnings"]), "field:"+field) {
				t.Errorf("%s has no warning: %v", field, added["warnings"])
			}
		}
	}
	ana.Patch(ana.AddContact("Dee"), map[string]any{"phone": "*86"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"phone"`)
	ana.Patch(ana.Path("profile"), map[string]any{"phone": "*86"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"phone"`)
	edited := ana.Patch(ana.Path("profile"), map[string]any{"phone": "tel:+1-617-555-0123;ext=4", "state": "Rhode Island", "zip": "02903-1234"}).ExpectStatus(http.StatusOK)
	if edited.Text("phone") != "+16175550123" || edited.Text("state") != "RI" || edited.Text("zip") != "02903" {
		t.Errorf("the profile became %s", edited.Raw)
	}
	body := httpapitest.JoinBody(s.Campaign.Slug)
	body["phone"] = "555-555-0123"
	s.NewUser("Ben").Post("/v1/mobilizer/join", body).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"phone"`)
}

func TestAddContact_SamePersonAgain_ReportsLikelyDuplicate(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana, ben := s.NewMobilizer("Ana"), s.NewMobilizer("Ben")
	add := func(person map[string]any) *httpapitest.Reply {
		return ana.Post(ana.Path("contacts"), person).ExpectStatus(http.StatusCreated)
	}
	rosa := add(map[string]any{"first_name": "Rosa", "last_name": "Díaz", "phone": "617 555 0123", "email": "rosa@example.org"})
	ben.Post(ben.Path("contacts"), map[string]any{"first_name": "Rosa", "last_name": "Díaz", "phone": "617 555 0123"}).ExpectStatus(http.StatusCreated)
	if rosa.Value("likely_duplicates") != nil {
		t.Errorf("the first Rosa is reported as %s", rosa.Raw)
	}
	for name, c := range map[string]struct {
		person map[string]any
		same   string
	}{
		"phone":        {map[string]any{"first_name": "ROSA", "last_name": "Diaz", "phone": "+1 (617) 555-0123"}, "phone"},
		"email":        {map[string]any{"first_name": "Rosa", "last_name": "Díaz", "email": "Rosa@Example.org"}, "email"},
		"another name": {map[string]any{"first_name": "Rosalía", "last_name": "Díaz", "phone": "617 555 0123"}, ""},
		"name alone":   {map[string]any{"first_name": "Rosa", "last_name": "Díaz"}, ""},
	} {
		for n, added := range addBoth(ana, c.person, "key-"+strings.ReplaceAll(name, " ", "-")) {
			found := fmt.Sprint(added["likely_duplicates"])
			if strings.Contains(found, rosa.Text("id")) != (c.same != "") || !strings.Contains(found, "same:"+c.same) && c.same != "" {
				t.Errorf("%s %d: likely duplicates are %s", name, n, found)
			}
		}
	}
	twice := map[string]any{"contacts": []any{
		map[string]any{"first_name": "Ed", "phone": "617 555 0177"}, map[string]any{"first_name": "Ed", "phone": "617 555 0177"},
	}}
	report := ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), twice, "twice").ExpectStatus(http.StatusOK)
	rows := report.List("rows")
	if report.Number("added") != 2 || rows[0]["likely_duplicates"] != nil || !strings.Contains(fmt.Sprint(rows[1]["likely_duplicates"]), fmt.Sprint(rows[0]["id"])) {
		t.Errorf("the list with one person twice is reported as %s", report.Raw)
	}
	if again := ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), twice, "twice"); again.Raw != report.Raw {
		t.Errorf("repeated, it is reported as %s", again.Raw)
	}
}

func TestMatchContact_VoterOfAnotherContact_ReportsLikelyDuplicate(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	voter := map[string]any{"canonical_voter_id": "MA01"}
	first, second := ana.AddContact("José"), ana.AddContact("Jose")
	if matched := ana.Put(first+"/match", voter).ExpectStatus(http.StatusOK); matched.Value("likely_duplicates") != nil {
		t.Errorf("the first match is reported as %s", matched.Raw)
	}
	for range 2 {
		matched := ana.Put(second+"/match", voter).ExpectStatus(http.StatusOK)
		found := matched.List("likely_duplicates")
		if len(found) != 1 || found[0]["same"] != "voter" || found[0]["contact_id"] != httpapitest.LastSegment(first) {
			t.Errorf("the second match is reported as %s", matched.Raw)
		}
	}
}

// Somebody who adds one person, or changes one, is asked; a list keeps both values and warns.
func TestPlace_StateContradictsZip_IsAskedOrWarned(t *testing.T) {
	t.Parallel()
	const question = "The zip code is in MA, not in MN."
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	doubtful := map[string]any{"first_name": "Ben", "state": "Minnesota", "zip": "02139"}
	confirmed := map[string]any{"first_name": "Ben", "state": "us-mn", "zip": "02139-1234", "confirm_place": true}
	ana.Post(ana.Path("contacts"), doubtful).ExpectProblem(http.StatusUnprocessableEntity, "state_contradicts_zip", question)
	added := ana.Post(ana.Path("contacts"), confirmed).ExpectStatus(http.StatusCreated)
	if added.Text("state") != "MN" || added.Text("zip") != "02139" || added.Body["warnings"] != nil {
		t.Errorf("the contact is %s", added.Raw)
	}

	body := map[string]any{"contacts": []any{doubtful, confirmed, map[string]any{"first_name": "Cy", "state": "MA", "zip": "02139"}}}
	rows := ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), body, "key").ExpectStatus(http.StatusOK).List("rows")
	for n, row := range rows {
		if warned := strings.Contains(fmt.Sprint(row["warnings"]), question); row["result"] != "added" || warned != (n == 0) {
			t.Errorf("row %d: %v", n, row)
		}
	}
	kept := ana.Get(ana.Path("contacts", fmt.Sprint(rows[0]["id"]))).ExpectStatus(http.StatusOK)
	if kept.Text("state") != "MN" || kept.Text("zip") != "02139" {
		t.Errorf("of the warned row is stored %s", kept.Raw)
	}

	for _, path := range []string{ana.AddContact("Dee"), ana.Path("profile")} {
		ana.Patch(path, doubtful).ExpectProblem(http.StatusUnprocessableEntity, "state_contradicts_zip", question)
		ana.Patch(path, map[string]any{"zip": "02139"}).ExpectStatus(http.StatusOK)
		ana.Patch(path, map[string]any{"state": "Minnesota"}).ExpectProblem(http.StatusUnprocessableEntity, "state_contradicts_zip", question)
		changed := ana.Patch(path, map[string]any{"state": "Minnesota", "confirm_place": true}).ExpectStatus(http.StatusOK)
		if changed.Text("state") != "MN" {
			t.Errorf("stored is %s", changed.Raw)
		}
		ana.Patch(path, map[string]any{"first_name": "Deb"}).ExpectStatus(http.StatusOK) // asked only about a change of the place
	}
}
