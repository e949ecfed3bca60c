package mapping_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/infra/local/mapping"
)

func TestRecordsComeAsLambdaHandsThem(t *testing.T) {
	w := newWorld(t)
	w.start(nil, w.mapping())
	item := map[string]types.AttributeValue{
		"PK": text("p"), "SK": text("<a&b>"), "bytes": &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"n": &types.AttributeValueMemberN{Value: "12345678901234567890.5"}, "set": &types.AttributeValueMemberSS{Value: []string{"x", "y"}},
		"none": &types.AttributeValueMemberNULL{Value: true},
		"map":  &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{text("é")}}}},
	}
	w.item(item)
	w.item(item) // changes nothing, so DynamoDB writes no record
	w.remove("<a&b>")
	w.idle()

	var names []string
	for _, e := range w.seen() {
		for _, r := range e.Records {
			names = append(names, r.EventName)
			if r.EventSource != "aws:dynamodb" || r.AWSRegion != "us-east-1" || r.EventSourceArn != w.stream || len(r.EventID) != 32 {
				t.Errorf("record says %+v", r)
			}
			if age := time.Since(r.Change.ApproximateCreationDateTime.Time); age < 0 || age > 5*time.Second {
				t.Errorf("record is stamped %s", r.Change.ApproximateCreationDateTime)
			}
			if r.Change.StreamViewType != "NEW_AND_OLD_IMAGES" || sk(r) != "<a&b>" {
				t.Errorf("change says %+v", r.Change)
			}
		}
	}
	if got := strings.Join(names, " "); got != "INSERT REMOVE" {
		t.Errorf("records are %s", got)
	}
	first := w.seen()[0].Records[0].Change.NewImage
	if string(first["bytes"].Binary()) != "\x00\xff" || first["n"].Number() != "12345678901234567890.5" ||
		first["map"].Map()["l"].List()[0].String() != "é" || !first["none"].IsNull() || len(first["set"].StringSet()) != 2 {
		t.Errorf("new image is %v", first)
	}
}

func TestEveryItemsChangesComeInOrderAndAtOnce(t *testing.T) {
	for _, parallel := range []int{1, 10} {
		t.Run(fmt.Sprint(parallel), func(t *testing.T) {
			w := newWorld(t)
			var mu sync.Mutex
			last := map[string]string{}
			var out, most atomic.Int32
			var late []time.Duration
			w.answer(func(e event) (any, error) {
				most.Store(max(most.Load(), out.Add(1)))
				defer out.Add(-1)
				mu.Lock()
				defer mu.Unlock()
				for _, r := range e.Records {
					if want := map[string]string{"1": "", "2": "1", "3": "2"}[number(r)]; last[sk(r)] != want {
						t.Errorf("item %s: change %s after %q", sk(r), number(r), last[sk(r)])
					}
					last[sk(r)] = number(r)
				}
				return nil, nil
			})
			m := w.mapping()
			m.Parallel, m.BatchSize = parallel, 3
			w.start(nil, m)
			for n := 1; n <= 3; n++ {
				for i := range 30 {
					w.write(n, fmt.Sprint(i))
					written := time.Now()
					if i%10 == 0 {
						w.idle()
						late = append(late, time.Since(written))
					}
				}
			}
			st := w.idle()
			if st.HandedOut["counted"] != 90 || st.OldestUnprocessed != 0 {
				t.Errorf("status is %+v", st)
			}
			if worst := slices.Max(late); worst > time.Second {
				t.Errorf("a change took %s to be handed on", worst)
			}
		})
	}
}

func TestFiltersPassOverTheRest(t *testing.T) {
	w := newWorld(t)
	m := w.mapping()
	m.Filters = []string{`{"eventName": ["REMOVE"]}`, `{"dynamodb": {"NewImage": {"n": {"N": ["7"]}}}}`}
	w.start(nil, m)
	w.write(1, "a", "b")
	w.write(7, "c")
	w.remove("a")
	st := w.idle()
	var got []string
	for _, e := range w.seen() {
		for _, r := range e.Records {
			got = append(got, r.EventName+" "+sk(r))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"INSERT c", "REMOVE a"}) || st.HandedOut["counted"] != 2 {
		t.Errorf("got %v", got)
	}
}

