package export

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// ScheduleState is where a schedule stands.
type ScheduleState string

// The states of a schedule.
const (
	Active     ScheduleState = "active"
	Ended      ScheduleState = "ended"   // its campaign is closed, and the file of the campaign's last state is ready
	TakingAway ScheduleState = "removed" // its files are being removed; to people there is none any more
)

// Limits of schedules.
const (
	MostSchedules = 20 // of a campaign that have not been removed
	KeptRuns      = 7  // ready files that a schedule keeps
	failedRuns    = 7  // runs without a file that stay beside them in its list
)

// Schedule asks for an export anew every day, at a full hour of its campaign's time zone.
type Schedule struct {
	ID           string
	Organization organization.ID
	Campaign     campaign.ID
	Request      Request
	Hour         int // 0 to 23, by the campaign's clocks
	State        ScheduleState
	By           user.ID // who made it: the exports are asked for in their name
	ByName       string
	MadeAt       time.Time
	LastRun      time.Time // when it asked for an export last; zero before the first
	NextRun      time.Time // zero unless active
	EndedAt      time.Time // zero while active
	Runs         []string  // exports that it asked for, the latest first: ready ones, at most KeptRuns of them, and a few others
	Job          string    // the job that waits for NextRun
	Version      int
}

// NewSchedule asks for an export of a campaign every day at an hour, and returns the job that waits for the first time.
// There are the campaign's other schedules.
//
// Invalid: the request is none that New takes, or there is no such hour. Conflict: the campaign is no active one, has
// MostSchedules already, or one of them writes the same at that hour.
func NewSchedule(r Request, hour int, of *campaign.Campaign, items []*action.Item, by *user.User, there []*Schedule, at time.Time) (*Schedule, *job.Job, error) {
	r, err := checked(r, hour, of, items, by, at)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case of.Status == campaign.Draft:
		return nil, nil, fault.Conflict("campaign_draft", "This campaign is a draft: there is nothing to export yet. Publish it first.")
	case of.Status == campaign.Closed:
		return nil, nil, fault.Conflict("campaign_closed", "This campaign is closed: its rows no longer change. Ask for an export instead.")
	case len(there) >= MostSchedules:
		return nil, nil, fault.Conflict("too_many_schedules", fmt.Sprintf("A campaign has at most %d schedules. Remove one first.", MostSchedules))
	}
	if err := isNew(r, hour, there); err != nil {
		return nil, nil, err
	}
	at = at.UTC().Truncate(time.Millisecond)
	s := &Schedule{
		ID: id.At(at), Organization: of.Organization, Campaign: of.ID, Request: r, Hour: hour, State: Active, By: by.ID,
		ByName: by.Name, MadeAt: at, NextRun: NextRun(hour, of.Location(), at),
	}
	return s, s.wait(at), nil
}

// checked returns the request with its blanks filled, refused as New refuses it.
func checked(r Request, hour int, of *campaign.Campaign, items []*action.Item, by *user.User, at time.Time) (Request, error) {
	e, err := New(r, of, items, by, at)
	if err != nil {
		return r, err
	}
	var c fault.Checker
	c.Check(hour >= 0 && hour <= 23, "hour", "Choose a full hour from 0 to 23, by the clocks of the campaign's time zone.")
	return e.Request, c.Err()
}

// isNew returns nil unless one of some schedules asks for the same at the same hour already.
func isNew(r Request, hour int, there []*Schedule) error {
	for _, s := range there {
		if s.State == Active && s.Request == r && s.Hour == hour {
			return fault.Conflict("schedule_exists", fmt.Sprintf("The schedule %s has the same written at the same hour. Choose another hour, or use that one.", s.ID))
		}
	}
	return nil
}

// wait returns a new job of the schedule's own, which waits for the next time.
func (s *Schedule) wait(at time.Time) *job.Job {
	j := job.New(job.ExportSchedule, string(s.Organization), string(s.Campaign), s.ID, at, at)
	s.Job = j.ID
	j.WaitUntil(s.NextRun)
	return j
}

// Change makes the schedule ask for something else, or at another hour, from now on. Runs under way go on. It reports
// whether the next time is another one, which its job must be told. There are the campaign's schedules.
//
// Invalid and conflict as NewSchedule; the schedule has ended.
func (s *Schedule) Change(r Request, hour int, of *campaign.Campaign, items []*action.Item, by *user.User, there []*Schedule, at time.Time) (bool, error) {
	r, err := checked(r, hour, of, items, by, at)
	if err != nil {
		return false, err
	}
	if s.State != Active {
		return false, fault.Conflict("schedule_ended", "This schedule has ended with its campaign: it can only be removed.")
	}
	others := slices.DeleteFunc(slices.Clone(there), func(other *Schedule) bool { return other.ID == s.ID })
	if err := isNew(r, hour, others); err != nil {
		return false, err
	}
	moved := hour != s.Hour
	s.Request, s.Hour = r, hour
	if moved {
		s.NextRun = NextRun(hour, of.Location(), at)
	}
	return moved, nil
}

