package table

import (
	"bytes"
	"context"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/dynamo/wire"
)

// Attribute is a binary attribute of a block.
type Attribute = wire.Attribute

// Block is an item with any number of binary attributes. It is valid until the function that gets it returns.
type Block struct {
	Sort       string // its sort key
	Attributes []Attribute
	Number     int64 // of the numeric attribute that was asked for, 0 without it
}

// ReadBlocks reads a span of blocks. It calls decode for each, which appends the block's rows. Pages are decoded without the
// SDK, as by Pages. A failure of decode ends the reading and is returned.
func ReadBlocks[R any](ctx context.Context, db *DB, span Span, number string, decode func(b *Block, rows []R) ([]R, error)) ([]R, error) {
	var rows []R
	var buffer bytes.Buffer
	var reader wire.Blocks
	for {
		read := len(rows) // rows of the present page are void when the call is retried
		var last map[string]string
		var direct bool
		var failure error
		out, err := db.client.Query(ctx, span.input(), func(o *dynamodb.Options) {
			if db.sdkPages {
				return
			}
			o.DisableValidateResponseChecksum = true // Protocol does
			o.Protocol = &wire.Protocol{ClientProtocol: o.Protocol, Buffer: &buffer, ReadPage: func(body []byte) bool {
				rows, failure = rows[:read], nil
				last, direct = reader.Page(body, number, func(sort string, attributes []Attribute, n int64) bool {
					rows, failure = decode(&Block{sort, attributes, n}, rows)
					return failure == nil
				})
				return direct || failure != nil
			}}
		})
		switch {
		case failure != nil:
			return nil, failure
		case err != nil:
			return nil, unavailable("query", err)
		case direct:
			span.Start = startKey(last)
		default:
			rows = rows[:read]
			for _, item := range out.Items {
				if rows, err = decode(newBlock(item, number), rows); err != nil {
					return nil, err
				}
			}
			span.Start = out.LastEvaluatedKey
		}
		if span.Start == nil {
			return rows, nil
		}
	}
}

// newBlock returns the block of an item that the SDK decoded.
func newBlock(item Item, number string) *Block {
	b := &Block{Sort: KeyOf(item).SK}
	for name, value := range item {
		switch v := value.(type) {
		case *types.AttributeValueMemberB:
			b.Attributes = append(b.Attributes, Attribute{Name: []byte(name), Value: v.Value})
		case *types.AttributeValueMemberN:
			if name == number {
				b.Number, _ = strconv.ParseInt(v.Value, 10, 64) // no writer writes fractions
			}
		}
	}
	return b
}
