package list

import (
	"encoding/csv"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/secret"
)

var noon = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func newSentInvitation() *invitation.Invitation {
	i := invitation.New(invitation.Invitee{Email: "ana@example.org", FirstName: "Ana", LastName: "Lee", Language: invitation.English},
		&campaign.Campaign{ID: "c", Organization: "o", Status: campaign.Active}, invitation.Inviter{User: "u", Name: "Olivia"},
		invitation.NewTokens(secret.Version{Number: 1, Text: "a secret of the tests"}), invitation.Lifetime, noon)
	i.RecordSent(1, invitation.Lifetime, noon.Add(time.Hour))
	return i
}

// describe returns a list as text: each row's number, class, invitee, and errors.
func describe(l *List) string {
	var all []string
	for _, r := range l.Rows {
		words := fmt.Sprintf("%d %s", r.Number, r.Class)
		if r.Class == Malformed {
			for _, f := range r.Fields {
				words += " " + f.Name
			}
		} else {
			words += fmt.Sprintf(" %s/%s/%s/%s", r.Invitee.Email, r.Invitee.FirstName, r.Invitee.LastName, r.Invitee.Language)
		}
		for _, w := range r.Warnings {
			words += " warns " + w.Name
		}
		if r.EarlierRow > 0 {
			words += fmt.Sprintf(" of %d", r.EarlierRow)
		}
		all = append(all, words)
	}
	return strings.Join(all, "\n")
}

func TestRead_ValidText_ClassifiesEachRow(t *testing.T) {
	const head = "email,first_name,last_name,language\n"
	for _, c := range []struct{ name, file, want string }{
		{"plain", head + "ana@example.org,Ana,Lee,es\n", "2 valid ana@example.org/Ana/Lee/es"},
		{"no line end at the end", head + "ana@example.org,Ana,Lee,es", "2 valid ana@example.org/Ana/Lee/es"},
		{"English by default", head + "ana@example.org,Ana,Lee,\n", "2 valid ana@example.org/Ana/Lee/en"},
		{"no language column", "email,first_name,last_name\nana@example.org,Ana,Lee\n", "2 valid ana@example.org/Ana/Lee/en"},
		{"short row", head + "ana@example.org,Ana,Lee\n", "2 valid ana@example.org/Ana/Lee/en"},
		{"BOM and CRLF", "\ufeffemail,first_name,last_name\r\nana@example.org,Ana,Lee\r\n", "2 valid ana@example.org/Ana/Lee/en"},
		{"CR alone", "email,first_name,last_name\rana@example.org,Ana,Lee\r", "2 valid ana@example.org/Ana/Lee/en"},
		{"Excel in Spanish", "Correo electrónico;Nombre;Apellidos;Idioma\r\nana@example.org;Ana;de la Cruz;Español\r\n", "2 valid ana@example.org/Ana/de la Cruz/es"},
		{"tabs", "E-mail\tFirst Name\tLast-Name\nana@example.org\tAna\tLee\n", "2 valid ana@example.org/Ana/Lee/en"},
		{"a line that names the separator", "sep=;\r\nemail;nombre;apellido\r\nana@example.org;Ana;Lee\r\n", "2 valid ana@example.org/Ana/Lee/en"},
		{"further columns, another order", "Zip,LAST_NAME,first name,E-MAIL\n02139,Lee,Ana,ana@example.org\n", "2 valid ana@example.org/Ana/Lee/en"},
		{"languages", head + "a@b.org,A,B,EN-us\nb@b.org,A,B,Spanish\nc@b.org,A,B,Inglés\nd@b.org,A,B,fr\n", "2 valid a@b.org/A/B/en\n3 valid b@b.org/A/B/es\n4 valid c@b.org/A/B/en\n5 valid d@b.org/A/B/en warns language"},
		{"quotes and line breaks", head + "\"ana@example.org\",\"Ana \"\"A\"\"\",\"Le,e\",\nb@b.org,B,B,\n", "2 valid ana@example.org/Ana \"A\"/Le,e/en\n3 valid b@b.org/B/B/en"},
		{"a line break within a cell is one row", head + "x@b.org,\"A\nB\",C,\nb@b.org,B,B,\n", "2 malformed first_name\n3 valid b@b.org/B/B/en"},
		{"blank rows count, and are none", head + "\n,,,\na@b.org,A,B,\n", "4 valid a@b.org/A/B/en"},
		{"a blank row above the header", "\n" + head + "a@b.org,A,B,\n", "3 valid a@b.org/A/B/en"},
		{"an open quote costs one row", head + "a@b.org,\"A,B,\nb@b.org,B,B,\nc@b.org,C,C,\n", "2 malformed row\n3 valid b@b.org/B/B/en\n4 valid c@b.org/C/C/en"},
		{"a separator too many", head + "a@b.org,A,B,en,more\n", "2 malformed row"},
		{"empty cells too many", head + "a@b.org,A,B,en,,\n", "2 valid a@b.org/A/B/en"},
		{"several reasons", head + "nobody,,B,xx\n", "2 malformed email first_name language"},
		{"lost letters", head + "a@b.org,N\ufffd\ufffdez,B,\n", "2 malformed first_name"},
		{"a name that turns what follows", head + "a@b.org,A\u202ena,B,\n", "2 malformed first_name"},
		{"twice", head + "a@b.org,A,B,\nA@B.ORG,A,B,\na@b.org,A,B,\n", "2 valid a@b.org/A/B/en\n3 duplicate a@b.org/A/B/en of 2\n4 duplicate a@b.org/A/B/en of 2"},
		{"a malformed row is nobody's duplicate", head + "a@b.org,,B,\na@b.org,A,B,\n", "2 malformed first_name\n3 valid a@b.org/A/B/en"},
	} {
		l, err := Read([]byte(c.file), Columns{})
		if err != nil {
			t.Errorf("%s: %v", c.name, err)
			continue
		}
		if got := describe(l); got != c.want {
			t.Errorf("%s: reads\n%s\nwant\n%s", c.name, got, c.want)
		}
	}
}

