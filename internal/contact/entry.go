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

// IDs are the ids of a new contact, its address-book entry and its person.
type IDs struct {
	Contact ID
	Entry   EntryID
	Person  user.PersonID
}

// NewIDs returns new ids, all made from the instant.
func NewIDs(at time.Time) IDs {
	return IDs{Contact: ID(id.At(at)), Entry: EntryID(id.At(at)), Person: user.PersonID(id.At(at))}
}

// NewEntry returns a new address-book entry of the mobilizer's user. It is in no campaign yet. The details must come
// from Clean.
func NewEntry(m *mobilizer.Mobilizer, d Details, p PrivateDetails, ids IDs, at time.Time) *Entry {
	return &Entry{
		ID: ids.Entry, User: m.User, Organization: m.Organization, Person: ids.Person, Details: d, Private: p,
		Targets: map[campaign.ID]ID{}, CreatedAt: at,
	}
}

// AddToCampaign adds the entry to the mobilizer's campaign and returns the new contact, which copies the entry's names
// and place. Adding is the contact's first activity.
//
// Conflict: the entry is in the campaign already.
func (e *Entry) AddToCampaign(m *mobilizer.Mobilizer, as ID, at campaign.Moment) (*Contact, error) {
	if _, exists := e.Targets[m.Campaign]; exists {
		return nil, fault.Conflict("contact_in_campaign", "This person is already one of your contacts in this campaign.")
	}
	e.Targets[m.Campaign] = as
	return &Contact{
		ID: as, Entry: e.ID, Person: e.Person, User: m.User, Mobilizer: m.ID, Campaign: m.Campaign,
		Organization: m.Organization, Details: e.Details, ActionResponses: map[action.Code]ActionResponseSummary{},
		AddedAt: at.At, AddedDay: at.Day, LastActivityAt: at.At,
	}, nil
}

// lateAfter is the longest time between the first request and a repeated one that does not count as late. Together with
// the duration of a request it stays under the minute that a bundle of exports allows for storing.
const lateAfter = 20 * time.Second

// SetStoredAt sets StoredLateAt if at, the time of the request that stores the contact, is long after AddedAt, the time
// of the first request, from which the contact has its id.
func (c *Contact) SetStoredAt(at time.Time) {
	if at.Sub(c.AddedAt) > lateAfter {
		c.StoredLateAt = at
	}
}

// RemoveFromCampaign removes the entry from the campaign and reports whether that was its last one, so that the entry is
// to be deleted too.
func (e *Entry) RemoveFromCampaign(from campaign.ID) bool {
	delete(e.Targets, from)
	return len(e.Targets) == 0
}

// Ref returns the reference that notes, answers and action responses of the contact carry.
func (c *Contact) Ref() Ref {
	return Ref{Contact: c.ID, Mobilizer: c.Mobilizer, Campaign: c.Campaign}
}
