package httpapi

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/identity/identitytest"
	"github.com/kithhq/kith/internal/user"
)

func TestSessionMakesAUserOnce(t *testing.T) {
	d := newDesk(t)
	ana := d.stranger("ana")
	ana.get("/v1/session").refused(http.StatusUnauthorized, "session_required", "POST /v1/session")
	first := d.startsSession(ana, "Ana@Example.org", nil).is(http.StatusOK)
	if first.text("user", "email") != "ana@example.org" || first.text("user", "name") != "ana" {
		t.Errorf("the user is %s", first.raw)
	}
	if first.list("organizations") == nil || first.list("campaigns") == nil {
		t.Errorf("lists are missing: %s", first.raw)
	}
	again := d.startsSession(ana, "ana@example.org", nil).is(http.StatusOK)
	read := ana.get("/v1/session").is(http.StatusOK)
	for _, r := range []*reply{again, read} {
		if r.text("user", "id") != first.text("user", "id") {
			t.Errorf("another user: %s", r.raw)
		}
	}
}

func TestSixteenSessionsAtOnceMakeOneUser(t *testing.T) {
	d := newDesk(t)
	token := d.issuer.Token(t, d.issuer.Claims("ana", "ana@example.org", "Ana", nil))
	var all sync.WaitGroup
	replies := make([]*reply, 16)
	for n := range replies {
		all.Go(func() {
			replies[n] = d.stranger("ana").post("/v1/session", map[string]any{"id_token": token})
		})
	}
	all.Wait()
	for _, r := range replies {
		if r.is(http.StatusOK).text("user", "id") != replies[0].text("user", "id") {
			t.Errorf("two users: %s and %s", r.raw, replies[0].raw)
		}
	}
}

func TestSessionDemandsAnIDTokenOfTheCaller(t *testing.T) {
	d := newDesk(t)
	ana := d.stranger("ana")
	ana.post("/v1/session", map[string]any{"id_token": "no token"}).refused(http.StatusUnauthorized, "id_token_refused", "id_token")
	ana.post("/v1/session", map[string]any{}).refused(http.StatusUnprocessableEntity, "invalid", "id_token")
	d.startsSession(ana, "ana@example.org", identitytest.Claims{"sub": "ben"}).refused(http.StatusUnauthorized, "id_token_refused", "different people")
	d.startsSession(ana, "ana@example.org", identitytest.Claims{"email_verified": false}).refused(http.StatusForbidden, "email_not_verified", "Verify it")
	d.issuer.Broken.Store(true)
	d.restart()
	d.startsSession(ana, "ana@example.org", nil).refused(http.StatusServiceUnavailable, "unavailable", "try again")
	d.issuer.Broken.Store(false)
	d.startsSession(ana, "ana@example.org", nil).is(http.StatusOK)
}

func TestANewAddressIsFollowedEverywhere(t *testing.T) {
	d := newDesk(t)
	ana, ben := d.signsIn("ana"), d.signsIn("ben")
	organization := d.organization(ana, "Vecinos")
	campaign := d.draft(ben, d.organization(ben, "Others"), "others")
	ben.post(campaign+"/publish", nil).is(http.StatusOK)
	ana.post("/v1/mobilizer/join", joining("others")).is(http.StatusCreated)
	ana.post("/v1/mobilizer/campaigns/"+campaign[len("/v1/admin/campaigns/"):]+"/leave", map[string]any{"contacts": "keep"}).is(http.StatusOK)

	session := d.startsSession(ana, "lopez@example.org", identitytest.Claims{"name": "Ana López"}).is(http.StatusOK)
	if session.text("user", "email") != "lopez@example.org" || session.text("user", "name") != "Ana López" {
		t.Errorf("the user is %s", session.raw)
	}
	if got := session.list("campaigns"); len(got) != 1 || got[0]["left_at"] == nil {
		t.Errorf("campaigns are %s", session.raw)
	}
	admin := ana.get(organization + "/administrators").is(http.StatusOK).list("items")[0]
	if admin["email"] != "lopez@example.org" || admin["name"] != "Ana López" {
		t.Errorf("the administrator is %v", admin)
	}
	u, err := d.store.UserByLogin(t.Context(), "https://issuer.test", "ana")
	if err != nil {
		t.Fatal(err)
	}
	parts, err := d.store.UserAffiliations(t.Context(), u.ID)
	if err != nil || parts.Memberships[0].Email != "lopez@example.org" {
		t.Errorf("the membership is %+v: %v", parts.Memberships[0], err)
	}
	ben.post(organization+"/administrators", map[string]any{"email": "x"}).is(http.StatusNotFound)
	other := d.organization(ben, "Third")
	ben.post(other+"/administrators", map[string]any{"email": "ana@example.org"}).refused(http.StatusUnprocessableEntity, "invalid", "Nobody has signed in")
	ben.post(other+"/administrators", map[string]any{"email": "Lopez@example.org"}).is(http.StatusCreated)
}

func TestAnAddressBelongsToWhoProvedItLast(t *testing.T) {
	d := newDesk(t)
	ana, ben, cleo := d.signsIn("ana"), d.signsIn("ben"), d.signsIn("cleo")
	d.startsSession(ben, "ana@example.org", nil).is(http.StatusOK)
	d.startsSession(ana, "ana-new@example.org", nil).is(http.StatusOK)
	organization := d.organization(cleo, "Vecinos")
	added := cleo.post(organization+"/administrators", map[string]any{"email": "ana@example.org"}).is(http.StatusCreated)
	if added.text("name") != "ben" {
		t.Errorf("the address leads to %s", added.raw)
	}
	cleo.post(organization+"/administrators", map[string]any{"email": "ben@example.org"}).refused(http.StatusUnprocessableEntity, "invalid", "email")
}

// A user with more roles and memberships than one transaction holds is followed all the same.
func TestANewAddressReachesManyCopies(t *testing.T) {
	d := newDesk(t)
	ana := d.signsIn("ana")
	const many = 90
	for n := range many {
		d.organization(ana, fmt.Sprint("Organization ", n))
	}
	session := d.startsSession(ana, "lopez@example.org", nil).is(http.StatusOK)
	if got := len(session.list("organizations")); got != many {
		t.Errorf("administers %d organizations, want %d", got, many)
	}
	u, err := d.store.UserByLogin(t.Context(), "https://issuer.test", "ana")
	if err != nil {
		t.Fatal(err)
	}
	parts, err := d.store.UserAffiliations(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, admin := range parts.Administrators {
		if admin.Email != "lopez@example.org" {
			t.Fatalf("a copy was left behind: %+v", admin)
		}
	}
	if address, err := d.store.VerifiedEmail(t.Context(), "lopez@example.org"); err != nil || address.User != user.ID(session.text("user", "id")) {
		t.Errorf("the new address is %+v: %v", address, err)
	}
}

func TestSessionsAreOfTheirTime(t *testing.T) {
	d := newDesk(t)
	d.later(time.Hour)
	d.signsIn("ana")
	u, err := d.store.UserByLogin(t.Context(), "https://issuer.test", "ana")
	if err != nil || !u.CreatedAt.Equal(d.now) {
		t.Errorf("the user is %+v: %v", u, err)
	}
}
