package dynamo

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/fault"
)

// walk reads sort keys from several partitions as if they were one, in order: each partition is asked for a little more
// than its part, and again when it runs out.
type walk struct {
	store   *Store
	lanes   []*lane
	read    int // items read from the store
	reverse bool
}

// lane is one partition of a walk.
type lane struct {
	span  span
	ahead []entry
	ended bool
}

// entry is one item on the way: its place in the order and its key, or the whole item when the walk is on the table.
type entry struct {
	sort string
	key  key
	item Item // nil on an index
}

// newWalk walks spans, which all have the same direction, for about want entries.
func newWalk(s *Store, spans []span, want int) *walk {
	w := &walk{store: s}
	for _, sp := range spans {
		sp.limit = int32(want/len(spans) + 2)
		w.reverse = sp.descending
		w.lanes = append(w.lanes, &lane{span: sp})
	}
	return w
}

// next returns the next entry in order, nil at the end.
func (w *walk) next(ctx context.Context) (*entry, error) {
	if err := w.fill(ctx); err != nil {
		return nil, err
	}
	var first *lane
	for _, l := range w.lanes {
		if len(l.ahead) == 0 {
			continue
		}
		if first == nil || (l.ahead[0].sort < first.ahead[0].sort) != w.reverse {
			first = l
		}
	}
	if first == nil {
		return nil, nil
	}
	found := &first.ahead[0]
	first.ahead = first.ahead[1:]
	return found, nil
}

// some returns up to count next entries.
func (w *walk) some(ctx context.Context, count int) ([]entry, error) {
	var found []entry
	for len(found) < count {
		e, err := w.next(ctx)
		if err != nil {
			return nil, err
		}
		if e == nil {
			break
		}
		found = append(found, *e)
	}
	return found, nil
}

// fill reads on in the partitions that ran out: until it has, nobody knows what comes next.
func (w *walk) fill(ctx context.Context) error {
	var empty []*lane
	for _, l := range w.lanes {
		if len(l.ahead) == 0 && !l.ended {
			empty = append(empty, l)
		}
	}
	if len(empty) == 0 {
		return nil
	}
	err := InParallel(ctx, len(empty), len(empty), func(ctx context.Context, n int) error {
		return w.store.readOn(ctx, empty[n])
	})
	if err != nil {
		return err
	}
	for _, l := range empty {
		w.read += len(l.ahead)
	}
	return w.fill(ctx) // a page of a query may be empty and not the last
}

func (s *Store) readOn(ctx context.Context, l *lane) error {
	items, next, err := s.query(ctx, l.span)
	if err != nil {
		return err
	}
	l.span.start, l.ended = next, next == nil
	if l.span.index == "" { // one mobilizer's contacts, added at once, stand together
		l.span.limit = min(2*l.span.limit, 250)
	} else { // rows are spread evenly: little is missing
		l.span.limit = max(3, min(l.span.limit/2, 20))
	}
	for _, item := range items {
		e := entry{key: keyOf(item)}
		if e.key.PK == "" {
			return fault.Internal("query: an item without a key")
		}
		if l.span.index == "" {
			e.sort, e.item = e.key.SK, item
		} else {
			e.sort = stringIn(item, l.span.index+"S")
		}
		l.ahead = append(l.ahead, e)
	}
	return nil
}

// more reports whether there may be further entries.
func (w *walk) more() bool {
	for _, l := range w.lanes {
		if len(l.ahead) > 0 || !l.ended {
			return true
		}
	}
	return false
}

// stringIn returns a text attribute of an item, "" when it has none.
func stringIn(item Item, name string) string {
	value, ok := item[name].(*types.AttributeValueMemberS)
	if !ok {
		return ""
	}
	return value.Value
}
