package metrics

import (
	"slices"
	"strings"
	"testing"
)

// The cells that the first release counts. A cell that is not among them needs a version, or the audit reports drift in every
// campaign that exists. The list never grows.
var firstCells = []Cell{Contacts, MatchedContacts, ContactsWithTouchpoints, Touchpoints, ContactsAnswered, ContactsWithResponses, ActionResponses}

func TestPerContact_CellAddedLater_HasVersion(t *testing.T) {
	for _, m := range perContact {
		if !slices.Contains(firstCells, m.cell) && CellVersions[m.cell] == 0 {
			t.Errorf("cell %q is no cell of the first release and has no version: add it to CellVersions", m.cell)
		}
	}
}

func TestPerContact_CellNames_AreShortAndUnique(t *testing.T) {
	used := map[Cell]bool{Mobilizers: true, Corrections: true, probes: true, noteCounts: true}
	for _, m := range perContact {
		switch {
		case m.cell == "" || len(m.cell) > 5:
			t.Errorf("cell %q has %d bytes, want 1 to 5", m.cell, len(m.cell))
		case strings.HasPrefix(string(m.cell), "q"):
			t.Errorf("cell %q begins with q, as the cells of Key Question responses do", m.cell)
		case used[m.cell]:
			t.Errorf("cell %q is used twice", m.cell)
		}
		used[m.cell] = true
	}
}
