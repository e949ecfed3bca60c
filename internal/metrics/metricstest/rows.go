package metricstest

import (
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// rows is how many rows a world has: few, so that the same counters move all the time.
const rows = 40

// change returns what becomes of a row: of the first ones memberships, then contacts, then what hangs on contacts.
func (w *Simulation) change(place int) any {
	if w.rows[place] != nil && w.random.IntN(4) == 0 {
		return nil
	}
	m := mobilizer.ID(fmt.Sprintf("m%d", place%4))
	about := contact.Ref{Contact: contact.ID(fmt.Sprintf("t%d", place)), Mobilizer: m, Campaign: Campaign}
	day := campaign.Day(w.now.Add(-time.Duration(w.random.IntN(48)) * time.Hour).Format(time.DateOnly))
	switch {
	case place < 4:
		return &mobilizer.Mobilizer{ID: m, Campaign: Campaign, FirstSelfMatchAt: w.moment(), LastSelfMatchAt: w.now}
	case place < 24:
		return w.contact(about, day)
	case place < 30:
		return &contact.Note{About: about, TouchpointDay: day}
	case place < 34:
		if w.random.IntN(3) == 0 {
			day = ""
		}
		return &contact.Answer{About: about, TouchpointDay: day}
	case place < 38:
		if w.random.IntN(3) == 0 {
			day = ""
		}
		return &contact.ActionResponse{About: about, TouchpointDay: day}
	case place < 39:
		return &campaign.Campaign{ID: Campaign}
	default:
		return &metrics.Correction{Campaign: Campaign, Adjustments: []metrics.Adjustment{
			{Kind: metrics.Core, Cell: metrics.Contacts, N: w.random.IntN(3) - 1},
		}}
	}
}

// moment is some time before now, or none.
func (w *Simulation) moment() time.Time {
	if w.random.IntN(2) == 0 {
		return time.Time{}
	}
	return w.now.Add(-time.Duration(w.random.IntN(3600)) * time.Second)
}

func (w *Simulation) contact(a contact.Ref, day campaign.Day) *contact.Contact {
	held := map[action.Code]contact.ActionResponseSummary{}
	for _, item := range []action.Code{"00", "01", "02"} {
		if w.random.IntN(2) == 0 {
			held[item] = contact.ActionResponseSummary{Choice: []action.Code{contact.ChoiceCompleted, contact.ChoiceNotCompleted, "0a", "0b"}[w.random.IntN(4)]}
		}
	}
	return &contact.Contact{
		ID: a.Contact, Mobilizer: a.Mobilizer, Campaign: a.Campaign,
		Match:           voter.Match{Status: voter.Statuses[w.random.IntN(len(voter.Statuses))]},
		KeyQuestionCode: []campaign.Code{"", "00", "01", "0z"}[w.random.IntN(4)], Touchpoints: w.random.IntN(3), ActionResponses: held,
		AddedAt: w.now.Add(-time.Duration(w.random.IntN(100)) * time.Hour), AddedDay: day,
		LastActivityAt: w.now.Add(-time.Duration(w.random.IntN(100)) * time.Minute),
	}
}
