package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/kithhq/kith/internal/campaign"
)

func TestOrganizationIsMadeAndEdited(t *testing.T) {
	d := newDesk(t)
	ana := d.signsIn("ana")
	made := ana.post("/v1/admin/organizations", map[string]any{"name": " Vecinos ", "website": "https://example.org", "description": "We knock."}).is(http.StatusCreated)
	if made.text("name") != "Vecinos" || made.text("role") != "owner" || made.text("created_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("made %s", made.raw)
	}
	path := "/v1/admin/organizations/" + made.text("id")
	edited := ana.patch(path, map[string]any{"website": " ", "name": "Neighbors"}).is(http.StatusOK)
	if edited.value("website") != nil || edited.text("name") != "Neighbors" || edited.text("description") != "We knock." {
		t.Errorf("edited %s", edited.raw)
	}
	if read := ana.get(path).is(http.StatusOK); read.raw != edited.raw {
		t.Errorf("reads %s", read.raw)
	}
	ana.patch(path, map[string]any{"name": "", "website": "ftp://x"}).refused(http.StatusUnprocessableEntity, "invalid", `"field":"website"`)
	ana.post("/v1/admin/organizations", map[string]any{"name": "\x00"}).refused(http.StatusUnprocessableEntity, "invalid", "NUL")
	ana.post("/v1/admin/organizations", []byte(`{"name":"\ud83d"}`)).refused(http.StatusUnprocessableEntity, "invalid", `"field":"name"`)
	ana.post("/v1/admin/organizations", map[string]any{"name": "Neigh\u202ebors"}).refused(http.StatusUnprocessableEntity, "invalid", "U+202E")
	ana.post("/v1/admin/organizations", map[string]any{"name": "n", "owner": "me"}).refused(http.StatusUnprocessableEntity, "invalid", "owner")
	if list := ana.get("/v1/admin/organizations").is(http.StatusOK).list("items"); len(list) != 1 {
		t.Errorf("lists %v", list)
	}
	if list := d.signsIn("ben").get("/v1/admin/organizations").is(http.StatusOK); list.raw != `{"items":[]}`+"\n" {
		t.Errorf("lists %q to a stranger", list.raw)
	}
}

// What is missing from a body is told by its name, and a body of another kind with the kind to send.
func TestBodiesThatCannotBeRead(t *testing.T) {
	d := newDesk(t)
	ana := d.signsIn("ana")
	organization := d.organization(ana, "Vecinos")
	ana.post(organization+"/administrators", map[string]any{}).
		refused(http.StatusUnprocessableEntity, "invalid", `{"field":"email","message":"Give email."}`)
	questions := ana.post(organization+"/campaigns", map[string]any{"name": "Fall", "slug": "fall", "time_zone": "America/New_York"}).is(http.StatusCreated)
	ana.put("/v1/admin/campaigns/"+questions.text("id")+"/key-question", map[string]any{"text": "?", "responses": []any{map[string]any{"text": "a"}, map[string]any{}}}).
		refused(http.StatusUnprocessableEntity, "invalid", `{"field":"responses[1].text","message":"Give text."}`)
	ana.header = map[string][]string{"Content-Type": {"text/plain"}}
	ana.post(organization+"/administrators", map[string]any{"email": "ben@example.org"}).
		refused(http.StatusUnsupportedMediaType, "unsupported_media_type", `"detail":"Send the body as JSON, with the header Content-Type: application/json."`)
}