// one makes a mapping to one lane, so that the test knows the batches.
func one(c *mapping.Config) { c.Shards = 1 }

// blocked starts m with the first record held back, so that the next ones come as one batch; it returns how to let go.
func (w *world) blocked(m mapping.Mapping, n int, fn func(event) (any, error)) {
	w.t.Helper()
	free := make(chan struct{})
	started := make(chan struct{})
	var once sync.Once
	w.answer(func(e event) (any, error) {
		if len(e.Records) == 1 && sk(e.Records[0]) == "first" {
			once.Do(func() { close(started) })
			<-free
			return map[string]any{"state": map[string]string{}}, nil
		}
		return fn(e)
	})
	w.start(one, m)
	w.write(0, "first")
	<-started
	for i := range n {
		w.write(i, fmt.Sprint("r", i))
	}
	err := w.svc.Sync(context.Background())
	if err != nil {
		w.t.Fatal(err)
	}
	close(free)
}

// batches writes each call after the first as the sort keys it held.
func (w *world) batches() []string {
	var out []string
	for _, e := range w.seen()[1:] {
		var s []string
		for _, r := range e.Records {
			s = append(s, sk(r))
		}
		out = append(out, strings.Join(s, " "))
	}
	return out
}

func expect(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("calls got\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestReportedRecordIsTheCheckpoint(t *testing.T) {
	w := newWorld(t)
	m := w.mapping()
	m.ReportFailures, m.Bisect = true, true
	tries := 0
	w.blocked(m, 4, func(e event) (any, error) {
		tries++
		if tries == 1 {
			return fail(sequences(e)[3], sequences(e)[2]), nil
		}
		return fail(), nil
	})
	w.idle()
	expect(t, w.batches(), "r0 r1 r2 r3", "r2 r3")
}

func TestBadReportsFailTheWholeBatch(t *testing.T) {
	for name, answer := range map[string]any{
		"empty": fail(""), "unknown": fail("12345678"), "no report": "done",
		"null": map[string]any{"batchItemFailures": []any{map[string]any{"itemIdentifier": nil}}},
		"key":  map[string]any{"batchItemFailures": []any{map[string]any{"item": "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			m := w.mapping()
			m.ReportFailures = true
			tries := 0
			w.blocked(m, 2, func(event) (any, error) {
				tries++
				if tries == 1 {
					return answer, nil
				}
				return nil, nil
			})
			w.idle()
			expect(t, w.batches(), "r0 r1", "r0 r1")
		})
	}
}

func TestWithoutReportingAnyAnswerIsSuccess(t *testing.T) {
	w := newWorld(t)
	w.blocked(w.mapping(), 2, func(e event) (any, error) { return fail(sequences(e)[0]), nil })
	w.idle()
	expect(t, w.batches(), "r0 r1")
}

func TestBisectFindsThePoison(t *testing.T) {
	w := newWorld(t)
	m := w.mapping()
	m.Bisect, m.Retries, m.FailureBucket = true, 1, "aside"
	w.blocked(m, 5, func(e event) (any, error) {
		for _, r := range e.Records {
			if sk(r) == "r3" {
				return nil, errors.New("poison")
			}
		}
		return nil, nil
	})
	st := w.idle()
	expect(t, w.batches(), "r0 r1 r2 r3 r4", "r0 r1", "r2 r3 r4", "r2", "r3 r4", "r3", "r3", "r4")
	if st.Waiting["counted"] != 0 {
		t.Errorf("status is %+v", st)
	}
	for key, body := range w.put {
		if !strings.HasPrefix(key, "aside/aws/lambda/") {
			t.Errorf("key is %s", key)
		}
		var d struct {
			Request struct {
				Condition string `json:"condition"`
				Function  string `json:"functionArn"`
				Invokes   int    `json:"approximateInvokeCount"`
			} `json:"requestContext"`
			Batch struct {
				Size  int    `json:"batchSize"`
				Shard string `json:"shardId"`
			} `json:"DDBStreamBatchInfo"`
			Payload string `json:"payload"`
		}
		var e event
		err := errors.Join(json.Unmarshal(body, &d), json.Unmarshal([]byte(d.Payload), &e))
		if err != nil {
			t.Fatal(err)
		}
		if d.Request.Condition != "RetryAttemptsExhausted" || d.Request.Invokes != 2 || d.Batch.Size != 1 || len(e.Records) != 1 || sk(e.Records[0]) != "r3" {
			t.Errorf("failure record is %s", body)
		}
	}
	if len(w.put) != 1 {
		t.Errorf("%d failure records", len(w.put))
	}
}

func TestRetriesWithoutLimitOutlastAnOutage(t *testing.T) {
	w := newWorld(t)
	m := w.mapping()
	m.ReportFailures, m.Bisect = true, true
	var down atomic.Int32
	w.blocked(m, 3, func(event) (any, error) {
		if down.Add(1) <= 4 {
			return nil, errors.New("the store is away")
		}
		return nil, nil
	})
	st := w.idle()
	if st.HandedOut["counted"] != 4 {
		t.Errorf("status is %+v", st)
	}
}

func TestPositionOutlivesARestart(t *testing.T) {
	w := newWorld(t)
	m := w.mapping()
	w.start(nil, m)
	w.write(1, "a", "b", "c")
	w.idle()
	w.stop()
	w.write(2, "a", "b")
	w.clock.SetShift(24 * time.Hour)
	w.start(nil, m)
	w.idle()
	n := map[string]int{}
	for _, e := range w.seen() {
		for _, r := range e.Records {
			n[sk(r)+number(r)]++
		}
	}
	if len(n) != 5 || n["a1"] != 1 || n["a2"] != 1 || n["c1"] != 1 {
		t.Errorf("records came %v times", n)
	}
}

func TestLatestPassesOverThePast(t *testing.T) {
	w := newWorld(t)
	w.write(1, "old")
	m := w.mapping()
	m.StartingPosition = "LATEST"
	w.start(nil, m)
	w.idle()
	w.write(1, "new")
	w.idle()
	if len(w.seen()) != 1 || sk(w.seen()[0].Records[0]) != "new" {
		t.Errorf("calls: %+v", w.seen())
	}
}

func TestBatchWindowGathers(t *testing.T) {
	w := newWorld(t)
	m := w.mapping()
	m.BatchWindow, m.BatchSize = 5*time.Minute, 3
	w.start(one, m)
	w.write(1, "a", "b")
	err := w.svc.Sync(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(w.seen()) != 0 {
		t.Error("a call came before the batch was full")
	}
	w.write(1, "c")
	w.idle()
	if len(w.seen()) != 1 || len(w.seen()[0].Records) != 3 {
		t.Errorf("calls: %+v", w.seen())
	}
}

func TestRefusesWhatIsNotRun(t *testing.T) {
	w := newWorld(t)
	for name, change := range map[string]func(*mapping.Mapping){
		"BatchSize":                 func(m *mapping.Mapping) { m.BatchSize = 0 },
		"ParallelizationFactor":     func(m *mapping.Mapping) { m.Parallel = 11 },
		"StartingPosition":          func(m *mapping.Mapping) { m.StartingPosition = "AT_TIMESTAMP" },
		"MaximumRecordAgeInSeconds": func(m *mapping.Mapping) { m.MaxAge = time.Second },
		"wildcard":                  func(m *mapping.Mapping) { m.Filters = []string{`{"eventName":[{"wildcard":"R*"}]}`} },
		"no stream":                 func(m *mapping.Mapping) { m.Table = "Metrics" },
	} {
		m := w.mapping()
		change(&m)
		_, err := mapping.Start(context.Background(), mapping.Config{
			Endpoint: db.Endpoint(), Streams: map[string]string{w.table: w.stream}, Mappings: []mapping.Mapping{m},
			State: w.state, Clock: w.clock, Invoker: w,
		})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
