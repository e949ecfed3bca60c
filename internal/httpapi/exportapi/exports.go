// Package exportapi serves exports: requests, downloads, schedules, service tokens, and the same for programs under
// /v1/pipeline/. Writing the files is in export.
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
	"github.com/kithhq/kith/internal/export/file"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/objects"
)

// exports answers what the Exports page asks.
type exports struct {
	store *dynamo.Store
	files *objects.Bucket
	pages *httpapi.Pages
	life  time.Duration // of download links
}

// RegisterExports adds the routes of exports. Files are handed out by links that live as long as life.
func RegisterExports(api *httpapi.API, files *objects.Bucket, secret []byte, life time.Duration) {
	h := &exports{api.Store(), files, httpapi.NewPages(secret), life}
	const all = "/v1/admin/campaigns/{campaign}/exports"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-export", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an export",
		Description: "Requests one CSV of the campaign, or several in one zip. It is written asynchronously: get the export until its " +
			"status is ready, failed or cancelled. If the same request is already queued or running, returns 200 with that " +
			"export.",
	}, httpapi.CampaignAdmin, h.request)
	api.AlsoOK(all, "The same request is under way")
	httpapi.Register(api, httpapi.Operation{
		ID: "list-exports", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's exports",
		Description: "Latest first.",
	}, httpapi.CampaignAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-export", Method: http.MethodGet, Path: all + "/{export}",
		Summary:     "Get an export",
		Description: "Returns its status, its progress, and why it failed.",
	}, httpapi.CampaignAdmin, h.get)
	httpapi.Register(api, httpapi.Operation{
		ID: "cancel-export", Method: http.MethodPost, Path: all + "/{export}/cancel",
		Summary:     "Cancel an export",
		Description: "Fails if the export has finished. Cancelling a cancelled export changes nothing.",
	}, httpapi.CampaignAdmin, h.cancel)
	httpapi.Register(api, httpapi.Operation{
		ID: "retry-export", Method: http.MethodPost, Path: all + "/{export}/retry",
		Summary:     "Retry a failed or cancelled export",
		Description: "Starts again from the first row. Fails if another export of the same request is queued or running.",
	}, httpapi.CampaignAdmin, h.retry)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-export-manifest", Method: http.MethodGet, Path: all + "/{export}/manifest",
		Summary: "Get the manifest of an export's file",
		Description: "Lists its columns, rows, bytes and SHA-256. Fails with export_not_ready until the export is ready, and with " +
			"export_expired after seven days.",
	}, httpapi.CampaignAdmin, h.manifest)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-download-link", Method: http.MethodPost, Path: all + "/{export}/download-link", NoIdempotencyKey: true,
		Summary: "Create a link to an export's file",
		Description: "Anyone who has the link can download the file until expires_at. Fails with export_not_ready until the export is " +
			"ready, and with export_expired after seven days.",
	}, httpapi.CampaignAdmin, h.link)
	registerExportSchema(api, h, all+"/{export}")
}

// ExportRequest is what is asked for.
type ExportRequest struct {
	Type        string `json:"type" doc:"Which export, such as contacts; or bundle, for several in one zip, in which every id joins." example:"contacts"`
	Dialect     string `json:"dialect,omitempty" enum:"data,spreadsheet" default:"data" doc:"data for programs, byte-faithful; spreadsheet for people, so that nothing runs and nothing is damaged."`
	Profile     string `json:"profile,omitempty" enum:"standard,extended" default:"standard" doc:"extended adds columns behind the standard ones."`
	Compression string `json:"compression,omitempty" enum:"none,gzip" default:"none" doc:"gzip packs the file; it is downloaded as .csv.gz."`
	ActionItem  string `json:"action_item_id,omitempty" doc:"Id of the action item, for exports of one action item."`

	Types []string `json:"types,omitempty" maxItems:"20" doc:"Of a bundle: the exports that it holds. When none is named, all that need no action item."`
}