func TestAdministrators(t *testing.T) {
	d := newDesk(t)
	ana, ben, cleo := d.signsIn("ana"), d.signsIn("ben"), d.signsIn("cleo")
	path := d.organization(ana, "Vecinos") + "/administrators"
	added := ana.post(path, map[string]any{"email": " BEN@example.org "}).is(http.StatusCreated)
	if added.text("role") != "admin" || added.text("email") != "ben@example.org" {
		t.Errorf("added %s", added.raw)
	}
	one := path + "/" + added.text("user")
	ana.post(path, map[string]any{"email": "ben@example.org"}).refused(http.StatusConflict, "already_administrator", "ben")
	ana.post(path, map[string]any{"email": "nobody@example.org"}).refused(http.StatusUnprocessableEntity, "invalid", "Nobody has signed in")
	ana.post(path, map[string]any{"email": "nobody"}).refused(http.StatusUnprocessableEntity, "invalid", "e-mail address")
	ben.post(path, map[string]any{"email": "cleo@example.org", "role": "owner"}).refused(http.StatusForbidden, "forbidden", "Only an owner")
	cleos := path + "/" + ben.post(path, map[string]any{"email": "cleo@example.org"}).is(http.StatusCreated).text("user")
	ben.patch(one, map[string]any{"role": "owner"}).refused(http.StatusForbidden, "forbidden", "Only an owner")

	self := path + "/" + ana.get("/v1/session").text("user", "id")
	ana.patch(self, map[string]any{"role": "admin"}).refused(http.StatusConflict, "last_owner", "at least one owner")
	ana.del(self).refused(http.StatusConflict, "last_owner", "at least one owner")
	ana.patch(one, map[string]any{"role": "boss"}).refused(http.StatusUnprocessableEntity, "invalid", "role")
	ana.patch(one, map[string]any{"role": "owner"}).is(http.StatusOK)
	ben.del(self).is(http.StatusNoContent)
	ana.get(path).is(http.StatusNotFound)
	ben.del(cleos).is(http.StatusNoContent)
	ben.del(cleos).is(http.StatusNotFound)
	cleo.get(path).is(http.StatusNotFound)
	ben.post(path, map[string]any{"email": "cleo@example.org"}).is(http.StatusCreated)
	if left := ben.get(path).is(http.StatusOK).list("items"); len(left) != 2 {
		t.Errorf("administrators are %v", left)
	}
}

func TestCampaignFromDraftToClosed(t *testing.T) {
	d := newDesk(t)
	ana := d.signsIn("ana")
	organization := d.organization(ana, "Vecinos")
	made := ana.post(organization+"/campaigns", map[string]any{"name": "Fall", "slug": "fall", "time_zone": "America/New_York"}).is(http.StatusCreated)
	if made.text("status") != "draft" || made.text("landing_page") != "https://kith.example/j/fall" || made.value("has_passcode") != false {
		t.Errorf("made %s", made.raw)
	}
	path := "/v1/admin/campaigns/" + made.text("id")
	ana.post(organization+"/campaigns", map[string]any{"name": "x", "slug": "fall"}).refused(http.StatusConflict, "slug_taken", `"field":"slug"`)
	ana.post(organization+"/campaigns", map[string]any{"name": "", "slug": "-", "time_zone": "x", "key_question": map[string]any{"text": "?"}}).
		refused(http.StatusUnprocessableEntity, "invalid", `"field":"time_zone"`)
	ana.post(organization+"/campaigns", map[string]any{"name": "x", "slug": "spring", "key_question": map[string]any{"text": " "}}).
		refused(http.StatusUnprocessableEntity, "invalid", `"field":"key_question.text"`)
	d.stranger("").get("/v1/public/campaigns/fall").is(http.StatusNotFound)
	ana.post(path+"/close", nil).refused(http.StatusConflict, "campaign_draft", "never published")
	ana.post(path+"/publish", nil).refused(http.StatusConflict, "campaign_incomplete", `"field":"key_question.text"`)

	asked := ana.put(path+"/key-question", map[string]any{"text": "Will they vote?", "responses": []map[string]any{
		{"text": "No", "value": -1}, {"text": "Yes", "value": 40}, {"text": "Perhaps", "value": 3},
	}}).is(http.StatusOK)
	responses := asked.list("key_question", "responses")
	if len(responses) != 3 || responses[1]["value"] != 40.0 {
		t.Errorf("asked %s", asked.raw)
	}
	edited := ana.patch(path, map[string]any{"slug": "autumn", "description": "# Hello"}).is(http.StatusOK)
	if edited.text("slug") != "autumn" || edited.text("name") != "Fall" {
		t.Errorf("edited %s", edited.raw)
	}
	ana.post(path+"/publish", nil).is(http.StatusOK)
	again := ana.post(path+"/publish", nil).is(http.StatusOK)
	if again.text("published_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("published %s", again.raw)
	}
	ana.patch(path, map[string]any{"time_zone": "UTC"}).refused(http.StatusConflict, "time_zone_fixed", `"field":"time_zone"`)
	page := d.stranger("").get("/v1/public/campaigns/autumn").is(http.StatusOK)
	if page.text("name") != "Fall" || page.text("organization", "name") != "Vecinos" || page.value("asks_passcode") != false {
		t.Errorf("the landing page is %s", page.raw)
	}
	d.stranger("").get("/v1/public/campaigns/fall").is(http.StatusNotFound)
	d.stranger("").get("/v1/public/campaigns/Not_A_Slug").is(http.StatusNotFound)

	ana.post(path+"/close", nil).is(http.StatusOK)
	d.stranger("").get("/v1/public/campaigns/autumn").refused(http.StatusConflict, "campaign_closed", "Fall")
	ana.post(path+"/publish", nil).refused(http.StatusConflict, "campaign_closed", "again")
	ana.put(path+"/key-question", map[string]any{"text": "?", "responses": responses[:0]}).refused(http.StatusConflict, "campaign_closed", "closed")
	ana.patch(path, map[string]any{"slug": "fall"}).refused(http.StatusConflict, "campaign_closed", "slug")
	ana.post(path+"/passcode", nil).refused(http.StatusConflict, "campaign_closed", "closed")
	ana.patch(path, map[string]any{"name": "Fall 2026"}).is(http.StatusOK)
	if list := ana.get(organization + "/campaigns").is(http.StatusOK).list("items"); len(list) != 1 || list[0]["name"] != "Fall 2026" {
		t.Errorf("lists %v", list)
	}
}

