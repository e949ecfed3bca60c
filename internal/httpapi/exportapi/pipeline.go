package exportapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/exporting"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/secret"
)

// RegisterPipeline adds the routes of exports for programs, which need a service token of the campaign. Download links work
// for linkLifetime.
func RegisterPipeline(api *httpapi.API, files *objects.Bucket, secrets *secret.Reader, linkLifetime time.Duration) {
	r := &exportRoutes{api.Store(), exporting.NewService(api.Store()), files, httpapi.NewPages(secrets), linkLifetime}
	const (
		all = "/v1/pipeline/campaigns/{campaign}/exports"
		one = all + "/{export}"
	)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "create-pipeline-export", Limit: httpapi.PerHour(100), Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create an export with a service token",
		Description: "Requests one CSV of the campaign, or several in one zip. It is written asynchronously: get the export until its " +
			"status is ready, failed or cancelled. If the same request is already queued or running, also for a user, " +
			"returns 200 with that export.",
	}, r.createExport)
	api.AlsoOK(all, "The same request is queued or running already.")
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "list-pipeline-exports", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's exports with a service token",
		Description: "Latest first.",
	}, r.listExports)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "get-pipeline-export", Method: http.MethodGet, Path: one,
		Summary:     "Get an export with a service token",
		Description: "Returns its status, its progress, and why it failed.",
	}, r.getExport)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "retry-pipeline-export", Limit: httpapi.PerHour(100), Method: http.MethodPost, Path: one + "/retry",
		Summary: "Retry an export with a service token",
		Description: "Starts again from the first row. For an export that failed or was cancelled, or whose file is refused with " +
			"consent_withdrawn. Fails if another export of the same request is queued or running.",
	}, r.retryExport)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "get-pipeline-export-manifest", Method: http.MethodGet, Path: one + "/manifest",
		Summary: "Get the manifest of an export's file with a service token",
		Description: "Lists its columns, rows, bytes and SHA-256. Fails with export_not_ready until the export is ready, and with " +
			"export_expired after seven days.",
	}, r.getManifest)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "get-pipeline-export-schema", Method: http.MethodGet, Path: one + "/schema",
		Summary: "Get the schema of an export's file with a service token",
	}, r.getSchema)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "download-pipeline-export", Method: http.MethodGet, Path: one + "/download", Status: http.StatusFound,
		Summary: "Download an export's file with a service token",
		Description: "Redirects to a link that works for a few minutes. The link is on another host and needs no token: a client must " +
			"not send the token there (curl -L does not). Fails with export_not_ready until the export is ready, with " +
			"export_expired after seven days, and with consent_withdrawn if somebody whose email or phone may be in the file has " +
			"withdrawn consent since: POST to retry_path to write the file again.",
	}, r.downloadExport)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "create-pipeline-download-link", Method: http.MethodPost, Path: one + "/download-link", NoIdempotencyKey: true,
		Summary:     "Create a link to an export's file with a service token",
		Description: "Anyone who has the link can download the file until expires_at. Fails as download-pipeline-export does.",
	}, r.createDownloadLink)
}

// Redirect is a redirect to a file.
type Redirect struct {
	Location string `header:"Location" doc:"URL of the file. It works for a few minutes."`
}

func (r *exportRoutes) downloadExport(ctx context.Context, a *httpapi.Access, in *ExportPath) (*Redirect, error) {
	link, err := r.createDownloadLink(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return &Redirect{link.Body.URL}, nil
}
