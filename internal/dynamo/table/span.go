package table

import (
	"context"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Span is a range of sort keys in one partition of a table or of one of its indexes. Reads of a table are strongly
// consistent unless it says otherwise, reads of an index can't be.
type Span struct {
	Table      string
	Index      string // "" for the table itself; an index Due has the attributes DueP and DueS, and the name DueIndex
	Partition  string
	Prefix     string // sort keys begin with it; exclusive with After and Before
	After      string // sort keys greater than this one (with Before: from this one, both ends included)
	Before     string // sort keys less than this one
	Descending bool
	Limit      int32 // items a page; 0 for as many as a page holds
	Start      Item  // LastEvaluatedKey of the previous page
	Eventually bool  // an eventually consistent read of the table, at half the price
}

// Query reads one page of a span, and where the next one starts (nil after the last).
func (db *DB) Query(ctx context.Context, span Span) ([]Item, Item, error) {
	out, err := db.client.Query(ctx, span.input())
	if err != nil {
		return nil, nil, unavailable("query", err)
	}
	return out.Items, out.LastEvaluatedKey, nil
}

// QueryAll reads every item of a span. Only for spans that can't grow without end.
func (db *DB) QueryAll(ctx context.Context, span Span) ([]Item, error) {
	var all []Item
	err := db.EachPage(ctx, span, func(items []Item) error {
		all = append(all, items...)
		return nil
	})
	return all, err
}

// EachPage reads a span page by page and calls do with the items of each. A failure of do ends the reading and is
// returned.
func (db *DB) EachPage(ctx context.Context, span Span, do func([]Item) error) error {
	for {
		items, next, err := db.Query(ctx, span)
		if err != nil {
			return err
		}
		if err := do(items); err != nil {
			return err
		}
		if next == nil {
			return nil
		}
		span.Start = next
	}
}

// input returns the request for a page of the span.
func (span *Span) input() *dynamodb.QueryInput {
	pk, sk := "PK", "SK"
	in := &dynamodb.QueryInput{
		TableName: &span.Table, ExclusiveStartKey: span.Start,
		ScanIndexForward: aws.Bool(!span.Descending), ConsistentRead: aws.Bool(span.Index == "" && !span.Eventually),
	}
	if span.Index != "" {
		in.IndexName = aws.String(span.Index + "Index") // a name has at least three letters
		pk, sk = span.Index+"P", span.Index+"S"
	}
	if span.Limit > 0 {
		in.Limit = &span.Limit
	}
	condition := "#p = :p"
	in.ExpressionAttributeNames = map[string]string{"#p": pk}
	in.ExpressionAttributeValues = Item{":p": String(span.Partition)}
	bound := func(expression, value string) {
		condition += " AND " + expression
		in.ExpressionAttributeNames["#s"] = sk
		in.ExpressionAttributeValues[":s"] = String(value)
	}
	switch {
	case span.Prefix != "":
		bound("begins_with(#s, :s)", span.Prefix)
	case span.After != "" && span.Before != "":
		bound("#s BETWEEN :s AND :t", span.After)
		in.ExpressionAttributeValues[":t"] = String(span.Before)
	case span.After != "":
		bound("#s > :s", span.After)
	case span.Before != "":
		bound("#s < :s", span.Before)
	}
	in.KeyConditionExpression = &condition
	return in
}