// ask returns the export that is due at a time, and has the schedule wait for the next one. It returns no export when the
// one before, among runs, is still under way. Nights that were missed are not made up for: one export has it all.
func (s *Schedule) ask(runs []*Export, zone *time.Location, at time.Time) *Export {
	if at.Before(s.NextRun) {
		at = s.NextRun // a stream record's time is of whole seconds, and clocks differ
	}
	at = at.UTC().Truncate(time.Millisecond)
	s.NextRun = NextRun(s.Hour, zone, at)
	if slices.ContainsFunc(runs, (*Export).UnderWay) {
		return nil
	}
	e := &Export{
		ID: id.At(at), Organization: s.Organization, Campaign: s.Campaign, Request: s.Request, State: Queued, By: s.By,
		ByName: s.ByName, RequestedAt: at, Schedule: s.ID,
	}
	s.LastRun = at
	s.Runs = []string{e.ID}
	failed := 0
	for _, run := range runs {
		if run.State != Ready {
			failed++
		}
		if run.State == Ready || failed <= failedRuns {
			s.Runs = append(s.Runs, run.ID)
		}
	}
	return e
}

// settle looks at what the schedule has come to, after a run of it ended. It takes the ready runs beyond the newest
// KeptRuns off its list and returns them, expired. It ends the schedule when the campaign was closed before the newest
// file was asked for: that one holds the campaign's last state, so one that failed is followed by another. It reports
// whether it did.
func (s *Schedule) settle(runs []*Export, of *campaign.Campaign, at time.Time) ([]*Export, bool) {
	var old []*Export
	ready := 0
	for _, run := range runs {
		if run.State != Ready {
			continue
		}
		ready++
		if ready > KeptRuns {
			run.State = Expired
			old = append(old, run)
			s.Runs = slices.DeleteFunc(s.Runs, func(id string) bool { return id == run.ID })
		}
	}
	ends := s.State == Active && of.Status == campaign.Closed && slices.ContainsFunc(runs, func(e *Export) bool {
		return e.State == Ready && !e.RequestedAt.Before(of.ClosedAt)
	})
	if ends {
		s.State, s.EndedAt, s.NextRun = Ended, at.UTC().Truncate(time.Millisecond), time.Time{}
	}
	return old, ends
}

// TakeAway ends the schedule for good; its files go with it. It returns a job for that, for a schedule whose own one has
// ended before.
func (s *Schedule) TakeAway(at time.Time) *job.Job {
	if s.EndedAt.IsZero() {
		s.EndedAt = at.UTC().Truncate(time.Millisecond)
	}
	s.State, s.NextRun = TakingAway, time.Time{}
	return job.New(job.ExportSchedule, string(s.Organization), string(s.Campaign), s.ID, at, at)
}

// Newest returns the newest of the schedule's runs whose file is there and is what the schedule asks for now.
//
// Conflict: there is none yet.
func (s *Schedule) Newest(runs []*Export) (*Export, error) {
	for _, run := range runs {
		if run.State == Ready && run.Request == s.Request {
			return run, nil
		}
	}
	if s.State == Ended || s.NextRun.IsZero() {
		return nil, fault.Conflict("export_not_ready", "This schedule has ended without a file.")
	}
	return nil, fault.Conflict("export_not_ready", "No file of this schedule is ready yet. The next run is at "+s.NextRun.Format(time.RFC3339)+".")
}

// Retriable says whether a run of the schedule may be tried again.
//
// Conflict: it is too old, or another one is under way.
func (s *Schedule) Retriable(e *Export, runs []*Export) error {
	if s.State == TakingAway || !slices.Contains(s.Runs, e.ID) {
		return fault.Conflict("schedule_moved_on", "The schedule of this export has moved on, or was removed. Ask for a new export.")
	}
	if slices.ContainsFunc(runs, (*Export).UnderWay) {
		return fault.Conflict("export_running", "A later run of the same schedule is under way.")
	}
	return nil
}

// prefix begins the keys of all files of the schedule. Nothing else removes what stands under it: no rule of the bucket.
func (s *Schedule) prefix() string {
	return fmt.Sprintf("scheduled/%s/%s/%s/", s.Organization, s.Campaign, s.ID)
}

// holds reports whether a file is one of a ready run, or may be of one under way. Everything else under the schedule's
// prefix is of runs that failed, expired, or whose worker died.
func (e *Export) holds(key string) bool {
	switch {
	case e.State == Ready:
		return strings.HasPrefix(key, strings.TrimSuffix(e.Object, e.ending())+".")
	case e.UnderWay():
		return strings.Contains(key, "/"+e.ID+"/")
	default:
		return false
	}
}

// NextRun returns the first instant after from at which a schedule of an hour, 0 to 23, is due by the clocks of a zone. A
// calendar day has one such instant: when the clocks first show that hour or, where they skip it, a later one. So an hour
// that comes twice counts once, and a day that a zone leaves out has none.
func NextRun(hour int, zone *time.Location, from time.Time) time.Time {
	year, month, day := from.In(zone).Date()
	for n := -2; ; n++ { // clocks may be put back over midnight
		date := time.Date(year, month, day+n, 0, 0, 0, 0, time.UTC)
		begins := firstShown(date, zone)
		if !sameDate(begins.In(zone), date) {
			continue
		}
		if due := firstShown(date.Add(time.Duration(hour)*time.Hour), zone); due.After(from) {
			return due.UTC()
		}
	}
}

func sameDate(a, b time.Time) bool {
	return a.Year() == b.Year() && a.YearDay() == b.YearDay()
}

// firstShown returns the earliest instant at which the clocks of a zone show a date and time, given as if it were of UTC,
// or a later one.
func firstShown(shown time.Time, zone *time.Location) time.Time {
	at := shown.Add(-26 * time.Hour) // no zone is that far from UTC, now or ever
	for {
		local := at.In(zone)
		_, offset := local.Zone()
		_, end := local.ZoneBounds()
		there := shown.Add(-time.Duration(offset) * time.Second)
		if there.Before(at) {
			there = at
		}
		if end.IsZero() || there.Before(end) {
			return there
		}
		at = end
	}
}
