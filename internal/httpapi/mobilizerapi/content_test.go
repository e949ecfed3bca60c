package mobilizerapi_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

func TestGetMyCampaign_ActiveThenClosed_HasOrganizationLandingPageAndClosingTime(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	active := ana.Get(ana.Path()).ExpectStatus(http.StatusOK)
	if active.Text("organization", "name") != "Neighbors" || active.Text("organization", "website") != "https://neighbors.example" {
		t.Errorf("the organization is %v", active.Value("organization"))
	}
	if active.Text("landing_page") != "https://kith.example/j/neighbors-2026" || active.Value("closed_at") != nil {
		t.Errorf("landing page %q, closed at %v", active.Text("landing_page"), active.Value("closed_at"))
	}
	if joined := ana.Get("/v1/session").ExpectStatus(http.StatusOK).List("campaigns"); len(joined) != 1 ||
		joined[0]["organization_name"] != "Neighbors" || joined[0]["closed_at"] != nil {
		t.Errorf("the session's campaigns are %v", joined)
	}

	s.Advance(time.Hour)
	s.EditContent(func(c *dynamo.Content) {
		if err := c.Campaign.Close(s.Now); err != nil {
			t.Fatal(err)
		}
	})
	const closedAt = "2026-10-24T13:00:00.000Z"
	if closed := ana.Get(ana.Path()).ExpectStatus(http.StatusOK); closed.Text("closed_at") != closedAt {
		t.Errorf("closed at %q", closed.Text("closed_at"))
	}
	if joined := ana.Get("/v1/session").ExpectStatus(http.StatusOK).List("campaigns"); joined[0]["closed_at"] != closedAt {
		t.Errorf("the session's campaigns are %v", joined)
	}
}

func TestGetMyCampaign_ItemWithMessage_ReturnsBothLanguages(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	s.EditContent(func(c *dynamo.Content) {
		c.Items[0].Message, c.Items[0].MessageES = "Hi {first_name}!", "¡Hola, {first_name}!"
	})
	items := ana.Get(ana.Path()).ExpectStatus(http.StatusOK).List("action_items")
	if items[0]["message"] != "Hi {first_name}!" || items[0]["message_es"] != "¡Hola, {first_name}!" {
		t.Errorf("the item with a message is %v", items[0])
	}
	if items[1]["message"] != nil || items[1]["message_es"] != nil {
		t.Errorf("the item without a message is %v", items[1])
	}
}

// translate gives a campaign Spanish texts, except for the second response, the second item and the second option.
func translate(c *dynamo.Content) {
	c.Campaign.NameES, c.Campaign.DescriptionES = "Vecinos", "# Hola"
	c.Campaign.Question.TextES = "¿Votará?"
	c.Campaign.Question.Responses[0].TextES = "Para nada"
	c.Items[0].TitleES, c.Items[0].DescriptionES = "Llevar al mitin", "Pregúntale."
	c.Items[1].Options[0].TextES = "Autobuses"
}

func TestMobilizerRoutes_AcceptLanguage_ContentInThatLanguage(t *testing.T) {
	s := httpapitest.NewCampaign(t)
	ana := s.NewMobilizer("Ana")
	contact := ana.AddContact("José")
	s.EditContent(translate)
	s.Restart()
	for _, c := range []struct {
		header string
		want   []any // by the order of got below
	}{
		{"", []any{"Campaign neighbors-2026", nil, "How likely are they to vote?", "Definitely Not", "Probably Not", "Bring to the rally", nil, "Buses", "Schools"}},
		{"en-US,es;q=0.5", []any{"Campaign neighbors-2026", nil, "How likely are they to vote?", "Definitely Not", "Probably Not", "Bring to the rally", nil, "Buses", "Schools"}},
		{"es-MX,en;q=0.5", []any{"Vecinos", "# Hola", "¿Votará?", "Para nada", "Probably Not", "Llevar al mitin", "Pregúntale.", "Autobuses", "Schools"}},
	} {
		ana.Header = http.Header{"Accept-Language": {c.header}}
		shown := ana.Get(ana.Path()).ExpectStatus(http.StatusOK)
		responses, items := shown.List("key_question", "responses"), shown.List("action_items")
		options, _ := items[1]["options"].([]any)
		first, _ := options[0].(map[string]any)
		second, _ := options[1].(map[string]any)
		got := []any{
			shown.Value("name"), shown.Value("description"), shown.Value("key_question", "text"), responses[0]["text"], responses[1]["text"],
			items[0]["title"], items[0]["description"], first["text"], second["text"],
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("with %q (-want +got):\n%s", c.header, diff)
		}
		if joined := ana.Get("/v1/session").ExpectStatus(http.StatusOK).List("campaigns"); joined[0]["name"] != c.want[0] {
			t.Errorf("with %q the session has %v", c.header, joined)
		}
		answered := ana.Put(contact+"/answer", map[string]any{"response_id": s.ResponseID(0)}).ExpectStatus(http.StatusOK)
		if got := answered.Value("key_question_response", "text"); got != c.want[3] {
			t.Errorf("with %q the current response is %v", c.header, got)
		}
		history := ana.Get(contact + "/answers").ExpectStatus(http.StatusOK).List("items")
		if current, _ := history[0]["response"].(map[string]any); current["text"] != c.want[3] || history[0]["response_text"] != "Definitely Not" {
			t.Errorf("with %q the history is %v", c.header, history)
		}
		visitor := s.NewLogin("")
		visitor.Header = ana.Header
		if page := visitor.Get("/v1/public/campaigns/neighbors-2026").ExpectStatus(http.StatusOK); page.Value("name") != c.want[0] || page.Value("description") != c.want[1] {
			t.Errorf("with %q the landing page is %s", c.header, page.Raw)
		}
	}
}
