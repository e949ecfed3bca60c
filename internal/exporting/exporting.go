// Package exporting creates, cancels and retries exports, and creates, updates and deletes export schedules. Writes are
// returned for the transaction of the caller, with those of the jobs. The rules and the workers are in export and its
// subpackages.
package exporting

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/savedview"
	"github.com/kithhq/kith/internal/user"
)

// Service creates and changes exports and export schedules.
type Service struct{ store *dynamo.Store }

// NewService returns a service.
func NewService(store *dynamo.Store) *Service { return &Service{store} }

// Caller is the user or service token that makes a request in a campaign, and its time.
type Caller struct {
	Requester *user.User
	IsToken   bool // Requester has the id and name of a service token
	Campaign  *campaign.Campaign
	Items     []*action.Item
	At        time.Time
}

// Create returns a new export with the writes that store it and its job, or the same export without writes if it is queued or
// running already.
//
// Invalid: the request, or its saved view.
func (s *Service) Create(ctx context.Context, by Caller, request export.Request) (*export.Export, []dynamo.Write, error) {
	v, err := s.readView(ctx, by, request)
	if err != nil {
		return nil, nil, err
	}
	if v != nil {
		request.Filter = v.Filter
	}
	e, err := export.New(request, by.Campaign, by.Items, by.Requester, by.At)
	if err != nil {
		return nil, nil, err
	}
	latest, previous, err := s.store.LatestExport(ctx, e.Campaign, e.Request)
	if err != nil {
		return nil, nil, err
	}
	if previous != nil && previous.UnderWay() {
		return previous, nil, nil
	}
	j := newJob(e, by.At)
	e.Job, e.ByServiceToken = j.ID, by.IsToken
	writes := append(s.store.PutLatestExport(latest, e), s.store.CreateExport(e)...)
	return e, append(writes, s.store.CreateJob(j)...), nil
}

// readView returns the saved view of a request, nil if it has none.
//
// Invalid: the request also has a filter, the caller sees no such view, or the view does not fit the type.
func (s *Service) readView(ctx context.Context, by Caller, r export.Request) (*savedview.View, error) {
	if r.View == "" {
		return nil, nil
	}
	if r.Filter != "" {
		return nil, fault.Invalid("view_id", "The request has a filter and a view. Send one of them.")
	}
	missing := fault.Invalid("view_id", "There is no such saved view in this campaign. Choose another one.")
	if !id.Valid(string(r.View)) {
		return nil, missing
	}
	v, err := s.store.SavedView(ctx, by.Campaign.ID, r.View)
	if fault.Is(err, fault.KindNotFound) || err == nil && !v.VisibleTo(by.Requester.ID) {
		return nil, missing
	}
	if err != nil {
		return nil, err
	}
	return v, r.CheckView(v)
}

// newJob returns the job that writes an export.
func newJob(e *export.Export, at time.Time) *job.Job {
	return job.New(job.Export, string(e.Organization), string(e.Campaign), e.ID, at, time.Now())
}

// Read returns an export of the campaign.
//
// Not found: there is none.
func (s *Service) Read(ctx context.Context, c campaign.ID, exportID string) (*export.Export, error) {
	if !id.Valid(exportID) {
		return nil, fault.NotFound("export")
	}
	return s.store.Export(ctx, c, exportID)
}

// Cancel returns a cancelled export, and the writes that store it and requeue its job; none if it was cancelled before.
//
// Not found: there is none. Conflict: it has finished.
func (s *Service) Cancel(ctx context.Context, by Caller, exportID string) (*export.Export, []dynamo.Write, error) {
	e, err := s.Read(ctx, by.Campaign.ID, exportID)
	if err != nil {
		return nil, nil, err
	}
	changed, err := e.Cancel(by.At)
	if err != nil || !changed {
		return e, nil, err
	}
	j, err := s.store.Job(ctx, e.Job)
	if fault.Is(err, fault.KindNotFound) {
		// The export has finished since it was read, so the condition of this write fails.
		return e, s.store.UpdateExport(e), nil
	}
	if err != nil {
		return nil, nil, err
	}
	j.Requeue(time.Now())
	return e, append(s.store.UpdateExport(e), s.store.UpdateJob(j)...), nil
}

// Retry returns an export that starts again from the first row, and the writes that store it with a new job.
//
// Not found: there is none. Conflict: it neither failed nor was cancelled, and nobody whose email or phone may be in its file has
// withdrawn consent; or another export of the same request or schedule is under way.
func (s *Service) Retry(ctx context.Context, by Caller, exportID string) (*export.Export, []dynamo.Write, error) {
	e, err := s.Read(ctx, by.Campaign.ID, exportID)
	if err != nil {
		return nil, nil, err
	}
	err = s.CheckConsent(ctx, e)
	outdated := fault.Is(err, fault.KindConflict) && e.StateAt(by.At) == export.Ready
	if err != nil && !fault.Is(err, fault.KindConflict) {
		return nil, nil, err
	}
	j := newJob(e, by.At)
	if err := e.Retry(j, outdated); err != nil {
		return nil, nil, err
	}
	var writes []dynamo.Write
	if e.Schedule == "" {
		writes, err = s.checkRetryAlone(ctx, e)
	} else {
		writes, err = s.checkRetryOfRun(ctx, e)
	}
	if err != nil {
		return nil, nil, err
	}
	writes = append(writes, s.store.UpdateExport(e)...)
	return e, append(writes, s.store.CreateJob(j)...), nil
}

// CheckConsent fails if somebody whose email or phone may be in the file of an export has withdrawn consent: then conflict.
func (s *Service) CheckConsent(ctx context.Context, e *export.Export) error {
	if e.State != export.Ready || !e.Request.SharesByConsent() {
		return nil
	}
	withdrawals, err := s.store.ConsentWithdrawals(ctx, e.Campaign)
	if err != nil {
		return err
	}
	return e.CheckConsent(withdrawals)
}

// checkRetryAlone returns the write that makes an export the latest of its request.
//
// Conflict: another export of the same request is queued or running.
func (s *Service) checkRetryAlone(ctx context.Context, e *export.Export) ([]dynamo.Write, error) {
	latest, previous, err := s.store.LatestExport(ctx, e.Campaign, e.Request)
	if err != nil {
		return nil, err
	}
	if previous != nil && previous.UnderWay() {
		return nil, fault.Conflict("export_running", "Another export of the same request is under way. Wait until it has ended, or cancel it.")
	}
	return s.store.PutLatestExport(latest, e), nil
}

// checkRetryOfRun returns a write of the export's schedule, unchanged. It fails when the schedule drops the run or starts
// another one before this is committed.
//
// Conflict: the run is no longer in the schedule's list, or another run is under way.
func (s *Service) checkRetryOfRun(ctx context.Context, e *export.Export) ([]dynamo.Write, error) {
	sched, err := s.store.Schedule(ctx, e.Campaign, e.Schedule)
	if fault.Is(err, fault.KindNotFound) {
		sched, err = &schedule.Schedule{State: schedule.Removing}, nil
	}
	if err != nil {
		return nil, err
	}
	runs, err := s.store.Runs(ctx, sched)
	if err != nil {
		return nil, err
	}
	if err := sched.CheckRetry(e, runs); err != nil {
		return nil, err
	}
	return s.store.UpdateSchedule(sched), nil
}
