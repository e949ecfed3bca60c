package adminapi

import (
	"context"
	"log/slog"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/layout"
)

func (h *voterFiles) registerDecisions(api *httpapi.API, file string) {
	httpapi.Register(api, httpapi.Operation{
		ID: "get-voter-file-columns", Method: http.MethodGet, Path: file + "/columns",
		Summary:     "Get what was detected in a voter file that needs a mapping, with sample rows and a proposal",
		Description: "Conflict: the file does not need a mapping.",
	}, httpapi.OrganizationAdmin, h.columns)
	httpapi.Register(api, httpapi.Operation{
		ID: "preview-voter-file-mapping", Method: http.MethodPost, Path: file + "/mapping/preview", NoIdempotencyKey: true,
		Summary: "Preview what a mapping makes of the sample rows",
	}, httpapi.OrganizationAdmin, h.preview)
	httpapi.Register(api, httpapi.Operation{
		ID: "set-voter-file-mapping", Method: http.MethodPut, Path: file + "/mapping",
		Summary:     "Map the columns of a voter file and import it",
		Description: "The mapping is kept for the next file of the state with the same columns.",
	}, httpapi.OrganizationAdmin, h.setMapping)
	httpapi.Register(api, httpapi.Operation{
		ID: "confirm-voter-file", Method: http.MethodPost, Path: file + "/confirm",
		Summary:     "Use a voter file that needs confirmation",
		Description: "A file needs confirmation if it loses over 2 % of its rows, or replaces the state's voters by over 20 % fewer.",
	}, httpapi.OrganizationAdmin, h.confirm)
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-voter-file", Method: http.MethodPost, Path: file + "/decline",
		Summary: "Decline a voter file that needs a mapping or confirmation",
	}, httpapi.OrganizationAdmin, h.decline)
	httpapi.Register(api, httpapi.Operation{
		ID: "undo-voter-file", Method: http.MethodPost, Path: file + "/undo",
		Summary:     "Take a ready voter file back",
		Description: "Possible for 7 days. The files that it replaced are ready again. Confirmed matches keep their copy of the voter.",
	}, httpapi.OrganizationAdmin, h.undo)
}

// VoterFileMapping says which columns of a file hold which fields.
type VoterFileMapping struct {
	Columns  map[string][]string `json:"columns" doc:"By field: the names of the columns, or their numbers from 1 if the file has no header. Several are joined with a space. Fields: state_file_id, first_name, last_name (required), city, state, zip, birth_year, birth_date, street, middle_name, suffix, canonical_voter_id, status, district_1 to district_4."`
	LeftOut  []string            `json:"left_out,omitempty" maxItems:"50" doc:"Values of status whose rows are left out."`
	Inactive []string            `json:"inactive,omitempty" maxItems:"50" doc:"Values of status of inactive voters, who are ranked last."`
}

// VoterFileColumns is what was detected in a file.
type VoterFileColumns struct {
	Encoding  string           `json:"encoding"`
	Separator string           `json:"separator" example:"|"`
	Quoted    bool             `json:"quoted" doc:"Whether quotes enclose values."`
	Header    []string         `json:"header" nullable:"false" doc:"Empty if the file has no header."`
	Rows      [][]string       `json:"rows" nullable:"false" doc:"The first 20 rows; long values are shortened."`
	Proposal  VoterFileMapping `json:"proposal"`
}

func (h *voterFiles) detection(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*voter.File, *voter.Detection, error) {
	f, err := h.of(ctx, a, in)
	if err != nil {
		return nil, nil, err
	}
	if f.Status != voter.FileNeedsMapping {
		return nil, nil, fault.Conflict("voter_file_state", "This voter file does not wait for a mapping.")
	}
	d, err := h.store.VoterDetection(ctx, a.Organization, f.ID)
	return f, d, err
}

func (h *voterFiles) columns(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFileColumns], error) {
	_, d, err := h.detection(ctx, a, in)
	if err != nil {
		return nil, err
	}
	shown := VoterFileColumns{
		Encoding: d.Format.Encoding, Separator: d.Format.Separator, Quoted: d.Format.Quoted, Header: []string{}, Rows: [][]string{},
		Proposal: VoterFileMapping(d.Proposal),
	}
	shown.Header, shown.Rows = append(shown.Header, d.Header...), append(shown.Rows, d.Rows...)
	return httpapi.NewBody(shown), nil
}

// VoterFileMappingInput maps the columns of a voter file.
type VoterFileMappingInput struct {
	VoterFilePath
	Body VoterFileMapping
}

// VoterFilePreview is what a mapping makes of the sample rows.
type VoterFilePreview struct {
	Items []VoterPreview `json:"items" nullable:"false"`
}

