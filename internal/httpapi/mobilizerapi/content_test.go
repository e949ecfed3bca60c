package mobilizerapi_test

import (
	"net/http"
	"testing"
	"time"

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
