//go:build bench

package httpapitest_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
)

// canned is a store in memory: it answers a read as the store answered the same read before, and a write as the last write of its
// operation.
type canned struct {
	next    http.RoundTripper
	record  bool
	calls   int
	answers map[string]answer
}

type answer struct {
	status int
	header http.Header
	body   []byte
}

// RoundTrip answers from memory, or keeps the store's answer while recording.
func (c *canned) RoundTrip(r *http.Request) (*http.Response, error) {
	sent, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	asked := slices.Clone(sent)
	call := r.Header.Get("X-Amz-Target")
	if strings.HasSuffix(call, "Query") || strings.Contains(call, "Get") {
		slices.Sort(asked) // the SDK writes the members of an object in any order
		call += string(asked)
	}
	if c.record {
		c.calls++
		r.Body = io.NopCloser(bytes.NewReader(sent))
		response, err := c.next.RoundTrip(r)
		if err != nil {
			return nil, err
		}
		body, err := io.ReadAll(response.Body)
		if err != nil {
			return nil, err
		}
		c.answers[call] = answer{response.StatusCode, response.Header, body}
		response.Body = io.NopCloser(bytes.NewReader(body))
		return response, nil
	}
	a, ok := c.answers[call]
	if !ok {
		return nil, fmt.Errorf("not asked before: %s", call)
	}
	return &http.Response{
		StatusCode: a.status, Header: a.header, Body: io.NopCloser(bytes.NewReader(a.body)), Request: r,
		ContentLength: int64(len(a.body)), Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}, nil
}

// inSDK sums the time spent in calls of the store's client.
type inSDK struct {
	mu    sync.Mutex
	spent time.Duration
}

func (i *inSDK) add(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("TimeCalls", func(
		ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler,
	) (middleware.InitializeOutput, middleware.Metadata, error) {
		begun := time.Now()
		out, metadata, err := next.HandleInitialize(ctx, in)
		i.mu.Lock()
		i.spent += time.Since(begun)
		i.mu.Unlock()
		return out, metadata, err
	}), middleware.Before)
}

// TestHandlers_StoreInMemory_MeasuresProcessorTime is the processor time of whole requests, from the gateway's event to the reply, with a store that
// answers from memory.
func TestHandlers_StoreInMemory_MeasuresProcessorTime(t *testing.T) {
	d := httpapitest.New(t)
	doc := httpapitest.All().OpenAPI()
	x := d.NewTenant("measured")
	sdk := &inSDK{}
	options := d.DB.Options()
	options.APIOptions = append(options.APIOptions, sdk.add)
	d.DB = dynamodb.New(options)
	unrecorded := d.Faults.Client
	for _, r := range routes() {
		switch r.op.OperationID {
		case "create-note", "update-key-question-answer", "update-action-response", "update-contact-match", "get-my-contact", "get-contact":
		default:
			continue
		}
		who := x.Owner
		if !strings.HasPrefix(r.path, "/v1/admin/") {
			who = x.Mobilizer
		}
		d.Faults.Client = unrecorded
		body := right(d, r, x)
		if body == nil {
			body = r.body(doc)
		}
		path := r.at(t, x.IDs)
		memory := &canned{next: http.DefaultTransport, record: true, answers: map[string]answer{}}
		d.Restart() // with nothing held, so that what is held for seconds is read while recording
		d.Faults.Client = &http.Client{Transport: memory}
		who.Do(r.method, path, body, "") // the first use of a response or an item writes more
		memory.calls = 0
		want := who.Do(r.method, path, body, "").Status
		memory.record = false
		const n = 2_000
		run := func() {
			for range n {
				if got := who.Do(r.method, path, body, ""); got.Status != want || want >= http.StatusMultipleChoices {
					t.Fatalf("%s: answers %d, then %d: %s", r, want, got.Status, got.Raw)
				}
			}
		}
		run()
		sdk.spent = 0
		began, begun := cpu(t), time.Now()
		run()
		// Calls follow one another, so that the share of the time is the share of the processor too, however busy the
		// machine is. internal/bench reads this line.
		each := (cpu(t) - began) / n
		own := time.Duration(float64(each) * (1 - float64(sdk.spent)/float64(time.Since(begun))))
		fmt.Printf("measured %s %d %d %d\n", r.op.OperationID, memory.calls, own.Microseconds(), each.Microseconds())
	}
}

// cpu returns the processor time that this process has used.
func cpu(t *testing.T) time.Duration {
	t.Helper()
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		t.Fatal(err)
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
