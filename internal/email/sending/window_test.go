package sending_test

import (
	"context"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
)

// slowStore makes the first ten claims after twenty later ones have begun.
type slowStore struct {
	*dynamo.Store
	begun atomic.Int32
	later chan struct{} // closed when the later claims have begun
}

func (s *slowStore) ClaimMail(ctx context.Context, i *invitation.Invitation, r *invitation.Recipient, isNew bool, j *job.Job, at time.Time) error {
	switch n := s.begun.Add(1); {
	case n <= 10:
		<-s.later
	case n == 30:
		close(s.later)
	}
	return s.Store.ClaimMail(ctx, i, r, isNew, j, at) //nolint:wrapcheck // the store's own error
}

// Messages that are claimed late are sent close to those after them, and still not more than the quota within any second.
func TestSender_LateClaims_StayWithinQuota(t *testing.T) {
	t.Parallel()
	const quota = 50
	f := newSendingFixture(t, newTables(t), 2*quota)
	f.mailer.quota.PerSecond = quota
	var times []time.Time
	f.mailer.respond = func(*email.Message) error {
		times = append(times, time.Now())
		return nil
	}
	slow := &slowStore{Store: f.store, later: make(chan struct{})}
	sender := f.sender(f.store)
	sender.Store, sender.Now = slow, time.Now
	f.ok(sender.Work(t.Context(), f.jobs[0], 0, f.at, time.Minute))
	if len(times) != 2*quota {
		t.Fatalf("%d emails", len(times))
	}
	for n, at := range times[quota:] {
		if within := at.Sub(times[n]); within < time.Second {
			t.Fatalf("emails %d to %d were sent within %s", n+1, n+quota+1, within)
		}
	}
}
