package dynamo_test

import (
	"log/slog"
	"testing"

	"github.com/kithhq/kith/internal/metrics/metricstest"
)

// TestStateMachineCountersNeverDriftOnTheEngine is the simulation of internal/metrics with the real conditional updates.
func TestStateMachineCountersNeverDriftOnTheEngine(t *testing.T) {
	logger := slog.Default()
	slog.SetDefault(slog.New(slog.DiscardHandler))
	t.Cleanup(func() { slog.SetDefault(logger) })
	deliveries := 0
	for seed := uint64(1); deliveries < 300; seed++ {
		store := newStore(t)
		w := metricstest.NewSimulation(seed, store)
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
		if drift := w.Drift(items); drift != "" {
			t.Fatalf("seed %d: after %d deliveries counters and rows differ:\n%s", seed, w.Deliveries, drift)
		}
		deliveries += w.Deliveries
	}
	t.Logf("no drift in %d deliveries", deliveries)
}
