package metricstest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
)

// MemoryBlocks stores the blocks of lists in memory, with the conditions of the real store. The zero MemoryBlocks is empty.
type MemoryBlocks struct {
	mu     sync.Mutex
	blocks map[peoplelist.Block]map[string][]byte
}

// UpdateBlock implements peoplelist.BlockStore.
func (m *MemoryBlocks) UpdateBlock(_ context.Context, b peoplelist.Block, rows []peoplelist.Row, _ time.Time) (map[string][]byte, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if len(rows) == 0 || len(rows) > peoplelist.MaxRowsPerUpdate {
		return nil, fmt.Errorf("metricstest: an update of %d rows", len(rows))
	}
	stored := m.blocks[b]
	for _, row := range rows {
		if row.Block != b {
			return nil, fmt.Errorf("metricstest: a row of %v in an update of %v", row.Block, b)
		}
		if old, ok := stored[row.Name]; ok && bytes.Compare(old, peoplelist.EncodeVersion(peoplelist.VersionOf(row.Value))) >= 0 {
			return maps.Clone(stored), nil
		}
	}
	if stored == nil {
		stored = map[string][]byte{}
		if m.blocks == nil {
			m.blocks = map[peoplelist.Block]map[string][]byte{}
		}
		m.blocks[b] = stored
	}
	for _, row := range rows {
		stored[row.Name] = row.Value
	}
	return nil, nil
}

// Delete deletes a row without a tombstone, as no real store does.
func (m *MemoryBlocks) Delete(row peoplelist.Row) {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.blocks[row.Block], row.Name)
}

// EachListRow implements BlockStore.
func (m *MemoryBlocks) EachListRow(_ context.Context, _ campaign.ID, do func(peoplelist.Row)) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	for b, rows := range m.blocks {
		for name, value := range rows {
			do(peoplelist.Row{Block: b, Name: name, Value: value})
		}
	}
	return nil
}

// BlockStore stores blocks of lists and returns their rows.
type BlockStore interface {
	peoplelist.BlockStore
	// EachListRow calls do for every stored row of a campaign's lists.
	EachListRow(ctx context.Context, c campaign.ID, do func(peoplelist.Row)) error
}

// listRow identifies a row of the lists.
type listRow struct {
	block peoplelist.Block
	name  string
}

// ListDifferences compares the stored rows of a campaign's lists with those of its present rows and counter items, and returns
// a description of each difference. A row of a removed contact or membership must be a tombstone or absent. It fails if the
// stored rows can't be read.
func ListDifferences(ctx context.Context, stored BlockStore, c campaign.ID, rows []any, items map[metrics.Item]metrics.ItemState) ([]string, error) {
	wanted := map[listRow][]byte{}
	want := func(row peoplelist.Row, ok bool) {
		if ok {
			wanted[listRow{row.Block, row.Name}] = row.Value
		}
	}
	for _, row := range rows {
		switch r := row.(type) {
		case *contact.Contact:
			want(peoplelist.ContactRow(r))
		case *mobilizer.Mobilizer:
			want(peoplelist.ProfileRow(r))
		}
	}
	for item, state := range items {
		if item.Kind == metrics.Member {
			want(peoplelist.CountsRow(item.Campaign, mobilizer.ID(item.Name), state))
		}
	}
	var differences []string
	err := stored.EachListRow(ctx, c, func(row peoplelist.Row) {
		k := listRow{row.Block, row.Name}
		value, ok := wanted[k]
		delete(wanted, k)
		if _, removed := peoplelist.TombstoneTime(row.Value); removed && !ok {
			return
		}
		if !bytes.Equal(row.Value, value) {
			differences = append(differences, fmt.Sprintf("list row %s is % x, want % x", row.Name, row.Value, value))
		}
	})
	for k, value := range wanted {
		differences = append(differences, fmt.Sprintf("list row %s is missing, want % x", k.name, value))
	}
	return differences, err
}
