package dynamo

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// Order is what a list of people is sorted by.
type Order string

// The orders.
const (
	ByAdded Order = "added" // contacts: when they were added; mobilizers: when they joined
	ByName  Order = "name"  // last name, then first
)

// PeopleQuery asks for a page of contacts or mobilizers.
type PeopleQuery struct {
	Order      Order
	Descending bool
	Status     voter.Status   // only of this match status; any when empty
	Response   *campaign.Code // contacts only: only of this Key Question response, "" for none; any when nil
	After      Position       // the zero Position for the first page
	At         time.Time      // when the page is asked for
	Limit      int
}

// Position is where a page begins: what the page before ended with.
type Position struct {
	Key   string    `json:"k,omitempty"` // of the last row that was examined, in the order of the list
	Order Order     `json:"o,omitempty"` // of the list, which may not be the one asked for
	Since time.Time `json:"s,omitzero"`  // when the first page was asked for
}

// PeoplePage is a page of contacts or mobilizers.
type PeoplePage[T any] struct {
	Rows     []*T
	Next     *Position // nil after the last page
	Order    Order     // as the rows come: not the one asked for when too many rows match to be sorted by name
	Examined int       // rows looked at to find these
	Read     int       // items read from the store
}

// Limits of what one page may cost.
const (
	examineLimit = 1000 // rows looked at, when a filter has to be checked row by row
	holdLimit    = 1000 // matches of a filter that are sorted by name; more come in order of adding
)

// listing says how a kind of row is listed.
type listing[T any] struct {
	in      []span                             // the partitions, in order of adding
	named   []span                             // the index by name
	filters []func() []span                    // indexes of the filters asked for; the first is walked
	keep    func(*T) bool                      // whether a row matches the filters
	name    func(*T) string                    // its sort key in the index by name
	changed func(row *T, since time.Time) bool // whether its name may have changed since; nil when nobody knows
}

// ContactsPage returns a page of a campaign's contacts.
func (s *Store) ContactsPage(ctx context.Context, c campaign.ID, q PeopleQuery) (*PeoplePage[contact.Contact], error) {
	base := s.shards("", baseShards, func(k string) string { return basePartition(c, contacts, k) })
	l := listing[contact.Contact]{
		in:    base,
		named: s.shards("I1", indexShards, func(j string) string { return basePartition(c, contacts, j) }),
		keep: func(t *contact.Contact) bool {
			return (q.Status == "" || t.Match.State() == q.Status) && (q.Response == nil || t.KeyQuestionCode == *q.Response)
		},
		name:    func(t *contact.Contact) string { return contactIndexes(t).I1S },
		changed: func(t *contact.Contact, since time.Time) bool { return t.LastActivityAt.After(since) },
	}
	if q.Response != nil {
		l.filters = append(l.filters, func() []span {
			return s.shards("I6", indexShards, func(j string) string { return contactAnswerIndex(c, *q.Response, j) })
		})
	}
	if q.Status != "" {
		l.filters = append(l.filters, func() []span {
			return s.shards("I5", indexShards, func(j string) string { return contactStatusIndex(c, q.Status, j) })
		})
	}
	return page(ctx, s, &l, q)
}

// MobilizersPage returns a page of a campaign's mobilizers.
func (s *Store) MobilizersPage(ctx context.Context, c campaign.ID, q PeopleQuery) (*PeoplePage[mobilizer.Mobilizer], error) {
	all := func(j string) string { return membershipPartition(c, j) }
	l := listing[mobilizer.Mobilizer]{
		in:    s.shards("", indexShards, all),
		named: s.shards("I1", indexShards, all),
		keep:  func(m *mobilizer.Mobilizer) bool { return q.Status == "" || m.Match.State() == q.Status },
		name:  func(m *mobilizer.Mobilizer) string { return membershipIndexes(m).I1S },
	}
	if q.Status != "" {
		l.filters = append(l.filters, func() []span {
			return s.shards("I5", indexShards, func(j string) string { return memberStatusIndex(c, q.Status, j) })
		})
	}
	return page(ctx, s, &l, q)
}

// shards returns one span for each shard of an index of Records, or of the table itself.
func (s *Store) shards(index string, count int, partition func(string) string) []span {
	spans := make([]span, count)
	for n := range spans {
		spans[n] = span{table: s.tables.Records, index: index, partition: partition(strconv.Itoa(n))}
	}
	return spans
}

// page chooses what is walked: the order's own index, or the index of a filter.
func page[T any](ctx context.Context, s *Store, l *listing[T], q PeopleQuery) (*PeoplePage[T], error) {
	if q.After.Order != "" { // as the first page decided
		q.Order = q.After.Order
	}
	if q.After.Since.IsZero() {
		q.After.Since = q.At
	}
	switch {
	case len(l.filters) == 0 && q.Order == ByName:
		return walked(ctx, s, l, q, l.named)
	case len(l.filters) == 0:
		return walked(ctx, s, l, q, l.in)
	case q.Order == ByName:
		return held(ctx, s, l, q)
	default:
		return walked(ctx, s, l, q, l.filters[0]())
	}
}

