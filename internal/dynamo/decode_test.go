package dynamo

import (
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/voter"
)

func roundTrip[T any](t *testing.T, item any, want *T) {
	t.Helper()
	encoded, err := attributevalue.MarshalMap(item)
	if err != nil {
		t.Fatal(err)
	}
	got, err := table.DecodeAs[T](encoded)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("decoded differs from encoded (-encoded +decoded):\n%s", diff)
	}
}

func TestDecode_Contact_ReturnsWhatWasEncoded(t *testing.T) {
	at := time.Date(2026, 10, 24, 23, 59, 59, 999_000_000, time.UTC)
	c := &contact.Contact{
		ID: "01928d5e-0000-7000-8000-000000000001", Entry: "e", Person: "p", User: "u", Mobilizer: "m", Campaign: "c",
		Organization: "o", Details: contact.Details{FirstName: "José", LastName: "O'Brien", Zip: "02139"},
		Match:           voter.Match{Status: voter.Confirmed, At: at, Voter: voter.Voter{CanonicalID: "MA01", StateFileID: "01"}},
		KeyQuestionCode: "03", AnsweredAt: at, LatestAnswerID: "a", LatestAnswerCode: "03", LatestAnswerDay: "2026-10-24", KeyQuestionChanges: 2,
		Touchpoints: 4, ActionResponses: map[action.Code]contact.ActionResponseSummary{
			"00": {ID: "01928d5e-0000-7000-8000-000000000002", Choice: contact.ChoiceCompleted},
		}, AddedAt: at, AddedDay: "2026-10-24", LastActivityAt: at, Version: 7,
	}
	roundTrip(t, newContactItem(c), c)
}

func TestDecode_Campaign_ReturnsWhatWasEncoded(t *testing.T) {
	c := &campaign.Campaign{
		ID: "c", Organization: "o", Name: "n", NameES: "ñ", Description: "d", DescriptionES: "d es", Slug: "s", TimeZone: "America/New_York",
		Status: campaign.Draft, Question: campaign.KeyQuestion{
			Text: "?", TextES: "¿?", NextCode: 2,
			Responses: []campaign.Response{{ID: "r", Code: "00", Text: "Maybe", TextES: "Quizás", Value: -3, Used: true}},
		},
		CreatedAt: time.UnixMilli(5).UTC(), Version: 1,
	}
	roundTrip(t, newCampaignItem(c), c)
}

func TestFold_Names_DropsAccentsCaseAndSeparators(t *testing.T) {
	for name, want := range map[string]string{
		"  José  García ": "jose garcia", "Nguyễn": "nguyen", "O'Brien": "o'brien", "Åsa #1": "asa 1", "Đặng": "dang",
	} {
		if got := fold(name); got != want {
			t.Errorf("%q folds to %q, want %q", name, got, want)
		}
	}
}
