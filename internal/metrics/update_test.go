package metrics_test

import (
	"context"
	"errors"
	"strconv"
	"testing"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/metrics/metricstest"
)

// shelf keeps what is put aside, until it is full.
type shelf struct {
	kept map[string]string
	full bool
}

func (s *shelf) Put(_ context.Context, key string, body []byte) error {
	if s.full {
		return errors.New("the bucket does not answer")
	}
	s.kept[key] = string(body)
	return nil
}

func note(sequence string) metrics.Change {
	return metrics.Change{Sequence: sequence, At: start, After: &contact.Note{
		About: contact.Ref{Campaign: "c", Mobilizer: "m"}, TouchpointDay: "2026-10-24",
	}}
}

func poison(sequence string) metrics.Change {
	return metrics.Change{Sequence: sequence, At: start, DecodeError: errors.New("no entity of ours"), Raw: []byte("{}"), Campaign: "c"}
}

func touchpoints(t *testing.T, counters *metricstest.MemoryStore) int {
	t.Helper()
	items, err := counters.Items(t.Context(), "c")
	if err != nil {
		t.Fatal(err)
	}
	return items[metrics.Item{Campaign: "c", Kind: metrics.Daily, Name: "2026-10-24"}].Cells[metrics.Touchpoints]
}

func TestARecordThatCantBeDecodedIsPutAsideAndPassedOver(t *testing.T) {
	counters, aside := &metricstest.MemoryStore{}, &shelf{kept: map[string]string{}}
	updater := &metrics.Updater{Counters: counters, Quarantine: aside}
	batch := metrics.Batch{Shard: "s", Changes: []metrics.Change{note("8"), poison("9"), note("10")}}
	for range 2 {
		again, err := updater.Apply(t.Context(), batch)
		if err != nil || again != "" {
			t.Fatalf("%q is to come again, %v", again, err)
		}
	}
	if got := touchpoints(t, counters); got != 2 {
		t.Errorf("the others count %d touchpoints, want 2", got)
	}
	if len(aside.kept) != 1 || counters.RecountRequests()["c"] == "" {
		t.Errorf("put aside: %v, recounts asked for: %v", aside.kept, counters.RecountRequests())
	}
}

func TestARecordThatCantBePutAsideComesAgain(t *testing.T) {
	counters, aside := &metricstest.MemoryStore{}, &shelf{kept: map[string]string{}, full: true}
	updater := &metrics.Updater{Counters: counters, Quarantine: aside}
	batch := metrics.Batch{Shard: "s", Changes: []metrics.Change{note("8"), poison("9"), note("10")}}
	again, err := updater.Apply(t.Context(), batch)
	if err != nil || again != "9" {
		t.Fatalf("%q is to come again, want 9; %v", again, err)
	}
	aside.full = false
	if again, err := updater.Apply(t.Context(), metrics.Batch{Shard: "s", Changes: batch.Changes[1:]}); err != nil || again != "" {
		t.Fatalf("%q is to come again, %v", again, err)
	}
	if got := touchpoints(t, counters); got != 2 {
		t.Errorf("in the end there are %d touchpoints, want 2", got)
	}
}

func TestABatchWithoutShardOrNumbersFails(t *testing.T) {
	updater := &metrics.Updater{Counters: &metricstest.MemoryStore{}, Quarantine: &shelf{}}
	for name, batch := range map[string]metrics.Batch{
		"no shard":      {Changes: []metrics.Change{note("8")}},
		"no number":     {Shard: "s", Changes: []metrics.Change{note("eight")}},
		"a long number": {Shard: "s", Changes: []metrics.Change{note("123456789012345678901234567890123456789012")}},
	} {
		if _, err := updater.Apply(t.Context(), batch); err == nil {
			t.Errorf("%s: it was counted", name)
		}
	}
}

func TestSequenceNumbersAreComparedAsNumbers(t *testing.T) {
	ordered := []string{"0", "1", "9", "10", "255", "256", "99999999999999999999", "100000000000000000000", "9999999999999999999999999999999999999999"}
	for i := 1; i < len(ordered); i++ {
		a, errA := metrics.ParseSequence(ordered[i-1])
		b, errB := metrics.ParseSequence(ordered[i])
		padded, errP := metrics.ParseSequence("000" + ordered[i])
		if errA != nil || errB != nil || errP != nil || a >= b || b != padded {
			t.Errorf("%s and %s: %x %x %x %v %v %v", ordered[i-1], ordered[i], a, b, padded, errA, errB, errP)
		}
	}
}

// mistakes are what the scheme is there to avoid.
var mistakes = map[string]func(m *metricstest.MemoryStore, a metrics.ItemUpdate) (metrics.ItemState, bool, error){
	"a failed condition is taken for success": func(m *metricstest.MemoryStore, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
		state, _, err := m.UpdateCounter(context.Background(), a)
		return state, true, err
	},
	"a mark of its own for every update": func(m *metricstest.MemoryStore, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
		a.MarkName = metrics.MarkName(strconv.Itoa(m.Writes()))
		return m.UpdateCounter(context.Background(), a)
	},
	"one mark for all shards": func(m *metricstest.MemoryStore, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
		own := a.MarkName
		a.MarkName, a.Prune = "shared", nil
		state, moved, err := m.UpdateCounter(context.Background(), a)
		state.Marks = map[string]metrics.Mark{own: state.Marks["shared"]}
		return state, moved, err
	},
	"two updates under one mark": func(m *metricstest.MemoryStore, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
		first := a
		first.Add = metrics.Cells{}
		if state, moved, err := m.UpdateCounter(context.Background(), first); err != nil || !moved {
			return state, moved, err
		}
		return m.UpdateCounter(context.Background(), a)
	},
}

// careless keeps counters with one of the mistakes.
type careless struct {
	metricstest.MemoryStore
	move func(m *metricstest.MemoryStore, a metrics.ItemUpdate) (metrics.ItemState, bool, error)
}

func (c *careless) UpdateCounter(_ context.Context, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
	return c.move(&c.MemoryStore, a)
}

// TestTheSimulationShowsDrift steps into the traps: a simulation that does not see them proves nothing.
func TestTheSimulationShowsDrift(t *testing.T) {
	for name, move := range mistakes {
		seen := false
		for seed := uint64(1); seed <= 20 && !seen; seed++ {
			counters := &careless{move: move}
			w := metricstest.NewSimulation(seed, counters)
			for range 200 {
				if err := w.Step(t.Context()); err != nil {
					t.Fatal(err)
				}
			}
			if err := w.Finish(t.Context()); err != nil {
				t.Fatal(err)
			}
			items, err := counters.Items(t.Context(), metricstest.Campaign)
			if err != nil {
				t.Fatal(err)
			}
			seen = w.Drift(items) != ""
		}
		if !seen {
			t.Errorf("%s, and no drift is seen", name)
		}
	}
}
