package metrics

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"strconv"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
)

// Change is one record of the Records stream: a row before and after the change. Before is nil for an insert, After for a
// removal.
type Change struct {
	Sequence string // decimal, as in the stream
	At       time.Time
	Before   any
	After    any

	// DecodeError is why the record can't be decoded, else nil. If it is set, Before and After are nil, Raw is the
	// record as it was delivered, and Campaign is the row's campaign, if known.
	DecodeError error
	Raw         []byte
	Campaign    campaign.ID
}

// Batch is a sequence of records of one stream shard. Delivery is at least once, and records may be repeated in other
// batches; but the first delivery of a shard's records is in order.
type Batch struct {
	Shard   string
	Changes []Change
}

// ItemUpdate is one conditional update of a counter item. It is atomic.
type ItemUpdate struct {
	Item      Item
	Add       Cells
	MarkName  string
	First     Sequence // condition: the item has no mark MarkName, or one less than First
	Mark      Mark     // the new mark
	UpdatedAt time.Time

	// LastActivity is the new last activity, unless it is zero. Condition: it is later than the stored one.
	LastActivity time.Time
	// The new first activity. At most one of the two is set.
	FirstActivityIfUnset time.Time // set only if none is stored. Condition: the stored one, if any, is not later
	FirstActivity        time.Time // condition: none or a later one is stored

	Prune map[string]Mark // marks to delete. Condition: they have not changed
}

// CounterStore stores counter items.
type CounterStore interface {
	// UpdateCounter carries out a conditional update. If the condition is met it returns the new state and true, else
	// the stored state and false. After an error the update may have happened or not.
	UpdateCounter(ctx context.Context, a ItemUpdate) (ItemState, bool, error)
	// RequestRecount makes the next audit recount a campaign.
	RequestRecount(ctx context.Context, c campaign.ID, at time.Time, reason string) error
}

// Quarantine stores records that can't be decoded, for an engineer to examine.
type Quarantine interface {
	Put(ctx context.Context, key string, body []byte) error
}

// Updater applies batches of changes to counters, each record exactly once.
type Updater struct {
	Counters   CounterStore
	Quarantine Quarantine

	mu    sync.Mutex
	stale map[Item]map[string]Mark // old marks that the item's next update may prune
}

// maxConcurrent is the number of counter items that are updated at the same time.
const maxConcurrent = 16

// Apply counts the batch. It returns the sequence number of the first record that was not counted, because a store
// failed, and that must be delivered again; "" if all were counted. It fails if the batch has no shard or an invalid
// sequence number.
func (u *Updater) Apply(ctx context.Context, b Batch) (string, error) {
	return u.ApplyAndReport(ctx, b, func(string, time.Time, Item, ItemState) {})
}

// ApplyAndReport counts the batch as Apply does. It also calls counted, from several goroutines, with the state of each
// counter item that the batch changes, whether it was counted now or before, and with the sequence number and time of the
// item's first record in the batch.
func (u *Updater) ApplyAndReport(
	ctx context.Context, b Batch, counted func(sequence string, at time.Time, item Item, state ItemState),
) (string, error) {
	if b.Shard == "" && len(b.Changes) > 0 {
		return "", errors.New("metrics: the batch has no shard, so it can't be counted exactly once")
	}
	plans, last, err := u.plan(ctx, b)
	if err != nil {
		return "", err
	}
	failed := last // index of the first record that was not counted
	var mu sync.Mutex
	var calls sync.WaitGroup
	slots := make(chan struct{}, maxConcurrent)
	for _, p := range plans {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			first := b.Changes[p.effects[0].index].Sequence
			state, at, err := u.update(ctx, b.Shard, p)
			if err == nil {
				counted(first, p.effects[0].at, p.item, state)
				return
			}
			slog.ErrorContext(ctx, "counter not updated", "item", p.item, "shard", b.Shard, "error", err)
			mu.Lock()
			failed = min(failed, at)
			mu.Unlock()
		})
	}
	calls.Wait()
	if failed < len(b.Changes) {
		return b.Changes[failed].Sequence, nil
	}
	return "", nil
}

// effect is what one record changes in one counter item.
type effect struct {
	index    int // of the record in the batch
	sequence Sequence
	at       time.Time
	cells    []cellDelta
	activity Activity
}

type cellDelta struct {
	cell Cell
	n    int
}

// itemPlan is what a batch changes in one counter item: the effects of its records, in order.
type itemPlan struct {
	item    Item
	effects []effect
}

// plan groups the effects of the batch's records by counter item. It quarantines records that can't be decoded; if that
// fails, it plans no later record. It returns the index of the first record that is not planned.
func (u *Updater) plan(ctx context.Context, b Batch) ([]*itemPlan, int, error) {
	lane := Lane(b.Shard)
	byItem := map[Item]*itemPlan{}
	var plans []*itemPlan
	var latest time.Time
	var previous Sequence
	for i, c := range b.Changes {
		seq, err := ParseSequence(c.Sequence)
		if err != nil {
			return nil, 0, err
		}
		if seq <= previous {
			continue // the same record twice in one batch
		}
		previous = seq
		if c.DecodeError != nil {
			if err := u.quarantine(ctx, b.Shard, c); err != nil {
				slog.ErrorContext(ctx, "record not quarantined", "shard", b.Shard, "sequence", c.Sequence, "error", err)
				return plans, i, nil
			}
			continue
		}
		if c.At.After(latest) {
			latest = c.At
		}
		effectOn := func(item Item) *effect {
			p := byItem[item]
			if p == nil {
				p = &itemPlan{item: item}
				byItem[item] = p
				plans = append(plans, p)
			}
			if n := len(p.effects); n > 0 && p.effects[n-1].index == i {
				return &p.effects[n-1]
			}
			p.effects = append(p.effects, effect{index: i, sequence: seq, at: latest})
			return &p.effects[len(p.effects)-1]
		}
		for counter, n := range Delta(c.Before, c.After) {
			item := counter.Item
			if item.Kind == Core {
				item.Name = lane
			}
			e := effectOn(item)
			e.cells = append(e.cells, cellDelta{counter.Cell, n})
		}
		if item, activity := activityIn(c.Before, c.After); !activity.isZero() {
			effectOn(item).activity.merge(activity)
		}
	}
	return plans, len(b.Changes), nil
}

