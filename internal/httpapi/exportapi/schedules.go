package exportapi

import (
	"context"
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/exporting"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/savedview"
)

// scheduleRoutes holds what the routes of export schedules need.
type scheduleRoutes struct {
	store        *dynamo.Store
	service      *exporting.Service
	files        *objects.Bucket
	linkLifetime time.Duration
}

// RegisterSchedules adds the routes of export schedules. Download links work for linkLifetime.
func RegisterSchedules(api *httpapi.API, files *objects.Bucket, linkLifetime time.Duration) {
	r := &scheduleRoutes{api.Store(), exporting.NewService(api.Store()), files, linkLifetime}
	const all = "/v1/admin/campaigns/{campaign}/export-schedules"
	const one = all + "/{schedule}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-export-schedule", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an export schedule",
		Description: "Writes an export every day at a full hour of the campaign's time zone. If daylight saving skips that hour, the " +
			"export runs at the next valid time; if the hour occurs twice, at the first. The seven latest files are kept. " +
			"After the campaign is closed the schedule runs once more and ends. A schedule of a saved view has the rows that the view " +
			"selects at each run, and stops when the view is deleted.",
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
			"the schedule's current request is ready, and with consent_withdrawn if somebody whose email or phone may be in it has " +
			"withdrawn consent since: POST to retry_path to write the file again.",
	}, httpapi.CampaignAdmin, r.getLatestFile)
}

// RegisterPipelineSchedules adds the route of a schedule's latest file for programs, which need a service token of the
// campaign. Download links work for linkLifetime.
func RegisterPipelineSchedules(api *httpapi.API, files *objects.Bucket, linkLifetime time.Duration) {
	r := &scheduleRoutes{api.Store(), exporting.NewService(api.Store()), files, linkLifetime}
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "download-latest-pipeline-file", Method: http.MethodGet, Path: "/v1/pipeline/campaigns/{campaign}/export-schedules/{schedule}/latest", Status: http.StatusFound,
		Summary: "Download the latest file of an export schedule with a service token",
		Description: "Redirects to a link that works for a few minutes; it is on another host and needs no token (curl -L works). " +
			"Fails with export_not_ready until a file of the schedule's current request is ready, and with consent_withdrawn as " +
			"download-pipeline-export does.",
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
	Status    string `json:"status" enum:"active,ended,stopped" doc:"ended: the campaign is closed, and a file with its final data is ready. stopped: it cannot run any more, see stop_reason."`
	CreatedBy string `json:"created_by" doc:"Name of the user. It is the requester of the schedule's exports."`
	CreatedAt string `json:"created_at" format:"date-time"`
	LastRunAt string `json:"last_run_at,omitempty" format:"date-time" doc:"When the schedule last requested an export."`
	NextRunAt string `json:"next_run_at,omitempty" format:"date-time" doc:"Absent unless active."`
	EndedAt   string `json:"ended_at,omitempty" format:"date-time"`

	StopReason string `json:"stop_reason,omitempty" enum:"view_deleted" doc:"view_deleted: the saved view of the schedule was deleted. The files are kept. Delete the schedule and create another one."`
}

func newExportSchedule(s *schedule.Schedule, a *httpapi.Access) ExportSchedule {
	return ExportSchedule{
		ID: s.ID, ExportScheduleRequest: ExportScheduleRequest{newExportRequest(s.Request), s.Hour},
		TimeZone: a.Campaign.Location().String(), Status: string(s.State), CreatedBy: s.CreatedByName,
		CreatedAt: httpapi.Timestamp(s.CreatedAt), LastRunAt: httpapi.Timestamp(s.LastRun), NextRunAt: httpapi.Timestamp(s.NextRun),
		EndedAt: httpapi.Timestamp(s.EndedAt), StopReason: string(s.StopReason),
	}
}

func (r *scheduleRoutes) createSchedule(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ExportScheduleRequest
},
) (*httpapi.Body[ExportSchedule], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (ExportSchedule, []dynamo.Write, error) {
		request, err := in.Body.parse()
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		s, writes, err := r.service.CreateSchedule(ctx, newCaller(a), request, in.Body.Hour)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		return newExportSchedule(s, a), writes, nil
	})
}

