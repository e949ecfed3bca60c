package e2e

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/postgrestest"
)

// TestDemo_SmallDemo_IsCompleteAndConsistent creates a small demo with the program of `make run`, which checks the totals on the
// Analytics pages. A second run with --once keeps it. Its exports are consistent and load into PostgreSQL.
func TestDemo_SmallDemo_IsCompleteAndConsistent(t *testing.T) {
	folder := t.TempDir()
	program, running := filepath.Join(folder, "demo"), filepath.Join(folder, "running.json")
	build := exec.CommandContext(t.Context(), "go", "build", "-o", program, "./internal/demo")
	build.Dir = Root()
	output, err := build.CombinedOutput()
	if err != nil {
		t.Fatalf("build the demo: %v\n%s", err, output)
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
	for _, want := range []string{"The demo is complete", "The demo of an earlier run"} {
		output, err := exec.CommandContext(t.Context(), program, "--cloud", running, "--once", "--mobilizers", "12", "--contacts", "100", "--state", folder).CombinedOutput()
		if err != nil {
			t.Fatalf("demo: %v\n%s", err, output)
		}
		for _, line := range []string{want, kith.Cloud().API, kith.Cloud().Site + "/j/", "ada@example.org", "kith_"} {
			if !strings.Contains(string(output), line) {
				t.Errorf("the demo does not print %q:\n%s", line, output)
			}
		}
	}
	files := filepath.Join(folder, "files")
	output, err = exec.CommandContext(t.Context(), program, "--cloud", running, "--state", folder, "--files", files).CombinedOutput()
	if err != nil {
		t.Fatalf("download the demo's files: %v\n%s", err, output)
	}
	loadDemo(t, files)
}

// loadDemo loads the downloaded exports of the demo into PostgreSQL, and compares their counts and ids.
func loadDemo(t *testing.T, folder string) {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.csv"))
	if err != nil || len(files) < 12 {
		t.Fatalf("the demo's files are %q, %v", files, err)
	}
	db, rows := postgrestest.Start(t).Database(t), rowsByType{}
	for _, path := range files {
		csv, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		create, err := os.ReadFile(strings.TrimSuffix(path, ".csv") + ".sql")
		if err != nil {
			t.Fatal(err)
		}
		kind := strings.TrimSuffix(filepath.Base(path), ".csv")
		loadFile(t, db, kind, string(create), csv)
		file, err := ReadCSV(csv)
		if err != nil {
			t.Fatal(err)
		}
		rows[kind] = file.Rows
	}
	checkJoins(t, db)
	question := rows["specific_action_item_responses"]
	if len(question) == 0 {
		t.Fatal("the demo has no responses to its first question")
	}
	rows.checkCounts(t, question[0]["rally__action_item_id"])
}
