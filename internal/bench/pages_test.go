package bench

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// pages measures the main pages with Lighthouse, on a local cloud with the demo.
func pages(t *testing.T) []line {
	t.Helper()
	file := filepath.Join(t.TempDir(), "scores.json")
	command := exec.CommandContext(t.Context(), "npm", "--prefix", "../../dashboard", "run", "--silent", "lighthouse")
	command.Env = append(os.Environ(), "LIGHTHOUSE="+file)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("measure the pages: %v\n%s", err, output)
	}
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var scores []struct {
		Page                       string
		Performance, Accessibility int
		Failed                     []string
	}
	if err := json.Unmarshal(content, &scores); err != nil {
		t.Fatal(err)
	}
	var lines []line
	for _, s := range scores {
		lines = append(
			lines,
			line{"Lighthouse performance of " + s.Page, fmt.Sprint(s.Performance), ">= 90", s.Performance >= 90},
			line{"Lighthouse accessibility of " + s.Page, strings.TrimSpace(fmt.Sprint(s.Accessibility, " ", strings.Join(s.Failed, ", "))), "100", s.Accessibility == 100},
		)
	}
	return lines
}
