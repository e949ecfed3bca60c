package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"

	"github.com/kithhq/kith/internal/fault"
)

// How long a call works on a job. A call that the stream made is short, so that no lane of it is held and small work
// never waits behind large; the others are far from the function's own time limit.
const (
	StreamSlice     = time.Second
	InvocationSlice = 60 * time.Second
)

// Work goes on with a job for about a slice. The version is the one that the call before handed on, 0 for a bell; at is
// the time of what rang.
type Work func(ctx context.Context, job string, version int, at time.Time, slice time.Duration) error

// call is the event by which a function asks for another call of itself, or of another one: to go on with a job.
type call struct {
	Job     string    `json:"job"`
	Version int       `json:"version"`
	At      time.Time `json:"at"`
}

// HandleJobStream answers the mapping of the Jobs stream, whose records name jobs that wait for a worker, and calls that hand on.
func HandleJobStream(work Work) func(context.Context, json.RawMessage) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, raw json.RawMessage) (events.DynamoDBEventResponse, error) {
		reply := events.DynamoDBEventResponse{BatchItemFailures: failures("")}
		handed, ok, err := handedOn(raw)
		if err != nil {
			return reply, err
		}
		if ok {
			return reply, work(ctx, handed.Job, handed.Version, handed.At, InvocationSlice)
		}
		var event events.DynamoDBEvent
		if err := json.Unmarshal(raw, &event); err != nil {
			return reply, fmt.Errorf("stream: neither a stream event nor a call: %w", err)
		}
		for i := range event.Records {
			change := &event.Records[i].Change
			id, ok := change.NewImage["ID"]
			if !ok || id.DataType() != events.DataTypeString {
				slog.ErrorContext(ctx, "record names no job", "sequence", change.SequenceNumber)
				continue
			}
			if err := work(ctx, id.String(), 0, change.ApproximateCreationDateTime.UTC(), StreamSlice); err != nil {
				slog.ErrorContext(ctx, "job not worked on", "job", id.String(), "error", err)
				reply.BatchItemFailures = failures(change.SequenceNumber)
				return reply, nil
			}
		}
		return reply, nil
	}
}

// handedOn reads a call that hands on, and reports whether the event is one.
func handedOn(raw json.RawMessage) (call, bool, error) {
	var event call
	if err := json.Unmarshal(raw, &event); err != nil {
		return call{}, false, fmt.Errorf("stream: not an event: %w", err)
	}
	return event, event.Job != "", nil
}

// HandleUpload begins work on an object that was stored, by its key, tag and size, for about a slice.
type HandleUpload func(ctx context.Context, key, tag string, size int64, at time.Time, slice time.Duration) error

// HandleUploads answers notices of objects that were stored, and calls that hand on.
func HandleUploads(stored HandleUpload, work Work) func(context.Context, json.RawMessage) error {
	return func(ctx context.Context, raw json.RawMessage) error {
		handed, ok, err := handedOn(raw)
		if err != nil {
			return err
		}
		if ok {
			return work(ctx, handed.Job, handed.Version, handed.At, InvocationSlice)
		}
		var event events.S3Event
		if err := json.Unmarshal(raw, &event); err != nil {
			return fmt.Errorf("stream: neither a notice of S3 nor a call: %w", err)
		}
		for i := range event.Records {
			r := &event.Records[i]
			object := r.S3.Object
			if err := stored(ctx, object.URLDecodedKey, object.ETag, object.Size, r.EventTime.UTC(), InvocationSlice); err != nil {
				return err
			}
		}
		return nil
	}
}

// Invoker calls a function asynchronously, to go on with jobs.
type Invoker struct {
	client   *lambda.Client
	function string
}

// NewInvoker returns a caller of the function.
func NewInvoker(client *lambda.Client, function string) *Invoker { return &Invoker{client, function} }

// HandOn asks for a call that goes on with the job at a version, 0 to ring only.
func (c *Invoker) HandOn(ctx context.Context, job string, version int, at time.Time) error {
	payload, err := json.Marshal(call{job, version, at})
	if err != nil {
		return fault.Internal("hand on: %w", err)
	}
	_, err = c.client.Invoke(ctx, &lambda.InvokeInput{
		FunctionName:   aws.String(c.function),
		InvocationType: types.InvocationTypeEvent, Payload: payload,
	})
	if err != nil {
		return fault.Unavailable(fmt.Errorf("hand on: %w", err))
	}
	return nil
}
