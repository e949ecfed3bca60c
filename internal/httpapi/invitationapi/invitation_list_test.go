package invitationapi_test

import (
	"encoding/csv"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/invitationlist"
)

const everyClass = "\ufeffE-Mail;Nombre;Apellido;Idioma;Phone\r\n" +
	"ana@example.org;Ana;Núñez;es;02139\r\n" +
	"bea@example.org;Bea;\"de la; Cruz\";;\r\n" +
	";;;;\r\n" +
	"ANA@Example.org;Anna;Nunez;en;\r\n" +
	"mia@example.org;Mia;Guest;;\r\n" +
	"max@example.org;Max;Member;;\r\n" +
	"leo@example.org;Leo;Left;English;\r\n" +
	"rob@example.org;Rob;Revoked;es;\r\n" +
	"ida@example.org;Ida;Idle;;\r\n" +
	"una@example.org;Una;Gone;;\r\n" +
	"ben@example.org;Ben;Bounced;;\r\n" +
	"=cmd|'/c calc'!A1;;Formula;fr;+1 617\r\n"

func TestInvitationList_PreviewThenImport_InvitesValidRows(t *testing.T) {
	g := newInvitationListFixture(t)
	before := httpapitest.AllRecords(g.Fixture)
	preview := g.owner.Post(g.at+"/preview", []byte(everyClass)).ExpectStatus(http.StatusOK)
	if got, want := counts(preview), "rows 11, valid 5, duplicate 2, already_mobilizer 1, suppressed 2, malformed 1"; got != want {
		t.Errorf("the preview counts %s; want %s", got, want)
	}
	var reported []string
	for _, row := range preview.List("rejected") {
		reported = append(reported, fmt.Sprint(row["row"], " ", row["class"], " ", row["email"]))
		if len(row["errors"].([]any)) == 0 {
			t.Errorf("row %v is rejected without a reason", row["row"])
		}
	}
	if diff := cmp.Diff([]string{
		"5 duplicate ANA@Example.org", "6 duplicate mia@example.org", "7 already_mobilizer max@example.org",
		"11 suppressed una@example.org", "12 suppressed ben@example.org", "13 malformed =cmd|'/c calc'!A1",
	}, reported); diff != "" {
		t.Errorf("rejected (-want +got):\n%s", diff)
	}
	rejected := preview.List("rejected")
	if rejected[0]["duplicate_of_row"] != 2.0 || rejected[1]["invitation_id"] != g.open {
		t.Errorf("the duplicates are of %v and %v", rejected[0]["duplicate_of_row"], rejected[1]["invitation_id"])
	}
	if _, there := preview.Header["Content-Disposition"]; there || preview.Header.Get("Content-Type") != "application/json" {
		t.Errorf("the preview comes with %v", preview.Header)
	}
	if diff := cmp.Diff(before, httpapitest.AllRecords(g.Fixture)); diff != "" {
		t.Errorf("the preview changed something:\n%s", diff)
	}

	g.importList(everyClass, "").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "Idempotency-Key")
	first := g.importList(everyClass, "key").ExpectStatus(http.StatusOK)
	if got, want := counts(first), "rows 11, invited 5, duplicate 2, already_mobilizer 1, suppressed 2, malformed 1, remaining 0"; got != want {
		t.Errorf("the import counts %s; want %s", got, want)
	}
	invited := g.invitations()
	jobs := countJobs(g.Fixture)
	for email, language := range map[string]invitation.Language{
		"ana@example.org": "es", "bea@example.org": "en", "leo@example.org": "en", "rob@example.org": "es", "ida@example.org": "en",
	} {
		i := invited[email]
		if i == nil || i.State(g.Now) != invitation.Open || i.Language != language || i.InvitedBy.Name != "olivia" {
			t.Errorf("%s: the invitation is %+v", email, i)
			continue
		}
		if want := i.Generation; jobs[string(i.ID)] != want { // rob's first job still waits
			t.Errorf("%s: %d jobs, want %d", email, jobs[string(i.ID)], want)
		}
		for _, link := range i.Links(invitation.NewTokens(httpapitest.Secret)) {
			if found, err := g.Store.Link(t.Context(), link.Hash); err != nil || found.Invitation != i.ID {
				t.Errorf("%s: its link leads to %+v, %v", email, found, err)
			}
		}
	}
	if invited["bea@example.org"].LastName != "de la; Cruz" || invited["rob@example.org"].Generation != 2 || len(invited) != 6 {
		t.Errorf("invited are %v", invited)
	}

	g.Advance(time.Minute)
	again := g.importList(everyClass, "key").ExpectStatus(http.StatusOK)
	if again.Raw != first.Raw {
		t.Errorf("repeated, the report is\n%s, first it was\n%s", again.Raw, first.Raw)
	}
	g.importList(everyClass+"zoe@example.org;Zoe;Z;;\n", "key").ExpectProblem(http.StatusUnprocessableEntity, "idempotency_key_reused", "another body")
	if got, want := counts(g.importList(everyClass, "another-key")), "rows 11, invited 0, duplicate 7, already_mobilizer 1, suppressed 2, malformed 1, remaining 0"; got != want {
		t.Errorf("invited again, the report counts %s; want %s", got, want)
	}
	g.owner.Post("/v1/admin/campaigns/"+string(g.id)+"/close", nil).ExpectStatus(http.StatusOK)
	if late := g.importList(everyClass, "key").ExpectStatus(http.StatusOK); late.Raw != first.Raw {
		t.Errorf("repeated after the campaign's end, the report is\n%s", late.Raw)
	}
	g.importList(everyClass, "third-key").ExpectProblem(http.StatusConflict, "campaign_closed", "closed")
	g.owner.Post(g.at+"/preview", []byte(everyClass)).ExpectProblem(http.StatusConflict, "campaign_closed", "closed")
}

