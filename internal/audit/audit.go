// Package audit recounts campaigns while writes continue: it compares counters with rows, repairs drift by corrections,
// backfills new metrics, removes rows whose contact or membership does not exist, and deletes idle counters. It does not
// define what a row contributes or when a difference is drift (package metrics).
package audit

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
)

// Auditor recounts the campaigns of a store.
type Auditor struct {
	Store    *dynamo.Store
	Versions metrics.Versions // of the cells: a difference in a cell that is new to a campaign is a backfill, not drift
	// Wait returns after d, or with the context's error if that ends first.
	Wait func(ctx context.Context, d time.Duration) error
}

// Sleep waits by the machine's clock. It fails with unavailable if the context ends first.
func Sleep(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return fault.Unavailable(ctx.Err())
	}
}

// Request selects what to recount. The zero Request, which the schedule sends, selects every campaign.
type Request struct {
	Campaign campaign.ID `json:"campaign"` // all if empty
	Time     time.Time   `json:"time"`     // of the schedule; recorded as the time of the audit
	Gap      string      `json:"gap"`      // between two snapshots, such as "3s"; 90s if empty
}

// Limits of one run.
const (
	defaultGap     = 90 * time.Second
	maxSnapshots   = 4                // of one campaign, before it is reported as not quiet
	reserve        = 45 * time.Second // part of the function's time that is reserved for the work after a snapshot
	maxAdjustments = 500              // per correction: its item must not exceed the store's limit
	maxReported    = 100              // differences in a report
)

// Run audits campaigns and returns a report. It skips campaigns for which the time does not suffice: the next run starts
// with those whose last verification is oldest.
//
// Invalid: the gap is not a duration of at most 10 minutes. Unavailable: the store does not answer; corrections that were
// written until then remain.
func (a *Auditor) Run(ctx context.Context, in Request) (*Report, error) {
	gap, err := parseGap(in.Gap)
	if err != nil {
		return nil, err
	}
	if in.Time.IsZero() {
		in.Time = time.Now()
	}
	at := in.Time.UTC().Truncate(time.Millisecond)
	audits, err := a.start(ctx, in.Campaign)
	if err != nil {
		return nil, err
	}
	report := &Report{At: at, Campaigns: []CampaignReport{}}
	if in.Campaign != "" && len(audits) == 0 {
		report.Campaigns = append(report.Campaigns, unknownCampaign(in.Campaign))
	}
	for _, c := range audits {
		if outOfTime(ctx, 0) {
			report.Skipped++
			continue
		}
		due, err := a.due(ctx, c, in.Campaign != "", at)
		if err != nil {
			return nil, err
		}
		if !due {
			report.Unchanged++
			continue
		}
		if err := a.examine(ctx, c, at); err != nil {
			return nil, err
		}
	}
	open := slices.DeleteFunc(slices.Clone(audits), (*campaignAudit).settled)
	if err := a.reexamine(ctx, open, gap, maxSnapshots-1, at); err != nil {
		return nil, err
	}
	repaired, err := a.repair(ctx, audits, at)
	if err != nil {
		return nil, err
	}
	if err := a.reexamine(ctx, repaired, gap, 2, at); err != nil {
		return nil, err
	}
	for _, c := range audits {
		if c.last == nil {
			continue
		}
		if err := a.finish(ctx, c, at, report); err != nil {
			return nil, err
		}
	}
	slog.InfoContext(ctx, "drift", "drift", report.Drift, "campaigns", len(report.Campaigns), "skipped", report.Skipped)
	return report, nil
}

func parseGap(s string) (time.Duration, error) {
	if s == "" {
		return defaultGap, nil
	}
	gap, err := time.ParseDuration(s)
	if err != nil || gap < 0 || gap > 10*time.Minute {
		return 0, fault.Invalid("gap", "Give a duration of at most 10m, such as 3s.")
	}
	return gap, nil
}

// outOfTime reports whether the function's remaining time does not suffice to wait for d.
func outOfTime(ctx context.Context, d time.Duration) bool {
	deadline, ok := ctx.Deadline()
	return ok && time.Until(deadline) < reserve+d
}

