// Package stream adapts functions to the events of Lambda: records of DynamoDB streams, notifications of S3 and SNS, and
// asynchronous calls. It decodes events into changes of rows, jobs and delivery reports, and turns results into the
// replies that Lambda expects. It does not process the changes: callers pass functions for that.
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

// HandleRecords returns a Lambda handler for a mapping with a tumbling window. The window is needed only because its
// events name the stream shard; its state stays empty, but is never null, since Lambda fails an invocation that returns
// null.
//
// apply returns the sequence number of the first record to be delivered again, "" for none. If apply fails, the whole
// batch is delivered again.
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
			return reply, fmt.Errorf("stream: the event has no shard id; the mapping needs a tumbling window")
		}
		again, err := apply(ctx, batch)
		if err != nil {
			return reply, err
		}
		reply.BatchItemFailures = failures(again)
		return reply, nil
	}
}

// HandleRemovals returns a Lambda handler for a mapping without a window. It calls remove for each removed row, in order.
// If remove fails, the records from there on are delivered again. A removed row that can't be decoded is logged and
// skipped: its dependents are unknown, and audit-metrics removes them.
func HandleRemovals(remove func(ctx context.Context, row any) error) func(context.Context, json.RawMessage) (events.DynamoDBEventResponse, error) {
	return func(ctx context.Context, raw json.RawMessage) (events.DynamoDBEventResponse, error) {
		batch, err := Decode(raw)
		if err != nil {
			return events.DynamoDBEventResponse{}, err
		}
		for _, change := range batch.Changes {
			if change.DecodeError != nil {
				slog.ErrorContext(ctx, "record skipped", "sequence", change.Sequence, "error", change.DecodeError)
				continue
			}
			if change.Before == nil || change.After != nil {
				continue
			}
			if err := remove(ctx, change.Before); err != nil {
				slog.ErrorContext(ctx, "record failed", "sequence", change.Sequence, "error", err)
				return events.DynamoDBEventResponse{BatchItemFailures: failures(change.Sequence)}, nil
			}
		}
		return events.DynamoDBEventResponse{BatchItemFailures: failures("")}, nil
	}
}

// failures returns the partial-batch failures for a reply. They are never null and have no empty identifier: Lambda
// would deliver the whole batch again.
func failures(sequence string) []events.DynamoDBBatchItemFailure {
	if sequence == "" {
		return []events.DynamoDBBatchItemFailure{}
	}
	return []events.DynamoDBBatchItemFailure{{ItemIdentifier: sequence}}
}

// Decode decodes an event, with or without a window. A record that can't be decoded becomes a change with a DecodeError.
// Decode fails if raw is not an event, or if a record without a sequence number can't be decoded.
func Decode(raw json.RawMessage) (metrics.Batch, error) {
	var event events.DynamoDBTimeWindowEvent
	if err := json.Unmarshal(raw, &event); err != nil {
		return decodeEach(raw)
	}
	batch := metrics.Batch{Shard: event.ShardID, Changes: make([]metrics.Change, len(event.Records))}
	undecodable := false
	for i := range event.Records {
		batch.Changes[i] = decodeRecord(&event.Records[i])
		undecodable = undecodable || batch.Changes[i].DecodeError != nil
	}
	if undecodable {
		rawRecords, err := split(raw)
		if err != nil {
			return metrics.Batch{}, err
		}
		for i := range batch.Changes {
			if batch.Changes[i].DecodeError != nil {
				batch.Changes[i].Raw = rawRecords.Records[i]
			}
		}
	}
	return batch, nil
}

// rawEvent is an event whose records are not decoded.
type rawEvent struct {
	Records []json.RawMessage `json:"Records"`
	ShardID string            `json:"shardId"`
}

func split(raw json.RawMessage) (rawEvent, error) {
	var event rawEvent
	if err := json.Unmarshal(raw, &event); err != nil {
		return rawEvent{}, fmt.Errorf("stream: not a stream event: %w", err)
	}
	return event, nil
}

// decodeEach decodes the records of an event one by one, after the library has failed to decode them together, so that
// the other records still count.
func decodeEach(raw json.RawMessage) (metrics.Batch, error) {
	event, err := split(raw)
	if err != nil {
		return metrics.Batch{}, err
	}
	batch := metrics.Batch{Shard: event.ShardID}
	for _, rawRecord := range event.Records {
		var record events.DynamoDBEventRecord
		var c metrics.Change
		if err := json.Unmarshal(rawRecord, &record); err != nil {
			c = undecodable(rawRecord, err)
		} else {
			c = decodeRecord(&record)
		}
		if c.DecodeError != nil {
			c.Raw = rawRecord
		}
		if c.Sequence == "" {
			return metrics.Batch{}, fmt.Errorf("stream: a record without a sequence number: %w", c.DecodeError)
		}
		batch.Changes = append(batch.Changes, c)
	}
	return batch, nil
}

// undecodable returns the change for a record that the library can't decode, with its sequence number, time and campaign
// if they can be read.
func undecodable(raw json.RawMessage, cause error) metrics.Change {
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

// decodeRecord decodes one record. Removals by the table's time to live are treated like any other removal.
func decodeRecord(record *events.DynamoDBEventRecord) metrics.Change {
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
