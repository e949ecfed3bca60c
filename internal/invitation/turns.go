package invitation

import (
	"context"
	"maps"
	"slices"

	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// mailOf names the mail of a job. An invitation that was revoked and opened anew has two jobs, and one mail.
func mailOf(j *job.Job) string {
	if j.Kind == job.NoticeEmail {
		return j.ID
	}
	return j.Record
}

// waiting returns the mails that may be sent now and are not under way, in the order in which they are to be begun.
func (r *run) waiting(ctx context.Context) ([]*job.Job, error) {
	all, err := r.Store.PendingMailJobs(ctx, r.served)
	if err != nil {
		return nil, err
	}
	var free []*job.Job
	for _, j := range all {
		if _, flies := r.flying.Load(mailOf(j)); !flies && (j.State == job.Queued || !r.Now().Before(j.DueAt)) {
			free = append(free, j)
		}
	}
	return inTurn(free, r.served), nil
}

// inTurn orders mails so that organizations take turns, beginning with the one behind served. The mails of one stay in
// order.
func inTurn(mails []*job.Job, served organization.ID) []*job.Job {
	of := map[string][]*job.Job{}
	for _, j := range mails {
		of[j.Organization] = append(of[j.Organization], j)
	}
	turns := slices.Sorted(maps.Keys(of))
	next, there := slices.BinarySearch(turns, string(served))
	if there {
		next++
	}
	turns = slices.Concat(turns[next:], turns[:next])
	ordered := make([]*job.Job, 0, len(mails))
	for round := 0; len(ordered) < len(mails); round++ {
		for _, o := range turns {
			if round < len(of[o]) {
				ordered = append(ordered, of[o][round])
			}
		}
	}
	return ordered
}
