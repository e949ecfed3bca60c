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

// Snapshot is one reading of a campaign: the sums over its rows, and its counters. Rows and counters are not read at the
// same instant, so a difference in one snapshot is not drift yet: compare two by ConfirmDrift.
type Snapshot struct {
	rows         Vector
	fingerprints map[Item]uint64 // by Member item of the rows that it counts; of all rows under the zero Item
	counters     map[Item]ItemState
}

// NewSnapshot returns a snapshot with the counters and no rows yet.
func NewSnapshot(counters map[Item]ItemState) *Snapshot {
	return &Snapshot{rows: Vector{}, fingerprints: map[Item]uint64{}, counters: counters}
}

// AddRow adds a row of the campaign. Of a correction it counts only that it exists: the numbers that it repaired come from
// the other rows.
func (s *Snapshot) AddRow(row any) {
	if correction, ok := row.(*Correction); ok {
		for counter, n := range Contribution(&Correction{Campaign: correction.Campaign, Adjustments: zeroAdjustments(correction)}) {
			s.rows.add(counter.Item, counter.Cell, n)
		}
	} else {
		s.rows.count(row, 1)
	}
	id, version := identity(row)
	h := fnv.New64a()
	fmt.Fprintf(h, "%T %s %d", row, id, version)
	fingerprint := h.Sum64()
	s.fingerprints[Item{}] += fingerprint
	if item, _ := ActivityOf(row); item != (Item{}) {
		s.fingerprints[item] += fingerprint
	}
}

// zeroAdjustments returns an adjustment by 0 for each item of a correction.
func zeroAdjustments(c *Correction) []Adjustment {
	var items []Adjustment
	for _, m := range c.Adjustments {
		m.Cell, m.N = Corrections, 0
		if !slices.Contains(items, m) {
			items = append(items, m)
		}
	}
	return items
}

// identity returns the id and the version of a row.
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

// Difference is a counter that differs from the sum over the rows.
type Difference struct {
	Item    Item // Core without its lane
	Cell    Cell
	Rows    int
	Counter int
}

// String describes the difference, for logs and reasons.
func (d Difference) String() string {
	name := string(d.Item.Kind)
	if d.Item.Name != "" {
		name += " " + d.Item.Name
	}
	return fmt.Sprintf("%s, %s: the counter is %d, the rows sum to %d", name, d.Cell, d.Counter, d.Rows)
}

// counted returns the counters as a vector, with lanes summed.
func (s *Snapshot) counted() Vector {
	v := Vector{}
	for item, state := range s.counters {
		for cell, n := range state.Cells {
			v.add(withoutLane(item), cell, n)
		}
	}
	return v
}

// withoutLane returns the item, without its lane if it is Core.
func withoutLane(item Item) Item {
	if item.Kind == Core {
		item.Name = ""
	}
	return item
}

// CounterCount returns the number of counters in the snapshot that are not zero.
func (s *Snapshot) CounterCount() int { return len(s.counted()) }

// Differences returns the counters that differ from the rows in this snapshot, sorted by name.
func (s *Snapshot) Differences() []Difference {
	counted := s.counted()
	var all []Difference
	for counter := range s.rows.Minus(counted) {
		all = append(all, Difference{counter.Item, counter.Cell, s.rows[counter], counted[counter]})
	}
	slices.SortFunc(all, func(a, b Difference) int {
		return cmp.Or(cmp.Compare(a.Item.Kind, b.Item.Kind), cmp.Compare(a.Item.Name, b.Item.Name), cmp.Compare(a.Cell, b.Cell))
	})
	return all
}

// ConfirmDrift splits the differences of the second snapshot into drift and pending ones. A difference is drift if both
// snapshots have it with the same amount, and in between neither the counter nor a row that it counts changed. The
// snapshots must be further apart than the stream takes to be counted.
func ConfirmDrift(first, second *Snapshot) (drift, pending []Difference) {
	before := map[Counter]Difference{}
	for _, d := range first.Differences() {
		before[Counter{d.Item, d.Cell}] = d
	}
	for _, d := range second.Differences() {
		earlier, ok := before[Counter{d.Item, d.Cell}]
		if ok && earlier == d && unchanged(first, second, d.Item) {
			drift = append(drift, d)
			continue
		}
		pending = append(pending, d)
	}
	return drift, pending
}

// unchanged reports whether an item and the rows that it counts are the same in two snapshots.
func unchanged(first, second *Snapshot, item Item) bool {
	scope := Item{}
	if item.Kind == Member {
		scope = item
	}
	return first.fingerprints[scope] == second.fingerprints[scope] && maps.Equal(first.marks(item), second.marks(item))
}

// marks returns the marks of an item, of all lanes if it is Core.
func (s *Snapshot) marks(item Item) map[string]Mark {
	all := map[string]Mark{}
	for stored, state := range s.counters {
		if withoutLane(stored) == item {
			for name, mark := range state.Marks {
				all[stored.Name+" "+name] = mark
			}
		}
	}
	return all
}

// AdjustmentsFor returns the adjustments that repair the differences.
func AdjustmentsFor(differences []Difference) []Adjustment {
	adjustments := make([]Adjustment, len(differences))
	for i, d := range differences {
		adjustments[i] = Adjustment{Kind: d.Item.Kind, Name: d.Item.Name, Cell: d.Cell, N: d.Rows - d.Counter}
	}
	return adjustments
}

// sweepAfter is how long a counter item must be unchanged before it is deleted: longer than a record can be delivered
// again, since its marks are deleted with it.
const sweepAfter = 48 * time.Hour

// Sweepable reports whether a counter item may be deleted: a Daily or Member item whose cells are all zero and that has
// not changed for sweepAfter.
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

// ProbeCount returns the number of the last counted probe, of a Probe item.
func (s ItemState) ProbeCount() int { return s.Cells[probes] }