// campaignAudit is the state of one campaign's audit during a run.
type campaignAudit struct {
	campaign    campaign.ID
	recount     metrics.Recount // stored result of the previous audit
	audited     bool            // whether there is one
	previous    *metrics.Snapshot
	last        *metrics.Snapshot
	rows        int
	drift       []metrics.Difference // confirmed
	backfill    []metrics.Difference // confirmed, in cells that are new to the campaign
	pending     []metrics.Difference // of the last snapshot, not confirmed
	corrections []*metrics.Correction
	checked     bool // whether a snapshot after the corrections had no difference
	orphans     int
	unreadable  int
	swept       int
	lists       listAudit
	incomplete  map[contact.Ref]incompleteHistory // of the last examination, not completed
}

// settled reports whether the campaign needs no further snapshot.
func (c *campaignAudit) settled() bool {
	return c.last == nil || len(c.pending) == 0 && len(c.lists.pending) == 0 && len(c.incomplete) == 0
}

// start returns the audits of one campaign or of all: campaigns with a requested recount first, then those whose last
// verification is oldest. It returns none if the campaign does not exist.
func (a *Auditor) start(ctx context.Context, only campaign.ID) ([]*campaignAudit, error) {
	ids := []campaign.ID{only}
	if only == "" {
		all, err := a.Store.AllCampaignIDs(ctx)
		if err != nil {
			return nil, err
		}
		ids = all
	} else if _, err := a.Store.Content(ctx, only); fault.Is(err, fault.KindNotFound) {
		return nil, nil
	} else if err != nil {
		return nil, err
	} else if err := a.Store.ListCampaign(ctx, only); err != nil {
		return nil, err
	}
	audits := make([]*campaignAudit, len(ids))
	for i, c := range ids {
		audits[i] = &campaignAudit{campaign: c}
		recount, err := a.Store.Recount(ctx, c)
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		audits[i].recount, audits[i].audited = *recount, true
	}
	slices.SortFunc(audits, func(x, y *campaignAudit) int {
		if requested := y.recount.RequestedAt.Compare(x.recount.RequestedAt); requested != 0 {
			return requested
		}
		return x.recount.VerifiedAt.Compare(y.recount.VerifiedAt)
	})
	return audits, nil
}

// A campaign of more contacts is read at most once in largeInterval unless a recount of it is requested.
const (
	largeCampaign = 20_000
	largeInterval = 24 * time.Hour
)

// due reports whether a campaign has to be read: its lists are not built, a recount of it is requested, or it may have
// changed since the last audit, or that audit did not verify it.
func (a *Auditor) due(ctx context.Context, c *campaignAudit, requested bool, at time.Time) (bool, error) {
	built, err := a.Store.ListsBuilt(ctx, c.campaign)
	if err != nil {
		return false, err
	}
	c.lists.built = built
	if requested || !built || !c.audited || !c.recount.RequestedAt.IsZero() || c.recount.VerifiedVersion < a.Versions.Latest() {
		return true, nil
	}
	changed, contacts, err := a.Store.CountersChanged(ctx, c.campaign)
	if err != nil {
		return false, err
	}
	if contacts > largeCampaign && at.Sub(c.recount.At) < largeInterval {
		return false, nil
	}
	return !c.recount.VerifiedAt.Equal(c.recount.At) || !changed.Before(c.recount.VerifiedAt), nil
}

// reexamine takes up to n further snapshots of campaigns with differences, each after the gap and after the stream has
// counted a probe that was sent after the previous snapshot. It ends when no campaign is open or the time is up.
func (a *Auditor) reexamine(ctx context.Context, open []*campaignAudit, gap time.Duration, n int, at time.Time) error {
	for range n {
		if len(open) == 0 || outOfTime(ctx, gap) {
			return nil
		}
		counted, err := a.awaitProbes(ctx, open, gap)
		if err != nil {
			return err
		}
		for _, c := range counted {
			if outOfTime(ctx, 0) {
				return nil
			}
			if err := a.examine(ctx, c, at); err != nil {
				return err
			}
		}
		open = slices.DeleteFunc(counted, (*campaignAudit).settled)
	}
	return nil
}

