package peopleapi

import (
	"math"

	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/voter"
)

// MatchEvent is a confirmed voter, with details of the search that found it.
type MatchEvent struct {
	At               string   `json:"at" format:"date-time"`
	CanonicalVoterID string   `json:"canonical_voter_id"`
	UserID           string   `json:"user_id,omitempty" doc:"Id of the user who confirmed."`
	Method           string   `json:"method,omitempty" enum:"search,suggestion,id"`
	Confidence       *float64 `json:"confidence,omitempty" doc:"Probability that the search computed."`
	Levels           string   `json:"levels,omitempty" doc:"Levels of agreement of first name, last name, place, birth year and street." example:"nickname,same,city,-,-"`
	Rank             int      `json:"rank,omitempty" doc:"Rank of the voter among the candidates offered, from 1."`
	Offered          int      `json:"offered,omitempty" doc:"Number of candidates offered."`
	VoterFileID      string   `json:"voter_file_id,omitempty" doc:"Id of the voter file."`
	Weights          string   `json:"weights,omitempty" doc:"Version of the search's weights."`
}

func newMatchLog(log []voter.MatchEvent) []MatchEvent {
	events := make([]MatchEvent, len(log))
	for i, e := range log {
		events[i] = MatchEvent{
			At: httpapi.Timestamp(e.At), CanonicalVoterID: e.CanonicalID, UserID: string(e.By), Method: string(e.Method), Levels: e.Levels,
			Rank: e.Rank, Offered: e.Offered, VoterFileID: string(e.File), Weights: e.Weights,
		}
		if e.P > 0 {
			p := math.Round(e.P*1e4) / 1e4
			events[i].Confidence = &p
		}
	}
	return events
}
