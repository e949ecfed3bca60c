package voterfileapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/voter/layout"
	"github.com/kithhq/kith/internal/voterfile"
)

func (r *routes) registerDecisions(api *httpapi.API, file string) {
	httpapi.Register(api, httpapi.Operation{
		ID: "get-voter-file-columns", Method: http.MethodGet, Path: file + "/columns",
		Summary: "Get the columns of a voter file that needs a mapping",
		Description: "Returns the detected format, the header, sample rows and a proposed mapping. Fails with voter_file_state if the " +
			"file does not need a mapping.",
	}, httpapi.OrganizationAdmin, r.getColumns)
	httpapi.Register(api, httpapi.Operation{
		ID: "preview-voter-file-mapping", Method: http.MethodPost, Path: file + "/mapping/preview", NoIdempotencyKey: true,
		Summary: "Preview a mapping of a voter file",
		Description: "Returns the voters of the sample rows and changes nothing. Fails with voter_file_state if the file does not need " +
			"a mapping.",
	}, httpapi.OrganizationAdmin, r.previewMapping)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-voter-file-mapping", Method: http.MethodPut, Path: file + "/mapping",
		Summary: "Map the columns of a voter file and import it",
		Description: "The mapping is also used for the next file of the state with the same columns. Fails with voter_file_state if " +
			"the file does not need a mapping.",
	}, httpapi.OrganizationAdmin, r.updateMapping)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-voter-file-review", Method: http.MethodGet, Path: file + "/review",
		Summary: "Get why a voter file needs confirmation",
		Description: "Returns the figures before and after, rejected rows with their reasons, and voters of the state who are not in the " +
			"file. Fails with voter_file_state if the file does not need confirmation.",
	}, httpapi.OrganizationAdmin, r.getReview)
	httpapi.Register(api, httpapi.Operation{
		ID: "confirm-voter-file", Method: http.MethodPost, Path: file + "/confirm",
		Summary:     "Use a voter file that needs confirmation",
		Description: "A file needs confirmation if it loses over 2 % of its rows, or replaces the state's voters by over 20 % fewer.",
	}, httpapi.OrganizationAdmin, r.confirmVoterFile)
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-voter-file", Method: http.MethodPost, Path: file + "/decline",
		Summary:     "Decline a voter file",
		Description: "The file must need a mapping or confirmation. Its voters are deleted.",
	}, httpapi.OrganizationAdmin, r.declineVoterFile)
	httpapi.Register(api, httpapi.Operation{
		ID: "undo-voter-file", Method: http.MethodPost, Path: file + "/undo",
		Summary:     "Undo the import of a voter file",
		Description: "Possible for 7 days. The files that it replaced are used again. Confirmed matches keep their copy of the voter.",
	}, httpapi.OrganizationAdmin, r.undoVoterFile)
}

// VoterFileMapping assigns the columns of a file to fields.
type VoterFileMapping struct {
	Columns  map[string][]string `json:"columns" doc:"Columns of each field: their names, or their numbers from 1 if the file has no header. Values of several columns are joined with a space. Fields: state_file_id, first_name, last_name (required), city, state, zip, birth_year, birth_date, street, middle_name, suffix, canonical_voter_id, status, district_1 to district_4."`
	LeftOut  []string            `json:"left_out,omitempty" maxItems:"50" doc:"Values of status whose rows are skipped."`
	Inactive []string            `json:"inactive,omitempty" maxItems:"50" doc:"Values of status of inactive voters, who are ranked last."`
}

// VoterFileColumns holds the detected format of a file and a proposed mapping.
type VoterFileColumns struct {
	Encoding  string           `json:"encoding"`
	Separator string           `json:"separator" example:"|"`
	Quoted    bool             `json:"quoted" doc:"Whether quotes enclose values."`
	Header    []string         `json:"header" nullable:"false" doc:"Empty if the file has no header."`
	Rows      [][]string       `json:"rows" nullable:"false" doc:"The first 20 rows; long values are shortened."`
	Proposal  VoterFileMapping `json:"proposal"`
}

