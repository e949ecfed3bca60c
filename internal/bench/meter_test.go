package bench

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/smithy-go/middleware"
)

// meter adds up what the calls of a client consume, as the engine reports it. Write units include those of indexes.
type meter struct {
	calls         int
	reads, writes float64 // capacity units
}

// attach adds the meter to a client's options.
func (m *meter) attach(o *dynamodb.Options) {
	o.APIOptions = append(o.APIOptions, func(stack *middleware.Stack) error {
		return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("Meter", m.handle), middleware.Before)
	})
}

func (m *meter) add(other meter) {
	m.calls += other.calls
	m.reads += other.reads
	m.writes += other.writes
}

func (m *meter) handle(
	ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
) (middleware.InitializeOutput, middleware.Metadata, error) {
	const total = types.ReturnConsumedCapacityTotal
	switch p := in.Parameters.(type) {
	case *dynamodb.GetItemInput:
		p.ReturnConsumedCapacity = total
	case *dynamodb.BatchGetItemInput:
		p.ReturnConsumedCapacity = total
	case *dynamodb.TransactGetItemsInput:
		p.ReturnConsumedCapacity = total
	case *dynamodb.QueryInput:
		p.ReturnConsumedCapacity = total
	case *dynamodb.ScanInput:
		p.ReturnConsumedCapacity = total
	case *dynamodb.PutItemInput:
		p.ReturnConsumedCapacity = total
	case *dynamodb.UpdateItemInput:
		p.ReturnConsumedCapacity = total
	case *dynamodb.DeleteItemInput:
		p.ReturnConsumedCapacity = total
	case *dynamodb.BatchWriteItemInput:
		p.ReturnConsumedCapacity = total
	case *dynamodb.TransactWriteItemsInput:
		p.ReturnConsumedCapacity = total
	}
	out, metadata, err := next.HandleInitialize(ctx, in)
	m.calls++
	switch r := out.Result.(type) {
	case *dynamodb.GetItemOutput:
		m.reads += units(r.ConsumedCapacity)
	case *dynamodb.BatchGetItemOutput:
		m.reads += sum(r.ConsumedCapacity)
	case *dynamodb.TransactGetItemsOutput:
		m.reads += sum(r.ConsumedCapacity)
	case *dynamodb.QueryOutput:
		m.reads += units(r.ConsumedCapacity)
	case *dynamodb.ScanOutput:
		m.reads += units(r.ConsumedCapacity)
	case *dynamodb.PutItemOutput:
		m.writes += units(r.ConsumedCapacity)
	case *dynamodb.UpdateItemOutput:
		m.writes += units(r.ConsumedCapacity)
	case *dynamodb.DeleteItemOutput:
		m.writes += units(r.ConsumedCapacity)
	case *dynamodb.BatchWriteItemOutput:
		m.writes += sum(r.ConsumedCapacity)
	case *dynamodb.TransactWriteItemsOutput:
		m.writes += sum(r.ConsumedCapacity)
	}
	return out, metadata, err
}

func units(c *types.ConsumedCapacity) float64 {
	if c == nil {
		return 0
	}
	return aws.ToFloat64(c.CapacityUnits)
}

func sum(all []types.ConsumedCapacity) float64 {
	total := 0.0
	for i := range all {
		total += units(&all[i])
	}
	return total
}
