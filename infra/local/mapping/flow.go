package mapping

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"sync"
	"time"
)

// flow is a mapping at work: the lanes that its records wait in.
type flow struct {
	svc      *Service
	m        Mapping
	src      *source
	patterns []pattern
	lanes    []*lane // slot by slot, Parallel lanes each

	mu       sync.Mutex
	position string // how far the source has read
	latest   bool   // nothing has been read yet of which only what comes after is wanted
	handed   int64  // records that functions have taken
	given    int64  // records that came in
	dirty    bool
}

func newFlow(s *Service, m Mapping, src *source) (*flow, error) {
	f := &flow{svc: s, m: m, src: src}
	for _, text := range m.Filters {
		p, err := parsePattern(text)
		if err != nil {
			return nil, fmt.Errorf("mapping %s, filter %s: %w", m.Name, text, err)
		}
		f.patterns = append(f.patterns, p)
	}
	var st flowState
	err := load(f.file(), &st)
	if err != nil {
		return nil, err
	}
	if st.Stream != src.arn {
		st = flowState{}
		f.latest = m.StartingPosition == "LATEST"
	}
	for slot := range src.slots() {
		for n := range m.Parallel {
			l := &lane{f: f, slot: slot, wake: make(chan struct{}, 1)}
			saved := st.Lanes[laneName(slot, n)]
			if st.Parallel != m.Parallel {
				saved = slowest(st, slot)
			}
			l.after, l.win = saved.After, saved.Window
			if m.TumblingWindow == 0 {
				l.win = nil
			}
			f.lanes = append(f.lanes, l)
		}
	}
	f.position = f.floor()
	return f, nil
}

func laneName(slot, n int) string { return fmt.Sprintf("%d/%d", slot, n) }

// slowest is where all lanes of a slot have come to. The lanes of another ParallelizationFactor start there.
func slowest(st flowState, slot int) laneState {
	out := laneState{}
	for n := range st.Parallel {
		l := st.Lanes[laneName(slot, n)]
		if n == 0 || after(out.After, l.After) {
			out = l
		}
	}
	return out
}

func (f *flow) file() string {
	return filepath.Join(f.svc.c.State, "mappings", f.m.Name+".json")
}

// floor is the sequence number up to which every lane has handed on everything.
func (f *flow) floor() string {
	f.mu.Lock()
	defer f.mu.Unlock()
	out := f.position
	for i, l := range f.lanes {
		at := l.at()
		if i == 0 || after(out, at) {
			out = at
		}
	}
	return out
}

// accept takes what the source has read, up to position.
func (f *flow) accept(records []*record, position string, began bool) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if position != f.position {
		f.position, f.dirty = position, true
	}
	if f.latest {
		if !began {
			return
		}
		f.latest = false
	}
	for _, r := range records {
		l := f.lanes[r.slot*f.m.Parallel+int(r.hash>>32%uint64(f.m.Parallel))]
		if !after(r.seq, l.after) || !f.wants(r) {
			continue
		}
		l.queue = append(l.queue, r)
		f.given++
		l.signal()
	}
}

// wants reports whether a record passes the filters.
func (f *flow) wants(r *record) bool {
	if len(f.patterns) == 0 {
		return true
	}
	var v any
	err := json.Unmarshal(r.body, &v)
	if err != nil {
		return false
	}
	for _, p := range f.patterns {
		if p.match(v, true) {
			return true
		}
	}
	return false
}

func (f *flow) wakeAll() {
	for _, l := range f.lanes {
		l.signal()
	}
}

// pending returns how many records wait or are out, and how many have come in ever.
func (f *flow) pending() (waiting int, given int64, oldest time.Time) {
	f.mu.Lock()
	defer f.mu.Unlock()
	for _, l := range f.lanes {
		waiting += len(l.queue)
		if len(l.queue) > 0 && (oldest.IsZero() || l.queue[0].arrived.Before(oldest)) {
			oldest = l.queue[0].arrived
		}
	}
	return waiting, f.given, oldest
}

// keep writes the lanes' positions when they have changed.
func (f *flow) keep() error {
	f.mu.Lock()
	if !f.dirty {
		f.mu.Unlock()
		return nil
	}
	st := flowState{Stream: f.src.arn, Parallel: f.m.Parallel, Lanes: map[string]laneState{}}
	for i, l := range f.lanes {
		ls := laneState{After: l.at()}
		if l.win != nil {
			w := *l.win
			ls.Window = &w
		}
		st.Lanes[laneName(l.slot, i%f.m.Parallel)] = ls
	}
	f.dirty = false
	f.mu.Unlock()
	return save(f.file(), st)
}
