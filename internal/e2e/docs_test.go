package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

var (
	block = regexp.MustCompile("(?s)```bash\n(.*?)```")
	saved = regexp.MustCompile("^#!/usr/bin/env bash\n# ([a-z.-]+) ")
)

// runBlocks runs the code blocks of pages of docs/ in one bash, in a new folder, and returns their output. A block that is a
// named script is saved in the folder instead.
func runBlocks(t *testing.T, pages []string, environment ...string) string {
	t.Helper()
	for _, tool := range []string{"curl", "jq"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("no %s: run `make tools` (%v)", tool, err)
		}
	}
	var text []byte
	for _, page := range pages {
		content, err := os.ReadFile(filepath.Join(Root(), "docs", page))
		if err != nil {
			t.Fatal(err)
		}
		text = append(text, content...)
	}
	folder := t.TempDir()
	var script strings.Builder
	script.WriteString("set -euo pipefail\n") // not in the page, because it would close a reader's shell
	for _, found := range block.FindAllSubmatch(text, -1) {
		name := saved.FindSubmatch(found[1])
		if name == nil {
			script.Write(found[1])
			continue
		}
		err := os.WriteFile(filepath.Join(folder, string(name[1])), found[1], 0o600)
		if err != nil {
			t.Fatal(err)
		}
	}
	bash := exec.CommandContext(t.Context(), "bash")
	bash.Stdin, bash.Dir, bash.Env = strings.NewReader(script.String()), folder, append(os.Environ(), environment...)
	shown, err := bash.CombinedOutput()
	if err != nil {
		t.Fatalf("docs/%s: %v\n%s", strings.Join(pages, ", docs/"), err, shown)
	}
	return string(shown)
}

// TestDocs_Walk_BlocksRun runs the code blocks of docs/walk.md and docs/walk-audit.md.
func TestDocs_Walk_BlocksRun(t *testing.T) {
	err := kith.ResetClock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	running := filepath.Join(t.TempDir(), "running.json")
	info, err := json.Marshal(kith.Cloud())
	if err != nil {
		t.Fatal(err)
	}
	err = os.WriteFile(running, info, 0o600)
	if err != nil {
		t.Fatal(err)
	}
	shown := runBlocks(t, []string{"walk.md", "walk-audit.md"}, "KITH="+running)
	for _, line := range []string{
		`"status":"active"`, `"match_status":"CONFIRMED"`, "rally__campaign_target_id", `"verdict":"verified"`,
		"Unauthorized", "  name: Give the organization a name.", "  website: ", `{"contacts":7}`, `"verdict":"repaired"`, `"repaired":1`,
	} {
		if !strings.Contains(shown, line) {
			t.Errorf("the walkthrough never shows %s:\n%s", line, shown)
		}
	}
}