func (r *scheduleRoutes) listSchedules(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.List[ExportSchedule]], error) {
	schedules, err := r.service.Schedules(ctx, a.Campaign.ID)
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

// ExportScheduleWithRuns is an export schedule with its latest runs.
type ExportScheduleWithRuns struct {
	ExportSchedule
	Runs []Export `json:"runs" nullable:"false" doc:"The seven latest runs, latest first."`
}

func (r *scheduleRoutes) getSchedule(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*httpapi.Body[ExportScheduleWithRuns], error) {
	s, err := r.service.ReadSchedule(ctx, a.Campaign.ID, in.Schedule)
	if err != nil {
		return nil, err
	}
	runs, err := r.store.Runs(ctx, s)
	if err != nil {
		return nil, err
	}
	runs = runs[:min(len(runs), schedule.KeptFiles)]
	list := httpapi.NewList(runs, func(e *export.Export) Export { return newExport(a, e) })
	return httpapi.NewBody(ExportScheduleWithRuns{newExportSchedule(s, a), list.Items}), nil
}

// ExportScheduleUpdate holds the fields of an export schedule to change; nil leaves a field as it is.
type ExportScheduleUpdate struct {
	Type        *string  `json:"type,omitempty" enum:"mobilizers,contacts,voters,notes,action_item_responses,specific_action_item_responses,legacy_mobilizers,legacy_contacts,legacy_contact_action_responses,key_question_answers,invitations,management_notes,analytics,bundle" doc:"Another type clears types, filter and view_id."`
	Dialect     *string  `json:"dialect,omitempty" enum:"data,spreadsheet"`
	Profile     *string  `json:"profile,omitempty" enum:"standard,extended"`
	Compression *string  `json:"compression,omitempty" enum:"none,gzip"`
	ActionItem  *string  `json:"action_item_id,omitempty" doc:"Empty for none."`
	Hour        *int     `json:"hour,omitempty" doc:"0 to 23."`
	Types       []string `json:"types,omitempty" maxItems:"20" enum:"mobilizers,contacts,voters,notes,action_item_responses,specific_action_item_responses,legacy_mobilizers,legacy_contacts,legacy_contact_action_responses,key_question_answers,invitations,management_notes,analytics" doc:"Types in a bundle."`
	Filter      *string  `json:"filter,omitempty" doc:"Empty for all rows. Clears view_id."`
	View        *string  `json:"view_id,omitempty" doc:"Id of a saved view, empty for none. Clears filter."`
}

// Resolve refuses a type that does not exist, in place of the general message about its enum.
func (u *ExportScheduleUpdate) Resolve(_ huma.Context, prefix *huma.PathBuffer) []error {
	if u.Type == nil {
		return nil
	}
	return checkType(*u.Type, prefix)
}

// apply returns the schedule's request and hour with the changed fields.
//
// Invalid: one of the types does not exist.
func (u *ExportScheduleUpdate) apply(s *schedule.Schedule) (export.Request, int, error) {
	request, hour := s.Request, s.Hour
	if u.Type != nil && request.Type != export.Type(*u.Type) {
		request.Type, request.Types, request.Filter, request.View = export.Type(*u.Type), "", "", ""
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
	if u.Filter != nil {
		request.Filter, request.View = *u.Filter, ""
	}
	if u.View != nil {
		request.View = savedview.ID(*u.View)
		if u.Filter == nil {
			request.Filter = ""
		}
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
		s, writes, err := r.service.UpdateSchedule(ctx, newCaller(a), in.Schedule, in.Body.apply)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		return newExportSchedule(s, a), writes, nil
	})
}

func (r *scheduleRoutes) deleteSchedule(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		return r.service.DeleteSchedule(ctx, newCaller(a), in.Schedule)
	})
}

// LatestFile is a link to the latest file of an export schedule.
type LatestFile struct {
	httpapi.DownloadLink
	Export Export `json:"export" doc:"The run that wrote the file. Its as_of says how recent the data is."`
}

func (r *scheduleRoutes) getLatestFile(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*httpapi.Body[LatestFile], error) {
	s, err := r.service.ReadSchedule(ctx, a.Campaign.ID, in.Schedule)
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
	link, err := newFileLink(ctx, r.store, r.files, a, e, r.linkLifetime)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(LatestFile{link.Body, newExport(a, e)}), nil
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
