package mapping

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// consumer delivers the records of a stream to one mapping. It distributes them to partitions.
type consumer struct {
	runner     *Runner
	m          Mapping
	reader     *streamReader
	patterns   []pattern
	partitions []*partition // ordered by shard index, Parallel for each

	mu        sync.Mutex
	position  string // the last sequence number that the reader has read
	latest    bool   // StartingPosition is LATEST and the initial read is not done
	delivered int64  // number of delivered records
	received  int64  // number of records that were queued
	dirty     bool
	disabled  bool // records wait
}

func newConsumer(s *Runner, m Mapping, reader *streamReader) (*consumer, error) {
	c := &consumer{runner: s, m: m, reader: reader}
	for _, text := range m.Filters {
		p, err := parsePattern(text)
		if err != nil {
			return nil, fmt.Errorf("mapping %s, filter %s: %w", m.Name, text, err)
		}
		c.patterns = append(c.patterns, p)
	}
	var st consumerState
	err := readState(c.file(), &st)
	if err != nil {
		return nil, err
	}
	if st.Stream != reader.arn {
		st = consumerState{}
		c.latest = m.StartingPosition == "LATEST"
	}
	for shardIndex := range reader.shardCount() {
		for n := range m.Parallel {
			l := &partition{consumer: c, shardIndex: shardIndex, wake: make(chan struct{}, 1)}
			saved := st.Partitions[partitionName(shardIndex, n)]
			if st.Parallel != m.Parallel {
				saved = slowest(st, shardIndex)
			}
			l.after, l.window = saved.After, saved.Window
			if m.TumblingWindow == 0 {
				l.window = nil
			}
			c.partitions = append(c.partitions, l)
		}
	}
	c.position = c.floor()
	return c, nil
}

func partitionName(shardIndex, n int) string { return fmt.Sprintf("%d/%d", shardIndex, n) }

// slowest returns the earliest state of the partitions of a shard. The partitions start there after a change of
// ParallelizationFactor.
func slowest(st consumerState, shardIndex int) partitionState {
	out := partitionState{}
	for n := range st.Parallel {
		l := st.Partitions[partitionName(shardIndex, n)]
		if n == 0 || after(out.After, l.After) {
			out = l
		}
	}
	return out
}

func (c *consumer) file() string {
	return filepath.Join(c.runner.c.State, "mappings", c.m.Name+".json")
}

// floor returns the sequence number up to which every partition has delivered all records.
func (c *consumer) floor() string {
	c.mu.Lock()
	defer c.mu.Unlock()
	out := c.position
	for i, l := range c.partitions {
		at := l.position()
		if i == 0 || after(out, at) {
			out = at
		}
	}
	return out
}

// accept queues the records that the reader has read, up to position. caughtUp is set after the initial read.
func (c *consumer) accept(records []*record, position string, caughtUp bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	if position != c.position {
		c.position, c.dirty = position, true
	}
	if c.latest {
		if !caughtUp {
			return
		}
		c.latest = false
	}
	for _, r := range records {
		l := c.partitions[r.shardIndex*c.m.Parallel+int(r.hash>>32%uint64(c.m.Parallel))]
		if !after(r.seq, l.after) || !c.matches(r) {
			continue
		}
		l.queue = append(l.queue, r)
		c.received++
		l.signal()
	}
}

// matches reports whether a record matches a filter.
func (c *consumer) matches(r *record) bool {
	if len(c.patterns) == 0 {
		return true
	}
	var v any
	err := json.Unmarshal(r.body, &v)
	if err != nil {
		return false
	}
	for _, p := range c.patterns {
		if p.match(v, true) {
			return true
		}
	}
	return false
}

func (c *consumer) setEnabled(enabled bool) {
	c.mu.Lock()
	c.disabled = !enabled
	c.mu.Unlock()
	c.wakeAll()
}

func (c *consumer) wakeAll() {
	for _, l := range c.partitions {
		l.signal()
	}
}

// pending returns the number of records that are queued or in flight, the number that ever were queued, and the arrival
// of the oldest.
func (c *consumer) pending() (pendingRecords int, received int64, oldest time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, l := range c.partitions {
		pendingRecords += len(l.queue)
		if len(l.queue) > 0 && (oldest.IsZero() || l.queue[0].arrived.Before(oldest)) {
			oldest = l.queue[0].arrived
		}
	}
	return pendingRecords, c.received, oldest
}

// save writes the partitions' positions if they have changed.
func (c *consumer) save() error {
	c.mu.Lock()
	if !c.dirty {
		c.mu.Unlock()
		return nil
	}
	st := consumerState{Stream: c.reader.arn, Parallel: c.m.Parallel, Partitions: map[string]partitionState{}}
	for i, l := range c.partitions {
		ls := partitionState{After: l.position()}
		if l.window != nil {
			w := *l.window
			ls.Window = &w
		}
		st.Partitions[partitionName(l.shardIndex, i%c.m.Parallel)] = ls
	}
	c.dirty = false
	c.mu.Unlock()
	return writeState(c.file(), st)
}
