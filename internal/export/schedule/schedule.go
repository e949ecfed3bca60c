// Package schedule owns recurring exports: when a schedule is due, which export it requests, and which of its files are kept.
// The exports themselves belong to package export, writing them to package file.
package schedule

import (
	"slices"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// State is the state of a schedule.
type State string

// The states of a schedule.
const (
	Active   State = "active"
	Ended    State = "ended"   // its campaign is closed, and an export requested after that is ready
	Stopped  State = "stopped" // it can't request exports any more, for its StopReason
	Removing State = "removed" // its files are being removed; the API does not show it
)

// StopReason is why a schedule was stopped.
type StopReason string

// ViewDeleted says that the saved view of the schedule's request was deleted.
const ViewDeleted StopReason = "view_deleted"

// Limits of schedules.
const (
	Max        = 20 // schedules of a campaign, those being removed not counted
	KeptFiles  = 7  // ready files that a schedule keeps
	failedRuns = 7  // runs without a file that stay in its list
)

// Schedule requests an export every day, at a full hour in its campaign's time zone.
type Schedule struct {
	ID            string
	Organization  organization.ID
	Campaign      campaign.ID
	Request       export.Request
	Hour          int // 0 to 23, in the campaign's time zone
	State         State
	CreatedBy     user.ID // who created it; its exports are requested in their name
	CreatedByName string
	CreatedAt     time.Time
	LastRun       time.Time // when it last requested an export; zero before the first
	NextRun       time.Time // zero unless active
	EndedAt       time.Time // zero while active
	StopReason    StopReason
	Runs          []string // ids of its exports, the latest first: at most KeptFiles ready ones and a few others
	Job           string   // the job that waits for NextRun
	Version       int
}

// New returns a schedule that requests an export of a campaign every day at an hour, and the job that waits for the first
// run. The existing schedules are the campaign's others.
//
// Invalid: export.New refuses the request, or the hour is out of range. Conflict: the campaign is not active, has Max
// schedules already, or one of them has the same request and hour.
func New(r export.Request, hour int, of *campaign.Campaign, items []*action.Item, by *user.User, existing []*Schedule, at time.Time) (*Schedule, *job.Job, error) {
	r, err := validate(r, hour, of, items, by, at)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case of.Status == campaign.Draft:
		return nil, nil, fault.Conflict("campaign_draft", "This campaign is a draft. Publish it first.")
	case of.Status == campaign.Closed:
		return nil, nil, fault.Conflict("campaign_closed", "This campaign is closed, so its data no longer changes. Request a single export instead.")
	case len(existing) >= Max:
		return nil, nil, fault.Conflict("too_many_schedules", "This campaign has %d schedules, the maximum. Delete one first.", Max)
	}
	if err := checkUnique(r, hour, existing); err != nil {
		return nil, nil, err
	}
	at = at.UTC().Truncate(time.Millisecond)
	s := &Schedule{
		ID: id.At(at), Organization: of.Organization, Campaign: of.ID, Request: r, Hour: hour, State: Active, CreatedBy: by.ID,
		CreatedByName: by.Name, CreatedAt: at, NextRun: NextRun(hour, of.Location(), at),
	}
	return s, s.newJob(at), nil
}

// validate returns the request with its defaults filled in.
//
// Invalid: export.New refuses the request, or the hour is out of range.
func validate(r export.Request, hour int, of *campaign.Campaign, items []*action.Item, by *user.User, at time.Time) (export.Request, error) {
	e, err := export.New(r, of, items, by, at)
	if err != nil {
		return r, err
	}
	var c fault.Checker
	c.Check(hour >= 0 && hour <= 23, "hour", "Choose an hour from 0 to 23, in the campaign's time zone.")
	return e.Request, c.Err()
}

// checkUnique returns a conflict when an active schedule has the same request and hour.
func checkUnique(r export.Request, hour int, existing []*Schedule) error {
	for _, s := range existing {
		if s.State == Active && s.Request.Same(r) && s.Hour == hour {
			return fault.Conflict("schedule_exists", "The schedule %s requests the same export at the same hour. Use that one, or choose another hour.", s.ID)
		}
	}
	return nil
}

// newJob returns a new job that waits for the next run.
func (s *Schedule) newJob(at time.Time) *job.Job {
	j := job.New(job.ExportSchedule, string(s.Organization), string(s.Campaign), s.ID, at, at)
	s.Job = j.ID
	j.WaitUntil(s.NextRun)
	return j
}

// Update changes the request and the hour of future runs. A run in progress continues. It reports whether the time of the
// next run has changed, which its job must be given. The existing schedules are the campaign's.
//
// Invalid: export.New refuses the request, or the hour is out of range. Conflict: the schedule has ended, or another one has
// the same request and hour.
func (s *Schedule) Update(r export.Request, hour int, of *campaign.Campaign, items []*action.Item, by *user.User, existing []*Schedule, at time.Time) (bool, error) {
	r, err := validate(r, hour, of, items, by, at)
	if err != nil {
		return false, err
	}
	if s.State == Stopped {
		return false, fault.Conflict("schedule_stopped", "This schedule has stopped because its saved view was deleted. Delete it, and create another one.")
	}
	if s.State != Active {
		return false, fault.Conflict("schedule_ended", "This schedule has ended with its campaign. It can only be deleted.")
	}
	others := slices.DeleteFunc(slices.Clone(existing), func(other *Schedule) bool { return other.ID == s.ID })
	if err := checkUnique(r, hour, others); err != nil {
		return false, err
	}
	moved := hour != s.Hour
	s.Request, s.Hour = r, hour
	if moved {
		s.NextRun = NextRun(hour, of.Location(), at)
	}
	return moved, nil
}

