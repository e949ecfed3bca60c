package dynamo

import (
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// matchEventItem is how one confirmation of a voter is kept in the record that was matched.
type matchEventItem struct {
	At      millis  `dynamodbav:"A"`
	Voter   string  `dynamodbav:"V"`
	By      string  `dynamodbav:"B,omitempty"`
	Method  string  `dynamodbav:"M,omitempty"`
	File    string  `dynamodbav:"F,omitempty"`
	Weights string  `dynamodbav:"W,omitempty"`
	P       float64 `dynamodbav:"P,omitempty"`
	Levels  string  `dynamodbav:"L,omitempty"`
	Rank    int     `dynamodbav:"R,omitempty"`
	Offered int     `dynamodbav:"O,omitempty"`
}

func newMatchLogItem(log []voter.MatchEvent) []matchEventItem {
	var items []matchEventItem
	for _, e := range log {
		items = append(items, matchEventItem{
			At: millisOf(e.At), Voter: e.CanonicalID, By: string(e.By), Method: string(e.Method), File: string(e.File), Weights: e.Weights,
			P: e.P, Levels: e.Levels, Rank: e.Rank, Offered: e.Offered,
		})
	}
	return items
}

func matchLog(items []matchEventItem) []voter.MatchEvent {
	var log []voter.MatchEvent
	for _, i := range items {
		log = append(log, voter.MatchEvent{At: i.At.time(), CanonicalID: i.Voter, Evidence: voter.Evidence{
			By: user.ID(i.By), Method: voter.Method(i.Method), File: voter.FileID(i.File), Weights: i.Weights, P: i.P,
			Levels: i.Levels, Rank: i.Rank, Offered: i.Offered,
		}})
	}
	return log
}
