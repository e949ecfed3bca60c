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

// windowed returns a mapping with a window, whose state counts the records.
func windowed(f *streamFixture) mapping.Mapping {
	f.respondWith(count)
	m := f.mapping()
	m.TumblingWindow, m.ReportFailures, m.Bisect = 15*time.Minute, true, true
	return m
}

func count(e event) (any, error) {
	return map[string]any{"state": map[string]string{"n": e.State["n"] + strings.Repeat("i", len(e.Records))}}, nil
}

// summary describes each invocation: window, number of records, state, and final or early.
func (f *streamFixture) summary() []string {
	var out []string
	for _, e := range f.events() {
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

func TestWindow_NextInvocation_GetsTheState(t *testing.T) {
	f := newStreamFixture(t)
	m := windowed(f)
	m.BatchSize = 1
	f.clock.Set(noon)
	f.start(oneShard, m)
	f.write(1, "a", "b")
	f.awaitIdle()
	f.clock.Set(noon.Add(20 * time.Minute))
	f.write(2, "a")
	f.awaitIdle()
	f.clock.Set(noon.Add(time.Hour))
	f.await("the window is over", func() bool { return len(f.events()) == 5 })
	wantBatches(t, f.summary(), "12:00-12:15 1 ", "12:00-12:15 1 i", "12:00-12:15 0 ii final", "12:15-12:30 1 ", "12:15-12:30 0 i final")
	for i, e := range f.events() {
		if e.ShardID == "" || !strings.HasPrefix(e.ShardID, "shardId-") || e.EventSourceARN != f.stream {
			t.Errorf("shard %q of %q", e.ShardID, e.EventSourceARN)
		}
		if e.IsFinalInvokeForWindow && !strings.Contains(string(f.payloads[i]), `"Records":[]`) {
			t.Errorf("final event is %s", f.payloads[i])
		}
	}
	if got := f.events()[3].Records[0].Change.ApproximateCreationDateTime.UTC(); got.Sub(noon) < 20*time.Minute || got.Sub(noon) > 21*time.Minute {
		t.Errorf("a record written at 12:20 by the shifted clock has the time %s", got)
	}
}

func TestWindow_MissingState_IsRetried(t *testing.T) {
	f := newStreamFixture(t)
	m := windowed(f)
	attempts := 0
	f.respondWith(func(e event) (any, error) {
		attempts++
		switch attempts {
		case 1:
			return map[string]any{"state": nil}, nil
		case 2:
			return map[string]any{}, nil
		}
		return count(e)
	})
	f.start(oneShard, m)
	f.write(1, "a")
	f.awaitIdle()
	if attempts != 3 {
		t.Errorf("%d attempts, want 3", attempts)
	}
}

func TestWindow_FailedBatch_KeepsTheState(t *testing.T) {
	f := newStreamFixture(t)
	m := windowed(f)
	f.clock.Set(noon)
	attempts := 0
	f.respondWith(func(e event) (any, error) {
		attempts++
		switch attempts {
		case 2:
			return nil, errors.New("unavailable")
		case 3:
			return failures(sequences(e)[0]), nil
		}
		return count(e)
	})
	f.start(oneShard, m)
	f.write(1, "a")
	f.awaitIdle()
	f.write(1, "b")
	f.awaitIdle()
	wantBatches(t, f.summary(), "12:00-12:15 1 ", "12:00-12:15 1 i", "12:00-12:15 1 i", "12:00-12:15 1 i")
}

func TestWindow_LargeState_ClosesEarly(t *testing.T) {
	f := newStreamFixture(t)
	m := windowed(f)
	f.clock.Set(noon)
	f.respondWith(func(e event) (any, error) {
		if len(e.Records) > 0 && sk(e.Records[0]) == "a" {
			return map[string]any{"state": map[string]string{"big": strings.Repeat("x", 1<<20)}}, nil
		}
		return count(e)
	})
	f.start(oneShard, m)
	f.write(1, "a")
	f.await("the window ends", func() bool { return len(f.events()) == 2 })
	f.write(1, "b")
	f.awaitIdle()
	wantBatches(t, f.summary(), "12:00-12:15 1 ", "12:00-12:15 0  final early", "12:00-12:15 1 ")
}

func TestWindow_Restart_KeepsTheState(t *testing.T) {
	f := newStreamFixture(t)
	m := windowed(f)
	f.clock.Set(noon)
	f.start(oneShard, m)
	f.write(1, "a", "b")
	f.awaitIdle()
	f.stop()
	f.start(oneShard, m)
	f.write(1, "c")
	f.awaitIdle()
	summary := f.summary()
	if got := summary[len(summary)-1]; got != "12:00-12:15 1 ii" {
		t.Errorf("after a restart the window continued with %q", got)
	}
	shards := map[string]bool{}
	for _, e := range f.events() {
		shards[e.ShardID] = true
	}
	if len(shards) != 1 {
		t.Errorf("a restart changed the shard: %v", shards)
	}
}

func TestShards_Replaced_KeepOrder(t *testing.T) {
	f := newStreamFixture(t)
	m := windowed(f)
	f.clock.Set(noon)
	f.start(func(c *mapping.Config) { c.ShardLifetime = time.Millisecond }, m)
	for n := range 6 {
		for i := range 8 {
			f.write(n, fmt.Sprint(i))
		}
		f.awaitIdle()
	}
	home := map[string][]string{} // item → shards in order
	closed := map[string]bool{}
	for _, e := range f.events() {
		if closed[e.ShardID] {
			t.Errorf("shard %s continued after its final invocation", e.ShardID)
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
				t.Errorf("shard %s had a child before its final invocation", s)
			}
		}
	}
	if len(slots) < 2 {
		t.Errorf("8 items fell into %d shards", len(slots))
	}
}
