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

// Manifest says what a file holds and how to tell that it is whole. It is a file of its own, JSON, written beside the
// other one once that is complete: a file without a manifest is not finished.
type Manifest struct {
	Format        string    `json:"format" doc:"kith-export-manifest/1."`
	Export        string    `json:"export" doc:"Id of the export."`
	FileName      string    `json:"file_name" doc:"What the browser saves the file as."`
	Type          string    `json:"type"`
	Profile       string    `json:"profile"`
	Dialect       string    `json:"dialect"`
	Compression   string    `json:"compression" doc:"none or gzip."`
	ActionItem    string    `json:"action_item,omitempty"`
	Schedule      string    `json:"schedule,omitempty" doc:"The schedule that asked for it."`
	Organization  Named     `json:"organization"`
	Campaign      Named     `json:"campaign"`
	Schema        string    `json:"schema" doc:"File name of the table schema beside the file; of a bundle, of the data package, which stands in it too."`
	Columns       []string  `json:"columns,omitempty" doc:"As the first line of the file has them; of a bundle, see files."`
	Rows          int       `json:"rows" doc:"Without the first line."`
	Bytes         int64     `json:"bytes,omitempty" doc:"Of the file as it is downloaded. A bundle's own copy of the manifest can't tell."`
	SHA256        string    `json:"sha256,omitempty" doc:"Of the file as it is downloaded, hex. A bundle's own copy of the manifest can't tell."`
	ContentBytes  int64     `json:"content_bytes,omitempty" doc:"Of the CSV within a compressed file."`
	ContentSHA256 string    `json:"content_sha256,omitempty" doc:"Of the CSV within a compressed file, hex."`
	RequestedBy   Named     `json:"requested_by"`
	RequestedAt   time.Time `json:"requested_at"`
	StartedAt     time.Time `json:"started_at"`
	AsOf          time.Time `json:"as_of" doc:"When the reading of the rows began. Each row is as it was when it was read, from then until finished_at."`
	FinishedAt    time.Time `json:"finished_at"`

	Cutoff      *time.Time     `json:"cutoff,omitempty" doc:"Of a bundle: rows created at this time or later are not in it."`
	Consistency string         `json:"consistency,omitempty" doc:"Of a bundle: what holds between its rows, in words."`
	Files       []ManifestFile `json:"files,omitempty" doc:"Of a bundle."`
}

// ManifestFile is a file in a bundle.
type ManifestFile struct {
	Name    string   `json:"name"`
	Type    string   `json:"type"`
	Profile string   `json:"profile"`
	Columns []string `json:"columns" doc:"As the first line has them."`
	Rows    int      `json:"rows" doc:"Without the first line."`
	Bytes   int64    `json:"bytes"`
	SHA256  string   `json:"sha256" doc:"Hex."`
}

// Named is something with its name.
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
		Organization: Named{string(e.Organization), scope.Organization.Name},
		Campaign:     Named{string(e.Campaign), scope.Campaign.Name},
		Schema:       e.SchemaFileName(scope.Organization.Name, scope.Campaign), Rows: e.Rows, Bytes: e.Bytes, SHA256: e.SHA256,
		RequestedBy: Named{string(e.By), e.ByName}, RequestedAt: e.RequestedAt, StartedAt: e.StartedAt, AsOf: e.AsOf,
		FinishedAt: e.FinishedAt,
	}
	if e.Request.Compression == export.Gzip {
		m.Compression, m.ContentBytes = string(export.Gzip), o.textBytes
		m.ContentSHA256 = hex.EncodeToString(o.text.Sum(nil))
	}
	return m
}

// encode returns the manifest as its file has it.
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

// ReadManifest reads a manifest's file. An error: it is none.
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
