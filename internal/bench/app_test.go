package bench

import (
	"bufio"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// mobilizerApp measures the mobilizers' app in a browser, by the measures of dashboard/tests/measures.
func mobilizerApp(t *testing.T) []line {
	t.Helper()
	results := filepath.Join(t.TempDir(), "measures")
	run := exec.CommandContext(t.Context(), "npm", "run", "--silent", "measures")
	run.Dir = "../../dashboard"
	run.Env = append(os.Environ(), "KITH_MEASURES="+results)
	out, err := run.CombinedOutput()
	if err != nil {
		t.Fatalf("npm run measures: %v\n%s", err, out)
	}
	file, err := os.Open(results)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	var lines []line
	for rows := bufio.NewScanner(file); rows.Scan(); {
		var row struct {
			What, Measured, Target string
			Met                    bool
		}
		err = json.Unmarshal(rows.Bytes(), &row)
		if err != nil {
			t.Fatal(err)
		}
		lines = append(lines, line{row.What, row.Measured, row.Target, row.Met})
	}
	if len(lines) == 0 {
		t.Error("npm run measures measured nothing")
	}
	return lines
}
