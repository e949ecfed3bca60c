package dynamo

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
)

// Reply is the answer to an idempotent request. It is kept in Requests, written in the transaction of the request's
// effect.
type Reply struct {
	Status   int
	Body     []byte // encrypted by the caller; at most replyLimit
	BodyHash string // of the request's body
}

// How long a repeated request gets the first one's reply. Mobilizers' phones may be offline for weeks.
const (
	ReplyLifetime          = 24 * time.Hour
	MobilizerReplyLifetime = 30 * 24 * time.Hour
)

// replyLimit is the largest body of a kept reply, in bytes. Nearly all are under 16 KB; an action item with every text at
// its limit, in letters of four bytes, takes the rest. Encryption adds 28 bytes.
const replyLimit = 300<<10 + 28

// DuplicateRequestError reports that the same idempotent request took effect before: its reply can be read.
type DuplicateRequestError struct{}

// Error says what happened.
func (*DuplicateRequestError) Error() string { return "dynamo: this request was served before" }

type replyItem struct {
	key
	Status   int    `dynamodbav:"Status"`
	Body     []byte `dynamodbav:"Body,omitempty"`
	BodyHash string `dynamodbav:"BodyHash"`
	Expires  int64  `dynamodbav:"expires"` // epoch seconds, the table's TTL
}

// Reply returns the reply kept for a request, by the request's hash, nil when there is none or it has expired.
func (s *Store) Reply(ctx context.Context, request string, now time.Time) (*Reply, error) {
	item, err := s.db.Get(ctx, s.tables.Requests, requestKey(request))
	if err != nil {
		return nil, err
	}
	kept, err := table.Unmarshal[replyItem](item)
	if err != nil || kept.Expires <= now.Unix() { // TTL deletes late
		return nil, err
	}
	return &Reply{Status: kept.Status, Body: kept.Body, BodyHash: kept.BodyHash}, nil
}

// CreateReply keeps the reply of a request for a lifetime from now. Commit fails with a *DuplicateRequestError when one is kept already.
//
// Internal: the body is too long.
func (s *Store) CreateReply(request string, r Reply, now time.Time, lifetime time.Duration) (Write, error) {
	if len(r.Body) > replyLimit {
		return Write{}, fault.Internal("a reply of %d bytes can't be kept", len(r.Body))
	}
	w := s.createExpiring("reply", replyItem{
		key: requestKey(request), Status: r.Status, Body: r.Body,
		BodyHash: r.BodyHash, Expires: now.Add(lifetime).Unix(),
	}, now)
	w.Failure = &DuplicateRequestError{}
	return w, nil
}

// createExpiring creates an item of Requests, unless there is one that has not expired.
func (s *Store) createExpiring(entity string, item any, now time.Time) Write {
	return table.PutIf(s.tables.Requests, entity, item, "attribute_not_exists(PK) OR expires <= :now",
		Item{":now": table.Number(int(now.Unix()))})
}
