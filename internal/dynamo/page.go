package dynamo

import (
	"bytes"
	"context"
	"reflect"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/dynamo/wire"
)

// paging reads spans page by page, straight from the responses into domain structs: an export is mostly this. It is not
// safe for concurrent use.
type paging[D any] struct {
	store  *Store
	buffer bytes.Buffer
	read   pageReader[D]
}

func newPaging[D any](s *Store) *paging[D] {
	p := &paging[D]{store: s}
	if made, ok := pageReaders[reflect.TypeFor[D]()]; ok {
		p.read, _ = made().(pageReader[D])
	}
	return p
}

// next reads one page of a span, and where the next one starts (nil after the last).
func (p *paging[D]) next(ctx context.Context, sp span) ([]*D, Item, error) {
	var rows []*D
	var last Item
	direct := false
	out, err := p.store.db.Query(ctx, sp.input(), func(o *dynamodb.Options) {
		o.DisableValidateResponseChecksum = true // Protocol does
		o.Protocol = &wire.Protocol{ClientProtocol: o.Protocol, Buffer: &p.buffer, ReadPage: func(body []byte) bool {
			direct = false
			if p.read != nil {
				rows, last, direct = p.read(body, int(sp.limit))
			}
			return direct
		}}
	})
	if err != nil {
		return nil, nil, failure("query", err)
	}
	if direct {
		return rows, last, nil
	}
	rows, err = decodeAll[D](out.Items)
	return rows, out.LastEvaluatedKey, err
}

// pageReader reads a response of about so many items, all of one entity: rows, and where the next page starts. It reports
// false when it has to be read by the SDK.
type pageReader[D any] func(body []byte, about int) ([]*D, Item, bool)

// pageReaders has a way to make a pageReader for each entity, by domain type.
var pageReaders = map[reflect.Type]func() any{}

// readsPages registers how pages of an entity are read: as Decode would, item by item.
func readsPages[I, D any](name string, domain func(*I) *D) {
	pageReaders[reflect.TypeFor[D]()] = func() any {
		item := new(I)
		reader := wire.NewReader(item, reflect.TypeFor[indexes]())
		typeOf := reader.Text("T")
		return pageReader[D](func(body []byte, about int) ([]*D, Item, bool) {
			rows := make([]*D, 0, about)
			last, ok := reader.Page(body, func() bool {
				rows = append(rows, domain(item))
				return *typeOf == name
			})
			return rows, startOf(last), ok
		})
	}
}

// startOf is a key by which a page ended, as the next one is asked for.
func startOf(last map[string]string) Item {
	if last == nil {
		return nil
	}
	start := make(Item, len(last))
	for name, value := range last {
		start[name] = text(value)
	}
	return start
}
