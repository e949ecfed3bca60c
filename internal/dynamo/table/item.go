package table

import (
	"fmt"
	"strconv"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/fault"
)

// Item is a row as DynamoDB's protocol has it.
type Item = map[string]types.AttributeValue

// Key is the primary key of an item.
type Key struct {
	PK string `dynamodbav:"PK"`
	SK string `dynamodbav:"SK"`
}

// Attributes returns the key as the attributes of an item.
func (k Key) Attributes() Item { return Item{"PK": String(k.PK), "SK": String(k.SK)} }

// KeyOf returns the primary key of an item.
func KeyOf(item Item) Key { return Key{StringOf(item, "PK"), StringOf(item, "SK")} }

// Number returns a value of type N.
func Number(n int) types.AttributeValue { return &types.AttributeValueMemberN{Value: strconv.Itoa(n)} }

// String returns a value of type S.
func String(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// TextSet returns a value of type SS.
func TextSet(texts ...string) types.AttributeValue {
	return &types.AttributeValueMemberSS{Value: texts}
}

// Binary returns a value of type B.
func Binary(b string) types.AttributeValue { return &types.AttributeValueMemberB{Value: []byte(b)} }

// StringOf returns an attribute of type S, "" when the item has none of the name.
func StringOf(item Item, name string) string {
	value, ok := item[name].(*types.AttributeValueMemberS)
	if !ok {
		return ""
	}
	return value.Value
}

// Marshal returns an item struct as an item. It panics when that fails: the struct's definition is wrong.
func Marshal(stored any) Item {
	item, err := attributevalue.MarshalMap(stored)
	if err != nil {
		panic(fmt.Sprintf("table: %T can't be encoded: %v", stored, err))
	}
	return item
}

// Unmarshal returns an item as an item struct. Internal: the item does not fit the struct.
func Unmarshal[I any](item Item) (*I, error) {
	stored := new(I)
	if err := attributevalue.UnmarshalMap(item, stored); err != nil {
		return nil, fault.Internal("decode %T: %w", stored, err)
	}
	return stored, nil
}
