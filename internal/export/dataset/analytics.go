package dataset

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/metrics"
)

// AnalyticsRow is one figure of the Analytics page.
type AnalyticsRow struct {
	Scope           *Scope
	Section         string
	Name            string
	ItemID          string
	ActionItemTitle string
	Day             campaign.Day
	Count           int
	Of              *int // base of the share or of the average; nil when the count has none
	Percent         string
	Average         string
	AsOf            time.Time
}

// Analytics has one row for each figure of the Analytics page, in the order of the page.
var Analytics = Definition[AnalyticsRow]{
	Name:  "analytics",
	Title: "Analytics Export",
	Rows:  "One row for each figure of the Analytics page: totals, each step of the ladder, how many contacts moved on it, each action item and its options, each day in the campaign's time zone.",
	Key:   []string{"section", "name", "item_id", "day"},
	Order: "as on the page",
	Columns: slices.Concat([]Column[AnalyticsRow]{
		{
			"section", Enum, NeverEmpty, "Section of the Analytics page: totals, ladder, movement, action_item, option or day.",
			func(w *csv.Row, r *AnalyticsRow) { w.Plain(r.Section) },
		},
		{
			"name", Text, NeverEmpty, "Name of the figure. For ladder and option: current text of the response or option. For movement: moved_up, stayed or moved_down, from the first response to the current one.",
			func(w *csv.Row, r *AnalyticsRow) { w.Text(r.Name) },
		},
		{
			"item_id", ID, "For totals, movement and days.", "Id of the Key Question response (ladder), action item or option.",
			func(w *csv.Row, r *AnalyticsRow) { w.Plain(r.ItemID) },
		},
		{
			"action_item_title", Text, "For totals, ladder, movement and days.", "Current title of the action item that the row is about. For option: of the option's action item.",
			func(w *csv.Row, r *AnalyticsRow) { w.Text(r.ActionItemTitle) },
		},
		{
			"day", Day, "Except for days.", "Day in the campaign's time zone. Days without activity are included.",
			func(w *csv.Row, r *AnalyticsRow) { w.Plain(string(r.Day)) },
		},
		{
			"count", Count, NeverEmpty, "The figure. For the average: number of contacts.",
			func(w *csv.Row, r *AnalyticsRow) { w.Count(r.Count) },
		},
		{
			"of", Value, "If the count is not a share.", "Base of the share: contacts; contacts with a response (ladder, movement); eligible contacts (responded); responded contacts (completed, option). For the average: mobilizers.",
			func(w *csv.Row, r *AnalyticsRow) { r.writeOf(w) },
		},
		{
			"percent", Share, "If the count is not a share, for the average, and if of is 0.", "100 × count ÷ of.",
			func(w *csv.Row, r *AnalyticsRow) { w.Plain(r.Percent) },
		},
		{
			"average", Average, "Except for the average, and if of is 0.", "Contacts per mobilizer: count ÷ of.",
			func(w *csv.Row, r *AnalyticsRow) { w.Plain(r.Average) },
		},
		{
			"as_of", Time, "Before anything was counted.", "When a counter of the campaign last changed.",
			func(w *csv.Row, r *AnalyticsRow) { w.Time(r.AsOf) },
		},
	}, scopeColumns(func(r *AnalyticsRow) *Scope { return r.Scope })),
	ExpectedRows: func(s *Scope) int { return len(newAnalyticsRows(s)) },
	Each: func(_ context.Context, _ Source, scope *Scope, after string, yield func(*AnalyticsRow, string) error) error {
		for i, row := range newAnalyticsRows(scope) {
			position := fmt.Sprintf("%08d", i)
			if position <= after {
				continue
			}
			if err := yield(row, position); err != nil {
				return err
			}
		}
		return nil
	},
}

// writeOf writes the base of the share or of the average, or an empty cell.
func (r *AnalyticsRow) writeOf(w *csv.Row) {
	if r.Of == nil {
		w.Empty()
		return
	}
	w.Count(*r.Of)
}

// analyticsRows collects the rows of the Analytics page, section by section.
type analyticsRows struct {
	scope   *Scope
	asOf    time.Time
	section string
	title   string // of the action item whose rows are added; empty in sections without one
	rows    []*AnalyticsRow
}

func (r *analyticsRows) addCount(name, item string, n int) *AnalyticsRow {
	row := &AnalyticsRow{
		Scope: r.scope, Section: r.section, Name: name, ItemID: item, ActionItemTitle: r.title, Count: n, AsOf: r.asOf,
	}
	r.rows = append(r.rows, row)
	return row
}

func (r *analyticsRows) addShare(name, item string, s metrics.Share) {
	row := r.addCount(name, item, s.Count)
	row.Of, row.Percent = &s.Of, s.Percent()
}

func (r *analyticsRows) addAverage(name string, s metrics.Share) {
	row := r.addCount(name, "", s.Count)
	row.Of, row.Average = &s.Of, s.Average()
}

func (r *analyticsRows) addActionItem(n metrics.ActionItemStats) {
	id := string(n.Item.ID)
	r.section, r.title = "action_item", n.Item.Title
	r.addCount("eligible", id, n.Eligible)
	r.addShare("responded", id, n.Responded)
	if n.Item.Type == action.Task {
		r.addShare("completed", id, n.Completed)
	}
	r.addCount("answered_no_longer_eligible", id, n.NotEligible)
	r.section = "option"
	for _, o := range n.Options {
		r.addShare(o.Option.Text, o.Option.ID, o.Contacts)
	}
}

// newAnalyticsRows returns the rows of the page as of the day when the export was requested.
func newAnalyticsRows(s *Scope) []*AnalyticsRow {
	if s.Numbers == nil {
		return nil
	}
	a := s.Numbers.Analytics(s.Campaign, s.Items, s.Campaign.Moment(s.RequestedAt).Day)
	r := &analyticsRows{scope: s, asOf: a.AsOf, section: "totals"}
	r.addCount("mobilizers", "", a.Mobilizers)
	r.addCount("contacts", "", a.Contacts)
	r.addAverage("average_contacts_per_mobilizer", a.AverageContacts)
	r.addShare("matched_contacts", "", a.MatchedContacts)
	r.addShare("contacts_with_relational_touchpoints", "", a.ContactsWithTouchpoints)
	r.addCount("relational_touchpoints", "", a.Touchpoints)
	r.addShare("contacts_with_key_question_response", "", a.Answered)
	r.section = "ladder"
	for _, step := range a.Ladder {
		r.addShare(step.Response.Text, step.Response.ID, step.Contacts)
	}
	r.section = "movement"
	r.addShare("moved_up", "", a.Movement.Up)
	r.addShare("stayed", "", a.Movement.Stayed)
	r.addShare("moved_down", "", a.Movement.Down)
	for _, item := range append(append([]metrics.ActionItemStats{}, a.Items...), a.Archived...) {
		r.addActionItem(item)
	}
	r.section, r.title = "day", ""
	for _, day := range a.Days {
		r.addCount("contacts_added", "", day.Contacts).Day = day.Day
		r.addCount("relational_touchpoints", "", day.Touchpoints).Day = day.Day
	}
	return r.rows
}
