package adminapi

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/metrics"
)

// AnalyticsMovement is how contacts moved on the ladder. No list of contacts has a filter for the first response.
type AnalyticsMovement struct {
	Up     httpapi.Share            `json:"moved_up" doc:"Contacts whose current response has a higher value than their first, of all contacts with a response."`
	Stayed httpapi.Share            `json:"stayed" doc:"Contacts whose current response is their first."`
	Down   httpapi.Share            `json:"moved_down" doc:"Contacts whose current response has a lower value than their first."`
	From   []AnalyticsMovementStart `json:"from" nullable:"false" doc:"First responses in the campaign's order, without those of no contact."`
}

// AnalyticsResponse is a Key Question response.
type AnalyticsResponse struct {
	Response string `json:"response_id" doc:"Id of the response."`
	Text     string `json:"text"`
	Value    int    `json:"value"`
	Retired  bool   `json:"retired"`
}

// AnalyticsMovementStart is the number of contacts with a first response.
type AnalyticsMovementStart struct {
	AnalyticsResponse
	Contacts int                    `json:"contacts"`
	To       []AnalyticsMovementEnd `json:"to" nullable:"false" doc:"Their current responses in the campaign's order, without those of no contact."`
}

// AnalyticsMovementEnd is the number of contacts with a first and a current response.
type AnalyticsMovementEnd struct {
	AnalyticsResponse
	Direction string `json:"direction" enum:"up,down,stayed" doc:"up: to a higher value. stayed: the response is the first."`
	Contacts  int    `json:"contacts"`
}

func newAnalyticsResponse(r campaign.Response) AnalyticsResponse {
	return AnalyticsResponse{r.ID, r.Text, r.Value, r.Retired}
}

// directions are the values of AnalyticsMovementEnd's Direction, by MovementEnd's Up.
var directions = map[int]string{1: "up", 0: "stayed", -1: "down"}

func newAnalyticsMovement(m metrics.Movement) AnalyticsMovement {
	body := AnalyticsMovement{
		Up: httpapi.NewShare(m.Up), Stayed: httpapi.NewShare(m.Stayed), Down: httpapi.NewShare(m.Down), From: []AnalyticsMovementStart{},
	}
	for _, start := range m.From {
		from := AnalyticsMovementStart{AnalyticsResponse: newAnalyticsResponse(start.Response), Contacts: start.Contacts}
		for _, end := range start.To {
			from.To = append(from.To, AnalyticsMovementEnd{newAnalyticsResponse(end.Response), directions[end.Up], end.Contacts})
		}
		body.From = append(body.From, from)
	}
	return body
}
