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
	firstPause = 50 * time.Millisecond
	longPause  = 2 * time.Second
)

// part is what is left to do of a batch, and how often it has failed.
type part struct {
	records  []*record
	failures int
}

// outcome is what came of a call.
type outcome struct {
	done     int             // records from the front that the function took
	reported bool            // the function itself said which record failed
	free     bool            // the function was not reached: no failure of its own
	state    json.RawMessage // of the window
	result   lambda.Result
	err      error // why not all were taken
}

// hand works through a batch until all of it is taken or given up, or ctx ends.
func (l *lane) hand(ctx context.Context, batch []*record) {
	m := l.f.m
	if m.TumblingWindow > 0 {
		l.f.mu.Lock()
		if l.win == nil {
			l.win = newWindow(batch[0], m.TumblingWindow)
		}
		l.f.mu.Unlock()
	}
	todo := []part{{records: batch}}
	for len(todo) > 0 && ctx.Err() == nil {
		p := todo[len(todo)-1]
		todo = todo[:len(todo)-1]
		old := l.expired(p.records)
		if old > 0 {
			l.giveUp(ctx, p.records[:old], "RecordAgeExceeded", p.failures, lambda.Result{})
			todo = append(todo, part{p.records[old:], p.failures})
			continue
		}
		if len(p.records) == 0 {
			continue
		}
		o := l.call(ctx, p.records, false)
		l.advance(p.records[:o.done], o.state)
		rest := p.records[o.done:]
		if len(rest) == 0 {
			continue
		}
		if ctx.Err() != nil {
			return
		}
		failures := p.failures
		if o.done > 0 {
			failures = 0
		}
		if !o.free {
			failures++
		}
		half := len(rest) / 2
		switch {
		case m.Bisect && half > 0 && !o.reported && !o.free:
			l.f.svc.logf("%s: %d records from %s failed, split: %v", m.Name, len(rest), rest[0].seq, o.err)
			todo = append(todo, part{rest[half:], p.failures}, part{rest[:half], p.failures})
		case m.Retries >= 0 && failures > m.Retries:
			l.giveUp(ctx, rest, "RetryAttemptsExhausted", failures, o.result)
			continue
		default:
			pause := backOff(failures)
			l.f.svc.logf("%s: %d records from %s failed, again in %s: %v", m.Name, len(rest), rest[0].seq, pause, o.err)
			todo = append(todo, part{rest, failures})
		}
		rested(ctx, backOff(failures))
	}
}

// expired counts the records from the front that are too old to be tried.
func (l *lane) expired(records []*record) int {
	if l.f.m.MaxAge < 0 {
		return 0
	}
	n := 0
	for n < len(records) && time.Since(records[n].written) > l.f.m.MaxAge {
		n++
	}
	return n
}

func backOff(failures int) time.Duration {
	d := firstPause
	for range failures - 1 {
		d *= 2
		if d >= longPause {
			return longPause
		}
	}
	return d
}

func rested(ctx context.Context, d time.Duration) {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-ctx.Done():
	case <-t.C:
	}
}

// finish makes the last call of a window, which has no records.
func (l *lane) finish(ctx context.Context) {
	for failures := 1; ; failures++ {
		o := l.call(ctx, nil, true)
		if ctx.Err() != nil {
			return
		}
		if o.err == nil {
			break
		}
		if l.f.m.Retries >= 0 && failures > l.f.m.Retries {
			l.f.svc.logf("%s: the last call of a window failed and is given up: %v", l.f.m.Name, o.err)
			break
		}
		l.f.svc.logf("%s: the last call of a window failed, again in %s: %v", l.f.m.Name, backOff(failures), o.err)
		rested(ctx, backOff(failures))
	}
	l.f.mu.Lock()
	defer l.f.mu.Unlock()
	l.win = nil
	l.f.dirty = true
}

// event writes the document that the function gets.
func (l *lane) event(records []*record, final bool) ([]byte, error) {
	var b bytes.Buffer
	b.WriteString(`{"Records":[`)
	for i, r := range records {
		if i > 0 {
			b.WriteByte(',')
		}
		b.Write(r.body)
	}
	b.WriteByte(']')
	l.f.mu.Lock()
	defer l.f.mu.Unlock()
	if l.win != nil {
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
			}{l.win.Start, l.win.End},
			State: l.win.State, Shard: l.win.Shard, ARN: l.f.src.arn, Final: final, Early: final && l.win.Early,
		})
		if err != nil {
			return nil, fmt.Errorf("window of shard %s: %w", l.win.Shard, err)
		}
		b.WriteByte(',')
		b.Write(props[1 : len(props)-1])
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}

// call invokes the function and reads its answer.
func (l *lane) call(ctx context.Context, records []*record, final bool) outcome {
	payload, err := l.event(records, final)
	if err != nil {
		return outcome{err: err}
	}
	res, err := l.f.svc.c.Invoker.Invoke(ctx, l.f.m.Function, payload)
	if err != nil {
		free := errors.Is(err, lambda.ErrThrottled) || errors.Is(err, lambda.ErrStopped)
		return outcome{err: err, free: free}
	}
	if res.FunctionError != "" {
		return outcome{err: fmt.Errorf("%s: %s", res.FunctionError, short(res.Payload)), result: res}
	}
	o := l.read(records, res)
	o.result = res
	return o
}

// read tells from a function's answer what it took.
func (l *lane) read(records []*record, res lambda.Result) outcome {
	windowed := l.f.m.TumblingWindow > 0
	if !windowed && !l.f.m.ReportFailures {
		return outcome{done: len(records)}
	}
	var r *response
	answer := bytes.TrimSpace(res.Payload)
	if len(answer) > 0 {
		err := json.Unmarshal(answer, &r)
		if err != nil {
			return outcome{err: fmt.Errorf("the answer is not what the mapping asks for: %s", short(answer))}
		}
	}
	if r == nil {
		r = &response{}
	}
	if windowed && (len(r.State) == 0 || r.State[0] != '{') {
		return outcome{err: fmt.Errorf("the answer has no state for the window: %s", short(answer))}
	}
	if !l.f.m.ReportFailures || len(r.Failures) == 0 {
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
			return outcome{err: fmt.Errorf("the batch has no record %q, so all of it fails", *f.Identifier)}
		}
		first = min(first, at)
	}
	o := outcome{done: first, reported: true, err: fmt.Errorf("the function reports record %s", records[first].seq)}
	if first > 0 {
		o.state = r.State
	}
	return o
}

func short(b []byte) string {
	if len(b) > 500 {
		return string(b[:500]) + "…"
	}
	return string(b)
}