func TestRead_OtherFile_IsInvalidWithAdvice(t *testing.T) {
	for _, c := range []struct{ name, file, says string }{
		{"nothing", "", "empty"},
		{"a BOM alone", "\ufeff\n", "empty"},
		{"a header alone", "email,first_name,last_name\n\n", "no rows below its header"},
		{"no header", "ana@example.org,Ana,Lee\n", "The first row of this file is a person, not headings"},
		{"no header, and a separator that is not the comma", "Ana;ana@example.org\n", "The first row of this file is a person, not headings"},
		{"one column is missing", "email,last_name\na@b.org,A\n", "[first_name: The file has no such column. Add a column named first_name"},
		{"a column twice", "email,correo,first_name,last_name\na@b.org,b@b.org,A,B\n", "[email: Two columns"},
		{"Windows-1252", "email,first_name,last_name\na@b.org,Nu\xf1ez,B\n", "line 2 has other characters. In Excel, save it as “CSV UTF-8"},
		{"UTF-16", "\xff\xfee\x00m\x00", "UTF-16"},
		{"a workbook", "PK\x03\x04abc", "a spreadsheet, not a CSV"},
		{"NUL", "email,first_name,last_name\na@b.org,A\x00,B\n", "line 2 has a NUL character"},
		{"too many rows", "email,first_name,last_name\n" + strings.Repeat("a@b.org,A,B\n", 6000), "This file has 6000 rows; up to 5000"},
		{"too large", "email,first_name,last_name\n" + strings.Repeat("x", MaxBytes), "2 MB"},
		{"too wide", "email,first_name,last_name" + strings.Repeat(",x", 200) + "\na@b.org,A,B\n", "200 columns"},
	} {
		if _, err := Read([]byte(c.file), Columns{}); err == nil || !strings.Contains(err.Error(), c.says) {
			t.Errorf("%s: says %v, want %q", c.name, err, c.says)
		}
	}
	if _, err := Read([]byte("email,first_name,last_name\n"+strings.Repeat("a@b.org,A,B\n", MaxRows)), Columns{}); err != nil {
		t.Errorf("%d rows: %v", MaxRows, err)
	}
}

