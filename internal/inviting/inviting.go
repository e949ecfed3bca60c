// Package inviting creates and resends invitations to campaigns and to administer organizations. It returns their writes
// with the jobs of their emails, for the transaction of the caller. The rules of an invitation are in invitation; sending is
// in email/sending.
package inviting

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/invitation/list"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/user"
)

// Service creates and resends invitations.
type Service struct {
	store    *dynamo.Store
	secrets  *secret.Reader
	lifetime time.Duration
}

// NewService returns a service. An invitation is open for the lifetime after its latest email was sent.
func NewService(store *dynamo.Store, secrets *secret.Reader, lifetime time.Duration) *Service {
	return &Service{store, secrets, lifetime}
}

// tokens returns the tokens of new emails.
func (s *Service) tokens(ctx context.Context) (invitation.Tokens, error) {
	version, err := s.secrets.Current(ctx)
	return invitation.NewTokens(version), err
}

// Inviter is the administrator who invites, and the time.
type Inviter struct {
	User *user.User
	At   time.Time
}

// Person returns the inviter as invitations store them.
func (by Inviter) Person() invitation.Person {
	return invitation.Person{User: by.User.ID, Name: by.User.Name, Email: by.User.Email}
}

// CountInvitations counts invitations that a user creates or resends, for all organizations.
//
// Rate limited: the user has reached the daily limit.
func CountInvitations(ctx context.Context, store *dynamo.Store, by Inviter, count int) error {
	allowed, err := store.CountInvitations(ctx, by.User.ID, count, invitation.MaxPerUser, by.At)
	if err == nil && !allowed {
		tomorrow := by.At.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
		return fault.RateLimited("too_many_invitations", tomorrow.Sub(by.At), "You have sent as many invitations today as one person may. Try again tomorrow, after midnight UTC.").WithTime(tomorrow)
	}
	return err
}

// OpenError refuses a second invitation while the first one is open and can be resent. It wraps the refusal.
type OpenError struct {
	Invitation *invitation.Invitation
	refusal    error
}

// Error returns the refusal's text.
func (e *OpenError) Error() string { return e.refusal.Error() }

// Unwrap returns the refusal.
func (e *OpenError) Unwrap() error { return e.refusal }

// Invite returns the invitation of an address to a campaign, new or opened again, and the writes that store and send it.
//
// Conflict: the campaign is closed, the address has an open invitation, which is an *OpenError if it can be resent, or
// belongs to a mobilizer of the campaign who shares it.
func (s *Service) Invite(ctx context.Context, by Inviter, c *campaign.Campaign, invitee invitation.Invitee) (*invitation.Invitation, []dynamo.Write, error) {
	if err := invitation.CanInvite(c); err != nil {
		return nil, nil, err
	}
	if err := s.checkNotMobilizer(ctx, c.ID, invitee.Email); err != nil {
		return nil, nil, err
	}
	known, err := s.readKnown(ctx, invitation.Target{Organization: c.Organization, Campaign: c.ID}, invitee.Email)
	if err != nil {
		return nil, nil, err
	}
	return s.Open(ctx, by, c, invitee, known)
}

// Open is Invite for an address about which everything is known.
func (s *Service) Open(ctx context.Context, by Inviter, c *campaign.Campaign, invitee invitation.Invitee, known list.Known) (*invitation.Invitation, []dynamo.Write, error) {
	if known.Invitation != nil {
		return s.reopen(ctx, by, known.Invitation, invitee, "", known.Suppression)
	}
	tokens, err := s.tokens(ctx)
	if err != nil {
		return nil, nil, err
	}
	i := invitation.New(invitee, c, by.Person(), tokens, s.lifetime, by.At)
	return s.create(by, i, tokens, known.Suppression)
}

// InviteAdministrator returns the invitation of an address to administer an organization, new or opened again, and the
// writes that store and send it.
//
// Conflict: the address has an open invitation, which is an *OpenError if it can be resent, or belongs to an administrator who
// has the role or a higher one.
func (s *Service) InviteAdministrator(
	ctx context.Context, by Inviter, o organization.ID, invitee invitation.Invitee, role organization.Role,
) (*invitation.Invitation, []dynamo.Write, error) {
	administrators, err := s.store.Administrators(ctx, o)
	if err != nil {
		return nil, nil, err
	}
	for _, admin := range administrators {
		if admin.Email == invitee.Email && (role != organization.Owner || admin.Role == organization.Owner) {
			return nil, nil, fault.Conflict("already_administrator", "%s is already an administrator. Find them in the list of administrators.", admin.Name)
		}
	}
	known, err := s.readKnown(ctx, invitation.Target{Organization: o}, invitee.Email)
	if err != nil {
		return nil, nil, err
	}
	if known.Invitation != nil {
		return s.reopen(ctx, by, known.Invitation, invitee, role, known.Suppression)
	}
	tokens, err := s.tokens(ctx)
	if err != nil {
		return nil, nil, err
	}
	i := invitation.NewAdministrator(invitee, o, role, by.Person(), tokens, s.lifetime, by.At)
	return s.create(by, i, tokens, known.Suppression)
}

