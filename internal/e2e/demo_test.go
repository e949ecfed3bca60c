package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
)

// TestDemo makes a small demo, as `make run` makes a larger one: it has to find that Analytics and the exports agree with
// its own account. Asked to do it once, it leaves a demo alone that is there.
func TestDemo(t *testing.T) {
	folder := t.TempDir()
	program, running := filepath.Join(folder, "demo"), filepath.Join(folder, "running.json")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./internal/demo")
	build.Dir = Root()
	said, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("build the demo: %v\n%s", err, said)
	}
	info, err := json.Marshal(kith.Cloud())
	if err != nil {
		t.Fatal(err)
	}
	err = os.WriteFile(running, append(info, '\n'), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	err = kith.ResetClock(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	files := filepath.Join(folder, "files")
	for _, want := range []string{"the demo is complete", "there from an earlier run"} {
		said, err := exec.CommandContext(t.Context(), program, "--cloud", running, "--once", "--mobilizers", "12", "--contacts", "100", "--keep", files).CombinedOutput()
		if err != nil {
			t.Fatalf("demo: %v\n%s", err, said)
		}
		if !strings.Contains(string(said), want) || !strings.Contains(string(said), kith.Cloud().API) {
			t.Errorf("the demo says nothing of %q and its addresses:\n%s", want, said)
		}
	}
	loadDemo(t, files)
}
