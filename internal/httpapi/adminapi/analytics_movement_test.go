package adminapi_test

import (
	"cmp"
	"math/rand/v2"
	"net/http"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// move is from a first response to a current one, by their ids.
type move struct{ first, current string }

// Movement is that of the histories of answers: from the first answer after the latest clearing to the last one.
func TestGetAnalytics_RandomHistories_MovementIsThatOfHistories(t *testing.T) {
	t.Parallel()
	s, admin, at := httpapitest.NewAdmin(t)
	client := s.NewMobilizer("Mob")
	random := rand.New(rand.NewPCG(3, 4))
	for range 20 {
		path := client.AddContact("Jose")
		for range random.IntN(6) {
			s.Advance(9 * time.Hour)
			if random.IntN(5) == 0 {
				client.Delete(path + "/answer")
			} else {
				client.Put(path+"/answer", map[string]any{"response_id": s.ResponseID(random.IntN(4))})
			}
		}
	}
	s.DeliverStream()
	want, cleared := map[move]int{}, 0
	for _, row := range admin.Get(at + "/contacts").ExpectStatus(http.StatusOK).List("items") {
		var m move
		for _, answer := range admin.Get(at + "/contacts/" + row["id"].(string) + "/answers").ExpectStatus(http.StatusOK).List("items") { // latest first
			id, answered := answer["response_id"].(string)
			if !answered {
				cleared++
				break
			}
			m = move{first: id, current: cmp.Or(m.current, id)}
		}
		if m.first != "" {
			want[m]++
		}
	}

	reply := admin.Get(at + "/analytics").ExpectStatus(http.StatusOK)
	values := map[any]any{}
	for _, step := range reply.List("ladder") {
		values[step["response_id"]] = step["value"]
	}
	got, sums := map[move]int{}, map[any]float64{}
	for _, from := range reply.List("ladder_movement", "from") {
		contacts := 0.0
		for _, end := range from["to"].([]any) {
			to := end.(map[string]any)
			got[move{from["response_id"].(string), to["response_id"].(string)}] = int(to["contacts"].(float64))
			direction := map[int]string{1: "up", 0: "stayed", -1: "down"}[cmp.Compare(values[to["response_id"]].(float64), values[from["response_id"]].(float64))]
			if to["direction"] != direction {
				t.Errorf("from %v to %v is %v, want %s", from["value"], to["value"], to["direction"], direction)
			}
			contacts += to["contacts"].(float64)
			sums[direction] += to["contacts"].(float64)
		}
		if from["contacts"] != contacts {
			t.Errorf("%v began with %v, and %v are at their current responses", from["contacts"], from["text"], contacts)
		}
	}
	if diff := gocmp.Diff(want, got); diff != "" {
		t.Errorf("moves (-histories +analytics):\n%s", diff)
	}
	for direction, share := range map[string]string{"up": "moved_up", "stayed": "stayed", "down": "moved_down"} {
		if reply.Value("ladder_movement", share, "count") != sums[direction] || sums[direction] == 0 {
			t.Errorf("%s is %v, want %v", share, reply.Value("ladder_movement", share), sums[direction])
		}
	}
	if cleared < 3 {
		t.Errorf("only %d histories have a clearing", cleared)
	}
}
