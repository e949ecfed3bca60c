package exportapi

import (
	"context"
	"net/http"
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

// schedules answers what the Exports page asks of exports that come by themselves.
type schedules struct {
	store *dynamo.Store
	files *objects.Bucket
	life  time.Duration // of download links
}

// RegisterSchedules adds the routes of scheduled exports. Files are handed out by links that live as long as life.
func RegisterSchedules(api *httpapi.API, files *objects.Bucket, life time.Duration) {
	h := &schedules{api.Store(), files, life}
	const all = "/v1/admin/campaigns/{campaign}/export-schedules"
	const one = all + "/{schedule}"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-export-schedule", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an export schedule",
		Description: "Writes an export every day at a full hour of the campaign's time zone. If daylight saving skips that hour, the " +
			"export runs at the next valid time; if the hour occurs twice, at the first. The seven latest files are kept. " +
			"After the campaign is closed the schedule runs once more and ends.",
	}, httpapi.CampaignAdmin, h.create)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-export-schedules", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's export schedules",
		Description: "Oldest first.",
	}, httpapi.CampaignAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-export-schedule", Method: http.MethodGet, Path: one,
		Summary:     "Get an export schedule",
		Description: "Returns its seven latest runs, too.",
	}, httpapi.CampaignAdmin, h.get)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-export-schedule", Method: http.MethodPatch, Path: one,
		Summary:     "Update an export schedule",
		Description: "Fields that are left out keep their values. A run in progress continues.",
	}, httpapi.CampaignAdmin, h.edit)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-export-schedule", Method: http.MethodDelete, Path: one,
		Summary:     "Delete an export schedule and its files",
		Description: "Cancels a run in progress.",
	}, httpapi.CampaignAdmin, h.remove)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-latest-export-file", Method: http.MethodGet, Path: one + "/latest",
		Summary: "Get a link to the latest file of an export schedule",
		Description: "Anyone who has the link can download the file until expires_at. Fails with export_not_ready until there is a " +
			"file of what the schedule requests now.",
	}, httpapi.CampaignAdmin, h.latest)
}

// RegisterPipelineSchedules adds the newest files of schedules, for programs that have a service token of the campaign.
func RegisterPipelineSchedules(api *httpapi.API, files *objects.Bucket, life time.Duration) {
	h := &schedules{api.Store(), files, life}
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "download-latest-pipeline-file", Method: http.MethodGet, Path: "/v1/pipeline/campaigns/{campaign}/export-schedules/{schedule}/latest", Status: http.StatusFound,
		Summary: "Download the latest file of an export schedule with a service token",
		Description: "Redirects to a link that works for a few minutes; it is on another host and needs no token (curl -L works). " +
			"Fails with export_not_ready until there is a file of what the schedule requests now.",
	}, h.download)
}

// ExportScheduleRequest is what is to be exported every day, and when.
type ExportScheduleRequest struct {
	ExportRequest
	Hour int `json:"hour" doc:"Full hour of the day, 0 to 23, in the campaign's time zone." example:"3"`
}

// ExportSchedule is an export that is written every day.
type ExportSchedule struct {
	ID string `json:"id"`
	ExportScheduleRequest
	TimeZone string `json:"time_zone" doc:"Of the campaign."`
	State    string `json:"status" enum:"active,ended" doc:"ended: the campaign is closed and its last state is among the files."`
	MadeBy   string `json:"created_by" doc:"Name of the user. Exports are asked for in this name."`
	MadeAt   string `json:"created_at" format:"date-time"`
	LastRun  string `json:"last_run_at,omitempty" format:"date-time" doc:"When it asked for an export last."`
	NextRun  string `json:"next_run_at,omitempty" format:"date-time" doc:"Absent when it has ended."`
	EndedAt  string `json:"ended_at,omitempty" format:"date-time"`
}

func showRequest(r export.Request) ExportRequest {
	shown := ExportRequest{
		Type: string(r.Type), Dialect: string(r.Dialect), Profile: string(r.Profile), ActionItem: string(r.Item),
		Compression: "none",
	}
	for _, t := range r.Types.List() {
		shown.Types = append(shown.Types, string(t))
	}
	if r.Compression == export.Gzip {
		shown.Compression = string(export.Gzip)
	}
	return shown
}

