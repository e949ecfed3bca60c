package voter

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"io"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/voter/layout"
)

// sampleSize is the number of bytes that a file's format is detected from.
const sampleSize = 256 << 10

// plainPart is the size of the parts in which text is stored.
const plainPart = 16 << 20

// PlainKey returns the object key of the text of a compressed or UTF-16 upload.
func (f *File) PlainKey() string {
	return "plain/" + string(f.Organization) + "/" + string(f.ID) + ".csv"
}

// prepare chooses the object to read: the upload, or, if it is compressed or in UTF-16, its text in UTF-8, which is stored
// once so that the import can resume anywhere.
func (r *run) prepare(ctx context.Context) error {
	r.at.Source = r.file.UploadKey()
	head, err := r.head(ctx, 4096)
	if err != nil {
		return err
	}
	text, err := r.inflate(ctx, head)
	if err != nil || text == nil {
		return err
	}
	defer text.Close()
	if r.at.Size, err = r.storeText(ctx, text); err != nil {
		r.at.Source = ""
		return err
	}
	r.at.Source = r.file.PlainKey()
	return r.slice.SaveCheckpoint(ctx, r.at)
}

// head returns the first bytes of the source, fewer if it is shorter.
func (r *run) head(ctx context.Context, size int) ([]byte, error) {
	body, err := r.open(ctx, 0)
	if err != nil {
		return nil, err
	}
	defer body.Close()
	head, err := io.ReadAll(io.LimitReader(body, int64(size)))
	if err != nil {
		return nil, fault.Unavailable(fmt.Errorf("read voter file: %w", err))
	}
	return head, nil
}

// inflate returns the text of an upload that is compressed or in UTF-16, nil for any other.
func (r *run) inflate(ctx context.Context, head []byte) (io.ReadCloser, error) {
	const unreadable = "The archive is damaged. Create it again, or upload the file without compression."
	switch {
	case bytes.HasPrefix(head, []byte("PK\x03\x04")):
		archive, err := zip.NewReader(&objectReader{ctx: ctx, open: r.open}, r.file.Bytes)
		if err != nil {
			return nil, job.Failure(unreadable)
		}
		entry, err := onlyText(archive)
		if err != nil {
			return nil, err
		}
		text, err := entry.Open()
		if err != nil {
			return nil, job.Failure(unreadable)
		}
		return utf8Text(text)
	case bytes.HasPrefix(head, []byte("\x1f\x8b")):
		body, err := r.open(ctx, 0)
		if err != nil {
			return nil, err
		}
		text, err := gzip.NewReader(body)
		if err != nil {
			return nil, errors.Join(job.Failure(unreadable), body.Close())
		}
		return utf8Text(readCloser{text, body})
	case isUTF16(head):
		body, err := r.open(ctx, 0)
		if err != nil {
			return nil, err
		}
		return utf8Text(body)
	}
	return nil, nil
}

// onlyText returns the one file of an archive that may hold voters.
func onlyText(archive *zip.Reader) (*zip.File, error) {
	var found []*zip.File
	for _, entry := range archive.File {
		name := strings.ToLower(path.Base(entry.Name))
		if entry.FileInfo().IsDir() || strings.HasPrefix(entry.Name, "__MACOSX/") || strings.HasPrefix(name, ".") {
			continue
		}
		if slices.Contains([]string{".csv", ".txt", ".tsv", ".tab", ".dat", ""}, path.Ext(name)) && !strings.Contains(name, "readme") {
			found = append(found, entry)
		}
	}
	switch len(found) {
	case 0:
		return nil, job.Failure("The archive contains no CSV or text file.")
	case 1:
		return found[0], nil
	}
	return nil, job.Failure("The archive contains several files, such as %s and %s. Upload each of them as a voter file of its own.",
		path.Base(found[0].Name), path.Base(found[1].Name))
}

// isUTF16 reports whether text begins with a mark of UTF-16, or has the zero bytes of ASCII letters in UTF-16.
func isUTF16(head []byte) bool {
	return bytes.HasPrefix(head, []byte("\xff\xfe")) || bytes.HasPrefix(head, []byte("\xfe\xff")) ||
		len(head) >= 8 && bytes.Count(head[:8], []byte{0}) == 4
}

