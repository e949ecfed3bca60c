package metrics_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/voter"
)

// newAnalyticsFixture returns a campaign with the responses Yes, No and the retired Perhaps, and the counters of one
// contact for every relevant case.
func newAnalyticsFixture() (*campaign.Campaign, *metrics.CampaignCounters) {
	c := &campaign.Campaign{
		ID: "c", TimeZone: "America/New_York", Status: campaign.Active,
		PublishedAt: time.Date(2026, 10, 23, 3, 0, 0, 0, time.UTC), // the 22nd in New York
		Question: campaign.KeyQuestion{Responses: []campaign.Response{
			{ID: "yes", Code: "00", Text: "Yes", Value: 2},
			{ID: "no", Code: "01", Text: "No", Value: 1},
			{ID: "perhaps", Code: "02", Text: "Perhaps", Retired: true},
		}},
	}
	task := func(choice action.Code) map[action.Code]contact.ActionResponseSummary {
		return map[action.Code]contact.ActionResponseSummary{"00": {Choice: choice}}
	}
	contacts := []*contact.Contact{
		{KeyQuestionCode: "00", Touchpoints: 2, ActionResponses: task(contact.ChoiceCompleted), Match: voter.Match{Status: voter.Confirmed}},
		{KeyQuestionCode: "00", Touchpoints: 1, ActionResponses: task(contact.ChoiceNotCompleted)},
		{KeyQuestionCode: "01", Touchpoints: 2, ActionResponses: task(contact.ChoiceCompleted), Match: voter.Match{Status: voter.NoMatches}},
		{Touchpoints: 1, ActionResponses: map[action.Code]contact.ActionResponseSummary{"01": {Choice: "01"}}},
		{},
	}
	n := &metrics.CampaignCounters{
		Core: metrics.Cells{metrics.Mobilizers: 2}, Actions: map[action.Code]metrics.Cells{},
		Days: map[campaign.Day]metrics.Cells{"2026-10-24": {metrics.Contacts: 5, metrics.Touchpoints: 6}},
	}
	for _, c := range contacts {
		c.Campaign, c.Mobilizer = "c", "m"
		for counter, count := range metrics.Contribution(c) {
			switch counter.Item.Kind {
			case metrics.Core:
				n.Core[counter.Cell] += count
			case metrics.Action:
				code := action.Code(counter.Item.Name)
				if n.Actions[code] == nil {
					n.Actions[code] = metrics.Cells{}
				}
				n.Actions[code][counter.Cell] += count
			}
		}
	}
	return c, n
}

