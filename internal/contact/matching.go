package contact

import (
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/voter"
)

// ConfirmMatch matches the contact to a voter, whose values are copied.
func (c *Contact) ConfirmMatch(v voter.Voter, at campaign.Moment) {
	c.touch(at)
	c.Match = c.Match.Confirm(v, at.At)
}

// SetMatchStatus records that no voter was chosen, and why. Invalid: it is not one of the states that say so.
func (c *Contact) SetMatchStatus(status voter.Status, at campaign.Moment) error {
	match, err := voter.Unmatched(status)
	if err != nil {
		return err
	}
	c.touch(at)
	c.Match = match
	return nil
}

// ResetMatch makes the match pending again: what was copied from a voter goes.
func (c *Contact) ResetMatch(at campaign.Moment) {
	c.touch(at)
	c.Match = voter.Match{Status: voter.Pending}
}

// SetVotePlan records when, where and how the contact will vote; blank removes it. Invalid: too long.
func (c *Contact) SetVotePlan(plan string, at campaign.Moment) error {
	var check fault.Checker
	kept := text.Prose(&check, "text", plan, VotePlanLimit)
	if err := check.Err(); err != nil {
		return err
	}
	c.touch(at)
	c.VotePlan = kept
	return nil
}
