package dataset

import (
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// LegacyMobilizers has the rows of Mobilizers under the headings of an older format, and a column per Key Question
// response.
var LegacyMobilizers = Definition[MobilizerRow]{
	Name:  "legacy_mobilizers",
	Title: "Mobilizers Export (Legacy)",
	Rows:  "One per membership of the campaign, as in mobilizers.",
	Key:   []string{"Mobilizer ID"},
	Order: "Joined Campaign At, then key",
	Columns: []Column[MobilizerRow]{
		{
			"Organization ID", ID, NeverEmpty, "The organization.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Scope.Organization.ID)) },
		},
		{
			"Campaign ID", ID, NeverEmpty, "The campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Scope.Campaign.ID)) },
		},
		{
			"Mobilizer ID", ID, NeverEmpty, "The account that signs in (rally__user_id elsewhere), not the membership.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.User)) },
		},
		{
			"Preferred Name", Text, ifNotGiven, "What the mobilizer wants to be called.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.PreferredName) },
		},
		{
			"First Name", Text, NeverEmpty, "First name, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.FirstName) },
		},
		{
			"Last Name", Text, NeverEmpty, "Last name, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.LastName) },
		},
		{
			"Total Contacts", Count, NeverEmpty, "Contacts of theirs in this campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.Contacts) },
		},
		{
			"Total Matched Contacts", Count, NeverEmpty, "Of these, matched to a voter (CONFIRMED).",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.MatchedContacts) },
		},
		{
			"% Matched Contacts", Share, withoutContacts, "Matched contacts, of Total Contacts.",
			func(w *csv.Row, r *MobilizerRow) { shareOfContacts(w, r, r.Counts.MatchedContacts) },
		},
		{
			"% Contacts with 1+ Relational Touchpoint", Share, withoutContacts, "Contacts with at least one relational touchpoint, of Total Contacts.",
			func(w *csv.Row, r *MobilizerRow) { shareOfContacts(w, r, r.Counts.ContactsWithTouchpoints) },
		},
		{
			"% Contacts with Key Question Responses", Share, withoutContacts, "Contacts with a current Key Question response, of Total Contacts.",
			func(w *csv.Row, r *MobilizerRow) { shareOfContacts(w, r, r.Counts.ContactsAnswered) },
		},
		{
			"Total Contacts with No Key Question Responses", Count, NeverEmpty, "Contacts without a current Key Question response.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsUnanswered()) },
		},
		{
			"Total Relational Touchpoints", Count, NeverEmpty, "Relational touchpoints on all of them: notes, Key Question answers, action item responses other than tasks not completed.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.Touchpoints) },
		},
		{
			"Last Active At", Time, "Before the first activity.", "The mobilizer's latest activity in the campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Counts.LastActivityAt) },
		},
		{
			"Matched to Voter File", Flag, NeverEmpty, "Whether the mobilizer is matched to a voter (CONFIRMED).",
			func(w *csv.Row, r *MobilizerRow) { w.Bool(r.Mobilizer.Match.Status == voter.Confirmed) },
		},
		{
			"Voter File ID", Code, "Unless Matched to Voter File is true.", "That voter's id, unique across states (canonical_voter_id elsewhere).",
			func(w *csv.Row, r *MobilizerRow) { w.Code(confirmedVoter(&r.Mobilizer.Match).CanonicalID) },
		},
		{
			"City", Text, ifNotGiven, "City, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.City) },
		},
		{
			"State", Text, ifNotGiven, "Two-letter code of the state, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.State) },
		},
		{
			"Location", Text, "When neither city nor state was given.", "City and state with a comma between, or the one of them that was given.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(location(&r.Mobilizer.Profile)) },
		},
		{
			"Zip Code", Code, ifNotGiven, "Five-digit zip, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(r.Mobilizer.Profile.Zip) },
		},
		{
			"Email", Text, "Without this membership's consent to share it.", "E-mail address of the mobilizer's login.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(ifConsented(r, r.Mobilizer.Email)) },
		},
		{
			"Phone", Code, "Without this membership's consent to share it, or when it was not given.", "Phone in E.164, such as +12155550123.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(ifConsented(r, r.Mobilizer.Profile.Phone)) },
		},
		{
			"Joined Campaign At", Time, NeverEmpty, "When the membership began. Coming back to a kept one does not move it.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Mobilizer.JoinedAt) },
		},
	},
	Dynamic: &DynamicColumns[MobilizerRow]{
		Pattern: Column[MobilizerRow]{
			Name: "Key Question Responses: {response text}", Kind: Count, Empty: NeverEmpty,
			Description: "Contacts of theirs with that current Key Question response. One column per response in its current wording, retired ones included, in the campaign's order.",
		},
		Columns: responseCountColumns,
	},
	ExpectedRows: Mobilizers.ExpectedRows,
	Each:         Mobilizers.Each,
}

const withoutContacts = "Without contacts."

func shareOfContacts(w *csv.Row, r *MobilizerRow, n int) {
	w.Plain(metrics.Share{Count: n, Of: r.Counts.Contacts}.Percent())
}

func location(p *mobilizer.Profile) string {
	if p.City == "" || p.State == "" {
		return p.City + p.State
	}
	return p.City + ", " + p.State
}

// responseCountColumns returns a column for each of the campaign's Key Question responses.
func responseCountColumns(s *Scope) []Column[MobilizerRow] {
	var columns []Column[MobilizerRow]
	for _, response := range s.Campaign.Question.Responses {
		columns = append(columns, Column[MobilizerRow]{
			Name: "Key Question Responses: " + response.Text, Kind: Count, Empty: NeverEmpty,
			Description: "Contacts of theirs whose current Key Question response this is.",
			Write:       func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.WithResponse(response.Code)) },
		})
	}
	return columns
}
