package metrics_test

import (
	"testing"

	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/metrics/metricstest"
)

func TestSizes_BusyCampaign_ItemsStaySmall(t *testing.T) {
	for partitions, limits := range map[int]map[metrics.Kind]int{
		4:  {metrics.Core: 1 << 10, metrics.Member: 1 << 10, metrics.Action: 4 << 10, metrics.Daily: 4 << 10},
		20: {metrics.Core: 2 << 10, metrics.Member: 2 << 10, metrics.Action: 5 << 10, metrics.Daily: 5 << 10},
	} {
		sizes, err := metricstest.Sizes(partitions)
		if err != nil {
			t.Fatal(err)
		}
		for kind, limit := range limits {
			if sizes[kind] == 0 || sizes[kind] > limit {
				t.Errorf("at %d partitions %s items have up to %d bytes, want at most %d", partitions, kind, sizes[kind], limit)
			}
		}
	}
}

func TestNotes_InBatches_CostAboutOneWritePerItem(t *testing.T) {
	for _, mobilizers := range []int{1, 40, 500} {
		cost, err := metricstest.NotesCost(mobilizers)
		if err != nil {
			t.Fatal(err)
		}
		if float64(cost.Writes) > 1.05*float64(cost.Dirty) {
			t.Errorf("%d mobilizers: %d writes for %d dirty counter items", mobilizers, cost.Writes, cost.Dirty)
		}
		if cost.Units > cost.Writes {
			t.Errorf("%d mobilizers: %d writes take %d units", mobilizers, cost.Writes, cost.Units)
		}
	}
}
