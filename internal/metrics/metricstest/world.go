package metricstest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/metrics"
)

// retention is how long a stream keeps records: older ones never come again.
const retention = 24 * time.Hour

// record is one change as the stream holds it.
type record struct {
	change metrics.Change
}

// shard is one shard of the stream: its records in order, up to where they have been handed on, and its children once
// it is split.
type shard struct {
	name       string
	records    []record
	checkpoint int // records before it have been handed on for good
	next       *big.Int
	closed     bool
	parent     *shard
}

// open reports whether the shard's records may be handed on: its parent's have been, all of them.
func (s *shard) open() bool {
	return s.parent == nil || s.parent.closed && s.parent.checkpoint == len(s.parent.records)
}

// Simulation is a table of rows with a stream, and somebody who delivers the stream as badly as Lambda may.
type Simulation struct {
	counters metrics.CounterStore
	random   *rand.Rand
	mu       sync.Mutex // guards random
	now      time.Time
	rows     []any
	shards   []*shard // every shard there ever was
	of       []*shard // where each row's changes go
	updater  *metrics.Updater
	process  *process
	seen     map[metrics.Item]metrics.Activity

	Deliveries int // batches handed to the handler
	Records    int // records in them
}

// NewSimulation returns a world whose history and faults come from the seed. Counters must be empty.
func NewSimulation(seed uint64, counters metrics.CounterStore) *Simulation {
	w := &Simulation{
		counters: counters, random: rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)),
		now:  time.Date(2026, 10, 24, 9, 0, 0, 0, time.UTC),
		rows: make([]any, rows), of: make([]*shard, rows), seen: map[metrics.Item]metrics.Activity{},
	}
	for range 4 {
		w.shards = append(w.shards, w.newShard(nil))
	}
	for i := range w.of {
		w.of[i] = w.shards[i%len(w.shards)]
	}
	w.restart()
	return w
}

// newShard returns a shard whose sequence numbers cross a power of ten soon: packed numbers must not be compared as text.
func (w *Simulation) newShard(parent *shard) *shard {
	digits := 2 + w.random.IntN(37)
	first, _ := new(big.Int).SetString(strings.Repeat("9", digits), 10)
	return &shard{
		name: fmt.Sprintf("shardId-%020d-%08x", len(w.shards), w.random.Uint32()), parent: parent,
		next: first.Sub(first, big.NewInt(int64(w.random.IntN(20)))),
	}
}

// restart begins a new function process: whatever the one before remembered is gone.
func (w *Simulation) restart() {
	w.process = &process{counters: w.counters, random: rand.New(rand.NewPCG(w.random.Uint64(), 1)), dies: -1}
	w.updater = &metrics.Updater{Counters: w.process, Quarantine: w.process}
}

// Step does one thing: some writes, a delivery of some kind, a split, or time passes.
func (w *Simulation) Step(ctx context.Context) error {
	switch dice := w.random.IntN(100); {
	case dice < 30:
		for range 1 + w.random.IntN(12) {
			w.write()
		}
		return nil
	case dice < 33:
		w.split()
		return nil
	case dice < 36:
		w.now = w.now.Add(time.Duration(w.random.IntN(40)) * time.Hour)
		return w.drainOld(ctx)
	case dice < 50:
		return w.repeat(ctx)
	case dice < 58:
		return w.twoPollers(ctx)
	case dice < 61:
		return w.deliver(ctx, w.anyShard(), nil) // the end of a window brings an empty batch
	default:
		return w.forward(ctx)
	}
}

// write changes one row and appends the change to the row's shard, now and then with a record nobody can decode.
func (w *Simulation) write() {
	place := w.random.IntN(len(w.rows))
	w.now = w.now.Add(time.Duration(w.random.IntN(90)) * time.Second)
	s := w.of[place]
	if w.random.IntN(40) == 0 {
		w.append(s, metrics.Change{DecodeError: errors.New("no entity of ours"), Raw: []byte("{}"), Campaign: "c1"})
	}
	before := w.rows[place]
	after := w.change(place)
	if before == nil && after == nil {
		return
	}
	w.rows[place] = after
	w.append(s, metrics.Change{Before: before, After: after})
	if item, activity := metrics.ActivityOf(after); after != nil {
		known := w.seen[item]
		if !activity.First.IsZero() && (known.First.IsZero() || activity.First.Before(known.First)) {
			known.First = activity.First
		}
		if activity.Last.After(known.Last) {
			known.Last = activity.Last
		}
		w.seen[item] = known
	}
}

