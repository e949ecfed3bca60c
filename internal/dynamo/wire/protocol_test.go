package wire_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"hash/crc32"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/aws/retry"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/dynamo/wire"
)

const page = `{"Count":1,"Items":[{"Name":{"S":"Ada"}}],"ScannedCount":1}`

// reply is a response of the store.
type reply struct {
	status int
	body   string
	sum    string // the checksum that is sent; the right one when empty
	cut    bool   // the connection ends within the body
}

// line is an HTTP client that gives one reply after another.
type line struct {
	replies []reply
	closed  int
}

func (l *line) Do(*http.Request) (*http.Response, error) {
	r := l.replies[0]
	l.replies = l.replies[1:]
	if r.sum == "" {
		r.sum = fmt.Sprint(crc32.ChecksumIEEE([]byte(r.body)))
	}
	var body io.Reader = bytes.NewReader([]byte(r.body))
	if r.cut {
		body = io.MultiReader(io.LimitReader(body, 10), broken{})
	}
	return &http.Response{
		StatusCode: r.status, ContentLength: int64(len(r.body)), Body: &counted{body, l},
		Header: http.Header{"X-Amz-Crc32": {r.sum}, "Content-Type": {"application/x-amz-json-1.0"}},
	}, nil
}

type broken struct{}

func (broken) Read([]byte) (int, error) { return 0, io.ErrUnexpectedEOF }

type counted struct {
	io.Reader
	line *line
}

func (c *counted) Close() error {
	c.line.closed++
	return nil
}

// ask asks for a page and returns the names in it.
func ask(ctx context.Context, l *line, direct bool) ([]string, error) {
	client := dynamodb.New(dynamodb.Options{
		Region: "us-east-1", HTTPClient: l, Retryer: retry.NewStandard(func(o *retry.StandardOptions) {
			o.MaxAttempts, o.MaxBackoff = 3, time.Millisecond
		}),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
	var row struct {
		Name string
	}
	reader := wire.NewReader(&row)
	var names []string
	out, err := client.Query(ctx, &dynamodb.QueryInput{TableName: aws.String("t")}, func(o *dynamodb.Options) {
		o.Protocol = &wire.Protocol{ClientProtocol: o.Protocol, Buffer: &bytes.Buffer{}, ReadPage: func(body []byte) bool {
			if !direct {
				return false
			}
			names = nil
			_, ok := reader.Page(body, func() bool {
				names = append(names, row.Name)
				return true
			})
			return ok
		}}
	})
	if err != nil {
		return nil, err
	}
	for _, item := range out.Items {
		name, _ := item["Name"].(*types.AttributeValueMemberS)
		names = append(names, name.Value)
	}
	return names, nil
}

// Failures that pass are retried, as by the SDK, and so are damaged responses.
func TestProtocol_FailuresThatPass_AreRetried(t *testing.T) {
	good := reply{status: 200, body: page}
	for name, first := range map[string]reply{
		"nothing":            good,
		"throttled":          {status: 400, body: `{"__type":"com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException","message":"slower"}`},
		"too many requests":  {status: 400, body: `{"__type":"com.amazonaws.dynamodb.v20120810#RequestLimitExceeded","message":"slower"}`},
		"trouble":            {status: 500, body: `{"__type":"com.amazonaws.dynamodb.v20120810#InternalServerError","message":"sorry"}`},
		"trouble of others":  {status: 503, body: `<html>`},
		"another checksum":   {status: 200, body: page, sum: "12345"},
		"end within a page":  {status: 200, body: page, cut: true},
		"a page of somebody": {status: 200, body: `{"Count":1,"Items":[{"Name":{"S":"Bob"}}]}`, sum: "1"},
	} {
		for _, direct := range []bool{true, false} {
			l := &line{replies: []reply{first, good, good}}
			names, err := ask(t.Context(), l, direct)
			if err != nil || len(names) != 1 || names[0] != "Ada" {
				t.Errorf("%s, then a page: %v, %v", name, names, err)
			}
			if asked := 3 - len(l.replies); l.closed != asked || (asked == 1) != (name == "nothing") {
				t.Errorf("%s: asked %d times, %d responses closed", name, asked, l.closed)
			}
		}
	}
}

func TestProtocol_FailuresThatStay_AreTheSDKs(t *testing.T) {
	refused := reply{status: 400, body: `{"__type":"com.amazonaws.dynamodb.v20120810#ResourceNotFoundException","message":"no table"}`}
	_, err := ask(t.Context(), &line{replies: []reply{refused}}, true)
	if _, ok := errors.AsType[*types.ResourceNotFoundException](err); !ok {
		t.Errorf("no table: %v", err)
	}
	l := &line{replies: []reply{{status: 200, body: page, sum: "1"}, {status: 200, body: page, sum: "1"}, {status: 200, body: page, sum: "1"}}}
	names, err := ask(t.Context(), l, true)
	if err == nil || len(l.replies) != 0 {
		t.Errorf("a page that is damaged each time: %v, %v", names, err)
	}
	_, err = ask(t.Context(), &line{replies: []reply{{status: 200, body: page, sum: "many"}}}, true)
	if err == nil {
		t.Error("a checksum that is none")
	}
	_, err = ask(t.Context(), &line{replies: []reply{{status: 200, body: `{"Items":[`}}}, true)
	if err == nil {
		t.Error("half a page with its checksum")
	}
}