// Export is an export that was asked for.
type Export struct {
	ID string `json:"id"`
	ExportRequest
	State        string `json:"status" enum:"queued,running,ready,failed,cancelled,expired"`
	Rows         int    `json:"rows" doc:"Written so far."`
	ExpectedRows int    `json:"expected_rows" doc:"About; 0 while unknown."`
	Percent      int    `json:"percent" minimum:"0" maximum:"100"`
	Bytes        int64  `json:"bytes,omitempty"`
	SHA256       string `json:"sha256,omitempty" doc:"Of the file as it is downloaded, hex."`
	Error        string `json:"error,omitempty" doc:"Why it failed, for people."`
	RequestedBy  string `json:"requested_by" doc:"Name of the user, or of the service token."`
	RequestedAt  string `json:"requested_at" format:"date-time"`
	StartedAt    string `json:"started_at,omitempty" format:"date-time"`
	AsOf         string `json:"as_of,omitempty" format:"date-time" doc:"When the reading of the rows began: no row is older."`
	FinishedAt   string `json:"finished_at,omitempty" format:"date-time"`
	ExpiresAt    string `json:"expires_at,omitempty" format:"date-time" doc:"When the file is removed. Absent when a schedule keeps it."`
	Schedule     string `json:"schedule_id,omitempty" doc:"The schedule that asked for it; its newest seven files are kept."`
}

func showExport(e *export.Export, at time.Time) Export {
	r := Export{
		ID: e.ID, ExportRequest: showRequest(e.Request), Schedule: e.Schedule,
		State: string(e.StateAt(at)), Rows: e.Rows, ExpectedRows: e.ExpectedRows, Percent: e.Percent(), Bytes: e.Bytes,
		SHA256: e.SHA256, Error: e.Error, RequestedBy: e.RequestedByName, RequestedAt: httpapi.Timestamp(e.RequestedAt),
		StartedAt: httpapi.Timestamp(e.StartedAt), AsOf: httpapi.Timestamp(e.AsOf), FinishedAt: httpapi.Timestamp(e.FinishedAt),
	}
	r.ExpiresAt = httpapi.Timestamp(e.ExpiresAt())
	return r
}

// ExportCreate is what asking for an export takes.
type ExportCreate struct {
	httpapi.CampaignPath
	Body ExportRequest
}

// asked is the export that a request names.
//
// Invalid: it names exports for a bundle that there are not.
func (r *ExportRequest) asked() (export.Request, error) {
	asked := export.Request{
		Type: export.Type(r.Type), Dialect: csv.Dialect(r.Dialect), Profile: dataset.Profile(r.Profile),
		Item: action.ID(r.ActionItem), Compression: compression(r.Compression),
	}
	if len(r.Types) == 0 {
		return asked, nil
	}
	var err error
	asked.Types, err = bundled(r.Types)
	return asked, err
}

// bundled is what a request's list of exports means.
func bundled(names []string) (export.Types, error) {
	wanted := make([]export.Type, len(names))
	for n, name := range names {
		wanted[n] = export.Type(name)
	}
	return export.NewTypes(wanted)
}

// compression is what a request's word for it means.
func compression(word string) export.Compression {
	if word == "none" {
		return export.Plain
	}
	return export.Compression(word)
}

// ExportAnswer is an export that was asked for, with status 201, or 200 when it was under way already.
type ExportAnswer struct {
	Status int
	Body   Export
}

func (h *exports) request(ctx context.Context, a *httpapi.Access, in *ExportCreate) (*ExportAnswer, error) {
	var answer ExportAnswer
	err := dynamo.Retry(ctx, func() error {
		asked, err := in.Body.asked()
		if err != nil {
			return err
		}
		e, err := export.New(asked, a.Campaign, a.Items, a.Requester(), a.At)
		if err != nil {
			return err
		}
		latest, running, err := h.store.LatestExport(ctx, e.Campaign, e.Request)
		if err != nil {
			return err
		}
		if running != nil && running.UnderWay() {
			answer = ExportAnswer{http.StatusOK, showExport(running, a.At)}
			if a.Idempotency == nil {
				return nil
			}
			return a.Commit(ctx, answer.Status, answer.Body)
		}
		j := job.New(job.Export, string(e.Organization), string(e.Campaign), e.ID, a.At, time.Now())
		e.Job = j.ID
		answer = ExportAnswer{http.StatusCreated, showExport(e, a.At)}
		writes := append(h.store.PutLatestExport(latest, e), h.store.CreateExport(e)...)
		return a.Commit(ctx, answer.Status, answer.Body, append(writes, h.store.CreateJob(j)...)...)
	})
	if err != nil {
		return nil, err
	}
	return &answer, nil
}

