package dataset

import (
	"context"
	"slices"
	"strconv"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/voter"
)

// ContactRow is a contact of the campaign.
type ContactRow struct {
	Scope    *Scope
	Contact  *contact.Contact
	Response campaign.Response // current Key Question response, as configured now
	Answered bool              // whether there is one
}

// Contacts has one row for each contact of the campaign, in the order of adding.
var Contacts = Definition[ContactRow]{
	Name:  "contacts",
	Title: "Contacts Export",
	Rows:  "One row for each contact of the campaign.",
	Key:   []string{"rally__campaign_target_id"},
	Order: "added_to_campaign_at, then key",
	Columns: slices.Concat([]Column[ContactRow]{
		{
			"state_file_id", Code, unlessConfirmed, "The state's id of the voter, as in the voter file. Unique within the state only.",
			func(w *csv.Row, r *ContactRow) { w.Code(confirmedVoter(&r.Contact.Match).StateFileID) },
		},
		{
			"canonical_voter_id", Code, unlessConfirmed, "Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id.",
			func(w *csv.Row, r *ContactRow) { w.Code(confirmedVoter(&r.Contact.Match).CanonicalID) },
		},
		{
			"added_to_campaign_at", Time, NeverEmpty, "When the contact was added to this campaign, not to the address book.",
			func(w *csv.Row, r *ContactRow) { w.Time(r.Contact.AddedAt) },
		},
		{
			"mobilizer_provided_first_name", Text, ifNotGiven, "First name, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.FirstName) },
		},
		{
			"voterfile_provided_first_name", Text, notInFile, "First name in the voter file.",
			func(w *csv.Row, r *ContactRow) { w.Text(confirmedVoter(&r.Contact.Match).FirstName) },
		},
		{
			"mobilizer_provided_last_name", Text, ifNotGiven, "Last name, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.LastName) },
		},
		{
			"voterfile_provided_last_name", Text, notInFile, "Last name in the voter file.",
			func(w *csv.Row, r *ContactRow) { w.Text(confirmedVoter(&r.Contact.Match).LastName) },
		},
		{
			"mobilizer_provided_city", Text, ifNotGiven, "City, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.City) },
		},
		{
			"voterfile_provided_city", Text, notInFile, "City in the voter file.",
			func(w *csv.Row, r *ContactRow) { w.Text(confirmedVoter(&r.Contact.Match).City) },
		},
		{
			"mobilizer_provided_state", Text, ifNotGiven, "Two-letter state code, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.State) },
		},
		{
			"voterfile_provided_state", Text, unlessConfirmed, "Two-letter state code in the voter file.",
			func(w *csv.Row, r *ContactRow) { w.Text(confirmedVoter(&r.Contact.Match).State) },
		},
		{
			"match_status", Enum, NeverEmpty, "Result of matching the contact to the voter file: PENDING, CONFIRMED, REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN or NO_MATCHES.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Contact.Match.State())) },
		},
		{
			"first_activity_at", Time, NeverEmpty, "First activity about the contact: when it was added.",
			func(w *csv.Row, r *ContactRow) { w.Time(r.Contact.AddedAt) },
		},
		{
			"last_activity_at", Time, NeverEmpty, "Latest activity about the contact.",
			func(w *csv.Row, r *ContactRow) { w.Time(r.Contact.LastActivityAt) },
		},
		{
			"key_question_response_text", Text, "If there is none or it was cleared.", "Current text of the current Key Question response.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Response.Text) },
		},
		{
			"key_question_response_value", Value, "If there is none or it was cleared.", "Configured value of the current Key Question response.",
			func(w *csv.Row, r *ContactRow) { countIf(w, r.Answered, r.Response.Value) },
		},
		{
			"metric__count_key_question_response_changes", Count, NeverEmpty, "Number of changes to a different response after the first answer, clearing included.",
			func(w *csv.Row, r *ContactRow) { w.Count(r.Contact.KeyQuestionChanges) },
		},
		{
			"metric__count_relational_touchpoints", Count, NeverEmpty, "Number of relational touchpoints with the contact: notes, Key Question answers, and action item responses except tasks marked not completed.",
			func(w *csv.Row, r *ContactRow) { w.Count(r.Contact.Touchpoints) },
		},
		{
			"metric__count_action_item_responses", Count, NeverEmpty, "Number of current action item responses of the contact, tasks marked not completed included.",
			func(w *csv.Row, r *ContactRow) { w.Count(len(r.Contact.ActionResponses)) },
		},
	}, scopeColumns(func(r *ContactRow) *Scope { return r.Scope }), []Column[ContactRow]{
		{
			"rally__contact_id", ID, NeverEmpty, "Id of the entry in the mobilizer's address book. The same in every campaign of the organization.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Contact.Entry)) },
		},
		{
			"rally__campaign_target_id", ID, NeverEmpty, "Id of the contact in this campaign.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Contact.ID)) },
		},
		{
			"rally__person_id", ID, NeverEmpty, "Id of the person behind the contact. It never changes.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Contact.Person)) },
		},
	}),
	Extended: []Column[ContactRow]{
		{
			"rally__user_id", ID, NeverEmpty, "User id of the mobilizer who added the contact.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Contact.User)) },
		},
		{
			"rally__user_campaign_membership_id", ID, NeverEmpty, "Id of that mobilizer's membership in the campaign.",
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Contact.Mobilizer)) },
		},
		{
			"mobilizer_provided_preferred_name", Text, ifNotGiven, "Preferred name, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.Details.PreferredName) },
		},
		{
			"mobilizer_provided_zip", Code, ifNotGiven, "Five-digit zip, as entered by the mobilizer.",
			func(w *csv.Row, r *ContactRow) { w.Code(r.Contact.Details.Zip) },
		},
		{
			"voterfile_provided_zip", Code, notInFile, "Zip in the voter file.",
			func(w *csv.Row, r *ContactRow) { w.Code(confirmedVoter(&r.Contact.Match).Zip) },
		},
		{
			"vote_plan", Text, "If none was recorded.", "When, where and how the contact plans to vote.",
			func(w *csv.Row, r *ContactRow) { w.Text(r.Contact.VotePlan) },
		},
		{
			"key_question_answered_at", Time, "If there is no current response.", "When the current Key Question response was recorded.",
			func(w *csv.Row, r *ContactRow) { w.Time(r.Contact.AnsweredAt) },
		},
		{
			"match_method", Enum, unlessConfirmed, matchMethodAbout,
			func(w *csv.Row, r *ContactRow) { w.Plain(string(r.Contact.Match.Method)) },
		},
		{
			"match_confidence", Share, noSearch, matchConfidenceAbout,
			func(w *csv.Row, r *ContactRow) { confidence(w, &r.Contact.Match) },
		},
	},
	ExpectedRows: func(s *Scope) int { return s.Contacts },
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*ContactRow, string) error) error {
		row := &ContactRow{Scope: scope}
		return src.EachContact(ctx, scope.Campaign.ID, contact.ID(after), func(c *contact.Contact) error {
			if scope.HasContact != nil && !scope.HasContact(c) {
				return yield(nil, string(c.ID))
			}
			row.Contact = c
			row.Response, row.Answered = scope.Campaign.Question.ResponseByCode(c.KeyQuestionCode)
			return yield(row, string(c.ID))
		})
	},
}

const (
	noSearch             = "Unless match_method is search or suggestion."
	matchMethodAbout     = "How the voter was found: search (a candidate of a search), suggestion (accepted by an administrator) or id (given by id)."
	matchConfidenceAbout = "Probability in percent that the search gave the voter."
)

// confidence writes the probability that the search gave the voter of a match.
func confidence(w *csv.Row, m *voter.Match) {
	if m.Confidence == 0 {
		w.Empty()
		return
	}
	w.Plain(strconv.FormatFloat(100*m.Confidence, 'f', 2, 64))
}

// countIf writes a number, or an empty cell unless the condition holds.
func countIf(w *csv.Row, condition bool, n int) {
	if condition {
		w.Count(n)
	} else {
		w.Empty()
	}
}
