package joining

import (
	"context"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// Proof is what an invitee proves: possession of the token of a link, and of an email address by a fresh sign-in.
type Proof struct {
	Token string
	Email string
}

// LeftError refuses an invitation that the caller accepted before leaving. It wraps the refusal.
type LeftError struct {
	Slug    string // of the landing page to join again from
	refusal error
}

// Error returns the refusal's text.
func (e *LeftError) Error() string { return e.refusal.Error() }

// Unwrap returns the refusal.
func (e *LeftError) Unwrap() error { return e.refusal }

// Accept makes the caller a mobilizer by an invitation to a campaign. Names that the profile lacks are those of the
// invitation, unless the caller proved another address than the invited one: they may be another person. If the caller accepted it before, it returns the membership and commits nothing.
//
// Not found: the link belongs to no invitation to a campaign. Forbidden, conflict: the invitation is for another address, or
// cannot be accepted any more; a *LeftError if the caller has left since. Invalid: the profile.
func (j *Joiner) Accept(ctx context.Context, caller Caller, proof Proof, details Details, commit Commit[Membership]) (Membership, error) {
	link, err := ReadLink(ctx, j.store, proof.Token)
	if err != nil {
		return Membership{}, err
	}
	if link.Campaign == "" {
		return Membership{}, invitation.UnknownLink()
	}
	content, err := j.store.Content(ctx, link.Campaign)
	if err != nil {
		return Membership{}, err
	}
	c := content.Campaign
	var joined Membership
	err = dynamo.Retry(ctx, func() error {
		i, err := readLinked(ctx, j.store, link)
		if err != nil {
			return err
		}
		member, err := j.membership(ctx, c.ID, caller.User.ID)
		if err != nil {
			return err
		}
		if i.AcceptedBy == caller.User.ID {
			if !isActive(member) {
				removal, err := j.store.Removal(ctx, caller.User.ID, c.ID)
				if err != nil {
					return err
				}
				if removal != nil {
					return fault.Conflict("removed_since", "You accepted this invitation, and an administrator has removed you from the campaign since. Ask for a new invitation.")
				}
				refusal := fault.Conflict("left_since", "You accepted this invitation and have left the campaign since. Join again from the campaign's landing page.")
				return &LeftError{c.Slug, refusal}
			}
			joined = Membership{Mobilizer: member}
			return nil
		}
		since, checks, err := j.checkAccess(ctx, caller, i, c, link.Generation, proof.Email)
		if err != nil {
			return err
		}
		if isActive(member) {
			i.Accept(member, caller.At)
			joined = Membership{Mobilizer: member}
			counted, err := countAcceptance(ctx, j.store, i.Organization, caller.At)
			if err != nil {
				return err
			}
			return commit(ctx, joined, slices.Concat(j.store.UpdateInvitation(i), checks, counted)...)
		}
		invited := mobilizer.Profile{}
		if text.NormalizeEmail(proof.Email) == i.Email {
			invited = mobilizer.Profile{FirstName: i.FirstName, LastName: i.LastName}
		}
		input, err := details.input(member, invited)
		if err != nil {
			return err
		}
		outcome, writes, err := j.join(ctx, caller, c, member, input, &permission{i, since})
		if err != nil {
			return err
		}
		joined = outcome
		return commit(ctx, joined, append(writes, checks...)...)
	})
	return joined, err
}

// checkAccess fails unless the caller may accept an invitation with the address that they proved. It returns since when they may,
// and the check of the access request that permits it, if it is another address than the invited one.
func (j *Joiner) checkAccess(
	ctx context.Context, caller Caller, i *invitation.Invitation, c *campaign.Campaign, generation int, email string,
) (time.Time, []dynamo.Write, error) {
	if text.NormalizeEmail(email) == i.Email {
		return i.InvitedAt(), nil, i.CheckAccess(c, generation, email, nil, caller.At)
	}
	request, err := j.store.AccessRequest(ctx, i, caller.User.ID)
	if err != nil {
		return time.Time{}, nil, err
	}
	if err := i.CheckAccess(c, generation, email, request, caller.At); err != nil {
		return time.Time{}, nil, err
	}
	return request.DecidedAt, j.store.CheckAccessRequest(request), nil
}

// Role is the outcome of accepting an invitation to administer an organization.
type Role struct {
	*organization.Administrator
	Organization *organization.Organization
	Created      bool // false if the caller was an administrator already
}

// AcceptRole makes the caller an administrator by an invitation to administer an organization. An administrator becomes an
// owner by an invitation as one, and keeps their role otherwise. If the caller accepted it before, it returns the role and commits nothing.
//
// Not found: the link belongs to no invitation to administer. Forbidden, conflict: the invitation is for another address, or
// cannot be accepted any more, or its inviter may no longer grant the role.
func (j *Joiner) AcceptRole(ctx context.Context, caller Caller, proof Proof, commit Commit[Role]) (Role, error) {
	link, err := ReadLink(ctx, j.store, proof.Token)
	if err != nil {
		return Role{}, err
	}
	if link.Campaign != "" {
		return Role{}, invitation.UnknownLink()
	}
	o, err := j.store.Organization(ctx, link.Organization)
	if err != nil {
		return Role{}, err
	}
	var role Role
	err = dynamo.Retry(ctx, func() error {
		i, err := readLinked(ctx, j.store, link)
		if err != nil {
			return err
		}
		existing, err := j.administrator(ctx, i.Organization, caller.User.ID)
		if err != nil {
			return err
		}
		role = Role{existing, o, false}
		if i.AcceptedBy == caller.User.ID {
			if existing == nil {
				return fault.Conflict("dismissed_since", "You accepted this invitation and no longer administer the organization. Ask one of its owners.")
			}
			return nil
		}
		_, writes, err := j.checkAccess(ctx, caller, i, nil, link.Generation, proof.Email)
		if err != nil {
			return err
		}
		if existing == nil || i.Raises(existing) {
			granted, created, err := j.grantRole(ctx, caller, i, existing)
			if err != nil {
				return err
			}
			role, writes = Role{granted, o, existing == nil}, append(writes, created...)
		}
		i.AcceptRole(caller.User.ID, caller.At)
		consented, err := consent(ctx, j.store, i.Organization, caller.User.Email, invitation.LiftedByJoining, caller.At)
		if err != nil {
			return err
		}
		counted, err := countAcceptance(ctx, j.store, i.Organization, caller.At)
		if err != nil {
			return err
		}
		return commit(ctx, role, slices.Concat(writes, j.store.UpdateInvitation(i), consented, counted)...)
	})
	return role, err
}

// grantRole returns the caller as an administrator with the invitation's role, and the writes that store them while inviter
// and user are unchanged. existing is the caller's role before, nil for none.
func (j *Joiner) grantRole(
	ctx context.Context, caller Caller, i *invitation.Invitation, existing *organization.Administrator,
) (*organization.Administrator, []dynamo.Write, error) {
	inviter, err := j.administrator(ctx, i.Organization, i.InvitedBy.User)
	if err != nil {
		return nil, nil, err
	}
	admin, err := i.GrantRole(inviter, caller.User, caller.At)
	if err != nil {
		return nil, nil, err
	}
	if existing != nil {
		existing.MakeOwner()
		return existing, append(j.store.UpdateAdministrator(existing), j.store.CheckAdministrator(inviter)...), nil
	}
	_, writes, err := j.person(ctx, caller, i.Organization)
	if err != nil {
		return nil, nil, err
	}
	writes = append(writes, j.store.CreateAdministrator(admin)...)
	writes = append(writes, j.store.CheckAdministrator(inviter)...)
	return admin, append(writes, j.store.CheckUser(caller.User)...), nil
}

// administrator returns a user's role in an organization; nil if they have none.
func (j *Joiner) administrator(ctx context.Context, o organization.ID, u user.ID) (*organization.Administrator, error) {
	admin, err := j.store.Administrator(ctx, o, u)
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	return admin, err
}
