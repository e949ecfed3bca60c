package metricstest

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"sync"
	"time"

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

// differences compares the stored rows with those of the present rows and counter items, and returns a description of each
// difference. A row of a removed contact or membership must be a tombstone or absent.
func (m *MemoryBlocks) differences(rows []any, items map[metrics.Item]metrics.ItemState) []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	wanted := map[peoplelist.Block]map[string][]byte{}
	want := func(row peoplelist.Row, ok bool) {
		if !ok {
			return
		}
		if wanted[row.Block] == nil {
			wanted[row.Block] = map[string][]byte{}
		}
		wanted[row.Block][row.Name] = row.Value
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
	for b, rows := range wanted {
		for name, value := range rows {
			if !bytes.Equal(m.blocks[b][name], value) {
				differences = append(differences, fmt.Sprintf("list row %s is % x, want % x", name, m.blocks[b][name], value))
			}
		}
	}
	for b, rows := range m.blocks {
		for name, value := range rows {
			if _, removed := peoplelist.TombstoneTime(value); !removed && wanted[b][name] == nil {
				differences = append(differences, fmt.Sprintf("list row %s remains", name))
			}
		}
	}
	return differences
}
