package main

import (
	"context"
	"fmt"
	"time"
)

// neverEmpty are the columns that the exports may not leave empty.
var neverEmpty = map[string]bool{
	"joined_campaign_at": true, "mobilizer_provided_first_name": true, "mobilizer_provided_last_name": true,
	"match_status": true, "added_to_campaign_at": true,
	"rally__organization_id": true, "rally__organization_name": true, "rally__campaign_id": true,
	"rally__campaign_name": true, "rally__user_id": true, "rally__user_campaign_membership_id": true,
	"rally__person_id": true, "rally__contact_id": true, "rally__campaign_target_id": true,
}

// compareTime is how long the counters may take to arrive once everything is written.
const compareTime = time.Minute

// compare holds the demo's account against Analytics and the exports of both campaigns that have mobilizers.
func (p *player) compare(ctx context.Context) error {
	var mobilizers, contacts []*table
	for _, c := range []*campaignPlan{p.plan.active, p.plan.closed} {
		err := p.compareAnalytics(ctx, c)
		if err != nil {
			return fmt.Errorf("Analytics of %s: %w", c.name, err) //nolint:staticcheck // ST1005: the page's name
		}
		t, err := p.exporter(c).export(ctx, "mobilizers")
		if err != nil {
			return err
		}
		err = p.compareMobilizers(t, c)
		if err != nil {
			return fmt.Errorf("mobilizers export of %s: %w", c.name, err)
		}
		mobilizers = append(mobilizers, t)
		t, err = p.exporter(c).export(ctx, "contacts")
		if err != nil {
			return err
		}
		err = p.compareContacts(t, c)
		if err != nil {
			return fmt.Errorf("contacts export of %s: %w", c.name, err)
		}
		contacts = append(contacts, t)
		p.progress.say("%s: Analytics, %d mobilizers and %d contacts in the exports agree with the demo's own account",
			c.name, len(mobilizers[len(mobilizers)-1].rows), len(t.rows))
		files, err := p.together(ctx, c)
		if err != nil {
			return fmt.Errorf("the files of %s do not agree with one another: %w", c.name, err)
		}
		p.progress.say("%s: %d files agree with one another, and every id joins", c.name, files)
	}
	err := spread(columnsNeverEmpty("mobilizers"), mobilizers...)
	if err != nil {
		return fmt.Errorf("mobilizers export: %w", err)
	}
	err = spread(columnsNeverEmpty("contacts"), contacts...)
	if err != nil {
		return fmt.Errorf("contacts export: %w", err)
	}
	return nil
}

// columnsNeverEmpty returns the columns of an export that are always filled: counts are, and the contacts' activity and
// changes, while a contact may lack either name.
func columnsNeverEmpty(kind string) map[string]bool {
	never := map[string]bool{}
	for column := range neverEmpty {
		never[column] = true
	}
	for _, count := range []string{
		"contacts", "matched_contacts", "contacts_with_relational_touchpoints", "relational_touchpoints",
		"contacts_with_key_question_responses", "contacts_without_key_question_response",
		"contacts_with_action_item_responses", "action_item_responses", "key_question_response_changes",
	} {
		never["metric__count_"+count] = true
	}
	if kind == "contacts" {
		never["first_activity_at"], never["last_activity_at"] = true, true
		delete(never, "mobilizer_provided_first_name")
		delete(never, "mobilizer_provided_last_name")
	}
	return never
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
	Items    []itemPage `json:"action_items"`
	Archived []itemPage `json:"archived_action_items"`
	Days     []struct {
		Day         string
		Contacts    int `json:"contacts_added"`
		Touchpoints int `json:"relational_touchpoints"`
	}
}

type share struct{ Count, Of int }

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

// compareAnalytics reads the page until it agrees; counters arrive by a stream. When they don't, it says what differs.
func (p *player) compareAnalytics(ctx context.Context, c *campaignPlan) error {
	deadline := time.Now().Add(compareTime)
	for {
		var got analytics
		err := p.adminOf(c).Get(ctx, c.path()+"/analytics", &got)
		if err != nil {
			return err
		}
		err = got.agree(c, c.count())
		if err == nil || time.Now().After(deadline) {
			return err
		}
		err = pause(ctx, 200*time.Millisecond)
		if err != nil {
			return err
		}
	}
}

// agree says what differs between the page and the account, nil when nothing does.
func (a *analytics) agree(c *campaignPlan, want numbers) error {
	d := &differences{}
	d.same("Total Mobilizers", a.Totals.Mobilizers, want.mobilizers)
	d.same("Total Contacts", a.Totals.Contacts, want.contacts)
	d.same("Average Contacts per Mobilizer", a.Totals.Average, share{want.contacts, want.mobilizers})
	d.same("Contacts Matched to Voter File", a.Totals.Matched, share{want.matched, want.contacts})
	d.same("Contacts Received Relational Touchpoints", a.Totals.Touched, share{want.touched, want.contacts})
	d.same("Total Relational Touchpoints", a.Totals.Touchpoints, want.touchpoints)
	d.same("contacts with a Key Question response", a.Totals.Answered, share{want.answered, want.contacts})

	ladder := map[string]share{}
	for _, rung := range a.Ladder {
		ladder[rung.Response] = rung.Contacts
	}
	for i, r := range c.responses {
		if got, ok := ladder[r.id]; ok || want.ladder[i] > 0 {
			d.same("ladder, "+r.finally(), got, share{want.ladder[i], want.answered})
		}
	}
	pages := map[string]itemPage{}
	for _, page := range append(a.Items, a.Archived...) {
		pages[page.ID] = page
	}
	for i, item := range c.items {
		pages[item.id].agree(d, item, want.items[i])
	}
	for _, day := range a.Days {
		d.same("contacts added on "+day.Day, day.Contacts, want.added[day.Day])
		d.same("touchpoints on "+day.Day, day.Touchpoints, want.daily[day.Day])
		delete(want.added, day.Day)
		delete(want.daily, day.Day)
	}
	for day, n := range want.added {
		d.add("%s, on which %d contacts were added, is not shown", day, n)
	}
	for day, n := range want.daily {
		d.add("%s, with %d touchpoints, is not shown", day, n)
	}
	return d.err()
}

func (p itemPage) agree(d *differences, item *itemPlan, want itemNumbers) {
	of := item.title + ": "
	d.same(of+"eligible", p.Eligible, want.eligible)
	d.same(of+"responded", p.Responded, share{want.responded, want.eligible})
	d.same(of+"answered, no longer eligible", p.NoLonger, want.noLongerEligible)
	if item.kind == task && p.Completed != nil {
		d.same(of+"completed", *p.Completed, share{want.completed, want.responded})
	}
	d.same(of+"whether completion is counted", p.Completed != nil, item.kind == task)
	options := map[string]share{}
	for _, o := range p.Options {
		options[o.ID] = o.Contacts
	}
	for i, o := range item.options {
		// A retired option is shown while contacts hold it.
		if got, ok := options[o.id]; ok || want.options[i] > 0 {
			d.same(of+o.text, got, share{want.options[i], want.responded})
		}
	}
}
