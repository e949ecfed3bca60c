package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"
)

// asyncEvent is a queued asynchronous event, as it is stored in the folder.
type asyncEvent struct {
	RequestID     string          `json:"request_id"`
	Function      string          `json:"function"`
	Payload       json.RawMessage `json:"payload"`
	Trace         string          `json:"trace,omitempty"`
	ClientContext string          `json:"client_context,omitempty"`
	Queued        time.Time       `json:"queued"`
	Attempts      int             `json:"tries"`
}

// InvokeAsync implements Invoker.
func (p *Pool) InvokeAsync(_ context.Context, name string, payload []byte) (string, error) {
	if len(payload) > MaxAsyncPayload {
		return "", fmt.Errorf("%w: %d bytes, of at most %d", ErrTooLarge, len(payload), MaxAsyncPayload)
	}
	return p.enqueue(name, payload, callOptions{})
}

// Resume continues with the asynchronous events that an earlier run has stored, and returns their number.
func (p *Pool) Resume() (int, error) {
	folder := p.asyncFolder()
	if folder == "" {
		return 0, nil
	}
	files, err := filepath.Glob(filepath.Join(folder, "*.json"))
	if err != nil {
		return 0, fmt.Errorf("list queued events: %w", err)
	}
	for _, file := range files {
		data, err := os.ReadFile(file)
		if err != nil {
			return 0, fmt.Errorf("read a queued event: %w", err)
		}
		var e asyncEvent
		err = json.Unmarshal(data, &e)
		if err != nil {
			return 0, fmt.Errorf("read the queued event %s: %w", file, err)
		}
		f, err := p.find(e.Function)
		if err != nil {
			p.cfg.Log.Alert(e.Function, e.RequestID, "dropped an asynchronous event of an earlier run: no such function")
			p.deleteEvent(&e)
			continue
		}
		p.process(f, &e)
	}
	return len(files), nil
}

// enqueue stores an asynchronous event and starts to process it. It returns the request id.
func (p *Pool) enqueue(name string, payload []byte, opts callOptions) (string, error) {
	f, err := p.find(name)
	if err != nil {
		return "", err
	}
	if p.isClosed() {
		return "", ErrStopped
	}
	_, err = f.nextTrace(opts.trace)
	if err != nil {
		return "", err
	}
	e := &asyncEvent{
		RequestID: newID(), Function: f.Name, Payload: payload, Trace: opts.trace, ClientContext: opts.clientContext,
		Queued: time.Now().UTC(),
	}
	err = p.storeEvent(e)
	if err != nil {
		return "", err
	}
	p.process(f, e)
	return e.RequestID, nil
}

// process attempts an event until it is done or sent to its destination, or the pool closes.
func (p *Pool) process(f *function, e *asyncEvent) {
	p.async.Add(1)
	f.addPending(1)
	go func() {
		defer p.async.Done()
		defer f.addPending(-1)
		for p.attempt(f, e) {
		}
	}()
}

func (f *function) addPending(n int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending += n
}

// attempt invokes the function once and reports whether it must be retried.
func (p *Pool) attempt(f *function, e *asyncEvent) bool {
	opts := callOptions{requestID: e.RequestID, trace: e.Trace, clientContext: e.ClientContext}
	result, err := p.call(context.Background(), f.Name, e.Payload, opts)
	switch {
	case errors.Is(err, ErrStopped):
		return false
	case errors.Is(err, ErrThrottled):
		// A throttled event is retried until its maximum age; it has not reached the function.
	case err != nil:
		p.cfg.Log.Alert(f.Label, e.RequestID, "dropped an asynchronous event: "+err.Error())
		p.count("AsyncEventsDropped", f)
		p.deleteEvent(e)
		return false
	case result.FunctionError == "":
		p.finish(f, f.OnSuccess, e, "Success", result)
		return false
	default:
		e.Attempts++
		if e.Attempts > f.MaxRetries {
			p.finish(f, f.OnFailure, e, "RetriesExhausted", result)
			return false
		}
	}
	if time.Since(e.Queued) > f.MaxAge {
		p.finish(f, f.OnFailure, e, "EventAgeExceeded", result)
		return false
	}
	err = p.storeEvent(e)
	if err != nil {
		p.cfg.Log.Alert(f.Label, e.RequestID, err.Error())
	}
	select {
	case <-p.stop:
		return false
	case <-time.After(p.cfg.RetryDelay * time.Duration(max(1, e.Attempts))):
		return true
	}
}

// finish sends the record of an event that needs no further attempt to its destination.
func (p *Pool) finish(f *function, to Destination, e *asyncEvent, condition string, result Result) {
	defer p.deleteEvent(e)
	if condition != "Success" {
		p.count("AsyncEventsDropped", f)
		p.cfg.Log.Alert(f.Label, e.RequestID, fmt.Sprintf("an asynchronous event failed after %d attempts: %s", e.Attempts, condition))
	}
	if to == nil {
		return
	}
	responseContext := map[string]any{"statusCode": 200, "executedVersion": "$LATEST"}
	if result.FunctionError != "" {
		responseContext["functionError"] = result.FunctionError
	}
	record := map[string]any{
		"version":   "1.0",
		"timestamp": time.Now().UTC().Format("2006-01-02T15:04:05.000Z"),
		"requestContext": map[string]any{
			"requestId": e.RequestID, "functionArn": f.arn + ":$LATEST", "condition": condition,
			"approximateInvokeCount": max(1, e.Attempts),
		},
		"requestPayload":  e.Payload,
		"responseContext": responseContext,
	}
	if json.Valid(result.Payload) {
		record["responsePayload"] = json.RawMessage(result.Payload)
	}
	doc, err := json.Marshal(record)
	if err != nil {
		p.cfg.Log.Alert(f.Label, e.RequestID, "deliver to the destination: "+err.Error())
		return
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	err = to.Deliver(ctx, f.Name, doc)
	if err != nil {
		p.count("DestinationDeliveryFailures", f)
		p.cfg.Log.Alert(f.Label, e.RequestID, "deliver to the destination: "+err.Error())
	}
}

func (p *Pool) storeEvent(e *asyncEvent) error {
	folder := p.asyncFolder()
	if folder == "" {
		return nil
	}
	data, err := json.Marshal(e)
	if err != nil {
		return fmt.Errorf("store an asynchronous event: %w", err)
	}
	err = os.MkdirAll(folder, 0o700)
	if err != nil {
		return fmt.Errorf("store an asynchronous event: %w", err)
	}
	name := filepath.Join(folder, e.RequestID+".json")
	err = os.WriteFile(name+".new", data, 0o600)
	if err != nil {
		return fmt.Errorf("store an asynchronous event: %w", err)
	}
	err = os.Rename(name+".new", name)
	if err != nil {
		return fmt.Errorf("store an asynchronous event: %w", err)
	}
	return nil
}

func (p *Pool) deleteEvent(e *asyncEvent) {
	folder := p.asyncFolder()
	if folder == "" {
		return
	}
	// If this fails, a restart invokes the function again: delivery is at least once.
	_ = os.Remove(filepath.Join(folder, e.RequestID+".json"))
}
