package dataset

import (
	"context"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// VoterRow is a mobilizer or a contact who is matched to a voter.
type VoterRow struct {
	Scope           *Scope
	PersonType      string
	Match           *voter.Match
	AddedAt         time.Time
	FirstActivityAt time.Time
	LastActivityAt  time.Time
	FirstName       string
	LastName        string
	City            string
	State           string
	User            string
	Membership      string
	Entry           string // contacts only
	Target          string // contacts only
	Person          string
}

func (r *VoterRow) scope() *Scope { return r.Scope }

// Voters has one row per record that is matched to a voter: mobilizers in order of joining, then contacts in order of
// adding. A voter whom three mobilizers know has three rows.
var Voters = Definition[VoterRow]{
	Name:  "voters",
	Title: "Voters Export",
	Rows:  "One per mobilizer and one per contact matched to a voter (CONFIRMED), not one per voter: whom three mobilizers know has three rows. Mobilizers first.",
	Key:   []string{},
	Order: "person_type (mobilizer first), added_to_campaign_at, then id",
	Columns: concat([]Column[VoterRow]{
		{
			"person_type", Enum, NeverEmpty, "Whose match it is: mobilizer or contact.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.PersonType) },
		},
		{
			"state_file_id", Code, NeverEmpty, "The state's own id of the voter, as the voter file has it. Unique within its state only.",
			func(w *csv.Row, r *VoterRow) { w.Code(r.Match.Voter.StateFileID) },
		},
		{
			"canonical_voter_id", Code, NeverEmpty, "The voter's id, unique across states, as the voter file has it; usually state code and state_file_id.",
			func(w *csv.Row, r *VoterRow) { w.Code(r.Match.Voter.CanonicalID) },
		},
		{
			"added_to_campaign_at", Time, NeverEmpty, "When the contact was added to this campaign, or the mobilizer joined it.",
			func(w *csv.Row, r *VoterRow) { w.Time(r.AddedAt) },
		},
		{
			"mobilizer_provided_first_name", Text, ifNotGiven, "First name, as the mobilizer gives it.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.FirstName) },
		},
		{
			"voterfile_provided_first_name", Text, ifNotInFile, "First name in the voter file.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.Match.Voter.FirstName) },
		},
		{
			"mobilizer_provided_last_name", Text, ifNotGiven, "Last name, as the mobilizer gives it.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.LastName) },
		},
		{
			"voterfile_provided_last_name", Text, ifNotInFile, "Last name in the voter file.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.Match.Voter.LastName) },
		},
		{
			"mobilizer_provided_city", Text, ifNotGiven, "City, as the mobilizer gives it.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.City) },
		},
		{
			"voterfile_provided_city", Text, ifNotInFile, "City in the voter file.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.Match.Voter.City) },
		},
		{
			"mobilizer_provided_state", Text, ifNotGiven, "Two-letter code of the state, as the mobilizer gives it.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.State) },
		},
		{
			"voterfile_provided_state", Text, NeverEmpty, "Two-letter code of the state in the voter file.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.Match.Voter.State) },
		},
		{
			"first_activity_at", Time, NeverEmpty, "Contact: the first activity about them, their adding. Mobilizer: their first activity in the campaign.",
			func(w *csv.Row, r *VoterRow) { w.Time(r.FirstActivityAt) },
		},
		{
			"last_activity_at", Time, NeverEmpty, "Contact: the latest activity about them. Mobilizer: their latest activity in the campaign.",
			func(w *csv.Row, r *VoterRow) { w.Time(r.LastActivityAt) },
		},
	}, scopeColumns((*VoterRow).scope)),
	Extended: []Column[VoterRow]{
		{
			"matched_at", Time, NeverEmpty, "When this voter was chosen. Choosing another one moves it.",
			func(w *csv.Row, r *VoterRow) { w.Time(r.Match.At) },
		},
		{
			"rally__user_id", ID, NeverEmpty, "The account of the mobilizer, or of the one whose contact it is.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.User) },
		},
		{
			"rally__user_campaign_membership_id", ID, NeverEmpty, "That mobilizer's membership of the campaign.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.Membership) },
		},
		{
			"rally__contact_id", ID, "For mobilizers.", "The contact's entry in the mobilizer's address book; the same in every campaign of the organization.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.Entry) },
		},
		{
			"rally__campaign_target_id", ID, "For mobilizers.", "The contact in this campaign.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.Target) },
		},
		{
			"rally__person_id", ID, NeverEmpty, "The human behind the mobilizer or the contact. Given once, it never changes.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.Person) },
		},
	},
	ExpectedRows: func(s *Scope) int { return s.counts().MatchedContacts },
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*VoterRow, string) error) error {
		fromContact, amongContacts := strings.CutPrefix(after, contactsFrom)
		if !amongContacts {
			err := src.EachMobilizer(ctx, scope.Campaign.ID, mobilizer.ID(after), func(m *mobilizer.Mobilizer, n metrics.MobilizerCounts) error {
				return yield(matchedMobilizer(scope, m, n), string(m.ID))
			})
			if err != nil {
				return err
			}
		}
		return src.EachContact(ctx, scope.Campaign.ID, contact.ID(fromContact), func(c *contact.Contact) error {
			return yield(matchedContact(scope, c), contactsFrom+string(c.ID))
		})
	},
}

// contactsFrom begins the positions behind the mobilizers.
const contactsFrom = "contact:"

const ifNotInFile = "When the voter file has none."

// matchedMobilizer returns the row of a mobilizer, nil when they are not matched to a voter. Matching oneself is an
// activity, which shows even before it is counted.
func matchedMobilizer(scope *Scope, m *mobilizer.Mobilizer, n metrics.MobilizerCounts) *VoterRow {
	if m.Match.Status != voter.Confirmed {
		return nil
	}
	row := &VoterRow{
		Scope: scope, PersonType: "mobilizer", Match: &m.Match, AddedAt: m.JoinedAt,
		FirstActivityAt: n.FirstActivityAt, LastActivityAt: n.LastActivityAt,
		FirstName: m.Profile.FirstName, LastName: m.Profile.LastName, City: m.Profile.City, State: m.Profile.State,
		User: string(m.User), Membership: string(m.ID), Person: string(m.Person),
	}
	if row.FirstActivityAt.IsZero() {
		row.FirstActivityAt, row.LastActivityAt = m.FirstSelfMatchAt, m.LastSelfMatchAt
	}
	return row
}

// matchedContact returns the row of a contact, nil when it is not matched to a voter.
func matchedContact(scope *Scope, c *contact.Contact) *VoterRow {
	if c.Match.Status != voter.Confirmed {
		return nil
	}
	return &VoterRow{
		Scope: scope, PersonType: "contact", Match: &c.Match, AddedAt: c.AddedAt, FirstActivityAt: c.AddedAt,
		LastActivityAt: c.LastActivityAt, FirstName: c.Details.FirstName, LastName: c.Details.LastName,
		City: c.Details.City, State: c.Details.State, User: string(c.User), Membership: string(c.Mobilizer),
		Entry: string(c.Entry), Target: string(c.ID), Person: string(c.Person),
	}
}
