package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/fault"
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
func RegisterSchedules(api *API, files *objects.Bucket, life time.Duration) {
	h := &schedules{api.store, files, life}
	const all = "/v1/admin/campaigns/{campaign}/schedules"
	const one = all + "/{schedule}"
	register(api, operation{
		id: "create-schedule", method: http.MethodPost, path: all, status: http.StatusCreated,
		summary: "Have an export written every day",
		description: "At a full hour of the campaign's time zone. Where clocks skip it, at the next that they show; where it comes " +
			"twice, at the first. The newest seven files are kept. After the campaign is closed it runs once more, then it ends.",
	}, adminOfCampaign, h.create)
	register(api, operation{
		id: "list-schedules", method: http.MethodGet, path: all, summary: "List a campaign's schedules, in order of making",
	}, adminOfCampaign, h.list)
	register(api, operation{
		id: "get-schedule", method: http.MethodGet, path: one, summary: "Show a schedule and its latest runs",
	}, adminOfCampaign, h.get)
	register(api, operation{
		id: "edit-schedule", method: http.MethodPatch, path: one, summary: "Change what a schedule asks for, or when",
		description: "Fields that are absent stay as they are. A run under way goes on.",
	}, adminOfCampaign, h.edit)
	register(api, operation{
		id: "remove-schedule", method: http.MethodDelete, path: one, summary: "Remove a schedule and its files",
		description: "A run under way is called off.",
	}, adminOfCampaign, h.remove)
	register(api, operation{
		id: "get-latest-file", method: http.MethodGet, path: one + "/latest",
		summary: "Make a link that downloads the newest file of a schedule",
		description: "This address stays the same. Whoever has the link has the file, for a few minutes. Refused with " +
			"export_not_ready until there is a file of what the schedule asks for now.",
	}, adminOfCampaign, h.latest)
}

// RegisterPipelineSchedules adds the newest files of schedules, for programs that have a service token of the campaign.
func RegisterPipelineSchedules(api *API, files *objects.Bucket, life time.Duration) {
	h := &schedules{api.store, files, life}
	registerProgram(api, operation{
		id: "pipeline-download-latest-file", method: http.MethodGet, status: http.StatusFound,
		path:    "/v1/pipeline/campaigns/{campaign}/schedules/{schedule}/latest",
		summary: "Download the newest file of a schedule, by a service token: leads on to a link of a few minutes",
		description: "This address stays the same. curl -L follows it; the link is at another address and needs no token. Refused " +
			"with export_not_ready until there is a file of what the schedule asks for now.",
	}, h.download)
}

// ScheduleRequest is what is to be exported every day, and when.
type ScheduleRequest struct {
	ExportRequest
	Hour int `json:"hour" doc:"Full hour of the day, 0 to 23, in the campaign's time zone." example:"3"`
}

