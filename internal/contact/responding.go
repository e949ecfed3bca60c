package contact

import (
	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
)

// ActionResponseInput is what the mobilizer gives in response to an action item: the one field that fits the item's type.
type ActionResponseInput struct {
	Completed *bool   // a task
	Text      *string // a free response question
	Option    *string // a multiple choice question: the option's id
}

// RespondToAction records a response to an action item for the contact. before is the stored response, nil when the contact
// holds none. It returns what to store, nil when nothing is changed: then only the activity moves.
//
// A first response needs the contact to be in the item's target, changing it does not. A response keeps its id and its
// first time; it counts as a touchpoint on the day on which it became one.
//
// Conflict: the item is archived, or not meant for this contact. Invalid: what was given does not fit the item.
func (c *Contact) RespondToAction(item *action.Item, before *ActionResponse, given ActionResponseInput, at campaign.Moment) (*ActionResponse, error) {
	if item.Archived() {
		return nil, fault.Conflict("action_item_archived", "This action item is archived and takes no new or changed responses.")
	}
	choice, written, err := given.fit(item)
	if err != nil {
		return nil, err
	}
	if before == nil {
		if !item.Target.Includes(c.KeyQuestionCode) {
			return nil, fault.Conflict("not_in_target", "This action item is not meant for this contact, going by their present Key Question response.")
		}
		c.touch(at)
		return c.firstResponse(item, choice, written, at), nil
	}
	c.touch(at)
	if before.Choice == choice && before.Text == written {
		return nil, nil
	}
	after := *before
	after.Choice, after.Text, after.UpdatedAt = choice, written, at.At
	if after.UpdatedAt.Before(before.CreatedAt) {
		after.UpdatedAt = before.CreatedAt
	}
	c.Touchpoints += touches(choice) - touches(before.Choice)
	switch {
	case touches(choice) == 0:
		after.TouchpointDay = ""
	case touches(before.Choice) == 0:
		after.TouchpointDay = at.Day
	}
	c.ActionResponses[item.Code] = ActionResponseSummary{ID: after.ID, Choice: choice}
	return &after, nil
}

func (c *Contact) firstResponse(item *action.Item, choice action.Code, written string, at campaign.Moment) *ActionResponse {
	r := &ActionResponse{
		ID: ActionResponseID(id.At(at.At)), About: c.Ref(), Item: item.ID, ItemCode: item.Code, Choice: choice,
		Text: written, CreatedAt: at.At,
	}
	if touches(choice) > 0 {
		r.TouchpointDay = at.Day
	}
	c.Touchpoints += touches(choice)
	if c.ActionResponses == nil {
		c.ActionResponses = map[action.Code]ActionResponseSummary{}
	}
	c.ActionResponses[item.Code] = ActionResponseSummary{ID: r.ID, Choice: choice}
	return r
}

// WithdrawActionResponse takes the contact's response to an action item back, archived or not, with its touchpoint. It returns the
// response that goes, and false when there is none: then only the activity moves.
func (c *Contact) WithdrawActionResponse(item *action.Item, at campaign.Moment) (ActionResponseID, bool) {
	c.touch(at)
	held, ok := c.ActionResponses[item.Code]
	if !ok {
		return "", false
	}
	c.Touchpoints -= touches(held.Choice)
	delete(c.ActionResponses, item.Code)
	return held.ID, true
}

// touches is the number of touchpoints that a response is: none for a task marked not completed.
func touches(choice action.Code) int {
	if choice == ChoiceNotCompleted {
		return 0
	}
	return 1
}

// fit returns the choice and the text that the response amounts to for the item.
func (g ActionResponseInput) fit(item *action.Item) (action.Code, string, error) {
	var check fault.Checker
	check.Check(g.Completed == nil || item.Type == action.Task, "completed", "Only tasks are completed or not.")
	check.Check(g.Text == nil || item.Type == action.FreeResponse, "text", "Only free response questions are answered with a text.")
	check.Check(g.Option == nil || item.Type == action.MultipleChoice, "option", "Only multiple choice questions are answered with an option.")
	switch item.Type {
	case action.Task:
		check.Check(g.Completed != nil, "completed", "Say whether the task is completed: true or false.")
		if err := check.Err(); err != nil {
			return "", "", err
		}
		if *g.Completed {
			return ChoiceCompleted, "", nil
		}
		return ChoiceNotCompleted, "", nil
	case action.MultipleChoice:
		choice := g.option(item, &check)
		return choice, "", check.Err()
	case action.FreeResponse:
		var written string
		if g.Text != nil {
			written = text.Prose(&check, "text", *g.Text, TextLimit)
		}
		check.Check(g.Text != nil && !text.Blank(*g.Text), "text", "Write an answer.")
		return ChoiceText, written, check.Err()
	}
	return "", "", fault.Internal("action item %s has the type %q", item.ID, item.Type)
}

func (g ActionResponseInput) option(item *action.Item, check *fault.Checker) action.Code {
	if g.Option == nil {
		check.Check(false, "option", "Choose one of the options.")
		return ""
	}
	chosen, ok := item.Option(*g.Option)
	check.Check(ok, "option", "Choose one of the question's options.")
	check.Check(!chosen.Retired, "option", "This option is no longer offered. Choose one of the current ones.")
	return chosen.Code
}
