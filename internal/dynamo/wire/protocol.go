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

// Protocol is the SDK's protocol, except that ReadPage gets each page first. Requests, errors and pages that ReadPage
// rejects are the SDK's. Set it in the options of a call, in place of theirs.
type Protocol struct {
	smithyhttp.ClientProtocol

	// ReadPage decodes a response, which is valid until it returns, and reports whether it could. It is called once for each
	// response: when a call is retried, what it decoded before is void.
	ReadPage func(body []byte) bool
	// Buffer holds one response after another; it grows to the largest.
	Buffer *bytes.Buffer
}

// DeserializeResponse decodes a response. A response that was damaged in transit is an error, after which the SDK retries the
// call.
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
		return &smithy.DeserializationError{Err: damagedError{err}}
	}
	body := p.Buffer.Bytes()
	if err := verify(resp.Header, body); err != nil {
		return &smithy.DeserializationError{Err: err}
	}
	if p.ReadPage(body) {
		return nil
	}
	original := resp.Body // closed by the caller
	defer func() { resp.Body = original }()
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
		return damagedError{fmt.Errorf("a response with checksum %d, not %d", sum, want)}
	}
	return nil
}

// damagedError is a response that was damaged in transit.
type damagedError struct{ error }

// Unwrap returns the cause.
func (d damagedError) Unwrap() error { return d.error }

// RetryableError tells the SDK to retry the call, unless its context has ended.
func (d damagedError) RetryableError() bool {
	return !errors.Is(d.error, context.Canceled) && !errors.Is(d.error, context.DeadlineExceeded)
}
