package dynamo

import (
	"context"
	"strconv"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// drainPage is how many rows of a partition are read at once when all are wanted. Each partition holds two pages in
// memory: one being merged, one read ahead.
const drainPage = 250

// EachContact reads a campaign's contacts in order of adding, from after one of them, and gives each to yield: the
// eight base partitions side by side, merged. A failure of yield ends the reading and is returned. A contact's strings, as
// those of all rows that exports read, are one piece of memory: whoever keeps one of them for long should clone it.
func (s *Store) EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	spans := make([]span, baseShards)
	for k := range spans {
		spans[k] = span{table: s.tables.Records, partition: basePartition(c, contacts, strconv.Itoa(k)), after: string(after)}
	}
	return drainSpans(ctx, s, spans, func(t *contact.Contact) string { return string(t.ID) }, yield)
}

// EachMobilizer reads a campaign's mobilizers in order of joining, from after one of them, each with their numbers, and
// gives each to yield. A failure of yield ends the reading and is returned.
func (s *Store) EachMobilizer(ctx context.Context, c campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error {
	spans := make([]span, indexShards)
	for j := range spans {
		spans[j] = span{table: s.tables.Records, partition: membershipPartition(c, strconv.Itoa(j)), after: string(after)}
	}
	var some []*mobilizer.Mobilizer
	flush := func() error {
		ids := make([]mobilizer.ID, len(some))
		for i, m := range some {
			ids[i] = m.ID
		}
		counts, err := s.MobilizerCounts(ctx, c, ids)
		if err != nil {
			return err
		}
		for _, m := range some {
			if err := yield(m, counts[m.ID]); err != nil {
				return err
			}
		}
		some = some[:0]
		return nil
	}
	err := drainSpans(ctx, s, spans, func(m *mobilizer.Mobilizer) string { return string(m.ID) }, func(m *mobilizer.Mobilizer) error {
		some = append(some, m)
		if len(some) < 100 {
			return nil
		}
		return flush()
	})
	if err != nil || len(some) == 0 {
		return err
	}
	return flush()
}

// drainSpans reads whole spans side by side and gives their rows to yield, merged by order. Within a span, rows come in
// that order already.
func drainSpans[T any](ctx context.Context, s *Store, spans []span, order func(*T) string, yield func(*T) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	streams := make([]*rowStream[T], len(spans))
	for i, sp := range spans {
		streams[i] = readAhead[T](ctx, s, sp)
	}
	return drain(streams, order, yield)
}

// drain gives the rows of streams to yield, merged by order, in which each of them comes already.
func drain[T any](streams []*rowStream[T], order func(*T) string, yield func(*T) error) error {
	var heads []*head[T]
	for _, stream := range streams {
		h := &head[T]{stream: stream}
		more, err := h.advance(order)
		if err != nil {
			return err
		}
		if more {
			heads = append(heads, h)
		}
	}
	for len(heads) > 0 {
		first := 0
		for i := range heads {
			if heads[i].key < heads[first].key {
				first = i
			}
		}
		if err := yield(heads[first].row); err != nil {
			return err
		}
		more, err := heads[first].advance(order)
		if err != nil {
			return err
		}
		if !more {
			heads = append(heads[:first], heads[first+1:]...)
		}
	}
	return nil
}

// head is the next row of one stream.
type head[T any] struct {
	stream *rowStream[T]
	page   []*T
	row    *T
	key    string
}

// advance takes the next row and reports whether there was one.
func (h *head[T]) advance(order func(*T) string) (bool, error) {
	for len(h.page) == 0 {
		page, ok := <-h.stream.pages
		if !ok {
			return false, h.stream.err
		}
		h.page = page
	}
	h.row, h.page = h.page[0], h.page[1:]
	h.key = order(h.row)
	return true, nil
}

// rowStream is a span being read: a page ahead of its consumer.
type rowStream[T any] struct {
	pages chan []*T // closed at the end, after err is set
	err   error
}

// hand gives the consumer a page, and reports whether it is still there.
func (r *rowStream[T]) hand(ctx context.Context, page []*T) bool {
	select {
	case r.pages <- page:
		return true
	case <-ctx.Done():
		r.err = failure("read", ctx.Err())
		return false
	}
}

func readAhead[T any](ctx context.Context, s *Store, sp span) *rowStream[T] {
	stream := &rowStream[T]{pages: make(chan []*T)}
	sp.limit = drainPage
	pages := newPaging[T](s)
	go func() {
		defer close(stream.pages)
		for {
			page, next, err := pages.next(ctx, sp)
			if err != nil {
				stream.err = err
				return
			}
			if !stream.hand(ctx, page) || next == nil {
				return
			}
			sp.start = next
		}
	}()
	return stream
}
