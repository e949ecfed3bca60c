package mobilizerapi_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestMembership_JoinLeaveRejoin_KeepsOrRemovesContacts(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	membership := ana.JoinReply.Text("id")
	if ana.JoinReply.Text("email") != "ana@example.org" || ana.JoinReply.Text("match_status") != "PENDING" || ana.JoinReply.Text("joined_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("joined as %s", ana.JoinReply.Raw)
	}
	again := ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("neighbors-2026")).ExpectStatus(http.StatusOK)
	if again.Text("id") != membership {
		t.Errorf("joining again makes the membership %s of %s", again.Text("id"), membership)
	}
	shown := ana.Get(ana.Path()).ExpectStatus(http.StatusOK)
	if shown.Text("membership", "id") != membership || len(shown.List("action_items")) != 3 || len(shown.List("key_question", "responses")) != 5 {
		t.Errorf("the campaign is %s", shown.Raw)
	}
	edited := ana.Patch(ana.Path("profile"), map[string]any{"city": " Cambridge ", "zip": ""}).ExpectStatus(http.StatusOK)
	if edited.Text("city") != "Cambridge" || edited.Text("zip") != "" || edited.Text("first_name") != "Ana" {
		t.Errorf("the profile became %s", edited.Raw)
	}
	contact := ana.AddContact("José")

	s.Advance(time.Hour)
	left := ana.Post(ana.Path("leave"), map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	if left.Text("left_at") != "2026-10-24T13:00:00.000Z" {
		t.Errorf("left with %s", left.Raw)
	}
	for _, refused := range []*httpapitest.Reply{
		ana.Get(ana.Path("contacts")), ana.Get(contact), ana.Post(ana.Path("contacts"), map[string]any{"first_name": "B"}),
		ana.Patch(ana.Path("profile"), map[string]any{}), ana.Put(ana.Path("match"), map[string]any{"status": "NO_MATCHES"}),
		ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(0)}), ana.Post(ana.Path("leave"), map[string]any{"contacts": "remove"}),
		ana.Put(ana.Path("consent"), map[string]any{"consent": true}),
	} {
		refused.ExpectProblem(http.StatusForbidden, "left", "Join it again")
	}
	shown = ana.Get(ana.Path()).ExpectStatus(http.StatusOK)
	if shown.Text("membership", "left_at") != "2026-10-24T13:00:00.000Z" || shown.Value("membership", "consent") != true || shown.Text("landing_page") == "" {
		t.Errorf("after leaving, the campaign is %s", shown.Raw)
	}
	withdrawn := ana.Put(ana.Path("consent"), map[string]any{"consent": false}).ExpectStatus(http.StatusOK)
	if withdrawn.Value("consent") != false {
		t.Errorf("consent is %s", withdrawn.Raw)
	}

	s.Advance(time.Hour)
	s.NewUser("Bea").Post("/v1/mobilizer/join", map[string]any{"slug": "neighbors-2026", "first_name": "Bea"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "last_name")
	back := ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("neighbors-2026")).ExpectStatus(http.StatusOK)
	if back.Text("id") != membership || back.Text("left_at") != "" || back.Text("joined_at") != "2026-10-24T12:00:00.000Z" || back.Value("consent") != true {
		t.Errorf("came back as %s", back.Raw)
	}
	ana.Get(contact).ExpectStatus(http.StatusOK)

	ana.Post(ana.Path("leave"), map[string]any{"contacts": "remove"}).ExpectStatus(http.StatusOK)
	ana.Get(ana.Path()).ExpectProblem(http.StatusNotFound, "not_found", "campaign")
	ana.Post(ana.Path("leave"), map[string]any{"contacts": "remove"}).ExpectProblem(http.StatusNotFound, "not_found", "campaign")
	rejoined := ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("neighbors-2026")).ExpectStatus(http.StatusCreated)
	if rejoined.Text("id") == membership {
		t.Error("joining after leaving with the contacts is no new membership")
	}
}

