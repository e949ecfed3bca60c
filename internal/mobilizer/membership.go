package mobilizer

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// NameLimit is the most characters of each name and of the city.
const NameLimit = 100

// Clean returns the profile as it is kept: names and places trimmed, blanks unset, the state in capitals, the phone in
// E.164. Invalid: a field breaks its form or limit, or the first or the last name is missing.
func (p Profile) Clean() (Profile, error) {
	var check fault.Checker
	clean := Profile{
		FirstName:     text.RequiredLine(&check, "first_name", p.FirstName, NameLimit, "Give your first name."),
		LastName:      text.RequiredLine(&check, "last_name", p.LastName, NameLimit, "Give your last name."),
		PreferredName: text.Line(&check, "preferred_name", p.PreferredName, NameLimit),
		City:          text.Line(&check, "city", p.City, NameLimit),
		State:         text.State(&check, "state", p.State),
		Zip:           text.Zip(&check, "zip", p.Zip),
		Phone:         text.Phone(&check, "phone", p.Phone),
	}
	return clean, check.Err()
}

// ProfilePatch says which parts of a profile to change. A nil field stays as it is; a blank one becomes unset.
type ProfilePatch struct {
	FirstName     *string
	LastName      *string
	PreferredName *string
	City          *string
	State         *string
	Zip           *string
	Phone         *string
}

// UpdateProfile changes the profile. Invalid: as for Clean; then nothing changes.
func (m *Mobilizer) UpdateProfile(p ProfilePatch) error {
	wanted := m.Profile
	for _, f := range []struct{ field, to *string }{
		{&wanted.FirstName, p.FirstName},
		{&wanted.LastName, p.LastName},
		{&wanted.PreferredName, p.PreferredName},
		{&wanted.City, p.City},
		{&wanted.State, p.State},
		{&wanted.Zip, p.Zip},
		{&wanted.Phone, p.Phone},
	} {
		if f.to != nil {
			*f.field = *f.to
		}
	}
	clean, err := wanted.Clean()
	if err != nil {
		return err
	}
	m.Profile = clean
	return nil
}

// CanJoin says whether the campaign takes mobilizers now. Conflict: it is a draft, or closed.
func CanJoin(c *campaign.Campaign) error {
	switch c.Status {
	case campaign.Active:
		return nil
	case campaign.Closed:
		return fault.Conflict("campaign_closed", "This campaign is over, so nobody can join it any more.")
	case campaign.Draft:
	}
	return fault.Conflict("campaign_draft", "This campaign has not started yet. Please come back later.")
}

// JoinInput is what somebody says who joins.
type JoinInput struct {
	Profile Profile // clean
	Consent bool
}

// Join makes the user a mobilizer of the campaign.
func Join(c *campaign.Campaign, u *user.User, person user.PersonID, j JoinInput, at time.Time) *Mobilizer {
	return &Mobilizer{
		ID: ID(id.At(at)), Campaign: c.ID, Organization: c.Organization, User: u.ID, Person: person, Profile: j.Profile,
		Email: u.Email, Consent: j.Consent, Match: voter.Match{Status: voter.Pending}, JoinedAt: at,
	}
}

// Rejoin makes a leaver a mobilizer again, with the contacts that stayed. When they joined first is kept.
func (m *Mobilizer) Rejoin(u *user.User, j JoinInput) {
	m.Profile, m.Consent, m.Email = j.Profile, j.Consent, u.Email
	m.LeftAt = time.Time{}
}

// CanAct says whether the mobilizer may change anything in the campaign now.
//
// Forbidden: they have left. Conflict: the campaign is not active.
func (m *Mobilizer) CanAct(c *campaign.Campaign) error {
	if m.HasLeft() {
		return left()
	}
	switch c.Status {
	case campaign.Active:
		return nil
	case campaign.Closed:
		return fault.Conflict("campaign_closed", "This campaign is over. You can still look at everything, but no longer change it.")
	case campaign.Draft:
	}
	return fault.Conflict("campaign_draft", "This campaign has not started yet.")
}

// Leave ends the mobilizer's part while the contacts stay. It is possible in a closed campaign too.
//
// Forbidden: they have left already.
func (m *Mobilizer) Leave(at time.Time) error {
	if m.HasLeft() {
		return left()
	}
	m.LeftAt = at
	return nil
}

// SetConsent gives or withdraws consent to share e-mail and phone with the campaign's administrators. Withdrawing is
// always possible, also after leaving and in a closed campaign.
//
// Forbidden, conflict: as for CanAct, when consent is given.
func (m *Mobilizer) SetConsent(consent bool, c *campaign.Campaign) error {
	if consent {
		if err := m.CanAct(c); err != nil {
			return err
		}
	}
	m.Consent = consent
	return nil
}

func left() error {
	return &fault.Error{
		Kind: fault.KindForbidden, Code: "left",
		Message: "You have left this campaign. Join it again from its landing page to go on.",
	}
}

// ConfirmMatch matches the mobilizer to a voter, whose values are copied.
func (m *Mobilizer) ConfirmMatch(v voter.Voter, at time.Time) {
	m.touch(at)
	m.Match = m.Match.Confirm(v, at)
}

// SetMatchStatus records that no voter was chosen, and why. Invalid: it is not one of the states that say so.
func (m *Mobilizer) SetMatchStatus(status voter.Status, at time.Time) error {
	match, err := voter.Unmatched(status)
	if err != nil {
		return err
	}
	m.touch(at)
	m.Match = match
	return nil
}

// ResetMatch makes the mobilizer's match pending again.
func (m *Mobilizer) ResetMatch(at time.Time) {
	m.touch(at)
	m.Match = voter.Match{Status: voter.Pending}
}

// touch moves the mobilizer's own activity, never back.
func (m *Mobilizer) touch(at time.Time) {
	if m.FirstSelfMatchAt.IsZero() || at.Before(m.FirstSelfMatchAt) {
		m.FirstSelfMatchAt = at
	}
	if at.After(m.LastSelfMatchAt) {
		m.LastSelfMatchAt = at
	}
}
