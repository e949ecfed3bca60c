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

func TestDelivery_Records_HaveLambdasFormat(t *testing.T) {
	f := newStreamFixture(t)
	f.start(nil, f.mapping())
	item := map[string]types.AttributeValue{
		"PK": text("p"), "SK": text("<a&b>"), "bytes": &types.AttributeValueMemberB{Value: []byte{0, 255}},
		"n": &types.AttributeValueMemberN{Value: "12345678901234567890.5"}, "set": &types.AttributeValueMemberSS{Value: []string{"x", "y"}},
		"none": &types.AttributeValueMemberNULL{Value: true},
		"map":  &types.AttributeValueMemberM{Value: map[string]types.AttributeValue{"l": &types.AttributeValueMemberL{Value: []types.AttributeValue{text("é")}}}},
	}
	f.item(item)
	f.item(item) // changes nothing, so DynamoDB writes no record
	f.remove("<a&b>")
	f.awaitIdle()

	var names []string
	for _, e := range f.events() {
		for _, r := range e.Records {
			names = append(names, r.EventName)
			if r.EventSource != "aws:dynamodb" || r.AWSRegion != "us-east-1" || r.EventSourceArn != f.stream || len(r.EventID) != 32 {
				t.Errorf("record is %+v", r)
			}
			if age := time.Since(r.Change.ApproximateCreationDateTime.Time); age < 0 || age > 5*time.Second {
				t.Errorf("record has the time %s", r.Change.ApproximateCreationDateTime)
			}
			if r.Change.StreamViewType != "NEW_AND_OLD_IMAGES" || sk(r) != "<a&b>" {
				t.Errorf("change is %+v", r.Change)
			}
		}
	}
	if got := strings.Join(names, " "); got != "INSERT REMOVE" {
		t.Errorf("records are %s", got)
	}
	first := f.events()[0].Records[0].Change.NewImage
	if string(first["bytes"].Binary()) != "\x00\xff" || first["n"].Number() != "12345678901234567890.5" ||
		first["map"].Map()["l"].List()[0].String() != "é" || !first["none"].IsNull() || len(first["set"].StringSet()) != 2 {
		t.Errorf("new image is %v", first)
	}
}

