package dataset

import (
	"context"
	"slices"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// MobilizerRow is a mobilizer with their counts.
type MobilizerRow struct {
	Scope     *Scope
	Mobilizer *mobilizer.Mobilizer
	Counts    metrics.MobilizerCounts
}

// Mobilizers has one row for each membership in the campaign, in the order of joining. Mobilizers who left while their contacts
// stayed are included.
var Mobilizers = Definition[MobilizerRow]{
	Name:      "mobilizers",
	Title:     "Mobilizers Export",
	Rows:      "One row for each membership in the campaign. Mobilizers who left while their contacts stayed are included.",
	Key:       []string{"rally__user_campaign_membership_id"},
	Order:     "joined_campaign_at, then key",
	ByConsent: true,
	Columns: slices.Concat([]Column[MobilizerRow]{
		{
			"state_file_id", Code, unlessConfirmed, "The state's id of the voter that the mobilizer is matched to, as in the voter file. Unique within the state only.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(confirmedVoter(&r.Mobilizer.Match).StateFileID) },
		},
		{
			"canonical_voter_id", Code, unlessConfirmed, "Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(confirmedVoter(&r.Mobilizer.Match).CanonicalID) },
		},
		{
			"joined_campaign_at", Time, NeverEmpty, "When the membership began. Returning to a kept membership does not change it.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Mobilizer.JoinedAt) },
		},
		{
			"mobilizer_provided_preferred_name", Text, ifNotGiven, "Preferred name, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.PreferredName) },
		},
		{
			"mobilizer_provided_first_name", Text, NeverEmpty, "First name, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.FirstName) },
		},
		{
			"voterfile_provided_first_name", Text, notInFile, "First name in the voter file.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(confirmedVoter(&r.Mobilizer.Match).FirstName) },
		},
		{
			"mobilizer_provided_last_name", Text, NeverEmpty, "Last name, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.LastName) },
		},
		{
			"voterfile_provided_last_name", Text, notInFile, "Last name in the voter file.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(confirmedVoter(&r.Mobilizer.Match).LastName) },
		},
		{
			"mobilizer_provided_city", Text, ifNotGiven, "City, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.City) },
		},
		{
			"voterfile_provided_city", Text, notInFile, "City in the voter file.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(confirmedVoter(&r.Mobilizer.Match).City) },
		},
		{
			"mobilizer_provided_state", Text, ifNotGiven, "Two-letter state code, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.State) },
		},
		{
			"voterfile_provided_state", Text, unlessConfirmed, "Two-letter state code in the voter file.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(confirmedVoter(&r.Mobilizer.Match).State) },
		},
		{
			"mobilizer_provided_zip", Code, ifNotGiven, "Five-digit zip, as entered by the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(r.Mobilizer.Profile.Zip) },
		},
		{
			"voterfile_provided_zip", Code, notInFile, "Zip in the voter file.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(confirmedVoter(&r.Mobilizer.Match).Zip) },
		},
		{
			"mobilizer_email", Text, "Without this membership's consent to share it.", "Login email of the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(ifConsented(r, r.Mobilizer.Email)) },
		},
		{
			"mobilizer_phone", Code, "Without this membership's consent to share it, or if not entered.", "Phone in E.164, such as +12155550123.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(ifConsented(r, r.Mobilizer.Profile.Phone)) },
		},
		{
			"match_status", Enum, NeverEmpty, "Result of matching the mobilizer to the voter file: PENDING, CONFIRMED, REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN or NO_MATCHES.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.Match.State())) },
		},
		{
			"first_activity_at", Time, "Before the first activity.", "First activity of the mobilizer in the campaign. Joining is not an activity.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Counts.FirstActivityAt) },
		},
		{
			"last_activity_at", Time, "Before the first activity.", "Latest activity of the mobilizer in the campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Counts.LastActivityAt) },
		},
		{
			"metric__count_contacts", Count, NeverEmpty, "Number of the mobilizer's contacts in the campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.Contacts) },
		},
		{
			"metric__count_matched_contacts", Count, NeverEmpty, "Number of the mobilizer's contacts matched to a voter (CONFIRMED).",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.MatchedContacts) },
		},
		{
			"metric__count_contacts_with_relational_touchpoints", Count, NeverEmpty, "Number of the mobilizer's contacts with at least one relational touchpoint.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsWithTouchpoints) },
		},
		{
			"metric__count_relational_touchpoints", Count, NeverEmpty, "Number of relational touchpoints with the mobilizer's contacts: notes, Key Question answers, and action item responses except tasks marked not completed.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.Touchpoints) },
		},
		{
			"metric__count_contacts_with_key_question_responses", Count, NeverEmpty, "Number of the mobilizer's contacts with a current Key Question response.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsAnswered) },
		},
		{
			"metric__count_contacts_without_key_question_response", Count, NeverEmpty, "Number of the mobilizer's contacts without a current Key Question response.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsUnanswered()) },
		},
		{
			"metric__count_contacts_with_action_item_responses", Count, NeverEmpty, "Number of the mobilizer's contacts with a current response to at least one action item.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsWithResponses) },
		},
		{
			"metric__count_action_item_responses", Count, NeverEmpty, "Number of current action item responses of the mobilizer's contacts, tasks marked not completed included.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ActionResponses) },
		},
	}, scopeColumns(func(r *MobilizerRow) *Scope { return r.Scope }), []Column[MobilizerRow]{
		{
			"rally__user_id", ID, NeverEmpty, "User id of the mobilizer.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.User)) },
		},
		{
			"rally__user_campaign_membership_id", ID, NeverEmpty, "Id of the membership: the mobilizer in this campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.ID)) },
		},
		{
			"rally__person_id", ID, NeverEmpty, "Id of the person behind the user in this organization. It never changes.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.Person)) },
		},
	}),
	Extended: []Column[MobilizerRow]{
		{
			"left_at", Time, "Unless the mobilizer has left and not returned.", "When the mobilizer left the campaign and the contacts stayed.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Mobilizer.LeftAt) },
		},
		{
			"match_method", Enum, unlessConfirmed, matchMethodAbout,
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.Match.Method)) },
		},
		{
			"match_confidence", Share, noSearch, matchConfidenceAbout,
			func(w *csv.Row, r *MobilizerRow) { confidence(w, &r.Mobilizer.Match) },
		},
	},
	ExpectedRows: func(s *Scope) int { return s.Mobilizers },
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*MobilizerRow, string) error) error {
		row := &MobilizerRow{Scope: scope}
		return src.EachMobilizer(ctx, scope.Campaign.ID, mobilizer.ID(after), func(m *mobilizer.Mobilizer, n metrics.MobilizerCounts) error {
			if scope.HasMobilizer != nil && !scope.HasMobilizer(m, n) {
				return yield(nil, string(m.ID))
			}
			row.Mobilizer, row.Counts = m, n
			return yield(row, string(m.ID))
		})
	},
}

// ifConsented returns a value that is shared only with consent, otherwise nothing.
func ifConsented(r *MobilizerRow, value string) string {
	if !r.Mobilizer.Consent {
		return ""
	}
	return value
}
