package httpapi

import (
	"net/http"
	"testing"
	"time"
)

// Whoever invites an address twice is told which invitation it has, and where to send that one again.
func TestAnOpenInvitationIsOfferedAgain(t *testing.T) {
	d := everyRoute(t)
	x := d.tenant("a")
	all := "/v1/admin/campaigns/" + x.ids["campaign"] + "/invitations"
	guest := map[string]any{"email": guestOf(x.ids["slug"]) + "@EXAMPLE.org", "first_name": "Gus", "last_name": "Guest"}
	refused := x.owner.post(all, guest).refused(http.StatusConflict, "invitation_open", "Send that one again")
	if refused.text("invitation") != x.ids["invitation"] {
		t.Errorf("the refusal names the invitation %q, want %q", refused.text("invitation"), x.ids["invitation"])
	}
	d.later(time.Minute)
	again := x.owner.post(refused.text("resend"), nil).is(http.StatusOK)
	if again.text("id") != x.ids["invitation"] || again.text("delivery_state") != "queued" {
		t.Errorf("sending it again answers %s", again.raw)
	}
}