func TestPasscodeIsShownOnceAndAsked(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.signsIn("ana"), d.signsIn("ben")
	path := d.draft(ana, d.organization(ana, "Vecinos"), "secret")
	ana.post(path+"/publish", nil).is(http.StatusOK)
	first := ana.post(path+"/passcode", nil).is(http.StatusOK).text("passcode")
	second := ana.post(path+"/passcode", nil).is(http.StatusOK).text("passcode")
	read := ana.get(path).is(http.StatusOK)
	if len(second) != 8 || first == second || strings.Contains(read.raw, second) || read.value("has_passcode") != true {
		t.Errorf("passcodes %q, %q; reads %s", first, second, read.raw)
	}
	if page := d.stranger("").get("/v1/public/campaigns/secret").is(http.StatusOK); page.value("asks_passcode") != true {
		t.Errorf("the landing page is %s", page.raw)
	}
	join := joining("secret")
	join["passcode"] = first
	ben.post("/v1/mobilizer/join", join).refused(http.StatusUnprocessableEntity, "invalid", "passcode")
	join["passcode"] = strings.ToLower(second[:4]) + " - " + second[4:]
	ben.post("/v1/mobilizer/join", join).is(http.StatusCreated)
	ana.del(path + "/passcode").is(http.StatusNoContent)
	d.signsIn("cleo").post("/v1/mobilizer/join", joining("secret")).is(http.StatusCreated)
}

func TestResponsesInUseKeepTheirMeaning(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.signsIn("ana"), d.signsIn("ben")
	path := d.draft(ana, d.organization(ana, "Vecinos"), "ladder")
	read := ana.post(path+"/publish", nil).is(http.StatusOK)
	responses := read.list("key_question", "responses")
	ben.post("/v1/mobilizer/join", joining("ladder")).is(http.StatusCreated)
	contacts := "/v1/mobilizer" + strings.TrimPrefix(path, "/v1/admin") + "/contacts"
	contact := ben.post(contacts, map[string]any{"first_name": "Nell"}).is(http.StatusCreated).text("id")
	ben.put(contacts+"/"+contact+"/answer", map[string]any{"response": responses[2]["id"]}).is(http.StatusOK)

	without := map[string]any{"text": "Will they vote?", "responses": wanted(responses, 2)}
	ana.put(path+"/key-question", without).refused(http.StatusConflict, "response_in_use", "Maybe")
	reworded := wanted(responses, -1)
	reworded[2]["text"], reworded[2]["retired"] = "Perhaps", true
	got := ana.put(path+"/key-question", map[string]any{"text": "Will they vote?", "responses": reworded}).is(http.StatusOK)
	kept := got.list("key_question", "responses")[2]
	if kept["id"] != responses[2]["id"] || kept["text"] != "Perhaps" || kept["retired"] != true || kept["used"] != true {
		t.Errorf("kept %v", kept)
	}
	ana.put(path+"/key-question", map[string]any{"text": "Will they vote?", "responses": wanted(responses, 0)}).is(http.StatusOK)
	ana.put(path+"/key-question", map[string]any{"text": "x", "revision": read.text("key_question", "revision"), "responses": wanted(responses, 0)}).
		refused(http.StatusConflict, "changed_meanwhile", "Somebody else")
}

