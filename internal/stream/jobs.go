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

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
)

// How long one invocation works on a job. An invocation by the stream is short, so that it does not hold up its shard and no
// small job waits behind a large one. An asynchronous invocation stays far below the function's timeout.
const (
	StreamSlice     = time.Second
	InvocationSlice = 60 * time.Second
)

// Work works on a job for about the duration of a slice. The version is the one that was handed on, 0 for a notification; at is
// the time of the event.
type Work func(ctx context.Context, job string, version int, at time.Time, slice time.Duration) error

// invocation is the payload of an asynchronous invocation to work on a job.
type invocation struct {
	Job     string    `json:"job"`
	Version int       `json:"version"`
	At      time.Time `json:"at"`
}

// HandleJobStream returns a handler for the events of the Jobs stream, whose records name queued jobs, and for asynchronous
// invocations. A record whose job fails is reported as a batch item failure.
func HandleJobStream(work Work) func(context.Context, json.RawMessage) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, raw json.RawMessage) (events.DynamoDBEventResponse, error) {
		reply := events.DynamoDBEventResponse{BatchItemFailures: failures("")}
		in, ok, err := decodeInvocation(raw)
		if err != nil {
			return reply, err
		}
		if ok {
			return reply, work(ctx, in.Job, in.Version, in.At, InvocationSlice)
		}
		var event events.DynamoDBEvent
		if err := json.Unmarshal(raw, &event); err != nil {
			return reply, fmt.Errorf("stream: neither a stream event nor an invocation: %w", err)
		}
		for i := range event.Records {
			change := &event.Records[i].Change
			id, ok := change.NewImage["ID"]
			if !ok || id.DataType() != events.DataTypeString {
				slog.ErrorContext(ctx, "record has no job id", "sequence", change.SequenceNumber)
				continue
			}
			if err := work(ctx, id.String(), 0, change.ApproximateCreationDateTime.UTC(), StreamSlice); err != nil {
				slog.ErrorContext(ctx, "job not started", "job", id.String(), "error", err)
				reply.BatchItemFailures = failures(change.SequenceNumber)
				return reply, nil
			}
		}
		return reply, nil
	}
}

// decodeInvocation decodes an asynchronous invocation, and reports whether the event is one.
func decodeInvocation(raw json.RawMessage) (invocation, bool, error) {
	var in invocation
	if err := json.Unmarshal(raw, &in); err != nil {
		return invocation{}, false, fmt.Errorf("stream: not an event: %w", err)
	}
	return in, in.Job != "", nil
}

// StartUpload starts the work on an uploaded object, and works for about the duration of a slice.
type StartUpload func(ctx context.Context, key, tag string, size int64, at time.Time, slice time.Duration) error

// HandleUploads returns a handler for S3 events about uploaded objects, and for asynchronous invocations.
func HandleUploads(start StartUpload, work Work) func(context.Context, json.RawMessage) error {
	return func(ctx context.Context, raw json.RawMessage) error {
		in, ok, err := decodeInvocation(raw)
		if err != nil {
			return err
		}
		if ok {
			return work(ctx, in.Job, in.Version, in.At, InvocationSlice)
		}
		var event events.S3Event
		if err := json.Unmarshal(raw, &event); err != nil {
			return fmt.Errorf("stream: neither an S3 event nor an invocation: %w", err)
		}
		for i := range event.Records {
			r := &event.Records[i]
			object := r.S3.Object
			if err := start(ctx, object.URLDecodedKey, object.ETag, object.Size, r.EventTime.UTC(), InvocationSlice); err != nil {
				return err
			}
		}
		return nil
	}
}

// Invoker invokes a function asynchronously.
type Invoker struct {
	client   *lambda.Client
	function string
}

// NewInvoker returns an invoker of the function.
func NewInvoker(client *lambda.Client, function string) *Invoker { return &Invoker{client, function} }

// HandOn invokes the function to resume a job at a version, or, with 0, to claim it. It fails with unavailable.
func (i *Invoker) HandOn(ctx context.Context, job string, version int, at time.Time) error {
	return i.invoke(ctx, invocation{job, version, at})
}

// BuildLists invokes audit-metrics to build the lists of a campaign. It fails with unavailable.
func (i *Invoker) BuildLists(ctx context.Context, c campaign.ID) error {
	return i.invoke(ctx, map[string]campaign.ID{"campaign": c})
}

func (i *Invoker) invoke(ctx context.Context, request any) error {
	payload, err := json.Marshal(request)
	if err != nil {
		return fault.Internal("invoke %s: %w", i.function, err)
	}
	_, err = i.client.Invoke(ctx, &lambda.InvokeInput{
		FunctionName:   aws.String(i.function),
		InvocationType: types.InvocationTypeEvent, Payload: payload,
	})
	if err != nil {
		return fault.Unavailable(fmt.Errorf("invoke %s: %w", i.function, err))
	}
	return nil
}