func TestJoinCampaign_SecondCampaign_KeepsPersonID(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	second := s.NewCampaign("second-2026", "active")
	ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("second-2026")).ExpectStatus(http.StatusCreated)
	here, err := s.Store.MembershipByUser(t.Context(), s.Campaign.ID, ana.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	there, err := s.Store.MembershipByUser(t.Context(), second.ID, ana.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	if here.Person != there.Person || here.Person == "" {
		t.Errorf("Ana is %s in one campaign, %s in the other", here.Person, there.Person)
	}
}

func TestMyContacts_CreatedUpdatedDeleted_AreReturned(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana, ben := s.NewMobilizer("Ana"), s.NewMobilizer("Ben")
	first := ana.AddContact("José")
	ana.AddContact("Bo")
	ana.AddContact("Cy")
	ben.AddContact("Dee")

	shown := ana.Get(first).ExpectStatus(http.StatusOK)
	if shown.Text("phone") != "+16175550123" || shown.Text("email") != "x@example.org" || shown.Text("first_name") != "José" || len(shown.List("action_responses")) != 0 {
		t.Errorf("the contact is %s", shown.Raw)
	}
	page := ana.Get(ana.Path("contacts") + "?limit=2").ExpectStatus(http.StatusOK)
	rest := ana.Get(ana.Path("contacts") + "?limit=2&page=" + page.Text("next")).ExpectStatus(http.StatusOK)
	names := []string{}
	for _, c := range append(page.List("items"), rest.List("items")...) {
		name, _ := c["first_name"].(string)
		names = append(names, name)
	}
	if !slices.Equal(slices.Sorted(slices.Values(names)), []string{"Bo", "Cy", "José"}) || rest.Text("next") != "" {
		t.Errorf("Ana's contacts are %v, next %q", names, rest.Text("next"))
	}
	ben.Get(ben.Path("contacts")+"?page="+page.Text("next")).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "page")
	ben.Get(first).ExpectProblem(http.StatusNotFound, "not_found", "contact")
	ben.Delete(first).ExpectProblem(http.StatusNotFound, "not_found", "contact")
	ben.Put(first+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectProblem(http.StatusNotFound, "not_found", "contact")

	edited := ana.Patch(first, map[string]any{"city": "Boston", "phone": ""}).ExpectStatus(http.StatusOK)
	if edited.Text("city") != "Boston" || edited.Text("phone") != "" || edited.Text("email") != "x@example.org" {
		t.Errorf("edited to %s", edited.Raw)
	}
	ana.Delete(first).ExpectStatus(http.StatusNoContent)
	ana.Get(first).ExpectProblem(http.StatusNotFound, "not_found", "contact")
	ana.Delete(first).ExpectProblem(http.StatusNotFound, "not_found", "contact")
	if book := ana.Get(ana.Path("address-book")).ExpectStatus(http.StatusOK); len(book.List("items")) != 2 {
		t.Errorf("the address book is %s", book.Raw)
	}
}

// Mobilizers share partitions of the store: among so many, some have the same partition.
func TestContactRoutes_ContactOfAnotherMobilizer_NotFound(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")
	note := contact + "/notes/" + ana.Post(contact+"/notes", map[string]any{"content": "Mine"}).ExpectStatus(http.StatusCreated).Text("id")
	task := contact + "/action-responses/" + string(s.Task.ID)
	ana.Put(task, map[string]any{"completed": true}).ExpectStatus(http.StatusOK)
	before := stateOf(s, ana)
	for n := range 24 {
		ben := s.NewMobilizer(fmt.Sprintf("Ben%d", n))
		for _, asked := range []*httpapitest.Reply{
			ben.Get(contact), ben.Patch(contact, map[string]any{"city": "Lynn"}), ben.Delete(contact),
			ben.Put(contact+"/match", map[string]any{"status": "NO_MATCHES"}), ben.Delete(contact + "/match"),
			ben.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(0)}), ben.Delete(contact + "/answer"),
			ben.Get(contact + "/answers"), ben.Put(task, map[string]any{"completed": false}), ben.Delete(task),
			ben.Get(contact + "/notes"), ben.Post(contact+"/notes", map[string]any{"content": "Mine too"}),
			ben.Patch(note, map[string]any{"content": "Mine"}), ben.Delete(note),
			ben.Put(contact+"/vote-plan", map[string]any{"text": "No"}),
		} {
			asked.ExpectProblem(http.StatusNotFound, "not_found", "no such contact")
		}
	}
	if after := stateOf(s, ana); after != before {
		t.Errorf("others changed Ana's contact from\n%s\nto\n%s", before, after)
	}
}

