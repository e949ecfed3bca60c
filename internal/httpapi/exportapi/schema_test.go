package exportapi_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestGetExportSchema_EachType_ReturnsColumns(t *testing.T) {
	_, admin, at := httpapitest.NewAdmin(t)
	exports := at + "/exports"
	made := admin.Post(exports, map[string]any{"type": "notes", "profile": "extended"}).ExpectStatus(http.StatusCreated)
	schema := admin.Get(exports + "/" + made.Text("id") + "/schema").ExpectStatus(http.StatusOK)
	for _, says := range []string{`"name":"note_updated_at"`, `"primaryKey":["rally__note_id"]`} {
		if !strings.Contains(schema.Raw, says) {
			t.Errorf("the schema of notes lacks %s: %s", says, schema.Raw)
		}
	}
	if table := schema.Text("create_table"); !strings.Contains(table, `PRIMARY KEY ("rally__note_id")`) {
		t.Errorf("the table of notes: %s", table)
	}
	made = admin.Post(exports, map[string]any{"type": "legacy_mobilizers"}).ExpectStatus(http.StatusCreated)
	schema = admin.Get(exports + "/" + made.Text("id") + "/schema").ExpectStatus(http.StatusOK)
	if !strings.Contains(schema.Raw, `"name":"Key Question Responses: `) {
		t.Errorf("no columns by response: %s", schema.Raw)
	}
}

func TestCreateExport_SpecificActionItem_RequiresItsID(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	exports := at + "/exports"
	const kind = "specific_action_item_responses"
	admin.Post(exports, map[string]any{"type": kind}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "action_item_id")
	admin.Post(exports, map[string]any{"type": kind, "action_item_id": "none"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "action_item_id")
	item := string(s.Task.ID)
	admin.Post(exports, map[string]any{"type": "notes", "action_item_id": item}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "action_item_id")
	made := admin.Post(exports, map[string]any{"type": kind, "action_item_id": item, "profile": "extended"}).ExpectStatus(http.StatusCreated)
	if made.Text("action_item_id") != item {
		t.Errorf("made: %s", made.Raw)
	}
	for _, without := range []string{"legacy_contacts", "legacy_contact_action_responses", "management_notes", "analytics", "key_question_answers"} {
		admin.Post(exports, map[string]any{"type": without, "profile": "extended"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "profile")
		admin.Post(exports, map[string]any{"type": without}).ExpectStatus(http.StatusCreated)
	}
}

// A bundle is created like an export; the same request returns the running bundle.
func TestCreateExport_Bundle_TakesTypes(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	exports := at + "/exports"
	made := admin.Post(exports, map[string]any{"type": "bundle", "profile": "extended"}).ExpectStatus(http.StatusCreated)
	if !strings.Contains(made.Raw, `"types":["analytics","mobilizers",`) || strings.Contains(made.Raw, "specific_action_item_responses") {
		t.Errorf("made: %s", made.Raw)
	}
	few := map[string]any{"type": "bundle", "types": []string{"notes", "contacts"}}
	first := admin.Post(exports, few).ExpectStatus(http.StatusCreated)
	again := admin.Post(exports, map[string]any{"type": "bundle", "types": []string{"contacts", "notes"}}).ExpectStatus(http.StatusOK)
	if first.Text("id") != again.Text("id") || first.Text("id") == made.Text("id") || !strings.Contains(first.Raw, `"types":["contacts","notes"]`) {
		t.Errorf("made %s, then %s", first.Raw, again.Raw)
	}
	schema := admin.Get(exports + "/" + first.Text("id") + "/schema").ExpectStatus(http.StatusOK)
	if table := schema.Text("create_table"); !strings.Contains(schema.Raw, `"foreignKeys"`) || strings.Count(table, "CREATE TABLE") != 2 {
		t.Errorf("the schema of a bundle: %s", schema.Raw)
	}
	admin.Post(exports+"/"+first.Text("id")+"/schema/download-link", nil).ExpectProblem(http.StatusConflict, "export_not_ready", "not ready")
	for field, request := range map[string]map[string]any{
		"types":          {"type": "bundle", "types": []string{"contacts", "everything"}},
		"compression":    {"type": "bundle", "compression": "gzip"},
		"action_item_id": {"type": "bundle", "action_item_id": string(s.Task.ID)},
		"profile":        {"type": "bundle", "profile": "long"},
	} {
		admin.Post(exports, request).ExpectProblem(http.StatusUnprocessableEntity, "invalid", field)
	}
	admin.Post(exports, map[string]any{"type": "bundle", "types": []string{"specific_action_item_responses"}}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", "action_item_id")
	admin.Post(exports, map[string]any{"type": "contacts", "types": []string{"contacts"}}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "types")
	made = admin.Post(exports, map[string]any{"type": "bundle", "types": []string{"specific_action_item_responses"}, "action_item_id": string(s.Task.ID)}).ExpectStatus(http.StatusCreated)
	if made.Text("action_item_id") != string(s.Task.ID) {
		t.Errorf("made: %s", made.Raw)
	}
}

// A schedule can be of a bundle, and its type can change.
func TestExportSchedule_Bundle_CanChangeType(t *testing.T) {
	_, admin, all := schedulesOf(t)
	made := admin.Post(all, map[string]any{"type": "bundle", "types": []string{"notes", "contacts"}, "hour": 3}).ExpectStatus(http.StatusCreated)
	one := all + "/" + made.Text("id")
	if !strings.Contains(made.Raw, `"types":["contacts","notes"]`) {
		t.Errorf("made: %s", made.Raw)
	}
	for _, edit := range []struct {
		body map[string]any
		has  string
	}{
		{map[string]any{"types": []string{"mobilizers"}}, `"types":["mobilizers"]`},
		{map[string]any{"hour": 4}, `"types":["mobilizers"]`},
		{map[string]any{"type": "contacts"}, `"type":"contacts"`},
		{map[string]any{"type": "bundle"}, `"types":["analytics","mobilizers"`},
	} {
		admin.Do(http.MethodPatch, one, edit.body, "").ExpectStatus(http.StatusOK)
		if got := admin.Get(one).ExpectStatus(http.StatusOK); !strings.Contains(got.Raw, edit.has) {
			t.Errorf("after %v: %s", edit.body, got.Raw)
		}
	}
	admin.Do(http.MethodPatch, one, map[string]any{"types": []string{"everything"}}, "").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "types")
}