// wanted sends responses back as they were read, without one of them.
func wanted(read []map[string]any, without int) []map[string]any {
	var edit []map[string]any
	for n, r := range read {
		if n != without {
			edit = append(edit, map[string]any{"id": r["id"], "text": r["text"], "value": r["value"], "retired": r["retired"]})
		}
	}
	return edit
}

func TestActionItems(t *testing.T) {
	d := newDesk(t)
	ana := d.signsIn("ana")
	path := d.draft(ana, d.organization(ana, "Vecinos"), "items")
	response := ana.get(path).list("key_question", "responses")[0]["id"]
	items := path + "/action-items"
	task := ana.post(items, map[string]any{"type": "TASK", "title": "Flyer", "nickname": " F ", "links": []map[string]any{{"url": "https://example.org"}}}).is(http.StatusCreated)
	if task.value("target", "everyone") != true || task.text("nickname") != "F" {
		t.Errorf("made %s", task.raw)
	}
	choice := ana.post(items, map[string]any{
		"type": "QUESTION_MULTIPLE_CHOICE", "title": "How?", "target": map[string]any{"responses": []any{response}},
		"options": []map[string]any{{"text": "By mail", "value": "M"}, {"text": "In person"}},
	}).is(http.StatusCreated)
	free := ana.post(items, map[string]any{"type": "QUESTION_FREE_RESPONSE", "title": "What?", "target": map[string]any{"no_response": true}}).is(http.StatusCreated)

	ana.post(items, map[string]any{"type": "TASK", "title": "x", "target": map[string]any{"responses": []any{"nobody"}}}).
		refused(http.StatusUnprocessableEntity, "invalid", `"field":"target.responses[0]"`)
	ana.post(items, map[string]any{"type": "TASK", "title": "x", "links": []map[string]any{{"url": "javascript:alert(1)"}}}).
		refused(http.StatusUnprocessableEntity, "invalid", `"field":"links[0].url"`)
	ana.post(items, map[string]any{"type": "POLL", "title": "x"}).refused(http.StatusUnprocessableEntity, "invalid", `"field":"type"`)
	if got := ana.get(path).list("key_question", "responses")[0]["id"]; got != response {
		t.Fatal("a refused item changed the campaign")
	}

	one := items + "/" + choice.text("id")
	options := choice.list("options")
	edited := ana.patch(one, map[string]any{"title": "How will they vote?", "revision": choice.text("revision"), "options": []map[string]any{
		{"id": options[1]["id"], "text": "In person, early"}, {"id": options[0]["id"], "text": "By mail", "retired": true}, {"text": "On the day"},
	}}).is(http.StatusOK)
	got := edited.list("options")
	if len(got) != 3 || got[0]["id"] != options[1]["id"] || got[1]["value"] != nil || edited.value("target", "everyone") != nil {
		t.Errorf("edited %s", edited.raw)
	}
	ana.patch(one, map[string]any{"title": "x", "revision": choice.text("revision")}).refused(http.StatusConflict, "changed_meanwhile", "Somebody else")
	ana.patch(one, map[string]any{"target": map[string]any{"everyone": true, "no_response": true}}).refused(http.StatusUnprocessableEntity, "invalid", "not both")
	ana.patch(one, map[string]any{"type": "TASK"}).is(http.StatusOK)
	ana.get(items + "/" + id7).is(http.StatusNotFound)

	ids := []string{free.text("id"), task.text("id"), choice.text("id")}
	ana.put(items+"/order", map[string]any{"items": ids[:2]}).refused(http.StatusUnprocessableEntity, "invalid", "is missing")
	ana.post(one+"/archive", nil).is(http.StatusOK)
	ordered := ana.put(items+"/order", map[string]any{"items": ids[:2]}).is(http.StatusOK)
	listed := ana.get(items).is(http.StatusOK)
	for n, item := range listed.list("items") {
		if item["id"] != ids[n] || item["position"] != float64(n) {
			t.Errorf("place %d holds %v", n, item)
		}
	}
	if listed.raw != ordered.raw || listed.list("items")[2]["archived_at"] == nil {
		t.Errorf("ordered %s, lists %s", ordered.raw, listed.raw)
	}
	if restored := ana.post(one+"/restore", nil).is(http.StatusOK); restored.value("archived_at") != nil {
		t.Errorf("restored %s", restored.raw)
	}
	response0 := ana.get(path).list("key_question", "responses")
	ana.patch(one, map[string]any{"target": map[string]any{"responses": []any{response}}}).is(http.StatusOK)
	ana.put(path+"/key-question", map[string]any{"text": "?", "responses": wanted(response0, 0)}).refused(http.StatusConflict, "response_in_use", "How will they vote?")
}

