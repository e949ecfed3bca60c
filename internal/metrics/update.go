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

// Change is one record of the Records stream: a row before and after, either nil for an insert or a removal.
type Change struct {
	Sequence string // decimal, as the stream gives it
	At       time.Time
	Before   any
	After    any

	// DecodeError says why the record can't be decoded; Before and After are nil then. Raw is the record as it came, and
	// Campaign whose row it is about, when that can be told.
	DecodeError error
	Raw         []byte
	Campaign    campaign.ID
}

// Batch are records of one stream shard, in order. Delivery is at least once, and a repeated batch need not be the
// same one; but the first delivery of a shard's records is in order.
type Batch struct {
	Shard   string
	Changes []Change
}

// ItemUpdate is one conditional update of a counter item: everything in it happens, or nothing.
type ItemUpdate struct {
	Item      Item
	Add       Cells
	MarkName  string
	First     Sequence // the condition: no mark under the name, or one less than First
	Mark      Mark     // what becomes the mark
	UpdatedAt time.Time

	// LastActivity becomes the last activity unless zero; the condition is that it is later than the one there.
	LastActivity time.Time
	// First activity: EarliestUnless writes it when there is none, on condition that the one there is not later;
	// Earliest writes it on condition that there is none or a later one. At most one of them is set.
	FirstActivityIfNotLater time.Time
	FirstActivity           time.Time

	Prune map[string]Mark // marks to drop, on condition that they are the same still
}

// CounterStore is where counter items are kept.
type CounterStore interface {
	// UpdateCounter carries out an attempt. When the condition holds it returns the state after it and true, else the state
	// that is there and false. An error says nothing about whether the update has happened.
	UpdateCounter(ctx context.Context, a ItemUpdate) (ItemState, bool, error)
	// RequestRecount marks a campaign for a recount.
	RequestRecount(ctx context.Context, c campaign.ID, at time.Time, why string) error
}

// Quarantine is where records go that can't be decoded, for a person to look at.
type Quarantine interface {
	Put(ctx context.Context, key string, body []byte) error
}

// Updater applies batches of changes to counters, each record exactly once.
type Updater struct {
	Counters   CounterStore
	Quarantine Quarantine

	mu    sync.Mutex
	stale map[Item]map[string]Mark // marks that the item's next update may drop
}

// width is how many counter items are updated at a time.
const width = 16

// Apply counts the batch. It returns the sequence number of the first record that must come again, "" when none must,
// because the store did not take everything. It fails when the batch itself is none: without a shard, or with a
// sequence number that is no number.
func (u *Updater) Apply(ctx context.Context, b Batch) (string, error) {
	if b.Shard == "" && len(b.Changes) > 0 {
		return "", errors.New("metrics: a batch without a shard can't be counted once")
	}
	moves, last, err := u.plan(ctx, b)
	if err != nil {
		return "", err
	}
	failed := last // index of the first record that was not counted
	var mu sync.Mutex
	var calls sync.WaitGroup
	slots := make(chan struct{}, width)
	for _, m := range moves {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			at, err := u.move(ctx, b.Shard, m)
			if err == nil {
				return
			}
			slog.ErrorContext(ctx, "counter not moved", "item", m.item, "shard", b.Shard, "error", err)
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

// part is what one record moves of one counter item.
type part struct {
	index    int // of the record in the batch
	sequence Sequence
	at       time.Time
	cells    []cellCount
	activity Activity
}

type cellCount struct {
	cell Cell
	n    int
}

// move is what a batch does to one counter item: its parts, in order.
type move struct {
	item  Item
	parts []part
}

// plan groups what the batch's records move by counter item. Records that can't be decoded are put aside; when that
// fails, nothing from there on is planned. It returns the index of the first record that is not planned.
func (u *Updater) plan(ctx context.Context, b Batch) ([]*move, int, error) {
	lane := Lane(b.Shard)
	byItem := map[Item]*move{}
	var moves []*move
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
				return moves, i, nil
			}
			continue
		}
		if c.At.After(latest) {
			latest = c.At
		}
		partOf := func(item Item) *part {
			m := byItem[item]
			if m == nil {
				m = &move{item: item}
				byItem[item] = m
				moves = append(moves, m)
			}
			if n := len(m.parts); n > 0 && m.parts[n-1].index == i {
				return &m.parts[n-1]
			}
			m.parts = append(m.parts, part{index: i, sequence: seq, at: latest})
			return &m.parts[len(m.parts)-1]
		}
		for counter, n := range Delta(c.Before, c.After) {
			item := counter.Item
			if item.Kind == Core {
				item.Name = lane
			}
			p := partOf(item)
			p.cells = append(p.cells, cellCount{counter.Cell, n})
		}
		if item, activity := activityIn(c.Before, c.After); !activity.isZero() {
			partOf(item).activity.merge(activity)
		}
	}
	return moves, len(b.Changes), nil
}

