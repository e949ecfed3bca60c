// Package voter owns what is known of registered voters: imported voter files, and the match of a mobilizer or a
// contact to one voter. It does not search.
package voter

import "time"

// Status is the outcome of matching a mobilizer or a contact to the voter file.
type Status string

// The match states of the source's exports.
const (
	Pending       Status = "PENDING"        // not tried, or reset
	Confirmed     Status = "CONFIRMED"      // a voter was chosen
	RegEligible   Status = "REG_ELIGIBLE"   // not registered, says they may register
	RegIneligible Status = "REG_INELIGIBLE" // says they may not register
	RegUncertain  Status = "REG_UNCERTAIN"  // does not know whether they may register
	NoMatches     Status = "NO_MATCHES"     // tried, not found
)

// Statuses are all states, in the order in which pages list them.
var Statuses = []Status{Pending, Confirmed, RegEligible, RegIneligible, RegUncertain, NoMatches}

// Voter is one registered voter as the voter file has it. Its values are copied to the records it is confirmed for.
type Voter struct {
	CanonicalID string // unique across states
	StateFileID string // unique within its state
	FirstName   string
	LastName    string
	City        string
	State       string // two-letter USPS code
	Zip         string // as in the file
}

// Match is the outcome of matching one record. The zero Match is pending.
type Match struct {
	Status Status
	Voter  Voter     // filled exactly while Status is Confirmed
	At     time.Time // when the present voter was confirmed; zero unless Confirmed
}

// State returns the status, Pending for the zero Match.
func (m Match) State() Status {
	if m.Status == "" {
		return Pending
	}
	return m.Status
}

// FileID names an imported voter file.
type FileID string
