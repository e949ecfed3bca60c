// Package audit recounts campaigns while writes go on: it compares counters with rows, repairs drift by corrections,
// removes rows whose contact or membership is gone, and sweeps counters that have nothing left to say.
// What a row contributes, and when a difference is drift, stands in package metrics.
package audit

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
)

// Auditor recounts the campaigns of a store.
type Auditor struct {
	Store *dynamo.Store
	// Wait returns after a while, or with the context's error when that ends first.
	Wait func(ctx context.Context, d time.Duration) error
}

// Sleep waits by the machine's clock.
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

// Request says what to recount. The zero Request is what the schedule sends: everything.
type Request struct {
	Campaign campaign.ID `json:"campaign"` // all when empty
	Time     time.Time   `json:"time"`     // of the schedule; the time of what is recorded
	Gap      string      `json:"gap"`      // between two cuts, such as "3s"; 90 s when empty
}

// Limits of one run.
const (
	defaultGap = 90 * time.Second
	maxCuts    = 4                // of one campaign, before it is called not quiet
	reserve    = 45 * time.Second // kept of the function's time for what comes after a cut
	maxMissing = 500              // counters a correction repairs; an item has a size
	maxShown   = 100              // differences in a report
)

// Run recounts and reports. A campaign that could not be looked at, for want of time, is left to the next run: those
// verified longest ago come first.
//
// It fails when the store does not answer; what was repaired by then is repaired.
func (a *Auditor) Run(ctx context.Context, in Request) (*Report, error) {
	gap, err := gapOf(in.Gap)
	if err != nil {
		return nil, err
	}
	if in.Time.IsZero() {
		in.Time = time.Now()
	}
	at := in.Time.UTC().Truncate(time.Millisecond)
	cases, err := a.cases(ctx, in.Campaign)
	if err != nil {
		return nil, err
	}
	report := &Report{At: at, Campaigns: []CampaignReport{}}
	if in.Campaign != "" && len(cases) == 0 {
		report.Campaigns = append(report.Campaigns, noCampaign(in.Campaign))
	}
	for _, c := range cases {
		if late(ctx, 0) {
			report.Skipped++
			continue
		}
		if err := a.look(ctx, c); err != nil {
			return nil, err
		}
	}
	open := slices.DeleteFunc(slices.Clone(cases), (*investigation).settled)
	if err := a.lookAgain(ctx, open, gap, maxCuts-1); err != nil {
		return nil, err
	}
	repaired, err := a.repair(ctx, cases, at)
	if err != nil {
		return nil, err
	}
	if err := a.lookAgain(ctx, repaired, gap, 2); err != nil {
		return nil, err
	}
	for _, c := range cases {
		if c.last == nil {
			continue
		}
		if err := a.finish(ctx, c, at, report); err != nil {
			return nil, err
		}
	}
	slog.InfoContext(ctx, "drift", "drift", report.Drift, "campaigns", len(report.Campaigns), "left", report.Skipped)
	return report, nil
}

func gapOf(s string) (time.Duration, error) {
	if s == "" {
		return defaultGap, nil
	}
	gap, err := time.ParseDuration(s)
	if err != nil || gap < 0 || gap > 10*time.Minute {
		return 0, fault.Invalid("gap", "Give a duration of at most 10m, such as 3s.")
	}
	return gap, nil
}

// late reports whether the function's time would be up after d.
func late(ctx context.Context, d time.Duration) bool {
	deadline, set := ctx.Deadline()
	return set && time.Until(deadline) < reserve+d
}

// investigation is what is known of one campaign during a run.
type investigation struct {
	campaign   campaign.ID
	recount    metrics.Recount // the last one
	previous   *metrics.Snapshot
	last       *metrics.Snapshot
	rows       int
	drift      []metrics.Difference // confirmed
	pending    []metrics.Difference // differences of the last cut that can't be told
	repaired   []*metrics.Correction
	checked    bool // a cut after the repair showed no difference
	orphans    int
	unreadable int
	swept      int
}

// settled reports whether the campaign needs no further cut.
func (c *investigation) settled() bool {
	return c.last == nil || len(c.pending) == 0
}

// cases opens an investigation of one campaign or of all: those that a recount was asked for first, then those verified
// longest ago. It opens none when there is no such campaign.
func (a *Auditor) cases(ctx context.Context, only campaign.ID) ([]*investigation, error) {
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
	}
	cases := make([]*investigation, len(ids))
	for i, c := range ids {
		cases[i] = &investigation{campaign: c}
		recount, err := a.Store.Recount(ctx, c)
		if fault.Is(err, fault.KindNotFound) {
			continue
		}
		if err != nil {
			return nil, err
		}
		cases[i].recount = *recount
	}
	slices.SortFunc(cases, func(x, y *investigation) int {
		if asked := y.recount.RequestedAt.Compare(x.recount.RequestedAt); asked != 0 {
			return asked
		}
		return x.recount.VerifiedAt.Compare(y.recount.VerifiedAt)
	})
	return cases, nil
}

