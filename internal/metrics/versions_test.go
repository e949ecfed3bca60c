package metrics

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// The cells that the first release counts. A cell that is not among them needs a version, or the audit reports drift in every
// campaign that exists. The list never grows.
var firstCells = []Cell{
	Mobilizers, Contacts, MatchedContacts, ContactsWithTouchpoints, Touchpoints, ContactsAnswered, ContactsWithResponses,
	ActionResponses, Corrections, probes,
}

// releasedVersions are the versions that audits of existing campaigns may have stored. They grow with each release.
var releasedVersions = Versions{completedNotes: 1}

func TestCells_AddedLater_HaveVersion(t *testing.T) {
	for _, cell := range cells(t) {
		if !slices.Contains(firstCells, cell) && CellVersions[cell] == 0 {
			t.Errorf("cell %q is no cell of the first release and has no version: add it to CellVersions", cell)
		}
	}
}

func TestCellVersions_Released_StayAndComeFirst(t *testing.T) {
	for cell, version := range releasedVersions {
		if CellVersions[cell] != version {
			t.Errorf("cell %q has version %d, want %d: campaigns have stored it", cell, CellVersions[cell], version)
		}
	}
	for cell, version := range CellVersions {
		if releasedVersions[cell] == 0 && version <= releasedVersions.Latest() {
			t.Errorf("cell %q has version %d, want more than %d: campaigns verified up to that would report drift", cell, version, releasedVersions.Latest())
		}
	}
}

func TestAddedAfter_CellsOfLadder_HaveVersionOfMoved(t *testing.T) {
	for _, cell := range []Cell{MovementCell("00", "01"), MovementCell("ix", "fi")} {
		if !CellVersions.AddedAfter(cell, 1) || CellVersions.AddedAfter(cell, CellVersions[Moved]) {
			t.Errorf("cell %q has not the version of the cells of Ladder items", cell)
		}
	}
	for _, cell := range []Cell{Corrections, ResponseCell("f0"), "f001", "+00", Contacts} {
		if CellVersions.AddedAfter(cell, 0) {
			t.Errorf("cell %q of the first release has a version", cell)
		}
	}
}

func TestCells_Names_AreShortAndUnique(t *testing.T) {
	used := map[Cell]bool{}
	for _, cell := range cells(t) {
		switch {
		case cell == "" || len(cell) > 5:
			t.Errorf("cell %q has %d bytes, want 1 to 5", cell, len(cell))
		case strings.HasPrefix(string(cell), "q"):
			t.Errorf("cell %q begins with q, as the cells of Key Question responses do", cell)
		case used[cell]:
			t.Errorf("cell %q is used twice", cell)
		}
		used[cell] = true
	}
}

func TestCells_Page_ListsEach(t *testing.T) {
	page, err := os.ReadFile("../../docs/counters.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(page), "\n| cell | counts |\n")
	table, _, _ = strings.Cut(table, "\n\n")
	for _, cell := range cells(t) {
		if cell != completedNotes && cell != probes && !strings.Contains(table, "`"+string(cell)+"`") {
			t.Errorf("the table of cells in docs/counters.md lacks %q", cell)
		}
	}
}

// cells returns the constants of type Cell of the package.
func cells(t *testing.T) []Cell {
	t.Helper()
	var found []Cell
	for _, name := range []string{"metrics.go", "versions.go"} {
		file, err := parser.ParseFile(token.NewFileSet(), name, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(n ast.Node) bool {
			spec, ok := n.(*ast.ValueSpec)
			if !ok || len(spec.Values) != 1 {
				return true
			}
			kind, _ := spec.Type.(*ast.Ident)
			text, _ := spec.Values[0].(*ast.BasicLit)
			if kind == nil || kind.Name != "Cell" || text == nil {
				return true
			}
			value, err := strconv.Unquote(text.Value)
			if err != nil {
				t.Fatal(err)
			}
			found = append(found, Cell(value))
			return true
		})
	}
	if len(found) < len(firstCells) {
		t.Fatalf("only %d cells were found", len(found))
	}
	return found
}
