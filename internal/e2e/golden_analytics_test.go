package e2e

import (
	"bytes"
	"encoding/csv"
	"fmt"
)

type shownShare struct {
	Count   int
	Of      int
	Percent *float64
}

// columns are a share's cells in the golden file; without anything to divide by there is no percent.
func (n shownShare) columns() []string {
	percent := ""
	if n.Percent != nil {
		percent = fmt.Sprintf("%.2f", *n.Percent)
	}
	return []string{fmt.Sprint(n.Count), fmt.Sprint(n.Of), percent}
}

func plain(n int) []string { return []string{fmt.Sprint(n), "", ""} }

type shownItem struct {
	ID          string
	Eligible    int
	Responded   shownShare
	Completed   *shownShare
	Options     []shownOption
	NotEligible int `json:"answered_no_longer_eligible"`
}

type shownOption struct {
	ID       string
	Text     string
	Contacts shownShare
}

type shownAnalytics struct {
	Totals struct {
		Mobilizers              int
		Contacts                int
		AverageContacts         shownShare `json:"average_contacts_per_mobilizer"`
		MatchedContacts         shownShare `json:"matched_contacts"`
		ContactsWithTouchpoints shownShare `json:"contacts_with_relational_touchpoints"`
		Touchpoints             int        `json:"relational_touchpoints"`
		Answered                shownShare `json:"contacts_with_key_question_response"`
	}
	Ladder []struct {
		Response string
		Text     string
		Contacts shownShare
	}
	ActionItems []shownItem `json:"action_items"`
	Archived    []shownItem `json:"archived_action_items"`
	Days        []struct {
		Day         string
		Contacts    int `json:"contacts_added"`
		Touchpoints int `json:"relational_touchpoints"`
	}
}

// analytics reads the Analytics page and writes it as the Analytics export has it, a number a row.
func (s *story) analytics() string {
	s.t.Helper()
	var page shownAnalytics
	s.ok(s.people["olivia"].Get(s.t.Context(), s.admin+"/analytics", &page))
	rows := [][]string{{"section", "name", "item_id", "day", "count", "of", "percent"}}
	row := func(section, name, item, day string, numbers []string) {
		rows = append(rows, append([]string{section, name, item, day}, numbers...))
	}
	totals := page.Totals
	row("totals", "mobilizers", "", "", plain(totals.Mobilizers))
	row("totals", "contacts", "", "", plain(totals.Contacts))
	row("totals", "average_contacts_per_mobilizer", "", "", totals.AverageContacts.columns())
	row("totals", "matched_contacts", "", "", totals.MatchedContacts.columns())
	row("totals", "contacts_with_relational_touchpoints", "", "", totals.ContactsWithTouchpoints.columns())
	row("totals", "relational_touchpoints", "", "", plain(totals.Touchpoints))
	row("totals", "contacts_with_key_question_response", "", "", totals.Answered.columns())
	for _, rung := range page.Ladder {
		row("ladder", rung.Text, rung.Response, "", rung.Contacts.columns())
	}
	for _, item := range append(page.ActionItems, page.Archived...) {
		row("action_item", "eligible", item.ID, "", plain(item.Eligible))
		row("action_item", "responded", item.ID, "", item.Responded.columns())
		if item.Completed != nil {
			row("action_item", "completed", item.ID, "", item.Completed.columns())
		}
		row("action_item", "answered_no_longer_eligible", item.ID, "", plain(item.NotEligible))
		for _, o := range item.Options {
			row("option", o.Text, o.ID, "", o.Contacts.columns())
		}
	}
	for _, day := range page.Days {
		row("day", "contacts_added", "", day.Day, plain(day.Contacts))
		row("day", "relational_touchpoints", "", day.Day, plain(day.Touchpoints))
	}
	var file bytes.Buffer
	writer := csv.NewWriter(&file)
	s.ok(writer.WriteAll(rows))
	return file.String()
}
