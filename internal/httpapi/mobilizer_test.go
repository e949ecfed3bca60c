package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
)

func TestAMobilizerJoinsLeavesAndComesBack(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	membership := ana.join.text("id")
	if ana.join.text("email") != "ana@example.org" || ana.join.text("match_status") != "PENDING" || ana.join.text("joined_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("joined as %s", ana.join.raw)
	}
	again := ana.post("/v1/mobilizer/join", joining("neighbors-2026")).is(http.StatusOK)
	if again.text("id") != membership {
		t.Errorf("joining again makes the membership %s of %s", again.text("id"), membership)
	}
	shown := ana.get(ana.at()).is(http.StatusOK)
	if shown.text("membership", "id") != membership || len(shown.list("action_items")) != 3 || len(shown.list("key_question", "responses")) != 5 {
		t.Errorf("the campaign is %s", shown.raw)
	}
	edited := ana.patch(ana.at("profile"), map[string]any{"city": " Cambridge ", "zip": ""}).is(http.StatusOK)
	if edited.text("city") != "Cambridge" || edited.text("zip") != "" || edited.text("first_name") != "Ana" {
		t.Errorf("the profile became %s", edited.raw)
	}
	contact := ana.adds("José")

	s.later(time.Hour)
	left := ana.post(ana.at("leave"), map[string]any{"contacts": "keep"}).is(http.StatusOK)
	if left.text("left_at") != "2026-10-24T13:00:00.000Z" {
		t.Errorf("left with %s", left.raw)
	}
	for _, refused := range []*reply{
		ana.get(ana.at()), ana.get(contact), ana.post(ana.at("contacts"), map[string]any{"first_name": "B"}),
		ana.patch(ana.at("profile"), map[string]any{}), ana.put(ana.at("match"), map[string]any{"status": "NO_MATCHES"}),
		ana.put(contact+"/answer", map[string]any{"response": s.response(0)}), ana.post(ana.at("leave"), map[string]any{"contacts": "remove"}),
		ana.put(ana.at("consent"), map[string]any{"consent": true}),
	} {
		refused.refused(http.StatusForbidden, "left", "Join it again")
	}
	withdrawn := ana.put(ana.at("consent"), map[string]any{"consent": false}).is(http.StatusOK)
	if withdrawn.value("consent") != false {
		t.Errorf("consent is %s", withdrawn.raw)
	}

	s.later(time.Hour)
	ana.post("/v1/mobilizer/join", map[string]any{"slug": "neighbors-2026", "first_name": "Ana"}).refused(http.StatusUnprocessableEntity, "invalid", "last_name")
	back := ana.post("/v1/mobilizer/join", joining("neighbors-2026")).is(http.StatusOK)
	if back.text("id") != membership || back.text("left_at") != "" || back.text("joined_at") != "2026-10-24T12:00:00.000Z" || back.value("consent") != true {
		t.Errorf("came back as %s", back.raw)
	}
	ana.get(contact).is(http.StatusOK)

	ana.post(ana.at("leave"), map[string]any{"contacts": "remove"}).is(http.StatusOK)
	ana.get(ana.at()).refused(http.StatusNotFound, "not_found", "campaign")
	ana.post(ana.at("leave"), map[string]any{"contacts": "remove"}).refused(http.StatusNotFound, "not_found", "campaign")
	anew := ana.post("/v1/mobilizer/join", joining("neighbors-2026")).is(http.StatusCreated)
	if anew.text("id") == membership {
		t.Error("joining after leaving with the contacts is no new membership")
	}
}

