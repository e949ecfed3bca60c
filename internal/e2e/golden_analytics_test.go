package e2e

import (
	"fmt"
	"os"
	"path/filepath"

	"github.com/google/go-cmp/cmp"
)

type analyticsShare struct {
	Count   int
	Of      int
	Percent *float64
	Average *float64
}

// columns returns a share's cells in the golden file. Without a total the percentage or the average is empty.
func (n analyticsShare) columns() []string {
	percent, average := "", ""
	if n.Percent != nil {
		percent = fmt.Sprintf("%.2f", *n.Percent)
	}
	if n.Average != nil {
		average = fmt.Sprintf("%.1f", *n.Average)
	}
	return []string{fmt.Sprint(n.Count), fmt.Sprint(n.Of), percent, average}
}

func plain(n int) []string { return []string{fmt.Sprint(n), "", "", ""} }

type analyticsItem struct {
	ID          string
	Title       string
	Eligible    int
	Responded   analyticsShare
	Completed   *analyticsShare
	Options     []analyticsOption
	NotEligible int `json:"answered_no_longer_eligible"`
}

type analyticsOption struct {
	ID       string
	Text     string
	Contacts analyticsShare
}

type analyticsPageData struct {
	Totals struct {
		Mobilizers              int
		Contacts                int
		AverageContacts         analyticsShare `json:"average_contacts_per_mobilizer"`
		MatchedContacts         analyticsShare `json:"matched_contacts"`
		ContactsWithTouchpoints analyticsShare `json:"contacts_with_relational_touchpoints"`
		Touchpoints             int            `json:"relational_touchpoints"`
		Answered                analyticsShare `json:"contacts_with_key_question_response"`
	}
	Ladder []struct {
		Response string `json:"response_id"`
		Text     string
		Contacts analyticsShare
	}
	Movement struct {
		Up     analyticsShare `json:"moved_up"`
		Stayed analyticsShare
		Down   analyticsShare `json:"moved_down"`
	} `json:"ladder_movement"`
	ActionItems []analyticsItem `json:"action_items"`
	Archived    []analyticsItem `json:"archived_action_items"`
	Days        []struct {
		Day         string
		Contacts    int `json:"contacts_added"`
		Touchpoints int `json:"relational_touchpoints"`
	}
}

// analyticsPage compares the Analytics page with the Analytics export: the same numbers in the same order.
func (s *goldenCampaign) analyticsPage() {
	s.t.Helper()
	var page analyticsPageData
	s.ok(s.people["olivia"].Get(s.t.Context(), s.admin+"/analytics", &page))
	rows := [][]string{{"section", "name", "item_id", "action_item_title", "day", "count", "of", "percent", "average"}}
	title := "" // of the action item whose rows are added
	row := func(section, name, item, day string, numbers []string) {
		rows = append(rows, append([]string{section, name, item, title, day}, numbers...))
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
	row("movement", "moved_up", "", "", page.Movement.Up.columns())
	row("movement", "stayed", "", "", page.Movement.Stayed.columns())
	row("movement", "moved_down", "", "", page.Movement.Down.columns())
	for _, item := range append(page.ActionItems, page.Archived...) {
		title = item.Title
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
	title = ""
	for _, day := range page.Days {
		row("day", "contacts_added", "", day.Day, plain(day.Contacts))
		row("day", "relational_touchpoints", "", day.Day, plain(day.Touchpoints))
	}
	want, err := os.ReadFile(filepath.Join("testdata", "golden", "analytics.csv"))
	s.ok(err)
	numbers := s.parse("analytics.csv", string(want))
	for i := range numbers {
		numbers[i] = numbers[i][:len(rows[0])]
	}
	for _, cells := range rows {
		for i := range cells {
			cells[i] = s.canonical(cells[i])
		}
	}
	if diff := cmp.Diff(numbers, rows); diff != "" {
		s.t.Errorf("Analytics (-golden +actual):\n%s", diff)
	}
}
