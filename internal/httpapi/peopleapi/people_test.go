package peopleapi_test

import (
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/organization"
)

func TestPeopleRoutes_ContactsOfMobilizers_HideContactDetails(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	s.Advance(time.Second)
	ben := s.NewMobilizer("Ben")
	ben.Put(ben.Path("consent"), map[string]any{"consent": false}).ExpectStatus(http.StatusOK)
	helen := ana.AddContact("Helen")
	s.Advance(time.Second)
	ana.AddContact("Ivo")
	contactID := helen[strings.LastIndex(helen, "/")+1:]
	ana.Put(helen+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
	ana.Put(helen+"/action-responses/"+string(s.Task.ID), map[string]any{"completed": true}).ExpectStatus(http.StatusOK)
	ana.Put(helen+"/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": s.Choice.Options[1].ID}).ExpectStatus(http.StatusOK)
	ana.Put(helen+"/action-responses/"+string(s.Free.ID), map[string]any{"text": "Schools"}).ExpectStatus(http.StatusOK)
	ana.Post(helen+"/notes", map[string]any{"content": "Met at the market."}).ExpectStatus(http.StatusCreated)

	listed := admin.Get(at + "/mobilizers").ExpectStatus(http.StatusOK)
	rows := listed.List("items")
	if len(rows) != 2 || rows[0]["email"] != "ana@example.org" || rows[1]["email"] != nil || rows[1]["phone"] != nil {
		t.Errorf("mobilizers: %s", listed.Raw)
	}
	s.DeliverStream()
	contacts := admin.Get(at + "/contacts?texts=true&sort=name").ExpectStatus(http.StatusOK)
	for _, secret := range []string{"555-0123", "+1617", "x@example.org"} {
		if strings.Contains(contacts.Raw, secret) {
			t.Errorf("an administrator sees a contact's %s: %s", secret, contacts.Raw)
		}
	}
	row := contacts.List("items")[0]
	if row["id"] != contactID || row["relational_touchpoints"] != 5.0 || row["mobilizer"].(map[string]any)["first_name"] != "Ana" {
		t.Errorf("Helen: %v", row)
	}
	done := fmt.Sprint(row["action_responses"])
	for _, want := range []string{"completed:true", "option_text:Schools", "text:Schools"} {
		if !strings.Contains(done, want) {
			t.Errorf("Helen's responses lack %s: %s", want, done)
		}
	}
	one := admin.Get(at + "/contacts/" + contactID).ExpectStatus(http.StatusOK)
	if one.Text("key_question_response", "id") != s.ResponseID(0) || len(one.List("columns")) != 3 {
		t.Errorf("Helen's page: %s", one.Raw)
	}
	mobilizer := at + "/mobilizers/" + rows[0]["id"].(string)
	notes := admin.Get(mobilizer + "/notes").ExpectStatus(http.StatusOK).List("items")
	if len(notes) != 1 || notes[0]["content"] != "Met at the market." || notes[0]["contact"].(map[string]any)["first_name"] != "Helen" {
		t.Errorf("notes: %v", notes)
	}
	if actions := admin.Get(mobilizer + "/actions?limit=1").ExpectStatus(http.StatusOK); len(actions.List("items")) != 3 {
		t.Errorf("actions: %s", actions.Raw)
	}
	if of := admin.Get(mobilizer + "/contacts").ExpectStatus(http.StatusOK).List("items"); len(of) != 2 {
		t.Errorf("Ana's contacts: %v", of)
	}
	admin.Get(mobilizer).ExpectStatus(http.StatusOK)
}

func TestMobilizerActions_TaskNotCompleted_AreAsManyAsProfileCounts(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	helen := ana.AddContact("Helen")
	ana.Put(helen+"/action-responses/"+string(s.Task.ID), map[string]any{"completed": false}).ExpectStatus(http.StatusOK)
	ana.Put(helen+"/action-responses/"+string(s.Free.ID), map[string]any{"text": "Schools"}).ExpectStatus(http.StatusOK)
	s.DeliverStream()
	mobilizer := admin.Get(at + "/mobilizers").ExpectStatus(http.StatusOK).List("items")[0]
	actions := admin.Get(at + "/mobilizers/" + mobilizer["id"].(string) + "/actions").ExpectStatus(http.StatusOK)
	if rows := actions.List("items"); len(rows) != 2 || mobilizer["total_action_responses"] != 2.0 || rows[0]["completed"] != false {
		t.Errorf("actions of a mobilizer with %v responses: %s", mobilizer["total_action_responses"], actions.Raw)
	}
}

