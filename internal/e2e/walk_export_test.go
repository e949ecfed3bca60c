package e2e

import (
	"context"
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/apiclient"
)

// contractColumns returns the columns that an export must have.
func contractColumns(t *testing.T, kind string) []string {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(Root(), "internal", "export", "dataset", "testdata", "exports.json"))
	if err != nil {
		t.Fatal(err)
	}
	var contract struct {
		Exports []struct {
			Type    string
			Columns []string
		}
	}
	err = json.Unmarshal(raw, &contract)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range contract.Exports {
		if e.Type == kind {
			return e.Columns
		}
	}
	t.Fatalf("the contract has no export %s", kind)
	return nil
}

func (w *walk) export(t *testing.T) {
	w.useTest(t)
	contacts := w.fixture.export("contacts")
	if diff := cmp.Diff(contractColumns(t, "contacts"), contacts.Header); diff != "" {
		t.Errorf("columns of the contacts export (-contract +file):\n%s", diff)
	}
	wantContacts := []map[string]string{
		{
			"mobilizer_provided_first_name": "Helen", "mobilizer_provided_last_name": "Nguyễn", "match_status": "CONFIRMED",
			"canonical_voter_id": "ME0001234", "state_file_id": "0001234", "voterfile_provided_last_name": "NGUYEN",
			"key_question_response_text": `Yes, "sure"`, "key_question_response_value": "40",
			"metric__count_key_question_response_changes": "1", "metric__count_relational_touchpoints": "5",
			"metric__count_action_item_responses": "2", "rally__campaign_name": "Walk the block",
		},
		{
			"mobilizer_provided_first_name": "Bob", "mobilizer_provided_last_name": "O'Brien", "mobilizer_provided_city": "Augusta",
			"match_status": "PENDING", "canonical_voter_id": "", "key_question_response_text": "", "key_question_response_value": "",
			"metric__count_key_question_response_changes": "1", "metric__count_relational_touchpoints": "2",
			"metric__count_action_item_responses": "1",
		},
		{
			"mobilizer_provided_first_name": "Tim", "match_status": "NO_MATCHES", "key_question_response_text": "Maybe, leaning",
			"key_question_response_value": "-1", "metric__count_relational_touchpoints": "1", "metric__count_action_item_responses": "1",
		},
	}
	w.sameCells("contacts export", contacts, wantContacts)

	mobilizers := w.fixture.export("mobilizers")
	if diff := cmp.Diff(contractColumns(t, "mobilizers"), mobilizers.Header); diff != "" {
		t.Errorf("columns of the mobilizers export (-contract +file):\n%s", diff)
	}
	w.sameCells("mobilizers export", mobilizers, []map[string]string{
		{
			"mobilizer_provided_first_name": "Ann", "mobilizer_email": w.ann.Email, "mobilizer_phone": "+12075550142",
			"mobilizer_provided_zip": "04101", "match_status": "CONFIRMED", "canonical_voter_id": "ME0000042",
			"metric__count_contacts": "2", "metric__count_matched_contacts": "1",
			"metric__count_contacts_with_relational_touchpoints": "2", "metric__count_relational_touchpoints": "7",
			"metric__count_contacts_with_key_question_responses": "1", "metric__count_contacts_without_key_question_response": "1",
			"metric__count_contacts_with_action_item_responses": "2", "metric__count_action_item_responses": "3",
			"rally__user_campaign_membership_id": w.annID,
		},
		{
			"mobilizer_provided_preferred_name": "Benny", "mobilizer_email": "", "mobilizer_phone": "", "mobilizer_provided_zip": "02139",
			"match_status": "PENDING", "metric__count_contacts": "1", "metric__count_relational_touchpoints": "1",
		},
	})
	w.linkExpires(t)

	// A closed campaign can still be read and exported.
	w.post(w.owner, w.admin()+"/close", nil, nil)
	w.expectRefused(w.newPerson("Late Comer"), http.MethodPost, "/v1/mobilizer/join",
		body{"slug": w.slug, "first_name": "Late", "last_name": "Comer", "passcode": w.passcode}, http.StatusConflict, "closed")
	w.expireCampaignCache()
	w.expectRefused(w.ann, http.MethodPut, w.contact(w.bob)+"/vote-plan", body{"text": "too late"}, http.StatusConflict, "closed")
	if again := w.fixture.export("contacts"); string(again.Bytes) != string(contacts.Bytes) {
		t.Errorf("the same export of the closed campaign differs:\n%s", cmp.Diff(string(contacts.Bytes), string(again.Bytes)))
	}
}

// sameCells compares the given cells row by row.
func (fx *fixture) sameCells(what string, file *File, want []map[string]string) {
	fx.t.Helper()
	if len(file.Rows) != len(want) {
		fx.t.Fatalf("%s: %d rows, want %d:\n%s", what, len(file.Rows), len(want), file.Bytes)
	}
	for i, row := range want {
		for column, value := range row {
			if file.Rows[i][column] != value {
				fx.t.Errorf("%s, row %d, %s: %q, want %q", what, i+1, column, file.Rows[i][column], value)
			}
		}
	}
}

// linkExpires checks that a download link works until it expires, and not if it is changed.
func (w *walk) linkExpires(t *testing.T) {
	t.Helper()
	type export struct{ ID, Status string }
	all, err := apiclient.All[export](t.Context(), w.owner, w.admin()+"/exports")
	w.ok(err)
	if len(all) != 2 || all[0].Status != "ready" {
		t.Fatalf("the history shows %+v, want two finished exports", all)
	}
	link, err := kith.DownloadLink(t.Context(), w.helper, w.campaign, all[0].ID)
	w.ok(err)
	minted := time.Now()
	_, err = fetch(t.Context(), http.MethodGet, link, nil)
	w.ok(err)
	_, err = fetch(t.Context(), http.MethodGet, link[:len(link)-1]+"x", nil)
	if err == nil {
		t.Error("a link with another signature works")
	}
	w.ok(Until(t.Context(), 3*linkLifetime, func(ctx context.Context) (bool, error) {
		_, err := fetch(ctx, http.MethodGet, link, nil)
		return err != nil, nil
	}))
	if early := time.Since(minted); early < linkLifetime-time.Second {
		t.Errorf("the link stopped working after %s, want %s", early, linkLifetime)
	}
	w.expectRefused(w.ann, http.MethodPost, w.admin()+"/exports/"+all[0].ID+"/download-link", nil, http.StatusNotFound, "")
}
