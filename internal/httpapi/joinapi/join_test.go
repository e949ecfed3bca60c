package joinapi_test

import (
	"fmt"
	"maps"
	"net/http"
	"net/netip"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestJoinCampaign_DraftClosedOrUnknown_IsRejected(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	s.NewCampaign("draft-2026", campaign.Draft)
	ana := s.NewUser("Ana")
	join := func(slug string) *httpapitest.Reply {
		return ana.Post("/v1/mobilizer/join", httpapitest.JoinBody(slug))
	}
	join("draft-2026").ExpectProblem(http.StatusConflict, "campaign_draft", "has not started yet")
	join("nowhere-2026").ExpectProblem(http.StatusNotFound, "not_found", "no such campaign")
	join("No Slug").ExpectProblem(http.StatusNotFound, "not_found", "no such campaign")
	s.EditContent(func(c *dynamo.Content) {
		if err := c.Campaign.Close(s.Now); err != nil {
			t.Fatal(err)
		}
	})
	join("neighbors-2026").ExpectProblem(http.StatusConflict, "campaign_closed", "is over")
	stranger := s.NewLogin("Nobody")
	stranger.Post("/v1/mobilizer/join", httpapitest.JoinBody("neighbors-2026")).ExpectProblem(http.StatusUnauthorized, "session_required", "Start a session")
	stranger.Get(ana.Path()).ExpectProblem(http.StatusUnauthorized, "session_required", "Start a session")
	ana.Get(ana.Path()).ExpectProblem(http.StatusNotFound, "not_found", "campaign")
}

func TestJoinCampaign_WrongPasscodes_AreLimited(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	setPasscode(s, "ABCD2345")
	ana, ben := s.NewUser("Ana"), s.NewUser("Ben")
	ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("neighbors-2026")).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "requires a passcode")
	for n := range 5 {
		s.Advance(time.Minute)
		wrong := joinWith(ana, "WRONG234").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "not the campaign's passcode")
		if left := wrong.Value("attempts_left"); left != float64(4-n) {
			t.Errorf("after %d tries it says that %v are left", n+1, left)
		}
		at, want := wrong.Value("at"), any(nil)
		if n == 4 {
			want = httpapi.Timestamp(s.Now.Add(time.Minute))
		}
		if at != want {
			t.Errorf("after %d tries it says that the next is possible at %v, want %v", n+1, at, want)
		}
	}
	s.Advance(20 * time.Second)
	limited := joinWith(ana, "ABCD2345").ExpectProblem(http.StatusTooManyRequests, "passcode_tries", "too many passcodes")
	if after := limited.Header.Get("Retry-After"); after != "40" {
		t.Errorf("try again after %s seconds, want 40", after)
	}
	if at := limited.Text("at"); at != httpapi.Timestamp(s.Now.Add(40*time.Second)) {
		t.Errorf("it says that there are tries again at %s", at)
	}
	joinWith(ben, "abcd-2345").ExpectStatus(http.StatusCreated)
	s.Advance(40 * time.Second)
	if left := joinWith(ana, "WRONG234").ExpectStatus(http.StatusUnprocessableEntity).Value("attempts_left"); left != float64(0) {
		t.Errorf("after a pause it says that %v attempts are left", left)
	}
	s.Advance(time.Minute)
	limited = joinWith(ana, "ABCD2345").ExpectProblem(http.StatusTooManyRequests, "passcode_tries", "too many passcodes")
	if after := limited.Header.Get("Retry-After"); after != "60" {
		t.Errorf("in the second pause: try again after %s seconds, want 60", after)
	}
	s.Advance(time.Minute)
	joinWith(ana, "ABCD2345").ExpectStatus(http.StatusCreated)
	joinWith(ana, "WRONG234").ExpectStatus(http.StatusOK) // the existing membership, without a passcode
	ana.Post(ana.Path("leave"), map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	joinWith(ana, "WRONG234").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "not the campaign's passcode")
	joinWith(ana, "ABCD2345").ExpectStatus(http.StatusOK)
}

// setPasscode makes joining the fixture's campaign require a passcode.
func setPasscode(s *httpapitest.CampaignFixture, passcode string) {
	s.T.Helper()
	s.EditContent(func(c *dynamo.Content) {
		if err := c.Campaign.SetPasscode(httpapitest.Secret, passcode); err != nil {
			s.T.Fatal(err)
		}
	})
}

// joinWith sends a request to join the fixture's campaign with a passcode.
func joinWith(c *httpapitest.Client, passcode string) *httpapitest.Reply {
	body := httpapitest.JoinBody("neighbors-2026")
	body["passcode"] = passcode
	return c.Post("/v1/mobilizer/join", body)
}

func TestJoinCampaign_NewPasscode_StartsAttemptsAnew(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	setPasscode(s, "ABCD2345")
	ana := s.NewUser("Ana")
	for range 5 {
		joinWith(ana, "WRONG234").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "not the campaign's passcode")
	}
	joinWith(ana, "ABCD2345").ExpectProblem(http.StatusTooManyRequests, "passcode_tries", "too many passcodes")
	setPasscode(s, "NEWC2345")
	joinWith(ana, "NEWC2345").ExpectStatus(http.StatusCreated)
}

