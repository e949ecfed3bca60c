package table

import (
	"context"

	"github.com/kithhq/kith/internal/fault"
)

// Merge reads spans of several partitions as one list, in order of their sort keys. Each partition is asked for a little
// more than its share of the items wanted, and again when they are used up. It is not safe for concurrent use.
type Merge struct {
	Read int // items read so far

	db         *DB
	partitions []*mergedPartition
	descending bool
}

type mergedPartition struct {
	span   Span
	unused []Ref
	ended  bool
}

// Ref is one item of a merge.
type Ref struct {
	Sort string // its sort key in the table or index that is read
	Key  Key
	Item Item // nil when an index is read, which has keys only
}

// NewMerge returns a merge of spans of one table or index, all in the same direction, of which about `want` items will be
// taken.
func NewMerge(db *DB, spans []Span, want int) *Merge {
	m := &Merge{db: db}
	for _, span := range spans {
		span.Limit = int32(want/len(spans) + 2)
		m.descending = span.Descending
		m.partitions = append(m.partitions, &mergedPartition{span: span})
	}
	return m
}

// Next returns the next item, nil after the last.
func (m *Merge) Next(ctx context.Context) (*Ref, error) {
	if err := m.fill(ctx); err != nil {
		return nil, err
	}
	var first *mergedPartition
	for _, p := range m.partitions {
		if len(p.unused) == 0 {
			continue
		}
		if first == nil || (p.unused[0].Sort < first.unused[0].Sort) != m.descending {
			first = p
		}
	}
	if first == nil {
		return nil, nil
	}
	found := &first.unused[0]
	first.unused = first.unused[1:]
	return found, nil
}

// Take returns up to count next items.
func (m *Merge) Take(ctx context.Context, count int) ([]Ref, error) {
	var refs []Ref
	for len(refs) < count {
		ref, err := m.Next(ctx)
		if err != nil {
			return nil, err
		}
		if ref == nil {
			break
		}
		refs = append(refs, *ref)
	}
	return refs, nil
}

// More reports whether there may be further items.
func (m *Merge) More() bool {
	for _, p := range m.partitions {
		if len(p.unused) > 0 || !p.ended {
			return true
		}
	}
	return false
}

// fill reads the next page of each partition that is used up: until then its next sort key is unknown.
func (m *Merge) fill(ctx context.Context) error {
	for {
		var empty []*mergedPartition
		for _, p := range m.partitions {
			if len(p.unused) == 0 && !p.ended {
				empty = append(empty, p)
			}
		}
		if len(empty) == 0 {
			return nil
		}
		err := Parallel(ctx, len(empty), len(empty), func(ctx context.Context, n int) error {
			return empty[n].read(ctx, m.db)
		})
		if err != nil {
			return err
		}
		for _, p := range empty { // a page may be empty although it is not the last
			m.Read += len(p.unused)
		}
	}
}

func (p *mergedPartition) read(ctx context.Context, db *DB) error {
	items, next, err := db.Query(ctx, p.span)
	if err != nil {
		return err
	}
	p.span.Start, p.ended = next, next == nil
	if p.span.Index == "" { // items of one parent are in one partition, so one partition may hold a long run
		p.span.Limit = min(2*p.span.Limit, 250)
	} else { // items are spread evenly, so few are missing
		p.span.Limit = max(3, min(p.span.Limit/2, 20))
	}
	for _, item := range items {
		ref := Ref{Key: KeyOf(item)}
		if ref.Key.PK == "" {
			return fault.Internal("query: an item without a key")
		}
		if p.span.Index == "" {
			ref.Sort, ref.Item = ref.Key.SK, item
		} else {
			ref.Sort = StringOf(item, p.span.Index+"S")
		}
		p.unused = append(p.unused, ref)
	}
	return nil
}

// Rows returns the rows of items of a merge: nil for one that was deleted, and for the second of two items of one row,
// which moved in the index while the index was read.
func Rows[T any](ctx context.Context, m *Merge, table string, refs []Ref) ([]*T, error) {
	items := map[Key]Item{}
	var keys []Key
	for _, ref := range refs {
		_, known := items[ref.Key]
		items[ref.Key] = ref.Item
		if ref.Item == nil && !known {
			keys = append(keys, ref.Key)
		}
	}
	fetched, err := m.db.BatchGet(ctx, table, keys)
	if err != nil {
		return nil, err
	}
	m.Read += len(fetched)
	for _, item := range fetched {
		items[KeyOf(item)] = item
	}
	rows := make([]*T, len(refs))
	for i, ref := range refs {
		item := items[ref.Key]
		if item == nil {
			continue
		}
		delete(items, ref.Key)
		if rows[i], err = DecodeAs[T](item); err != nil {
			return nil, err
		}
	}
	return rows, nil
}
