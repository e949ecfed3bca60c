package dynamo

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

// voterBlockItem is the compressed voters of a bucket, or the numbers of voters by place.
type voterBlockItem struct {
	key
	Data []byte `dynamodbav:"Z"`
}

// WriteBlocks stores the search blocks of one part of a file, and the places of its voters. Writing the same part again
// replaces it.
func (s *Store) WriteBlocks(ctx context.Context, f *voter.File, part int, blocks []match.Block, places []match.ZipCount) error {
	data, err := encodePlaces(places)
	if err != nil {
		return err
	}
	requests := make([]types.WriteRequest, 0, len(blocks)+1)
	for _, b := range blocks {
		requests = append(requests, putBlock(voterBlockKey(f, b.Bucket, part, b.Number), b.Data))
	}
	requests = append(requests, putBlock(voterPlacesKey(f, fmt.Sprintf("%06d", part)), data))
	return s.db.BatchWrite(ctx, s.tables.Voters, requests)
}

func putBlock(k key, data []byte) types.WriteRequest {
	return types.WriteRequest{PutRequest: &types.PutRequest{Item: table.Marshal(voterBlockItem{k, data})}}
}

func encodePlaces(places []match.ZipCount) ([]byte, error) {
	plain, err := json.Marshal(places)
	if err != nil {
		return nil, fault.Internal("encode places: %w", err)
	}
	return match.Deflate(plain), nil
}

func decodePlaces(items []Item) ([]match.ZipCount, error) {
	var all []match.ZipCount
	for _, item := range items {
		stored, err := table.Unmarshal[voterBlockItem](item)
		if err != nil {
			return nil, err
		}
		plain, err := match.Inflate(stored.Data)
		if err != nil {
			return nil, fault.Internal("decode places: %w", err)
		}
		var places []match.ZipCount
		if err := json.Unmarshal(plain, &places); err != nil {
			return nil, fault.Internal("decode places: %w", err)
		}
		all = append(all, places...)
	}
	return all, nil
}

// MergePlaces adds up the places of a file's parts into one item.
func (s *Store) MergePlaces(ctx context.Context, f *voter.File) error {
	places, err := s.partPlaces(ctx, f)
	if err != nil {
		return err
	}
	data, err := encodePlaces(match.MergeCounts(places))
	if err != nil {
		return err
	}
	return s.db.BatchWrite(ctx, s.tables.Voters, []types.WriteRequest{putBlock(voterPlacesKey(f, ""), data)})
}

func (s *Store) partPlaces(ctx context.Context, f *voter.File) ([]match.ZipCount, error) {
	first := voterPlacesKey(f, "")
	items, err := s.db.QueryAll(ctx, table.Span{Table: s.tables.Voters, Partition: first.PK, Prefix: first.SK + "#"})
	if err != nil {
		return nil, err
	}
	return decodePlaces(items)
}

// VoterPlaces returns the numbers of voters by zip code and city of files, which are of one set. It costs one batch read.
func (s *Store) VoterPlaces(ctx context.Context, files []*voter.File) ([]match.ZipCount, error) {
	keys := keysOf(files, func(f *voter.File) key { return voterPlacesKey(f, "") })
	items, err := s.db.BatchGet(ctx, s.tables.Voters, keys)
	if err != nil {
		return nil, err
	}
	return decodePlaces(items)
}

// VoterBlocks returns the voters of search buckets of files, which are of one set, and the number of compressed bytes read.
// It costs one eventually consistent query a bucket, in parallel, of one page: of the few buckets larger than 1 MB, the
// rest is not read. A voter of several files is returned as the latest has it.
func (s *Store) VoterBlocks(ctx context.Context, files []*voter.File, buckets []match.Bucket) ([]voter.Found, int, error) {
	if len(files) == 0 {
		return nil, 0, nil
	}
	var mu sync.Mutex
	var found []voter.Found
	bytes := 0
	err := table.Parallel(ctx, len(buckets), len(buckets), func(ctx context.Context, n int) error {
		items, _, err := s.db.Query(ctx, table.Span{
			Table: s.tables.Voters, Partition: voterBlockPartition(files[0], buckets[n]), Descending: true, Eventually: true,
		})
		if err != nil {
			return err
		}
		for _, item := range items {
			stored, err := table.Unmarshal[voterBlockItem](item)
			if err != nil {
				return err
			}
			id, _, _ := strings.Cut(stored.SK, "#")
			at := slices.IndexFunc(files, func(f *voter.File) bool { return string(f.ID) == id })
			mu.Lock()
			bytes += len(stored.Data)
			mu.Unlock()
			if at < 0 { // of a file that is not ready, or no longer
				continue
			}
			entries, err := match.Decode(stored.Data)
			if err != nil {
				return fault.Internal("decode voter block: %w", err)
			}
			mu.Lock()
			found = append(found, voter.Found{File: files[at], Entries: entries})
			mu.Unlock()
		}
		return nil
	})
	if err != nil {
		return nil, 0, err
	}
	slices.SortStableFunc(found, func(a, b voter.Found) int { return strings.Compare(string(b.File.ID), string(a.File.ID)) })
	return found, bytes, nil
}

