package export

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	stdcsv "encoding/csv"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"
	"time"
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

	Cut   *time.Time     `json:"cut,omitempty" doc:"Of a bundle: nothing made from here on is in it."`
	Holds string         `json:"holds,omitempty" doc:"Of a bundle: what can be relied on, in words."`
	Files []ManifestFile `json:"files,omitempty" doc:"Of a bundle."`
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

// manifest describes a finished file of the export, but for its columns.
func (e *Export) manifest(scope *Scope, f *file) *Manifest {
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
	if e.Request.Compression == Gzip {
		m.Compression, m.ContentBytes = string(Gzip), f.textBytes
		m.ContentSHA256 = hex.EncodeToString(f.text.Sum(nil))
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

// columnsOf returns the cells of a file's first line.
func columnsOf(line []byte) ([]string, error) {
	cells, err := stdcsv.NewReader(bytes.NewReader(bytes.TrimPrefix(line, []byte(bom)))).Read()
	if err != nil {
		return nil, fmt.Errorf("export: heading: %w", err)
	}
	return cells, nil
}

const bom = "\ufeff"

// measured is a reader that counts and hashes what goes through it.
type measured struct {
	io.Reader
	sum   hash.Hash
	bytes int64
}

func measure(r io.Reader) *measured {
	m := &measured{sum: sha256.New()}
	m.Reader = io.TeeReader(r, m)
	return m
}

// Write counts and hashes.
func (m *measured) Write(p []byte) (int, error) {
	m.bytes += int64(len(p))
	return m.sum.Write(p)
}

func (m *measured) digest() string { return hex.EncodeToString(m.sum.Sum(nil)) }

// Verify recomputes from a downloaded file what the manifest says of it, and returns what differs, a sentence each: none
// when the file is whole. It reads the file once and holds a line of it. An error: the file can't be read.
func (m *Manifest) Verify(download io.Reader) ([]string, error) {
	source := &failing{r: download}
	stored := measure(source)
	var differs []string
	say := func(format string, args ...any) { differs = append(differs, fmt.Sprintf(format, args...)) }
	content := stored
	if m.Compression == string(Gzip) {
		unzip, err := gzip.NewReader(stored)
		if err != nil {
			say("compression: the manifest says gzip, the file can't be unpacked: %v", err)
			content = nil
		} else {
			content = measure(unzip)
		}
	}
	if content != nil {
		verifyRows(content, m.Columns, m.Rows, say)
		if _, err := io.Copy(io.Discard, content); err != nil && source.err == nil {
			say("compression: the file can't be unpacked to its end: %v", err)
		}
	}
	_, err := io.Copy(io.Discard, stored)
	if source.err != nil {
		return nil, fmt.Errorf("read the file: %w", source.err)
	}
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if stored.bytes != m.Bytes {
		say("bytes: the manifest says %d, the file has %d", m.Bytes, stored.bytes)
	}
	if stored.digest() != m.SHA256 {
		say("sha256: the manifest says %s, the file has %s", m.SHA256, stored.digest())
	}
	if content != nil && content != stored {
		if content.bytes != m.ContentBytes {
			say("content_bytes: the manifest says %d, the file has %d", m.ContentBytes, content.bytes)
		}
		if content.digest() != m.ContentSHA256 {
			say("content_sha256: the manifest says %s, the file has %s", m.ContentSHA256, content.digest())
		}
	}
	return differs, nil
}

// VerifyBundle does for a bundle what Verify does for other files. It reads the zip twice: as it is, then what is in it.
func (m *Manifest) VerifyBundle(download io.ReaderAt, size int64) ([]string, error) {
	var differs []string
	say := func(format string, args ...any) { differs = append(differs, fmt.Sprintf(format, args...)) }
	whole := measure(io.NewSectionReader(download, 0, size))
	if _, err := io.Copy(io.Discard, whole); err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	if size != m.Bytes {
		say("bytes: the manifest says %d, the file has %d", m.Bytes, size)
	}
	if whole.digest() != m.SHA256 {
		say("sha256: the manifest says %s, the file has %s", m.SHA256, whole.digest())
	}
	contents, err := zip.NewReader(download, size)
	if err != nil {
		say("zip: it can't be read: %v", err)
		return differs, nil
	}
	there := map[string]*zip.File{}
	for _, f := range contents.File {
		there[f.Name] = f
	}
	rows := 0
	for i := range m.Files {
		of := &m.Files[i]
		rows += of.Rows
		if there[of.Name] == nil {
			say("%s: it is not in the zip", of.Name)
			continue
		}
		of.verify(there[of.Name], func(format string, args ...any) { say(of.Name+": "+format, args...) })
		delete(there, of.Name)
	}
	for name := range there {
		if name != packageName && name != manifestName {
			say("%s: the manifest doesn't name it", name)
		}
	}
	if rows != m.Rows {
		say("rows: the manifest says %d in all, its files have %d", m.Rows, rows)
	}
	return differs, nil
}

func (of *ManifestFile) verify(file *zip.File, say func(string, ...any)) {
	packed, err := file.Open()
	if err != nil {
		say("it can't be read: %v", err)
		return
	}
	defer packed.Close()
	content := measure(packed)
	verifyRows(content, of.Columns, of.Rows, say)
	if _, err := io.Copy(io.Discard, content); err != nil {
		say("it can't be unpacked: %v", err)
		return
	}
	if content.bytes != of.Bytes {
		say("bytes: the manifest says %d, the file has %d", of.Bytes, content.bytes)
	}
	if content.digest() != of.SHA256 {
		say("sha256: the manifest says %s, the file has %s", of.SHA256, content.digest())
	}
}

// Bundled reports whether the manifest is that of a bundle.
func (m *Manifest) Bundled() bool { return m.Type == string(Bundle) }

// failing keeps why reading failed, to tell it from what is wrong with what was read.
type failing struct {
	r   io.Reader
	err error
}

// Read reads.
func (f *failing) Read(p []byte) (int, error) {
	n, err := f.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		f.err = err
	}
	return n, err
}

// verifyRows compares columns and rows, as far as the text can be read as CSV.
func verifyRows(content io.Reader, columns []string, want int, say func(string, ...any)) {
	lines := stdcsv.NewReader(content)
	lines.ReuseRecord = true
	lines.FieldsPerRecord = -1
	first, err := lines.Read()
	if err != nil {
		say("columns: the first line can't be read: %v", err)
		return
	}
	first[0] = strings.TrimPrefix(first[0], bom)
	if len(first) != len(columns) {
		say("columns: the manifest says %d, the file has %d", len(columns), len(first))
	}
	for i := range min(len(first), len(columns)) {
		if first[i] != columns[i] {
			say("columns: the manifest says that column %d is %q, in the file it is %q", i+1, columns[i], first[i])
			break
		}
	}
	width, rows, odd := len(first), 0, 0
	for {
		cells, err := lines.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			say("rows: the one behind row %d can't be read: %v", rows, err)
			return
		}
		rows++
		if len(cells) != width && odd == 0 {
			odd = rows
			say("rows: row %d has %d cells, the first line %d", rows, len(cells), width)
		}
	}
	if rows != want {
		say("rows: the manifest says %d, the file has %d", want, rows)
	}
}
