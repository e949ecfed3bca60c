package httpapi

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/id"
)

func TestWhoCannotJoin(t *testing.T) {
	s := newStage(t)
	s.newCampaign("draft-2026", campaign.Draft)
	ana := s.person("Ana")
	join := func(slug string) *reply { return ana.post("/v1/mobilizer/join", joining(slug)) }
	join("draft-2026").refused(http.StatusConflict, "campaign_draft", "has not started yet")
	join("nowhere-2026").refused(http.StatusNotFound, "not_found", "no such campaign")
	join("No Slug").refused(http.StatusNotFound, "not_found", "no such campaign")
	s.edit(func(c *dynamo.Content) {
		if err := c.Campaign.Close(s.now); err != nil {
			t.Fatal(err)
		}
	})
	join("neighbors-2026").refused(http.StatusConflict, "campaign_closed", "is over")
	stranger := &caller{s: s, name: "Nobody"}
	stranger.post("/v1/mobilizer/join", joining("neighbors-2026")).refused(http.StatusUnauthorized, "session_required", "Start a session")
	stranger.get(ana.at()).refused(http.StatusUnauthorized, "session_required", "Start a session")
	ana.get(ana.at()).refused(http.StatusNotFound, "not_found", "campaign")
}

func TestPasscodes(t *testing.T) {
	s := newStage(t)
	s.edit(func(c *dynamo.Content) {
		if err := c.Campaign.SetPasscode(passcodeKey(stageSecret), "ABCD2345"); err != nil {
			t.Fatal(err)
		}
	})
	ana, ben := s.person("Ana"), s.person("Ben")
	with := func(who *caller, passcode string) *reply {
		body := joining("neighbors-2026")
		body["passcode"] = passcode
		return who.post("/v1/mobilizer/join", body)
	}
	ana.post("/v1/mobilizer/join", joining("neighbors-2026")).refused(http.StatusUnprocessableEntity, "invalid", "asks for a passcode")
	for n := range 5 {
		wrong := with(ana, "WRONG234").refused(http.StatusUnprocessableEntity, "invalid", "not the campaign's passcode")
		if left := wrong.value("tries_left"); left != float64(4-n) {
			t.Errorf("after %d tries it says that %v are left", n+1, left)
		}
		s.later(time.Minute)
	}
	limited := with(ana, "ABCD2345").refused(http.StatusTooManyRequests, "passcode_tries", "too many passcodes")
	if after := limited.header.Get("Retry-After"); after != "600" {
		t.Errorf("try again after %s seconds, want 600", after)
	}
	if at := limited.text("at"); at != stamp(s.now.Add(10*time.Minute)) {
		t.Errorf("it says that there are tries again at %s", at)
	}
	with(ben, "abcd-2345").is(http.StatusCreated)
	s.later(10 * time.Minute)
	with(ana, "ABCD2345").is(http.StatusCreated)
	with(ana, "WRONG234").is(http.StatusOK) // who is already a mobilizer is simply there
	ana.post(ana.at("leave"), map[string]any{"contacts": "keep"}).is(http.StatusOK)
	s.later(time.Hour)
	with(ana, "WRONG234").refused(http.StatusUnprocessableEntity, "invalid", "not the campaign's passcode")
	with(ana, "ABCD2345").is(http.StatusOK)
}

