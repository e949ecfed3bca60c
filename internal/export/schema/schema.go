// Package schema owns the machine-readable descriptions of export files: Frictionless schemas and PostgreSQL tables, both
// derived from the columns of package dataset.
package schema

import (
	"encoding/json"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/fault"
)

// Frictionless returns the JSON description of a requested file's columns: a Table Schema, or for a bundle a Data Package
// with a Table Schema for each file.
//
// Internal: the type of the request is unknown.
func Frictionless(r export.Request, scope *dataset.Scope) ([]byte, error) {
	if r.Type == export.Bundle {
		return encode(r.Type, newDataPackage(r, scope))
	}
	d, ok := dataset.Find(dataset.Name(r.Type))
	if !ok {
		return nil, fault.Internal("schema: no dataset %q", r.Type)
	}
	return encode(r.Type, NewTableSchema(d, scope, r.Profile))
}

func encode(of export.Type, schema any) ([]byte, error) {
	document, err := json.MarshalIndent(schema, "", "  ")
	if err != nil {
		return nil, fault.Internal("schema of %s: %w", of, err)
	}
	return append(document, '\n'), nil
}

// CreateTables returns the statements that create PostgreSQL 15 tables for a requested file: one table, or for a bundle one
// for each dataset. Nothing: the type of the request is unknown.
func CreateTables(r export.Request, scope *dataset.Scope) string {
	if r.Type != export.Bundle {
		d, ok := dataset.Find(dataset.Name(r.Type))
		if !ok {
			return ""
		}
		return CreateTable(d, scope, r.Profile)
	}
	var all string
	for _, d := range r.Types.Datasets() {
		all += CreateTable(d, scope, r.OptionsFor(d).Profile) + "\n"
	}
	return all
}
