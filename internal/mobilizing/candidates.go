package mobilizing

import (
	"context"
	"log/slog"
	"slices"
	"strconv"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

// Numbers of candidates and of searches at once.
const (
	maxFound         = 5 // candidates of a search
	maxCandidates    = 3 // candidates of a contact
	parallelSearches = 4
)

// The questions that come before a search.
const (
	askFirstName match.Question = "first_name"
	askLastName  match.Question = "last_name"
	askState     match.Question = "state"
)

// Known is what is known of a person to find.
type Known struct {
	State string
	Input match.Input
	self  bool // whether the person is the mobilizer
}

func (k *Known) key() uint32 {
	in := k.Input
	return voter.SearchKey(in.First, in.Preferred, in.Last, in.City, in.Zip, k.State, strconv.Itoa(in.BirthYear), in.Street)
}

// NamesMissing reports whether the names do not suffice to search: one of them is missing, or both are initials.
func (k *Known) NamesMissing() bool {
	first, last := len(match.Joined(k.Input.First))+len(match.Joined(k.Input.Preferred)), len(match.Joined(k.Input.Last))
	return first == 0 || last == 0 || first == 1 && last == 1
}

func (k *Known) missingName() match.Question {
	if len(match.Joined(k.Input.Last)) < 2 {
		return askLastName
	}
	return askFirstName
}

// knownOfContact returns what is known of a contact. Only the mobilizer's own searches use the address book's phone number.
func knownOfContact(c *contact.Contact, e *contact.Entry) Known {
	d := c.Details
	k := Known{State: d.State, Input: match.Input{
		First: d.FirstName, Preferred: d.PreferredName, Last: d.LastName, City: d.City, Zip: d.Zip,
	}}
	if e != nil {
		k.Input.Phone = e.Private.Phone
	}
	return k
}

func knownOfMobilizer(m *mobilizer.Mobilizer) Known {
	p := m.Profile
	return Known{self: true, State: p.State, Input: match.Input{
		First: p.FirstName, Preferred: p.PreferredName, Last: p.LastName, City: p.City, Zip: p.Zip,
	}}
}

// SearchVoters returns the voters who may be a person of whom something is known. The state is that of the mobilizer if none is
// known.
//
// Rate limited: the mobilizer has searched for too many people.
func (s *Service) SearchVoters(ctx context.Context, by *Caller, k Known) (*voter.Result, error) {
	return first(s.find(ctx, by, []Known{k}, maxFound))
}

// OwnCandidates returns the voters who may be the mobilizer. It fails as SearchVoters does.
func (s *Service) OwnCandidates(ctx context.Context, by *Caller) (*voter.Result, error) {
	return first(s.find(ctx, by, []Known{knownOfMobilizer(by.Mobilizer)}, maxCandidates))
}

// ContactCandidates returns the voters who may be a contact. Birth year and street are not stored; 0 and "" if they are not
// known. It fails as SearchVoters does. Not found: there is no such contact, or it is another mobilizer's.
func (s *Service) ContactCandidates(ctx context.Context, by *Caller, contactID string, birthYear int, street string) (*voter.Result, error) {
	c, err := s.Contact(ctx, by, contactID)
	if err != nil {
		return nil, err
	}
	entries, err := s.store.AddressBookEntries(ctx, c.User, c.Organization, []contact.EntryID{c.Entry})
	if err != nil {
		return nil, err
	}
	k := knownOfContact(c, entries[c.Entry])
	k.Input.BirthYear, k.Input.Street = birthYear, street
	return first(s.find(ctx, by, []Known{k}, maxCandidates))
}

func first(results []*voter.Result, err error) (*voter.Result, error) {
	if err != nil {
		return nil, err
	}
	return results[0], nil
}

// ContactResult is the result of the search for a contact.
type ContactResult struct {
	Contact contact.ID
	*voter.Result
}

// ManyCandidates returns the voters who may be each of several contacts, in order and without repetitions. It fails as
// ContactCandidates does.
func (s *Service) ManyCandidates(ctx context.Context, by *Caller, contactIDs []string) ([]ContactResult, error) {
	ids := make([]contact.ID, 0, len(contactIDs))
	for _, contactID := range contactIDs {
		if !id.Valid(contactID) {
			return nil, fault.NotFound("contact")
		}
		if !slices.Contains(ids, contact.ID(contactID)) {
			ids = append(ids, contact.ID(contactID))
		}
	}
	contacts, err := s.store.ContactsByID(ctx, by.Mobilizer, ids)
	if err != nil {
		return nil, err
	}
	if len(contacts) < len(ids) {
		return nil, fault.NotFound("contact")
	}
	var entryIDs []contact.EntryID
	for _, c := range contacts {
		entryIDs = append(entryIDs, c.Entry)
	}
	entries, err := s.store.AddressBookEntries(ctx, by.Mobilizer.User, by.Mobilizer.Organization, entryIDs)
	if err != nil {
		return nil, err
	}
	people := make([]Known, len(ids))
	for i, contactID := range ids {
		people[i] = knownOfContact(contacts[contactID], entries[contacts[contactID].Entry])
	}
	found, err := s.find(ctx, by, people, maxCandidates)
	if err != nil {
		return nil, err
	}
	results := make([]ContactResult, len(ids))
	for i, contactID := range ids {
		results[i] = ContactResult{contactID, found[i]}
	}
	return results, nil
}

// find returns the candidates for each person. It counts the searches first.
func (s *Service) find(ctx context.Context, by *Caller, people []Known, limit int) ([]*voter.Result, error) {
	files, err := s.store.VoterFiles(ctx, by.Campaign.Organization)
	if err != nil {
		return nil, err
	}
	states := voter.States(files)
	found := make([]*voter.Result, len(people))
	var keys []uint32
	var sought []int
	for i := range people {
		k := &people[i]
		found[i] = &voter.Result{}
		if k.State == "" {
			k.State = by.Mobilizer.Profile.State
		}
		if k.State == "" && len(states) == 1 {
			k.State = states[0]
		}
		switch {
		case k.NamesMissing():
			found[i].Questions = append(found[i].Questions, k.missingName())
		case k.State == "":
			found[i].Questions = append(found[i].Questions, askState)
		default:
			k.Input.Near = by.Mobilizer.Profile.Zip
			if !k.self && by.Mobilizer.Match.Household != 0 {
				k.Input.Households = []uint32{by.Mobilizer.Match.Household}
			}
			keys, sought = append(keys, k.key()), append(sought, i)
		}
	}
	if len(sought) == 0 {
		return found, nil
	}
	if err := s.countSearches(ctx, by, keys); err != nil {
		return nil, err
	}
	err = dynamo.InParallel(ctx, parallelSearches, len(sought), func(ctx context.Context, n int) error {
		k := &people[sought[n]]
		result, err := s.searcher.Search(ctx, by.Campaign.Organization, files, k.State, k.Input, limit)
		if err == nil {
			found[sought[n]] = result
		}
		return err
	})
	return found, err
}

// countSearches counts searches, and logs for the alarm when a mobilizer reaches the limit.
func (s *Service) countSearches(ctx context.Context, by *Caller, keys []uint32) error {
	err := s.store.CountVoterSearches(ctx, by.Campaign.ID, by.Mobilizer.ID, keys, by.At.In(by.Campaign.Location()))
	if fault.Is(err, fault.KindRateLimited) {
		slog.WarnContext(ctx, "voter search limit reached", "campaign", string(by.Campaign.ID), "mobilizer", string(by.Mobilizer.ID)) // the template has an alarm on it
	}
	return err
}
