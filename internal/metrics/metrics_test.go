package metrics_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/voter"
)

func TestDelta_UnchangedRow_Empty(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := anyRow().Draw(t, "row")
		if d := metrics.Delta(row, row); len(d) != 0 {
			t.Fatalf("the delta is %v", d)
		}
	})
}

func TestDelta_Removal_IsNegativeInsert(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		row := anyRow().Draw(t, "row")
		insert, removal := metrics.Delta(nil, row), metrics.Delta(row, nil)
		if diff := cmp.Diff(insert, metrics.Vector{}.Minus(removal)); diff != "" {
			t.Fatalf("insert and negative removal differ:\n%s", diff)
		}
		if diff := cmp.Diff(insert, metrics.Contribution(row)); diff != "" {
			t.Fatalf("insert and contribution differ:\n%s", diff)
		}
	})
}

func TestDelta_AnyHistory_SumsToContributionsOfRemainingRows(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		rows := make([]any, 6)
		counted := metrics.Vector{}
		for range rapid.IntRange(0, 60).Draw(t, "changes") {
			index := rapid.IntRange(0, len(rows)-1).Draw(t, "index")
			var after any
			if rapid.Bool().Draw(t, "kept") {
				after = anyRow().Draw(t, "after")
			}
			counted.Add(metrics.Delta(rows[index], after))
			rows[index] = after
		}
		recount := metrics.Vector{}
		for _, row := range rows {
			recount.Add(metrics.Contribution(row))
		}
		if diff := cmp.Diff(recount, counted); diff != "" {
			t.Fatalf("rows and counters differ (-rows +counters):\n%s", diff)
		}
	})
}

func TestContribution_Contact_CountsEveryMetric(t *testing.T) {
	c := &contact.Contact{
		Campaign: "c", Mobilizer: "m", Match: voter.Match{Status: voter.Confirmed}, KeyQuestionCode: "03", MovedFrom: "01", Touchpoints: 2,
		ActionResponses: map[action.Code]contact.ActionResponseSummary{"00": {Choice: contact.ChoiceNotCompleted}, "0a": {Choice: "02"}},
		AddedDay:        "2026-10-24",
	}
	core := metrics.Item{Campaign: "c", Kind: metrics.Core}
	member := metrics.Item{Campaign: "c", Kind: metrics.Member, Name: "m"}
	want := metrics.Vector{
		{Item: metrics.Item{Campaign: "c", Kind: metrics.Daily, Name: "2026-10-24"}, Cell: "c"}: 1,
		{Item: metrics.Item{Campaign: "c", Kind: metrics.Ladder}, Cell: "f0103"}:                1,
		{Item: metrics.Item{Campaign: "c", Kind: metrics.Action, Name: "00"}, Cell: "-03"}:      1,
		{Item: metrics.Item{Campaign: "c", Kind: metrics.Action, Name: "0a"}, Cell: "0203"}:     1,
	}
	for _, item := range []metrics.Item{core, member} {
		for cell, n := range map[metrics.Cell]int{"c": 1, "m": 1, "t": 1, "n": 2, "a": 1, "r": 1, "s": 2, "q03": 1} {
			want[metrics.Counter{Item: item, Cell: cell}] = n
		}
	}
	if diff := cmp.Diff(want, metrics.Contribution(c)); diff != "" {
		t.Errorf("a contact contributes (-want +got):\n%s", diff)
	}
}

func TestDelta_AnswersInTurn_MovesContactOnLadder(t *testing.T) {
	in := &campaign.Campaign{Question: campaign.KeyQuestion{Responses: []campaign.Response{{ID: "no", Code: "00"}, {ID: "yes", Code: "01"}}}}
	c := &contact.Contact{Campaign: "c", Mobilizer: "m"}
	ladder := metrics.Item{Campaign: "c", Kind: metrics.Ladder}
	counted := metrics.Vector{}
	for n, step := range []struct {
		response string // to answer; empty to clear
		want     metrics.Cell
	}{
		{"no", "f0000"}, {"yes", "f0001"}, {"yes", "f0001"}, {"no", "f0000"}, {"yes", "f0001"}, {"", ""}, {"yes", "f0101"}, {"no", "f0100"}, {"", ""},
	} {
		before, at := *c, in.Moment(start.Add(time.Duration(n)*24*time.Hour))
		if step.response == "" {
			c.ClearKeyQuestion(in, at)
		} else if _, err := c.AnswerKeyQuestion(in, step.response, at); err != nil {
			t.Fatal(err)
		}
		counted.Add(metrics.Delta(&before, c))
		for counter, contacts := range counted {
			if counter.Item == ladder && (counter.Cell != step.want || contacts != 1) {
				t.Errorf("step %d: %d contacts in %s, want 1 in %q", n, contacts, counter.Cell, step.want)
			}
		}
		if got := counted[metrics.Counter{Item: ladder, Cell: step.want}]; step.want != "" && got != 1 {
			t.Errorf("step %d: %d contacts in %s, want 1", n, got, step.want)
		}
	}
}

func TestShare_PercentAndAverage_RoundHalfUp(t *testing.T) {
	for _, c := range []struct {
		share            metrics.Share
		percent, average string
	}{
		{metrics.Share{Count: 2, Of: 3}, "66.67", "0.7"},
		{metrics.Share{Count: 1, Of: 3}, "33.33", "0.3"},
		{metrics.Share{Count: 1, Of: 8}, "12.50", "0.1"},
		{metrics.Share{Count: 1, Of: 800}, "0.13", "0.0"}, // 0.125
		{metrics.Share{Count: 5, Of: 4}, "125.00", "1.3"}, // 1.25
		{metrics.Share{Count: 0, Of: 7}, "0.00", "0.0"},
		{metrics.Share{Count: 7, Of: 7}, "100.00", "1.0"},
		{metrics.Share{}, "", ""},
	} {
		if got := c.share.Percent(); got != c.percent {
			t.Errorf("%d of %d is %q %%, want %q", c.share.Count, c.share.Of, got, c.percent)
		}
		if got := c.share.Average(); got != c.average {
			t.Errorf("%d by %d is %q, want %q", c.share.Count, c.share.Of, got, c.average)
		}
	}
}
