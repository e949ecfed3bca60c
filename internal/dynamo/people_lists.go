package dynamo

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
)

// ContactQuery selects a page of a campaign's contacts.
type ContactQuery struct {
	Filter peoplelist.ContactFilter
	Order  peoplelist.ContactOrder
	PageQuery
}

// MobilizerQuery selects a page of a campaign's mobilizers.
type MobilizerQuery struct {
	Filter peoplelist.MobilizerFilter
	Order  peoplelist.MobilizerOrder
	PageQuery
}

// PageQuery selects the rows of a page of a list.
type PageQuery struct {
	Descending bool
	After      *peoplelist.Position // of the last row of the previous page, nil for the first page
	Limit      int
}

// ListPage is a page of contacts or mobilizers.
type ListPage[T any] struct {
	Rows         []*T
	Next         *peoplelist.Position // of the last row; nil on the last page
	Total        int                  // rows of the whole list
	UniqueVoters int                  // of the whole list; contacts only, 0 without a filter
	AsOf         time.Time            // of the latest change that the list contains
}

// errListBuilding reports lists that are not built.
var errListBuilding = &fault.Error{
	Kind: fault.KindUnavailable, Code: "list_building", RetryAfter: 10 * time.Second,
	Message: fault.NewMessage("We are preparing this list. Please try again in a few seconds."),
}

// IsListBuilding reports whether an error says that the lists of a campaign are not built.
func IsListBuilding(err error) bool { return err == errListBuilding } //nolint:errorlint // no caller wraps it

// ContactsPage returns a page of a campaign's contacts. All contacts in order of adding come from Records and the counters,
// any other list from the Lists table. Unavailable, with the code list_building: the lists are not built.
func (s *Store) ContactsPage(ctx context.Context, c campaign.ID, q ContactQuery) (*ListPage[contact.Contact], error) {
	if q.Order == peoplelist.ContactsByAdded && q.Filter.IsZero() {
		page, err := basePage[contact.Contact](ctx, s, s.contactShards(c, contacts), q.PageQuery)
		if err != nil {
			return nil, err
		}
		return page, s.addTotal(ctx, c, page, metrics.Contacts)
	}
	rows, asOf, err := s.contactRows(ctx, c, q.After != nil)
	if err != nil {
		return nil, err
	}
	voters := matchedVoters{}
	l := peopleList[peoplelist.Contact, contact.Contact]{
		rows: rows, matches: q.Filter.Matcher(), positionOf: q.Order.PositionOf(), matched: voters.add,
		read: func(ctx context.Context, selected []*peoplelist.Contact) ([]*contact.Contact, error) {
			found, err := records[contact.Contact](ctx, s, keysOf(selected, func(row *peoplelist.Contact) key {
				return contactKey(c, mobilizer.ID(row.Mobilizer.String()), contact.ID(row.ID.String()))
			}))
			return inOrder(selected, found, func(row *peoplelist.Contact) contact.ID { return contact.ID(row.ID.String()) },
				func(c *contact.Contact) (contact.ID, bool) { return c.ID, q.Filter.Matches(c) }), err
		},
	}
	page, err := l.page(ctx, q.PageQuery)
	if err != nil {
		return nil, err
	}
	page.UniqueVoters, page.AsOf = len(voters), asOf
	return page, nil
}

// MobilizersPage returns a page of a campaign's mobilizers, and the counters of those in it, as ContactsPage does.
func (s *Store) MobilizersPage(ctx context.Context, c campaign.ID, q MobilizerQuery) (*ListPage[mobilizer.Mobilizer], map[mobilizer.ID]metrics.MobilizerCounts, error) {
	if q.Order == peoplelist.MobilizersByJoined && q.Filter.IsZero() {
		page, err := basePage[mobilizer.Mobilizer](ctx, s, s.membershipShards(c), q.PageQuery)
		if err != nil {
			return nil, nil, err
		}
		if err := s.addTotal(ctx, c, page, metrics.Mobilizers); err != nil {
			return nil, nil, err
		}
		counts, err := s.MobilizerCounts(ctx, c, mobilizerIDs(page.Rows))
		return page, counts, err
	}
	rows, asOf, err := s.mobilizerRows(ctx, c, q.After != nil)
	if err != nil {
		return nil, nil, err
	}
	all := map[mobilizer.ID]metrics.MobilizerCounts{}
	idOf := func(row *peoplelist.Mobilizer) mobilizer.ID { return mobilizer.ID(row.ID.String()) }
	l := peopleList[peoplelist.Mobilizer, mobilizer.Mobilizer]{
		rows: rows, matches: q.Filter.Matcher(), positionOf: q.Order.PositionOf(),
		read: func(ctx context.Context, selected []*peoplelist.Mobilizer) ([]*mobilizer.Mobilizer, error) {
			found, err := records[mobilizer.Mobilizer](ctx, s, keysOf(selected, func(row *peoplelist.Mobilizer) key { return membershipKey(c, idOf(row)) }))
			if err != nil {
				return nil, err
			}
			counts, err := s.MobilizerCounts(ctx, c, mobilizerIDs(found))
			return inOrder(selected, found, idOf, func(m *mobilizer.Mobilizer) (mobilizer.ID, bool) {
				all[m.ID] = counts[m.ID]
				return m.ID, q.Filter.Matches(m, peoplelist.NewCounts(counts[m.ID]))
			}), err
		},
	}
	page, err := l.page(ctx, q.PageQuery)
	if err != nil {
		return nil, nil, err
	}
	page.AsOf = asOf
	return page, all, nil
}