// Preview and import report that emails are held while the organization's mail is stopped.
func TestInvitationList_MailStopped_ReportsHeldEmail(t *testing.T) {
	g := newInvitationListFixture(t)
	recordMail(g.Fixture, string(g.id), g.open, 250, 10, 0)
	held := g.owner.Get(g.at).ExpectStatus(http.StatusOK).Text("mail_held_reason")
	for _, r := range []*httpapitest.Reply{
		g.owner.Post(g.at+"/preview", []byte(everyClass)).ExpectStatus(http.StatusOK), g.importList(everyClass, "key").ExpectStatus(http.StatusOK),
	} {
		if got, _ := r.Body["mail_held_reason"].(string); got != held || !strings.Contains(got, "10 of 250 emails bounced") {
			t.Errorf("%s says that mail is held: %q", r.Request, got)
		}
	}
}

// The rejected rows are a CSV with reasons, without formulas, that can be corrected and imported again.
func TestInvitationList_RejectedRows_DownloadAsCSVWithReasons(t *testing.T) {
	g := newInvitationListFixture(t)
	for _, c := range []struct{ path, key string }{{"/preview?rejects=csv", ""}, {"/import?rejects=csv", "key"}, {"/import?rejects=csv", "key"}} {
		got := g.owner.Serve(http.MethodPost, g.at+c.path, []byte(everyClass), c.key)
		if got.Code != http.StatusOK || got.Header().Get("Content-Type") != "text/csv; charset=utf-8; header=present" ||
			got.Header().Get("Content-Disposition") != `attachment; filename="autumn_rejected-invitations_2026-10-24.csv"` {
			t.Fatalf("%s: %d, %v: %s", c.path, got.Code, got.Header(), got.Body)
		}
		file, bom := strings.CutPrefix(got.Body.String(), "\ufeff")
		records, err := csv.NewReader(strings.NewReader(file)).ReadAll()
		if err != nil || !bom || strings.Count(file, "\r\n") != len(records) {
			t.Fatalf("%s: no CSV for spreadsheets: %v in %q", c.path, err, file)
		}
		if want := []string{"row", "reason", "E-Mail", "Nombre", "Apellido", "Idioma", "Phone"}; !slices.Equal(records[0], want) || len(records) != 7 {
			t.Errorf("%s: %d records under %q", c.path, len(records), records[0])
		}
		for _, record := range records[1:] {
			if record[1] == "" {
				t.Errorf("row %s has no reason", record[0])
			}
			for _, cell := range record {
				if strings.ContainsAny(cell[:min(1, len(cell))], "=+-@") {
					t.Errorf("a spreadsheet would run %q", cell)
				}
			}
		}
		if last := records[6]; last[2] != "'=cmd|'/c calc'!A1" || !strings.Contains(last[1], "email:") || !strings.Contains(last[1], "first_name:") || !strings.Contains(last[1], "language:") {
			t.Errorf("the malformed row is reported as %q", last)
		}
		if again := g.owner.Post(g.at+"/preview", got.Body.Bytes()); again.Number("rows") != 6 || again.Number("malformed") != 1 {
			t.Errorf("the rejects, sent again, count %s", counts(again))
		}
	}
}

