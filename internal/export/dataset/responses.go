package dataset

import (
	"context"
	"slices"

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
	Option   action.Option // of a multiple choice question; empty for others
}

func (r *ResponseRow) scope() *Scope             { return r.Scope }
func (r *ResponseRow) contact() *contact.Contact { return r.Contact }

// ActionItemResponses has one row for each current response, by contact in the order of adding. Responses to archived items, and
// of contacts that are no longer in the item's target, are included.
var ActionItemResponses = Definition[ResponseRow]{
	Name:         "action_item_responses",
	Title:        "All Action Item Responses Export",
	Rows:         "One row for each current response of a contact to an action item. Responses to archived action items, and of contacts that are no longer in the item's target, are included.",
	Key:          []string{"rally__action_response_id"},
	Order:        "by contact (order of adding), then first response time, then key",
	Columns:      responseColumns,
	Extended:     responseExtended,
	ExpectedRows: func(s *Scope) int { return s.counts().ActionResponses },
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*ResponseRow, string) error) error {
		return eachResponse(ctx, src, scope, after, func(*action.Item) bool { return true }, yield)
	},
}

// SpecificActionItemResponses has the rows of ActionItemResponses to one action item.
var SpecificActionItemResponses = Definition[ResponseRow]{
	Name:         "specific_action_item_responses",
	Title:        "Specific Action Item Responses Export",
	Rows:         "One row for each current response to one action item, which is requested by its id (`action_item_id`). Otherwise as in action_item_responses.",
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

var responseColumns = slices.Concat(contactColumns((*ResponseRow).contact), []Column[ResponseRow]{
	{
		"action_item_type", Enum, NeverEmpty, "Type of the action item: TASK, QUESTION_MULTIPLE_CHOICE or QUESTION_FREE_RESPONSE.",
		func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Item.Type)) },
	},
	{
		"action_item_title", Text, NeverEmpty, "Current title of the action item.",
		func(w *csv.Row, r *ResponseRow) { w.Text(r.Item.Title) },
	},
	{
		"action_item_nickname", Text, "If the action item has none.", "Current nickname of the action item.",
		func(w *csv.Row, r *ResponseRow) { w.Text(r.Item.Nickname) },
	},
	{
		"response_created_at", Time, NeverEmpty, "When the response was first recorded. Changing the response does not change it.",
		func(w *csv.Row, r *ResponseRow) { w.Time(r.Response.CreatedAt) },
	},
	{
		"task_completed", Flag, "Unless action_item_type is TASK.", "Whether the task is completed.",
		func(w *csv.Row, r *ResponseRow) { taskCompleted(w, r) },
	},
	{
		"response_text", Text, "Unless action_item_type is QUESTION_FREE_RESPONSE.", "Answer to a free response question, exactly as written.",
		func(w *csv.Row, r *ResponseRow) { w.Text(r.Response.Text) },
	},
	{
		"response_multiple_choice_option_text", Text, unlessChoice, "Current text of the chosen option.",
		func(w *csv.Row, r *ResponseRow) { w.Text(r.Option.Text) },
	},
	{
		"response_multiple_choice_option_value", Code, "Unless action_item_type is QUESTION_MULTIPLE_CHOICE, and if the option has none.", "Configured value of the chosen option, a text.",
		func(w *csv.Row, r *ResponseRow) { w.Code(r.Option.Value) },
	},
}, scopeColumns((*ResponseRow).scope), contactIDColumns((*ResponseRow).contact), []Column[ResponseRow]{
	{
		"rally__action_item_id", ID, NeverEmpty, "Id of the action item.",
		func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Item.ID)) },
	},
	{
		"rally__action_response_id", ID, NeverEmpty, "Id of the response. Changing the response keeps the id; withdrawing it and responding again creates a new one.",
		func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Response.ID)) },
	},
})

var responseExtended = slices.Concat(mobilizerIDColumns((*ResponseRow).contact), []Column[ResponseRow]{
	{
		"response_updated_at", Time, "If never changed.", "When the response was last changed.",
		func(w *csv.Row, r *ResponseRow) { w.Time(r.Response.UpdatedAt) },
	},
	{
		"response_multiple_choice_option_id", ID, unlessChoice, "Id of the chosen option.",
		func(w *csv.Row, r *ResponseRow) { w.Plain(r.Option.ID) },
	},
})

const unlessChoice = "Unless action_item_type is QUESTION_MULTIPLE_CHOICE."

// taskCompleted writes whether the task is completed, or an empty cell for a question.
func taskCompleted(w *csv.Row, r *ResponseRow) {
	if r.Item.Type != action.Task {
		w.Empty()
		return
	}
	w.Bool(r.Response.Choice == contact.ChoiceCompleted)
}

// eachResponse reads the responses to the wanted items. It skips responses to an item that was created after the export began,
// because the scope does not have the item.
func eachResponse(ctx context.Context, src Source, scope *Scope, after string, wanted func(*action.Item) bool, yield func(*ResponseRow, string) error) error {
	row := &ResponseRow{Scope: scope}
	return src.EachResponse(ctx, scope.Campaign.ID, after, func(of *contact.Contact, r *contact.ActionResponse, position string) error {
		item, err := action.Find(scope.Items, string(r.Item))
		if err != nil || !wanted(item) {
			return yield(nil, position)
		}
		row.Contact, row.Response, row.Item = of, r, item
		row.Option, _ = item.OptionByCode(r.Choice)
		return yield(row, position)
	})
}
