package peoplelist

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"hash/fnv"
	"log/slog"
	"slices"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// Block identifies an item that holds rows: of one of the blocks of a mobilizer's contacts or, without a mobilizer, one of
// the blocks of the campaign's mobilizers.
type Block struct {
	Campaign  campaign.ID
	Mobilizer mobilizer.ID
	Number    int
}

// The numbers of blocks. They are part of the data: a change needs a new Format.
const (
	contactBlocks   = 4     // of a mobilizer's contacts
	MobilizerBlocks = 1_024 // of a campaign's mobilizers
)

// Row is a row to be stored: an attribute of a block.
type Row struct {
	Block Block
	Name  string
	Value []byte // begins with the version
}

// ContactRow returns the row to be stored for a contact. It reports false if its id is no UUID.
func ContactRow(c *contact.Contact) (Row, bool) {
	encoded := NewContact(c)
	row, ok := contactRow(c)
	row.Value = encoded.Encode(c.Version)
	return row, ok
}

func contactRow(c *contact.Contact) (Row, bool) {
	id := parseID(string(c.ID))
	return Row{Block: Block{c.Campaign, c.Mobilizer, hash(string(c.ID), contactBlocks)}, Name: RowName(id)}, id != [16]byte{}
}

// ProfileRow returns the row to be stored for a membership. It reports false if its id is no UUID.
func ProfileRow(m *mobilizer.Mobilizer) (Row, bool) {
	encoded := NewMobilizer(m, Counts{})
	row, ok := mobilizerRow(m.Campaign, m.ID, profileSuffix)
	row.Value = encoded.EncodeProfile(m.Version)
	return row, ok
}

// CountsRow returns the row to be stored for a mobilizer's counters. It reports false if the membership's id is no UUID.
func CountsRow(c campaign.ID, m mobilizer.ID, state metrics.ItemState) (Row, bool) {
	row, ok := mobilizerRow(c, m, countsSuffix)
	row.Value = NewCounts(state.MobilizerCounts()).Encode(state.Version)
	return row, ok
}

func mobilizerRow(c campaign.ID, m mobilizer.ID, suffix string) (Row, bool) {
	id := parseID(string(m))
	return Row{Block: Block{c, "", hash(string(m), MobilizerBlocks)}, Name: RowName(id) + suffix}, id != [16]byte{}
}

func hash(id string, of uint32) int {
	h := fnv.New32a()
	h.Write([]byte(id))
	return int(h.Sum32() % of)
}

// MaxRowsPerUpdate is the number of rows that one update writes: an expression ends at 4 KB and 300 operators.
const MaxRowsPerUpdate = 60

// BlockStore stores blocks.
type BlockStore interface {
	// UpdateBlock writes up to MaxRowsPerUpdate rows of one block if none of them is stored with the same version or a later
	// one. It returns nil if it wrote them, else the stored rows by name. After an error the rows may be written or not.
	UpdateBlock(ctx context.Context, b Block, rows []Row, at time.Time) (map[string][]byte, error)
}

// Updater applies batches of changes to counters and to the lists.
type Updater struct {
	Counters *metrics.Updater
	Blocks   BlockStore
}

// blockPlan holds the rows that a batch writes into one block.
type blockPlan struct {
	rows  []Row
	first string // sequence number of the first record with one of the rows
	at    time.Time
}

// Apply counts the batch and writes the rows of changed contacts, memberships and counters. It returns the sequence number
// of the first record that must be delivered again, because a store failed, "" for none. Rows may be written again at any
// time: an older version does not replace a later one.
func (u *Updater) Apply(ctx context.Context, b metrics.Batch) (string, error) {
	plan := newBatchPlan()
	again, err := u.Counters.ApplyAndReport(ctx, b, plan.addCounts)
	if err != nil {
		return "", err
	}
	for _, change := range b.Changes {
		plan.addChange(change)
	}
	failed, err := u.write(ctx, plan)
	if err != nil {
		return "", err
	}
	return earlier(again, failed)
}

// earlier returns the smaller of two sequence numbers, of which "" is none.
func earlier(a, b string) (string, error) {
	if a == "" || b == "" {
		return cmp.Or(a, b), nil
	}
	first, err := metrics.ParseSequence(a)
	if err != nil {
		return "", err
	}
	second, err := metrics.ParseSequence(b)
	if err != nil {
		return "", err
	}
	if second < first {
		return b, nil
	}
	return a, nil
}

