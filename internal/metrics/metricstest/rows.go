package metricstest

import (
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// rows is the number of rows of a simulation: few, so that many changes affect the same counters.
const rows = 40

// newRow returns a random new state of the row with the index: a membership, a contact, or a row about a contact. It
// returns nil if the row is removed.
func (sim *Simulation) newRow(index int) any {
	if sim.rows[index] != nil && sim.random.IntN(4) == 0 {
		return nil
	}
	m := mobilizer.ID(rowID("m", index%4))
	about := contact.Ref{Contact: contact.ID(rowID("t", index)), Mobilizer: m, Campaign: Campaign}
	version := sim.versions[index]
	day := campaign.Day(sim.now.Add(-time.Duration(sim.random.IntN(48)) * time.Hour).Format(time.DateOnly))
	switch {
	case index < 4:
		return &mobilizer.Mobilizer{ID: m, Campaign: Campaign, Version: version, FirstSelfMatchAt: sim.pastOrZero(), LastSelfMatchAt: sim.now}
	case index < 24:
		return sim.contact(about, version, day)
	case index < 30:
		return &contact.Note{About: about, TouchpointDay: day}
	case index < 34:
		if sim.random.IntN(3) == 0 {
			day = ""
		}
		return &contact.Answer{About: about, TouchpointDay: day}
	case index < 38:
		if sim.random.IntN(3) == 0 {
			day = ""
		}
		return &contact.ActionResponse{About: about, TouchpointDay: day}
	case index < 39:
		return &campaign.Campaign{ID: Campaign}
	default:
		return &metrics.Correction{Campaign: Campaign, Adjustments: []metrics.Adjustment{
			{Kind: metrics.Core, Cell: metrics.Contacts, N: sim.random.IntN(3) - 1},
		}}
	}
}

// rowID returns the id of the row of a kind with the index.
func rowID(kind string, index int) string {
	return id.Derived(time.Date(2026, 10, 24, 9, 0, 0, 0, time.UTC), fmt.Appendf(nil, "%s%d", kind, index))
}

// pastOrZero returns a time before now, or zero.
func (sim *Simulation) pastOrZero() time.Time {
	if sim.random.IntN(2) == 0 {
		return time.Time{}
	}
	return sim.now.Add(-time.Duration(sim.random.IntN(3600)) * time.Second)
}

func (sim *Simulation) contact(a contact.Ref, version int, day campaign.Day) *contact.Contact {
	responses := map[action.Code]contact.ActionResponseSummary{}
	for _, item := range []action.Code{"00", "01", "02"} {
		if sim.random.IntN(2) == 0 {
			responses[item] = contact.ActionResponseSummary{Choice: []action.Code{contact.ChoiceCompleted, contact.ChoiceNotCompleted, "0a", "0b"}[sim.random.IntN(4)]}
		}
	}
	codes := []campaign.Code{"", "00", "01", "0z"}
	response, movedFrom := codes[sim.random.IntN(4)], campaign.Code("")
	if response != "" {
		movedFrom = codes[sim.random.IntN(4)]
	}
	return &contact.Contact{
		ID: a.Contact, Mobilizer: a.Mobilizer, Campaign: a.Campaign, Version: version,
		Match:           voter.Match{Status: voter.Statuses[sim.random.IntN(len(voter.Statuses))]},
		KeyQuestionCode: response, MovedFrom: movedFrom, Touchpoints: sim.random.IntN(3), ActionResponses: responses,
		AddedAt: sim.now.Add(-time.Duration(sim.random.IntN(100)) * time.Hour), AddedDay: day,
		LastActivityAt: sim.now.Add(-time.Duration(sim.random.IntN(100)) * time.Minute),
	}
}
