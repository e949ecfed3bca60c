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
