package invitation

import (
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
)

// AccessRequestID names an access request.
type AccessRequestID string

// AccessRequestState is the state of an access request.
type AccessRequestState string

// The states of an access request.
const (
	Pending  AccessRequestState = "pending"
	Approved AccessRequestState = "approved"
	Declined AccessRequestState = "declined"
	Lapsed   AccessRequestState = "lapsed" // the approval has expired unused, or the address was invited again since
)

// Limits of requests about invitations.
const (
	ApprovalLifetime          = 14 * 24 * time.Hour // in which an approved requester can accept
	MaxRequestsPerUser        = 5                   // access requests of one login in a day
	MaxNoticesPerOrganization = 100                 // emails to the administrators of one organization in a day
	maxAccessRequests         = 20                  // of different people about one invitation
)

// AccessRequest is a person's request to accept an invitation with another address than the invited one. A person has at most
// one for an invitation. Its approval is for the login with any address.
type AccessRequest struct {
	ID            AccessRequestID
	Target        Target
	Invitation    ID
	Requester     Person // as signed in at the request; the address is verified
	RequestedAt   time.Time
	Decision      AccessRequestState // Pending before
	DecidedBy     Person
	DecidedAt     time.Time // zero while pending
	ApprovedUntil time.Time // zero unless approved
	Generation    int       // of the invitation at the request, or at the approval
	Version       int
}

// State returns the state of the request at an instant.
func (r *AccessRequest) State(i *Invitation, at time.Time) AccessRequestState {
	if r.Generation < i.OpenedGeneration || r.Decision == Approved && !at.Before(r.ApprovedUntil) {
		return Lapsed
	}
	return r.Decision
}

// CheckState returns an error that names who decided about the request if its state at an instant is not the one seen, empty for
// any.
//
// Conflict: it has another state.
func (r *AccessRequest) CheckState(i *Invitation, seen AccessRequestState, at time.Time) error {
	const code = "access_request_decided"
	switch state := r.State(i, at); {
	case seen == "" || state == seen:
		return nil
	case state == Approved:
		return fault.Conflict(code, "%s approved this request. Ask them before you decline it.", r.DecidedBy.Name)
	case state == Declined:
		return fault.Conflict(code, "%s declined this request. Ask them before you approve it.", r.DecidedBy.Name)
	}
	return fault.Conflict(code, "This request has changed. Look at it again, then decide.")
}

// CanRequestAccess reports whether a person with a verified address may request access to the invitation. others is the number
// of other people who did.
//
// Conflict: the invitation was used or revoked, its campaign cannot be joined, or it is for that very address. Rate limited:
// many people have requested access.
func (i *Invitation) CanRequestAccess(c *campaign.Campaign, email string, others int, at time.Time) error {
	if s := i.State(at); s == Accepted || s == Revoked {
		return i.CheckLink(c, i.Generation, at)
	}
	if err := checkJoinable(c); err != nil {
		return err
	}
	if text.NormalizeEmail(email) == i.Email {
		return fault.Conflict("invitation_yours", "This invitation was sent to the address that you signed in with. Accept it, or ask for a new one.")
	}
	if others >= maxAccessRequests {
		return fault.RateLimited("too_many_access_requests_for_invitation", 0, "Many people have requested access to this invitation. Contact the person who invited you in another way.")
	}
	return nil
}

// NewAccessRequest returns a request that CanRequestAccess has allowed. The inviter gets a notice.
func NewAccessRequest(i *Invitation, by Person, at time.Time) *AccessRequest {
	at = at.UTC().Truncate(time.Millisecond)
	return &AccessRequest{
		ID: AccessRequestID(id.At(at)), Target: i.Target(), Invitation: i.ID, Requester: by, RequestedAt: at, Decision: Pending,
		Generation: i.Generation,
	}
}

// EndApproval ends an approval that was given before an instant, when an administrator removed the requester.
func (r *AccessRequest) EndApproval(removed time.Time) {
	if r.Decision == Approved && r.DecidedAt.Before(removed) && removed.Before(r.ApprovedUntil) {
		r.ApprovedUntil = removed
	}
}

// Renew repeats a request that has lapsed, and reports whether it did: the inviter then gets a notice again. A request that is
// pending or approved stays as it is.
//
// Forbidden: it was declined.
func (r *AccessRequest) Renew(i *Invitation, by Person, at time.Time) (bool, error) {
	switch r.State(i, at) {
	case Pending, Approved:
		return false, nil
	case Declined:
		return false, i.checkApproved(r, at)
	case Lapsed:
	}
	r.Requester, r.RequestedAt, r.Decision = by, at.UTC().Truncate(time.Millisecond), Pending
	r.DecidedBy, r.DecidedAt, r.ApprovedUntil, r.Generation = Person{}, time.Time{}, time.Time{}, i.Generation
	return true, nil
}

