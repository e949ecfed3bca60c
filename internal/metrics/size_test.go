package metrics_test

import (
	"testing"

	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/metrics/metricstest"
)

func TestSizes_BusyCampaign_ItemsStaySmall(t *testing.T) {
	for partitions, limits := range map[int]map[metrics.Kind]int{
		4:  {metrics.Core: 1 << 10, metrics.Member: 1 << 10, metrics.Action: 4 << 10, metrics.Daily: 4 << 10, metrics.Ladder: 2 << 10},
		20: {metrics.Core: 2 << 10, metrics.Member: 2 << 10, metrics.Action: 5 << 10, metrics.Daily: 5 << 10, metrics.Ladder: 5 << 10},
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

// The Ladder item is the only one that an answer updates and a note does not: once per batch, for at most 2 units.
func TestAnswers_InBatches_CostOneMoreWritePerBatchThanNotes(t *testing.T) {
	for _, mobilizers := range []int{1, 40, 500} {
		notes, err := metricstest.NotesCost(mobilizers)
		if err != nil {
			t.Fatal(err)
		}
		answers, err := metricstest.AnswersCost(mobilizers)
		if err != nil {
			t.Fatal(err)
		}
		batches := answers.Records / 100
		if more := answers.Writes - notes.Writes; more > batches {
			t.Errorf("%d mobilizers: %d more writes for answers than for notes in %d batches", mobilizers, more, batches)
		}
		if more := answers.Units - notes.Units; more > 2*batches {
			t.Errorf("%d mobilizers: %d more units for answers than for notes in %d batches", mobilizers, more, batches)
		}
		t.Logf("%d mobilizers: %.3f units per record of a note, %.3f of an answer", mobilizers,
			float64(notes.Units)/float64(notes.Records), float64(answers.Units)/float64(answers.Records))
	}
}
