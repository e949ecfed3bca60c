package dataset

import (
	"context"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// MobilizerRow is a mobilizer with their numbers.
type MobilizerRow struct {
	Scope     *Scope
	Mobilizer *mobilizer.Mobilizer
	Counts    metrics.MobilizerCounts
}

// Mobilizers has one row per membership of the campaign, in order of joining; leavers whose contacts stayed included.
var Mobilizers = Definition[MobilizerRow]{
	Name:  "mobilizers",
	Title: "Mobilizers Export",
	Rows:  "One per membership of the campaign. Mobilizers who left while their contacts stayed are included.",
	Key:   []string{"rally__user_campaign_membership_id"},
	Order: "joined_campaign_at, then key",
	Columns: concat([]Column[MobilizerRow]{
		{
			"state_file_id", Code, unlessConfirmed, "The state's own id of the voter who the mobilizer is, as the voter file has it. Unique within its state only.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(confirmedVoter(&r.Mobilizer.Match).StateFileID) },
		},
		{
			"canonical_voter_id", Code, unlessConfirmed, "The voter's id, unique across states, as the voter file has it; usually state code and state_file_id.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(confirmedVoter(&r.Mobilizer.Match).CanonicalID) },
		},
		{
			"joined_campaign_at", Time, NeverEmpty, "When the membership began. Coming back to a kept one does not move it.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Mobilizer.JoinedAt) },
		},
		{
			"mobilizer_provided_preferred_name", Text, ifNotGiven, "What the mobilizer wants to be called.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.PreferredName) },
		},
		{
			"mobilizer_provided_first_name", Text, NeverEmpty, "First name, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.FirstName) },
		},
		{
			"voterfile_provided_first_name", Text, notInFile, "First name in the voter file.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(confirmedVoter(&r.Mobilizer.Match).FirstName) },
		},
		{
			"mobilizer_provided_last_name", Text, NeverEmpty, "Last name, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.LastName) },
		},
		{
			"voterfile_provided_last_name", Text, notInFile, "Last name in the voter file.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(confirmedVoter(&r.Mobilizer.Match).LastName) },
		},
		{
			"mobilizer_provided_city", Text, ifNotGiven, "City, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.City) },
		},
		{
			"voterfile_provided_city", Text, notInFile, "City in the voter file.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(confirmedVoter(&r.Mobilizer.Match).City) },
		},
		{
			"mobilizer_provided_state", Text, ifNotGiven, "Two-letter code of the state, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(r.Mobilizer.Profile.State) },
		},
		{
			"voterfile_provided_state", Text, unlessConfirmed, "Two-letter code of the state in the voter file.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(confirmedVoter(&r.Mobilizer.Match).State) },
		},
		{
			"mobilizer_provided_zip", Code, ifNotGiven, "Five-digit zip, as the mobilizer gives it.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(r.Mobilizer.Profile.Zip) },
		},
		{
			"voterfile_provided_zip", Code, notInFile, "Zip, as the voter file has it.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(confirmedVoter(&r.Mobilizer.Match).Zip) },
		},
		{
			"mobilizer_email", Text, "Without this membership's consent to share it.", "E-mail address of the mobilizer's login.",
			func(w *csv.Row, r *MobilizerRow) { w.Text(ifConsented(r, r.Mobilizer.Email)) },
		},
		{
			"mobilizer_phone", Code, "Without this membership's consent to share it, or when it was not given.", "Phone in E.164, such as +12155550123.",
			func(w *csv.Row, r *MobilizerRow) { w.Code(ifConsented(r, r.Mobilizer.Profile.Phone)) },
		},
		{
			"match_status", Enum, NeverEmpty, "Outcome of matching themselves to the voter file: PENDING, CONFIRMED, REG_ELIGIBLE, REG_INELIGIBLE, REG_UNCERTAIN or NO_MATCHES.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.Match.State())) },
		},
		{
			"first_activity_at", Time, "Before the first activity.", "The mobilizer's first activity in the campaign. Joining is none.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Counts.FirstActivityAt) },
		},
		{
			"last_activity_at", Time, "Before the first activity.", "The mobilizer's latest activity in the campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Counts.LastActivityAt) },
		},
		{
			"metric__count_contacts", Count, NeverEmpty, "Contacts of theirs in the campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.Contacts) },
		},
		{
			"metric__count_matched_contacts", Count, NeverEmpty, "Of these, matched to a voter (CONFIRMED).",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.MatchedContacts) },
		},
		{
			"metric__count_contacts_with_relational_touchpoints", Count, NeverEmpty, "Of these, with at least one relational touchpoint.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsWithTouchpoints) },
		},
		{
			"metric__count_relational_touchpoints", Count, NeverEmpty, "Relational touchpoints on all of them: notes, Key Question answers, action item responses other than tasks not completed.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.Touchpoints) },
		},
		{
			"metric__count_contacts_with_key_question_responses", Count, NeverEmpty, "Of their contacts, with a current Key Question response.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsAnswered) },
		},
		{
			"metric__count_contacts_without_key_question_response", Count, NeverEmpty, "Of their contacts, without one.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsUnanswered()) },
		},
		{
			"metric__count_contacts_with_action_item_responses", Count, NeverEmpty, "Of their contacts, with a current response to at least one action item.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ContactsWithResponses) },
		},
		{
			"metric__count_action_item_responses", Count, NeverEmpty, "Current action item responses of all of them, tasks marked not completed included.",
			func(w *csv.Row, r *MobilizerRow) { w.Count(r.Counts.ActionResponses) },
		},
	}, scopeColumns(func(r *MobilizerRow) *Scope { return r.Scope }), []Column[MobilizerRow]{
		{
			"rally__user_id", ID, NeverEmpty, "The account that signs in.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.User)) },
		},
		{
			"rally__user_campaign_membership_id", ID, NeverEmpty, "The membership: this account's part in this campaign.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.ID)) },
		},
		{
			"rally__person_id", ID, NeverEmpty, "The human behind the account in this organization. Given once, it never changes.",
			func(w *csv.Row, r *MobilizerRow) { w.Plain(string(r.Mobilizer.Person)) },
		},
	}),
	Extended: []Column[MobilizerRow]{
		{
			"left_at", Time, "Unless the mobilizer left and has not come back.", "When the mobilizer left the campaign, leaving the contacts.",
			func(w *csv.Row, r *MobilizerRow) { w.Time(r.Mobilizer.LeftAt) },
		},
	},
	ExpectedRows: func(s *Scope) int { return s.Mobilizers },
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*MobilizerRow, string) error) error {
		row := &MobilizerRow{Scope: scope}
		return src.EachMobilizer(ctx, scope.Campaign.ID, mobilizer.ID(after), func(m *mobilizer.Mobilizer, n metrics.MobilizerCounts) error {
			row.Mobilizer, row.Counts = m, n
			return yield(row, string(m.ID))
		})
	},
}

func ifConsented(r *MobilizerRow, private string) string {
	if !r.Mobilizer.Consent {
		return ""
	}
	return private
}
