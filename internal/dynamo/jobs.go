package dynamo

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// jobItem stands in Jobs. State and Kind are what the stream's mappings filter by, so their names are lower case there.
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
	At           millis `dynamodbav:"At"`
	DueAt        millis `dynamodbav:"DueAt"`
	Tries        int    `dynamodbav:"Tries,omitempty"`
	Checkpoint   []byte `dynamodbav:"Checkpoint,omitempty"`
}

func newJobItem(j *job.Job) *jobItem {
	due := duePartition
	switch {
	case j.State == job.Held:
		due = func(k string) string { return heldPartition(j.Organization, k) }
	case j.Kind == job.Invitation:
		due = mailPartition
	case j.Kind.ByEvents():
		due = clockPartition
	}
	return &jobItem{
		key: jobKey(j.ID), DueP: due(shard(j.ID, dueShards)), DueS: dueSort(j.DueAt, j.ID),
		Version: j.Version, State: string(j.State), Kind: string(j.Kind), ID: j.ID, Organization: j.Organization,
		Campaign: j.Campaign, Record: j.Record, At: ms(j.At), DueAt: ms(j.DueAt), Tries: j.Tries,
		Checkpoint: j.Checkpoint,
	}
}

func (i *jobItem) domain() *job.Job {
	return &job.Job{
		ID: i.ID, Kind: job.Kind(i.Kind), State: job.State(i.State), Organization: i.Organization,
		Campaign: i.Campaign, Record: i.Record, At: i.At.time(), DueAt: i.DueAt.time(), Tries: i.Tries,
		Checkpoint: i.Checkpoint, Version: i.Version,
	}
}

// CreateJob writes a new job. It belongs into the transaction of the record that asks for it.
func (s *Store) CreateJob(j *job.Job) []Write {
	j.Version = 1
	w := s.create("job", newJobItem(j))
	w.table = s.tables.Jobs
	return []Write{w}
}

// PutJob writes a changed job over the version that was read. A write of the state queued rings for a worker.
func (s *Store) PutJob(j *job.Job) []Write {
	next := *j
	next.Version++
	w := s.replace("job", newJobItem(&next), j.Version)
	w.table = s.tables.Jobs
	return []Write{w}
}

// RemoveJob removes a finished job.
func (s *Store) RemoveJob(j *job.Job) []Write {
	w := s.delete("job", jobKey(j.ID), j.Version)
	w.table = s.tables.Jobs
	return []Write{w}
}

// Job returns a job, not found when it is finished or never was.
func (s *Store) Job(ctx context.Context, id string) (*job.Job, error) {
	item, err := s.get(ctx, s.tables.Jobs, jobKey(id))
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, fault.NotFound("job")
	}
	var stored jobItem
	if err := attributevalue.UnmarshalMap(item, &stored); err != nil {
		return nil, fault.Internal("decode job %s: %w", id, err)
	}
	return stored.domain(), nil
}

// OverdueJobs returns the ids of jobs that were to be rung for by now, at most limit of each of the index's partitions.
// Of the mails that wait it names one a partition: whoever hears the bell sends them all.
func (s *Store) OverdueJobs(ctx context.Context, now time.Time, limit int32) ([]string, error) {
	var ids []string
	until := sortableTime(now.Add(time.Millisecond))
	for k := range dueShards {
		due, err := s.dueJobs(ctx, duePartition(strconv.Itoa(k)), until, limit)
		if err != nil {
			return nil, err
		}
		mail, err := s.dueJobs(ctx, mailPartition(strconv.Itoa(k)), until, 1)
		if err != nil {
			return nil, err
		}
		ids = append(append(ids, due...), mail...)
	}
	return ids, nil
}

// DueByEvents returns the ids of jobs that wait for a time of people's, and are due by a time of events: at most limit of
// each of the index's partitions.
func (s *Store) DueByEvents(ctx context.Context, at time.Time, limit int32) ([]string, error) {
	var ids []string
	until := sortableTime(at.Add(time.Millisecond))
	for k := range dueShards {
		due, err := s.dueJobs(ctx, clockPartition(strconv.Itoa(k)), until, limit)
		if err != nil {
			return nil, err
		}
		ids = append(ids, due...)
	}
	return ids, nil
}

// dueJobs returns the ids of the first jobs of a partition of the index, those that are due before an instant, or all
// when it is empty.
func (s *Store) dueJobs(ctx context.Context, partition, before string, limit int32) ([]string, error) {
	items, _, err := s.query(ctx, span{
		table: s.tables.Jobs, index: "Due", limit: limit, partition: partition, before: before,
	})
	if err != nil {
		return nil, err
	}
	var ids []string
	for _, item := range items {
		_, id, _ := cutLast(stringIn(item, "DueS"))
		ids = append(ids, id)
	}
	return ids, nil
}

// mailPage is how many waiting mails of each partition are looked at together.
const mailPage = 100

// WaitingMail returns jobs that send a mail, those that are due first, and those that somebody holds among them. It
// returns none when no mail waits.
func (s *Store) WaitingMail(ctx context.Context) ([]*job.Job, error) {
	return s.mailJobs(ctx, mailPartition)
}

// mailJobs returns the first jobs of each of the partitions of the index, those that are due first.
func (s *Store) mailJobs(ctx context.Context, partition func(k string) string) ([]*job.Job, error) {
	var keys []key
	for k := range dueShards {
		ids, err := s.dueJobs(ctx, partition(strconv.Itoa(k)), "", mailPage)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			keys = append(keys, jobKey(id))
		}
	}
	if len(keys) == 0 {
		return nil, nil
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

// StartJob writes a new job on its own. Conflict: there is one of that id.
func (s *Store) StartJob(ctx context.Context, j *job.Job) error {
	return overtaken(s.Commit(ctx, s.CreateJob(j)...))
}
