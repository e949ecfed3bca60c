package e2e

import (
	"strconv"
	"testing"
)

// rowsByType holds the rows of a quiet campaign's exports by type.
type rowsByType map[string][]map[string]string

// checkConsistency downloads the golden campaign's exports and compares their counts.
func (s *goldenCampaign) checkConsistency() {
	s.t.Helper()
	rows := rowsByType{}
	for _, kind := range []string{
		"mobilizers", "contacts", "voters", "notes", "key_question_answers", "action_item_responses", "specific_action_item_responses",
		"legacy_mobilizers", "legacy_contacts", "legacy_contact_action_responses", "analytics",
	} {
		request := body{"type": kind}
		if kind == "specific_action_item_responses" {
			request["action_item_id"] = s.ids["item-vote"]
		}
		file, err := ReadCSV([]byte(s.export(request)))
		s.ok(err)
		rows[kind] = file.Rows
	}
	rows.checkCounts(s.t, s.ids["item-vote"])
}

// checkCounts compares counts that several exports of one campaign contain. question is the action item of the export of a
// single one.
func (r rowsByType) checkCounts(t *testing.T, question string) {
	t.Helper()
	totals := map[string]int{}
	for _, row := range r["analytics"] {
		if row["section"] == "totals" {
			totals[row["name"]] = number(t, row["count"])
		}
	}
	done := func(row map[string]string) bool { return row["task_completed"] != "false" }
	responses := r.count("action_item_responses", done)
	touchpoints := len(r["notes"]) + responses +
		r.count("key_question_answers", func(row map[string]string) bool { return row["key_question_response_id"] != "" })
	answered := r.count("contacts", func(row map[string]string) bool { return row["key_question_response_text"] != "" })
	for name, counts := range map[string][2]int{
		"contacts and the mobilizers' counts":          {len(r["contacts"]), r.sum(t, "mobilizers", "metric__count_contacts")},
		"contacts and legacy contacts":                 {len(r["contacts"]), len(r["legacy_contacts"])},
		"contacts and Total Contacts":                  {len(r["contacts"]), totals["contacts"]},
		"mobilizers and legacy mobilizers":             {len(r["mobilizers"]), len(r["legacy_mobilizers"])},
		"mobilizers and Total Mobilizers":              {len(r["mobilizers"]), totals["mobilizers"]},
		"touchpoints and Total Relational Touchpoints": {touchpoints, totals["relational_touchpoints"]},
		"touchpoints and the contacts' counts":         {touchpoints, r.sum(t, "contacts", "metric__count_relational_touchpoints")},
		"touchpoints and the mobilizers' counts":       {touchpoints, r.sum(t, "mobilizers", "metric__count_relational_touchpoints")},
		"matched contacts among the voters and Contacts Matched to Voter File": {
			r.count("voters", func(row map[string]string) bool { return row["person_type"] == "contact" }), totals["matched_contacts"],
		},
		"responses and the contacts' counts": {
			len(r["action_item_responses"]), r.sum(t, "contacts", "metric__count_action_item_responses"),
		},
		"responses and the mobilizers' counts": {
			len(r["action_item_responses"]), r.sum(t, "mobilizers", "metric__count_action_item_responses"),
		},
		"responses without tasks that are not completed, and actions taken": {responses, r.sum(t, "legacy_contacts", "actions_taken")},
		"responses to questions and legacy responses": {
			r.count("action_item_responses", func(row map[string]string) bool { return row["action_item_type"] != "TASK" }),
			len(r["legacy_contact_action_responses"]),
		},
		"responses to one question and its own export": {
			r.count("action_item_responses", func(row map[string]string) bool { return row["rally__action_item_id"] == question }),
			len(r["specific_action_item_responses"]),
		},
		"current answers and contacts with a Key Question response": {
			r.count("key_question_answers", func(row map[string]string) bool { return row["is_current"] == "true" }), answered,
		},
		"contacts with a Key Question response and those of Analytics": {answered, totals["contacts_with_key_question_response"]},
	} {
		if counts[0] != counts[1] {
			t.Errorf("%s: %d and %d", name, counts[0], counts[1])
		}
	}
}

// sum returns the sum of a column of counts.
func (r rowsByType) sum(t *testing.T, kind, column string) int {
	t.Helper()
	total := 0
	for _, row := range r[kind] {
		total += number(t, row[column])
	}
	return total
}

func number(t *testing.T, cell string) int {
	t.Helper()
	n, err := strconv.Atoi(cell)
	if err != nil {
		t.Errorf("%q is not a number", cell)
	}
	return n
}

// count returns the number of rows that meet the condition.
func (r rowsByType) count(kind string, condition func(map[string]string) bool) int {
	n := 0
	for _, row := range r[kind] {
		if condition(row) {
			n++
		}
	}
	return n
}
