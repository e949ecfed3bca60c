package mapping

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"path/filepath"
	"slices"
	"sync"
	"time"
)

const (
	fresh       = 2 * time.Second // records read this soon get the time of reading, which is more exact than an engine's
	shiftsKept  = 200
	retryStream = 100 * time.Millisecond
)

// source reads one stream, gives its records to every mapping of the stream, and decides which virtual shard each is in.
type source struct {
	svc   *Service
	table string
	arn   string
	flows []*flow
	kick  chan chan error

	mu    sync.Mutex
	state sourceState

	// Of the reading goroutine alone.
	iterator string
	position string
	began    bool      // a whole first look has been taken
	looked   time.Time // when everything written had been read
	down     bool      // the last look failed, which has been logged
}

// sourceState outlives a restart, so that a record keeps its shard and its time.
type sourceState struct {
	Stream      string       `json:"stream"`
	Generations []generation `json:"generations"`
	Shifts      []shift      `json:"shifts"`
}

// generation is the set of virtual shards that holds the records after a sequence number, up to the next generation's.
type generation struct {
	After  string    `json:"after"`
	Shards []string  `json:"shards"`
	Began  time.Time `json:"began"`
}

// shift says how far the clock was ahead from a moment on.
type shift struct {
	From time.Time     `json:"from"`
	By   time.Duration `json:"by"`
}

func newSource(s *Service, table, arn string) (*source, error) {
	src := &source{svc: s, table: table, arn: arn, kick: make(chan chan error)}
	err := load(src.file(), &src.state)
	if err != nil {
		return nil, err
	}
	if src.state.Stream != arn {
		src.state = sourceState{Stream: arn}
	}
	if len(src.state.Generations) == 0 {
		src.state.Generations = []generation{src.generation("", s.c.Shards)}
	}
	return src, src.noteShift()
}

func (src *source) file() string {
	return filepath.Join(src.svc.c.State, "streams", src.table+".json")
}

// generation makes n shards whose ids look like DynamoDB's.
func (src *source) generation(last string, n int) generation {
	now := time.Now().UTC()
	g := generation{After: last, Began: now}
	for i := range n {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d", src.arn, last, i, now.UnixNano()))
		g.Shards = append(g.Shards, fmt.Sprintf("shardId-%020d-%s", now.UnixMilli(), hex.EncodeToString(sum[:4])))
	}
	return g
}

// slots is how many shards a generation has. It stays as it was at the first start, since a record's shard may not change.
func (src *source) slots() int { return len(src.state.Generations[0].Shards) }

// shard returns the id of the virtual shard that holds a record.
func (src *source) shard(seq string, slot int) string {
	src.mu.Lock()
	defer src.mu.Unlock()
	gs := src.state.Generations
	for _, g := range slices.Backward(gs) {
		if after(seq, g.After) {
			return g.Shards[slot]
		}
	}
	return gs[0].Shards[slot]
}

// open returns the id of a slot's newest shard; all others are closed.
func (src *source) open(slot int) string {
	src.mu.Lock()
	defer src.mu.Unlock()
	return src.state.Generations[len(src.state.Generations)-1].Shards[slot]
}

// turn closes all virtual shards and opens their children. What was read before is in the parents. It forgets
// generations that every mapping has passed. The new one is on disk before a record is given to it.
func (src *source) turn() error {
	done := src.position
	for _, f := range src.flows {
		p := f.floor()
		if after(done, p) {
			done = p
		}
	}
	src.mu.Lock()
	gs := append(slices.Clone(src.state.Generations), src.generation(src.position, src.slots()))
	for len(gs) > 1 && !after(gs[1].After, done) {
		gs = gs[1:]
	}
	src.state.Generations = gs
	state := src.state
	src.mu.Unlock()
	err := save(src.file(), state)
	for _, f := range src.flows {
		f.wakeAll()
	}
	return err
}

