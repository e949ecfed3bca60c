package dataset

import (
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/voter"
)

// scopeColumns returns the columns of a row's organization and campaign.
func scopeColumns[R any](scope func(*R) *Scope) []Column[R] {
	return []Column[R]{
		{
			"rally__organization_id", ID, NeverEmpty, "Id of the organization.",
			func(w *csv.Row, r *R) { w.Plain(string(scope(r).Organization.ID)) },
		},
		{
			"rally__organization_name", Text, NeverEmpty, "Name of the organization.",
			func(w *csv.Row, r *R) { w.Text(scope(r).Organization.Name) },
		},
		{
			"rally__campaign_id", ID, NeverEmpty, "Id of the campaign.",
			func(w *csv.Row, r *R) { w.Plain(string(scope(r).Campaign.ID)) },
		},
		{
			"rally__campaign_name", Text, NeverEmpty, "Name of the campaign.",
			func(w *csv.Row, r *R) { w.Text(scope(r).Campaign.Name) },
		},
	}
}

// contactVoterColumns returns the columns of the voter that a row's contact is matched to.
func contactVoterColumns[R any](of func(*R) *contact.Contact) []Column[R] {
	return []Column[R]{
		{
			"contact_state_file_id", Code, unlessMatched, "The state's id of the voter that the contact is matched to, as in the voter file. Unique within the state only.",
			func(w *csv.Row, r *R) { w.Code(confirmedVoter(&of(r).Match).StateFileID) },
		},
		{
			"contact_canonical_voter_id", Code, unlessMatched, "Id of that voter, unique across states, as in the voter file. Usually the state code followed by state_file_id.",
			func(w *csv.Row, r *R) { w.Code(confirmedVoter(&of(r).Match).CanonicalID) },
		},
	}
}

// contactColumns returns the columns of a row's contact: the matched voter and the names.
func contactColumns[R any](of func(*R) *contact.Contact) []Column[R] {
	return append(contactVoterColumns(of), []Column[R]{
		{
			"mobilizer_provided_contact_first_name", Text, ifNotGiven, "First name of the contact, as entered by the mobilizer.",
			func(w *csv.Row, r *R) { w.Text(of(r).Details.FirstName) },
		},
		{
			"voterfile_provided_contact_first_name", Text, notInMatchedFile, "First name of the contact in the voter file.",
			func(w *csv.Row, r *R) { w.Text(confirmedVoter(&of(r).Match).FirstName) },
		},
		{
			"mobilizer_provided_contact_last_name", Text, ifNotGiven, "Last name of the contact, as entered by the mobilizer.",
			func(w *csv.Row, r *R) { w.Text(of(r).Details.LastName) },
		},
		{
			"voterfile_provided_contact_last_name", Text, notInMatchedFile, "Last name of the contact in the voter file.",
			func(w *csv.Row, r *R) { w.Text(confirmedVoter(&of(r).Match).LastName) },
		},
	}...)
}

// contactIDColumns returns the columns with the ids of a row's contact.
func contactIDColumns[R any](of func(*R) *contact.Contact) []Column[R] {
	return []Column[R]{
		{
			"rally__contact_id", ID, NeverEmpty, "Id of the contact's entry in the mobilizer's address book. The same in every campaign of the organization.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).Entry)) },
		},
		{
			"rally__campaign_target_id", ID, NeverEmpty, "Id of the contact in this campaign.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).ID)) },
		},
		{
			"rally__person_id", ID, NeverEmpty, "Id of the person behind the contact. It never changes.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).Person)) },
		},
	}
}

// mobilizerIDColumns returns the columns with the ids of the mobilizer whose contact a row is about.
func mobilizerIDColumns[R any](of func(*R) *contact.Contact) []Column[R] {
	return []Column[R]{
		{
			"rally__user_id", ID, NeverEmpty, "User id of the mobilizer whose contact it is.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).User)) },
		},
		{
			"rally__user_campaign_membership_id", ID, NeverEmpty, "Id of that mobilizer's membership in the campaign.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).Mobilizer)) },
		},
	}
}

// Empty texts that several columns share.
const (
	unlessConfirmed  = "Unless match_status is CONFIRMED."
	unlessMatched    = "Unless the contact is matched to a voter (CONFIRMED)."
	notInFile        = "Unless match_status is CONFIRMED, or if the voter file has none."
	notInMatchedFile = "Unless the contact is matched to a voter (CONFIRMED), or if the voter file has none."
	ifNotGiven       = "If not entered."
	ifNeverEdited    = "If never edited."
)

// confirmedVoter returns the voter of a match, empty unless the match is confirmed.
func confirmedVoter(m *voter.Match) *voter.Voter {
	if m.Status != voter.Confirmed {
		return &voter.Voter{}
	}
	return &m.Voter
}
