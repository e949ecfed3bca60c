// Package metricstest helps tests of counters: a counter store in memory that checks its input, injected faults, and a
// simulation of a stream that is delivered in all the ways that Lambda may.
package metricstest

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/metrics"
)

// Limits of one counter item. They follow from DynamoDB's limit of 4 KB for an expression.
const (
	maxCells    = 250
	maxCellName = 5
	markName    = 6
)

// MemoryStore stores counter items in memory, with the conditions of the real store, and fails on input that exceeds the
// real store's limits. The zero MemoryStore is empty.
type MemoryStore struct {
	mu       sync.Mutex
	items    map[metrics.Item]metrics.ItemState
	recounts map[campaign.ID]string // requested, with the reason
	writes   int
}

// UpdateCounter implements metrics.Counters.
func (m *MemoryStore) UpdateCounter(_ context.Context, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := check(a); err != nil {
		return metrics.ItemState{}, false, err
	}
	state := m.items[a.Item]
	if !conditionMet(state, a) {
		return clone(state), false, nil
	}
	next := clone(state)
	for cell, n := range a.Add {
		next.Cells[cell] += n
	}
	if len(next.Cells) > maxCells {
		return metrics.ItemState{}, false, fmt.Errorf("metricstest: %v has %d cells", a.Item, len(next.Cells))
	}
	for name := range a.Prune {
		delete(next.Marks, name)
	}
	next.Marks[a.MarkName] = a.Mark
	next.UpdatedAt = a.UpdatedAt
	next.Version++
	if !a.LastActivity.IsZero() {
		next.Activity.Last = a.LastActivity
	}
	if !a.FirstActivityIfUnset.IsZero() && next.Activity.First.IsZero() {
		next.Activity.First = a.FirstActivityIfUnset
	}
	if !a.FirstActivity.IsZero() {
		next.Activity.First = a.FirstActivity
	}
	if m.items == nil {
		m.items = map[metrics.Item]metrics.ItemState{}
	}
	m.items[a.Item] = next
	m.writes++
	return clone(next), true, nil
}

// conditionMet reports whether the condition of an update is met.
func conditionMet(state metrics.ItemState, a metrics.ItemUpdate) bool {
	mark, ok := state.Marks[a.MarkName]
	if ok && string(mark) >= string(a.First) {
		return false
	}
	if !a.LastActivity.IsZero() && !state.Activity.Last.Before(a.LastActivity) {
		return false
	}
	first := state.Activity.First
	if !a.FirstActivityIfUnset.IsZero() && first.After(a.FirstActivityIfUnset) {
		return false
	}
	if !a.FirstActivity.IsZero() && !first.IsZero() && !first.After(a.FirstActivity) {
		return false
	}
	for name, old := range a.Prune {
		if state.Marks[name] != old {
			return false
		}
	}
	return true
}

// check fails if an update breaks the contract of CounterStore.
func check(a metrics.ItemUpdate) error {
	for cell, n := range a.Add {
		if n == 0 || cell == "" || len(cell) > maxCellName {
			return fmt.Errorf("metricstest: the update of %v adds %d to the cell %q", a.Item, n, cell)
		}
	}
	if len(a.MarkName) != markName || a.Mark == "" || string(a.Mark) < string(a.First) {
		return fmt.Errorf("metricstest: the update of %v has the mark %q=%x from %x on", a.Item, a.MarkName, a.Mark, a.First)
	}
	if !a.FirstActivity.IsZero() && !a.FirstActivityIfUnset.IsZero() {
		return fmt.Errorf("metricstest: the update of %v has two first activities", a.Item)
	}
	if _, own := a.Prune[a.MarkName]; own {
		return fmt.Errorf("metricstest: the update of %v prunes the mark that it writes", a.Item)
	}
	return nil
}

func clone(s metrics.ItemState) metrics.ItemState {
	next := s
	next.Cells, next.Marks = metrics.Cells{}, map[string]metrics.Mark{}
	maps.Copy(next.Cells, s.Cells)
	maps.Copy(next.Marks, s.Marks)
	return next
}

// RequestRecount implements metrics.Counters.
func (m *MemoryStore) RequestRecount(_ context.Context, c campaign.ID, _ time.Time, reason string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.recounts == nil {
		m.recounts = map[campaign.ID]string{}
	}
	m.recounts[c] = reason
	return nil
}

// Items returns a copy of every counter item.
func (m *MemoryStore) Items(context.Context, campaign.ID) (map[metrics.Item]metrics.ItemState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.items), nil
}

// Writes returns the number of updates so far.
func (m *MemoryStore) Writes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.writes
}

// RecountRequests returns the campaigns for which a recount was requested, with the reasons.
func (m *MemoryStore) RecountRequests() map[campaign.ID]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.recounts)
}
