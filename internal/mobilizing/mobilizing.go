// Package mobilizing is what mobilizers do in a campaign: they add, change and delete contacts, search for voters, match
// themselves and their contacts to voters, and record answers, responses, notes and vote plans. Writes are returned for the
// transaction of the caller. The rules are in contact, mobilizer and voter; many contacts at once are in contactimport.
package mobilizing

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// Service reads and changes what belongs to mobilizers.
type Service struct {
	store    *dynamo.Store
	searcher *voter.Searcher
}

// NewService returns a service.
func NewService(store *dynamo.Store) *Service { return &Service{store, voter.NewSearcher(store)} }

// Caller is the mobilizer who makes a request, and its time.
type Caller struct {
	Mobilizer *mobilizer.Mobilizer
	Campaign  *campaign.Campaign // may come from the cache, like Items
	Items     []*action.Item     // in order, archived ones included
	At        time.Time
	Refresh   func(context.Context) error // reads Campaign and Items past the cache
}

func (by *Caller) moment() campaign.Moment { return by.Campaign.Moment(by.At) }

// refreshIfStale reads the campaign past the cache if it lacks the contact's Key Question response or one of the action
// items that the contact has a response to.
func (by *Caller) refreshIfStale(ctx context.Context, c *contact.Contact) error {
	_, complete := by.Campaign.Question.ResponseByCode(c.KeyQuestionCode)
	complete = complete || c.KeyQuestionCode == ""
	items := 0
	for _, i := range by.Items {
		if _, ok := c.ActionResponses[i.Code]; ok {
			items++
		}
	}
	if complete && items == len(c.ActionResponses) {
		return nil
	}
	return by.Refresh(ctx)
}

// Contact returns one of the caller's contacts.
//
// Not found: there is none, or it is another mobilizer's.
func (s *Service) Contact(ctx context.Context, by *Caller, contactID string) (*contact.Contact, error) {
	if !id.Valid(contactID) {
		return nil, fault.NotFound("contact")
	}
	c, err := s.store.Contact(ctx, by.Campaign.ID, by.Mobilizer.ID, contact.ID(contactID))
	if err != nil {
		return nil, err
	}
	return c, by.refreshIfStale(ctx, c)
}

// editable returns one of the caller's contacts, to change it.
//
// Not found: there is none, or it is another mobilizer's. Forbidden, conflict: the mobilizer has left or the campaign is not
// active.
func (s *Service) editable(ctx context.Context, by *Caller, contactID string) (*contact.Contact, error) {
	c, err := s.Contact(ctx, by, contactID)
	if err != nil {
		return nil, err
	}
	return c, by.Mobilizer.CanAct(by.Campaign)
}

// Contacts returns up to limit of the caller's contacts in order of adding, after a contact, with their address-book entries
// by id, and the contact after which the next page begins, empty after the last.
func (s *Service) Contacts(ctx context.Context, by *Caller, after contact.ID, limit int) ([]*contact.Contact, map[contact.EntryID]*contact.Entry, contact.ID, error) {
	contacts, next, err := s.store.MobilizerContacts(ctx, by.Campaign.ID, by.Mobilizer.ID, after, limit)
	if err != nil {
		return nil, nil, "", err
	}
	ids := make([]contact.EntryID, len(contacts))
	for i, c := range contacts {
		ids[i] = c.Entry
	}
	entries, err := s.store.AddressBookEntries(ctx, by.Mobilizer.User, by.Mobilizer.Organization, ids)
	if err != nil {
		return nil, nil, "", err
	}
	for _, c := range contacts {
		if err := by.refreshIfStale(ctx, c); err != nil {
			return nil, nil, "", err
		}
	}
	return contacts, entries, next, nil
}
