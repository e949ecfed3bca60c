package dynamo

import (
	"context"
	"strconv"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/mobilizer"
)

// EachNote reads a campaign's notes with the contacts that they are about, by contact in order of adding, then in order
// of writing, from after a position ("" for the beginning), and gives each to yield with its position. A note whose
// contact is gone is left out. A failure of yield ends the reading and is returned.
func (s *Store) EachNote(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.Note, string) error) error {
	return eachChild(ctx, s, c, notes, after, func(n *contact.Note) (contact.Ref, string) { return n.About, string(n.ID) }, yield)
}

// EachAnswer reads the Key Question histories of a campaign's contacts as EachNote reads notes.
func (s *Store) EachAnswer(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.Answer, string) error) error {
	return eachChild(ctx, s, c, answers, after, func(a *contact.Answer) (contact.Ref, string) { return a.About, string(a.ID) }, yield)
}

// EachResponse reads a campaign's action item responses as EachNote reads notes.
func (s *Store) EachResponse(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.ActionResponse, string) error) error {
	return eachChild(ctx, s, c, responses, after, func(r *contact.ActionResponse) (contact.Ref, string) { return r.About, string(r.ID) }, yield)
}

// eachChild joins what hangs on contacts with the contacts, shard by shard, and merges the shards.
func eachChild[C any](ctx context.Context, s *Store, c campaign.ID, of family, after string,
	place func(*C) (contact.Ref, string), yield func(*contact.Contact, *C, string) error,
) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	streams := make([]*rowStream[joined[contact.Contact, C]], baseShards)
	for k := range streams {
		shard := strconv.Itoa(k)
		above := &seeker[contact.Contact]{
			pages: newPaging[contact.Contact](s), limit: drainPage, order: func(c *contact.Contact) string { return string(c.ID) },
			span: span{table: s.tables.Records, partition: basePartition(c, contacts, shard)},
		}
		below := span{table: s.tables.Records, partition: basePartition(c, of, shard), after: after}
		streams[k] = withParents(ctx, s, above, below, func(child *C) (string, string) {
			about, id := place(child)
			return string(about.Contact), childKey(of, about, id).SK
		})
	}
	return yieldJoined(streams, yield)
}

// EachManagementNote reads a campaign's management notes with the mobilizers that they are about, by mobilizer in order
// of joining, then in order of writing, as EachNote reads notes.
func (s *Store) EachManagementNote(ctx context.Context, c campaign.ID, after string, yield func(*mobilizer.Mobilizer, *mobilizer.ManagementNote, string) error) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	streams := make([]*rowStream[joined[mobilizer.Mobilizer, mobilizer.ManagementNote]], indexShards)
	for j := range streams {
		shard := strconv.Itoa(j)
		above := &seeker[mobilizer.Mobilizer]{
			pages: newPaging[mobilizer.Mobilizer](s), limit: drainPage, order: func(m *mobilizer.Mobilizer) string { return string(m.ID) },
			span: span{table: s.tables.Records, partition: membershipPartition(c, shard)},
		}
		below := span{table: s.tables.Records, partition: managementNotePartition(c, shard), after: after}
		streams[j] = withParents(ctx, s, above, below, func(n *mobilizer.ManagementNote) (string, string) {
			return string(n.Mobilizer), managementNoteKey(n.Campaign, n.Mobilizer, n.ID).SK
		})
	}
	return yieldJoined(streams, yield)
}

func yieldJoined[P, C any](streams []*rowStream[joined[P, C]], yield func(*P, *C, string) error) error {
	return drain(streams, func(j *joined[P, C]) string { return j.position }, func(j *joined[P, C]) error {
		return yield(j.parent, j.child, j.position)
	})
}

// joined is a row with the one that it hangs on. Its position is its sort key, which begins with the parent's.
type joined[P, C any] struct {
	parent   *P
	child    *C
	position string
}

// withParents reads two spans side by side, both in order of the parents, and gives each row of the lower one with its parent.
// Rows whose parent is gone are left out: they are about to follow it. place tells a child's parent and position.
func withParents[P, C any](ctx context.Context, s *Store, above *seeker[P], below span, place func(*C) (string, string)) *rowStream[joined[P, C]] {
	children := readAhead[C](ctx, s, below)
	stream := &rowStream[joined[P, C]]{pages: make(chan []*joined[P, C])}
	go func() {
		defer close(stream.pages)
		for page := range children.pages {
			rows := make([]*joined[P, C], 0, len(page))
			for _, child := range page {
				of, position := place(child)
				parent, err := above.find(ctx, of)
				if err != nil {
					stream.err = err
					return
				}
				if parent != nil {
					rows = append(rows, &joined[P, C]{parent, child, position})
				}
			}
			if !stream.hand(ctx, rows) {
				return
			}
		}
		stream.err = children.err
	}()
	return stream
}

// seeker finds rows of a partition that are asked for in order. Each page begins at the row that is asked for, and holds
// as many rows as were of use lately: where most have children, they come by whole pages; where few have, one by one.
type seeker[P any] struct {
	pages *paging[P]
	span  span // the whole partition
	order func(*P) string
	limit int32

	page  []*P
	used  int32 // rows of this page that were asked for
	last  string
	ended bool
}

// fewest is how many rows a page of a seeker holds at least.
const fewest = 4

// find returns the row, which must not come before one that was asked for earlier, nil when it is gone.
func (s *seeker[P]) find(ctx context.Context, id string) (*P, error) {
	for {
		for len(s.page) > 0 && s.order(s.page[0]) < id {
			s.page = s.page[1:]
		}
		if len(s.page) > 0 {
			if s.order(s.page[0]) != id {
				return nil, nil
			}
			if s.last != id {
				s.last = id
				s.used++
			}
			return s.page[0], nil
		}
		if s.ended {
			return nil, nil
		}
		if err := s.read(ctx, id); err != nil {
			return nil, err
		}
	}
}

// adapt makes the next page smaller when less than a quarter of this one was of use, larger when more than half was.
func (s *seeker[P]) adapt() {
	switch {
	case s.used*4 < s.limit:
		s.limit = max(s.limit/4, fewest)
	case s.used*2 > s.limit:
		s.limit = min(s.limit*4, drainPage)
	}
}

// read reads the page that begins at a row.
func (s *seeker[P]) read(ctx context.Context, from string) error {
	if s.last != "" {
		s.adapt()
	}
	sp := s.span
	sp.after, sp.before, sp.limit = from, afterAll, s.limit // both ends included
	page, next, err := s.pages.next(ctx, sp)
	if err != nil {
		return err
	}
	s.page, s.used, s.ended = page, 0, next == nil || len(page) == 0
	return nil
}
