// Package mapping sends the records of DynamoDB streams to functions like Lambda's event source mappings: in order per
// shard, in batches, with filters, tumbling windows, partial failures, bisecting, retries and an on-failure destination.
//
// The local engine has one shard per stream; on AWS there are several, which are replaced every few hours. Therefore the one
// shard is split by a hash of the item's key into virtual shards, which are replaced every few minutes. Positions are stored
// in the state folder: after a restart delivery continues there, at least once.
package mapping

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/kithhq/kith/infra/local/lambda"
)

// Mapping is an event source mapping. New returns one with the defaults of CloudFormation.
type Mapping struct {
	// Name is unique and stable: the position is stored under it.
	Name string
	// Function is the function to invoke.
	Function string
	// Table is the name of the table with the stream.
	Table string
	// BatchSize is the maximum number of records per invocation.
	BatchSize int
	// BatchWindow is the time to wait for a full batch; 0 for none.
	BatchWindow time.Duration
	// TumblingWindow is the length of a tumbling window; 0 for none.
	TumblingWindow time.Duration
	// StartingPosition is TRIM_HORIZON or LATEST.
	StartingPosition string
	// Parallel is ParallelizationFactor: the number of concurrent batches per shard.
	Parallel int
	// ReportFailures is ReportBatchItemFailures.
	ReportFailures bool
	// Bisect is BisectBatchOnFunctionError.
	Bisect bool
	// Retries is MaximumRetryAttempts, -1 for no limit.
	Retries int
	// MaxAge is MaximumRecordAgeInSeconds, negative for no limit.
	MaxAge time.Duration
	// Filters are event patterns; a record that matches none of them is skipped. Without filters no record is skipped.
	Filters []string
	// FailureBucket is the on-failure destination, an S3 bucket; empty for none.
	FailureBucket string
}

// New returns a mapping from the table's stream to the function, with the defaults of CloudFormation.
func New(name, function, table string) Mapping {
	return Mapping{
		Name: name, Function: function, Table: table,
		BatchSize: 100, StartingPosition: "TRIM_HORIZON", Parallel: 1, Retries: -1, MaxAge: -1,
	}
}

// Validate fails for settings that AWS rejects or that the local cloud does not support.
func (m Mapping) Validate() error {
	var errs []error
	check := func(invalid bool, format string, args ...any) {
		if invalid {
			errs = append(errs, fmt.Errorf("event source mapping %s: "+format, append([]any{m.Name}, args...)...))
		}
	}
	check(m.BatchSize < 1 || m.BatchSize > 10000, "BatchSize is %d, not 1 to 10000", m.BatchSize)
	check(m.BatchWindow < 0 || m.BatchWindow > 5*time.Minute, "MaximumBatchingWindowInSeconds is %s, not 0 to 300 s", m.BatchWindow)
	check(m.TumblingWindow < 0 || m.TumblingWindow > 15*time.Minute, "TumblingWindowInSeconds is %s, not 0 to 900 s", m.TumblingWindow)
	check(m.Parallel < 1 || m.Parallel > 10, "ParallelizationFactor is %d, not 1 to 10", m.Parallel)
	check(m.TumblingWindow > 0 && m.Parallel > 1, "TumblingWindowInSeconds with ParallelizationFactor %d is not supported by the local cloud", m.Parallel)
	check(m.StartingPosition != "TRIM_HORIZON" && m.StartingPosition != "LATEST", "StartingPosition is %q, not TRIM_HORIZON or LATEST", m.StartingPosition)
	check(m.Retries < -1 || m.Retries > 10000, "MaximumRetryAttempts is %d, not -1 to 10000", m.Retries)
	check(m.MaxAge >= 0 && (m.MaxAge < time.Minute || m.MaxAge > 7*24*time.Hour), "MaximumRecordAgeInSeconds is %s, not -1 or 60 s to 7 days", m.MaxAge)
	for _, f := range m.Filters {
		_, err := parsePattern(f)
		check(err != nil, "filter %s: %v", f, err)
	}
	return errors.Join(errs...)
}

// Clock gives the time of records.
type Clock interface {
	Now() time.Time
	Shift() time.Duration
	Changed() <-chan struct{}
}

// Invoker invokes functions.
type Invoker interface {
	Invoke(ctx context.Context, function string, payload []byte) (lambda.Result, error)
}

// Config configures a Runner.
type Config struct {
	// Endpoint is the URL of DynamoDB Streams.
	Endpoint string
	Region   string
	// Account is the account id in the ARNs of failure records.
	Account string
	// Streams holds the stream ARN of each table.
	Streams  map[string]string
	Mappings []Mapping
	// State is the folder of the positions.
	State   string
	Clock   Clock
	Invoker Invoker
	// PutObject writes to an on-failure bucket. It is retried until it succeeds.
	PutObject func(ctx context.Context, bucket, key string, body []byte) error
	// Age, if set, is called before each invocation with the function and the age of the last record that it gets.
	Age func(function string, age time.Duration)
	Log io.Writer
	// Shards is the number of virtual shards per stream; 0 for 4.
	Shards int
	// ShardLifetime is the time after which virtual shards that got records are replaced; 0 for 3 minutes.
	ShardLifetime time.Duration
	// PollInterval is the time between reads of a stream; 0 for 20 ms. An idle stream is read five times more rarely.
	PollInterval time.Duration
}

// response is the response of a function to a batch.
type response struct {
	Failures []struct {
		Identifier *string `json:"itemIdentifier"`
	} `json:"batchItemFailures"`
	State json.RawMessage `json:"state"`
}
