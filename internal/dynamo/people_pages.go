package dynamo

import (
	"cmp"
	"context"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// Order is the order of a list of people.
type Order string

// The orders.
const (
	ByAdded Order = "added" // contacts by when they were added, mobilizers by when they joined
	ByName  Order = "name"  // last name, then first name
)

// PeopleQuery selects a page of contacts or mobilizers.
type PeopleQuery struct {
	Order      Order
	Descending bool
	Status     voter.Status   // match status, "" for any
	Response   *campaign.Code // contacts only: code of the Key Question response, "" for none; nil for any
	After      Position       // the zero Position for the first page
	At         time.Time      // time of the request
	Limit      int
}

// Position is where a page begins.
type Position struct {
	Key   string    `json:"k,omitempty"` // sort key of the last row examined, in the order of the list
	Order Order     `json:"o,omitempty"` // of the list, which may differ from the order requested
	Since time.Time `json:"s,omitzero"`  // time of the request of the first page
}

// PeoplePage is a page of contacts or mobilizers.
type PeoplePage[T any] struct {
	Rows     []*T
	Next     *Position // nil after the last page
	Order    Order     // of the rows: differs from the order requested when too many rows match to be sorted by name
	Examined int       // rows examined to find these
	Read     int       // items read from the tables
}

// Limits of the cost of one page.
const (
	examineLimit = 1000 // rows examined, when a filter is checked row by row
	sortLimit    = 1000 // matches of a filter that are sorted by name; more are returned in order of creation
)

// listing defines how rows of a kind are listed.
type listing[T any] struct {
	byAdded []table.Span                       // the base table's shards
	byName  []table.Span                       // the shards of the index by name
	filters [][]table.Span                     // the shards of the indexes of the filters; the first is read
	matches func(*T) bool                      // whether a row matches the filters
	name    func(*T) string                    // its sort key in the index by name
	changed func(row *T, since time.Time) bool // whether its name may have changed since; nil when that is unknown
}

// ContactsPage returns a page of a campaign's contacts.
func (s *Store) ContactsPage(ctx context.Context, c campaign.ID, q PeopleQuery) (*PeoplePage[contact.Contact], error) {
	l := listing[contact.Contact]{
		byAdded: s.contactShards(c, contacts),
		byName:  s.indexSpans("I1", func(j string) string { return basePartition(c, contacts, j) }),
		matches: func(t *contact.Contact) bool {
			return (q.Status == "" || t.Match.State() == q.Status) && (q.Response == nil || t.KeyQuestionCode == *q.Response)
		},
		name:    func(t *contact.Contact) string { return contactIndexes(t).I1S },
		changed: func(t *contact.Contact, since time.Time) bool { return t.LastActivityAt.After(since) },
	}
	if q.Response != nil {
		l.filters = append(l.filters, s.indexSpans("I6", func(j string) string { return contactAnswerIndex(c, *q.Response, j) }))
	}
	if q.Status != "" {
		l.filters = append(l.filters, s.indexSpans("I5", func(j string) string { return contactStatusIndex(c, q.Status, j) }))
	}
	return peoplePage(ctx, s, &l, q)
}

// MobilizersPage returns a page of a campaign's mobilizers.
func (s *Store) MobilizersPage(ctx context.Context, c campaign.ID, q PeopleQuery) (*PeoplePage[mobilizer.Mobilizer], error) {
	l := listing[mobilizer.Mobilizer]{
		byAdded: s.membershipShards(c),
		byName:  s.indexSpans("I1", func(j string) string { return membershipPartition(c, j) }),
		matches: func(m *mobilizer.Mobilizer) bool { return q.Status == "" || m.Match.State() == q.Status },
		name:    func(m *mobilizer.Mobilizer) string { return membershipIndexes(m).I1S },
	}
	if q.Status != "" {
		l.filters = append(l.filters, s.indexSpans("I5", func(j string) string { return memberStatusIndex(c, q.Status, j) }))
	}
	return peoplePage(ctx, s, &l, q)
}

// peoplePage chooses the partitions to read: those of the order, or those of a filter.
func peoplePage[T any](ctx context.Context, s *Store, l *listing[T], q PeopleQuery) (*PeoplePage[T], error) {
	if q.After.Order != "" { // as the first page decided
		q.Order = q.After.Order
	}
	if q.After.Since.IsZero() {
		q.After.Since = q.At
	}
	switch {
	case len(l.filters) == 0 && q.Order == ByName:
		return mergedPage(ctx, s, l, q, l.byName)
	case len(l.filters) == 0:
		return mergedPage(ctx, s, l, q, l.byAdded)
	case q.Order == ByName:
		return sortedPage(ctx, s, l, q)
	default:
		return mergedPage(ctx, s, l, q, l.filters[0])
	}
}

// mergedPage returns a page in the order of the spans.
func mergedPage[T any](ctx context.Context, s *Store, l *listing[T], q PeopleQuery, spans []table.Span) (*PeoplePage[T], error) {
	for i := range spans {
		spans[i].Descending = q.Descending
		if q.Descending {
			spans[i].Before = q.After.Key
		} else {
			spans[i].After = q.After.Key
		}
	}
	m := table.NewMerge(s.db, spans, q.Limit)
	p := &PeoplePage[T]{Order: q.Order}
	last, unused := "", false
	for len(p.Rows) < q.Limit && p.Examined < examineLimit {
		want := q.Limit - len(p.Rows)
		if len(l.filters) > 1 { // most rows may not match
			want = max(want, 100)
		}
		refs, err := m.Take(ctx, min(want, examineLimit-p.Examined))
		if err != nil {
			return nil, err
		}
		if len(refs) == 0 {
			break
		}
		rows, err := table.Rows[T](ctx, m, s.tables.Records, refs)
		if err != nil {
			return nil, err
		}
		for i, ref := range refs {
			if len(p.Rows) == q.Limit {
				unused = true
				break
			}
			last = ref.Sort
			p.Examined++
			if rows[i] != nil && l.matches(rows[i]) && !l.mayHaveMoved(rows[i], q) {
				p.Rows = append(p.Rows, rows[i])
			}
		}
	}
	p.Read = m.Read
	if last != "" && (unused || m.More()) {
		p.Next = &Position{Key: last, Order: q.Order, Since: q.After.Since}
	}
	return p, nil
}

// mayHaveMoved reports whether a row of a later page may have been at another place when the first page was read. It may
// have been returned then, so it is skipped.
func (l *listing[T]) mayHaveMoved(row *T, q PeopleQuery) bool {
	return q.Order == ByName && q.After.Key != "" && l.changed != nil && l.changed(row, q.After.Since)
}

// sortedPage returns a page of a filter's rows in order of their names: all of them are read and sorted for each page. When
// there are too many for that, the page is in order of creation, and says so.
func sortedPage[T any](ctx context.Context, s *Store, l *listing[T], q PeopleQuery) (*PeoplePage[T], error) {
	m := table.NewMerge(s.db, l.filters[0], 100)
	refs, err := m.Take(ctx, sortLimit)
	if err != nil {
		return nil, err
	}
	if m.More() {
		spans := l.byName // a list that began by name, before there were so many, continues by name
		if q.After.Key == "" {
			q.Order, spans = ByAdded, l.filters[0]
		}
		p, err := mergedPage(ctx, s, l, q, spans)
		if err != nil {
			return nil, err
		}
		p.Read += m.Read
		return p, nil
	}
	rows, err := table.Rows[T](ctx, m, s.tables.Records, refs)
	if err != nil {
		return nil, err
	}
	p := &PeoplePage[T]{Order: ByName, Examined: len(refs), Read: m.Read}
	for _, row := range rows {
		if row == nil || !l.matches(row) || l.mayHaveMoved(row, q) || !q.isAfterPrevious(l.name(row)) {
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

// isAfterPrevious reports whether a sort key comes after the previous page.
func (q PeopleQuery) isAfterPrevious(key string) bool {
	if q.After.Key == "" {
		return true
	}
	if q.Descending {
		return key < q.After.Key
	}
	return key > q.After.Key
}
