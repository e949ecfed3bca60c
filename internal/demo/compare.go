package main

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/demo/plan"
)

// compareTime limits how long the counters may lag behind the last write.
const compareTime = time.Minute

// compareTotals waits until the Analytics pages of both campaigns with mobilizers show the model's totals. It fails with what
// differs after compareTime.
func (p *player) compareTotals(ctx context.Context) error {
	for _, c := range []*plan.Campaign{p.plan.Active, p.plan.Closed} {
		err := p.compareAnalytics(ctx, c)
		if err != nil {
			return fmt.Errorf("Analytics of %s: %w", c.Name, err) //nolint:staticcheck // ST1005: the page's name
		}
		p.progress.say("%s: Analytics shows the expected totals", c.Name)
	}
	return nil
}

// analytics is the Analytics page.
type analytics struct {
	Totals struct {
		Mobilizers  int
		Contacts    int
		Average     share `json:"average_contacts_per_mobilizer"`
		Matched     share `json:"matched_contacts"`
		Touched     share `json:"contacts_with_relational_touchpoints"`
		Touchpoints int   `json:"relational_touchpoints"`
		Answered    share `json:"contacts_with_key_question_response"`
	}
	Ladder []struct {
		Response string `json:"response_id"`
		Text     string
		Contacts share
	}
	Movement movement   `json:"ladder_movement"`
	Items    []itemPage `json:"action_items"`
	Archived []itemPage `json:"archived_action_items"`
	Days     []struct {
		Day         string
		Contacts    int `json:"contacts_added"`
		Touchpoints int `json:"relational_touchpoints"`
	}
}

type share struct{ Count, Of int }

type movement struct {
	Up     share `json:"moved_up"`
	Stayed share
	Down   share `json:"moved_down"`
	From   []struct {
		Response string `json:"response_id"`
		Contacts int
		To       []struct {
			Response string `json:"response_id"`
			Contacts int
		}
	}
}

type itemPage struct {
	ID        string
	Eligible  int
	Responded share
	Completed *share
	Options   []struct {
		ID       string
		Contacts share
	}
	NoLonger int `json:"answered_no_longer_eligible"`
}

// compareAnalytics reads the page until it equals the model, because counters are updated from a stream. After compareTime it
// fails with the differences.
func (p *player) compareAnalytics(ctx context.Context, c *plan.Campaign) error {
	deadline := time.Now().Add(compareTime)
	for {
		var got analytics
		err := p.adminOf(c).Get(ctx, c.Path()+"/analytics", &got)
		if err != nil {
			return err
		}
		err = got.compare(c, c.Count())
		if err == nil || time.Now().After(deadline) {
			return err
		}
		err = pause(ctx, 200*time.Millisecond)
		if err != nil {
			return err
		}
	}
}

// compare returns an error with the differences between the page and the model, or nil.
func (a *analytics) compare(c *plan.Campaign, want plan.Numbers) error {
	d := &differences{}
	d.same("Total Mobilizers", a.Totals.Mobilizers, want.Mobilizers)
	d.same("Total Contacts", a.Totals.Contacts, want.Contacts)
	d.same("Average Contacts per Mobilizer", a.Totals.Average, share{want.Contacts, want.Mobilizers})
	d.same("Contacts Matched to Voter File", a.Totals.Matched, share{want.Matched, want.Contacts})
	d.same("Contacts Received Relational Touchpoints", a.Totals.Touched, share{want.Touched, want.Contacts})
	d.same("Total Relational Touchpoints", a.Totals.Touchpoints, want.Touchpoints)
	d.same("contacts with a Key Question response", a.Totals.Answered, share{want.Answered, want.Contacts})

	ladder := map[string]share{}
	for _, rung := range a.Ladder {
		ladder[rung.Response] = rung.Contacts
	}
	for i, r := range c.Responses {
		if got, ok := ladder[r.ID]; ok || want.Ladder[i] > 0 {
			d.same("ladder, "+r.FinalText(), got, share{want.Ladder[i], want.Answered})
		}
	}
	a.Movement.compare(d, c, want)
	pages := map[string]itemPage{}
	for _, page := range append(a.Items, a.Archived...) {
		pages[page.ID] = page
	}
	for i, item := range c.Items {
		pages[item.ID].compare(d, item, want.Items[i])
	}
	for _, day := range a.Days {
		d.same("contacts added on "+day.Day, day.Contacts, want.Added[day.Day])
		d.same("touchpoints on "+day.Day, day.Touchpoints, want.Daily[day.Day])
		delete(want.Added, day.Day)
		delete(want.Daily, day.Day)
	}
	for day, n := range want.Added {
		d.add("%s is not shown, but %d contacts were added on it", day, n)
	}
	for day, n := range want.Daily {
		d.add("%s is not shown, but it has %d touchpoints", day, n)
	}
	return d.err()
}

func (m movement) compare(d *differences, c *plan.Campaign, want plan.Numbers) {
	moved := map[[2]string]int{}
	for _, from := range m.From {
		for _, to := range from.To {
			moved[[2]string{from.Response, to.Response}] = to.Contacts
		}
	}
	up, stayed, down := 0, 0, 0
	for i, first := range c.Responses {
		for j, current := range c.Responses {
			contacts := want.Moved[i][j]
			d.same("moved from "+first.FinalText()+" to "+current.FinalText(), moved[[2]string{first.ID, current.ID}], contacts)
			switch {
			case current.Value > first.Value:
				up += contacts
			case current.Value < first.Value:
				down += contacts
			default:
				stayed += contacts
			}
		}
	}
	d.same("moved up", m.Up, share{up, want.Answered})
	d.same("stayed", m.Stayed, share{stayed, want.Answered})
	d.same("moved down", m.Down, share{down, want.Answered})
}

func (p itemPage) compare(d *differences, item *plan.Item, want plan.ItemNumbers) {
	of := item.Title + ": "
	d.same(of+"eligible", p.Eligible, want.Eligible)
	d.same(of+"responded", p.Responded, share{want.Responded, want.Eligible})
	d.same(of+"answered, no longer eligible", p.NoLonger, want.NoLongerEligible)
	if item.Kind == plan.Task && p.Completed != nil {
		d.same(of+"completed", *p.Completed, share{want.Completed, want.Responded})
	}
	d.same(of+"whether completion is counted", p.Completed != nil, item.Kind == plan.Task)
	options := map[string]share{}
	for _, o := range p.Options {
		options[o.ID] = o.Contacts
	}
	for i, o := range item.Options {
		// A retired option is shown while it is a contact's current response.
		if got, ok := options[o.ID]; ok || want.Options[i] > 0 {
			d.same(of+o.Text, got, share{want.Options[i], want.Responded})
		}
	}
}

// differences collects differences, and counts those beyond showDifferences.
type differences struct {
	shown []string
	more  int
}

const showDifferences = 20

func (d *differences) add(format string, values ...any) {
	if len(d.shown) == showDifferences {
		d.more++
		return
	}
	d.shown = append(d.shown, fmt.Sprintf(format, values...))
}

func (d *differences) same(name string, got, want any) {
	if fmt.Sprint(got) != fmt.Sprint(want) {
		d.add("%s: got %q, want %q", name, fmt.Sprint(got), fmt.Sprint(want))
	}
}

// err returns an error that lists the differences, or nil if there are none.
func (d *differences) err() error {
	if len(d.shown) == 0 {
		return nil
	}
	text := strings.Join(d.shown, "\n    ")
	if d.more > 0 {
		text += fmt.Sprintf("\n    and %d more", d.more)
	}
	return fmt.Errorf("does not equal the model of the demo:\n    %s", text)
}
