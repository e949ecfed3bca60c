package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"time"
)

// progress tells how far the demo is, every few seconds.
type progress struct {
	out      io.Writer
	contacts int // planned
	actions  int // planned

	mu       sync.Mutex
	started  time.Time
	told     time.Time
	haveBeen int // contacts added
	done     int // actions done
}

// tellEvery is the time between two lines.
const tellEvery = 3 * time.Second

func newProgress(out io.Writer, p *plan) *progress {
	r := &progress{out: out, started: time.Now(), told: time.Now()}
	for _, c := range []*campaignPlan{p.active, p.closed} {
		for _, m := range c.mobilizers {
			r.contacts += len(m.contacts)
			for _, k := range m.contacts {
				r.actions += len(k.steps)
			}
		}
	}
	return r
}

func (r *progress) say(format string, values ...any) {
	fmt.Fprintf(r.out, "  %5.1f s  %s\n", time.Since(r.started).Seconds(), fmt.Sprintf(format, values...))
}

func (r *progress) added(n int) { r.count(n, 0) }

func (r *progress) acted() { r.count(0, 1) }

func (r *progress) count(contacts, actions int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.haveBeen += contacts
	r.done += actions
	if time.Since(r.told) < tellEvery {
		return
	}
	r.told = time.Now()
	r.say("%d of %d contacts added, %d of %d actions about them done", r.haveBeen, r.contacts, r.done, r.actions)
}

// clock moves the clock of a local cloud, so that the demo's activity spreads over days. Without a control address it
// leaves time alone.
type clock struct {
	control string
	zone    *time.Location
	shift   time.Duration // how far the local cloud's clock is ahead of ours
}

// startDay makes it noon of the day that lies so many days back, or today's time when none.
func (c *clock) startDay(ctx context.Context, back int) error {
	if c.control == "" {
		return nil
	}
	now := time.Now()
	at := now
	if back > 0 {
		day := now.In(c.zone).AddDate(0, 0, -back)
		at = time.Date(day.Year(), day.Month(), day.Day(), 12, 0, 0, 0, c.zone)
	}
	c.shift = at.Sub(now)
	return c.set(ctx, at)
}

// reset makes it now again.
func (c *clock) reset(ctx context.Context) error {
	if c.control == "" || c.shift == 0 {
		return nil
	}
	c.shift = 0
	return c.set(ctx, time.Now())
}

func (c *clock) now() time.Time { return time.Now().Add(c.shift) }

func (c *clock) set(ctx context.Context, at time.Time) error {
	text, err := json.Marshal(map[string]string{"at": at.UTC().Format(time.RFC3339Nano)})
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.control+"/clock", bytes.NewReader(text))
	if err != nil {
		return err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("set the clock: %w", err)
	}
	err = res.Body.Close()
	if err == nil && res.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("set the clock: %s", res.Status)
	}
	return err
}
