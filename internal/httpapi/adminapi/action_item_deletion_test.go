package adminapi_test

import (
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestDeleteActionItem_NeverAnswered_LeavesTheOthersInOrder(t *testing.T) {
	t.Parallel()
	s, admin, path := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	var ids []string
	for _, title := range []string{"Call", "Text", "Visit"} {
		made := admin.Post(path+"/action-items", map[string]any{"type": "TASK", "title": title}).ExpectStatus(http.StatusCreated)
		ids = append(ids, made.Text("id"))
	}
	before := len(admin.Get(path + "/action-items").List("items"))
	one := path + "/action-items/" + ids[1]
	admin.Delete(one+"?revision=old").ExpectProblem(http.StatusConflict, "changed_meanwhile", "Another administrator")
	admin.Delete(one + "?revision=" + admin.Get(one).Text("revision")).ExpectStatus(http.StatusNoContent)
	admin.Delete(one).ExpectStatus(http.StatusNotFound)
	left := admin.Get(path + "/action-items").ExpectStatus(http.StatusOK).List("items")
	if len(left) != before-1 {
		t.Errorf("%d items are left of %d", len(left), before)
	}
	for n, item := range left {
		if item["position"] != float64(n) || item["id"] == ids[1] {
			t.Errorf("item %d is %v", n, item)
		}
	}
	contact := ana.AddContact("Nell")
	ana.Put(contact+"/action-responses/"+ids[1], map[string]any{"completed": true}).ExpectStatus(http.StatusNotFound)
	ana.Put(contact+"/action-responses/"+ids[2], map[string]any{"completed": true}).ExpectStatus(http.StatusOK)
	again := admin.Post(path+"/action-items", map[string]any{"type": "TASK", "title": "Again"}).ExpectStatus(http.StatusCreated)
	if again.Value("position") != float64(len(left)) {
		t.Errorf("the next item is %s", again.Raw)
	}
}

func TestDeleteActionItem_WithDependents_IsRefused(t *testing.T) {
	t.Parallel()
	s, admin, path := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	item := func(title string) string {
		return admin.Post(path+"/action-items", map[string]any{"type": "TASK", "title": title}).ExpectStatus(http.StatusCreated).Text("id")
	}
	answered, scheduled := item("Call"), item("Text")
	response := ana.AddContact("Nell") + "/action-responses/" + answered
	ana.Put(response, map[string]any{"completed": true}).ExpectStatus(http.StatusOK)
	ana.Delete(response).ExpectStatus(http.StatusNoContent)
	admin.Delete(path+"/action-items/"+answered).ExpectProblem(http.StatusConflict, "action_item_answered", "Archive it instead")
	made := admin.Post(path+"/export-schedules", map[string]any{"type": "specific_action_item_responses", "action_item_id": scheduled, "hour": 3}).ExpectStatus(http.StatusCreated)
	admin.Delete(path+"/action-items/"+scheduled).ExpectProblem(http.StatusConflict, "action_item_scheduled", "Delete the schedule")
	admin.Delete(path + "/export-schedules/" + made.Text("id")).ExpectStatus(http.StatusNoContent)
	admin.Delete(path + "/action-items/" + scheduled).ExpectStatus(http.StatusNoContent)
	other := item("Visit")
	admin.Post(path+"/close", nil).ExpectStatus(http.StatusOK)
	admin.Delete(path+"/action-items/"+other).ExpectProblem(http.StatusConflict, "campaign_closed", "closed")
}

// A first response and the deletion race: one of them takes effect, so that no response is left without its item.
func TestDeleteActionItem_WhileFirstAnswered_OneTakesEffect(t *testing.T) {
	t.Parallel()
	s, admin, path := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("Nell")
	for range 10 {
		id := admin.Post(path+"/action-items", map[string]any{"type": "TASK", "title": "Call"}).ExpectStatus(http.StatusCreated).Text("id")
		ana.Get(contact) // the item is in the cache
		replies := httpapitest.Concurrently(2, func(n int) *httpapitest.Reply {
			if n == 0 {
				return admin.Delete(path + "/action-items/" + id)
			}
			return ana.Put(contact+"/action-responses/"+id, map[string]any{"completed": true})
		})
		deleted, responded := replies[0].Status == http.StatusNoContent, replies[1].Status == http.StatusOK
		if deleted == responded {
			t.Fatalf("the deletion answers %d %s, the response %d %s", replies[0].Status, replies[0].Raw, replies[1].Status, replies[1].Raw)
		}
	}
}
