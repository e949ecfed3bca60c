package metrics_test

import (
	"fmt"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

var start = time.Date(2026, 10, 24, 9, 0, 0, 0, time.UTC)

// Few values, so that many changes affect the same counters.
var (
	codes   = []campaign.Code{"", "00", "01", "0z"}
	choices = []action.Code{contact.ChoiceCompleted, contact.ChoiceNotCompleted, contact.ChoiceText, "00", "01"}
	days    = []campaign.Day{"2026-10-23", "2026-10-24", "2026-10-25"}
)

func about(c campaign.ID, m mobilizer.ID) *rapid.Generator[contact.Ref] {
	return rapid.Custom(func(t *rapid.T) contact.Ref {
		return contact.Ref{
			Contact: contact.ID(fmt.Sprintf("t%d", rapid.IntRange(0, 5).Draw(t, "contact"))), Mobilizer: m, Campaign: c,
		}
	})
}

// anyRow generates rows of every entity that is counted, and of some that are not.
func anyRow() *rapid.Generator[any] {
	return rapid.Custom(func(t *rapid.T) any {
		c := campaign.ID(rapid.SampledFrom([]string{"c1", "c2"}).Draw(t, "campaign"))
		m := mobilizer.ID(rapid.SampledFrom([]string{"m1", "m2", "m3"}).Draw(t, "mobilizer"))
		day := rapid.SampledFrom(days).Draw(t, "day")
		switch rapid.IntRange(0, 7).Draw(t, "entity") {
		case 0:
			return &contact.Note{About: about(c, m).Draw(t, "about"), TouchpointDay: day}
		case 1:
			code := rapid.SampledFrom(codes).Draw(t, "code")
			a := &contact.Answer{About: about(c, m).Draw(t, "about"), Code: code}
			if code != "" {
				a.TouchpointDay = day
			}
			return a
		case 2:
			r := &contact.ActionResponse{About: about(c, m).Draw(t, "about"), Choice: rapid.SampledFrom(choices).Draw(t, "choice")}
			if r.Choice != contact.ChoiceNotCompleted {
				r.TouchpointDay = day
			}
			return r
		case 3:
			return &mobilizer.Mobilizer{
				ID: m, Campaign: c,
				LastSelfMatchAt: start.Add(time.Duration(rapid.IntRange(0, 1000).Draw(t, "minute")) * time.Minute),
			}
		case 4:
			return &campaign.Campaign{ID: c}
		case 5:
			return &metrics.Correction{Campaign: c, Adjustments: []metrics.Adjustment{
				{Kind: metrics.Core, Cell: metrics.Contacts, N: rapid.IntRange(-3, 3).Draw(t, "missing")},
				{Kind: metrics.Member, Name: string(m), Cell: metrics.Touchpoints, N: 1},
			}}
		default:
			return anyContact(c, m).Draw(t, "contact")
		}
	})
}

func anyContact(c campaign.ID, m mobilizer.ID) *rapid.Generator[*contact.Contact] {
	return rapid.Custom(func(t *rapid.T) *contact.Contact {
		responses := map[action.Code]contact.ActionResponseSummary{}
		for _, item := range []action.Code{"00", "01"} {
			if rapid.Bool().Draw(t, "responded") {
				responses[item] = contact.ActionResponseSummary{Choice: rapid.SampledFrom(choices).Draw(t, "choice")}
			}
		}
		response, movedFrom := rapid.SampledFrom(codes).Draw(t, "response"), campaign.Code("")
		if response != "" {
			movedFrom = rapid.SampledFrom(codes).Draw(t, "first")
		}
		added := rapid.IntRange(0, 500).Draw(t, "added")
		return &contact.Contact{
			ID: contact.ID(fmt.Sprintf("t%d", rapid.IntRange(0, 5).Draw(t, "contact"))), Campaign: c, Mobilizer: m,
			Match:           voter.Match{Status: rapid.SampledFrom(voter.Statuses).Draw(t, "match")},
			KeyQuestionCode: response, MovedFrom: movedFrom, Touchpoints: rapid.IntRange(0, 3).Draw(t, "touchpoints"),
			ActionResponses: responses, AddedDay: rapid.SampledFrom(days).Draw(t, "day"),
			AddedAt:        start.Add(time.Duration(added) * time.Minute),
			LastActivityAt: start.Add(time.Duration(added+rapid.IntRange(0, 500).Draw(t, "later")) * time.Minute),
		}
	})
}
