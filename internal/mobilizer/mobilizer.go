// Package mobilizer owns memberships: a user's part in one campaign, from joining to leaving.
package mobilizer

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// ID names a membership: rally__user_campaign_membership_id in exports.
type ID string

// Profile is what a mobilizer says about themselves.
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
	Email        string // the login's
	Consent      bool   // to share e-mail and phone with the campaign's admins
	Match        voter.Match
	JoinedAt     time.Time
	LeftAt       time.Time // zero unless the mobilizer left and the contacts stayed
	// ActivityAt is when the mobilizer last matched themselves: the activity of theirs that touches no contact.
	// FirstActivityAt is the first such time. Activity about contacts stands on the contacts.
	FirstSelfMatchAt time.Time
	LastSelfMatchAt  time.Time
	Version          int
}

// HasLeft reports whether the mobilizer has left; their contacts stayed.
func (m *Mobilizer) HasLeft() bool { return !m.LeftAt.IsZero() }

// UserMembership leads from a user to their membership of a campaign. A user has at most one in a campaign.
type UserMembership struct {
	User      user.ID
	Campaign  campaign.ID
	Mobilizer ID
}

// NoteID names a management note.
type NoteID string

// ManagementNote is an admin's note about a mobilizer, never shown to the mobilizer.
type ManagementNote struct {
	ID          NoteID
	Campaign    campaign.ID
	Mobilizer   ID
	Content     string
	Author      user.ID
	AuthorName  string
	AuthorEmail string
	CreatedAt   time.Time
	UpdatedAt   time.Time // zero if never edited
	Version     int
}