func TestPeopleRoutes_PreferredNames_AreInEveryList(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	ana.Patch(ana.Path("profile"), map[string]any{"preferred_name": "Anita"}).ExpectStatus(http.StatusOK)
	helen := ana.AddContact("Helen")
	ana.Patch(helen, map[string]any{"preferred_name": "Nell"}).ExpectStatus(http.StatusOK)
	ana.Put(helen+"/action-responses/"+string(s.Task.ID), map[string]any{"completed": true}).ExpectStatus(http.StatusOK)
	ana.Post(helen+"/notes", map[string]any{"content": "Met at the market."}).ExpectStatus(http.StatusCreated)
	s.DeliverStream()
	mobilizer := at + "/mobilizers/" + admin.Get(at + "/mobilizers").ExpectStatus(http.StatusOK).List("items")[0]["id"].(string)
	for list, person := range map[string]string{at + "/contacts": "mobilizer", mobilizer + "/actions": "contact", mobilizer + "/notes": "contact"} {
		row := admin.Get(list).ExpectStatus(http.StatusOK).List("items")[0]
		if name := row[person].(map[string]any)["preferred_name"]; name != "Anita" && name != "Nell" {
			t.Errorf("%s names the %s without the preferred name: %v", list, person, row)
		}
	}
}

func TestListRoutes_UnsupportedQuery_IsRejected(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	for _, name := range []string{"Uma", "Vic", "Wes"} {
		ana.AddContact(name)
	}
	admin.Get(at+"/contacts?response_id=nonsense").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "response_id")
	admin.Get(at+"/contacts?match_status=MAYBE").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "match_status")
	admin.Get(at+"/contacts?sort=age").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "sort")
	admin.Get(at+"/contacts?limit=0").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "limit")
	first := admin.Get(at + "/contacts?limit=2").ExpectStatus(http.StatusOK)
	next := url.QueryEscape(first.Text("next"))
	if second := admin.Get(at + "/contacts?limit=2&page=" + next).ExpectStatus(http.StatusOK); len(second.List("items")) != 1 {
		t.Errorf("the second page: %s", second.Raw)
	}
	for _, other := range []string{"/contacts?order=desc&", "/contacts?sort=name&", "/mobilizers?"} {
		admin.Get(at+other+"page="+next).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "page")
	}
	other := s.NewUser("Pat")
	s.Commit(s.Store.CreateAdministrator(&organization.Administrator{
		Organization: s.Organization.ID, User: other.User.ID,
		Role: organization.Admin, AddedAt: s.Now,
	})...)
	other.Get(at+"/contacts?page="+next).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "page")
	ana.Get(at + "/contacts").ExpectStatus(http.StatusNotFound)
	admin.Get(at + "/contacts/" + s.ResponseID(0)).ExpectStatus(http.StatusNotFound)
}

func TestManagementNotes_CreatedUpdatedDeleted_HiddenFromMobilizers(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	notes := at + "/mobilizers/" + ana.JoinReply.Text("id") + "/management-notes"
	s.Advance(time.Second)
	admin.Post(notes, map[string]any{"content": " \n"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "content")
	made := admin.Post(notes, map[string]any{"content": " 1:1 on Friday\n"}).ExpectStatus(http.StatusCreated)
	if made.Text("content") != " 1:1 on Friday\n" || made.Text("written_by") != "Olivia" || made.Text("updated_at") != "" {
		t.Errorf("the note: %s", made.Raw)
	}
	one := notes + "/" + made.Text("id")
	s.Advance(time.Minute)
	edited := admin.Patch(one, map[string]any{"content": "1:1 on Monday"}).ExpectStatus(http.StatusOK)
	if edited.Text("updated_at") == "" || edited.Text("created_at") != made.Text("created_at") {
		t.Errorf("the edited note: %s", edited.Raw)
	}
	ana.Get(notes).ExpectStatus(http.StatusNotFound)
	admin.Delete(one).ExpectStatus(http.StatusNoContent)
	admin.Delete(one).ExpectStatus(http.StatusNotFound)
	if left := admin.Get(notes).ExpectStatus(http.StatusOK).List("items"); len(left) != 0 {
		t.Errorf("notes that are left: %v", left)
	}
	ana.Post(ana.Path("leave"), map[string]any{"contacts": "remove"}).ExpectStatus(http.StatusOK)
	admin.Post(notes, map[string]any{"content": "too late"}).ExpectStatus(http.StatusNotFound)
}
