// Package stream turns the events that Lambda makes of the Records stream into changes of rows (before, after), and
// outcomes into the replies that Lambda takes: partial-batch failures and window state.
// It does not know what changes mean; what to do with them comes as a function.
package stream

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/metrics"
)

// HandleRecords answers the events of a mapping with a tumbling window, which name the stream shard. The window is there for
// the shard alone: its state stays empty, but is never null, since Lambda fails a null one.
//
// apply returns the sequence number from which records must come again, "" when none must, and an error to have the
// whole batch again.
func HandleRecords(
	apply func(context.Context, metrics.Batch) (string, error),
) func(context.Context, json.RawMessage) (events.DynamoDBTimeWindowEventResponse, error) {
	return func(ctx context.Context, raw json.RawMessage) (events.DynamoDBTimeWindowEventResponse, error) {
		reply := events.DynamoDBTimeWindowEventResponse{BatchItemFailures: []events.DynamoDBBatchItemFailure{}}
		reply.State = map[string]string{}
		batch, err := Decode(raw)
		if err != nil {
			return reply, err
		}
		if batch.Shard == "" {
			return reply, fmt.Errorf("stream: the event names no shard; the mapping needs a tumbling window")
		}
		again, err := apply(ctx, batch)
		if err != nil {
			return reply, err
		}
		reply.BatchItemFailures = failures(again)
		return reply, nil
	}
}

// HandleRemovals answers the events of a mapping without a window: do is called for each removed row, in order, until it
// fails, and records from there on come again. A removed row that can't be decoded is passed over: nothing can be told
// of what hung on it, and audit-metrics finds that.
func HandleRemovals(do func(ctx context.Context, row any) error) func(context.Context, json.RawMessage) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, raw json.RawMessage) (events.DynamoDBEventResponse, error) {
		batch, err := Decode(raw)
		if err != nil {
			return events.DynamoDBEventResponse{}, err
		}
		for _, change := range batch.Changes {
			if change.DecodeError != nil {
				slog.ErrorContext(ctx, "record passed over", "sequence", change.Sequence, "error", change.DecodeError)
				continue
			}
			if change.Before == nil || change.After != nil {
				continue
			}
			if err := do(ctx, change.Before); err != nil {
				slog.ErrorContext(ctx, "record not handled", "sequence", change.Sequence, "error", err)
				return events.DynamoDBEventResponse{BatchItemFailures: failures(change.Sequence)}, nil
			}
		}
		return events.DynamoDBEventResponse{BatchItemFailures: failures("")}, nil
	}
}

// failures is never null, and holds no empty identifier: that would have the whole batch come again.
func failures(sequence string) []events.DynamoDBBatchItemFailure {
	if sequence == "" {
		return []events.DynamoDBBatchItemFailure{}
	}
	return []events.DynamoDBBatchItemFailure{{ItemIdentifier: sequence}}
}

// Decode decodes an event, with or without a window. A record that can't be decoded becomes a change that says so; only
// an event that isn't one at all is an error.
func Decode(raw json.RawMessage) (metrics.Batch, error) {
	var event events.DynamoDBTimeWindowEvent
	if err := json.Unmarshal(raw, &event); err != nil {
		return readOneByOne(raw)
	}
	batch := metrics.Batch{Shard: event.ShardID, Changes: make([]metrics.Change, len(event.Records))}
	bad := false
	for i := range event.Records {
		batch.Changes[i] = change(&event.Records[i])
		bad = bad || batch.Changes[i].DecodeError != nil
	}
	if bad {
		parts, err := split(raw)
		if err != nil {
			return metrics.Batch{}, err
		}
		for i := range batch.Changes {
			if batch.Changes[i].DecodeError != nil {
				batch.Changes[i].Raw = parts.Records[i]
			}
		}
	}
	return batch, nil
}

// parts is an event whose records are not looked into.
type parts struct {
	Records []json.RawMessage `json:"Records"`
	ShardID string            `json:"shardId"`
}

func split(raw json.RawMessage) (parts, error) {
	var p parts
	if err := json.Unmarshal(raw, &p); err != nil {
		return parts{}, fmt.Errorf("stream: not a stream event: %w", err)
	}
	return p, nil
}

// readOneByOne reads an event of which some record breaks the library's decoding, so that the others still count.
func readOneByOne(raw json.RawMessage) (metrics.Batch, error) {
	p, err := split(raw)
	if err != nil {
		return metrics.Batch{}, err
	}
	batch := metrics.Batch{Shard: p.ShardID}
	for _, part := range p.Records {
		var record events.DynamoDBEventRecord
		var c metrics.Change
		if err := json.Unmarshal(part, &record); err != nil {
			c = unreadable(part, err)
		} else {
			c = change(&record)
		}
		if c.DecodeError != nil {
			c.Raw = part
		}
		if c.Sequence == "" {
			return metrics.Batch{}, fmt.Errorf("stream: a record without a sequence number: %w", c.DecodeError)
		}
		batch.Changes = append(batch.Changes, c)
	}
	return batch, nil
}

// unreadable tells what can be told of a record that the library can't decode: its sequence number and its row's key.
func unreadable(raw json.RawMessage, cause error) metrics.Change {
	var record struct {
		Change struct {
			SequenceNumber string  `json:"SequenceNumber"`
			At             float64 `json:"ApproximateCreationDateTime"`
			Keys           struct {
				PK struct{ S string } `json:"PK"`
			} `json:"Keys"`
		} `json:"dynamodb"`
	}
	if err := json.Unmarshal(raw, &record); err != nil {
		return metrics.Change{DecodeError: err}
	}
	c := record.Change
	return metrics.Change{
		Sequence: c.SequenceNumber, At: time.UnixMilli(int64(c.At * 1000)).UTC(),
		Campaign: dynamo.CampaignOfPartition(c.Keys.PK.S), DecodeError: cause,
	}
}

// change decodes one record. Removals by the table's own expiry look like any other: the row is gone.
func change(record *events.DynamoDBEventRecord) metrics.Change {
	r := &record.Change
	c := metrics.Change{Sequence: r.SequenceNumber, At: r.ApproximateCreationDateTime.UTC()}
	before, err := dynamo.Decode(item(r.OldImage))
	if err == nil {
		var after any
		after, err = dynamo.Decode(item(r.NewImage))
		c.Before, c.After = before, after
	}
	if err != nil {
		c.Before, c.After, c.DecodeError = nil, nil, err
		c.Campaign = dynamo.CampaignOfPartition(partition(r.Keys))
	}
	return c
}

func partition(keys map[string]events.DynamoDBAttributeValue) string {
	pk, ok := keys["PK"]
	if !ok || pk.DataType() != events.DataTypeString {
		return ""
	}
	return pk.String()
}
