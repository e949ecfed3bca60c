// Package mapping hands the records of DynamoDB streams to functions as Lambda's event source mappings do: in order per
// shard, in batches, with filters, tumbling windows, partial failures, bisecting, retries and an on-failure destination.
//
// The local engine keeps one shard a stream, AWS several that turn over every few hours. So the one shard is split into
// virtual shards by a hash of the item's key, which turn over every few minutes: functions meet here what they meet
// there. Positions are kept in the state folder; a restart goes on where the last run stopped, at least once.
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

// Mapping is one event source mapping. New gives the settings that CloudFormation gives by default.
type Mapping struct {
	// Name is unique and stable; the position is kept under it.
	Name string
	// Function is what to invoke.
	Function string
	// Table has the stream.
	Table string
	// BatchSize is the largest number of records a call gets.
	BatchSize int
	// BatchWindow is how long a call waits for more records; 0 waits for none.
	BatchWindow time.Duration
	// TumblingWindow is the length of the windows whose state is passed along; 0 for none.
	TumblingWindow time.Duration
	// StartingPosition is TRIM_HORIZON or LATEST.
	StartingPosition string
	// Parallel is ParallelizationFactor: how many batches of one shard are out at once.
	Parallel int
	// ReportFailures is ReportBatchItemFailures.
	ReportFailures bool
	// Bisect is BisectBatchOnFunctionError.
	Bisect bool
	// Retries is MaximumRetryAttempts, -1 for no limit.
	Retries int
	// MaxAge is MaximumRecordAgeInSeconds, negative for no limit.
	MaxAge time.Duration
	// Filters are event patterns; a record that matches none is passed over. None at all lets everything through.
	Filters []string
	// FailureBucket is the S3 bucket that gets what was given up; empty for none.
	FailureBucket string
}

// New returns a mapping of the table's stream to the function with CloudFormation's defaults.
func New(name, function, table string) Mapping {
	return Mapping{
		Name: name, Function: function, Table: table,
		BatchSize: 100, StartingPosition: "TRIM_HORIZON", Parallel: 1, Retries: -1, MaxAge: -1,
	}
}

// Validate says what of m AWS would refuse, or what is not run here.
func (m Mapping) Validate() error {
	var errs []error
	no := func(bad bool, format string, args ...any) {
		if bad {
			errs = append(errs, fmt.Errorf("event source mapping %s: "+format, append([]any{m.Name}, args...)...))
		}
	}
	no(m.BatchSize < 1 || m.BatchSize > 10000, "BatchSize is %d, not 1 to 10000", m.BatchSize)
	no(m.BatchWindow < 0 || m.BatchWindow > 5*time.Minute, "MaximumBatchingWindowInSeconds is %s, not 0 to 300 s", m.BatchWindow)
	no(m.TumblingWindow < 0 || m.TumblingWindow > 15*time.Minute, "TumblingWindowInSeconds is %s, not 0 to 900 s", m.TumblingWindow)
	no(m.Parallel < 1 || m.Parallel > 10, "ParallelizationFactor is %d, not 1 to 10", m.Parallel)
	no(m.TumblingWindow > 0 && m.Parallel > 1, "TumblingWindowInSeconds with ParallelizationFactor %d is not run here", m.Parallel)
	no(m.StartingPosition != "TRIM_HORIZON" && m.StartingPosition != "LATEST", "StartingPosition %q is not one of DynamoDB's", m.StartingPosition)
	no(m.Retries < -1 || m.Retries > 10000, "MaximumRetryAttempts is %d, not -1 to 10000", m.Retries)
	no(m.MaxAge >= 0 && (m.MaxAge < time.Minute || m.MaxAge > 7*24*time.Hour), "MaximumRecordAgeInSeconds is %s, not -1 or 60 s to 7 days", m.MaxAge)
	for _, f := range m.Filters {
		_, err := parsePattern(f)
		no(err != nil, "filter %s: %v", f, err)
	}
	return errors.Join(errs...)
}

// Clock stamps the records.
type Clock interface {
	Now() time.Time
	Shift() time.Duration
	Changed() <-chan struct{}
}

// Invoker calls functions.
type Invoker interface {
	Invoke(ctx context.Context, function string, payload []byte) (lambda.Result, error)
}

// Config is what a Service needs.
type Config struct {
	// Endpoint serves DynamoDB Streams.
	Endpoint string
	Region   string
	// Account stands in the ARNs of failure records.
	Account string
	// Streams gives each table's stream ARN.
	Streams  map[string]string
	Mappings []Mapping
	// State is the folder that keeps the positions.
	State   string
	Clock   Clock
	Invoker Invoker
	// PutObject writes to an on-failure bucket; it is called again until it succeeds.
	PutObject func(ctx context.Context, bucket, key string, body []byte) error
	Log       io.Writer
	// Shards is how many virtual shards a stream is split into; 0 for 4.
	Shards int
	// Turnover is how long a virtual shard that gets records lives; 0 for 3 minutes.
	Turnover time.Duration
	// Poll is the pause between looks at a stream; 0 for 20 ms.
	Poll time.Duration
}

// response is what a function answers to a batch.
type response struct {
	Failures []struct {
		Identifier *string `json:"itemIdentifier"`
	} `json:"batchItemFailures"`
	State json.RawMessage `json:"state"`
}
