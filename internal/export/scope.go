package export

import (
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/voter"
)

// ofScope returns the four columns that say which organization and campaign a row belongs to.
func ofScope[R any](scope func(*R) *Scope) []Column[R] {
	return []Column[R]{
		{
			"rally__organization_id", ID, Never, "The organization.",
			func(w *csv.Row, r *R) { w.Plain(string(scope(r).Organization.ID)) },
		},
		{
			"rally__organization_name", Text, Never, "The organization's name.",
			func(w *csv.Row, r *R) { w.Text(scope(r).Organization.Name) },
		},
		{
			"rally__campaign_id", ID, Never, "The campaign.",
			func(w *csv.Row, r *R) { w.Plain(string(scope(r).Campaign.ID)) },
		},
		{
			"rally__campaign_name", Text, Never, "The campaign's name.",
			func(w *csv.Row, r *R) { w.Text(scope(r).Campaign.Name) },
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
	unlessConfirmed = "Unless match_status is CONFIRMED."
	ifNotGiven      = "When it was not given."
)

// confirmed returns the voter of a match, empty unless the match is confirmed.
func confirmed(m *voter.Match) *voter.Voter {
	if m.Status != voter.Confirmed {
		return &voter.Voter{}
	}
	return &m.Voter
}