// JoinedPerDay returns how many of a campaign's mobilizers joined on each day in its time zone, by the rows of their list. It
// fails as MobilizersPage does.
func (s *Store) JoinedPerDay(ctx context.Context, c *campaign.Campaign) (map[campaign.Day]int, error) {
	rows, _, err := s.mobilizerRows(ctx, c.ID, false)
	joined := map[campaign.Day]int{}
	for _, page := range rows {
		for i := range page {
			joined[c.Moment(time.UnixMilli(page[i].Joined)).Day]++
		}
	}
	return joined, err
}

// UniqueMatchedVoters returns to how many different voters a campaign's contacts are matched, by the rows of their list. It
// fails as ContactsPage does.
func (s *Store) UniqueMatchedVoters(ctx context.Context, c campaign.ID) (int, error) {
	rows, _, err := s.contactRows(ctx, c, false)
	voters := matchedVoters{}
	for _, block := range rows {
		for i := range block {
			voters.add(&block[i])
		}
	}
	return len(voters), err
}

// matchedVoters is a set of voters to whom contacts are matched.
type matchedVoters map[uint64]bool

func (s matchedVoters) add(row *peoplelist.Contact) {
	if row.Voter != 0 {
		s[row.Voter] = true
	}
}

func mobilizerIDs(rows []*mobilizer.Mobilizer) []mobilizer.ID {
	ids := make([]mobilizer.ID, len(rows))
	for i, m := range rows {
		ids[i] = m.ID
	}
	return ids
}

// inOrder returns the items of selected rows in the order of the rows: nil for one that does not exist or does not match.
func inOrder[R, T any, K comparable](selected []*R, found []*T, rowID func(*R) K, match func(*T) (K, bool)) []*T {
	matching := make(map[K]*T, len(found))
	for _, item := range found {
		if id, ok := match(item); ok {
			matching[id] = item
		}
	}
	items := make([]*T, len(selected))
	for i, row := range selected {
		items[i] = matching[rowID(row)]
	}
	return items
}

// peopleList is a list of rows R, whose items are T.
type peopleList[R, T any] struct {
	rows       [][]R
	matches    func(*R) bool
	positionOf func(*R) peoplelist.Position
	matched    func(*R)                                  // called for each row that matches
	read       func(context.Context, []*R) ([]*T, error) // the items of rows; nil for one that does not match any more
}

// page returns a page of the list. A row that does not match any more is skipped, and the next one taken.
func (l *peopleList[R, T]) page(ctx context.Context, q PageQuery) (*ListPage[T], error) {
	page := &ListPage[T]{}
	after, matched := q.After, l.matched
	for first := true; ; first, matched = false, nil {
		missing := q.Limit - len(page.Rows)
		selected := peoplelist.Select(l.rows, l.matches, l.positionOf, q.Descending, after, missing+1, matched)
		if first {
			page.Total = selected.Total
		}
		more := len(selected.Rows) > missing
		selected.Rows = selected.Rows[:min(missing, len(selected.Rows))]
		items, err := l.read(ctx, selected.Rows)
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			if item != nil {
				page.Rows = append(page.Rows, item)
			}
		}
		if !more {
			return page, nil
		}
		last := l.positionOf(selected.Rows[len(selected.Rows)-1])
		after = &last
		if len(page.Rows) == q.Limit {
			page.Next = after
			return page, nil
		}
	}
}

// basePage returns a page of the rows of base partitions, in order of creation.
func basePage[T any](ctx context.Context, s *Store, spans []table.Span, q PageQuery) (*ListPage[T], error) {
	for i := range spans {
		spans[i].Descending = q.Descending
		switch {
		case q.After == nil:
		case q.Descending:
			spans[i].Before = q.After.ID.String()
		default:
			spans[i].After = q.After.ID.String()
		}
	}
	m := table.NewMerge(s.db, spans, q.Limit)
	refs, err := m.Take(ctx, q.Limit+1)
	if err != nil {
		return nil, err
	}
	page := &ListPage[T]{}
	if len(refs) > q.Limit {
		refs = refs[:q.Limit]
		last, err := uuid.Parse(refs[q.Limit-1].Sort)
		if err != nil {
			return nil, fault.Internal("the id of a row in a list: %w", err)
		}
		page.Next = &peoplelist.Position{ID: last}
	}
	page.Rows, err = table.Rows[T](ctx, m, s.tables.Records, refs)
	return page, err
}

