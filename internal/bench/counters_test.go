package bench

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"syscall"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/metrics/metricstest"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/stream/streamtest"
)

// counters measures update-metrics: CPU time, item sizes and writes.
func counters(t *testing.T) []line {
	t.Helper()
	lines := handlerCPU(t)
	for _, mobilizers := range []int{1, 40, 500} {
		cost, err := metricstest.NotesCost(mobilizers)
		if err != nil {
			t.Fatal(err)
		}
		ratio := float64(cost.Writes) / float64(cost.Dirty)
		lines = append(lines, line{
			fmt.Sprintf("counter writes per dirty item, %d mobilizers", mobilizers), fmt.Sprintf("%.3f", ratio), "<= 1.05", ratio <= 1.05,
		}, line{
			fmt.Sprintf("counter write units per record, %d mobilizers", mobilizers),
			fmt.Sprintf("%.3f", float64(cost.Units)/float64(cost.Records)), "stated", true,
		})
	}
	for _, mobilizers := range []int{1, 40, 500} {
		cost, err := metricstest.AnswersCost(mobilizers)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line{
			fmt.Sprintf("counter write units per record of an answer, %d mobilizers", mobilizers),
			fmt.Sprintf("%.3f", float64(cost.Units)/float64(cost.Records)), "stated", true,
		})
	}
	limits := map[int]map[metrics.Kind]int{
		4:  {metrics.Core: 1024, metrics.Member: 1024, metrics.Action: 4096, metrics.Daily: 4096, metrics.Ladder: 2048},
		20: {metrics.Core: 2048, metrics.Member: 2048, metrics.Action: 5120, metrics.Daily: 5120, metrics.Ladder: 5120},
	}
	for _, partitions := range []int{4, 20} {
		sizes, err := metricstest.Sizes(partitions)
		if err != nil {
			t.Fatal(err)
		}
		for _, kind := range []metrics.Kind{metrics.Core, metrics.Member, metrics.Action, metrics.Daily, metrics.Ladder} {
			most := limits[partitions][kind]
			lines = append(lines, line{
				fmt.Sprintf("largest %s item at %d partitions", kind, partitions), fmt.Sprintf("%d bytes", sizes[kind]),
				fmt.Sprintf("<= %d", most), sizes[kind] <= most,
			})
		}
	}
	return lines
}

// handlerCPU measures one core with batches of 100 notes: from the event's JSON, and from decoded records.
func handlerCPU(t *testing.T) []line {
	t.Helper()
	sample, err := os.ReadFile(filepath.Join("..", "..", "events", "update-metrics.json"))
	if err != nil {
		t.Fatal(err)
	}
	const size = 100
	events, err := streamtest.Repeat(sample, 100, size)
	if err != nil {
		t.Fatal(err)
	}
	var decoded []metrics.Batch
	for _, event := range events {
		batch, err := stream.Decode(event)
		if err != nil {
			t.Fatal(err)
		}
		decoded = append(decoded, batch)
	}
	whole := perSecond(t, func(u *metrics.Updater, n int) error {
		_, err := stream.HandleRecords(u.Apply)(context.Background(), events[n])
		return err
	}, size, len(events))
	counted := perSecond(t, func(u *metrics.Updater, n int) error {
		_, err := u.Apply(context.Background(), decoded[n])
		return err
	}, size, len(decoded))
	return []line{
		{"counter handler, records/s through the library's types", fmt.Sprintf("%.0f", whole), ">= 3000", whole >= 3000},
		{"counter handler, records/s once decoded", fmt.Sprintf("%.0f", counted), ">= 100000", counted >= 100_000},
	}
}

// perSecond handles the batches seven times, each time with new counters, and returns the median of records per second of CPU
// time.
func perSecond(t *testing.T, handle func(u *metrics.Updater, n int) error, size, batches int) float64 {
	t.Helper()
	var rates []float64
	for range 7 {
		memory := &metricstest.MemoryStore{}
		updater := &metrics.Updater{Counters: memory}
		begun := cpu(t)
		for n := range batches {
			if err := handle(updater, n); err != nil {
				t.Fatal(err)
			}
		}
		rates = append(rates, float64(size*batches)/(cpu(t)-begun).Seconds())
		items, err := memory.Items(context.Background(), "")
		if err != nil {
			t.Fatal(err)
		}
		notes := 0
		for item, state := range items {
			if item.Kind == metrics.Daily {
				notes += state.Cells[metrics.Touchpoints]
			}
		}
		if want := size * batches / 2; notes != want {
			t.Fatalf("%d notes were counted, want %d", notes, want)
		}
	}
	slices.Sort(rates)
	return rates[len(rates)/2]
}

// cpu returns the CPU time of this process, including garbage collection.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
