package table

import (
	"context"
	"errors"
	"slices"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// commitTries is how often a commit is tried that conflicts with other transactions.
const commitTries = 12

// errTransactionConflict is internal: another transaction works on one of the items.
var errTransactionConflict = errors.New("dynamo: transaction conflict")

// Commit makes all the writes or none. A single write is made without a transaction, which costs half. Conflicts with
// other transactions, which the SDK does not retry, are retried here.
//
// It returns a *ConditionFailedError, or the write's own Failure, when a condition fails, and unavailable when the service
// fails; the writes may have taken effect then.
func (db *DB) Commit(ctx context.Context, writes ...Write) error {
	for try := range commitTries {
		err := db.commitOnce(ctx, writes)
		if !errors.Is(err, errTransactionConflict) {
			return err
		}
		if err := backOff(ctx, try); err != nil {
			return err
		}
	}
	return &ConditionFailedError{Entity: writes[0].Entity}
}

func (db *DB) commitOnce(ctx context.Context, writes []Write) error {
	if len(writes) == 1 && (writes[0].Item != nil || writes[0].Update != "" || writes[0].Delete) {
		return db.commitSingle(ctx, writes[0])
	}
	items := make([]types.TransactWriteItem, len(writes))
	for i, w := range writes {
		items[i] = w.transactItem()
	}
	_, err := db.client.TransactWriteItems(ctx, &dynamodb.TransactWriteItemsInput{TransactItems: items})
	if canceled, ok := errors.AsType[*types.TransactionCanceledException](err); ok {
		return cancellation(canceled, writes)
	}
	if _, ok := errors.AsType[*types.TransactionInProgressException](err); ok {
		return errTransactionConflict
	}
	return unavailable("commit", err)
}

// cancellation returns why a transaction was canceled.
func cancellation(canceled *types.TransactionCanceledException, writes []Write) error {
	var codes []string
	var failure error
	for i, reason := range canceled.CancellationReasons {
		code := aws.ToString(reason.Code)
		codes = append(codes, code)
		if code != "ConditionalCheckFailed" || i >= len(writes) {
			continue
		}
		if writes[i].Failure != nil {
			return writes[i].Failure
		}
		if failure == nil {
			failure = writes[i].failed()
		}
	}
	if failure != nil {
		return failure
	}
	for _, code := range []string{"TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"} {
		if slices.Contains(codes, code) {
			return errTransactionConflict
		}
	}
	return unavailable("commit", canceled)
}

// failed returns the error for a failed condition of the write.
func (w Write) failed() error {
	if w.Failure != nil {
		return w.Failure
	}
	return &ConditionFailedError{Entity: w.Entity}
}

func (w Write) condition() *string {
	if w.Condition == "" {
		return nil
	}
	return &w.Condition
}

func (w Write) transactItem() types.TransactWriteItem {
	switch {
	case w.Item != nil:
		return types.TransactWriteItem{Put: &types.Put{
			TableName: &w.Table, Item: w.Item,
			ConditionExpression: w.condition(), ExpressionAttributeNames: w.Names, ExpressionAttributeValues: w.Values,
		}}
	case w.Update != "":
		return types.TransactWriteItem{Update: &types.Update{
			TableName: &w.Table, Key: w.Key.Attributes(), UpdateExpression: &w.Update,
			ConditionExpression: w.condition(), ExpressionAttributeNames: w.Names, ExpressionAttributeValues: w.Values,
		}}
	case w.Delete:
		return types.TransactWriteItem{Delete: &types.Delete{
			TableName: &w.Table, Key: w.Key.Attributes(),
			ConditionExpression: w.condition(), ExpressionAttributeNames: w.Names, ExpressionAttributeValues: w.Values,
		}}
	default:
		return types.TransactWriteItem{ConditionCheck: &types.ConditionCheck{
			TableName: &w.Table, Key: w.Key.Attributes(),
			ConditionExpression: w.condition(), ExpressionAttributeNames: w.Names, ExpressionAttributeValues: w.Values,
		}}
	}
}

func (db *DB) commitSingle(ctx context.Context, w Write) error {
	var err error
	switch {
	case w.Item != nil:
		_, err = db.client.PutItem(ctx, &dynamodb.PutItemInput{
			TableName: &w.Table, Item: w.Item,
			ConditionExpression: w.condition(), ExpressionAttributeNames: w.Names, ExpressionAttributeValues: w.Values,
		})
	case w.Update != "":
		_, err = db.client.UpdateItem(ctx, w.updateInput())
	default:
		_, err = db.client.DeleteItem(ctx, &dynamodb.DeleteItemInput{
			TableName: &w.Table, Key: w.Key.Attributes(),
			ConditionExpression: w.condition(), ExpressionAttributeNames: w.Names, ExpressionAttributeValues: w.Values,
		})
	}
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return w.failed()
	}
	if _, ok := errors.AsType[*types.TransactionConflictException](err); ok {
		return errTransactionConflict
	}
	return unavailable("commit "+w.Entity, err)
}

func (w Write) updateInput() *dynamodb.UpdateItemInput {
	return &dynamodb.UpdateItemInput{
		TableName: &w.Table, Key: w.Key.Attributes(), UpdateExpression: &w.Update,
		ConditionExpression: w.condition(), ExpressionAttributeNames: w.Names, ExpressionAttributeValues: w.Values,
	}
}

// Update makes one update by itself. It returns the item after the update and true or, when the condition fails, false and
// the item as it is, which some engines leave out. Unavailable: the service failed; the update may have taken effect.
func (db *DB) Update(ctx context.Context, w Write) (Item, bool, error) {
	return db.update(ctx, w, types.ReturnValueAllNew)
}

// UpdateIf makes one update as Update does, but returns no item when the condition is met.
func (db *DB) UpdateIf(ctx context.Context, w Write) (Item, bool, error) {
	return db.update(ctx, w, types.ReturnValueNone)
}

func (db *DB) update(ctx context.Context, w Write, returned types.ReturnValue) (Item, bool, error) {
	in := w.updateInput()
	in.ReturnValues = returned
	in.ReturnValuesOnConditionCheckFailure = types.ReturnValuesOnConditionCheckFailureAllOld
	out, err := db.client.UpdateItem(ctx, in)
	if failed, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return failed.Item, false, nil
	}
	if err != nil {
		return nil, false, unavailable("update "+w.Entity, err)
	}
	return out.Attributes, true, nil
}
