package e2e

import (
	"encoding/csv"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/apiclient"
)

var (
	anID  = regexp.MustCompile(`[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}`)
	aTime = regexp.MustCompile(`(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d\.\d{3}Z`)
)

// Nothing but the files tells the ids of persons, Key Question answers and action item responses.
var toldByFiles = []string{"person-", "answer-", "reply-"}

// told writes a cell as the story does: ids as names, times to the minute.
func (s *story) told(cell string) string {
	cell = aTime.ReplaceAllString(cell, "$1")
	return anID.ReplaceAllStringFunc(cell, func(id string) string {
		if name, ok := s.names[id]; ok {
			return name
		}
		return id
	})
}

// compare holds a file against the golden one of the name: cell by cell, then byte for byte. The first file that has an
// id which nothing else tells gives it its name; from then on it must be the same everywhere and nothing else's.
func (s *story) compare(golden, got string) {
	s.t.Helper()
	s.compareText(golden, s.golden(golden), got)
}

// golden is what was worked out by hand.
func (s *story) golden(name string) string {
	s.t.Helper()
	want, err := os.ReadFile(filepath.Join("testdata", "golden", name))
	s.ok(err)
	return string(want)
}

func (s *story) compareText(golden, want, got string) {
	s.t.Helper()
	wantRows, gotRows := s.parse(golden, want), s.parse("the download for "+golden, got)
	for r, row := range gotRows {
		for c, cell := range row {
			row[c] = s.told(cell)
			if r >= len(wantRows) || c >= len(wantRows[r]) || !anID.MatchString(row[c]) {
				continue
			}
			if name := wantRows[r][c]; s.ids[name] == "" && hasPrefix(name, toldByFiles) {
				s.call(name, row[c])
				row[c] = name
			}
		}
	}
	if diff := cmp.Diff(wantRows, gotRows); diff != "" {
		s.t.Errorf("%s (-worked out by hand +seen):\n%s", golden, diff)
		return
	}
	if s.told(got) != want {
		s.t.Errorf("%s has the same cells in other bytes: %q", golden, got)
	}
}

func hasPrefix(text string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(text, prefix) })
}

func (s *story) parse(what, file string) [][]string {
	s.t.Helper()
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
	rows, err := reader.ReadAll()
	if err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
	return rows
}

// listed reads a list to its end, at most two rows a page unless the path says otherwise, and compares the order.
func (s *story) listed(path, kind, want string) {
	s.t.Helper()
	if !strings.Contains(path, "limit=") {
		path += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "limit=2"
	}
	type row struct{ ID string }
	rows, err := apiclient.All[row](s.t.Context(), s.people["olivia"], path)
	s.ok(err)
	got := make([]string, len(rows))
	for i, r := range rows {
		got[i] = strings.TrimPrefix(s.told(r.ID), kind)
	}
	s.same(path, strings.Fields(want), got)
}

func (s *story) same(what string, want, got []string) {
	s.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("%s (-worked out by hand +seen):\n%s", s.told(what), diff)
	}
}

func sorted(all []string) []string {
	slices.Sort(all)
	return all
}
