package dynamo

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/fault"
)

// Tables names the tables a Store may touch. A function leaves those it has no business with empty.
type Tables struct {
	Records  string
	Metrics  string
	Jobs     string
	Requests string
	Voters   string
}

// Store reads and writes the tables. It is safe for concurrent use.
type Store struct {
	db      *dynamodb.Client
	tables  Tables
	content contentCache
	logins  loginCache
}

// New returns a Store over the tables.
func New(db *dynamodb.Client, tables Tables) *Store { return &Store{db: db, tables: tables} }

// Item is a row in the form the store's own protocol has it.
type Item = map[string]types.AttributeValue

// Write is one item of a transaction, with its condition. Make them with the constructors of each entity.
type Write struct {
	what      string // the entity, for telling which condition failed
	table     string
	key       key
	item      Item   // nil for an update, a removal or a check
	update    string // expression; such a write has no condition
	remove    bool
	condition string
	values    Item
}

// ConditionFailedError reports that the condition of a write did not hold: the item was changed, made or removed meanwhile.
type ConditionFailedError struct {
	Entity string // the entity of the first write that failed, such as "contact"
}

// Error names the entity whose condition failed.
func (e *ConditionFailedError) Error() string {
	return "dynamo: " + e.Entity + " was changed meanwhile"
}

// ConditionFailed reports whether err is a failed condition on the entity, or on any entity when what is empty.
func ConditionFailed(err error, what string) bool {
	c, ok := errors.AsType[*ConditionFailedError](err)
	return ok && (what == "" || c.Entity == what)
}

