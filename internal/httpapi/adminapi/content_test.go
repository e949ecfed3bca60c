package adminapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestOrganization_CreatedAndUpdated_IsReturned(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	made := ana.Post("/v1/admin/organizations", map[string]any{"name": " Vecinos ", "website": "https://example.org", "description": "We knock."}).ExpectStatus(http.StatusCreated)
	if made.Text("name") != "Vecinos" || made.Text("role") != "owner" || made.Text("created_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("made %s", made.Raw)
	}
	path := "/v1/admin/organizations/" + made.Text("id")
	edited := ana.Update(path, map[string]any{"website": " ", "name": "Neighbors"}).ExpectStatus(http.StatusOK)
	if edited.Value("website") != nil || edited.Text("name") != "Neighbors" || edited.Text("description") != "We knock." {
		t.Errorf("edited %s", edited.Raw)
	}
	if read := ana.Get(path).ExpectStatus(http.StatusOK); read.Raw != edited.Raw {
		t.Errorf("reads %s", read.Raw)
	}
	ana.Update(path, map[string]any{"name": "", "website": "ftp://x"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"website"`)
	ana.Post("/v1/admin/organizations", map[string]any{"name": "\x00"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "NUL")
	ana.Post("/v1/admin/organizations", []byte(`{"name":"\ud83d"}`)).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"name"`)
	ana.Post("/v1/admin/organizations", map[string]any{"name": "Neigh\u202ebors"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "U+202E")
	ana.Post("/v1/admin/organizations", map[string]any{"name": "n", "owner": "me"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "owner")
	if list := ana.Get("/v1/admin/organizations").ExpectStatus(http.StatusOK).List("items"); len(list) != 1 {
		t.Errorf("lists %v", list)
	}
	if list := d.SignIn("ben").Get("/v1/admin/organizations").ExpectStatus(http.StatusOK); list.Raw != `{"items":[]}`+"\n" {
		t.Errorf("lists %q to a stranger", list.Raw)
	}
}

// The error names the missing field, or the content type to send.
func TestRequest_UnreadableBody_NamesTheField(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	organization := d.CreateOrganization(ana, "Vecinos")
	ana.Post(organization+"/invitations", map[string]any{}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", `{"field":"email","message":"Give email."}`)
	questions := ana.Post(organization+"/campaigns", map[string]any{"name": "Fall", "slug": "fall", "time_zone": "America/New_York"}).ExpectStatus(http.StatusCreated)
	ana.UpdateKeyQuestion("/v1/admin/campaigns/"+questions.Text("id"), map[string]any{"text": "?", "responses": []any{map[string]any{"text": "a"}, map[string]any{}}}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", `{"field":"responses[1].text","message":"Give text."}`)
	ana.Header = map[string][]string{"Content-Type": {"text/plain"}}
	ana.Post(organization+"/invitations", map[string]any{"email": "ben@example.org"}).
		ExpectProblem(http.StatusUnsupportedMediaType, "unsupported_media_type", "Send JSON with the header Content-Type: application/json.")
}

func TestCampaign_DraftToClosed_AllowsEachTransitionOnce(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	organization := d.CreateOrganization(ana, "Vecinos")
	made := ana.Post(organization+"/campaigns", map[string]any{"name": "Fall", "slug": "fall", "time_zone": "America/New_York"}).ExpectStatus(http.StatusCreated)
	if made.Text("status") != "draft" || made.Text("landing_page") != "https://kith.example/j/fall" || made.Value("has_passcode") != false {
		t.Errorf("made %s", made.Raw)
	}
	path := "/v1/admin/campaigns/" + made.Text("id")
	ana.Post(organization+"/campaigns", map[string]any{"name": "x", "slug": "fall"}).ExpectProblem(http.StatusConflict, "slug_taken", `"field":"slug"`)
	ana.Post(organization+"/campaigns", map[string]any{"name": "", "slug": "-", "time_zone": "x", "key_question": map[string]any{"text": "?"}}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"time_zone"`)
	ana.Post(organization+"/campaigns", map[string]any{"name": "x", "slug": "-", "key_question": map[string]any{"text": " "}}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"slug"`).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"key_question.text"`)
	ana.Post(organization+"/campaigns", map[string]any{"name": "x", "slug": "spring", "key_question": map[string]any{"text": " "}}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"key_question.text"`)
	d.NewLogin("").Get("/v1/public/campaigns/fall").ExpectStatus(http.StatusNotFound)
	ana.Post(path+"/close", nil).ExpectProblem(http.StatusConflict, "campaign_draft", "never published")
	ana.Post(path+"/publish", nil).ExpectProblem(http.StatusConflict, "campaign_incomplete", `"field":"key_question.text"`)

	asked := ana.UpdateKeyQuestion(path, map[string]any{"text": "Will they vote?", "responses": []map[string]any{
		{"text": "No", "value": -1}, {"text": "Yes", "value": 40}, {"text": "Perhaps", "value": 3},
	}}).ExpectStatus(http.StatusOK)
	responses := asked.List("key_question", "responses")
	if len(responses) != 3 || responses[1]["value"] != 40.0 {
		t.Errorf("asked %s", asked.Raw)
	}
	edited := ana.Update(path, map[string]any{"slug": "autumn", "description": "# Hello"}).ExpectStatus(http.StatusOK)
	if edited.Text("slug") != "autumn" || edited.Text("name") != "Fall" {
		t.Errorf("edited %s", edited.Raw)
	}
	ana.Post(path+"/publish", nil).ExpectStatus(http.StatusOK)
	again := ana.Post(path+"/publish", nil).ExpectStatus(http.StatusOK)
	if again.Text("published_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("published %s", again.Raw)
	}
	ana.Update(path, map[string]any{"time_zone": "UTC"}).ExpectProblem(http.StatusConflict, "time_zone_fixed", `"field":"time_zone"`)
	page := d.NewLogin("").Get("/v1/public/campaigns/autumn").ExpectStatus(http.StatusOK)
	if page.Text("name") != "Fall" || page.Text("organization", "name") != "Vecinos" || page.Value("requires_passcode") != false {
		t.Errorf("the landing page is %s", page.Raw)
	}
	if old := d.NewLogin("").Get("/v1/public/campaigns/fall").ExpectStatus(http.StatusOK); old.Text("slug") != "autumn" {
		t.Errorf("by the old slug, the landing page is %s", old.Raw)
	}
	d.NewLogin("").Get("/v1/public/campaigns/Not_A_Slug").ExpectStatus(http.StatusNotFound)

	ana.Post(path+"/close", nil).ExpectStatus(http.StatusOK)
	d.NewLogin("").Get("/v1/public/campaigns/autumn").ExpectProblem(http.StatusConflict, "campaign_closed", "Fall")
	ana.Post(path+"/publish", nil).ExpectProblem(http.StatusConflict, "campaign_closed", "again")
	ana.UpdateKeyQuestion(path, map[string]any{"text": "?", "responses": responses[:0]}).ExpectProblem(http.StatusConflict, "campaign_closed", "closed")
	ana.Update(path, map[string]any{"slug": "fall"}).ExpectProblem(http.StatusConflict, "campaign_closed", "slug")
	ana.Post(path+"/passcode", nil).ExpectProblem(http.StatusConflict, "campaign_closed", "closed")
	ana.Update(path, map[string]any{"name": "Fall 2026"}).ExpectStatus(http.StatusOK)
	if list := ana.Get(organization + "/campaigns").ExpectStatus(http.StatusOK).List("items"); len(list) != 1 || list[0]["name"] != "Fall 2026" {
		t.Errorf("lists %v", list)
	}
}

func TestUpdateCampaign_SlugChanged_OldSlugStaysReservedAndLeadsToTheCampaign(t *testing.T) {
	d := httpapitest.New(t)
	ana, ben, cleo := d.SignIn("ana"), d.SignIn("ben"), d.SignIn("cleo")
	path := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "fall")
	ana.Post(path+"/publish", nil).ExpectStatus(http.StatusOK)
	other := d.CreateOrganization(ben, "Others")
	ana.Update(path, map[string]any{"slug": "autumn"}).ExpectStatus(http.StatusOK)

	taken := map[string]any{"name": "Ours", "slug": "fall"}
	ben.Post(other+"/campaigns", taken).ExpectProblem(http.StatusConflict, "slug_taken", `"field":"slug"`)
	for _, slug := range []string{"fall", "autumn"} {
		page := d.NewLogin("").Get("/v1/public/campaigns/" + slug).ExpectStatus(http.StatusOK)
		if page.Text("slug") != "autumn" || page.Text("organization", "name") != "Vecinos" {
			t.Errorf("the landing page of %s is %s", slug, page.Raw)
		}
	}
	cleo.Post("/v1/mobilizer/join", httpapitest.JoinBody("fall")).ExpectStatus(http.StatusCreated)

	ana.Update(path, map[string]any{"slug": "fall"}).ExpectStatus(http.StatusOK)
	if page := d.NewLogin("").Get("/v1/public/campaigns/autumn").ExpectStatus(http.StatusOK); page.Text("slug") != "fall" {
		t.Errorf("after the old slug was taken back, the landing page is %s", page.Raw)
	}
	taken["slug"] = "autumn"
	ben.Post(other+"/campaigns", taken).ExpectProblem(http.StatusConflict, "slug_taken", `"field":"slug"`)
}

func TestLandingPage_ByCampaignID_ShowsNoMoreThanBySlug(t *testing.T) {
	d := httpapitest.New(t)
	ana, ben := d.SignIn("ana"), d.SignIn("ben")
	path := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "fall")
	id, guest := strings.TrimPrefix(path, "/v1/admin/campaigns/"), d.NewLogin("")
	byID := "/v1/public/campaigns/" + id
	guest.Get(byID).ExpectStatus(http.StatusNotFound)
	ana.Post(path+"/publish", nil).ExpectStatus(http.StatusOK)
	d.CreateCampaign(ben, d.CreateOrganization(ben, "Others"), id) // the id as a slug
	if page, bySlug := guest.Get(byID).ExpectStatus(http.StatusOK), guest.Get("/v1/public/campaigns/fall"); page.Raw != bySlug.Raw || page.Text("slug") != "fall" {
		t.Errorf("by id: %s, by slug: %s", page.Raw, bySlug.Raw)
	}
	ana.Post(path+"/close", nil).ExpectStatus(http.StatusOK)
	guest.Get(byID).ExpectProblem(http.StatusConflict, "campaign_closed", "Campaign fall")
	guest.Get("/v1/public/campaigns/0199aaaa-bbbb-7ccc-8ddd-eeeeffff0000").ExpectStatus(http.StatusNotFound)
}

func TestCreatePasscode_Campaign_ShowsItOnceAndRequiresIt(t *testing.T) {
	d := httpapitest.New(t)
	ana, ben := d.SignIn("ana"), d.SignIn("ben")
	path := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "secret")
	ana.Post(path+"/publish", nil).ExpectStatus(http.StatusOK)
	first := ana.Post(path+"/passcode", nil).ExpectStatus(http.StatusOK).Text("passcode")
	second := ana.Post(path+"/passcode", nil).ExpectStatus(http.StatusOK).Text("passcode")
	read := ana.Get(path).ExpectStatus(http.StatusOK)
	if len(second) != 8 || first == second || strings.Contains(read.Raw, second) || read.Value("has_passcode") != true {
		t.Errorf("passcodes %q, %q; reads %s", first, second, read.Raw)
	}
	if page := d.NewLogin("").Get("/v1/public/campaigns/secret").ExpectStatus(http.StatusOK); page.Value("requires_passcode") != true {
		t.Errorf("the landing page is %s", page.Raw)
	}
	join := httpapitest.JoinBody("secret")
	join["passcode"] = first
	ben.Post("/v1/mobilizer/join", join).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "passcode")
	join["passcode"] = strings.ToLower(second[:4]) + " - " + second[4:]
	ben.Post("/v1/mobilizer/join", join).ExpectStatus(http.StatusCreated)
	ana.Delete(path + "/passcode").ExpectStatus(http.StatusNoContent)
	d.SignIn("cleo").Post("/v1/mobilizer/join", httpapitest.JoinBody("secret")).ExpectStatus(http.StatusCreated)
}

