package table

import (
	"context"
	"errors"
	"fmt"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"

	"github.com/kithhq/kith/internal/fault"
)

// Header is the beginning of every item of a table with entities: the entity's name, and the version, which conditions
// compare.
type Header struct {
	Type    string `dynamodbav:"T"`
	Version int    `dynamodbav:"V"`
}

// decoders has one function for each entity, by its name. Streams and reads decode through the same one.
var decoders = map[string]func(Item) (any, error){}

// Register defines an entity: items with its name as type T are decoded as item structs I, which domain turns into domain
// structs D. Attributes of embedded structs of the unread types are for indexes only, so pages leave them out. It returns
// the name.
func Register[I, D any](name string, domain func(*I) *D, unread ...reflect.Type) string {
	decoders[name] = func(item Item) (any, error) {
		var stored I
		if err := attributevalue.UnmarshalMap(item, &stored); err != nil {
			return nil, fmt.Errorf("decode %s: %w", name, err)
		}
		return domain(&stored), nil
	}
	registerPages(name, domain, unread)
	return name
}

// Decode returns the domain struct of an item: nil for an empty item, an error for one of no registered entity.
func Decode(item Item) (any, error) {
	if len(item) == 0 {
		return nil, nil
	}
	name := StringOf(item, "T")
	if name == "" {
		return nil, errors.New("decode: an item without a type")
	}
	decode, ok := decoders[name]
	if !ok {
		return nil, fmt.Errorf("decode: no entity %q", name)
	}
	return decode(item)
}

// DecodeAs returns the domain struct of an item, which must be of the entity of T.
func DecodeAs[T any](item Item) (*T, error) {
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

// DecodeAll returns the domain structs of items, which must all be of the entity of T.
func DecodeAll[T any](items []Item) ([]*T, error) {
	values := make([]*T, len(items))
	for i, item := range items {
		value, err := DecodeAs[T](item)
		if err != nil {
			return nil, err
		}
		values[i] = value
	}
	return values, nil
}

// Find reads and decodes one item, strongly consistent. It returns nil when there is none.
func Find[T any](ctx context.Context, db *DB, table string, k Key) (*T, error) {
	item, err := db.Get(ctx, table, k)
	if err != nil || item == nil {
		return nil, err
	}
	return DecodeAs[T](item)
}

// Get is Find, but returns not found, naming the thing, when there is no item.
func Get[T any](ctx context.Context, db *DB, table, thing string, k Key) (*T, error) {
	found, err := Find[T](ctx, db, table, k)
	if err == nil && found == nil {
		return nil, fault.NotFound(thing)
	}
	return found, err
}

// BatchGet reads and decodes items as DB.BatchGet does.
func BatchGet[T any](ctx context.Context, db *DB, table string, keys []Key) ([]*T, error) {
	items, err := db.BatchGet(ctx, table, keys)
	if err != nil {
		return nil, err
	}
	return DecodeAll[T](items)
}

// Query reads and decodes one page of a span as DB.Query does.
func Query[T any](ctx context.Context, db *DB, span Span) ([]*T, Item, error) {
	items, next, err := db.Query(ctx, span)
	if err != nil {
		return nil, nil, err
	}
	values, err := DecodeAll[T](items)
	return values, next, err
}

// QueryAll reads and decodes every item of a span as DB.QueryAll does.
func QueryAll[T any](ctx context.Context, db *DB, span Span) ([]*T, error) {
	items, err := db.QueryAll(ctx, span)
	if err != nil {
		return nil, err
	}
	return DecodeAll[T](items)
}
