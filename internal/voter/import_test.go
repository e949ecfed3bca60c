package voter

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"fmt"
	"math/rand/v2"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/encoding/unicode"

	"github.com/kithhq/kith/internal/fault"
)

func TestImport_MixedRows_StoresValidAndListsRejects(t *testing.T) {
	d := newImportFixture()
	d.createFile("f1", "ma")
	f := d.upload(t, "f1", "\ufeffState_File_ID,first_name,LAST_NAME,city,state,zip,party\r\n"+
		"0012,José,O'Brien,Cambridge,MA,02139,D\r\n"+
		"\r\n"+
		"0013,\"Ann, \"\"A\"\"\",Lee,\"Bos\nton\",ma,02139-0001,R\r\n"+
		"0012,Again,Again,Boston,MA,02139,D\r\n"+
		",No,Id,Boston,MA,02139,D\r\n"+
		"0014,Pat,Doe,Dover,NH,03820,D\r\n"+
		"0015,,,Boston,MA,02139,D\r\n"+
		"0016,TOO,SHORT\r\n"+
		"0017,\"never closed,Lee,Boston,MA,02139,D\r\n"+
		"12345678901234567,=Max,Last,Boston,MA,02139,D")
	if f.Status != FileNeedsConfirmation || f.Rows != 9 || f.Imported != 3 || f.Rejected != 6 || f.RejectsKept != 6 || f.BytesRead != f.Bytes {
		t.Fatalf("file record: %+v", f)
	}
	want := map[string]Row{
		"MA0012": {&Voter{CanonicalID: "MA0012", StateFileID: "0012", FirstName: "José", LastName: "O'Brien", City: "Cambridge", State: "MA", Zip: "02139"}, 2},
		"MA0013": {&Voter{CanonicalID: "MA0013", StateFileID: "0013", FirstName: `Ann, "A"`, LastName: "Lee", City: "Bos\nton", State: "MA", Zip: "02139-0001"}, 4},
		"MA12345678901234567": {&Voter{
			CanonicalID: "MA12345678901234567", StateFileID: "12345678901234567", FirstName: "=Max", LastName: "Last",
			City: "Boston", State: "MA", Zip: "02139",
		}, 12},
	}
	if diff := cmp.Diff(want, d.voters["f1"]); diff != "" {
		t.Errorf("voters (-want +got):\n%s", diff)
	}
	review := d.reviews["f1"]
	if review == nil || len(review.Reasons) != 6 || len(review.Rejects) != 6 || len(review.Missing) > 0 ||
		review.Rejects[0] != (Reject{6, Duplicate, "0012,Again,Again,Boston,MA,02139,D"}) ||
		review.Rejects[5].Raw != `0017,"never closed,Lee,Boston,MA,02139,D` {
		t.Errorf("review: %+v", review)
	}
	wantRejects := "line,reason,State_File_ID,first_name,LAST_NAME,city,state,zip,party\r\n" +
		"6,\"" + Duplicate + "\",0012,Again,Again,Boston,MA,02139,D\r\n" +
		"7,\"state_file_id is empty.\",,No,Id,Boston,MA,02139,D\r\n" +
		"8,\"state is not MA, the state of this file.\",0014,Pat,Doe,Dover,NH,03820,D\r\n" +
		"9,\"first_name and last_name are both empty.\",0015,,,Boston,MA,02139,D\r\n" +
		"10,\"The row and the header have different numbers of columns.\",0016,TOO,SHORT\r\n" +
		"11,\"The row's quotes do not follow the rules of CSV.\",0017,\"never closed,Lee,Boston,MA,02139,D\r\n"
	if diff := cmp.Diff(wantRejects, string(d.objects[f.RejectsKey()])); diff != "" {
		t.Errorf("rejects (-want +got):\n%s", diff)
	}
}

func TestImport_UnusableFile_FailsWithReason(t *testing.T) {
	noise := rand.New(rand.NewPCG(1, 2))
	picture := "\x89PNG\r\n\x1a\n"
	for range 2000 {
		picture += string([]byte{byte(noise.IntN(256))})
	}
	for content, want := range map[string]string{
		"":                                   "The file is empty.",
		picture:                              "This is not a text file.",
		"%PDF-1.4\n" + picture[8:]:           "This is not a text file.",
		header:                               "The file has no rows after its header.",
		header + "x,,A,B,C,MA,02139\n":       "No row of the file could be imported.",
		"zip," + header + "1,x,1,A,B,C,MA,0": "The column zip occurs twice.",
		header + "x,1E+11,A,B,C,MA,02139\n":  "Voter ids are in scientific notation, such as 1E+11",
	} {
		d := newImportFixture()
		d.createFile("f1", "MA")
		f := d.upload(t, "f1", content)
		if f.Status != FileFailed || !strings.Contains(f.Error.String(), want) {
			t.Errorf("%q: %s, %q", content, f.Status, f.Error)
		}
	}
}

