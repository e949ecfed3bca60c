package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/kithhq/kith/internal/fault"
)

// Reply is what an idempotent request was answered. It is kept for 24 hours in Requests, written in the same
// transaction as the request's effect.
type Reply struct {
	Status   int
	Body     []byte // at most 200 KB
	BodyHash string // of the request's body
}

// replyLifetime is how long a repeated request gets the first one's reply.
const replyLifetime = 24 * time.Hour

// replyLimit is the largest body of a kept reply, in bytes. Nearly all are under 16 KB; an action item with every text at
// its limit, in letters of four bytes, takes the rest.
const replyLimit = 200 << 10

// DuplicateRequestError reports that the same idempotent request took effect before: its reply can be read.
type DuplicateRequestError struct{}

// Error says what happened.
func (*DuplicateRequestError) Error() string { return "dynamo: this request was served before" }

const replyWrite = "reply" // the name of the write whose failed condition is a repetition

type replyItem struct {
	key
	Status   int    `dynamodbav:"Status"`
	Body     []byte `dynamodbav:"Body,omitempty"`
	BodyHash string `dynamodbav:"BodyHash"`
	Expires  int64  `dynamodbav:"expires"` // epoch seconds, the table's TTL
}

// Reply returns the reply kept for a request, named by its hash, or nil when there is none or it has expired.
func (s *Store) Reply(ctx context.Context, request string, now time.Time) (*Reply, error) {
	item, err := s.get(ctx, s.tables.Requests, requestKey(request))
	if err != nil || item == nil {
		return nil, err
	}
	var kept replyItem
	if err := attributevalue.UnmarshalMap(item, &kept); err != nil {
		return nil, fault.Internal("decode reply: %w", err)
	}
	if kept.Expires <= now.Unix() { // TTL removes late
		return nil, nil
	}
	return &Reply{Status: kept.Status, Body: kept.Body, BodyHash: kept.BodyHash}, nil
}

// CreateReply returns the write that keeps a reply. Committing it fails with a *DuplicateRequestError when one is kept already.
func (s *Store) CreateReply(request string, r Reply, now time.Time) (Write, error) {
	if len(r.Body) > replyLimit {
		return Write{}, fault.Internal("a reply of %d bytes can't be kept", len(r.Body))
	}
	item, err := attributevalue.MarshalMap(replyItem{
		key: requestKey(request), Status: r.Status, Body: r.Body,
		BodyHash: r.BodyHash, Expires: now.Add(replyLifetime).Unix(),
	})
	if err != nil {
		return Write{}, fault.Internal("encode reply: %w", err)
	}
	return Write{
		what: replyWrite, table: s.tables.Requests, item: item,
		condition: "attribute_not_exists(PK) OR expires <= :now",
		values:    Item{":now": number(int(now.Unix()))},
	}, nil
}

// repeated turns the failed condition of a kept reply into a *DuplicateRequestError.
func repeated(err error) error {
	if c, ok := errors.AsType[*ConditionFailedError](err); ok && c.Entity == replyWrite {
		return fmt.Errorf("commit: %w", &DuplicateRequestError{})
	}
	return err
}
