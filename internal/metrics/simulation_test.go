package metrics_test

import (
	"os"
	"testing"

	"github.com/kithhq/kith/internal/metrics/metricstest"
)

// It simulates early and late duplicates, bisected and partly failed batches, crashes before and after store calls, two
// pollers, shard splits, window ends, undecodable records and outages, and compares counters with a recount, and the rows of
// the lists with contacts, memberships and counters. With KITH_SOAK set it runs a million deliveries instead of ten thousand.
func TestUpdater_SimulatedFaults_CountersAndListsNeverDrift(t *testing.T) {
	wanted := 10_000
	if os.Getenv("KITH_SOAK") != "" {
		wanted = 1_000_000
	}
	deliveries, records := 0, 0
	for seed := uint64(1); deliveries < wanted; seed++ {
		counters := &metricstest.MemoryStore{}
		sim := metricstest.NewSimulation(seed, counters, &metricstest.MemoryBlocks{})
		for range 300 {
			if err := sim.Step(t.Context()); err != nil {
				t.Fatalf("seed %d: %v", seed, err)
			}
		}
		if err := sim.Finish(t.Context()); err != nil {
			t.Fatalf("seed %d: %v", seed, err)
		}
		items, err := counters.Items(t.Context(), metricstest.Campaign)
		if err != nil {
			t.Fatal(err)
		}
		if drift, err := sim.Drift(t.Context(), items); err != nil || drift != "" {
			t.Fatalf("seed %d: after %d deliveries counters or lists and rows differ (%v):\n%s", seed, sim.Deliveries, err, drift)
		}
		deliveries, records = deliveries+sim.Deliveries, records+sim.Records
	}
	t.Logf("no drift in %d deliveries of %d records", deliveries, records)
}
