package dynamo

import (
	"context"
	"slices"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/job"
)

// CreateSchedule creates a schedule.
func (s *Store) CreateSchedule(of *schedule.Schedule) []Write {
	of.Version = 1
	return []Write{s.create("schedule", newScheduleItem(of))}
}

// UpdateSchedule writes a changed schedule over the version that was read.
func (s *Store) UpdateSchedule(of *schedule.Schedule) []Write {
	return []Write{s.put("schedule", newScheduleItem(of), of.Version)}
}

// Schedule returns a schedule of a campaign, or not found.
func (s *Store) Schedule(ctx context.Context, c campaign.ID, id string) (*schedule.Schedule, error) {
	return record[schedule.Schedule](ctx, s, "schedule", scheduleKey(c, id))
}

// Schedules returns a campaign's schedules, in order of creation.
func (s *Store) Schedules(ctx context.Context, c campaign.ID) ([]*schedule.Schedule, error) {
	return table.QueryAll[schedule.Schedule](ctx, s.db, s.under(scheduleKey(c, "")))
}

// Runs returns the exports that a schedule lists, the latest first.
func (s *Store) Runs(ctx context.Context, of *schedule.Schedule) ([]*export.Export, error) {
	found, err := records[export.Export](ctx, s, keysOf(of.Runs, func(id string) key { return exportKey(of.Campaign, id) }))
	slices.SortFunc(found, func(a, b *export.Export) int {
		return slices.Index(of.Runs, a.ID) - slices.Index(of.Runs, b.ID)
	})
	return found, err
}

// StartRun writes a schedule that was due and its job, and creates the export that it requests with that export's job; both
// are nil when it requests none. Conflict: the schedule or its job was changed.
func (s *Store) StartRun(ctx context.Context, of *schedule.Schedule, j *job.Job, e *export.Export, exportJob *job.Job) error {
	writes := append(s.UpdateSchedule(of), s.UpdateJob(j)...)
	if e != nil {
		writes = append(append(writes, s.CreateExport(e)...), s.CreateJob(exportJob)...)
	}
	return s.commitOrConflict(ctx, writes...)
}

// SaveSchedule writes a schedule and exports of it, whose versions are then the written ones. With ended, the schedule's
// job is deleted. Conflict: one of them was changed.
func (s *Store) SaveSchedule(ctx context.Context, of *schedule.Schedule, ended bool, exports ...*export.Export) error {
	writes := s.UpdateSchedule(of)
	for _, e := range exports {
		writes = append(writes, s.UpdateExport(e)...)
	}
	if ended {
		j, err := s.Job(ctx, of.Job)
		if err != nil {
			return err
		}
		writes = append(writes, s.DeleteJob(j)...)
	}
	if err := s.commitOrConflict(ctx, writes...); err != nil {
		return err
	}
	of.Version++
	for _, e := range exports {
		e.Version++
	}
	return nil
}

// CancelRun writes a canceled export, and its job, which requeues it. Conflict: one of them was changed.
func (s *Store) CancelRun(ctx context.Context, e *export.Export, j *job.Job) error {
	return s.commitOrConflict(ctx, append(s.UpdateExport(e), s.UpdateJob(j)...)...)
}

// DeleteSchedule deletes a schedule with its job. Conflict: one of them was changed.
func (s *Store) DeleteSchedule(ctx context.Context, of *schedule.Schedule, j *job.Job) error {
	deletion := s.delete("schedule", scheduleKey(of.Campaign, of.ID), of.Version)
	return s.commitOrConflict(ctx, append(s.DeleteJob(j), deletion)...)
}
