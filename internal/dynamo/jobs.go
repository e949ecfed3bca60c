package dynamo

import (
	"context"
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
		due = clockPartition
	}
	return &jobItem{
		key: jobKey(j.ID), DueP: due(shard(j.ID, dueShards)), DueS: sort,
		Version: j.Version, State: string(j.State), Kind: string(j.Kind), ID: j.ID, Organization: j.Organization,
		Campaign: j.Campaign, Record: j.Record, To: j.Recipient, Asker: j.Requester, At: ms(j.RequestedAt), DueAt: ms(j.DueAt), Tries: j.Attempts,
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

// CreateJob writes a new job. It belongs into the transaction of the record that asks for it.
func (s *Store) CreateJob(j *job.Job) []Write {
	j.Version = 1
	w := s.create("job", newJobItem(j))
	w.table = s.tables.Jobs
	return []Write{w}
}

// UpdateJob writes a changed job over the version that was read. A write of the state queued rings for a worker.
func (s *Store) UpdateJob(j *job.Job) []Write {
	next := *j
	next.Version++
	w := s.replace("job", newJobItem(&next), j.Version)
	w.table = s.tables.Jobs
	return []Write{w}
}

// DeleteJob removes a finished job.
func (s *Store) DeleteJob(j *job.Job) []Write {
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
		ids = append(ids, due...)
		mail, err := s.overdueMail(ctx, mailPartition(strconv.Itoa(k)), until)
		if err != nil {
			return nil, err
		}
		if mail != "" {
			ids = append(ids, mail)
		}
	}
	return ids, nil
}

// DueByEventTime returns the ids of jobs that wait for a time of people's, and are due by a time of events: at most limit of
// each of the index's partitions.
func (s *Store) DueByEventTime(ctx context.Context, at time.Time, limit int32) ([]string, error) {
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
		_, id := cutLast(stringIn(item, "DueS"))
		ids = append(ids, id)
	}
	return ids, nil
}

// EnqueueJob writes a new job on its own. Conflict: there is one of that id.
func (s *Store) EnqueueJob(ctx context.Context, j *job.Job) error {
	return overtaken(s.Commit(ctx, s.CreateJob(j)...))
}
