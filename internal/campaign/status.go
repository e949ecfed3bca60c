package campaign

import (
	"errors"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Publish makes a draft active, so that people can join. Publishing an active campaign changes nothing.
//
// Conflict: the campaign is closed, or incomplete; the fields name the missing parts.
func (c *Campaign) Publish(at time.Time) error {
	switch c.Status {
	case Active:
		return nil
	case Closed:
		return fault.Conflict("campaign_closed", "This campaign is closed. A closed campaign can't be published again.")
	case Draft:
	}
	if err := c.checkComplete(); err != nil {
		return err
	}
	c.Status, c.PublishedAt = Active, at.UTC().Truncate(time.Millisecond)
	return nil
}

// checkComplete fails with a conflict if the campaign lacks a part that an active campaign needs.
func (c *Campaign) checkComplete() error {
	var check fault.Checker
	check.Check(c.Name != "", "name", "Give the campaign a name.")
	check.Check(c.Slug != "", "slug", "Give the landing page an address.")
	_, ok := zone(c.TimeZone)
	check.Check(ok, "time_zone", "Choose a time zone.")
	check.Check(c.Question.Text != "", "key_question.text", "Write the Key Question.")
	check.Check(offered(c.Question.Responses) >= 2, "key_question.responses", "Offer at least two responses.")
	missing, ok := errors.AsType[*fault.Error](check.Err())
	if !ok {
		return nil
	}
	return &fault.Error{
		Kind: fault.KindConflict, Code: "campaign_incomplete",
		Message: fault.NewMessage("This campaign is incomplete. Add the missing parts, then publish it."), Fields: missing.Fields,
	}
}

// offered returns the number of responses that are not retired.
func offered(responses []Response) int {
	n := 0
	for _, r := range responses {
		if !r.Retired {
			n++
		}
	}
	return n
}

// Close closes an active campaign: from then on it is read-only for mobilizers. Closing a closed campaign changes
// nothing.
//
// Conflict: the campaign is a draft.
func (c *Campaign) Close(at time.Time) error {
	switch c.Status {
	case Closed:
		return nil
	case Draft:
		return fault.Conflict("campaign_draft", "This campaign was never published, so it can't be closed. Publish it first.")
	case Active:
	}
	c.Status, c.ClosedAt = Closed, at.UTC().Truncate(time.Millisecond)
	return nil
}

// CheckDeletable returns nil if the campaign can be deleted: it is a draft, so nobody has joined it.
//
// Conflict: it was published.
func (c *Campaign) CheckDeletable() error {
	if c.Status != Draft {
		return fault.Conflict("campaign_published", "This campaign was published, so it can't be deleted. Close it instead.")
	}
	return nil
}

// CheckEditable returns nil if the Key Question and the action items may change.
//
// Conflict: the campaign is closed.
func (c *Campaign) CheckEditable() error {
	if c.Status == Closed {
		return fault.Conflict("campaign_closed", "This campaign is closed. Only its name and description can still change.")
	}
	return nil
}
