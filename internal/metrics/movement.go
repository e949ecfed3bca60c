package metrics

import (
	"cmp"

	"github.com/kithhq/kith/internal/campaign"
)

// Movement is how contacts moved on the ladder: from their first Key Question response to the current one. A clearing takes the
// responses before it back. Contacts without a current response have not moved and are not counted.
type Movement struct {
	Up     Share // contacts whose current response has a higher value than their first, of those with a response
	Stayed Share // contacts with their first response
	Down   Share
	From   []MovementStart // in the campaign's order; only first responses that contacts have
}

// MovementStart is the number of contacts with the same first response.
type MovementStart struct {
	Response campaign.Response
	Contacts int
	To       []MovementEnd // in the campaign's order; only current responses that contacts have
}

// MovementEnd is the number of contacts that moved from one response to another, or stayed.
type MovementEnd struct {
	Response campaign.Response
	Contacts int
	Up       int // 1 if the response has a higher value than the first, -1 if a lower one, 0 if it is the first
}

// movement computes Movement by the responses' present order and values.
func (n *CampaignCounters) movement(question *campaign.KeyQuestion) Movement {
	var m Movement
	total := 0
	for _, first := range question.Responses {
		start := MovementStart{Response: first}
		for _, current := range question.Responses {
			contacts := n.Movements[MovementCell(first.Code, current.Code)]
			if contacts <= 0 { // below 0 until the audit has counted the rows that were written before this metric
				continue
			}
			end := MovementEnd{current, contacts, cmp.Compare(current.Value, first.Value)}
			start.To = append(start.To, end)
			start.Contacts += contacts
			switch end.Up {
			case 1:
				m.Up.Count += contacts
			case -1:
				m.Down.Count += contacts
			default:
				m.Stayed.Count += contacts
			}
		}
		if len(start.To) > 0 {
			m.From = append(m.From, start)
			total += start.Contacts
		}
	}
	m.Up.Of, m.Stayed.Of, m.Down.Of = total, total, total
	return m
}
