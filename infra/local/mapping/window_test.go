package mapping_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/infra/local/mapping"
)

var noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)

// windowed counts the records of a window in its state.
func windowed(w *world) mapping.Mapping {
	w.answer(count)
	m := w.mapping()
	m.TumblingWindow, m.ReportFailures, m.Bisect = 15*time.Minute, true, true
	return m
}

func count(e event) (any, error) {
	return map[string]any{"state": map[string]string{"n": e.State["n"] + strings.Repeat("i", len(e.Records))}}, nil
}

// story writes each call as its window's start, its records, the state it came with, and whether it is the last.
func (w *world) story() []string {
	var out []string
	for _, e := range w.seen() {
		s := e.Window.Start.Format("15:04") + "-" + e.Window.End.Format("15:04") + " " + fmt.Sprint(len(e.Records)) + " " + e.State["n"]
		if e.IsFinalInvokeForWindow {
			s += " final"
		}
		if e.IsWindowTerminatedEarly {
			s += " early"
		}
		out = append(out, s)
	}
	return out
}

func TestWindowsPassTheirStateAlong(t *testing.T) {
	w := newWorld(t)
	m := windowed(w)
	m.BatchSize = 1
	w.clock.Set(noon)
	w.start(one, m)
	w.write(1, "a", "b")
	w.idle()
	w.clock.Set(noon.Add(20 * time.Minute))
	w.write(2, "a")
	w.idle()
	w.clock.Set(noon.Add(time.Hour))
	w.until("the window is over", func() bool { return len(w.seen()) == 5 })
	expect(t, w.story(), "12:00-12:15 1 ", "12:00-12:15 1 i", "12:00-12:15 0 ii final", "12:15-12:30 1 ", "12:15-12:30 0 i final")
	for i, e := range w.seen() {
		if e.ShardID == "" || !strings.HasPrefix(e.ShardID, "shardId-") || e.EventSourceARN != w.stream {
			t.Errorf("call says shard %q of %q", e.ShardID, e.EventSourceARN)
		}
		if e.IsFinalInvokeForWindow && !strings.Contains(string(w.payloads[i]), `"Records":[]`) {
			t.Errorf("last call is %s", w.payloads[i])
		}
	}
	if got := w.seen()[3].Records[0].Change.ApproximateCreationDateTime.UTC(); got.Sub(noon) < 20*time.Minute || got.Sub(noon) > 21*time.Minute {
		t.Errorf("a record written at 12:20 by the shifted clock is stamped %s", got)
	}
}

func TestANullStateFails(t *testing.T) {
	w := newWorld(t)
	m := windowed(w)
	tries := 0
	w.answer(func(e event) (any, error) {
		tries++
		switch tries {
		case 1:
			return map[string]any{"state": nil}, nil
		case 2:
			return map[string]any{}, nil
		}
		return count(e)
	})
	w.start(one, m)
	w.write(1, "a")
	w.idle()
	if tries != 3 {
		t.Errorf("%d tries, want 3", tries)
	}
}

func TestAFailedBatchKeepsTheState(t *testing.T) {
	w := newWorld(t)
	m := windowed(w)
	w.clock.Set(noon)
	tries := 0
	w.answer(func(e event) (any, error) {
		tries++
		switch tries {
		case 2:
			return nil, errors.New("away")
		case 3:
			return fail(sequences(e)[0]), nil
		}
		return count(e)
	})
	w.start(one, m)
	w.write(1, "a")
	w.idle()
	w.write(1, "b")
	w.idle()
	expect(t, w.story(), "12:00-12:15 1 ", "12:00-12:15 1 i", "12:00-12:15 1 i", "12:00-12:15 1 i")
}

func TestALargeStateEndsTheWindowEarly(t *testing.T) {
	w := newWorld(t)
	m := windowed(w)
	w.clock.Set(noon)
	w.answer(func(e event) (any, error) {
		if len(e.Records) > 0 && sk(e.Records[0]) == "a" {
			return map[string]any{"state": map[string]string{"big": strings.Repeat("x", 1<<20)}}, nil
		}
		return count(e)
	})
	w.start(one, m)
	w.write(1, "a")
	w.until("the window ends", func() bool { return len(w.seen()) == 2 })
	w.write(1, "b")
	w.idle()
	expect(t, w.story(), "12:00-12:15 1 ", "12:00-12:15 0  final early", "12:00-12:15 1 ")
}

func TestWindowStateOutlivesARestart(t *testing.T) {
	w := newWorld(t)
	m := windowed(w)
	w.clock.Set(noon)
	w.start(one, m)
	w.write(1, "a", "b")
	w.idle()
	w.stop()
	w.start(one, m)
	w.write(1, "c")
	w.idle()
	story := w.story()
	if got := story[len(story)-1]; got != "12:00-12:15 1 ii" {
		t.Errorf("after a restart the window went on with %q", got)
	}
	shards := map[string]bool{}
	for _, e := range w.seen() {
		shards[e.ShardID] = true
	}
	if len(shards) != 1 {
		t.Errorf("a restart changed the shard: %v", shards)
	}
}

func TestShardsTurnOver(t *testing.T) {
	w := newWorld(t)
	m := windowed(w)
	w.clock.Set(noon)
	w.start(func(c *mapping.Config) { c.Turnover = time.Millisecond }, m)
	for n := range 6 {
		for i := range 8 {
			w.write(n, fmt.Sprint(i))
		}
		w.idle()
	}
	home := map[string][]string{} // item → shards in the order it was seen there
	closed := map[string]bool{}
	for _, e := range w.seen() {
		if closed[e.ShardID] {
			t.Errorf("shard %s goes on after its last call", e.ShardID)
		}
		closed[e.ShardID] = e.IsFinalInvokeForWindow
		for _, r := range e.Records {
			if h := home[sk(r)]; !slices.Contains(h, e.ShardID) {
				home[sk(r)] = append(h, e.ShardID)
			}
		}
	}
	slots := map[string]bool{}
	for item, shards := range home {
		slots[shards[0]] = true
		if len(shards) < 3 || !slices.IsSorted(shards) {
			t.Errorf("item %s was in shards %v", item, shards)
		}
		for _, s := range shards[:len(shards)-1] {
			if !closed[s] {
				t.Errorf("shard %s had a child before its last call", s)
			}
		}
	}
	if len(slots) < 2 {
		t.Errorf("8 items fell into %d shards", len(slots))
	}
}
