package joinapi_test

import (
	"fmt"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/identity/identitytest"
	"github.com/kithhq/kith/internal/user"
)

func TestCreateSession_Repeated_CreatesOneUser(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.NewLogin("ana")
	ana.Get("/v1/session").ExpectProblem(http.StatusUnauthorized, "session_required", "POST /v1/session")
	first := d.StartSession(ana, "Ana@Example.org", nil).ExpectStatus(http.StatusOK)
	if first.Text("user", "email") != "ana@example.org" || first.Text("user", "name") != "ana" {
		t.Errorf("the user is %s", first.Raw)
	}
	if first.List("organizations") == nil || first.List("campaigns") == nil {
		t.Errorf("lists are missing: %s", first.Raw)
	}
	again := d.StartSession(ana, "ana@example.org", nil).ExpectStatus(http.StatusOK)
	read := ana.Get("/v1/session").ExpectStatus(http.StatusOK)
	for _, r := range []*httpapitest.Reply{again, read} {
		if r.Text("user", "id") != first.Text("user", "id") {
			t.Errorf("another user: %s", r.Raw)
		}
	}
}

func TestStartSession_EmailThatUnicodeFolds_IsRefused(t *testing.T) {
	d := httpapitest.New(t)
	kate, kelvin := d.NewLogin("kate"), d.NewLogin("kelvin")
	d.StartSession(kate, "kate@example.org", nil).ExpectStatus(http.StatusOK)
	for _, email := range []string{"\u212aate@example.org", "k\u200bate@example.org"} {
		d.StartSession(kelvin, email, nil).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "before the @")
	}
	expectEmailOf(d, "kate@example.org", kate)
}

func TestCreateSession_Concurrent_CreatesOneUser(t *testing.T) {
	d := httpapitest.New(t)
	token := d.Issuer.Token(t, d.Issuer.Claims("ana", "ana@example.org", "Ana", nil))
	var all sync.WaitGroup
	replies := make([]*httpapitest.Reply, 16)
	for n := range replies {
		all.Go(func() {
			replies[n] = d.NewLogin("ana").Post("/v1/session", map[string]any{"id_token": token})
		})
	}
	all.Wait()
	for _, r := range replies {
		if r.ExpectStatus(http.StatusOK).Text("user", "id") != replies[0].Text("user", "id") {
			t.Errorf("two users: %s and %s", r.Raw, replies[0].Raw)
		}
	}
}

func TestCreateSession_IDTokenOfAnother_IsRejected(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.NewLogin("ana")
	ana.Post("/v1/session", map[string]any{"id_token": "no token"}).ExpectProblem(http.StatusUnauthorized, "id_token_refused", "id_token")
	ana.Post("/v1/session", map[string]any{}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "id_token")
	d.StartSession(ana, "ana@example.org", identitytest.Claims{"sub": "ben"}).ExpectProblem(http.StatusUnauthorized, "id_token_refused", "different people")
	d.StartSession(ana, "ana@example.org", identitytest.Claims{"email_verified": false}).ExpectProblem(http.StatusForbidden, "email_not_verified", "Verify it")
	d.Issuer.Broken.Store(true)
	d.Restart()
	d.StartSession(ana, "ana@example.org", nil).ExpectProblem(http.StatusServiceUnavailable, "unavailable", "try again")
	d.Issuer.Broken.Store(false)
	d.StartSession(ana, "ana@example.org", nil).ExpectStatus(http.StatusOK)
}

func TestCreateSession_NewAddress_UpdatesEveryCopy(t *testing.T) {
	d := httpapitest.New(t)
	ana, ben := d.SignIn("ana"), d.SignIn("ben")
	organization := d.CreateOrganization(ana, "Vecinos")
	campaign := d.CreateCampaign(ben, d.CreateOrganization(ben, "Others"), "others")
	ben.Post(campaign+"/publish", nil).ExpectStatus(http.StatusOK)
	ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("others")).ExpectStatus(http.StatusCreated)
	ana.Post("/v1/mobilizer/campaigns/"+campaign[len("/v1/admin/campaigns/"):]+"/leave", map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)

	session := d.StartSession(ana, "lopez@example.org", identitytest.Claims{"name": "Ana López"}).ExpectStatus(http.StatusOK)
	if session.Text("user", "email") != "lopez@example.org" || session.Text("user", "name") != "Ana López" {
		t.Errorf("the user is %s", session.Raw)
	}
	if got := session.List("campaigns"); len(got) != 1 || got[0]["left_at"] == nil {
		t.Errorf("campaigns are %s", session.Raw)
	}
	admin := ana.Get(organization + "/administrators").ExpectStatus(http.StatusOK).List("items")[0]
	if admin["email"] != "lopez@example.org" || admin["name"] != "Ana López" {
		t.Errorf("the administrator is %v", admin)
	}
	u, err := d.Store.UserByLogin(t.Context(), "https://issuer.test", "ana")
	if err != nil {
		t.Fatal(err)
	}
	parts, err := d.Store.UserAffiliations(t.Context(), u.ID)
	if err != nil || parts.Memberships[0].Email != "lopez@example.org" {
		t.Errorf("the membership is %+v: %v", parts.Memberships[0], err)
	}
	expectEmailOf(d, "ana@example.org", nil)
	expectEmailOf(d, "Lopez@example.org", ana)
}

