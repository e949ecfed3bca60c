package campaign

import (
	"errors"
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// Publish makes a draft active, so that people can join. An active campaign stays as it is.
//
// Conflict: the campaign is closed, or not complete; the fields say what is missing.
func (c *Campaign) Publish(at time.Time) error {
	switch c.Status {
	case Active:
		return nil
	case Closed:
		return fault.Conflict("campaign_closed", "A closed campaign can't be published again.")
	case Draft:
	}
	if err := c.complete(); err != nil {
		return err
	}
	c.Status, c.PublishedAt = Active, at.UTC().Truncate(time.Millisecond)
	return nil
}

// complete says what a campaign lacks for being active.
func (c *Campaign) complete() error {
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
		Message: "The campaign is not complete yet.", Fields: missing.Fields,
	}
}

func offered(responses []Response) int {
	n := 0
	for _, r := range responses {
		if !r.Retired {
			n++
		}
	}
	return n
}

// Close ends an active campaign: from now on it is read-only for mobilizers. A closed campaign stays as it is.
//
// Conflict: the campaign is a draft.
func (c *Campaign) Close(at time.Time) error {
	switch c.Status {
	case Closed:
		return nil
	case Draft:
		return fault.Conflict("campaign_draft", "A draft can't be closed: it was never published.")
	case Active:
	}
	c.Status, c.ClosedAt = Closed, at.UTC().Truncate(time.Millisecond)
	return nil
}

// CheckEditable says whether the Key Question and the action items may change.
//
// Conflict: the campaign is closed.
func (c *Campaign) CheckEditable() error {
	if c.Status == Closed {
		return fault.Conflict("campaign_closed", "This campaign is closed: only its name and description can still be changed.")
	}
	return nil
}
