package mobilizerapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/id"
)

func TestMobilizerRoutes_InvalidInput_NamesTheField(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")
	longName := strings.Repeat("é", 101)
	for _, c := range []struct {
		asked  *httpapitest.Reply
		fields []string
	}{
		{ana.Post(ana.Path("contacts"), map[string]any{}), []string{"first_name", "Give a first or a last name"}},
		{ana.Post(ana.Path("contacts"), map[string]any{"first_name": " \t"}), []string{"first_name"}},
		{
			ana.Post(ana.Path("contacts"), map[string]any{"first_name": longName, "state": "Ohia", "zip": "2139", "phone": "1", "email": "x"}),
			[]string{"first_name", "at most 100", `"state"`, `"zip"`, `"phone"`, `"email"`},
		},
		{ana.Post(ana.Path("contacts"), map[string]any{"first_name": "A\u0000"}), []string{"first_name", "NUL"}},
		{ana.Post(ana.Path("contacts"), []byte(`{"first_name":"\ud800"}`)), []string{"first_name", "unpaired surrogates"}},
		{ana.Post(ana.Path("contacts"), []byte("{\"first_name\":\"\xff\"}")), []string{"first_name", "Unicode"}},
		{ana.Post(ana.Path("contacts"), map[string]any{"first_name": "A", "age": 3}), []string{"age"}},
		{ana.Post(ana.Path("contacts"), map[string]any{"first_name": 7}), []string{"first_name"}},
		{ana.Post(ana.Path("contacts"), []byte(`{"first_name":`)), []string{"body"}},
		{ana.Patch(contact, map[string]any{"first_name": "", "last_name": " "}), []string{"first_name"}},
		{ana.Patch(ana.Path("profile"), map[string]any{"last_name": ""}), []string{"last_name", "Give your last name"}},
		{ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(4)}), []string{"response_id", "no longer offered"}},
		{ana.Put(contact+"/answer", map[string]any{"response_id": id.At(s.Now)}), []string{"response_id", "one of the campaign's"}},
		{ana.Put(contact+"/answer", map[string]any{}), []string{"response_id"}},
		{ana.Post(contact+"/notes", map[string]any{"content": "  "}), []string{"content", "Write something"}},
		{ana.Post(contact+"/notes", map[string]any{"content": strings.Repeat("x", 2501)}), []string{"content", "at most 2,500"}},
		{ana.Put(contact+"/vote-plan", map[string]any{"text": strings.Repeat("x", 1001)}), []string{"text", "at most 1,000"}},
		{ana.Put(contact+"/match", map[string]any{"canonical_voter_id": "MA99"}), []string{"canonical_voter_id", "No voter file"}},
		{ana.Put(contact+"/match", map[string]any{"canonical_voter_id": "MA01", "status": "NO_MATCHES"}), []string{"either"}},
		{ana.Put(contact+"/match", map[string]any{}), []string{"either"}},
		{ana.Put(contact+"/match", map[string]any{"status": "CONFIRMED"}), []string{"status", "canonical_voter_id"}},
		{ana.Put(contact+"/match", map[string]any{"status": "PENDING"}), []string{"status", "Delete the match"}},
		{ana.Put(ana.Path("match"), map[string]any{"status": "MAYBE"}), []string{"status", "REG_ELIGIBLE"}},
		{ana.Put(contact+"/action-responses/"+string(s.Task.ID), map[string]any{"text": "yes"}), []string{"completed", "text"}},
		{ana.Put(contact+"/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": "x"}), []string{"option_id"}},
		{ana.Put(contact+"/action-responses/"+string(s.Free.ID), map[string]any{"text": "\n"}), []string{"text", "Write an answer"}},
		{ana.Post(ana.Path("leave"), map[string]any{"contacts": "burn"}), []string{"contacts"}},
		{ana.Post(ana.Path("contacts", "bulk"), map[string]any{"contacts": []any{map[string]any{"first_name": "A"}}}), []string{"Idempotency-Key"}},
		{ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), map[string]any{"contacts": []any{}}, "k"), []string{"contacts"}},
		{ana.Get(ana.Path("contacts") + "?limit=1000"), []string{"limit"}},
		{ana.Get(ana.Path("contacts") + "?page=abc"), []string{"page"}},
	} {
		c.asked.ExpectStatus(http.StatusUnprocessableEntity)
		for _, part := range c.fields {
			if !strings.Contains(c.asked.Raw, part) {
				t.Errorf("%s: %s does not name %q", c.asked.Request, c.asked.Raw, part)
			}
		}
	}
	if shown := ana.Get(contact); shown.Number("relational_touchpoints") != 0 || shown.Text("last_activity_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("refused writes changed the contact: %s", shown.Raw)
	}
}