func TestCreateSession_AddressOfAnotherUser_MovesToCaller(t *testing.T) {
	d := httpapitest.New(t)
	ana, ben := d.SignIn("ana"), d.SignIn("ben")
	d.StartSession(ben, "ana@example.org", nil).ExpectStatus(http.StatusOK)
	d.StartSession(ana, "ana-new@example.org", nil).ExpectStatus(http.StatusOK)
	expectEmailOf(d, "ana@example.org", ben)
	expectEmailOf(d, "ben@example.org", nil)
}

// expectEmailOf checks that an email address belongs to a client's user; to nobody for nil.
func expectEmailOf(d *httpapitest.Fixture, email string, c *httpapitest.Client) {
	d.T.Helper()
	got, err := d.Store.VerifiedEmail(d.T.Context(), email)
	if c == nil {
		if !fault.Is(err, fault.KindNotFound) {
			d.T.Errorf("%s belongs to %+v: %v", email, got, err)
		}
		return
	}
	u, userErr := d.Store.UserByLogin(d.T.Context(), "https://issuer.test", c.Name)
	if err != nil || userErr != nil || got.User != u.ID {
		d.T.Errorf("%s belongs to %+v, want %+v: %v, %v", email, got, u, err, userErr)
	}
}

// The copies of a user with more roles and memberships than one transaction holds are all updated.
func TestCreateSession_NewAddress_UpdatesMoreCopiesThanOneTransaction(t *testing.T) {
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	const many = 90
	for n := range many {
		if n%20 == 0 {
			d.Advance(24 * time.Hour) // a user may create 20 organizations in a day
		}
		d.CreateOrganization(ana, fmt.Sprint("Organization ", n))
	}
	session := d.StartSession(ana, "lopez@example.org", nil).ExpectStatus(http.StatusOK)
	if got := len(session.List("organizations")); got != many {
		t.Errorf("administers %d organizations, want %d", got, many)
	}
	u, err := d.Store.UserByLogin(t.Context(), "https://issuer.test", "ana")
	if err != nil {
		t.Fatal(err)
	}
	parts, err := d.Store.UserAffiliations(t.Context(), u.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, admin := range parts.Administrators {
		if admin.Email != "lopez@example.org" {
			t.Fatalf("a copy was left behind: %+v", admin)
		}
	}
	if address, err := d.Store.VerifiedEmail(t.Context(), "lopez@example.org"); err != nil || address.User != user.ID(session.Text("user", "id")) {
		t.Errorf("the new address is %+v: %v", address, err)
	}
}

func TestCreateSession_OldToken_IsRejected(t *testing.T) {
	d := httpapitest.New(t)
	d.Advance(time.Hour)
	d.SignIn("ana")
	u, err := d.Store.UserByLogin(t.Context(), "https://issuer.test", "ana")
	if err != nil || !u.CreatedAt.Equal(d.Now) {
		t.Errorf("the user is %+v: %v", u, err)
	}
}

func TestCreateSession_CrashAtEachCall_RetryCompletes(t *testing.T) {
	d := httpapitest.New(t)
	start := func(c *httpapitest.Client, email string) *httpapitest.Reply { return d.StartSession(c, email, nil) }
	calls := func(name string, known bool) []string {
		c := d.NewLogin(name)
		if known {
			start(c, name+"@example.org").ExpectStatus(http.StatusOK)
			d.CreateOrganization(c, name)
		}
		d.Faults.FailCall(0, false)
		start(c, name+"-new@example.org").ExpectStatus(http.StatusOK)
		return d.Faults.Calls()
	}
	for _, known := range []bool{false, true} {
		for call, late := range httpapitest.EachFailure(calls(fmt.Sprint("clean-", known), known)) {
			name := fmt.Sprintf("%v-%d-%v", known, call, late)
			c := d.NewLogin(name)
			organization := ""
			if known {
				start(c, name+"@example.org").ExpectStatus(http.StatusOK)
				organization = d.CreateOrganization(c, name)
			}
			d.Faults.FailCall(call, late)
			start(c, name+"-new@example.org").ExpectProblem(http.StatusServiceUnavailable, "unavailable", "try again")
			d.Faults.FailCall(0, false)
			first := start(c, name+"-new@example.org").ExpectStatus(http.StatusOK)
			if again := start(c, name+"-new@example.org").ExpectStatus(http.StatusOK); again.Text("user", "id") != first.Text("user", "id") || again.Text("user", "email") != name+"-new@example.org" {
				t.Errorf("%s: %s, then %s", name, first.Raw, again.Raw)
			}
			expectEmailOf(d, name+"-new@example.org", c)
			if known {
				expectEmailOf(d, name+"@example.org", nil)
				if admin := c.Get(organization + "/administrators").List("items")[0]; admin["email"] != name+"-new@example.org" {
					t.Errorf("%s: the administrator is %v", name, admin)
				}
			}
		}
	}
}
