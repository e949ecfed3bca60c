package dynamo

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// jobItem is an item of Jobs. The event source mappings filter by its state and kind, whose names are lower case.
type jobItem struct {
	key
	DueP         string `dynamodbav:"DueP"`
	DueS         string `dynamodbav:"DueS"`
	Version      int    `dynamodbav:"V"`
	State        string `dynamodbav:"state"`
	Kind         string `dynamodbav:"kind"`
	ID           string `dynamodbav:"ID"`
	Organization string `dynamodbav:"Org,omitempty"`
	Campaign     string `dynamodbav:"Campaign,omitempty"`
	Record       string `dynamodbav:"Record"`
	To           string `dynamodbav:"To,omitempty"`
	Asker        string `dynamodbav:"Asker,omitempty"`
	At           millis `dynamodbav:"At"`
	DueAt        millis `dynamodbav:"DueAt"`
	Tries        int    `dynamodbav:"Tries,omitempty"`
	Checkpoint   []byte `dynamodbav:"Checkpoint,omitempty"`
}

func newJobItem(j *job.Job) *jobItem {
	due, sort := duePartition, dueSort(j.DueAt, j.ID)
	switch {
	case j.State == job.Held:
		due = func(k string) string { return heldPartition(j.Organization, k) }
	case j.Kind == job.InvitationEmail || j.Kind == job.NoticeEmail:
		due, sort = mailPartition, mailSort(j.Organization, j.DueAt, j.ID)
	case j.Kind.UsesEventTime():
		due = eventTimePartition
	}
	return &jobItem{
		key: jobKey(j.ID), DueP: due(shard(j.ID, dueShards)), DueS: sort,
		Version: j.Version, State: string(j.State), Kind: string(j.Kind), ID: j.ID, Organization: j.Organization,
		Campaign: j.Campaign, Record: j.Record, To: j.Recipient, Asker: j.Requester, At: millisOf(j.RequestedAt), DueAt: millisOf(j.DueAt), Tries: j.Attempts,
		Checkpoint: j.Checkpoint,
	}
}

func (i *jobItem) domain() *job.Job {
	return &job.Job{
		ID: i.ID, Kind: job.Kind(i.Kind), State: job.State(i.State), Organization: i.Organization,
		Campaign: i.Campaign, Record: i.Record, Recipient: i.To, Requester: i.Asker, RequestedAt: i.At.time(), DueAt: i.DueAt.time(), Attempts: i.Tries,
		Checkpoint: i.Checkpoint, Version: i.Version,
	}
}

// CreateJob enqueues a job. It belongs in the transaction of the record that needs it.
func (s *Store) CreateJob(j *job.Job) []Write {
	j.Version = 1
	return []Write{table.Create(s.tables.Jobs, "job", newJobItem(j))}
}

// UpdateJob writes a changed job over the version that was read. Writing the state queued dispatches it to a worker.
func (s *Store) UpdateJob(j *job.Job) []Write {
	return []Write{table.Put(s.tables.Jobs, "job", newJobItem(j), j.Version)}
}

// RestartJob enqueues a job from its beginning, in place of a job with its id. The next write of a worker of that one fails.
func (s *Store) RestartJob(j *job.Job) []Write {
	j.Version = 1
	return []Write{table.PutIf(s.tables.Jobs, "job", newJobItem(j), "", nil)}
}

// DeleteJob deletes a finished job.
func (s *Store) DeleteJob(j *job.Job) []Write {
	return []Write{table.Delete(s.tables.Jobs, "job", jobKey(j.ID), j.Version)}
}

// EnqueueJob creates a job by itself. Conflict: a job with its id exists.
func (s *Store) EnqueueJob(ctx context.Context, j *job.Job) error {
	return s.commitOrConflict(ctx, s.CreateJob(j)...)
}

// SaveJob writes a changed job, whose version is then the written one. Conflict: the job was changed.
func (s *Store) SaveJob(ctx context.Context, j *job.Job) error { return s.saveJob(ctx, j) }

