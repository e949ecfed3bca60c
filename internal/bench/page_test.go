package bench

import (
	"os"
	"strings"
	"testing"
)

// TestMeasuresPage_ExplainsEveryMeasure checks that docs/measures.md has a heading for every measure and no other.
func TestMeasuresPage_ExplainsEveryMeasure(t *testing.T) {
	page, err := os.ReadFile("../../docs/measures.md")
	if err != nil {
		t.Fatal(err)
	}
	headings := map[string]bool{}
	for text := range strings.Lines(string(page)) {
		if name, ok := strings.CutPrefix(strings.TrimSpace(text), "## "); ok {
			headings[name] = true
		}
	}
	for _, m := range measures {
		if !headings[m.name] {
			t.Errorf("docs/measures.md has no heading %q: say there what it prints, its targets, and how they are measured", m.name)
		}
		delete(headings, m.name)
	}
	for name := range headings {
		if name == strings.ToLower(name) { // the others are about all of them
			t.Errorf("docs/measures.md explains %q, which nobody measures", name)
		}
	}
}