// VoterPreview is a voter as a mapping gives it, or the reason why there is none.
type VoterPreview struct {
	CanonicalVoterID string `json:"canonical_voter_id,omitempty"`
	FirstName        string `json:"first_name,omitempty"`
	MiddleName       string `json:"middle_name,omitempty"`
	LastName         string `json:"last_name,omitempty"`
	Suffix           string `json:"suffix,omitempty"`
	Street           string `json:"street,omitempty"`
	City             string `json:"city,omitempty"`
	State            string `json:"state,omitempty"`
	Zip              string `json:"zip,omitempty"`
	BirthYear        int    `json:"birth_year,omitempty"`
	Inactive         bool   `json:"inactive,omitempty"`
	LeftOut          bool   `json:"left_out,omitempty" doc:"The status leaves the row out."`
	Reason           string `json:"reason,omitempty" doc:"Why the row would be rejected."`
}

func (h *voterFiles) preview(ctx context.Context, a *httpapi.Access, in *VoterFileMappingInput) (*httpapi.Body[VoterFilePreview], error) {
	f, d, err := h.detection(ctx, a, &in.VoterFilePath)
	if err != nil {
		return nil, err
	}
	rows, err := d.Preview(layout.Mapping(in.Body), f.State)
	if err != nil {
		return nil, err
	}
	shown := VoterFilePreview{Items: make([]VoterPreview, len(rows))}
	for i, row := range rows {
		shown.Items[i] = VoterPreview{Reason: row.Reason, LeftOut: row.LeftOut}
		if v := row.Voter; v != nil {
			shown.Items[i] = VoterPreview{
				CanonicalVoterID: v.CanonicalID, FirstName: v.FirstName, MiddleName: v.MiddleName, LastName: v.LastName, Suffix: v.Suffix,
				Street: v.Street, City: v.City, State: v.State, Zip: v.Zip, BirthYear: v.BirthYear, Inactive: v.Inactive,
			}
		}
	}
	return httpapi.NewBody(shown), nil
}

func (h *voterFiles) setMapping(ctx context.Context, a *httpapi.Access, in *VoterFileMappingInput) (*httpapi.Body[VoterFile], error) {
	return h.decide(ctx, a, &in.VoterFilePath, func(f *voter.File, _ []*voter.File) ([]*voter.File, *job.Job, error) {
		_, d, err := h.detection(ctx, a, &in.VoterFilePath)
		if err != nil {
			return nil, nil, err
		}
		j, saved, err := f.Map(d, layout.Mapping(in.Body), a.At, time.Now())
		if err != nil {
			return nil, nil, err
		}
		return nil, j, h.store.SaveVoterMapping(ctx, f, saved)
	})
}

func (h *voterFiles) confirm(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFile], error) {
	return h.decide(ctx, a, in, func(f *voter.File, others []*voter.File) ([]*voter.File, *job.Job, error) {
		replaced, err := f.Confirm(others, a.At)
		if err != nil || len(replaced) == 0 && f.Status == voter.FileReady {
			return nil, nil, err
		}
		j, err := f.Removal(a.At, time.Now())
		return replaced, j, err
	})
}

func (h *voterFiles) decline(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFile], error) {
	return h.decide(ctx, a, in, func(f *voter.File, _ []*voter.File) ([]*voter.File, *job.Job, error) {
		if err := f.Decline(a.At); err != nil {
			return nil, nil, err
		}
		j, err := f.Removal(a.At, time.Now())
		return nil, j, err
	})
}

func (h *voterFiles) undo(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFile], error) {
	return h.decide(ctx, a, in, func(f *voter.File, others []*voter.File) ([]*voter.File, *job.Job, error) {
		restored, err := f.Undo(others, a.At)
		if err != nil {
			return nil, nil, err
		}
		j, err := f.Removal(a.At, time.Now())
		return restored, j, err
	})
}

// decide commits a decision about a file, with the other files that it changes and the job that follows, and dispatches the
// job if it is due.
func (h *voterFiles) decide(ctx context.Context, a *httpapi.Access, in *VoterFilePath, do func(*voter.File, []*voter.File) ([]*voter.File, *job.Job, error)) (*httpapi.Body[VoterFile], error) {
	var due *job.Job
	reply, err := httpapi.Write(ctx, a, http.StatusOK, func() (VoterFile, []dynamo.Write, error) {
		f, err := h.of(ctx, a, in)
		if err != nil {
			return VoterFile{}, nil, err
		}
		others, err := h.store.VoterFiles(ctx, a.Organization)
		if err != nil {
			return VoterFile{}, nil, err
		}
		changed, j, err := do(f, others)
		if err != nil {
			return VoterFile{}, nil, err
		}
		due = nil
		var jobs []*job.Job
		if j != nil {
			jobs = append(jobs, j)
			if j.State == job.Queued {
				due = j
			}
		}
		return showVoterFile(f), h.store.DecideVoterFiles(append(changed, f), jobs...), nil
	})
	if err == nil && due != nil && h.dispatch != nil {
		if err := h.dispatch(ctx, due.ID, 0, a.At); err != nil {
			slog.WarnContext(ctx, "voter job not dispatched; the sweep requeues it", "job", due.ID, "error", err)
		}
	}
	return reply, err
}
