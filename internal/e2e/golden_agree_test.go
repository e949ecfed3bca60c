package e2e

import (
	"strconv"
)

// agree checks that the files of the campaign, which is quiet now, agree with one another.
func (s *story) agree() {
	s.t.Helper()
	files := map[string][]map[string]string{}
	for _, kind := range []string{"mobilizers", "contacts", "notes", "key_question_answers", "action_item_responses"} {
		read, err := ReadCSV([]byte(s.export(body{"type": kind})))
		s.ok(err)
		files[kind] = read.Rows
	}
	sum := func(kind, column string) int {
		total := 0
		for _, row := range files[kind] {
			n, err := strconv.Atoi(row[column])
			s.ok(err)
			total += n
		}
		return total
	}
	without := func(kind, column, value string) int {
		n := 0
		for _, row := range files[kind] {
			if row[column] != value {
				n++
			}
		}
		return n
	}
	for what, counts := range map[string][2]int{
		"contacts and their mobilizers' counts": {len(files["contacts"]), sum("mobilizers", "metric__count_contacts")},
		"touchpoints and the total": {
			len(files["notes"]) + without("key_question_answers", "key_question_response_id", "") +
				without("action_item_responses", "task_completed", "false"),
			sum("mobilizers", "metric__count_relational_touchpoints"),
		},
		"touchpoints of contacts and of mobilizers": {
			sum("contacts", "metric__count_relational_touchpoints"), sum("mobilizers", "metric__count_relational_touchpoints"),
		},
		"responses and the mobilizers' counts": {
			len(files["action_item_responses"]), sum("mobilizers", "metric__count_action_item_responses"),
		},
		"responses and the contacts' counts": {
			len(files["action_item_responses"]), sum("contacts", "metric__count_action_item_responses"),
		},
	} {
		if counts[0] != counts[1] {
			s.t.Errorf("%s: %d and %d", what, counts[0], counts[1])
		}
	}
}
