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
	freshFor    = 2 * time.Second // a record read this soon gets the time of the read, which is more precise than the engine's
	maxShifts   = 200
	retryStream = 100 * time.Millisecond
	idleAfter   = time.Second // without records
	idleFactor  = 5           // of the time between reads, when a stream is idle
)

// streamReader reads a stream, assigns its records to virtual shards and passes them to the stream's consumers.
type streamReader struct {
	runner    *Runner
	table     string
	arn       string
	consumers []*consumer
	syncs     chan chan error

	mu    sync.Mutex
	state streamState

	// Used by the reading goroutine only.
	iterator   string
	position   string
	caughtUp   bool      // the initial read is done
	caughtUpAt time.Time // the last time when everything was read
	gotAt      time.Time // the last time when records were read
	down       bool      // the last read failed, which was logged
}

// streamState is stored, so that a record keeps its shard and its time after a restart.
type streamState struct {
	Stream      string       `json:"stream"`
	Generations []generation `json:"generations"`
	Shifts      []shift      `json:"shifts"`
}

// generation is the set of virtual shards for the records after a sequence number, up to that of the next generation.
type generation struct {
	After  string    `json:"after"`
	Shards []string  `json:"shards"`
	Began  time.Time `json:"began"`
}

// shift is the shift of the clock from a time on.
type shift struct {
	From time.Time     `json:"from"`
	By   time.Duration `json:"by"`
}

func newStreamReader(s *Runner, table, arn string) (*streamReader, error) {
	reader := &streamReader{runner: s, table: table, arn: arn, syncs: make(chan chan error)}
	err := readState(reader.file(), &reader.state)
	if err != nil {
		return nil, err
	}
	if reader.state.Stream != arn {
		reader.state = streamState{Stream: arn}
	}
	if len(reader.state.Generations) == 0 {
		reader.state.Generations = []generation{reader.newGeneration("", s.c.Shards)}
	}
	return reader, reader.recordShift()
}

func (reader *streamReader) file() string {
	return filepath.Join(reader.runner.c.State, "streams", reader.table+".json")
}

// newGeneration returns n shards with ids in DynamoDB's format.
func (reader *streamReader) newGeneration(last string, n int) generation {
	now := time.Now().UTC()
	g := generation{After: last, Began: now}
	for i := range n {
		sum := sha256.Sum256(fmt.Appendf(nil, "%s %s %d %d", reader.arn, last, i, now.UnixNano()))
		g.Shards = append(g.Shards, fmt.Sprintf("shardId-%020d-%s", now.UnixMilli(), hex.EncodeToString(sum[:4])))
	}
	return g
}

// shardCount returns the number of shards in a generation. It is that of the first start: a record's shard may not change.
func (reader *streamReader) shardCount() int { return len(reader.state.Generations[0].Shards) }

// shard returns the id of a record's virtual shard.
func (reader *streamReader) shard(seq string, shardIndex int) string {
	reader.mu.Lock()
	defer reader.mu.Unlock()
	gs := reader.state.Generations
	for _, g := range slices.Backward(gs) {
		if after(seq, g.After) {
			return g.Shards[shardIndex]
		}
	}
	return gs[0].Shards[shardIndex]
}

// openShard returns the id of the newest shard of an index; the others are closed.
func (reader *streamReader) openShard(shardIndex int) string {
	reader.mu.Lock()
	defer reader.mu.Unlock()
	return reader.state.Generations[len(reader.state.Generations)-1].Shards[shardIndex]
}

// rotateShards closes all virtual shards and opens their children. Records that were read before stay in the parents. It
// removes the generations that every consumer has passed. The new generation is on disk before it gets a record.
func (reader *streamReader) rotateShards() error {
	done := reader.position
	for _, c := range reader.consumers {
		p := c.floor()
		if after(done, p) {
			done = p
		}
	}
	reader.mu.Lock()
	gs := append(slices.Clone(reader.state.Generations), reader.newGeneration(reader.position, reader.shardCount()))
	for len(gs) > 1 && !after(gs[1].After, done) {
		gs = gs[1:]
	}
	reader.state.Generations = gs
	state := reader.state
	reader.mu.Unlock()
	err := writeState(reader.file(), state)
	for _, c := range reader.consumers {
		c.wakeAll()
	}
	return err
}

// recordShift stores a change of the clock's shift, for the time of records that are read late.
func (reader *streamReader) recordShift() error {
	by := reader.runner.c.Clock.Shift()
	reader.mu.Lock()
	n := len(reader.state.Shifts)
	if n > 0 && reader.state.Shifts[n-1].By == by {
		reader.mu.Unlock()
		return nil
	}
	reader.state.Shifts = append(reader.state.Shifts, shift{From: time.Now().UTC(), By: by})
	if len(reader.state.Shifts) > maxShifts {
		reader.state.Shifts = reader.state.Shifts[1:]
	}
	state := reader.state
	reader.mu.Unlock()
	return writeState(reader.file(), state)
}

