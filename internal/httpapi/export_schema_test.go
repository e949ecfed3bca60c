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