// startRun returns the export that is due, of the schedule's request with the filter of its view, and sets the time of the next run. It returns nil when one of the runs is still
// under way. Runs that were missed are not made up for: one export contains everything.
func (s *Schedule) startRun(r export.Request, runs []*export.Export, zone *time.Location, at time.Time) *export.Export {
	if at.Before(s.NextRun) {
		at = s.NextRun // a stream record's time has whole seconds, and clocks differ
	}
	at = at.UTC().Truncate(time.Millisecond)
	s.NextRun = NextRun(s.Hour, zone, at)
	if slices.ContainsFunc(runs, (*export.Export).UnderWay) {
		return nil
	}
	e := &export.Export{
		ID: id.At(at), Organization: s.Organization, Campaign: s.Campaign, Request: r, State: export.Queued, RequestedBy: s.CreatedBy,
		RequestedByName: s.CreatedByName, RequestedAt: at, Schedule: s.ID,
	}
	s.LastRun = at
	s.Runs = []string{e.ID}
	failed := 0
	for _, run := range runs {
		if run.State != export.Ready {
			failed++
		}
		if run.State == export.Ready || failed <= failedRuns {
			s.Runs = append(s.Runs, run.ID)
		}
	}
	return e
}

// endRun updates the schedule after one of its runs has ended. It removes the ready runs beyond the newest KeptFiles from
// the list and returns them, expired. It ends the schedule, and reports so, when the newest file was requested after the
// campaign was closed: that file has the campaign's final data, so a run that failed is followed by another.
func (s *Schedule) endRun(runs []*export.Export, of *campaign.Campaign, at time.Time) ([]*export.Export, bool) {
	var old []*export.Export
	ready := 0
	for _, run := range runs {
		if run.State != export.Ready {
			continue
		}
		ready++
		if ready > KeptFiles {
			run.State = export.Expired
			old = append(old, run)
			s.Runs = slices.DeleteFunc(s.Runs, func(id string) bool { return id == run.ID })
		}
	}
	ended := s.State == Active && of.Status == campaign.Closed && slices.ContainsFunc(runs, func(e *export.Export) bool {
		return e.State == export.Ready && !e.RequestedAt.Before(of.ClosedAt)
	})
	if ended {
		s.State, s.EndedAt, s.NextRun = Ended, at.UTC().Truncate(time.Millisecond), time.Time{}
	}
	return old, ended
}

// Stop ends the schedule for a reason. Its job ends when it is due next. A run in progress continues, and the files are kept.
func (s *Schedule) Stop(reason StopReason, at time.Time) {
	s.State, s.StopReason, s.EndedAt, s.NextRun = Stopped, reason, at.UTC().Truncate(time.Millisecond), time.Time{}
}

// Remove begins the removal of the schedule and its files. It returns a job for that, which is needed when the schedule's own
// job has ended.
func (s *Schedule) Remove(at time.Time) *job.Job {
	if s.EndedAt.IsZero() {
		s.EndedAt = at.UTC().Truncate(time.Millisecond)
	}
	s.State, s.NextRun = Removing, time.Time{}
	return job.New(job.ExportSchedule, string(s.Organization), string(s.Campaign), s.ID, at, at)
}

// Newest returns the newest of the schedule's runs that is ready and has the schedule's current request.
//
// Conflict: there is none yet.
func (s *Schedule) Newest(runs []*export.Export) (*export.Export, error) {
	for _, run := range runs {
		if run.State == export.Ready && run.Request.Same(s.Request) {
			return run, nil
		}
	}
	if s.NextRun.IsZero() {
		return nil, fault.Conflict("export_not_ready", "This schedule has ended and has no file. Request a single export instead.")
	}
	return nil, fault.Conflict("export_not_ready", "This schedule has no file yet. The next run is at %s.", s.NextRun.Format(time.RFC3339))
}

// CheckRetry returns nil when a run of the schedule may be retried.
//
// Conflict: the run is no longer in the schedule's list, or another run is under way.
func (s *Schedule) CheckRetry(e *export.Export, runs []*export.Export) error {
	if s.State == Removing || !slices.Contains(s.Runs, e.ID) {
		return fault.Conflict("schedule_moved_on", "The schedule of this export was deleted or has newer runs. Request a new export.")
	}
	if slices.ContainsFunc(runs, (*export.Export).UnderWay) {
		return fault.Conflict("export_running", "A later run of this schedule is under way. Wait until it has ended.")
	}
	return nil
}

// prefix returns the prefix of the keys of all files of the schedule.
func (s *Schedule) prefix() string {
	return export.ScheduledPrefix(s.Organization, s.Campaign, s.ID)
}
