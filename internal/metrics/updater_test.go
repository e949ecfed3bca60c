package metrics_test

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/metrics/metricstest"
	"github.com/kithhq/kith/internal/peoplelist"
)

// fakeQuarantine stores records in memory, unless it is down.
type fakeQuarantine struct {
	records map[string]string
	down    bool
}

func (q *fakeQuarantine) Put(_ context.Context, key string, body []byte) error {
	if q.down {
		return errors.New("the bucket does not answer")
	}
	q.records[key] = string(body)
	return nil
}

func noteAdded(sequence string) metrics.Change {
	return metrics.Change{Sequence: sequence, At: start, After: &contact.Note{
		About: contact.Ref{Campaign: "c", Mobilizer: "m"}, TouchpointDay: "2026-10-24",
	}}
}

func undecodable(sequence string) metrics.Change {
	return metrics.Change{Sequence: sequence, At: start, DecodeError: errors.New("unknown entity"), Raw: []byte("{}"), Campaign: "c"}
}

func touchpoints(t *testing.T, counters *metricstest.MemoryStore) int {
	t.Helper()
	items, err := counters.Items(t.Context(), "c")
	if err != nil {
		t.Fatal(err)
	}
	return items[metrics.Item{Campaign: "c", Kind: metrics.Daily, Name: "2026-10-24"}].Cells[metrics.Touchpoints]
}

func TestApply_UndecodableRecord_QuarantinesItAndCountsOthers(t *testing.T) {
	counters, quarantine := &metricstest.MemoryStore{}, &fakeQuarantine{records: map[string]string{}}
	updater := &metrics.Updater{Counters: counters, Quarantine: quarantine}
	batch := metrics.Batch{Shard: "s", Changes: []metrics.Change{noteAdded("8"), undecodable("9"), noteAdded("10")}}
	for range 2 {
		again, err := updater.Apply(t.Context(), batch)
		if err != nil || again != "" {
			t.Fatalf("%q was not counted, %v", again, err)
		}
	}
	if got := touchpoints(t, counters); got != 2 {
		t.Errorf("there are %d touchpoints, want 2", got)
	}
	if len(quarantine.records) != 1 || counters.RecountRequests()["c"] == "" {
		t.Errorf("quarantined: %v, recount requests: %v", quarantine.records, counters.RecountRequests())
	}
}

func TestApply_QuarantineDown_RequestsRedelivery(t *testing.T) {
	counters, quarantine := &metricstest.MemoryStore{}, &fakeQuarantine{records: map[string]string{}, down: true}
	updater := &metrics.Updater{Counters: counters, Quarantine: quarantine}
	batch := metrics.Batch{Shard: "s", Changes: []metrics.Change{noteAdded("8"), undecodable("9"), noteAdded("10")}}
	again, err := updater.Apply(t.Context(), batch)
	if err != nil || again != "9" {
		t.Fatalf("%q was not counted, want 9; %v", again, err)
	}
	quarantine.down = false
	if again, err := updater.Apply(t.Context(), metrics.Batch{Shard: "s", Changes: batch.Changes[1:]}); err != nil || again != "" {
		t.Fatalf("%q was not counted, %v", again, err)
	}
	if got := touchpoints(t, counters); got != 2 {
		t.Errorf("after the redelivery there are %d touchpoints, want 2", got)
	}
}

func TestApply_NoShardOrBadSequence_Fails(t *testing.T) {
	updater := &metrics.Updater{Counters: &metricstest.MemoryStore{}, Quarantine: &fakeQuarantine{}}
	for name, batch := range map[string]metrics.Batch{
		"no shard":      {Changes: []metrics.Change{noteAdded("8")}},
		"no number":     {Shard: "s", Changes: []metrics.Change{noteAdded("eight")}},
		"a long number": {Shard: "s", Changes: []metrics.Change{noteAdded("123456789012345678901234567890123456789012")}},
	} {
		if _, err := updater.Apply(t.Context(), batch); err == nil {
			t.Errorf("%s: it was counted", name)
		}
	}
}

func TestParseSequence_Numbers_AreInNumericOrder(t *testing.T) {
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

// mistakes are implementations of UpdateCounter with a defect that the conditional updates exist to prevent.
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
		state, updated, err := m.UpdateCounter(context.Background(), a)
		state.Marks = map[string]metrics.Mark{own: state.Marks["shared"]}
		return state, updated, err
	},
	"two updates under one mark": func(m *metricstest.MemoryStore, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
		first := a
		first.Add = metrics.Cells{}
		if state, updated, err := m.UpdateCounter(context.Background(), first); err != nil || !updated {
			return state, updated, err
		}
		return m.UpdateCounter(context.Background(), a)
	},
}