// A file without headings loses nobody: its first row is a person, and its columns are named by number and first value.
func TestRead_NoHeadings_FirstRowIsPerson(t *testing.T) {
	const file = "\nAna;ana@example.org\nBo;bo@example.org\nCy;nobody\n"
	_, err := Read([]byte(file), Columns{})
	unknown, ok := errors.AsType[*ColumnsError](err)
	if !ok || !slices.Equal(unknown.Header, []string{"1: Ana", "2: ana@example.org"}) {
		t.Fatalf("asks for the columns by %+v, want by number and first value", err)
	}
	l, err := Read([]byte(file), Columns{FirstName: "1: Ana"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(l), "2 valid ana@example.org/Ana//en\n3 valid bo@example.org/Bo//en\n4 malformed email"; got != want {
		t.Errorf("reads\n%s\nwant\n%s", got, want)
	}
	again, err := Read(l.RejectsCSV(l.Rejected()), Columns{Email: "2: ana@example.org", FirstName: "1: Ana"})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(again), "2 malformed email"; got != want {
		t.Errorf("sent again, the rejected rows are %s, want %s", got, want)
	}
}

// A row that is not valid CSV is returned as it was written, for people to correct. Sent again unchanged, it is rejected again.
func TestRejectsCSV_InvalidRow_IsReturnedVerbatim(t *testing.T) {
	const file = "Nombre;Apellido;Correo\nAna;\"Lee;ana@example.org\nBea;de la \"Cruz\";bea@example.org\r\nCid;C;cid@example.org\n\"D\"d;D;d@example.org"
	l, err := Read([]byte(file), Columns{})
	if err != nil {
		t.Fatal(err)
	}
	for n, want := range map[int]string{0: `Ana;"Lee;ana@example.org`, 1: `Bea;de la "Cruz";bea@example.org`, 3: `"D"d;D;d@example.org`} {
		if r := l.Rows[n]; r.Class != Malformed || !slices.Equal(r.Cells, []string{want}) {
			t.Errorf("row %d is %s with the cells %q, want %q", r.Number, r.Class, r.Cells, want)
		}
	}
	again, err := Read(l.RejectsCSV(l.Rejected()), Columns{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(again), "2 malformed email\n3 malformed email\n4 malformed email"; got != want {
		t.Errorf("sent again, the rejected rows are\n%s\nwant\n%s", got, want)
	}
}

// Escapes that keep a spreadsheet from running cells are removed when the rejected rows are sent again, and in no other file.
func TestRead_CorrectedRejects_KeepsNames(t *testing.T) {
	const file = "=email,-first_name,last_name,phone\nana,-,'-,+1617\nbea,007,'t Hooft,\ncid,''=C,=D,\n"
	l, err := Read([]byte(file), Columns{})
	if err != nil {
		t.Fatal(err)
	}
	rejects := string(l.RejectsCSV(l.Rejected()))
	if !strings.Contains(rejects, "ana,'-,''-,") {
		t.Errorf("the rejected rows would run: %s", rejects)
	}
	for range 2 {
		again, err := Read([]byte(rejects), Columns{})
		if err != nil {
			t.Fatal(err)
		}
		for n, r := range again.Rows {
			if r.Given != l.Rows[n].Given {
				t.Errorf("%+v is sent again as %+v", l.Rows[n].Given, r.Given)
			}
		}
		rejects = string(again.RejectsCSV(again.Rejected()))
	}
	corrected, err := Read([]byte("row,reason,E-Mail,First name,Last name\r\n2,email: no,ana@example.org,'-,''-\r\n3,email: no,bea@example.org,\"=\"\"007\"\"\",'t Hooft\r\n"), Columns{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(corrected), "2 valid ana@example.org/-/'-/en\n3 valid bea@example.org/007/'t Hooft/en"; got != want {
		t.Errorf("corrected, the rows are\n%s\nwant\n%s", got, want)
	}
	other, err := Read([]byte("email,first_name,last_name,reason\nana@example.org,'-,'=,x\n"), Columns{})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := describe(other), "2 valid ana@example.org/'-/'=/en"; got != want {
		t.Errorf("a file of somebody else is read as %s, want %s", got, want)
	}
}

func TestClassify_KnownAddress_SaysWhy(t *testing.T) {
	open := newSentInvitation()
	revoked := newSentInvitation()
	_ = revoked.Revoke(noon)
	unsubscribed := &invitation.Suppression{Organization: "o", Reason: invitation.Unsubscribed}
	for _, c := range []struct {
		name  string
		known Known
		late  bool
		want  Class
		says  string
	}{
		{name: "unknown", want: Valid},
		{name: "open", known: Known{Invitation: open}, want: Duplicate, says: "Resend it instead"},
		{name: "expired", known: Known{Invitation: open}, late: true, want: Valid},
		{name: "revoked", known: Known{Invitation: revoked}, want: Valid},
		{name: "mobilizer", known: Known{Mobilizer: true}, want: AlreadyMobilizer, says: "A mobilizer of this campaign"},
		{name: "mobilizer with an open invitation", known: Known{Mobilizer: true, Invitation: open}, want: AlreadyMobilizer, says: "already"},
		{name: "unsubscribed", known: Known{Suppression: unsubscribed}, want: Suppressed, says: "has unsubscribed"},
		{name: "bounced", known: Known{Suppression: &invitation.Suppression{Reason: invitation.Bounced}}, want: Suppressed, says: "bounced"},
		{name: "unsubscribed after it was invited", known: Known{Suppression: unsubscribed, Invitation: open}, want: Suppressed, says: "has unsubscribed"},
	} {
		at := noon
		if c.late {
			at = noon.Add(2 * invitation.Lifetime)
		}
		r := &Row{Verdict: Classify(c.known, at)}
		if r.Class != c.want || !strings.Contains(r.reason(), c.says) || (c.says == "") != (len(r.Reasons()) == 0) {
			t.Errorf("%s: is %s: %s", c.name, r.Class, r.reason())
		}
		if c.want == Duplicate && r.Invitation != open.ID {
			t.Errorf("%s: does not name the invitation", c.name)
		}
	}
}

// With any bytes, each row has one class, and no cell of the rejected rows runs in a spreadsheet.
func TestRead_AnyBytes_AccountsForEachRow(t *testing.T) {
	pieces := []string{
		"email,first_name,last_name\n", "e-mail;nombre;apellido;idioma\r\n", "sep=;\n", "\ufeff", "a@b.org", "A@b.org", "c@d.org", "Ana", "=1+1", "@x",
		"+1 617", "\t", ",", ";", "\n", "\r", "\r\n", "\"", "\"\"", "\x00", "\xff", "é", "es", " ", "\ufffd", "\u2028", "\x01",
	}
	rapid.Check(t, func(t *rapid.T) {
		file := strings.Join(rapid.SliceOfN(rapid.SampledFrom(pieces), 0, 60).Draw(t, "pieces"), "")
		switch rapid.IntRange(0, 3).Draw(t, "begins") {
		case 0:
			file = pieces[0] + file
		case 1:
			file = pieces[1] + file
		case 2:
			file += string(rapid.SliceOf(rapid.Byte()).Draw(t, "bytes"))
		}
		l, err := Read([]byte(file), Columns{})
		if err != nil {
			return
		}
		candidates := l.Candidates()
		emails := map[string]bool{}
		for n, r := range candidates {
			if emails[r.Invitee.Email] {
				t.Fatalf("%s is a candidate twice", r.Invitee.Email)
			}
			emails[r.Invitee.Email] = true
			r.Verdict = Classify(Known{Mobilizer: n%5 == 1}, noon)
		}
		sum, last := 0, 0
		for _, n := range l.Totals() {
			sum += n
		}
		if sum != len(l.Rows) || len(l.Rejected())+l.Totals()[Valid] != len(l.Rows) {
			t.Fatalf("%d rows, counted %v", len(l.Rows), l.Totals())
		}
		for _, r := range l.Rows {
			if r.Number <= max(last, 1) || (r.Class == Valid) == (r.reason() != "") {
				t.Fatalf("row %d behind row %d, %s because %q", r.Number, last, r.Class, r.reason())
			}
			last = r.Number
		}
		records := csv.NewReader(strings.NewReader(strings.TrimPrefix(string(l.RejectsCSV(l.Rejected())), "\ufeff")))
		records.FieldsPerRecord = -1
		all, err := records.ReadAll()
		if err != nil || len(all) != len(l.Rejected())+1 {
			t.Fatalf("%d rejected rows make %d records: %v", len(l.Rejected()), len(all), err)
		}
		for _, record := range all {
			for _, cell := range record {
				if strings.HasPrefix(cell, `="`) && strings.Trim(cell, `="+0123456789`) == "" {
					continue // a number that is to stay as it is written
				}
				if trimmed := strings.TrimLeft(cell, " \t\r\n"); trimmed != "" && strings.ContainsAny(trimmed[:1], "=+-@") {
					t.Fatalf("a spreadsheet would run %q", cell)
				}
			}
		}
	})
}
