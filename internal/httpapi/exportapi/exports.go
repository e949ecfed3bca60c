// Package exportapi owns the routes of exports, export schedules and service tokens, and those of programs under
// /v1/pipeline/. The rules are in package export and its subpackages, which also write the files.
package exportapi

import (
	"context"
	"fmt"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/file"
	"github.com/kithhq/kith/internal/exporting"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/secret"
)

// exportRoutes holds what the routes of exports need.
type exportRoutes struct {
	store        *dynamo.Store
	service      *exporting.Service
	files        *objects.Bucket
	pages        *httpapi.Pages
	linkLifetime time.Duration
}

// RegisterExports adds the routes of exports. Download links work for linkLifetime.
func RegisterExports(api *httpapi.API, files *objects.Bucket, secrets *secret.Reader, linkLifetime time.Duration) {
	r := &exportRoutes{api.Store(), exporting.NewService(api.Store()), files, httpapi.NewPages(secrets), linkLifetime}
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
		Summary: "Retry an export",
		Description: "Starts again from the first row. For an export that failed or was cancelled, or whose file is refused with " +
			"consent_withdrawn. Fails if another export of the same request is queued or running.",
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
			"ready, with export_expired after seven days, and with consent_withdrawn if somebody whose email or phone may be in the file " +
			"has withdrawn consent since: POST to retry_path to write the file again.",
	}, httpapi.CampaignAdmin, r.createDownloadLink)
	registerExportSchema(api, r, all+"/{export}")
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
	ByToken      bool   `json:"requested_by_service_token,omitempty" doc:"Whether requested_by is a service token."`
	RequestedAt  string `json:"requested_at" format:"date-time"`
	StartedAt    string `json:"started_at,omitempty" format:"date-time"`
	AsOf         string `json:"as_of,omitempty" format:"date-time" doc:"When reading of the rows began: no row is older."`
	FinishedAt   string `json:"finished_at,omitempty" format:"date-time"`
	ExpiresAt    string `json:"expires_at,omitempty" format:"date-time" doc:"When the file is removed. Absent for the exports of a schedule."`
	Schedule     string `json:"schedule_id,omitempty" doc:"Id of the export schedule that requested it. A schedule keeps its seven latest files."`
}

func newExport(a *httpapi.Access, e *export.Export) Export {
	return Export{
		ID: e.ID, ExportRequest: newExportRequest(e.Request), Status: string(e.StateAt(a.At)), Rows: e.Rows,
		ExpectedRows: e.ExpectedRows, Percent: e.Percent(), Bytes: e.Bytes, SHA256: e.SHA256, Error: a.Translate(e.Error),
		RequestedBy: e.RequestedByName, RequestedAt: httpapi.Timestamp(e.RequestedAt), StartedAt: httpapi.Timestamp(e.StartedAt),
		AsOf: httpapi.Timestamp(e.AsOf), FinishedAt: httpapi.Timestamp(e.FinishedAt), ExpiresAt: httpapi.Timestamp(e.ExpiresAt()),
		Schedule: e.Schedule, ByToken: e.ByServiceToken,
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
		e, writes, err := r.service.Create(ctx, newCaller(a), request)
		if err != nil {
			return 0, Export{}, nil, err
		}
		status := http.StatusCreated
		if len(writes) == 0 {
			status = http.StatusOK
		}
		return status, newExport(a, e), writes, nil
	})
	if err != nil {
		return nil, err
	}
	return &CreatedExport{status, body}, nil
}

func newCaller(a *httpapi.Access) exporting.Caller {
	return exporting.Caller{Requester: a.Requester(), IsToken: a.Token != nil, Campaign: a.Campaign, Items: a.Items, At: a.At}
}

func (r *exportRoutes) cancelExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[Export], error) {
	return writeExport(ctx, a, in, r.service.Cancel)
}

func (r *exportRoutes) retryExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[Export], error) {
	return writeExport(ctx, a, in, r.service.Retry)
}

// writeExport commits what change returns: an export and its writes.
func writeExport(
	ctx context.Context, a *httpapi.Access, in *ExportPath, change func(context.Context, exporting.Caller, string) (*export.Export, []dynamo.Write, error),
) (*httpapi.Body[Export], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (Export, []dynamo.Write, error) {
		e, writes, err := change(ctx, newCaller(a), in.Export)
		if err != nil {
			return Export{}, nil, err
		}
		return newExport(a, e), writes, nil
	})
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
	list := httpapi.NewList(exports, func(e *export.Export) Export { return newExport(a, e) })
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

// readFinishedExport returns an export whose file can be downloaded.
//
// Not found: there is none. Conflict: it is not ready, failed, was cancelled or has expired.
func (r *exportRoutes) readFinishedExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*export.Export, error) {
	e, err := r.service.Read(ctx, a.Campaign.ID, in.Export)
	if err != nil {
		return nil, err
	}
	return e, e.Downloadable(a.At)
}

func (r *exportRoutes) getExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[Export], error) {
	e, err := r.service.Read(ctx, a.Campaign.ID, in.Export)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newExport(a, e)), nil
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
	return newFileLink(ctx, r.store, r.files, a, e, r.linkLifetime)
}

// newFileLink returns a link to the file of an export that is ready.
//
// Conflict: somebody whose email or phone may be in the file has withdrawn consent.
func newFileLink(ctx context.Context, store *dynamo.Store, files *objects.Bucket, a *httpapi.Access, e *export.Export, lifetime time.Duration) (*httpapi.Body[httpapi.DownloadLink], error) {
	if err := exporting.NewService(store).CheckConsent(ctx, e); fault.Is(err, fault.KindConflict) {
		by := "admin"
		if a.Token != nil {
			by = "pipeline"
		}
		retry := fmt.Sprintf("/v1/%s/campaigns/%s/exports/%s/retry", by, e.Campaign, e.ID)
		return nil, httpapi.WithMembers(err, httpapi.ProblemMembers{Retry: retry})
	} else if err != nil {
		return nil, err
	}
	o, err := store.Organization(ctx, a.Campaign.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewDownloadLink(ctx, files, e.Object, e.FileName(o.Name, a.Campaign), lifetime)
}
