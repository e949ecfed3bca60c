package schedule

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"
	_ "time/tzdata" // so that the test does not depend on the machine's zones

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/user"
)

func loadZone(t interface{ Fatal(...any) }, name string) *time.Location {
	zone, err := time.LoadLocation(name)
	if err != nil {
		t.Fatal(err)
	}
	return zone
}

// The times at which a schedule is due around clock changes, with offsets from the zone database.
func TestNextRun_ClockChanges_RunsOncePerDay(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, zone string
		hour       int
		from       string // with the zone's offset, where it matters
		due        []string
	}{
		{"no change", "UTC", 3, "2026-11-22T12:00:00Z", []string{"2026-11-23T03:00:00Z", "2026-11-24T03:00:00Z"}},
		{"later today", "UTC", 13, "2026-11-22T12:00:00Z", []string{"2026-11-22T13:00:00Z"}},
		{"this hour: tomorrow", "UTC", 12, "2026-11-22T12:00:00Z", []string{"2026-11-23T12:00:00Z"}},
		{
			"New York skips 2", "America/New_York", 2, "2026-03-07T12:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-09T02:00:00-04:00"},
		},
		{
			"New York has 3 on that day too", "America/New_York", 3, "2026-03-07T12:00:00-05:00",
			[]string{"2026-03-08T03:00:00-04:00", "2026-03-09T03:00:00-04:00"},
		},
		{
			"New York has 1 twice", "America/New_York", 1, "2026-10-31T12:00:00-04:00",
			[]string{"2026-11-01T01:00:00-04:00", "2026-11-02T01:00:00-05:00"},
		},
		{
			"New York between the two", "America/New_York", 1, "2026-11-01T01:30:00-04:00",
			[]string{"2026-11-02T01:00:00-05:00"},
		},
		{
			"New York after the two", "America/New_York", 2, "2026-11-01T01:30:00-04:00",
			[]string{"2026-11-01T02:00:00-05:00"},
		},
		{
			"Berlin skips 2", "Europe/Berlin", 2, "2026-03-28T12:00:00+01:00",
			[]string{"2026-03-29T03:00:00+02:00", "2026-03-30T02:00:00+02:00"},
		},
		{
			"Berlin has 2 twice", "Europe/Berlin", 2, "2026-10-24T12:00:00+02:00",
			[]string{"2026-10-25T02:00:00+02:00", "2026-10-26T02:00:00+01:00"},
		},
		{
			"Lord Howe skips half of 2", "Australia/Lord_Howe", 2, "2026-10-03T12:00:00+10:30",
			[]string{"2026-10-04T02:30:00+11:00", "2026-10-05T02:00:00+11:00"},
		},
		{
			"Lord Howe has half of 1 twice", "Australia/Lord_Howe", 1, "2026-04-04T12:00:00+11:00",
			[]string{"2026-04-05T01:00:00+11:00", "2026-04-06T01:00:00+10:30"},
		},
		{
			"São Paulo's day begins at 1", "America/Sao_Paulo", 0, "2018-11-03T12:00:00-03:00",
			[]string{"2018-11-04T01:00:00-02:00", "2018-11-05T00:00:00-02:00"},
		},
		{
			"São Paulo has 23 twice", "America/Sao_Paulo", 23, "2018-02-17T12:00:00-02:00",
			[]string{"2018-02-17T23:00:00-02:00", "2018-02-18T23:00:00-03:00"},
		},
		{
			"São Paulo at midnight after it", "America/Sao_Paulo", 0, "2018-02-17T23:30:00-02:00",
			[]string{"2018-02-18T00:00:00-03:00"},
		},
		{
			"Apia skips a day", "Pacific/Apia", 9, "2011-12-28T12:00:00-10:00",
			[]string{"2011-12-29T09:00:00-10:00", "2011-12-31T09:00:00+14:00"},
		},
		{
			"Apia at midnight", "Pacific/Apia", 0, "2011-12-28T12:00:00-10:00",
			[]string{"2011-12-29T00:00:00-10:00", "2011-12-31T00:00:00+14:00"},
		},
		{
			"Nuuk skips the last hour of a day", "America/Nuuk", 23, "2024-03-30T12:00:00-02:00",
			[]string{"2024-03-31T00:00:00-01:00", "2024-03-31T23:00:00-01:00"},
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			zone := loadZone(t, c.zone)
			at := parse(t, c.from)
			for _, want := range c.due {
				at = NextRun(c.hour, zone, at)
				if !at.Equal(parse(t, want)) {
					t.Fatalf("due at %v, want %v", at.In(zone), want)
				}
			}
		})
	}
}

