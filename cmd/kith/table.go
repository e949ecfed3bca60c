package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"reflect"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/boot"
)

const tableUsage = `usage: kith table compare RESTORED TABLE   print how many rows restore would write and delete
       kith table restore RESTORED TABLE   make the rows of a table those of a restored one

RESTORED is the table that a restore to a point in time created. TABLE keeps its name, stream and settings. The environment has
AWS_REGION and the credentials, such as those of aws configure export-credentials --format env. docs/operations.md has the steps.
`

// runTable runs an operator's command about tables and returns the exit status.
func runTable(args []string, stdout, stderr io.Writer) int {
	if len(args) != 3 || args[0] != "compare" && args[0] != "restore" {
		fmt.Fprint(stderr, tableUsage)
		return 2
	}
	ctx := context.Background()
	r := &restore{db: dynamodb.NewFromConfig(boot.AWS(ctx)), from: args[1], to: args[2], apply: args[0] == "restore"}
	if err := r.run(ctx); err != nil {
		fmt.Fprintln(stderr, err)
		return 1
	}
	verb := "to write"
	if r.apply {
		verb = "written"
	}
	fmt.Fprintf(stdout, "%d rows of %s: %d %s, %d deleted from %s.\n", r.rows, r.from, r.written, verb, r.deleted, r.to)
	return 0
}

type item = map[string]types.AttributeValue

// restore makes the rows of one table those of another. Only rows that differ are written, so that the stream has each
// difference once, and counters and lists follow. Repeating it has no effect.
type restore struct {
	db                     *dynamodb.Client
	from, to               string
	apply                  bool
	rows, written, deleted int
}

func (r *restore) run(ctx context.Context) error {
	err := r.scan(ctx, r.from, nil, func(page []item) error {
		r.rows += len(page)
		existing, err := r.get(ctx, r.to, page, nil)
		if err != nil {
			return err
		}
		var writes []types.WriteRequest
		for _, row := range page {
			if !reflect.DeepEqual(row, existing[keyText(row)]) {
				writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: row}})
			}
		}
		r.written += len(writes)
		return r.write(ctx, writes)
	})
	if err != nil {
		return err
	}
	keys := "PK, SK"
	return r.scan(ctx, r.to, &keys, func(page []item) error {
		restored, err := r.get(ctx, r.from, page, &keys)
		if err != nil {
			return err
		}
		var writes []types.WriteRequest
		for _, key := range page {
			if restored[keyText(key)] == nil {
				writes = append(writes, types.WriteRequest{DeleteRequest: &types.DeleteRequest{Key: key}})
			}
		}
		r.deleted += len(writes)
		return r.write(ctx, writes)
	})
}

// keyText returns the key of a row as text, or "" for a row without one.
func keyText(row item) string {
	pk, _ := row["PK"].(*types.AttributeValueMemberS)
	sk, _ := row["SK"].(*types.AttributeValueMemberS)
	if pk == nil || sk == nil {
		return ""
	}
	return fmt.Sprintf("%q %q", pk.Value, sk.Value)
}

// pageSize is the highest number of keys that BatchGetItem takes, writeSize that of BatchWriteItem's requests.
const (
	pageSize  = 100
	writeSize = 25
)

// scan calls do with all rows of a table, at most pageSize at a time.
func (r *restore) scan(ctx context.Context, table string, projection *string, do func([]item) error) error {
	limit, consistent := int32(pageSize), true
	pages := dynamodb.NewScanPaginator(r.db, &dynamodb.ScanInput{
		TableName: &table, ProjectionExpression: projection, ConsistentRead: &consistent, Limit: &limit,
	})
	for pages.HasMorePages() {
		page, err := pages.NextPage(ctx)
		if err != nil {
			return fmt.Errorf("scan %s: %w", table, err)
		}
		if len(page.Items) == 0 {
			continue
		}
		if err := do(page.Items); err != nil {
			return err
		}
	}
	return nil
}

// get returns the rows of a table with the keys of others, by keyText.
func (r *restore) get(ctx context.Context, table string, rows []item, projection *string) (map[string]item, error) {
	keys := make([]item, len(rows))
	for n, row := range rows {
		keys[n] = item{"PK": row["PK"], "SK": row["SK"]}
	}
	consistent := true
	pending := map[string]types.KeysAndAttributes{table: {Keys: keys, ProjectionExpression: projection, ConsistentRead: &consistent}}
	found := map[string]item{}
	err := repeat(ctx, func() (bool, error) {
		out, err := r.db.BatchGetItem(ctx, &dynamodb.BatchGetItemInput{RequestItems: pending})
		if err != nil {
			return false, fmt.Errorf("read %s: %w", table, err)
		}
		for _, row := range out.Responses[table] {
			found[keyText(row)] = row
		}
		pending = out.UnprocessedKeys
		return len(pending) == 0, nil
	})
	return found, err
}

// write writes to the table, unless the rows are only compared.
func (r *restore) write(ctx context.Context, writes []types.WriteRequest) error {
	if !r.apply {
		return nil
	}
	for len(writes) > 0 {
		n := min(writeSize, len(writes))
		pending := map[string][]types.WriteRequest{r.to: writes[:n]}
		writes = writes[n:]
		err := repeat(ctx, func() (bool, error) {
			out, err := r.db.BatchWriteItem(ctx, &dynamodb.BatchWriteItemInput{RequestItems: pending})
			if err != nil {
				return false, fmt.Errorf("write %s: %w", r.to, err)
			}
			pending = out.UnprocessedItems
			return len(pending) == 0, nil
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// repeat calls do until it is done, with a pause that grows, up to 20 times: DynamoDB leaves items of a batch unprocessed when it
// throttles.
func repeat(ctx context.Context, do func() (done bool, err error)) error {
	for n := range 20 {
		done, err := do()
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(time.Duration(n+1) * 100 * time.Millisecond):
		}
	}
	return errors.New("DynamoDB throttles the table. Run the command again: it continues")
}
