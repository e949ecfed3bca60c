package bench

import (
	"os"
	"strings"
	"testing"
)

// TestMeasuresPages_Measures_AreExplained checks that the pages about measures have a heading for every measure and no other.
func TestMeasuresPages_Measures_AreExplained(t *testing.T) {
	headings := map[string]bool{}
	for _, name := range []string{"measures", "measures-web-apps"} {
		page, err := os.ReadFile("../../docs/" + name + ".md")
		if err != nil {
			t.Fatal(err)
		}
		for text := range strings.Lines(string(page)) {
			if name, ok := strings.CutPrefix(strings.TrimSpace(text), "## "); ok {
				headings[name] = true
			}
		}
	}
	for _, m := range measures {
		if !headings[m.name] {
			t.Errorf("no page about measures has the heading %q: say there what it prints, its targets, and how they are measured", m.name)
		}
		delete(headings, m.name)
	}
	for name := range headings {
		if name == strings.ToLower(name) { // the others are about all of them
			t.Errorf("a page about measures explains %q, which nobody measures", name)
		}
	}
}
