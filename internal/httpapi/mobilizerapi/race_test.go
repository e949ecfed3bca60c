package mobilizerapi_test

import (
	"fmt"
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestContactRoutes_ConcurrentWrites_AllTakeEffect(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	address := ana.AddContact("José")
	replies := httpapitest.Concurrently(6, func(n int) *httpapitest.Reply {
		switch n {
		case 0:
			return ana.Put(address+"/answer", map[string]any{"response_id": s.ResponseID(0)})
		case 1:
			return ana.Put(address+"/action-responses/"+string(s.Task.ID), map[string]any{"completed": true})
		case 2:
			return ana.Put(address+"/vote-plan", map[string]any{"text": "Early"})
		case 3:
			return ana.Patch(address, map[string]any{"city": "Lynn"})
		case 4:
			return ana.Put(address+"/match", map[string]any{"canonical_voter_id": "MA01"})
		}
		return ana.Post(address+"/notes", map[string]any{"content": "Hello"})
	})
	for _, r := range replies {
		if r.Status >= 300 {
			t.Errorf("%s: %s", r.Request, r.Raw)
		}
	}
	shown := ana.Get(address).ExpectStatus(http.StatusOK)
	if shown.Number("relational_touchpoints") != 3 || shown.Text("vote_plan") != "Early" || shown.Text("city") != "Lynn" ||
		shown.Text("match_status") != "CONFIRMED" || shown.Text("key_question_response", "id") != s.ResponseID(0) || len(shown.List("action_responses")) != 1 {
		t.Errorf("something was lost: %s", shown.Raw)
	}
	content, err := s.Store.Content(t.Context(), s.Campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !content.Campaign.Question.Responses[0].Used || !content.Items[0].Answered {
		t.Error("what was used first is not marked")
	}
}

func TestContactRoutes_ConcurrentFirstUses_AreAllMarked(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	people := make([]*httpapitest.Client, 4)
	addresses := make([]string, 4)
	for n := range people {
		people[n] = s.NewMobilizer(fmt.Sprintf("Ana%d", n))
		addresses[n] = people[n].AddContact("José")
	}
	for _, r := range httpapitest.Concurrently(4, func(n int) *httpapitest.Reply {
		return people[n].Put(addresses[n]+"/answer", map[string]any{"response_id": s.ResponseID(n)})
	}) {
		r.ExpectStatus(http.StatusOK)
	}
	content, err := s.Store.Content(t.Context(), s.Campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	for n, r := range content.Campaign.Question.Responses {
		if r.Used != (n < 4) {
			t.Errorf("response %d is used: %t", n, r.Used)
		}
	}
}

func TestIdempotencyKey_ConcurrentRequests_TakeEffectOnce(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	address := ana.AddContact("José")
	for _, r := range httpapitest.Concurrently(5, func(int) *httpapitest.Reply {
		return ana.Do(http.MethodPost, address+"/notes", map[string]any{"content": "Hello"}, "key")
	}) {
		if r.ExpectStatus(http.StatusCreated); r.Text("content") != "Hello" {
			t.Errorf("a twin got %s", r.Raw)
		}
	}
	if shown := ana.Get(address); shown.Number("relational_touchpoints") != 1 {
		t.Errorf("the twins made %d touchpoints", shown.Number("relational_touchpoints"))
	}
	first := httpapitest.Concurrently(3, func(int) *httpapitest.Reply {
		return ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), map[string]any{"contacts": manyRows(60)}, "many")
	})
	for _, r := range first {
		if r.ExpectStatus(http.StatusOK); r.Raw != first[0].Raw {
			t.Errorf("twins got %.200s and %.200s", r.Raw, first[0].Raw)
		}
	}
	if all := everythingOf(s, ana); len(all.contacts) != 61 {
		t.Errorf("the twins made %d contacts, want 60 and the one before", len(all.contacts))
	}
}

func TestCreateContact_WhileLeaving_LeavesNoContact(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	for _, contacts := range []string{"keep", "remove"} {
		ana := s.NewMobilizer("Ana" + contacts)
		membership := everythingOf(s, ana).member
		replies := httpapitest.Concurrently(8, func(n int) *httpapitest.Reply {
			if n == 4 {
				return ana.Post(ana.Path("leave"), map[string]any{"contacts": contacts})
			}
			return ana.Post(ana.Path("contacts"), map[string]any{"first_name": fmt.Sprintf("Row %d", n)})
		})
		added := 0
		for n, r := range replies {
			switch {
			case r.Status == http.StatusCreated:
				added++
			case n == 4:
				r.ExpectStatus(http.StatusOK)
			case contacts == "keep":
				r.ExpectProblem(http.StatusForbidden, "left", "left this campaign")
			default:
				r.ExpectProblem(http.StatusNotFound, "not_found", "campaign")
			}
		}
		there, _, err := s.Store.MobilizerContacts(t.Context(), s.Campaign.ID, membership.ID, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(there) != added {
			t.Errorf("%s: %d contacts were added, %d are there", contacts, added, len(there))
		}
		ana.Post(ana.Path("contacts"), map[string]any{"first_name": "Late"}).ExpectStatus(map[string]int{"keep": 403, "remove": 404}[contacts])
	}
}