// shiftedTime returns the shifted time of a record. Engines store whole seconds, or whole minutes, of the machine's time, so
// a record that is read at once gets the time of the read. A record that is read late, as after a restart, gets its time
// plus the shift at that time.
func (reader *streamReader) shiftedTime(created time.Time) time.Time {
	if time.Since(created) < freshFor || time.Since(reader.caughtUpAt) < freshFor {
		return reader.runner.c.Clock.Now()
	}
	reader.mu.Lock()
	defer reader.mu.Unlock()
	by := reader.state.Shifts[0].By
	for _, s := range reader.state.Shifts {
		if s.From.After(created.Add(time.Second)) {
			break
		}
		by = s.By
	}
	return created.Add(by)
}

// pause returns the time until the next read. A stream that has been idle for a second is read more rarely: each read costs
// processor time, and a local cloud has no other work then.
func (reader *streamReader) pause() time.Duration {
	if time.Since(reader.gotAt) < idleAfter {
		return reader.runner.c.PollInterval
	}
	return idleFactor * reader.runner.c.PollInterval
}

// run reads until ctx is done.
func (reader *streamReader) run(ctx context.Context) {
	for {
		var answer chan error
		select {
		case <-ctx.Done():
			return
		case answer = <-reader.syncs:
		case <-time.After(reader.pause()):
		}
		err := reader.catchUp(ctx)
		if answer != nil {
			answer <- err
		}
		if err == nil {
			reader.down = false
			continue
		}
		if ctx.Err() != nil {
			return
		}
		if !reader.down {
			reader.runner.logf("read the stream of %s, retrying: %v", reader.table, err)
		}
		reader.down = true
		select {
		case <-ctx.Done():
			return
		case <-time.After(retryStream):
		}
	}
}

// catchUp reads everything that has been written, and replaces the virtual shards if they are old.
func (reader *streamReader) catchUp(ctx context.Context) error {
	for {
		more, err := reader.readPage(ctx)
		if err != nil {
			return err
		}
		if !more {
			break
		}
	}
	reader.caughtUp, reader.caughtUpAt = true, time.Now()
	reader.mu.Lock()
	newest := reader.state.Generations[len(reader.state.Generations)-1]
	reader.mu.Unlock()
	if time.Since(newest.Began) < reader.runner.c.ShardLifetime || !after(reader.position, newest.After) {
		return nil
	}
	return reader.rotateShards()
}

// readPage reads a page and reports whether there may be more.
func (reader *streamReader) readPage(ctx context.Context) (bool, error) {
	err := reader.recordShift()
	if err != nil {
		return false, err
	}
	if reader.iterator == "" {
		reader.iterator, err = reader.runner.api.iterator(ctx, reader.arn, reader.position)
		if err != nil {
			return false, err
		}
	}
	got, next, err := reader.runner.api.records(ctx, reader.iterator)
	if err != nil {
		reader.iterator = ""
		if isError(err, "ExpiredIteratorException") {
			return true, nil
		}
		return false, err
	}
	closed := next == ""
	reader.iterator = next
	if len(got) > 0 {
		reader.gotAt = time.Now()
	}
	var records []*record
	arrived := time.Now()
	for _, a := range got {
		if !after(a.Dynamodb.Sequence, reader.position) {
			continue
		}
		reader.position = a.Dynamodb.Sequence
		created := time.UnixMilli(int64(a.Dynamodb.Created * 1000))
		r, err := newRecord(a, reader.arn, reader.runner.c.Region, reader.shiftedTime(created), created)
		if err != nil {
			return false, err
		}
		if r == nil {
			continue
		}
		r.arrived = arrived
		r.shardIndex = int(r.hash % uint64(reader.shardCount()))
		r.shard = reader.shard(r.seq, r.shardIndex)
		records = append(records, r)
	}
	for _, c := range reader.consumers {
		c.accept(records, reader.position, reader.caughtUp)
	}
	return len(got) == pageSize || (closed && len(got) > 0), nil
}

// sync waits until everything that was written before the call has been read.
func (reader *streamReader) sync(ctx context.Context) error {
	answer := make(chan error, 1)
	select {
	case reader.syncs <- answer:
	case <-ctx.Done():
		return ctx.Err()
	case <-reader.runner.closed:
		return errClosed
	}
	select {
	case err := <-answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	case <-reader.runner.closed:
		return errClosed
	}
}