func TestAUserIsOnePersonInAnOrganization(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	second := s.newCampaign("second-2026", "active")
	ana.post("/v1/mobilizer/join", joining("second-2026")).is(http.StatusCreated)
	here, err := s.store.MembershipByUser(t.Context(), s.campaign.ID, ana.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	there, err := s.store.MembershipByUser(t.Context(), second.ID, ana.user.ID)
	if err != nil {
		t.Fatal(err)
	}
	if here.Person != there.Person || here.Person == "" {
		t.Errorf("Ana is %s in one campaign, %s in the other", here.Person, there.Person)
	}
}

func TestContactsOfOneMobilizer(t *testing.T) {
	s := newStage(t)
	ana, ben := s.mobilizer("Ana"), s.mobilizer("Ben")
	first := ana.adds("José")
	ana.adds("Bo")
	ana.adds("Cy")
	ben.adds("Dee")

	shown := ana.get(first).is(http.StatusOK)
	if shown.text("phone") != "+16175550123" || shown.text("email") != "x@example.org" || shown.text("first_name") != "José" || len(shown.list("responses")) != 0 {
		t.Errorf("the contact is %s", shown.raw)
	}
	page := ana.get(ana.at("contacts") + "?limit=2").is(http.StatusOK)
	rest := ana.get(ana.at("contacts") + "?limit=2&page=" + page.text("next")).is(http.StatusOK)
	names := []string{}
	for _, c := range append(page.list("items"), rest.list("items")...) {
		name, _ := c["first_name"].(string)
		names = append(names, name)
	}
	if !slices.Equal(slices.Sorted(slices.Values(names)), []string{"Bo", "Cy", "José"}) || rest.text("next") != "" {
		t.Errorf("Ana's contacts are %v, next %q", names, rest.text("next"))
	}
	ben.get(ben.at("contacts")+"?page="+page.text("next")).refused(http.StatusUnprocessableEntity, "invalid", "page")
	ben.get(first).refused(http.StatusNotFound, "not_found", "contact")
	ben.del(first).refused(http.StatusNotFound, "not_found", "contact")
	ben.put(first+"/answer", map[string]any{"response": s.response(0)}).refused(http.StatusNotFound, "not_found", "contact")

	edited := ana.patch(first, map[string]any{"city": "Boston", "phone": ""}).is(http.StatusOK)
	if edited.text("city") != "Boston" || edited.text("phone") != "" || edited.text("email") != "x@example.org" {
		t.Errorf("edited to %s", edited.raw)
	}
	ana.del(first).is(http.StatusNoContent)
	ana.get(first).refused(http.StatusNotFound, "not_found", "contact")
	ana.del(first).refused(http.StatusNotFound, "not_found", "contact")
	if book := ana.get(ana.at("address-book")).is(http.StatusOK); len(book.list("items")) != 2 {
		t.Errorf("the address book is %s", book.raw)
	}
}

// Mobilizers share partitions of the store: among so many some have the same one.
func TestNobodyReachesAnothersContact(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	contact := ana.adds("José")
	note := contact + "/notes/" + ana.post(contact+"/notes", map[string]any{"content": "Mine"}).is(http.StatusCreated).text("id")
	task := contact + "/responses/" + string(s.task.ID)
	ana.put(task, map[string]any{"completed": true}).is(http.StatusOK)
	before := ana.story()
	for n := range 24 {
		ben := s.mobilizer(fmt.Sprintf("Ben%d", n))
		for _, asked := range []*reply{
			ben.get(contact), ben.patch(contact, map[string]any{"city": "Lynn"}), ben.del(contact),
			ben.put(contact+"/match", map[string]any{"status": "NO_MATCHES"}), ben.del(contact + "/match"),
			ben.put(contact+"/answer", map[string]any{"response": s.response(0)}), ben.del(contact + "/answer"),
			ben.get(contact + "/answers"), ben.put(task, map[string]any{"completed": false}), ben.del(task),
			ben.get(contact + "/notes"), ben.post(contact+"/notes", map[string]any{"content": "Mine too"}),
			ben.patch(note, map[string]any{"content": "Mine"}), ben.del(note),
			ben.put(contact+"/vote-plan", map[string]any{"text": "No"}),
		} {
			asked.refused(http.StatusNotFound, "not_found", "no such contact")
		}
	}
	if after := ana.story(); after != before {
		t.Errorf("others changed Ana's contact from\n%s\nto\n%s", before, after)
	}
}

func TestAddressBookServesLaterCampaigns(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	first := ana.get(ana.adds("José"))
	second := s.newCampaign("second-2026", "active")
	ana.post("/v1/mobilizer/join", joining("second-2026")).is(http.StatusCreated)
	there := "/v1/mobilizer/campaigns/" + string(second.ID)

	book := ana.get(there + "/address-book").is(http.StatusOK).list("items")
	if len(book) != 1 || book[0]["contact_id"] != first.text("contact_id") || book[0]["target"] != nil || book[0]["phone"] != "+16175550123" {
		t.Fatalf("the address book is %v", book)
	}
	if here := ana.get(ana.at("address-book")).list("items"); here[0]["target"] != first.text("id") {
		t.Errorf("the address book does not lead to the contact: %v", here)
	}
	copied := ana.post(there+"/contacts", map[string]any{"contact_id": first.text("contact_id")}).is(http.StatusCreated)
	if copied.text("first_name") != "José" || copied.text("phone") != "+16175550123" || copied.text("id") == first.text("id") {
		t.Errorf("the copy is %s", copied.raw)
	}
	ana.post(there+"/contacts", map[string]any{"contact_id": first.text("contact_id")}).refused(http.StatusConflict, "contact_in_campaign", "already")
	ana.post(there+"/contacts", map[string]any{"contact_id": first.text("contact_id"), "city": "X"}).refused(http.StatusUnprocessableEntity, "invalid", "contact_id alone")
	ana.post(there+"/contacts", map[string]any{"contact_id": first.text("id")}).refused(http.StatusUnprocessableEntity, "invalid", "no such person")
	ben := s.mobilizer("Ben")
	ben.post(ben.at("contacts"), map[string]any{"contact_id": first.text("contact_id")}).refused(http.StatusUnprocessableEntity, "invalid", "no such person")

	ana.patch(there+"/contacts/"+copied.text("id"), map[string]any{"city": "Lynn"}).is(http.StatusOK)
	if here := ana.get(ana.at("contacts", first.text("id"))); here.text("city") != "" {
		t.Errorf("an edit in one campaign reached the other: %s", here.raw)
	}
	ana.del(ana.at("contacts", first.text("id"))).is(http.StatusNoContent)
	ana.get(there + "/contacts/" + copied.text("id")).is(http.StatusOK)
	ana.del(there + "/contacts/" + copied.text("id")).is(http.StatusNoContent)
	if book := ana.get(there + "/address-book").list("items"); len(book) != 0 {
		t.Errorf("the entry outlives its last contact: %v", book)
	}
}

func TestWhatAMobilizerDoesAboutAContact(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	contact := ana.adds("José")

	answered := ana.put(contact+"/answer", map[string]any{"response": s.response(0)}).is(http.StatusOK)
	if answered.text("response", "text") != "Definitely Not" || answered.number("touchpoints") != 1 || answered.text("answered_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("answered: %s", answered.raw)
	}
	s.later(time.Hour)
	ana.put(contact+"/answer", map[string]any{"response": s.response(0)}).is(http.StatusOK)
	ana.put(contact+"/answer", map[string]any{"response": s.response(1)}).is(http.StatusOK)
	cleared := ana.del(contact + "/answer").is(http.StatusOK)
	if cleared.value("response") != nil || cleared.number("touchpoints") != 2 {
		t.Errorf("cleared: %s", cleared.raw)
	}
	history := ana.get(contact + "/answers").is(http.StatusOK).list("items")
	if len(history) != 3 || history[0]["response"] != nil || history[1]["text_then"] != "Probably Not" || history[2]["text_then"] != "Definitely Not" {
		t.Errorf("the history is %v", history)
	}

	choice := contact + "/responses/" + string(s.choice.ID)
	chosen := ana.put(choice, map[string]any{"option": s.choice.Options[0].ID}).is(http.StatusOK)
	ana.put(contact+"/answer", map[string]any{"response": s.response(2)}).is(http.StatusOK) // out of the target now
	s.later(time.Hour)
	changed := ana.put(choice, map[string]any{"option": s.choice.Options[1].ID}).is(http.StatusOK)
	if changed.text("id") != chosen.text("id") || changed.text("created_at") != chosen.text("created_at") || changed.text("updated_at") == "" || changed.text("option") != s.choice.Options[1].ID {
		t.Errorf("changed %s to %s", chosen.raw, changed.raw)
	}
	task := contact + "/responses/" + string(s.task.ID)
	if no := ana.put(task, map[string]any{"completed": false}).is(http.StatusOK); no.value("completed") != false {
		t.Errorf("not completed: %s", no.raw)
	}
	free := contact + "/responses/" + string(s.free.ID)
	ana.put(free, map[string]any{"text": " =1+1, \"مرحبا\" 👋\n"}).is(http.StatusOK)
	note := ana.post(contact+"/notes", map[string]any{"content": "Called.\nWill vote."}).is(http.StatusCreated)
	ana.post(contact+"/notes", map[string]any{"content": "Called again."}).is(http.StatusCreated)
	ana.patch(contact+"/notes/"+note.text("id"), map[string]any{"content": "Called. "}).is(http.StatusOK)
	notes := ana.get(contact + "/notes?limit=1").is(http.StatusOK)
	older := ana.get(contact + "/notes?limit=1&page=" + notes.text("next")).is(http.StatusOK).list("items")
	if len(older) != 1 || older[0]["content"] != "Called. " && notes.list("items")[0]["content"] != "Called. " {
		t.Errorf("the notes are %s and %v", notes.raw, older)
	}
	planned := ana.put(contact+"/vote-plan", map[string]any{"text": "By mail on Monday"}).is(http.StatusOK)
	if planned.text("vote_plan") != "By mail on Monday" {
		t.Errorf("the plan: %s", planned.raw)
	}
	matched := ana.put(contact+"/match", map[string]any{"canonical_voter_id": "MA01"}).is(http.StatusOK)
	if matched.text("match_status") != "CONFIRMED" || matched.text("voter", "first_name") != "JOSE" || matched.text("voter", "zip") != "02139" {
		t.Errorf("matched: %s", matched.raw)
	}

	shown := ana.get(contact).is(http.StatusOK)
	if shown.number("touchpoints") != 7 || len(shown.list("responses")) != 3 { // answers 3, choice, text, notes 2
		t.Errorf("the contact is %s", shown.raw)
	}
	for _, r := range shown.list("responses") {
		if r["action_item"] == string(s.free.ID) && r["text"] != " =1+1, \"مرحبا\" 👋\n" {
			t.Errorf("the text came back as %q", r["text"])
		}
	}

	ana.del(contact + "/notes/" + note.text("id")).is(http.StatusNoContent)
	ana.del(contact+"/notes/"+note.text("id")).refused(http.StatusNotFound, "not_found", "note")
	ana.del(choice).is(http.StatusNoContent)
	ana.del(choice).is(http.StatusNoContent)
	if reset := ana.del(contact + "/match").is(http.StatusOK); reset.text("match_status") != "PENDING" || reset.value("voter") != nil {
		t.Errorf("reset: %s", reset.raw)
	}
	if shown := ana.get(contact); shown.number("touchpoints") != 5 {
		t.Errorf("after deleting and withdrawing: %s", shown.raw)
	}
	self := ana.put(ana.at("match"), map[string]any{"canonical_voter_id": "MA02"}).is(http.StatusOK)
	if self.text("voter", "last_name") != "LEE" {
		t.Errorf("self match: %s", self.raw)
	}
	if self := ana.del(ana.at("match")).is(http.StatusOK); self.text("match_status") != "PENDING" {
		t.Errorf("self reset: %s", self.raw)
	}
}

// What is longest in JSON, an escape of six bytes a character, must still be kept.
func TestTheLongestRepliesAreKept(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	contact := ana.adds("José")
	long := func(n int) string { return strings.Repeat("\u2028<", n/2) } // both are escaped
	note := map[string]any{"content": long(2500)}
	first := ana.request(http.MethodPost, contact+"/notes", note, "note").is(http.StatusCreated)
	if again := ana.request(http.MethodPost, contact+"/notes", note, "note").is(http.StatusCreated); again.text("id") != first.text("id") || again.text("content") != long(2500) {
		t.Error("the repetition of a long note is another answer")
	}
	for range 47 {
		s.newItem(action.Input{Type: action.Task, Title: "Another", Target: action.TargetInput{Everyone: true}})
	}
	s.restart()
	name := strings.Repeat("<", 100)
	many := map[string]any{"first_name": name, "last_name": name, "preferred_name": name, "city": name}
	added := ana.request(http.MethodPost, ana.at("contacts"), many, "contact").is(http.StatusCreated)
	if again := ana.request(http.MethodPost, ana.at("contacts"), many, "contact").is(http.StatusCreated); again.text("id") != added.text("id") || again.text("city") != name {
		t.Error("the repetition of a long contact is another answer")
	}
}

func TestFirstUseIsMarkedInTheSameWrite(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	contact := ana.adds("José")
	ana.put(contact+"/answer", map[string]any{"response": s.response(0)}).is(http.StatusOK)
	ana.put(contact+"/responses/"+string(s.choice.ID), map[string]any{"option": s.choice.Options[2].ID}).is(http.StatusOK)
	content, err := s.store.Content(t.Context(), s.campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	for n, r := range content.Campaign.Question.Responses {
		if r.Used != (n == 0) {
			t.Errorf("response %d is used: %t", n, r.Used)
		}
	}
	for _, i := range content.Items {
		if i.Answered != (i.ID == s.choice.ID) {
			t.Errorf("%q is answered: %t", i.Title, i.Answered)
		}
	}
	for n, o := range content.Items[1].Options {
		if o.Used != (n == 2) {
			t.Errorf("option %d is used: %t", n, o.Used)
		}
	}
	s.faults.arm(0, false)
	ana.put(contact+"/answer", map[string]any{"response": s.response(1)}).is(http.StatusOK)
	s.faults.arm(0, false)
	ana.put(contact+"/answer", map[string]any{"response": s.response(0)}).is(http.StatusOK)
	if calls := s.faults.count(); !slices.Equal(calls, []string{"GetItem", "GetItem", "GetItem", "TransactWriteItems"}) {
		t.Errorf("a later answer calls the store so: %v", calls)
	}
}
