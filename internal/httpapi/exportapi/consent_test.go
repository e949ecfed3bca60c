package exportapi_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// readNow marks an export's file as read at the present state of the campaign's consent, as the worker does.
func readNow(s *httpapitest.CampaignFixture, e *export.Export) {
	s.T.Helper()
	withdrawals, err := s.Store.ConsentWithdrawals(s.T.Context(), e.Campaign)
	if err != nil {
		s.T.Fatal(err)
	}
	e.AsOf, e.Withdrawals = s.Now, withdrawals
}

// writeFile requests an export, or repeats one at a path, and makes it ready.
func writeFile(s *httpapitest.CampaignFixture, by *httpapitest.Client, path string, request map[string]any) string {
	s.T.Helper()
	s.Advance(time.Second)
	made := by.Post(path, request)
	finishExport(s, made.Text("id"), func(e *export.Export, j *job.Job) {
		readNow(s, e)
		e.Finish(e.Key(j), 7, 8, "sum", s.Now)
	})
	return made.Text("id")
}

func TestExport_ConsentWithdrawnSince_IsRefusedUntilWrittenAgain(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	exports := at + "/exports"
	withContactData := map[string]string{}
	for name, request := range map[string]map[string]any{
		"mobilizers": {"type": "mobilizers"}, "legacy mobilizers": {"type": "legacy_mobilizers", "dialect": "spreadsheet"},
		"bundle": {"type": "bundle", "types": []string{"mobilizers", "contacts"}},
	} {
		withContactData[name] = exports + "/" + writeFile(s, admin, exports, request)
	}
	others := []string{
		writeFile(s, admin, exports, map[string]any{"type": "contacts", "profile": "extended"}),
		writeFile(s, admin, exports, map[string]any{"type": "bundle", "types": []string{"contacts", "notes", "invitations"}}),
	}
	consent := func(given bool) {
		t.Helper()
		ana.Put(ana.Path("consent"), map[string]any{"consent": given}).ExpectStatus(http.StatusOK)
	}
	consent(true)
	for name, one := range withContactData {
		admin.Post(one+"/retry", nil).ExpectProblem(http.StatusConflict, "export_not_failed", "Only")
		if link := admin.Post(one+"/download-link", nil); link.Status != http.StatusOK {
			t.Fatalf("%s, before anybody withdrew consent: %s", name, link.Raw)
		}
	}
	consent(false)
	for name, one := range withContactData {
		refused := admin.Post(one+"/download-link", nil).ExpectProblem(http.StatusConflict, "consent_withdrawn", "withdrawn consent")
		if refused.Text("retry_path") != one+"/retry" {
			t.Errorf("%s: %s", name, refused.Raw)
		}
		admin.Get(one).ExpectStatus(http.StatusOK)
	}
	for _, other := range others {
		admin.Post(exports+"/"+other+"/download-link", nil).ExpectStatus(http.StatusOK)
	}

	consent(false) // again: nothing is withdrawn
	one := withContactData["mobilizers"]
	writeFile(s, admin, one+"/retry", nil)
	admin.Post(one+"/download-link", nil).ExpectStatus(http.StatusOK)
	consent(false)
	admin.Post(one+"/download-link", nil).ExpectStatus(http.StatusOK)
	consent(true)
	ana.Post(ana.Path("leave"), map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	admin.Post(one+"/download-link", nil).ExpectStatus(http.StatusOK)
	rejoin := httpapitest.JoinBody("neighbors-2026")
	rejoin["consent"] = false
	ana.Post("/v1/mobilizer/join", rejoin).ExpectStatus(http.StatusOK)
	admin.Post(one+"/download-link", nil).ExpectProblem(http.StatusConflict, "consent_withdrawn", "withdrawn consent")
}

func TestExport_MemberLeftWithEverything_IsRefusedUntilWrittenAgain(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	ana.Put(ana.Path("consent"), map[string]any{"consent": true}).ExpectStatus(http.StatusOK)
	one := at + "/exports/" + writeFile(s, admin, at+"/exports", map[string]any{"type": "mobilizers"})
	ana.Post(ana.Path("leave"), map[string]any{"contacts": "remove"}).ExpectStatus(http.StatusOK)
	admin.Post(one+"/download-link", nil).ExpectProblem(http.StatusConflict, "consent_withdrawn", "withdrawn consent")
}

func TestPipelineAndSchedule_ConsentWithdrawnSince_RefuseUntilWrittenAgain(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	ana.Put(ana.Path("consent"), map[string]any{"consent": true}).ExpectStatus(http.StatusOK)
	owner := s.NewUser("Owen")
	s.Commit(s.Store.CreateAdministrator(&organization.Administrator{
		Organization: s.Organization.ID, User: owner.User.ID, Role: organization.Owner, Name: "Owen", AddedAt: s.Now,
	})...)
	token := owner.Post(at+"/service-tokens", map[string]any{"name": "Warehouse"}).ExpectStatus(http.StatusCreated)
	program := s.TokenClient(token.Text("token"))
	pipeline := "/v1/pipeline/campaigns/" + string(s.Campaign.ID)
	one := pipeline + "/exports/" + writeFile(s, program, pipeline+"/exports", map[string]any{"type": "mobilizers"})
	made := admin.Post(at+"/export-schedules", map[string]any{"type": "legacy_mobilizers", "hour": 9}).ExpectStatus(http.StatusCreated)
	run := s.FinishScheduledRun(string(s.Campaign.ID), made.Text("id"))
	latest := "/export-schedules/" + made.Text("id") + "/latest"
	program.Get(one + "/download").ExpectStatus(http.StatusFound)
	program.Get(pipeline + latest).ExpectStatus(http.StatusFound)

	ana.Put(ana.Path("consent"), map[string]any{"consent": false}).ExpectStatus(http.StatusOK)
	for _, c := range []struct {
		refused *httpapitest.Reply
		retry   string
	}{
		{program.Get(one + "/download"), one + "/retry"},
		{program.Post(one+"/download-link", nil), one + "/retry"},
		{program.Get(pipeline + latest), pipeline + "/exports/" + run.ID + "/retry"},
		{admin.Get(at + latest), at + "/exports/" + run.ID + "/retry"},
	} {
		if c.refused.ExpectProblem(http.StatusConflict, "consent_withdrawn", "withdrawn consent"); c.refused.Text("retry_path") != c.retry {
			t.Errorf("%s, want the retry path %s", c.refused.Raw, c.retry)
		}
	}
	writeFile(s, program, one+"/retry", nil)
	program.Get(one + "/download").ExpectStatus(http.StatusFound)
	writeFile(s, program, pipeline+"/exports/"+run.ID+"/retry", nil)
	again := admin.Get(at + latest).ExpectStatus(http.StatusOK)
	if again.Text("export", "id") != run.ID || !strings.Contains(again.Text("url"), "/scheduled/") {
		t.Errorf("the latest file after the run was written again: %s", again.Raw)
	}
	program.Get(pipeline + latest).ExpectStatus(http.StatusFound)
}
