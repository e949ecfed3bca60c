package mapping

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/google/uuid"

	"github.com/kithhq/kith/infra/local/lambda"
)

// failureRecord is what Lambda writes to an on-failure bucket.
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

// giveUp sends records to the on-failure bucket, if there is one, and passes over them.
func (l *lane) giveUp(ctx context.Context, records []*record, condition string, invokes int, res lambda.Result) {
	m := l.f.m
	l.f.svc.logf("%s: %d records from %s are given up: %s", m.Name, len(records), records[0].seq, condition)
	if m.FailureBucket != "" && l.f.svc.c.PutObject != nil {
		key, body, err := l.failure(records, condition, invokes, res)
		if err != nil {
			l.f.svc.logf("%s: %v", m.Name, err)
		}
		for tries := 1; err == nil; tries++ {
			err := l.f.svc.c.PutObject(ctx, m.FailureBucket, key, body)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return
			}
			l.f.svc.logf("%s: what was given up can't be written to bucket %s, trying on: %v", m.Name, m.FailureBucket, err)
			rested(ctx, backOff(tries))
		}
	}
	l.advance(records, nil)
}

func (l *lane) failure(records []*record, condition string, invokes int, res lambda.Result) (string, []byte, error) {
	first, last := records[0], records[len(records)-1]
	now := l.f.svc.c.Clock.Now()
	var d failureRecord
	d.Request.ID = res.RequestID
	if d.Request.ID == "" {
		d.Request.ID = uuid.NewString()
	}
	d.Request.Function = fmt.Sprintf("arn:aws:lambda:%s:%s:function:%s", l.f.svc.c.Region, l.f.svc.c.Account, l.f.m.Function)
	d.Request.Condition = condition
	d.Request.Invokes = invokes
	if invokes > 0 {
		d.Response = &failureResponse{Status: 200, Executed: "$LATEST", Error: res.FunctionError}
	}
	d.Version = "1.0"
	d.Time = now.Format("2006-01-02T15:04:05.000Z")
	d.Batch.Shard, d.Batch.First, d.Batch.Last = first.shard, first.seq, last.seq
	d.Batch.Arrived, d.Batch.Until = first.stamp.UTC().Format(time.RFC3339), last.stamp.UTC().Format(time.RFC3339)
	d.Batch.Size, d.Batch.Stream = len(records), l.f.src.arn
	event, err := l.event(records, false)
	if err != nil {
		return "", nil, err
	}
	d.Payload = string(event)
	body, err := json.Marshal(d)
	if err != nil {
		return "", nil, fmt.Errorf("failure record: %w", err)
	}
	// Lambda's key starts with the mapping's id, which is a UUID there; here one that follows from its name.
	id := uuid.NewSHA1(uuid.NameSpaceOID, []byte(l.f.m.Name))
	key := fmt.Sprintf("aws/lambda/%s/%s/%s/%s-%s", id, first.shard, now.Format("2006/01/02"),
		now.Format("2006-01-02T15.04.05"), uuid.NewString())
	return key, body, nil
}
