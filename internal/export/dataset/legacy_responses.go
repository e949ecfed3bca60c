package dataset

import (
	"context"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/csv"
)

// LegacyContactActionResponses has the rows of ActionItemResponses to questions, with the column names of an older format.
var LegacyContactActionResponses = Definition[ResponseRow]{
	Name:  "legacy_contact_action_responses",
	Title: "Contact Action Responses Export (Legacy)",
	Rows:  "One row for each current response of a contact to a question (multiple choice or free response). Tasks are not included; archived questions are.",
	Key:   []string{"person_id", "campaign_prompt_id"},
	Order: "by contact (order of adding), then first response time, then key",
	Columns: []Column[ResponseRow]{
		{
			"campaign_id", ID, NeverEmpty, "Id of the campaign.",
			func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Scope.Campaign.ID)) },
		},
		{
			"person_id", ID, NeverEmpty, "Id of the person behind the contact. It never changes.",
			func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Contact.Person)) },
		},
		{
			"canonical_voter_id", Code, unlessMatched, "Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id.",
			func(w *csv.Row, r *ResponseRow) { w.Code(confirmedVoter(&r.Contact.Match).CanonicalID) },
		},
		{
			"state_voterfile_id", Code, unlessMatched, "The state's id of the voter, as in the voter file (state_file_id in other exports). Unique within the state only.",
			func(w *csv.Row, r *ResponseRow) { w.Code(confirmedVoter(&r.Contact.Match).StateFileID) },
		},
		{
			"campaign_prompt_id", ID, NeverEmpty, "Id of the action item (rally__action_item_id in other exports).",
			func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Item.ID)) },
		},
		{
			"prompt_type", Enum, NeverEmpty, "Type of the question: QUESTION_MULTIPLE_CHOICE or QUESTION_FREE_RESPONSE.",
			func(w *csv.Row, r *ResponseRow) { w.Plain(string(r.Item.Type)) },
		},
		{
			"title", Text, NeverEmpty, "Current title of the action item, not its nickname.",
			func(w *csv.Row, r *ResponseRow) { w.Text(r.Item.Title) },
		},
		{
			"created_at", Time, NeverEmpty, "When the response was first recorded. Changing the response does not change it.",
			func(w *csv.Row, r *ResponseRow) { w.Time(r.Response.CreatedAt) },
		},
		{
			"response_text", Text, "Unless prompt_type is QUESTION_FREE_RESPONSE.", "Answer to a free response question, exactly as written.",
			func(w *csv.Row, r *ResponseRow) { w.Text(r.Response.Text) },
		},
		{
			"multiple_choice_option_id", ID, "Unless prompt_type is QUESTION_MULTIPLE_CHOICE.", "Id of the chosen option.",
			func(w *csv.Row, r *ResponseRow) { w.Plain(r.Option.ID) },
		},
		{
			"option_text", Text, "Unless prompt_type is QUESTION_MULTIPLE_CHOICE.", "Current text of the chosen option.",
			func(w *csv.Row, r *ResponseRow) { w.Text(r.Option.Text) },
		},
	},
	ExpectedRows: ActionItemResponses.ExpectedRows,
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*ResponseRow, string) error) error {
		return eachResponse(ctx, src, scope, after, func(i *action.Item) bool { return i.Type != action.Task }, yield)
	},
}
