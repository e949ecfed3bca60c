package mapping

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/kithhq/kith/infra/local/lambda"
)

const (
	firstRetryDelay = 50 * time.Millisecond
	maxRetryDelay   = 2 * time.Second
)

// part is a part of a batch that is not delivered, with the number of its failures.
type part struct {
	records  []*record
	failures int
}

// outcome is the result of an invocation.
type outcome struct {
	done       int             // number of delivered records, from the front
	reported   bool            // the function reported the failed record
	notInvoked bool            // the function was not reached, so this is not a failure of the batch
	state      json.RawMessage // of the window
	result     lambda.Result
	err        error // the reason if not all records were delivered
}

// deliver invokes the function until all records of a batch are delivered or discarded, or ctx is done.
func (p *partition) deliver(ctx context.Context, batch []*record) {
	m := p.consumer.m
	if m.TumblingWindow > 0 {
		p.consumer.mu.Lock()
		if p.window == nil {
			p.window = newWindow(batch[0], m.TumblingWindow)
		}
		p.consumer.mu.Unlock()
	}
	todo := []part{{records: batch}}
	for len(todo) > 0 && ctx.Err() == nil {
		left := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		expired := p.countExpired(left.records)
		if expired > 0 {
			p.discard(ctx, left.records[:expired], "RecordAgeExceeded", left.failures, lambda.Result{})
			todo = append(todo, part{left.records[expired:], left.failures})
			continue
		}
		if len(left.records) == 0 {
			continue
		}
		o := p.invoke(ctx, left.records, false)
		p.advance(left.records[:o.done], o.state)
		rest := left.records[o.done:]
		if len(rest) == 0 {
			continue
		}
		if ctx.Err() != nil {
			return
		}
		failures := left.failures
		if o.done > 0 {
			failures = 0
		}
		if !o.notInvoked {
			failures++
		}
		half := len(rest) / 2
		switch {
		case m.Bisect && half > 0 && !o.reported && !o.notInvoked:
			p.consumer.runner.logf("%s: %d records from %s failed, bisecting: %v", m.Name, len(rest), rest[0].seq, o.err)
			todo = append(todo, part{rest[half:], left.failures}, part{rest[:half], left.failures})
		case m.Retries >= 0 && failures > m.Retries:
			p.discard(ctx, rest, "RetryAttemptsExhausted", failures, o.result)
			continue
		default:
			delay := backOff(failures)
			p.consumer.runner.logf("%s: %d records from %s failed, retrying in %s: %v", m.Name, len(rest), rest[0].seq, delay, o.err)
			todo = append(todo, part{rest, failures})
		}
		sleep(ctx, backOff(failures))
	}
}

// countExpired returns the number of records, from the front, above the maximum age.
func (p *partition) countExpired(records []*record) int {
	if p.consumer.m.MaxAge < 0 {
		return 0
	}
	n := 0
	for n < len(records) && time.Since(records[n].written) > p.consumer.m.MaxAge {
		n++
	}
	return n
}

func backOff(failures int) time.Duration {
	d := firstRetryDelay
	for range failures - 1 {
		d *= 2
		if d >= maxRetryDelay {
			return maxRetryDelay
		}
	}
	return d
}

