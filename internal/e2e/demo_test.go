package e2e

import (
	"encoding/json"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/apiclient"
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
		checkAppAddresses(t, string(output))
	}
	checkNoWarnings(t, folder)
	files := filepath.Join(folder, "files")
	output, err = exec.CommandContext(t.Context(), program, "--cloud", running, "--state", folder, "--files", files).CombinedOutput()
	if err != nil {
		t.Fatalf("download the demo's files: %v\n%s", err, output)
	}
	loadDemo(t, files)
}

// checkNoWarnings checks that no function warned about the demo's campaign: warnings raise alarms, and a demo must raise none.
func checkNoWarnings(t *testing.T, folder string) {
	t.Helper()
	stored, err := os.ReadFile(filepath.Join(folder, "demo.json"))
	if err != nil {
		t.Fatal(err)
	}
	var demo struct{ Campaign string }
	err = json.Unmarshal(stored, &demo)
	if err != nil || demo.Campaign == "" {
		t.Fatalf("the demo's campaign is not known: %v", err)
	}
	log, err := os.ReadFile(filepath.Join(stateFolder, "log"))
	if err != nil {
		t.Fatal(err)
	}
	for line := range strings.Lines(string(log)) {
		if strings.Contains(line, demo.Campaign) && (strings.Contains(line, `"WARN"`) || strings.Contains(line, `"ERROR"`)) {
			t.Errorf("the demo caused %s", line)
		}
	}
}

// checkAppAddresses checks that the demo's output has two mobilizers with the address of their campaign in the mobilizers' app
// and with the numbers that the API returns for them. Both have contacts to ask.
func checkAppAddresses(t *testing.T, output string) {
	t.Helper()
	line := regexp.MustCompile(`(?m)^  ` + regexp.QuoteMeta(kith.Cloud().Site) + `/m/(\S+) +(\S+@\S+) +(\d+) contacts, (\d+) of them to ask$`)
	printed := line.FindAllStringSubmatch(output, -1)
	if len(printed) != 2 || printed[0][2] == printed[1][2] {
		t.Fatalf("the demo prints %d addresses of the mobilizers' app, want 2 of different mobilizers:\n%s", len(printed), output)
	}
	for _, found := range printed {
		type contact struct {
			Response *struct{} `json:"key_question_response"`
		}
		all, err := apiclient.All[contact](t.Context(), kith.Person(found[2], "Demo Mobilizer"), "/v1/mobilizer/campaigns/"+found[1]+"/contacts")
		if err != nil {
			t.Fatal(err)
		}
		toAsk := 0
		for _, c := range all {
			if c.Response == nil {
				toAsk++
			}
		}
		if got, want := found[3]+" "+found[4], fmt.Sprint(len(all), " ", toAsk); got != want || toAsk == 0 {
			t.Errorf("%s: the demo prints %s contacts and contacts to ask, the API returns %s; at least one must be to ask", found[2], got, want)
		}
	}
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