func TestMobilizerRoutes_StateForbids_Conflict(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")
	task, choice := contact+"/action-responses/"+string(s.Task.ID), contact+"/action-responses/"+string(s.Choice.ID)
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(2)}).ExpectStatus(http.StatusOK)
	ana.Put(choice, map[string]any{"option_id": s.Choice.Options[0].ID}).ExpectProblem(http.StatusConflict, "not_in_target", "not meant for this contact")
	ana.Put(contact+"/action-responses/"+id.At(s.Now), map[string]any{"completed": true}).ExpectProblem(http.StatusNotFound, "not_found", "action item")
	ana.Delete(contact+"/action-responses/nonsense").ExpectProblem(http.StatusNotFound, "not_found", "action item")
	ana.Put(task, map[string]any{"completed": true}).ExpectStatus(http.StatusOK)
	s.EditContent(func(c *dynamo.Content) { c.Items[0].ArchivedAt = s.Now })
	s.Restart() // else the cache would let it through for up to five seconds
	ana.Put(task, map[string]any{"completed": false}).ExpectProblem(http.StatusConflict, "action_item_archived", "archived")
	ana.Delete(task).ExpectStatus(http.StatusNoContent)
	ana.Put(task, map[string]any{"completed": true}).ExpectProblem(http.StatusConflict, "action_item_archived", "archived")
	if shown := ana.Get(contact); shown.Number("relational_touchpoints") != 1 || len(shown.List("action_responses")) != 0 {
		t.Errorf("after withdrawing from the archived item: %s", shown.Raw)
	}
}

func TestContentCache_Stale_AdmitsAndNeverRejects(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")
	s.EditContent(func(c *dynamo.Content) { // unseen by the API's cache
		c.Campaign.Question.Responses[4].Retired = false
		c.Items[1].Target.Everyone = true
		c.Items[0].ArchivedAt = s.Now
	})
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(4)}).ExpectStatus(http.StatusOK)
	ana.Put(contact+"/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": s.Choice.Options[0].ID}).ExpectStatus(http.StatusOK)

	s.Restart()
	ana.Get(contact).ExpectStatus(http.StatusOK)
	s.EditContent(func(c *dynamo.Content) {
		c.Items[0].ArchivedAt = time.Time{}
		if err := c.Campaign.Close(s.Now); err != nil {
			t.Fatal(err)
		}
	})
	ana.Post(contact+"/notes", map[string]any{"content": "lands a little late"}).ExpectStatus(http.StatusCreated)
	s.Restart()
	ana.Post(contact+"/notes", map[string]any{"content": "too late"}).ExpectProblem(http.StatusConflict, "campaign_closed", "over")
}

// Unused content may be deleted or change its type: the cache must not admit its use afterwards.
func TestContentCache_DeletedContent_CannotBeUsed(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José") // the campaign is in the API's cache now
	s.EditContent(func(c *dynamo.Content) {
		c.Campaign.Question.Responses = c.Campaign.Question.Responses[:3]
		c.Items[0].Type = action.FreeResponse
		c.Items[1].Options = c.Items[1].Options[:2]
	})
	ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(3)}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "one of the campaign's")
	s.Restart()
	ana.Get(contact).ExpectStatus(http.StatusOK)
	s.EditContent(func(c *dynamo.Content) {
		c.Items[0].Type = action.MultipleChoice
		c.Items[1].Options = c.Items[1].Options[:1]
	})
	ana.Put(contact+"/action-responses/"+string(s.Task.ID), map[string]any{"text": "Yes"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "Choose one of the options")
	s.Restart()
	ana.Get(contact).ExpectStatus(http.StatusOK)
	s.EditContent(func(c *dynamo.Content) { c.Items[1].Options = nil })
	ana.Put(contact+"/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": s.Choice.Options[0].ID}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "question's options")
	if shown := ana.Get(contact); shown.Number("relational_touchpoints") != 0 || shown.Value("key_question_response") != nil {
		t.Errorf("what was gone was used: %s", shown.Raw)
	}
}