// sleep waits for d or until ctx is done.
func sleep(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// closeWindow makes the final invocation of a window, which has no records.
func (p *partition) closeWindow(ctx context.Context) {
	for failures := 1; ; failures++ {
		o := p.invoke(ctx, nil, true)
		if ctx.Err() != nil {
			return
		}
		if o.err == nil {
			break
		}
		if p.consumer.m.Retries >= 0 && failures > p.consumer.m.Retries {
			p.consumer.runner.logf("%s: the final invocation of a window failed, not retrying: %v", p.consumer.m.Name, o.err)
			break
		}
		p.consumer.runner.logf("%s: the final invocation of a window failed, retrying in %s: %v", p.consumer.m.Name, backOff(failures), o.err)
		sleep(ctx, backOff(failures))
	}
	p.consumer.mu.Lock()
	defer p.consumer.mu.Unlock()
	p.window = nil
	p.consumer.dirty = true
}

// event returns the event for the function.
func (p *partition) event(records []*record, final bool) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"Records":[`)
	for i, r := range records {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(r.body)
	}
	b.WriteByte(']')
	p.consumer.mu.Lock()
	defer p.consumer.mu.Unlock()
	if p.window != nil {
		props, err := json.Marshal(struct {
			Window struct {
				Start time.Time `json:"start"`
				End   time.Time `json:"end"`
			} `json:"window"`
			State json.RawMessage `json:"state"`
			Shard string          `json:"shardId"`
			ARN   string          `json:"eventSourceARN"`
			Final bool            `json:"isFinalInvokeForWindow"`
			Early bool            `json:"isWindowTerminatedEarly"`
		}{
			Window: struct {
				Start time.Time `json:"start"`
				End   time.Time `json:"end"`
			}{p.window.Start, p.window.End},
			State: p.window.State, Shard: p.window.Shard, ARN: p.consumer.reader.arn, Final: final, Early: final && p.window.Early,
		})
		if err != nil {
			return nil, fmt.Errorf("window of shard %s: %w", p.window.Shard, err)
		}
		b.WriteByte(',')
		b.Write(props[1 : len(props)-1])
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// invoke invokes the function and evaluates its response.
func (p *partition) invoke(ctx context.Context, records []*record, final bool) outcome {
	payload, err := p.event(records, final)
	if err != nil {
		return outcome{err: err}
	}
	if age := p.consumer.runner.c.Age; age != nil && len(records) > 0 {
		age(p.consumer.m.Function, max(0, p.consumer.runner.c.Clock.Now().Sub(records[len(records)-1].stamp)))
	}
	res, err := p.consumer.runner.c.Invoker.Invoke(ctx, p.consumer.m.Function, payload)
	if err != nil {
		notInvoked := errors.Is(err, lambda.ErrThrottled) || errors.Is(err, lambda.ErrStopped)
		return outcome{err: err, notInvoked: notInvoked}
	}
	if res.FunctionError != "" {
		return outcome{err: fmt.Errorf("%s: %s", res.FunctionError, truncate(res.Payload)), result: res}
	}
	o := p.evaluate(records, res)
	o.result = res
	return o
}

// evaluate returns the outcome for a response.
func (p *partition) evaluate(records []*record, res lambda.Result) outcome {
	windowed := p.consumer.m.TumblingWindow > 0
	if !windowed && !p.consumer.m.ReportFailures {
		return outcome{done: len(records)}
	}
	var r *response
	body := bytes.TrimSpace(res.Payload)
	if len(body) > 0 {
		err := json.Unmarshal(body, &r)
		if err != nil {
			return outcome{err: fmt.Errorf("the response has a wrong format: %s", truncate(body))}
		}
	}
	if r == nil {
		r = &response{}
	}
	if windowed && (len(r.State) == 0 || r.State[0] != '{') {
		return outcome{err: fmt.Errorf("the response has no window state: %s", truncate(body))}
	}
	if !p.consumer.m.ReportFailures || len(r.Failures) == 0 {
		return outcome{done: len(records), state: r.State}
	}
	first := len(records)
	for _, f := range r.Failures {
		if f.Identifier == nil || *f.Identifier == "" {
			return outcome{err: errors.New("a batch item failure has no identifier, so the whole batch fails")}
		}
		at := -1
		for i, rec := range records {
			if rec.seq == *f.Identifier {
				at = i
			}
		}
		if at < 0 {
			return outcome{err: fmt.Errorf("the batch has no record %q, so the whole batch fails", *f.Identifier)}
		}
		first = min(first, at)
	}
	o := outcome{done: first, reported: true, err: fmt.Errorf("the function reported record %s", records[first].seq)}
	if first > 0 {
		o.state = r.State
	}
	return o
}

func truncate(b []byte) string {
	if len(b) > 500 {
		return string(b[:500]) + "…"
	}
	return string(b)
}