func (w *Simulation) append(s *shard, c metrics.Change) {
	c.Sequence, c.At = s.next.String(), w.now
	s.records = append(s.records, record{c})
	s.next = new(big.Int).Add(s.next, big.NewInt(int64(1+w.random.IntN(5))))
}

// split ends a shard and gives its rows to two new ones.
func (w *Simulation) split() {
	s := w.of[w.random.IntN(len(w.of))]
	s.closed = true
	children := []*shard{w.newShard(s), w.newShard(s)}
	w.shards = append(w.shards, children[0], children[1])
	for i := range w.of {
		if w.of[i] == s {
			w.of[i] = children[i%2]
		}
	}
}

func (w *Simulation) anyShard() *shard { return w.shards[w.random.IntN(len(w.shards))] }

// drainOld hands on what would fall out of the stream: counters that fall behind by a day lose records, whatever they do.
func (w *Simulation) drainOld(ctx context.Context) error {
	for _, s := range w.shards {
		for s.checkpoint < len(s.records) && w.now.Sub(s.records[s.checkpoint].change.At) > retention/2 {
			if err := w.handOn(ctx, s, len(s.records)-s.checkpoint, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// forward hands on the next records of a shard that has some, with faults.
func (w *Simulation) forward(ctx context.Context) error {
	s := w.waiting()
	if s == nil {
		return nil
	}
	return w.handOn(ctx, s, 1+w.random.IntN(30), true)
}

func (w *Simulation) waiting() *shard {
	var open []*shard
	for _, s := range w.shards {
		if s.open() && s.checkpoint < len(s.records) {
			open = append(open, s)
		}
	}
	if len(open) == 0 {
		return nil
	}
	return open[w.random.IntN(len(open))]
}

// handOn delivers from the checkpoint until the records before end are counted, as Lambda does: what is reported comes
// again from there, a crash halves the batch.
func (w *Simulation) handOn(ctx context.Context, s *shard, n int, faults bool) error {
	end := min(s.checkpoint+n, len(s.records))
	if faults {
		w.sabotage()
	}
	upto := end
	for try := 0; s.checkpoint < end; try++ {
		if try > 6 {
			w.restart() // faults end at last
		}
		if try > 40 {
			return fmt.Errorf("metricstest: %s does not get on", s.name)
		}
		from := s.checkpoint
		if from > 0 && w.random.IntN(4) == 0 {
			from = w.fresh(s, w.random.IntN(from+1)) // the checkpoint itself was lost
		}
		done, err := w.outcome(ctx, s, from, upto)
		if err != nil {
			return err
		}
		switch {
		case done >= upto:
			s.checkpoint, upto = upto, end
		case done > s.checkpoint:
			s.checkpoint = done
		case w.process.died():
			w.restart()
			w.sabotage()
			upto = s.checkpoint + max(1, (upto-s.checkpoint)/2) // bisect
		}
	}
	w.restoreOrder()
	return nil
}

// fresh moves a place on to the first record that the stream still has.
func (w *Simulation) fresh(s *shard, place int) int {
	for place < s.checkpoint && w.now.Sub(s.records[place].change.At) > retention {
		place++
	}
	return place
}

// sabotage gives the process faults: an outage, lost answers, or death at one of its next calls.
func (w *Simulation) sabotage() {
	p := w.process
	switch w.random.IntN(5) {
	case 0:
		p.outage = w.random.Float64()
	case 1:
		p.lost = w.random.Float64()
	case 2:
		p.outage, p.lost = 0.2, 0.2
	case 3:
		p.dies, p.after = w.random.IntN(12), w.random.IntN(2) == 0
	}
}

// restoreOrder takes the faults away, and a dead process with them.
func (w *Simulation) restoreOrder() {
	if w.process.died() || w.random.IntN(10) == 0 {
		w.restart()
	}
	w.process.outage, w.process.lost, w.process.dies = 0, 0, -1
}

// outcome delivers records and returns the place up to which they need not come again.
func (w *Simulation) outcome(ctx context.Context, s *shard, from, upto int) (int, error) {
	batch := w.batch(s, from, upto)
	again, err := w.updater.Apply(ctx, batch)
	if w.process.died() {
		return from, nil // nobody heard what it said
	}
	if err != nil {
		return 0, err
	}
	if again == "" {
		return upto, nil
	}
	for i := from; i < upto; i++ {
		if s.records[i].change.Sequence == again {
			return i, nil
		}
	}
	return 0, fmt.Errorf("metricstest: %q, which is to come again, was not in the batch", again)
}

func (w *Simulation) batch(s *shard, from, upto int) metrics.Batch {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.Deliveries++
	w.Records += upto - from
	batch := metrics.Batch{Shard: s.name}
	for _, r := range s.records[from:upto] {
		batch.Changes = append(batch.Changes, r.change)
	}
	return batch
}

// deliver hands over records without any effect on the checkpoint.
func (w *Simulation) deliver(ctx context.Context, s *shard, place []int) error {
	from, upto := 0, 0
	if len(place) == 2 {
		from, upto = place[0], place[1]
	}
	_, err := w.outcome(ctx, s, from, upto)
	return err
}

// repeat delivers records again that were counted before, early or late, in another batch than then.
func (w *Simulation) repeat(ctx context.Context) error {
	s := w.anyShard()
	from := w.fresh(s, 0)
	if from >= s.checkpoint {
		return nil
	}
	from += w.random.IntN(s.checkpoint - from)
	upto := from + 1 + w.random.IntN(s.checkpoint-from)
	w.sabotage()
	defer w.restoreOrder()
	return w.deliver(ctx, s, []int{from, upto})
}

// twoPollers has two processes count the same records at once, in batches of their own.
func (w *Simulation) twoPollers(ctx context.Context) error {
	s := w.waiting()
	if s == nil {
		return nil
	}
	rest := len(s.records) - s.checkpoint
	ends := []int{s.checkpoint + 1 + w.random.IntN(rest), s.checkpoint + 1 + w.random.IntN(rest)}
	other := &metrics.Updater{Counters: w.counters, Quarantine: w.process}
	again := make([]string, 2)
	failed := make([]error, 2)
	var pollers sync.WaitGroup
	for i, updater := range []*metrics.Updater{w.updater, other} {
		batch := w.batch(s, s.checkpoint, ends[i])
		pollers.Go(func() { again[i], failed[i] = updater.Apply(ctx, batch) })
	}
	pollers.Wait()
	if err := errors.Join(failed...); err != nil {
		return err
	}
	if again[0] != "" || again[1] != "" {
		return fmt.Errorf("metricstest: without faults %q is to come again", again)
	}
	s.checkpoint = max(ends[0], ends[1])
	return nil
}

// Finish delivers what is left, without faults.
func (w *Simulation) Finish(ctx context.Context) error {
	w.restart()
	for s := w.waiting(); s != nil; s = w.waiting() {
		if err := w.handOn(ctx, s, len(s.records), false); err != nil {
			return err
		}
	}
	return nil
}

// Drift compares counter items with a recount of the rows, and activity with what was ever known. It is "" when there
// is none.
func (w *Simulation) Drift(items map[metrics.Item]metrics.ItemState) string {
	counted, recount := metrics.Vector{}, metrics.Vector{}
	activity := map[metrics.Item]metrics.Activity{}
	for item, state := range items {
		if item.Kind == metrics.Core {
			item.Name = ""
		}
		for cell, n := range state.Cells {
			one := metrics.Vector{{Item: item, Cell: cell}: n}
			if n != 0 {
				counted.Add(one)
			}
		}
		if state.Activity != (metrics.Activity{}) {
			activity[item] = state.Activity
		}
	}
	for _, row := range w.rows {
		recount.Add(metrics.Contribution(row))
	}
	var wrong []string
	for counter, n := range recount.Minus(counted) {
		wrong = append(wrong, fmt.Sprintf("%s %s %s lacks %d", counter.Item.Kind, counter.Item.Name, counter.Cell, n))
	}
	if !maps.Equal(activity, known(w.seen)) {
		wrong = append(wrong, fmt.Sprintf("activity is %v, was %v", activity, w.seen))
	}
	slices.Sort(wrong)
	return strings.Join(wrong, "\n")
}

func known(seen map[metrics.Item]metrics.Activity) map[metrics.Item]metrics.Activity {
	some := map[metrics.Item]metrics.Activity{}
	for item, activity := range seen {
		if activity != (metrics.Activity{}) {
			some[item] = activity
		}
	}
	return some
}

// Campaign is the campaign that the rows of a World belong to.
const Campaign campaign.ID = "c1"
