package adminapi_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// listedNumbers calls check with each number of an analytics reply that has a query, with a name for messages.
func listedNumbers(at string, value any, check func(at, query string, count float64)) {
	switch v := value.(type) {
	case []any:
		for n, element := range v {
			listedNumbers(fmt.Sprintf("%s[%d]", at, n), element, check)
		}
	case map[string]any:
		for name, member := range v {
			listedNumbers(at+"."+name, member, check)
		}
		for query, number := range map[string]string{
			"query": "count", "eligible_query": "eligible", "answered_no_longer_eligible_query": "answered_no_longer_eligible", "contacts_added_query": "contacts_added",
		} {
			if q, ok := v[query].(string); ok {
				check(at+"."+query, q, v[number].(float64))
			}
		}
	}
}

// Every number of Analytics that counts contacts has the parameters of a list with exactly as many rows.
func TestGetAnalytics_GeneratedCampaign_NumbersEqualLists(t *testing.T) {
	t.Parallel()
	s, admin, at := httpapitest.NewAdmin(t)
	some, err := action.New(s.Campaign, []*action.Item{s.Task, s.Choice, s.Free}, action.Input{
		Type: action.Task, Title: "Only some", Target: action.TargetInput{Responses: []string{s.ResponseID(1), s.ResponseID(2)}, NoResponse: true},
	}, s.Now)
	if err != nil {
		t.Fatal(err)
	}
	s.Commit(s.Store.CreateActionItem(some)...)
	random := rand.New(rand.NewPCG(7, 8))
	for m := range 3 {
		client := s.NewMobilizer(fmt.Sprintf("Mob%d", m))
		for n := range 6 {
			s.Advance(time.Duration(random.IntN(9)) * time.Hour)
			path := client.AddContact(fmt.Sprintf("Contact%d%d", m, n))
			put := func(path string, body map[string]any) {
				if random.IntN(2) == 0 {
					client.Put(path, body)
				}
			}
			put(path+"/action-responses/"+string(some.ID), map[string]any{"completed": random.IntN(2) == 0})
			put(path+"/answer", map[string]any{"response_id": s.ResponseID(random.IntN(4))})
			put(path+"/match", map[string]any{"status": "NO_MATCHES"})
			put(path+"/action-responses/"+string(s.Task.ID), map[string]any{"completed": random.IntN(2) == 0})
			put(path+"/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": s.Choice.Options[random.IntN(2)].ID})
			put(path+"/action-responses/"+string(s.Free.ID), map[string]any{"text": "Schools"})
		}
	}
	s.DeliverStream()
	reply := admin.Get(at + "/analytics").ExpectStatus(http.StatusOK)
	checked, positive := 0, 0
	listedNumbers("", reply.Body, func(name, query string, count float64) {
		got := admin.Get(at + "/contacts?limit=1&" + query).ExpectStatus(http.StatusOK).Number("total")
		if got != int(count) {
			t.Errorf("%s is %v, and the list ?%s has %d rows", name, count, query, got)
		}
		checked++
		if count > 0 {
			positive++
		}
	})
	if checked < 20 || positive < 15 {
		t.Errorf("%d numbers with lists, %d of them positive: %s", checked, positive, reply.Raw)
	}
	for list, total := range map[string]string{"mobilizers": "mobilizers", "contacts": "contacts"} {
		if got := admin.Get(at + "/" + list + "?limit=1").Number("total"); fmt.Sprint(got) != fmt.Sprint(reply.Body["totals"].(map[string]any)[total]) {
			t.Errorf("%s: %d rows", list, got)
		}
	}
}
