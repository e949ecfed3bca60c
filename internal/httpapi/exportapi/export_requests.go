package exportapi

import (
	"errors"

	"github.com/danielgtaylor/huma/v2"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/savedview"
)

// ExportRequest holds the fields of a requested export.
type ExportRequest struct {
	Type        string `json:"type" enum:"mobilizers,contacts,voters,notes,action_item_responses,specific_action_item_responses,legacy_mobilizers,legacy_contacts,legacy_contact_action_responses,key_question_answers,invitations,management_notes,analytics,bundle" doc:"Type of the export, such as contacts; or bundle: several in one zip, with ids that join." example:"contacts"`
	Dialect     string `json:"dialect,omitempty" enum:"data,spreadsheet" default:"data" doc:"data: values exactly as stored, for programs. spreadsheet: values that spreadsheet programs neither execute nor convert."`
	Profile     string `json:"profile,omitempty" enum:"standard,extended" default:"standard" doc:"extended adds columns after the standard ones."`
	Compression string `json:"compression,omitempty" enum:"none,gzip" default:"none" doc:"gzip compresses the file; it is downloaded as .csv.gz."`
	ActionItem  string `json:"action_item_id,omitempty" doc:"Id of the action item. Required for the types of one action item."`

	Types []string `json:"types,omitempty" maxItems:"20" enum:"mobilizers,contacts,voters,notes,action_item_responses,specific_action_item_responses,legacy_mobilizers,legacy_contacts,legacy_contact_action_responses,key_question_answers,invitations,management_notes,analytics" doc:"Types in a bundle. All that need no action item when left out."`

	Filter string `json:"filter,omitempty" doc:"For contacts and mobilizers: only these rows. Parameters of the list as its URL has them, without sort, order, page and limit." example:"match_status=CONFIRMED"`
	View   string `json:"view_id,omitempty" doc:"For contacts and mobilizers: id of a saved view whose filter selects the rows. Give this or filter, not both."`
}

func newExportRequest(r export.Request) ExportRequest {
	request := ExportRequest{
		Type: string(r.Type), Dialect: string(r.Dialect), Profile: string(r.Profile), ActionItem: string(r.Item),
		Compression: "none", Filter: r.Filter, View: string(r.View),
	}
	for _, t := range r.Types.List() {
		request.Types = append(request.Types, string(t))
	}
	if r.Compression == export.Gzip {
		request.Compression = string(export.Gzip)
	}
	return request
}

// Resolve refuses a type that does not exist, in place of the general message about its enum.
func (r *ExportRequest) Resolve(_ huma.Context, prefix *huma.PathBuffer) []error {
	return checkType(r.Type, prefix)
}

// checkType returns an error with the location of the member type if a type is given that does not exist.
func checkType(given string, prefix *huma.PathBuffer) []error {
	var c fault.Checker
	if given != "" {
		export.Type(given).Check(&c)
	}
	var errs []error
	if invalid, ok := errors.AsType[*fault.Error](c.Err()); ok {
		for _, field := range invalid.Fields {
			errs = append(errs, httpapi.NewFinding(prefix.With(field.Name), field.Message, given))
		}
	}
	return errs
}

// parse returns the request for the domain, which validates it.
//
// Invalid: one of the types does not exist.
func (r *ExportRequest) parse() (export.Request, error) {
	request := export.Request{
		Type: export.Type(r.Type), Dialect: csv.Dialect(r.Dialect), Profile: dataset.Profile(r.Profile),
		Item: action.ID(r.ActionItem), Compression: parseCompression(r.Compression), Filter: r.Filter, View: savedview.ID(r.View),
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