func parse(t *testing.T, text string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// In every zone and year, NextRun agrees with a slow search, minute by minute, for the first time at which clocks show the hour
// or a later one on that day, or the day is over.
func TestNextRun_AnyZone_IsFirstTimeOfHour(t *testing.T) {
	t.Parallel()
	names := []string{
		"America/New_York", "Europe/Berlin", "Australia/Lord_Howe", "America/Sao_Paulo", "UTC", "Pacific/Apia", "Africa/Cairo",
		"America/Nuuk", "Asia/Kathmandu", "Antarctica/Troll", "Africa/Casablanca", "America/St_Johns", "Asia/Gaza",
	}
	rapid.Check(t, func(t *rapid.T) {
		zone := loadZone(t, rapid.SampledFrom(names).Draw(t, "zone"))
		hour := rapid.IntRange(0, 23).Draw(t, "hour")
		from := time.Unix(rapid.Int64Range(1_000_000_000, 2_000_000_000).Draw(t, "from"), 0)
		due := NextRun(hour, zone, from)
		if !due.After(from) || due.Sub(from) > 50*time.Hour {
			t.Fatalf("NextRun is %v, after %v", due, from)
		}
		day := due.In(zone)
		if day.Hour() < hour { // clocks skipped the rest of the day
			day = due.Add(-time.Second).In(zone)
		}
		wanted := time.Date(day.Year(), day.Month(), day.Day(), hour, 0, 0, 0, time.UTC)
		first := time.Time{}
		for at := due.Add(-30 * time.Hour).Truncate(time.Minute); !at.After(due); at = at.Add(time.Minute) {
			local := at.In(zone)
			wall := time.Date(local.Year(), local.Month(), local.Day(), local.Hour(), local.Minute(), local.Second(), 0, time.UTC)
			if !wall.Before(wanted) {
				first = at
				break
			}
		}
		if !first.Equal(due) {
			t.Fatalf("NextRun is %v, but clocks show %v first at %v", due.In(zone), wanted, first.In(zone))
		}
		if next := NextRun(hour, zone, due); next.Sub(due) < 22*time.Hour && next.In(zone).YearDay() == due.In(zone).YearDay() && due.In(zone).Hour() >= hour {
			t.Fatalf("two runs on a day: %v and %v", due.In(zone), next.In(zone))
		}
	})
}

var active = &campaign.Campaign{
	ID: "camp", Organization: "org", TimeZone: "America/New_York", Status: campaign.Active, Name: "Neighbors",
}

// newSchedule returns a schedule and its job.
func newSchedule(t interface{ Fatal(...any) }, r export.Request, hour int) (*Schedule, *job.Job) {
	s, j, err := New(r, hour, active, nil, &user.User{ID: "u", Name: "Olivia"}, nil, exporttest.Noon)
	if err != nil {
		t.Fatal(err)
	}
	return s, j
}

func TestNew_InvalidRequest_ReturnsReason(t *testing.T) {
	t.Parallel()
	with := func(status campaign.Status) *campaign.Campaign {
		c := *active
		c.Status = status
		return &c
	}
	for _, c := range []struct {
		name     string
		request  export.Request
		hour     int
		of       *campaign.Campaign
		existing []*Schedule
		want     string
	}{
		{"unknown type", export.Request{Type: "rows"}, 3, active, nil, "There is no such export"},
		{"no item", export.Request{Type: "specific_action_item_responses"}, 3, active, nil, "This export needs an action item"},
		{"hour too large", export.Request{Type: "contacts"}, 24, active, nil, "Choose an hour from 0 to 23"},
		{"hour too small", export.Request{Type: "contacts"}, -1, active, nil, "Choose an hour from 0 to 23"},
		{"draft", export.Request{Type: "contacts"}, 3, with(campaign.Draft), nil, "Publish it first"},
		{"closed", export.Request{Type: "contacts"}, 3, with(campaign.Closed), nil, "Request a single export instead"},
		{"too many", export.Request{Type: "contacts"}, 3, active, make([]*Schedule, Max), "Delete one first"},
		{"duplicate", export.Request{Type: "contacts"}, 3, active, []*Schedule{{ID: "s7", State: Active, Hour: 3, Request: export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Standard}}}, "The schedule s7 requests the same export"},
	} {
		t.Run(c.name, func(t *testing.T) {
			_, _, err := New(c.request, c.hour, c.of, nil, &user.User{ID: "u"}, c.existing, exporttest.Noon)
			if err == nil || !strings.Contains(err.Error(), c.want) {
				t.Errorf("got %v, want %q", err, c.want)
			}
		})
	}
	s, j := newSchedule(t, export.Request{Type: "contacts"}, 3)
	if s.Request.Dialect != csv.Data || s.Request.Profile != dataset.Standard || !j.DueAt.Equal(s.NextRun) || j.State != job.Waiting || s.Job != j.ID {
		t.Errorf("schedule %+v, job %+v", s, j)
	}
}

