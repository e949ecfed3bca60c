package file

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/exporttest"
)

// writeZip returns a zip that is written in parts. After each part another process resumes.
func writeZip(t interface{ Fatalf(string, ...any) }, files map[string][]string, names []string, endPart func() bool) []byte {
	must := func(err error) {
		if err != nil {
			t.Fatalf("%v", err)
		}
	}
	e := &export.Export{StartedAt: exporttest.Noon, Request: export.Request{Type: export.Bundle, Dialect: csv.Data}}
	f, err := newOutput(e)
	must(err)
	var whole []byte
	for _, name := range names {
		f.archive.begin(name, 0)
		for _, text := range files[name] {
			must(f.add([]byte(text)))
			if !endPart() {
				continue
			}
			must(f.endPart())
			state, err := f.state()
			must(err)
			whole = append(whole, f.takePart()...)
			kept, err := json.Marshal(state)
			must(err)
			var read outputState
			must(json.Unmarshal(kept, &read))
			f, err = newOutput(e)
			must(err)
			must(f.resume(read))
		}
		must(f.archive.end(0))
	}
	f.archive.close()
	must(f.endPart())
	if f.bytes != int64(len(whole)+len(f.part)) {
		t.Fatalf("the output counts %d bytes, want %d", f.bytes, len(whole)+len(f.part))
	}
	return append(whole, f.part...)
}

// readZip returns the files in a zip.
func readZip(t interface{ Fatalf(string, ...any) }, whole []byte) map[string]string {
	r, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		t.Fatalf("%v", err)
		return nil
	}
	all := map[string]string{}
	for _, f := range r.File {
		content, err := f.Open()
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		text, err := io.ReadAll(content)
		if err != nil {
			t.Fatalf("%s: %v", f.Name, err)
		}
		all[f.Name] = string(text)
	}
	return all
}

func TestZip_RandomParts_KeepsContent(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		files, names := map[string][]string{}, []string{}
		for n := range rapid.IntRange(0, 4).Draw(t, "files") {
			name := fmt.Sprintf("file-%d.csv", n)
			names = append(names, name)
			files[name] = rapid.SliceOfN(rapid.StringN(0, 300, -1), 0, 30).Draw(t, "lines")
		}
		got := readZip(t, writeZip(t, files, names, func() bool { return rapid.IntRange(0, 4).Draw(t, "end part") == 0 }))
		for _, name := range names {
			if text, there := got[name]; !there || text != strings.Join(files[name], "") {
				t.Fatalf("%s contains %q, want %q", name, text, files[name])
			}
		}
		if len(got) != len(names) {
			t.Fatalf("%d files, want %d", len(got), len(names))
		}
	})
}

func TestZip_OtherPrograms_CanReadIt(t *testing.T) {
	t.Parallel()
	var lines []string
	for n := range 50_000 {
		lines = append(lines, fmt.Sprintf("%d,Zoë O'Brien,\"two\nlines\"\n", n*n))
	}
	n := 0
	whole := writeZip(t, map[string][]string{"contacts.csv": lines, "empty.csv": nil, "notes.csv": lines[:9]},
		[]string{"contacts.csv", "empty.csv", "notes.csv"}, func() bool { n++; return n%7_000 == 0 })
	path := filepath.Join(t.TempDir(), "bundle.zip")
	if err := os.WriteFile(path, whole, 0o600); err != nil {
		t.Fatal(err)
	}
	const script = `import sys, zipfile
z = zipfile.ZipFile(sys.argv[1])
assert z.testzip() is None
print([(i.filename, i.file_size, i.date_time) for i in z.infolist()])
sys.stdout.write(z.read("notes.csv").decode())`
	out, err := exec.CommandContext(t.Context(), exporttest.Program(t, "python3.11"), "-c", script, path).CombinedOutput()
	want := fmt.Sprintf("[('contacts.csv', %d, (2026, 10, 24, 12, 0, 0)), ('empty.csv', 0, (2026, 10, 24, 12, 0, 0)), ('notes.csv', %d, (2026, 10, 24, 12, 0, 0))]\n",
		len(strings.Join(lines, "")), len(strings.Join(lines[:9], ""))) + strings.Join(lines[:9], "")
	if err != nil || string(out) != want {
		t.Errorf("Python: %v: %s, want %s", err, out, want)
	}
	out, err = exec.CommandContext(t.Context(), exporttest.Program(t, "unzip"), "-t", path).CombinedOutput()
	if err != nil || !strings.Contains(string(out), "No errors detected") {
		t.Errorf("unzip -t: %v: %s", err, out)
	}
}