// forbid returns a forbidden error with a code.
func forbid(code string, message fault.Message) error {
	return &fault.Error{Kind: fault.KindForbidden, Code: code, Message: message}
}

// checkApproved reports whether a person with another address than the invited one may accept. r is nil if they have not
// requested access.
//
// Forbidden, each with its own code and advice: they have not requested access, or it is not approved.
func (i *Invitation) checkApproved(r *AccessRequest, at time.Time) error {
	if r == nil {
		return forbid("invitation_for_another", fault.NewMessage("This invitation is for another email address. Sign in with the address that it was sent to, or ask to join with yours."))
	}
	switch r.State(i, at) {
	case Approved:
		return nil
	case Declined:
		return forbid("access_request_declined", fault.NewMessage("Your request to join with this address was declined. Sign in with the address that the invitation was sent to."))
	case Lapsed:
		return forbid("access_request_lapsed", fault.NewMessage("Your request to join with this address has expired. Send it again."))
	case Pending:
	}
	return forbid("access_request_pending", fault.NewMessage("Your request to join with this address is pending. You will get an email when it is decided."))
}

// Approve lets the requester accept the invitation within ApprovalLifetime, and reports whether the decision is new: the
// requester then gets a notice. Repeating it changes nothing.
//
// Conflict: the invitation was used or revoked.
func (r *AccessRequest) Approve(i *Invitation, by Person, at time.Time) (bool, error) {
	return r.decide(i, Approved, by, at, at.Add(ApprovalLifetime))
}

// Decline keeps the requester from accepting the invitation, even if the request was approved before, and reports whether the
// decision is new: the requester then gets a notice. Repeating it changes nothing.
//
// Conflict: the invitation was used or revoked.
func (r *AccessRequest) Decline(i *Invitation, by Person, at time.Time) (bool, error) {
	return r.decide(i, Declined, by, at, time.Time{})
}

func (r *AccessRequest) decide(i *Invitation, decision AccessRequestState, by Person, at, until time.Time) (bool, error) {
	if err := i.checkDecidable(at); err != nil || r.State(i, at) == decision {
		return false, err
	}
	r.Decision, r.DecidedBy, r.DecidedAt, r.ApprovedUntil, r.Generation = decision, by, at, until, i.Generation
	return true, nil
}

// DecisionID names the decision in a version of the request, and the job of its notice. Each decision writes the request, so
// each has one notice.
func (r *AccessRequest) DecisionID(version int) string { return fmt.Sprintf("%s.%d", r.ID, version) }

// checkDecidable reports whether a decision about the invitation's requests makes a difference.
//
// Conflict: the invitation was used or revoked.
func (i *Invitation) checkDecidable(at time.Time) error {
	switch i.State(at) {
	case Accepted:
		return fault.Conflict("invitation_accepted", "This invitation has been accepted, so there is nothing to decide anymore.")
	case Revoked:
		return fault.Conflict("invitation_revoked", "This invitation was revoked, so nobody can accept it. Invite the address again instead.")
	case Open, Expired:
	}
	return nil
}

// Decidable reports whether a decision about the request makes a difference: the invitation was neither used nor revoked.
func (r *AccessRequest) Decidable(i *Invitation, at time.Time) bool {
	return i.checkDecidable(at) == nil
}

// DecisionStands reports whether the decision about the request still matters: it has not expired, and the invitation can be
// accepted. c is nil for an invitation to administer.
func (r *AccessRequest) DecisionStands(i *Invitation, c *campaign.Campaign, at time.Time) bool {
	return r.State(i, at) != Lapsed && i.checkDecidable(at) == nil && checkJoinable(c) == nil
}

// AwaitsDecision reports whether nobody has decided about the request, nor invited the address again.
func (r *AccessRequest) AwaitsDecision(i *Invitation) bool {
	return r.Decision == Pending && r.Generation >= i.OpenedGeneration
}

// RequestNew records a request for a new invitation by the holder of the link of a generation, and reports whether the inviter
// gets a notice: once after each email, and not while that email's link works or the email is pending.
func (i *Invitation) RequestNew(c *campaign.Campaign, generation int, at time.Time) bool {
	works := i.State(at) == Open && (generation == i.Generation || i.Delivery == Queued)
	if works || checkJoinable(c) != nil || i.NewRequestedGeneration == i.Generation {
		return false
	}
	i.NewRequestedGeneration, i.NewRequestedAt = i.Generation, at.UTC().Truncate(time.Millisecond)
	return true
}

// AwaitsResend reports whether a new invitation was requested since the latest email.
func (i *Invitation) AwaitsResend() bool { return i.NewRequestedGeneration == i.Generation }
