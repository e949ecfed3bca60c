package joining

import (
	"context"
	"log/slog"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// ReadLink returns the link with a token of an invitation.
//
// Not found: the token belongs to no invitation, or only unsubscribes.
func ReadLink(ctx context.Context, store *dynamo.Store, token string) (*invitation.Link, error) {
	if !invitation.ValidToken(token) {
		return nil, invitation.UnknownLink()
	}
	link, err := store.Link(ctx, invitation.Hash(token))
	if fault.Is(err, fault.KindNotFound) || err == nil && link.Generation == 0 {
		return nil, invitation.UnknownLink()
	}
	return link, err
}

// readLinked returns the invitation of a link.
//
// Not found: it was deleted.
func readLinked(ctx context.Context, store *dynamo.Store, link *invitation.Link) (*invitation.Invitation, error) {
	i, err := store.Invitation(ctx, link.Target(), link.Invitation)
	if fault.Is(err, fault.KindNotFound) {
		return nil, invitation.UnknownLink()
	}
	return i, err
}

// ReadInvitation returns the invitation of a link and its campaign, which is nil for an invitation to administer.
func ReadInvitation(ctx context.Context, store *dynamo.Store, link *invitation.Link) (*invitation.Invitation, *campaign.Campaign, error) {
	i, err := readLinked(ctx, store, link)
	if err != nil || i.Campaign == "" {
		return i, nil, err
	}
	content, err := store.Content(ctx, i.Campaign)
	if err != nil {
		return nil, nil, err
	}
	return i, content.Campaign, nil
}

// AccessRequest is the outcome of requesting access.
type AccessRequest struct {
	*invitation.AccessRequest
	Status  invitation.AccessRequestState
	Created bool // false if the request existed and is still valid
}

// RequestAccess requests access to an invitation with the address that the caller proved, and the emails that notify its
// inviter. If the request exists, it returns it and commits nothing.
//
// Not found: the link belongs to no invitation. Conflict: the caller has the role or the membership already, or needs no
// access request, or the invitation is over. Forbidden: the request was declined. Rate limited: too many requests.
func (j *Joiner) RequestAccess(ctx context.Context, caller Caller, proof Proof, commit Commit[AccessRequest]) (AccessRequest, error) {
	link, err := ReadLink(ctx, j.store, proof.Token)
	if err != nil {
		return AccessRequest{}, err
	}
	requester := invitation.Person{User: caller.User.ID, Name: caller.User.Name, Email: text.NormalizeEmail(proof.Email)}
	counted := false
	var outcome AccessRequest
	err = dynamo.Retry(ctx, func() error {
		i, c, err := ReadInvitation(ctx, j.store, link)
		if err != nil {
			return err
		}
		request, writes, err := j.accessRequest(ctx, caller, i, c, requester)
		if err != nil {
			return err
		}
		outcome = AccessRequest{request, request.State(i, caller.At), writes != nil}
		if writes == nil {
			return nil
		}
		if !counted {
			allowed, err := j.store.CountAccessRequest(ctx, caller.User.ID, invitation.MaxRequestsPerUser, caller.At)
			if err != nil {
				return err
			}
			if !allowed {
				tomorrow := caller.At.UTC().Truncate(24*time.Hour).AddDate(0, 0, 1)
				return fault.RateLimited("too_many_access_requests", tomorrow.Sub(caller.At),
					"You have requested access to many invitations today. Try again tomorrow, after midnight UTC.").WithTime(tomorrow)
			}
			counted = true
		}
		notices, err := newNotices(ctx, j.store, i, caller.User.ID, caller.At)
		if err != nil {
			return err
		}
		consented, err := consent(ctx, j.store, i.Organization, requester.Email, invitation.LiftedByAskingIn, caller.At)
		if err != nil {
			return err
		}
		return commit(ctx, outcome, slices.Concat(writes, notices, consented)...)
	})
	return outcome, err
}

// accessRequest returns the caller's access request, and the writes that store it; nil if it exists and is still valid.
func (j *Joiner) accessRequest(
	ctx context.Context, caller Caller, i *invitation.Invitation, c *campaign.Campaign, requester invitation.Person,
) (*invitation.AccessRequest, []dynamo.Write, error) {
	if err := j.checkOutside(ctx, caller, i); err != nil {
		return nil, nil, err
	}
	all, err := j.store.AccessRequests(ctx, i)
	if err != nil {
		return nil, nil, err
	}
	var existing *invitation.AccessRequest
	others := 0
	for _, r := range all {
		if r.Requester.User == caller.User.ID {
			existing = r
		} else {
			others++
		}
	}
	if err := i.CanRequestAccess(c, requester.Email, others, caller.At); err != nil {
		return nil, nil, err
	}
	if existing == nil {
		created := invitation.NewAccessRequest(i, requester, caller.At)
		return created, j.store.CreateAccessRequest(created), nil
	}
	if i.Campaign != "" && existing.Decision == invitation.Approved {
		removal, err := j.store.Removal(ctx, caller.User.ID, i.Campaign)
		if err != nil {
			return nil, nil, err
		}
		if removal != nil {
			existing.EndApproval(removal.At)
		}
	}
	renewed, err := existing.Renew(i, requester, caller.At)
	if err != nil || !renewed {
		return existing, nil, err
	}
	return existing, j.store.UpdateAccessRequest(existing), nil
}

// checkOutside fails if the caller has the role or the membership that an invitation would give.
func (j *Joiner) checkOutside(ctx context.Context, caller Caller, i *invitation.Invitation) error {
	if i.Campaign == "" {
		admin, err := j.administrator(ctx, i.Organization, caller.User.ID)
		if err == nil && admin != nil {
			return fault.Conflict("already_administrator", "You are already an administrator of this organization. Sign in to the dashboard.")
		}
		return err
	}
	member, err := j.membership(ctx, i.Campaign, caller.User.ID)
	if err == nil && isActive(member) {
		return fault.Conflict("already_mobilizer", "You are already a mobilizer of this campaign. Sign in to it.")
	}
	return err
}

// RequestNew requests a new invitation for the holder of a link that no longer works, and the emails that notify its inviter:
// once for each email of the invitation. An unknown token and a link that works have no effect.
func RequestNew(ctx context.Context, store *dynamo.Store, token string, at time.Time) error {
	link, err := ReadLink(ctx, store, token)
	if fault.Is(err, fault.KindNotFound) {
		return nil
	}
	if err != nil {
		return err
	}
	return dynamo.Retry(ctx, func() error {
		i, c, err := ReadInvitation(ctx, store, link)
		if fault.Is(err, fault.KindNotFound) {
			return nil
		}
		if err != nil {
			return err
		}
		if !i.RequestNew(c, link.Generation, at) {
			return nil
		}
		notices, err := newNotices(ctx, store, i, "", at)
		if err != nil {
			return err
		}
		consented, err := consent(ctx, store, i.Organization, i.Email, invitation.LiftedByAskingIn, at)
		if err != nil {
			return err
		}
		return store.Commit(ctx, slices.Concat(store.UpdateInvitation(i), notices, consented)...)
	})
}

// newNotices returns the jobs of the emails that notify administrators of a request about an invitation; none once the
// organization has its daily number: the list of invitations shows the request. requester is empty for a new invitation.
func newNotices(ctx context.Context, store *dynamo.Store, i *invitation.Invitation, requester user.ID, at time.Time) ([]dynamo.Write, error) {
	administrators, err := store.Administrators(ctx, i.Organization)
	if err != nil {
		return nil, err
	}
	allowed, err := store.CountNotice(ctx, i.Organization, invitation.MaxNoticesPerOrganization, at)
	if err != nil {
		return nil, err
	}
	if !allowed {
		slog.WarnContext(ctx, "notice not sent: daily limit reached", "organization", string(i.Organization))
		return nil, nil
	}
	return store.CreateNotices(i, i.NoticeRecipients(administrators), requester, at, time.Now()), nil
}

// readUnsubscribeLink returns the link with a token that unsubscribes.
//
// Not found: the token unsubscribes nobody.
func readUnsubscribeLink(ctx context.Context, store *dynamo.Store, token string) (*invitation.Link, error) {
	if !invitation.ValidToken(token) {
		return nil, invitation.UnknownLink()
	}
	link, err := store.Link(ctx, invitation.Hash(token))
	if fault.Is(err, fault.KindNotFound) || err == nil && link.Generation != 0 {
		return nil, invitation.UnknownLink()
	}
	return link, err
}

// ReadUnsubscription returns the invitation of a token that unsubscribes, and whether its address is unsubscribed.
//
// Not found: the token unsubscribes nobody.
func ReadUnsubscription(ctx context.Context, store *dynamo.Store, token string) (*invitation.Invitation, bool, error) {
	link, err := readUnsubscribeLink(ctx, store, token)
	if err != nil {
		return nil, false, err
	}
	i, err := store.SentInvitation(ctx, link.Target(), link.Invitation)
	if err != nil {
		return nil, false, err
	}
	entry, err := store.SuppressionEntry(ctx, i.Organization, i.Email)
	return i, err == nil && entry.Active() && entry.Reason == invitation.Unsubscribed, err
}

// Unsubscribe adds the address of an invitation to the organization's suppression list. Unsubscribing twice changes nothing.
//
// Not found: the token unsubscribes nobody.
func Unsubscribe(ctx context.Context, store *dynamo.Store, token string, at time.Time) error {
	link, err := readUnsubscribeLink(ctx, store, token)
	if err != nil {
		return err
	}
	return dynamo.Retry(ctx, func() error {
		i, err := store.SentInvitation(ctx, link.Target(), link.Invitation)
		if err != nil {
			return err
		}
		existing, err := store.SuppressionEntry(ctx, i.Organization, i.Email)
		if err != nil {
			return err
		}
		next := i.Unsubscribe(at).Over(existing)
		if next == nil {
			return nil
		}
		saved, err := store.SaveSuppression(ctx, next)
		if err != nil {
			return err
		}
		return store.Commit(ctx, append(store.UpdateInvitation(i), saved...)...)
	})
}

// UndoUnsubscribe lifts the unsubscription of the address of an invitation. It changes nothing if the address is not unsubscribed.
//
// Not found: the token unsubscribes nobody.
func UndoUnsubscribe(ctx context.Context, store *dynamo.Store, token string, at time.Time) error {
	link, err := readUnsubscribeLink(ctx, store, token)
	if err != nil {
		return err
	}
	return dynamo.Retry(ctx, func() error {
		i, err := store.SentInvitation(ctx, link.Target(), link.Invitation)
		if err != nil {
			return err
		}
		entry, err := store.SuppressionEntry(ctx, i.Organization, i.Email)
		if err != nil || !entry.Undo(at) {
			return err
		}
		i.UndoUnsubscribe()
		saved, err := store.SaveSuppression(ctx, entry)
		if err != nil {
			return err
		}
		return store.Commit(ctx, append(store.UpdateInvitation(i), saved...)...)
	})
}

// consent returns the writes that let an organization send email to an address again, because its holder did something that wants
// email; none if the address is not suppressed, or bounced. An address that only other organizations must not send to gets a lifted
// entry.
func consent(ctx context.Context, store *dynamo.Store, o organization.ID, email string, cause invitation.LiftCause, at time.Time) ([]dynamo.Write, error) {
	entry, err := store.SuppressionEntry(ctx, o, email)
	if err != nil {
		return nil, err
	}
	if entry == nil {
		r, err := store.Recipient(ctx, email)
		if err != nil || !r.SuppressedElsewhere(o) {
			return nil, err
		}
		entry = &invitation.Suppression{Organization: o, Email: email, Reason: invitation.Unsubscribed, At: at.UTC().Truncate(time.Millisecond)}
	}
	if !entry.Consent(cause, at) {
		return nil, nil
	}
	return store.SaveSuppression(ctx, entry)
}

// countAcceptance returns the writes that count an accepted invitation of a new organization. The one with which the organization is
// no longer new releases its waiting email.
func countAcceptance(ctx context.Context, store *dynamo.Store, o organization.ID, at time.Time) ([]dynamo.Write, error) {
	status, err := store.OrganizationMailStatus(ctx, o)
	if err != nil {
		return nil, err
	}
	changed, released := status.CountAcceptance()
	if !changed {
		return nil, nil
	}
	writes := store.PutMailStatus(status)
	if released {
		writes = append(writes, store.RestartJob(sending.NewReleaseJob(o, at, time.Now()))...)
	}
	return writes, nil
}
