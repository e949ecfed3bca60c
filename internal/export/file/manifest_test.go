package file

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"testing/iotest"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
)

func finished(t *testing.T, r export.Request) (*Manifest, []byte) {
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

func TestAManifestTellsWhatIsNotTheFile(t *testing.T) {
	m, whole := finished(t, export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Standard})
	lines := bytes.SplitAfter(whole, []byte("\n"))
	for what, c := range map[string]struct {
		file    []byte
		differs []string // by their first words
	}{
		"nothing changed":   {whole, nil},
		"one byte":          {bytes.Replace(whole, []byte("Number 7"), []byte("Number 8"), 1), []string{"sha256"}},
		"a row is missing":  {append(bytes.Clone(whole[:len(whole)-len(lines[len(lines)-2])]), lines[len(lines)-1]...), []string{"rows", "bytes", "sha256"}},
		"cut off":           {whole[:len(whole)/2], []string{"rows", "rows", "bytes", "sha256"}},
		"a renamed column":  {bytes.Replace(whole, []byte("match_status"), []byte("Match status"), 1), []string{"columns", "sha256"}},
		"a column too many": {bytes.Replace(whole, []byte("match_status"), []byte("match_status,x"), 1), []string{"columns", "columns", "rows", "bytes", "sha256"}},
		"nothing":           {nil, []string{"columns", "bytes", "sha256"}},
		"saved by a spreadsheet program": {
			bytes.ReplaceAll(append([]byte(byteOrderMark), whole...), []byte("\n"), []byte("\r\n")),
			[]string{"bytes", "sha256"},
		},
	} {
		t.Run(what, func(t *testing.T) {
			got, err := m.Verify(iotest.OneByteReader(bytes.NewReader(c.file)))
			if err != nil {
				t.Fatal(err)
			}
			words := []string(nil)
			for _, d := range got {
				word, _, _ := strings.Cut(d, ":")
				words = append(words, word)
			}
			if diff := cmp.Diff(c.differs, words); diff != "" {
				t.Errorf("differences (-want +got):\n%s%s", diff, strings.Join(got, "\n"))
			}
		})
	}
	if _, err := m.Verify(iotest.ErrReader(errors.New("the disk is on fire"))); err == nil {
		t.Error("a file that can't be read was compared")
	}
}

func TestAManifestKnowsWhatIsPacked(t *testing.T) {
	m, whole := finished(t, export.Request{Type: "contacts", Dialect: csv.Spreadsheet, Profile: dataset.Extended, Compression: export.Gzip})
	if got, err := m.Verify(bytes.NewReader(whole)); err != nil || len(got) != 0 {
		t.Errorf("the file itself: %v, %v", got, err)
	}
	content := unzip(t, whole)
	plain, text := finished(t, export.Request{Type: "contacts", Dialect: csv.Spreadsheet, Profile: dataset.Extended})
	if !bytes.Equal(content, text) || m.ContentSHA256 != plain.SHA256 || m.ContentBytes != plain.Bytes {
		t.Error("what is packed is not what the same export gives unpacked")
	}
	for what, file := range map[string][]byte{
		"unpacked": content, "cut off": whole[:len(whole)-20], "with something behind it": append(bytes.Clone(whole), "x"...),
	} {
		got, err := m.Verify(bytes.NewReader(file))
		if err != nil {
			t.Fatal(err)
		}
		if !slices.ContainsFunc(got, func(d string) bool { return strings.HasPrefix(d, "compression: ") }) ||
			!slices.ContainsFunc(got, func(d string) bool { return strings.HasPrefix(d, "sha256: ") }) {
			t.Errorf("%s: %v", what, got)
		}
	}
}

func TestAManifestNamesWhatItIs(t *testing.T) {
	m, _ := finished(t, export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Standard})
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
			t.Errorf("%q is read as a manifest: %+v", text, got)
		}
	}
}
