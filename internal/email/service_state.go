package email

import (
	"time"

	"github.com/kithhq/kith/internal/fault"
)

// ServiceState is a state in which the email service does not send for now.
type ServiceState string

// The states. The empty state is that in which the service sends.
const (
	Sandbox    ServiceState = "sandbox"    // the service sends to verified addresses only
	Paused     ServiceState = "paused"     // the service has paused sending for the account
	Unverified ServiceState = "unverified" // the identity that emails are sent from is not verified
)

// Service is whether the email of all organizations is sent.
type Service struct {
	StoppedAt     time.Time // by the operator; zero while email is sent
	StopReason    string    // in the operator's words
	State         ServiceState
	StateSince    time.Time
	Organizations []string // that have emails held for the state
	ReleasedAt    time.Time
}

// Stopped reports whether the operator has stopped all email.
func (s *Service) Stopped() bool { return !s.StoppedAt.IsZero() }

// Reason returns why email waits, "" if it does not.
func (s *Service) Reason() WaitReason {
	if s.Stopped() {
		return WaitStopped
	}
	return WaitReason(s.State)
}

// explanation returns for administrators why the email of all organizations waits and what to do, empty if it does not.
func (s *Service) explanation() fault.Message {
	kept := fault.NewMessage("Waiting emails are kept, and leave when this ends.")
	switch s.Reason() {
	case WaitStopped:
		return fault.NewMessage("The operator of Kith has stopped all email since %s: %s %s You don't have to do anything.", localTime(s.StoppedAt), s.StopReason, kept)
	case WaitSandbox:
		return fault.NewMessage("The email service sends only to addresses that the operator of Kith has verified (sandbox). %s Ask the operator of Kith to request production access.", kept)
	case WaitPaused:
		return fault.NewMessage("The email service has paused sending for this Kith. %s The operator of Kith sees the reason in the console of the email service.", kept)
	case WaitUnverified:
		return fault.NewMessage("The domain that Kith sends from is not verified at the email service. %s The operator of Kith has to complete its DNS records.", kept)
	default:
		return fault.Message{}
	}
}

// WaitReason is why the email of an organization waits although it is not stopped for its bounces or complaints.
type WaitReason string

// The reasons.
const (
	WaitStopped         WaitReason = "service_stopped"
	WaitSandbox                    = WaitReason(Sandbox)
	WaitPaused                     = WaitReason(Paused)
	WaitUnverified                 = WaitReason(Unverified)
	WaitNewOrganization WaitReason = "new_organization"
)
