package mobilizer

import (
	"cmp"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// NameLimit is the maximum length of each name and of the city, in characters.
const NameLimit = 100

// Clean validates the profile and returns it as it is stored: names and places trimmed, blank fields unset, the state in
// capitals, the phone in E.164.
//
// Invalid: a field breaks its format or limit, or the first or the last name is missing.
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

// ProfilePatch is a partial update of a profile. A nil field keeps its value; a blank one is unset.
type ProfilePatch struct {
	FirstName     *string
	LastName      *string
	PreferredName *string
	City          *string
	State         *string
	Zip           *string
	Phone         *string
	ConfirmPlace  bool // a state that the zip code contradicts
}

// UpdateProfile changes the profile. On failure nothing changes.
//
// Invalid: as for Clean, or state and zip code change to values that contradict each other and are not confirmed.
func (m *Mobilizer) UpdateProfile(p ProfilePatch) error {
	updated := m.Profile
	for _, f := range []struct{ field, to *string }{
		{&updated.FirstName, p.FirstName},
		{&updated.LastName, p.LastName},
		{&updated.PreferredName, p.PreferredName},
		{&updated.City, p.City},
		{&updated.State, p.State},
		{&updated.Zip, p.Zip},
		{&updated.Phone, p.Phone},
	} {
		if f.to != nil {
			*f.field = *f.to
		}
	}
	clean, err := updated.Clean()
	if err != nil {
		return err
	}
	if moved := clean.State != m.Profile.State || clean.Zip != m.Profile.Zip; moved && !p.ConfirmPlace {
		if err := text.CheckPlace(clean.State, clean.Zip); err != nil {
			return err
		}
	}
	m.Profile = clean
	return nil
}

// CanJoin returns nil if people can join the campaign now.
//
// Conflict: the campaign is a draft, or closed.
func CanJoin(c *campaign.Campaign) error {
	switch c.Status {
	case campaign.Active:
		return nil
	case campaign.Closed:
		return fault.Conflict("campaign_closed", "This campaign is over, so nobody can join it any more.")
	case campaign.Draft:
	}
	return fault.Conflict("campaign_draft", "This campaign has not started yet. Try again later.")
}

// JoinInput is the input of a person who joins.
type JoinInput struct {
	Profile Profile // from Clean
	Consent bool
}

// Join returns the user's new membership of the campaign.
func Join(c *campaign.Campaign, u *user.User, person user.PersonID, j JoinInput, at time.Time) *Mobilizer {
	return &Mobilizer{
		ID: ID(id.At(at)), Campaign: c.ID, Organization: c.Organization, User: u.ID, Person: person, Profile: j.Profile,
		Email: u.Email, Consent: j.Consent, Match: voter.Match{Status: voter.Pending}, JoinedAt: at,
	}
}

// Over returns the profile with the fields of base in place of blank ones.
func (p Profile) Over(base Profile) Profile {
	return Profile{
		FirstName: cmp.Or(p.FirstName, base.FirstName), LastName: cmp.Or(p.LastName, base.LastName),
		PreferredName: cmp.Or(p.PreferredName, base.PreferredName), City: cmp.Or(p.City, base.City),
		State: cmp.Or(p.State, base.State), Zip: cmp.Or(p.Zip, base.Zip), Phone: cmp.Or(p.Phone, base.Phone),
	}
}

// Rejoin makes a mobilizer who left a member again, with the remaining contacts. JoinedAt does not change.
func (m *Mobilizer) Rejoin(u *user.User, j JoinInput) {
	m.Profile, m.Consent, m.Email = j.Profile, j.Consent, u.Email
	m.LeftAt = time.Time{}
}

// SharesEmail reports whether administrators may learn that the address belongs to a mobilizer who has not left.
func (m *Mobilizer) SharesEmail() bool { return m.Consent && !m.HasLeft() }

// CanAct returns nil if the mobilizer may change data of the campaign now.
//
// Forbidden: they have left. Conflict: the campaign is not active.
func (m *Mobilizer) CanAct(c *campaign.Campaign) error {
	if m.HasLeft() {
		return errLeft()
	}
	switch c.Status {
	case campaign.Active:
		return nil
	case campaign.Closed:
		return fault.Conflict("campaign_closed", "This campaign is over. You can still see everything, but no longer change it.")
	case campaign.Draft:
	}
	return fault.Conflict("campaign_draft", "This campaign has not started yet. Try again later.")
}

// Leave ends the membership while the contacts remain. It is possible in a closed campaign too.
//
// Forbidden: they have left already.
func (m *Mobilizer) Leave(at time.Time) error {
	if m.HasLeft() {
		return errLeft()
	}
	m.LeftAt = at
	return nil
}

// SetConsent gives or withdraws consent to share email and phone with the campaign's administrators. Consent can always
// be withdrawn, also after leaving and in a closed campaign.
//
// Forbidden, conflict: as for CanAct, if consent is given.
func (m *Mobilizer) SetConsent(consent bool, c *campaign.Campaign) error {
	if consent {
		if err := m.CanAct(c); err != nil {
			return err
		}
	}
	m.Consent = consent
	return nil
}

func errLeft() error {
	return &fault.Error{
		Kind: fault.KindForbidden, Code: "left",
		Message: fault.NewMessage("You have left this campaign. Join it again from its landing page."),
	}
}

// ConfirmMatch matches the mobilizer to a voter, copies the voter's values, and records how the voter was found.
func (m *Mobilizer) ConfirmMatch(v voter.Voter, how voter.Evidence, at time.Time) {
	m.touch(at)
	if !m.Match.Is(&v) {
		m.MatchLog = voter.AppendMatchEvent(m.MatchLog, voter.MatchEvent{At: at, CanonicalID: v.CanonicalID, Evidence: how})
	}
	m.Match = m.Match.Confirm(v, how, at)
}

// SetMatchStatus records why no voter was chosen.
//
// Invalid: the status is CONFIRMED, PENDING or unknown.
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

// touch widens the range from FirstSelfMatchAt to LastSelfMatchAt to include at.
func (m *Mobilizer) touch(at time.Time) {
	if m.FirstSelfMatchAt.IsZero() || at.Before(m.FirstSelfMatchAt) {
		m.FirstSelfMatchAt = at
	}
	if at.After(m.LastSelfMatchAt) {
		m.LastSelfMatchAt = at
	}
}
