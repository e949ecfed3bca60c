// Package metricstest tries to make counters drift: counters in memory that check what is asked of them, faults in front
// of any counters, and a stream that delivers the way Lambda may.
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

// Limits of one counter item, from the store's own: an expression has 4 KB, so an item may have 250 cells.
const (
	maxCells    = 250
	maxCellName = 5
	markName    = 6
)

// MemoryStore keeps counter items in memory, with the conditions of the real store, and refuses what the store would not
// bear. The zero Memory is empty.
type MemoryStore struct {
	mu     sync.Mutex
	items  map[metrics.Item]metrics.ItemState
	asked  map[campaign.ID]string
	writes int
}

// UpdateCounter implements metrics.Counters.
func (m *MemoryStore) UpdateCounter(_ context.Context, a metrics.ItemUpdate) (metrics.ItemState, bool, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if err := check(a); err != nil {
		return metrics.ItemState{}, false, err
	}
	state := m.items[a.Item]
	if !holds(state, a) {
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
	if !a.LastActivity.IsZero() {
		next.Activity.Last = a.LastActivity
	}
	if !a.FirstActivityIfNotLater.IsZero() && next.Activity.First.IsZero() {
		next.Activity.First = a.FirstActivityIfNotLater
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

// holds reports whether an attempt's condition holds.
func holds(state metrics.ItemState, a metrics.ItemUpdate) bool {
	mark, there := state.Marks[a.MarkName]
	if there && string(mark) >= string(a.First) {
		return false
	}
	if !a.LastActivity.IsZero() && !state.Activity.Last.Before(a.LastActivity) {
		return false
	}
	first := state.Activity.First
	if !a.FirstActivityIfNotLater.IsZero() && first.After(a.FirstActivityIfNotLater) {
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

// check refuses what no attempt may ask.
func check(a metrics.ItemUpdate) error {
	for cell, n := range a.Add {
		if n == 0 || cell == "" || len(cell) > maxCellName {
			return fmt.Errorf("metricstest: %v is asked to add %d to the cell %q", a.Item, n, cell)
		}
	}
	if len(a.MarkName) != markName || a.Mark == "" || string(a.Mark) < string(a.First) {
		return fmt.Errorf("metricstest: %v is asked for the mark %q=%x from %x on", a.Item, a.MarkName, a.Mark, a.First)
	}
	if !a.FirstActivity.IsZero() && !a.FirstActivityIfNotLater.IsZero() {
		return fmt.Errorf("metricstest: %v is asked for two first activities", a.Item)
	}
	if _, own := a.Prune[a.MarkName]; own {
		return fmt.Errorf("metricstest: %v is asked to drop the mark it writes", a.Item)
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
func (m *MemoryStore) RequestRecount(_ context.Context, c campaign.ID, _ time.Time, why string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.asked == nil {
		m.asked = map[campaign.ID]string{}
	}
	m.asked[c] = why
	return nil
}

// Items returns a copy of every counter item.
func (m *MemoryStore) Items(context.Context, campaign.ID) (map[metrics.Item]metrics.ItemState, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.items), nil
}

// Writes returns how many updates have happened.
func (m *MemoryStore) Writes() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.writes
}

// RecountRequests returns the campaigns that a recount was asked for.
func (m *MemoryStore) RecountRequests() map[campaign.ID]string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.asked)
}
