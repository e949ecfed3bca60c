package mobilizerapi_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
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

// A kept response outlives the contact that it shows, so the table alone must not reveal it.
func TestIdempotencyKey_KeptReply_IsEncryptedForItsKeyAlone(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	nell := map[string]any{"first_name": "Nell", "last_name": "Nguyen", "phone": "+12075550142", "email": "nell@example.org"}
	const key = "5f0c3a3e-6f5d-4b8c-9a51-2f6f6a3f7e10"
	add := func() *httpapitest.Reply {
		return ana.Do(http.MethodPost, ana.Path("contacts"), nell, key).ExpectStatus(http.StatusCreated)
	}
	first := add()
	body, err := json.Marshal(nell)
	if err != nil {
		t.Fatal(err)
	}
	sum := sha256.Sum256(fmt.Appendf(nil, "%d:%s", len(body), body)) // a phone or an email can be guessed from it
	kept := 0
	for id, row := range httpapitest.AllOf(s.Fixture, s.Tables.Requests) {
		var item map[string]struct{ Value any }
		if err := json.Unmarshal([]byte(row), &item); err != nil {
			t.Fatal(err)
		}
		text := row
		if body, ok := item["Body"].Value.(string); ok {
			decoded, err := base64.StdEncoding.DecodeString(body)
			if err != nil {
				t.Fatal(err)
			}
			text += string(decoded)
			kept++
		}
		for _, personal := range []string{"Nell", "Nguyen", "2075550142", "nell@example.org", key, base64.RawURLEncoding.EncodeToString(sum[:])} {
			if strings.Contains(text, personal) {
				t.Errorf("the row %s reveals %s: %s", id, personal, text)
			}
		}
	}
	if kept == 0 {
		t.Fatal("no response is kept")
	}
	if again := add(); again.Raw != first.Raw || again.Header.Get("Idempotent-Replayed") == "" {
		t.Errorf("the repetition is %s, want %s", again.Raw, first.Raw)
	}
}
