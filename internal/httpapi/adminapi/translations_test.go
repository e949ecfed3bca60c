package adminapi_test

import (
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestUpdateActionItem_Message_SetKeptAndUnset(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	items := d.CreateCampaign(ana, d.CreateOrganization(ana, "Vecinos"), "messages") + "/action-items"
	ana.Post(items, map[string]any{"type": "TASK", "title": "Call", "message": "Hi {name}"}).
		ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"message"`)
	item := ana.Post(items, map[string]any{"type": "TASK", "title": "Call", "message": "Hi {first_name}"}).ExpectStatus(http.StatusCreated)
	one := items + "/" + item.Text("id")
	update := func(fields map[string]any) *httpapitest.Reply {
		fields["revision"] = item.Text("revision")
		before := item.Text("revision")
		item = ana.Patch(one, fields).ExpectStatus(http.StatusOK)
		if item.Text("revision") == before {
			t.Errorf("the revision is unchanged by %v", fields)
		}
		return item
	}
	both := update(map[string]any{"message_es": "Hola, {first_name}"})
	if both.Text("message") != "Hi {first_name}" || both.Text("message_es") != "Hola, {first_name}" {
		t.Errorf("with both messages: %s", both.Raw)
	}
	if unset := update(map[string]any{"message": ""}); unset.Value("message") != nil || unset.Text("message_es") != "Hola, {first_name}" {
		t.Errorf("without the first message: %s", unset.Raw)
	}
	if read := ana.Get(one).ExpectStatus(http.StatusOK); read.Raw != item.Raw {
		t.Errorf("read %s, want %s", read.Raw, item.Raw)
	}
}

func TestUpdateContent_SpanishTexts_SetKeptAndUnset(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	organization := d.CreateOrganization(ana, "Vecinos")
	made := ana.Post(organization+"/campaigns", map[string]any{
		"name": "Neighbors", "name_es": "Vecinos", "description_es": "# Hola", "slug": "spanish",
		"key_question": map[string]any{"text": "Will they vote?", "text_es": "¿Votará?", "responses": []any{
			map[string]any{"text": "Yes", "text_es": "Sí", "value": 1}, map[string]any{"text": "No", "value": 0},
		}},
	}).ExpectStatus(http.StatusCreated)
	path := "/v1/admin/campaigns/" + made.Text("id")
	ana.Header = http.Header{"Accept-Language": {"es"}} // administrators get both languages, whichever they read
	read := ana.Get(path).ExpectStatus(http.StatusOK)
	if read.Text("name") != "Neighbors" || read.Text("name_es") != "Vecinos" || read.Value("description") != nil || read.Text("description_es") != "# Hola" {
		t.Errorf("the campaign is %s", read.Raw)
	}
	responses := read.List("key_question", "responses")
	if read.Text("key_question", "text_es") != "¿Votará?" || responses[0]["text"] != "Yes" || responses[0]["text_es"] != "Sí" || responses[1]["text_es"] != nil {
		t.Errorf("the Key Question is %v", read.Value("key_question"))
	}
	ana.Patch(path, map[string]any{"name_es": "a\nb", "revision": read.Text("revision")}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", `"field":"name_es"`)
	if edited := ana.Patch(path, map[string]any{"description_es": "", "revision": read.Text("revision")}).ExpectStatus(http.StatusOK); edited.Value("description_es") != nil || edited.Text("name_es") != "Vecinos" {
		t.Errorf("without the Spanish description: %s", edited.Raw)
	}
	revision := read.Text("key_question", "revision")
	reworded := ana.Put(path+"/key-question", map[string]any{"text": "Will they vote?", "text_es": "¿Va a votar?", "revision": revision, "responses": []any{
		map[string]any{"id": responses[0]["id"], "text": "Yes", "value": 1}, map[string]any{"id": responses[1]["id"], "text": "No", "text_es": "No", "value": 0},
	}}).ExpectStatus(http.StatusOK)
	after := reworded.List("key_question", "responses")
	if reworded.Text("key_question", "text_es") != "¿Va a votar?" || after[0]["text_es"] != nil || after[1]["text_es"] != "No" || reworded.Text("key_question", "revision") == revision {
		t.Errorf("reworded %s", reworded.Raw)
	}

	item := ana.Post(path+"/action-items", map[string]any{
		"type": "QUESTION_MULTIPLE_CHOICE", "title": "How?", "title_es": "¿Cómo?", "description_es": "Pregunta.",
		"options": []any{map[string]any{"text": "By mail", "text_es": "Por correo"}, map[string]any{"text": "In person"}},
	}).ExpectStatus(http.StatusCreated)
	one := path + "/action-items/" + item.Text("id")
	options := item.List("options")
	if item.Text("title_es") != "¿Cómo?" || item.Text("description_es") != "Pregunta." || options[0]["text_es"] != "Por correo" || options[1]["text_es"] != nil {
		t.Errorf("the item is %s", item.Raw)
	}
	edited := ana.Patch(one, map[string]any{"title_es": "", "revision": item.Text("revision"), "options": []any{
		map[string]any{"id": options[0]["id"], "text": "By mail"}, map[string]any{"id": options[1]["id"], "text": "In person", "text_es": "En persona"},
	}}).ExpectStatus(http.StatusOK)
	options = edited.List("options")
	if edited.Value("title_es") != nil || edited.Text("description_es") != "Pregunta." || options[0]["text_es"] != nil || options[1]["text_es"] != "En persona" {
		t.Errorf("the edited item is %s", edited.Raw)
	}
}
