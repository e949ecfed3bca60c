package dataset

import (
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/voter"
)

// LegacyContacts has the rows of Contacts with the column names of an older format.
var LegacyContacts = Definition[ContactRow]{
	Name:  "legacy_contacts",
	Title: "Contacts Export (Legacy)",
	Rows:  "One row for each contact of the campaign, as in contacts.",
	Key:   []string{"person_id"},
	Order: "date_added_timestamp, then key",
	Columns: []Column[ContactRow]{
		{
			"organization_id", ID, NeverEmpty, "Id of the organization.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Scope.Organization.ID)) },
		},
		{
			"campaign_id", ID, NeverEmpty, "Id of the campaign.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Scope.Campaign.ID)) },
		},
		{
			"person_id", ID, NeverEmpty, "Id of the person behind the contact. It never changes.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Contact.Person)) },
		},
		{
			"first_name", Text, ifNotGiven, "First name, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.FirstName) },
		},
		{
			"preferred_name", Text, ifNotGiven, "Preferred name, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.PreferredName) },
		},
		{
			"last_name", Text, ifNotGiven, "Last name, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.LastName) },
		},
		{
			"matched_to_voter_file", Flag, NeverEmpty, "Whether the contact is matched to a voter (CONFIRMED).",
			func(w *csv.Row, r *ContactRow) { w.Bool(r.Contact.Match.Status == voter.Confirmed) },
		},
		{
			"canonical_voter_id", Code, "Unless matched_to_voter_file is true.", "Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id.",
			func(w *csv.Row, r *ContactRow) { w.Code(confirmedVoter(&r.Contact.Match).CanonicalID) },
		},
		{
			"state_voterfile_id", Code, "Unless matched_to_voter_file is true.", "The state's id of the voter, as in the voter file (state_file_id in other exports). Unique within the state only.",
			func(w *csv.Row, r *ContactRow) { w.Code(confirmedVoter(&r.Contact.Match).StateFileID) },
		},
		{
			"city", Text, ifNotGiven, "City, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.City) },
		},
		{
			"state", Text, ifNotGiven, "Two-letter state code, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.State) },
		},
		{
			"zip5", Code, ifNotGiven, "Five-digit zip, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Code(r.Contact.Details.Zip) },
		},
		{
			"date_added_timestamp", Time, NeverEmpty, "When the contact was added to this campaign.",
			func(w *csv.Row, r *ContactRow) { w.Time(r.Contact.AddedAt) },
		},
		{
			"actions_taken", Count, NeverEmpty, "Number of tasks marked completed and questions answered for this contact.",
			func(w *csv.Row, r *ContactRow) { w.Count(actionsTaken(r.Contact)) },
		},
		{
			"key_question_response_value", Value, "If there is none or it was cleared.", "Configured value of the current Key Question response.",
			func(w *csv.Row, r *ContactRow) { countIf(w, r.Answered, r.Response.Value) },
		},
		{
			"key_question_response_text", Text, "If there is none or it was cleared.", "Current text of the current Key Question response.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Response.Text) },
		},
		{
			"vote_plan", Text, "If none was recorded.", "When, where and how the contact plans to vote.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.VotePlan) },
		},
	},
	ExpectedRows: Contacts.ExpectedRows,
	Each:         Contacts.Each,
}

// actionsTaken counts the tasks marked completed and the questions answered.
func actionsTaken(c *contact.Contact) int {
	n := 0
	for _, response := range c.ActionResponses {
		if response.Choice != contact.ChoiceNotCompleted {
			n++
		}
	}
	return n
}
