package exportapi

import (
	"context"
	"net/http"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/objects"
)

// scheduleRoutes holds what the routes of export schedules need.
type scheduleRoutes struct {
	store        *dynamo.Store
	files        *objects.Bucket
	linkLifetime time.Duration
}

// RegisterSchedules adds the routes of export schedules. Download links work for linkLifetime.
func RegisterSchedules(api *httpapi.API, files *objects.Bucket, linkLifetime time.Duration) {
	r := &scheduleRoutes{api.Store(), files, linkLifetime}
	const all = "/v1/admin/campaigns/{campaign}/export-schedules"
	const one = all + "/{schedule}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-export-schedule", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an export schedule",
		Description: "Writes an export every day at a full hour of the campaign's time zone. If daylight saving skips that hour, the " +
			"export runs at the next valid time; if the hour occurs twice, at the first. The seven latest files are kept. " +
			"After the campaign is closed the schedule runs once more and ends.",
	}, httpapi.CampaignAdmin, r.createSchedule)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-export-schedules", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's export schedules",
		Description: "Oldest first.",
	}, httpapi.CampaignAdmin, r.listSchedules)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-export-schedule", Method: http.MethodGet, Path: one,
		Summary:     "Get an export schedule",
		Description: "Includes its seven latest runs.",
	}, httpapi.CampaignAdmin, r.getSchedule)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-export-schedule", Method: http.MethodPatch, Path: one,
		Summary:     "Update an export schedule",
		Description: "Fields that are left out keep their values. A run in progress continues.",
	}, httpapi.CampaignAdmin, r.updateSchedule)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-export-schedule", Method: http.MethodDelete, Path: one,
		Summary:     "Delete an export schedule and its files",
		Description: "Cancels a run in progress.",
	}, httpapi.CampaignAdmin, r.deleteSchedule)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-latest-export-file", Method: http.MethodGet, Path: one + "/latest",
		Summary: "Get a link to the latest file of an export schedule",
		Description: "Anyone who has the link can download the file until expires_at. Fails with export_not_ready until a file of " +
			"the schedule's current request is ready.",
	}, httpapi.CampaignAdmin, r.getLatestFile)
}

// RegisterPipelineSchedules adds the route of a schedule's latest file for programs, which need a service token of the
// campaign. Download links work for linkLifetime.
func RegisterPipelineSchedules(api *httpapi.API, files *objects.Bucket, linkLifetime time.Duration) {
	r := &scheduleRoutes{api.Store(), files, linkLifetime}
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "download-latest-pipeline-file", Method: http.MethodGet, Path: "/v1/pipeline/campaigns/{campaign}/export-schedules/{schedule}/latest", Status: http.StatusFound,
		Summary: "Download the latest file of an export schedule with a service token",
		Description: "Redirects to a link that works for a few minutes; it is on another host and needs no token (curl -L works). " +
			"Fails with export_not_ready until a file of the schedule's current request is ready.",
	}, r.downloadLatestFile)
}

// ExportScheduleRequest holds the fields of an export schedule.
type ExportScheduleRequest struct {
	ExportRequest
	Hour int `json:"hour" doc:"Full hour of the day, 0 to 23, in the campaign's time zone." example:"3"`
}

// ExportSchedule is a schedule that requests an export every day.
type ExportSchedule struct {
	ID string `json:"id"`
	ExportScheduleRequest
	TimeZone  string `json:"time_zone" doc:"Time zone of the campaign."`
	Status    string `json:"status" enum:"active,ended" doc:"ended: the campaign is closed, and a file with its final data is ready."`
	CreatedBy string `json:"created_by" doc:"Name of the user. It is the requester of the schedule's exports."`
	CreatedAt string `json:"created_at" format:"date-time"`
	LastRunAt string `json:"last_run_at,omitempty" format:"date-time" doc:"When the schedule last requested an export."`
	NextRunAt string `json:"next_run_at,omitempty" format:"date-time" doc:"Absent unless active."`
	EndedAt   string `json:"ended_at,omitempty" format:"date-time"`
}

