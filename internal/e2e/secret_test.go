package e2e

import (
	"fmt"
	"strconv"
	"strings"
	"testing"
)

// TestSecret_NewVersion_OldHashesAndTokensStayValid rotates the secret as docs/operations.md describes. Functions use a new
// version within five minutes; here they start again instead.
func TestSecret_NewVersion_OldHashesAndTokensStayValid(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	var old struct{ Passcode string }
	fx.post(fx.owner, fx.admin()+"/passcode", nil, &old)
	invited, invitee, token := fx.invite("Ines Ibarra")
	fx.invite("Igor Ivanov")
	var page struct {
		Items []identified
		Next  string
	}
	fx.get(fx.owner, fx.admin()+"/invitations?limit=1", &page)
	version, _, _ := strings.Cut(page.Next, ".") // 1, or higher if the test runs again
	newest, err := strconv.Atoi(version)
	if err != nil {
		t.Fatalf("the page token %q does not name a version", page.Next)
	}
	newest++

	if said := fx.operator("secret", "add"); !strings.Contains(said, fmt.Sprint("made with version ", newest)) {
		t.Fatalf("the operator's command prints %q", said)
	}
	for _, function := range []string{"admin-api", "send-invitation"} { // mobilizer-api still has the old versions alone
		fx.ok(kith.Kill(t.Context(), function))
	}

	fx.get(fx.owner, fx.admin()+"/invitations?limit=1&page="+page.Next, &page)
	if len(page.Items) != 1 || page.Items[0].ID != invited.ID {
		t.Errorf("the old page token leads to %+v", page.Items)
	}
	fx.get(fx.owner, fx.admin()+"/invitations?limit=1", &page)
	if !strings.HasPrefix(page.Next, fmt.Sprint(newest, ".")) {
		t.Errorf("the page token %q does not name version %d", page.Next, newest)
	}
	_, err = accept(t.Context(), invitee, token)
	fx.ok(err)
	fx.invite("Ida Iversen") // its email has the link whose hash admin-api stored
	fx.join("Old Passcode", body{"passcode": old.Passcode})

	var renewed struct{ Passcode string }
	fx.post(fx.owner, fx.admin()+"/passcode", nil, &renewed)
	fx.join("New Passcode", body{"passcode": renewed.Passcode}) // mobilizer-api reads the new version for it
	late := fx.newPerson("Late Passcode")
	err = late.Post(t.Context(), "/v1/mobilizer/join", body{
		"slug": fx.slug, "first_name": "Late", "last_name": "Passcode", "consent": false, "passcode": old.Passcode,
	}, nil)
	fx.expectProblem(err, 422, "not the campaign's passcode")
}
