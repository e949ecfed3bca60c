package metricstest

import (
	"context"
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// load is a stream with partitions whose shards are replaced every four hours, and the counters that count it.
type load struct {
	counters   MemoryStore
	updater    *metrics.Updater
	partitions int
	start, now time.Time
	sequence   int
}

func newLoad(partitions int) *load {
	start := time.Date(2026, 10, 24, 0, 0, 0, 0, time.UTC)
	l := &load{partitions: partitions, start: start, now: start}
	l.updater = &metrics.Updater{Counters: &l.counters}
	return l
}

// apply delivers changes of one table partition as records of its present shard. Sequence numbers have as many digits as
// real ones.
func (l *load) apply(key int, changes ...metrics.Change) error {
	for i := range changes {
		l.sequence++
		changes[i].Sequence, changes[i].At = fmt.Sprintf("44215845%018d", l.sequence), l.now
	}
	generation := l.now.Sub(l.start) / (4 * time.Hour)
	shard := fmt.Sprintf("shardId-%014d-%08d", generation, key*7%l.partitions)
	again, err := l.updater.Apply(context.Background(), metrics.Batch{Shard: shard, Changes: changes})
	if err == nil && again != "" {
		return fmt.Errorf("metricstest: %s was not counted", again)
	}
	return err
}

// largest returns the size of the largest item of each kind.
func (l *load) largest(size func(metrics.ItemState) int) map[metrics.Kind]int {
	l.counters.mu.Lock()
	defer l.counters.mu.Unlock()
	most := map[metrics.Kind]int{}
	for item, state := range l.counters.items {
		most[item.Kind] = max(most[item.Kind], size(state))
	}
	return most
}

func memberID(n int) mobilizer.ID {
	return mobilizer.ID(fmt.Sprintf("01928d5e-0000-7000-8000-%012d", n))
}

func responseCode(n int) campaign.Code { return campaign.Code(fmt.Sprintf("%02d", n)) }

// Sizes returns the size in bytes of the largest counter item of each kind after three days of continuous use, on a table
// with the number of partitions: every shard has a mark on every item that it may update, one action item has a cell for every
// option and response, and the ladder for every first and current response.
func Sizes(partitions int) (map[metrics.Kind]int, error) {
	l := newLoad(partitions)
	for hour := range 72 {
		l.now = l.start.Add(time.Duration(hour) * time.Hour)
		day := campaign.Day(l.now.Format(time.DateOnly))
		for k := range 8 {
			var added []metrics.Change
			for option := range 20 {
				c := &contact.Contact{
					Campaign: Campaign, Mobilizer: memberID(k), AddedDay: day, AddedAt: l.now, LastActivityAt: l.now, Touchpoints: 1000,
					ActionResponses: map[action.Code]contact.ActionResponseSummary{"00": {Choice: action.Code(fmt.Sprintf("%02d", option))}},
				}
				if code := (option + hour + k) % 11; code > 0 {
					c.KeyQuestionCode = responseCode(code - 1)
					c.MovedFrom = responseCode((option + 3*hour) % 10)
				}
				added = append(added, metrics.Change{After: c})
			}
			if err := l.apply(k, added...); err != nil {
				return nil, err
			}
			note := &contact.Note{About: contact.Ref{Campaign: Campaign, Mobilizer: memberID(k)}, TouchpointDay: day}
			for family := 1; family < 4; family++ {
				if err := l.apply(8*family+k, metrics.Change{After: note}); err != nil {
					return nil, err
				}
			}
		}
	}
	return l.largest(Size), nil
}

// Cost is the cost of counting stream records.
type Cost struct {
	Records int
	Writes  int
	Dirty   int // counter items to be updated, summed over batches
	Units   int // write capacity units
}

// NotesCost returns the cost of counting notes, delivered in batches of 100 records, two per note, of a number of
// mobilizers.
func NotesCost(mobilizers int) (Cost, error) {
	return touchpointsCost(mobilizers, func(_ int, _ *contact.Contact, about contact.Ref) any {
		return &contact.Note{About: about, TouchpointDay: "2026-10-24"}
	})
}

// AnswersCost returns the cost of counting Key Question answers as NotesCost does. Each moves a contact between two of ten
// responses.
func AnswersCost(mobilizers int) (Cost, error) {
	return touchpointsCost(mobilizers, func(n int, c *contact.Contact, about contact.Ref) any {
		n += 36 * (n / mobilizers) // so that every contact moves each time, and all pairs of responses occur
		c.MovedFrom, c.KeyQuestionCode = responseCode(n%10), responseCode(n/10%10)
		return &contact.Answer{About: about, Code: c.KeyQuestionCode, TouchpointDay: "2026-10-24"}
	})
}

// touchpointsCost returns the cost of counting touchpoints. add returns the nth one, and changes the contact that it is about.
func touchpointsCost(mobilizers int, add func(n int, c *contact.Contact, about contact.Ref) any) (Cost, error) {
	l := newLoad(4)
	var cost Cost
	contacts := make([]contact.Contact, mobilizers)
	for n := range contacts {
		contacts[n] = contact.Contact{Campaign: Campaign, Mobilizer: memberID(n), AddedDay: "2026-10-24", AddedAt: l.start, LastActivityAt: l.now}
	}
	touched := map[metrics.Kind]int{}
	for batch := range 200 {
		var changes []metrics.Change
		dirty := map[metrics.Item]bool{}
		for i := range 50 {
			n := batch*50 + i
			before := contacts[n%mobilizers]
			after := before
			l.now = l.now.Add(time.Second)
			after.LastActivityAt, after.Touchpoints = l.now, before.Touchpoints+1
			row := add(n, &after, contact.Ref{Campaign: Campaign, Mobilizer: before.Mobilizer})
			contacts[n%mobilizers] = after
			changes = append(changes, metrics.Change{Before: &before, After: &after}, metrics.Change{After: row})
			for counter := range metrics.Delta(&before, &after) {
				dirty[counter.Item] = true
			}
			for counter := range metrics.Contribution(row) {
				dirty[counter.Item] = true
			}
		}
		if err := l.apply(batch%4, changes...); err != nil {
			return Cost{}, err
		}
		for item := range dirty {
			touched[item.Kind]++
		}
		cost.Dirty += len(dirty)
		cost.Records += len(changes)
	}
	cost.Writes = l.counters.Writes()
	for kind, units := range l.largest(Units) {
		cost.Units += touched[kind] * units
	}
	return cost, nil
}
