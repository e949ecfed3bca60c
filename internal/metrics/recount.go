package metrics

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/mobilizer"
)

// Snapshot is one look at a campaign: its rows summed, and its counters as they stood. Rows and counters are never read at
// one instant, so a difference in one cut says nothing; compare two by Confirm.
type Snapshot struct {
	rows     Vector
	prints   map[Item]uint64 // of the rows that move a mobilizer's counters; of all rows under the zero Item
	counters map[Item]ItemState
}

// NewSnapshot returns a cut of nothing.
func NewSnapshot(counters map[Item]ItemState) *Snapshot {
	return &Snapshot{rows: Vector{}, prints: map[Item]uint64{}, counters: counters}
}

// AddRow adds a row of the campaign. A correction is expected to have been counted, and no more: what it repaired is in
// the other rows.
func (c *Snapshot) AddRow(row any) {
	if repair, ok := row.(*Correction); ok {
		for counter, n := range Contribution(&Correction{Campaign: repair.Campaign, Adjustments: touched(repair)}) {
			c.rows.add(counter.Item, counter.Cell, n)
		}
	} else {
		c.rows.count(row, 1)
	}
	name, version := identity(row)
	h := fnv.New64a()
	fmt.Fprintf(h, "%T %s %d", row, name, version)
	mark := h.Sum64()
	c.prints[Item{}] += mark
	if item, _ := ActivityOf(row); item != (Item{}) {
		c.prints[item] += mark
	}
}

// touched are the items of a correction, with nothing missing in them.
func touched(c *Correction) []Adjustment {
	var items []Adjustment
	for _, m := range c.Adjustments {
		m.Cell, m.N = Corrections, 0
		if !slices.Contains(items, m) {
			items = append(items, m)
		}
	}
	return items
}

// identity tells a row from every other one, and from what it was before.
func identity(row any) (string, int) {
	switch r := row.(type) {
	case *contact.Contact:
		return string(r.ID), r.Version
	case *contact.Note:
		return string(r.ID), r.Version
	case *contact.Answer:
		return string(r.ID), 1
	case *contact.ActionResponse:
		return string(r.ID), r.Version
	case *mobilizer.Mobilizer:
		return string(r.ID), r.Version
	case *Correction:
		return r.ID, r.Version
	}
	return "", 0
}

// Difference is a counter that does not say what the rows say.
type Difference struct {
	Item    Item // Core without its lane
	Cell    Cell
	Rows    int
	Counter int
}

// String says which counter differs and how.
func (d Difference) String() string {
	name := string(d.Item.Kind)
	if d.Item.Name != "" {
		name += " " + d.Item.Name
	}
	return fmt.Sprintf("%s, %s: the counter says %d, the rows say %d", name, d.Cell, d.Counter, d.Rows)
}

// counted sums the counters, lanes together. Signals are no numbers of anybody's.
func (c *Snapshot) counted() Vector {
	v := Vector{}
	for item, state := range c.counters {
		for cell, n := range state.Cells {
			v.add(laneless(item), cell, n)
		}
	}
	return v
}

func laneless(item Item) Item {
	if item.Kind == Core {
		item.Name = ""
	}
	return item
}

// CounterCount is how many counters the cut has looked at.
func (c *Snapshot) CounterCount() int { return len(c.counted()) }

// Differences lists the counters that differ from the rows in this cut, in order of their names.
func (c *Snapshot) Differences() []Difference {
	counted := c.counted()
	var all []Difference
	for counter := range c.rows.Minus(counted) {
		all = append(all, Difference{counter.Item, counter.Cell, c.rows[counter], counted[counter]})
	}
	slices.SortFunc(all, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Item.Kind, b.Item.Kind), cmp.Compare(a.Item.Name, b.Item.Name), cmp.Compare(a.Cell, b.Cell))
	})
	return all
}

// ConfirmDrift splits the differences of the second cut into drift and those that can't be told. Drift is what differs in
// both cuts by the same amount while nothing moved in between: no row that moves the counter was written, and the
// counter itself stood still. The cuts must lie further apart than the stream's records need to be counted.
func ConfirmDrift(first, second *Snapshot) (drift, pending []Difference) {
	before := map[Counter]Difference{}
	for _, d := range first.Differences() {
		before[Counter{d.Item, d.Cell}] = d
	}
	for _, d := range second.Differences() {
		then, there := before[Counter{d.Item, d.Cell}]
		if there && then == d && quiet(first, second, d.Item) {
			drift = append(drift, d)
			continue
		}
		pending = append(pending, d)
	}
	return drift, pending
}

// quiet reports whether nothing moved an item between two cuts.
func quiet(first, second *Snapshot, item Item) bool {
	scope := Item{}
	if item.Kind == Member {
		scope = item
	}
	return first.prints[scope] == second.prints[scope] && maps.Equal(first.marks(item), second.marks(item))
}

// marks are those of an item, of every lane if it is Core.
func (c *Snapshot) marks(item Item) map[string]Mark {
	all := map[string]Mark{}
	for stored, state := range c.counters {
		if laneless(stored) == item {
			for name, mark := range state.Marks {
				all[stored.Name+" "+name] = mark
			}
		}
	}
	return all
}

// AdjustmentsFor turns drift into what a correction has to add.
func AdjustmentsFor(drift []Difference) []Adjustment {
	missing := make([]Adjustment, len(drift))
	for i, d := range drift {
		missing[i] = Adjustment{Kind: d.Item.Kind, Name: d.Item.Name, Cell: d.Cell, N: d.Rows - d.Counter}
	}
	return missing
}

// sweepAfter is how long a counter item stands still before it may go: longer than a record can come again, since its
// marks go with it.
const sweepAfter = 48 * time.Hour

// Sweepable reports whether a counter item has nothing left to say: a day's or a mobilizer's whose cells are all zero,
// and that has not moved for two days.
func (s ItemState) Sweepable(kind Kind, now time.Time) bool {
	if kind != Member && kind != Daily || now.Sub(s.UpdatedAt) < sweepAfter {
		return false
	}
	for _, n := range s.Cells {
		if n != 0 {
			return false
		}
	}
	return true
}

// ProbeCount reads how far an audit's signals have been counted, of a Signal item.
func (s ItemState) ProbeCount() int { return s.Cells[signals] }
