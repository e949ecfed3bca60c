package metrics_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/metrics/metricstest"
	"github.com/kithhq/kith/internal/mobilizer"
)

// year is a stream with partitions whose shards turn over every four hours, and counters that it has moved for days.
type year struct {
	t          testing.TB
	counters   *metricstest.Memory
	updater    *metrics.Updater
	partitions int
	now        time.Time
	sequence   int
}

func newYear(t testing.TB, partitions int) *year {
	counters := &metricstest.Memory{}
	return &year{
		t: t, counters: counters, partitions: partitions, now: start,
		updater: &metrics.Updater{Counters: counters, Aside: nil},
	}
}

// apply hands changes of one base partition of the table to the shard that has it now. Sequence numbers have as many
// digits as the real ones.
func (y *year) apply(key int, changes ...metrics.Change) {
	y.t.Helper()
	for i := range changes {
		y.sequence++
		changes[i].Sequence, changes[i].At = fmt.Sprintf("44215845%018d", y.sequence), y.now
	}
	generation := y.now.Sub(start) / (4 * time.Hour)
	shard := fmt.Sprintf("shardId-%014d-%08d", generation, key*7%y.partitions)
	again, err := y.updater.Apply(context.Background(), metrics.Batch{Shard: shard, Changes: changes})
	if err != nil || again != "" {
		y.t.Fatalf("%q %v", again, err)
	}
}

func (y *year) sizes() map[metrics.Kind]int {
	items, err := y.counters.Items(context.Background(), "c")
	if err != nil {
		y.t.Fatal(err)
	}
	largest := map[metrics.Kind]int{}
	for item, state := range items {
		largest[item.Kind] = max(largest[item.Kind], metricstest.Size(state))
	}
	return largest
}

// TestCounterItemsStaySmall has a campaign used around the clock for three days: every shard touches what it can.
func TestCounterItemsStaySmall(t *testing.T) {
	limits := map[int]map[metrics.Kind]int{
		4:  {metrics.Core: 1 << 10, metrics.Member: 1 << 10, metrics.Action: 4 << 10, metrics.Daily: 4 << 10},
		20: {metrics.Core: 2 << 10, metrics.Member: 2 << 10, metrics.Action: 5 << 10, metrics.Daily: 5 << 10},
	}
	for partitions, limit := range limits {
		y := newYear(t, partitions)
		for hour := range 72 {
			y.now = start.Add(time.Duration(hour) * time.Hour)
			day := campaign.Day(y.now.Format(time.DateOnly))
			for k := range 8 {
				member := mobilizer.ID(fmt.Sprintf("01928d5e-0000-7000-8000-%012d", k))
				about := contact.About{Campaign: "c", Mobilizer: member}
				var added []metrics.Change
				for option := range 20 {
					added = append(added, metrics.Change{After: &contact.Contact{
						Campaign: "c", Mobilizer: member, AddedDay: day, AddedAt: y.now, LastActivityAt: y.now, Touchpoints: 1000,
						Response: []campaign.Code{"", "00", "01", "02", "03", "04", "05", "06", "07", "08", "09"}[(option+hour+k)%11],
						Responses: map[action.Code]contact.Held{
							"00": {Choice: action.Code(fmt.Sprintf("%02d", option))},
						},
					}})
				}
				y.apply(k, added...)
				for family := 1; family < 4; family++ {
					y.apply(8*family+k, metrics.Change{After: &contact.Note{About: about, TouchpointDay: day}})
				}
			}
		}
		sizes := y.sizes()
		t.Logf("at %d partitions items have at most %v bytes", partitions, sizes)
		for kind, most := range limit {
			if sizes[kind] == 0 || sizes[kind] > most {
				t.Errorf("at %d partitions %s items have up to %d bytes, want at most %d", partitions, kind, sizes[kind], most)
			}
		}
	}
}

// TestCounterWritesAreFew has notes written in batches of 100, and counts what they cost.
func TestCounterWritesAreFew(t *testing.T) {
	for _, mobilizers := range []int{1, 40, 500} {
		y := newYear(t, 4)
		const total = 200
		dirty, moved := 0, 0
		touchpoints := make([]int, mobilizers)
		for batch := range total {
			var changes []metrics.Change
			touched := map[int]bool{}
			for i := range 50 {
				n := (batch*50 + i) % mobilizers
				touched[n] = true
				y.now = y.now.Add(time.Second)
				about := contact.About{Campaign: "c", Mobilizer: mobilizer.ID(fmt.Sprintf("01928d5e-0000-7000-8000-%012d", n))}
				row := func(touchpoints int, at time.Time) *contact.Contact {
					return &contact.Contact{
						Campaign: "c", Mobilizer: about.Mobilizer, AddedDay: "2026-10-24", AddedAt: start,
						Touchpoints: touchpoints, LastActivityAt: at,
					}
				}
				before := row(touchpoints[n], start)
				touchpoints[n]++
				changes = append(changes, metrics.Change{Before: before, After: row(touchpoints[n], y.now)},
					metrics.Change{After: &contact.Note{About: about, TouchpointDay: "2026-10-24"}})
			}
			y.apply(batch%4, changes...)
			dirty += len(touched) + 2 // the lane and the day
			moved += len(changes)
		}
		writes := y.counters.Writes()
		items, err := y.counters.Items(context.Background(), "c")
		if err != nil {
			t.Fatal(err)
		}
		largest := 0
		for _, state := range items {
			largest = max(largest, metricstest.Units(state))
		}
		units := writes * largest
		t.Logf("%d mobilizers: %d events, %d writes, %.3f write units an event", mobilizers, moved, writes, float64(units)/float64(moved))
		if float64(writes) > 1.05*float64(dirty) {
			t.Errorf("%d mobilizers: %d writes for %d dirty counter items", mobilizers, writes, dirty)
		}
		if largest > 1 {
			t.Errorf("%d mobilizers: an update takes up to %d units", mobilizers, largest)
		}
	}
}
