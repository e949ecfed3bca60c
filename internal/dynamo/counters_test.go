package dynamo_test

import (
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/metrics/metricstest"
	"github.com/kithhq/kith/internal/mobilizer"
)

func TestMobilizerCounts_NothingCounted_ReturnsZeros(t *testing.T) {
	s := newStore(t)
	counts, err := s.MobilizerCounts(t.Context(), "c", []mobilizer.ID{"a", "b", "a"})
	if err != nil {
		t.Fatal(err)
	}
	if len(counts) != 2 || counts["a"].Contacts != 0 || !counts["b"].LastActivityAt.IsZero() {
		t.Errorf("counts are %v", counts)
	}
	numbers, err := s.CampaignCounters(t.Context(), "c")
	if err != nil {
		t.Fatal(err)
	}
	if !numbers.AsOf.IsZero() || numbers.Recount != nil || len(numbers.Core) != 0 {
		t.Errorf("a campaign without counters has %+v", numbers)
	}
}

func TestUpdateCounter_SameSequenceAgain_ReturnsStateUnchanged(t *testing.T) {
	s := newStore(t)
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	item := metrics.Item{Campaign: "c", Kind: metrics.Member, Name: "m"}
	sequence := func(decimal string) metrics.Sequence {
		seq, err := metrics.ParseSequence(decimal)
		if err != nil {
			t.Fatal(err)
		}
		return seq
	}
	a := metrics.ItemUpdate{
		Item: item, Add: metrics.Cells{metrics.Contacts: 2, metrics.Touchpoints: -1}, MarkName: metrics.MarkName("s"),
		First: sequence("9"), Mark: metrics.Mark(sequence("10")) + "abc", UpdatedAt: at, LastActivity: at, FirstActivityIfUnset: at,
	}
	for try, want := range []bool{true, false} {
		state, updated, err := s.UpdateCounter(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if updated != want {
			t.Errorf("try %d updated: %v", try, updated)
		}
		wanted := metrics.ItemState{
			Cells: metrics.Cells{metrics.Contacts: 2, metrics.Touchpoints: -1},
			Marks: map[string]metrics.Mark{a.MarkName: a.Mark}, UpdatedAt: at, Activity: metrics.Activity{First: at, Last: at},
			Version: 1,
		}
		if diff := cmp.Diff(wanted, state); diff != "" {
			t.Errorf("try %d, state (-want +got):\n%s", try, diff)
		}
	}

	earlier := a
	earlier.First, earlier.Mark, earlier.MarkName = sequence("1"), metrics.Mark(sequence("1"))+"abc", metrics.MarkName("t")
	earlier.LastActivity, earlier.FirstActivityIfUnset, earlier.FirstActivity = time.Time{}, time.Time{}, at.Add(-time.Hour)
	earlier.Prune = map[string]metrics.Mark{a.MarkName: a.Mark}
	state, updated, err := s.UpdateCounter(t.Context(), earlier)
	if err != nil {
		t.Fatal(err)
	}
	if !updated || !state.Activity.First.Equal(at.Add(-time.Hour)) || len(state.Marks) != 1 || state.Cells[metrics.Contacts] != 4 {
		t.Errorf("an earlier activity and a pruned mark: %v %+v", updated, state)
	}
	counts, err := s.MobilizerCounts(t.Context(), "c", []mobilizer.ID{"m"})
	if err != nil {
		t.Fatal(err)
	}
	if counts["m"].Contacts != 4 || !counts["m"].LastActivityAt.Equal(at) {
		t.Errorf("counts are %+v", counts["m"])
	}
}

func TestUpdateCounter_LargestUpdate_FitsInOneExpression(t *testing.T) {
	s := newStore(t)
	sequence, err := metrics.ParseSequence("9999999999999999999999999999999999999999")
	if err != nil {
		t.Fatal(err)
	}
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	a := metrics.ItemUpdate{
		Item: metrics.Item{Campaign: "c", Kind: metrics.Action, Name: "00"}, Add: metrics.Cells{}, MarkName: metrics.MarkName("s"),
		First: sequence, Mark: metrics.Mark(sequence) + "abc", UpdatedAt: at, LastActivity: at, FirstActivityIfUnset: at,
	}
	for n := range 250 {
		a.Add[metrics.Cell(fmt.Sprintf("%05d", n))] = 1_000_000
	}
	state, updated, err := s.UpdateCounter(t.Context(), a)
	if err != nil || !updated || len(state.Cells) != 250 {
		t.Fatalf("updated: %v, %d cells, %v", updated, len(state.Cells), err)
	}
}

// The simulation of package metrics, with the store's conditional updates of counters and lists.
func TestUpdater_SimulatedDeliveries_CountersAndListsNeverDrift(t *testing.T) {
	logger := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(logger) })
	deliveries := 0
	for seed := uint64(1); deliveries < 300; seed++ {
		store := newStore(t)
		w := metricstest.NewSimulation(seed, store, store)
		for range 60 {
			if err := w.Step(t.Context()); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		if err := w.Finish(t.Context()); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		items, err := store.CounterItems(t.Context(), metricstest.Campaign)
		if err != nil {
			t.Fatal(err)
		}
		if drift, err := w.Drift(t.Context(), items); err != nil || drift != "" {
			t.Fatalf("seed %d: after %d deliveries counters or lists and rows differ (%v):\n%s", seed, w.Deliveries, err, drift)
		}
		deliveries += w.Deliveries
	}
	t.Logf("no drift in %d deliveries", deliveries)
}
