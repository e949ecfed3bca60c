package dynamo

import (
	"context"
	"encoding/json"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

// SaveDetection stores what was found in a file that waits for a mapping.
func (s *Store) SaveDetection(ctx context.Context, f *voter.File, d *voter.Detection) error {
	return s.putJSON(ctx, "voter file columns", voterDetectionKey(f.Organization, f.ID), d)
}

// VoterDetection returns what was found in a file that waits for a mapping, or not found.
func (s *Store) VoterDetection(ctx context.Context, o organization.ID, f voter.FileID) (*voter.Detection, error) {
	return readJSON[voter.Detection](ctx, s, "voter file columns", voterDetectionKey(o, f))
}

// SaveReview stores the samples of a file that needs confirmation.
func (s *Store) SaveReview(ctx context.Context, f *voter.File, review *voter.Review) error {
	return s.putJSON(ctx, "voter file review", voterReviewKey(f.Organization, f.ID), review)
}

// VoterReview returns the samples of a file that needs confirmation, or not found.
func (s *Store) VoterReview(ctx context.Context, o organization.ID, f voter.FileID) (*voter.Review, error) {
	return readJSON[voter.Review](ctx, s, "voter file review", voterReviewKey(o, f))
}

// VoterMapping returns the columns that an administrator mapped for the last file of a state, or not found.
func (s *Store) VoterMapping(ctx context.Context, o organization.ID, state string) (*voter.SavedMapping, error) {
	return readJSON[voter.SavedMapping](ctx, s, "mapping", voterMappingKey(o, state))
}

// SaveVoterMapping stores the columns that an administrator mapped, for the next file of the state.
func (s *Store) SaveVoterMapping(ctx context.Context, f *voter.File, m *voter.SavedMapping) error {
	return s.putJSON(ctx, "mapping", voterMappingKey(f.Organization, f.State), m)
}

// DecideVoterFiles writes files that an administrator decided about, and the jobs that follow.
func (s *Store) DecideVoterFiles(files []*voter.File, jobs ...*job.Job) []Write {
	var writes []Write
	for _, f := range files {
		writes = append(writes, s.UpdateVoterFile(f)...)
	}
	for _, j := range jobs {
		writes = append(writes, s.CreateJob(j)...)
	}
	return writes
}

// putJSON writes a value to Voters, compressed.
func (s *Store) putJSON(ctx context.Context, what string, at key, value any) error {
	data, err := encodeJSON(what, value)
	if err != nil {
		return err
	}
	return s.db.BatchWrite(ctx, s.tables.Voters, []types.WriteRequest{putBlock(at, data)})
}

func encodeJSON(what string, value any) ([]byte, error) {
	plain, err := json.Marshal(value)
	if err != nil {
		return nil, fault.Internal("encode %s: %w", what, err)
	}
	return match.Deflate(plain), nil
}

func readJSON[T any](ctx context.Context, s *Store, what string, at key) (*T, error) {
	items, err := s.db.BatchGet(ctx, s.tables.Voters, []key{at})
	if err != nil {
		return nil, err
	}
	if len(items) == 0 {
		return nil, fault.NotFound(what)
	}
	stored, err := table.Unmarshal[voterBlockItem](items[0])
	if err != nil {
		return nil, err
	}
	plain, err := match.Inflate(stored.Data)
	if err != nil {
		return nil, fault.Internal("decode %s: %w", what, err)
	}
	value := new(T)
	if err := json.Unmarshal(plain, value); err != nil {
		return nil, fault.Internal("decode %s: %w", what, err)
	}
	return value, nil
}
