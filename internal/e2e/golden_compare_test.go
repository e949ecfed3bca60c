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

// Only the files contain the ids of persons, Key Question answers and action item responses.
var toldByFiles = []string{"person-", "answer-", "reply-"}

// canonical returns a cell as in the golden files, with names for ids and times to the minute.
func (s *goldenCampaign) canonical(cell string) string {
	cell = aTime.ReplaceAllString(cell, "$1")
	return anID.ReplaceAllStringFunc(cell, func(id string) string {
		if name, ok := s.names[id]; ok {
			return name
		}
		return id
	})
}

// compare compares a file with the golden file: cell by cell, then byte for byte. An id that only the files contain gets its name
// from the first file that has it, and must have the same name in all others.
func (s *goldenCampaign) compare(golden, got string) {
	s.t.Helper()
	s.compareText(golden, s.golden(golden), got)
}

// golden returns a golden file.
func (s *goldenCampaign) golden(name string) string {
	s.t.Helper()
	want, err := os.ReadFile(filepath.Join("testdata", "golden", name))
	s.ok(err)
	return string(want)
}

func (s *goldenCampaign) compareText(golden, want, got string) {
	s.t.Helper()
	wantRows, gotRows := s.parse(golden, want), s.parse("the download for "+golden, got)
	for r, row := range gotRows {
		for c, cell := range row {
			row[c] = s.canonical(cell)
			if r >= len(wantRows) || c >= len(wantRows[r]) || !anID.MatchString(row[c]) {
				continue
			}
			if name := wantRows[r][c]; s.ids[name] == "" && hasPrefix(name, toldByFiles) {
				s.setName(name, row[c])
				row[c] = name
			}
		}
	}
	if diff := cmp.Diff(wantRows, gotRows); diff != "" {
		s.t.Errorf("%s (-golden +actual):\n%s", golden, diff)
		return
	}
	if s.canonical(got) != want {
		s.t.Errorf("%s has the same cells in other bytes: %q", golden, got)
	}
}

func hasPrefix(text string, prefixes []string) bool {
	return slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(text, prefix) })
}

func (s *goldenCampaign) parse(what, file string) [][]string {
	s.t.Helper()
	reader := csv.NewReader(strings.NewReader(strings.TrimPrefix(file, "\ufeff")))
	rows, err := reader.ReadAll()
	if err != nil {
		s.t.Fatalf("%s: %v", what, err)
	}
	return rows
}

// listed reads all pages of a list, with two rows per page unless the path has a limit, and compares the order.
func (s *goldenCampaign) listed(path, kind, want string) {
	s.t.Helper()
	if !strings.Contains(path, "limit=") {
		path += map[bool]string{true: "&", false: "?"}[strings.Contains(path, "?")] + "limit=2"
	}
	type row struct{ ID string }
	rows, err := apiclient.All[row](s.t.Context(), s.people["olivia"], path)
	s.ok(err)
	got := make([]string, len(rows))
	for i, r := range rows {
		got[i] = strings.TrimPrefix(s.canonical(r.ID), kind)
	}
	s.same(path, strings.Fields(want), got)
}

func (s *goldenCampaign) same(what string, want, got []string) {
	s.t.Helper()
	if diff := cmp.Diff(want, got); diff != "" {
		s.t.Errorf("%s (-golden +actual):\n%s", s.canonical(what), diff)
	}
}

func sorted(all []string) []string {
	slices.Sort(all)
	return all
}
