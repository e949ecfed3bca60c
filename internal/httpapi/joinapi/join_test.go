package joinapi_test

import (
	"net/http"
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
	s.EditContent(func(c *dynamo.Content) {
		if err := c.Campaign.SetPasscode(httpapi.PasscodeKey(httpapitest.Secret), "ABCD2345"); err != nil {
			t.Fatal(err)
		}
	})
	ana, ben := s.NewUser("Ana"), s.NewUser("Ben")
	with := func(who *httpapitest.Client, passcode string) *httpapitest.Reply {
		body := httpapitest.JoinBody("neighbors-2026")
		body["passcode"] = passcode
		return who.Post("/v1/mobilizer/join", body)
	}
	ana.Post("/v1/mobilizer/join", httpapitest.JoinBody("neighbors-2026")).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "requires a passcode")
	for n := range 5 {
		wrong := with(ana, "WRONG234").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "not the campaign's passcode")
		if left := wrong.Value("attempts_left"); left != float64(4-n) {
			t.Errorf("after %d tries it says that %v are left", n+1, left)
		}
		s.Advance(time.Minute)
	}
	limited := with(ana, "ABCD2345").ExpectProblem(http.StatusTooManyRequests, "passcode_tries", "too many passcodes")
	if after := limited.Header.Get("Retry-After"); after != "600" {
		t.Errorf("try again after %s seconds, want 600", after)
	}
	if at := limited.Text("at"); at != httpapi.Timestamp(s.Now.Add(10*time.Minute)) {
		t.Errorf("it says that there are tries again at %s", at)
	}
	with(ben, "abcd-2345").ExpectStatus(http.StatusCreated)
	s.Advance(10 * time.Minute)
	with(ana, "ABCD2345").ExpectStatus(http.StatusCreated)
	with(ana, "WRONG234").ExpectStatus(http.StatusOK) // the existing membership, without a passcode
	ana.Post(ana.Path("leave"), map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	s.Advance(time.Hour)
	with(ana, "WRONG234").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "not the campaign's passcode")
	with(ana, "ABCD2345").ExpectStatus(http.StatusOK)
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