func TestInputThatIsRefusedNamesItsField(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	contact := ana.adds("José")
	longName := strings.Repeat("é", 101)
	for _, c := range []struct {
		asked  *reply
		fields []string
	}{
		{ana.post(ana.at("contacts"), map[string]any{}), []string{"first_name", "Give a first or a last name"}},
		{ana.post(ana.at("contacts"), map[string]any{"first_name": " \t"}), []string{"first_name"}},
		{
			ana.post(ana.at("contacts"), map[string]any{"first_name": longName, "state": "Ohio", "zip": "2139", "phone": "1", "email": "x"}),
			[]string{"first_name", "at most 100", `"state"`, `"zip"`, `"phone"`, `"email"`},
		},
		{ana.post(ana.at("contacts"), map[string]any{"first_name": "A\u0000"}), []string{"first_name", "NUL"}},
		{ana.post(ana.at("contacts"), []byte(`{"first_name":"\ud800"}`)), []string{"first_name", "half a character"}},
		{ana.post(ana.at("contacts"), []byte("{\"first_name\":\"\xff\"}")), []string{"first_name", "Unicode"}},
		{ana.post(ana.at("contacts"), map[string]any{"first_name": "A", "age": 3}), []string{"age"}},
		{ana.post(ana.at("contacts"), map[string]any{"first_name": 7}), []string{"first_name"}},
		{ana.post(ana.at("contacts"), []byte(`{"first_name":`)), []string{"body"}},
		{ana.patch(contact, map[string]any{"first_name": "", "last_name": " "}), []string{"first_name"}},
		{ana.patch(ana.at("profile"), map[string]any{"last_name": ""}), []string{"last_name", "Give your last name"}},
		{ana.put(contact+"/answer", map[string]any{"response": s.response(4)}), []string{"response", "no longer offered"}},
		{ana.put(contact+"/answer", map[string]any{"response": id.At(s.now)}), []string{"response", "one of the campaign's"}},
		{ana.put(contact+"/answer", map[string]any{}), []string{"response"}},
		{ana.post(contact+"/notes", map[string]any{"content": "  "}), []string{"content", "Write something"}},
		{ana.post(contact+"/notes", map[string]any{"content": strings.Repeat("x", 2501)}), []string{"content", "at most 2,500"}},
		{ana.put(contact+"/vote-plan", map[string]any{"text": strings.Repeat("x", 1001)}), []string{"text", "at most 1,000"}},
		{ana.put(contact+"/match", map[string]any{"canonical_voter_id": "MA99"}), []string{"canonical_voter_id", "No voter file"}},
		{ana.put(contact+"/match", map[string]any{"canonical_voter_id": "MA01", "status": "NO_MATCHES"}), []string{"either"}},
		{ana.put(contact+"/match", map[string]any{}), []string{"either"}},
		{ana.put(contact+"/match", map[string]any{"status": "CONFIRMED"}), []string{"status", "canonical_voter_id"}},
		{ana.put(contact+"/match", map[string]any{"status": "PENDING"}), []string{"status", "Delete the match"}},
		{ana.put(ana.at("match"), map[string]any{"status": "MAYBE"}), []string{"status", "REG_ELIGIBLE"}},
		{ana.put(contact+"/responses/"+string(s.task.ID), map[string]any{"text": "yes"}), []string{"completed", "text"}},
		{ana.put(contact+"/responses/"+string(s.choice.ID), map[string]any{"option": "x"}), []string{"option"}},
		{ana.put(contact+"/responses/"+string(s.free.ID), map[string]any{"text": "\n"}), []string{"text", "Write an answer"}},
		{ana.post(ana.at("leave"), map[string]any{"contacts": "burn"}), []string{"contacts"}},
		{ana.post(ana.at("contacts", "bulk"), map[string]any{"contacts": []any{map[string]any{"first_name": "A"}}}), []string{"Idempotency-Key"}},
		{ana.request(http.MethodPost, ana.at("contacts", "bulk"), map[string]any{"contacts": []any{}}, "k"), []string{"contacts"}},
		{ana.get(ana.at("contacts") + "?limit=1000"), []string{"limit"}},
		{ana.get(ana.at("contacts") + "?page=abc"), []string{"page"}},
	} {
		c.asked.is(http.StatusUnprocessableEntity)
		for _, part := range c.fields {
			if !strings.Contains(c.asked.raw, part) {
				t.Errorf("%s: %s does not name %q", c.asked.asked, c.asked.raw, part)
			}
		}
	}
	if shown := ana.get(contact); shown.number("touchpoints") != 0 || shown.text("last_activity_at") != "2026-10-24T12:00:00.000Z" {
		t.Errorf("refused writes changed the contact: %s", shown.raw)
	}
}

func TestStatesThatRefuse(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	contact := ana.adds("José")
	task, choice := contact+"/responses/"+string(s.task.ID), contact+"/responses/"+string(s.choice.ID)
	ana.put(contact+"/answer", map[string]any{"response": s.response(2)}).is(http.StatusOK)
	ana.put(choice, map[string]any{"option": s.choice.Options[0].ID}).refused(http.StatusConflict, "not_in_target", "not meant for this contact")
	ana.put(contact+"/responses/"+id.At(s.now), map[string]any{"completed": true}).refused(http.StatusNotFound, "not_found", "action item")
	ana.del(contact+"/responses/nonsense").refused(http.StatusNotFound, "not_found", "action item")
	ana.put(task, map[string]any{"completed": true}).is(http.StatusOK)
	s.edit(func(c *dynamo.Content) { c.Items[0].ArchivedAt = s.now })
	s.restart() // else the cache would let it through for up to five seconds
	ana.put(task, map[string]any{"completed": false}).refused(http.StatusConflict, "action_item_archived", "archived")
	ana.del(task).is(http.StatusNoContent)
	ana.put(task, map[string]any{"completed": true}).refused(http.StatusConflict, "action_item_archived", "archived")
	if shown := ana.get(contact); shown.number("touchpoints") != 1 || len(shown.list("responses")) != 0 {
		t.Errorf("after withdrawing from the archived item: %s", shown.raw)
	}
}