func TestUpdate_RequestAndHour_MovesNextRun(t *testing.T) {
	t.Parallel()
	s, _ := newSchedule(t, export.Request{Type: "contacts"}, 3)
	moved, err := s.Update(export.Request{Type: "notes"}, 3, active, nil, &user.User{}, nil, exporttest.Noon)
	if err != nil || moved || s.Request.Type != "notes" {
		t.Errorf("another type: moved %v, error %v, %+v", moved, err, s)
	}
	before := s.NextRun
	moved, err = s.Update(s.Request, 4, active, nil, &user.User{}, nil, exporttest.Noon)
	if err != nil || !moved || s.NextRun.Sub(before) != time.Hour {
		t.Errorf("another hour: moved %v, error %v, %+v", moved, err, s)
	}
	s.State = Ended
	if _, err = s.Update(s.Request, 5, active, nil, &user.User{}, nil, exporttest.Noon); !fault.Is(err, fault.KindConflict) {
		t.Errorf("Update of an ended schedule: %v, want a conflict", err)
	}
}

// With any outcome of its runs, a schedule keeps the newest KeptFiles ready ones, requests one at a time, and has a short
// list.
func TestSchedule_RandomOutcomes_KeepsNewestFiles(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		s, _ := newSchedule(t, export.Request{Type: "contacts"}, 3)
		all := map[string]*export.Export{}
		var ready []string
		runs := func() []*export.Export {
			var listed []*export.Export
			for _, id := range s.Runs {
				listed = append(listed, all[id])
			}
			return listed
		}
		for range rapid.IntRange(1, 40).Draw(t, "days") {
			missed := rapid.IntRange(0, 3).Draw(t, "missed days")
			at := s.NextRun.Add(time.Duration(missed) * 24 * time.Hour)
			underWay := slices.ContainsFunc(runs(), (*export.Export).UnderWay)
			e := s.startRun(s.Request, runs(), active.Location(), at)
			if !s.NextRun.After(at) || s.NextRun.Sub(at) > 26*time.Hour {
				t.Fatalf("run at %v, next run at %v", at, s.NextRun)
			}
			if (e == nil) != underWay {
				t.Fatalf("requested %v while one is under way: %v", e, underWay)
			}
			if e != nil {
				all[e.ID] = e
			}
			for _, run := range runs() {
				if run.State != export.Queued {
					continue
				}
				switch rapid.SampledFrom([]export.State{export.Ready, export.Ready, export.Failed, export.Cancelled, export.Running}).Draw(t, "outcome") {
				case export.Ready:
					run.Finish("object", 1, 1, "", at)
					ready = append(ready, run.ID)
					s.endRun(runs(), active, at)
				case export.Failed:
					run.Fail(fault.NewMessage("no"), at)
				case export.Cancelled:
					run.State = export.Cancelled
				case export.Running:
					run.State = export.Running
				}
			}
			if rapid.Bool().Draw(t, "running ones fail") {
				for _, run := range runs() {
					if run.State == export.Running {
						run.Fail(fault.NewMessage("no"), at)
					}
				}
			}
			var kept []string
			for _, run := range runs() {
				if run.State == export.Ready {
					kept = append(kept, run.ID)
				}
			}
			slices.Reverse(kept)
			want := ready[max(0, len(ready)-KeptFiles):]
			if !slices.Equal(kept, want) {
				t.Fatalf("kept files %v, want %v", kept, want)
			}
			if len(s.Runs) > KeptFiles+failedRuns+2 {
				t.Fatalf("the list has %d runs", len(s.Runs))
			}
		}
	})
}

func TestNewest_ChangedRequest_ReturnsMatchingRun(t *testing.T) {
	t.Parallel()
	s, _ := newSchedule(t, export.Request{Type: "contacts"}, 3)
	if _, err := s.Newest(nil); err == nil || !strings.Contains(err.Error(), s.NextRun.Format(time.RFC3339)) {
		t.Errorf("Newest before the first run: %v", err)
	}
	run := func(n int, state export.State, of export.Type) *export.Export {
		r := s.Request
		r.Type = of
		return &export.Export{ID: fmt.Sprint(n), State: state, Request: r}
	}
	runs := []*export.Export{run(5, export.Running, "contacts"), run(4, export.Failed, "contacts"), run(3, export.Ready, "notes"), run(2, export.Ready, "contacts"), run(1, export.Ready, "contacts")}
	e, err := s.Newest(runs)
	if err != nil || e.ID != "2" {
		t.Errorf("Newest = %+v, %v, want run 2", e, err)
	}
}