// Lane returns the name of the Core item into which a stream shard's records are counted.
func Lane(shard string) string {
	h := fnv.New32a()
	h.Write([]byte(shard))
	return strconv.FormatUint(uint64(h.Sum32()%lanes), 10)
}

// lanes is the number of Core items of a campaign. It may be changed: reading sums all stored items.
const lanes = 4

// quarantine stores a record that can't be decoded, and requests a recount of its campaign, since counters lack its
// change.
func (u *Updater) quarantine(ctx context.Context, shard string, c Change) error {
	if err := u.Quarantine.Put(ctx, "records/"+MarkName(shard)+"/"+c.Sequence+".json", c.Raw); err != nil {
		return fmt.Errorf("put record: %w", err)
	}
	if c.Campaign != "" {
		if err := u.Counters.RequestRecount(ctx, c.Campaign, c.At, "a record could not be decoded: "+c.Sequence); err != nil {
			return fmt.Errorf("request recount: %w", err)
		}
	}
	slog.ErrorContext(ctx, "record quarantined", "shard", shard, "sequence", c.Sequence, "campaign", c.Campaign, "error", c.DecodeError)
	return nil
}

// maxAttempts is how often one item's update is attempted. A failed condition returns the item's state, so more than two
// attempts are needed only while another process updates the same item.
const maxAttempts = 20

// update counts a plan into its counter item, and returns the item's state. If it fails it returns the index of the first
// record that may not be counted.
func (u *Updater) update(ctx context.Context, shard string, p *itemPlan) (ItemState, int, error) {
	name := MarkName(shard)
	effects := p.effects
	var stored *ItemState // nil until a condition has failed
	prune := u.staleMarks(p.item, name)
	for range maxAttempts {
		a := newItemUpdate(p.item, name, effects, stored)
		a.Prune = prune
		state, updated, err := u.Counters.UpdateCounter(ctx, a)
		if err != nil {
			return ItemState{}, effects[0].index, err
		}
		u.rememberStale(p.item, name, state, a.UpdatedAt)
		if updated {
			return state, 0, nil
		}
		stored, prune = &state, nil
		for len(effects) > 0 && state.Marks[name].covers(effects[0].sequence) {
			effects = effects[1:]
		}
		if len(effects) == 0 {
			return state, 0, nil
		}
	}
	return ItemState{}, effects[0].index, fmt.Errorf("metrics: %v changed before each of %d attempts", p.item, maxAttempts)
}

// newItemUpdate sums the effects into one update. The stored state, if known, decides whether activity is updated.
func newItemUpdate(item Item, name string, effects []effect, stored *ItemState) ItemUpdate {
	a := ItemUpdate{Item: item, Add: Cells{}, MarkName: name, First: effects[0].sequence}
	var activity Activity
	for _, e := range effects {
		for _, c := range e.cells {
			a.Add[c.cell] += c.n
		}
		activity.merge(e.activity)
		a.UpdatedAt = e.at
	}
	last := effects[len(effects)-1]
	a.Mark = newMark(last.sequence, last.at)
	for cell, n := range a.Add {
		if n == 0 {
			delete(a.Add, cell)
		}
	}
	if stored == nil {
		a.LastActivity, a.FirstActivityIfUnset = activity.Last, activity.First
		return a
	}
	if activity.Last.After(stored.Activity.Last) {
		a.LastActivity = activity.Last
	}
	if !activity.First.IsZero() && (stored.Activity.First.IsZero() || activity.First.Before(stored.Activity.First)) {
		a.FirstActivity = activity.First
	}
	return a
}

// Limits of stale marks: the length of an expression and the memory of a process.
const (
	maxPrune      = 20     // marks that one update deletes
	maxRemembered = 20_000 // items whose stale marks are remembered
)

// staleMarks returns and forgets the marks that the item's next update may prune.
func (u *Updater) staleMarks(item Item, own string) map[string]Mark {
	u.mu.Lock()
	defer u.mu.Unlock()
	stale := u.stale[item]
	delete(u.stale, item)
	delete(stale, own)
	return stale
}

// rememberStale remembers the marks of a state that are older than markRetention.
func (u *Updater) rememberStale(item Item, own string, state ItemState, now time.Time) {
	var stale map[string]Mark
	for name, mark := range state.Marks {
		if name != own && len(stale) < maxPrune && now.Sub(mark.recordTime()) > markRetention {
			if stale == nil {
				stale = map[string]Mark{}
			}
			stale[name] = mark
		}
	}
	u.mu.Lock()
	defer u.mu.Unlock()
	if u.stale == nil || len(u.stale) > maxRemembered {
		u.stale = map[Item]map[string]Mark{}
	}
	if stale != nil {
		u.stale[item] = stale
	}
}
