package table

import (
	"bytes"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/dynamo/wire"
)

// This file is the only user of package wire. DBs with SDKPages run nothing of it.

// Attribute is a binary attribute of a block.
type Attribute = wire.Attribute

// blockReader reads pages of blocks.
type blockReader = wire.Blocks

// readDirectly returns the option of a query whose response's body is passed to read. The SDK decodes it if read returns false.
func readDirectly(buffer *bytes.Buffer, read func(body []byte) bool) func(*dynamodb.Options) {
	return func(o *dynamodb.Options) {
		o.DisableValidateResponseChecksum = true // Protocol does
		o.Protocol = &wire.Protocol{ClientProtocol: o.Protocol, Buffer: buffer, ReadPage: read}
	}
}

// pageReader reads a response of about so many items, all of one entity: its rows, and where the next page starts. It
// reports false when the SDK has to decode the response.
type pageReader[D any] func(body []byte, about int) ([]*D, Item, bool)

// pageReaders has a function that returns a pageReader for each entity, by domain type.
var pageReaders = map[reflect.Type]func() any{}

// registerPages defines how pages of an entity are read: as Decode does, item by item.
func registerPages[I, D any](name string, domain func(*I) *D, unread []reflect.Type) {
	pageReaders[reflect.TypeFor[D]()] = func() any {
		item := new(I)
		reader := wire.NewReader(item, unread...)
		typeOf := reader.Text("T")
		return pageReader[D](func(body []byte, about int) ([]*D, Item, bool) {
			rows := make([]*D, 0, about)
			last, ok := reader.Page(body, func() bool {
				rows = append(rows, domain(item))
				return *typeOf == name
			})
			return rows, startKey(last), ok
		})
	}
}

// startKey returns the key that ended a page in the form that the next page is asked for with.
func startKey(last map[string]string) Item {
	if last == nil {
		return nil
	}
	start := make(Item, len(last))
	for name, value := range last {
		start[name] = String(value)
	}
	return start
}
