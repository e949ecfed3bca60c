// Package voterfileapi owns the routes of an organization's voter files: uploads, mappings and decisions. Package voterfile
// decides; the rules are in voter and its subpackages, which also import the files.
package voterfileapi

import (
	"context"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voterfile"
)

// uploadLinkLifetime is how long an upload may begin after its link was created.
const uploadLinkLifetime = time.Hour

// routes holds what the routes of voter files need.
type routes struct {
	files        *objects.Bucket
	linkLifetime time.Duration // of download links
	service      *voterfile.Service
}

// Register adds the routes of voter files. Download links work for linkLifetime. Dispatch invokes import-voters for a job;
// without it, the sweep does.
func Register(api *httpapi.API, files *objects.Bucket, linkLifetime time.Duration, dispatch job.Invoke) {
	r := &routes{files, linkLifetime, voterfile.NewService(api.Store(), dispatch)}
	const all = "/v1/admin/organizations/{organization}/voter-files"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-voter-file", Limit: httpapi.PerHour(60), Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary: "Create a voter file",
		Description: "Returns a link for uploading a state's voters: CSV or text, plain, zip or gzip, as the state publishes it. Upload " +
			"the file, then get the voter file until its status is no longer waiting or importing.",
	}, httpapi.OrganizationAdmin, r.createVoterFile)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-voter-files", Method: http.MethodGet, Path: all,
		Summary:     "List an organization's voter files",
		Description: "Latest first.",
	}, httpapi.OrganizationAdmin, r.listVoterFiles)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-voter-file", Method: http.MethodGet, Path: all + "/{voter_file}",
		Summary:     "Get a voter file",
		Description: "Returns its status, the rows imported and rejected, and why it failed.",
	}, httpapi.OrganizationAdmin, r.getVoterFile)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-rejects-link", Method: http.MethodPost, Path: all + "/{voter_file}/rejects-link", NoIdempotencyKey: true,
		Summary:     "Create a link to a voter file's rejected rows",
		Description: "The CSV lists up to 10,000 rows with their reasons. Anyone who has the link can download it until expires_at.",
	}, httpapi.OrganizationAdmin, r.createRejectsLink)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-voter-file", Method: http.MethodDelete, Path: all + "/{voter_file}", Status: http.StatusNoContent,
		Summary: "Delete a voter file",
		Description: "Its voters are found no more, and are deleted with the upload and the rejected rows within minutes. Confirmed matches keep " +
			"their copy of the voter. If it replaced files within the last 7 days, those are not used again: undo it instead. Fails with " +
			"voter_file_importing while it is being imported.",
	}, httpapi.OrganizationAdmin, r.deleteVoterFile)
	r.registerDecisions(api, all+"/{voter_file}")
}

// VoterFile is a file of a state's voters that an organization uploads.
type VoterFile struct {
	ID         string `json:"id"`
	State      string `json:"state" doc:"Two-letter USPS code."`
	FileName   string `json:"file_name,omitempty" doc:"Name of the file that was chosen for the upload." example:"ma-voters.zip"`
	Status     string `json:"status" enum:"waiting,importing,needs_mapping,needs_confirmation,ready,failed,replaced,undone"`
	Percent    int    `json:"percent" minimum:"0" maximum:"100" doc:"Share of the upload that is read."`
	Bytes      int64  `json:"bytes" doc:"Size of the upload."`
	Rows       int    `json:"rows" doc:"Rows read so far."`
	Imported   int    `json:"imported" doc:"Of them, rows imported."`
	Rejected   int    `json:"rejected" doc:"Of them, rows rejected."`
	Mode       string `json:"mode" enum:"add,replace"`
	LeftOut    int    `json:"left_out" doc:"Of them, rows skipped because of their status, such as removed voters."`
	Warnings   int    `json:"warnings" doc:"Voters whose zip code was shortened or left empty."`
	Layout     string `json:"layout,omitempty" doc:"The layout that was recognized."`
	Error      string `json:"error,omitempty" doc:"Why the import failed, as a sentence."`
	CreatedBy  string `json:"created_by" doc:"Name of the user."`
	CreatedAt  string `json:"created_at" format:"date-time"`
	StartedAt  string `json:"started_at,omitempty" format:"date-time"`
	FinishedAt string `json:"finished_at,omitempty" format:"date-time"`
	ReplacedBy string `json:"replaced_by_id,omitempty" doc:"Id of the newer file of the same state."`
}