func newExportSchedule(s *schedule.Schedule, a *httpapi.Access) ExportSchedule {
	return ExportSchedule{
		ID: s.ID, ExportScheduleRequest: ExportScheduleRequest{newExportRequest(s.Request), s.Hour},
		TimeZone: a.Campaign.Location().String(), Status: string(s.State), CreatedBy: s.CreatedByName,
		CreatedAt: httpapi.Timestamp(s.CreatedAt), LastRunAt: httpapi.Timestamp(s.LastRun), NextRunAt: httpapi.Timestamp(s.NextRun),
		EndedAt: httpapi.Timestamp(s.EndedAt),
	}
}

func (r *scheduleRoutes) createSchedule(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ExportScheduleRequest
},
) (*httpapi.Body[ExportSchedule], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (ExportSchedule, []dynamo.Write, error) {
		existing, err := r.readSchedules(ctx, a)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		request, err := in.Body.parse()
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		s, j, err := schedule.New(request, in.Body.Hour, a.Campaign, a.Items, a.User, existing, a.At)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		writes := append(r.store.CreateSchedule(s), r.guardSchedules(a)...)
		return newExportSchedule(s, a), append(writes, r.store.CreateJob(j)...), nil
	})
}

// guardSchedules returns a write of the campaign, unchanged. It makes concurrent writes of the campaign's schedules conflict:
// otherwise two of them could exceed the limit or be equal.
func (r *scheduleRoutes) guardSchedules(a *httpapi.Access) []dynamo.Write {
	return r.store.UpdateCampaign(a.Campaign)
}

// readSchedules returns the campaign's schedules except those that are being removed.
func (r *scheduleRoutes) readSchedules(ctx context.Context, a *httpapi.Access) ([]*schedule.Schedule, error) {
	schedules, err := r.store.Schedules(ctx, a.Campaign.ID)
	return slices.DeleteFunc(schedules, func(s *schedule.Schedule) bool { return s.State == schedule.Removing }), err
}

func (r *scheduleRoutes) listSchedules(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.List[ExportSchedule]], error) {
	schedules, err := r.readSchedules(ctx, a)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(schedules, func(s *schedule.Schedule) ExportSchedule { return newExportSchedule(s, a) })
	return httpapi.NewBody(list), nil
}

// ExportSchedulePath holds the path values of the routes of an export schedule.
type ExportSchedulePath struct {
	httpapi.CampaignPath
	Schedule string `path:"schedule" doc:"Id of the export schedule."`
}

// readSchedule returns a schedule of the campaign.
//
// Not found: there is none, or it is being removed.
func (r *scheduleRoutes) readSchedule(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*schedule.Schedule, error) {
	if !id.Valid(in.Schedule) {
		return nil, fault.NotFound("schedule")
	}
	s, err := r.store.Schedule(ctx, a.Campaign.ID, in.Schedule)
	if err == nil && s.State == schedule.Removing {
		return nil, fault.NotFound("schedule")
	}
	return s, err
}

// ExportScheduleWithRuns is an export schedule with its latest runs.
type ExportScheduleWithRuns struct {
	ExportSchedule
	Runs []Export `json:"runs" nullable:"false" doc:"The seven latest runs, latest first."`
}

func (r *scheduleRoutes) getSchedule(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*httpapi.Body[ExportScheduleWithRuns], error) {
	s, err := r.readSchedule(ctx, a, in)
	if err != nil {
		return nil, err
	}
	runs, err := r.store.Runs(ctx, s)
	if err != nil {
		return nil, err
	}
	runs = runs[:min(len(runs), schedule.KeptFiles)]
	list := httpapi.NewList(runs, func(e *export.Export) Export { return newExport(e, a.At) })
	return httpapi.NewBody(ExportScheduleWithRuns{newExportSchedule(s, a), list.Items}), nil
}

// ExportScheduleUpdate holds the fields of an export schedule to change; nil leaves a field as it is.
type ExportScheduleUpdate struct {
	Type        *string  `json:"type,omitempty" doc:"Another type clears types."`
	Dialect     *string  `json:"dialect,omitempty" enum:"data,spreadsheet"`
	Profile     *string  `json:"profile,omitempty" enum:"standard,extended"`
	Compression *string  `json:"compression,omitempty" enum:"none,gzip"`
	ActionItem  *string  `json:"action_item_id,omitempty" doc:"Empty for none."`
	Hour        *int     `json:"hour,omitempty" doc:"0 to 23."`
	Types       []string `json:"types,omitempty" maxItems:"20" doc:"Types in a bundle."`
}

