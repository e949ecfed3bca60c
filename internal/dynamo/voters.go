package dynamo

import (
	"cmp"
	"context"
	"slices"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

var voterFileType = entity("voter_file", (*voterFileItem).domain)

type voterFileItem struct {
	key
	header
	ID           string `dynamodbav:"ID"`
	Organization string `dynamodbav:"Org"`
	State        string `dynamodbav:"State"`
	Status       string `dynamodbav:"Status"`
	CreatedAt    millis `dynamodbav:"CreatedAt"`
	CreatedBy    string `dynamodbav:"CreatedBy"`
	ByName       string `dynamodbav:"ByName,omitempty"`
	Bytes        int64  `dynamodbav:"Bytes,omitempty"`
	BytesRead    int64  `dynamodbav:"BytesRead,omitempty"`
	Rows         int    `dynamodbav:"Rows,omitempty"`
	Imported     int    `dynamodbav:"Imported,omitempty"`
	Rejected     int    `dynamodbav:"Rejected,omitempty"`
	RejectsKept  int    `dynamodbav:"RejectsKept,omitempty"`
	Error        string `dynamodbav:"Error,omitempty"`
	StartedAt    millis `dynamodbav:"StartedAt,omitempty"`
	FinishedAt   millis `dynamodbav:"FinishedAt,omitempty"`
	ReplacedBy   string `dynamodbav:"ReplacedBy,omitempty"`
	Mode         string `dynamodbav:"Mode,omitempty"`
	Set          string `dynamodbav:"Set,omitempty"`
}

func newVoterFileItem(f *voter.File) *voterFileItem {
	return &voterFileItem{
		key: voterFileKey(f.Organization, f.ID), header: header{voterFileType, f.Version},
		ID: string(f.ID), Organization: string(f.Organization), State: f.State, Status: string(f.Status),
		CreatedAt: ms(f.CreatedAt), CreatedBy: string(f.CreatedBy), ByName: f.ByName, Bytes: f.Bytes,
		BytesRead: f.BytesRead, Rows: f.Rows, Imported: f.Imported, Rejected: f.Rejected, RejectsKept: f.RejectsKept,
		Error: f.Error, StartedAt: ms(f.StartedAt), FinishedAt: ms(f.FinishedAt), ReplacedBy: string(f.ReplacedBy),
		Mode: string(f.Mode), Set: string(f.Set),
	}
}

func (i *voterFileItem) domain() *voter.File {
	return &voter.File{
		ID: voter.FileID(i.ID), Organization: organization.ID(i.Organization), State: i.State,
		Status: voter.FileState(i.Status), CreatedAt: i.CreatedAt.time(), CreatedBy: user.ID(i.CreatedBy),
		ByName: i.ByName, Bytes: i.Bytes, BytesRead: i.BytesRead, Rows: i.Rows, Imported: i.Imported,
		Rejected: i.Rejected, RejectsKept: i.RejectsKept, Error: i.Error, StartedAt: i.StartedAt.time(),
		FinishedAt: i.FinishedAt.time(), ReplacedBy: voter.FileID(i.ReplacedBy), Version: i.Version,
		Mode: cmp.Or(voter.Mode(i.Mode), voter.Replace), Set: voter.FileID(i.Set),
	}
}

// CreateVoterFile writes a new voter file's record.
func (s *Store) CreateVoterFile(f *voter.File) []Write {
	f.Version = 1
	return []Write{s.create("voter file", newVoterFileItem(f))}
}

// UpdateVoterFile writes a changed voter file's record over the version that was read.
func (s *Store) UpdateVoterFile(f *voter.File) []Write {
	next := *f
	next.Version++
	return []Write{s.replace("voter file", newVoterFileItem(&next), f.Version)}
}

// VoterFile returns an organization's voter file, not found when it has none of that id.
func (s *Store) VoterFile(ctx context.Context, o organization.ID, file voter.FileID) (*voter.File, error) {
	return record[voter.File](ctx, s, "voter file", voterFileKey(o, file))
}

// VoterFiles returns an organization's voter files, the latest first.
func (s *Store) VoterFiles(ctx context.Context, o organization.ID) ([]*voter.File, error) {
	prefix := voterFileKey(o, "")
	items, err := s.queryAll(ctx, span{table: s.tables.Records, partition: prefix.PK, prefix: prefix.SK, descending: true})
	if err != nil {
		return nil, err
	}
	return decodeAll[voter.File](items)
}

type voterItem struct {
	key
	StateFileID string `dynamodbav:"SFID"`
	First       string `dynamodbav:"First,omitempty"`
	Last        string `dynamodbav:"Last,omitempty"`
	City        string `dynamodbav:"City,omitempty"`
	State       string `dynamodbav:"State"`
	Zip         string `dynamodbav:"Zip,omitempty"`
	Line        int    `dynamodbav:"Line"`

	Middle    string   `dynamodbav:"Mid,omitempty"`
	Suffix    string   `dynamodbav:"Suf,omitempty"`
	Street    string   `dynamodbav:"Street,omitempty"`
	BirthYear int      `dynamodbav:"Birth,omitempty"`
	Inactive  bool     `dynamodbav:"Inactive,omitempty"`
	Districts []string `dynamodbav:"Districts,omitempty"`
}

func (i *voterItem) domain() *voter.Voter {
	return &voter.Voter{
		CanonicalID: i.SK, StateFileID: i.StateFileID, FirstName: i.First, LastName: i.Last,
		City: i.City, State: i.State, Zip: i.Zip, MiddleName: i.Middle, Suffix: i.Suffix, Street: i.Street,
		BirthYear: i.BirthYear, Inactive: i.Inactive, Districts: districts(i.Districts),
	}
}

// VoterByID returns the voter with the canonical id from an organization's voter files that are ready, not found when
// there is none. It costs one query and one batch read.
func (s *Store) VoterByID(ctx context.Context, o organization.ID, canonicalID string) (*voter.Voter, error) {
	if canonicalID == "" || len(canonicalID) > 4*voter.MaxID {
		return nil, fault.NotFound("voter")
	}
	var before []voter.FileID
	for {
		ready, err := s.readyVoterFiles(ctx, o)
		if err != nil {
			return nil, err
		}
		if slices.Equal(ready, before) { // as they were when nothing was found: the file wasn't replaced meanwhile
			return nil, fault.NotFound("voter")
		}
		keys := make([]key, len(ready))
		for i, file := range ready {
			keys[i] = voterKey(o, file, canonicalID)
		}
		items, err := s.batchGet(ctx, s.tables.Voters, keys)
		if err != nil {
			return nil, err
		}
		if found := latest(items, keys); found != nil {
			return decodeVoter(found)
		}
		before = ready
	}
}

func districts(stored []string) [voter.MaxDistricts]string {
	var all [voter.MaxDistricts]string
	copy(all[:], stored)
	return all
}

// withoutEmpty returns the districts up to the last that is known.
func withoutEmpty(all [voter.MaxDistricts]string) []string {
	n := len(all)
	for n > 0 && all[n-1] == "" {
		n--
	}
	return all[:n]
}

// latest returns the item of the first of the keys that has one. It returns nil if there is none.
func latest(items []Item, keys []key) Item {
	for _, k := range keys {
		for _, item := range items {
			if pk, ok := item["PK"].(*types.AttributeValueMemberS); ok && pk.Value == k.PK {
				return item
			}
		}
	}
	return nil
}

func decodeVoter(item Item) (*voter.Voter, error) {
	var stored voterItem
	if err := attributevalue.UnmarshalMap(item, &stored); err != nil {
		return nil, fault.Internal("decode voter: %w", err)
	}
	return stored.domain(), nil
}

func (s *Store) readyVoterFiles(ctx context.Context, o organization.ID) ([]voter.FileID, error) {
	files, err := s.VoterFiles(ctx, o)
	if err != nil {
		return nil, err
	}
	var ready []voter.FileID
	for _, f := range files {
		if f.Status == voter.FileReady {
			ready = append(ready, f.ID)
		}
	}
	return ready, nil
}

// VoterLines returns the lines on which voters of a file that are stored already stand, by canonical id.
func (s *Store) VoterLines(ctx context.Context, o organization.ID, file voter.FileID, ids []string) (map[string]int, error) {
	keys := make([]key, len(ids))
	for i, id := range ids {
		keys[i] = voterKey(o, file, id)
	}
	items, err := s.batchGet(ctx, s.tables.Voters, keys)
	if err != nil {
		return nil, err
	}
	lines := make(map[string]int, len(items))
	for _, item := range items {
		var stored voterItem
		if err := attributevalue.UnmarshalMap(item, &stored); err != nil {
			return nil, fault.Internal("decode voter: %w", err)
		}
		lines[stored.SK] = stored.Line
	}
	return lines, nil
}

// WriteVoters stores rows of a file whose canonical ids are distinct. Writing the same rows again changes nothing.
func (s *Store) WriteVoters(ctx context.Context, o organization.ID, file voter.FileID, rows []voter.Row) error {
	requests := make([]types.WriteRequest, len(rows))
	for i, r := range rows {
		v := r.Voter
		item, err := attributevalue.MarshalMap(voterItem{
			key: voterKey(o, file, v.CanonicalID), StateFileID: v.StateFileID,
			First: v.FirstName, Last: v.LastName, City: v.City, State: v.State, Zip: v.Zip, Line: r.Line,
			Middle: v.MiddleName, Suffix: v.Suffix, Street: v.Street, BirthYear: v.BirthYear, Inactive: v.Inactive,
			Districts: withoutEmpty(v.Districts),
		})
		if err != nil {
			return fault.Internal("encode voter: %w", err)
		}
		requests[i] = types.WriteRequest{PutRequest: &types.PutRequest{Item: item}}
	}
	return s.batchWrite(ctx, s.tables.Voters, requests)
}

// StartImport writes a voter file whose import begins, and its job. Conflict: it began already.
func (s *Store) StartImport(ctx context.Context, f *voter.File, j *job.Job) error {
	return overtaken(s.Commit(ctx, append(s.UpdateVoterFile(f), s.CreateJob(j)...)...))
}

// SaveImport writes a changed voter file and its job, whose versions then are the written ones. Conflict: the job has
// moved on.
func (s *Store) SaveImport(ctx context.Context, f *voter.File, j *job.Job) error {
	if err := overtaken(s.Commit(ctx, append(s.UpdateVoterFile(f), s.UpdateJob(j)...)...)); err != nil {
		return err
	}
	f.Version++
	j.Version++
	return nil
}

// FinishImport writes voter files, removes a job that is done and makes further ones, all or none. Conflict: the job has
// moved on, or a file was changed.
func (s *Store) FinishImport(ctx context.Context, files []*voter.File, done *job.Job, further []*job.Job) error {
	writes := s.DeleteJob(done)
	for _, f := range files {
		writes = append(writes, s.UpdateVoterFile(f)...)
	}
	for _, j := range further {
		writes = append(writes, s.CreateJob(j)...)
	}
	return overtaken(s.Commit(ctx, writes...))
}

// batchWrite does all the requests, in batches of 25, eight at a time. They are not one transaction: what fails in the
// middle is done again.
func (s *Store) batchWrite(ctx context.Context, table string, requests []types.WriteRequest) error {
	batches := slices.Collect(slices.Chunk(requests, 25))
	return InParallel(ctx, 8, len(batches), func(ctx context.Context, n int) error {
		pending := map[string][]types.WriteRequest{table: batches[n]}
		for try := 0; len(pending) > 0; try++ {
			out, err := s.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: pending})
			if err != nil {
				return failure("batch write", err)
			}
			pending = out.UnprocessedItems
			if len(pending) == 0 {
				return nil
			}
			if err := pause(ctx, try); err != nil {
				return err
			}
		}
		return nil
	})
}
