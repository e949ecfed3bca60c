package schedule

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"

	"github.com/kithhq/kith/infra/local/clock"
)

func TestParse_Expressions_AreReadOrRefused(t *testing.T) {
	from := time.Date(2026, 11, 22, 14, 59, 30, 0, time.UTC) // a Sunday
	ny, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		text string
		zone *time.Location
		want string
	}{
		{"rate(1 minute)", time.UTC, "2026-11-22T15:00:30Z"},
		{"rate(2 hours)", time.UTC, "2026-11-22T16:59:30Z"},
		{"cron(0/15 * * * ? *)", time.UTC, "2026-11-22T15:00:00Z"},
		{"cron(0 3 * * ? *)", time.UTC, "2026-11-23T03:00:00Z"},
		{"cron(0 3 * * ? *)", ny, "2026-11-23T08:00:00Z"},
		{"cron(30 8 ? * MON-FRI *)", time.UTC, "2026-11-23T08:30:00Z"},
		{"cron(0 0 1 1,JUL ? *)", time.UTC, "2027-01-01T00:00:00Z"},
		{"cron(0 0 29 2 ? *)", time.UTC, "2028-02-29T00:00:00Z"},
		{"cron(0 0 1 1 ? 2020)", time.UTC, "0001-01-01T00:00:00Z"},
	} {
		e, err := parse(c.text, c.zone)
		if err != nil {
			t.Errorf("%s: %v", c.text, err)
			continue
		}
		if got := e.after(from).Format(time.RFC3339); got != c.want {
			t.Errorf("%s after %s: %s, want %s", c.text, from, got, c.want)
		}
	}
	for _, bad := range []string{
		"", "rate(0 minutes)", "rate(1 minutes)", "rate(2 minute)", "rate(1 week)", "cron(* * * * *)", "cron(0 0 * * * *)", "cron(0 0 L * ? *)",
		"cron(61 0 * * ? *)", "at(2026-01-01T00:00:00)", "cron(0/0 * * * ? *)",
	} {
		_, err := parse(bad, time.UTC)
		if err == nil {
			t.Errorf("%q was accepted", bad)
		}
	}
}

// invocations receives the payload of each invocation.
type invocations chan []byte

func (c invocations) InvokeAsync(_ context.Context, _ string, payload []byte) (string, error) {
	c <- payload
	return "", nil
}

func TestRunner_ShiftedClock_IsFollowed(t *testing.T) {
	got := make(invocations, 100)
	k := &clock.Clock{}
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	k.Set(start)
	s, err := Start(Config{
		Schedules: []Schedule{
			{Name: "audit", Function: "audit-metrics", Expression: "rate(1 hour)"},
			{Name: "sweep", Function: "sweep-jobs", Expression: "rate(1 day)", Scheduler: true},
		},
		Region: "us-east-1", Account: "000000000000", Clock: k, Invoker: got, Log: t.Output(),
	})
	if err != nil {
		t.Fatal(err)
	}
	defer func() {
		err := s.Close()
		if err != nil {
			t.Error(err)
		}
	}()
	k.Set(start.Add(5 * time.Hour))
	var e events.CloudWatchEvent
	err = json.Unmarshal(<-got, &e)
	if err != nil {
		t.Fatal(err)
	}
	if e.DetailType != "Scheduled Event" || e.Source != "aws.events" || e.Time.Sub(start.Add(5*time.Hour)).Abs() > time.Minute {
		t.Errorf("event is %+v", e)
	}
	// Back a day, then forward hour by hour until it fires: it must not wait until the earlier time is reached again.
	var back []byte
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for h := -24; back == nil && h < 0; h++ {
		k.Set(start.Add(time.Duration(h)*time.Hour + time.Duration(h+24)*time.Minute))
		select {
		case back = <-got:
		case <-tick.C:
		}
	}
	err = json.Unmarshal(back, &e)
	if err != nil || !e.Time.Before(start) {
		t.Errorf("after the clock went back: %+v, %v", e, err)
	}
	err = s.Fire(context.Background(), "sweep-jobs")
	if err != nil {
		t.Error(err)
	}
	var v2 map[string]any
	for v2["source"] != "aws.scheduler" {
		err = json.Unmarshal(<-got, &v2)
	}
	if err != nil || v2["source"] != "aws.scheduler" || v2["detail"] != "{}" {
		t.Errorf("Fire: %v, %v", v2, err)
	}
	err = s.Fire(context.Background(), "admin-api")
	if !errors.Is(err, ErrNoSchedule) {
		t.Errorf("a function without a schedule: %v", err)
	}
}
