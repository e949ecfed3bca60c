package dynamo

import (
	"context"
	"maps"
	"strconv"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// AllCampaignIDs returns the id of every campaign, in no order.
func (s *Store) AllCampaignIDs(ctx context.Context) ([]campaign.ID, error) {
	var ids []campaign.ID
	for _, span := range s.shards(idShards, campaignListingPartition) {
		listed, err := table.QueryAll[campaign.Listing](ctx, s.db, span)
		if err != nil {
			return nil, err
		}
		for _, l := range listed {
			ids = append(ids, l.Campaign)
		}
	}
	return ids, nil
}

// ListCampaign adds a campaign to those that AllCampaignIDs returns, if it is not one of them.
func (s *Store) ListCampaign(ctx context.Context, c campaign.ID) error {
	err := s.Commit(ctx, s.create("campaign_listing", newCampaignListingItem(c)))
	if ConditionFailed(err, "") {
		return nil
	}
	return err
}

// auditedPartitions is how many partitions of a campaign EachRow reads at a time.
const auditedPartitions = 4

// EachRow calls do for every row of a campaign that counters count or that depends on such a row: memberships, management
// notes, contacts, notes, answers, responses and corrections, one call at a time. The rows of one kind about a contact come in
// order of creation, others in no order. A row that can't be decoded is nil, with the reason.
func (s *Store) EachRow(ctx context.Context, c campaign.ID, do func(row any, invalid error)) error {
	spans := append([]table.Span{s.under(correctionKey(c, ""))}, s.membershipShards(c)...)
	spans = append(spans, s.managementNoteShards(c)...)
	for _, kind := range []family{contacts, notes, answers, responses} {
		spans = append(spans, s.contactShards(c, kind)...)
	}
	var mu sync.Mutex
	return table.Parallel(ctx, auditedPartitions, len(spans), func(ctx context.Context, n int) error {
		return s.db.EachPage(ctx, spans[n], func(items []Item) error {
			mu.Lock()
			defer mu.Unlock()
			for _, item := range items {
				row, invalid := Decode(item)
				if invalid != nil {
					row = nil
				}
				do(row, invalid)
			}
			return nil
		})
	})
}

// CounterItems reads every counter item of a campaign but that of the audit's probe.
func (s *Store) CounterItems(ctx context.Context, c campaign.ID) (map[metrics.Item]metrics.ItemState, error) {
	all := map[metrics.Item]metrics.ItemState{}
	read := func(kind metrics.Kind, partition string) error {
		items, err := s.db.QueryAll(ctx, table.Span{Table: s.tables.Metrics, Partition: partition})
		for _, item := range items {
			all[counterItem(c, kind, table.KeyOf(item).SK)] = counterState(item)
		}
		return err
	}
	for _, kind := range []metrics.Kind{metrics.Core, metrics.Action, metrics.Daily} {
		if err := read(kind, counterPartition(c, kind)); err != nil {
			return nil, err
		}
	}
	for k := range memberShards {
		if err := read(metrics.Member, memberCounterPartition(c, strconv.Itoa(k))); err != nil {
			return nil, err
		}
	}
	return all, nil
}

// DeleteIdleCounter deletes a counter item that has not changed since it was read, and reports whether it did.
func (s *Store) DeleteIdleCounter(ctx context.Context, item metrics.Item, read metrics.ItemState) (bool, error) {
	err := s.Commit(ctx, Write{
		Entity: "counter", Table: s.tables.Metrics, Key: counterKey(item), Delete: true, Condition: "#m = :m",
		Names: map[string]string{"#m": updatedAttribute}, Values: Item{":m": instant(read.UpdatedAt)},
	})
	if ConditionFailed(err, "") {
		return false, nil
	}
	return err == nil, err
}

// CreateCorrection creates a correction.
func (s *Store) CreateCorrection(c *metrics.Correction) []Write {
	c.Version = 1
	return []Write{s.create("correction", newCorrectionItem(c))}
}

// Corrections returns the corrections of a campaign's counters, the oldest first.
func (s *Store) Corrections(ctx context.Context, c campaign.ID) ([]*metrics.Correction, error) {
	return table.QueryAll[metrics.Correction](ctx, s.db, s.under(correctionKey(c, "")))
}

// SendProbe raises the number of a campaign's probe row, and returns the number that CountedProbes exceeds once the stream
// record of that change has been counted.
func (s *Store) SendProbe(ctx context.Context, c campaign.ID) (int, error) {
	before, err := s.CountedProbes(ctx, c)
	if err != nil {
		return 0, err
	}
	err = Retry(ctx, func() error {
		row, err := table.Find[metrics.ProbeRow](ctx, s.db, s.tables.Records, probeKey(c))
		if err != nil {
			return err
		}
		if row == nil {
			row = &metrics.ProbeRow{Campaign: c}
		}
		row.Number++
		return s.Commit(ctx, s.put("probe", newProbeItem(row), row.Version))
	})
	return before, err
}

// CountedProbes returns how many of the campaign's probes have been counted.
func (s *Store) CountedProbes(ctx context.Context, c campaign.ID) (int, error) {
	item, err := s.db.Get(ctx, s.tables.Metrics, counterKey(metrics.Item{Campaign: c, Kind: metrics.Probe}))
	if err != nil {
		return 0, err
	}
	return counterState(item).ProbeCount(), nil
}

// SaveRecount writes the result of an audit. It closes the request for a recount that was open when the audit began, made
// at `requested`, but not a later one. It does not replace the result of a later audit.
func (s *Store) SaveRecount(ctx context.Context, c campaign.ID, r *metrics.Recount, requested time.Time) error {
	const notNewer = "(attribute_not_exists(#at) OR #at <= :at)"
	w := Write{
		Entity: "recount", Table: s.tables.Metrics, Key: recountKey(c),
		Update: "SET #at = :at, Drift = :drift, Repaired = :repaired, Pending = :pending, " +
			"VerifiedAt = :verified, VerifiedVersion = :version, Orphans = :orphans, Unreadable = :unreadable",
		Condition: notNewer,
		Names:     map[string]string{"#at": "At"},
		Values: Item{
			":at": instant(r.At), ":drift": table.Number(r.Drift), ":repaired": table.Number(r.Repaired), ":pending": table.Number(r.Pending),
			":verified": instant(r.VerifiedAt), ":version": table.Number(r.VerifiedVersion), ":orphans": table.Number(r.OrphansRemoved), ":unreadable": table.Number(r.Unreadable),
		},
	}
	closing := w
	closing.Update += " REMOVE RequestedAt, Reason"
	closing.Condition = "(attribute_not_exists(RequestedAt) OR RequestedAt = :requested) AND " + notNewer
	closing.Values = maps.Clone(w.Values)
	closing.Values[":requested"] = instant(requested)
	err := s.Commit(ctx, closing)
	if ConditionFailed(err, "") { // there is a later request, or a later result
		err = s.Commit(ctx, w)
	}
	if ConditionFailed(err, "") {
		return nil
	}
	return err
}

// DeleteOrphans deletes the dependents of a contact or membership that does not exist. It deletes nothing and reports false
// when the contact or the membership exists.
func (s *Store) DeleteOrphans(ctx context.Context, parent any) (bool, error) {
	var k key
	switch p := parent.(type) {
	case *contact.Contact:
		k = contactKey(p.Campaign, p.Mobilizer, p.ID)
	case *mobilizer.Mobilizer:
		k = membershipKey(p.Campaign, p.ID)
	default:
		return false, nil
	}
	existing, err := s.db.Get(ctx, s.tables.Records, k)
	if err != nil || existing != nil {
		return false, err
	}
	return true, s.DeleteDependents(ctx, parent)
}

// CountersChanged returns when a counter of a campaign last changed, and the number of the campaign's contacts.
func (s *Store) CountersChanged(ctx context.Context, c campaign.ID) (time.Time, int, error) {
	counters, err := s.CounterItems(ctx, c)
	var latest time.Time
	contacts := 0
	for item, state := range counters {
		if state.UpdatedAt.After(latest) {
			latest = state.UpdatedAt
		}
		if item.Kind == metrics.Core {
			contacts += state.Cells[metrics.Contacts]
		}
	}
	return latest, contacts, err
}
