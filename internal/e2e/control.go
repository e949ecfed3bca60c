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

// SetClock sets the local cloud's clock, which runs on from there.
func (k *Kith) SetClock(ctx context.Context, at time.Time) error {
	return k.control(ctx, http.MethodPost, "/clock", map[string]string{"at": at.UTC().Format(time.RFC3339Nano)}, nil)
}

// ResetClock sets the local cloud's clock to the machine's time.
func (k *Kith) ResetClock(ctx context.Context) error {
	return k.control(ctx, http.MethodPost, "/clock", map[string]string{"shift": "0s"}, nil)
}

// Restart restarts a service, such as dynamodb, with its data.
func (k *Kith) Restart(ctx context.Context, service string) error {
	return k.control(ctx, http.MethodPost, "/services/"+service+"/restart", nil, nil)
}

// Kill kills the processes of a function, also while they handle events.
func (k *Kith) Kill(ctx context.Context, function string) error {
	return k.control(ctx, http.MethodPost, "/kill", map[string]string{"function": function}, nil)
}

// Fire runs a function's schedule now.
func (k *Kith) Fire(ctx context.Context, function string) error {
	return k.control(ctx, http.MethodPost, "/schedule/"+function, nil, nil)
}

// Pause suspends the store for a time: it answers no request.
func (k *Kith) Pause(ctx context.Context, d time.Duration) error {
	return k.control(ctx, http.MethodPost, "/services/dynamodb/pause", map[string]string{"for": d.String()}, nil)
}

// SetMappings enables or disables the event source mappings of a function. While they are disabled, records wait.
func (k *Kith) SetMappings(ctx context.Context, function string, enabled bool) error {
	return k.control(ctx, http.MethodPost, "/mappings/"+function, map[string]bool{"enabled": enabled}, nil)
}

// SetMailQuota sets how many emails a day and a second the email service accepts.
func (k *Kith) SetMailQuota(ctx context.Context, perDay, perSecond int) error {
	_, err := fetch(ctx, http.MethodPut, k.Cloud().Mail+"/quota", fmt.Appendf(nil, `{"per_day": %d, "per_second": %d}`, perDay, perSecond))
	return err
}

// raised reports whether an alarm is in the state ALARM. It fails if the template has no such alarm.
func (k *Kith) raised(ctx context.Context, name string) (bool, error) {
	var alarms []struct{ Name, State string }
	err := k.control(ctx, http.MethodGet, "/alarms", nil, &alarms)
	if err != nil {
		return false, err
	}
	for _, a := range alarms {
		if a.Name == name {
			return a.State == "ALARM", nil
		}
	}
	return false, fmt.Errorf("there is no alarm %s", name)
}

// Settle waits until all stream records so far, and the records that they cause, are handled. It ignores a recount in progress,
// which waits between its passes. It fails after a minute.
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
		// Handling records may write others, so the streams must be idle in two consecutive reads.
		quiet++
		return quiet == 2, nil
	})
	if err != nil {
		return fmt.Errorf("streams: %w: %s", err, said)
	}
	return nil
}

// Until calls ask until it returns true, ever more rarely: what takes long, such as a lease that expires, is asked twice a second.
// It fails with the error of ask, or after limit.
func Until(ctx context.Context, limit time.Duration, ask func(context.Context) (bool, error)) error {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	for pause := 50 * time.Millisecond; ; pause = min(pause+pause/4, 500*time.Millisecond) {
		done, err := ask(ctx)
		if done || err != nil {
			return err
		}
		select {
		case <-ctx.Done():
			return fmt.Errorf("still not so after %s", limit)
		case <-time.After(pause):
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

// fetch returns the body of a response. It fails if the status is not below 300.
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
