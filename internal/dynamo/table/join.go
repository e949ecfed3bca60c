package table

import "context"

// Join is a join of child rows with their parents, both spread over several partitions. Partition n of the children belongs
// to partition n of the parents.
type Join[P, C any] struct {
	Parents  []Span // whole partitions, sorted by parent id
	Children []Span // sorted by parent id, then by child
	ParentID func(*P) string
	// Place returns the id of a child's parent, and the child's sort key.
	Place func(*C) (parent, sort string)
}

// Each reads the children, merged by sort key, and calls yield with each, its parent and its sort key. Children whose
// parent was deleted are left out: their own deletion is under way. A failure of yield ends the reading and is returned.
func (j Join[P, C]) Each(ctx context.Context, db *DB, yield func(*P, *C, string) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	streams := make([]*stream[joined[P, C]], len(j.Children))
	for n := range streams {
		parents := &parentReader[P]{pages: NewPages[P](db), span: j.Parents[n], id: j.ParentID, limit: streamPage}
		streams[n] = joinStream(ctx, parents, readAhead[C](ctx, db, j.Children[n]), j.Place)
	}
	return mergeStreams(streams, func(row *joined[P, C]) string { return row.sort }, func(row *joined[P, C]) error {
		return yield(row.parent, row.child, row.sort)
	})
}

// joined is a child with its parent.
type joined[P, C any] struct {
	parent *P
	child  *C
	sort   string // of the child
}

func joinStream[P, C any](
	ctx context.Context, parents *parentReader[P], children *stream[C], place func(*C) (parent, sort string),
) *stream[joined[P, C]] {
	s := &stream[joined[P, C]]{pages: make(chan []*joined[P, C])}
	go func() {
		defer close(s.pages)
		for page := range children.pages {
			rows := make([]*joined[P, C], 0, len(page))
			for _, child := range page {
				id, sort := place(child)
				parent, err := parents.find(ctx, id)
				if err != nil {
					s.err = err
					return
				}
				if parent != nil {
					rows = append(rows, &joined[P, C]{parent, child, sort})
				}
			}
			if !s.send(ctx, rows) {
				return
			}
		}
		s.err = children.err
	}()
	return s
}

// parentReader finds rows of one partition by ids that never decrease. Each page begins at the row that is asked for. Its
// size follows how many rows of the pages before were asked for: where most parents have children they are read by whole
// pages, where few have, almost one by one.
type parentReader[P any] struct {
	pages *Pages[P]
	span  Span // the whole partition
	id    func(*P) string
	limit int32

	page  []*P
	used  int32 // rows of this page that were asked for
	last  string
	ended bool
}

// smallestPage is the least number of rows of a page of a parentReader.
const smallestPage = 4

// afterAll sorts after every id.
const afterAll = "~"

// find returns the row with the id, nil when it was deleted.
func (r *parentReader[P]) find(ctx context.Context, id string) (*P, error) {
	for {
		for len(r.page) > 0 && r.id(r.page[0]) < id {
			r.page = r.page[1:]
		}
		if len(r.page) > 0 {
			if r.id(r.page[0]) != id {
				return nil, nil
			}
			if r.last != id {
				r.last = id
				r.used++
			}
			return r.page[0], nil
		}
		if r.ended {
			return nil, nil
		}
		if err := r.read(ctx, id); err != nil {
			return nil, err
		}
	}
}

// resize makes the next page smaller when less than a quarter of this one was used, larger when more than half was.
func (r *parentReader[P]) resize() {
	switch {
	case r.used*4 < r.limit:
		r.limit = max(r.limit/4, smallestPage)
	case r.used*2 > r.limit:
		r.limit = min(r.limit*4, streamPage)
	}
}

// read reads the page that begins at a row.
func (r *parentReader[P]) read(ctx context.Context, from string) error {
	if r.last != "" {
		r.resize()
	}
	span := r.span
	span.After, span.Before, span.Limit = from, afterAll, r.limit // both ends included
	page, next, err := r.pages.Next(ctx, span)
	if err != nil {
		return err
	}
	r.page, r.used, r.ended = page, 0, next == nil || len(page) == 0
	return nil
}
