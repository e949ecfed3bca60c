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

// newSnapshotFixture returns a snapshot with contacts of ann that have the versions, and with counters of contacts that
// have the values and marks.
func newSnapshotFixture(contacts []int, core, member int, marks ...string) *metrics.Snapshot {
	state := func(n int, mark string) metrics.ItemState {
		return metrics.ItemState{Cells: metrics.Cells{metrics.Contacts: n}, Marks: map[string]metrics.Mark{"shard1": metrics.Mark(mark)}}
	}
	marks = append(marks, "1", "1")
	snapshot := metrics.NewSnapshot(map[metrics.Item]metrics.ItemState{
		lane0: state(core-1, marks[0]), lane1: state(1, "1"), ann: state(member, marks[1]),
	})
	for i, version := range contacts {
		snapshot.AddRow(&contact.Contact{ID: contact.ID(rune('a' + i)), Campaign: "c", Mobilizer: "ann", Version: version})
	}
	return snapshot
}

func TestConfirmDrift_TwoSnapshots_DriftOnlyWithoutChanges(t *testing.T) {
	two := []int{1, 1}
	for _, c := range []struct {
		name           string
		first, second  *metrics.Snapshot
		drift, pending int
	}{
		{"no difference", newSnapshotFixture(two, 2, 2), newSnapshotFixture(two, 2, 2), 0, 0},
		{"a lost delta", newSnapshotFixture(two, 1, 1), newSnapshotFixture(two, 1, 1), 2, 0},
		{"only the mobilizer's counter differs", newSnapshotFixture(two, 2, 3), newSnapshotFixture(two, 2, 3), 1, 0},
		{"the difference has gone", newSnapshotFixture(two, 1, 1), newSnapshotFixture(two, 2, 2), 0, 0},
		{"the difference is new", newSnapshotFixture(two, 2, 2), newSnapshotFixture(two, 1, 2), 0, 1},
		{"the amount has changed", newSnapshotFixture(two, 1, 2), newSnapshotFixture(two, 0, 2), 0, 1},
		{"a row has changed", newSnapshotFixture([]int{1, 1}, 1, 2), newSnapshotFixture([]int{1, 2}, 1, 2), 0, 1},
		{"the counter has changed", newSnapshotFixture(two, 1, 2, "1", "1"), newSnapshotFixture(two, 1, 2, "2", "1"), 0, 1},
		{"another counter has changed", newSnapshotFixture(two, 2, 3, "1", "1"), newSnapshotFixture(two, 2, 3, "2", "1"), 1, 0},
	} {
		drift, pending := metrics.ConfirmDrift(c.first, c.second)
		if len(drift) != c.drift || len(pending) != c.pending {
			t.Errorf("%s: drift %v, pending %v", c.name, drift, pending)
		}
	}
}

func TestSweepable_OldZeroDaysAndMembers_OnlyThose(t *testing.T) {
	zero := metrics.ItemState{Cells: metrics.Cells{metrics.Contacts: 0}, UpdatedAt: start}
	some := metrics.ItemState{Cells: metrics.Cells{metrics.Contacts: 1}, UpdatedAt: start}
	late := start.Add(49 * time.Hour)
	for name, c := range map[string]struct {
		got, want bool
	}{
		"a day":               {zero.Sweepable(metrics.Daily, late), true},
		"a mobilizer":         {zero.Sweepable(metrics.Member, late), true},
		"a recent day":        {zero.Sweepable(metrics.Daily, start.Add(47*time.Hour)), false},
		"a day with counts":   {some.Sweepable(metrics.Daily, late), false},
		"the campaign":        {zero.Sweepable(metrics.Core, late), false},
		"an action item":      {zero.Sweepable(metrics.Action, late), false},
		"a day never updated": {metrics.ItemState{}.Sweepable(metrics.Daily, late), true},
	} {
		if c.got != c.want {
			t.Errorf("%s: sweepable is %t, want %t", name, c.got, c.want)
		}
	}
}
