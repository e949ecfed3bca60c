package audit

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/metrics"
)

// Report is what a run found and did.
type Report struct {
	At        time.Time        `json:"at"`
	Drift     int              `json:"drift"`
	Campaigns []CampaignReport `json:"campaigns"`
	Skipped   int              `json:"left_for_the_next_run"`
}

// CampaignReport is what a run found and did in one campaign.
type CampaignReport struct {
	Campaign       string             `json:"campaign"`
	Verdict        string             `json:"verdict"`
	Rows           int                `json:"rows"`
	Counters       int                `json:"counters"`
	Drift          []DifferenceReport `json:"drift"`
	Pending        []DifferenceReport `json:"pending"`
	Corrections    []CorrectionReport `json:"corrections"`
	VerifiedAt     *time.Time         `json:"verified_at"`
	OrphansRemoved int                `json:"orphans_removed"`
	Unreadable     int                `json:"rows_unreadable"`
	Swept          int                `json:"counters_swept"`
}

// DifferenceReport is a counter that does not say what the rows say.
type DifferenceReport struct {
	Of           string `json:"of"` // core, action, day or member
	Name         string `json:"name,omitempty"`
	Counter      string `json:"counter"`
	CounterValue int    `json:"says"`
	RowsValue    int    `json:"rows_say"`
}

// CorrectionReport is a repair.
type CorrectionReport struct {
	ID  string `json:"id"`
	Why string `json:"why"`
}

func (c *investigation) report(result *metrics.Recount) CampaignReport {
	r := CampaignReport{
		Campaign: string(c.campaign), Verdict: c.verdict(result), Rows: c.rows, Counters: c.last.CounterCount(),
		Drift: differences(c.drift), Pending: differences(c.pending), Corrections: []CorrectionReport{},
		OrphansRemoved: c.orphans, Unreadable: c.unreadable, Swept: c.swept,
	}
	if !result.VerifiedAt.IsZero() {
		r.VerifiedAt = &result.VerifiedAt
	}
	for _, correction := range c.repaired {
		r.Corrections = append(r.Corrections, CorrectionReport{correction.ID, correction.Reason})
	}
	return r
}

// noCampaign reports that there is no such campaign to recount.
func noCampaign(c campaign.ID) CampaignReport {
	return CampaignReport{
		Campaign: string(c), Verdict: "There is no such campaign.", Drift: []DifferenceReport{}, Pending: []DifferenceReport{},
		Corrections: []CorrectionReport{},
	}
}

// verdict says in a word how the campaign stands.
func (c *investigation) verdict(result *metrics.Recount) string {
	switch {
	case c.verified() && len(c.drift) > 0:
		return "repaired"
	case c.verified():
		return "verified"
	case len(c.drift) > 0:
		return "correction on its way"
	case c.unreadable > 0:
		return "not verified: rows can't be decoded"
	case result.VerifiedAt.IsZero():
		return "not verified yet: the campaign was not quiet, or its counters are behind"
	default:
		return "not verified since " + result.VerifiedAt.Format(time.RFC3339)
	}
}

func differences(all []metrics.Difference) []DifferenceReport {
	shown := make([]DifferenceReport, 0, min(len(all), maxShown))
	for _, d := range all[:min(len(all), maxShown)] {
		shown = append(shown, DifferenceReport{string(d.Item.Kind), d.Item.Name, string(d.Cell), d.Counter, d.Rows})
	}
	return shown
}
