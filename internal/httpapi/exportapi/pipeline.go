package exportapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/objects"
)

// RegisterPipeline adds the exports of a campaign once more, for programs that have a service token of it. Files are
// handed out by links that live as long as life.
func RegisterPipeline(api *httpapi.API, files *objects.Bucket, secret []byte, life time.Duration) {
	h := &exports{api.Store(), files, httpapi.NewPages(secret), life}
	const (
		all = "/v1/pipeline/campaigns/{campaign}/exports"
		one = all + "/{export}"
	)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "pipeline-request-export", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Ask for a CSV of a campaign, by a service token",
		Description: "It is written in the background; ask for the export until its state is ready, failed or cancelled. " +
			"While the same request is under way, whoever made it, the answer is that export, with status 200.",
	}, h.request)
	api.AlsoOK(all, "The same request is under way")
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "pipeline-list-exports", Method: http.MethodGet, Path: all,
		Summary: "List a campaign's exports, the latest first, by a service token",
	}, h.list)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "pipeline-get-export", Method: http.MethodGet, Path: one,
		Summary: "Show an export, by a service token: its state, how far it is, or why it failed",
	}, h.get)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "pipeline-read-export-manifest", Method: http.MethodGet, Path: one + "/manifest",
		Summary:     "Show the manifest of an export's file, by a service token",
		Description: "Refused while the export is not ready, and after seven days.",
	}, h.manifest)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "pipeline-read-export-schema", Method: http.MethodGet, Path: one + "/schema",
		Summary: "Describe the columns of an export's file, by a service token",
	}, h.schema)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "pipeline-download-export", Method: http.MethodGet, Path: one + "/download", Status: http.StatusFound,
		Summary: "Download the file, by a service token: leads on to a link of a few minutes",
		Description: "curl -L follows it. The link is at another address and needs no token: a client must not send it there, as " +
			"curl doesn't. Refused while the export is not ready, and after seven days.",
	}, h.download)
	httpapi.RegisterForServiceToken(api, httpapi.Operation{
		ID: "pipeline-mint-download-link", Method: http.MethodPost, Path: one + "/download-link", NoIdempotencyKey: true,
		Summary:     "Make a link that downloads the file, by a service token",
		Description: "Whoever has the link has the file, for a few minutes. Refused while the export is not ready, and after seven days.",
	}, h.link)
}

// Elsewhere is an answer that leads on to another address.
type Elsewhere struct {
	Location string `header:"Location" doc:"Where the file is, for a few minutes."`
}

func (h *exports) download(ctx context.Context, a *httpapi.Access, in *ExportPath) (*Elsewhere, error) {
	link, err := h.link(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return &Elsewhere{Location: link.Body.URL}, nil
}