// id7 is an id of nothing.
const id7 = "01928d5e-0000-7000-8000-000000000001"

// Everything happens at once, and everything is there at the end.
func TestAdministratorsAtWorkAtOnceLoseNothing(t *testing.T) {
	d := newDesk(t)
	ana := d.signsIn("ana")
	path := d.draft(ana, d.organization(ana, "Vecinos"), "busy")
	item := path + "/action-items/" + ana.post(path+"/action-items", map[string]any{"type": "TASK", "title": "first"}).is(http.StatusCreated).text("id")
	var all sync.WaitGroup
	until := func(try func() *reply) {
		all.Go(func() {
			for range 20 {
				got := try()
				if got.status == http.StatusOK || got.status == http.StatusCreated {
					return
				}
				if got.text("code") != "busy" {
					t.Errorf("refused with %s", got.raw)
					return
				}
			}
			t.Error("always busy")
		})
	}
	until(func() *reply { return ana.patch(path, map[string]any{"name": "Renamed"}) })
	until(func() *reply { return ana.patch(path, map[string]any{"description": "Described"}) })
	until(func() *reply { return ana.patch(path, map[string]any{"time_zone": "America/Chicago"}) })
	until(func() *reply { return ana.patch(item, map[string]any{"title": "Titled"}) })
	until(func() *reply { return ana.patch(item, map[string]any{"nickname": "Nicked"}) })
	until(func() *reply { return ana.post(path+"/passcode", nil) })
	for n := range 6 {
		until(func() *reply {
			return ana.post(path+"/action-items", map[string]any{"type": "TASK", "title": fmt.Sprint("more ", n)})
		})
	}
	all.Wait()
	got := ana.get(path).is(http.StatusOK)
	if got.text("name") != "Renamed" || got.text("description") != "Described" || got.text("time_zone") != "America/Chicago" || got.value("has_passcode") != true {
		t.Errorf("an update is lost: %s", got.raw)
	}
	if one := ana.get(item).is(http.StatusOK); one.text("title") != "Titled" || one.text("nickname") != "Nicked" {
		t.Errorf("an update is lost: %s", one.raw)
	}
	content, err := d.store.Content(t.Context(), campaign.ID(got.text("id")))
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

func TestTheSameRequestAgainTakesEffectOnce(t *testing.T) {
	d := newDesk(t)
	ana := d.signsIn("ana")
	organization := d.organization(ana, "Vecinos")
	body := map[string]any{"name": "Once", "slug": "once", "description": strings.Repeat("選", 10_000)}
	first := ana.request(http.MethodPost, organization+"/campaigns", body, "key-1").is(http.StatusCreated)
	again := ana.request(http.MethodPost, organization+"/campaigns", body, "key-1").is(http.StatusCreated)
	if again.text("id") != first.text("id") || again.text("description") != first.text("description") {
		t.Errorf("made %s and %s", first.text("id"), again.text("id"))
	}
	body["name"] = "Twice"
	ana.request(http.MethodPost, organization+"/campaigns", body, "key-1").refused(http.StatusUnprocessableEntity, "idempotency_key_reused", "another body")
	path := "/v1/admin/campaigns/" + first.text("id")
	ana.put(path+"/key-question", map[string]any{"text": "?", "responses": []map[string]any{{"text": "a", "value": 1}, {"text": "b", "value": 2}}}).is(http.StatusOK)
	published := ana.request(http.MethodPost, path+"/publish", nil, "key-2").is(http.StatusOK)
	ana.post(path+"/close", nil).is(http.StatusOK)
	replayed := ana.request(http.MethodPost, path+"/publish", nil, "key-2").is(http.StatusOK)
	if replayed.text("status") != "active" || replayed.text("published_at") != published.text("published_at") {
		t.Errorf("replayed %s", replayed.raw)
	}
}
