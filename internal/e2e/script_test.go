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

var block = regexp.MustCompile("(?s)```bash\n(.*?)```")

// TestWalkScript pastes the blocks of docs/walk.md into a bash, as a reader would.
func TestWalkScript(t *testing.T) {
	err := kith.ResetClock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(filepath.Join(Root(), "docs", "walk.md"))
	if err != nil {
		t.Fatal(err)
	}
	var script strings.Builder
	script.WriteString("set -euo pipefail\n") // a reader's shell should rather stay open
	for _, found := range block.FindAllSubmatch(text, -1) {
		script.Write(found[1])
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
	bash := exec.CommandContext(t.Context(), "bash")
	bash.Stdin, bash.Dir, bash.Env = strings.NewReader(script.String()), t.TempDir(), append(os.Environ(), "KITH="+running)
	shown, err := bash.CombinedOutput()
	if err != nil {
		t.Fatalf("docs/walk.md: %v\n%s", err, shown)
	}
	for _, line := range []string{
		`"status":"active"`, `"match_status":"CONFIRMED"`, "rally__campaign_target_id", `"verdict":"verified"`,
		"Unauthorized", `{"contacts":7}`, `"verdict":"repaired"`, `"repaired":1`,
	} {
		if !strings.Contains(string(shown), line) {
			t.Errorf("docs/walk.md never shows %s:\n%s", line, shown)
		}
	}
}
