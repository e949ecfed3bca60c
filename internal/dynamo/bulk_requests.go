package dynamo

import (
	"context"
	"maps"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/invitation"
	invitationlist "github.com/kithhq/kith/internal/invitation/list"
)

// BulkRequest is the record of a request that creates many contacts or invitations. It is kept for its lifetime, so that a
// repetition creates the same ids and returns the same report.
type BulkRequest struct {
	Request    string // hash of caller, route and idempotency key
	BodyHash   string // of the request's body
	FirstTried time.Time
	// SecretVersion is the version of the secret that the ids are derived from.
	SecretVersion int
	Done          bool
	Refused       map[string]string // once done: code of the conflict by row
	expires       int64             // when the record is deleted, in epoch seconds
	version       int
}

type bulkItem struct {
	key
	BodyHash      string            `dynamodbav:"BodyHash"`
	FirstTried    millis            `dynamodbav:"FirstTried"`
	SecretVersion int               `dynamodbav:"SecretVersion,omitempty"`
	Done          bool              `dynamodbav:"Done,omitempty"`
	Refused       map[string]string `dynamodbav:"Refused,omitempty"`
	Version       int               `dynamodbav:"V"`
	Expires       int64             `dynamodbav:"expires"` // epoch seconds, the table's TTL
}

func newBulkItem(b *BulkRequest) *bulkItem {
	return &bulkItem{
		key: bulkKey(b.Request), BodyHash: b.BodyHash, FirstTried: millisOf(b.FirstTried), SecretVersion: b.SecretVersion, Done: b.Done, Refused: b.Refused,
		Version: b.version, Expires: b.expires,
	}
}

func (i *bulkItem) domain(request string) *BulkRequest {
	return &BulkRequest{
		Request: request, BodyHash: i.BodyHash, FirstTried: i.FirstTried.time(), SecretVersion: i.SecretVersion,
		Done: i.Done, Refused: i.Refused, expires: i.Expires, version: i.Version,
	}
}

// StartBulkRequest returns the record of a request: that of its first try, or started with the time now, kept for a lifetime.
func (s *Store) StartBulkRequest(ctx context.Context, started BulkRequest, now time.Time, lifetime time.Duration) (*BulkRequest, error) {
	started.FirstTried, started.expires, started.version = now, now.Add(lifetime).Unix(), 1
	first := &started
	err := Retry(ctx, func() error {
		item, err := s.db.Get(ctx, s.tables.Requests, bulkKey(started.Request))
		if err != nil {
			return err
		}
		kept, err := table.Unmarshal[bulkItem](item)
		if err != nil {
			return err
		}
		if kept.Expires > now.Unix() { // TTL deletes late
			first = kept.domain(started.Request)
			return nil
		}
		return s.Commit(ctx, s.createExpiring("bulk", newBulkItem(first), now))
	})
	return first, err
}

// FinishBulkRequest writes the outcome of a request that took effect. When another try of the same request finished first,
// the condition on "bulk" fails.
func (s *Store) FinishBulkRequest(b *BulkRequest) []Write {
	b.Done = true
	return []Write{table.Put(s.tables.Requests, "bulk", newBulkItem(b), b.version)}
}

// BulkPart is the outcome of one part of a bulk request, written in the transaction of that part, so that a repetition of
// the request skips the part and reports the same.
type BulkPart struct {
	Number  int
	Refused map[int]invitationlist.Verdict // by row
}

type bulkPartItem struct {
	key
	Number  int           `dynamodbav:"Number"`
	Refused []refusedItem `dynamodbav:"Refused,omitempty"`
	Expires int64         `dynamodbav:"expires"` // epoch seconds, the table's TTL
}

type refusedItem struct {
	Row        int    `dynamodbav:"Row"`
	Class      string `dynamodbav:"Class"`
	Invitation string `dynamodbav:"Invitation,omitempty"`
	Why        string `dynamodbav:"Why,omitempty"`
}

// FinishBulkPart writes the outcome of a part of a request. When another try of the same request finished that part first,
// the condition on "part" fails.
func (s *Store) FinishBulkPart(b *BulkRequest, part *BulkPart) []Write {
	stored := bulkPartItem{key: bulkPartKey(b.Request, part.Number), Number: part.Number, Expires: b.expires}
	for _, row := range slices.Sorted(maps.Keys(part.Refused)) {
		v := part.Refused[row]
		stored.Refused = append(stored.Refused, refusedItem{row, string(v.Class), string(v.Invitation), string(v.Suppression)})
	}
	// A part of an earlier request with the same key has expired, but TTL may not have deleted it yet.
	return []Write{table.PutIf(s.tables.Requests, "part", stored, "attribute_not_exists(PK) OR expires < :expires",
		Item{":expires": table.Number(int(stored.Expires))})}
}

// FinishedBulkParts returns the parts of a request that are finished, of those with the numbers.
func (s *Store) FinishedBulkParts(ctx context.Context, b *BulkRequest, numbers ...int) (map[int]*BulkPart, error) {
	keys := keysOf(numbers, func(n int) key { return bulkPartKey(b.Request, n) })
	items, err := s.db.BatchGet(ctx, s.tables.Requests, keys)
	if err != nil {
		return nil, err
	}
	parts := make(map[int]*BulkPart, len(items))
	for _, item := range items {
		stored, err := table.Unmarshal[bulkPartItem](item)
		if err != nil {
			return nil, err
		}
		if stored.Expires != b.expires {
			continue // of an earlier request with the same key
		}
		part := &BulkPart{Number: stored.Number, Refused: map[int]invitationlist.Verdict{}}
		for _, r := range stored.Refused {
			part.Refused[r.Row] = invitationlist.Verdict{
				Class: invitationlist.Class(r.Class), Invitation: invitation.ID(r.Invitation), Suppression: invitation.DeliveryState(r.Why),
			}
		}
		parts[stored.Number] = part
	}
	return parts, nil
}