// Retry calls do until it succeeds, reading afresh each time, while it fails because something changed meanwhile: two
// writers at once never lose an update. After ten tries it returns a conflict that asks to try again.
func Retry(ctx context.Context, do func() error) error {
	for try := range 10 {
		err := do()
		if !ConditionFailed(err, "") {
			return err
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
	return fault.Conflict("busy", "Somebody else is changing this at the same time. Please try again.")
}

// pause waits with full jitter: up to 10 ms doubled for each try, at most 640 ms.
func pause(ctx context.Context, try int) error {
	limit := 10 * time.Millisecond << min(try, 6)
	select {
	case <-time.After(rand.N(limit) + time.Millisecond):
		return nil
	case <-ctx.Done():
		return fault.Unavailable(ctx.Err())
	}
}

// create writes an item that must not be there yet.
func (s *Store) create(what string, item any) Write {
	return s.put(what, item, "attribute_not_exists(PK)", nil)
}

// replace writes an item over the version that was read. The item's own version must be the next one.
func (s *Store) replace(what string, item any, version int) Write {
	return s.put(what, item, "V = :v", Item{":v": number(version)})
}

func (s *Store) put(what string, item any, condition string, values Item) Write {
	encoded, err := attributevalue.MarshalMap(item)
	if err != nil {
		panic(fmt.Sprintf("dynamo: %s can't be encoded: %v", what, err)) // a mistake in an item struct
	}
	return Write{what: what, table: s.tables.Records, item: encoded, condition: condition, values: values}
}

// delete removes the version of an item that was read.
func (s *Store) delete(what string, k key, version int) Write {
	return Write{
		what: what, table: s.tables.Records, key: k, remove: true, condition: "V = :v",
		values: Item{":v": number(version)},
	}
}

// deleteAny removes an item that is there, whatever its version.
func (s *Store) deleteAny(what string, k key) Write {
	return Write{what: what, table: s.tables.Records, key: k, remove: true, condition: "attribute_exists(PK)"}
}

// check demands that the version of an item that was read is still there. It costs as much as a write.
func (s *Store) check(what string, k key, version int) Write {
	return Write{what: what, table: s.tables.Records, key: k, condition: "V = :v", values: Item{":v": number(version)}}
}

func number(n int) types.AttributeValue {
	return &types.AttributeValueMemberN{Value: fmt.Sprint(n)}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func (k key) attributes() Item { return Item{"PK": text(k.PK), "SK": text(k.SK)} }

// Commit does all the writes or none. A single one costs half of what it costs in a transaction.
//
// It returns a *ConditionFailedError when a condition does not hold, a *DuplicateRequestError when it is that of a kept reply, unavailable when the store does not answer. Conflicts with
// transactions under way, which the SDK does not retry, are retried here.
func (s *Store) Commit(ctx context.Context, writes ...Write) error {
	for try := range 12 {
		err := s.commitOnce(ctx, writes)
		if !errors.Is(err, errConflict) {
			return repeated(err)
		}
		if err := pause(ctx, try); err != nil {
			return err
		}
	}
	return &ConditionFailedError{Entity: writes[0].what}
}

var errConflict = errors.New("dynamo: another transaction is under way")

func (s *Store) commitOnce(ctx context.Context, writes []Write) error {
	if len(writes) == 1 && writes[0].update == "" && (writes[0].item != nil || writes[0].remove) {
		return s.commitSingle(ctx, writes[0])
	}
	items := make([]types.TransactWriteItem, len(writes))
	for i, w := range writes {
		items[i] = w.transactItem()
	}
	_, err := s.db.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	if cancelled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		return cancellation(cancelled, writes)
	}
	if _, ok := errors.AsType[*types.TransactionInProgressException](err); ok {
		return errConflict
	}
	return failure("commit", err)
}

func cancellation(cancelled *types.TransactionCanceledException, writes []Write) error {
	last := len(writes) - 1 // a kept reply stands last and says more than what it repeats
	if last < len(cancelled.CancellationReasons) && writes[last].what == replyWrite &&
		aws.ToString(cancelled.CancellationReasons[last].Code) == "ConditionalCheckFailed" {
		return &ConditionFailedError{Entity: replyWrite}
	}
	for i, reason := range cancelled.CancellationReasons {
		if aws.ToString(reason.Code) == "ConditionalCheckFailed" && i < len(writes) {
			return &ConditionFailedError{Entity: writes[i].what}
		}
	}
	passing := []string{"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"}
	for _, reason := range cancelled.CancellationReasons {
		if slices.Contains(passing, aws.ToString(reason.Code)) {
			return errConflict
		}
	}
	return failure("commit", cancelled)
}

func (w Write) transactItem() types.TransactWriteItem {
	condition := aws.String(w.condition)
	switch {
	case w.item != nil:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &w.table, Item: w.item,
			ConditionExpression: condition, ExpressionAttributeValues: w.values,
		}}
	case w.update != "":
		return types.TransactWriteItem{Update: &types.Update{
			TableName: &w.table, Key: w.key.attributes(), UpdateExpression: &w.update, ExpressionAttributeValues: w.values,
		}}
	case w.remove:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &w.table, Key: w.key.attributes(),
			ConditionExpression: condition, ExpressionAttributeValues: w.values,
		}}
	default:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &w.table,
			Key:       w.key.attributes(), ConditionExpression: condition, ExpressionAttributeValues: w.values,
		}}
	}
}

func (s *Store) commitSingle(ctx context.Context, w Write) error {
	var err error
	if w.item != nil {
		_, err = s.db.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &w.table, Item: w.item,
			ConditionExpression: aws.String(w.condition), ExpressionAttributeValues: w.values,
		})
	} else {
		_, err = s.db.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &w.table, Key: w.key.attributes(),
			ConditionExpression: aws.String(w.condition), ExpressionAttributeValues: w.values,
		})
	}
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return &ConditionFailedError{Entity: w.what}
	}
	if _, ok := errors.AsType[*types.TransactionConflictException](err); ok {
		return errConflict
	}
	return failure("commit "+w.what, err)
}

// failure turns an SDK error into unavailable, with what was tried. It returns nil for nil.
func failure(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fault.Unavailable(fmt.Errorf("%s: %w", doing, err))
}

// get reads one item, strongly consistent. It returns nil when there is none.
func (s *Store) get(ctx context.Context, table string, k key) (Item, error) {
	out, err := s.db.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &table, Key: k.attributes(),
		ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, failure("get "+k.SK, err)
	}
	return out.Item, nil
}