func TestInvitationList_InvalidFile_IsRejectedWhole(t *testing.T) {
	g := newInvitationListFixture(t)
	for _, c := range []struct{ name, file, says string }{
		{"nothing", "", "body is required"},
		{"blank lines", "\n\r\n", "empty"},
		{"no rows", "email,first_name,last_name\n", "no rows below its header"},
		{"a column is missing", "email,city\nana@example.org,Lynn\n", "first name, nombre"},
		{"Windows-1252", "email,first_name,last_name\nana@example.org,Ana,N\xfa\xf1ez\n", "line 2"},
		{"UTF-16", "\xff\xfee\x00m\x00", "UTF-16"},
		{"too many", "email,first_name,last_name\n" + strings.Repeat("ana@example.org,Ana,Lee\n", 5001), "5001 rows"},
		{"JSON", `{"email": "ana@example.org"}`, "no such column"},
		{"JSON that is no text", "\"\xff\"", "line 1"},
	} {
		for path, key := range map[string]string{"/preview": "", "/import": "key " + c.name} {
			key = strings.ReplaceAll(key, " ", "-")
			got := g.owner.Do(http.MethodPost, g.at+path, []byte(c.file), key)
			if got.Status != http.StatusUnprocessableEntity || !strings.Contains(got.Raw, c.says) {
				t.Errorf("%s: %s answers %d, want it to say %q: %s", c.name, path, got.Status, c.says, got.Raw)
			}
		}
	}
	g.owner.Post(g.at+"/preview?reject=csv", []byte(everyClass)).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "does not take this parameter")
	if len(g.invitations()) != 2 {
		t.Error("a refused list invited somebody")
	}
}

// TestImportInvitationList_CrashAtEachCall_RetryInvitesOnce fails each store call of an import in turn, before and after it takes effect, that call
// alone and all later ones, and repeats the request: each address has one invitation with one job, and the report is that of a run
// without a crash.
func TestImportInvitationList_CrashAtEachCall_RetryInvitesOnce(t *testing.T) {
	d := httpapitest.New(t)
	owner := d.SignIn("olivia")
	organization := d.CreateOrganization(owner, "Neighbors")
	run := func(n, call int, late bool) (*invitationListFixture, *httpapitest.Reply) {
		g := newInvitationListFixtureIn(d, owner, organization, fmt.Sprint("list-", n))
		for _, name := range []string{"open", "revoked"} {
			made := owner.Post(g.at, map[string]any{"email": name + "@example.org", "first_name": name, "last_name": "Guest"}).ExpectStatus(http.StatusCreated)
			if name == "revoked" {
				owner.Post(g.at+"/"+made.Text("id")+"/revoke", nil).ExpectStatus(http.StatusOK)
			}
		}
		file := invitees(2*dynamo.MaxInvitationsPerTransaction, "x") + "open@example.org,O,P\nrevoked@example.org,R,V\n"
		d.Faults.FailCall(call, late)
		first := g.importList(file, "key")
		if call == 0 {
			return g, first
		}
		if first.Status == http.StatusOK {
			t.Errorf("call %d breaks, and nobody notices: %s", call, counts(first))
		}
		d.Faults.FailCall(0, false)
		d.Restart()
		return g, g.importList(file, "key")
	}
	clean, want := run(0, 0, false)
	calls := d.Faults.Calls()
	want.ExpectStatus(http.StatusOK)
	check := func(g *invitationListFixture, got *httpapitest.Reply, where string) {
		t.Helper()
		if httpapitest.NormalizeIDs(got.Raw) != httpapitest.NormalizeIDs(want.Raw) {
			t.Errorf("%s: the report is %s, want %s", where, got.Raw, want.Raw)
		}
		invited, jobs := g.invitations(), countJobs(g.Fixture)
		if len(invited) != 2*dynamo.MaxInvitationsPerTransaction+2 {
			t.Errorf("%s: %d invitations", where, len(invited))
		}
		for email, i := range invited {
			wanted := 1
			if email == "revoked@example.org" {
				wanted = 2
			}
			if jobs[string(i.ID)] != wanted || i.Generation != wanted {
				t.Errorf("%s: %s has %d jobs and %d mails, want %d", where, email, jobs[string(i.ID)], i.Generation, wanted)
			}
		}
	}
	check(clean, want, "a clean run")
	n := 0
	for call, late := range httpapitest.EachFailure(calls) {
		for _, dies := range []bool{false, true} {
			n++
			d.Faults.StayDown = dies
			g, got := run(n, call, late)
			check(g, got, fmt.Sprintf("call %d of %d broke, carried out: %t, the last one: %t", call, len(calls), late, dies))
		}
	}
	t.Logf("%d store calls of an import, broken in %d ways", len(calls), n)
}

