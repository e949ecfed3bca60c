package main

import (
	"context"
	"fmt"
	"strings"
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
		t, err := export(ctx, p.adminOf(c), c, "mobilizers")
		if err != nil {
			return err
		}
		err = p.compareMobilizers(t, c)
		if err != nil {
			return fmt.Errorf("mobilizers export of %s: %w", c.name, err)
		}
		mobilizers = append(mobilizers, t)
		t, err = export(ctx, p.adminOf(c), c, "contacts")
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

// analytics is the Analytics page as far as the demo checks it.
type analytics struct {
	Mobilizers int `json:"mobilizers"`
}

// compareAnalytics reads the page until it agrees; counters arrive by a stream. When they don't, it says what differs.
func (p *player) compareAnalytics(ctx context.Context, c *campaignPlan) error {
	want := c.count()
	deadline := time.Now().Add(compareTime)
	for {
		var got analytics
		err := p.adminOf(c).Get(ctx, c.path()+"/analytics", &got)
		if err != nil {
			return err
		}
		err = got.agree(c, want)
		if err == nil || time.Now().After(deadline) {
			return err
		}
		err = pause(ctx, 200*time.Millisecond)
		if err != nil {
			return err
		}
	}
}

func (a *analytics) agree(_ *campaignPlan, want numbers) error {
	d := &differences{}
	d.same(strings.ToLower("Total Mobilizers"), a.Mobilizers, want.mobilizers)
	return d.err()
}
