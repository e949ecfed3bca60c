package contact

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
)

// AnswerKeyQuestion records a Key Question answer and returns the new entry of the history. It returns nil if the latest
// entry has the same response on the same campaign day: then only LastActivityAt changes.
//
// Invalid: the response is unknown, or retired and not that of the latest entry on the same day.
func (c *Contact) AnswerKeyQuestion(in *campaign.Campaign, response string, at campaign.Moment) (*Answer, error) {
	chosen, ok := in.Question.Response(response)
	if !ok {
		return nil, fault.Invalid("response_id", "Choose one of the campaign's responses.")
	}
	recorded := c.afterLatest(in, at)
	repeats := c.LatestAnswerID != "" && c.LatestAnswerCode == chosen.Code && c.LatestAnswerDay == recorded.Day
	if chosen.Retired && !repeats {
		return nil, fault.Invalid("response_id", "This response is no longer offered. Choose one of the campaign's current responses.")
	}
	c.touch(at)
	if repeats {
		return nil, nil
	}
	at = recorded
	entry := c.appendAnswer(chosen.Code, at)
	entry.ResponseText, entry.ResponseValue, entry.TouchpointDay = chosen.Text, chosen.Value, at.Day
	c.AnsweredAt = at.At
	c.Touchpoints++
	return entry, nil
}

// ClearKeyQuestion removes the current response and returns the clearing as an entry of the history. It returns nil if
// there is no current response: then only LastActivityAt changes.
func (c *Contact) ClearKeyQuestion(in *campaign.Campaign, at campaign.Moment) *Answer {
	c.touch(at)
	if c.KeyQuestionCode == "" {
		return nil
	}
	entry := c.appendAnswer("", c.afterLatest(in, at))
	c.AnsweredAt = time.Time{}
	return entry
}

// appendAnswer returns the next entry of the history. An entry that differs from its predecessor is a change.
func (c *Contact) appendAnswer(code campaign.Code, at campaign.Moment) *Answer {
	if c.LatestAnswerID != "" && code != c.LatestAnswerCode {
		c.KeyQuestionChanges++
	}
	c.MovedFrom = c.movedFrom(code)
	entry := &Answer{ID: AnswerID(id.At(at.At)), About: c.Ref(), AnsweredBy: c.User, Code: code, AnsweredAt: at.At}
	c.KeyQuestionCode = code
	c.LatestAnswerID, c.LatestAnswerCode, c.LatestAnswerDay = entry.ID, code, at.Day
	return entry
}

// movedFrom returns MovedFrom after an answer with the code. A clearing takes all answers back: the next one is the first again.
func (c *Contact) movedFrom(code campaign.Code) campaign.Code {
	first := c.FirstKeyQuestionCode()
	if code == "" || code == first {
		return ""
	}
	return first
}

// FirstKeyQuestionCode returns the first response since the latest clearing, empty if there is no current response.
func (c *Contact) FirstKeyQuestionCode() campaign.Code {
	if c.MovedFrom != "" {
		return c.MovedFrom
	}
	return c.KeyQuestionCode
}

// afterLatest returns the moment, or the millisecond after the latest entry of the history if that is not earlier.
// Two requests may be recorded in another order than they arrived in; the history is in order of recording.
func (c *Contact) afterLatest(in *campaign.Campaign, at campaign.Moment) campaign.Moment {
	latest := id.Time(string(c.LatestAnswerID))
	if at.At.After(latest) {
		return at
	}
	return in.Moment(latest.Add(time.Millisecond))
}
