package main

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
)

func TestDemoIsTheSameForTheSameSeed(t *testing.T) {
	one, two := newPlan(1, "", 40, 2000, 8), newPlan(1, "", 40, 2000, 8)
	if a, b := one.active.count(), two.active.count(); a.touchpoints != b.touchpoints || a.matched != b.matched || one.seed != two.seed {
		t.Errorf("two drawings differ: %+v and %+v", a, b)
	}
}

func TestDemoHoldsWhatExposesErrors(t *testing.T) {
	p := newPlan(1, "", 40, 2000, 8)
	c := p.active
	n := c.count()
	if n.mobilizers < 40 || n.contacts < 2000 || !n.distinct() {
		t.Errorf("%d mobilizers, %d contacts, headline numbers distinct: %v", n.mobilizers, n.contacts, n.distinct())
	}
	if n.items[5].eligible != 0 {
		t.Errorf("%d contacts are eligible for the item that nobody should be", n.items[5].eligible)
	}
	seen := map[string]bool{}
	for _, m := range c.mobilizers {
		left := m.count(c.place).contacts
		seen["no contacts"] = seen["no contacts"] || left == 0 && m.leaves == ""
		seen["400 contacts"] = seen["400 contacts"] || left == 400
		seen["leaves "+m.leaves] = true
		seen["consent yes"] = seen["consent yes"] || m.consent && !m.withdraws
		seen["consent no"] = seen["consent no"] || !m.consent
		seen["consent withdrawn"] = seen["consent withdrawn"] || m.withdraws
		self := &contactPlan{steps: m.steps}
		seen["mobilizer "+self.standing(time.UTC).status] = true
		seen[m.name] = true
		for _, k := range m.contacts {
			s := k.standing(c.place)
			seen["contact "+s.status] = true
			seen["zip "+k.place.zip] = true
			if s.removed {
				seen["removed"] = true
			}
			for _, note := range s.notes {
				seen[note.text] = seen[note.text] || !note.deleted
			}
			for item := range s.held {
				seen["response to "+c.items[item].title] = true
			}
		}
	}
	want := []string{
		"no contacts", "400 contacts", "leaves keep", "leaves remove", "consent yes", "consent no", "consent withdrawn",
		"José García", "Jose Garcia", "Siobhan O'Brien", "Anh Nguyễn", "zip 02139", "removed", "response to Sign the petition",
	}
	for _, status := range append([]string{"PENDING", "CONFIRMED"}, uncertain...) {
		want = append(want, "mobilizer "+status, "contact "+status)
	}
	for _, what := range append(want, awkwardNotes...) {
		if !seen[what] {
			t.Errorf("the demo lacks: %s", what)
		}
	}
	if slices.IndexFunc(c.items, func(i *itemPlan) bool { return i.nickname == c.items[4].title && i != c.items[4] }) < 0 {
		t.Error("no nickname equals another item's title")
	}
}

func TestVoterFilesHoldIDsThatGetSpoiled(t *testing.T) {
	p := newPlan(1, "", 40, 2000, 8)
	in := map[string]bool{}
	var both, zeros, long, zip bool
	for _, row := range p.files[0].rows {
		in[row.stateFileID] = true
	}
	for _, file := range p.files {
		for _, row := range file.rows {
			both = both || file.state == "NH" && in[row.stateFileID]
			zeros = zeros || strings.HasPrefix(row.stateFileID, "00")
			long = long || len(row.stateFileID) == 17
			zip = zip || row.zip == "02139"
		}
	}
	if !both || !zeros || !long || !zip {
		t.Errorf("same id in two states %v, leading zeros %v, 17 digits %v, zip 02139 %v", both, zeros, long, zip)
	}
}

