package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"time"
)

// SetClock makes the local cloud's clock show the instant; it goes on from there.
func (k *Kith) SetClock(ctx context.Context, at time.Time) error {
	return k.control(ctx, http.MethodPost, "/clock", map[string]string{"at": at.UTC().Format(time.RFC3339Nano)}, nil)
}

// ResetClock makes the local cloud's clock show the machine's time again.
func (k *Kith) ResetClock(ctx context.Context) error {
	return k.control(ctx, http.MethodPost, "/clock", map[string]string{"shift": "0s"}, nil)
}

// Restart ends a service, dynamodb for one, and starts it again on its data.
func (k *Kith) Restart(ctx context.Context, service string) error {
	return k.control(ctx, http.MethodPost, "/services/"+service+"/restart", nil, nil)
}

// Kill ends the processes of a function in the middle of whatever they do.
func (k *Kith) Kill(ctx context.Context, function string) error {
	return k.control(ctx, http.MethodPost, "/kill", map[string]string{"function": function}, nil)
}

// Fire runs a function's schedule now.
func (k *Kith) Fire(ctx context.Context, function string) error {
	return k.control(ctx, http.MethodPost, "/schedule/"+function, nil, nil)
}

// Settle waits until every stream record written so far, and what came of it, has been handled. A recount may go on: it
// waits between its passes, and moves nothing while all is well. It fails after a minute.
func (k *Kith) Settle(ctx context.Context) error {
	quiet := 0
	var said json.RawMessage
	err := Until(ctx, time.Minute, func(ctx context.Context) (bool, error) {
		var streams struct {
			Idle bool           `json:"idle"`
			Busy map[string]int `json:"functions_busy"`
		}
		err := k.control(ctx, http.MethodGet, "/streams", nil, &said)
		if err != nil {
			return false, err
		}
		err = json.Unmarshal(said, &streams)
		if err != nil {
			return false, fmt.Errorf("%w in %s", err, said)
		}
		delete(streams.Busy, "audit-metrics")
		working := 0
		for _, n := range streams.Busy {
			working += n
		}
		if !streams.Idle || working > 0 {
			quiet = 0
			return false, nil
		}
		// Handling one table's records may have written others: idle counts when it lasts for two looks.
		quiet++
		return quiet == 2, nil
	})
	if err != nil {
		return fmt.Errorf("streams: %w: %s", err, said)
	}
	return nil
}

// Until asks again and again, at most for limit, until ask says that it is so. It returns ask's error at once.
func Until(ctx context.Context, limit time.Duration, ask func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for {
		done, err := ask(ctx)
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("still not so after %s", limit)
		case <-tick.C:
		}
	}
}

func (k *Kith) control(ctx context.Context, method, path string, in, out any) error {
	var body []byte
	if in != nil {
		encoded, err := json.Marshal(in)
		if err != nil {
			return fmt.Errorf("control %s: %w", path, err)
		}
		body = encoded
	}
	answer, err := fetch(ctx, method, k.Cloud().Control+path, body)
	if err != nil {
		return fmt.Errorf("control: %w", err)
	}
	if out == nil {
		return nil
	}
	err = json.Unmarshal(answer, out)
	if err != nil {
		return fmt.Errorf("control %s: %w in %s", path, err, answer)
	}
	return nil
}

// fetch returns what an address answers. An answer that is not a success is an error with its text.
func fetch(ctx context.Context, method, address string, body []byte) ([]byte, error) {
	req, err := http.NewRequestWithContext(ctx, method, address, bytes.NewReader(body))
	if err != nil {
		return nil, err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return nil, err
	}
	answer, err := io.ReadAll(res.Body)
	closeErr := res.Body.Close()
	if err == nil {
		err = closeErr
	}
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w", method, req.URL.Path, err)
	}
	if res.StatusCode >= http.StatusMultipleChoices {
		return nil, fmt.Errorf("%s %s: %s: %.500s", method, req.URL.Path, res.Status, answer)
	}
	return answer, nil
}
