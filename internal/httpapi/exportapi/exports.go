// Package exportapi owns the routes of exports, export schedules and service tokens, and those of programs under
// /v1/pipeline/. The rules are in package export and its subpackages, which also write the files.
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

// exportRoutes holds what the routes of exports need.
type exportRoutes struct {
	store        *dynamo.Store
	files        *objects.Bucket
	pages        *httpapi.Pages
	linkLifetime time.Duration
}

// RegisterExports adds the routes of exports. Download links work for linkLifetime.
func RegisterExports(api *httpapi.API, files *objects.Bucket, secret []byte, linkLifetime time.Duration) {
	r := &exportRoutes{api.Store(), files, httpapi.NewPages(secret), linkLifetime}
	const all = "/v1/admin/campaigns/{campaign}/exports"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-export", Limit: httpapi.PerHour(100), Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an export",
		Description: "Requests one CSV of the campaign, or several in one zip. It is written asynchronously: get the export until its " +
			"status is ready, failed or cancelled. If the same request is already queued or running, returns 200 with that " +
			"export.",
	}, httpapi.CampaignAdmin, r.createExport)
	api.AlsoOK(all, "The same request is queued or running already.")
	httpapi.Register(api, httpapi.Operation{
		ID: "list-exports", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's exports",
		Description: "Latest first.",
	}, httpapi.CampaignAdmin, r.listExports)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-export", Method: http.MethodGet, Path: all + "/{export}",
		Summary:     "Get an export",
		Description: "Returns its status, its progress, and why it failed.",
	}, httpapi.CampaignAdmin, r.getExport)
	httpapi.Register(api, httpapi.Operation{
		ID: "cancel-export", Method: http.MethodPost, Path: all + "/{export}/cancel",
		Summary:     "Cancel an export",
		Description: "Fails if the export has finished. Cancelling a cancelled export changes nothing.",
	}, httpapi.CampaignAdmin, r.cancelExport)
	httpapi.Register(api, httpapi.Operation{
		ID: "retry-export", Limit: httpapi.PerHour(100), Method: http.MethodPost, Path: all + "/{export}/retry",
		Summary:     "Retry a failed or cancelled export",
		Description: "Starts again from the first row. Fails if another export of the same request is queued or running.",
	}, httpapi.CampaignAdmin, r.retryExport)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-export-manifest", Method: http.MethodGet, Path: all + "/{export}/manifest",
		Summary: "Get the manifest of an export's file",
		Description: "Lists its columns, rows, bytes and SHA-256. Fails with export_not_ready until the export is ready, and with " +
			"export_expired after seven days.",
	}, httpapi.CampaignAdmin, r.getManifest)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-download-link", Method: http.MethodPost, Path: all + "/{export}/download-link", NoIdempotencyKey: true,
		Summary: "Create a link to an export's file",
		Description: "Anyone who has the link can download the file until expires_at. Fails with export_not_ready until the export is " +
			"ready, and with export_expired after seven days.",
	}, httpapi.CampaignAdmin, r.createDownloadLink)
	registerExportSchema(api, r, all+"/{export}")
}

// ExportRequest holds the fields of a requested export.
type ExportRequest struct {
	Type        string `json:"type" doc:"Type of the export, such as contacts; or bundle: several in one zip, with ids that join." example:"contacts"`
	Dialect     string `json:"dialect,omitempty" enum:"data,spreadsheet" default:"data" doc:"data: values exactly as stored, for programs. spreadsheet: values that spreadsheet programs neither execute nor convert."`
	Profile     string `json:"profile,omitempty" enum:"standard,extended" default:"standard" doc:"extended adds columns after the standard ones."`
	Compression string `json:"compression,omitempty" enum:"none,gzip" default:"none" doc:"gzip compresses the file; it is downloaded as .csv.gz."`
	ActionItem  string `json:"action_item_id,omitempty" doc:"Id of the action item. Required for the types of one action item."`

	Types []string `json:"types,omitempty" maxItems:"20" doc:"Types in a bundle. All that need no action item when left out."`
}

func newExportRequest(r export.Request) ExportRequest {
	request := ExportRequest{
		Type: string(r.Type), Dialect: string(r.Dialect), Profile: string(r.Profile), ActionItem: string(r.Item),
		Compression: "none",
	}
	for _, t := range r.Types.List() {
		request.Types = append(request.Types, string(t))
	}
	if r.Compression == export.Gzip {
		request.Compression = string(export.Gzip)
	}
	return request
}

// parse returns the request for the domain, which validates it.
//
// Invalid: one of the types does not exist.
func (r *ExportRequest) parse() (export.Request, error) {
	request := export.Request{
		Type: export.Type(r.Type), Dialect: csv.Dialect(r.Dialect), Profile: dataset.Profile(r.Profile),
		Item: action.ID(r.ActionItem), Compression: parseCompression(r.Compression),
	}
	if len(r.Types) == 0 {
		return request, nil
	}
	var err error
	request.Types, err = parseTypes(r.Types)
	return request, err
}

