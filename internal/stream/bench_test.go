package stream_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/metrics/metricstest"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/stream/streamtest"
)

type discardQuarantined struct{}

func (discardQuarantined) Put(context.Context, string, []byte) error { return nil }

// batches makes events of 100 records each from the sample: a note written, over and over.
func batches(b *testing.B, count int) []json.RawMessage {
	b.Helper()
	all, err := streamtest.Repeat(sample(b, "update-metrics"), count, 100)
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// BenchmarkEvents is the handler from the event's JSON to the counters, which are in memory.
func BenchmarkEvents(b *testing.B) {
	events := batches(b, 50)
	counters := &metricstest.MemoryStore{}
	handled := 0
	for b.Loop() {
		if handled%len(events) == 0 {
			counters = &metricstest.MemoryStore{}
		}
		handle := stream.HandleRecords((&metrics.Updater{Counters: counters, Quarantine: discardQuarantined{}}).Apply)
		if _, err := handle(context.Background(), events[handled%len(events)]); err != nil {
			b.Fatal(err)
		}
		handled++
	}
	b.ReportMetric(float64(handled*100)/b.Elapsed().Seconds(), "events/s")
}

// BenchmarkDecodedEvents is the handler from decoded changes on.
func BenchmarkDecodedEvents(b *testing.B) {
	var decoded []metrics.Batch
	for _, event := range batches(b, 50) {
		batch, err := stream.Decode(event)
		if err != nil {
			b.Fatal(err)
		}
		decoded = append(decoded, batch)
	}
	counters := &metricstest.MemoryStore{}
	handled := 0
	for b.Loop() {
		if handled%len(decoded) == 0 {
			counters = &metricstest.MemoryStore{}
		}
		updater := &metrics.Updater{Counters: counters, Quarantine: discardQuarantined{}}
		if _, err := updater.Apply(context.Background(), decoded[handled%len(decoded)]); err != nil {
			b.Fatal(err)
		}
		handled++
	}
	b.ReportMetric(float64(handled*100)/b.Elapsed().Seconds(), "events/s")
}
