package dynamo

import (
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// header is what every item of Records begins with.
type header struct {
	Type    string `dynamodbav:"T"`
	Version int    `dynamodbav:"V"`
}

// decoders has one function an entity of Records, by the item's type. Streams and reads decode through the same one.
// Each file of entities adds its own.
var decoders = map[string]func(Item) (any, error){}

// entity registers how items of a type become domain structs.
func entity[I any, D any](name string, domain func(*I) *D) string {
	decoders[name] = func(item Item) (any, error) {
		var stored I
		if err := attributevalue.UnmarshalMap(item, &stored); err != nil {
			return nil, fmt.Errorf("decode %s: %w", name, err)
		}
		return domain(&stored), nil
	}
	readsPages(name, domain)
	return name
}

// Decode returns the domain struct of an item of Records, such as *contact.Contact: nil for a nil item, an error for
// one of no known type.
func Decode(item Item) (any, error) {
	if len(item) == 0 {
		return nil, nil
	}
	name, ok := item["T"].(*types.AttributeValueMemberS)
	if !ok {
		return nil, fmt.Errorf("decode: an item without a type")
	}
	decode, ok := decoders[name.Value]
	if !ok {
		return nil, fmt.Errorf("decode: no entity %q", name.Value)
	}
	return decode(item)
}

func decodeAs[T any](item Item) (*T, error) {
	decoded, err := Decode(item)
	if err != nil {
		return nil, err
	}
	value, ok := decoded.(*T)
	if !ok {
		return nil, fmt.Errorf("decode: got %T", decoded)
	}
	return value, nil
}

func decodeAll[T any](items []Item) ([]*T, error) {
	values := make([]*T, len(items))
	for i, item := range items {
		value, err := decodeAs[T](item)
		if err != nil {
			return nil, err
		}
		values[i] = value
	}
	return values, nil
}

// millis is an instant as items keep it: milliseconds since 1970, absent for the zero time.
type millis int64

func ms(t time.Time) millis {
	if t.IsZero() {
		return 0
	}
	return millis(t.UnixMilli())
}

func (m millis) time() time.Time {
	if m == 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(m)).UTC()
}