// Resend returns the writes that send an invitation again with a new link.
//
// Conflict: the campaign is closed, the invitation cannot be resent, or its address is on the suppression list. c is nil for
// an invitation to administer.
func (s *Service) Resend(ctx context.Context, by Inviter, c *campaign.Campaign, i *invitation.Invitation) ([]dynamo.Write, error) {
	if c != nil {
		if err := invitation.CanInvite(c); err != nil {
			return nil, err
		}
	}
	suppression, err := s.store.InvitationSuppression(ctx, i)
	if err != nil {
		return nil, err
	}
	tokens, err := s.tokens(ctx)
	if err != nil {
		return nil, err
	}
	if err := i.Resend(by.Person(), suppression, tokens, s.lifetime, by.At); err != nil {
		return nil, err
	}
	writes := append(s.store.UpdateInvitation(i, i.Links(tokens)...), s.createEmailJob(i, by.At)...)
	return append(writes, s.store.CheckNotSuppressed(i)...), nil
}

// readKnown returns the invitation of an address and whether it is on the suppression list.
func (s *Service) readKnown(ctx context.Context, target invitation.Target, email string) (list.Known, error) {
	i, err := s.store.InvitationByEmail(ctx, target, email)
	if err != nil && !fault.Is(err, fault.KindNotFound) {
		return list.Known{}, err
	}
	suppression, err := s.store.Suppression(ctx, target.Organization, email)
	return list.Known{Invitation: i, Suppression: suppression}, err
}

func (s *Service) create(
	by Inviter, i *invitation.Invitation, tokens invitation.Tokens, suppression *invitation.Suppression,
) (*invitation.Invitation, []dynamo.Write, error) {
	if suppression != nil {
		i.RecordSuppressed(suppression)
	}
	writes := s.store.CreateInvitation(i, i.Links(tokens)...)
	if suppression == nil {
		writes = append(writes, s.createEmailJob(i, by.At)...)
	}
	return i, writes, nil
}

// reopen opens an address's invitation again if it is not open.
func (s *Service) reopen(
	ctx context.Context, by Inviter, i *invitation.Invitation, invitee invitation.Invitee, role organization.Role, suppression *invitation.Suppression,
) (*invitation.Invitation, []dynamo.Write, error) {
	tokens, err := s.tokens(ctx)
	if err != nil {
		return nil, nil, err
	}
	err = i.Reinvite(invitee, by.Person(), suppression, tokens, s.lifetime, by.At)
	if err != nil && suppression == nil && i.State(by.At) == invitation.Open {
		return nil, nil, &OpenError{i, err}
	}
	if err != nil {
		return nil, nil, err
	}
	i.Role = role
	if suppression != nil {
		i.RecordSuppressed(suppression)
	}
	writes := s.store.UpdateInvitation(i, i.Links(tokens)...)
	if suppression == nil {
		writes = append(writes, s.createEmailJob(i, by.At)...)
	}
	return i, writes, nil
}

// createEmailJob returns the write of the job that sends an invitation's email.
func (s *Service) createEmailJob(i *invitation.Invitation, at time.Time) []dynamo.Write {
	return s.store.CreateJob(job.New(job.InvitationEmail, string(i.Organization), string(i.Campaign), string(i.ID), at, time.Now()))
}

// checkNotMobilizer fails if the user who proved an address is a mobilizer of the campaign who shares it with administrators.
// The address of any other mobilizer is treated as an unknown one, so that inviting it confirms nothing.
func (s *Service) checkNotMobilizer(ctx context.Context, c campaign.ID, email string) error {
	owner, err := s.store.VerifiedEmail(ctx, email)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	member, err := s.store.MembershipByUser(ctx, c, owner.User)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	if member.SharesEmail() {
		return fault.Conflict("already_mobilizer", "Somebody with this address is already a mobilizer of this campaign. Find them in the list of mobilizers.")
	}
	return nil
}