func (r *routes) getColumns(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFileColumns], error) {
	_, d, err := r.service.ReadDetection(ctx, request(a, in))
	if err != nil {
		return nil, err
	}
	body := VoterFileColumns{
		Encoding: d.Format.Encoding, Separator: d.Format.Separator, Quoted: d.Format.Quoted, Header: []string{}, Rows: [][]string{},
		Proposal: VoterFileMapping(d.Proposal),
	}
	body.Header, body.Rows = append(body.Header, d.Header...), append(body.Rows, d.Rows...)
	return httpapi.NewBody(body), nil
}

// VoterFileMappingInput is a request with a mapping.
type VoterFileMappingInput struct {
	VoterFilePath
	Body VoterFileMapping
}

// VoterFilePreview holds the previews of the sample rows.
type VoterFilePreview struct {
	Items []VoterPreview `json:"items" nullable:"false"`
}

// VoterPreview is the voter of a row, or why there is none.
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
	LeftOut          bool   `json:"left_out,omitempty" doc:"Whether the row is skipped because of its status."`
	Reason           string `json:"reason,omitempty" doc:"Why the row would be rejected."`
}

func (r *routes) previewMapping(ctx context.Context, a *httpapi.Access, in *VoterFileMappingInput) (*httpapi.Body[VoterFilePreview], error) {
	f, d, err := r.service.ReadDetection(ctx, request(a, &in.VoterFilePath))
	if err != nil {
		return nil, err
	}
	rows, err := d.Preview(layout.Mapping(in.Body), f.State)
	if err != nil {
		return nil, err
	}
	body := VoterFilePreview{Items: make([]VoterPreview, len(rows))}
	for i, row := range rows {
		body.Items[i] = VoterPreview{Reason: a.Translate(row.Reason), LeftOut: row.LeftOut}
		if v := row.Voter; v != nil {
			body.Items[i] = VoterPreview{
				CanonicalVoterID: v.CanonicalID, FirstName: v.FirstName, MiddleName: v.MiddleName, LastName: v.LastName, Suffix: v.Suffix,
				Street: v.Street, City: v.City, State: v.State, Zip: v.Zip, BirthYear: v.BirthYear, Inactive: v.Inactive,
			}
		}
	}
	return httpapi.NewBody(body), nil
}

func (r *routes) updateMapping(ctx context.Context, a *httpapi.Access, in *VoterFileMappingInput) (*httpapi.Body[VoterFile], error) {
	return r.decide(ctx, a, &in.VoterFilePath, func(ctx context.Context, f voterfile.Request) (*voterfile.Decision, error) {
		return r.service.Map(ctx, f, layout.Mapping(in.Body))
	})
}

func (r *routes) confirmVoterFile(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFile], error) {
	return r.decide(ctx, a, in, r.service.Confirm)
}

func (r *routes) declineVoterFile(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFile], error) {
	return r.decide(ctx, a, in, r.service.Decline)
}

func (r *routes) undoVoterFile(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Body[VoterFile], error) {
	return r.decide(ctx, a, in, r.service.Undo)
}

// decide commits a decision about a file, and dispatches the job that follows.
func (r *routes) decide(
	ctx context.Context, a *httpapi.Access, in *VoterFilePath, decide func(context.Context, voterfile.Request) (*voterfile.Decision, error),
) (*httpapi.Body[VoterFile], error) {
	var committed *voterfile.Decision // nil if the reply is that of an earlier request with the idempotency key
	reply, err := httpapi.Write(ctx, a, http.StatusOK, func() (VoterFile, []dynamo.Write, error) {
		d, err := decide(ctx, request(a, in))
		if err != nil {
			return VoterFile{}, nil, err
		}
		committed = d
		return newVoterFile(a, d.File), d.Writes, nil
	})
	if err != nil {
		return nil, err
	}
	if committed != nil {
		r.service.Dispatch(ctx, committed, a.At)
	}
	return reply, nil
}

func (r *routes) deleteVoterFile(ctx context.Context, a *httpapi.Access, in *VoterFilePath) (*httpapi.Nothing, error) {
	var committed *voterfile.Decision
	reply, err := httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		d, err := r.service.Delete(ctx, request(a, in))
		if err != nil {
			return nil, err
		}
		committed = d
		return d.Writes, nil
	})
	if err != nil {
		return nil, err
	}
	r.service.Dispatch(ctx, committed, a.At)
	return reply, nil
}