func TestUpdateKeyQuestion_ResponseInUse_KeepsItsMeaning(t *testing.T) {
	d := httpapitest.New(t)
	ana, ben := d.SignIn("ana"), d.SignIn("ben")
	path := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "ladder")
	read := ana.Post(path+"/publish", nil).ExpectStatus(http.StatusOK)
	responses := read.List("key_question", "responses")
	ben.Post("/v1/mobilizer/join", httpapitest.JoinBody("ladder")).ExpectStatus(http.StatusCreated)
	contacts := "/v1/mobilizer" + strings.TrimPrefix(path, "/v1/admin") + "/contacts"
	contact := ben.Post(contacts, map[string]any{"first_name": "Nell"}).ExpectStatus(http.StatusCreated).Text("id")
	ben.Put(contacts+"/"+contact+"/answer", map[string]any{"response_id": responses[2]["id"]}).ExpectStatus(http.StatusOK)

	without := map[string]any{"text": "Will they vote?", "responses": wanted(responses, 2)}
	ana.UpdateKeyQuestion(path, without).ExpectProblem(http.StatusConflict, "response_in_use", "Maybe")
	reworded := wanted(responses, -1)
	reworded[2]["text"], reworded[2]["retired"] = "Perhaps", true
	got := ana.UpdateKeyQuestion(path, map[string]any{"text": "Will they vote?", "responses": reworded}).ExpectStatus(http.StatusOK)
	kept := got.List("key_question", "responses")[2]
	if kept["id"] != responses[2]["id"] || kept["text"] != "Perhaps" || kept["retired"] != true || kept["used"] != true {
		t.Errorf("kept %v", kept)
	}
	ana.UpdateKeyQuestion(path, map[string]any{"text": "Will they vote?", "responses": wanted(responses, 0)}).ExpectStatus(http.StatusOK)
	ana.UpdateKeyQuestion(path, map[string]any{"text": "x", "revision": read.Text("key_question", "revision"), "responses": wanted(responses, 0)}).
		ExpectProblem(http.StatusConflict, "changed_meanwhile", "Another administrator")
}

