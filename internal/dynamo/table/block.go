package table

import (
	"bytes"
	"context"
	"iter"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// Block is an item with any number of binary attributes. It is valid until the function that gets it returns.
type Block struct {
	Sort       string // its sort key
	Attributes []Attribute
	Number     int64 // of the numeric attribute that was asked for, 0 without it
}

// All returns the names and values of the block's attributes.
func (b *Block) All() iter.Seq2[[]byte, []byte] {
	return func(yield func(name, value []byte) bool) {
		for _, a := range b.Attributes {
			if !yield(a.Name, a.Value) {
				return
			}
		}
	}
}

// ReadBlocks reads a span of blocks and returns the rows that decode returns for each, a slice for each block, so that none is
// copied. Pages are decoded without the SDK, as by Pages. A failure of decode ends the reading and is returned.
func ReadBlocks[R any](ctx context.Context, db *DB, span Span, number string, decode func(b *Block) ([]R, error)) ([][]R, error) {
	var blocks [][]R
	var buffer bytes.Buffer
	var reader blockReader
	for {
		before := len(blocks) // of this page
		var last map[string]string
		var direct bool
		var failure error
		add := func(b *Block) error {
			rows, err := decode(b)
			blocks = append(blocks, rows)
			return err
		}
		var options []func(*dynamodb.Options)
		if !db.sdkPages {
			options = append(options, readDirectly(&buffer, func(body []byte) bool {
				blocks, failure = blocks[:before], nil // those of an earlier attempt are void
				last, direct = reader.Page(body, number, func(sort string, attributes []Attribute, n int64) bool {
					failure = add(&Block{sort, attributes, n})
					return failure == nil
				})
				return direct || failure != nil
			}))
		}
		out, err := db.client.Query(ctx, span.input(), options...)
		switch {
		case failure != nil:
			return nil, failure
		case err != nil:
			return nil, unavailable("query", err)
		case direct:
			span.Start = startKey(last)
		default:
			blocks = blocks[:before]
			for _, item := range out.Items {
				if err := add(newBlock(item, number)); err != nil {
					return nil, err
				}
			}
			span.Start = out.LastEvaluatedKey
		}
		if span.Start == nil {
			return blocks, nil
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