func TestCacheLetsThroughAndNeverTurnsAway(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	contact := ana.adds("José")
	s.edit(func(c *dynamo.Content) { // unseen by the API's cache
		c.Campaign.Question.Responses[4].Retired = false
		c.Items[1].Target.Everyone = true
		c.Items[0].ArchivedAt = s.now
	})
	ana.put(contact+"/answer", map[string]any{"response": s.response(4)}).is(http.StatusOK)
	ana.put(contact+"/responses/"+string(s.choice.ID), map[string]any{"option": s.choice.Options[0].ID}).is(http.StatusOK)

	s.restart()
	ana.get(contact).is(http.StatusOK)
	s.edit(func(c *dynamo.Content) {
		c.Items[0].ArchivedAt = time.Time{}
		if err := c.Campaign.Close(s.now); err != nil {
			t.Fatal(err)
		}
	})
	ana.post(contact+"/notes", map[string]any{"content": "lands a little late"}).is(http.StatusCreated)
	s.restart()
	ana.post(contact+"/notes", map[string]any{"content": "too late"}).refused(http.StatusConflict, "campaign_closed", "over")
}

// What was never used may be deleted or become another type: the cache must not let anybody use it after that.
func TestWhatIsGoneIsNeverUsed(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	contact := ana.adds("José") // the campaign is in the API's cache now
	s.edit(func(c *dynamo.Content) {
		c.Campaign.Question.Responses = c.Campaign.Question.Responses[:3]
		c.Items[0].Type = action.FreeResponse
		c.Items[1].Options = c.Items[1].Options[:2]
	})
	ana.put(contact+"/answer", map[string]any{"response": s.response(3)}).refused(http.StatusUnprocessableEntity, "invalid", "one of the campaign's")
	s.restart()
	ana.get(contact).is(http.StatusOK)
	s.edit(func(c *dynamo.Content) {
		c.Items[0].Type = action.MultipleChoice
		c.Items[1].Options = c.Items[1].Options[:1]
	})
	ana.put(contact+"/responses/"+string(s.task.ID), map[string]any{"text": "Yes"}).refused(http.StatusUnprocessableEntity, "invalid", "Choose one of the options")
	s.restart()
	ana.get(contact).is(http.StatusOK)
	s.edit(func(c *dynamo.Content) { c.Items[1].Options = nil })
	ana.put(contact+"/responses/"+string(s.choice.ID), map[string]any{"option": s.choice.Options[0].ID}).refused(http.StatusUnprocessableEntity, "invalid", "question's options")
	if shown := ana.get(contact); shown.number("touchpoints") != 0 || shown.value("response") != nil {
		t.Errorf("what was gone was used: %s", shown.raw)
	}
}

