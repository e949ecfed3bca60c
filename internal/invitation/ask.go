package invitation

import (
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/user"
)

// AccessRequestID names an ask.
type AccessRequestID string

// AccessRequestState is where an ask stands.
type AccessRequestState string

// The states of an ask.
const (
	Pending  AccessRequestState = "pending"
	Approved AccessRequestState = "approved"
	Declined AccessRequestState = "declined"
	Lapsed   AccessRequestState = "lapsed" // approved, but not used in time; or the invitation was opened anew since
)

// Limits of asking.
const (
	ApprovalLifetime          = 14 * 24 * time.Hour // how long an approval lets somebody accept
	MaxRequestsPerUser        = 5                   // of one identity in a day, whatever the invitations
	MaxNoticesPerOrganization = 100                 // mails a day to the administrators of one organization
	asksLimit                 = 20                  // of different people about one invitation
)

// AccessRequest is somebody's request to accept an invitation with another address than the invited one. A person has at most one
// about an invitation. It permits the person, whatever the address.
type AccessRequest struct {
	ID            AccessRequestID
	Target        Target
	Invitation    ID
	Requester     Person // as they signed in when they asked; Email was verified
	RequestedAt   time.Time
	Decision      AccessRequestState // Pending before
	DecidedBy     Person
	DecidedAt     time.Time // zero while pending
	ApprovedUntil time.Time // of an approval
	Generation    int       // of the invitation when it was asked, or approved
	Version       int
}

// State returns where the ask about an invitation stands at an instant.
func (k *AccessRequest) State(i *Invitation, at time.Time) AccessRequestState {
	if k.Generation < i.OpenedGeneration || k.Decision == Approved && !at.Before(k.ApprovedUntil) {
		return Lapsed
	}
	return k.Decision
}

// CanRequestAccess says whether somebody who has proved an address may ask to accept the invitation with it. others is how many
// other people asked.
//
// Conflict: the invitation was used or revoked, its campaign takes nobody, or it is for that very address. Rate limited:
// many have asked.
func (i *Invitation) CanRequestAccess(c *campaign.Campaign, email string, others int, at time.Time) error {
	if s := i.State(at); s == Accepted || s == Revoked {
		return i.CheckLink(c, i.Generation, at)
	}
	if err := taking(c); err != nil {
		return err
	}
	if user.NormalizeEmail(email) == i.Email {
		return fault.Conflict("invitation_yours", "This invitation was sent to the address that you are signed in with: accept it, or ask for a new one.")
	}
	if others >= asksLimit {
		return fault.RateLimited("too_many_access_requests_for_invitation", "Many people have asked about this invitation. Ask whoever invited you in another way.", 0)
	}
	return nil
}

// NewAccessRequest asks to accept an invitation with the address of by, which CanAsk has allowed. The inviter is to be told.
func NewAccessRequest(i *Invitation, by Person, at time.Time) *AccessRequest {
	at = at.UTC().Truncate(time.Millisecond)
	return &AccessRequest{
		ID: AccessRequestID(id.At(at)), Target: i.Target(), Invitation: i.ID, Requester: by, RequestedAt: at, Decision: Pending,
		Generation: i.Generation,
	}
}

// Renew asks once more about the invitation, and reports whether that is news: the inviter is to be told again. While the ask is pending, or
// its approval lasts, it stays as it is.
//
// Forbidden: it was declined.
func (k *AccessRequest) Renew(i *Invitation, by Person, at time.Time) (bool, error) {
	switch k.State(i, at) {
	case Pending, Approved:
		return false, nil
	case Declined:
		return false, i.refusal(k, at)
	case Lapsed:
	}
	k.Requester, k.RequestedAt, k.Decision = by, at.UTC().Truncate(time.Millisecond), Pending
	k.DecidedBy, k.DecidedAt, k.ApprovedUntil, k.Generation = Person{}, time.Time{}, time.Time{}, i.Generation
	return true, nil
}

