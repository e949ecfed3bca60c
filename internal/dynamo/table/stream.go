package table

import "context"

// streamPage is how many rows of a partition are read at once when all are wanted. Each partition holds two pages in
// memory: one being merged, one read ahead.
const streamPage = 250

// EachRow reads whole spans in parallel, each a page ahead, and calls yield with their rows merged by order, in which each
// span returns them already. A failure of yield ends the reading and is returned. The strings of a row share one piece of
// memory: a caller that keeps one of them for long should clone it.
func EachRow[T any](ctx context.Context, db *DB, spans []Span, order func(*T) string, yield func(*T) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	streams := make([]*stream[T], len(spans))
	for i, span := range spans {
		streams[i] = readAhead[T](ctx, db, span)
	}
	return mergeStreams(streams, order, yield)
}

// mergeStreams calls yield with the rows of streams, merged by order.
func mergeStreams[T any](streams []*stream[T], order func(*T) string, yield func(*T) error) error {
	var heads []*head[T]
	for _, s := range streams {
		h := &head[T]{stream: s}
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
			if heads[i].order < heads[first].order {
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

// head is the next row of a stream.
type head[T any] struct {
	stream *stream[T]
	page   []*T
	row    *T
	order  string
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
	h.order = order(h.row)
	return true, nil
}

// stream is a span being read, one page ahead of its consumer.
type stream[T any] struct {
	pages chan []*T // closed at the end, after err is set
	err   error
}

// send gives the consumer a page, and reports whether it still reads.
func (s *stream[T]) send(ctx context.Context, page []*T) bool {
	select {
	case s.pages <- page:
		return true
	case <-ctx.Done():
		s.err = unavailable("read", ctx.Err())
		return false
	}
}

func readAhead[T any](ctx context.Context, db *DB, span Span) *stream[T] {
	s := &stream[T]{pages: make(chan []*T)}
	span.Limit = streamPage
	pages := NewPages[T](db)
	go func() {
		defer close(s.pages)
		for {
			page, next, err := pages.Next(ctx, span)
			if err != nil {
				s.err = err
				return
			}
			if !s.send(ctx, page) || next == nil {
				return
			}
			span.Start = next
		}
	}()
	return s
}
