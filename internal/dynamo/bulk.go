package dynamo

import (
	"context"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
)

// MaxContactsPerTransaction is the most contacts that are added in one transaction: two items each, the mobilizer, and the record of
// the request, of the hundred that a transaction takes.
const MaxContactsPerTransaction = 49

// Bulk is what is kept for 24 hours of a request that adds many contacts, so that a repetition makes the same ids and
// gives the same report: when it was first tried, and, once it took effect, which rows were refused by what there was.
type BulkRequest struct {
	Request    string // hash of who asks for what under which key
	BodyHash   string // of the request's body
	FirstTried time.Time
	Done       bool
	Refused    map[string]string // by row: code of the conflict
	version    int
}

type bulkItem struct {
	key
	BodyHash   string            `dynamodbav:"BodyHash"`
	FirstTried millis            `dynamodbav:"FirstTried"`
	Done       bool              `dynamodbav:"Done,omitempty"`
	Refused    map[string]string `dynamodbav:"Refused,omitempty"`
	Version    int               `dynamodbav:"V"`
	Expires    int64             `dynamodbav:"expires"` // epoch seconds, the table's TTL
}

func (s *Store) bulkWrite(b *BulkRequest, condition string, values Item) (Write, error) {
	item, err := attributevalue.MarshalMap(bulkItem{
		key: bulkKey(b.Request), BodyHash: b.BodyHash, FirstTried: ms(b.FirstTried), Done: b.Done, Refused: b.Refused,
		Version: b.version + 1, Expires: b.FirstTried.Add(replyLifetime).Unix(),
	})
	if err != nil {
		return Write{}, fault.Internal("encode bulk request: %w", err)
	}
	return Write{what: "bulk", table: s.tables.Requests, item: item, condition: condition, values: values}, nil
}

// StartBulkRequest returns what is kept of a request: that of its first try, or a new one with now as its time.
func (s *Store) StartBulkRequest(ctx context.Context, request, bodyHash string, now time.Time) (*BulkRequest, error) {
	var bulk *BulkRequest
	err := Retry(ctx, func() error {
		kept, err := s.bulk(ctx, request, now)
		if err != nil {
			return err
		}
		if kept != nil {
			bulk = kept
			return nil
		}
		bulk = &BulkRequest{Request: request, BodyHash: bodyHash, FirstTried: now}
		write, err := s.bulkWrite(bulk, "attribute_not_exists(PK) OR expires <= :now", Item{":now": number(int(now.Unix()))})
		if err != nil {
			return err
		}
		if err := s.Commit(ctx, write); err != nil {
			return err
		}
		bulk.version = 1
		return nil
	})
	return bulk, err
}

func (s *Store) bulk(ctx context.Context, request string, now time.Time) (*BulkRequest, error) {
	item, err := s.get(ctx, s.tables.Requests, bulkKey(request))
	if err != nil || item == nil {
		return nil, err
	}
	var kept bulkItem
	if err := attributevalue.UnmarshalMap(item, &kept); err != nil {
		return nil, fault.Internal("decode bulk request: %w", err)
	}
	if kept.Expires <= now.Unix() { // TTL removes late
		return nil, nil
	}
	return &BulkRequest{
		Request: request, BodyHash: kept.BodyHash, FirstTried: kept.FirstTried.time(), Done: kept.Done,
		Refused: kept.Refused, version: kept.Version,
	}, nil
}

// FinishBulkRequest returns the write that keeps the outcome of a request that took effect. When another try of the same
// request finished first, Commit says that "bulk" changed.
func (s *Store) FinishBulkRequest(b *BulkRequest) ([]Write, error) {
	b.Done = true
	write, err := s.bulkWrite(b, "V = :v", Item{":v": number(b.version)})
	return []Write{write}, err
}

// Addition is a contact to be added with its address-book entry.
type ContactWithEntry struct {
	Contact *contact.Contact
	Entry   *contact.Entry
}

// CreateContacts adds at most MaxContactsPerTransaction contacts of one mobilizer, as CreateContact does.
func (s *Store) CreateContacts(m *mobilizer.Mobilizer, chunk []ContactWithEntry) []Write {
	writes := make([]Write, 0, 2*len(chunk)+2)
	for _, a := range chunk {
		writes = append(writes, s.addContact(a.Contact, a.Entry)...)
	}
	return append(writes, s.stays(m.Campaign, m.ID))
}

// ExistingContacts returns which contacts of a mobilizer are there, of those with the ids.
func (s *Store) ExistingContacts(ctx context.Context, m *mobilizer.Mobilizer, ids []contact.ID) (map[contact.ID]bool, error) {
	keys := make([]key, len(ids))
	for i, c := range ids {
		keys[i] = contactKey(m.Campaign, m.ID, c)
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	there := make(map[contact.ID]bool, len(items))
	for _, item := range items {
		there[contact.ID(keyOf(item).SK)] = true
	}
	return there, nil
}

// keyOf returns the primary key of an item.
func keyOf(item Item) key {
	var k key
	if pk, ok := item["PK"].(*types.AttributeValueMemberS); ok {
		k.PK = pk.Value
	}
	if sk, ok := item["SK"].(*types.AttributeValueMemberS); ok {
		k.SK = sk.Value
	}
	return k
}
