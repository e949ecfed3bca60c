package dynamo

import (
	"context"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
)

// Invitation returns an invitation to a campaign, or to administer an organization, or not found.
func (s *Store) Invitation(ctx context.Context, t invitation.Target, id invitation.ID) (*invitation.Invitation, error) {
	return record[invitation.Invitation](ctx, s, "invitation", invitationKey(t, id))
}

// SentInvitation is Invitation, and returns also a deleted invitation: its emails are not deleted.
func (s *Store) SentInvitation(ctx context.Context, t invitation.Target, id invitation.ID) (*invitation.Invitation, error) {
	i, err := s.Invitation(ctx, t, id)
	if fault.Is(err, fault.KindNotFound) {
		return record[invitation.Invitation](ctx, s, "invitation", deletedInvitationKey(t, id))
	}
	return i, err
}

// InvitationByEmail returns the invitation of an address to a target, in any state, or not found.
func (s *Store) InvitationByEmail(ctx context.Context, t invitation.Target, address string) (*invitation.Invitation, error) {
	pointer, err := record[invitation.Pointer](ctx, s, "invitation", invitedKey(t, address))
	if err != nil {
		return nil, err
	}
	return s.Invitation(ctx, t, pointer.Invitation)
}

// InvitationsByID returns a campaign's invitations with the ids, in no particular order. Those accepted by a mobilizer whose
// membership was deleted since have no membership.
func (s *Store) InvitationsByID(ctx context.Context, c campaign.ID, ids []invitation.ID) ([]*invitation.Invitation, error) {
	found, err := records[invitation.Invitation](ctx, s, keysOf(ids, func(id invitation.ID) key {
		return invitationKey(invitation.Target{Campaign: c}, id)
	}))
	if err != nil {
		return nil, err
	}
	var accepted []mobilizer.ID
	for _, i := range found {
		if i.Membership != "" {
			accepted = append(accepted, i.Membership)
		}
	}
	members, err := s.MobilizersByID(ctx, c, accepted)
	for _, i := range found {
		if members[i.Membership] == nil {
			i.Membership = ""
		}
	}
	return found, err
}

// InvitationFilter selects invitations of a list.
type InvitationFilter struct {
	State    invitation.State         // "" for all
	Delivery invitation.DeliveryState // of the latest email, "" for all
	At       time.Time                // of the state
	Search   string                   // part of a name or of the email address, accents and case ignored
}

// matches reports whether the filter selects an invitation; folded is the folded Search.
func (f InvitationFilter) matches(i *invitation.Invitation, folded string) bool {
	if f.State != "" && i.State(f.At) != f.State || f.Delivery != "" && i.Delivery != f.Delivery {
		return false
	}
	return folded == "" || strings.Contains(fold(i.FirstName+" "+i.LastName), folded) || strings.Contains(fold(i.Email), folded)
}

// Invitations returns up to count invitations to a target that match the filter, the latest first: those before the one
// with the id before, or from the latest when it is empty. It examines at most limit invitations, and returns how many it
// examined and the id of the last one, empty when there are no more.
func (s *Store) Invitations(ctx context.Context, t invitation.Target, before string, count, limit int, f InvitationFilter) ([]*invitation.Invitation, int, string, error) {
	spans := s.invitationShards(t)
	for k := range spans {
		spans[k].Before, spans[k].Descending = before, true
	}
	m := table.NewMerge(s.db, spans, count)
	folded := fold(f.Search)
	var found []*invitation.Invitation
	for examined := 0; ; {
		ref, err := m.Next(ctx)
		if err != nil || ref == nil {
			return found, examined, "", err
		}
		examined++
		i, err := table.DecodeAs[invitation.Invitation](ref.Item)
		if err != nil {
			return nil, 0, "", err
		}
		if f.matches(i, folded) {
			found = append(found, i)
		}
		if len(found) == count || examined == limit {
			if !m.More() {
				return found, examined, "", nil
			}
			return found, examined, string(i.ID), nil
		}
	}
}

// CreateInvitation creates an invitation, the pointer to it from its address, and its links. When the address has an
// invitation to the target already, the condition on "invited" fails.
func (s *Store) CreateInvitation(i *invitation.Invitation, links ...*invitation.Link) []Write {
	i.Version = 1
	return append(s.createLinks(links), s.create("invited", newInvitedItem(i)), s.create("invitation", newInvitationItem(i)))
}

// UpdateInvitation writes a changed invitation over the version that was read, and the links of a new email.
func (s *Store) UpdateInvitation(i *invitation.Invitation, links ...*invitation.Link) []Write {
	return append(s.createLinks(links), s.put("invitation", newInvitationItem(i), i.Version))
}

// DeleteInvitation deletes an invitation that was marked as deleted, at the version that was read, with the pointer to it and its
// access requests, and creates the record of what remains.
func (s *Store) DeleteInvitation(i *invitation.Invitation, requests []*invitation.AccessRequest) []Write {
	writes := []Write{s.delete("invitation", invitationKey(i.Target(), i.ID), i.Version), s.deleteAny("invited", invitedKey(i.Target(), i.Email))}
	for _, r := range requests {
		writes = append(writes, s.delete("access request", accessRequestKey(r.Target, r.Invitation, r.Requester.User), r.Version))
	}
	i.Version = 1
	return append(writes, s.create("deleted invitation", newInvitationItem(i)))
}

func (s *Store) createLinks(links []*invitation.Link) []Write {
	var writes []Write
	for _, l := range links {
		writes = append(writes, s.create("link", newEmailLinkItem(l)))
	}
	return writes
}

// checkInvitation checks that an invitation still has the version that was read.
func (s *Store) checkInvitation(i *invitation.Invitation) Write {
	return s.check("invitation", invitationKey(i.Target(), i.ID), i.Version)
}

// Link returns the link of a token in an email, by the token's hash, or not found.
func (s *Store) Link(ctx context.Context, hash string) (*invitation.Link, error) {
	return record[invitation.Link](ctx, s, "invitation", linkKey(hash))
}

// EmailOrigin returns the organization and the campaign of an invitation's emails. The campaign is nil for an invitation to
// administer.
func (s *Store) EmailOrigin(ctx context.Context, i *invitation.Invitation) (*email.Origin, error) {
	o, err := s.Organization(ctx, i.Organization)
	if err != nil || i.Campaign == "" {
		return &email.Origin{Organization: o}, err
	}
	content, err := s.CachedContent(ctx, i.Campaign)
	if err != nil {
		return nil, err
	}
	return &email.Origin{Organization: o, Campaign: content.Campaign}, nil
}

// invitationTarget returns the target of the invitation of a job.
func invitationTarget(j *job.Job) invitation.Target {
	return invitation.Target{Organization: organization.ID(j.Organization), Campaign: campaign.ID(j.Campaign)}
}