func TestAccountFollowsTheRules(t *testing.T) {
	for _, test := range []struct {
		name                           string
		steps                          []*step
		response, changes, touchpoints int
	}{
		{"nothing", nil, none, 0, 0},
		{"there and back", []*step{{do: answer, pick: 0}, {do: answer, pick: 1}, {do: answer, pick: 0}}, 0, 2, 3},
		{"the same twice on one day", []*step{{do: answer, pick: 0}, {do: answer, pick: 0}}, 0, 0, 1},
		{"the same on two days", []*step{{do: answer, pick: 0}, {do: answer, pick: 0, day: 1}}, 0, 0, 2},
		{"cleared and given again", []*step{{do: answer, pick: 0}, {do: clearing}, {do: answer, pick: 0}}, 0, 2, 2},
		{"nothing to clear", []*step{{do: clearing}}, none, 0, 0},
		{"a task no, then yes", []*step{{do: respond, kind: task}, {do: respond, kind: task, yes: true}}, none, 0, 1},
		{"a task yes, then no", []*step{{do: respond, kind: task, yes: true}, {do: respond, kind: task}}, none, 0, 0},
		{"the first option", []*step{{do: respond, kind: choice}}, none, 0, 1},
		{"withdrawn", []*step{{do: respond, kind: choice}, {do: withdraw}}, none, 0, 0},
		{"a note deleted", []*step{{do: note}, {do: note}, {do: deleteNote, pick: 1}}, none, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := (&contactPlan{steps: test.steps}).standing(time.UTC)
			if s.response != test.response || s.changes != test.changes || s.touchpoints != test.touchpoints {
				t.Errorf("response %d, %d changes, %d touchpoints; want %d, %d, %d",
					s.response, s.changes, s.touchpoints, test.response, test.changes, test.touchpoints)
			}
		})
	}
}

// Files that don't agree, and ids that name nothing, are told apart from those that do.
func TestFilesThatDoNotAgreeAreNamed(t *testing.T) {
	file := func(header string, rows ...string) *table {
		made := &table{header: strings.Split(header, ",")}
		for _, cells := range rows {
			r := row{}
			for i, cell := range strings.Split(cells, ",") {
				r[made.header[i]] = cell
			}
			made.rows = append(made.rows, r)
		}
		return made
	}
	c := activeCampaign()
	c.firstQuestion().id = "q"
	files := campaignFiles{
		"mobilizers": file("rally__user_campaign_membership_id,metric__count_contacts,metric__count_relational_touchpoints,metric__count_action_item_responses", "m,1,3,1"),
		"contacts": file("rally__campaign_target_id,rally__user_campaign_membership_id,metric__count_relational_touchpoints,metric__count_action_item_responses,key_question_response_text",
			"t,m,3,1,Yes"),
		"voters":                          file("person_type", "mobilizer", "contact"),
		"notes":                           file("rally__campaign_target_id", "t"),
		"key_question_answers":            file("key_question_response_id,is_current", "r,true", ",false"),
		"action_item_responses":           file("rally__action_item_id,task_completed,action_item_type", "q,,QUESTION_MULTIPLE_CHOICE"),
		"specific_action_item_responses":  file("rally__action_item_id", "q"),
		"legacy_mobilizers":               file("Total Contacts", "1"),
		"legacy_contacts":                 file("actions_taken", "1"),
		"legacy_contact_action_responses": file("campaign_prompt_id", "q"),
		"analytics": file("section,name,item_id,count", "totals,mobilizers,,1", "totals,contacts,,1", "totals,matched_contacts,,1",
			"totals,relational_touchpoints,,3", "totals,contacts_with_key_question_response,,1", "ladder,Yes,r,1", "action_item,responded,q,1"),
	}
	said := func() string {
		d := &differences{}
		files.agree(d, c)
		files.join(d)
		return fmt.Sprint(d.err())
	}
	if got := said(); got != "<nil>" {
		t.Errorf("files that agree: %s", got)
	}
	for kind, want := range map[string]string{
		"mobilizers": "rally__user_campaign_membership_id m is no", "contacts": "contacts of all mobilizers", "notes": "Total Relational Touchpoints",
		"action_item_responses": "those of all contacts", "key_question_answers": "current answers", "voters": "Matched to Voter File",
		"specific_action_item_responses": "in its own file", "analytics": "key_question_response_id r is no item_id of analytics",
	} {
		kept := files[kind]
		files[kind] = &table{header: kept.header}
		if got := said(); !strings.Contains(got, want) {
			t.Errorf("without %s it says %s, want %s", kind, got, want)
		}
		files[kind] = kept
	}
}