// apply returns the schedule's request and hour with the changed fields.
//
// Invalid: one of the types does not exist.
func (u *ExportScheduleUpdate) apply(s *schedule.Schedule) (export.Request, int, error) {
	request, hour := s.Request, s.Hour
	if u.Type != nil && request.Type != export.Type(*u.Type) {
		request.Type, request.Types = export.Type(*u.Type), ""
	}
	if len(u.Types) > 0 {
		types, err := parseTypes(u.Types)
		if err != nil {
			return request, hour, err
		}
		request.Types = types
	}
	if u.Dialect != nil {
		request.Dialect = csv.Dialect(*u.Dialect)
	}
	if u.Profile != nil {
		request.Profile = dataset.Profile(*u.Profile)
	}
	if u.Compression != nil {
		request.Compression = parseCompression(*u.Compression)
	}
	if u.ActionItem != nil {
		request.Item = action.ID(*u.ActionItem)
	}
	if u.Hour != nil {
		hour = *u.Hour
	}
	return request, hour, nil
}

func (r *scheduleRoutes) updateSchedule(ctx context.Context, a *httpapi.Access, in *struct {
	ExportSchedulePath
	Body ExportScheduleUpdate
},
) (*httpapi.Body[ExportSchedule], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ExportSchedule, []dynamo.Write, error) {
		s, err := r.readSchedule(ctx, a, &in.ExportSchedulePath)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		request, hour, err := in.Body.apply(s)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		existing, err := r.readSchedules(ctx, a)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		moved, err := s.Update(request, hour, a.Campaign, a.Items, a.User, existing, a.At)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		writes := append(r.store.UpdateSchedule(s), r.guardSchedules(a)...)
		if !moved {
			return newExportSchedule(s, a), writes, nil
		}
		j, err := r.store.Job(ctx, s.Job)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		j.WaitUntil(s.NextRun)
		return newExportSchedule(s, a), append(writes, r.store.UpdateJob(j)...), nil
	})
}

func (r *scheduleRoutes) deleteSchedule(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		s, err := r.readSchedule(ctx, a, in)
		if err != nil {
			return nil, err
		}
		j, err := r.store.Job(ctx, s.Job)
		newJob := s.Remove(a.At)
		if fault.Is(err, fault.KindNotFound) { // the schedule has ended, and its job with it
			return append(r.store.UpdateSchedule(s), r.store.CreateJob(newJob)...), nil
		}
		if err != nil {
			return nil, err
		}
		j.Requeue(a.At)
		return append(r.store.UpdateSchedule(s), r.store.UpdateJob(j)...), nil
	})
}

// LatestFile is a link to the latest file of an export schedule.
type LatestFile struct {
	httpapi.DownloadLink
	Export Export `json:"export" doc:"The run that wrote the file. Its as_of says how recent the data is."`
}

func (r *scheduleRoutes) getLatestFile(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*httpapi.Body[LatestFile], error) {
	s, err := r.readSchedule(ctx, a, in)
	if err != nil {
		return nil, err
	}
	runs, err := r.store.Runs(ctx, s)
	if err != nil {
		return nil, err
	}
	e, err := s.Newest(runs)
	if err != nil {
		return nil, err
	}
	o, err := r.store.Organization(ctx, a.Campaign.Organization)
	if err != nil {
		return nil, err
	}
	link, err := httpapi.NewDownloadLink(ctx, r.files, e.Object, e.FileName(o.Name, a.Campaign), r.linkLifetime)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(LatestFile{link.Body, newExport(e, a.At)}), nil
}

// LatestFileRedirect is a redirect to the latest file of an export schedule.
type LatestFileRedirect struct {
	Redirect
	Export string `header:"Kith-Export" doc:"Id of the run that wrote the file. Its manifest says how recent and how large the file is."`
}

func (r *scheduleRoutes) downloadLatestFile(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*LatestFileRedirect, error) {
	latest, err := r.getLatestFile(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return &LatestFileRedirect{Redirect{latest.Body.URL}, latest.Body.Export.ID}, nil
}