// noteShift remembers when the clock was moved, to stamp records that are read late.
func (src *source) noteShift() error {
	by := src.svc.c.Clock.Shift()
	src.mu.Lock()
	n := len(src.state.Shifts)
	if n > 0 && src.state.Shifts[n-1].By == by {
		src.mu.Unlock()
		return nil
	}
	src.state.Shifts = append(src.state.Shifts, shift{From: time.Now().UTC(), By: by})
	if len(src.state.Shifts) > shiftsKept {
		src.state.Shifts = src.state.Shifts[1:]
	}
	state := src.state
	src.mu.Unlock()
	return save(src.file(), state)
}

// stamp is the shifted time of a record. Engines keep whole seconds, or whole minutes, of the machine's time, so a record
// that is read at once gets the moment of reading; one read late, as after a restart, the shift that held when it was
// written.
func (src *source) stamp(created time.Time) time.Time {
	if time.Since(created) < fresh || time.Since(src.looked) < fresh {
		return src.svc.c.Clock.Now()
	}
	src.mu.Lock()
	defer src.mu.Unlock()
	by := src.state.Shifts[0].By
	for _, s := range src.state.Shifts {
		if s.From.After(created.Add(time.Second)) {
			break
		}
		by = s.By
	}
	return created.Add(by)
}

// run reads until ctx ends.
func (src *source) run(ctx context.Context) {
	tick := time.NewTicker(src.svc.c.Poll)
	defer tick.Stop()
	for {
		var answer chan error
		select {
		case <-ctx.Done():
			return
		case answer = <-src.kick:
		case <-tick.C:
		}
		err := src.catchUp(ctx)
		if answer != nil {
			answer <- err
		}
		if err == nil {
			src.down = false
			continue
		}
		if ctx.Err() != nil {
			return
		}
		if !src.down {
			src.svc.logf("stream of %s can't be read, trying on: %v", src.table, err)
		}
		src.down = true
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryStream):
		}
	}
}

// catchUp reads everything that has been written.
func (src *source) catchUp(ctx context.Context) error {
	for {
		more, err := src.look(ctx)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	src.began, src.looked = true, time.Now()
	src.mu.Lock()
	newest := src.state.Generations[len(src.state.Generations)-1]
	src.mu.Unlock()
	if time.Since(newest.Began) < src.svc.c.Turnover || !after(src.position, newest.After) {
		return nil
	}
	return src.turn()
}

// look reads one page and reports whether there may be more.
func (src *source) look(ctx context.Context) (bool, error) {
	err := src.noteShift()
	if err != nil {
		return false, err
	}
	if src.iterator == "" {
		src.iterator, err = src.svc.api.iterator(ctx, src.arn, src.position)
		if err != nil {
			return false, err
		}
	}
	got, next, err := src.svc.api.records(ctx, src.iterator)
	if err != nil {
		src.iterator = ""
		if is(err, "ExpiredIteratorException") {
			return true, nil
		}
		return false, err
	}
	closed := next == ""
	src.iterator = next
	var records []*record
	arrived := time.Now()
	for _, a := range got {
		if !after(a.Dynamodb.Sequence, src.position) {
			continue
		}
		src.position = a.Dynamodb.Sequence
		created := time.UnixMilli(int64(a.Dynamodb.Created * 1000))
		r, err := newRecord(a, src.arn, src.svc.c.Region, src.stamp(created), created)
		if err != nil {
			return false, err
		}
		if r == nil {
			continue
		}
		r.arrived = arrived
		r.slot = int(r.hash % uint64(src.slots()))
		r.shard = src.shard(r.seq, r.slot)
		records = append(records, r)
	}
	for _, f := range src.flows {
		f.accept(records, src.position, src.began)
	}
	return len(got) == page || (closed && len(got) > 0), nil
}

// sync waits until everything written before the call has been read.
func (src *source) sync(ctx context.Context) error {
	answer := make(chan error, 1)
	select {
	case src.kick <- answer:
	case <-ctx.Done():
		return ctx.Err()
	case <-src.svc.ended:
		return errEnded
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-src.svc.ended:
		return errEnded
	}
}
