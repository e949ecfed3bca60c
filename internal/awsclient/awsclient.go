// Package awsclient provides the HTTP client of the AWS SDK's clients, with a workaround for a defect of the SDK. It does
// not configure the clients (package boot).
package awsclient

import (
	"io"
	"net/http"

	"github.com/aws/aws-sdk-go-v2/aws"
	awshttp "github.com/aws/aws-sdk-go-v2/aws/transport/http"
)

// HTTP returns the SDK's HTTP client with the workaround. All clients of a program should share one.
func HTTP() aws.HTTPClient { return Wrap(awshttp.NewBuildableClient()) }

// Wrap returns a client that sends requests through client, with bodies that implement only Read and Close.
//
// The SDK closes a request's body as soon as the response begins. The writer of net/http checks once more whether the body
// has ended, often after that, and calls WriteTo if the body has one. The SDK's WriteTo returns an error for a closed body
// (io.EOF, github.com/aws/smithy-go v1.28.8, transport/http/internal/io/safe.go), so that net/http closes the connection
// with the response half read. It happens on a busy processor, and fails a call that has one attempt.
func Wrap(client aws.HTTPClient) aws.HTTPClient { return readOnly{client} }

type readOnly struct{ client aws.HTTPClient }

// Do sends the request.
func (c readOnly) Do(r *http.Request) (*http.Response, error) {
	if r.Body != nil && r.Body != http.NoBody {
		r.Body = struct{ io.ReadCloser }{r.Body}
	}
	return c.client.Do(r)
}
