package mapping

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kithhq/kith/infra/local/lambda"
)

// failureRecord is the document that Lambda writes to an on-failure bucket.
type failureRecord struct {
	Request struct {
		ID        string `json:"requestId"`
		Function  string `json:"functionArn"`
		Condition string `json:"condition"`
		Invokes   int    `json:"approximateInvokeCount"`
	} `json:"requestContext"`
	Response *failureResponse `json:"responseContext,omitempty"`
	Version  string           `json:"version"`
	Time     string           `json:"timestamp"`
	Batch    struct {
		Shard   string `json:"shardId"`
		First   string `json:"startSequenceNumber"`
		Last    string `json:"endSequenceNumber"`
		Arrived string `json:"approximateArrivalOfFirstRecord"`
		Until   string `json:"approximateArrivalOfLastRecord"`
		Size    int    `json:"batchSize"`
		Stream  string `json:"streamArn"`
	} `json:"DDBStreamBatchInfo"`
	Payload string `json:"payload"`
}

type failureResponse struct {
	Status   int    `json:"statusCode"`
	Executed string `json:"executedVersion"`
	Error    string `json:"functionError"`
}

// discard writes a failure record to the on-failure bucket, if there is one, and removes the records from the queue.
func (p *partition) discard(ctx context.Context, records []*record, condition string, invokes int, res lambda.Result) {
	m := p.consumer.m
	p.consumer.runner.logf("%s: discarded %d records from %s: %s", m.Name, len(records), records[0].seq, condition)
	if m.FailureBucket != "" && p.consumer.runner.c.PutObject != nil {
		key, body, err := p.failure(records, condition, invokes, res)
		if err != nil {
			p.consumer.runner.logf("%s: %v", m.Name, err)
		}
		for tries := 1; err == nil; tries++ {
			err := p.consumer.runner.c.PutObject(ctx, m.FailureBucket, key, body)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return
			}
			p.consumer.runner.logf("%s: write a failure record to bucket %s, retrying: %v", m.Name, m.FailureBucket, err)
			sleep(ctx, backOff(tries))
		}
	}
	p.advance(records, nil)
}

// failure returns the key and the body of a failure record.
func (p *partition) failure(records []*record, condition string, invokes int, res lambda.Result) (string, []byte, error) {
	first, last := records[0], records[len(records)-1]
	now := p.consumer.runner.c.Clock.Now()
	var d failureRecord
	d.Request.ID = res.RequestID
	if d.Request.ID == "" {
		d.Request.ID = uuid.NewString()
	}
	d.Request.Function = fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", p.consumer.runner.c.Region, p.consumer.runner.c.Account, p.consumer.m.Function)
	d.Request.Condition = condition
	d.Request.Invokes = invokes
	if invokes > 0 {
		d.Response = &failureResponse{Status: 200, Executed: "$LATEST", Error: res.FunctionError}
	}
	d.Version = "1.0"
	d.Time = now.Format("2006-01-02T15:04:05.000Z")
	d.Batch.Shard, d.Batch.First, d.Batch.Last = first.shard, first.seq, last.seq
	d.Batch.Arrived, d.Batch.Until = first.stamp.UTC().Format(time.RFC3339), last.stamp.UTC().Format(time.RFC3339)
	d.Batch.Size, d.Batch.Stream = len(records), p.consumer.reader.arn
	event, err := p.event(records, false)
	if err != nil {
		return "", nil, err
	}
	d.Payload = string(event)
	body, err := json.Marshal(d)
	if err != nil {
		return "", nil, fmt.Errorf("failure record: %w", err)
	}
	// On AWS the key starts with the UUID of the mapping; here that is derived from the name.
	id := uuid.NewSHA1(uuid.NameSpaceOID, []byte(p.consumer.m.Name))
	key := fmt.Sprintf("aws/lambda/%s/%s/%s/%s-%s", id, first.shard, now.Format("2006/01/02"),
		now.Format("2006-01-02T15.04.05"), uuid.NewString())
	return key, body, nil
}