func showSchedule(s *schedule.Schedule, a *httpapi.Access) ExportSchedule {
	return ExportSchedule{
		ID: s.ID, ExportScheduleRequest: ExportScheduleRequest{showRequest(s.Request), s.Hour},
		TimeZone: a.Campaign.Location().String(), State: string(s.State), MadeBy: s.CreatedByName, MadeAt: httpapi.Timestamp(s.CreatedAt),
		LastRun: httpapi.Timestamp(s.LastRun), NextRun: httpapi.Timestamp(s.NextRun), EndedAt: httpapi.Timestamp(s.EndedAt),
	}
}

// ExportScheduleCreate is what making a schedule takes.
type ExportScheduleCreate struct {
	httpapi.CampaignPath
	Body ExportScheduleRequest
}

func (h *schedules) create(ctx context.Context, a *httpapi.Access, in *ExportScheduleCreate) (*httpapi.Body[ExportSchedule], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (ExportSchedule, []dynamo.Write, error) {
		all, err := h.present(ctx, a)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		asked, err := in.Body.asked()
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		s, j, err := schedule.New(asked, in.Body.Hour, a.Campaign, a.Items, a.User, all, a.At)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		return showSchedule(s, a), append(h.alone(a, h.store.CreateSchedule(s)), h.store.CreateJob(j)...), nil
	})
}

// alone writes the campaign, as it was read, with a schedule: one is made or changed at a time, so that two at once don't
// pass the limit or ask for the same.
func (h *schedules) alone(a *httpapi.Access, writes []dynamo.Write) []dynamo.Write {
	return append(writes, h.store.UpdateCampaign(a.Campaign)...)
}

// present returns the campaign's schedules without those that are being removed.
func (h *schedules) present(ctx context.Context, a *httpapi.Access) ([]*schedule.Schedule, error) {
	all, err := h.store.Schedules(ctx, a.Campaign.ID)
	if err != nil {
		return nil, err
	}
	var there []*schedule.Schedule
	for _, s := range all {
		if s.State != schedule.Removing {
			there = append(there, s)
		}
	}
	return there, nil
}

func (h *schedules) list(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.List[ExportSchedule]], error) {
	all, err := h.present(ctx, a)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(all, func(s *schedule.Schedule) ExportSchedule { return showSchedule(s, a) })), nil
}

// ExportSchedulePath is what every route of one schedule takes.
type ExportSchedulePath struct {
	httpapi.CampaignPath
	Schedule string `path:"schedule" doc:"Id of the schedule."`
}

func (h *schedules) of(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*schedule.Schedule, error) {
	if !id.Valid(in.Schedule) {
		return nil, fault.NotFound("schedule")
	}
	s, err := h.store.Schedule(ctx, a.Campaign.ID, in.Schedule)
	if err == nil && s.State == schedule.Removing {
		return nil, fault.NotFound("schedule")
	}
	return s, err
}

// ExportScheduleWithRuns is a schedule with what became of its runs.
type ExportScheduleWithRuns struct {
	ExportSchedule
	Runs []Export `json:"runs" nullable:"false" doc:"The seven latest runs, the latest first."`
}

func (h *schedules) get(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*httpapi.Body[ExportScheduleWithRuns], error) {
	s, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	runs, err := h.store.Runs(ctx, s)
	if err != nil {
		return nil, err
	}
	runs = runs[:min(len(runs), schedule.KeptFiles)]
	shown := httpapi.NewList(runs, func(e *export.Export) Export { return showExport(e, a.At) })
	return httpapi.NewBody(ExportScheduleWithRuns{showSchedule(s, a), shown.Items}), nil
}

// ExportScheduleUpdate is what changing a schedule takes. What is absent stays.
type ExportScheduleUpdate struct {
	ExportSchedulePath
	Body struct {
		Type        *string `json:"type,omitempty"`
		Dialect     *string `json:"dialect,omitempty" enum:"data,spreadsheet"`
		Profile     *string `json:"profile,omitempty" enum:"standard,extended"`
		Compression *string `json:"compression,omitempty" enum:"none,gzip"`
		ActionItem  *string `json:"action_item_id,omitempty" doc:"Empty for none."`
		Hour        *int    `json:"hour,omitempty" doc:"0 to 23."`

		Types []string `json:"types,omitempty" maxItems:"20" doc:"Of a bundle."`
	}
}