func newVoterFile(a *httpapi.Access, f *voter.File) VoterFile {
	return VoterFile{
		ID: string(f.ID), State: f.State, FileName: f.Name, Status: string(f.Status), Percent: f.Percent(), Bytes: f.Bytes,
		Rows: f.Rows, Imported: f.Imported, Rejected: f.Rejected, Error: a.Translate(f.Error), CreatedBy: f.ByName,
		CreatedAt: httpapi.Timestamp(f.CreatedAt), StartedAt: httpapi.Timestamp(f.StartedAt), FinishedAt: httpapi.Timestamp(f.FinishedAt),
		ReplacedBy: string(f.ReplacedBy), Mode: string(f.Mode), LeftOut: f.LeftOut, Warnings: f.Warnings, Layout: f.Layout,
	}
}

// Upload is a request that uploads a file once.
type Upload struct {
	Method    string            `json:"method" enum:"PUT"`
	URL       string            `json:"url"`
	Headers   map[string]string `json:"headers" doc:"Headers to send."`
	ExpiresAt string            `json:"expires_at" format:"date-time"`
}

// VoterFileWithUpload is a voter file that waits for its upload, with the upload link.
type VoterFileWithUpload struct {
	VoterFile
	Upload Upload `json:"upload"`
}

// CreateVoterFileRequest holds the fields of a new voter file.
type CreateVoterFileRequest struct {
	State    string `json:"state" doc:"Two-letter USPS code of the state whose voters the file lists." example:"MA"`
	FileName string `json:"file_name,omitempty" maxLength:"255" doc:"Name of the file, to tell files apart in the list." example:"ma-voters.zip"`
	Bytes    int64  `json:"bytes,omitempty" minimum:"1" maximum:"4294967296" doc:"Size of the file, at most 4 GB. The upload link then accepts a file of this size only."`
	Mode     string `json:"mode,omitempty" enum:"add,replace" default:"replace" doc:"add: searches find the file's voters and those of the state's other files, such as files of counties. replace: the file replaces the state's other files."`
}

func (r *routes) createVoterFile(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.OrganizationPath
	Body CreateVoterFileRequest
},
) (*httpapi.Body[VoterFileWithUpload], error) {
	return httpapi.Write(ctx, a, http.StatusCreated, func() (VoterFileWithUpload, []dynamo.Write, error) {
		f, writes, err := r.service.Create(ctx, voterfile.NewFile{
			Organization: a.Organization, State: in.Body.State, Name: in.Body.FileName, Mode: voter.Mode(in.Body.Mode), By: a.User, At: a.At,
		})
		if err != nil {
			return VoterFileWithUpload{}, nil, err
		}
		expires := time.Now().Add(uploadLinkLifetime) // by the machine's clock, as the signature is
		link, err := r.files.UploadLink(ctx, f.UploadKey(), in.Body.Bytes, uploadLinkLifetime)
		if err != nil {
			return VoterFileWithUpload{}, nil, err
		}
		upload := Upload{Method: link.Method, URL: link.URL, Headers: link.Headers, ExpiresAt: httpapi.Timestamp(expires)}
		return VoterFileWithUpload{newVoterFile(a, f), upload}, writes, nil
	})
}

func (r *routes) listVoterFiles(ctx context.Context, a *httpapi.Access, _ *httpapi.OrganizationPath) (*httpapi.Body[httpapi.List[VoterFile]], error) {
	files, err := r.service.List(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(httpapi.NewList(files, func(f *voter.File) VoterFile { return newVoterFile(a, f) })), nil
}

// VoterFilePath holds the path values of the routes of a voter file.
type VoterFilePath struct {
	httpapi.OrganizationPath
	File string `path:"voter_file" doc:"Id of the voter file."`
}

// request names the voter file of a path.
func request(a *httpapi.Access, in *VoterFilePath) voterfile.Request {
	return voterfile.Request{Organization: a.Organization, File: in.File, At: a.At}
}

func (r *routes) getVoterFile(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFile], error) {
	f, err := r.service.Read(ctx, request(a, in))
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newVoterFile(a, f)), nil
}

func (r *routes) createRejectsLink(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[httpapi.DownloadLink], error) {
	f, err := r.service.Read(ctx, request(a, in))
	if err != nil {
		return nil, err
	}
	if err := f.HasRejects(a.At); err != nil {
		return nil, err
	}
	name := "voter-file_" + f.State + "_rejects_" + f.CreatedAt.Format(time.DateOnly) + ".csv"
	return httpapi.NewDownloadLink(ctx, r.files, f.RejectsKey(), name, r.linkLifetime)
}
