package email

import (
	"context"
	"log/slog"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

// RecorderStore is what recording outcomes needs of the tables.
type RecorderStore interface {
	StatusStore
	// RecordMailOutcome reads an invitation, lets record change it, and writes it in one transaction with the counts of its
	// organization and the suppression that record returns. It writes nothing if nothing changed.
	RecordMailOutcome(ctx context.Context, to invitation.Target, id invitation.ID, record func(*invitation.Invitation) (*invitation.Suppression, error)) (*invitation.Invitation, error)
}

// Recorder records what the email service reports about messages.
type Recorder struct {
	Store              RecorderStore
	InvitationLifetime time.Duration
}

// Record records a report. It drops a report of an unknown message with a line in the log, since a retry would not help. It
// fails with unavailable if the store does not answer; the same report may then be delivered again.
func (r *Recorder) Record(ctx context.Context, report invitation.DeliveryReport, at time.Time) error {
	target := invitation.Target{Organization: report.Organization, Campaign: report.Campaign}
	i, err := r.Store.RecordMailOutcome(ctx, target, report.Invitation, func(i *invitation.Invitation) (*invitation.Suppression, error) {
		return i.ApplyReport(report, r.InvitationLifetime)
	})
	if fault.Is(err, fault.KindNotFound) {
		slog.WarnContext(ctx, "email event dropped", "reason", "unknown invitation or message", "invitation", string(report.Invitation),
			"generation", report.Generation)
		return nil
	}
	if err != nil {
		return err
	}
	if report.Outcome != invitation.HardBounce && report.Outcome != invitation.Complaint {
		return nil
	}
	// Also if nothing changed: the invocation before may have crashed between its record and this.
	_, err = EnforceLimits(ctx, r.Store, i.Organization, at)
	return err
}