// record reads and decodes one item of Records. It returns not found, named as what, when there is none.
func record[T any](ctx context.Context, s *Store, what string, k key) (*T, error) {
	item, err := s.get(ctx, s.tables.Records, k)
	if err != nil {
		return nil, err
	}
	if item == nil {
		return nil, fault.NotFound(what)
	}
	return decodeAs[T](item)
}

// batchGet reads up to any number of items of one table, strongly consistent, in no particular order. Keys without an
// item are left out; keys must be distinct.
func (s *Store) batchGet(ctx context.Context, table string, keys []key) ([]Item, error) {
	var items []Item
	for chunk := range slices.Chunk(keys, 100) {
		wanted := make([]Item, len(chunk))
		for i, k := range chunk {
			wanted[i] = k.attributes()
		}
		pending := map[string]types.KeysAndAttributes{table: {Keys: wanted, ConsistentRead: aws.Bool(true)}}
		for try := 0; len(pending) > 0; try++ {
			out, err := s.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: pending})
			if err != nil {
				return nil, failure("batch get", err)
			}
			items = append(items, out.Responses[table]...)
			pending = out.UnprocessedKeys
			if len(pending) == 0 {
				break
			}
			if err := pause(ctx, try); err != nil {
				return nil, err
			}
		}
	}
	return items, nil
}

// span is a range of sort keys in one partition of a table or of one of its indexes.
type span struct {
	table      string
	index      string // "" for the base table
	partition  string
	prefix     string // sort keys begin with it; exclusive with after and before
	after      string // sort keys greater than this one (with before: from this one, both ends included)
	before     string // sort keys less than this one
	descending bool
	limit      int32 // items a page; 0 for as many as a page holds
	start      Item  // LastEvaluatedKey of the page before
	eventually bool  // an eventually consistent read of the base table, at half the price
}

// query reads one page of a span, and where the next one starts (nil after the last).
func (s *Store) query(ctx context.Context, sp span) ([]Item, Item, error) {
	out, err := s.db.Query(ctx, sp.input())
	if err != nil {
		return nil, nil, failure("query", err)
	}
	return out.Items, out.LastEvaluatedKey, nil
}

// input asks for a page of the span.
func (sp *span) input() *dynamodb.QueryInput {
	pk, sk := "PK", "SK"
	in := &dynamodb.QueryInput{
		TableName: &sp.table, ExclusiveStartKey: sp.start,
		ScanIndexForward: aws.Bool(!sp.descending), ConsistentRead: aws.Bool(sp.index == "" && !sp.eventually),
	}
	if sp.index != "" {
		in.IndexName = aws.String(sp.index + "Index") // DynamoDB wants at least three letters: I1Index, DueIndex
		pk, sk = sp.index+"P", sp.index+"S"
	}
	if sp.limit > 0 {
		in.Limit = &sp.limit
	}
	condition := "#p = :p"
	in.ExpressionAttributeNames = map[string]string{"#p": pk}
	in.ExpressionAttributeValues = Item{":p": text(sp.partition)}
	bound := func(expression, value string) {
		condition += " AND " + expression
		in.ExpressionAttributeNames["#s"] = sk
		in.ExpressionAttributeValues[":s"] = text(value)
	}
	switch {
	case sp.prefix != "":
		bound("begins_with(#s, :s)", sp.prefix)
	case sp.after != "" && sp.before != "":
		bound("#s BETWEEN :s AND :t", sp.after)
		in.ExpressionAttributeValues[":t"] = text(sp.before)
	case sp.after != "":
		bound("#s > :s", sp.after)
	case sp.before != "":
		bound("#s < :s", sp.before)
	}
	in.KeyConditionExpression = &condition
	return in
}

// queryAll reads every item of a span. Only for spans that can't grow without end.
func (s *Store) queryAll(ctx context.Context, sp span) ([]Item, error) {
	var all []Item
	for {
		items, next, err := s.query(ctx, sp)
		if err != nil {
			return nil, err
		}
		all = append(all, items...)
		if next == nil {
			return all, nil
		}
		sp.start = next
	}
}