// refusal says why somebody with another address than the invited one may not accept, and what they can do. k is what
// they asked, nil for nothing. It returns nil when they may.
func (i *Invitation) refusal(k *AccessRequest, at time.Time) error {
	forbidden := func(code, message string) error {
		return &fault.Error{Kind: fault.KindForbidden, Code: code, Message: message}
	}
	if k == nil {
		return forbidden("invitation_for_another", "This invitation is for another e-mail address. Sign in with the address that it was sent to, or ask to join with yours.")
	}
	switch k.State(i, at) {
	case Approved:
		return nil
	case Declined:
		return forbidden("access_request_declined", "You asked to join with this address, and that was declined. Sign in with the address that the invitation was sent to.")
	case Lapsed:
		return forbidden("access_request_lapsed", "You asked to join with this address before, and that is over. Ask once more.")
	case Pending:
	}
	return forbidden("access_request_pending", "You have asked to join with this address. Whoever invited decides, and a mail tells you; or open this link again later.")
}

// Approve lets whoever asked accept the invitation, for the time of an Approval, and reports whether that is news: they are
// to be told. Approving again while that lasts changes nothing.
//
// Conflict: the invitation was used or revoked meanwhile.
func (k *AccessRequest) Approve(i *Invitation, by Person, at time.Time) (bool, error) {
	return k.decide(i, Approved, by, at, at.Add(ApprovalLifetime))
}

// Decline lets whoever asked not accept the invitation, even when that was approved before, and reports whether that is
// news: they are to be told. Declining again changes nothing.
//
// Conflict: the invitation was used or revoked meanwhile.
func (k *AccessRequest) Decline(i *Invitation, by Person, at time.Time) (bool, error) {
	return k.decide(i, Declined, by, at, time.Time{})
}

func (k *AccessRequest) decide(i *Invitation, decision AccessRequestState, by Person, at, until time.Time) (bool, error) {
	if err := i.undecided(at); err != nil || k.State(i, at) == decision {
		return false, err
	}
	k.Decision, k.DecidedBy, k.DecidedAt, k.ApprovedUntil, k.Generation = decision, by, at, until, i.Generation
	return true, nil
}

// DecisionID names the decision that stands in a version of the ask, and the job whose mail tells it: every decision is a
// write of the ask, so each has one mail.
func (k *AccessRequest) DecisionID(version int) string { return fmt.Sprintf("%s.%d", k.ID, version) }

// undecided says whether there is still something to decide about the invitation.
func (i *Invitation) undecided(at time.Time) error {
	switch i.State(at) {
	case Accepted:
		return fault.Conflict("invitation_accepted", "This invitation was accepted meanwhile, so there is nothing to decide any more.")
	case Revoked:
		return fault.Conflict("invitation_revoked", "This invitation was revoked, so nobody can accept it. Invite the address anew instead.")
	case Open, Expired:
	}
	return nil
}

// RequestNew notes that whoever has the link of a generation asks for a new invitation, and reports whether the inviter is to
// be told: once after each mail, and not while that mail's link works or is still to come.
func (i *Invitation) RequestNew(c *campaign.Campaign, generation int, at time.Time) bool {
	works := i.State(at) == Open && (generation == i.Generation || i.Delivery == Queued)
	if works || taking(c) != nil || i.NewRequestedGeneration == i.Generation {
		return false
	}
	i.NewRequestedGeneration, i.NewRequestedAt = i.Generation, at.UTC().Truncate(time.Millisecond)
	return true
}

// DecisionStands reports whether the decision about the request still matters: it has not expired, and the invitation can be
// accepted. c is nil for an invitation to administer.
func (k *AccessRequest) DecisionStands(i *Invitation, c *campaign.Campaign, at time.Time) bool {
	return k.State(i, at) != Lapsed && i.undecided(at) == nil && taking(c) == nil
}

// AwaitsDecision reports whether nobody has decided about the request, nor sent the invitation again.
func (k *AccessRequest) AwaitsDecision(i *Invitation) bool {
	return k.Decision == Pending && k.Generation >= i.OpenedGeneration
}

// AwaitsResend reports whether the last request for a new invitation has not been answered by one.
func (i *Invitation) AwaitsResend() bool { return i.NewRequestedGeneration == i.Generation }
