//go:build bench

package httpapi

import (
	"bytes"
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"syscall"
	"testing"
	"time"
)

// canned is a store in memory: it answers a call as the store answered the same call before, and any write as the last
// one of its kind.
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

// TestMeasureHandlers is the processor time of whole requests, from the gateway's event to the reply, with a store that
// answers from memory.
func TestMeasureHandlers(t *testing.T) {
	d := everyRoute(t)
	doc := Whole().OpenAPI()
	x := d.tenant("measured")
	for _, r := range routes() {
		switch r.op.OperationID {
		case "write-note", "answer-key-question", "respond-to-action-item", "match-contact", "get-my-contact", "read-analytics", "get-contact":
		default:
			continue
		}
		who := x.owner
		if !strings.HasPrefix(r.path, "/v1/admin/") {
			who = x.mobilizer
		}
		body := d.right(r, x)
		if body == nil {
			body = r.body(doc)
		}
		path := r.at(t, x.ids)
		memory := &canned{next: http.DefaultTransport, record: true, answers: map[string]answer{}}
		d.restart() // with nothing held, so that what is held for seconds is read while recording
		RegisterPeople(d.api, stageSecret)
		RegisterAnalytics(d.api)
		d.faults.client = &http.Client{Transport: memory}
		who.request(r.method, path, body, "") // the first use of a response or an item writes more
		memory.calls = 0
		want := who.request(r.method, path, body, "").status
		memory.record = false
		const n = 2_000
		run := func() {
			for range n {
				if got := who.request(r.method, path, body, ""); got.status != want || want >= http.StatusMultipleChoices {
					t.Fatalf("%s: answers %d, then %d: %s", r, want, got.status, got.raw)
				}
			}
		}
		run()
		began := cpu(t)
		run()
		// internal/bench reads this line.
		fmt.Printf("measured %s %d %d\n", r.op.OperationID, memory.calls, ((cpu(t) - began) / n).Microseconds())
		d.faults.client = http.DefaultClient
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
