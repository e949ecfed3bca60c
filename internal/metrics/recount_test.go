package metrics_test

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
)

var (
	lane0 = metrics.Item{Campaign: "c", Kind: metrics.Core, Name: "0"}
	lane1 = metrics.Item{Campaign: "c", Kind: metrics.Core, Name: "1"}
	ann   = metrics.Item{Campaign: "c", Kind: metrics.Member, Name: "ann"}
)

// cutOf looks at contacts of ann that contribute nothing but themselves, and at what counters say of them.
func cutOf(contacts []int, core, member int, marks ...string) *metrics.Snapshot {
	state := func(n int, mark string) metrics.ItemState {
		return metrics.ItemState{Cells: metrics.Cells{metrics.Contacts: n}, Marks: map[string]metrics.Mark{"shard1": metrics.Mark(mark)}}
	}
	marks = append(marks, "1", "1")
	cut := metrics.NewSnapshot(map[metrics.Item]metrics.ItemState{
		lane0: state(core-1, marks[0]), lane1: state(1, "1"), ann: state(member, marks[1]),
	})
	for i, version := range contacts {
		cut.AddRow(&contact.Contact{ID: contact.ID(rune('a' + i)), Campaign: "c", Mobilizer: "ann", Version: version})
	}
	return cut
}

func TestDriftIsWhatDiffersTwiceWithNothingInBetween(t *testing.T) {
	two := []int{1, 1}
	for _, c := range []struct {
		name           string
		first, second  *metrics.Snapshot
		drift, pending int
	}{
		{"all is right", cutOf(two, 2, 2), cutOf(two, 2, 2), 0, 0},
		{"a lost delta", cutOf(two, 1, 1), cutOf(two, 1, 1), 2, 0},
		{"only the mobilizer's is wrong", cutOf(two, 2, 3), cutOf(two, 2, 3), 1, 0},
		{"it was on its way", cutOf(two, 1, 1), cutOf(two, 2, 2), 0, 0},
		{"it is new", cutOf(two, 2, 2), cutOf(two, 1, 2), 0, 1},
		{"another amount than before", cutOf(two, 1, 2), cutOf(two, 0, 2), 0, 1},
		{"a row changed meanwhile", cutOf([]int{1, 1}, 1, 2), cutOf([]int{1, 2}, 1, 2), 0, 1},
		{"the counter moved meanwhile", cutOf(two, 1, 2, "1", "1"), cutOf(two, 1, 2, "2", "1"), 0, 1},
		{"another counter moved meanwhile", cutOf(two, 2, 3, "1", "1"), cutOf(two, 2, 3, "2", "1"), 1, 0},
	} {
		drift, pending := metrics.ConfirmDrift(c.first, c.second)
		if len(drift) != c.drift || len(pending) != c.pending {
			t.Errorf("%s: drift %v, pending %v", c.name, drift, pending)
		}
	}
}

func TestCountersGoWhenTheyHaveNothingLeftToSay(t *testing.T) {
	zero := metrics.ItemState{Cells: metrics.Cells{metrics.Contacts: 0}, UpdatedAt: start}
	some := metrics.ItemState{Cells: metrics.Cells{metrics.Contacts: 1}, UpdatedAt: start}
	late := start.Add(49 * time.Hour)
	for name, c := range map[string]struct {
		got, want bool
	}{
		"a day":                 {zero.Sweepable(metrics.Daily, late), true},
		"a mobilizer":           {zero.Sweepable(metrics.Member, late), true},
		"a day not long ago":    {zero.Sweepable(metrics.Daily, start.Add(47*time.Hour)), false},
		"a day that counts":     {some.Sweepable(metrics.Daily, late), false},
		"the campaign's own":    {zero.Sweepable(metrics.Core, late), false},
		"an action item's":      {zero.Sweepable(metrics.Action, late), false},
		"one that never moved ": {metrics.ItemState{}.Sweepable(metrics.Daily, late), true},
	} {
		if c.got != c.want {
			t.Errorf("%s may go: %v", name, c.got)
		}
	}
}
