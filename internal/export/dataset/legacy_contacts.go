package dataset

import (
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/voter"
)

// LegacyContacts has the rows of Contacts under the headings of an older format.
var LegacyContacts = Definition[ContactRow]{
	Name:  "legacy_contacts",
	Title: "Contacts Export (Legacy)",
	Rows:  "One per contact of the campaign, as in contacts.",
	Key:   []string{"person_id"},
	Order: "date_added_timestamp, then key",
	Columns: []Column[ContactRow]{
		{
			"organization_id", ID, NeverEmpty, "The organization.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Scope.Organization.ID)) },
		},
		{
			"campaign_id", ID, NeverEmpty, "The campaign.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Scope.Campaign.ID)) },
		},
		{
			"person_id", ID, NeverEmpty, "The human behind the contact. Given once, it never changes.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Contact.Person)) },
		},
		{
			"first_name", Text, ifNotGiven, "First name, as the mobilizer gives it.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.FirstName) },
		},
		{
			"preferred_name", Text, ifNotGiven, "What the contact is called, as the mobilizer gives it.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.PreferredName) },
		},
		{
			"last_name", Text, ifNotGiven, "Last name, as the mobilizer gives it.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.LastName) },
		},
		{
			"matched_to_voter_file", Flag, NeverEmpty, "Whether the contact is matched to a voter (CONFIRMED).",
			func(w *csv.Row, r *ContactRow) { w.Bool(r.Contact.Match.Status == voter.Confirmed) },
		},
		{
			"canonical_voter_id", Code, "Unless matched_to_voter_file is true.", "The voter's id, unique across states, as the voter file has it; usually state code and state_file_id.",
			func(w *csv.Row, r *ContactRow) { w.Code(confirmedVoter(&r.Contact.Match).CanonicalID) },
		},
		{
			"state_voterfile_id", Code, "Unless matched_to_voter_file is true.", "The state's own id of the voter, as the voter file has it (state_file_id elsewhere). Unique within its state only.",
			func(w *csv.Row, r *ContactRow) { w.Code(confirmedVoter(&r.Contact.Match).StateFileID) },
		},
		{
			"city", Text, ifNotGiven, "City, as the mobilizer gives it.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.City) },
		},
		{
			"state", Text, ifNotGiven, "Two-letter code of the state, as the mobilizer gives it.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.State) },
		},
		{
			"zip5", Code, ifNotGiven, "Five-digit zip, as the mobilizer gives it.",
			func(w *csv.Row, r *ContactRow) { w.Code(r.Contact.Details.Zip) },
		},
		{
			"date_added_timestamp", Time, NeverEmpty, "When the contact was added to this campaign.",
			func(w *csv.Row, r *ContactRow) { w.Time(r.Contact.AddedAt) },
		},
		{
			"actions_taken", Count, NeverEmpty, "Tasks marked completed and questions answered for this contact.",
			func(w *csv.Row, r *ContactRow) { w.Count(actionsTaken(r.Contact)) },
		},
		{
			"key_question_response_value", Value, "When there is none, or it was cleared.", "Configured value of the current Key Question response.",
			func(w *csv.Row, r *ContactRow) { countIf(w, r.Answered, r.Response.Value) },
		},
		{
			"key_question_response_text", Text, "When there is none, or it was cleared.", "Current Key Question response, in its current wording.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Response.Text) },
		},
		{
			"vote_plan", Text, "When none was recorded.", "When, where and how the contact is going to vote.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.VotePlan) },
		},
	},
	ExpectedRows: Contacts.ExpectedRows,
	Each:         Contacts.Each,
}

func actionsTaken(c *contact.Contact) int {
	n := 0
	for _, held := range c.ActionResponses {
		if held.Choice != contact.ChoiceNotCompleted {
			n++
		}
	}
	return n
}
