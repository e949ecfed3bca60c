package adminapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/voter"
)

// uploadLife is how long an upload may begin after its link was made.
const uploadLife = time.Hour

// voterFiles answers what is asked of an organization's voter files.
type voterFiles struct {
	store    *dynamo.Store
	files    *objects.Bucket
	life     time.Duration // of links to files of rejects
	dispatch job.Invoke
}

// RegisterVoterFiles adds the routes of voter files. Files of rejects are handed out by links that live as long as life.
// Dispatch invokes import-voters for a job.
func RegisterVoterFiles(api *httpapi.API, files *objects.Bucket, life time.Duration, dispatch job.Invoke) {
	h := &voterFiles{api.Store(), files, life, dispatch}
	const all = "/v1/admin/organizations/{organization}/voter-files"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-voter-file", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create a voter file",
		Description: "Returns where to upload a state's voters: CSV or text, plain, zip or gzip, as the state publishes it. Upload the " +
			"file, then get the voter file until its status is no longer waiting or importing.",
	}, httpapi.OrganizationAdmin, h.create)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-voter-files", Method: http.MethodGet, Path: all,
		Summary:     "List an organization's voter files",
		Description: "Latest first.",
	}, httpapi.OrganizationAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-voter-file", Method: http.MethodGet, Path: all + "/{voter_file}",
		Summary:     "Get a voter file",
		Description: "Returns its status, the rows imported and rejected, and why it failed.",
	}, httpapi.OrganizationAdmin, h.get)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-rejects-link", Method: http.MethodPost, Path: all + "/{voter_file}/rejects-link", NoIdempotencyKey: true,
		Summary:     "Create a link to a voter file's rejected rows",
		Description: "The CSV lists up to 10,000 rows with their reasons. Anyone who has the link can download it until expires_at.",
	}, httpapi.OrganizationAdmin, h.rejects)
	h.registerDecisions(api, all+"/{voter_file}")
}

// VoterFile is a state's list of voters that an organization uploaded.
type VoterFile struct {
	ID         string `json:"id"`
	State      string `json:"state" doc:"Two-letter USPS code."`
	Status     string `json:"status" enum:"waiting,importing,needs_mapping,needs_confirmation,ready,failed,replaced,undone"`
	Percent    int    `json:"percent" minimum:"0" maximum:"100" doc:"Of the upload, read so far."`
	Bytes      int64  `json:"bytes" doc:"Size of the upload."`
	Rows       int    `json:"rows" doc:"Read so far."`
	Imported   int    `json:"imported" doc:"Of them, taken."`
	Rejected   int    `json:"rejected" doc:"Of them, refused."`
	Mode       string `json:"mode" enum:"add,replace"`
	LeftOut    int    `json:"left_out" doc:"Of them, left out by their status, such as removed voters."`
	Warnings   int    `json:"warnings" doc:"Voters whose zip code was shortened or left empty."`
	Layout     string `json:"layout,omitempty" doc:"The layout that was recognized."`
	Error      string `json:"error,omitempty" doc:"Why it failed, for people."`
	CreatedBy  string `json:"created_by" doc:"Name of the user."`
	CreatedAt  string `json:"created_at" format:"date-time"`
	StartedAt  string `json:"started_at,omitempty" format:"date-time"`
	FinishedAt string `json:"finished_at,omitempty" format:"date-time"`
	ReplacedBy string `json:"replaced_by_id,omitempty" doc:"Id of the newer file of the same state."`
}

func showVoterFile(f *voter.File) VoterFile {
	return VoterFile{
		ID: string(f.ID), State: f.State, Status: string(f.Status), Percent: f.Percent(), Bytes: f.Bytes,
		Rows: f.Rows, Imported: f.Imported, Rejected: f.Rejected, Error: f.Error, CreatedBy: f.ByName,
		CreatedAt: httpapi.Timestamp(f.CreatedAt), StartedAt: httpapi.Timestamp(f.StartedAt), FinishedAt: httpapi.Timestamp(f.FinishedAt),
		ReplacedBy: string(f.ReplacedBy), Mode: string(f.Mode), LeftOut: f.LeftOut, Warnings: f.Warnings, Layout: f.Layout,
	}
}

// Upload is where a file is to be sent, once, and with what.
type Upload struct {
	Method    string            `json:"method" example:"PUT"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers" doc:"To be sent along."`
	ExpiresAt string            `json:"expires_at" format:"date-time"`
}

// VoterFileWithUpload is a voter file that waits for its upload.
type VoterFileWithUpload struct {
	VoterFile
	Upload Upload `json:"upload"`
}

// VoterFileCreate is what asking for an upload takes.
type VoterFileCreate struct {
	httpapi.OrganizationPath
	Body struct {
		State string `json:"state" doc:"Two-letter USPS code of the state whose voters the file lists." example:"MA"`
		Mode  string `json:"mode,omitempty" enum:"add,replace" doc:"add: its voters are found beside those of the state's other files, such as those of counties. replace, the default: they take their place."`
	}
}

func (h *voterFiles) create(ctx context.Context, a *httpapi.Access, in *VoterFileCreate) (*httpapi.Body[VoterFileWithUpload], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (VoterFileWithUpload, []dynamo.Write, error) {
		f, err := voter.NewFile(voter.FileID(id.At(a.At)), a.Organization, in.Body.State, voter.Mode(in.Body.Mode), a.User, a.At)
		if err != nil {
			return VoterFileWithUpload{}, nil, err
		}
		expires := time.Now().Add(uploadLife) // by the machine's clock, like the signature's
		link, err := h.files.UploadLink(ctx, f.UploadKey(), uploadLife)
		if err != nil {
			return VoterFileWithUpload{}, nil, err
		}
		upload := Upload{Method: link.Method, URL: link.URL, Headers: link.Headers, ExpiresAt: httpapi.Timestamp(expires)}
		return VoterFileWithUpload{showVoterFile(f), upload}, h.store.CreateVoterFile(f), nil
	})
}

func (h *voterFiles) list(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[httpapi.List[VoterFile]], error) {
	files, err := h.store.VoterFiles(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(files, showVoterFile)), nil
}

// VoterFilePath is what every route of one voter file takes.
type VoterFilePath struct {
	httpapi.OrganizationPath
	File string `path:"voter_file" doc:"Id of the voter file."`
}

func (h *voterFiles) of(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*voter.File, error) {
	if !id.Valid(in.File) {
		return nil, fault.NotFound("voter file")
	}
	return h.store.VoterFile(ctx, a.Organization, voter.FileID(in.File))
}

func (h *voterFiles) get(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFile], error) {
	f, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(showVoterFile(f)), nil
}

func (h *voterFiles) rejects(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[httpapi.DownloadLink], error) {
	f, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	if err := f.HasRejects(a.At); err != nil {
		return nil, err
	}
	name := "voter-file_" + f.State + "_rejects_" + f.CreatedAt.Format(time.DateOnly) + ".csv"
	return httpapi.NewDownloadLink(ctx, h.files, f.RejectsKey(), name, h.life)
}
