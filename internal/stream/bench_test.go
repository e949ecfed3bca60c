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

// batches returns events of 100 records each, which repeat the sample event of a created note.
func batches(b *testing.B, count int) []json.RawMessage {
	b.Helper()
	all, err := streamtest.Repeat(sample(b, "update-metrics"), count, 100)
	if err != nil {
		b.Fatal(err)
	}
	return all
}

// BenchmarkEvents measures the handler with a counter store in memory, including decoding.
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

// BenchmarkDecodedEvents measures counting without decoding.
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