// lookAgain takes further cuts of campaigns with differences: after the stream has counted a signal given after the
// cut before, and after the gap. It ends when nothing is left to be told, or nothing will be.
func (a *Auditor) lookAgain(ctx context.Context, open []*investigation, gap time.Duration, cuts int) error {
	for range cuts {
		if len(open) == 0 || late(ctx, gap) {
			return nil
		}
		heard, err := a.listen(ctx, open, gap)
		if err != nil {
			return err
		}
		for _, c := range heard {
			if late(ctx, 0) {
				return nil
			}
			if err := a.look(ctx, c); err != nil {
				return err
			}
		}
		open = slices.DeleteFunc(heard, (*investigation).settled)
	}
	return nil
}

// listen waits for the gap, and for the stream: it returns the campaigns whose signal was counted. Where it was not
// counted in twenty gaps, counters are behind, and a difference would say nothing.
func (a *Auditor) listen(ctx context.Context, open []*investigation, gap time.Duration) ([]*investigation, error) {
	before := map[*investigation]int{}
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
	silent, heard := slices.Clone(open), []*investigation{}
	const turns = 20
	for turn := 0; len(silent) > 0 && turn < turns; turn++ {
		var still []*investigation
		for _, c := range silent {
			n, err := a.Store.CountedProbes(ctx, c.campaign)
			if err != nil {
				return nil, err
			}
			if n > before[c] {
				heard = append(heard, c)
				continue
			}
			still = append(still, c)
		}
		silent = still
		if len(silent) == 0 || late(ctx, gap) {
			break
		}
		if err := a.Wait(ctx, max(gap/4, 100*time.Millisecond)); err != nil {
			return nil, err
		}
	}
	return heard, nil
}

// repair writes a correction for every campaign with drift, and returns those campaigns.
func (a *Auditor) repair(ctx context.Context, cases []*investigation, at time.Time) ([]*investigation, error) {
	var repaired []*investigation
	for _, c := range cases {
		for chunk := range slices.Chunk(c.drift, maxMissing) {
			correction := &metrics.Correction{
				ID: id.At(at), Campaign: c.campaign, At: at, Reason: why(chunk), Adjustments: metrics.AdjustmentsFor(chunk),
			}
			if err := a.Store.Commit(ctx, a.Store.CreateCorrection(correction)...); err != nil {
				return nil, fmt.Errorf("repair %s: %w", c.campaign, err)
			}
			c.repaired = append(c.repaired, correction)
		}
		if len(c.repaired) > 0 {
			repaired = append(repaired, c)
		}
	}
	return repaired, nil
}

// why tells in a sentence what a correction is for.
func why(drift []metrics.Difference) string {
	const told = 5
	said := make([]string, 0, told)
	for _, d := range drift[:min(told, len(drift))] {
		said = append(said, d.String())
	}
	more := ""
	if len(drift) > told {
		more = fmt.Sprintf("; and %d more", len(drift)-told)
	}
	return "Two recounts with nothing in between found " + strings.Join(said, "; ") + more + "."
}

// finish keeps what was found and adds it to the report.
func (a *Auditor) finish(ctx context.Context, c *investigation, at time.Time, report *Report) error {
	result := metrics.Recount{
		At: at, Drift: len(c.drift), Pending: len(c.pending), VerifiedAt: c.recount.VerifiedAt, OrphansRemoved: c.orphans,
		Unreadable: c.unreadable,
	}
	if len(c.repaired) > 0 {
		result.Repaired = len(c.drift)
	}
	if c.verified() {
		result.VerifiedAt = at
	}
	if err := a.Store.SaveRecount(ctx, c.campaign, &result, c.recount.RequestedAt); err != nil {
		return err
	}
	for _, d := range c.drift {
		slog.ErrorContext(ctx, "counter drift", "campaign", c.campaign, "difference", d.String())
	}
	report.Drift += len(c.drift)
	report.Campaigns = append(report.Campaigns, c.report(&result))
	return nil
}

// verified reports whether every counter was seen to be right, after the repair if there was one.
func (c *investigation) verified() bool {
	return len(c.pending) == 0 && c.unreadable == 0 && (len(c.drift) == 0 || c.checked)
}