func TestAddressBook_LaterCampaign_ReusesEntries(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	first := ana.Get(ana.AddContact("José"))
	second := s.NewCampaign("second-2026", "active")
	ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("second-2026")).ExpectStatus(http.StatusCreated)
	there := "/v1/mobilizer/campaigns/" + string(second.ID)

	book := ana.Get(there + "/address-book").ExpectStatus(http.StatusOK).List("items")
	if len(book) != 1 || book[0]["id"] != first.Text("address_book_entry_id") || book[0]["contact_id"] != nil || book[0]["phone"] != "+16175550123" {
		t.Fatalf("the address book is %v", book)
	}
	if here := ana.Get(ana.Path("address-book")).List("items"); here[0]["contact_id"] != first.Text("id") {
		t.Errorf("the address book does not lead to the contact: %v", here)
	}
	copied := ana.Post(there+"/contacts", map[string]any{"address_book_entry_id": first.Text("address_book_entry_id")}).ExpectStatus(http.StatusCreated)
	if copied.Text("first_name") != "José" || copied.Text("phone") != "+16175550123" || copied.Text("id") == first.Text("id") {
		t.Errorf("the copy is %s", copied.Raw)
	}
	ana.Post(there+"/contacts", map[string]any{"address_book_entry_id": first.Text("address_book_entry_id")}).ExpectProblem(http.StatusConflict, "contact_in_campaign", "already")
	ana.Post(there+"/contacts", map[string]any{"address_book_entry_id": first.Text("address_book_entry_id"), "city": "X"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "address_book_entry_id alone")
	ana.Post(there+"/contacts", map[string]any{"address_book_entry_id": first.Text("id")}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "no such person")
	ben := s.NewMobilizer("Ben")
	ben.Post(ben.Path("contacts"), map[string]any{"address_book_entry_id": first.Text("address_book_entry_id")}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "no such person")

	ana.Patch(there+"/contacts/"+copied.Text("id"), map[string]any{"city": "Lynn"}).ExpectStatus(http.StatusOK)
	if here := ana.Get(ana.Path("contacts", first.Text("id"))); here.Text("city") != "" {
		t.Errorf("an edit in one campaign reached the other: %s", here.Raw)
	}
	ana.Delete(ana.Path("contacts", first.Text("id"))).ExpectStatus(http.StatusNoContent)
	ana.Get(there + "/contacts/" + copied.Text("id")).ExpectStatus(http.StatusOK)
	ana.Delete(there + "/contacts/" + copied.Text("id")).ExpectStatus(http.StatusNoContent)
	if book := ana.Get(there + "/address-book").List("items"); len(book) != 0 {
		t.Errorf("the entry outlives its last contact: %v", book)
	}
}

func TestContactRoutes_EachActivity_ChangesContact(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")

	answered := ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
	if answered.Text("key_question_response", "text") != "Definitely Not" || answered.Number("relational_touchpoints") != 1 || answered.Text("key_question_response", "answered_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("answered: %s", answered.Raw)
	}
	s.Advance(time.Hour)
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(1)}).ExpectStatus(http.StatusOK)
	cleared := ana.Delete(contact + "/answer").ExpectStatus(http.StatusOK)
	if cleared.Value("key_question_response") != nil || cleared.Number("relational_touchpoints") != 2 {
		t.Errorf("cleared: %s", cleared.Raw)
	}
	history := ana.Get(contact + "/answers").ExpectStatus(http.StatusOK).List("items")
	if len(history) != 3 || history[0]["response"] != nil || history[1]["response_text"] != "Probably Not" || history[2]["response_text"] != "Definitely Not" {
		t.Errorf("the history is %v", history)
	}

	choice := contact + "/action-responses/" + string(s.Choice.ID)
	chosen := ana.Put(choice, map[string]any{"option_id": s.Choice.Options[0].ID}).ExpectStatus(http.StatusOK)
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(2)}).ExpectStatus(http.StatusOK) // out of the target now
	s.Advance(time.Hour)
	changed := ana.Put(choice, map[string]any{"option_id": s.Choice.Options[1].ID}).ExpectStatus(http.StatusOK)
	if changed.Text("id") != chosen.Text("id") || changed.Text("created_at") != chosen.Text("created_at") || changed.Text("updated_at") == "" || changed.Text("option_id") != s.Choice.Options[1].ID {
		t.Errorf("changed %s to %s", chosen.Raw, changed.Raw)
	}
	task := contact + "/action-responses/" + string(s.Task.ID)
	if no := ana.Put(task, map[string]any{"completed": false}).ExpectStatus(http.StatusOK); no.Value("completed") != false {
		t.Errorf("not completed: %s", no.Raw)
	}
	free := contact + "/action-responses/" + string(s.Free.ID)
	ana.Put(free, map[string]any{"text": " =1+1, \"مرحبا\" 👋\n"}).ExpectStatus(http.StatusOK)
	note := ana.Post(contact+"/notes", map[string]any{"content": "Called.\nWill vote."}).ExpectStatus(http.StatusCreated)
	ana.Post(contact+"/notes", map[string]any{"content": "Called again."}).ExpectStatus(http.StatusCreated)
	ana.Patch(contact+"/notes/"+note.Text("id"), map[string]any{"content": "Called. "}).ExpectStatus(http.StatusOK)
	notes := ana.Get(contact + "/notes?limit=1").ExpectStatus(http.StatusOK)
	older := ana.Get(contact + "/notes?limit=1&page=" + notes.Text("next")).ExpectStatus(http.StatusOK).List("items")
	if len(older) != 1 || older[0]["content"] != "Called. " && notes.List("items")[0]["content"] != "Called. " {
		t.Errorf("the notes are %s and %v", notes.Raw, older)
	}
	planned := ana.Put(contact+"/vote-plan", map[string]any{"text": "By mail on Monday"}).ExpectStatus(http.StatusOK)
	if planned.Text("vote_plan") != "By mail on Monday" {
		t.Errorf("the plan: %s", planned.Raw)
	}
	matched := ana.Put(contact+"/match", map[string]any{"canonical_voter_id": "MA01"}).ExpectStatus(http.StatusOK)
	if matched.Text("match_status") != "CONFIRMED" || matched.Text("voter", "first_name") != "JOSE" || matched.Text("voter", "zip") != "02139" {
		t.Errorf("matched: %s", matched.Raw)
	}

	shown := ana.Get(contact).ExpectStatus(http.StatusOK)
	if shown.Number("relational_touchpoints") != 7 || len(shown.List("action_responses")) != 3 { // answers 3, choice, text, notes 2
		t.Errorf("the contact is %s", shown.Raw)
	}
	for _, r := range shown.List("action_responses") {
		if r["action_item_id"] == string(s.Free.ID) && r["text"] != " =1+1, \"مرحبا\" 👋\n" {
			t.Errorf("the text came back as %q", r["text"])
		}
	}

	ana.Delete(contact + "/notes/" + note.Text("id")).ExpectStatus(http.StatusNoContent)
	ana.Delete(contact+"/notes/"+note.Text("id")).ExpectProblem(http.StatusNotFound, "not_found", "note")
	ana.Delete(choice).ExpectStatus(http.StatusNoContent)
	ana.Delete(choice).ExpectStatus(http.StatusNoContent)
	if reset := ana.Delete(contact + "/match").ExpectStatus(http.StatusOK); reset.Text("match_status") != "PENDING" || reset.Value("voter") != nil {
		t.Errorf("reset: %s", reset.Raw)
	}
	if shown := ana.Get(contact); shown.Number("relational_touchpoints") != 5 {
		t.Errorf("after deleting and withdrawing: %s", shown.Raw)
	}
	self := ana.Put(ana.Path("match"), map[string]any{"canonical_voter_id": "MA02"}).ExpectStatus(http.StatusOK)
	if self.Text("voter", "last_name") != "LEE" {
		t.Errorf("self match: %s", self.Raw)
	}
	if self := ana.Delete(ana.Path("match")).ExpectStatus(http.StatusOK); self.Text("match_status") != "PENDING" {
		t.Errorf("self reset: %s", self.Raw)
	}
}