// changed returns the schedule's request and hour as the edit wants them.
//
// Invalid: it names exports for a bundle that there are not.
func (in *ExportScheduleUpdate) changed(s *schedule.Schedule) (export.Request, int, error) {
	r, hour := s.Request, s.Hour
	if in.Body.Type != nil && r.Type != export.Type(*in.Body.Type) {
		r.Type, r.Types = export.Type(*in.Body.Type), ""
	}
	if len(in.Body.Types) > 0 {
		types, err := bundled(in.Body.Types)
		if err != nil {
			return r, hour, err
		}
		r.Types = types
	}
	if in.Body.Dialect != nil {
		r.Dialect = csv.Dialect(*in.Body.Dialect)
	}
	if in.Body.Profile != nil {
		r.Profile = dataset.Profile(*in.Body.Profile)
	}
	if in.Body.Compression != nil {
		r.Compression = compression(*in.Body.Compression)
	}
	if in.Body.ActionItem != nil {
		r.Item = action.ID(*in.Body.ActionItem)
	}
	if in.Body.Hour != nil {
		hour = *in.Body.Hour
	}
	return r, hour, nil
}

func (h *schedules) edit(ctx context.Context, a *httpapi.Access, in *ExportScheduleUpdate) (*httpapi.Body[ExportSchedule], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ExportSchedule, []dynamo.Write, error) {
		s, err := h.of(ctx, a, &in.ExportSchedulePath)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		r, hour, err := in.changed(s)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		there, err := h.present(ctx, a)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		moved, err := s.Update(r, hour, a.Campaign, a.Items, a.User, there, a.At)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		writes := h.alone(a, h.store.UpdateSchedule(s))
		if !moved {
			return showSchedule(s, a), writes, nil
		}
		j, err := h.store.Job(ctx, s.Job)
		if err != nil {
			return ExportSchedule{}, nil, err
		}
		j.WaitUntil(s.NextRun)
		return showSchedule(s, a), append(writes, h.store.UpdateJob(j)...), nil
	})
}

func (h *schedules) remove(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		s, err := h.of(ctx, a, in)
		if err != nil {
			return nil, err
		}
		j, err := h.store.Job(ctx, s.Job)
		fresh := s.Remove(a.At)
		if fault.Is(err, fault.KindNotFound) { // it had ended
			return append(h.store.UpdateSchedule(s), h.store.CreateJob(fresh)...), nil
		}
		if err != nil {
			return nil, err
		}
		j.Requeue(a.At)
		return append(h.store.UpdateSchedule(s), h.store.UpdateJob(j)...), nil
	})
}

// LatestFile is a link to the newest file of a schedule.
type LatestFile struct {
	httpapi.DownloadLink
	Export Export `json:"export" doc:"The run that wrote it: its as_of tells how fresh it is."`
}

func (h *schedules) latest(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*httpapi.Body[LatestFile], error) {
	s, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	runs, err := h.store.Runs(ctx, s)
	if err != nil {
		return nil, err
	}
	e, err := s.Newest(runs)
	if err != nil {
		return nil, err
	}
	o, err := h.store.Organization(ctx, a.Campaign.Organization)
	if err != nil {
		return nil, err
	}
	link, err := httpapi.NewDownloadLink(ctx, h.files, e.Object, e.FileName(o.Name, a.Campaign), h.life)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(LatestFile{link.Body, showExport(e, a.At)}), nil
}

// LatestElsewhere is an answer that leads on to the newest file.
type LatestElsewhere struct {
	Elsewhere
	Export string `header:"Kith-Export" doc:"Id of the run that wrote it, whose manifest tells how fresh and how large it is."`
}

func (h *schedules) download(ctx context.Context, a *httpapi.Access, in *ExportSchedulePath) (*LatestElsewhere, error) {
	file, err := h.latest(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return &LatestElsewhere{Elsewhere{Location: file.Body.URL}, file.Body.Export.ID}, nil
}