func TestClosedCampaignIsReadOnly(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	contact := ana.adds("José")
	note := ana.post(contact+"/notes", map[string]any{"content": "Hi"}).is(http.StatusCreated)
	s.edit(func(c *dynamo.Content) {
		if err := c.Campaign.Close(s.now); err != nil {
			t.Fatal(err)
		}
	})
	s.restart()
	for _, asked := range []*reply{
		ana.post(ana.at("contacts"), map[string]any{"first_name": "B"}),
		ana.request(http.MethodPost, ana.at("contacts", "bulk"), map[string]any{"contacts": []any{map[string]any{"first_name": "B"}}}, "key"),
		ana.patch(contact, map[string]any{"city": "X"}),
		ana.del(contact),
		ana.put(contact+"/match", map[string]any{"status": "NO_MATCHES"}),
		ana.del(contact + "/match"),
		ana.put(contact+"/answer", map[string]any{"response": s.response(0)}),
		ana.del(contact + "/answer"),
		ana.put(contact+"/responses/"+string(s.task.ID), map[string]any{"completed": true}),
		ana.del(contact + "/responses/" + string(s.task.ID)),
		ana.post(contact+"/notes", map[string]any{"content": "B"}),
		ana.patch(contact+"/notes/"+note.text("id"), map[string]any{"content": "B"}),
		ana.del(contact + "/notes/" + note.text("id")),
		ana.put(contact+"/vote-plan", map[string]any{"text": "B"}),
		ana.patch(ana.at("profile"), map[string]any{"city": "X"}),
		ana.put(ana.at("match"), map[string]any{"status": "NO_MATCHES"}),
		ana.del(ana.at("match")),
		ana.put(ana.at("consent"), map[string]any{"consent": true}),
	} {
		asked.refused(http.StatusConflict, "campaign_closed", "over")
	}
	for _, path := range []string{ana.at(), ana.at("contacts"), contact, contact + "/notes", contact + "/answers", ana.at("address-book")} {
		ana.get(path).is(http.StatusOK)
	}
	ana.put(ana.at("consent"), map[string]any{"consent": false}).is(http.StatusOK)
	ana.post("/v1/mobilizer/join", joining("neighbors-2026")).is(http.StatusOK)
	ana.post(ana.at("leave"), map[string]any{"contacts": "remove"}).is(http.StatusOK)
}

func TestBulkSaysOfEachRowWhatBecameOfIt(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	known := ana.get(ana.adds("Known")).text("contact_id")
	second := s.newCampaign("second-2026", campaign.Active)
	ana.post("/v1/mobilizer/join", joining("second-2026")).is(http.StatusCreated)
	elsewhere := ana.post("/v1/mobilizer/campaigns/"+string(second.ID)+"/contacts", map[string]any{"first_name": "Else", "city": "Lynn"}).text("contact_id")

	rows := []any{}
	for n := range 120 {
		rows = append(rows, map[string]any{"first_name": fmt.Sprintf("Row %d", n), "zip": "02139"})
	}
	rows[3] = map[string]any{"first_name": "Bad", "zip": "2"}
	rows[60] = map[string]any{"contact_id": known}
	rows[61] = map[string]any{"contact_id": elsewhere}
	rows[62] = map[string]any{"contact_id": elsewhere}
	rows[63] = map[string]any{"contact_id": id.At(s.now)}
	body := map[string]any{"contacts": rows}
	report := ana.request(http.MethodPost, ana.at("contacts", "bulk"), body, "key").is(http.StatusOK)
	if report.number("added") != 116 || report.number("refused") != 4 || len(report.list("rows")) != 120 {
		t.Fatalf("the report is %.2000s", report.raw)
	}
	for n, want := range map[int]string{
		0: "added", 3: "invalid five-digit", 60: "conflict already one of your contacts", 61: "added",
		62: "conflict row 61 again", 63: "conflict no such person", 119: "added",
	} {
		row := report.list("rows")[n]
		result, says, _ := strings.Cut(want, " ")
		if row["result"] != result || !strings.Contains(fmt.Sprint(row), says) || (row["id"] != nil) != (result == "added") {
			t.Errorf("row %d: %v, want %s", n, row, want)
		}
	}
	one, _ := report.list("rows")[61]["id"].(string)
	if shown := ana.get(ana.at("contacts", one)); shown.text("first_name") != "Else" || shown.text("city") != "Lynn" {
		t.Errorf("from the address book came %s", shown.raw)
	}

	s.later(time.Hour)
	if again := ana.request(http.MethodPost, ana.at("contacts", "bulk"), body, "key").is(http.StatusOK); again.raw != report.raw {
		t.Errorf("the repetition says %.300s, the first try %.300s", again.raw, report.raw)
	}
	ana.request(http.MethodPost, ana.at("contacts", "bulk"), map[string]any{"contacts": rows[:1]}, "key").
		refused(http.StatusUnprocessableEntity, "idempotency_key_reused", "another body")
	if all := ana.everything(); len(all.contacts) != 117 {
		t.Errorf("Ana has %d contacts, want 117", len(all.contacts))
	}
	if other := ana.request(http.MethodPost, ana.at("contacts", "bulk"), map[string]any{"contacts": rows[:1]}, "other"); other.number("added") != 1 {
		t.Errorf("another key adds %s", other.raw)
	}
}