// isText reports whether a file is text: over a twentieth of a picture, a document or a workbook are control characters. A
// few of them in text cost their rows only.
func isText(sample []byte) bool {
	controls := 0
	for _, b := range sample {
		if b < ' ' && b != '\t' && b != '\n' && b != '\r' {
			controls++
		}
	}
	return controls*20 <= len(sample)
}

// utf8Text returns text in UTF-8. Text in UTF-16 is transcoded; any other stays as it is, and is decoded row by row.
func utf8Text(text io.ReadCloser) (io.ReadCloser, error) {
	head := make([]byte, 8)
	n, err := io.ReadFull(text, head)
	if err != nil && !errors.Is(err, io.ErrUnexpectedEOF) && !errors.Is(err, io.EOF) {
		return nil, errors.Join(job.Failure("The archive is damaged. Create it again, or upload the file without compression."), text.Close())
	}
	head = head[:n]
	whole := io.MultiReader(bytes.NewReader(head), text)
	if !isUTF16(head) {
		return readCloser{whole, text}, nil
	}
	order := unicode.LittleEndian
	if bytes.HasPrefix(head, []byte("\xfe\xff")) || head[0] == 0 {
		order = unicode.BigEndian
	}
	return readCloser{transform.NewReader(whole, unicode.UTF16(order, unicode.UseBOM).NewDecoder()), text}, nil
}

// readCloser reads from one reader and closes another.
type readCloser struct {
	io.Reader
	io.Closer
}

// storeText stores text under PlainKey and returns its size.
func (r *run) storeText(ctx context.Context, text io.Reader) (size int64, err error) {
	key := r.file.PlainKey()
	upload, err := r.Bucket.CreateUpload(ctx, key)
	if err != nil {
		return 0, err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, r.Bucket.AbortUpload(context.WithoutCancel(ctx), key, upload))
		}
	}()
	var tags []string
	part := make([]byte, plainPart)
	for number := 1; ; number++ {
		n, readErr := io.ReadFull(archiveReader{text}, part)
		if size += int64(n); size > MaxText {
			return 0, job.Failure("The file has more than 16 GB of text. Split it and upload the parts.")
		}
		if n > 0 || number == 1 {
			tag, err := r.Bucket.UploadPart(ctx, key, upload, number, part[:n])
			if err != nil {
				return 0, err
			}
			tags = append(tags, tag)
		}
		if errors.Is(readErr, io.EOF) || errors.Is(readErr, io.ErrUnexpectedEOF) {
			return size, r.Bucket.CompleteUpload(ctx, key, upload, tags)
		}
		if readErr != nil {
			if fault.Is(readErr, fault.KindUnavailable) {
				return 0, readErr
			}
			return 0, job.Failure("The archive is damaged. Create it again, or upload the file without compression.")
		}
		if err := r.slice.SaveEvery(ctx, saveEvery); err != nil {
			return 0, err
		}
	}
}

// archiveReader tells an archive that ends too early from one that ends.
type archiveReader struct{ from io.Reader }

// Read reads from the archive.
func (a archiveReader) Read(p []byte) (int, error) {
	n, err := a.from.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errTruncated
	}
	return n, err
}

var errTruncated = errors.New("the archive ends too early")

// objectReader reads an object at any offset. It keeps the body open while reads are consecutive.
type objectReader struct {
	ctx  context.Context //nolint:containedctx // of the one call that reads the archive
	open func(ctx context.Context, offset int64) (io.ReadCloser, error)
	body io.ReadCloser
	at   int64
}

// ReadAt reads len(p) bytes from an offset.
func (o *objectReader) ReadAt(p []byte, offset int64) (int, error) {
	if o.body == nil || o.at != offset {
		if o.body != nil {
			_ = o.body.Close()
		}
		body, err := o.open(o.ctx, offset)
		if err != nil {
			o.body = nil
			return 0, err
		}
		o.body, o.at = body, offset
	}
	n, err := io.ReadFull(o.body, p)
	o.at += int64(n)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = io.EOF
	}
	if err != nil && !errors.Is(err, io.EOF) {
		err = fault.Unavailable(err)
	}
	return n, err
}

// Detection is what was found in a file whose columns are unknown.
type Detection struct {
	Format   layout.Format  `json:"format"`
	Header   []string       `json:"header"`
	Raw      string         `json:"raw,omitempty"` // the header as in the file
	Rows     [][]string     `json:"rows"`          // the first rows, shortened
	Proposal layout.Mapping `json:"proposal"`
	Tag      string         `json:"tag"` // of the upload
	Source   string         `json:"source"`
	Size     int64          `json:"size"`
	Offset   int64          `json:"offset"` // of the first row after the header
	Line     int            `json:"line"`
}

