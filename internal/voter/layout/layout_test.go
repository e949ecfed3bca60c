package layout

import (
	"bytes"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/fault"
)

// outcome is what reading a whole file gives.
type outcome struct {
	Encoding, Separator   string
	Quoted, Header        bool
	Layout                string // beginning of its name
	In, LeftOut, Rejected int
	Warnings              int
	First                 string // last name, first name, city, zip and id of the first voter
	Reject                string // the first rejected row, as in the file
}

func readAll(t *testing.T, name, state string) (outcome, error) {
	t.Helper()
	content, err := os.ReadFile("testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	f := Detect(content)
	got := outcome{Separator: f.Separator, Quoted: f.Quoted, Header: f.Header}
	rows := NewRows(bytes.NewReader(content), &f, 0, 0)
	var header []string
	if f.Header {
		row, err := rows.Next()
		if err != nil {
			t.Fatal(err)
		}
		header = row.Cells
	}
	l, err := Recognize(f, header, state)
	if err != nil || l == nil {
		return got, err
	}
	got.Layout, _, _ = strings.Cut(l.Name, ":")
	for {
		row, err := rows.Next()
		if errors.Is(err, io.EOF) {
			got.Encoding = f.Encoding
			return got, nil
		}
		if err != nil {
			return got, err
		}
		var v *Values
		o := Outcome{Reason: row.Reason}
		if row.Reason.Empty() {
			if v, o, err = l.Read(row.Cells, state); err != nil {
				return got, err
			}
		}
		switch {
		case o.LeftOut:
			got.LeftOut++
		case !o.Reason.Empty():
			got.Rejected++
			if got.Reject == "" {
				got.Reject = row.Raw
			}
		default:
			got.In++
			if v.ZipWarning {
				got.Warnings++
			}
			if got.First == "" {
				got.First = strings.Join([]string{v.Last, v.First, v.City, v.Zip, v.Canonical}, "|")
			}
		}
	}
}

func TestRead_CaseFiles_EndInTheRightOutcome(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]struct {
		state string
		want  outcome
	}{
		"NC-as-published.txt":          {"NC", outcome{"Windows-1252", "\t", true, true, "North Carolina", 20, 4, 0, 0, "PEÑA|RENÉE|PEÑASCO|95319|NCAA100001", ""}},
		"OH-as-published.txt":          {"OH", outcome{"UTF-8", ",", true, true, "Ohio", 24, 0, 0, 0, "PEÑA|RENÉE|PEÑASCO|95319|OH0016000001", ""}},
		"FL-as-published.txt":          {"FL", outcome{"Windows-1252", "\t", false, false, "Florida", 21, 3, 0, 0, "PEÑA|RENÉE|PEÑASCO|953191234|FL100000001", ""}},
		"GA-as-published.txt":          {"GA", outcome{"UTF-8", ",", true, true, "Georgia", 24, 0, 0, 0, "PEÑA|RENÉE|PEÑASCO|95319|GA01000001", ""}},
		"MI-as-published.txt":          {"MI", outcome{"UTF-8", ",", true, true, "Michigan", 24, 0, 0, 0, "PEÑA|RENÉE|PEÑASCO|95319|MI100000001", ""}},
		"NC-commas-latin1.csv":         {"NC", outcome{"Windows-1252", ",", true, true, "documented layout", 24, 0, 0, 0, "PEÑA|RENÉE|PEÑASCO|95319|NCAA100001", ""}},
		"FL-county-A.csv":              {"FL", outcome{"UTF-8", ",", true, true, "documented layout", 24, 0, 0, 0, "COUNTY|ANN|OAKTON|32601|FL110000001", ""}},
		"256-columns.csv":              {"WI", outcome{"UTF-8", ",", true, true, "documented layout", 1, 0, 0, 0, "LEE|ANN|MADISON|53703|WI1", ""}},
		"null-literal.csv":             {"WI", outcome{"UTF-8", ",", true, true, "documented layout", 1, 0, 1, 0, "LEE|ANN|||WI1", "2,NULL,NULL,MADISON,WI,53703"}},
		"trailing-comma-rows-only.csv": {"WI", outcome{"UTF-8", ",", true, true, "documented layout", 2, 0, 0, 0, "LEE|ANN|MADISON|53703|WI1", ""}},
		"unquoted-comma-in-suffix.csv": {"WI", outcome{"UTF-8", ",", true, true, "documented layout", 1, 0, 1, 0, "LEE|BO|MADISON|53703|WI2", "1,ANN,LEE, JR,MADISON,WI,53703"}},
		"zip9-and-zip+4-and-zip12.csv": {"WI", outcome{"UTF-8", ",", true, true, "documented layout", 4, 0, 0, 1, "LEE|ANN|MADISON|537031234|WI1", ""}},
		"first-full.csv":               {"MN", outcome{"UTF-8", ",", true, true, "documented layout", 2, 0, 1, 0, "LEE|ANN|DULUTH|55802|MN1", "2,BO,LEE,DULUTH,Minn,55802"}},
		"mended-rejects-uploaded.csv":  {"MN", outcome{"UTF-8", ",", true, true, "documented layout", 1, 0, 0, 0, "LEE|BO|DULUTH|55802|MN2", ""}},
	} {
		got, err := readAll(t, name, c.state)
		if err != nil {
			t.Errorf("%s: %v", name, err)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", name, diff)
		}
	}
}