// Lane is the Core item that a stream shard's records are counted into.
func Lane(shard string) string {
	h := fnv.New32a()
	h.Write([]byte(shard))
	return strconv.FormatUint(uint64(h.Sum32()%lanes), 10)
}

// lanes is the number of Core items of a campaign. It may be raised; items of lanes no longer chosen still count.
const lanes = 4

// quarantine keeps a record that can't be decoded, and has its campaign recounted: its change is missing from counters.
func (u *Updater) quarantine(ctx context.Context, shard string, c Change) error {
	if err := u.Quarantine.Put(ctx, "records/"+MarkName(shard)+"/"+c.Sequence+".json", c.Raw); err != nil {
		return fmt.Errorf("quarantine record: %w", err)
	}
	if c.Campaign != "" {
		if err := u.Counters.RequestRecount(ctx, c.Campaign, c.At, "a record could not be decoded: "+c.Sequence); err != nil {
			return fmt.Errorf("ask for a recount: %w", err)
		}
	}
	slog.ErrorContext(ctx, "record quarantined", "shard", shard, "sequence", c.Sequence, "campaign", c.Campaign, "error", c.DecodeError)
	return nil
}

// tries is how often one item's update is attempted. Each failed condition shows the item's state, so more than two are
// needed only while somebody else moves the same item.
const tries = 20

// move counts the parts into one counter item. It returns the index of the first record not known to be counted when
// it fails.
func (u *Updater) move(ctx context.Context, shard string, m *move) (int, error) {
	name := MarkName(shard)
	parts := m.parts
	var seen *ItemState // what the item holds, once a condition has failed
	prune := u.staleMarks(m.item, name)
	for range tries {
		a := attempt(m.item, name, parts, seen)
		a.Prune = prune
		state, moved, err := u.Counters.UpdateCounter(ctx, a)
		if err != nil {
			return parts[0].index, err
		}
		u.remember(m.item, name, state, a.UpdatedAt)
		if moved {
			return 0, nil
		}
		seen, prune = &state, nil
		for len(parts) > 0 && state.Marks[name].covers(parts[0].sequence) {
			parts = parts[1:]
		}
		if len(parts) == 0 {
			return 0, nil
		}
	}
	return parts[0].index, fmt.Errorf("metrics: %v is moved by others all the time", m.item)
}

// attempt sums the parts into one update. What is known of the item decides which activity it may widen.
func attempt(item Item, name string, parts []part, seen *ItemState) ItemUpdate {
	a := ItemUpdate{Item: item, Add: Cells{}, MarkName: name, First: parts[0].sequence}
	var activity Activity
	for _, p := range parts {
		for _, c := range p.cells {
			a.Add[c.cell] += c.n
		}
		activity.merge(p.activity)
		a.UpdatedAt = p.at
	}
	last := parts[len(parts)-1]
	a.Mark = newMark(last.sequence, last.at)
	for cell, n := range a.Add {
		if n == 0 {
			delete(a.Add, cell)
		}
	}
	if seen == nil {
		a.LastActivity, a.FirstActivityIfNotLater = activity.Last, activity.First
		return a
	}
	if activity.Last.After(seen.Activity.Last) {
		a.LastActivity = activity.Last
	}
	if !activity.First.IsZero() && (seen.Activity.First.IsZero() || activity.First.Before(seen.Activity.First)) {
		a.FirstActivity = activity.First
	}
	return a
}

// Limits of what an Updater remembers and drops: expressions have a length, processes a memory.
const (
	maxPrune      = 20
	maxRemembered = 20_000
)

// staleMarks returns marks that the item's next update may drop.
func (u *Updater) staleMarks(item Item, own string) map[string]Mark {
	u.mu.Lock()
	defer u.mu.Unlock()
	stale := u.stale[item]
	delete(u.stale, item)
	delete(stale, own)
	return stale
}

// remember notes the marks of a state whose shards have ended long ago.
func (u *Updater) remember(item Item, own string, state ItemState, now time.Time) {
	var stale map[string]Mark
	for name, mark := range state.Marks {
		if name != own && len(stale) < maxPrune && now.Sub(mark.seen()) > keepMarks {
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
