package httpapi

import (
	"context"
	"encoding/json"
	"net/http"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/fault"
)

// registerExportSchema adds the route that tells what an export's file holds.
func registerExportSchema(api *API, h *exports, one string) {
	register(api, operation{
		id: "read-export-schema", method: http.MethodGet, path: one + "/schema", summary: "Describe the columns of an export's file",
		description: "For programs that load the file. Of the exports with a column per Key Question response, those columns " +
			"are as the campaign has them now.",
	}, adminOfCampaign, h.schema)
}

// ExportSchema is what a file's columns are, in two languages.
type ExportSchema struct {
	TableSchema any    `json:"table_schema" doc:"A Table Schema of Frictionless Data."`
	CreateTable string `json:"create_table" doc:"Statements that make a PostgreSQL 15 table, which the file loads into in the data dialect."`
}

func (h *exports) schema(ctx context.Context, a *Access, in *ExportPath) (*Body[ExportSchema], error) {
	e, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	table, ok := export.TableOf(e.Request.Type)
	if !ok {
		return nil, fault.NotFound("export")
	}
	scope := &export.Scope{Campaign: a.Campaign, Items: a.Items}
	document, err := export.Schema(table, scope, e.Request.Profile)
	if err != nil {
		return nil, err
	}
	shown := ExportSchema{CreateTable: export.CreateTable(table, scope, e.Request.Profile)}
	if err := json.Unmarshal(document, &shown.TableSchema); err != nil {
		return nil, fault.Internal("schema of export %s: %w", e.ID, err)
	}
	return bodyOf(shown), nil
}
