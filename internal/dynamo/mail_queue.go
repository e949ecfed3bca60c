package dynamo

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// How many mails of each of the index's partitions are looked at together.
const (
	mailsOfOne = 40  // organization; more than are ever under way, so that a look finds others
	mailsOfAll = 400 // organizations
	heldPage   = 100
)

// PendingMailJobs returns jobs that send a mail, those that are due first, and those that somebody holds among them: some of
// each organization, so that nobody's long list hides another's mail. When there is more than that, organizations behind
// after are looked at first. It returns none when no mail waits.
func (s *Store) PendingMailJobs(ctx context.Context, after organization.ID) ([]*job.Job, error) {
	found := make([][]string, dueShards)
	err := InParallel(ctx, dueShards, dueShards, func(ctx context.Context, k int) error {
		var err error
		found[k], err = s.mailsOfEach(ctx, mailPartition(strconv.Itoa(k)), string(after))
		return err
	})
	if err != nil {
		return nil, err
	}
	return s.jobsByDue(ctx, slices.Concat(found...))
}

// mailsOfEach returns the ids of mails of a partition, the first ones of each organization: from the one behind after to the
// end, then from the beginning to there.
func (s *Store) mailsOfEach(ctx context.Context, partition, after string) ([]string, error) {
	if after == "" {
		return s.mailsBetween(ctx, partition, "", "", nil)
	}
	ids, err := s.mailsBetween(ctx, partition, mailsEnd(after), "", nil)
	if err != nil {
		return nil, err
	}
	return s.mailsBetween(ctx, partition, "", mailsEnd(after), ids)
}

// mailsBetween adds to ids those of mails that sort after and before, a few of each organization.
func (s *Store) mailsBetween(ctx context.Context, partition, after, before string, ids []string) ([]string, error) {
	for len(ids) < mailsOfAll {
		items, _, err := s.query(ctx, span{
			table: s.tables.Jobs, index: "Due", partition: partition, after: after, before: before, limit: mailsOfOne,
		})
		if err != nil || len(items) == 0 {
			return ids, err
		}
		for _, item := range items {
			_, _, id := cutMail(stringIn(item, "DueS"))
			ids = append(ids, id)
		}
		if len(items) < mailsOfOne {
			return ids, nil
		}
		after = behindMails(items[len(items)-1])
	}
	return ids, nil
}

// overdueMail returns the id of a mail's job that was to be rung for before an instant, "" when there is none: it looks at
// each organization's first one until it has found one.
func (s *Store) overdueMail(ctx context.Context, partition, until string) (string, error) {
	for after := ""; ; {
		items, _, err := s.query(ctx, span{table: s.tables.Jobs, index: "Due", partition: partition, after: after, limit: 1})
		if err != nil || len(items) == 0 {
			return "", err
		}
		_, at, id := cutMail(stringIn(items[0], "DueS"))
		if at < until {
			return id, nil
		}
		after = behindMails(items[0])
	}
}

// behindMails is where to go on behind all mails of the organization of an item: behind that item in any case.
func behindMails(item Item) string {
	sort := stringIn(item, "DueS")
	o, _, _ := cutMail(sort)
	return max(sort, mailsEnd(o))
}

// heldJobs returns the first jobs of each of an organization's partitions of held ones, those that are due first.
func (s *Store) heldJobs(ctx context.Context, o organization.ID) ([]*job.Job, error) {
	var ids []string
	for k := range dueShards {
		held, err := s.dueJobs(ctx, heldPartition(string(o), strconv.Itoa(k)), "", heldPage)
		if err != nil {
			return nil, err
		}
		ids = append(ids, held...)
	}
	return s.jobsByDue(ctx, ids)
}

// jobsByDue returns those of the jobs that there still are, by when they are due.
func (s *Store) jobsByDue(ctx context.Context, ids []string) ([]*job.Job, error) {
	if len(ids) == 0 {
		return nil, nil
	}
	keys := make([]key, len(ids))
	for n, id := range ids {
		keys[n] = jobKey(id)
	}
	items, err := s.batchGet(ctx, s.tables.Jobs, keys)
	if err != nil {
		return nil, err
	}
	jobs := make([]*job.Job, len(items))
	for n, item := range items {
		var stored jobItem
		if err := attributevalue.UnmarshalMap(item, &stored); err != nil {
			return nil, fault.Internal("decode job: %w", err)
		}
		jobs[n] = stored.domain()
	}
	slices.SortFunc(jobs, func(a, b *job.Job) int { return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID)) })
	return jobs, nil
}
