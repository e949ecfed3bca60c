package contact

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/voter"
)

// ConfirmMatch matches the contact to a voter, copies the voter's values, and records how the voter was found.
func (c *Contact) ConfirmMatch(v voter.Voter, how voter.Evidence, at campaign.Moment) {
	c.touch(at)
	if !c.Match.Is(&v) {
		c.MatchLog = voter.AppendMatchEvent(c.MatchLog, voter.MatchEvent{At: at.At, CanonicalID: v.CanonicalID, Evidence: how})
	}
	c.Match = c.Match.Confirm(v, how, at.At)
}

// AcceptSuggestion matches the contact to a voter whom an administrator accepted. It is no activity of the mobilizer.
func (c *Contact) AcceptSuggestion(v voter.Voter, how voter.Evidence, at time.Time) {
	if !c.Match.Is(&v) {
		c.MatchLog = voter.AppendMatchEvent(c.MatchLog, voter.MatchEvent{At: at, CanonicalID: v.CanonicalID, Evidence: how})
	}
	c.Match = c.Match.Confirm(v, how, at)
}

// SetMatchStatus records why no voter was chosen.
//
// Invalid: the status is CONFIRMED, PENDING or unknown.
func (c *Contact) SetMatchStatus(status voter.Status, at campaign.Moment) error {
	match, err := voter.Unmatched(status)
	if err != nil {
		return err
	}
	c.touch(at)
	c.Match = match
	return nil
}

// ResetMatch makes the match pending again and removes the values copied from a voter.
func (c *Contact) ResetMatch(at campaign.Moment) {
	c.touch(at)
	c.Match = voter.Match{Status: voter.Pending}
}

// SetVotePlan records when, where and how the contact will vote. A blank plan removes it.
//
// Invalid: the plan is too long.
func (c *Contact) SetVotePlan(plan string, at campaign.Moment) error {
	var check fault.Checker
	clean := text.Prose(&check, "text", plan, VotePlanLimit)
	if err := check.Err(); err != nil {
		return err
	}
	c.touch(at)
	c.VotePlan = clean
	return nil
}
