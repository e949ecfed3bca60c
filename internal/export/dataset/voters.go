package dataset

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// VoterRow is a mobilizer or a contact that is matched to a voter.
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

// Voters has one row for each mobilizer and each contact that is matched to a voter: mobilizers in the order of joining, then
// contacts in the order of adding. A voter who is a contact of three mobilizers has three rows.
var Voters = Definition[VoterRow]{
	Name:  "voters",
	Title: "Voters Export",
	Rows:  "One row for each mobilizer and each contact matched to a voter (CONFIRMED), not for each voter: a voter who is a contact of three mobilizers has three rows. Mobilizers come first.",
	Key:   []string{},
	Order: "person_type (mobilizer first), added_to_campaign_at, then id",
	Columns: slices.Concat([]Column[VoterRow]{
		{
			"person_type", Enum, NeverEmpty, "Type of the matched person: mobilizer or contact.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.PersonType) },
		},
		{
			"state_file_id", Code, NeverEmpty, "The state's id of the voter, as in the voter file. Unique within the state only.",
			func(w *csv.Row, r *VoterRow) { w.Code(r.Match.Voter.StateFileID) },
		},
		{
			"canonical_voter_id", Code, NeverEmpty, "Id of the voter, unique across states, as in the voter file. Usually the state code followed by state_file_id.",
			func(w *csv.Row, r *VoterRow) { w.Code(r.Match.Voter.CanonicalID) },
		},
		{
			"added_to_campaign_at", Time, NeverEmpty, "Contact: when it was added to this campaign. Mobilizer: when they joined it.",
			func(w *csv.Row, r *VoterRow) { w.Time(r.AddedAt) },
		},
		{
			"mobilizer_provided_first_name", Text, ifNotGiven, "First name, as entered by the mobilizer.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.FirstName) },
		},
		{
			"voterfile_provided_first_name", Text, ifNotInFile, "First name in the voter file.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.Match.Voter.FirstName) },
		},
		{
			"mobilizer_provided_last_name", Text, ifNotGiven, "Last name, as entered by the mobilizer.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.LastName) },
		},
		{
			"voterfile_provided_last_name", Text, ifNotInFile, "Last name in the voter file.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.Match.Voter.LastName) },
		},
		{
			"mobilizer_provided_city", Text, ifNotGiven, "City, as entered by the mobilizer.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.City) },
		},
		{
			"voterfile_provided_city", Text, ifNotInFile, "City in the voter file.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.Match.Voter.City) },
		},
		{
			"mobilizer_provided_state", Text, ifNotGiven, "Two-letter state code, as entered by the mobilizer.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.State) },
		},
		{
			"voterfile_provided_state", Text, NeverEmpty, "Two-letter state code in the voter file.",
			func(w *csv.Row, r *VoterRow) { w.Text(r.Match.Voter.State) },
		},
		{
			"first_activity_at", Time, NeverEmpty, "Contact: when it was added. Mobilizer: first activity in the campaign.",
			func(w *csv.Row, r *VoterRow) { w.Time(r.FirstActivityAt) },
		},
		{
			"last_activity_at", Time, NeverEmpty, "Contact: latest activity about it. Mobilizer: latest activity in the campaign.",
			func(w *csv.Row, r *VoterRow) { w.Time(r.LastActivityAt) },
		},
	}, scopeColumns((*VoterRow).scope)),
	Extended: []Column[VoterRow]{
		{
			"matched_at", Time, NeverEmpty, "When this voter was confirmed. Confirming another voter changes it.",
			func(w *csv.Row, r *VoterRow) { w.Time(r.Match.At) },
		},
		{
			"rally__user_id", ID, NeverEmpty, "User id of the mobilizer, or of the mobilizer whose contact it is.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.User) },
		},
		{
			"rally__user_campaign_membership_id", ID, NeverEmpty, "Id of that mobilizer's membership in the campaign.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.Membership) },
		},
		{
			"rally__contact_id", ID, "For mobilizers.", "Id of the contact's entry in the mobilizer's address book. The same in every campaign of the organization.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.Entry) },
		},
		{
			"rally__campaign_target_id", ID, "For mobilizers.", "Id of the contact in this campaign.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.Target) },
		},
		{
			"rally__person_id", ID, NeverEmpty, "Id of the person behind the mobilizer or the contact. It never changes.",
			func(w *csv.Row, r *VoterRow) { w.Plain(r.Person) },
		},
	},
	ExpectedRows: func(s *Scope) int { return s.counts().MatchedContacts },
	Each: func(ctx context.Context, src Source, scope *Scope, after string, yield func(*VoterRow, string) error) error {
		contactID, isContact := strings.CutPrefix(after, contactPrefix)
		if !isContact {
			err := src.EachMobilizer(ctx, scope.Campaign.ID, mobilizer.ID(after), func(m *mobilizer.Mobilizer, n metrics.MobilizerCounts) error {
				return yield(matchedMobilizer(scope, m, n), string(m.ID))
			})
			if err != nil {
				return err
			}
		}
		return src.EachContact(ctx, scope.Campaign.ID, contact.ID(contactID), func(c *contact.Contact) error {
			return yield(matchedContact(scope, c), contactPrefix+string(c.ID))
		})
	},
}

// contactPrefix begins the positions of contacts, which follow the mobilizers.
const contactPrefix = "contact:"

const ifNotInFile = "If the voter file has none."

// matchedMobilizer returns the row of a mobilizer, nil if they are not matched to a voter. The match itself is an activity, so
// the row has activity times even before the counters have them.
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

// matchedContact returns the row of a contact, nil if it is not matched to a voter.
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
