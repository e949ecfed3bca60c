package contact

import (
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

// IDs are those that somebody new is given, all made from one instant.
type IDs struct {
	Contact ID
	Entry   EntryID
	Person  user.PersonID
}

// NewIDs makes ids from the instant.
func NewIDs(at time.Time) IDs {
	return IDs{Contact: ID(id.At(at)), Entry: EntryID(id.At(at)), Person: user.PersonID(id.At(at))}
}

// NewEntry is an address-book entry for somebody the mobilizer has not written down before. It is in no campaign yet.
// The details must be clean.
func NewEntry(m *mobilizer.Mobilizer, d Details, p PrivateDetails, ids IDs, at time.Time) *Entry {
	return &Entry{
		ID: ids.Entry, User: m.User, Organization: m.Organization, Person: ids.Person, Details: d, Private: p,
		Targets: map[campaign.ID]ID{}, CreatedAt: at,
	}
}

// AddToCampaign brings the entry into the mobilizer's campaign: the new contact has a copy of its names and place. Adding is the
// contact's first activity.
//
// Conflict: the entry is in the campaign already.
func (e *Entry) AddToCampaign(m *mobilizer.Mobilizer, as ID, at campaign.Moment) (*Contact, error) {
	if _, there := e.Targets[m.Campaign]; there {
		return nil, fault.Conflict("contact_in_campaign", "This person is already one of your contacts in this campaign.")
	}
	e.Targets[m.Campaign] = as
	return &Contact{
		ID: as, Entry: e.ID, Person: e.Person, User: m.User, Mobilizer: m.ID, Campaign: m.Campaign,
		Organization: m.Organization, Details: e.Details, ActionResponses: map[action.Code]ActionResponseSummary{},
		AddedAt: at.At, AddedDay: at.Day, LastActivityAt: at.At,
	}, nil
}

// soon is how long after the first try a repeated request may come and still count as that one: with the time that a
// request takes it stays under the minute that a bundle of exports allows for storing.
const soon = 20 * time.Second

// SetStoredAt notes that the contact is stored by a try at an instant, when that is long after the first one, from which it
// has its id and its times.
func (c *Contact) SetStoredAt(at time.Time) {
	if at.Sub(c.AddedAt) > soon {
		c.StoredLateAt = at
	}
}

// RemoveFromCampaign takes the entry out of the campaign and reports whether it goes with its last contact.
func (e *Entry) RemoveFromCampaign(from campaign.ID) bool {
	delete(e.Targets, from)
	return len(e.Targets) == 0
}

// Ref returns the place of what hangs on the contact.
func (c *Contact) Ref() Ref {
	return Ref{Contact: c.ID, Mobilizer: c.Mobilizer, Campaign: c.Campaign}
}