func (h *exports) cancel(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[Export], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Export, []dynamo.Write, error) {
		e, err := h.of(ctx, a, in)
		if err != nil {
			return Export{}, nil, err
		}
		changed, err := e.Cancel(a.At)
		if err != nil || !changed {
			return showExport(e, a.At), nil, err
		}
		j, err := h.store.Job(ctx, e.Job)
		if fault.Is(err, fault.KindNotFound) {
			// It came to its end since the export was read, which the write's condition finds out.
			return showExport(e, a.At), h.store.UpdateExport(e), nil
		}
		if err != nil {
			return Export{}, nil, err
		}
		j.Requeue(time.Now())
		return showExport(e, a.At), append(h.store.UpdateExport(e), h.store.UpdateJob(j)...), nil
	})
}

func (h *exports) retry(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[Export], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Export, []dynamo.Write, error) {
		e, err := h.of(ctx, a, in)
		if err != nil {
			return Export{}, nil, err
		}
		j := job.New(job.Export, string(e.Organization), string(e.Campaign), e.ID, a.At, time.Now())
		if err := e.Retry(j); err != nil {
			return Export{}, nil, err
		}
		if e.Schedule != "" {
			writes, err := h.retryRun(ctx, e, j)
			return showExport(e, a.At), writes, err
		}
		latest, running, err := h.store.LatestExport(ctx, e.Campaign, e.Request)
		if err != nil {
			return Export{}, nil, err
		}
		if running != nil && running.UnderWay() {
			return Export{}, nil, fault.Conflict("export_running", "Another export of the same request is under way.")
		}
		writes := append(h.store.PutLatestExport(latest, e), h.store.UpdateExport(e)...)
		return showExport(e, a.At), append(writes, h.store.CreateJob(j)...), nil
	})
}

// retryRun starts a run of a schedule again, in one with the schedule: it neither forgets the run meanwhile nor begins
// another one.
func (h *exports) retryRun(ctx context.Context, e *export.Export, j *job.Job) ([]dynamo.Write, error) {
	s, err := h.store.Schedule(ctx, e.Campaign, e.Schedule)
	if fault.Is(err, fault.KindNotFound) {
		s, err = &schedule.Schedule{State: schedule.Removing}, nil
	}
	if err != nil {
		return nil, err
	}
	runs, err := h.store.Runs(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := s.CheckRetry(e, runs); err != nil {
		return nil, err
	}
	writes := append(h.store.UpdateSchedule(s), h.store.UpdateExport(e)...)
	return append(writes, h.store.CreateJob(j)...), nil
}

// ExportList is what listing exports takes.
type ExportList struct {
	httpapi.CampaignPath
	httpapi.PageQuery
}

func (h *exports) list(ctx context.Context, a *httpapi.Access, in *ExportList) (*httpapi.Body[httpapi.List[Export]], error) {
	cursor := h.pages.Cursor(a, "list-exports")
	var before string
	if err := cursor.Position(in.Page, &before); err != nil {
		return nil, err
	}
	all, more, err := h.store.Exports(ctx, a.Campaign.ID, before, in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(all, func(e *export.Export) Export { return showExport(e, a.At) })
	if more && len(all) > 0 {
		list.Next, err = cursor.Token(all[len(all)-1].ID)
	}
	return httpapi.NewBody(list), err
}

// ExportPath is what every route of one export takes.
type ExportPath struct {
	httpapi.CampaignPath
	Export string `path:"export" doc:"Id of the export."`
}

func (h *exports) of(ctx context.Context, a *httpapi.Access, in *ExportPath) (*export.Export, error) {
	if !id.Valid(in.Export) {
		return nil, fault.NotFound("export")
	}
	return h.store.Export(ctx, a.Campaign.ID, in.Export)
}

func (h *exports) get(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[Export], error) {
	e, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(showExport(e, a.At)), nil
}

func (h *exports) manifest(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[*file.Manifest], error) {
	e, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	if err := e.Downloadable(a.At); err != nil {
		return nil, err
	}
	text, err := h.files.ReadAll(ctx, e.ManifestKey())
	if err != nil {
		return nil, err
	}
	m, err := file.ReadManifest(text)
	if err != nil {
		return nil, fault.Internal("export %s: %w", e.ID, err)
	}
	return httpapi.NewBody(m), nil
}

func (h *exports) link(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[httpapi.DownloadLink], error) {
	e, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	if err := e.Downloadable(a.At); err != nil {
		return nil, err
	}
	o, err := h.store.Organization(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewDownloadLink(ctx, h.files, e.Object, e.FileName(o.Name, a.Campaign), h.life)
}
