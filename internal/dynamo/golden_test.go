package dynamo

import (
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/savedview"
	"github.com/kithhq/kith/internal/user"
)

var renew = flag.Bool("update", false, "rewrite the golden files")

// golden compares an item, as the table holds it, with testdata/<test name>.json.
func golden(t *testing.T, item any) {
	t.Helper()
	encoded, err := attributevalue.MarshalMap(item)
	if err != nil {
		t.Fatal(err)
	}
	plain := map[string]any{}
	if err := attributevalue.UnmarshalMap(encoded, &plain); err != nil {
		t.Fatal(err)
	}
	got, err := json.MarshalIndent(plain, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	got = append(got, '\n')
	name := filepath.Join("testdata", filepath.FromSlash(t.Name())+".json")
	if *renew {
		if err := os.MkdirAll(filepath.Dir(name), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(name, got, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(want, got) {
		t.Errorf("the item's form has changed: is what the tables hold still read?\n%s", cmp.Diff(string(want), string(got)))
	}
}

// TestContentItems shows each entity of administrators' content as the table holds it.
func TestContentItems(t *testing.T) {
	at := time.Date(2026, 10, 24, 12, 0, 0, 1_000_000, time.UTC)
	of := &campaign.Campaign{
		ID: "c", Organization: "o", Name: "Neighbors", Description: "# Hello", Slug: "neighbors", PreviousSlugs: []string{"neighbours"},
		PasscodeMAC: "ab12", TimeZone: "America/New_York", Status: campaign.Closed, NextItem: 3,
		Question: campaign.KeyQuestion{Text: "Will they vote?", NextCode: 7, Responses: []campaign.Response{
			{ID: "r1", Code: "00", Text: "No", Value: -1, Used: true}, {ID: "r2", Code: "06", Text: "Yes", Value: 0, Retired: true},
		}}, CreatedAt: at, PublishedAt: at, ClosedAt: at, Version: 4,
	}
	spanish := &campaign.Campaign{
		ID: "c", Organization: "o", Name: "Neighbors", Description: "# Hello", NameES: "Vecinos", DescriptionES: "# Hola", Slug: "neighbors",
		TimeZone: "America/New_York", Status: campaign.Draft, Question: campaign.KeyQuestion{
			Text: "Will they vote?", TextES: "¿Votará?", NextCode: 1,
			Responses: []campaign.Response{{ID: "r1", Code: "00", Text: "No", TextES: "Para nada", Value: -1}},
		}, CreatedAt: at, Version: 4,
	}
	for _, c := range []struct {
		name string
		item any
	}{
		{"user", newUserItem(&user.User{ID: "u", Email: "ana@example.org", Name: "Ana", CreatedAt: at, Version: 2})},
		{"login", newLoginItem(&user.Login{Issuer: "https://issuer.example", Subject: "s", User: "u"})},
		{"address", newEmailItem(&user.VerifiedEmail{Email: "ana@example.org", User: "u", Version: 3})},
		{"person", newPersonItem(&organization.Person{ID: "p", User: "u", Organization: "o"})},
		{"pointer", newPointerItem(&mobilizer.UserMembership{User: "u", Campaign: "c", Mobilizer: "m"})},
		{"removal", newRemovalItem(&mobilizer.Removal{User: "u", Campaign: "c", By: "v", At: at, Version: 1})},
		{"organization", newOrganizationItem(&organization.Organization{
			ID: "o", Name: "Vecinos", Website: "https://example.org", Description: "We knock.", CreatedAt: at, Version: 1,
		})},
		{"administrator", newAdminItem(&organization.Administrator{
			Organization: "o", User: "u", Role: organization.Owner, Name: "Ana", Email: "ana@example.org", AddedAt: at, AddedBy: "v", Version: 2,
		})},
		{"listing", newListingItem(of)},
		{"saved-view", newSavedViewItem(&savedview.View{
			ID: "v", Campaign: "c", List: peoplelist.Contacts, Owner: "u", OwnerName: "Ana", CreatedAt: at, UpdatedAt: at, Version: 2,
			Settings: savedview.Settings{Name: "Open", Shared: true, Filter: "response_id=none", Sort: "name", Descending: true, Columns: []string{"city"}},
		})},
		{"slug", newSlugItem(of)},
		{"campaign", newCampaignItem(of)},
		{"campaign-spanish", newCampaignItem(spanish)},
		{"action-item-message", newActionItem(&action.Item{
			ID: "i", Campaign: "c", Code: "03", Type: action.Task, Title: "Call", Message: "Hi {first_name}!", MessageES: "¡Hola, {first_name}!",
			Target: action.Target{Everyone: true}, CreatedAt: at, Version: 1,
		})},
		{"action-item-spanish", newActionItem(&action.Item{
			ID: "i", Campaign: "c", Code: "03", Type: action.MultipleChoice, Title: "How?", TitleES: "¿Cómo?", Description: "Ask.",
			DescriptionES: "Pregunta.", Target: action.Target{Everyone: true}, CreatedAt: at, Version: 1,
			Options: []action.Option{{ID: "o1", Code: "00", Text: "By mail", TextES: "Por correo"}, {ID: "o2", Code: "01", Text: "In person"}},
		})},
		{"action-item", newActionItem(&action.Item{
			ID: "i", Campaign: "c", Code: "02", Type: action.MultipleChoice, Title: "How?", Nickname: "Way",
			Description: "Ask.", Links: []action.Link{{Label: "Map", URL: "https://example.org"}}, Position: 1,
			Target:     action.Target{Responses: []campaign.Code{"00"}, NoResponse: true},
			Options:    []action.Option{{ID: "o1", Code: "00", Text: "By mail", Value: "M", Used: true}, {ID: "o2", Code: "01", Text: "In person", Retired: true}},
			NextOption: 2, Answered: true, CreatedAt: at, ArchivedAt: at, Version: 5,
		})},
	} {
		t.Run(c.name, func(t *testing.T) {
			golden(t, c.item)
		})
	}
}