func TestJoinCampaign_StrangersWrongPasscodes_DelayOnlyTheirNetwork(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	setPasscode(s, "ABCD2345")
	stranger := func(n int) *httpapitest.Client {
		c := s.NewUser(fmt.Sprintf("Stranger %d", n))
		c.Address = netip.MustParseAddr(fmt.Sprintf("2001:db8:1:2::%d", n))
		return c
	}
	for n := range 20 {
		c := stranger(n)
		for range 5 {
			joinWith(c, "WRONG234").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "not the campaign's passcode")
		}
	}
	limited := joinWith(stranger(20), "ABCD2345").ExpectProblem(http.StatusTooManyRequests, "passcode_tries_network", "from your network")
	if after := limited.Header.Get("Retry-After"); after != "60" {
		t.Errorf("try again after %s seconds, want 60", after)
	}
	ana, ben := s.NewUser("Ana"), s.NewUser("Ben")
	ana.Address, ben.Address = netip.MustParseAddr("2001:db8:1:3::1"), netip.MustParseAddr("2001:db8:1:2::ffff")
	joinWith(ana, "ABCD2345").ExpectStatus(http.StatusCreated)
	setPasscode(s, "NEWC2345")
	joinWith(ben, "NEWC2345").ExpectStatus(http.StatusCreated)
}

func TestJoinCampaign_Concurrent_CreatesOneMembership(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewUser("Ana")
	made := 0
	ids := map[string]bool{}
	for _, r := range httpapitest.Concurrently(6, func(int) *httpapitest.Reply {
		return ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("neighbors-2026"))
	}) {
		if r.Status == http.StatusCreated {
			made++
		} else {
			r.ExpectStatus(http.StatusOK)
		}
		ids[r.Text("id")] = true
	}
	if made != 1 || len(ids) != 1 {
		t.Errorf("%d memberships were made, with the ids %v", made, ids)
	}
}

func TestJoinCampaign_StateContradictsZip_IsAskedAndConfirmed(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewUser("Ana")
	join := func(place map[string]any) *httpapitest.Reply {
		t.Helper()
		body := map[string]any{"slug": s.Campaign.Slug, "first_name": "Ana", "last_name": "Lee"}
		maps.Copy(body, place)
		return ana.Post("/v1/mobilizer/join", body)
	}
	for _, state := range []string{"MN", "Minnesota", "us-mn"} {
		join(map[string]any{"state": state, "zip": "02139-1234"}).
			ExpectProblem(http.StatusUnprocessableEntity, "state_contradicts_zip", "The zip code is in MA, not in MN.")
	}
	join(map[string]any{"state": "Nowhere", "zip": "02139"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "two-letter state code")
	joined := join(map[string]any{"state": "Minnesota", "zip": "02139", "confirm_place": true}).ExpectStatus(http.StatusCreated)
	if joined.Text("state") != "MN" || joined.Text("zip") != "02139" {
		t.Errorf("joined: %s", joined.Raw)
	}
}

func TestJoinCampaign_AgainWithStateThatContradictsStoredZip_IsAsked(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewUser("Ana")
	join := func(place map[string]any) *httpapitest.Reply {
		t.Helper()
		body := map[string]any{"slug": s.Campaign.Slug, "first_name": "Ana", "last_name": "Lee"}
		maps.Copy(body, place)
		return ana.Post("/v1/mobilizer/join", body)
	}
	leave := func() { ana.Post(ana.Path("leave"), map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK) }
	join(map[string]any{"state": "MA", "zip": "02139"}).ExpectStatus(http.StatusCreated)
	leave()
	for _, place := range []map[string]any{{"state": "MN"}, {"zip": "55401"}} {
		join(place).ExpectProblem(http.StatusUnprocessableEntity, "state_contradicts_zip", "The zip code is in ")
	}
	joined := join(map[string]any{"state": "MN", "confirm_place": true}).ExpectStatus(http.StatusOK)
	if joined.Text("state") != "MN" || joined.Text("zip") != "02139" {
		t.Errorf("joined: %s", joined.Raw)
	}
	leave()
	join(nil).ExpectStatus(http.StatusOK) // both were confirmed
}

func TestJoinCampaign_NameOfState_StoresItsCode(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	for n, want := range map[string][2]string{"ana": {"Minnesota", "MN"}, "ben": {"maine", "ME"}, "cy": {"ALASKA", "AK"}, "di": {"New  York", "NY"}, "ed": {"D.C.", "DC"}} {
		body := map[string]any{"slug": s.Campaign.Slug, "first_name": n, "last_name": "Lee", "state": want[0]}
		if joined := s.NewUser(n).Post("/v1/mobilizer/join", body).ExpectStatus(http.StatusCreated); joined.Text("state") != want[1] {
			t.Errorf("%s is stored as %s", want[0], joined.Text("state"))
		}
	}
}
