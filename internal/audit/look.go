package audit

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// look takes one cut of a campaign and judges it against the one before. Rows that hang on nothing are removed, and
// counters that have nothing left to say swept.
func (a *Auditor) look(ctx context.Context, c *investigation) error {
	counters, err := a.Store.CounterItems(ctx, c.campaign)
	if err != nil {
		return err
	}
	cut, family := metrics.NewSnapshot(counters), newFamily()
	c.rows, c.unreadable = 0, 0
	err = a.Store.EachRow(ctx, c.campaign, func(row any, bad error) {
		if bad != nil {
			c.unreadable++
			slog.ErrorContext(ctx, "row can't be decoded", "campaign", c.campaign, "error", bad)
			return
		}
		c.rows++
		cut.AddRow(row)
		family.add(row)
	})
	if err != nil {
		return err
	}
	c.previous, c.last = c.last, cut
	c.judge()
	if err := a.removeOrphans(ctx, c, family); err != nil {
		return err
	}
	return a.sweep(ctx, c, counters, family)
}

// judge compares the last two cuts. Before the repair it looks for drift, after it only whether differences are gone.
func (c *investigation) judge() {
	differences := c.last.Differences()
	if len(c.repaired) > 0 {
		c.checked, c.pending = len(differences) == 0, differences
		return
	}
	if c.previous == nil || len(differences) == 0 {
		c.pending = differences
		return
	}
	c.drift, c.pending = metrics.ConfirmDrift(c.previous, c.last)
}

// family remembers which rows hang on which: contacts and management notes on memberships, the rest on contacts.
type family struct {
	members    map[mobilizer.ID]bool
	contacts   map[contact.ID]bool
	ofMembers  map[mobilizer.ID]int // how many rows hang on the membership
	ofContacts map[contact.Ref]int
}

func newFamily() *family {
	return &family{
		members: map[mobilizer.ID]bool{}, contacts: map[contact.ID]bool{}, ofMembers: map[mobilizer.ID]int{},
		ofContacts: map[contact.Ref]int{},
	}
}

func (f *family) add(row any) {
	switch r := row.(type) {
	case *mobilizer.Mobilizer:
		f.members[r.ID] = true
	case *mobilizer.ManagementNote:
		f.ofMembers[r.Mobilizer]++
	case *contact.Contact:
		f.contacts[r.ID] = true
		f.ofMembers[r.Mobilizer]++
	case *contact.Note:
		f.ofContacts[r.About]++
	case *contact.Answer:
		f.ofContacts[r.About]++
	case *contact.ActionResponse:
		f.ofContacts[r.About]++
	}
}

// removeOrphans removes rows whose contact or membership is gone. Their removal is counted like any other, so the cut
// is none to compare with any more.
func (a *Auditor) removeOrphans(ctx context.Context, c *investigation, f *family) error {
	before := c.orphans
	for about, rows := range f.ofContacts {
		if f.contacts[about.Contact] {
			continue
		}
		gone := &contact.Contact{ID: about.Contact, Mobilizer: about.Mobilizer, Campaign: about.Campaign}
		removed, err := a.Store.DeleteOrphans(ctx, gone)
		if err != nil {
			return err
		}
		if removed {
			c.orphans += rows
		}
	}
	for m, rows := range f.ofMembers {
		if f.members[m] {
			continue
		}
		removed, err := a.Store.DeleteOrphans(ctx, &mobilizer.Mobilizer{ID: m, Campaign: c.campaign})
		if err != nil {
			return err
		}
		if removed {
			c.orphans += rows
		}
	}
	if c.orphans > before {
		slog.WarnContext(ctx, "orphans removed", "campaign", c.campaign, "rows", c.orphans-before)
	}
	return nil
}

// sweep removes counters of days and of mobilizers who are gone, once they are zero and have long stood still.
func (a *Auditor) sweep(ctx context.Context, c *investigation, counters map[metrics.Item]metrics.ItemState, f *family) error {
	latest := time.Time{}
	for _, state := range counters {
		if state.UpdatedAt.After(latest) {
			latest = state.UpdatedAt
		}
	}
	var failed error
	for item, state := range counters {
		if !state.Sweepable(item.Kind, latest) || item.Kind == metrics.Member && f.members[mobilizer.ID(item.Name)] {
			continue
		}
		swept, err := a.Store.DeleteIdleCounter(ctx, item, state)
		if swept {
			c.swept++
		}
		failed = errors.Join(failed, err)
	}
	return failed
}
