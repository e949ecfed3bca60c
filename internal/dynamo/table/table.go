// Package table reads and writes DynamoDB tables whose items have a partition key PK and a sort key SK: single items,
// transactions with conditions, queries, and merges of several partitions. It decodes items into the domain structs that
// other packages register, and returns the SDK's errors as faults.
//
// It knows no entity, no table by name and no format of a key: those belong to package dynamo, the only one that imports
// it.
package table

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"golang.org/x/sync/errgroup"

	"github.com/kithhq/kith/internal/fault"
)

// DB is a connection to DynamoDB. It is safe for concurrent use.
type DB struct {
	client   *dynamodb.Client
	sdkPages bool // pages are decoded by the SDK, see Pages
}

// New returns a DB over a client.
func New(client *dynamodb.Client) *DB { return &DB{client: client} }

// Get reads one item, strongly consistent. It returns nil when there is none.
func (db *DB) Get(ctx context.Context, table string, k Key) (Item, error) {
	out, err := db.client.GetItem(ctx, &dynamodb.GetItemInput{
		TableName: &table, Key: k.Attributes(), ConsistentRead: aws.Bool(true),
	})
	if err != nil {
		return nil, unavailable("get "+k.SK, err)
	}
	return out.Item, nil
}

// BatchGet reads any number of items of one table, strongly consistent, in no particular order. Keys without an item are
// left out. Keys must be distinct.
func (db *DB) BatchGet(ctx context.Context, table string, keys []Key) ([]Item, error) {
	var items []Item
	for chunk := range slices.Chunk(keys, 100) { // the most that one call takes
		wanted := make([]Item, len(chunk))
		for i, k := range chunk {
			wanted[i] = k.Attributes()
		}
		pending := map[string]types.KeysAndAttributes{table: {Keys: wanted, ConsistentRead: aws.Bool(true)}}
		for try := 0; len(pending) > 0; try++ {
			if try > 0 {
				if err := backOff(ctx, try-1); err != nil {
					return nil, err
				}
			}
			out, err := db.client.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: pending})
			if err != nil {
				return nil, unavailable("batch get", err)
			}
			items = append(items, out.Responses[table]...)
			pending = out.UnprocessedKeys
		}
	}
	return items, nil
}

// BatchWrite makes the requests in batches of 25, eight at a time. It is not a transaction: after a failure some requests
// have taken effect, and the caller repeats them all.
func (db *DB) BatchWrite(ctx context.Context, table string, requests []types.WriteRequest) error {
	batches := slices.Collect(slices.Chunk(requests, 25))
	return Parallel(ctx, 8, len(batches), func(ctx context.Context, n int) error {
		pending := map[string][]types.WriteRequest{table: batches[n]}
		for try := 0; len(pending) > 0; try++ {
			if try > 0 {
				if err := backOff(ctx, try-1); err != nil {
					return err
				}
			}
			out, err := db.client.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: pending})
			if err != nil {
				return unavailable("batch write", err)
			}
			pending = out.UnprocessedItems
		}
		return nil
	})
}

// Parallel calls do for 0 to count-1, at most limit at a time. It returns the first failure, after which the context of
// the other calls is canceled.
func Parallel(ctx context.Context, limit, count int, do func(context.Context, int) error) error {
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(limit)
	for n := range count {
		group.Go(func() error { return do(ctx, n) })
	}
	return group.Wait()
}

// backOff waits with full jitter: up to 10 ms doubled for each try, at most 640 ms. Unavailable: the context ended.
func backOff(ctx context.Context, try int) error {
	limit := 10 * time.Millisecond << min(try, 6)
	select {
	case <-time.After(rand.N(limit) + time.Millisecond):
		return nil
	case <-ctx.Done():
		return fault.Unavailable(ctx.Err())
	}
}

// unavailable returns an error of the SDK as a fault that says what was tried, nil for nil.
func unavailable(doing string, err error) error {
	if err == nil {
		return nil
	}
	return fault.Unavailable(fmt.Errorf("%s: %w", doing, err))
}
