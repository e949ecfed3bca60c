package peoplelist_test

import (
	"errors"
	"net/url"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/voter"
)

// newContentFixture returns a campaign with two responses, a task, and a question with two options.
func newContentFixture() (*campaign.Campaign, []*action.Item) {
	c := &campaign.Campaign{TimeZone: "America/New_York"}
	for _, code := range []campaign.Code{"00", "01"} {
		c.Question.Responses = append(c.Question.Responses, campaign.Response{ID: id.At(start), Code: code})
	}
	return c, []*action.Item{
		{ID: action.ID(id.At(start)), Code: "00", Type: action.Task},
		{ID: action.ID(id.At(start)), Code: "01", Type: action.MultipleChoice, Options: []action.Option{{ID: id.At(start), Code: "00"}, {ID: id.At(start), Code: "01"}}},
	}
}

func TestParseContacts_AllParameters_SetTheFilter(t *testing.T) {
	t.Parallel()
	c, items := newContentFixture()
	mobilizer, yes, no := id.At(start), true, false
	q, err := peoplelist.ParseContacts(url.Values{
		"sort": {"touchpoints"}, "order": {"desc"}, "match_status": {"CONFIRMED,PENDING"}, "response_id": {c.Question.Responses[1].ID + ",none"},
		"search": {"O’Brien ana"}, "added_from": {"2026-10-24"}, "added_to": {"2026-10-24"}, "silent_days": {"2"}, "touchpoints_min": {"1"},
		"touchpoints_max": {"0"}, "city": {"San José"}, "zip": {"02139"}, "has_vote_plan": {"true"}, "has_notes": {"false"}, "mobilizer_id": {mobilizer},
		"action_response": {string(items[0].ID) + ":done," + string(items[1].ID) + ":" + items[1].Options[1].ID + "," + string(items[1].ID) + ":not_answered"},
	}, c, items, start)
	if err != nil {
		t.Fatal(err)
	}
	want := &peoplelist.ContactQuery{Order: "touchpoints", Descending: true, Filter: peoplelist.ContactFilter{
		Statuses: []voter.Status{"CONFIRMED", "PENDING"}, Responses: []campaign.Code{"01", ""}, Search: []string{"obrien", "ana"},
		Added:  peoplelist.Period{From: time.Date(2026, 10, 24, 4, 0, 0, 0, time.UTC), Before: time.Date(2026, 10, 25, 4, 0, 0, 0, time.UTC)},
		Active: peoplelist.Period{Before: start.Add(-48 * time.Hour)}, MinTouchpoints: 1, MaxTouchpoints: new(int), City: "san jose", Zip: "02139",
		VotePlan: &yes, Notes: &no, Mobilizer: "", Actions: []peoplelist.ActionFilter{{Item: "00", Choices: []action.Code{"+"}}, {Item: "01", Choices: []action.Code{"01"}, None: true}},
	}}
	want.Filter.Mobilizer = q.Filter.Mobilizer
	if diff := cmp.Diff(want, q); diff != "" || string(q.Filter.Mobilizer) != mobilizer {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestParseContacts_BadParameters_RefusedByName(t *testing.T) {
	t.Parallel()
	c, items := newContentFixture()
	for _, bad := range []url.Values{
		{"unknown": {"x"}},
		{"sort": {"age"}},
		{"order": {"up"}},
		{"match_status": {"MAYBE"}},
		{"match_status": {"CONFIRMED", "PENDING"}},
		{"match_status": {"CONFIRMED,"}},
		{"search": {""}},
		{"search": {string(make([]byte, 300))}},
		{"city": {" "}},
		{"zip": {"2139"}},
		{"zip": {"0213x"}},
		{"added_from": {"yesterday"}},
		{"added_to": {"2026-02-30"}},
		{"touchpoints_min": {"-1"}},
		{"touchpoints_max": {"many"}},
		{"silent_days": {"0"}},
		{"has_notes": {"yes"}},
		{"mobilizer_id": {"ana"}},
		{"response_id": {"nonsense"}},
		{"response_id": {c.Question.Responses[0].ID, "none"}},
		{"action_response": {"done"}},
		{"action_response": {string(items[0].ID)}},
		{"action_response": {string(items[0].ID) + ":maybe"}},
		{"action_response": {string(items[1].ID) + ":done"}},
		{"left": {"true"}},
	} {
		_, err := peoplelist.ParseContacts(bad, c, items, start)
		refused, ok := errors.AsType[*fault.Error](err)
		if !ok || refused.Kind != fault.KindInvalid || len(refused.Fields) != 1 || bad[refused.Fields[0].Name] == nil {
			t.Errorf("%v: %v", bad, err)
		}
	}
	_, err := peoplelist.ParseContacts(url.Values{"added_from": {"2026-10-24"}, "added_to": {"2026-10-23"}}, c, items, start)
	if refused, ok := errors.AsType[*fault.Error](err); !ok || refused.Fields[0].Name != "added_to" {
		t.Errorf("a period that ends before it starts: %v", err)
	}
	for _, bad := range []url.Values{
		{"state": {"Texas"}},
		{"left": {"no"}},
		{"zip": {"02139"}},
		{"sort": {"touchpoints"}},
		{"unknown": {"x"}},
		{"order": {""}},
		{"search": {""}},
		{"match_status": {"CONFIRMED", "PENDING"}},
		{"match_status": {""}},
		{"consent": {"true", "true"}},
		{"has_contacts": {""}},
		{"silent_days": {"-3"}},
		{"active_from": {"2026-02-30"}},
		{"joined_to": {"today"}},
	} {
		_, err := peoplelist.ParseMobilizers(bad, c, start)
		if refused, ok := errors.AsType[*fault.Error](err); !ok || bad[refused.Fields[0].Name] == nil {
			t.Errorf("%v: %v", bad, err)
		}
	}
}

func TestParseContacts_DeletedThingsOrNoWords_SelectNothing(t *testing.T) {
	t.Parallel()
	c, items := newContentFixture()
	gone := id.At(start)
	for _, test := range []struct {
		values  url.Values
		stale   string
		nothing bool
	}{
		{url.Values{"response_id": {gone}}, "response_id", true},
		{url.Values{"response_id": {gone + ",none"}}, "response_id", false},
		{url.Values{"action_response": {gone + ":done"}}, "action_response", true},
		{url.Values{"action_response": {string(items[1].ID) + ":" + gone}}, "action_response", true},
		{url.Values{"response_id": {c.Question.Responses[0].ID}}, "", false},
		{url.Values{"search": {"%"}}, "", true},
	} {
		q, err := peoplelist.ParseContacts(test.values, c, items, start)
		if err != nil {
			t.Fatal(err)
		}
		row := peoplelist.Contact{Response: "00"}
		if test.nothing && q.Filter.Matcher()(&row) {
			t.Errorf("%v selects rows", test.values)
		}
		if want := slices.DeleteFunc([]string{test.stale}, func(s string) bool { return s == "" }); !slices.Equal(q.Stale, want) {
			t.Errorf("%v: stale is %v, want %v", test.values, q.Stale, want)
		}
	}
}
