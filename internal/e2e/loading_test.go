package e2e

import (
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/postgrestest"
)

// load loads every export with a golden file into PostgreSQL, with the CREATE TABLE statement of the API. One database gets the
// standard columns, another all columns, whose ids are checked.
func (s *goldenCampaign) load() {
	s.t.Helper()
	golden, err := filepath.Glob(filepath.Join("testdata", "golden", "*.csv"))
	s.ok(err)
	profiles := map[string]string{}
	for _, path := range golden {
		name := strings.TrimSuffix(filepath.Base(path), ".csv")
		if strings.HasSuffix(name, "-spreadsheet") {
			continue
		}
		kind, extended := strings.CutSuffix(name, "-extended")
		if extended {
			profiles[kind] = "extended"
		} else if profiles[kind] == "" {
			profiles[kind] = "standard"
		}
	}
	server := postgrestest.Start(s.t)
	standard, all := server.Database(s.t), server.Database(s.t)
	for kind, widest := range profiles {
		s.loadOne(standard, kind, "standard")
		s.loadOne(all, kind, widest)
	}
	checkJoins(s.t, all)
	s.runLoadingScript(server.Database(s.t))
}

// loadOne creates an export and loads it.
func (s *goldenCampaign) loadOne(db *postgrestest.Database, kind, profile string) {
	s.t.Helper()
	olivia, request := s.people["olivia"], body{"type": kind, "profile": profile}
	if strings.HasPrefix(kind, "specific_") {
		request["action_item_id"] = s.ids["item-vote"]
	}
	file, err := kith.Export(s.t.Context(), olivia, s.ids["campaign"], request)
	s.ok(err)
	var schema struct {
		CreateTable string `json:"create_table"`
	}
	s.ok(olivia.Get(s.t.Context(), s.admin+"/exports/"+file.ID+"/schema", &schema))
	if len(file.Rows) == 0 {
		s.t.Errorf("%s has no rows", kind)
	}
	loadFile(s.t, db, kind, schema.CreateTable, file.Bytes)
}

// loadFile creates a table, loads a file and compares the number of rows.
func loadFile(t *testing.T, db *postgrestest.Database, table, create string, csv []byte) {
	t.Helper()
	file, err := ReadCSV(csv)
	if err != nil {
		t.Fatal(err)
	}
	db.Do(t, create)
	db.Copy(t, table, "FORMAT csv, HEADER true, ENCODING 'UTF8'", csv)
	if got := strings.TrimSpace(db.Do(t, "SELECT count(*) FROM "+table)); got != fmt.Sprint(len(file.Rows)) {
		t.Errorf("%s: %s rows in PostgreSQL, %d in the file", table, got, len(file.Rows))
	}
}

// parents are the exports with a row for every id of the column.
var parents = map[string]string{
	"rally__campaign_target_id":          "contacts",
	"rally__contact_id":                  "contacts",
	"rally__user_campaign_membership_id": "mobilizers",
	"rally__user_id":                     "mobilizers",
}

// checkJoins checks that every id in the tables references an existing row.
func checkJoins(t *testing.T, db *postgrestest.Database) {
	t.Helper()
	var columns []struct{ Table, Column string }
	db.JSON(t, `SELECT json_agg(json_build_object('table', table_name, 'column', column_name)) FROM information_schema.columns
		WHERE table_schema = 'public' AND data_type = 'uuid'`, &columns)
	joined := 0
	for _, c := range columns {
		parent, ok := parents[c.Column]
		if !ok || c.Table == parent || c.Table == "invitations" { // the person may have left since
			continue
		}
		joined++
		lost := db.Do(t, fmt.Sprintf("SELECT %[1]s FROM %[2]s WHERE %[1]s NOT IN (SELECT %[1]s FROM %[3]s)", c.Column, c.Table, parent))
		if lost != "" {
			t.Errorf("%s.%s is in no row of %s: %s", c.Table, c.Column, parent, lost)
		}
	}
	for _, pair := range [][4]string{
		{"legacy_contacts", "person_id", "contacts", "rally__person_id"},
		{"legacy_contact_action_responses", "person_id", "contacts", "rally__person_id"},
		{"legacy_contact_action_responses", "campaign_prompt_id", "analytics", "item_id"},
		{"action_item_responses", "rally__action_item_id", "analytics", "item_id"},
		{"key_question_answers", "key_question_response_id", "analytics", "item_id"},
		{"legacy_mobilizers", `"Mobilizer ID"`, "mobilizers", "rally__user_id"},
		{"specific_action_item_responses", "rally__action_response_id", "action_item_responses", "rally__action_response_id"},
	} {
		lost := db.Do(t, fmt.Sprintf("SELECT %[2]s FROM %[1]s WHERE %[2]s NOT IN (SELECT %[4]s FROM %[3]s WHERE %[4]s IS NOT NULL)",
			pair[0], pair[1], pair[2], pair[3]))
		if lost != "" {
			t.Errorf("%s.%s is in no row of %s: %s", pair[0], pair[1], pair[2], lost)
		}
	}
	if joined < 10 {
		t.Errorf("only %d columns join", joined)
	}
}

// runLoadingScript runs the code blocks of docs/loading.md.
func (s *goldenCampaign) runLoadingScript(db *postgrestest.Database) {
	s.t.Helper()
	page, err := os.ReadFile(filepath.Join(Root(), "docs", "loading.md"))
	s.ok(err)
	var script strings.Builder
	script.WriteString("set -euo pipefail\n") // not in the page, because it would close a reader's shell
	for _, found := range block.FindAllSubmatch(page, -1) {
		script.Write(found[1])
	}
	var made struct{ Token string }
	s.ok(s.people["olivia"].Do(s.t.Context(), http.MethodPost, s.admin+"/service-tokens", body{"name": "warehouse"}, &made))
	bash := exec.CommandContext(s.t.Context(), "bash")
	bash.Stdin, bash.Dir = strings.NewReader(script.String()), s.t.TempDir()
	bash.Env = append(db.Environment(), "api="+kith.Cloud().API, "campaign="+s.ids["campaign"], "token="+made.Token)
	shown, err := bash.CombinedOutput()
	if err != nil {
		s.t.Fatalf("docs/loading.md: %v\n%s", err, shown)
	}
	for _, says := range []string{"contacts.csv: OK", "12 contacts, 12 by their mobilizers", "Ada|5|4\n", "26|26\n"} {
		if !strings.Contains(string(shown), says) {
			s.t.Errorf("docs/loading.md does not print %q:\n%s", says, shown)
		}
	}
}
