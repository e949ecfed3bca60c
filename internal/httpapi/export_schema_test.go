package httpapi

import (
	"net/http"
	"strings"
	"testing"
)

func TestExportsTellTheirColumns(t *testing.T) {
	_, admin, at := office(t)
	exports := at + "/exports"
	made := admin.post(exports, map[string]any{"type": "notes", "profile": "extended"}).is(http.StatusCreated)
	schema := admin.get(exports + "/" + made.text("id") + "/schema").is(http.StatusOK)
	for _, says := range []string{`"name":"note_updated_at"`, `"primaryKey":["rally__note_id"]`} {
		if !strings.Contains(schema.raw, says) {
			t.Errorf("the schema of notes lacks %s: %s", says, schema.raw)
		}
	}
	if table := schema.text("create_table"); !strings.Contains(table, `PRIMARY KEY ("rally__note_id")`) {
		t.Errorf("the table of notes: %s", table)
	}
	made = admin.post(exports, map[string]any{"type": "legacy_mobilizers"}).is(http.StatusCreated)
	schema = admin.get(exports + "/" + made.text("id") + "/schema").is(http.StatusOK)
	if !strings.Contains(schema.raw, `"name":"Key Question Responses: `) {
		t.Errorf("no columns by response: %s", schema.raw)
	}
}

func TestExportsOfOneActionItemTakeItsID(t *testing.T) {
	s, admin, at := office(t)
	exports := at + "/exports"
	const kind = "specific_action_item_responses"
	admin.post(exports, map[string]any{"type": kind}).refused(http.StatusUnprocessableEntity, "invalid", "action_item")
	admin.post(exports, map[string]any{"type": kind, "action_item": "none"}).refused(http.StatusUnprocessableEntity, "invalid", "action_item")
	item := string(s.task.ID)
	admin.post(exports, map[string]any{"type": "notes", "action_item": item}).refused(http.StatusUnprocessableEntity, "invalid", "action_item")
	made := admin.post(exports, map[string]any{"type": kind, "action_item": item, "profile": "extended"}).is(http.StatusCreated)
	if made.text("action_item") != item {
		t.Errorf("made: %s", made.raw)
	}
	for _, without := range []string{"legacy_contacts", "legacy_contact_action_responses", "management_notes", "analytics", "key_question_answers"} {
		admin.post(exports, map[string]any{"type": without, "profile": "extended"}).refused(http.StatusUnprocessableEntity, "invalid", "profile")
		admin.post(exports, map[string]any{"type": without}).is(http.StatusCreated)
	}
}

// A bundle is asked for like any export; the same one under way is answered with itself.
func TestBundlesTakeTypes(t *testing.T) {
	s, admin, at := office(t)
	exports := at + "/exports"
	made := admin.post(exports, map[string]any{"type": "bundle", "profile": "extended"}).is(http.StatusCreated)
	if !strings.Contains(made.raw, `"types":["analytics","mobilizers",`) || strings.Contains(made.raw, "specific_action_item_responses") {
		t.Errorf("made: %s", made.raw)
	}
	few := map[string]any{"type": "bundle", "types": []string{"notes", "contacts"}}
	first := admin.post(exports, few).is(http.StatusCreated)
	again := admin.post(exports, map[string]any{"type": "bundle", "types": []string{"contacts", "notes"}}).is(http.StatusOK)
	if first.text("id") != again.text("id") || first.text("id") == made.text("id") || !strings.Contains(first.raw, `"types":["contacts","notes"]`) {
		t.Errorf("made %s, then %s", first.raw, again.raw)
	}
	schema := admin.get(exports + "/" + first.text("id") + "/schema").is(http.StatusOK)
	if table := schema.text("create_table"); !strings.Contains(schema.raw, `"foreignKeys"`) || strings.Count(table, "CREATE TABLE") != 2 {
		t.Errorf("the schema of a bundle: %s", schema.raw)
	}
	admin.post(exports+"/"+first.text("id")+"/schema/download-link", nil).refused(http.StatusConflict, "export_not_ready", "not ready")
	for field, request := range map[string]map[string]any{
		"types":       {"type": "bundle", "types": []string{"contacts", "everything"}},
		"compression": {"type": "bundle", "compression": "gzip"},
		"action_item": {"type": "bundle", "action_item": string(s.task.ID)},
		"profile":     {"type": "bundle", "profile": "long"},
	} {
		admin.post(exports, request).refused(http.StatusUnprocessableEntity, "invalid", field)
	}
	admin.post(exports, map[string]any{"type": "bundle", "types": []string{"specific_action_item_responses"}}).
		refused(http.StatusUnprocessableEntity, "invalid", "action_item")
	admin.post(exports, map[string]any{"type": "contacts", "types": []string{"contacts"}}).refused(http.StatusUnprocessableEntity, "invalid", "types")
	made = admin.post(exports, map[string]any{"type": "bundle", "types": []string{"specific_action_item_responses"}, "action_item": string(s.task.ID)}).is(http.StatusCreated)
	if made.text("action_item") != string(s.task.ID) {
		t.Errorf("made: %s", made.raw)
	}
}

// A schedule may be of a bundle, and become one of something else.
func TestSchedulesOfBundles(t *testing.T) {
	_, admin, all := schedulesOf(t)
	made := admin.post(all, map[string]any{"type": "bundle", "types": []string{"notes", "contacts"}, "hour": 3}).is(http.StatusCreated)
	one := all + "/" + made.text("id")
	if !strings.Contains(made.raw, `"types":["contacts","notes"]`) {
		t.Errorf("made: %s", made.raw)
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
		admin.request(http.MethodPatch, one, edit.body, "").is(http.StatusOK)
		if got := admin.get(one).is(http.StatusOK); !strings.Contains(got.raw, edit.has) {
			t.Errorf("after %v: %s", edit.body, got.raw)
		}
	}
	admin.request(http.MethodPatch, one, map[string]any{"types": []string{"everything"}}, "").refused(http.StatusUnprocessableEntity, "invalid", "types")
}
