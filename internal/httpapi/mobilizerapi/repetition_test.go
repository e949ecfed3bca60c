package mobilizerapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// A phone that was offline for weeks sends its writes again when it is back.
func TestIdempotencyKey_RepeatedWithinThirtyDays_TakesEffectOnce(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")
	note := map[string]any{"content": "Met at the market."}
	many := map[string]any{"contacts": []any{map[string]any{"first_name": "Ben"}, map[string]any{"first_name": "Eva"}}}
	addNote := func() *httpapitest.Reply { return ana.Do(http.MethodPost, contact+"/notes", note, "note") }
	addMany := func() *httpapitest.Reply { return ana.Do(http.MethodPost, ana.Path("contacts", "bulk"), many, "many") }
	firstNote, firstMany := addNote().ExpectStatus(http.StatusCreated), addMany().ExpectStatus(http.StatusOK)

	s.Advance(30*24*time.Hour - time.Second)
	if again := addNote().ExpectStatus(http.StatusCreated); again.Raw != firstNote.Raw || again.Header.Get("Idempotent-Replayed") == "" {
		t.Errorf("the repeated note is %s", again.Raw)
	}
	if again := addMany().ExpectStatus(http.StatusOK); again.Raw != firstMany.Raw {
		t.Errorf("the repeated contacts are %s, want %s", again.Raw, firstMany.Raw)
	}
	if listed := ana.Get(ana.Path("contacts")).List("items"); len(listed) != 3 {
		t.Errorf("%d contacts, want 3", len(listed))
	}

	s.Advance(2 * time.Second)
	if late := addNote().ExpectStatus(http.StatusCreated); late.Text("id") == firstNote.Text("id") {
		t.Error("the key is kept for longer than 30 days")
	}
	if late := addMany().ExpectStatus(http.StatusOK); late.Raw == firstMany.Raw {
		t.Error("the key of many contacts is kept for longer than 30 days")
	}
}
