// Package awsclient is how the AWS SDK's clients reach AWS.
package awsclient

import (
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// HTTP returns the SDK's own HTTP client, without its fault with slow writers. One serves all of a program's clients.
func HTTP() aws.HTTPClient { return Wrap(awshttp.NewBuildableClient()) }

// Wrap sends through client what the SDK gives it, with bodies that can be read only by Read.
//
// The SDK closes a request's body as soon as the answer begins. The writing side of net/http looks once more whether the body
// has an end, often after that, and where the body has a WriteTo it asks that. The SDK's WriteTo calls a closed body an error
// (io.EOF, github.com/aws/smithy-go v1.28.8, transport/http/internal/io/safe.go), for which net/http closes the connection
// with the answer half read. A busy processor is enough for it, and a call with one try fails that need not.
func Wrap(client aws.HTTPClient) aws.HTTPClient { return readOnly{client} }

type readOnly struct{ client aws.HTTPClient }

// Do sends the request.
func (c readOnly) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.client.Do(r)
}
