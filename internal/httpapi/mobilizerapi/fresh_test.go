package mobilizerapi_test

import (
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestAnswerKeyQuestion_RewordedWithinFiveSeconds_StoresNewTextAndValue(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	first, second := ana.AddContact("Nell"), ana.AddContact("Tim")
	answer := map[string]any{"response_id": s.ResponseID(2)}
	ana.Put(first+"/answer", answer).ExpectStatus(http.StatusOK)
	ana.Get(ana.Path()).ExpectStatus(http.StatusOK) // the campaign is in the cache, its response marked as used
	s.EditContent(func(c *dynamo.Content) {
		r := &c.Campaign.Question.Responses[2]
		r.Text, r.Value = "Leaning", 77
	})
	ana.Put(second+"/answer", answer).ExpectStatus(http.StatusOK)
	member, err := s.Store.MembershipByUser(t.Context(), s.Campaign.ID, ana.User.ID)
	if err != nil {
		t.Fatal(err)
	}
	c, err := s.Store.Contact(t.Context(), s.Campaign.ID, member.ID, contact.ID(httpapitest.LastSegment(second)))
	if err != nil {
		t.Fatal(err)
	}
	answers, _, err := s.Store.Answers(t.Context(), c.Ref(), "", 10)
	if err != nil || len(answers) != 1 || answers[0].ResponseText != "Leaning" || answers[0].ResponseValue != 77 {
		t.Errorf("the history is %+v: %v; want the text and value at the time of the answer", answers, err)
	}
}

func TestConsent_ClosedWithinFiveSeconds_IsRefusedAtOnce(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("Nell") // the campaign is in the cache
	ana.Put(ana.Path("consent"), map[string]any{"consent": false}).ExpectStatus(http.StatusOK)
	s.EditContent(func(c *dynamo.Content) {
		if err := c.Campaign.Close(s.Now); err != nil {
			t.Fatal(err)
		}
	})
	ana.Put(ana.Path("consent"), map[string]any{"consent": true}).ExpectProblem(http.StatusConflict, "campaign_closed", "over")
	ana.Put(ana.Path("consent"), map[string]any{"consent": false}).ExpectStatus(http.StatusOK)
	s.NewUser("Ben").Post("/v1/mobilizer/join", httpapitest.JoinBody(s.Campaign.Slug)).ExpectProblem(http.StatusConflict, "campaign_closed", "over")
	ana.Get(contact).ExpectStatus(http.StatusOK)
}

func TestAnswerKeyQuestion_RetiredResponseAgainOnSameDay_ChangesNothing(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact, other := ana.AddContact("Nell"), ana.AddContact("Tim")
	answer := map[string]any{"response_id": s.ResponseID(2)}
	ana.Put(contact+"/answer", answer).ExpectStatus(http.StatusOK)
	s.EditContent(func(c *dynamo.Content) { c.Campaign.Question.Responses[2].Retired = true })
	ana.Get(ana.Path()).ExpectStatus(http.StatusOK) // reads past the cache
	ana.Put(contact+"/answer", answer).ExpectStatus(http.StatusOK)
	if entries := ana.Get(contact + "/answers").ExpectStatus(http.StatusOK).List("items"); len(entries) != 1 {
		t.Errorf("the history is %v, want one answer", entries)
	}
	ana.Put(other+"/answer", answer).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "no longer offered")
}

func TestRespondToAction_RetiredOptionAgain_ChangesNothing(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact, other := ana.AddContact("Nell"), ana.AddContact("Tim")
	path, option := "/action-responses/"+string(s.Choice.ID), map[string]any{"option_id": s.Choice.Options[1].ID}
	first := ana.Put(contact+path, option).ExpectStatus(http.StatusOK)
	s.EditContent(func(c *dynamo.Content) { c.Items[1].Options[1].Retired = true })
	ana.Get(ana.Path()).ExpectStatus(http.StatusOK) // reads past the cache
	if again := ana.Put(contact+path, option).ExpectStatus(http.StatusOK); again.Raw != first.Raw {
		t.Errorf("answered %s, then %s", first.Raw, again.Raw)
	}
	ana.Put(other+path, option).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "no longer offered")
}

func TestJoin_AfterLeaving_KeepsFieldsThatAreNotSentAndNeedsConsentAnew(t *testing.T) {
	t.Parallel()
	s := httpapitest.NewCampaign(t)
	ana := s.NewUser("Ana")
	join := httpapitest.JoinBody(s.Campaign.Slug)
	join["preferred_name"], join["city"], join["phone"] = "Anita", "Boston", "617 555 0123"
	ana.Post("/v1/mobilizer/join", join).ExpectStatus(http.StatusCreated)
	ana.Post(ana.Path("leave"), map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	back := ana.Post("/v1/mobilizer/join", map[string]any{"slug": s.Campaign.Slug, "city": "Lynn"}).ExpectStatus(http.StatusOK)
	for field, want := range map[string]string{
		"first_name": "Ana", "last_name": "Núñez", "preferred_name": "Anita", "city": "Lynn", "zip": "02139", "phone": "+16175550123",
	} {
		if got := back.Text(field); got != want {
			t.Errorf("%s is %q, want %q", field, got, want)
		}
	}
	if back.Value("consent") != false {
		t.Errorf("consent is kept: %s", back.Raw)
	}
}
