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
	if m.Compression == string(export.Gzip) {
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
		if name != dataPackageName && name != manifestName {
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
func (m *Manifest) Bundled() bool { return m.Type == string(export.Bundle) }

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
	lines := csv.NewReader(content)
	lines.ReuseRecord = true
	lines.FieldsPerRecord = -1
	first, err := lines.Read()
	if err != nil {
		say("columns: the first line can't be read: %v", err)
		return
	}
	first[0] = strings.TrimPrefix(first[0], byteOrderMark)
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
