package table

import (
	"bytes"
	"context"
	"reflect"
)

// SDKPages is the name of the SDK's page decoder, for WithPageDecoder.
const SDKPages = "sdk"

// WithPageDecoder returns a DB whose Pages are decoded by the SDK when the name is SDKPages, and straight from the response
// by package wire with any other name. Only direct.go knows package wire: with SDKPages, nothing of it runs.
func (db *DB) WithPageDecoder(name string) *DB {
	return &DB{client: db.client, sdkPages: name == SDKPages}
}

// Pages reads spans page by page into domain structs. An export does mostly this, so pages are decoded without the SDK,
// which takes several times as long, unless the DB says otherwise. A page that package wire does not accept is decoded by
// the SDK. It is not safe for concurrent use.
type Pages[D any] struct {
	db     *DB
	buffer bytes.Buffer
	read   pageReader[D] // nil for the SDK's decoder
	direct bool
}

// NewPages returns a reader of pages of the entity of D.
func NewPages[D any](db *DB) *Pages[D] {
	p := &Pages[D]{db: db}
	if db.sdkPages {
		return p
	}
	if newReader, ok := pageReaders[reflect.TypeFor[D]()]; ok {
		p.read, _ = newReader().(pageReader[D])
	}
	return p
}

// Direct reports whether the last page was decoded without the SDK.
func (p *Pages[D]) Direct() bool { return p.direct }

// Next reads one page of a span, and where the next one starts (nil after the last).
func (p *Pages[D]) Next(ctx context.Context, span Span) ([]*D, Item, error) {
	if p.direct = false; p.read == nil {
		return Query[D](ctx, p.db, span)
	}
	var rows []*D
	var last Item
	out, err := p.db.client.Query(ctx, span.input(), readDirectly(&p.buffer, func(body []byte) bool {
		rows, last, p.direct = p.read(body, int(span.Limit))
		return p.direct
	}))
	if err != nil {
		return nil, nil, unavailable("query", err)
	}
	if p.direct {
		return rows, last, nil
	}
	rows, err = DecodeAll[D](out.Items)
	return rows, out.LastEvaluatedKey, err
}
