package adminapi_test

import (
	"fmt"
	"math/rand/v2"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// numbersWithoutList are the names of numbers in an analytics reply that count neither contacts nor mobilizers, or that another
// number with a query counts.
var numbersWithoutList = map[string]bool{
	"relational_touchpoints": true, "value": true, "percent": true, "average": true, "drift": true, "repaired": true, "pending": true,
	"of": true, // a number of its own, such as all contacts or the eligible ones
}

// listedNumbers calls check with each number of an analytics reply that has a query, with a name for messages. It fails for a
// number of contacts or mobilizers without a query.
func listedNumbers(t *testing.T, at string, value any, check func(at, query string, count float64)) {
	t.Helper()
	switch v := value.(type) {
	case []any:
		for n, element := range v {
			listedNumbers(t, fmt.Sprintf("%s[%d]", at, n), element, check)
		}
	case map[string]any:
		counted := map[string]bool{}
		for name, member := range v {
			listedNumbers(t, at+"."+name, member, check)
		}
		for query, number := range map[string]string{
			"query": "count", "eligible_query": "eligible", "answered_no_longer_eligible_query": "answered_no_longer_eligible", "contacts_added_query": "contacts_added",
			"mobilizers_joined_query": "mobilizers_joined",
		} {
			if q, ok := v[query].(string); ok {
				check(at+"."+query, q, v[number].(float64))
				counted[number] = true
			}
		}
		for name, member := range v {
			_, isNumber := member.(float64)
			whole := strings.HasPrefix(at, ".ladder_movement") || at == ".totals" && (name == "contacts" || name == "mobilizers") || at == ".totals.average_contacts_per_mobilizer"
			if isNumber && !counted[name] && !numbersWithoutList[name] && !whole && (name != "answered_no_longer_eligible" || member != 0.0) {
				t.Errorf("%s.%s has no query", at, name)
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
		for range 6 {
			s.Advance(time.Duration(random.IntN(9)) * time.Hour)
			path := client.AddContact("Jose")
			put := func(path string, body map[string]any) {
				if random.IntN(2) == 0 {
					client.Put(path, body)
				}
			}
			put(path+"/action-responses/"+string(some.ID), map[string]any{"completed": random.IntN(2) == 0})
			put(path+"/answer", map[string]any{"response_id": s.ResponseID(random.IntN(4))})
			put(path+"/match", map[string]any{"status": "NO_MATCHES"})
			put(path+"/match", map[string]any{"canonical_voter_id": "MA01"})
			put(path+"/action-responses/"+string(s.Task.ID), map[string]any{"completed": random.IntN(2) == 0})
			put(path+"/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": s.Choice.Options[random.IntN(2)].ID})
			put(path+"/action-responses/"+string(s.Free.ID), map[string]any{"text": "Schools"})
		}
	}
	s.Advance(40 * time.Hour)
	s.NewMobilizer("Late")
	s.DeliverStream()
	reply := admin.Get(at + "/analytics").ExpectStatus(http.StatusOK)
	checked, positive := 0, 0
	listedNumbers(t, "", reply.Body, func(name, query string, count float64) {
		list := "/contacts"
		if strings.HasSuffix(name, ".mobilizers_joined_query") {
			list = "/mobilizers"
		}
		got := admin.Get(at + list + "?limit=1&" + query).ExpectStatus(http.StatusOK).Number("total")
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
	movedUp, _ := reply.Value("ladder_movement", "moved_up", "count").(float64)
	movedDown, _ := reply.Value("ladder_movement", "moved_down", "count").(float64)
	stayed, _ := reply.Value("ladder_movement", "stayed", "count").(float64)
	if answered := reply.Value("totals", "contacts_with_key_question_response", "count"); movedUp+movedDown+stayed != answered {
		t.Errorf("%v moved up, %v down and %v stayed, of %v with a response", movedUp, movedDown, stayed, answered)
	}
	joined := 0
	for _, day := range reply.List("days") {
		joined += int(day["mobilizers_joined"].(float64))
	}
	if joined != 4 {
		t.Errorf("%d mobilizers joined on all days, want 4", joined)
	}
	for list, total := range map[string]string{"mobilizers": "mobilizers", "contacts": "contacts"} {
		if got := admin.Get(at + "/" + list + "?limit=1").Number("total"); fmt.Sprint(got) != fmt.Sprint(reply.Body["totals"].(map[string]any)[total]) {
			t.Errorf("%s: %d rows", list, got)
		}
	}
	matched, _ := reply.Value("totals", "matched_contacts", "count").(float64)
	withVoters := admin.Get(at + "/analytics?unique_voters=true").ExpectStatus(http.StatusOK)
	inList := admin.Get(at + "/contacts?match_status=CONFIRMED").ExpectStatus(http.StatusOK)
	voters := map[any]bool{}
	for _, row := range inList.List("items") {
		voters[row["voter"].(map[string]any)["canonical_voter_id"]] = true
	}
	if got := withVoters.Number("totals", "unique_matched_voters"); got != len(voters) || got != inList.Number("unique_matched_voters") || got == 0 || int(matched) <= got {
		t.Errorf("%v contacts are matched to %d voters, want %d; the list has %s", matched, got, len(voters), inList.Raw)
	}
	if reply.Value("totals", "unique_matched_voters") != nil {
		t.Errorf("voters are counted without being asked for: %s", reply.Raw)
	}
}
