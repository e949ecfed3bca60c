package e2e

import (
	"context"
	"encoding/csv"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// listReport is the response of the preview and of the import of an invitation list.
type listReport struct {
	Rows, Valid, Invited, Duplicate, Suppressed, Malformed, Remaining int

	AlreadyMobilizer int `json:"already_mobilizer"`
	Rejected         []struct {
		Row        int
		Class      string
		Email      string
		Invitation string `json:"invitation_id"`
	}
}

func (r listReport) String() string {
	return fmt.Sprintf("%d rows: %d valid, %d invited, %d duplicate, %d mobilizers, %d suppressed, %d malformed, %d remaining",
		r.Rows, r.Valid, r.Invited, r.Duplicate, r.AlreadyMobilizer, r.Suppressed, r.Malformed, r.Remaining)
}

// sendFile posts a CSV like a browser.
func (fx *fixture) sendFile(path string, file []byte, out any, headers ...apiclient.Header) {
	fx.t.Helper()
	headers = append(headers, apiclient.Header{Name: "Content-Type", Value: "text/csv"})
	fx.ok(fx.owner.Do(fx.t.Context(), http.MethodPost, fx.admin()+"/invitations/"+path, file, out, headers...))
}

// TestInvitationList_Import_InvitesValidRows previews and imports 300 rows while the function is killed. Every valid row gets one
// email in its language. Invalid rows are reported, and downloaded as a CSV that is safe to open.
func TestInvitationList_Import_InvitesValidRows(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	fx.operator("mail", "allow", fx.organization) // more than a new organization may send
	fx.sendFast()
	openOne, _, _ := fx.invite("Mia Open")
	unsubscribed, una, _ := fx.invite("Una Gone")
	reply, err := http.Post(strings.Trim(fx.mail(una.Email, 1).header("List-Unsubscribe"), "<>"), "", nil)
	fx.ok(err)
	fx.ok(reply.Body.Close())
	fx.post(fx.owner, fx.admin()+"/invitations/"+unsubscribed.ID+"/revoke", nil, nil)
	member := fx.newPerson("Max Member")
	fx.post(member, "/v1/mobilizer/join", body{"slug": fx.slug, "first_name": "Max", "last_name": "Member", "consent": true}, nil)

	var file strings.Builder
	file.WriteString("\ufeffCorreo;Nombre;Apellido;Idioma\r\n")
	guest := func(n int) string { return fmt.Sprintf("guest%d.%s@example.org", n, fx.tag) }
	const valid, repeated, broken = 250, 30, 17
	for n := range valid {
		fmt.Fprintf(&file, "%s;Gus %d;\"Núñez; G\";%s\r\n", guest(n), n, []string{"", "es", "en"}[n%3])
	}
	for n := range repeated {
		fmt.Fprintf(&file, "%s;Again;Guest;\r\n", strings.ToUpper(guest(n)))
	}
	for n := range broken {
		fmt.Fprintf(&file, "=HYPERLINK(%d);+Formula;;\r\n", n)
	}
	fmt.Fprintf(&file, "%s;Mia;Open;\r\n%s;Una;Gone;\r\n%s;Max;Member;\r\n", openOne.Email, una.Email, member.Email)

	err = fx.owner.Do(t.Context(), http.MethodPost, fx.admin()+"/invitations/preview",
		[]byte("email;first_name;last_name\r\nana@example.org;Ana;N\xfa\xf1ez\r\n"), nil, apiclient.Header{Name: "Content-Type", Value: "text/csv"})
	if p := apiclient.Refused(err); p == nil || p.Status != http.StatusUnprocessableEntity || !strings.Contains(err.Error(), "UTF-8") {
		t.Errorf("a list as old Excel saves it is answered %v", err)
	}
	var preview listReport
	fx.sendFile("preview", []byte(file.String()), &preview)
	if got, want := preview.String(), "300 rows: 250 valid, 0 invited, 31 duplicate, 1 mobilizers, 1 suppressed, 17 malformed, 0 remaining"; got != want {
		t.Fatalf("the preview says %s; want %s", got, want)
	}
	for _, row := range preview.Rejected {
		if row.Email == openOne.Email && row.Invitation != openOne.ID {
			t.Errorf("the duplicate %+v does not name the open invitation %s", row, openOne.ID)
		}
	}
	killed := make(chan error, 1)
	key := apiclient.NewKey()
	go func() {
		// In the middle of the import: the client sends the request again.
		err := Until(t.Context(), time.Minute, func(ctx context.Context) (bool, error) {
			all, err := apiclient.All[invitation](ctx, fx.owner, fx.admin()+"/invitations")
			return len(all) > 2, err
		})
		killed <- errors.Join(err, kith.Kill(context.Background(), "admin-api"))
	}()
	var report, again listReport
	fx.sendFile("import", []byte(file.String()), &report, key)
	fx.ok(<-killed)
	if got, want := report.String(), "300 rows: 0 valid, 250 invited, 31 duplicate, 1 mobilizers, 1 suppressed, 17 malformed, 0 remaining"; got != want {
		t.Errorf("the import says %s; want %s", got, want)
	}
	fx.sendFile("import", []byte(file.String()), &again, key)
	if fmt.Sprint(again) != fmt.Sprint(report) || len(again.Rejected) != 50 {
		t.Errorf("repeated, the import says %s", again)
	}
	fx.checkRejects([]byte(file.String()), key)

	all, err := apiclient.All[invitation](t.Context(), fx.owner, fx.admin()+"/invitations")
	fx.ok(err)
	if len(all) != valid+2 {
		t.Errorf("%d invitations, want %d", len(all), valid+2)
	}
	fx.ok(Until(t.Context(), 3*time.Minute, withSweeps(func(ctx context.Context) (bool, error) {
		queued, err := apiclient.All[invitation](ctx, fx.owner, fx.admin()+"/invitations?status=open&limit=100")
		for _, i := range queued {
			if i.DeliveryStatus == "queued" {
				return false, err
			}
		}
		return true, err
	})))
	for n := range valid {
		sent := fx.mail(guest(n), 1)
		if spanish := strings.Contains(sent.Subject, "te invita"); spanish != (n%3 == 1) {
			t.Errorf("guest %d gets %q", n, sent.Subject)
		}
	}
	fx.mail(una.Email, 1)
	fx.mail(openOne.Email, 1)
}

// checkRejects downloads the rejected rows and checks that spreadsheet formulas are neutralised.
func (fx *fixture) checkRejects(list []byte, key apiclient.Header) {
	fx.t.Helper()
	var file []byte
	fx.sendFile("import?rejects=csv", list, &file, key)
	text, bom := strings.CutPrefix(string(file), "\ufeff")
	records, err := csv.NewReader(strings.NewReader(text)).ReadAll()
	if err != nil || !bom || len(records) != 51 {
		fx.t.Fatalf("%d records of rejected rows: %v in %.300q", len(records), err, text)
	}
	if got := strings.Join(records[0], ";"); got != "row;reason;Correo;Nombre;Apellido;Idioma" {
		fx.t.Errorf("the rejected rows have the columns %s", got)
	}
	if got := strings.Join(records[31], ";"); !strings.HasPrefix(got, "282;email: Use an email address") || !strings.HasSuffix(got, ";'=HYPERLINK(0);'+Formula;;") {
		fx.t.Errorf("a malformed row comes as %s", got)
	}
	for _, record := range records {
		for _, cell := range record {
			if cell != "" && strings.ContainsAny(cell[:1], "=+-@\t\r") {
				fx.t.Errorf("a spreadsheet would run %q", cell)
			}
		}
	}
}
