package invitation

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/text"
)

// LiftCause is why an entry of the suppression list was lifted.
type LiftCause string

// The causes.
const (
	LiftedByOwner    LiftCause = "owner"     // an owner says that the address works
	LiftedByHolder   LiftCause = "undone"    // the holder of the address undid the unsubscription
	LiftedByJoining  LiftCause = "joined"    // the holder joined
	LiftedByAskingIn LiftCause = "requested" // the holder asked for an invitation, or for access to one
)

// liftReasonLimit is the maximum length of an owner's reason, in characters.
const liftReasonLimit = 500

// LiftBounce lets the organization send to an address again whose email bounced. Repeating it changes nothing, and reports false.
//
// Invalid: there is no reason. Conflict: the holder of the address wants no email.
func (s *Suppression) LiftBounce(by Person, reason string, at time.Time) (bool, error) {
	var check fault.Checker
	reason = text.RequiredLine(&check, "reason", reason, liftReasonLimit, "Say why you know that the address works.")
	if err := check.Err(); err != nil || !s.Active() {
		return false, err
	}
	if s.Reason != Bounced {
		return false, fault.Conflict("suppressed_by_holder", "The holder of this address wants no email from your organization. Only the holder can change this, "+
			"on the page of the unsubscribe link or by joining.")
	}
	s.lift(LiftedByOwner, at)
	s.LiftedBy, s.LiftReason = by, reason
	return true, nil
}

// Undo lets the organization send to an address again whose holder has unsubscribed, and reports whether that changed anything.
func (s *Suppression) Undo(at time.Time) bool {
	return s.Active() && s.Reason == Unsubscribed && s.lift(LiftedByHolder, at)
}

// Consent lets the organization send to an address again because its holder did something that wants email, and reports whether
// that changed anything. A bounce stays: consent does not make an address work.
func (s *Suppression) Consent(cause LiftCause, at time.Time) bool {
	return s.Active() && s.Reason != Bounced && s.lift(cause, at)
}

func (s *Suppression) lift(cause LiftCause, at time.Time) bool {
	s.LiftedAt, s.LiftedFor = at.UTC().Truncate(time.Millisecond), cause
	return true
}
