package export

import (
	"bytes"
	"context"
	stdcsv "encoding/csv"
	"encoding/json"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter"
)

// contract is what the exports promise: testdata/exports.json.
type contract struct {
	Exports []struct {
		Type     Type     `json:"type"`
		Title    string   `json:"title"`
		Key      []string `json:"key"`
		Order    string   `json:"order"`
		Columns  []string `json:"columns"`
		Extended []string `json:"extended_columns"`
		Dynamic  struct {
			Pattern string   `json:"pattern"`
			Example []string `json:"example"`
		} `json:"dynamic_columns"`
	} `json:"exports"`
}

func TestHeadersAreThoseOfTheContract(t *testing.T) {
	raw, err := os.ReadFile("testdata/exports.json")
	if err != nil {
		t.Fatal(err)
	}
	var promised contract
	if err := json.Unmarshal(raw, &promised); err != nil {
		t.Fatal(err)
	}
	found := 0
	for _, want := range promised.Exports {
		table, ok := TableOf(want.Type)
		if !ok {
			t.Errorf("there is no export %s", want.Type)
			continue
		}
		found++
		if diff := cmp.Diff(append(want.Columns, want.Dynamic.Example...), names(table.Shape(ladderScope(), Standard))); diff != "" {
			t.Errorf("%s, standard (-contract +ours):\n%s", want.Type, diff)
		}
		all := append(append([]string{}, want.Columns...), want.Extended...)
		if diff := cmp.Diff(append(all, want.Dynamic.Example...), names(table.Shape(ladderScope(), Extended))); diff != "" {
			t.Errorf("%s, extended (-contract +ours):\n%s", want.Type, diff)
		}
		info := table.Info()
		if (info.Dynamic != nil) != (want.Dynamic.Pattern != "") || (info.Dynamic != nil && info.Dynamic.Name != want.Dynamic.Pattern) {
			t.Errorf("%s: dynamic columns %v, the contract has %q", want.Type, info.Dynamic, want.Dynamic.Pattern)
		}
		if info.Title != want.Title || info.Order != want.Order || !cmp.Equal(info.Key, want.Key) {
			t.Errorf("%s: title %q, key %v, order %q; the contract has %q, %v, %q", want.Type, info.Title, info.Key,
				info.Order, want.Title, want.Key, want.Order)
		}
	}
	if found != len(Tables()) {
		t.Errorf("%d exports of ours, %d of them in the contract", len(Tables()), found)
	}
}

func TestEveryColumnIsExplained(t *testing.T) {
	for _, table := range Tables() {
		info := table.Info()
		for _, c := range append(info.Columns, info.Extended...) {
			if c.About == "" || !strings.HasSuffix(c.About, ".") || (c.Empty != Never && !strings.HasSuffix(c.Empty, ".")) {
				t.Errorf("%s.%s: about %q, empty %q", info.Type, c.Name, c.About, c.Empty)
			}
			if c.Kind == Count && c.Empty != Never {
				t.Errorf("%s.%s: a count is never empty", info.Type, c.Name)
			}
		}
	}
}

func names(columns []ColumnInfo) []string {
	var all []string
	for _, c := range columns {
		all = append(all, c.Name)
	}
	return all
}

// ladderScope is a campaign with the Key Question's default responses.
func ladderScope() *Scope {
	scope := someScope()
	scope.Campaign.Question.Responses = nil
	for i, text := range []string{"Definitely Not", "Probably Not", "Maybe", "Probably", "Definitely"} {
		scope.Campaign.Question.Responses = append(scope.Campaign.Question.Responses,
			campaign.Response{ID: text, Code: campaign.Code(rune('0' + i)), Text: text, Value: i + 1, Retired: i == 1})
	}
	return scope
}

// rows is a Source over what a test holds, in order.
type rows struct {
	contacts   []*contact.Contact
	mobilizers []*mobilizer.Mobilizer
	counts     map[mobilizer.ID]metrics.MobilizerCounts
	notes      []*contact.Note
	answers    []*contact.Answer
	responses  []*contact.ActionResponse
	managed    []*mobilizer.ManagementNote
	invited    []*invitation.Invitation
}

