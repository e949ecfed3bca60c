package exporting

import (
	"context"
	"slices"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
)

// Schedules returns the campaign's schedules except those that are being removed.
func (s *Service) Schedules(ctx context.Context, c campaign.ID) ([]*schedule.Schedule, error) {
	schedules, err := s.store.Schedules(ctx, c)
	return slices.DeleteFunc(schedules, func(one *schedule.Schedule) bool { return one.State == schedule.Removing }), err
}

// ReadSchedule returns a schedule of the campaign.
//
// Not found: there is none, or it is being removed.
func (s *Service) ReadSchedule(ctx context.Context, c campaign.ID, scheduleID string) (*schedule.Schedule, error) {
	if !id.Valid(scheduleID) {
		return nil, fault.NotFound("schedule")
	}
	found, err := s.store.Schedule(ctx, c, scheduleID)
	if err == nil && found.State == schedule.Removing {
		return nil, fault.NotFound("schedule")
	}
	return found, err
}

// CreateSchedule returns a new schedule, and the writes that store it and its job.
//
// Invalid: the request, its saved view or the hour. Conflict: the campaign has an equal schedule or too many, or is closed.
func (s *Service) CreateSchedule(ctx context.Context, by Caller, request export.Request, hour int) (*schedule.Schedule, []dynamo.Write, error) {
	existing, err := s.Schedules(ctx, by.Campaign.ID)
	if err != nil {
		return nil, nil, err
	}
	if _, err := s.readView(ctx, by, request); err != nil {
		return nil, nil, err
	}
	created, j, err := schedule.New(request, hour, by.Campaign, by.Items, by.Requester, existing, by.At)
	if err != nil {
		return nil, nil, err
	}
	writes := append(s.store.CreateSchedule(created), s.guardSchedules(by)...)
	return created, append(writes, s.store.CreateJob(j)...), nil
}

// guardSchedules returns a write of the campaign, unchanged. It makes concurrent writes of the campaign's schedules conflict:
// otherwise two of them could exceed the limit or be equal.
func (s *Service) guardSchedules(by Caller) []dynamo.Write {
	return s.store.UpdateCampaign(by.Campaign)
}

// UpdateSchedule returns a schedule with the request and the hour that change returns, and the writes that store it. Its job
// waits for the new hour.
//
// Not found: there is none. Invalid, conflict: as for CreateSchedule, and if change fails.
func (s *Service) UpdateSchedule(
	ctx context.Context, by Caller, scheduleID string, change func(*schedule.Schedule) (export.Request, int, error),
) (*schedule.Schedule, []dynamo.Write, error) {
	updated, err := s.ReadSchedule(ctx, by.Campaign.ID, scheduleID)
	if err != nil {
		return nil, nil, err
	}
	request, hour, err := change(updated)
	if err != nil {
		return nil, nil, err
	}
	if request.View != updated.Request.View || request.Type != updated.Request.Type {
		if _, err := s.readView(ctx, by, request); err != nil {
			return nil, nil, err
		}
	}
	existing, err := s.Schedules(ctx, by.Campaign.ID)
	if err != nil {
		return nil, nil, err
	}
	moved, err := updated.Update(request, hour, by.Campaign, by.Items, by.Requester, existing, by.At)
	if err != nil {
		return nil, nil, err
	}
	writes := append(s.store.UpdateSchedule(updated), s.guardSchedules(by)...)
	if !moved {
		return updated, writes, nil
	}
	j, err := s.store.Job(ctx, updated.Job)
	if err != nil {
		return nil, nil, err
	}
	j.WaitUntil(updated.NextRun)
	return updated, append(writes, s.store.UpdateJob(j)...), nil
}

// DeleteSchedule returns the writes that mark a schedule for removal and requeue its job, which removes it with its files.
//
// Not found: there is none.
func (s *Service) DeleteSchedule(ctx context.Context, by Caller, scheduleID string) ([]dynamo.Write, error) {
	removed, err := s.ReadSchedule(ctx, by.Campaign.ID, scheduleID)
	if err != nil {
		return nil, err
	}
	j, err := s.store.Job(ctx, removed.Job)
	newJob := removed.Remove(by.At)
	if fault.Is(err, fault.KindNotFound) { // the schedule has ended, and its job with it
		return append(s.store.UpdateSchedule(removed), s.store.CreateJob(newJob)...), nil
	}
	if err != nil {
		return nil, err
	}
	j.Requeue(by.At)
	return append(s.store.UpdateSchedule(removed), s.store.UpdateJob(j)...), nil
}
