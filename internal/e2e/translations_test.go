package e2e

import (
	"net/http"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/apiclient"
)

// content is a campaign as a mobilizer or a visitor of its landing page gets it.
type content struct {
	Name         string
	ClosedAt     string `json:"closed_at"`
	LandingPage  string `json:"landing_page"`
	Organization struct{ Name, Website string }
	KeyQuestion  struct {
		Text      string
		Responses []identified
	} `json:"key_question"`
	ActionItems []struct {
		Title, Message string
		MessageES      string `json:"message_es"`
	} `json:"action_items"`
}

func spanish() apiclient.Header {
	return apiclient.Header{Name: "Accept-Language", Value: "es-MX,en;q=0.5"}
}

// TestContent_TwoLanguages_ReadersGetTheirsAndExportsThePrimary also checks the message of an action item, and what mobilizers
// get of the organization.
func TestContent_TwoLanguages_ReadersGetTheirsAndExportsThePrimary(t *testing.T) {
	fx := newFixture(t)
	fx.createDraft()
	fx.update(fx.owner, fx.admin(), body{"name_es": "Camina la cuadra"})
	fx.putKeyQuestion(
		body{"text": "No, never", "text_es": "No, nunca", "value": 7}, body{"text": "Perhaps", "text_es": "Quizás", "value": -1},
		body{"id": fx.responses["Maybe"], "text": "Maybe", "value": 2}, body{"id": fx.responses["No"], "text": "No", "value": 3},
		body{"id": fx.responses[`Yes, "sure"`], "text": "Yes", "value": 4},
	)
	fx.update(fx.owner, fx.admin()+"/action-items/"+fx.items["Give the flyer"], body{
		"title_es": "Da el volante", "message": "Hi {first_name}!", "message_es": "¡Hola, {first_name}!",
	})
	fx.post(fx.owner, fx.admin()+"/publish", nil, nil)
	ana, _ := fx.join("Ana Lee", nil)

	read := func(headers ...apiclient.Header) content {
		var got content
		fx.ok(ana.Do(t.Context(), http.MethodGet, fx.mine(), nil, &got, headers...))
		return got
	}
	english, translated := read(), read(spanish())
	if english.Name != "Walk the block" || english.KeyQuestion.Responses[1].Text != "Perhaps" || english.ActionItems[0].Title != "Give the flyer" {
		t.Errorf("in English: %+v", english)
	}
	if translated.Name != "Camina la cuadra" || translated.KeyQuestion.Responses[1].Text != "Quizás" || translated.ActionItems[0].Title != "Da el volante" {
		t.Errorf("in Spanish: %+v", translated)
	}
	if translated.KeyQuestion.Text != english.KeyQuestion.Text || translated.KeyQuestion.Responses[2].Text != "Maybe" || translated.ActionItems[1].Title != "How will they vote?" {
		t.Errorf("texts without a Spanish version: %+v", translated)
	}
	if item := english.ActionItems[0]; item.Message != "Hi {first_name}!" || item.MessageES != "¡Hola, {first_name}!" {
		t.Errorf("the messages are %+v", item)
	}
	if o := english.Organization; o.Name != "Team "+fx.tag || o.Website != "https://example.org" || english.LandingPage != kith.Cloud().Site+"/j/"+fx.slug {
		t.Errorf("organization %+v, landing page %q", o, english.LandingPage)
	}
	var page content
	fx.ok(kith.Public(t.Context(), http.MethodGet, "/v1/public/campaigns/"+fx.slug, nil, &page, spanish()))
	if page.Name != "Camina la cuadra" {
		t.Errorf("the landing page has the name %q", page.Name)
	}
	rosa := fx.newPerson("Rosa Ruiz")
	fx.post(fx.owner, fx.admin()+"/invitations", body{"email": rosa.Email, "first_name": "Rosa", "last_name": "Ruiz", "language": "es"}, nil)
	mail := fx.mail(rosa.Email, 1)
	if !strings.Contains(mail.Plain, "Camina la cuadra") || strings.Contains(mail.Plain, "Walk the block") {
		t.Errorf("the Spanish mail says %s", mail.Plain)
	}
	if shown := fx.checkPreview(fx.token(mail), ""); shown["campaign_name"] != "Camina la cuadra" {
		t.Errorf("the preview of the Spanish invitation shows %v", shown)
	}

	contact := fx.add(ana, body{"first_name": "Helen"})
	var status struct {
		Response identified `json:"key_question_response"`
	}
	fx.ok(ana.Do(t.Context(), http.MethodPut, fx.contact(contact)+"/answer", body{"response_id": fx.responses["Perhaps"]}, &status, spanish()))
	if status.Response.Text != "Quizás" {
		t.Errorf("the answer in Spanish is confirmed as %+v", status)
	}
	history := fx.export("key_question_answers")
	if len(history.Rows) != 1 || !strings.Contains(string(history.Bytes), "Perhaps") {
		t.Errorf("the exported history is %s", history.Bytes)
	}
	for _, kind := range []string{"key_question_answers", "contacts", "action_item_responses", "analytics"} {
		if file := string(fx.export(kind).Bytes); strings.Contains(file, "Quizás") || strings.Contains(file, "Camina") || strings.Contains(file, "volante") || strings.Contains(file, "first_name}") {
			t.Errorf("the export %s has a Spanish text or a message: %s", kind, file)
		}
	}

	fx.post(fx.owner, fx.admin()+"/close", nil, nil)
	if closed := read(); closed.ClosedAt == "" {
		t.Error("the closed campaign has no closing time")
	}
	var session struct {
		Campaigns []struct {
			Name         string
			Organization string `json:"organization_name"`
			ClosedAt     string `json:"closed_at"`
		}
	}
	fx.ok(ana.Do(t.Context(), http.MethodGet, "/v1/session", nil, &session, spanish()))
	if c := session.Campaigns; len(c) != 1 || c[0].Name != "Camina la cuadra" || c[0].Organization != "Team "+fx.tag || c[0].ClosedAt == "" {
		t.Errorf("the session has the campaigns %+v", c)
	}
}
