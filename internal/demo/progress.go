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

	"github.com/kithhq/kith/internal/demo/plan"
)

// progress reports the progress of the demo every few seconds.
type progress struct {
	out      io.Writer
	contacts int // planned
	actions  int // planned

	mu         sync.Mutex
	started    time.Time
	lastReport time.Time
	added      int // contacts
	done       int // actions
	matched    int // people matched to a voter
	found      int // of them, by a search
}

// reportInterval is the time between two reports.
const reportInterval = 3 * time.Second

func newProgress(out io.Writer, p *plan.Plan) *progress {
	r := &progress{out: out, started: time.Now(), lastReport: time.Now()}
	for _, c := range []*plan.Campaign{p.Active, p.Closed} {
		for _, m := range c.Mobilizers {
			r.contacts += len(m.Contacts)
			for _, k := range m.Contacts {
				r.actions += len(k.Steps)
			}
		}
	}
	return r
}

func (r *progress) say(format string, values ...any) {
	fmt.Fprintf(r.out, "  %5.1f s  %s\n", time.Since(r.started).Seconds(), fmt.Sprintf(format, values...))
}

// addMatch counts a match, and whether a search found the voter.
func (r *progress) addMatch(found bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.matched++
	if found {
		r.found++
	}
}

// sayMatches reports how many voters were found by searching.
func (r *progress) sayMatches() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.say("%d of %d matches were found by searching the voter files", r.found, r.matched)
}

func (r *progress) addContacts(n int) { r.count(n, 0) }

func (r *progress) addAction() { r.count(0, 1) }

func (r *progress) count(contacts, actions int) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.added += contacts
	r.done += actions
	if time.Since(r.lastReport) < reportInterval {
		return
	}
	r.lastReport = time.Now()
	r.say("%d of %d contacts added, %d of %d actions about them done", r.added, r.contacts, r.done, r.actions)
}

// clock shifts the clock of a local cloud, so that the activity spreads over days. Without a control address it does nothing.
type clock struct {
	control string
	zone    *time.Location
	shift   time.Duration // of the local cloud's clock
}

// startDay sets the clock to noon of the day that many days back, or to the current time for 0.
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

// reset sets the clock to the current time.
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
