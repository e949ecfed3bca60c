package contact

import (
	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
)

// ActionResponseInput is a response to an action item as the mobilizer sends it: exactly the field for the item's type.
type ActionResponseInput struct {
	Completed *bool   // a task
	Text      *string // a free response question
	Option    *string // a multiple choice question: the option's id
}

// RespondToAction records the contact's response to an action item. before is the stored response, nil if there is none.
// It returns the response to store, or nil if nothing changes: then only LastActivityAt changes.
//
// A first response requires the contact to be in the item's target; a change does not. A response keeps its id and
// CreatedAt; it counts as a touchpoint on the day on which it became one.
//
// Conflict: the item is archived, or the contact is not in its target. Invalid: the input does not fit the item.
func (c *Contact) RespondToAction(item *action.Item, before *ActionResponse, in ActionResponseInput, at campaign.Moment) (*ActionResponse, error) {
	if item.Archived() {
		return nil, fault.Conflict("action_item_archived", "This action item is archived and takes no new or changed responses.")
	}
	choice, written, err := in.choiceFor(item, before)
	if err != nil {
		return nil, err
	}
	if before == nil {
		if !item.Target.Includes(c.KeyQuestionCode) {
			return nil, fault.Conflict("not_in_target", "This action item is not meant for this contact: their current Key Question response is not in its target.")
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
	c.Touchpoints += touchpoints(choice) - touchpoints(before.Choice)
	switch {
	case touchpoints(choice) == 0:
		after.TouchpointDay = ""
	case touchpoints(before.Choice) == 0:
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
	if touchpoints(choice) > 0 {
		r.TouchpointDay = at.Day
	}
	c.Touchpoints += touchpoints(choice)
	if c.ActionResponses == nil {
		c.ActionResponses = map[action.Code]ActionResponseSummary{}
	}
	c.ActionResponses[item.Code] = ActionResponseSummary{ID: r.ID, Choice: choice}
	return r
}

// WithdrawActionResponse removes the contact's response to an action item, archived or not, and its touchpoint. It
// returns the id of the removed response, and false if there is none: then only LastActivityAt changes.
func (c *Contact) WithdrawActionResponse(item *action.Item, at campaign.Moment) (ActionResponseID, bool) {
	c.touch(at)
	current, ok := c.ActionResponses[item.Code]
	if !ok {
		return "", false
	}
	c.Touchpoints -= touchpoints(current.Choice)
	delete(c.ActionResponses, item.Code)
	return current.ID, true
}

// touchpoints returns how many touchpoints a response counts for: 0 for a task that is not completed, else 1.
func touchpoints(choice action.Code) int {
	if choice == ChoiceNotCompleted {
		return 0
	}
	return 1
}

// choiceFor returns the choice and the free text that the input means for the item. before is the stored response, nil if
// there is none: its option may be given again although it is retired.
//
// Invalid: the input does not fit the item's type. Internal: the item's type is unknown.
func (in ActionResponseInput) choiceFor(item *action.Item, before *ActionResponse) (action.Code, string, error) {
	var check fault.Checker
	check.Check(in.Completed == nil || item.Type == action.Task, "completed", "Only tasks take completed. Leave it out.")
	check.Check(in.Text == nil || item.Type == action.FreeResponse, "text", "Only free response questions take a text. Leave it out.")
	check.Check(in.Option == nil || item.Type == action.MultipleChoice, "option_id", "Only multiple choice questions take an option. Leave it out.")
	switch item.Type {
	case action.Task:
		check.Check(in.Completed != nil, "completed", "Say whether the task is completed: true or false.")
		if err := check.Err(); err != nil {
			return "", "", err
		}
		if *in.Completed {
			return ChoiceCompleted, "", nil
		}
		return ChoiceNotCompleted, "", nil
	case action.MultipleChoice:
		choice := in.chosenOption(item, before, &check)
		return choice, "", check.Err()
	case action.FreeResponse:
		var written string
		if in.Text != nil {
			written = text.Prose(&check, "text", *in.Text, TextLimit)
		}
		check.Check(in.Text != nil && !text.Blank(*in.Text), "text", "Write an answer.")
		return ChoiceText, written, check.Err()
	}
	return "", "", fault.Internal("action item %s has the type %q", item.ID, item.Type)
}

// chosenOption returns the code of the chosen option, and records in check if it is missing, unknown or retired.
func (in ActionResponseInput) chosenOption(item *action.Item, before *ActionResponse, check *fault.Checker) action.Code {
	if in.Option == nil {
		check.Check(false, "option_id", "Choose one of the options.")
		return ""
	}
	chosen, ok := item.Option(*in.Option)
	check.Check(ok, "option_id", "Choose one of the question's options.")
	repeats := before != nil && before.Choice == chosen.Code
	check.Check(!chosen.Retired || repeats, "option_id", "This option is no longer offered. Choose one of the current ones.")
	return chosen.Code
}
