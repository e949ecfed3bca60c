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
	for _, want := range []string{"The demo is complete", "The demo of an earlier run"} {
		said, err := exec.CommandContext(t.Context(), program, "--cloud", running, "--once", "--mobilizers", "12", "--contacts", "100", "--keep", files, "--state", folder).CombinedOutput()
		if err != nil {
			t.Fatalf("demo: %v\n%s", err, said)
		}
		for _, line := range []string{want, kith.Cloud().API, kith.Cloud().Site + "/j/", "ada@example.org", "kith_"} {
			if !strings.Contains(string(said), line) {
				t.Errorf("the demo does not print %q:\n%s", line, said)
			}
		}
	}
	downloaded := filepath.Join(folder, "downloaded")
	said, err = exec.CommandContext(t.Context(), program, "--cloud", running, "--state", folder, "--files", downloaded).CombinedOutput()
	if err != nil {
		t.Fatalf("download the demo's files: %v\n%s", err, said)
	}
	compared, err := filepath.Glob(filepath.Join(files, "fall-turnout*", "*"))
	if err != nil || len(compared) == 0 {
		t.Fatalf("the demo has kept no files: %v", err)
	}
	for _, file := range compared {
		if _, err := os.Stat(filepath.Join(downloaded, filepath.Base(file))); err != nil {
			t.Errorf("%v:\n%s", err, said)
		}
	}
	loadDemo(t, files)
}
