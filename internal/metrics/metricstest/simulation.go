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
	"github.com/kithhq/kith/internal/peoplelist"
)

// retention is how long a stream keeps records. Older ones are not delivered again.
const retention = 24 * time.Hour

// shard is one shard of the stream with its records in order.
type shard struct {
	name       string
	records    []metrics.Change
	checkpoint int // number of records that were delivered successfully
	next       *big.Int
	closed     bool
	parent     *shard
}

// deliverable reports whether the shard's records may be delivered: all of its parent's have been.
func (s *shard) deliverable() bool {
	return s.parent == nil || s.parent.closed && s.parent.checkpoint == len(s.parent.records)
}

// Simulation is a table of rows with a stream, and an event source mapping that delivers the stream with all the faults
// that Lambda's may have.
type Simulation struct {
	counters metrics.CounterStore
	random   *rand.Rand
	mu       sync.Mutex // guards random
	now      time.Time
	rows     []any
	versions []int    // by row; a row that is inserted again continues the versions of the removed one
	shards   []*shard // all, closed ones included
	shardOf  []*shard // by row
	updater  *peoplelist.Updater
	blocks   BlockStore
	process  *process
	activity map[metrics.Item]metrics.Activity // expected

	Deliveries int // batches delivered
	Records    int // records in them
}

// NewSimulation returns a simulation whose history and faults depend on the seed only. The stores must be empty.
func NewSimulation(seed uint64, counters metrics.CounterStore, blocks BlockStore) *Simulation {
	sim := &Simulation{
		counters: counters, blocks: blocks, random: rand.New(rand.NewPCG(seed, seed^0x9e3779b97f4a7c15)),
		now:  time.Date(2026, 10, 24, 9, 0, 0, 0, time.UTC),
		rows: make([]any, rows), versions: make([]int, rows), shardOf: make([]*shard, rows), activity: map[metrics.Item]metrics.Activity{},
	}
	for range 4 {
		sim.shards = append(sim.shards, sim.newShard(nil))
	}
	for i := range sim.shardOf {
		sim.shardOf[i] = sim.shards[i%len(sim.shards)]
	}
	sim.restart()
	return sim
}

// newShard returns a shard whose sequence numbers soon gain a digit, so that comparing them as text would fail.
func (sim *Simulation) newShard(parent *shard) *shard {
	digits := 2 + sim.random.IntN(37)
	first, _ := new(big.Int).SetString(strings.Repeat("9", digits), 10)
	return &shard{
		name: fmt.Sprintf("shardId-%020d-%08x", len(sim.shards), sim.random.Uint32()), parent: parent,
		next: first.Sub(first, big.NewInt(int64(sim.random.IntN(20)))),
	}
}

// restart starts a new function process, without the memory of the previous one.
func (sim *Simulation) restart() {
	sim.process = &process{counters: sim.counters, blocks: sim.blocks, random: rand.New(rand.NewPCG(sim.random.Uint64(), 1)), callsUntilCrash: -1}
	sim.updater = newUpdater(sim.process, sim.process, sim.process)
}

func newUpdater(counters metrics.CounterStore, quarantine metrics.Quarantine, blocks peoplelist.BlockStore) *peoplelist.Updater {
	return &peoplelist.Updater{Counters: &metrics.Updater{Counters: counters, Quarantine: quarantine}, Blocks: blocks}
}

// Step makes some writes, a delivery of some kind or a shard split, or lets time pass. It fails if the updater reports
// records that it should have counted.
func (sim *Simulation) Step(ctx context.Context) error {
	switch dice := sim.random.IntN(100); {
	case dice < 30:
		for range 1 + sim.random.IntN(12) {
			sim.write()
		}
		return nil
	case dice < 33:
		sim.split()
		return nil
	case dice < 36:
		sim.now = sim.now.Add(time.Duration(sim.random.IntN(40)) * time.Hour)
		return sim.drainOld(ctx)
	case dice < 50:
		return sim.repeat(ctx)
	case dice < 58:
		return sim.twoPollers(ctx)
	case dice < 61:
		return sim.deliver(ctx, sim.anyShard(), 0, 0) // a window ends with an empty batch
	default:
		return sim.deliverNext(ctx)
	}
}

