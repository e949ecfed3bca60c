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

// registerExportSchema adds the routes of the schema of an export's file.
func registerExportSchema(api *httpapi.API, r *exportRoutes, one string) {
	httpapi.Register(api, httpapi.Operation{
		ID: "get-export-schema", Method: http.MethodGet, Path: one + "/schema",
		Summary:     "Get the schema of an export's file",
		Description: "Programs that load the file use it. Columns named after Key Question responses follow the campaign's current responses.",
	}, httpapi.CampaignAdmin, r.getSchema)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-schema-link", Method: http.MethodPost, Path: one + "/schema/download-link", NoIdempotencyKey: true,
		Summary: "Create a link to the schema file of an export",
		Description: "The schema file was written with the export and expires with it. It is a Table Schema; for a bundle, a Data Package. " +
			"Fails with export_not_ready until the export is ready, and with export_expired after seven days.",
	}, httpapi.CampaignAdmin, r.createSchemaLink)
}

func (r *exportRoutes) createSchemaLink(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[httpapi.DownloadLink], error) {
	e, err := r.readFinishedExport(ctx, a, in)
	if err != nil {
		return nil, err
	}
	o, err := r.store.Organization(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	return httpapi.NewDownloadLink(ctx, r.files, e.SchemaKey(), e.SchemaFileName(o.Name, a.Campaign), r.linkLifetime)
}

// ExportSchema describes the columns of a file in two formats.
type ExportSchema struct {
	TableSchema any    `json:"table_schema" doc:"Frictionless Table Schema; for a bundle a Data Package with one for each file."`
	CreateTable string `json:"create_table" doc:"SQL statements that create a PostgreSQL 15 table for the file in the data dialect; for a bundle one for each file."`
}

func (r *exportRoutes) getSchema(ctx context.Context, a *httpapi.Access, in *ExportPath) (*httpapi.Body[ExportSchema], error) {
	e, err := r.service.Read(ctx, a.Campaign.ID, in.Export)
	if err != nil {
		return nil, err
	}
	scope := &dataset.Scope{Campaign: a.Campaign, Items: a.Items}
	document, err := schema.Frictionless(e.Request, scope)
	if err != nil {
		return nil, err
	}
	body := ExportSchema{CreateTable: schema.CreateTables(e.Request, scope)}
	if err := json.Unmarshal(document, &body.TableSchema); err != nil {
		return nil, fault.Internal("schema of export %s: %w", e.ID, err)
	}
	return httpapi.NewBody(body), nil
}
