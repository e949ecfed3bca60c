package dataset

import (
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/voter"
)

// scopeColumns returns the four columns that say which organization and campaign a row belongs to.
func scopeColumns[R any](scope func(*R) *Scope) []Column[R] {
	return []Column[R]{
		{
			"rally__organization_id", ID, NeverEmpty, "The organization.",
			func(w *csv.Row, r *R) { w.Plain(string(scope(r).Organization.ID)) },
		},
		{
			"rally__organization_name", Text, NeverEmpty, "The organization's name.",
			func(w *csv.Row, r *R) { w.Text(scope(r).Organization.Name) },
		},
		{
			"rally__campaign_id", ID, NeverEmpty, "The campaign.",
			func(w *csv.Row, r *R) { w.Plain(string(scope(r).Campaign.ID)) },
		},
		{
			"rally__campaign_name", Text, NeverEmpty, "The campaign's name.",
			func(w *csv.Row, r *R) { w.Text(scope(r).Campaign.Name) },
		},
	}
}

// contactVoterColumns returns the two columns that say which voter the contact is that a row is about.
func contactVoterColumns[R any](of func(*R) *contact.Contact) []Column[R] {
	return []Column[R]{
		{
			"contact_state_file_id", Code, unlessMatched, "The state's own id of the voter who the contact is, as the voter file has it. Unique within its state only.",
			func(w *csv.Row, r *R) { w.Code(confirmedVoter(&of(r).Match).StateFileID) },
		},
		{
			"contact_canonical_voter_id", Code, unlessMatched, "That voter's id, unique across states, as the voter file has it; usually state code and state_file_id.",
			func(w *csv.Row, r *R) { w.Code(confirmedVoter(&of(r).Match).CanonicalID) },
		},
	}
}

// contactColumns returns the six columns that say which voter the contact is that a row is about, and how it is called.
func contactColumns[R any](of func(*R) *contact.Contact) []Column[R] {
	return append(contactVoterColumns(of), []Column[R]{
		{
			"mobilizer_provided_contact_first_name", Text, ifNotGiven, "First name of the contact, as the mobilizer gives it.",
			func(w *csv.Row, r *R) { w.Text(of(r).Details.FirstName) },
		},
		{
			"voterfile_provided_contact_first_name", Text, notInMatchedFile, "First name of the contact in the voter file.",
			func(w *csv.Row, r *R) { w.Text(confirmedVoter(&of(r).Match).FirstName) },
		},
		{
			"mobilizer_provided_contact_last_name", Text, ifNotGiven, "Last name of the contact, as the mobilizer gives it.",
			func(w *csv.Row, r *R) { w.Text(of(r).Details.LastName) },
		},
		{
			"voterfile_provided_contact_last_name", Text, notInMatchedFile, "Last name of the contact in the voter file.",
			func(w *csv.Row, r *R) { w.Text(confirmedVoter(&of(r).Match).LastName) },
		},
	}...)
}

// contactIDColumns returns the three ids of the contact that a row is about.
func contactIDColumns[R any](of func(*R) *contact.Contact) []Column[R] {
	return []Column[R]{
		{
			"rally__contact_id", ID, NeverEmpty, "The contact's entry in the mobilizer's address book; the same in every campaign of the organization.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).Entry)) },
		},
		{
			"rally__campaign_target_id", ID, NeverEmpty, "The contact in this campaign.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).ID)) },
		},
		{
			"rally__person_id", ID, NeverEmpty, "The human behind the contact. Given once, it never changes.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).Person)) },
		},
	}
}

// mobilizerIDColumns returns the two ids of the mobilizer whose contact a row is about.
func mobilizerIDColumns[R any](of func(*R) *contact.Contact) []Column[R] {
	return []Column[R]{
		{
			"rally__user_id", ID, NeverEmpty, "The account of the mobilizer whose contact it is.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).User)) },
		},
		{
			"rally__user_campaign_membership_id", ID, NeverEmpty, "That mobilizer's membership of the campaign.",
			func(w *csv.Row, r *R) { w.Plain(string(of(r).Mobilizer)) },
		},
	}
}

// concat joins groups of columns.
func concat[R any](groups ...[]Column[R]) []Column[R] {
	var all []Column[R]
	for _, g := range groups {
		all = append(all, g...)
	}
	return all
}

// Reasons for empty cells that many columns share.
const (
	unlessConfirmed  = "Unless match_status is CONFIRMED."
	unlessMatched    = "Unless the contact is matched to a voter (CONFIRMED)."
	notInFile        = "Unless match_status is CONFIRMED, or when the voter file has none."
	notInMatchedFile = "Unless the contact is matched to a voter (CONFIRMED), or when the voter file has none."
	ifNotGiven       = "When it was not given."
	ifNeverEdited    = "If it was never edited."
)

// confirmed returns the voter of a match, empty unless the match is confirmed.
func confirmedVoter(m *voter.Match) *voter.Voter {
	if m.Status != voter.Confirmed {
		return &voter.Voter{}
	}
	return &m.Voter
}
