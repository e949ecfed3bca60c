package peopleapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestContactHistory_NotesAndAnswers_LatestFirstByPage(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	helen := ana.AddContact("Helen")
	one := at + "/contacts" + helen[strings.LastIndex(helen, "/"):]
	for _, list := range []string{"/notes", "/answers"} {
		if empty := admin.Get(one + list).ExpectStatus(http.StatusOK); empty.List("items") == nil || len(empty.List("items")) != 0 {
			t.Errorf("%s of a new contact: %s", list, empty.Raw)
		}
	}
	for _, content := range []string{"Met at the market.", "Called."} {
		s.Advance(time.Second)
		ana.Post(helen+"/notes", map[string]any{"content": content}).ExpectStatus(http.StatusCreated)
	}
	ana.Put(helen+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
	s.Advance(time.Second)
	ana.Delete(helen + "/answer").ExpectStatus(http.StatusOK)
	s.Advance(time.Second)
	ana.Put(helen+"/answer", map[string]any{"response_id": s.ResponseID(1)}).ExpectStatus(http.StatusOK)

	first := admin.Get(one + "/notes?limit=1").ExpectStatus(http.StatusOK)
	second := admin.Get(one + "/notes?limit=1&page=" + first.Text("next")).ExpectStatus(http.StatusOK)
	if first.List("items")[0]["content"] != "Called." || second.List("items")[0]["content"] != "Met at the market." {
		t.Errorf("notes: %s, then %s", first.Raw, second.Raw)
	}
	answers := admin.Get(one + "/answers").ExpectStatus(http.StatusOK).List("items")
	if len(answers) != 3 || answers[0]["response_id"] != s.ResponseID(1) || answers[0]["response_text"] != "Probably Not" ||
		answers[1]["response_id"] != nil || answers[2]["response_id"] != s.ResponseID(0) || answers[2]["answered_at"] != "2026-10-24T12:00:02.000Z" {
		t.Errorf("answers: %v", answers)
	}
	for _, list := range []string{"/notes", "/answers"} {
		admin.Get(at + "/contacts/" + httpapitest.UnknownID + list).ExpectStatus(http.StatusNotFound)
		admin.Get(one + list + "?page=x").ExpectStatus(http.StatusUnprocessableEntity)
		ana.Get(one + list).ExpectStatus(http.StatusNotFound)
	}
}