func TestZip_Over4GiB_UsesZip64(t *testing.T) {
	t.Parallel()
	f, err := newOutput(&export.Export{StartedAt: exporttest.Noon, Request: export.Request{Type: export.Bundle}})
	if err != nil {
		t.Fatal(err)
	}
	const gib = int64(1) << 30
	large := []entry{
		{Name: "small.csv", Bytes: 12, Compressed: 7},
		{Name: "large.csv", Offset: 100, Bytes: 9 * gib, Compressed: 5 * gib},
		{Name: "wide.csv", Offset: 6 * gib, Bytes: math.MaxUint32, Compressed: gib},
		{Name: "last.csv", Offset: 7 * gib, Bytes: 3, Compressed: 4},
	}
	f.archive.done, f.bytes = large, 8*gib
	f.archive.close()
	// The directory follows eight gigabytes of zeros.
	whole := &sparse{from: 8 * gib, tail: f.part}
	r, err := zip.NewReader(whole, whole.from+int64(len(whole.tail)))
	if err != nil {
		t.Fatal(err)
	}
	for n, file := range r.File {
		want := large[n]
		if file.Name != want.Name || file.UncompressedSize64 != uint64(want.Bytes) || file.CompressedSize64 != uint64(want.Compressed) {
			t.Errorf("%s has %d bytes, %d compressed; want %+v", file.Name, file.UncompressedSize64, file.CompressedSize64, want)
		}
	}
	if len(r.File) != len(large) {
		t.Errorf("%d files", len(r.File))
	}
	if tail := large[1].dataDescriptor(); len(tail) != 24 {
		t.Errorf("the data descriptor of a large file has %d bytes, want 24", len(tail))
	}
	path := filepath.Join(t.TempDir(), "large.zip")
	hole, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := hole.WriteAt(f.part, whole.from); err != nil {
		t.Fatal(err)
	}
	if err := hole.Close(); err != nil {
		t.Fatal(err)
	}
	out, err := exec.CommandContext(t.Context(), exporttest.Program(t, "python3.11"), "-c",
		"import sys, zipfile\nprint([(i.file_size, i.compress_size, i.header_offset) for i in zipfile.ZipFile(sys.argv[1]).infolist()])", path).CombinedOutput()
	want := fmt.Sprintf("[(12, 7, 0), (%d, %d, 100), (%d, %d, %d), (3, 4, %d)]\n", 9*gib, 5*gib, int64(math.MaxUint32), gib, 6*gib, 7*gib)
	if err != nil || string(out) != want {
		t.Errorf("Python: %v: %s, want %s", err, out, want)
	}
}

// sparse is a file of zeros with a tail.
type sparse struct {
	from int64
	tail []byte
}

func (s *sparse) ReadAt(p []byte, at int64) (int, error) {
	clear(p)
	if at+int64(len(p)) > s.from {
		skip := max(0, s.from-at)
		n := copy(p[skip:], s.tail[max(0, at-s.from):])
		if int(skip)+n < len(p) {
			return int(skip) + n, io.EOF
		}
	}
	return len(p), nil
}

func TestZip_ModificationTime_IsMSDOS(t *testing.T) {
	t.Parallel()
	clock, date := dosTime(time.Date(2026, 11, 22, 17, 43, 59, 0, time.UTC))
	if clock != 17<<11|43<<5|29 || date != 46<<9|11<<5|22 {
		t.Errorf("dosTime = %x, %x", clock, date)
	}
}
