package mapping_test

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/infra/local/clock"
	"github.com/kithhq/kith/infra/local/engine"
	"github.com/kithhq/kith/infra/local/lambda"
	"github.com/kithhq/kith/infra/local/mapping"
)

var (
	db     *engine.Engine
	tables atomic.Int64
)

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "mapping")
	if err != nil {
		panic(err)
	}
	db, err = engine.Start(context.Background(), engine.Config{
		Endpoint: os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), // another engine, when one is named
		File:     filepath.Join(dir, "engine.db"), Address: "127.0.0.1:0", Packages: "..",
		Region: "us-east-1",
	})
	if err != nil {
		panic(err)
	}
	code := m.Run()
	err = db.Close()
	if err != nil {
		panic(err)
	}
	err = os.RemoveAll(dir)
	if err != nil {
		panic(err)
	}
	os.Exit(code)
}

// event is the event of a function. The type for time window events embeds the one without windows.
type event = events.DynamoDBTimeWindowEvent

// streamFixture is a table with a stream, and a function that is a Go function.
type streamFixture struct {
	t      *testing.T
	table  string
	stream string
	state  string
	clock  *clock.Clock
	runner *mapping.Runner
	config mapping.Config

	mu       sync.Mutex
	fn       func(event) (any, error)
	calls    []event
	payloads [][]byte
	put      map[string][]byte
}

func newStreamFixture(t *testing.T) *streamFixture {
	t.Helper()
	f := &streamFixture{
		t: t, table: fmt.Sprintf("Table%d", tables.Add(1)), state: t.TempDir(), clock: &clock.Clock{},
		fn: func(event) (any, error) { return map[string]any{}, nil }, put: map[string][]byte{},
	}
	e, err := engine.Start(context.Background(), engine.Config{Endpoint: db.Endpoint(), Region: "us-east-1", Tables: []engine.Table{{
		Name: f.table, Attributes: map[string]string{"PK": "S", "SK": "S"}, Hash: "PK", Range: "SK", Stream: "NEW_AND_OLD_IMAGES",
	}}})
	if err != nil {
		t.Fatal(err)
	}
	f.stream = e.Streams()[f.table]
	return f
}

// mapping returns a mapping of the fixture's table with Lambda's defaults.
func (f *streamFixture) mapping() mapping.Mapping { return mapping.New("counted", "count", f.table) }

// start runs the mappings; change may be nil.
func (f *streamFixture) start(change func(*mapping.Config), ms ...mapping.Mapping) {
	f.t.Helper()
	f.config = mapping.Config{
		Endpoint: db.Endpoint(), Region: "us-east-1", Account: "000000000000", Streams: map[string]string{f.table: f.stream},
		Mappings: ms, State: f.state, Clock: f.clock, Invoker: f, PutObject: f.putObject, Log: f.t.Output(), PollInterval: 5 * time.Millisecond,
	}
	if change != nil {
		change(&f.config)
	}
	var err error
	f.runner, err = mapping.Start(context.Background(), f.config)
	if err != nil {
		f.t.Fatal(err)
	}
	runner := f.runner
	f.t.Cleanup(func() {
		if f.runner == runner {
			f.stop()
		}
	})
}

func (f *streamFixture) stop() {
	f.t.Helper()
	runner := f.runner
	f.runner = nil
	err := runner.Close()
	if err != nil {
		f.t.Error(err)
	}
}

func (f *streamFixture) respondWith(fn func(event) (any, error)) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.fn = fn
}

// Invoke is the function: it stores the event and returns the test's response.
func (f *streamFixture) Invoke(_ context.Context, _ string, payload []byte) (lambda.Result, error) {
	var e event
	err := json.Unmarshal(payload, &e)
	if err != nil {
		return lambda.Result{}, err
	}
	f.mu.Lock()
	f.calls = append(f.calls, e)
	f.payloads = append(f.payloads, payload)
	fn := f.fn
	f.mu.Unlock()
	out, err := fn(e)
	if err != nil {
		return lambda.Result{FunctionError: "Unhandled", Payload: []byte(err.Error()), RequestID: "r"}, nil
	}
	b, err := json.Marshal(out)
	return lambda.Result{Payload: b, RequestID: "r"}, err
}

func (f *streamFixture) putObject(_ context.Context, bucket, key string, body []byte) error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.put[bucket+"/"+key] = body
	return nil
}

func (f *streamFixture) events() []event {
	f.mu.Lock()
	defer f.mu.Unlock()
	return append([]event(nil), f.calls...)
}

// write puts items with the given sort keys, in order, and with the number n.
func (f *streamFixture) write(n int, sks ...string) {
	f.t.Helper()
	for _, sk := range sks {
		f.item(map[string]types.AttributeValue{"PK": text("p"), "SK": text(sk), "n": &types.AttributeValueMemberN{Value: fmt.Sprint(n)}})
	}
}

func (f *streamFixture) item(item map[string]types.AttributeValue) {
	f.t.Helper()
	_, err := db.Client().PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String(f.table), Item: item})
	if err != nil {
		f.t.Fatal(err)
	}
}

func (f *streamFixture) remove(sk string) {
	f.t.Helper()
	_, err := db.Client().DeleteItem(context.Background(), &dynamodb.DeleteItemInput{
		TableName: aws.String(f.table), Key: map[string]types.AttributeValue{"PK": text("p"), "SK": text(sk)},
	})
	if err != nil {
		f.t.Fatal(err)
	}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// awaitIdle waits until everything is delivered.
func (f *streamFixture) awaitIdle() mapping.Status {
	f.t.Helper()
	var st mapping.Status
	f.await("everything is delivered", func() bool {
		var err error
		st, err = f.runner.Status(context.Background())
		if err != nil {
			f.t.Fatal(err)
		}
		return st.Idle
	})
	return st
}

// await polls until a condition is met.
func (f *streamFixture) await(what string, done func() bool) {
	f.t.Helper()
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-limit:
			f.t.Fatalf("timed out waiting until %s", what)
		case <-tick.C:
		}
	}
}

func sequences(e event) []string {
	var out []string
	for _, r := range e.Records {
		out = append(out, r.Change.SequenceNumber)
	}
	return out
}

func sk(r events.DynamoDBEventRecord) string { return r.Change.Keys["SK"].String() }

func number(r events.DynamoDBEventRecord) string { return r.Change.NewImage["n"].Number() }

// failures returns a response that reports failed records.
func failures(ids ...string) map[string]any {
	list := []map[string]string{}
	for _, id := range ids {
		list = append(list, map[string]string{"itemIdentifier": id})
	}
	return map[string]any{"batchItemFailures": list, "state": map[string]string{}}
}
