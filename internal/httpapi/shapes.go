package httpapi

import (
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// PersonDetails holds the names and the place of a person.
type PersonDetails struct {
	FirstName     string `json:"first_name,omitempty"`
	LastName      string `json:"last_name,omitempty"`
	PreferredName string `json:"preferred_name,omitempty"`
	City          string `json:"city,omitempty"`
	State         string `json:"state,omitempty" doc:"Two-letter USPS code." example:"MA"`
	Zip           string `json:"zip,omitempty" doc:"Five digits." example:"02139"`
}

// NewPersonDetails returns a contact's details as JSON.
func NewPersonDetails(d contact.Details) PersonDetails { return PersonDetails(d) }

// MatchedVoter holds the voter's fields that were copied from the voter file when the match was confirmed.
type MatchedVoter struct {
	CanonicalVoterID string `json:"canonical_voter_id"`
	StateFileID      string `json:"state_file_id,omitempty"`
	FirstName        string `json:"first_name,omitempty"`
	LastName         string `json:"last_name,omitempty"`
	City             string `json:"city,omitempty"`
	State            string `json:"state,omitempty"`
	Zip              string `json:"zip,omitempty"`
	MatchedAt        string `json:"matched_at" format:"date-time"`
}

// NewMatchedVoter returns the voter of a confirmed match; nil for any other.
func NewMatchedVoter(m voter.Match) *MatchedVoter {
	if m.State() != voter.Confirmed {
		return nil
	}
	v := m.Voter
	return &MatchedVoter{
		CanonicalVoterID: v.CanonicalID, StateFileID: v.StateFileID, FirstName: v.FirstName, LastName: v.LastName,
		City: v.City, State: v.State, Zip: v.Zip, MatchedAt: Timestamp(m.At),
	}
}

// Membership is a mobilizer's membership of a campaign, as the mobilizer sees it.
type Membership struct {
	ID         string `json:"id"`
	CampaignID string `json:"campaign_id"`
	PersonDetails
	Email       string        `json:"email"`
	Phone       string        `json:"phone,omitempty" doc:"E.164 format."`
	Consent     bool          `json:"consent" doc:"Whether the campaign's administrators may see email and phone."`
	MatchStatus string        `json:"match_status" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES"`
	Voter       *MatchedVoter `json:"voter,omitempty"`
	JoinedAt    string        `json:"joined_at" format:"date-time"`
	LeftAt      string        `json:"left_at,omitempty" format:"date-time"`
}

// NewMembership returns a membership as JSON.
func NewMembership(m *mobilizer.Mobilizer) Membership {
	p := m.Profile
	return Membership{
		ID: string(m.ID), CampaignID: string(m.Campaign),
		PersonDetails: PersonDetails{
			FirstName: p.FirstName, LastName: p.LastName, PreferredName: p.PreferredName,
			City: p.City, State: p.State, Zip: p.Zip,
		},
		Email: m.Email, Phone: p.Phone, Consent: m.Consent, MatchStatus: string(m.Match.State()), Voter: NewMatchedVoter(m.Match),
		JoinedAt: Timestamp(m.JoinedAt), LeftAt: Timestamp(m.LeftAt),
	}
}
