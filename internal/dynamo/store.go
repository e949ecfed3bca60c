package dynamo

import (
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/dynamo/table"
)

// Tables names the tables that a Store may use. A function leaves those that it has no rights to empty.
type Tables struct {
	Records  string
	Metrics  string
	Jobs     string
	Requests string
	Voters   string
	Lists    string
}

// Store reads and writes the tables. It is safe for concurrent use.
type Store struct {
	db      *table.DB
	tables  Tables
	content contentCache
	logins  loginCache
	lists   listCache
}

// New returns a Store over the tables.
func New(db *dynamodb.Client, tables Tables) *Store { return &Store{db: table.New(db), tables: tables} }

// WithPageDecoder returns a Store whose exports decode pages by the SDK when the name is "sdk", and without it, which is
// several times as fast, with any other name.
func (s *Store) WithPageDecoder(name string) *Store {
	return &Store{db: s.db.WithPageDecoder(name), tables: s.tables}
}

// Item is a row as DynamoDB's protocol has it.
type Item = table.Item

// Write is one write of a transaction, with its condition.
type Write = table.Write

// ConditionFailedError reports that the condition of a write failed: the item was changed, created or deleted since it was
// read.
type ConditionFailedError = table.ConditionFailedError

// ConditionFailed reports whether err is a failed condition on the entity, or on any entity when that is "".
func ConditionFailed(err error, entity string) bool { return table.ConditionFailed(err, entity) }

// Retry calls do, which reads and writes, until it does not fail by a failed condition, so that concurrent writers lose no
// update. Conflict: ten calls failed so.
func Retry(ctx context.Context, do func() error) error { return table.Retry(ctx, do) }

// Commit makes all the writes or none.
//
// It returns a *ConditionFailedError when a condition fails, a *DuplicateRequestError when that of a kept reply does, and
// unavailable when the service fails; the writes may have taken effect then.
func (s *Store) Commit(ctx context.Context, writes ...Write) error {
	return s.db.Commit(ctx, writes...)
}

// header is the beginning of every item of Records.
type header = table.Header

// register defines an entity of Records by its name, and returns the name. Each file of entities registers its own.
func register[I, D any](name string, domain func(*I) *D) string {
	return table.Register(name, domain, reflect.TypeFor[indexKeys]())
}

// Decode returns the domain struct of an item of Records, such as *contact.Contact: nil for an empty item, an error for
// one of no known entity.
func Decode(item Item) (any, error) { return table.Decode(item) }

// record reads and decodes one item of Records. It returns not found, naming the thing, when there is none.
func record[T any](ctx context.Context, s *Store, thing string, k key) (*T, error) {
	return table.Get[T](ctx, s.db, s.tables.Records, thing, k)
}

// records reads and decodes items of Records by their keys, in no particular order. Keys without an item are left out.
func records[T any](ctx context.Context, s *Store, keys []key) ([]*T, error) {
	return table.BatchGet[T](ctx, s.db, s.tables.Records, keys)
}

// under returns the span of the items of Records in the key's partition whose sort keys begin with the key's.
func (s *Store) under(k key) table.Span {
	return table.Span{Table: s.tables.Records, Partition: k.PK, Prefix: k.SK}
}

// create returns the write of an item of Records that must not exist yet.
func (s *Store) create(entity string, item any) Write {
	return table.Create(s.tables.Records, entity, item)
}

// put returns the write of the next version of an item of Records: over the version that was read or, with version 0, of
// an item that must not exist yet.
func (s *Store) put(entity string, item any, version int) Write {
	return table.Put(s.tables.Records, entity, item, version)
}

// delete returns the deletion of the version of an item of Records that was read.
func (s *Store) delete(entity string, k key, version int) Write {
	return table.Delete(s.tables.Records, entity, k, version)
}

// deleteAny returns the deletion of an item of Records that must exist, with any version.
func (s *Store) deleteAny(entity string, k key) Write {
	return table.DeleteAny(s.tables.Records, entity, k)
}

// check returns the check that an item of Records still has the version that was read.
func (s *Store) check(entity string, k key, version int) Write {
	return table.Check(s.tables.Records, entity, k, version)
}

// InParallel calls do for 0 to count-1, at most limit at a time. It returns the first failure, after which the context of
// the other calls is canceled.
func InParallel(ctx context.Context, limit, count int, do func(context.Context, int) error) error {
	return table.Parallel(ctx, limit, count, do)
}