// wanted returns the responses as update requests take them, without one of them.
func wanted(read []map[string]any, without int) []map[string]any {
	var edit []map[string]any
	for n, r := range read {
		if n != without {
			edit = append(edit, map[string]any{"id": r["id"], "text": r["text"], "value": r["value"], "retired": r["retired"]})
		}
	}
	return edit
}

func TestActionItems_CreatedUpdatedArchived_AreReturned(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	path := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "items")
	response := ana.Get(path).List("key_question", "responses")[0]["id"]
	items := path + "/action-items"
	task := ana.Post(items, map[string]any{"type": "TASK", "title": "Flyer", "nickname": " F ", "links": []map[string]any{{"url": "https://example.org"}}}).ExpectStatus(http.StatusCreated)
	if task.Value("target", "everyone") != true || task.Text("nickname") != "F" {
		t.Errorf("made %s", task.Raw)
	}
	choice := ana.Post(items, map[string]any{
		"type": "QUESTION_MULTIPLE_CHOICE", "title": "How?", "target": map[string]any{"response_ids": []any{response}},
		"options": []map[string]any{{"text": "By mail", "value": "M"}, {"text": "In person"}},
	}).ExpectStatus(http.StatusCreated)
	free := ana.Post(items, map[string]any{"type": "QUESTION_FREE_RESPONSE", "title": "What?", "target": map[string]any{"no_response": true}}).ExpectStatus(http.StatusCreated)

	ana.Post(items, map[string]any{"type": "TASK", "title": "x", "target": map[string]any{"response_ids": []any{"nobody"}}}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"target.response_ids[0]"`)
	ana.Post(items, map[string]any{"type": "TASK", "title": "x", "links": []map[string]any{{"url": "javascript:alert(1)"}}}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"links[0].url"`)
	ana.Post(items, map[string]any{"type": "POLL", "title": "x"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"type"`)
	if got := ana.Get(path).List("key_question", "responses")[0]["id"]; got != response {
		t.Fatal("a refused item changed the campaign")
	}

	one := items + "/" + choice.Text("id")
	options := choice.List("options")
	edited := ana.Update(one, map[string]any{"title": "How will they vote?", "revision": choice.Text("revision"), "options": []map[string]any{
		{"id": options[1]["id"], "text": "In person, early"}, {"id": options[0]["id"], "text": "By mail", "retired": true}, {"text": "On the day"},
	}}).ExpectStatus(http.StatusOK)
	got := edited.List("options")
	if len(got) != 3 || got[0]["id"] != options[1]["id"] || got[1]["value"] != nil || edited.Value("target", "everyone") != nil {
		t.Errorf("edited %s", edited.Raw)
	}
	ana.Update(one, map[string]any{"title": "x", "revision": choice.Text("revision")}).ExpectProblem(http.StatusConflict, "changed_meanwhile", "Another administrator")
	ana.Update(one, map[string]any{"target": map[string]any{"everyone": true, "no_response": true}}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "not both")
	ana.Update(one, map[string]any{"type": "TASK"}).ExpectStatus(http.StatusOK)
	ana.Get(items + "/" + httpapitest.UnknownID).ExpectStatus(http.StatusNotFound)

	ids := []string{free.Text("id"), task.Text("id"), choice.Text("id")}
	ana.Put(items+"/order", map[string]any{"action_item_ids": ids[:2]}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "is missing")
	ana.Post(one+"/archive", nil).ExpectStatus(http.StatusOK)
	ordered := ana.Put(items+"/order", map[string]any{"action_item_ids": ids[:2]}).ExpectStatus(http.StatusOK)
	listed := ana.Get(items).ExpectStatus(http.StatusOK)
	for n, item := range listed.List("items") {
		if item["id"] != ids[n] || item["position"] != float64(n) {
			t.Errorf("place %d holds %v", n, item)
		}
	}
	if listed.Raw != ordered.Raw || listed.List("items")[2]["archived_at"] == nil {
		t.Errorf("ordered %s, lists %s", ordered.Raw, listed.Raw)
	}
	if restored := ana.Post(one+"/restore", nil).ExpectStatus(http.StatusOK); restored.Value("archived_at") != nil {
		t.Errorf("restored %s", restored.Raw)
	}
	response0 := ana.Get(path).List("key_question", "responses")
	ana.Update(one, map[string]any{"target": map[string]any{"response_ids": []any{response}}}).ExpectStatus(http.StatusOK)
	ana.UpdateKeyQuestion(path, map[string]any{"text": "?", "responses": wanted(response0, 0)}).ExpectProblem(http.StatusConflict, "response_in_use", "How will they vote?")
}

// Concurrent writes of administrators all take effect.
func TestAdminRoutes_ConcurrentWrites_AllTakeEffect(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	path := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "busy")
	item := path + "/action-items/" + ana.Post(path+"/action-items", map[string]any{"type": "TASK", "title": "first"}).ExpectStatus(http.StatusCreated).Text("id")
	var all sync.WaitGroup
	until := func(try func() *httpapitest.Reply) {
		all.Go(func() {
			for range 20 {
				got := try()
				if got.Status == http.StatusOK || got.Status == http.StatusCreated {
					return
				}
				if code := got.Text("code"); code != "busy" && code != "changed_meanwhile" {
					t.Errorf("refused with %s", got.Raw)
					return
				}
			}
			t.Error("always busy")
		})
	}
	until(func() *httpapitest.Reply { return ana.Update(path, map[string]any{"name": "Renamed"}) })
	until(func() *httpapitest.Reply { return ana.Update(path, map[string]any{"description": "Described"}) })
	until(func() *httpapitest.Reply { return ana.Update(path, map[string]any{"time_zone": "America/Chicago"}) })
	until(func() *httpapitest.Reply { return ana.Update(item, map[string]any{"title": "Titled"}) })
	until(func() *httpapitest.Reply { return ana.Update(item, map[string]any{"nickname": "Nicked"}) })
	until(func() *httpapitest.Reply { return ana.Post(path+"/passcode", nil) })
	for n := range 6 {
		until(func() *httpapitest.Reply {
			return ana.Post(path+"/action-items", map[string]any{"type": "TASK", "title": fmt.Sprint("more ", n)})
		})
	}
	all.Wait()
	got := ana.Get(path).ExpectStatus(http.StatusOK)
	if got.Text("name") != "Renamed" || got.Text("description") != "Described" || got.Text("time_zone") != "America/Chicago" || got.Value("has_passcode") != true {
		t.Errorf("an update is lost: %s", got.Raw)
	}
	if one := ana.Get(item).ExpectStatus(http.StatusOK); one.Text("title") != "Titled" || one.Text("nickname") != "Nicked" {
		t.Errorf("an update is lost: %s", one.Raw)
	}
	content, err := d.Store.Content(t.Context(), campaign.ID(got.Text("id")))
	if err != nil || len(content.Items) != 7 || content.Campaign.NextItem != 7 {
		t.Fatalf("%v: %d items, %d counted", err, len(content.Items), content.Campaign.NextItem)
	}
	var codes []string
	for n, i := range content.Items {
		if i.Position != n {
			t.Errorf("item %d is at %d", n, i.Position)
		}
		codes = append(codes, string(i.Code))
	}
	slices.Sort(codes)
	if len(slices.Compact(codes)) != 7 {
		t.Errorf("codes are %v", codes)
	}
}

func TestAdminRoutes_RepeatedKey_TakesEffectOnce(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	organization := d.CreateOrganization(ana, "Vecinos")
	body := map[string]any{"name": "Once", "slug": "once", "description": strings.Repeat("選", 10_000)}
	first := ana.Do(http.MethodPost, organization+"/campaigns", body, "key-1").ExpectStatus(http.StatusCreated)
	again := ana.Do(http.MethodPost, organization+"/campaigns", body, "key-1").ExpectStatus(http.StatusCreated)
	if again.Text("id") != first.Text("id") || again.Text("description") != first.Text("description") {
		t.Errorf("made %s and %s", first.Text("id"), again.Text("id"))
	}
	body["name"] = "Twice"
	ana.Do(http.MethodPost, organization+"/campaigns", body, "key-1").ExpectProblem(http.StatusUnprocessableEntity, "idempotency_key_reused", "another body")
	path := "/v1/admin/campaigns/" + first.Text("id")
	ana.UpdateKeyQuestion(path, map[string]any{"text": "?", "responses": []map[string]any{{"text": "a", "value": 1}, {"text": "b", "value": 2}}}).ExpectStatus(http.StatusOK)
	published := ana.Do(http.MethodPost, path+"/publish", nil, "key-2").ExpectStatus(http.StatusOK)
	ana.Post(path+"/close", nil).ExpectStatus(http.StatusOK)
	replayed := ana.Do(http.MethodPost, path+"/publish", nil, "key-2").ExpectStatus(http.StatusOK)
	if replayed.Text("status") != "active" || replayed.Text("published_at") != published.Text("published_at") {
		t.Errorf("replayed %s", replayed.Raw)
	}
}

// "In use" means ever used: nothing that a mobilizer does afterwards makes a response or an option free again.
func TestUpdate_ResponseOrOptionEverUsed_StaysInUse(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	ana, ben := d.SignIn("ana"), d.SignIn("ben")
	path := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "ever")
	item := ana.Post(path+"/action-items", map[string]any{
		"type": "QUESTION_MULTIPLE_CHOICE", "title": "How?", "target": map[string]any{"everyone": true},
		"options": []map[string]any{{"text": "By mail"}, {"text": "In person"}, {"text": "Early"}},
	}).ExpectStatus(http.StatusCreated)
	responses := ana.Post(path+"/publish", nil).ExpectStatus(http.StatusOK).List("key_question", "responses")
	ben.Post("/v1/mobilizer/join", httpapitest.JoinBody("ever")).ExpectStatus(http.StatusCreated)
	contacts := "/v1/mobilizer" + strings.TrimPrefix(path, "/v1/admin") + "/contacts"
	contact := contacts + "/" + ben.Post(contacts, map[string]any{"first_name": "Nell"}).ExpectStatus(http.StatusCreated).Text("id")

	answer, response := contact+"/answer", contact+"/action-responses/"+item.Text("id")
	ben.Put(answer, map[string]any{"response_id": responses[2]["id"]}).ExpectStatus(http.StatusOK)
	ben.Put(response, map[string]any{"option_id": item.List("options")[0]["id"]}).ExpectStatus(http.StatusOK)
	mustBeUsed := func(after string) {
		t.Helper()
		ana.UpdateKeyQuestion(path, map[string]any{"text": "Will they vote?", "responses": wanted(responses, 2)}).
			ExpectProblem(http.StatusConflict, "response_in_use", "Maybe")
		read := ana.Get(path + "/action-items/" + item.Text("id")).ExpectStatus(http.StatusOK)
		rest := read.List("options")[1:]
		update := map[string]any{"revision": read.Text("revision"), "options": []map[string]any{{"id": rest[0]["id"], "text": rest[0]["text"]}, {"id": rest[1]["id"], "text": rest[1]["text"]}}}
		if got := ana.Patch(path+"/action-items/"+item.Text("id"), update); got.Status != http.StatusConflict || !strings.Contains(got.Raw, "in_use") {
			t.Errorf("after %s, removing the option: %s", after, got.Raw)
		}
	}
	mustBeUsed("answering")
	ben.Put(answer, map[string]any{"response_id": responses[0]["id"]}).ExpectStatus(http.StatusOK)
	ben.Put(response, map[string]any{"option_id": item.List("options")[1]["id"]}).ExpectStatus(http.StatusOK)
	mustBeUsed("another answer")
	ben.Delete(answer).ExpectStatus(http.StatusOK)
	ben.Delete(response).ExpectStatus(http.StatusNoContent)
	mustBeUsed("clearing and withdrawing")
	ben.Delete(contact).ExpectStatus(http.StatusNoContent)
	mustBeUsed("deleting the contact")
}
