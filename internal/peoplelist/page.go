package peoplelist

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/google/uuid"
)

// Position is where a row is in a list: its sort value, as text or as a number, and its id.
type Position struct {
	Text   string    `json:"t,omitempty"`
	Number int64     `json:"n,omitempty"`
	ID     uuid.UUID `json:"i"`
}

// compare returns the order of two positions of one list.
func (p *Position) compare(other *Position) int {
	if c := cmp.Compare(p.Number, other.Number); c != 0 {
		return c
	}
	if c := strings.Compare(p.Text, other.Text); c != 0 {
		return c
	}
	return bytes.Compare(p.ID[:], other.ID[:])
}

// PositionOf returns the function that returns the position of a contact in a sort order.
func (o ContactOrder) PositionOf() func(*Contact) Position {
	switch o {
	case ContactsByName:
		return func(c *Contact) Position { return Position{Text: c.Name, ID: c.ID} }
	case ContactsByLastActivity:
		return func(c *Contact) Position { return Position{Number: c.LastActivity, ID: c.ID} }
	case ContactsByTouchpoints:
		return func(c *Contact) Position { return Position{Number: int64(c.Touchpoints), ID: c.ID} }
	default:
		return func(c *Contact) Position { return Position{ID: c.ID} }
	}
}

// PositionOf returns the function that returns the position of a mobilizer in a sort order.
func (o MobilizerOrder) PositionOf() func(*Mobilizer) Position {
	number := func(of func(*Mobilizer) int64) func(*Mobilizer) Position {
		return func(m *Mobilizer) Position { return Position{Number: of(m), ID: m.ID} }
	}
	switch o {
	case MobilizersByName:
		return func(m *Mobilizer) Position { return Position{Text: m.Name, ID: m.ID} }
	case MobilizersByLastActivity:
		return number(func(m *Mobilizer) int64 { return m.LastActivity })
	case MobilizersByContacts:
		return number(func(m *Mobilizer) int64 { return int64(m.Contacts) })
	case MobilizersByMatched:
		return number(func(m *Mobilizer) int64 { return share(m.Matched, m.Contacts) })
	case MobilizersByWithTouchpoints:
		return number(func(m *Mobilizer) int64 { return share(m.WithTouchpoints, m.Contacts) })
	case MobilizersByAnswered:
		return number(func(m *Mobilizer) int64 { return share(m.Answered, m.Contacts) })
	default:
		return func(m *Mobilizer) Position { return Position{ID: m.ID} }
	}
}

// share returns a number that orders fractions: equal for equal ones, -1 for a fraction of nothing.
func share(count, of int) int64 {
	if of <= 0 {
		return -1
	}
	return int64(count) * 1_000_000_000 / int64(of)
}

// Result is the part of a list that a page needs.
type Result[R any] struct {
	Rows  []*R // the first rows after a position, in order
	Total int  // rows of the whole list
}

// Select returns up to limit rows of pages that match, in the order of their positions, after a position unless it is nil. Each
// matching row is also passed to matched, unless that is nil.
func Select[R any](pages [][]R, matches func(*R) bool, positionOf func(*R) Position, descending bool, after *Position, limit int, matched func(*R)) Result[R] {
	type candidate struct {
		row *R
		at  Position
	}
	compare := func(a, b *Position) int { return a.compare(b) }
	if descending {
		compare = func(a, b *Position) int { return b.compare(a) }
	}
	sort := func(all []candidate) {
		slices.SortFunc(all, func(a, b candidate) int { return compare(&a.at, &b.at) })
	}
	result := Result[R]{}
	var best []candidate // at least the first rows so far, sorted up to limit after each cut
	full := false
	for _, rows := range pages {
		for i := range rows {
			row := &rows[i]
			if !matches(row) {
				continue
			}
			result.Total++
			if matched != nil {
				matched(row)
			}
			at := positionOf(row)
			if after != nil && compare(&at, after) <= 0 || full && compare(&at, &best[limit-1].at) >= 0 {
				continue
			}
			best = append(best, candidate{row, at})
			if len(best) >= 4*limit {
				sort(best)
				best, full = best[:limit], true
			}
		}
	}
	sort(best)
	for _, c := range best[:min(limit, len(best))] {
		result.Rows = append(result.Rows, c.row)
	}
	return result
}
