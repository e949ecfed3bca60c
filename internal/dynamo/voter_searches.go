package dynamo

import (
	"context"
	byteorder "encoding/binary"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// searchesItem holds the searches of one mobilizer in the last day: 8 bytes each, the key and seconds since 1970.
type searchesItem struct {
	key
	Searches []byte `dynamodbav:"Searches"`
	Expires  int64  `dynamodbav:"expires"`
	Version  int    `dynamodbav:"V"`
}

// CountVoterSearches counts the people whom a mobilizer searches for, before the search. People counted in the last day
// are free. It costs one read, and one write unless all are free.
//
// Rate limited: the mobilizer has searched for too many.
func (s *Store) CountVoterSearches(ctx context.Context, c campaign.ID, m mobilizer.ID, keys []uint32, now time.Time) error {
	return Retry(ctx, func() error {
		k := voterSearchesKey(c, m)
		item, err := s.db.Get(ctx, s.tables.Requests, k)
		if err != nil {
			return err
		}
		stored, err := table.Unmarshal[searchesItem](item)
		if err != nil {
			return err
		}
		count := decodeSearches(stored.Searches)
		counted, err := count.Add(keys, now)
		if err != nil || !counted {
			return err
		}
		next := searchesItem{key: k, Searches: encodeSearches(count), Expires: now.Add(25 * time.Hour).Unix()}
		return s.Commit(ctx, table.Put(s.tables.Requests, "voter searches", next, stored.Version))
	})
}

func decodeSearches(b []byte) voter.SearchCount {
	var count voter.SearchCount
	for ; len(b) >= 8; b = b[8:] {
		count = append(count, voter.CountedSearch{
			Key: byteorder.BigEndian.Uint32(b), At: time.Unix(int64(byteorder.BigEndian.Uint32(b[4:])), 0).UTC(),
		})
	}
	return count
}

func encodeSearches(count voter.SearchCount) []byte {
	b := make([]byte, 0, 8*len(count))
	for _, s := range count {
		b = byteorder.BigEndian.AppendUint32(b, s.Key)
		b = byteorder.BigEndian.AppendUint32(b, uint32(s.At.Unix()))
	}
	return b
}
