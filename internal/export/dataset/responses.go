package dataset

import (
	"context"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
)

// ResponseRow is a contact's current response to an action item.
type ResponseRow struct {
	Scope    *Scope
	Contact  *contact.Contact
	Response *contact.ActionResponse
	Item     *action.Item
	Option   action.Option // multiple choice only
}

func (r *ResponseRow) scope() *Scope             { return r.Scope }
func (r *ResponseRow) contact() *contact.Contact { return r.Contact }

// ActionItemResponses has one row per current response, by contact in order of adding; responses to archived items and
// of contacts that are no longer eligible included.
var ActionItemResponses = Definition[ResponseRow]{
	Name:         "action_item_responses",
	Title:        "All Action Item Responses Export",
	Rows:         "One per contact and action item that the contact has a current response to. Archived action items, and contacts that have left the item's target since, are included.",
	Key:          []string{"rally__action_response_id"},
	Order:        "by contact (order of adding), then first response time, then key",
	Columns:      responseColumns,
	Extended:     responseExtended,
	ExpectedRows: func(s *Scope) int { return s.counts().ActionResponses },
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*ResponseRow, string) error) error {
		return eachResponse(ctx, src, scope, after, func(*action.Item) bool { return true }, yield)
	},
}

// SpecificActionItemResponses has the rows of ActionItemResponses that are of one action item.
var SpecificActionItemResponses = Definition[ResponseRow]{
	Name:         "specific_action_item_responses",
	Title:        "Specific Action Item Responses Export",
	Rows:         "As in action_item_responses, for the one action item that is asked for by its id (`action_item`).",
	Key:          []string{"rally__action_response_id"},
	Order:        "by contact (order of adding), then first response time, then key",
	Columns:      responseColumns,
	Extended:     responseExtended,
	OfItem:       true,
	ExpectedRows: func(s *Scope) int { return s.counts().ActionResponses },
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*ResponseRow, string) error) error {
		return eachResponse(ctx, src, scope, after, func(i *action.Item) bool { return i == scope.Item }, yield)
	},
}

var responseColumns = concat(contactColumns((*ResponseRow).contact), []Column[ResponseRow]{
	{
		"action_item_type", Enum, NeverEmpty, "What kind of answer the action item takes: TASK, QUESTION_MULTIPLE_CHOICE or QUESTION_FREE_RESPONSE.",
		func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Item.Type)) },
	},
	{
		"action_item_title", Text, NeverEmpty, "The action item's title, in its current wording.",
		func(w *csv.Row, r *ResponseRow) { w.Text(r.Item.Title) },
	},
	{
		"action_item_nickname", Text, "When the item has none.", "The action item's short name, in its current wording.",
		func(w *csv.Row, r *ResponseRow) { w.Text(r.Item.Nickname) },
	},
	{
		"response_created_at", Time, NeverEmpty, "When the contact's response was first recorded. Changing it does not move this.",
		func(w *csv.Row, r *ResponseRow) { w.Time(r.Response.CreatedAt) },
	},
	{
		"task_completed", Flag, "Unless action_item_type is TASK.", "Whether the task is completed.",
		func(w *csv.Row, r *ResponseRow) { taskCompleted(w, r) },
	},
	{
		"response_text", Text, "Unless action_item_type is QUESTION_FREE_RESPONSE.", "The answer to a free response question, exactly as it was written.",
		func(w *csv.Row, r *ResponseRow) { w.Text(r.Response.Text) },
	},
	{
		"response_multiple_choice_option_text", Text, unlessChoice, "The chosen option, in its current wording.",
		func(w *csv.Row, r *ResponseRow) { w.Text(r.Option.Text) },
	},
	{
		"response_multiple_choice_option_value", Code, "Unless action_item_type is QUESTION_MULTIPLE_CHOICE, and when the option has none.", "The chosen option's configured value, a text.",
		func(w *csv.Row, r *ResponseRow) { w.Code(r.Option.Value) },
	},
}, scopeColumns((*ResponseRow).scope), contactIDColumns((*ResponseRow).contact), []Column[ResponseRow]{
	{
		"rally__action_item_id", ID, NeverEmpty, "The action item.",
		func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Item.ID)) },
	},
	{
		"rally__action_response_id", ID, NeverEmpty, "The response. Changing it keeps the id; withdrawing and answering again gives a new one.",
		func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Response.ID)) },
	},
})

var responseExtended = concat(mobilizerIDColumns((*ResponseRow).contact), []Column[ResponseRow]{
	{
		"response_updated_at", Time, "If it was never changed.", "When the response was last changed.",
		func(w *csv.Row, r *ResponseRow) { w.Time(r.Response.UpdatedAt) },
	},
	{
		"response_multiple_choice_option_id", ID, unlessChoice, "The chosen option.",
		func(w *csv.Row, r *ResponseRow) { w.Plain(r.Option.ID) },
	},
})

const unlessChoice = "Unless action_item_type is QUESTION_MULTIPLE_CHOICE."

func taskCompleted(w *csv.Row, r *ResponseRow) {
	if r.Item.Type != action.Task {
		w.Empty()
		return
	}
	w.Bool(r.Response.Choice == contact.ChoiceCompleted)
}

// eachResponse reads the responses to the items that are wanted. Those to an item that was made after the export began
// are left out: the export can't tell what the item is.
func eachResponse(ctx context.Context, src Source, scope *Scope, after string, wanted func(*action.Item) bool, yield func(*ResponseRow, string) error) error {
	row := &ResponseRow{Scope: scope}
	return src.EachResponse(ctx, scope.Campaign.ID, after, func(of *contact.Contact, r *contact.ActionResponse, position string) error {
		item := scope.item(r.Item)
		if item == nil || !wanted(item) {
			return yield(nil, position)
		}
		row.Contact, row.Response, row.Item = of, r, item
		row.Option, _ = item.OptionByCode(r.Choice)
		return yield(row, position)
	})
}
