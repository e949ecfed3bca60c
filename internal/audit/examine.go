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

// examine takes a snapshot of a campaign and compares it with the previous one, and the lists with the rows. It also removes orphaned rows and idle
// counters.
func (a *Auditor) examine(ctx context.Context, c *campaignAudit, at time.Time) error {
	counters, err := a.Store.CounterItems(ctx, c.campaign)
	if err != nil {
		return err
	}
	snapshot, refs := metrics.NewSnapshot(counters), newReferences()
	wanted, found := newListRows(), histories{}
	c.rows, c.unreadable = 0, 0
	err = a.Store.EachRow(ctx, c.campaign, func(row any, decodeErr error) {
		if decodeErr != nil {
			c.unreadable++
			slog.ErrorContext(ctx, "row can't be decoded", "campaign", c.campaign, "error", decodeErr)
			return
		}
		c.rows++
		snapshot.AddRow(row)
		refs.add(row)
		wanted.add(row)
		found.add(row)
	})
	if err != nil {
		return err
	}
	wanted.addCounters(counters)
	c.previous, c.last = c.last, snapshot
	c.compare(a.Versions)
	if err := a.compareLists(ctx, c, wanted, at); err != nil {
		return err
	}
	if err := a.completeContacts(ctx, c, found, refs); err != nil {
		return err
	}
	if err := a.removeOrphans(ctx, c, refs); err != nil {
		return err
	}
	return a.sweep(ctx, c, counters, refs)
}

// compare compares the last two snapshots. Before the corrections it looks for drift and backfills, after them it checks
// that no difference is left.
func (c *campaignAudit) compare(versions metrics.Versions) {
	differences := c.last.Differences()
	if len(c.corrections) > 0 {
		c.checked, c.pending = len(differences) == 0, differences
		return
	}
	c.drift, c.backfill = nil, nil
	if c.previous == nil || len(differences) == 0 {
		c.pending = differences
		return
	}
	confirmed, pending := metrics.ConfirmDrift(c.previous, c.last)
	for _, d := range confirmed {
		if versions.AddedAfter(d.Cell, c.recount.VerifiedVersion) {
			c.backfill = append(c.backfill, d)
		} else {
			c.drift = append(c.drift, d)
		}
	}
	c.pending = pending
}

// references records which rows exist and which rows refer to them: contacts and management notes to memberships; notes,
// answers and action responses to contacts.
type references struct {
	members      map[mobilizer.ID]bool
	contacts     map[contact.ID]bool
	toMembership map[mobilizer.ID]int // number of rows that refer to the membership
	toContact    map[contact.Ref]int  // number of rows that refer to the contact
}

func newReferences() *references {
	return &references{
		members: map[mobilizer.ID]bool{}, contacts: map[contact.ID]bool{}, toMembership: map[mobilizer.ID]int{},
		toContact: map[contact.Ref]int{},
	}
}

func (refs *references) add(row any) {
	switch r := row.(type) {
	case *mobilizer.Mobilizer:
		refs.members[r.ID] = true
	case *mobilizer.ManagementNote:
		refs.toMembership[r.Mobilizer]++
	case *contact.Contact:
		refs.contacts[r.ID] = true
		refs.toMembership[r.Mobilizer]++
	case *contact.Note:
		refs.toContact[r.About]++
	case *contact.Answer:
		refs.toContact[r.About]++
	case *contact.ActionResponse:
		refs.toContact[r.About]++
	}
}

// removeOrphans removes rows whose contact or membership does not exist. The removals are counted through the stream, so
// the next snapshot differs from this one.
func (a *Auditor) removeOrphans(ctx context.Context, c *campaignAudit, refs *references) error {
	before := c.orphans
	for ref, rows := range refs.toContact {
		if refs.contacts[ref.Contact] {
			continue
		}
		removed, err := a.Store.DeleteOrphans(ctx, &contact.Contact{ID: ref.Contact, Mobilizer: ref.Mobilizer, Campaign: ref.Campaign})
		if err != nil {
			return err
		}
		if removed {
			c.orphans += rows
		}
	}
	for m, rows := range refs.toMembership {
		if refs.members[m] {
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

// sweep deletes the counters of days and of former mobilizers that are zero and have not changed for long.
func (a *Auditor) sweep(ctx context.Context, c *campaignAudit, counters map[metrics.Item]metrics.ItemState, refs *references) error {
	latest := time.Time{}
	for _, state := range counters {
		if state.UpdatedAt.After(latest) {
			latest = state.UpdatedAt
		}
	}
	var errs error
	for item, state := range counters {
		if !state.Sweepable(item.Kind, latest) || item.Kind == metrics.Member && refs.members[mobilizer.ID(item.Name)] {
			continue
		}
		swept, err := a.Store.DeleteIdleCounter(ctx, item, state)
		if swept {
			c.swept++
		}
		errs = errors.Join(errs, err)
	}
	return errs
}
