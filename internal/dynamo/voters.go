package dynamo

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/layout"
)

type voterItem struct {
	key
	StateFileID string `dynamodbav:"SFID"`
	First       string `dynamodbav:"First,omitempty"`
	Last        string `dynamodbav:"Last,omitempty"`
	City        string `dynamodbav:"City,omitempty"`
	State       string `dynamodbav:"State"`
	Zip         string `dynamodbav:"Zip,omitempty"`
	Line        int    `dynamodbav:"Line"`
	AsGiven     string `dynamodbav:"ID,omitempty"` // the canonical id, unless it is the sort key

	Middle    string   `dynamodbav:"Mid,omitempty"`
	Suffix    string   `dynamodbav:"Suf,omitempty"`
	Street    string   `dynamodbav:"Street,omitempty"`
	BirthYear int      `dynamodbav:"Birth,omitempty"`
	Inactive  bool     `dynamodbav:"Inactive,omitempty"`
	Districts []string `dynamodbav:"Districts,omitempty"`
}

func (i *voterItem) domain() *voter.Voter {
	return &voter.Voter{
		CanonicalID: cmp.Or(i.AsGiven, i.SK), StateFileID: i.StateFileID, FirstName: i.First, LastName: i.Last,
		City: i.City, State: i.State, Zip: i.Zip, MiddleName: i.Middle, Suffix: i.Suffix, Street: i.Street,
		BirthYear: i.BirthYear, Inactive: i.Inactive, Districts: districts(i.Districts),
	}
}

// VoterByID returns the voter with the canonical id from an organization's voter files that are ready, or not found. It
// costs one Query and one BatchGetItem.
func (s *Store) VoterByID(ctx context.Context, o organization.ID, canonicalID string) (*voter.Voter, error) {
	if canonicalID == "" || len(canonicalID) > 4*voter.MaxID {
		return nil, fault.NotFound("voter")
	}
	var searched []voter.FileID
	for {
		ready, err := s.readyVoterFiles(ctx, o)
		if err != nil {
			return nil, err
		}
		if slices.Equal(ready, searched) { // no file was replaced during the search
			return nil, fault.NotFound("voter")
		}
		keys := keysOf(ready, func(file voter.FileID) key { return voterKey(o, file, canonicalID) })
		items, err := s.db.BatchGet(ctx, s.tables.Voters, keys)
		if err != nil {
			return nil, err
		}
		if item := latest(items, keys); item != nil {
			stored, err := table.Unmarshal[voterItem](item)
			if err != nil {
				return nil, err
			}
			return stored.domain(), nil
		}
		searched = ready
	}
}

// unless returns the value, and empty if it equals another.
func unless(value, other string) string {
	if value == other {
		return ""
	}
	return value
}

// latest returns the item of the first of the keys that has one, nil when none has.
func latest(items []Item, keys []key) Item {
	for _, k := range keys {
		for _, item := range items {
			if table.KeyOf(item) == k {
				return item
			}
		}
	}
	return nil
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

// VoterLines returns the line numbers of a file's voters that are stored, of those with the canonical ids, by id as ids are compared.
func (s *Store) VoterLines(ctx context.Context, o organization.ID, file voter.FileID, ids []string) (map[string]int, error) {
	var mu sync.Mutex
	lines := make(map[string]int, len(ids))
	chunks := slices.Collect(slices.Chunk(ids, 100))
	err := table.Parallel(ctx, 4, len(chunks), func(ctx context.Context, n int) error {
		items, err := s.db.BatchGet(ctx, s.tables.Voters, keysOf(chunks[n], func(id string) key { return voterKey(o, file, id) }))
		if err != nil {
			return err
		}
		for _, item := range items {
			stored, err := table.Unmarshal[voterItem](item)
			if err != nil {
				return err
			}
			mu.Lock()
			lines[stored.SK] = stored.Line
			mu.Unlock()
		}
		return nil
	})
	return lines, err
}

// VoterPage returns up to 100 voters of a file, the first ones of a partition, and the number of the next partition, -1 after
// the last one.
func (s *Store) VoterPage(ctx context.Context, f *voter.File, partition int) ([]*voter.Voter, int, error) {
	items, _, err := s.db.Query(ctx, table.Span{
		Table: s.tables.Voters, Limit: 100, Partition: voterPartition(f.Organization, f.ID, strconv.Itoa(partition)),
	})
	if err != nil {
		return nil, 0, err
	}
	voters := make([]*voter.Voter, len(items))
	for i, item := range items {
		stored, err := table.Unmarshal[voterItem](item)
		if err != nil {
			return nil, 0, err
		}
		voters[i] = stored.domain()
	}
	if partition+1 >= voterShards {
		return voters, -1, nil
	}
	return voters, partition + 1, nil
}

// WriteVoters stores rows of a file, whose canonical ids must be distinct. It is idempotent.
func (s *Store) WriteVoters(ctx context.Context, o organization.ID, file voter.FileID, rows []voter.Row) error {
	requests := make([]types.WriteRequest, len(rows))
	for i, r := range rows {
		v := r.Voter
		requests[i] = types.WriteRequest{PutRequest: &types.PutRequest{Item: table.Marshal(voterItem{
			key: voterKey(o, file, v.CanonicalID), StateFileID: v.StateFileID, AsGiven: unless(v.CanonicalID, layout.NormalID(v.CanonicalID)),
			First: v.FirstName, Last: v.LastName, City: v.City, State: v.State, Zip: v.Zip, Line: r.Line,
			Middle: v.MiddleName, Suffix: v.Suffix, Street: v.Street, BirthYear: v.BirthYear, Inactive: v.Inactive,
			Districts: withoutEmpty(v.Districts),
		})}}
	}
	return s.db.BatchWrite(ctx, s.tables.Voters, requests)
}
