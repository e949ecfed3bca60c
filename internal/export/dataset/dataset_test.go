package dataset_test

import (
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// contract is the published list of exports and their columns, testdata/exports.json.
type contract struct {
	Exports []struct {
		Name     dataset.Name `json:"type"`
		Title    string       `json:"title"`
		Key      []string     `json:"key"`
		Order    string       `json:"order"`
		Columns  []string     `json:"columns"`
		Extended []string     `json:"extended_columns"`
		Dynamic  struct {
			Pattern string   `json:"pattern"`
			Example []string `json:"example"`
		} `json:"dynamic_columns"`
	} `json:"exports"`
}

// A download link is refused after a withdrawal of consent only for datasets that say so.
func TestInfo_ColumnsByConsent_AreDeclared(t *testing.T) {
	for _, d := range dataset.All() {
		info := d.Info()
		byConsent := slices.ContainsFunc(slices.Concat(info.Columns, info.Extended), func(c dataset.ColumnInfo) bool { return strings.Contains(c.Empty, "consent") })
		if info.ByConsent != byConsent {
			t.Errorf("%s: ByConsent is %t, its columns say %t", info.Name, info.ByConsent, byConsent)
		}
	}
}

func TestDatasets_Headers_MatchContract(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("testdata/exports.json")
	if err != nil {
		t.Fatal(err)
	}
	var want contract
	if err := json.Unmarshal(raw, &want); err != nil {
		t.Fatal(err)
	}
	scope := exporttest.NewScopeWithResponses()
	found := 0
	for _, c := range want.Exports {
		d, ok := dataset.Find(c.Name)
		if !ok {
			t.Errorf("no dataset %s", c.Name)
			continue
		}
		found++
		if diff := cmp.Diff(append(c.Columns, c.Dynamic.Example...), names(d.ColumnsFor(scope, dataset.Standard))); diff != "" {
			t.Errorf("%s, standard (-contract +columns):\n%s", c.Name, diff)
		}
		all := append(append([]string{}, c.Columns...), c.Extended...)
		if diff := cmp.Diff(append(all, c.Dynamic.Example...), names(d.ColumnsFor(scope, dataset.Extended))); diff != "" {
			t.Errorf("%s, extended (-contract +columns):\n%s", c.Name, diff)
		}
		info := d.Info()
		if (info.Dynamic != nil) != (c.Dynamic.Pattern != "") || (info.Dynamic != nil && info.Dynamic.Name != c.Dynamic.Pattern) {
			t.Errorf("%s: dynamic columns %v, want %q", c.Name, info.Dynamic, c.Dynamic.Pattern)
		}
		if info.Title != c.Title || info.Order != c.Order || !cmp.Equal(info.Key, c.Key) {
			t.Errorf("%s: title %q, key %v, order %q, want %q, %v, %q", c.Name, info.Title, info.Key, info.Order, c.Title, c.Key, c.Order)
		}
	}
	if found != len(dataset.All()) {
		t.Errorf("%d datasets, %d of them in the contract", len(dataset.All()), found)
	}
}

func TestDatasets_Columns_HaveDescriptions(t *testing.T) {
	t.Parallel()
	for _, d := range dataset.All() {
		info := d.Info()
		for _, c := range append(info.Columns, info.Extended...) {
			if c.Description == "" || !strings.HasSuffix(c.Description, ".") || (c.Empty != dataset.NeverEmpty && !strings.HasSuffix(c.Empty, ".")) {
				t.Errorf("%s.%s: description %q, empty %q", info.Name, c.Name, c.Description, c.Empty)
			}
			if c.Kind == dataset.Count && c.Empty != dataset.NeverEmpty {
				t.Errorf("%s.%s: a count can be empty", info.Name, c.Name)
			}
		}
	}
}

func names(columns []dataset.ColumnInfo) []string {
	var all []string
	for _, c := range columns {
		all = append(all, c.Name)
	}
	return all
}

// readDataset writes the file of a dataset and returns its rows, each by column name.
func readDataset(t *testing.T, d dataset.Dataset, src dataset.Source, scope *dataset.Scope, options dataset.Options) []map[string]string {
	t.Helper()
	return exporttest.Read(t, exporttest.Write(t, d, src, scope, options))
}

func TestContacts_MatchedAndUnmatched_WritesColumns(t *testing.T) {
	t.Parallel()
	confirmed := voter.Match{Status: voter.Confirmed, At: exporttest.Noon, Voter: voter.Voter{
		CanonicalID: "MA0012",
		StateFileID: "0012", FirstName: "JOSE", LastName: "O'BRIEN", City: "CAMBRIDGE", State: "MA", Zip: "021390001",
	}}
	src := &exporttest.Source{Contacts: []*contact.Contact{
		{
			ID: "t1", Entry: "e1", Person: "p1", User: "u1", Mobilizer: "m1", Match: confirmed, KeyQuestionCode: "00",
			Details:    contact.Details{FirstName: "José", LastName: "O'Brien", PreferredName: "Pepe", City: "Boston", State: "MA", Zip: "02139"},
			AnsweredAt: exporttest.Noon, KeyQuestionChanges: 2, Touchpoints: 4, AddedAt: exporttest.Noon, LastActivityAt: exporttest.Noon.Add(time.Hour), VotePlan: "At 8,\nby bus",
		},
		{
			ID: "t2", Entry: "e2", Person: "p2", Match: voter.Match{Status: voter.NoMatches, Voter: voter.Voter{CanonicalID: "stale"}},
			AddedAt: exporttest.Noon, LastActivityAt: exporttest.Noon,
		},
	}}
	read := readDataset(t, &dataset.Contacts, src, exporttest.NewScope(), dataset.Options{Dialect: csv.Data, Profile: dataset.Extended})
	if len(read) != 2 {
		t.Fatalf("%d rows", len(read))
	}
	exporttest.CheckRow(t, read[0], map[string]string{
		"state_file_id": "0012", "canonical_voter_id": "MA0012", "added_to_campaign_at": "2026-10-24T12:00:00.005Z",
		"mobilizer_provided_first_name": "José", "voterfile_provided_first_name": "JOSE", "mobilizer_provided_zip": "02139",
		"voterfile_provided_zip": "021390001", "match_status": "CONFIRMED", "first_activity_at": "2026-10-24T12:00:00.005Z",
		"last_activity_at": "2026-10-24T13:00:00.005Z", "key_question_response_text": "Maybe, later",
		"key_question_response_value": "-2", "metric__count_key_question_response_changes": "2",
		"metric__count_relational_touchpoints": "4", "metric__count_action_item_responses": "0",
		"rally__organization_name": `Neighbors, "United"`, "rally__contact_id": "e1", "rally__campaign_target_id": "t1",
		"rally__person_id": "p1", "rally__user_id": "u1", "vote_plan": "At 8,\nby bus",
	})
	exporttest.CheckRow(t, read[1], map[string]string{
		"state_file_id": "", "canonical_voter_id": "", "match_status": "NO_MATCHES", "key_question_response_text": "",
		"key_question_response_value": "", "metric__count_relational_touchpoints": "0", "key_question_answered_at": "",
	})
}

func TestMobilizers_WithoutConsent_HidesEmailAndPhone(t *testing.T) {
	t.Parallel()
	profile := mobilizer.Profile{FirstName: "Ann", LastName: "=Nguyễn", Zip: "02139", Phone: "+12155550123"}
	src := &exporttest.Source{
		Mobilizers: []*mobilizer.Mobilizer{
			{ID: "m1", User: "u1", Person: "p1", Profile: profile, Email: "ann@example.org", Consent: true, JoinedAt: exporttest.Noon},
			{ID: "m2", User: "u2", Person: "p2", Profile: profile, Email: "bea@example.org", JoinedAt: exporttest.Noon, LeftAt: exporttest.Noon},
		},
		Counts: map[mobilizer.ID]metrics.MobilizerCounts{"m1": {FirstActivityAt: exporttest.Noon, LastActivityAt: exporttest.Noon, Counts: metrics.Counts{
			Contacts: 9, MatchedContacts: 8, ContactsWithTouchpoints: 7, Touchpoints: 16, ContactsAnswered: 5,
			ContactsWithResponses: 3, ActionResponses: 6,
		}}},
	}
	read := readDataset(t, &dataset.Mobilizers, src, exporttest.NewScope(), dataset.Options{Dialect: csv.Data, Profile: dataset.Extended})
	exporttest.CheckRow(t, read[0], map[string]string{
		"mobilizer_email": "ann@example.org", "mobilizer_phone": "+12155550123", "match_status": "PENDING",
		"mobilizer_provided_last_name": "=Nguyễn", "metric__count_contacts": "9", "metric__count_matched_contacts": "8",
		"metric__count_contacts_with_relational_touchpoints": "7", "metric__count_relational_touchpoints": "16",
		"metric__count_contacts_with_key_question_responses": "5", "metric__count_contacts_without_key_question_response": "4",
		"metric__count_contacts_with_action_item_responses": "3", "metric__count_action_item_responses": "6",
		"first_activity_at": "2026-10-24T12:00:00.005Z", "left_at": "",
	})
	exporttest.CheckRow(t, read[1], map[string]string{
		"mobilizer_email": "", "mobilizer_phone": "", "metric__count_contacts": "0", "first_activity_at": "",
		"last_activity_at": "", "left_at": "2026-10-24T12:00:00.005Z",
	})
	read = readDataset(t, &dataset.Mobilizers, src, exporttest.NewScope(), dataset.Options{Dialect: csv.Spreadsheet, Profile: dataset.Standard})
	exporttest.CheckRow(t, read[0], map[string]string{
		"mobilizer_provided_last_name": "'=Nguyễn", "mobilizer_provided_zip": `="02139"`, "mobilizer_phone": `="+12155550123"`,
	})
}
