package httpapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/objects"
)

// RegisterPipeline adds the exports of a campaign once more, for programs that have a service token of it. Files are
// handed out by links that live as long as life.
func RegisterPipeline(api *API, files *objects.Bucket, secret []byte, life time.Duration) {
	h := &exports{api.store, files, NewPages(secret), life}
	const (
		all = "/v1/pipeline/campaigns/{campaign}/exports"
		one = all + "/{export}"
	)
	registerProgram(api, operation{
		id: "pipeline-request-export", method: http.MethodPost, path: all, status: http.StatusCreated,
		summary: "Ask for a CSV of a campaign, by a service token",
		description: "It is written in the background; ask for the export until its state is ready, failed or cancelled. " +
			"While the same request is under way, whoever made it, the answer is that export, with status 200.",
	}, h.request)
	api.alsoOK(all, "The same request is under way")
	registerProgram(api, operation{
		id: "pipeline-list-exports", method: http.MethodGet, path: all,
		summary: "List a campaign's exports, the latest first, by a service token",
	}, h.list)
	registerProgram(api, operation{
		id: "pipeline-get-export", method: http.MethodGet, path: one,
		summary: "Show an export, by a service token: its state, how far it is, or why it failed",
	}, h.get)
	registerProgram(api, operation{
		id: "pipeline-read-export-manifest", method: http.MethodGet, path: one + "/manifest",
		summary:     "Show the manifest of an export's file, by a service token",
		description: "Refused while the export is not ready, and after seven days.",
	}, h.manifest)
	registerProgram(api, operation{
		id: "pipeline-read-export-schema", method: http.MethodGet, path: one + "/schema",
		summary: "Describe the columns of an export's file, by a service token",
	}, h.schema)
	registerProgram(api, operation{
		id: "pipeline-download-export", method: http.MethodGet, path: one + "/download", status: http.StatusFound,
		summary: "Download the file, by a service token: leads on to a link of a few minutes",
		description: "curl -L follows it. The link is at another address and needs no token: a client must not send it there, as " +
			"curl doesn't. Refused while the export is not ready, and after seven days.",
	}, h.download)
	registerProgram(api, operation{
		id: "pipeline-mint-download-link", method: http.MethodPost, path: one + "/download-link", noReplay: true,
		summary:     "Make a link that downloads the file, by a service token",
		description: "Whoever has the link has the file, for a few minutes. Refused while the export is not ready, and after seven days.",
	}, h.link)
}

// Elsewhere is an answer that leads on to another address.
type Elsewhere struct {
	Location string `header:"Location" doc:"Where the file is, for a few minutes."`
}

func (h *exports) download(ctx context.Context, a *Access, in *ExportPath) (*Elsewhere, error) {
	link, err := h.link(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return &Elsewhere{Location: link.Body.URL}, nil
}