// parseTypes returns the types of a bundle.
//
// Invalid: one of them does not exist.
func parseTypes(names []string) (export.Types, error) {
	types := make([]export.Type, len(names))
	for i, name := range names {
		types[i] = export.Type(name)
	}
	return export.NewTypes(types)
}

func parseCompression(name string) export.Compression {
	if name == "none" {
		return export.Plain
	}
	return export.Compression(name)
}

// Export is an export.
type Export struct {
	ID string `json:"id"`
	ExportRequest
	Status       string `json:"status" enum:"queued,running,ready,failed,cancelled,expired"`
	Rows         int    `json:"rows" doc:"Rows written so far."`
	ExpectedRows int    `json:"expected_rows" doc:"Estimate made at the start; 0 before it."`
	Percent      int    `json:"percent" minimum:"0" maximum:"100"`
	Bytes        int64  `json:"bytes,omitempty"`
	SHA256       string `json:"sha256,omitempty" doc:"Hash of the file as it is downloaded, hexadecimal."`
	Error        string `json:"error,omitempty" doc:"Why the export failed, as a sentence."`
	RequestedBy  string `json:"requested_by" doc:"Name of the user, or of the service token."`
	RequestedAt  string `json:"requested_at" format:"date-time"`
	StartedAt    string `json:"started_at,omitempty" format:"date-time"`
	AsOf         string `json:"as_of,omitempty" format:"date-time" doc:"When reading of the rows began: no row is older."`
	FinishedAt   string `json:"finished_at,omitempty" format:"date-time"`
	ExpiresAt    string `json:"expires_at,omitempty" format:"date-time" doc:"When the file is removed. Absent for the exports of a schedule."`
	Schedule     string `json:"schedule_id,omitempty" doc:"Id of the export schedule that requested it. A schedule keeps its seven latest files."`
}

func newExport(e *export.Export, at time.Time) Export {
	return Export{
		ID: e.ID, ExportRequest: newExportRequest(e.Request), Status: string(e.StateAt(at)), Rows: e.Rows,
		ExpectedRows: e.ExpectedRows, Percent: e.Percent(), Bytes: e.Bytes, SHA256: e.SHA256, Error: e.Error,
		RequestedBy: e.RequestedByName, RequestedAt: httpapi.Timestamp(e.RequestedAt), StartedAt: httpapi.Timestamp(e.StartedAt),
		AsOf: httpapi.Timestamp(e.AsOf), FinishedAt: httpapi.Timestamp(e.FinishedAt), ExpiresAt: httpapi.Timestamp(e.ExpiresAt()),
		Schedule: e.Schedule,
	}
}

// CreatedExport is the response to requesting an export: 201 for a new one, 200 for one that is queued or running.
type CreatedExport struct {
	Status int
	Body   Export
}

func (r *exportRoutes) createExport(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ExportRequest
},
) (*CreatedExport, error) {
	status, body, err := httpapi.WriteStatus(ctx, a, func() (int, Export, []dynamo.Write, error) {
		request, err := in.Body.parse()
		if err != nil {
			return 0, Export{}, nil, err
		}
		e, err := export.New(request, a.Campaign, a.Items, a.Requester(), a.At)
		if err != nil {
			return 0, Export{}, nil, err
		}
		latest, previous, err := r.store.LatestExport(ctx, e.Campaign, e.Request)
		if err != nil {
			return 0, Export{}, nil, err
		}
		if previous != nil && previous.UnderWay() {
			return http.StatusOK, newExport(previous, a.At), nil, nil
		}
		j := newJob(e, a.At)
		e.Job = j.ID
		writes := append(r.store.PutLatestExport(latest, e), r.store.CreateExport(e)...)
		return http.StatusCreated, newExport(e, a.At), append(writes, r.store.CreateJob(j)...), nil
	})
	if err != nil {
		return nil, err
	}
	return &CreatedExport{status, body}, nil
}

// newJob returns the job that writes an export.
func newJob(e *export.Export, at time.Time) *job.Job {
	return job.New(job.Export, string(e.Organization), string(e.Campaign), e.ID, at, time.Now())
}

func (r *exportRoutes) cancelExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[Export], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Export, []dynamo.Write, error) {
		e, err := r.readExport(ctx, a, in)
		if err != nil {
			return Export{}, nil, err
		}
		changed, err := e.Cancel(a.At)
		if err != nil || !changed {
			return newExport(e, a.At), nil, err
		}
		j, err := r.store.Job(ctx, e.Job)
		if fault.Is(err, fault.KindNotFound) {
			// The export has finished since it was read, so the condition of this write fails.
			return newExport(e, a.At), r.store.UpdateExport(e), nil
		}
		if err != nil {
			return Export{}, nil, err
		}
		j.Requeue(time.Now())
		return newExport(e, a.At), append(r.store.UpdateExport(e), r.store.UpdateJob(j)...), nil
	})
}

