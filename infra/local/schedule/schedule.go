// Package schedule invokes functions at the times of the template's schedules, by the shifted clock, with the events of
// EventBridge rules and of EventBridge Scheduler. If the clock is moved past several times of a schedule, the schedule
// fires once.
package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"github.com/google/uuid"
)

// Schedule is one event of type Schedule or ScheduleV2.
type Schedule struct {
	// Name is unique.
	Name     string
	Function string
	// Expression is rate(…) or cron(…).
	Expression string
	// Zone is the IANA time zone of a cron expression; empty for UTC.
	Zone string
	// Input replaces the event if it is not empty.
	Input string
	// Scheduler is set for EventBridge Scheduler (ScheduleV2), whose event differs slightly.
	Scheduler bool
}

// Clock returns the time.
type Clock interface {
	Now() time.Time
	Changed() <-chan struct{}
}

// Invoker invokes functions asynchronously.
type Invoker interface {
	InvokeAsync(ctx context.Context, function string, payload []byte) (string, error)
}

// Config configures a Runner.
type Config struct {
	Schedules []Schedule
	Region    string
	Account   string
	Clock     Clock
	Invoker   Invoker
	Log       io.Writer
}

// Runner fires schedules.
type Runner struct {
	c      Config
	cancel context.CancelFunc
	group  sync.WaitGroup
}

// ErrNoSchedule is the error for a function without a schedule.
var ErrNoSchedule = errors.New("the function has no schedule")

// Start starts the schedules. A rate fires for the first time after one interval. Start fails for an invalid expression
// or time zone.
func Start(c Config) (*Runner, error) {
	ctx, cancel := context.WithCancel(context.Background())
	s := &Runner{c: c, cancel: cancel}
	for _, sch := range c.Schedules {
		zone, err := time.LoadLocation(sch.Zone)
		if err != nil {
			cancel()
			return nil, fmt.Errorf("schedule %s: time zone: %w", sch.Name, err)
		}
		e, err := parse(sch.Expression, zone)
		if err != nil {
			cancel()
			return nil, fmt.Errorf("%s: %w", sch.Name, err)
		}
		from := c.Clock.Now()
		s.group.Go(func() { s.run(ctx, sch, e, from) })
	}
	return s, nil
}

// Close stops the schedules.
func (s *Runner) Close() error {
	s.cancel()
	s.group.Wait()
	return nil
}

func (s *Runner) run(ctx context.Context, sch Schedule, e expression, from time.Time) {
	for {
		clockChanged := s.c.Clock.Changed()
		now := s.c.Clock.Now()
		if now.Before(from) {
			from = now
		}
		next := e.after(from)
		if !next.IsZero() && !next.After(now) {
			err := s.fire(ctx, sch, now)
			if err != nil && ctx.Err() == nil {
				fmt.Fprintf(s.c.Log, "schedule: %s: %v\n", sch.Name, err)
			}
			from = now
			continue
		}
		var timer <-chan time.Time
		if !next.IsZero() {
			timer = time.After(next.Sub(now))
		}
		select {
		case <-ctx.Done():
			return
		case <-clockChanged:
		case <-timer:
		}
	}
}

// Fire fires every schedule of a function now. It fails with ErrNoSchedule if there is none.
func (s *Runner) Fire(ctx context.Context, function string) error {
	found := false
	for _, sch := range s.c.Schedules {
		if sch.Function != function && sch.Name != function {
			continue
		}
		found = true
		err := s.fire(ctx, sch, s.c.Clock.Now())
		if err != nil {
			return err
		}
	}
	if !found {
		return fmt.Errorf("%s: %w", function, ErrNoSchedule)
	}
	return nil
}

func (s *Runner) fire(ctx context.Context, sch Schedule, at time.Time) error {
	payload := []byte(sch.Input)
	if sch.Input == "" {
		var err error
		payload, err = Event(sch, s.c.Region, s.c.Account, at)
		if err != nil {
			return err
		}
	}
	_, err := s.c.Invoker.InvokeAsync(ctx, sch.Function, payload)
	if err != nil {
		return fmt.Errorf("invoke %s: %w", sch.Function, err)
	}
	return nil
}

// Event returns the event that a schedule sends to its function when it fires at a time.
func Event(sch Schedule, region, account string, at time.Time) ([]byte, error) {
	var detail any = map[string]any{}
	source, resource := "aws.events", fmt.Sprintf("arn:aws:events:%s:%s:rule/%s", region, account, sch.Name)
	if sch.Scheduler {
		detail = "{}"
		source, resource = "aws.scheduler", fmt.Sprintf("arn:aws:scheduler:%s:%s:schedule/default/%s", region, account, sch.Name)
	}
	b, err := json.Marshal(map[string]any{
		"version": "0", "id": uuid.NewString(), "detail-type": "Scheduled Event", "source": source, "account": account,
		"time": at.UTC().Format("2006-01-02T15:04:05Z"), "region": region, "resources": []string{resource}, "detail": detail,
	})
	if err != nil {
		return nil, fmt.Errorf("event of schedule %s: %w", sch.Name, err)
	}
	return b, nil
}
