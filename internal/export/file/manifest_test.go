package file

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
)

// newFinishedExport returns the manifest and the file of a ready export with 40 contacts.
func newFinishedExport(t *testing.T, r export.Request) (*Manifest, []byte) {
	t.Helper()
	b := newContactsFixture(40)
	b.export.Request = r
	b.Contacts[3].Details.FirstName = "two\nlines, \"quoted\""
	b.runToEnd(t, 0)
	m, err := ReadManifest(b.objects[b.export.ManifestKey()])
	if err != nil {
		t.Fatal(err)
	}
	return m, b.objects[b.export.Object]
}

func TestVerify_ChangedFile_ReportsDifferences(t *testing.T) {
	t.Parallel()
	m, whole := newFinishedExport(t, export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Standard})
	lines := bytes.SplitAfter(whole, []byte("\n"))
	for name, c := range map[string]struct {
		file        []byte
		differences []string // by their first words
	}{
		"unchanged":      {whole, nil},
		"changed byte":   {bytes.Replace(whole, []byte("Number 7"), []byte("Number 8"), 1), []string{"sha256"}},
		"missing row":    {append(bytes.Clone(whole[:len(whole)-len(lines[len(lines)-2])]), lines[len(lines)-1]...), []string{"rows", "bytes", "sha256"}},
		"truncated":      {whole[:len(whole)/2], []string{"rows", "rows", "bytes", "sha256"}},
		"renamed column": {bytes.Replace(whole, []byte("match_status"), []byte("Match status"), 1), []string{"columns", "sha256"}},
		"extra column":   {bytes.Replace(whole, []byte("match_status"), []byte("match_status,x"), 1), []string{"columns", "columns", "rows", "bytes", "sha256"}},
		"empty":          {nil, []string{"columns", "bytes", "sha256"}},
		"saved by a spreadsheet program": {
			bytes.ReplaceAll(append([]byte(byteOrderMark), whole...), []byte("\n"), []byte("\r\n")),
			[]string{"bytes", "sha256"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			got, err := m.Verify(iotest.OneByteReader(bytes.NewReader(c.file)))
			if err != nil {
				t.Fatal(err)
			}
			words := []string(nil)
			for _, d := range got {
				word, _, _ := strings.Cut(d, ":")
				words = append(words, word)
			}
			if diff := cmp.Diff(c.differences, words); diff != "" {
				t.Errorf("differences (-want +got):\n%s%s", diff, strings.Join(got, "\n"))
			}
		})
	}
	if _, err := m.Verify(iotest.ErrReader(errors.New("input/output error"))); err == nil {
		t.Error("Verify of an unreadable file returned no error")
	}
}

func TestVerify_Gzip_ComparesContent(t *testing.T) {
	t.Parallel()
	m, whole := newFinishedExport(t, export.Request{Type: "contacts", Dialect: csv.Spreadsheet, Profile: dataset.Extended, Compression: export.Gzip})
	if got, err := m.Verify(bytes.NewReader(whole)); err != nil || len(got) != 0 {
		t.Errorf("unchanged file: differences %v, error %v", got, err)
	}
	content := unzip(t, whole)
	plain, text := newFinishedExport(t, export.Request{Type: "contacts", Dialect: csv.Spreadsheet, Profile: dataset.Extended})
	if !bytes.Equal(content, text) || m.ContentSHA256 != plain.SHA256 || m.ContentBytes != plain.Bytes {
		t.Error("the content differs from the uncompressed export")
	}
	for name, file := range map[string][]byte{
		"uncompressed": content, "truncated": whole[:len(whole)-20], "with trailing bytes": append(bytes.Clone(whole), "x"...),
	} {
		got, err := m.Verify(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(got, func(d string) bool { return strings.HasPrefix(d, "compression: ") }) ||
			!slices.ContainsFunc(got, func(d string) bool { return strings.HasPrefix(d, "sha256: ") }) {
			t.Errorf("%s: differences %v", name, got)
		}
	}
}

func TestManifest_ReadyExport_DescribesFile(t *testing.T) {
	t.Parallel()
	m, _ := newFinishedExport(t, export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Standard})
	scope := exporttest.NewScope()
	var columns []string
	for _, c := range dataset.Contacts.ColumnsFor(scope, dataset.Standard) {
		columns = append(columns, c.Name)
	}
	if m.Organization.Name != scope.Organization.Name || m.Campaign.Name != scope.Campaign.Name || m.Type != "contacts" ||
		m.Profile != "standard" || m.Dialect != "data" || m.Compression != "none" || m.Rows != 40 ||
		!slices.Equal(m.Columns, columns) {
		t.Errorf("%+v", m)
	}
	for _, text := range []string{"", "{}", "id,name\n", fmt.Sprintf(`{"format":%q}`, "other/1")} {
		if got, err := ReadManifest([]byte(text)); err == nil {
			t.Errorf("ReadManifest(%q) = %+v, want an error", text, got)
		}
	}
}

// Times have three decimals even if they are whole seconds, as in the files.
func TestManifest_WholeSeconds_HaveThreeDecimals(t *testing.T) {
	t.Parallel()
	second := exporttest.Noon.Truncate(time.Second)
	e := &export.Export{RequestedAt: second, StartedAt: second, AsOf: second.Add(250 * time.Millisecond), FinishedAt: second.Add(time.Minute)}
	m := newManifest(e, exporttest.NewScope(), &output{})
	text, err := m.encode()
	if err != nil {
		t.Fatal(err)
	}
	for name, want := range map[string]string{
		"requested_at": "2026-10-24T12:00:00.000Z", "started_at": "2026-10-24T12:00:00.000Z",
		"as_of": "2026-10-24T12:00:00.250Z", "finished_at": "2026-10-24T12:01:00.000Z",
	} {
		if !strings.Contains(string(text), fmt.Sprintf("%q: %q", name, want)) {
			t.Errorf("no %s %s in %s", name, want, text)
		}
	}
	read, err := ReadManifest(text)
	if err != nil || !read.AsOf.Equal(e.AsOf) || !read.FinishedAt.Equal(e.FinishedAt) {
		t.Errorf("read: %+v, error %v", read, err)
	}
}