func TestImport_NewerFileOfSameState_ReplacesOlder(t *testing.T) {
	d := newImportFixture()
	for _, id := range []FileID{"f1", "f2", "f3", "f4"} {
		d.createFile(id, map[FileID]string{"f1": "MA", "f2": "ME", "f3": "MA", "f4": "MA"}[id])
	}
	d.upload(t, "f1", header+",1,A,B,C,MA,0\n")
	d.upload(t, "f2", header+",1,A,B,C,ME,0\n")
	d.upload(t, "f4", header+",2,A,B,C,MA,0\n")
	d.upload(t, "f3", header+",3,A,B,C,MA,0\n") // created before f4, ready after it
	for id, want := range map[FileID]FileState{"f1": FileReplaced, "f2": FileReady, "f3": FileReplaced, "f4": FileReady} {
		if got := d.files[id].Status; got != want {
			t.Errorf("%s is %s, want %s", id, got, want)
		}
		if _, kept := d.voters[id]; kept != (want == FileReady) {
			t.Errorf("%s is %s and its rows are kept: %t", id, want, kept)
		}
	}
	f1 := d.files["f1"]
	if err := d.importer().Stored(t.Context(), f1.UploadKey(), "tag", 5, noon, time.Second); err != nil || len(d.jobs) > 0 {
		t.Errorf("second upload to the same link: %v, %v", err, d.jobs)
	}
}

func TestImport_FileAddedToMostFiles_FailsWithAdvice(t *testing.T) {
	d := newImportFixture()
	for n := range MaxFiles {
		f := File{ID: FileID(fmt.Sprintf("e%03d", n)), State: "OH", Status: FileReady, Mode: Add}
		d.files[f.ID] = f
	}
	d.addFile("f1", "OH")
	f := d.upload(t, "f1", header+",1,A,B,C,OH,0\n")
	if f.Status != FileFailed || !strings.Contains(f.Error.String(), "Join files into one") {
		t.Errorf("%s, %q", f.Status, f.Error)
	}
	delete(d.files, "e000")
	d.addFile("f2", "OH")
	if f := d.upload(t, "f2", header+",1,A,B,C,OH,0\n"); f.Status != FileReady {
		t.Errorf("below the limit: %s, %q", f.Status, f.Error)
	}
}

func votersCSV(rows int) string {
	var b strings.Builder
	b.WriteString(header)
	for n := range rows {
		fmt.Fprintf(&b, ",%d,First %d,\"Last\nName\",Boston,MA,02139\n", n%(rows-2), n)
	}
	return b.String()
}

func TestImport_CrashAtAnyCall_SameResult(t *testing.T) {
	clean := newImportFixture()
	clean.createFile("f0", "MA")
	clean.upload(t, "f0", header+",1,A,B,C,MA,0\n")
	clean.calls = 0
	clean.createFile("f1", "MA")
	want := clean.upload(t, "f1", votersCSV(120))
	if want.Imported != 118 || want.Rejected != 2 || want.Status != FileReady {
		t.Fatalf("clean import: %+v", want)
	}
	for at := 1; at <= clean.calls; at++ {
		for _, after := range []bool{false, true} {
			d := newImportFixture()
			d.createFile("f0", "MA")
			d.upload(t, "f0", header+",1,A,B,C,MA,0\n")
			d.createFile("f1", "MA")
			d.calls, d.crashAt, d.after = 0, at, after
			got := d.upload(t, "f1", votersCSV(120))
			if got.Status != want.Status || got.Rows != want.Rows || got.Imported != want.Imported || got.Rejected != want.Rejected {
				t.Fatalf("crash at call %d (after %t): %+v", at, after, got)
			}
			if diff := cmp.Diff(clean.voters, d.voters); diff != "" {
				t.Fatalf("crash at call %d (after %t): voters differ:\n%s", at, after, diff)
			}
			for id := range d.voters["f1"] {
				if !slices.Contains(d.indexed["f1"], id) {
					t.Fatalf("crash at call %d (after %t): %s is in no search block", at, after, id)
				}
			}
			if !bytes.Equal(clean.objects[want.RejectsKey()], d.objects[want.RejectsKey()]) {
				t.Fatalf("crash at call %d (after %t): rejects differ", at, after)
			}
		}
	}
}

