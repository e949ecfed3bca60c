package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

var scheduleType = entity("schedule", (*scheduleItem).domain)

type scheduleItem struct {
	key
	header
	requestItem
	ID           string   `dynamodbav:"ID"`
	Organization string   `dynamodbav:"Org"`
	Campaign     string   `dynamodbav:"Campaign"`
	Hour         int      `dynamodbav:"Hour"`
	State        string   `dynamodbav:"State"`
	By           string   `dynamodbav:"By"`
	ByName       string   `dynamodbav:"ByName,omitempty"`
	MadeAt       millis   `dynamodbav:"MadeAt"`
	LastRun      millis   `dynamodbav:"LastRun,omitempty"`
	NextRun      millis   `dynamodbav:"NextRun,omitempty"`
	EndedAt      millis   `dynamodbav:"EndedAt,omitempty"`
	Runs         []string `dynamodbav:"Runs,omitempty"`
	Job          string   `dynamodbav:"Job"`
}

func newScheduleItem(s *schedule.Schedule) *scheduleItem {
	return &scheduleItem{
		key: scheduleKey(s.Campaign, s.ID), header: header{scheduleType, s.Version}, ID: s.ID,
		Organization: string(s.Organization), Campaign: string(s.Campaign), requestItem: newRequestItem(s.Request), Hour: s.Hour,
		State: string(s.State), By: string(s.CreatedBy), ByName: s.CreatedByName, MadeAt: ms(s.CreatedAt), LastRun: ms(s.LastRun), NextRun: ms(s.NextRun), EndedAt: ms(s.EndedAt),
		Runs: s.Runs, Job: s.Job,
	}
}

func (i *scheduleItem) domain() *schedule.Schedule {
	return &schedule.Schedule{
		ID: i.ID, Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign), Request: i.request(),
		Hour: i.Hour, State: schedule.State(i.State), CreatedBy: user.ID(i.By), CreatedByName: i.ByName, CreatedAt: i.MadeAt.time(),
		LastRun: i.LastRun.time(), NextRun: i.NextRun.time(), EndedAt: i.EndedAt.time(), Runs: i.Runs, Job: i.Job,
		Version: i.Version,
	}
}

// CreateSchedule writes a new schedule.
func (s *Store) CreateSchedule(of *schedule.Schedule) []Write {
	of.Version = 1
	return []Write{s.create("schedule", newScheduleItem(of))}
}

// UpdateSchedule writes a changed schedule over the version that was read.
func (s *Store) UpdateSchedule(of *schedule.Schedule) []Write {
	next := *of
	next.Version++
	return []Write{s.replace("schedule", newScheduleItem(&next), of.Version)}
}

// Schedule returns a schedule of a campaign, or not found.
func (s *Store) Schedule(ctx context.Context, c campaign.ID, id string) (*schedule.Schedule, error) {
	return record[schedule.Schedule](ctx, s, "schedule", scheduleKey(c, id))
}

// Schedules returns a campaign's schedules, in order of making.
func (s *Store) Schedules(ctx context.Context, c campaign.ID) ([]*schedule.Schedule, error) {
	items, err := s.queryAll(ctx, span{table: s.tables.Records, partition: campaignKey(c).PK, prefix: schedulePrefix})
	if err != nil {
		return nil, err
	}
	return decodeAll[schedule.Schedule](items)
}

// Runs returns the exports on a schedule's list, the latest first.
func (s *Store) Runs(ctx context.Context, of *schedule.Schedule) ([]*export.Export, error) {
	if len(of.Runs) == 0 {
		return nil, nil
	}
	keys := make([]key, len(of.Runs))
	for n, id := range of.Runs {
		keys[n] = exportKey(of.Campaign, id)
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	found, err := decodeAll[export.Export](items)
	if err != nil {
		return nil, err
	}
	byID := map[string]*export.Export{}
	for _, e := range found {
		byID[e.ID] = e
	}
	runs := make([]*export.Export, 0, len(found))
	for _, id := range of.Runs {
		if e := byID[id]; e != nil {
			runs = append(runs, e)
		}
	}
	return runs, nil
}

// StartRun writes a schedule whose time has come and its job, with the export that it asks for and the job of that: nil
// when it asks for none. Conflict: somebody else did, or the schedule was changed.
func (s *Store) StartRun(ctx context.Context, of *schedule.Schedule, j *job.Job, e *export.Export, writes *job.Job) error {
	all := append(s.UpdateSchedule(of), s.UpdateJob(j)...)
	if e != nil {
		all = append(append(all, s.CreateExport(e)...), s.CreateJob(writes)...)
	}
	return overtaken(s.Commit(ctx, all...))
}

// SaveSchedule writes a schedule and exports of it, whose versions then are the written ones. A schedule that has ended by
// that gives up its job. Conflict: one of them was changed.
func (s *Store) SaveSchedule(ctx context.Context, of *schedule.Schedule, ended bool, exports ...*export.Export) error {
	all := s.UpdateSchedule(of)
	for _, e := range exports {
		all = append(all, s.UpdateExport(e)...)
	}
	if ended {
		j, err := s.Job(ctx, of.Job)
		if err != nil {
			return err
		}
		all = append(all, s.DeleteJob(j)...)
	}
	if err := overtaken(s.Commit(ctx, all...)); err != nil {
		return err
	}
	of.Version++
	for _, e := range exports {
		e.Version++
	}
	return nil
}

// CancelRun writes an export that was called off, and rings for whoever writes it. Conflict: one of them was changed.
func (s *Store) CancelRun(ctx context.Context, e *export.Export, writes *job.Job) error {
	return overtaken(s.Commit(ctx, append(s.UpdateExport(e), s.UpdateJob(writes)...)...))
}

// DeleteSchedule removes a schedule with its job. Conflict: one of them was changed.
func (s *Store) DeleteSchedule(ctx context.Context, of *schedule.Schedule, j *job.Job) error {
	remove := s.delete("schedule", scheduleKey(of.Campaign, of.ID), of.Version)
	return overtaken(s.Commit(ctx, append(s.DeleteJob(j), remove)...))
}
