package dataset

import (
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// LegacyMobilizers has the rows of Mobilizers with the column names of an older format, and a column for each Key Question
// response.
var LegacyMobilizers = Definition[MobilizerRow]{
	Name:      "legacy_mobilizers",
	Title:     "Mobilizers Export (Legacy)",
	Rows:      "One row for each membership in the campaign, as in mobilizers.",
	Key:       []string{"Mobilizer ID"},
	Order:     "Joined Campaign At, then key",
	ByConsent: true,
	Columns: []Column[MobilizerRow]{
		{
			"Organization ID", ID, NeverEmpty, "Id of the organization.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Scope.Organization.ID)) },
		},
		{
			"Campaign ID", ID, NeverEmpty, "Id of the campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Scope.Campaign.ID)) },
		},
		{
			"Mobilizer ID", ID, NeverEmpty, "User id (rally__user_id in other exports), not the id of the membership.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.User)) },
		},
		{
			"Preferred Name", Text, ifNotGiven, "Preferred name, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.PreferredName) },
		},
		{
			"First Name", Text, NeverEmpty, "First name, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.FirstName) },
		},
		{
			"Last Name", Text, NeverEmpty, "Last name, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.LastName) },
		},
		{
			"Total Contacts", Count, NeverEmpty, "Number of the mobilizer's contacts in this campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.Contacts) },
		},
		{
			"Total Matched Contacts", Count, NeverEmpty, "Number of the mobilizer's contacts matched to a voter (CONFIRMED).",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.MatchedContacts) },
		},
		{
			"% Matched Contacts", Share, withoutContacts, "Share of Total Contacts that are matched to a voter.",
			func(w *csv.Row, r *MobilizerRow) { shareOfContacts(w, r, r.Counts.MatchedContacts) },
		},
		{
			"% Contacts with 1+ Relational Touchpoint", Share, withoutContacts, "Share of Total Contacts with at least one relational touchpoint.",
			func(w *csv.Row, r *MobilizerRow) { shareOfContacts(w, r, r.Counts.ContactsWithTouchpoints) },
		},
		{
			"% Contacts with Key Question Responses", Share, withoutContacts, "Share of Total Contacts with a current Key Question response.",
			func(w *csv.Row, r *MobilizerRow) { shareOfContacts(w, r, r.Counts.ContactsAnswered) },
		},
		{
			"Total Contacts with No Key Question Responses", Count, NeverEmpty, "Number of the mobilizer's contacts without a current Key Question response.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsUnanswered()) },
		},
		{
			"Total Relational Touchpoints", Count, NeverEmpty, "Number of relational touchpoints with the mobilizer's contacts: notes, Key Question answers, and action item responses except tasks marked not completed.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.Touchpoints) },
		},
		{
			"Last Active At", Time, "Before the first activity.", "Latest activity of the mobilizer in the campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Counts.LastActivityAt) },
		},
		{
			"Matched to Voter File", Flag, NeverEmpty, "Whether the mobilizer is matched to a voter (CONFIRMED).",
			func(w *csv.Row, r *MobilizerRow) { w.Bool(r.Mobilizer.Match.Status == voter.Confirmed) },
		},
		{
			"Voter File ID", Code, "Unless Matched to Voter File is true.", "Id of the voter, unique across states (canonical_voter_id in other exports).",
			func(w *csv.Row, r *MobilizerRow) { w.Code(confirmedVoter(&r.Mobilizer.Match).CanonicalID) },
		},
		{
			"City", Text, ifNotGiven, "City, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.City) },
		},
		{
			"State", Text, ifNotGiven, "Two-letter state code, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.State) },
		},
		{
			"Location", Text, "If neither city nor state was entered.", "City and state separated by a comma, or the one that was entered.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(location(&r.Mobilizer.Profile)) },
		},
		{
			"Zip Code", Code, ifNotGiven, "Five-digit zip, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(r.Mobilizer.Profile.Zip) },
		},
		{
			"Email", Text, "Without this membership's consent to share it.", "Login email of the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(ifConsented(r, r.Mobilizer.Email)) },
		},
		{
			"Phone", Code, "Without this membership's consent to share it, or if not entered.", "Phone in E.164, such as +12155550123.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(ifConsented(r, r.Mobilizer.Profile.Phone)) },
		},
		{
			"Joined Campaign At", Time, NeverEmpty, "When the membership began. Returning to a kept membership does not change it.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Mobilizer.JoinedAt) },
		},
	},
	Dynamic: &DynamicColumns[MobilizerRow]{
		Pattern: Column[MobilizerRow]{
			Name: "Key Question Responses: {response text}", Kind: Count, Empty: NeverEmpty,
			Description: "Number of the mobilizer's contacts with this current Key Question response. One column for each response, with its current text, retired responses included, in the campaign's order.",
		},
		Columns: responseCountColumns,
	},
	ExpectedRows: Mobilizers.ExpectedRows,
	Each:         Mobilizers.Each,
}

const withoutContacts = "If the mobilizer has no contacts."

// shareOfContacts writes the share of the mobilizer's contacts.
func shareOfContacts(w *csv.Row, r *MobilizerRow, n int) {
	w.Plain(metrics.Share{Count: n, Of: r.Counts.Contacts}.Percent())
}

// location returns city and state separated by a comma, or the one that is set.
func location(p *mobilizer.Profile) string {
	if p.City == "" || p.State == "" {
		return p.City + p.State
	}
	return p.City + ", " + p.State
}

// responseCountColumns returns a column for each Key Question response of the campaign.
func responseCountColumns(s *Scope) []Column[MobilizerRow] {
	var columns []Column[MobilizerRow]
	for _, response := range s.Campaign.Question.Responses {
		columns = append(columns, Column[MobilizerRow]{
			Name: "Key Question Responses: " + response.Text, Kind: Count, Empty: NeverEmpty,
			Description: "Number of the mobilizer's contacts with this current Key Question response.",
			Write:       func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.WithResponse(response.Code)) },
		})
	}
	return columns
}
