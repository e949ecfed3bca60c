package dataset

import (
	"context"
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/metrics"
)

// NumberRow is one number of the Analytics page.
type NumberRow struct {
	Scope   *Scope
	Section string
	Name    string
	ItemID  string
	Day     campaign.Day
	Count   int
	Of      *int // nil when the count is no share of anything
	Percent string
	AsOf    time.Time
}

// Analytics has one row per number of the Analytics page, in the page's order.
var Analytics = Definition[NumberRow]{
	Name:  "analytics",
	Title: "Analytics Export",
	Rows:  "One per number of the Analytics page: totals, each step of the ladder, each action item and its options, each day in the campaign's time zone.",
	Key:   []string{"section", "name", "item_id", "day"},
	Order: "as on the page",
	Columns: concat([]Column[NumberRow]{
		{
			"section", Enum, NeverEmpty, "Which part of the page: totals, ladder, action_item, option or day.",
			func(w *csv.Row, r *NumberRow) { w.Plain(r.Section) },
		},
		{
			"name", Text, NeverEmpty, "Which number. ladder and option: the text of the response or option, in its current wording.",
			func(w *csv.Row, r *NumberRow) { w.Text(r.Name) },
		},
		{
			"item_id", ID, "For totals and days.", "The Key Question response (ladder), action item or option.",
			func(w *csv.Row, r *NumberRow) { w.Plain(r.ItemID) },
		},
		{
			"day", Day, "Except for days.", "The day in the campaign's time zone. Days on which nothing happened are there.",
			func(w *csv.Row, r *NumberRow) { w.Plain(string(r.Day)) },
		},
		{
			"count", Count, NeverEmpty, "The number; of an average, the contacts.",
			func(w *csv.Row, r *NumberRow) { w.Count(r.Count) },
		},
		{
			"of", Value, "When the count is no share of anything.", "What the count is a share of: contacts; contacts with a response (ladder); eligible contacts (responded); contacts that responded (completed, options). Of an average, the mobilizers.",
			func(w *csv.Row, r *NumberRow) { r.writeOf(w) },
		},
		{
			"percent", Share, "When the count is no share, of an average, and when there is nothing to divide by.", "count of of, in percent.",
			func(w *csv.Row, r *NumberRow) { w.Plain(r.Percent) },
		},
		{
			"as_of", Time, "Before anything was counted.", "When a number of the campaign last moved.",
			func(w *csv.Row, r *NumberRow) { w.Time(r.AsOf) },
		},
	}, scopeColumns(func(r *NumberRow) *Scope { return r.Scope })),
	ExpectedRows: func(s *Scope) int { return len(numberRows(s)) },
	Each: func(_ context.Context, _ Source, scope *Scope, after string, yield func(*NumberRow, string) error) error {
		for i, row := range numberRows(scope) {
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

func (r *NumberRow) writeOf(w *csv.Row) {
	if r.Of == nil {
		w.Empty()
		return
	}
	w.Count(*r.Of)
}

// page collects rows of one section.
type page struct {
	scope   *Scope
	asOf    time.Time
	section string
	rows    []*NumberRow
}

func (p *page) number(name, item string, n int) *NumberRow {
	row := &NumberRow{Scope: p.scope, Section: p.section, Name: name, ItemID: item, Count: n, AsOf: p.asOf}
	p.rows = append(p.rows, row)
	return row
}

func (p *page) share(name, item string, s metrics.Share) *NumberRow {
	row := p.number(name, item, s.Count)
	row.Of, row.Percent = &s.Of, s.Percent()
	return row
}

// numberRows are the rows of the page as of the day the export was asked for.
func numberRows(s *Scope) []*NumberRow {
	if s.Numbers == nil {
		return nil
	}
	a := s.Numbers.Analytics(s.Campaign, s.Items, s.Campaign.Moment(s.RequestedAt).Day)
	p := &page{scope: s, asOf: a.AsOf, section: "totals"}
	p.number("mobilizers", "", a.Mobilizers)
	p.number("contacts", "", a.Contacts)
	p.share("average_contacts_per_mobilizer", "", a.AverageContacts).Percent = ""
	p.share("matched_contacts", "", a.MatchedContacts)
	p.share("contacts_with_relational_touchpoints", "", a.ContactsWithTouchpoints)
	p.number("relational_touchpoints", "", a.Touchpoints)
	p.share("contacts_with_key_question_response", "", a.Answered)
	p.section = "ladder"
	for _, rung := range a.Ladder {
		p.share(rung.Response.Text, rung.Response.ID, rung.Contacts)
	}
	for _, item := range append(append([]metrics.ActionItemStats{}, a.Items...), a.Archived...) {
		p.item(item)
	}
	p.section = "day"
	for _, day := range a.Days {
		p.number("contacts_added", "", day.Contacts).Day = day.Day
		p.number("relational_touchpoints", "", day.Touchpoints).Day = day.Day
	}
	return p.rows
}

func (p *page) item(n metrics.ActionItemStats) {
	id := string(n.Item.ID)
	p.section = "action_item"
	p.number("eligible", id, n.Eligible)
	p.share("responded", id, n.Responded)
	if n.Item.Type == action.Task {
		p.share("completed", id, n.Completed)
	}
	p.number("answered_no_longer_eligible", id, n.NotEligible)
	p.section = "option"
	for _, o := range n.Options {
		p.share(o.Option.Text, o.Option.ID, o.Contacts)
	}
}
