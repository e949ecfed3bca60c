package main

import (
	"context"
	"fmt"
	"path/filepath"
	"strconv"
)

// together downloads every file of a campaign, which is quiet by now, and checks that they agree with one another and
// that each id in them has the row that it names. With a folder to keep them in, they stay there, each beside the
// statements that make its table in PostgreSQL.
func (p *player) together(ctx context.Context, c *campaignPlan) (int, error) {
	files, err := p.allFiles(ctx, c)
	if err != nil {
		return 0, err
	}
	d := &differences{}
	files.agree(d, c)
	files.join(d)
	return len(files), d.err()
}

// campaignFiles are a campaign's files by the names of the exports, each with all columns that there are.
type campaignFiles map[string]*table

// allFiles requests every export and then waits for them.
func (p *player) allFiles(ctx context.Context, c *campaignPlan) (campaignFiles, error) {
	x := p.exporter(c)
	types, err := x.types(ctx)
	if err != nil {
		return nil, err
	}
	ids, err := x.requestAll(ctx, types)
	if err != nil {
		return nil, err
	}
	files := campaignFiles{}
	for _, kind := range types {
		files[kind], err = x.await(ctx, ids[kind])
		if err == nil && p.keep != "" {
			err = x.write(ctx, filepath.Join(p.keep, c.slug), kind, ids[kind], files[kind])
		}
		if err != nil {
			return nil, fmt.Errorf("%s export of %s: %w", kind, c.name, err)
		}
	}
	return files, nil
}

// firstQuestion is the campaign's first multiple choice question.
func (c *campaignPlan) firstQuestion() *itemPlan {
	for _, item := range c.items {
		if item.kind == choice {
			return item
		}
	}
	return nil
}

// agree notes down what does not fit between the files.
func (f campaignFiles) agree(d *differences, c *campaignPlan) {
	totals := map[string]int{}
	for _, r := range f["analytics"].rows {
		if r["section"] == "totals" {
			totals[r["name"]] = number(d, "analytics count", r["count"])
		}
	}
	done := func(r row) bool { return r["task_completed"] != "false" }
	question := func(r row) bool { return r["action_item_type"] != "TASK" }
	responses := f.count("action_item_responses", done)

	d.same("contacts, and contacts of all mobilizers", len(f["contacts"].rows), f.sum(d, "mobilizers", "metric__count_contacts"))
	d.same("contacts, and those of the older format", len(f["contacts"].rows), len(f["legacy_contacts"].rows))
	d.same("contacts, and Total Contacts", len(f["contacts"].rows), totals["contacts"])
	d.same("mobilizers, and those of the older format", len(f["mobilizers"].rows), len(f["legacy_mobilizers"].rows))
	d.same("mobilizers, and Total Mobilizers", len(f["mobilizers"].rows), totals["mobilizers"])
	d.same("matched contacts among the voters, and Contacts Matched to Voter File",
		f.count("voters", func(r row) bool { return r["person_type"] == "contact" }), totals["matched_contacts"])

	touchpoints := len(f["notes"].rows) + responses +
		f.count("key_question_answers", func(r row) bool { return r["key_question_response_id"] != "" })
	d.same("notes, answers and responses, and Total Relational Touchpoints", touchpoints, totals["relational_touchpoints"])
	d.same("notes, answers and responses, and touchpoints of all contacts", touchpoints,
		f.sum(d, "contacts", "metric__count_relational_touchpoints"))
	d.same("notes, answers and responses, and touchpoints of all mobilizers", touchpoints,
		f.sum(d, "mobilizers", "metric__count_relational_touchpoints"))

	d.same("responses, and those of all contacts", len(f["action_item_responses"].rows), f.sum(d, "contacts", "metric__count_action_item_responses"))
	d.same("responses, and those of all mobilizers", len(f["action_item_responses"].rows),
		f.sum(d, "mobilizers", "metric__count_action_item_responses"))
	d.same("responses that are done, and actions taken", responses, f.sum(d, "legacy_contacts", "actions_taken"))
	d.same("responses to questions, and those of the older format", f.count("action_item_responses", question),
		len(f["legacy_contact_action_responses"].rows))
	d.same("responses to one question, and those in its own file",
		f.count("action_item_responses", func(r row) bool { return r["rally__action_item_id"] == c.firstQuestion().id }),
		len(f["specific_action_item_responses"].rows))

	answered := func(r row) bool { return r["key_question_response_text"] != "" }
	d.same("current answers, and contacts with a response",
		f.count("key_question_answers", func(r row) bool { return r["is_current"] == "true" }), f.count("contacts", answered))
	d.same("contacts with a response, and those of Analytics", f.count("contacts", answered), totals["contacts_with_key_question_response"])
}

// sum adds up a column of counts.
func (f campaignFiles) sum(d *differences, kind, column string) int {
	total := 0
	for _, r := range f[kind].rows {
		total += number(d, kind+" "+column, r[column])
	}
	return total
}

func number(d *differences, what, cell string) int {
	n, err := strconv.Atoi(cell)
	if err != nil {
		d.add("%s is %q, which is no number", what, cell)
	}
	return n
}

// count counts the rows that are wanted.
func (f campaignFiles) count(kind string, wanted func(row) bool) int {
	n := 0
	for _, r := range f[kind].rows {
		if wanted(r) {
			n++
		}
	}
	return n
}

// parents are the files that have the row which an id of some name names, and the column in which it stands there.
var parents = map[string][2]string{
	"rally__campaign_target_id":          {"contacts", "rally__campaign_target_id"},
	"rally__contact_id":                  {"contacts", "rally__contact_id"},
	"rally__user_campaign_membership_id": {"mobilizers", "rally__user_campaign_membership_id"},
	"rally__user_id":                     {"mobilizers", "rally__user_id"},
	"Mobilizer ID":                       {"mobilizers", "rally__user_id"},
	"person_id":                          {"contacts", "rally__person_id"},
	"rally__action_item_id":              {"analytics", "item_id"},
	"campaign_prompt_id":                 {"analytics", "item_id"},
	"key_question_response_id":           {"analytics", "item_id"},
	"multiple_choice_option_id":          {"analytics", "item_id"},
	"response_multiple_choice_option_id": {"analytics", "item_id"},
}

// join notes down the ids that no row has.
func (f campaignFiles) join(d *differences) {
	there := map[[2]string]map[string]bool{}
	for _, parent := range parents {
		there[parent] = map[string]bool{"": true} // an empty cell names nothing
		for _, r := range f[parent[0]].rows {
			there[parent][r[parent[1]]] = true
		}
	}
	for kind, file := range f {
		for _, column := range file.header {
			parent, ok := parents[column]
			if !ok || kind == "invitations" { // whoever accepted may have left since
				continue
			}
			for _, r := range file.rows {
				if !there[parent][r[column]] {
					d.add("%s: %s %s is no %s of %s", kind, column, r[column], parent[1], parent[0])
				}
			}
		}
	}
}