// write changes one row and appends the change to the row's shard, sometimes after a record that can't be decoded.
func (sim *Simulation) write() {
	index := sim.random.IntN(len(sim.rows))
	sim.now = sim.now.Add(time.Duration(sim.random.IntN(90)) * time.Second)
	s := sim.shardOf[index]
	if sim.random.IntN(40) == 0 {
		sim.append(s, metrics.Change{DecodeError: errors.New("unknown entity"), Raw: []byte("{}"), Campaign: "c1"})
	}
	before := sim.rows[index]
	sim.versions[index]++
	after := sim.newRow(index)
	if before == nil && after == nil {
		return
	}
	sim.rows[index] = after
	sim.append(s, metrics.Change{Before: before, After: after})
	if item, activity := metrics.ActivityOf(after); after != nil {
		known := sim.activity[item]
		if !activity.First.IsZero() && (known.First.IsZero() || activity.First.Before(known.First)) {
			known.First = activity.First
		}
		if activity.Last.After(known.Last) {
			known.Last = activity.Last
		}
		sim.activity[item] = known
	}
}

func (sim *Simulation) append(s *shard, c metrics.Change) {
	c.Sequence, c.At = s.next.String(), sim.now
	s.records = append(s.records, c)
	s.next = new(big.Int).Add(s.next, big.NewInt(int64(1+sim.random.IntN(5))))
}

// split closes a shard and distributes its rows over two new ones.
func (sim *Simulation) split() {
	s := sim.shardOf[sim.random.IntN(len(sim.shardOf))]
	s.closed = true
	children := []*shard{sim.newShard(s), sim.newShard(s)}
	sim.shards = append(sim.shards, children[0], children[1])
	for i := range sim.shardOf {
		if sim.shardOf[i] == s {
			sim.shardOf[i] = children[i%2]
		}
	}
}

func (sim *Simulation) anyShard() *shard { return sim.shards[sim.random.IntN(len(sim.shards))] }

// drainOld delivers records before they exceed the retention: a consumer that lags by a day loses records in any case.
func (sim *Simulation) drainOld(ctx context.Context) error {
	for _, s := range sim.shards {
		for s.checkpoint < len(s.records) && sim.now.Sub(s.records[s.checkpoint].At) > retention/2 {
			if err := sim.deliverUntilCounted(ctx, s, len(s.records)-s.checkpoint, false); err != nil {
				return err
			}
		}
	}
	return nil
}

// deliverNext delivers the next records of a shard that has undelivered ones, with faults.
func (sim *Simulation) deliverNext(ctx context.Context) error {
	s := sim.shardWithRecords()
	if s == nil {
		return nil
	}
	return sim.deliverUntilCounted(ctx, s, 1+sim.random.IntN(30), true)
}

// shardWithRecords returns a random shard with undelivered records, or nil.
func (sim *Simulation) shardWithRecords() *shard {
	var candidates []*shard
	for _, s := range sim.shards {
		if s.deliverable() && s.checkpoint < len(s.records) {
			candidates = append(candidates, s)
		}
	}
	if len(candidates) == 0 {
		return nil
	}
	return candidates[sim.random.IntN(len(candidates))]
}

// deliverUntilCounted delivers n records from the checkpoint until all are counted, as Lambda does: it retries from the
// first record that failed, and halves the batch after a crash.
func (sim *Simulation) deliverUntilCounted(ctx context.Context, s *shard, n int, faults bool) error {
	end := min(s.checkpoint+n, len(s.records))
	if faults {
		sim.injectFaults()
	}
	upto := end
	for attempt := 0; s.checkpoint < end; attempt++ {
		if attempt > 6 {
			sim.restart() // ends the faults
		}
		if attempt > 40 {
			return fmt.Errorf("metricstest: %s makes no progress", s.name)
		}
		from := s.checkpoint
		if from > 0 && sim.random.IntN(4) == 0 {
			from = sim.firstRetained(s, sim.random.IntN(from+1)) // the checkpoint itself was lost
		}
		counted, err := sim.apply(ctx, s, from, upto)
		if err != nil {
			return err
		}
		switch {
		case counted >= upto:
			s.checkpoint, upto = upto, end
		case counted > s.checkpoint:
			s.checkpoint = counted
		case sim.process.hasCrashed():
			sim.restart()
			sim.injectFaults()
			upto = s.checkpoint + max(1, (upto-s.checkpoint)/2) // bisect
		}
	}
	sim.removeFaults()
	return nil
}

// firstRetained returns the index of the first record from index on that the stream still has.
func (sim *Simulation) firstRetained(s *shard, index int) int {
	for index < s.checkpoint && sim.now.Sub(s.records[index].At) > retention {
		index++
	}
	return index
}

// injectFaults gives the process faults: an outage, lost responses, or a crash at one of its next calls.
func (sim *Simulation) injectFaults() {
	p := sim.process
	switch sim.random.IntN(5) {
	case 0:
		p.outage = sim.random.Float64()
	case 1:
		p.lostResponse = sim.random.Float64()
	case 2:
		p.outage, p.lostResponse = 0.2, 0.2
	case 3:
		p.callsUntilCrash, p.crashAfter = sim.random.IntN(12), sim.random.IntN(2) == 0
	}
}

