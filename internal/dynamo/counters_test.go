package dynamo_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

func openStore(t testing.TB) *dynamo.Store {
	t.Helper()
	db, names := dynamotest.New(t)
	return dynamo.New(db, dynamo.Tables(names))
}

func TestMobilizersOfWhomNothingWasCountedHaveZeros(t *testing.T) {
	s := openStore(t)
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
		t.Errorf("a campaign that nothing was counted of has %+v", numbers)
	}
}

func TestMoveHappensOnceAndShowsWhatIsThereWhenItDoesNot(t *testing.T) {
	s := openStore(t)
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
	for turn, want := range []bool{true, false} {
		state, moved, err := s.UpdateCounter(t.Context(), a)
		if err != nil {
			t.Fatal(err)
		}
		if moved != want {
			t.Errorf("turn %d moved: %v", turn, moved)
		}
		wanted := metrics.ItemState{
			Cells: metrics.Cells{metrics.Contacts: 2, metrics.Touchpoints: -1},
			Marks: map[string]metrics.Mark{a.MarkName: a.Mark}, UpdatedAt: at, Activity: metrics.Activity{First: at, Last: at},
		}
		if diff := cmp.Diff(wanted, state); diff != "" {
			t.Errorf("turn %d, state (-want +got):\n%s", turn, diff)
		}
	}

	earlier := a
	earlier.First, earlier.Mark, earlier.MarkName = sequence("1"), metrics.Mark(sequence("1"))+"abc", metrics.MarkName("t")
	earlier.LastActivity, earlier.FirstActivityIfUnset, earlier.FirstActivity = time.Time{}, time.Time{}, at.Add(-time.Hour)
	earlier.Prune = map[string]metrics.Mark{a.MarkName: a.Mark}
	state, moved, err := s.UpdateCounter(t.Context(), earlier)
	if err != nil {
		t.Fatal(err)
	}
	if !moved || !state.Activity.First.Equal(at.Add(-time.Hour)) || len(state.Marks) != 1 || state.Cells[metrics.Contacts] != 4 {
		t.Errorf("an earlier activity and a dropped mark: %v %+v", moved, state)
	}
	counts, err := s.MobilizerCounts(t.Context(), "c", []mobilizer.ID{"m"})
	if err != nil {
		t.Fatal(err)
	}
	if counts["m"].Contacts != 4 || !counts["m"].LastActivityAt.Equal(at) {
		t.Errorf("counts are %+v", counts["m"])
	}
}

func TestTheLargestUpdateFitsIntoOneExpression(t *testing.T) {
	s := openStore(t)
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
	state, moved, err := s.UpdateCounter(t.Context(), a)
	if err != nil || !moved || len(state.Cells) != 250 {
		t.Fatalf("moved: %v, %d cells, %v", moved, len(state.Cells), err)
	}
}