// addTotal adds the total of a list of all rows by the campaign's counters.
func (s *Store) addTotal(ctx context.Context, c campaign.ID, page interface{ setTotal(int, time.Time) }, cell metrics.Cell) error {
	items, err := s.db.QueryAll(ctx, table.Span{Table: s.tables.Metrics, Partition: counterPartition(c, metrics.Core)})
	total, asOf := 0, time.Time{}
	for _, item := range items {
		state := counterState(item)
		total += state.Cells[cell]
		if state.UpdatedAt.After(asOf) {
			asOf = state.UpdatedAt
		}
	}
	page.setTotal(total, asOf)
	return err
}

func (p *ListPage[T]) setTotal(total int, asOf time.Time) { p.Total, p.AsOf = total, asOf }

// listLifetime is how long the rows of a list may be used again for its next pages.
const listLifetime = 5 * time.Second

// listCache holds the rows of lists that were read in the last listLifetime, and which campaigns have their lists built.
type listCache struct {
	mu         sync.Mutex
	built      map[campaign.ID]bool
	contacts   map[campaign.ID]cachedRows[peoplelist.Contact]
	mobilizers map[campaign.ID]cachedRows[peoplelist.Mobilizer]
}

type cachedRows[R any] struct {
	rows   [][]R
	asOf   time.Time
	readAt time.Time
}

// checkListsBuilt returns nil if the lists of a campaign are built. A campaign whose lists are built is not read again.
func (s *Store) checkListsBuilt(ctx context.Context, c campaign.ID) error {
	s.lists.mu.Lock()
	known := s.lists.built[c]
	s.lists.mu.Unlock()
	if known {
		return nil
	}
	built, err := s.ListsBuilt(ctx, c)
	if err != nil {
		return err
	}
	if !built {
		return errListBuilding
	}
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	if s.lists.built == nil {
		s.lists.built = map[campaign.ID]bool{}
	}
	s.lists.built[c] = true
	return nil
}

// contactRows returns the rows of all contacts of a campaign, and the time of the latest change in them. With reuse, the rows
// may be those of the last seconds.
func (s *Store) contactRows(ctx context.Context, c campaign.ID, reuse bool) ([][]peoplelist.Contact, time.Time, error) {
	return listRows(ctx, s, c, reuse, &s.lists.contacts, s.contactListSpans(c), func(b *table.Block) ([]peoplelist.Contact, error) {
		of, err := uuid.Parse(string(listBlock(c, b.Sort).Mobilizer))
		if err != nil {
			return nil, fault.Internal("the mobilizer of a list block: %w", err)
		}
		rows, err := peoplelist.DecodeContacts(of, len(b.Attributes), b.All())
		if err != nil {
			return nil, fault.Internal("list rows: %w", err)
		}
		return rows, nil
	})
}

// mobilizerRows returns the rows of all mobilizers of a campaign, as contactRows does.
func (s *Store) mobilizerRows(ctx context.Context, c campaign.ID, reuse bool) ([][]peoplelist.Mobilizer, time.Time, error) {
	return listRows(ctx, s, c, reuse, &s.lists.mobilizers, s.mobilizerListSpans(c), func(b *table.Block) ([]peoplelist.Mobilizer, error) {
		rows, err := peoplelist.DecodeMobilizers(b.All())
		if err != nil {
			return nil, fault.Internal("list rows: %w", err)
		}
		return rows, nil
	})
}

// listRows reads and decodes blocks, the partitions in parallel.
func listRows[R any](
	ctx context.Context, s *Store, c campaign.ID, reuse bool, cache *map[campaign.ID]cachedRows[R], spans []table.Span,
	decode func(b *table.Block) ([]R, error),
) ([][]R, time.Time, error) {
	if reuse {
		s.lists.mu.Lock()
		cached, ok := (*cache)[c]
		s.lists.mu.Unlock()
		if ok && time.Since(cached.readAt) < listLifetime {
			return cached.rows, cached.asOf, nil
		}
	}
	if err := s.checkListsBuilt(ctx, c); err != nil {
		return nil, time.Time{}, err
	}
	s.lists.mu.Lock()
	delete(*cache, c) // two copies of the largest lists would not fit the function's memory
	s.lists.mu.Unlock()
	readAt := time.Now()
	parts, latest := make([][][]R, len(spans)), make([]int64, len(spans))
	err := table.Parallel(ctx, len(spans), len(spans), func(ctx context.Context, n int) error {
		spans[n].Eventually = true
		rows, err := table.ReadBlocks(ctx, s.db, spans[n], updatedAttribute, func(b *table.Block) ([]R, error) {
			latest[n] = max(latest[n], b.Number)
			return decode(b)
		})
		parts[n] = rows
		return err
	})
	if err != nil {
		return nil, time.Time{}, err
	}
	read := cachedRows[R]{rows: slices.Concat(parts...), asOf: millis(slices.Max(latest)).time(), readAt: readAt}
	s.lists.mu.Lock()
	defer s.lists.mu.Unlock()
	if *cache == nil {
		*cache = map[campaign.ID]cachedRows[R]{}
	}
	for other, cached := range *cache {
		if time.Since(cached.readAt) >= listLifetime {
			delete(*cache, other)
		}
	}
	(*cache)[c] = read
	return read.rows, read.asOf, nil
}