func (r *exportRoutes) retryExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[Export], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Export, []dynamo.Write, error) {
		e, err := r.readExport(ctx, a, in)
		if err != nil {
			return Export{}, nil, err
		}
		j := newJob(e, a.At)
		if err := e.Retry(j); err != nil {
			return Export{}, nil, err
		}
		var writes []dynamo.Write
		if e.Schedule == "" {
			writes, err = r.checkRetryAlone(ctx, e)
		} else {
			writes, err = r.checkRetryOfRun(ctx, e)
		}
		if err != nil {
			return Export{}, nil, err
		}
		writes = append(writes, r.store.UpdateExport(e)...)
		return newExport(e, a.At), append(writes, r.store.CreateJob(j)...), nil
	})
}

// checkRetryAlone returns the write that makes an export the latest of its request.
//
// Conflict: another export of the same request is queued or running.
func (r *exportRoutes) checkRetryAlone(ctx context.Context, e *export.Export) ([]dynamo.Write, error) {
	latest, previous, err := r.store.LatestExport(ctx, e.Campaign, e.Request)
	if err != nil {
		return nil, err
	}
	if previous != nil && previous.UnderWay() {
		return nil, fault.Conflict("export_running", "Another export of the same request is under way. Wait until it has ended, or cancel it.")
	}
	return r.store.PutLatestExport(latest, e), nil
}

// checkRetryOfRun returns a write of the export's schedule, unchanged. It fails when the schedule drops the run or starts
// another one before this is committed.
//
// Conflict: the run is no longer in the schedule's list, or another run is under way.
func (r *exportRoutes) checkRetryOfRun(ctx context.Context, e *export.Export) ([]dynamo.Write, error) {
	s, err := r.store.Schedule(ctx, e.Campaign, e.Schedule)
	if fault.Is(err, fault.KindNotFound) {
		s, err = &schedule.Schedule{State: schedule.Removing}, nil
	}
	if err != nil {
		return nil, err
	}
	runs, err := r.store.Runs(ctx, s)
	if err != nil {
		return nil, err
	}
	if err := s.CheckRetry(e, runs); err != nil {
		return nil, err
	}
	return r.store.UpdateSchedule(s), nil
}

func (r *exportRoutes) listExports(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	httpapi.PageQuery
},
) (*httpapi.Body[httpapi.List[Export]], error) {
	cursor := r.pages.Cursor(a, "list-exports")
	var before string
	if err := cursor.Position(in.Page, &before); err != nil {
		return nil, err
	}
	exports, more, err := r.store.Exports(ctx, a.Campaign.ID, before, in.Limit)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(exports, func(e *export.Export) Export { return newExport(e, a.At) })
	if more && len(exports) > 0 {
		list.Next, err = cursor.Token(exports[len(exports)-1].ID)
	}
	return httpapi.NewBody(list), err
}

// ExportPath holds the path values of the routes of an export.
type ExportPath struct {
	httpapi.CampaignPath
	Export string `path:"export" doc:"Id of the export."`
}

// readExport returns an export of the campaign.
//
// Not found: there is none.
func (r *exportRoutes) readExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*export.Export, error) {
	if !id.Valid(in.Export) {
		return nil, fault.NotFound("export")
	}
	return r.store.Export(ctx, a.Campaign.ID, in.Export)
}

// readFinishedExport returns an export whose file can be downloaded.
//
// Not found: there is none. Conflict: it is not ready, failed, was cancelled or has expired.
func (r *exportRoutes) readFinishedExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*export.Export, error) {
	e, err := r.readExport(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return e, e.Downloadable(a.At)
}

func (r *exportRoutes) getExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[Export], error) {
	e, err := r.readExport(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newExport(e, a.At)), nil
}

func (r *exportRoutes) getManifest(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[*file.Manifest], error) {
	e, err := r.readFinishedExport(ctx, a, in)
	if err != nil {
		return nil, err
	}
	text, err := r.files.ReadAll(ctx, e.ManifestKey())
	if err != nil {
		return nil, err
	}
	manifest, err := file.ReadManifest(text)
	if err != nil {
		return nil, fault.Internal("export %s: %w", e.ID, err)
	}
	return httpapi.NewBody(manifest), nil
}

func (r *exportRoutes) createDownloadLink(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[httpapi.DownloadLink], error) {
	e, err := r.readFinishedExport(ctx, a, in)
	if err != nil {
		return nil, err
	}
	o, err := r.store.Organization(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewDownloadLink(ctx, r.files, e.Object, e.FileName(o.Name, a.Campaign), r.linkLifetime)
}
