package metrics

import "strings"

// Versions maps the cells of metrics that were added after the first release to version numbers 1, 2, 3, …, one for each
// release that adds metrics. A campaign's audit stores the latest version up to which it has verified the counters: a
// difference in a cell that was added later is a backfill for rows that were written before, not drift.
type Versions map[Cell]int

// CellVersions are the versions of the cells that Contribution returns, and of completedNotes. That of Moved is the version of all
// cells of Ladder items. The next cell gets the highest number plus one. The number of a released cell never changes.
var CellVersions = Versions{completedNotes: 1, Moved: 2}

// completedNotes is the name of no counter: its version makes the audit read each campaign once and complete the number of notes
// in contacts that had notes before the number existed.
const completedNotes Cell = "notes"

// Latest returns the latest version, 0 if no metric was added.
func (v Versions) Latest() int {
	latest := 0
	for _, version := range v {
		latest = max(latest, version)
	}
	return latest
}

// AddedAfter reports whether the cell was added after the version.
func (v Versions) AddedAfter(cell Cell, version int) bool {
	if isMovement(cell) {
		cell = Moved
	}
	return v[cell] > version
}

// isMovement reports whether a cell is one of a Ladder item: no other cell with the name's first letter is as long.
func isMovement(cell Cell) bool {
	return len(cell) == len(Moved)+4 && strings.HasPrefix(string(cell), string(Moved))
}