// awaitProbes sends a probe for each campaign, waits for the gap and then for the stream, and returns the campaigns whose
// probe was counted. If a probe is not counted within about five gaps, the counters lag, and a difference would mean
// nothing.
func (a *Auditor) awaitProbes(ctx context.Context, open []*campaignAudit, gap time.Duration) ([]*campaignAudit, error) {
	before := map[*campaignAudit]int{}
	for _, c := range open {
		n, err := a.Store.SendProbe(ctx, c.campaign)
		if err != nil {
			return nil, err
		}
		before[c] = n
	}
	if err := a.Wait(ctx, gap); err != nil {
		return nil, err
	}
	waiting, counted := slices.Clone(open), []*campaignAudit{}
	const maxPolls = 20
	for poll := 0; len(waiting) > 0 && poll < maxPolls; poll++ {
		var still []*campaignAudit
		for _, c := range waiting {
			n, err := a.Store.CountedProbes(ctx, c.campaign)
			if err != nil {
				return nil, err
			}
			if n > before[c] {
				counted = append(counted, c)
				continue
			}
			still = append(still, c)
		}
		waiting = still
		if len(waiting) == 0 || outOfTime(ctx, gap) {
			break
		}
		if err := a.Wait(ctx, max(gap/4, 100*time.Millisecond)); err != nil {
			return nil, err
		}
	}
	return counted, nil
}

// repair writes corrections for drift and backfills, and returns the campaigns with corrections.
func (a *Auditor) repair(ctx context.Context, audits []*campaignAudit, at time.Time) ([]*campaignAudit, error) {
	var repaired []*campaignAudit
	for _, c := range audits {
		if err := a.correct(ctx, c, "Two recounts without a change in between found ", c.drift, at); err != nil {
			return nil, err
		}
		if err := a.correct(ctx, c, "These metrics are new to the campaign: ", c.backfill, at); err != nil {
			return nil, err
		}
		if len(c.corrections) > 0 {
			repaired = append(repaired, c)
		}
	}
	return repaired, nil
}

func (a *Auditor) correct(ctx context.Context, c *campaignAudit, reason string, differences []metrics.Difference, at time.Time) error {
	for chunk := range slices.Chunk(differences, maxAdjustments) {
		correction := &metrics.Correction{
			ID: id.At(at), Campaign: c.campaign, At: at, Reason: reason + describe(chunk), Adjustments: metrics.AdjustmentsFor(chunk),
		}
		if err := a.Store.Commit(ctx, a.Store.CreateCorrection(correction)...); err != nil {
			return fmt.Errorf("repair %s: %w", c.campaign, err)
		}
		c.corrections = append(c.corrections, correction)
	}
	return nil
}

// describe returns a text about the differences, for the reason of a correction.
func describe(differences []metrics.Difference) string {
	const limit = 5
	texts := make([]string, 0, limit)
	for _, d := range differences[:min(limit, len(differences))] {
		texts = append(texts, d.String())
	}
	more := ""
	if len(differences) > limit {
		more = fmt.Sprintf("; and %d more", len(differences)-limit)
	}
	return strings.Join(texts, "; ") + more + "."
}

// finish stores the result of a campaign's audit and adds it to the report.
func (a *Auditor) finish(ctx context.Context, c *campaignAudit, at time.Time, report *Report) error {
	result := metrics.Recount{
		At: at, Drift: len(c.drift), Pending: len(c.pending), VerifiedAt: c.recount.VerifiedAt,
		VerifiedVersion: c.recount.VerifiedVersion, OrphansRemoved: c.orphans, Unreadable: c.unreadable,
	}
	if len(c.corrections) > 0 {
		result.Repaired = len(c.drift)
	}
	if c.verified() {
		result.VerifiedAt, result.VerifiedVersion = at, a.Versions.Latest()
	}
	if err := a.Store.SaveRecount(ctx, c.campaign, &result, c.recount.RequestedAt); err != nil {
		return err
	}
	for _, d := range c.drift {
		slog.ErrorContext(ctx, "counter drift", "campaign", c.campaign, "difference", d.String())
	}
	if len(c.backfill) > 0 {
		slog.InfoContext(ctx, "metrics backfilled", "campaign", c.campaign, "counters", len(c.backfill))
	}
	if c.lists.repaired > 0 {
		slog.ErrorContext(ctx, "list drift", "campaign", c.campaign, "rows", c.lists.repaired)
	}
	report.Drift += len(c.drift) + c.lists.repaired
	report.Campaigns = append(report.Campaigns, c.report(&result))
	return nil
}

// verified reports whether every counter and the lists agreed with the rows, after the corrections if there were any.
func (c *campaignAudit) verified() bool {
	return len(c.pending) == 0 && len(c.lists.pending) == 0 && len(c.incomplete) == 0 && c.unreadable == 0 && (len(c.corrections) == 0 || c.checked)
}