// walked returns a page in the order of the partitions that are walked.
func walked[T any](ctx context.Context, s *Store, l *listing[T], q PeopleQuery, spans []span) (*PeoplePage[T], error) {
	for i := range spans {
		spans[i].descending = q.Descending
		if q.Descending {
			spans[i].before = q.After.Key
		} else {
			spans[i].after = q.After.Key
		}
	}
	w := newWalk(s, spans, q.Limit)
	p := &PeoplePage[T]{Order: q.Order}
	last, unused := "", false
	for len(p.Rows) < q.Limit && p.Examined < examineLimit {
		want := q.Limit - len(p.Rows)
		if len(l.filters) > 1 { // most rows may fall through
			want = max(want, 100)
		}
		some, err := w.some(ctx, min(want, examineLimit-p.Examined))
		if err != nil {
			return nil, err
		}
		if len(some) == 0 {
			break
		}
		rows, err := rowsOf[T](ctx, w, some)
		if err != nil {
			return nil, err
		}
		for i, e := range some {
			if len(p.Rows) == q.Limit {
				unused = true
				break
			}
			last = e.sort
			p.Examined++
			if rows[i] != nil && l.keep(rows[i]) && !l.mayHaveMoved(rows[i], q) {
				p.Rows = append(p.Rows, rows[i])
			}
		}
	}
	p.Read = w.read
	if last != "" && (unused || w.more()) {
		p.Next = &Position{Key: last, Order: q.Order, Since: q.After.Since}
	}
	return p, nil
}

// mayHaveMoved reports whether a row of a later page may have stood elsewhere when the first page was read: then it may
// have been shown, and is passed over.
func (l *listing[T]) mayHaveMoved(row *T, q PeopleQuery) bool {
	return q.Order == ByName && q.After.Key != "" && l.changed != nil && l.changed(row, q.After.Since)
}

// held returns a page of a filter's rows in order of their names: all of them are read and sorted for each page. When
// they are too many for that, the page comes in order of adding, and says so.
func held[T any](ctx context.Context, s *Store, l *listing[T], q PeopleQuery) (*PeoplePage[T], error) {
	w := newWalk(s, l.filters[0](), 100)
	some, err := w.some(ctx, holdLimit)
	if err != nil {
		return nil, err
	}
	if w.more() {
		spans := l.named // a list that began by name, before there were so many, goes on so
		if q.After.Key == "" {
			q.Order, spans = ByAdded, l.filters[0]()
		}
		p, err := walked(ctx, s, l, q, spans)
		if err != nil {
			return nil, err
		}
		p.Read += w.read
		return p, nil
	}
	rows, err := rowsOf[T](ctx, w, some)
	if err != nil {
		return nil, err
	}
	p := &PeoplePage[T]{Order: ByName, Examined: len(some), Read: w.read}
	for _, row := range rows {
		if row == nil || !l.keep(row) || l.mayHaveMoved(row, q) || !q.follows(l.name(row)) {
			continue
		}
		p.Rows = append(p.Rows, row)
	}
	slices.SortFunc(p.Rows, func(a, b *T) int {
		if q.Descending {
			a, b = b, a
		}
		return cmp.Compare(l.name(a), l.name(b))
	})
	if len(p.Rows) > q.Limit {
		p.Rows = p.Rows[:q.Limit]
		p.Next = &Position{Key: l.name(p.Rows[q.Limit-1]), Order: ByName, Since: q.After.Since}
	}
	return p, nil
}

// follows reports whether a sort key comes after the page before.
func (q PeopleQuery) follows(key string) bool {
	if q.After.Key == "" {
		return true
	}
	if q.Descending {
		return key < q.After.Key
	}
	return key > q.After.Key
}

// rowsOf returns the rows of entries, nil for one that is gone, and for the second of two entries of one row: it moved
// in the index while the index was read.
func rowsOf[T any](ctx context.Context, w *walk, some []entry) ([]*T, error) {
	items := map[key]Item{}
	var keys []key
	for _, e := range some {
		_, known := items[e.key]
		items[e.key] = e.item
		if e.item == nil && !known {
			keys = append(keys, e.key)
		}
	}
	got, err := w.store.batchGet(ctx, w.store.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	w.read += len(got)
	for _, item := range got {
		items[keyOf(item)] = item
	}
	rows := make([]*T, len(some))
	for i, e := range some {
		item := items[e.key]
		if item == nil {
			continue
		}
		delete(items, e.key)
		rows[i], err = decodeAs[T](item)
		if err != nil {
			return nil, err
		}
	}
	return rows, nil
}