// SavedMapping is the columns that an administrator mapped, for the next file with the same columns.
type SavedMapping struct {
	Header  []string       `json:"header"`
	Width   int            `json:"width"`
	Mapping layout.Mapping `json:"mapping"`
}

// fits reports whether a file has the columns of the mapping.
func (m *SavedMapping) fits(f layout.Format, header []string) bool {
	return f.Width == m.Width && slices.Equal(header, m.Header)
}

// Limits of the sample shown to an administrator.
const (
	sampleRows = 20
	sampleCell = 60 // characters
)

// chooseLayout detects the form of the source and finds the layout of its columns: the documented one, that of the state,
// or the mapping of the last file. Without one, the file waits for a mapping.
func (r *run) chooseLayout(ctx context.Context) error {
	sample, err := r.head(ctx, sampleSize)
	if err != nil {
		return err
	}
	if len(bytes.TrimSpace(bytes.TrimPrefix(sample, []byte("\ufeff")))) == 0 {
		return job.Failure("The file is empty.")
	}
	if !isText(sample) {
		return job.Failure("This is not a text file. Upload a CSV or text file, as it is or compressed with zip or gzip.")
	}
	f := layout.Detect(sample)
	rows := layout.NewRows(bytes.NewReader(sample), &f, 0, 0)
	d := &Detection{Tag: r.at.Tag, Source: r.at.Source, Size: r.at.Size}
	if f.Header {
		row, err := rows.Next()
		if err != nil || !row.Reason.Empty() {
			return job.Failure("The header is malformed. %s", row.Reason)
		}
		d.Header, d.Raw = row.Cells, row.Raw
	}
	if len(d.Header) > layout.MaxColumns {
		return job.Failure("A voter file has at most 1,000 columns.")
	}
	d.Offset, d.Line = rows.Bytes, rows.Line
	found, err := layout.Recognize(f, d.Header, r.file.State)
	if err != nil {
		if refused, ok := errors.AsType[*fault.Error](err); ok {
			return job.Failure("The header does not match the layout. %s", refused.Fields[0].Message)
		}
		return err
	}
	if found == nil {
		saved, err := r.Store.VoterMapping(ctx, r.owner(), r.file.State)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return err
		}
		if err == nil && saved.fits(f, d.Header) {
			if found, err = layout.Apply(f, d.Header, saved.Mapping); err != nil {
				found = nil
			}
		}
	}
	if found == nil {
		return r.waitForMapping(ctx, f, d, rows)
	}
	if len(d.Header) > layout.RejectColumns && d.Header[0] == "line" && d.Header[1] == "reason" || found.Skip > 0 {
		r.file.Mode = Add // corrected rejects of another file
		others, err := r.Store.VoterFiles(ctx, r.owner())
		if err != nil {
			return err
		}
		r.file.JoinSet(others)
	}
	r.file.Layout = found.Name
	r.at.Layout, r.at.Header, r.at.Offset, r.at.Line = found, d.Raw, d.Offset, d.Line
	return nil
}

// waitForMapping stores what was found in the file for an administrator, who maps its columns.
func (r *run) waitForMapping(ctx context.Context, f layout.Format, d *Detection, rows *layout.Rows) error {
	var whole [][]string
	for len(d.Rows) < sampleRows {
		row, err := rows.Next()
		if err != nil {
			break
		}
		if !row.Reason.Empty() {
			continue
		}
		whole = append(whole, row.Cells)
		short := make([]string, len(row.Cells))
		for i, cell := range row.Cells {
			short[i] = shorten(strings.ToValidUTF8(cell, "\ufffd"))
		}
		d.Rows = append(d.Rows, short)
	}
	if len(d.Rows) == 0 && !f.Header {
		return job.Failure("The file has no rows.")
	}
	d.Format, d.Proposal = f, layout.Propose(f, d.Header, whole)
	if err := r.Store.SaveDetection(ctx, r.file, d); err != nil {
		return err
	}
	r.file.Status = FileNeedsMapping
	return nil
}

func shorten(cell string) string { return shortenTo(cell, sampleCell) }

func shortenTo(text string, characters int) string {
	if utf8.RuneCountInString(text) <= characters {
		return text
	}
	return string([]rune(text)[:characters]) + "…"
}