func TestMobilizerRoutes_ClosedCampaign_AreReadOnly(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")
	note := ana.Post(contact+"/notes", map[string]any{"content": "Hi"}).ExpectStatus(http.StatusCreated)
	s.EditContent(func(c *dynamo.Content) {
		if err := c.Campaign.Close(s.Now); err != nil {
			t.Fatal(err)
		}
	})
	s.Restart()
	for _, asked := range []*httpapitest.Reply{
		ana.Post(ana.Path("contacts"), map[string]any{"first_name": "B"}),
		ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), map[string]any{"contacts": []any{map[string]any{"first_name": "B"}}}, "key"),
		ana.Patch(contact, map[string]any{"city": "X"}),
		ana.Delete(contact),
		ana.Put(contact+"/match", map[string]any{"status": "NO_MATCHES"}),
		ana.Delete(contact + "/match"),
		ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(0)}),
		ana.Delete(contact + "/answer"),
		ana.Put(contact+"/action-responses/"+string(s.Task.ID), map[string]any{"completed": true}),
		ana.Delete(contact + "/action-responses/" + string(s.Task.ID)),
		ana.Post(contact+"/notes", map[string]any{"content": "B"}),
		ana.Patch(contact+"/notes/"+note.Text("id"), map[string]any{"content": "B"}),
		ana.Delete(contact + "/notes/" + note.Text("id")),
		ana.Put(contact+"/vote-plan", map[string]any{"text": "B"}),
		ana.Patch(ana.Path("profile"), map[string]any{"city": "X"}),
		ana.Put(ana.Path("match"), map[string]any{"status": "NO_MATCHES"}),
		ana.Delete(ana.Path("match")),
		ana.Put(ana.Path("consent"), map[string]any{"consent": true}),
	} {
		asked.ExpectProblem(http.StatusConflict, "campaign_closed", "over")
	}
	for _, path := range []string{ana.Path(), ana.Path("contacts"), contact, contact + "/notes", contact + "/answers", ana.Path("address-book")} {
		ana.Get(path).ExpectStatus(http.StatusOK)
	}
	ana.Put(ana.Path("consent"), map[string]any{"consent": false}).ExpectStatus(http.StatusOK)
	ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("neighbors-2026")).ExpectStatus(http.StatusOK)
	ana.Post(ana.Path("leave"), map[string]any{"contacts": "remove"}).ExpectStatus(http.StatusOK)
}

func TestCreateContacts_MixedRows_ReportsEachRow(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	known := ana.Get(ana.AddContact("Known")).Text("address_book_entry_id")
	second := s.NewCampaign("second-2026", campaign.Active)
	ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("second-2026")).ExpectStatus(http.StatusCreated)
	elsewhere := ana.Post("/v1/mobilizer/campaigns/"+string(second.ID)+"/contacts", map[string]any{"first_name": "Else", "city": "Lynn"}).Text("address_book_entry_id")

	rows := []any{}
	for n := range 120 {
		rows = append(rows, map[string]any{"first_name": fmt.Sprintf("Row %d", n), "zip": "02139"})
	}
	rows[3] = map[string]any{"city": "Bad", "zip": "2"}
	rows[60] = map[string]any{"address_book_entry_id": known}
	rows[61] = map[string]any{"address_book_entry_id": elsewhere}
	rows[62] = map[string]any{"address_book_entry_id": elsewhere}
	rows[63] = map[string]any{"address_book_entry_id": id.At(s.Now)}
	body := map[string]any{"contacts": rows}
	report := ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), body, "key").ExpectStatus(http.StatusOK)
	if report.Number("added") != 116 || report.Number("refused") != 4 || len(report.List("rows")) != 120 {
		t.Fatalf("the report is %.2000s", report.Raw)
	}
	for n, want := range map[int]string{
		0: "added", 3: "invalid five-digit", 60: "conflict already one of your contacts", 61: "added",
		62: "conflict Row 61", 63: "conflict no such person", 119: "added",
	} {
		row := report.List("rows")[n]
		result, says, _ := strings.Cut(want, " ")
		if row["result"] != result || !strings.Contains(fmt.Sprint(row), says) || (row["id"] != nil) != (result == "added") {
			t.Errorf("row %d: %v, want %s", n, row, want)
		}
	}
	one, _ := report.List("rows")[61]["id"].(string)
	if shown := ana.Get(ana.Path("contacts", one)); shown.Text("first_name") != "Else" || shown.Text("city") != "Lynn" {
		t.Errorf("from the address book came %s", shown.Raw)
	}

	s.Advance(time.Hour)
	if again := ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), body, "key").ExpectStatus(http.StatusOK); again.Raw != report.Raw {
		t.Errorf("the repetition says %.300s, the first try %.300s", again.Raw, report.Raw)
	}
	ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), map[string]any{"contacts": rows[:1]}, "key").
		ExpectProblem(http.StatusUnprocessableEntity, "idempotency_key_reused", "another body")
	if all := everythingOf(s, ana); len(all.contacts) != 117 {
		t.Errorf("Ana has %d contacts, want 117", len(all.contacts))
	}
	if other := ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), map[string]any{"contacts": rows[:1]}, "other"); other.Number("added") != 1 {
		t.Errorf("another key adds %s", other.Raw)
	}
}