// FinishJob deletes a job that its record no longer needs. Conflict: the job was changed.
func (s *Store) FinishJob(ctx context.Context, j *job.Job) error {
	return s.commitOrConflict(ctx, s.DeleteJob(j)...)
}

// saveJob commits writes with a changed job, whose version is then the written one. Conflict: a condition failed.
func (s *Store) saveJob(ctx context.Context, j *job.Job, writes ...Write) error {
	err := s.commitOrConflict(ctx, append(s.UpdateJob(j), writes...)...)
	if err == nil {
		j.Version++
	}
	return err
}

// commitOrConflict commits writes of a worker. Conflict: a condition failed, so another worker has taken over.
func (s *Store) commitOrConflict(ctx context.Context, writes ...Write) error {
	err := s.Commit(ctx, writes...)
	if ConditionFailed(err, "") {
		return errJobChanged()
	}
	return err
}

func errJobChanged() error { return fault.Conflict("job_moved_on", "The job has moved on.") }

// Job returns a job, not found when it is finished or never existed.
func (s *Store) Job(ctx context.Context, id string) (*job.Job, error) {
	item, err := s.db.Get(ctx, s.tables.Jobs, jobKey(id))
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, fault.NotFound("job")
	}
	return decodeJob(item)
}

func decodeJob(item Item) (*job.Job, error) {
	stored, err := table.Unmarshal[jobItem](item)
	if err != nil {
		return nil, err
	}
	return stored.domain(), nil
}

// jobsByDueTime returns the jobs that exist, of those with the ids, in order of the time they are due at.
func (s *Store) jobsByDueTime(ctx context.Context, ids []string) ([]*job.Job, error) {
	items, err := s.db.BatchGet(ctx, s.tables.Jobs, keysOf(ids, jobKey))
	if err != nil {
		return nil, err
	}
	jobs := make([]*job.Job, len(items))
	for n, item := range items {
		if jobs[n], err = decodeJob(item); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(jobs, func(a, b *job.Job) int { return cmp.Or(a.DueAt.Compare(b.DueAt), cmp.Compare(a.ID, b.ID)) })
	return jobs, nil
}

// OverdueJobs returns the ids of jobs that are due by now: at most limit of each partition of the index, and of the jobs
// that send email one a partition, because one worker sends them all.
func (s *Store) OverdueJobs(ctx context.Context, now time.Time, limit int32) ([]string, error) {
	ids, err := s.dueJobs(ctx, duePartition, now, limit)
	if err != nil {
		return nil, err
	}
	for k := range dueShards {
		id, err := s.overdueMailJob(ctx, mailPartition(strconv.Itoa(k)), dueBefore(now))
		if err != nil {
			return nil, err
		}
		if id != "" {
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// DueByEventTime returns the ids of jobs that are due by a time of events, not of the machine's clock: at most limit of each
// partition of the index.
func (s *Store) DueByEventTime(ctx context.Context, at time.Time, limit int32) ([]string, error) {
	return s.dueJobs(ctx, eventTimePartition, at, limit)
}

// dueJobs returns the ids of jobs in each of four partitions of the index that are due by an instant, or of all when it is
// zero: at most limit of each.
func (s *Store) dueJobs(ctx context.Context, partition func(shard string) string, by time.Time, limit int32) ([]string, error) {
	before := ""
	if !by.IsZero() {
		before = dueBefore(by)
	}
	var ids []string
	for k := range dueShards {
		items, _, err := s.db.Query(ctx, table.Span{
			Table: s.tables.Jobs, Index: "Due", Partition: partition(strconv.Itoa(k)), Before: before, Limit: limit,
		})
		if err != nil {
			return nil, err
		}
		for _, item := range items {
			_, id := cutLast(table.StringOf(item, "DueS"))
			ids = append(ids, id)
		}
	}
	return ids, nil
}

// dueBefore returns the time that sorts after those of jobs due by an instant.
func dueBefore(at time.Time) string { return sortableTime(at.Add(time.Millisecond)) }
