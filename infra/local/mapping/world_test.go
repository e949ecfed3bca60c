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

// event is what a function gets; Go's own type for time-window events embeds the plain one.
type event = events.DynamoDBTimeWindowEvent

// world is a table of its own with a stream, and functions that are Go functions.
type world struct {
	t      *testing.T
	table  string
	stream string
	state  string
	clock  *clock.Clock
	svc    *mapping.Service
	config mapping.Config

	mu       sync.Mutex
	fn       func(event) (any, error)
	calls    []event
	payloads [][]byte
	put      map[string][]byte
}

func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{
		t: t, table: fmt.Sprintf("Table%d", tables.Add(1)), state: t.TempDir(), clock: &clock.Clock{},
		fn: func(event) (any, error) { return map[string]any{}, nil }, put: map[string][]byte{},
	}
	e, err := engine.Start(context.Background(), engine.Config{Endpoint: db.Endpoint(), Region: "us-east-1", Tables: []engine.Table{{
		Name: w.table, Attributes: map[string]string{"PK": "S", "SK": "S"}, Hash: "PK", Range: "SK", Stream: "NEW_AND_OLD_IMAGES",
	}}})
	if err != nil {
		t.Fatal(err)
	}
	w.stream = e.Streams()[w.table]
	return w
}

// mapping is a mapping of the world's table with Lambda's defaults.
func (w *world) mapping() mapping.Mapping { return mapping.New("counted", "count", w.table) }

// start runs the mappings; the settings of change go to the service.
func (w *world) start(change func(*mapping.Config), ms ...mapping.Mapping) {
	w.t.Helper()
	w.config = mapping.Config{
		Endpoint: db.Endpoint(), Region: "us-east-1", Account: "000000000000", Streams: map[string]string{w.table: w.stream},
		Mappings: ms, State: w.state, Clock: w.clock, Invoker: w, PutObject: w.putObject, Log: w.t.Output(), Poll: 5 * time.Millisecond,
	}
	if change != nil {
		change(&w.config)
	}
	var err error
	w.svc, err = mapping.Start(context.Background(), w.config)
	if err != nil {
		w.t.Fatal(err)
	}
	svc := w.svc
	w.t.Cleanup(func() {
		if w.svc == svc {
			w.stop()
		}
	})
}

func (w *world) stop() {
	w.t.Helper()
	svc := w.svc
	w.svc = nil
	err := svc.Close()
	if err != nil {
		w.t.Error(err)
	}
}

func (w *world) answer(fn func(event) (any, error)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.fn = fn
}

// Invoke is the function: it notes the event and answers what the test says.
func (w *world) Invoke(_ context.Context, _ string, payload []byte) (lambda.Result, error) {
	var e event
	err := json.Unmarshal(payload, &e)
	if err != nil {
		return lambda.Result{}, err
	}
	w.mu.Lock()
	w.calls = append(w.calls, e)
	w.payloads = append(w.payloads, payload)
	fn := w.fn
	w.mu.Unlock()
	out, err := fn(e)
	if err != nil {
		return lambda.Result{FunctionError: "Unhandled", Payload: []byte(err.Error()), RequestID: "r"}, nil
	}
	b, err := json.Marshal(out)
	return lambda.Result{Payload: b, RequestID: "r"}, err
}

func (w *world) putObject(_ context.Context, bucket, key string, body []byte) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.put[bucket+"/"+key] = body
	return nil
}

func (w *world) seen() []event {
	w.mu.Lock()
	defer w.mu.Unlock()
	return append([]event(nil), w.calls...)
}

// write puts items with the given sort keys, in order; n tells them apart.
func (w *world) write(n int, sks ...string) {
	w.t.Helper()
	for _, sk := range sks {
		w.item(map[string]types.AttributeValue{"PK": text("p"), "SK": text(sk), "n": &types.AttributeValueMemberN{Value: fmt.Sprint(n)}})
	}
}

func (w *world) item(item map[string]types.AttributeValue) {
	w.t.Helper()
	_, err := db.Client().PutItem(context.Background(), &dynamodb.PutItemInput{TableName: aws.String(w.table), Item: item})
	if err != nil {
		w.t.Fatal(err)
	}
}

func (w *world) remove(sk string) {
	w.t.Helper()
	_, err := db.Client().DeleteItem(context.Background(), &dynamodb.DeleteItemInput{
		TableName: aws.String(w.table), Key: map[string]types.AttributeValue{"PK": text("p"), "SK": text(sk)},
	})
	if err != nil {
		w.t.Fatal(err)
	}
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

// idle waits until everything has been handed on.
func (w *world) idle() mapping.Status {
	w.t.Helper()
	var st mapping.Status
	w.until("everything is handed on", func() bool {
		var err error
		st, err = w.svc.Status(context.Background())
		if err != nil {
			w.t.Fatal(err)
		}
		return st.Idle
	})
	return st
}

// until polls for something that the services do in their own time.
func (w *world) until(what string, done func() bool) {
	w.t.Helper()
	limit := time.After(10 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-limit:
			w.t.Fatalf("not within ten seconds: %s", what)
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

// fail is a report of records that were not taken.
func fail(ids ...string) map[string]any {
	list := []map[string]string{}
	for _, id := range ids {
		list = append(list, map[string]string{"itemIdentifier": id})
	}
	return map[string]any{"batchItemFailures": list, "state": map[string]string{}}
}