func TestDelivery_ChangesOfAnItem_ArePromptAndInOrder(t *testing.T) {
	for _, parallel := range []int{1, 10} {
		t.Run(fmt.Sprint(parallel), func(t *testing.T) {
			f := newStreamFixture(t)
			var mu sync.Mutex
			last := map[string]string{}
			var out, most atomic.Int32
			var delays []time.Duration
			f.respondWith(func(e event) (any, error) {
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
			m := f.mapping()
			m.Parallel, m.BatchSize = parallel, 3
			f.start(nil, m)
			for n := 1; n <= 3; n++ {
				for i := range 30 {
					f.write(n, fmt.Sprint(i))
					written := time.Now()
					if i%10 == 0 {
						f.awaitIdle()
						delays = append(delays, time.Since(written))
					}
				}
			}
			st := f.awaitIdle()
			if st.Delivered["counted"] != 90 || st.OldestUnprocessed != 0 {
				t.Errorf("status is %+v", st)
			}
			if worst := slices.Max(delays); worst > time.Second {
				t.Errorf("a change was delivered after %s", worst)
			}
		})
	}
}

func TestDelivery_Filters_SkipOtherRecords(t *testing.T) {
	f := newStreamFixture(t)
	m := f.mapping()
	m.Filters = []string{`{"eventName": ["REMOVE"]}`, `{"dynamodb": {"NewImage": {"n": {"N": ["7"]}}}}`}
	f.start(nil, m)
	f.write(1, "a", "b")
	f.write(7, "c")
	f.remove("a")
	st := f.awaitIdle()
	var got []string
	for _, e := range f.events() {
		for _, r := range e.Records {
			got = append(got, r.EventName+" "+sk(r))
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, []string{"INSERT c", "REMOVE a"}) || st.Delivered["counted"] != 2 {
		t.Errorf("got %v", got)
	}
}

// oneShard makes the batches predictable.
func oneShard(c *mapping.Config) { c.Shards = 1 }

// startWithBatch starts m and blocks the first invocation until n more records are written, so that those form one batch.
func (f *streamFixture) startWithBatch(m mapping.Mapping, n int, fn func(event) (any, error)) {
	f.t.Helper()
	unblock := make(chan struct{})
	started := make(chan struct{})
	var once sync.Once
	f.respondWith(func(e event) (any, error) {
		if len(e.Records) == 1 && sk(e.Records[0]) == "first" {
			once.Do(func() { close(started) })
			<-unblock
			return map[string]any{"state": map[string]string{}}, nil
		}
		return fn(e)
	})
	f.start(oneShard, m)
	f.write(0, "first")
	<-started
	for i := range n {
		f.write(i, fmt.Sprint("r", i))
	}
	err := f.runner.Sync(context.Background())
	if err != nil {
		f.t.Fatal(err)
	}
	close(unblock)
}

// batches returns the sort keys of each invocation after the first.
func (f *streamFixture) batches() []string {
	var out []string
	for _, e := range f.events()[1:] {
		var s []string
		for _, r := range e.Records {
			s = append(s, sk(r))
		}
		out = append(out, strings.Join(s, " "))
	}
	return out
}

func wantBatches(t *testing.T, got []string, want ...string) {
	t.Helper()
	if !slices.Equal(got, want) {
		t.Errorf("invocations are\n  %s\nwant\n  %s", strings.Join(got, "\n  "), strings.Join(want, "\n  "))
	}
}

func TestDelivery_ReportedFailure_RetriesFromThere(t *testing.T) {
	f := newStreamFixture(t)
	m := f.mapping()
	m.ReportFailures, m.Bisect = true, true
	attempts := 0
	f.startWithBatch(m, 4, func(e event) (any, error) {
		attempts++
		if attempts == 1 {
			return failures(sequences(e)[3], sequences(e)[2]), nil
		}
		return failures(), nil
	})
	f.awaitIdle()
	wantBatches(t, f.batches(), "r0 r1 r2 r3", "r2 r3")
}

func TestDelivery_InvalidReport_FailsTheBatch(t *testing.T) {
	for name, answer := range map[string]any{
		"empty": failures(""), "unknown": failures("12345678"), "no report": "done",
		"null": map[string]any{"batchItemFailures": []any{map[string]any{"itemIdentifier": nil}}},
		"key":  map[string]any{"batchItemFailures": []any{map[string]any{"item": "1"}}},
	} {
		t.Run(name, func(t *testing.T) {
			f := newStreamFixture(t)
			m := f.mapping()
			m.ReportFailures = true
			attempts := 0
			f.startWithBatch(m, 2, func(event) (any, error) {
				attempts++
				if attempts == 1 {
					return answer, nil
				}
				return nil, nil
			})
			f.awaitIdle()
			wantBatches(t, f.batches(), "r0 r1", "r0 r1")
		})
	}
}

func TestDelivery_WithoutReporting_AnyResponseIsSuccess(t *testing.T) {
	f := newStreamFixture(t)
	f.startWithBatch(f.mapping(), 2, func(e event) (any, error) { return failures(sequences(e)[0]), nil })
	f.awaitIdle()
	wantBatches(t, f.batches(), "r0 r1")
}

func TestDelivery_Bisect_DiscardsThePoisonRecord(t *testing.T) {
	f := newStreamFixture(t)
	m := f.mapping()
	m.Bisect, m.Retries, m.FailureBucket = true, 1, "failures"
	f.startWithBatch(m, 5, func(e event) (any, error) {
		for _, r := range e.Records {
			if sk(r) == "r3" {
				return nil, errors.New("poison")
			}
		}
		return nil, nil
	})
	st := f.awaitIdle()
	wantBatches(t, f.batches(), "r0 r1 r2 r3 r4", "r0 r1", "r2 r3 r4", "r2", "r3 r4", "r3", "r3", "r4")
	if st.Waiting["counted"] != 0 {
		t.Errorf("status is %+v", st)
	}
	for key, body := range f.put {
		if !strings.HasPrefix(key, "failures/aws/lambda/") {
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
	if len(f.put) != 1 {
		t.Errorf("%d failure records", len(f.put))
	}
}

func TestDelivery_RetriesWithoutLimit_SurviveAnOutage(t *testing.T) {
	f := newStreamFixture(t)
	m := f.mapping()
	m.ReportFailures, m.Bisect = true, true
	var down atomic.Int32
	f.startWithBatch(m, 3, func(event) (any, error) {
		if down.Add(1) <= 4 {
			return nil, errors.New("the store is unavailable")
		}
		return nil, nil
	})
	st := f.awaitIdle()
	if st.Delivered["counted"] != 4 {
		t.Errorf("status is %+v", st)
	}
}

func TestDelivery_Restart_ContinuesAtThePosition(t *testing.T) {
	f := newStreamFixture(t)
	m := f.mapping()
	f.start(nil, m)
	f.write(1, "a", "b", "c")
	f.awaitIdle()
	f.stop()
	f.write(2, "a", "b")
	f.clock.SetShift(24 * time.Hour)
	f.start(nil, m)
	f.awaitIdle()
	n := map[string]int{}
	for _, e := range f.events() {
		for _, r := range e.Records {
			n[sk(r)+number(r)]++
		}
	}
	if len(n) != 5 || n["a1"] != 1 || n["a2"] != 1 || n["c1"] != 1 {
		t.Errorf("deliveries: %v", n)
	}
}

func TestDelivery_DisabledMapping_DeliversWhenEnabledWithTheAge(t *testing.T) {
	f := newStreamFixture(t)
	ages := make(chan time.Duration, 10)
	f.start(func(c *mapping.Config) { c.Age = func(_ string, age time.Duration) { ages <- age } }, f.mapping())
	enable := func(enabled bool) {
		t.Helper()
		if err := f.runner.SetEnabled("count", enabled); err != nil {
			t.Fatal(err)
		}
	}
	enable(false)
	f.write(1, "a")
	if err := f.runner.Sync(t.Context()); err != nil {
		t.Fatal(err)
	}
	f.clock.SetShift(time.Minute)
	if calls := f.events(); len(calls) != 0 {
		t.Errorf("while the mapping is disabled: %+v", calls)
	}
	enable(true)
	f.awaitIdle()
	if age := <-ages; len(f.events()) != 1 || age < time.Minute || age > 2*time.Minute {
		t.Errorf("%d invocations, the first with an age of %s", len(f.events()), age)
	}
	if f.runner.SetEnabled("other", false) == nil {
		t.Error("a mapping that does not exist was disabled")
	}
}

func TestDelivery_Latest_SkipsEarlierRecords(t *testing.T) {
	f := newStreamFixture(t)
	f.write(1, "old")
	m := f.mapping()
	m.StartingPosition = "LATEST"
	f.start(nil, m)
	f.awaitIdle()
	f.write(1, "new")
	f.awaitIdle()
	if len(f.events()) != 1 || sk(f.events()[0].Records[0]) != "new" {
		t.Errorf("invocations: %+v", f.events())
	}
}

func TestDelivery_BatchWindow_FillsTheBatch(t *testing.T) {
	f := newStreamFixture(t)
	m := f.mapping()
	m.BatchWindow, m.BatchSize = 5*time.Minute, 3
	f.start(oneShard, m)
	f.write(1, "a", "b")
	err := f.runner.Sync(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	if len(f.events()) != 0 {
		t.Error("the function was invoked before the batch was full")
	}
	f.write(1, "c")
	f.awaitIdle()
	if len(f.events()) != 1 || len(f.events()[0].Records) != 3 {
		t.Errorf("invocations: %+v", f.events())
	}
}

func TestStart_UnsupportedMapping_Fails(t *testing.T) {
	f := newStreamFixture(t)
	for name, change := range map[string]func(*mapping.Mapping){
		"BatchSize":                 func(m *mapping.Mapping) { m.BatchSize = 0 },
		"ParallelizationFactor":     func(m *mapping.Mapping) { m.Parallel = 11 },
		"StartingPosition":          func(m *mapping.Mapping) { m.StartingPosition = "AT_TIMESTAMP" },
		"MaximumRecordAgeInSeconds": func(m *mapping.Mapping) { m.MaxAge = time.Second },
		"wildcard":                  func(m *mapping.Mapping) { m.Filters = []string{`{"eventName":[{"wildcard":"R*"}]}`} },
		"no stream":                 func(m *mapping.Mapping) { m.Table = "Metrics" },
	} {
		m := f.mapping()
		change(&m)
		_, err := mapping.Start(context.Background(), mapping.Config{
			Endpoint: db.Endpoint(), Streams: map[string]string{f.table: f.stream}, Mappings: []mapping.Mapping{m},
			State: f.state, Clock: f.clock, Invoker: f,
		})
		if err == nil || !strings.Contains(err.Error(), name) {
			t.Errorf("%s: %v", name, err)
		}
	}
}
