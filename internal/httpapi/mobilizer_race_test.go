package httpapi

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
)

// atOnce does all of it side by side and returns when all is done.
func atOnce(count int, do func(n int) *reply) []*reply {
	replies := make([]*reply, count)
	var all sync.WaitGroup
	for n := range count {
		all.Go(func() { replies[n] = do(n) })
	}
	all.Wait()
	return replies
}

func TestWritersAtOnceLoseNothing(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	address := ana.adds("José")
	replies := atOnce(6, func(n int) *reply {
		switch n {
		case 0:
			return ana.put(address+"/answer", map[string]any{"response": s.response(0)})
		case 1:
			return ana.put(address+"/responses/"+string(s.task.ID), map[string]any{"completed": true})
		case 2:
			return ana.put(address+"/vote-plan", map[string]any{"text": "Early"})
		case 3:
			return ana.patch(address, map[string]any{"city": "Lynn"})
		case 4:
			return ana.put(address+"/match", map[string]any{"canonical_voter_id": "MA01"})
		}
		return ana.post(address+"/notes", map[string]any{"content": "Hello"})
	})
	for _, r := range replies {
		if r.status >= 300 {
			t.Errorf("%s: %s", r.asked, r.raw)
		}
	}
	shown := ana.get(address).is(http.StatusOK)
	if shown.number("touchpoints") != 3 || shown.text("vote_plan") != "Early" || shown.text("city") != "Lynn" ||
		shown.text("match_status") != "CONFIRMED" || shown.text("response", "id") != s.response(0) || len(shown.list("responses")) != 1 {
		t.Errorf("something was lost: %s", shown.raw)
	}
	content, err := s.store.Content(t.Context(), s.campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	if !content.Campaign.Question.Responses[0].Used || !content.Items[0].Answered {
		t.Error("what was used first is not marked")
	}
}

func TestFirstUsesAtOnceAreAllMarked(t *testing.T) {
	s := newStage(t)
	people := make([]*caller, 4)
	addresses := make([]string, 4)
	for n := range people {
		people[n] = s.mobilizer(fmt.Sprintf("Ana%d", n))
		addresses[n] = people[n].adds("José")
	}
	for _, r := range atOnce(4, func(n int) *reply {
		return people[n].put(addresses[n]+"/answer", map[string]any{"response": s.response(n)})
	}) {
		r.is(http.StatusOK)
	}
	content, err := s.store.Content(t.Context(), s.campaign.ID)
	if err != nil {
		t.Fatal(err)
	}
	for n, r := range content.Campaign.Question.Responses {
		if r.Used != (n < 4) {
			t.Errorf("response %d is used: %t", n, r.Used)
		}
	}
}

func TestTheSameRequestAtOnceTakesEffectOnce(t *testing.T) {
	s := newStage(t)
	ana := s.mobilizer("Ana")
	address := ana.adds("José")
	for _, r := range atOnce(5, func(int) *reply {
		return ana.request(http.MethodPost, address+"/notes", map[string]any{"content": "Hello"}, "key")
	}) {
		if r.is(http.StatusCreated); r.text("content") != "Hello" {
			t.Errorf("a twin got %s", r.raw)
		}
	}
	if shown := ana.get(address); shown.number("touchpoints") != 1 {
		t.Errorf("the twins made %d touchpoints", shown.number("touchpoints"))
	}
	first := atOnce(3, func(int) *reply {
		return ana.request(http.MethodPost, ana.at("contacts", "bulk"), map[string]any{"contacts": manyRows(60)}, "many")
	})
	for _, r := range first {
		if r.is(http.StatusOK); r.raw != first[0].raw {
			t.Errorf("twins got %.200s and %.200s", r.raw, first[0].raw)
		}
	}
	if all := ana.everything(); len(all.contacts) != 61 {
		t.Errorf("the twins made %d contacts, want 60 and the one before", len(all.contacts))
	}
}

func TestJoiningAtOnceMakesOneMembership(t *testing.T) {
	s := newStage(t)
	ana := s.person("Ana")
	made := 0
	ids := map[string]bool{}
	for _, r := range atOnce(6, func(int) *reply { return ana.post("/v1/mobilizer/join", joining("neighbors-2026")) }) {
		if r.status == http.StatusCreated {
			made++
		} else {
			r.is(http.StatusOK)
		}
		ids[r.text("id")] = true
	}
	if made != 1 || len(ids) != 1 {
		t.Errorf("%d memberships were made, with the ids %v", made, ids)
	}
}

func TestNoContactAppearsBehindALeaver(t *testing.T) {
	s := newStage(t)
	for _, contacts := range []string{"keep", "remove"} {
		ana := s.mobilizer("Ana" + contacts)
		membership := ana.everything().member
		replies := atOnce(8, func(n int) *reply {
			if n == 4 {
				return ana.post(ana.at("leave"), map[string]any{"contacts": contacts})
			}
			return ana.post(ana.at("contacts"), map[string]any{"first_name": fmt.Sprintf("Row %d", n)})
		})
		added := 0
		for n, r := range replies {
			switch {
			case r.status == http.StatusCreated:
				added++
			case n == 4:
				r.is(http.StatusOK)
			case contacts == "keep":
				r.refused(http.StatusForbidden, "left", "left this campaign")
			default:
				r.refused(http.StatusNotFound, "not_found", "campaign")
			}
		}
		there, _, err := s.store.MobilizerContacts(t.Context(), s.campaign.ID, membership.ID, "", 100)
		if err != nil {
			t.Fatal(err)
		}
		if len(there) != added {
			t.Errorf("%s: %d contacts were added, %d are there", contacts, added, len(there))
		}
		ana.post(ana.at("contacts"), map[string]any{"first_name": "Late"}).is(map[string]int{"keep": 403, "remove": 404}[contacts])
	}
}