// Schedule is an export that is written every day.
type Schedule struct {
	ID string `json:"id"`
	ScheduleRequest
	TimeZone string `json:"time_zone" doc:"Of the campaign."`
	State    string `json:"state" enum:"active,ended" doc:"ended: the campaign is closed and its last state is among the files."`
	MadeBy   string `json:"made_by" doc:"Name of the user. Exports are asked for in this name."`
	MadeAt   string `json:"made_at" format:"date-time"`
	LastRun  string `json:"last_run,omitempty" format:"date-time" doc:"When it asked for an export last."`
	NextRun  string `json:"next_run,omitempty" format:"date-time" doc:"Absent when it has ended."`
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

func showSchedule(s *export.Schedule, a *Access) Schedule {
	return Schedule{
		ID: s.ID, ScheduleRequest: ScheduleRequest{showRequest(s.Request), s.Hour},
		TimeZone: a.Campaign.Location().String(), State: string(s.State), MadeBy: s.ByName, MadeAt: stamp(s.MadeAt),
		LastRun: stamp(s.LastRun), NextRun: stamp(s.NextRun), EndedAt: stamp(s.EndedAt),
	}
}

// ScheduleCreate is what making a schedule takes.
type ScheduleCreate struct {
	CampaignPath
	Body ScheduleRequest
}

func (h *schedules) create(ctx context.Context, a *Access, in *ScheduleCreate) (*Body[Schedule], error) {
	return revise(ctx, a, http.StatusCreated, func() (Schedule, []dynamo.Write, error) {
		all, err := h.present(ctx, a)
		if err != nil {
			return Schedule{}, nil, err
		}
		asked, err := in.Body.asked()
		if err != nil {
			return Schedule{}, nil, err
		}
		s, j, err := export.NewSchedule(asked, in.Body.Hour, a.Campaign, a.Items, a.User, all, a.At)
		if err != nil {
			return Schedule{}, nil, err
		}
		return showSchedule(s, a), append(h.alone(a, h.store.CreateSchedule(s)), h.store.CreateJob(j)...), nil
	})
}

// alone writes the campaign, as it was read, with a schedule: one is made or changed at a time, so that two at once don't
// pass the limit or ask for the same.
func (h *schedules) alone(a *Access, writes []dynamo.Write) []dynamo.Write {
	return append(writes, h.store.UpdateCampaign(a.Campaign)...)
}

// present returns the campaign's schedules without those that are being removed.
func (h *schedules) present(ctx context.Context, a *Access) ([]*export.Schedule, error) {
	all, err := h.store.Schedules(ctx, a.Campaign.ID)
	if err != nil {
		return nil, err
	}
	var there []*export.Schedule
	for _, s := range all {
		if s.State != export.TakingAway {
			there = append(there, s)
		}
	}
	return there, nil
}

func (h *schedules) list(ctx context.Context, a *Access, _ *CampaignPath) (*Body[List[Schedule]], error) {
	all, err := h.present(ctx, a)
	if err != nil {
		return nil, err
	}
	return bodyOf(listOf(all, func(s *export.Schedule) Schedule { return showSchedule(s, a) })), nil
}

// SchedulePath is what every route of one schedule takes.
type SchedulePath struct {
	CampaignPath
	Schedule string `path:"schedule" doc:"Id of the schedule."`
}

func (h *schedules) of(ctx context.Context, a *Access, in *SchedulePath) (*export.Schedule, error) {
	if !id.Valid(in.Schedule) {
		return nil, fault.NotFound("schedule")
	}
	s, err := h.store.Schedule(ctx, a.Campaign.ID, in.Schedule)
	if err == nil && s.State == export.TakingAway {
		return nil, fault.NotFound("schedule")
	}
	return s, err
}

// ScheduleWithRuns is a schedule with what became of its runs.
type ScheduleWithRuns struct {
	Schedule
	Runs []ExportRecord `json:"runs" nullable:"false" doc:"The seven latest runs, the latest first."`
}

func (h *schedules) get(ctx context.Context, a *Access, in *SchedulePath) (*Body[ScheduleWithRuns], error) {
	s, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	runs, err := h.store.Runs(ctx, s)
	if err != nil {
		return nil, err
	}
	runs = runs[:min(len(runs), export.KeptRuns)]
	shown := listOf(runs, func(e *export.Export) ExportRecord { return showExport(e, a.At) })
	return bodyOf(ScheduleWithRuns{showSchedule(s, a), shown.Items}), nil
}

// ScheduleEdit is what changing a schedule takes. What is absent stays.
type ScheduleEdit struct {
	SchedulePath
	Body struct {
		Type        *string `json:"type,omitempty"`
		Dialect     *string `json:"dialect,omitempty" enum:"data,spreadsheet"`
		Profile     *string `json:"profile,omitempty" enum:"standard,extended"`
		Compression *string `json:"compression,omitempty" enum:"none,gzip"`
		ActionItem  *string `json:"action_item,omitempty" doc:"Empty for none."`
		Hour        *int    `json:"hour,omitempty" doc:"0 to 23."`

		Types []string `json:"types,omitempty" maxItems:"20" doc:"Of a bundle."`
	}
}

// changed returns the schedule's request and hour as the edit wants them.
//
// Invalid: it names exports for a bundle that there are not.
func (in *ScheduleEdit) changed(s *export.Schedule) (export.Request, int, error) {
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
		r.Profile = export.Profile(*in.Body.Profile)
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

func (h *schedules) edit(ctx context.Context, a *Access, in *ScheduleEdit) (*Body[Schedule], error) {
	return revise(ctx, a, http.StatusOK, func() (Schedule, []dynamo.Write, error) {
		s, err := h.of(ctx, a, &in.SchedulePath)
		if err != nil {
			return Schedule{}, nil, err
		}
		r, hour, err := in.changed(s)
		if err != nil {
			return Schedule{}, nil, err
		}
		there, err := h.present(ctx, a)
		if err != nil {
			return Schedule{}, nil, err
		}
		moved, err := s.Change(r, hour, a.Campaign, a.Items, a.User, there, a.At)
		if err != nil {
			return Schedule{}, nil, err
		}
		writes := h.alone(a, h.store.UpdateSchedule(s))
		if !moved {
			return showSchedule(s, a), writes, nil
		}
		j, err := h.store.Job(ctx, s.Job)
		if err != nil {
			return Schedule{}, nil, err
		}
		j.WaitUntil(s.NextRun)
		return showSchedule(s, a), append(writes, h.store.UpdateJob(j)...), nil
	})
}

func (h *schedules) remove(ctx context.Context, a *Access, in *SchedulePath) (*Nothing, error) {
	_, err := revise(ctx, a, http.StatusNoContent, func() (Nothing, []dynamo.Write, error) {
		s, err := h.of(ctx, a, in)
		if err != nil {
			return Nothing{}, nil, err
		}
		j, err := h.store.Job(ctx, s.Job)
		fresh := s.TakeAway(a.At)
		if fault.Is(err, fault.KindNotFound) { // it had ended
			return Nothing{}, append(h.store.UpdateSchedule(s), h.store.CreateJob(fresh)...), nil
		}
		if err != nil {
			return Nothing{}, nil, err
		}
		j.Requeue(a.At)
		return Nothing{}, append(h.store.UpdateSchedule(s), h.store.UpdateJob(j)...), nil
	})
	if err != nil {
		return nil, err
	}
	return &Nothing{}, nil
}

// LatestFile is a link to the newest file of a schedule.
type LatestFile struct {
	DownloadLink
	Export ExportRecord `json:"export" doc:"The run that wrote it: its as_of tells how fresh it is."`
}

func (h *schedules) latest(ctx context.Context, a *Access, in *SchedulePath) (*Body[LatestFile], error) {
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
	link, err := downloadLink(ctx, h.files, e.Object, e.FileName(o.Name, a.Campaign), h.life)
	if err != nil {
		return nil, err
	}
	return bodyOf(LatestFile{link.Body, showExport(e, a.At)}), nil
}

// LatestElsewhere is an answer that leads on to the newest file.
type LatestElsewhere struct {
	Elsewhere
	Export string `header:"Kith-Export" doc:"Id of the run that wrote it, whose manifest tells how fresh and how large it is."`
}

func (h *schedules) download(ctx context.Context, a *Access, in *SchedulePath) (*LatestElsewhere, error) {
	file, err := h.latest(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return &LatestElsewhere{Elsewhere{Location: file.Body.URL}, file.Body.Export.ID}, nil
}