func TestAnalytics_SmallCampaign_ComputesEveryNumber(t *testing.T) {
	c, n := newAnalyticsFixture()
	call := &action.Item{ID: "call", Code: "00", Type: action.Task, Target: action.Target{Responses: []campaign.Code{"00"}}, Position: 1}
	ask := &action.Item{
		ID: "ask", Code: "01", Type: action.MultipleChoice, Target: action.Target{NoResponse: true},
		Options: []action.Option{{ID: "red", Code: "00"}, {ID: "blue", Code: "01"}, {ID: "gone", Code: "02", Retired: true}},
	}
	old := &action.Item{ID: "old", Code: "02", Type: action.FreeResponse, Target: action.Target{Everyone: true}, ArchivedAt: start}
	a := n.Analytics(c, []*action.Item{call, old, ask}, "2026-10-25")

	for name, pair := range map[string][2]metrics.Share{
		"average":    {a.AverageContacts, {Count: 5, Of: 2}},
		"matched":    {a.MatchedContacts, {Count: 1, Of: 5}},
		"touchpoint": {a.ContactsWithTouchpoints, {Count: 4, Of: 5}},
		"answered":   {a.Answered, {Count: 3, Of: 5}},
		"yes":        {a.Ladder[0].Contacts, {Count: 2, Of: 3}},
		"no":         {a.Ladder[1].Contacts, {Count: 1, Of: 3}},
		"responded":  {a.Items[1].Responded, {Count: 2, Of: 2}},
		"completed":  {a.Items[1].Completed, {Count: 1, Of: 2}},
		"answered 2": {a.Items[0].Responded, {Count: 1, Of: 2}},
		"chose blue": {a.Items[0].Options[1].Contacts, {Count: 1, Of: 1}},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %d of %d, want %d of %d", name, pair[0].Count, pair[0].Of, pair[1].Count, pair[1].Of)
		}
	}
	if a.Touchpoints != 6 || a.Mobilizers != 2 || a.Contacts != 5 {
		t.Errorf("%d touchpoints, %d mobilizers, %d contacts", a.Touchpoints, a.Mobilizers, a.Contacts)
	}
	if len(a.Ladder) != 2 {
		t.Errorf("a retired response without contacts is on the ladder: %v", a.Ladder)
	}
	if len(a.Items) != 2 || a.Items[0].Item != ask || len(a.Items[0].Options) != 2 || len(a.Archived) != 1 {
		t.Errorf("items are %v, archived ones %v", a.Items, a.Archived)
	}
	if a.Items[1].NotEligible != 1 || a.Items[0].NotEligible != 0 {
		t.Errorf("not eligible any more: %d and %d", a.Items[1].NotEligible, a.Items[0].NotEligible)
	}
	days := []metrics.DayStats{{Day: "2026-10-22"}, {Day: "2026-10-23"}, {Day: "2026-10-24", Contacts: 5, Touchpoints: 6}, {Day: "2026-10-25"}}
	if diff := cmp.Diff(days, a.Days); diff != "" {
		t.Errorf("days (-want +got):\n%s", diff)
	}

	// Editing the target changes eligible and responded contacts without a recount.
	call.Target = action.Target{Everyone: true}
	moved := n.Analytics(c, []*action.Item{call}, "2026-10-25").Items[0]
	if moved.Eligible != 5 || moved.Responded != (metrics.Share{Count: 3, Of: 5}) || moved.NotEligible != 0 || moved.Completed.Count != 2 {
		t.Errorf("for everyone: %+v", moved)
	}
}

func TestAnalytics_ContactsWithSeveralResponses_ComputesMovement(t *testing.T) {
	c, n := newAnalyticsFixture()
	n.Movements = metrics.Cells{"f0000": 3, "f0001": 2, "f0100": 4, "f0200": 1, "f0202": 5, "f0101": -1, metrics.Corrections: 1}
	got := n.Analytics(c, nil, "2026-10-25").Movement
	yes, no, perhaps := c.Question.Responses[0], c.Question.Responses[1], c.Question.Responses[2]
	want := metrics.Movement{
		Up: metrics.Share{Count: 5, Of: 15}, Stayed: metrics.Share{Count: 8, Of: 15}, Down: metrics.Share{Count: 2, Of: 15},
		From: []metrics.MovementStart{
			{Response: yes, Contacts: 5, To: []metrics.MovementEnd{{Response: yes, Contacts: 3}, {Response: no, Contacts: 2, Up: -1}}},
			{Response: no, Contacts: 4, To: []metrics.MovementEnd{{Response: yes, Contacts: 4, Up: 1}}},
			{Response: perhaps, Contacts: 6, To: []metrics.MovementEnd{{Response: yes, Contacts: 1, Up: 1}, {Response: perhaps, Contacts: 5}}},
		},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("movement (-want +got):\n%s", diff)
	}
}

func TestAnalytics_ClosedCampaign_DaysEndWithClosing(t *testing.T) {
	c, n := newAnalyticsFixture()
	c.ClosedAt = time.Date(2026, 10, 26, 12, 0, 0, 0, time.UTC)
	days := n.Analytics(c, nil, "2026-12-01").Days
	if last := days[len(days)-1].Day; last != "2026-10-26" {
		t.Errorf("the last day is %s", last)
	}
	empty := (&metrics.CampaignCounters{}).Analytics(&campaign.Campaign{}, nil, "2026-12-01")
	if len(empty.Days) != 0 || empty.AverageContacts.Average() != "" || empty.Answered.Percent() != "" {
		t.Errorf("a draft without counters has %+v", empty)
	}
}