// defectiveStore is a counter store with one of the mistakes.
type defectiveStore struct {
	metricstest.MemoryStore
	update func(m *metricstest.MemoryStore, a metrics.ItemUpdate) (metrics.ItemState, bool, error)
}

func (d *defectiveStore) UpdateCounter(_ context.Context, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
	return d.update(&d.MemoryStore, a)
}

// blockMistakes are implementations of UpdateBlock with a defect that versions, tombstones and retries exist to prevent.
var blockMistakes = map[string]func(m *metricstest.MemoryBlocks, b peoplelist.Block, rows []peoplelist.Row) (map[string][]byte, error){
	"a failed condition is taken for success": func(m *metricstest.MemoryBlocks, b peoplelist.Block, rows []peoplelist.Row) (map[string][]byte, error) {
		_, err := m.UpdateBlock(context.Background(), b, rows, time.Time{})
		return nil, err
	},
	"removals are not written": func(m *metricstest.MemoryBlocks, b peoplelist.Block, rows []peoplelist.Row) (map[string][]byte, error) {
		kept := slices.DeleteFunc(slices.Clone(rows), func(row peoplelist.Row) bool {
			_, removed := peoplelist.TombstoneTime(row.Value)
			return removed
		})
		if len(kept) == 0 {
			return nil, nil
		}
		return m.UpdateBlock(context.Background(), b, kept, time.Time{})
	},
	"a removed row is deleted": func(m *metricstest.MemoryBlocks, b peoplelist.Block, rows []peoplelist.Row) (map[string][]byte, error) {
		stored, err := m.UpdateBlock(context.Background(), b, rows, time.Time{})
		for _, row := range rows {
			if _, removed := peoplelist.TombstoneTime(row.Value); removed && stored == nil {
				m.Delete(row)
			}
		}
		return stored, err
	},
}

// defectiveBlocks is a block store with one of the mistakes.
type defectiveBlocks struct {
	metricstest.MemoryBlocks
	update func(m *metricstest.MemoryBlocks, b peoplelist.Block, rows []peoplelist.Row) (map[string][]byte, error)
}

func (d *defectiveBlocks) UpdateBlock(_ context.Context, b peoplelist.Block, rows []peoplelist.Row, _ time.Time) (map[string][]byte, error) {
	return d.update(&d.MemoryBlocks, b, rows)
}

// A simulation that does not detect these mistakes would prove nothing.
func TestSimulation_DefectiveStore_DetectsDrift(t *testing.T) {
	for name, update := range mistakes {
		if !detectsDrift(t, func() (countedStore, metricstest.BlockStore) {
			return &defectiveStore{update: update}, &metricstest.MemoryBlocks{}
		}) {
			t.Errorf("counters: %s: no drift was detected", name)
		}
	}
	for name, update := range blockMistakes {
		if !detectsDrift(t, func() (countedStore, metricstest.BlockStore) {
			return &metricstest.MemoryStore{}, &defectiveBlocks{update: update}
		}) {
			t.Errorf("lists: %s: no drift was detected", name)
		}
	}
}

// countedStore is a counter store that returns its items.
type countedStore interface {
	metrics.CounterStore
	Items(ctx context.Context, c campaign.ID) (map[metrics.Item]metrics.ItemState, error)
}

// detectsDrift reports whether one of up to 400 simulations on new stores ends with drift. Calls to the store are concurrent, and
// their order decides whether a mistake shows: one of the mistakes shows in every twentieth simulation.
func detectsDrift(t *testing.T, newStores func() (countedStore, metricstest.BlockStore)) bool {
	t.Helper()
	for seed := uint64(1); seed <= 400; seed++ {
		counters, blocks := newStores()
		sim := metricstest.NewSimulation(seed, counters, blocks)
		for range 200 {
			if err := sim.Step(t.Context()); err != nil {
				t.Fatal(err)
			}
		}
		if err := sim.Finish(t.Context()); err != nil {
			t.Fatal(err)
		}
		items, err := counters.Items(t.Context(), metricstest.Campaign)
		if err != nil {
			t.Fatal(err)
		}
		drift, err := sim.Drift(t.Context(), items)
		if err != nil {
			t.Fatal(err)
		}
		if drift != "" {
			return true
		}
	}
	return false
}
