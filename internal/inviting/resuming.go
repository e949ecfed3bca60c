package inviting

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
)

// ResumeEmail returns the mail statistics of an organization that sends again, and the writes that store its mail status and
// release the held emails; none if it was not stopped.
//
// Conflict: only the operator may let it send again.
func ResumeEmail(ctx context.Context, store *dynamo.Store, by Inviter, o organization.ID) (*email.MailStatistics, []dynamo.Write, error) {
	statistics, err := store.MailStatistics(ctx, o, by.At)
	if err != nil {
		return nil, nil, err
	}
	if statistics.NeedsOperator() {
		return nil, nil, fault.Conflict("operator_must_allow", "The first emails of your organization bounced. Ask the operator of Kith to let it send again.")
	}
	if !statistics.Resume(by.User, by.At) {
		return statistics, nil, nil
	}
	released, err := releaseEmail(ctx, store, by, o)
	if err != nil {
		return nil, nil, err
	}
	return statistics, append(store.PutMailStatus(&statistics.MailStatus), released...), nil
}

// releaseEmail returns the write of the job that releases held emails: a new one, or that of an earlier resumption, requeued.
func releaseEmail(ctx context.Context, store *dynamo.Store, by Inviter, o organization.ID) ([]dynamo.Write, error) {
	now := time.Now()
	j, err := store.Job(ctx, sending.ReleaseJobID(o))
	if fault.Is(err, fault.KindNotFound) {
		return store.CreateJob(sending.NewReleaseJob(o, by.At, now)), nil
	}
	if err != nil {
		return nil, err
	}
	j.Requeue(now)
	j.Checkpoint = nil
	return store.UpdateJob(j), nil
}
