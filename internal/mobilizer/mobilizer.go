// Package mobilizer owns memberships: a user's participation in one campaign, from joining to leaving, with profile,
// consent, passcode attempts and management notes. It does not own the user (package user) or contacts (package contact).
package mobilizer

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// ID identifies a membership: rally__user_campaign_membership_id in exports.
type ID string

// Profile are a mobilizer's own details, as they enter them.
type Profile struct {
	FirstName     string
	LastName      string
	PreferredName string
	City          string
	State         string // two-letter USPS code
	Zip           string // five digits
	Phone         string // E.164
}

// Mobilizer is a user's membership of one campaign.
type Mobilizer struct {
	ID           ID
	Campaign     campaign.ID
	Organization organization.ID
	User         user.ID
	Person       user.PersonID
	Profile      Profile
	Email        string // of the user
	Consent      bool   // to share email and phone with the campaign's administrators
	Match        voter.Match
	MatchLog     []voter.MatchEvent // confirmations, the latest last; kept after a reset
	JoinedAt     time.Time
	LeftAt       time.Time // zero unless the mobilizer left and the contacts remain
	// When the mobilizer first and last changed their own voter match: their only activity that concerns no contact.
	// The times of other activity are stored on the contacts.
	FirstSelfMatchAt time.Time
	LastSelfMatchAt  time.Time
	Version          int
}

// HasLeft reports whether the mobilizer has left while the contacts remain.
func (m *Mobilizer) HasLeft() bool { return !m.LeftAt.IsZero() }

// Removal records that an administrator removed a user from a campaign: joining again needs an invitation.
type Removal struct {
	User     user.ID
	Campaign campaign.ID
	By       user.ID // the administrator
	At       time.Time
	Version  int
}

// NewRemoval returns the record that by removed the mobilizer.
func (m *Mobilizer) NewRemoval(by user.ID, at time.Time) *Removal {
	return &Removal{User: m.User, Campaign: m.Campaign, By: by, At: at.UTC().Truncate(time.Millisecond)}
}

// Refusal returns why the user cannot join the campaign without an invitation.
func (r *Removal) Refusal() error {
	return &fault.Error{
		Kind: fault.KindForbidden, Code: "removed",
		Message: fault.NewMessage("An administrator removed you from this campaign. To join again, ask them for an invitation."),
	}
}

// UserMembership is the index entry by which a user's membership of a campaign is found. A user has at most one per
// campaign.
type UserMembership struct {
	User      user.ID
	Campaign  campaign.ID
	Mobilizer ID
}

// NoteID identifies a management note.
type NoteID string

// ManagementNote is an administrator's note about a mobilizer. It is never shown to the mobilizer.
type ManagementNote struct {
	ID          NoteID
	Campaign    campaign.ID
	Mobilizer   ID
	Content     string
	Author      user.ID
	AuthorName  string
	AuthorEmail string
	CreatedAt   time.Time
	UpdatedAt   time.Time // zero if never updated
	Version     int
}
