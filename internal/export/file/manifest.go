package file

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
)

// Manifest describes a file: its content, and the sizes and hashes that prove the file complete. It is a JSON file of its own,
// written beside the other after that is complete. A file without a manifest is not complete.
type Manifest struct {
	Format        string   `json:"format" doc:"kith-export-manifest/1."`
	Export        string   `json:"export_id" doc:"Id of the export."`
	FileName      string   `json:"file_name" doc:"Name under which the browser saves the file."`
	Type          string   `json:"type" enum:"mobilizers,contacts,voters,notes,action_item_responses,specific_action_item_responses,legacy_mobilizers,legacy_contacts,legacy_contact_action_responses,key_question_answers,invitations,management_notes,analytics,bundle"`
	Profile       string   `json:"profile" enum:"standard,extended"`
	Dialect       string   `json:"dialect" enum:"data,spreadsheet"`
	Compression   string   `json:"compression" enum:"none,gzip"`
	ActionItem    string   `json:"action_item_id,omitempty"`
	Filter        string   `json:"filter,omitempty" doc:"Filter of the rows: parameters of the list of contacts or mobilizers. Absent for all rows."`
	View          string   `json:"view_id,omitempty" doc:"Id of the saved view that the filter is from."`
	Schedule      string   `json:"schedule_id,omitempty" doc:"Id of the export schedule that requested it."`
	Organization  Named    `json:"organization"`
	Campaign      Named    `json:"campaign"`
	Schema        string   `json:"schema" doc:"File name of the table schema that is stored beside the file. For a bundle: of the data package, which is also in the zip."`
	Columns       []string `json:"columns,omitempty" doc:"Names of the columns, as in the first line. Absent for a bundle: see files."`
	Rows          int      `json:"rows" doc:"Number of rows, without the first line."`
	Bytes         int64    `json:"bytes,omitempty" doc:"Size of the downloaded file. Absent in the manifest inside a bundle."`
	SHA256        string   `json:"sha256,omitempty" doc:"SHA-256 of the downloaded file, hex. Absent in the manifest inside a bundle."`
	ContentBytes  int64    `json:"content_bytes,omitempty" doc:"Size of the CSV inside a compressed file."`
	ContentSHA256 string   `json:"content_sha256,omitempty" doc:"SHA-256 of the CSV inside a compressed file, hex."`
	RequestedBy   Named    `json:"requested_by"`
	RequestedAt   Time     `json:"requested_at" format:"date-time"`
	StartedAt     Time     `json:"started_at" format:"date-time"`
	AsOf          Time     `json:"as_of" format:"date-time" doc:"Time when reading began. Each row was read between this time and finished_at."`
	FinishedAt    Time     `json:"finished_at" format:"date-time"`

	Cutoff      *Time          `json:"cutoff,omitempty" format:"date-time" doc:"For a bundle: rows created at this time or later are left out."`
	Consistency string         `json:"consistency,omitempty" doc:"For a bundle: the guarantees that hold between its rows, in words."`
	Files       []ManifestFile `json:"files,omitempty" doc:"For a bundle: its CSV files."`
}

// ManifestFile describes a CSV file in a bundle.
type ManifestFile struct {
	Name    string   `json:"name"`
	Type    string   `json:"type" enum:"mobilizers,contacts,voters,notes,action_item_responses,specific_action_item_responses,legacy_mobilizers,legacy_contacts,legacy_contact_action_responses,key_question_answers,invitations,management_notes,analytics"`
	Profile string   `json:"profile" enum:"standard,extended"`
	Columns []string `json:"columns" doc:"Names of the columns, as in the first line."`
	Rows    int      `json:"rows" doc:"Number of rows, without the first line."`
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256" doc:"SHA-256, hex."`
}

// Time is an instant that JSON has in UTC with three decimals, as the files do.
type Time struct{ time.Time }

// MarshalJSON returns the instant such as "2026-10-24T12:00:00.000Z". It does not fail.
func (t Time) MarshalJSON() ([]byte, error) {
	return []byte(t.UTC().Format(`"2006-01-02T15:04:05.000Z"`)), nil
}

// Named is an id with the name of the record.
type Named struct {
	ID   string `json:"id"`
	Name string `json:"name"`
}

const manifestFormat = "kith-export-manifest/1"

// newManifest describes a finished file of an export, without its columns.
func newManifest(e *export.Export, scope *dataset.Scope, o *output) *Manifest {
	m := &Manifest{
		Format: manifestFormat, Export: e.ID, FileName: e.FileName(scope.Organization.Name, scope.Campaign),
		Type: string(e.Request.Type), Profile: string(e.Request.Profile), Dialect: string(e.Request.Dialect),
		Compression: "none", ActionItem: string(e.Request.Item), Schedule: e.Schedule,
		Filter: e.Request.Filter, View: string(e.Request.View),
		Organization: Named{string(e.Organization), scope.Organization.Name},
		Campaign:     Named{string(e.Campaign), scope.Campaign.Name},
		Schema:       e.SchemaFileName(scope.Organization.Name, scope.Campaign), Rows: e.Rows, Bytes: e.Bytes, SHA256: e.SHA256,
		RequestedBy: Named{string(e.RequestedBy), e.RequestedByName}, RequestedAt: Time{e.RequestedAt}, StartedAt: Time{e.StartedAt},
		AsOf: Time{e.AsOf}, FinishedAt: Time{e.FinishedAt},
	}
	if e.Request.Compression == export.Gzip {
		m.Compression, m.ContentBytes = string(export.Gzip), o.textBytes
		m.ContentSHA256 = hex.EncodeToString(o.text.Sum(nil))
	}
	return m
}

// encode returns the manifest as JSON.
func (m *Manifest) encode() ([]byte, error) {
	var out bytes.Buffer
	encoder := json.NewEncoder(&out)
	encoder.SetEscapeHTML(false)
	encoder.SetIndent("", "  ")
	if err := encoder.Encode(m); err != nil {
		return nil, fmt.Errorf("export: manifest: %w", err)
	}
	return out.Bytes(), nil
}

// ReadManifest decodes a manifest. It fails when the text is not a manifest of this format.
func ReadManifest(text []byte) (*Manifest, error) {
	var m Manifest
	if err := json.Unmarshal(text, &m); err != nil {
		return nil, fmt.Errorf("manifest: %w", err)
	}
	if m.Format != manifestFormat {
		return nil, fmt.Errorf("manifest: the format is %q, not %q", m.Format, manifestFormat)
	}
	return &m, nil
}