func (r *rows) EachMobilizerID(_ context.Context, _ campaign.ID, yield func(mobilizer.ID) error) error {
	for _, m := range r.mobilizers {
		if err := yield(m.ID); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) EachInvitation(_ context.Context, _ campaign.ID, yield func(*invitation.Invitation) error) error {
	for _, i := range r.invited {
		if err := yield(i); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) InvitationsByID(_ context.Context, _ campaign.ID, ids []invitation.ID) ([]*invitation.Invitation, error) {
	var found []*invitation.Invitation
	for _, i := range slices.Backward(r.invited) {
		if slices.Contains(ids, i.ID) {
			found = append(found, i)
		}
	}
	return found, nil
}

func (r *rows) EachContact(_ context.Context, _ campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	for _, c := range r.contacts {
		if c.ID <= after {
			continue
		}
		if err := yield(c); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) EachMobilizer(_ context.Context, _ campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error {
	for _, m := range r.mobilizers {
		if m.ID <= after {
			continue
		}
		if err := yield(m, r.counts[m.ID]); err != nil {
			return err
		}
	}
	return nil
}

func (r *rows) EachNote(_ context.Context, _ campaign.ID, after string, yield func(*contact.Contact, *contact.Note, string) error) error {
	return eachOf(r.notes, r.contacts, after, func(n *contact.Note, c *contact.Contact) (bool, string) {
		return n.About.Contact == c.ID, string(c.ID) + "/" + string(n.ID)
	}, yield)
}

func (r *rows) EachAnswer(_ context.Context, _ campaign.ID, after string, yield func(*contact.Contact, *contact.Answer, string) error) error {
	return eachOf(r.answers, r.contacts, after, func(a *contact.Answer, c *contact.Contact) (bool, string) {
		return a.About.Contact == c.ID, string(c.ID) + "/" + string(a.ID)
	}, yield)
}

func (r *rows) EachResponse(_ context.Context, _ campaign.ID, after string, yield func(*contact.Contact, *contact.ActionResponse, string) error) error {
	return eachOf(r.responses, r.contacts, after, func(a *contact.ActionResponse, c *contact.Contact) (bool, string) {
		return a.About.Contact == c.ID, string(c.ID) + "/" + string(a.ID)
	}, yield)
}

func (r *rows) EachManagementNote(_ context.Context, _ campaign.ID, after string, yield func(*mobilizer.Mobilizer, *mobilizer.ManagementNote, string) error) error {
	return eachOf(r.managed, r.mobilizers, after, func(n *mobilizer.ManagementNote, m *mobilizer.Mobilizer) (bool, string) {
		return n.Mobilizer == m.ID, string(m.ID) + "/" + string(n.ID)
	}, yield)
}

// eachOf gives the children of each parent in turn.
func eachOf[C, P any](children []*C, parents []*P, after string, hangs func(*C, *P) (bool, string), yield func(*P, *C, string) error) error {
	for _, parent := range parents {
		for _, child := range children {
			its, position := hangs(child, parent)
			if !its || position <= after {
				continue
			}
			if err := yield(parent, child, position); err != nil {
				return err
			}
		}
	}
	return nil
}

// table writes a whole file and reads it back, each row by its column names.
func table(t *testing.T, src Source, scope *Scope, r Request) []map[string]string {
	t.Helper()
	of, ok := TableOf(r.Type)
	if !ok {
		t.Fatalf("no export %q", r.Type)
	}
	file := heading(of.Shape(scope, r.Profile), r.Dialect)
	err := of.Lines(t.Context(), src, scope, r, "", func(line []byte, _ string) error {
		file = append(file, line...)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	records, err := stdcsv.NewReader(bytes.NewReader(bytes.TrimPrefix(file, []byte("\ufeff")))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var read []map[string]string
	for _, record := range records[1:] {
		row := map[string]string{}
		for i, name := range records[0] {
			row[name] = record[i]
		}
		read = append(read, row)
	}
	return read
}

func check(t *testing.T, row, want map[string]string) {
	t.Helper()
	for column, value := range want {
		got, ok := row[column]
		if !ok {
			t.Errorf("no column %s", column)
		}
		if got != value {
			t.Errorf("%s is %q, want %q", column, got, value)
		}
	}
}

var noon = time.Date(2026, 10, 24, 12, 0, 0, 5_000_000, time.UTC)

func someScope() *Scope {
	return &Scope{
		Organization: &organization.Organization{ID: "org", Name: `Neighbors, "United"`},
		Campaign: &campaign.Campaign{ID: "camp", Organization: "org", Name: "Autumn", Question: campaign.KeyQuestion{
			Responses: []campaign.Response{{ID: "r", Code: "00", Text: "Maybe, later", Value: -2, Retired: true}},
		}},
		Contacts: 2, Mobilizers: 2,
	}
}

func TestContactsExport(t *testing.T) {
	confirmed := voter.Match{Status: voter.Confirmed, At: noon, Voter: voter.Voter{
		CanonicalID: "MA0012",
		StateFileID: "0012", FirstName: "JOSE", LastName: "O'BRIEN", City: "CAMBRIDGE", State: "MA", Zip: "021390001",
	}}
	src := &rows{contacts: []*contact.Contact{
		{
			ID: "t1", Entry: "e1", Person: "p1", User: "u1", Mobilizer: "m1", Match: confirmed, KeyQuestionCode: "00",
			Details:    contact.Details{FirstName: "José", LastName: "O'Brien", PreferredName: "Pepe", City: "Boston", State: "MA", Zip: "02139"},
			AnsweredAt: noon, KeyQuestionChanges: 2, Touchpoints: 4, AddedAt: noon, LastActivityAt: noon.Add(time.Hour), VotePlan: "At 8,\nby bus",
		},
		{
			ID: "t2", Entry: "e2", Person: "p2", Match: voter.Match{Status: voter.NoMatches, Voter: voter.Voter{CanonicalID: "stale"}},
			AddedAt: noon, LastActivityAt: noon,
		},
	}}
	read := table(t, src, someScope(), Request{Type: "contacts", Dialect: csv.Data, Profile: Extended})
	if len(read) != 2 {
		t.Fatalf("%d rows", len(read))
	}
	check(t, read[0], map[string]string{
		"state_file_id": "0012", "canonical_voter_id": "MA0012", "added_to_campaign_at": "2026-10-24T12:00:00.005Z",
		"mobilizer_provided_first_name": "José", "voterfile_provided_first_name": "JOSE", "mobilizer_provided_zip": "02139",
		"voterfile_provided_zip": "021390001", "match_status": "CONFIRMED", "first_activity_at": "2026-10-24T12:00:00.005Z",
		"last_activity_at": "2026-10-24T13:00:00.005Z", "key_question_response_text": "Maybe, later",
		"key_question_response_value": "-2", "metric__count_key_question_response_changes": "2",
		"metric__count_relational_touchpoints": "4", "metric__count_action_item_responses": "0",
		"rally__organization_name": `Neighbors, "United"`, "rally__contact_id": "e1", "rally__campaign_target_id": "t1",
		"rally__person_id": "p1", "rally__user_id": "u1", "vote_plan": "At 8,\nby bus",
	})
	check(t, read[1], map[string]string{
		"state_file_id": "", "canonical_voter_id": "", "match_status": "NO_MATCHES", "key_question_response_text": "",
		"key_question_response_value": "", "metric__count_relational_touchpoints": "0", "key_question_answered_at": "",
	})
}

func TestMobilizersExportShowsEMailAndPhoneOnlyWithConsent(t *testing.T) {
	profile := mobilizer.Profile{FirstName: "Ann", LastName: "=Nguyễn", Zip: "02139", Phone: "+12155550123"}
	src := &rows{
		mobilizers: []*mobilizer.Mobilizer{
			{ID: "m1", User: "u1", Person: "p1", Profile: profile, Email: "ann@example.org", Consent: true, JoinedAt: noon},
			{ID: "m2", User: "u2", Person: "p2", Profile: profile, Email: "bea@example.org", JoinedAt: noon, LeftAt: noon},
		},
		counts: map[mobilizer.ID]metrics.MobilizerCounts{"m1": {FirstActivityAt: noon, LastActivityAt: noon, Counts: metrics.Counts{
			Contacts: 9, MatchedContacts: 8, ContactsWithTouchpoints: 7, Touchpoints: 16, ContactsAnswered: 5,
			ContactsWithResponses: 3, ActionResponses: 6,
		}}},
	}
	read := table(t, src, someScope(), Request{Type: "mobilizers", Dialect: csv.Data, Profile: Extended})
	check(t, read[0], map[string]string{
		"mobilizer_email": "ann@example.org", "mobilizer_phone": "+12155550123", "match_status": "PENDING",
		"mobilizer_provided_last_name": "=Nguyễn", "metric__count_contacts": "9", "metric__count_matched_contacts": "8",
		"metric__count_contacts_with_relational_touchpoints": "7", "metric__count_relational_touchpoints": "16",
		"metric__count_contacts_with_key_question_responses": "5", "metric__count_contacts_without_key_question_response": "4",
		"metric__count_contacts_with_action_item_responses": "3", "metric__count_action_item_responses": "6",
		"first_activity_at": "2026-10-24T12:00:00.005Z", "left_at": "",
	})
	check(t, read[1], map[string]string{
		"mobilizer_email": "", "mobilizer_phone": "", "metric__count_contacts": "0", "first_activity_at": "",
		"last_activity_at": "", "left_at": "2026-10-24T12:00:00.005Z",
	})
	read = table(t, src, someScope(), Request{Type: "mobilizers", Dialect: csv.Spreadsheet, Profile: Standard})
	check(t, read[0], map[string]string{
		"mobilizer_provided_last_name": "'=Nguyễn", "mobilizer_provided_zip": `="02139"`, "mobilizer_phone": `="+12155550123"`,
	})
}

func TestFileNamesAreSafeInAnyHeader(t *testing.T) {
	e := &Export{Request: Request{Type: "key_question_answers"}, RequestedAt: noon}
	for _, names := range [][2]string{
		{"Neighbors \"United\"\r\nX: y", "../../etc"}, {"Ünïtéd", "日本"}, {strings.Repeat("long ", 99), ""},
	} {
		name := e.FileName(names[0], &campaign.Campaign{Name: names[1], Slug: strings.Repeat("x", 60)})
		if strings.Trim(name, "abcdefghijklmnopqrstuvwxyz0123456789-_.") != "" || len(name) > 150 || strings.Contains(name, "..") {
			t.Errorf("%q gives %q", names, name)
		}
	}
}

// Files of different campaigns have different names, as far as the campaigns have.
func TestFileNamesTellCampaignsApart(t *testing.T) {
	for _, c := range []struct {
		of                  Type
		organization        string
		name, slug, written string
	}{
		{"key_question_answers", "Neighbors United", "Autumn '26", "ward-3", "neighbors-united_autumn-26_key-question-answers_2026-10-24.csv"},
		{"contacts", "Brëak Org", "Ünïtéd Đặng Straße", "ward-3", "break-org_united-dang-strasse_contacts_2026-10-24.csv"},
		{"contacts", "Соседи", "Парки для всех", "ward-3", "ward-3_contacts_2026-10-24.csv"},
		{"bundle", "Vecinos", "公園", "ward-4", "vecinos_ward-4_bundle_2026-10-24.zip"},
		{"contacts", "Vecinos", "Парки 2026", "ward-5", "vecinos_ward-5_contacts_2026-10-24.csv"},
		{"contacts", "Vecinos", "🌳", "ward-6", "vecinos_ward-6_contacts_2026-10-24.csv"},
		{"contacts", "Vecinos", "🌳 Parks", "ward-7", "vecinos_parks_contacts_2026-10-24.csv"},
	} {
		e := &Export{Request: Request{Type: c.of}, RequestedAt: noon}
		if got := e.FileName(c.organization, &campaign.Campaign{Name: c.name, Slug: c.slug}); got != c.written {
			t.Errorf("%s of %q: the file is called %s, want %s", c.of, c.name, got, c.written)
		}
	}
}
