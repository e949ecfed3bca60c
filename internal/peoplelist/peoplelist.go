// Package peoplelist owns the rows of the lists of contacts and mobilizers, a materialized view of the Records table: their
// encoding, filters, search, sort orders and pages, and their upkeep from the stream. It does not store the rows (package
// dynamo) or count (package metrics).
//
// A row is a function of the current state of its source item, whose version it carries: of several writes of a row the
// latest version wins, in any order and with any repetition.
package peoplelist

import (
	"hash/fnv"
	"maps"
	"slices"
	"time"

	"github.com/google/uuid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// Contact is the row of a contact.
type Contact struct {
	ID           uuid.UUID // contains the time of adding
	Mobilizer    uuid.UUID
	Status       voter.Status
	Response     campaign.Code // current Key Question response, "" for none
	Touchpoints  int
	LastActivity int64  // ms
	Actions      string // action responses, see appendAction
	Name         string // folded: last, first
	Preferred    string // folded
	City         string // folded
	Zip          string
	Voter        uint64 // hash of the confirmed voter's canonical id, 0 for none
	VotePlan     bool
	Notes        bool
}

// Mobilizer is the row of a mobilizer: of the membership, and of its counters.
type Mobilizer struct {
	ID        uuid.UUID
	Name      string // folded: last, first
	Preferred string // folded
	City      string // folded
	State     string
	Status    voter.Status
	Joined    int64 // ms
	Left      int64 // ms, 0 while a member
	Consent   bool
	Email     string // folded; only with consent
	Phone     string // only with consent
	Counts
}

// Counts are the counters of a mobilizer's row.
type Counts struct {
	Contacts, Matched, WithTouchpoints, Answered int
	LastActivity                                 int64 // ms, 0 for none
}

// NewContact returns the row of a contact.
func NewContact(c *contact.Contact) Contact {
	row := Contact{
		ID: parseID(string(c.ID)), Mobilizer: parseID(string(c.Mobilizer)), Status: c.Match.State(), Response: c.KeyQuestionCode,
		Touchpoints: c.Touchpoints, LastActivity: millis(c.LastActivityAt), Name: foldedName(c.Details.LastName, c.Details.FirstName), Preferred: Fold(c.Details.PreferredName),
		City: Fold(c.Details.City), Zip: c.Details.Zip, VotePlan: c.VotePlan != "", Notes: c.NoteCount > 0,
	}
	if row.Status == voter.Confirmed {
		row.Voter = hashVoter(c.Match.Voter.CanonicalID)
	}
	var actions []byte
	for _, item := range slices.Sorted(maps.Keys(c.ActionResponses)) {
		actions = appendAction(actions, item, c.ActionResponses[item].Choice)
	}
	row.Actions = string(actions)
	return row
}

// NewMobilizer returns the row of a membership with its counters.
func NewMobilizer(m *mobilizer.Mobilizer, counts Counts) Mobilizer {
	row := Mobilizer{
		ID: parseID(string(m.ID)), Name: foldedName(m.Profile.LastName, m.Profile.FirstName), Preferred: Fold(m.Profile.PreferredName),
		City: Fold(m.Profile.City), State: m.Profile.State, Status: m.Match.State(), Joined: millis(m.JoinedAt), Left: millis(m.LeftAt),
		Consent: m.Consent, Counts: counts,
	}
	if m.Consent {
		row.Email, row.Phone = Fold(m.Email), m.Profile.Phone
	}
	return row
}

// NewCounts returns the counters of a mobilizer's row.
func NewCounts(n metrics.MobilizerCounts) Counts {
	return Counts{n.Contacts, n.MatchedContacts, n.ContactsWithTouchpoints, n.ContactsAnswered, millis(n.LastActivityAt)}
}

// Added returns when the contact was added, in ms.
func (c *Contact) Added() int64 { return idMillis(c.ID) }

// parseID returns an id as bytes, the zero id if it is none. Every id of a row that a route creates is a UUID.
func parseID(id string) uuid.UUID {
	parsed, err := uuid.Parse(id)
	if err != nil {
		return uuid.UUID{}
	}
	return parsed
}

// idMillis returns the time of a UUIDv7 in ms.
func idMillis(id uuid.UUID) int64 {
	var ms int64
	for _, b := range id[:6] {
		ms = ms<<8 | int64(b)
	}
	return ms
}

// millis returns an instant in ms since 1970, 0 for the zero time.
func millis(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.UnixMilli()
}

// hashVoter returns a hash of a canonical voter id that is not 0.
func hashVoter(id string) uint64 {
	h := fnv.New64a()
	h.Write([]byte(id))
	return max(1, h.Sum64())
}
