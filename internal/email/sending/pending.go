package sending

import (
	"context"
	"maps"
	"slices"

	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// messageKey identifies the message of a job. An invitation that was revoked and sent again has two jobs, and one message.
func messageKey(j *job.Job) string {
	if j.Kind == job.NoticeEmail {
		return j.ID
	}
	return j.Record
}

// pending returns the jobs whose messages may be sent now and are not in flight, in the order in which to begin them.
func (r *run) pending(ctx context.Context) ([]*job.Job, error) {
	all, err := r.Store.PendingMailJobs(ctx, r.lastServed)
	if err != nil {
		return nil, err
	}
	due := slices.DeleteFunc(all, func(j *job.Job) bool {
		_, sending := r.inFlight.Load(messageKey(j))
		return sending || j.State != job.Queued && r.Now().Before(j.DueAt)
	})
	return roundRobin(due, r.lastServed), nil
}

// roundRobin orders jobs so that organizations take turns, beginning with the one after lastServed. The jobs of one
// organization stay in order.
func roundRobin(jobs []*job.Job, lastServed organization.ID) []*job.Job {
	byOrganization := map[string][]*job.Job{}
	for _, j := range jobs {
		byOrganization[j.Organization] = append(byOrganization[j.Organization], j)
	}
	turns := slices.Sorted(maps.Keys(byOrganization))
	next, found := slices.BinarySearch(turns, string(lastServed))
	if found {
		next++
	}
	turns = slices.Concat(turns[next:], turns[:next])
	ordered := make([]*job.Job, 0, len(jobs))
	for round := 0; len(ordered) < len(jobs); round++ {
		for _, o := range turns {
			if round < len(byOrganization[o]) {
				ordered = append(ordered, byOrganization[o][round])
			}
		}
	}
	return ordered
}
