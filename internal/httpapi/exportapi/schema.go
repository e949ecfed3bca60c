package exportapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/schema"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
)

// registerExportSchema adds the route that tells what an export's file holds.
func registerExportSchema(api *httpapi.API, h *exports, one string) {
	httpapi.Register(api, httpapi.Operation{
		ID: "get-export-schema", Method: http.MethodGet, Path: one + "/schema",
		Summary:     "Get the schema of an export's file",
		Description: "For programs that load the file. Columns that depend on Key Question responses are as the campaign has them now.",
	}, httpapi.CampaignAdmin, h.schema)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-schema-link", Method: http.MethodPost, Path: one + "/schema/download-link", NoIdempotencyKey: true,
		Summary:     "Create a link to the schema file of an export",
		Description: "The schema file was written with the export and expires with it: a Table Schema, for a bundle a Data Package.",
	}, httpapi.CampaignAdmin, h.schemaLink)
}

func (h *exports) schemaLink(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[httpapi.DownloadLink], error) {
	e, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	if err := e.Downloadable(a.At); err != nil {
		return nil, err
	}
	o, err := h.store.Organization(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewDownloadLink(ctx, h.files, e.SchemaKey(), e.SchemaFileName(o.Name, a.Campaign), h.life)
}

// ExportSchema is what a file's columns are, in two languages.
type ExportSchema struct {
	TableSchema any    `json:"table_schema" doc:"A Table Schema of Frictionless Data; of a bundle a Data Package, which has one for each file."`
	CreateTable string `json:"create_table" doc:"Statements that make a PostgreSQL 15 table, which the file loads into in the data dialect; of a bundle a table for each file."`
}

func (h *exports) schema(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[ExportSchema], error) {
	e, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	scope := &dataset.Scope{Campaign: a.Campaign, Items: a.Items}
	document, err := schema.Frictionless(e.Request, scope)
	if err != nil {
		return nil, err
	}
	shown := ExportSchema{CreateTable: schema.CreateTables(e.Request, scope)}
	if err := json.Unmarshal(document, &shown.TableSchema); err != nil {
		return nil, fault.Internal("schema of export %s: %w", e.ID, err)
	}
	return httpapi.NewBody(shown), nil
}
