// Package exporttest holds test fixtures of the export packages: a Source in memory, campaigns with content, and files of a
// campaign whose every text is difficult for CSV readers.
package exporttest

import (
	"context"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
)

// Noon is the time at which fixtures are created.
var Noon = time.Date(2026, 10, 24, 12, 0, 0, 5_000_000, time.UTC)

// NewScope returns a campaign with one Key Question response, which is retired.
func NewScope() *dataset.Scope {
	return &dataset.Scope{
		Organization: &organization.Organization{ID: "org", Name: `Neighbors, "United"`},
		Campaign: &campaign.Campaign{ID: "camp", Organization: "org", Name: "Autumn", Question: campaign.KeyQuestion{
			Responses: []campaign.Response{{ID: "r", Code: "00", Text: "Maybe, later", Value: -2, Retired: true}},
		}},
		Contacts: 2, Mobilizers: 2,
	}
}

// NewScopeWithResponses returns a campaign with the default Key Question responses, the second one retired.
func NewScopeWithResponses() *dataset.Scope {
	scope := NewScope()
	scope.Campaign.Question.Responses = nil
	for i, text := range []string{"Definitely Not", "Probably Not", "Maybe", "Probably", "Definitely"} {
		scope.Campaign.Question.Responses = append(scope.Campaign.Question.Responses,
			campaign.Response{ID: text, Code: campaign.Code(rune('0' + i)), Text: text, Value: i + 1, Retired: i == 1})
	}
	return scope
}

// NewInvitation returns an invitation whose emails were sent so many minutes after Noon; a negative one was not sent.
func NewInvitation(id string, sentMinutes ...int) *invitation.Invitation {
	i := &invitation.Invitation{
		ID: invitation.ID(id), Email: id + "@example.org", FirstName: "Ana", LastName: "Lee", CreatedAt: Noon,
		InvitedBy: invitation.Inviter{Name: "Olivia", Email: "olivia@example.org"}, Delivery: invitation.Queued,
		Generation: len(sentMinutes), ExpiresAt: Noon.Add(time.Hour),
	}
	for _, minutes := range sentMinutes {
		var at time.Time
		if minutes >= 0 {
			at = Noon.Add(time.Duration(minutes) * time.Minute)
			i.Delivery = invitation.Sent
		}
		i.Sendings = append(i.Sendings, invitation.Sending{SentAt: at})
	}
	return i
}

// Source is a dataset.Source of rows in memory, each kind in its order.
type Source struct {
	Contacts        []*contact.Contact
	Mobilizers      []*mobilizer.Mobilizer
	Counts          map[mobilizer.ID]metrics.MobilizerCounts
	Notes           []*contact.Note
	Answers         []*contact.Answer
	Responses       []*contact.ActionResponse
	ManagementNotes []*mobilizer.ManagementNote
	Invitations     []*invitation.Invitation
}

// EachMobilizerID reads the source's rows.
func (s *Source) EachMobilizerID(_ context.Context, _ campaign.ID, yield func(mobilizer.ID) error) error {
	for _, m := range s.Mobilizers {
		if err := yield(m.ID); err != nil {
			return err
		}
	}
	return nil
}

// EachInvitation reads the source's rows.
func (s *Source) EachInvitation(_ context.Context, _ campaign.ID, yield func(*invitation.Invitation) error) error {
	for _, i := range s.Invitations {
		if err := yield(i); err != nil {
			return err
		}
	}
	return nil
}

// InvitationsByID reads the source's rows.
func (s *Source) InvitationsByID(_ context.Context, _ campaign.ID, ids []invitation.ID) ([]*invitation.Invitation, error) {
	var found []*invitation.Invitation
	for _, i := range slices.Backward(s.Invitations) {
		if slices.Contains(ids, i.ID) {
			found = append(found, i)
		}
	}
	return found, nil
}

// EachContact reads the source's rows.
func (s *Source) EachContact(_ context.Context, _ campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	for _, c := range s.Contacts {
		if c.ID <= after {
			continue
		}
		if err := yield(c); err != nil {
			return err
		}
	}
	return nil
}

// EachMobilizer reads the source's rows.
func (s *Source) EachMobilizer(_ context.Context, _ campaign.ID, after mobilizer.ID, yield func(*mobilizer.Mobilizer, metrics.MobilizerCounts) error) error {
	for _, m := range s.Mobilizers {
		if m.ID <= after {
			continue
		}
		if err := yield(m, s.Counts[m.ID]); err != nil {
			return err
		}
	}
	return nil
}

// EachNote reads the source's rows.
func (s *Source) EachNote(_ context.Context, _ campaign.ID, after string, yield func(*contact.Contact, *contact.Note, string) error) error {
	return eachOf(s.Notes, s.Contacts, after, func(n *contact.Note, c *contact.Contact) (bool, string) {
		return n.About.Contact == c.ID, string(c.ID) + "/" + string(n.ID)
	}, yield)
}

// EachAnswer reads the source's rows.
func (s *Source) EachAnswer(_ context.Context, _ campaign.ID, after string, yield func(*contact.Contact, *contact.Answer, string) error) error {
	return eachOf(s.Answers, s.Contacts, after, func(a *contact.Answer, c *contact.Contact) (bool, string) {
		return a.About.Contact == c.ID, string(c.ID) + "/" + string(a.ID)
	}, yield)
}

// EachResponse reads the source's rows.
func (s *Source) EachResponse(_ context.Context, _ campaign.ID, after string, yield func(*contact.Contact, *contact.ActionResponse, string) error) error {
	return eachOf(s.Responses, s.Contacts, after, func(a *contact.ActionResponse, c *contact.Contact) (bool, string) {
		return a.About.Contact == c.ID, string(c.ID) + "/" + string(a.ID)
	}, yield)
}

// EachManagementNote reads the source's rows.
func (s *Source) EachManagementNote(_ context.Context, _ campaign.ID, after string, yield func(*mobilizer.Mobilizer, *mobilizer.ManagementNote, string) error) error {
	return eachOf(s.ManagementNotes, s.Mobilizers, after, func(n *mobilizer.ManagementNote, m *mobilizer.Mobilizer) (bool, string) {
		return n.Mobilizer == m.ID, string(m.ID) + "/" + string(n.ID)
	}, yield)
}

// eachOf passes the children of each parent to yield.
func eachOf[C, P any](children []*C, parents []*P, after string, belongs func(*C, *P) (bool, string), yield func(*P, *C, string) error) error {
	for _, parent := range parents {
		for _, child := range children {
			of, position := belongs(child, parent)
			if !of || position <= after {
				continue
			}
			if err := yield(parent, child, position); err != nil {
				return err
			}
		}
	}
	return nil
}
