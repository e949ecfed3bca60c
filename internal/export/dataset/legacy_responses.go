package dataset

import (
	"context"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/csv"
)

// LegacyContactActionResponses has the rows of ActionItemResponses that answer a question, under the headings of an
// older format.
var LegacyContactActionResponses = Definition[ResponseRow]{
	Name:  "legacy_contact_action_responses",
	Title: "Contact Action Responses Export (Legacy)",
	Rows:  "One per contact and question (multiple choice or free response) that the contact has a current response to. Tasks are not included; archived questions are.",
	Key:   []string{"person_id", "campaign_prompt_id"},
	Order: "by contact (order of adding), then first response time, then key",
	Columns: []Column[ResponseRow]{
		{
			"campaign_id", ID, NeverEmpty, "The campaign.",
			func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Scope.Campaign.ID)) },
		},
		{
			"person_id", ID, NeverEmpty, "The human behind the contact. Given once, it never changes.",
			func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Contact.Person)) },
		},
		{
			"canonical_voter_id", Code, unlessMatched, "The voter's id, unique across states, as the voter file has it; usually state code and state_file_id.",
			func(w *csv.Row, r *ResponseRow) { w.Code(confirmedVoter(&r.Contact.Match).CanonicalID) },
		},
		{
			"state_voterfile_id", Code, unlessMatched, "The state's own id of the voter, as the voter file has it (state_file_id elsewhere). Unique within its state only.",
			func(w *csv.Row, r *ResponseRow) { w.Code(confirmedVoter(&r.Contact.Match).StateFileID) },
		},
		{
			"campaign_prompt_id", ID, NeverEmpty, "The action item (rally__action_item_id elsewhere).",
			func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Item.ID)) },
		},
		{
			"prompt_type", Enum, NeverEmpty, "What kind of question it is: QUESTION_MULTIPLE_CHOICE or QUESTION_FREE_RESPONSE.",
			func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Item.Type)) },
		},
		{
			"title", Text, NeverEmpty, "The action item's title, in its current wording; never its nickname.",
			func(w *csv.Row, r *ResponseRow) { w.Text(r.Item.Title) },
		},
		{
			"created_at", Time, NeverEmpty, "When the contact's response was first recorded. Changing it does not move this.",
			func(w *csv.Row, r *ResponseRow) { w.Time(r.Response.CreatedAt) },
		},
		{
			"response_text", Text, "Unless prompt_type is QUESTION_FREE_RESPONSE.", "The answer to a free response question, exactly as it was written.",
			func(w *csv.Row, r *ResponseRow) { w.Text(r.Response.Text) },
		},
		{
			"multiple_choice_option_id", ID, "Unless prompt_type is QUESTION_MULTIPLE_CHOICE.", "The chosen option.",
			func(w *csv.Row, r *ResponseRow) { w.Plain(r.Option.ID) },
		},
		{
			"option_text", Text, "Unless prompt_type is QUESTION_MULTIPLE_CHOICE.", "The chosen option, in its current wording.",
			func(w *csv.Row, r *ResponseRow) { w.Text(r.Option.Text) },
		},
	},
	ExpectedRows: ActionItemResponses.ExpectedRows,
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*ResponseRow, string) error) error {
		return eachResponse(ctx, src, scope, after, func(i *action.Item) bool { return i.Type != action.Task }, yield)
	},
}
