package audit

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/metrics"
)

// Report is the result of a run.
type Report struct {
	At        time.Time        `json:"at"`
	Drift     int              `json:"drift"`
	Campaigns []CampaignReport `json:"campaigns"`
	Skipped   int              `json:"skipped"`   // campaigns that were not audited, because the time was up
	Unchanged int              `json:"unchanged"` // campaigns that were not audited, because they have not changed, or are large and were audited today
}

// CampaignReport is the result of a run for one campaign.
type CampaignReport struct {
	Campaign       string             `json:"campaign"`
	Verdict        string             `json:"verdict"`
	Rows           int                `json:"rows"`
	Counters       int                `json:"counters"`
	Drift          []DifferenceReport `json:"drift"`
	Backfill       []DifferenceReport `json:"backfill"`
	Pending        []DifferenceReport `json:"pending"`
	Corrections    []CorrectionReport `json:"corrections"`
	VerifiedAt     *time.Time         `json:"verified_at"`
	OrphansRemoved int                `json:"orphans_removed"`
	Unreadable     int                `json:"rows_unreadable"`
	Swept          int                `json:"counters_swept"`
	ListRows       int                `json:"list_rows"`
	ListRepaired   int                `json:"list_rows_repaired"`
	ListPending    int                `json:"list_rows_pending"`
	ListBuilt      bool               `json:"lists_built"` // by this run
}

// DifferenceReport is a counter that differs from the sum over the rows.
type DifferenceReport struct {
	Kind    string `json:"kind"` // core, action, day or member
	Name    string `json:"name,omitempty"`
	Cell    string `json:"cell"`
	Counter int    `json:"counter"`
	Rows    int    `json:"rows"`
}

// CorrectionReport is a correction that the run wrote.
type CorrectionReport struct {
	ID     string `json:"id"`
	Reason string `json:"reason"`
}

func (c *campaignAudit) report(result *metrics.Recount) CampaignReport {
	r := CampaignReport{
		Campaign: string(c.campaign), Verdict: c.verdict(result), Rows: c.rows, Counters: c.last.CounterCount(),
		Drift: differences(c.drift), Backfill: differences(c.backfill), Pending: differences(c.pending),
		Corrections: []CorrectionReport{}, OrphansRemoved: c.orphans, Unreadable: c.unreadable, Swept: c.swept,
		ListRows: c.lists.rows, ListRepaired: c.lists.repaired, ListPending: len(c.lists.pending), ListBuilt: c.lists.builtNow,
	}
	if !result.VerifiedAt.IsZero() {
		r.VerifiedAt = &result.VerifiedAt
	}
	for _, correction := range c.corrections {
		r.Corrections = append(r.Corrections, CorrectionReport{correction.ID, correction.Reason})
	}
	return r
}

// unknownCampaign returns the report for a campaign that does not exist.
func unknownCampaign(c campaign.ID) CampaignReport {
	return CampaignReport{
		Campaign: string(c), Verdict: "There is no such campaign.", Drift: []DifferenceReport{}, Backfill: []DifferenceReport{},
		Pending: []DifferenceReport{}, Corrections: []CorrectionReport{},
	}
}

// verdict summarizes the result in a few words.
func (c *campaignAudit) verdict(result *metrics.Recount) string {
	switch {
	case c.verified() && len(c.drift) > 0:
		return "repaired"
	case c.verified() && len(c.backfill) > 0:
		return "backfilled"
	case c.verified():
		return "verified"
	case len(c.corrections) > 0:
		return "correction not counted yet"
	case c.unreadable > 0:
		return "not verified: rows can't be decoded"
	case result.VerifiedAt.IsZero():
		return "not verified yet: the campaign was not quiet, or its counters lag"
	default:
		return "not verified since " + result.VerifiedAt.Format(time.RFC3339)
	}
}

// differences returns the first differences for a report.
func differences(all []metrics.Difference) []DifferenceReport {
	reported := make([]DifferenceReport, 0, min(len(all), maxReported))
	for _, d := range all[:min(len(all), maxReported)] {
		reported = append(reported, DifferenceReport{string(d.Item.Kind), d.Item.Name, string(d.Cell), d.Counter, d.Rows})
	}
	return reported
}