// The longest reply in JSON, with an escape of six bytes for each character, must still be stored.
func TestIdempotencyKey_LongestReply_IsReplayed(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")
	long := func(n int) string { return strings.Repeat("\u2028<", n/2) } // both are escaped
	note := map[string]any{"content": long(2500)}
	first := ana.Do(http.MethodPost, contact+"/notes", note, "note").ExpectStatus(http.StatusCreated)
	if again := ana.Do(http.MethodPost, contact+"/notes", note, "note").ExpectStatus(http.StatusCreated); again.Text("id") != first.Text("id") || again.Text("content") != long(2500) {
		t.Error("the repetition of a long note is another answer")
	}
	for range 47 {
		s.NewItem(action.Input{Type: action.Task, Title: "Another", Target: action.TargetInput{Everyone: true}})
	}
	s.Restart()
	name := strings.Repeat("<", 100)
	many := map[string]any{"first_name": name, "last_name": name, "preferred_name": name, "city": name}
	added := ana.Do(http.MethodPost, ana.Path("contacts"), many, "contact").ExpectStatus(http.StatusCreated)
	if again := ana.Do(http.MethodPost, ana.Path("contacts"), many, "contact").ExpectStatus(http.StatusCreated); again.Text("id") != added.Text("id") || again.Text("city") != name {
		t.Error("the repetition of a long contact is another answer")
	}
}

func TestContactRoutes_FirstUseOfContent_MarksItInSameWrite(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
	ana.Put(contact+"/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": s.Choice.Options[2].ID}).ExpectStatus(http.StatusOK)
	content, err := s.Store.Content(t.Context(), s.Campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	for n, r := range content.Campaign.Question.Responses {
		if r.Used != (n == 0) {
			t.Errorf("response %d is used: %t", n, r.Used)
		}
	}
	for _, i := range content.Items {
		if i.Answered != (i.ID == s.Choice.ID) {
			t.Errorf("%q is answered: %t", i.Title, i.Answered)
		}
	}
	for n, o := range content.Items[1].Options {
		if o.Used != (n == 2) {
			t.Errorf("option %d is used: %t", n, o.Used)
		}
	}
	s.Faults.FailCall(0, false)
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(1)}).ExpectStatus(http.StatusOK)
	s.Faults.FailCall(0, false)
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
	if calls := s.Faults.Calls(); !slices.Equal(calls, []string{"GetItem", "GetItem", "Query", "GetItem", "TransactWriteItems"}) {
		t.Errorf("a later answer calls the store so: %v", calls)
	}
}
