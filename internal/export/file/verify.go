package file

import (
	"archive/zip"
	"compress/gzip"
	"crypto/sha256"
	"encoding/csv"
	"encoding/hex"
	"errors"
	"fmt"
	"hash"
	"io"
	"strings"

	"github.com/kithhq/kith/internal/export"
)

// Bundled reports whether the manifest is of a bundle.
func (m *Manifest) Bundled() bool { return m.Type == string(export.Bundle) }

// Verify compares a downloaded file with the manifest and returns the differences, a sentence each: none when the file is
// complete and unchanged. It reads the file once and keeps one line in memory. It fails when the file can't be read.
func (m *Manifest) Verify(download io.Reader) ([]string, error) {
	var d differences
	source := &errorReader{r: download}
	stored := newHashingReader(source)
	content := stored
	if m.Compression == string(export.Gzip) {
		unzip, err := gzip.NewReader(stored)
		if err != nil {
			d.add("compression: the manifest says gzip, but the file can't be uncompressed: %v", err)
			content = nil
		} else {
			content = newHashingReader(unzip)
		}
	}
	if content != nil {
		verifyRows(content, m.Columns, m.Rows, d.add)
		if _, err := io.Copy(io.Discard, content); err != nil && source.err == nil {
			d.add("compression: the file can't be uncompressed to its end: %v", err)
		}
	}
	_, err := io.Copy(io.Discard, stored)
	if source.err != nil {
		return nil, fmt.Errorf("read the file: %w", source.err)
	}
	if err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	stored.compare("", m.Bytes, m.SHA256, d.add)
	if content != nil && content != stored {
		content.compare("content_", m.ContentBytes, m.ContentSHA256, d.add)
	}
	return d, nil
}

// VerifyBundle is Verify for a bundle. It reads the zip twice: as it is, then its files.
func (m *Manifest) VerifyBundle(download io.ReaderAt, size int64) ([]string, error) {
	var d differences
	whole := newHashingReader(io.NewSectionReader(download, 0, size))
	if _, err := io.Copy(io.Discard, whole); err != nil {
		return nil, fmt.Errorf("read the file: %w", err)
	}
	whole.compare("", m.Bytes, m.SHA256, d.add)
	contents, err := zip.NewReader(download, size)
	if err != nil {
		d.add("zip: it can't be read: %v", err)
		return d, nil
	}
	unnamed := map[string]*zip.File{}
	for _, f := range contents.File {
		unnamed[f.Name] = f
	}
	rows := 0
	for i := range m.Files {
		of := &m.Files[i]
		rows += of.Rows
		if unnamed[of.Name] == nil {
			d.add("%s: it is not in the zip", of.Name)
			continue
		}
		of.verify(unnamed[of.Name], func(format string, args ...any) { d.add(of.Name+": "+format, args...) })
		delete(unnamed, of.Name)
	}
	for name := range unnamed {
		if name != dataPackageName && name != manifestName {
			d.add("%s: it is not in the manifest", name)
		}
	}
	if rows != m.Rows {
		d.add("rows: the manifest says %d in all, its files have %d", m.Rows, rows)
	}
	return d, nil
}

func (of *ManifestFile) verify(file *zip.File, add func(string, ...any)) {
	compressed, err := file.Open()
	if err != nil {
		add("it can't be read: %v", err)
		return
	}
	defer compressed.Close()
	content := newHashingReader(compressed)
	verifyRows(content, of.Columns, of.Rows, add)
	if _, err := io.Copy(io.Discard, content); err != nil {
		add("it can't be uncompressed: %v", err)
		return
	}
	content.compare("", of.Bytes, of.SHA256, add)
}

// differences are sentences.
type differences []string

func (d *differences) add(format string, args ...any) { *d = append(*d, fmt.Sprintf(format, args...)) }

// hashingReader counts and hashes the bytes that are read through it.
type hashingReader struct {
	io.Reader
	sum   hash.Hash
	bytes int64
}

func newHashingReader(r io.Reader) *hashingReader {
	h := &hashingReader{sum: sha256.New()}
	h.Reader = io.TeeReader(r, h)
	return h
}

// Write counts and hashes.
func (h *hashingReader) Write(p []byte) (int, error) {
	h.bytes += int64(len(p))
	return h.sum.Write(p)
}

// compare adds a difference unless size and hash are those of the manifest, whose names begin with a prefix.
func (h *hashingReader) compare(prefix string, bytes int64, sha256 string, add func(string, ...any)) {
	if h.bytes != bytes {
		add("%sbytes: the manifest says %d, the file has %d", prefix, bytes, h.bytes)
	}
	if sum := hex.EncodeToString(h.sum.Sum(nil)); sum != sha256 {
		add("%ssha256: the manifest says %s, the file has %s", prefix, sha256, sum)
	}
}

// errorReader keeps the error of reading, to tell it from errors of decoding.
type errorReader struct {
	r   io.Reader
	err error
}

// Read reads.
func (e *errorReader) Read(p []byte) (int, error) {
	n, err := e.r.Read(p)
	if err != nil && !errors.Is(err, io.EOF) {
		e.err = err
	}
	return n, err
}

// verifyRows compares the columns and counts the rows, as far as the text can be read as CSV.
func verifyRows(content io.Reader, columns []string, rows int, add func(string, ...any)) {
	reader := csv.NewReader(content)
	reader.ReuseRecord = true
	reader.FieldsPerRecord = -1
	header, err := reader.Read()
	if err != nil {
		add("columns: the first line can't be read: %v", err)
		return
	}
	header[0] = strings.TrimPrefix(header[0], byteOrderMark)
	if len(header) != len(columns) {
		add("columns: the manifest says %d, the file has %d", len(columns), len(header))
	}
	for i := range min(len(header), len(columns)) {
		if header[i] != columns[i] {
			add("columns: the manifest says that column %d is %q, in the file it is %q", i+1, columns[i], header[i])
			break
		}
	}
	width, read, firstOdd := len(header), 0, 0
	for {
		cells, err := reader.Read()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			add("rows: the row after row %d can't be read: %v", read, err)
			return
		}
		read++
		if len(cells) != width && firstOdd == 0 {
			firstOdd = read
			add("rows: row %d has %d cells, the first line %d", read, len(cells), width)
		}
	}
	if read != rows {
		add("rows: the manifest says %d, the file has %d", rows, read)
	}
}