func TestRead_IDsInScientificNotation_RefusesTheFile(t *testing.T) {
	t.Parallel()
	_, err := readAll(t, "excel-mangled-ids.csv", "MI")
	if !fault.Is(err, fault.KindInvalid) {
		t.Errorf("got %v", err)
	}
}

func TestBirthYear_Forms_AreRead(t *testing.T) {
	t.Parallel()
	for value, want := range map[string]int{
		"1980": 1980, "1980-05-01": 1980, "05/01/1980": 1980, "19800501": 1980, "05011980": 1980, "": 0, "80": 0, "5/1/80": 0, "1/1/2001 0:00": 2001,
	} {
		if got := birthYear(value); got != want {
			t.Errorf("%q: %d, want %d", value, got, want)
		}
	}
}

func TestRows_LatinLettersAfterASCII_AreDecoded(t *testing.T) {
	t.Parallel()
	f := Detect([]byte("state_file_id,first_name,last_name\n1,ANN,LEE\n"))
	rows := NewRows(strings.NewReader("1,ANN,LEE\n2,JOS\xc9,PE\xd1A\n"), &f, 0, 0)
	for _, want := range []string{"LEE", "PEÑA"} {
		row, err := rows.Next()
		if err != nil || row.Cells[2] != want {
			t.Errorf("got %+v, %v, want %s", row, err, want)
		}
	}
}

func TestRecognize_UnknownHeader_ProposesAMapping(t *testing.T) {
	t.Parallel()
	f := Detect([]byte("VoterID|FName|LName|Zip5|DOB\n7|ANN|LEE|53703|1980-01-02\n"))
	header := []string{"VoterID", "FName", "LName", "Zip5", "DOB"}
	if f.Separator != "|" || !f.Header {
		t.Fatalf("format %+v", f)
	}
	if l, err := Recognize(f, header, "WI"); l != nil || err != nil {
		t.Fatalf("recognized %+v, %v", l, err)
	}
	m := Propose(f, header, nil)
	l, err := Apply(f, header, m)
	if err != nil {
		t.Fatal(err)
	}
	v, o, err := l.Read([]string{"7", "ANN", "LEE", "53703", "1980-01-02"}, "WI")
	if err != nil || !o.Reason.Empty() || v.Canonical != "WI7" || v.BirthYear != 1980 || v.State != "WI" {
		t.Errorf("read %+v, %+v, %v", v, o, err)
	}
	if _, err := Apply(f, header, Mapping{Columns: map[string][]string{First: {"FName"}, Last: {"LName"}}}); err == nil {
		t.Error("a mapping without an id is accepted")
	}
	if _, err := Apply(f, header, Mapping{Columns: map[string][]string{StateFile: {"Nowhere"}}}); err == nil {
		t.Error("a mapping of an unknown column is accepted")
	}
}

func TestRows_AnyBytes_AreReadOnce(t *testing.T) {
	t.Parallel()
	pieces := rapid.SampledFrom([]string{"a", ",", "\n", "\r\n", `"`, `""`, "é", "\x00", "\xff", " ", "\ufeff", strings.Repeat("x", 70_000)})
	rapid.Check(t, func(t *rapid.T) {
		content := strings.Join(rapid.SliceOfN(pieces, 0, 60).Draw(t, "pieces"), "")
		f := Format{Encoding: UTF8, Separator: ",", Quoted: rapid.Bool().Draw(t, "quoted")}
		r := NewRows(strings.NewReader(content), &f, 0, 0)
		last := 0
		for {
			row, err := r.Next()
			if errors.Is(err, io.EOF) {
				break
			}
			if err != nil {
				t.Fatal(err)
			}
			if row.Line <= last || !strings.Contains(content, row.Raw) {
				t.Fatalf("row %q of line %d after line %d", row.Raw, row.Line, last)
			}
			last = row.Line
		}
		if r.Bytes != int64(len(content)) {
			t.Fatalf("%d bytes read of %d", r.Bytes, len(content))
		}
	})
}

func TestDetect_HeaderOfUnknownWords_IsHeader(t *testing.T) {
	for content, want := range map[string]bool{
		"Reg No|Given|Family\n1|ANN|LEE\n2|BO|HILL\n": true,
		"Matrícula;Nombre\nA-1;JOSE\nA-2;ANA\n":       true,
		"ANN|LEE|SALEM\nBO|HILL|DOVER\n":              false,
		"X1|ANN|LEE\nX2|BO|HILL\n":                    false,
		"ANN|LEE||\nBO|HILL|7|\n":                     false,
		"Reg No|Given|Family\n":                       false,
	} {
		if f := Detect([]byte(content)); f.Header != want {
			t.Errorf("%q: %+v", content, f)
		}
	}
}