// batchPlan collects the latest row of each source in a batch. It is safe for concurrent use.
type batchPlan struct {
	mu     sync.Mutex
	blocks map[Block]*blockPlan
}

func newBatchPlan() *batchPlan { return &batchPlan{blocks: map[Block]*blockPlan{}} }

// addCounts adds the row of a counter item after an update.
func (p *batchPlan) addCounts(sequence string, at time.Time, item metrics.Item, state metrics.ItemState) {
	if item.Kind != metrics.Member {
		return
	}
	if row, ok := CountsRow(item.Campaign, mobilizer.ID(item.Name), state); ok {
		p.add(row, sequence, at)
	}
}

// addChange adds the row of a changed or removed contact or membership.
func (p *batchPlan) addChange(change metrics.Change) {
	var row Row
	ok := false
	switch after := change.After.(type) {
	case *contact.Contact:
		row, ok = ContactRow(after)
	case *mobilizer.Mobilizer:
		row, ok = ProfileRow(after)
	case nil:
		switch before := change.Before.(type) {
		case *contact.Contact:
			row, ok = contactRow(before)
			row.Value = EncodeTombstone(before.Version+1, change.At)
		case *mobilizer.Mobilizer:
			row, ok = mobilizerRow(before.Campaign, before.ID, profileSuffix)
			row.Value = EncodeTombstone(before.Version+1, change.At)
		}
	}
	if ok {
		p.add(row, change.Sequence, change.At)
	}
}

func (p *batchPlan) add(row Row, sequence string, at time.Time) {
	p.mu.Lock()
	defer p.mu.Unlock()
	block := p.blocks[row.Block]
	if block == nil {
		block = &blockPlan{first: sequence}
		p.blocks[row.Block] = block
	}
	if first, err := earlier(block.first, sequence); err == nil {
		block.first = first
	}
	if at.After(block.at) {
		block.at = at
	}
	for i := range block.rows {
		if block.rows[i].Name == row.Name {
			if bytes.Compare(block.rows[i].Value[:versionBytes], row.Value[:versionBytes]) < 0 {
				block.rows[i] = row
			}
			return
		}
	}
	block.rows = append(block.rows, row)
}

// maxConcurrent is the number of blocks that are written at the same time.
const maxConcurrent = 16

// write writes the rows of a plan. It returns the sequence number of the first record with a row that may not be written,
// "" if all are.
func (u *Updater) write(ctx context.Context, p *batchPlan) (string, error) {
	failed := ""
	var failure error
	var mu sync.Mutex
	var calls sync.WaitGroup
	slots := make(chan struct{}, maxConcurrent)
	for block, plan := range p.blocks {
		slots <- struct{}{}
		calls.Go(func() {
			defer func() { <-slots }()
			err := WriteRows(ctx, u.Blocks, block, plan.rows, plan.at)
			if err == nil {
				return
			}
			slog.ErrorContext(ctx, "list not updated", "block", block, "error", err)
			mu.Lock()
			defer mu.Unlock()
			failed, err = earlier(failed, plan.first)
			failure = cmp.Or(failure, err)
		})
	}
	calls.Wait()
	return failed, failure
}

// maxAttempts is how often the rows of a block are attempted. More than two attempts are needed only while another process
// writes the same rows.
const maxAttempts = 20

// WriteRows writes rows of one block, except those of which the same version or a later one is stored.
func WriteRows(ctx context.Context, store BlockStore, block Block, rows []Row, at time.Time) error {
	for chunk := range slices.Chunk(rows, MaxRowsPerUpdate) {
		if err := writeChunk(ctx, store, block, chunk, at); err != nil {
			return err
		}
	}
	return nil
}

func writeChunk(ctx context.Context, store BlockStore, block Block, rows []Row, at time.Time) error {
	for range maxAttempts {
		stored, err := store.UpdateBlock(ctx, block, rows, at)
		if err != nil || stored == nil {
			return err
		}
		rows = slices.DeleteFunc(slices.Clone(rows), func(row Row) bool {
			return VersionOf(stored[row.Name]) >= VersionOf(row.Value)
		})
		if len(rows) == 0 {
			return nil
		}
	}
	return fmt.Errorf("peoplelist: %v changed before each of %d attempts", block, maxAttempts)
}
