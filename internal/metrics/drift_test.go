package metrics_test

import (
	"os"
	"testing"

	"github.com/kithhq/kith/internal/metrics/metricstest"
)

// TestStateMachineCountersNeverDrift drives writes against duplicates early and late, bisected and partly failed batches, crashes
// before and after store calls, two pollers, shard splits, window ends, poison and outages, and recounts.
// KITH_SOAK makes it a million deliveries instead of ten thousand.
func TestStateMachineCountersNeverDrift(t *testing.T) {
	wanted := 10_000
	if os.Getenv("KITH_SOAK") != "" {
		wanted = 1_000_000
	}
	deliveries, records := 0, 0
	for seed := uint64(1); deliveries < wanted; seed++ {
		counters := &metricstest.MemoryStore{}
		w := metricstest.NewSimulation(seed, counters)
		for range 300 {
			if err := w.Step(t.Context()); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		if err := w.Finish(t.Context()); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		items, err := counters.Items(t.Context(), metricstest.Campaign)
		if err != nil {
			t.Fatal(err)
		}
		if drift := w.Drift(items); drift != "" {
			t.Fatalf("seed %d: after %d deliveries counters and rows differ:\n%s", seed, w.Deliveries, drift)
		}
		deliveries, records = deliveries+w.Deliveries, records+w.Records
	}
	t.Logf("no drift in %d deliveries of %d records", deliveries, records)
}
