package wire

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"strconv"

	"github.com/aws/smithy-go"
	smithyhttp "github.com/aws/smithy-go/transport/http"
)

// Protocol is the SDK's protocol, but that a page goes to Take first. Requests, errors and what Take leaves are the SDK's.
// Give it to a call by its options, in place of theirs.
type Protocol struct {
	smithyhttp.ClientProtocol

	// Take reads a response, which is valid until it returns, and reports whether it could. It is called once for each
	// answer: when a call is tried again, what it took before is void.
	ReadPage func(body []byte) bool
	// Buffer holds responses, one after another; it grows to the largest.
	Buffer *bytes.Buffer
}

// DeserializeResponse reads a response. One that did not arrive as it was sent is an error, after which the call is tried
// again.
func (p *Protocol) DeserializeResponse(ctx context.Context, schema *smithy.OperationSchema, types *smithy.TypeRegistry,
	resp *smithyhttp.Response, out smithy.Deserializable,
) error {
	if resp.StatusCode != http.StatusOK {
		return p.ClientProtocol.DeserializeResponse(ctx, schema, types, resp, out)
	}
	p.Buffer.Reset()
	if n := resp.ContentLength; n > 0 && n < 64<<20 {
		p.Buffer.Grow(int(n) + bytes.MinRead)
	}
	if _, err := p.Buffer.ReadFrom(resp.Body); err != nil {
		return &smithy.DeserializationError{Err: damaged{err}}
	}
	body := p.Buffer.Bytes()
	if err := verify(resp.Header, body); err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	if p.ReadPage(body) {
		return nil
	}
	arrived := resp.Body // closed by who calls
	defer func() { resp.Body = arrived }()
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return p.ClientProtocol.DeserializeResponse(ctx, schema, types, resp, out)
}

// verify compares a response with the checksum that DynamoDB sends with it.
func verify(header http.Header, body []byte) error {
	sent := header.Get("X-Amz-Crc32")
	if sent == "" {
		return nil
	}
	want, err := strconv.ParseUint(sent, 10, 32)
	if err != nil {
		return fmt.Errorf("checksum of a response: %w", err)
	}
	if sum := crc32.ChecksumIEEE(body); sum != uint32(want) {
		return damaged{fmt.Errorf("a response with checksum %d, not %d", sum, want)}
	}
	return nil
}

// damaged is a response that did not arrive as it was sent.
type damaged struct{ error }

// Unwrap returns what went wrong.
func (d damaged) Unwrap() error { return d.error }

// RetryableError tells the SDK to ask again, unless nobody waits any more.
func (d damaged) RetryableError() bool {
	return !errors.Is(d.error, context.Canceled) && !errors.Is(d.error, context.DeadlineExceeded)
}