// VotersByRef returns voters of an organization's files, by file and canonical id. Voters that are gone are missing. It costs
// one batch read for up to 100.
func (s *Store) VotersByRef(ctx context.Context, o organization.ID, refs []voter.Ref) (map[voter.Ref]*voter.Voter, error) {
	byKey := map[key]voter.Ref{}
	var keys []key
	for _, ref := range refs {
		k := voterKey(o, ref.File, ref.CanonicalID)
		if _, twice := byKey[k]; !twice {
			byKey[k], keys = ref, append(keys, k)
		}
	}
	items, err := s.db.BatchGet(ctx, s.tables.Voters, keys)
	if err != nil {
		return nil, err
	}
	voters := map[voter.Ref]*voter.Voter{}
	for _, item := range items {
		stored, err := table.Unmarshal[voterItem](item)
		if err != nil {
			return nil, err
		}
		voters[byKey[stored.key]] = stored.domain()
	}
	return voters, nil
}

// blocksPerDelete is how many buckets one call of DeleteVoters empties.
const blocksPerDelete = 64

// DeleteVoters deletes some voters and search blocks of a file, from a place on (0 at first), and returns the place to
// continue with: -1 when none are left.
func (s *Store) DeleteVoters(ctx context.Context, f *voter.File, place int) (int, error) {
	if place >= voterShards {
		return s.deleteBlocks(ctx, f, place)
	}
	more, err := s.deletePage(ctx, voterPartition(f.Organization, f.ID, strconv.Itoa(place)), "")
	if err != nil || more {
		return place, err
	}
	return place + 1, nil
}

// deletePage deletes one page of rows of a partition of Voters, and reports whether there are more.
func (s *Store) deletePage(ctx context.Context, partition, prefix string) (bool, error) {
	items, next, err := s.db.Query(ctx, table.Span{Table: s.tables.Voters, Limit: 500, Partition: partition, Prefix: prefix})
	if err != nil {
		return false, err
	}
	requests := make([]types.WriteRequest, len(items))
	for i, item := range items {
		requests[i] = types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: table.KeyOf(item).Attributes()}}
	}
	return next != nil, s.db.BatchWrite(ctx, s.tables.Voters, requests)
}

// deleteBlocks deletes the blocks of some buckets, and at last the sample rows and the places, which name the areas whose
// buckets there are.
func (s *Store) deleteBlocks(ctx context.Context, f *voter.File, place int) (int, error) {
	counts, err := s.partPlaces(ctx, f)
	if err != nil {
		return place, err
	}
	places := voterPlacesKey(f, "")
	if len(counts) > 0 {
		buckets := match.AllBuckets(match.NewPlaces(counts).Areas())
		from := min(len(buckets), (place-voterShards)*blocksPerDelete)
		some := buckets[from:min(len(buckets), from+blocksPerDelete)]
		err := table.Parallel(ctx, 8, len(some), func(ctx context.Context, n int) error {
			for {
				more, err := s.deletePage(ctx, voterBlockPartition(f, some[n]), string(f.ID)+"#")
				if err != nil || !more {
					return err
				}
			}
		})
		if err != nil || len(some) > 0 {
			return place + 1, err
		}
	}
	for _, k := range []key{places, voterDetectionKey(f.Organization, f.ID)} {
		for more := true; more; {
			if more, err = s.deletePage(ctx, k.PK, k.SK); err != nil {
				return place, err
			}
		}
	}
	return -1, nil
}
