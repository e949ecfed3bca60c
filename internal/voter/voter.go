// Package voter owns voter files, their import, and the match of a mobilizer or a contact to one voter. It does not
// search for voters.
package voter

import (
	"time"

	"github.com/kithhq/kith/internal/user"
)

// Status is the outcome of matching a mobilizer or a contact to the voter file.
type Status string

// The match states. Exports show them under these names.
const (
	Pending       Status = "PENDING"        // not tried, or reset
	Confirmed     Status = "CONFIRMED"      // a voter was chosen
	RegEligible   Status = "REG_ELIGIBLE"   // not registered; says that they may register
	RegIneligible Status = "REG_INELIGIBLE" // not registered; says that they may not register
	RegUncertain  Status = "REG_UNCERTAIN"  // not registered; does not know whether they may register
	NoMatches     Status = "NO_MATCHES"     // searched for, not found
)

// Statuses lists all match states in the order in which pages show them.
var Statuses = []Status{Pending, Confirmed, RegEligible, RegIneligible, RegUncertain, NoMatches}

// Voter is one registered voter, with the values of the voter file. Confirming a match copies them to the record.
type Voter struct {
	CanonicalID string // unique across states
	StateFileID string // unique within its state
	FirstName   string
	LastName    string
	City        string
	State       string // two-letter USPS code
	Zip         string // as given in the file

	// Kept to find and to tell apart voters. A match does not copy them.
	MiddleName string
	Suffix     string
	Street     string               // house number and street
	BirthYear  int                  // 0 if unknown
	Inactive   bool                 // the state lists the voter as inactive
	Districts  [MaxDistricts]string // of the district columns that the file's layout or mapping names
}

// MaxDistricts is the maximum number of district columns kept.
const MaxDistricts = 4

// Match is the outcome of matching one record. The zero Match is pending.
type Match struct {
	Status Status
	Voter  Voter     // set if and only if Status is Confirmed
	At     time.Time // when the current voter was confirmed; zero unless Status is Confirmed

	Method     Method  // how the current voter was found; empty unless Status is Confirmed
	Confidence float64 // probability that the search gave the voter; 0 if no search found it
	Household  uint32  // key of the voter's household, by match.Household; 0 if unknown
}

// Method says how a voter was found.
type Method string

// The methods.
const (
	BySearch     Method = "search"     // a mobilizer chose a candidate of a search
	BySuggestion Method = "suggestion" // an administrator accepted a suggestion
	ByID         Method = "id"         // the voter's id was given
)

// Evidence is what is known of how a voter was found.
type Evidence struct {
	By      user.ID
	Method  Method
	File    FileID
	Weights string  // version of the search's weights
	P       float64 // probability that the search gave the voter
	Levels  string  // how each field agreed
	Rank    int     // of the voter among the candidates offered, from 1
	Offered int     // number of candidates
}

// MatchEvent is one confirmation of a voter. It is kept when the match is reset or changed.
type MatchEvent struct {
	At          time.Time
	CanonicalID string
	Evidence
}

// maxMatchEvents is how many confirmations are kept for one record.
const maxMatchEvents = 10

// AppendMatchEvent returns the log with one more event. Of more than maxMatchEvents, the first and the latest are kept.
func AppendMatchEvent(log []MatchEvent, e MatchEvent) []MatchEvent {
	if len(log) >= maxMatchEvents {
		log = append(log[:1:1], log[len(log)-maxMatchEvents+2:]...)
	}
	return append(log, e)
}

// State returns the status, Pending for the zero Match.
func (m Match) State() Status {
	if m.Status == "" {
		return Pending
	}
	return m.Status
}

// FileID identifies a voter file.
type FileID string