// With two concurrent imports and single invitations, each address is invited once and is a duplicate for the others.
func TestImportInvitationList_Concurrent_InviteEachAddressOnce(t *testing.T) {
	g := newInvitationListFixture(t)
	const guests = 5 * dynamo.MaxInvitationsPerTransaction
	file := invitees(guests, "x")
	reports := make([]*httpapitest.Reply, 4)
	single := make([]int, 20)
	var all sync.WaitGroup
	for n := range reports {
		all.Go(func() { reports[n] = g.importList(file, fmt.Sprint("key-", n/2)) }) // each of two lists is sent twice
	}
	all.Go(func() {
		for n := range single {
			email := fmt.Sprintf("guest%d.x@example.org", n*4)
			single[n] = g.owner.Post(g.at, map[string]any{"email": email, "first_name": "Gus", "last_name": "Guest"}).Status
		}
	})
	all.Wait()
	for n, r := range reports {
		r.ExpectStatus(http.StatusOK)
		if r.Number("invited")+r.Number("duplicate") != guests || r.Number("remaining") != 0 {
			t.Errorf("list %d: %s", n, counts(r))
		}
	}
	byHand := 0
	for _, status := range single {
		if status == http.StatusCreated {
			byHand++
		}
	}
	if reports[0].Raw != reports[1].Raw || reports[2].Raw != reports[3].Raw {
		t.Error("the same list under the same key has two reports")
	}
	if total := reports[0].Number("invited") + reports[2].Number("invited") + byHand; total != guests {
		t.Errorf("%d and %d were invited by lists and %d by hand, want %d in all", reports[0].Number("invited"), reports[2].Number("invited"), byHand, guests)
	}
	jobs := countJobs(g.Fixture)
	for email, i := range g.invitations() {
		if strings.HasPrefix(email, "guest") && (jobs[string(i.ID)] != 1 || i.Generation != 1) {
			t.Errorf("%s: %d jobs, %d mails", email, jobs[string(i.ID)], i.Generation)
		}
	}
}

// An import whose time is up reports the number of remaining rows. The repeated request continues.
func TestImportInvitationList_TimeUp_ReportsRemainingRows(t *testing.T) {
	g := newInvitationListFixture(t)
	const guests = 2*invitationlist.PartsInFlight*dynamo.MaxInvitationsPerTransaction + 10
	file := invitees(guests, "x") + "mia@example.org,Mia,Guest\n"
	g.Timeout = invitationlist.DeadlineMargin
	var reported []string
	for range 3 {
		reported = append(reported, counts(g.importList(file, "key")))
	}
	want := []string{
		"rows 315, invited 152, duplicate 0, already_mobilizer 0, suppressed 0, malformed 0, remaining 163",
		"rows 315, invited 304, duplicate 0, already_mobilizer 0, suppressed 0, malformed 0, remaining 11",
		"rows 315, invited 314, duplicate 1, already_mobilizer 0, suppressed 0, malformed 0, remaining 0",
	}
	if diff := cmp.Diff(want, reported); diff != "" {
		t.Errorf("the calls tell (-want +got):\n%s", diff)
	}
	g.Timeout = 0
	g.importList(file, "key").ExpectStatus(http.StatusOK)
	half := invitees(guests, "y")
	g.Timeout = invitationlist.DeadlineMargin
	if got := g.owner.Do(http.MethodPost, g.at+"/import?rejects=csv", []byte(half), "other"); got.Status != http.StatusAccepted || got.Number("remaining") == 0 || got.Header.Get("Content-Type") != "application/json" {
		t.Errorf("half of a list's rejected rows are answered %d: %s", got.Status, got.Raw)
	}
	if invited := len(g.invitations()); invited != guests+2+invitationlist.PartsInFlight*dynamo.MaxInvitationsPerTransaction {
		t.Errorf("%d invitations", invited)
	}
}

// A search reads all invitations of a campaign in one request, so that no page is empty.
func TestListInvitations_Search_ReadsWholeCampaign(t *testing.T) {
	g := newInvitationListFixture(t)
	g.Advance(time.Minute)
	const guests = 1_100
	g.importList(invitees(guests, "x"), "key").ExpectStatus(http.StatusOK)
	found := g.owner.Get(g.at + "?limit=50&search=mia@example.org").ExpectStatus(http.StatusOK)
	if items := found.List("items"); len(items) != 1 || items[0]["id"] != g.open || found.Number("examined") != guests+2 || found.Value("next") != nil {
		t.Errorf("the search finds %v, looked at %v, and goes on: %v", items, found.Value("examined"), found.Value("next"))
	}
}
