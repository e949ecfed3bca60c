package dynamo

import (
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// How many jobs that send email are read at once.
const (
	mailJobsPage  = 40  // of one partition; more than are ever in flight, so that a page holds others
	mailJobsLimit = 400 // of all organizations in one partition
	heldJobsPage  = 100 // of one organization in one partition
)

// PendingMailJobs returns jobs that send email, leased ones among them, in order of the time they are due at: some of each
// organization, so that no organization's long queue hides another's. When there are more, it starts with the organizations
// after one. It returns none when no email is pending.
func (s *Store) PendingMailJobs(ctx context.Context, after organization.ID) ([]*job.Job, error) {
	found := make([][]string, dueShards)
	err := table.Parallel(ctx, dueShards, dueShards, func(ctx context.Context, k int) error {
		var err error
		found[k], err = s.mailJobsOfEach(ctx, mailPartition(strconv.Itoa(k)), string(after))
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.jobsByDueTime(ctx, slices.Concat(found...))
}

// mailJobsOfEach returns the ids of the first jobs of each organization in a partition: from the organization following
// after to the end, then from the beginning to there.
func (s *Store) mailJobsOfEach(ctx context.Context, partition, after string) ([]string, error) {
	if after == "" {
		return s.mailJobsBetween(ctx, partition, "", "", nil)
	}
	ids, err := s.mailJobsBetween(ctx, partition, endOfMail(after), "", nil)
	if err != nil {
		return nil, err
	}
	return s.mailJobsBetween(ctx, partition, "", endOfMail(after), ids)
}

// mailJobsBetween appends to ids those of the first jobs of each organization that sort between after and before.
func (s *Store) mailJobsBetween(ctx context.Context, partition, after, before string, ids []string) ([]string, error) {
	for len(ids) < mailJobsLimit {
		items, _, err := s.db.Query(ctx, table.Span{
			Table: s.tables.Jobs, Index: "Due", Partition: partition, After: after, Before: before, Limit: mailJobsPage,
		})
		if err != nil || len(items) == 0 {
			return ids, err
		}
		for _, item := range items {
			_, _, id := cutMailSort(table.StringOf(item, "DueS"))
			ids = append(ids, id)
		}
		if len(items) < mailJobsPage {
			return ids, nil
		}
		after = nextOrganization(items[len(items)-1])
	}
	return ids, nil
}

// overdueMailJob returns the id of a job in a partition that was due before a time, "" when there is none. It reads the
// first job of each organization until it has found one.
func (s *Store) overdueMailJob(ctx context.Context, partition, before string) (string, error) {
	for after := ""; ; {
		items, _, err := s.db.Query(ctx, table.Span{
			Table: s.tables.Jobs, Index: "Due", Partition: partition, After: after, Limit: 1,
		})
		if err != nil || len(items) == 0 {
			return "", err
		}
		_, at, id := cutMailSort(table.StringOf(items[0], "DueS"))
		if at < before {
			return id, nil
		}
		after = nextOrganization(items[0])
	}
}

// nextOrganization returns a sort key after all jobs of the organization of an item, and after that item in any case.
func nextOrganization(item Item) string {
	sort := table.StringOf(item, "DueS")
	o, _, _ := cutMailSort(sort)
	return max(sort, endOfMail(o))
}

// HeldMailJobs returns held jobs that send email of an organization, in order of the time they are due at, none when there
// are no more. The index that finds them may lag, but the jobs returned are current.
func (s *Store) HeldMailJobs(ctx context.Context, o organization.ID) ([]*job.Job, error) {
	partition := func(shard string) string { return heldPartition(string(o), shard) }
	ids, err := s.dueJobs(ctx, partition, time.Time{}, heldJobsPage)
	if err != nil {
		return nil, err
	}
	jobs, err := s.jobsByDueTime(ctx, ids)
	return slices.DeleteFunc(jobs, func(j *job.Job) bool { return j.State != job.Held }), err
}