// compressed returns content in a zip archive.
func compressed(t *testing.T, files map[string]string) string {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, content := range files {
		entry, err := w.Create(name)
		if err == nil {
			_, err = entry.Write([]byte(content))
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func gzipped(t *testing.T, content string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(content))
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return b.String()
}

func TestImport_CompressedAndUTF16_AreReadAsText(t *testing.T) {
	content := header + ",1,José,Peña,Boston,MA,02139\n,2,ANN,LEE,Boston,MA,02139\n"
	utf16, err := unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder().String(content)
	if err != nil {
		t.Fatal(err)
	}
	for name, upload := range map[string]string{
		"zip": compressed(t, map[string]string{"voters.txt": content, "__MACOSX/._voters.txt": "x", "readme.txt": "x"}), "gzip": gzipped(t, content),
		"UTF-16": utf16, "UTF-16 in gzip": gzipped(t, utf16), "Windows-1252 in gzip": gzipped(t, strings.NewReplacer("é", "\xe9", "ñ", "\xf1").Replace(content)),
	} {
		d := newImportFixture()
		d.createFile("f1", "MA")
		f := d.upload(t, "f1", upload)
		if f.Status != FileReady || f.Imported != 2 || d.voters["f1"]["MA1"].Voter == nil || d.voters["f1"]["MA1"].Voter.LastName != "Peña" {
			t.Errorf("%s: %+v", name, f)
		}
	}
	d := newImportFixture()
	d.createFile("f1", "MA")
	f := d.upload(t, "f1", compressed(t, map[string]string{"a.csv": content, "b.csv": content}))
	if f.Status != FileFailed || !strings.Contains(f.Error.String(), "Upload each of them") {
		t.Errorf("two files in an archive: %+v", f)
	}
	d.createFile("f2", "MA")
	if f = d.upload(t, "f2", gzipped(t, content)[:60]); f.Status != FileFailed || !strings.Contains(f.Error.String(), "damaged") {
		t.Errorf("a damaged archive: %+v", f)
	}
}

func TestImport_UnknownColumns_WaitForAMappingThatIsKept(t *testing.T) {
	content := "VoterID|FName|LName|Town\n7|ANN|LEE|SALEM\n8|BO|LEE|SALEM\n"
	d := newImportFixture()
	d.createFile("f1", "MA")
	f := d.upload(t, "f1", content)
	found := d.detected["f1"]
	if f.Status != FileNeedsMapping || found == nil || len(found.Rows) != 2 || len(d.voters["f1"]) > 0 {
		t.Fatalf("%+v, %+v", f, found)
	}
	mapping := found.Proposal
	if rows, err := found.Preview(mapping, "MA"); err != nil || rows[1].Voter.CanonicalID != "MA8" || rows[1].Voter.City != "" {
		t.Fatalf("preview of the proposal: %+v, %v", rows, err)
	}
	mapping.Columns["city"] = []string{"Town"}
	j, saved, err := f.Map(found, mapping, noon, d.now)
	if err != nil {
		t.Fatal(err)
	}
	d.files["f1"], d.jobs[j.ID], d.mapping = f, *j, saved
	if f = d.run(t, "f1"); f.Status != FileReady || f.Imported != 2 || d.voters["f1"]["MA7"].Voter.City != "SALEM" {
		t.Errorf("after the mapping: %+v", f)
	}
	d.createFile("f2", "MA")
	if f = d.upload(t, "f2", content); f.Status != FileReady || f.Imported != 2 {
		t.Errorf("the next file with these columns: %+v", f)
	}
	if _, _, err := f.Map(found, mapping, noon, d.now); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a second mapping: %v", err)
	}
}

func TestImport_FilesOfCounties_AreAddedAndRejectsCompleted(t *testing.T) {
	read := func(name string) string {
		content, err := os.ReadFile("layout/testdata/" + name)
		if err != nil {
			t.Fatal(err)
		}
		return string(content)
	}
	d := newImportFixture()
	for _, id := range []FileID{"f1", "f2"} {
		d.createFile(id, "FL")
		f := d.files[id]
		f.Mode = Add
		d.files[id] = f
	}
	a, b := d.upload(t, "f1", read("FL-county-A.csv")), d.upload(t, "f2", read("FL-county-B.csv"))
	if a.Status != FileReady || b.Status != FileReady || d.files["f1"].Status != FileReady || a.Set != b.Set {
		t.Errorf("counties: %+v, %+v", d.files["f1"], b)
	}
	d.createFile("f3", "MN")
	f := d.upload(t, "f3", read("first-full.csv"))
	if f.Status != FileNeedsConfirmation {
		t.Fatalf("a file that loses a third of its rows: %+v", f)
	}
	if _, err := f.Confirm(nil, noon); err != nil {
		t.Fatal(err)
	}
	d.files["f3"] = f
	d.createFile("f4", "MN")
	f4 := d.upload(t, "f4", read("mended-rejects-uploaded.csv"))
	if f4.Status != FileReady || f4.Mode != Add || f4.Set != f.Set || d.files["f3"].Status != FileReady || d.voters["f4"]["MN2"].Voter == nil {
		t.Errorf("corrected rejects: %+v, %+v", f4, d.files["f3"])
	}
}

// TestImport_WindowsTextWithoutQuotes_RejectsKeepBytes imports rows with letters of Windows-1252, quotes that are no quotes and
// blanks: the rejects file has the bytes of the rows, and the review has text.
func TestImport_WindowsTextWithoutQuotes_RejectsKeepBytes(t *testing.T) {
	const bad = " 2|JOS\xc9 \"PEPE\"|PE\xd1A |MIAMI|0"
	d := newImportFixture()
	d.createFile("f1", "MA")
	f := d.upload(t, "f1", "state_file_id|first_name|last_name|city\n1|ANN \"ANNIE\"|LEE|BOSTON\n"+bad+"\n")
	if f.Status != FileNeedsConfirmation || f.Imported != 1 || d.voters["f1"]["MA1"].Voter.FirstName != `ANN "ANNIE"` {
		t.Fatalf("%+v", f)
	}
	if got := string(d.objects[f.RejectsKey()]); !strings.HasSuffix(got, "columns.|"+bad+"\r\n") {
		t.Errorf("rejects: %q", got)
	}
	if got := d.reviews["f1"].Rejects; len(got) != 1 || got[0].Line != 3 || got[0].Raw != " 2|JOSÉ \"PEPE\"|PEÑA |MIAMI|0" {
		t.Errorf("review: %+v", got)
	}
}

func TestFile_SmallerReplacement_NeedsConfirmationAndCanBeUndone(t *testing.T) {
	d := newImportFixture()
	d.createFile("f1", "MA")
	d.upload(t, "f1", votersCSV(120))
	d.createFile("f2", "MA")
	f := d.upload(t, "f2", header+",1,A,B,C,MA,0\n")
	if f.Status != FileNeedsConfirmation || d.files["f1"].Status != FileReady {
		t.Fatalf("%+v", f)
	}
	missing := d.reviews["f2"].Missing
	if len(missing) != reviewRows || slices.ContainsFunc(missing, func(v Voter) bool { return v.CanonicalID == "MA1" || v.City != "Boston" }) {
		t.Errorf("voters who are missing: %+v", missing)
	}
	old := d.files["f1"]
	if f.Removes([]*File{&old}) != 117 {
		t.Errorf("it removes %d voters", f.Removes([]*File{&old}))
	}
	replaced, err := f.Confirm([]*File{&old, &f}, noon)
	if err != nil || len(replaced) != 1 || old.Status != FileReplaced || f.Status != FileReady {
		t.Fatalf("confirmed: %v, %+v", err, f)
	}
	j, err := f.Removal(noon, d.now)
	if err != nil || !j.DueAt.Equal(d.now.Add(UndoPeriod)) {
		t.Errorf("removal %+v, %v", j, err)
	}
	restored, err := f.Undo([]*File{&old, &f}, noon.Add(6*24*time.Hour))
	if err != nil || len(restored) != 1 || old.Status != FileReady || f.Status != FileUndone {
		t.Errorf("undone: %v, %+v, %+v", err, f, old)
	}
	if _, err := old.Undo(nil, noon.Add(30*24*time.Hour)); !fault.Is(err, fault.KindConflict) {
		t.Errorf("undone after a month: %v", err)
	}
}