// removeFaults removes the faults, and replaces a crashed process.
func (sim *Simulation) removeFaults() {
	if sim.process.hasCrashed() || sim.random.IntN(10) == 0 {
		sim.restart()
	}
	sim.process.outage, sim.process.lostResponse, sim.process.callsUntilCrash = 0, 0, -1
}

// apply delivers records and returns the index of the first one that is not reported as counted.
func (sim *Simulation) apply(ctx context.Context, s *shard, from, upto int) (int, error) {
	batch := sim.batch(s, from, upto)
	again, err := sim.updater.Apply(ctx, batch)
	if sim.process.hasCrashed() {
		return from, nil // its reply was not received
	}
	if err != nil {
		return 0, err
	}
	if again == "" {
		return upto, nil
	}
	for i := from; i < upto; i++ {
		if s.records[i].Sequence == again {
			return i, nil
		}
	}
	return 0, fmt.Errorf("metricstest: %q, reported as not counted, was not in the batch", again)
}

func (sim *Simulation) batch(s *shard, from, upto int) metrics.Batch {
	sim.mu.Lock()
	defer sim.mu.Unlock()
	sim.Deliveries++
	sim.Records += upto - from
	return metrics.Batch{Shard: s.name, Changes: slices.Clone(s.records[from:upto])}
}

// deliver delivers records without a change of the checkpoint.
func (sim *Simulation) deliver(ctx context.Context, s *shard, from, upto int) error {
	_, err := sim.apply(ctx, s, from, upto)
	return err
}

// repeat delivers counted records again, in another batch than before.
func (sim *Simulation) repeat(ctx context.Context) error {
	s := sim.anyShard()
	from := sim.firstRetained(s, 0)
	if from >= s.checkpoint {
		return nil
	}
	from += sim.random.IntN(s.checkpoint - from)
	upto := from + 1 + sim.random.IntN(s.checkpoint-from)
	sim.injectFaults()
	defer sim.removeFaults()
	return sim.deliver(ctx, s, from, upto)
}

// twoPollers lets two processes count the same records at the same time, in different batches.
func (sim *Simulation) twoPollers(ctx context.Context) error {
	s := sim.shardWithRecords()
	if s == nil {
		return nil
	}
	rest := len(s.records) - s.checkpoint
	ends := []int{s.checkpoint + 1 + sim.random.IntN(rest), s.checkpoint + 1 + sim.random.IntN(rest)}
	other := newUpdater(sim.counters, sim.process, sim.blocks)
	again := make([]string, 2)
	errs := make([]error, 2)
	var pollers sync.WaitGroup
	for i, updater := range []*peoplelist.Updater{sim.updater, other} {
		batch := sim.batch(s, s.checkpoint, ends[i])
		pollers.Go(func() { again[i], errs[i] = updater.Apply(ctx, batch) })
	}
	pollers.Wait()
	if err := errors.Join(errs...); err != nil {
		return err
	}
	if again[0] != "" || again[1] != "" {
		return fmt.Errorf("metricstest: without faults %q was not counted", again)
	}
	s.checkpoint = max(ends[0], ends[1])
	return nil
}

// Finish delivers the remaining records, without faults.
func (sim *Simulation) Finish(ctx context.Context) error {
	sim.restart()
	for s := sim.shardWithRecords(); s != nil; s = sim.shardWithRecords() {
		if err := sim.deliverUntilCounted(ctx, s, len(s.records), false); err != nil {
			return err
		}
	}
	return nil
}

// Drift compares counter items with a recount of the rows, their activity with all activity so far, and the stored lists with
// the rows and counter items. It returns a description of the differences, "" if there are none. It fails if the lists can't be
// read.
func (sim *Simulation) Drift(ctx context.Context, items map[metrics.Item]metrics.ItemState) (string, error) {
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
	for _, row := range sim.rows {
		recount.Add(metrics.Contribution(row))
	}
	var differences []string
	for counter, n := range recount.Minus(counted) {
		differences = append(differences, fmt.Sprintf("%s %s %s lacks %d", counter.Item.Kind, counter.Item.Name, counter.Cell, n))
	}
	maps.DeleteFunc(sim.activity, func(_ metrics.Item, a metrics.Activity) bool { return a == metrics.Activity{} })
	if !maps.Equal(activity, sim.activity) {
		differences = append(differences, fmt.Sprintf("activity is %v, want %v", activity, sim.activity))
	}
	inLists, err := ListDifferences(ctx, sim.blocks, Campaign, sim.rows, items)
	differences = append(differences, inLists...)
	slices.Sort(differences)
	return strings.Join(differences, "\n"), err
}

// Campaign is the campaign of a Simulation's rows.
const Campaign campaign.ID = "c1"
