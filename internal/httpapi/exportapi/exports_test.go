package exportapi_test

import (
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/job"
)

func TestExport_Finished_HasDownloadLink(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	exports := at + "/exports"
	admin.Post(exports, map[string]any{"type": "secrets"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "type")
	admin.Post(exports, map[string]any{"type": "contacts", "dialect": "tsv"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "dialect")
	made := admin.Do(http.MethodPost, exports, map[string]any{"type": "contacts"}, "once").ExpectStatus(http.StatusCreated)
	again := admin.Do(http.MethodPost, exports, map[string]any{"type": "contacts"}, "once").ExpectStatus(http.StatusCreated)
	if made.Text("id") != again.Text("id") || made.Text("status") != "queued" || made.Number("percent") != 0 {
		t.Errorf("asked twice under one key: %s and %s", made.Raw, again.Raw)
	}
	one := exports + "/" + made.Text("id")
	admin.Post(one+"/download-link", nil).ExpectProblem(http.StatusConflict, "export_not_ready", "not ready")

	e, err := s.Store.Export(t.Context(), s.Campaign.ID, made.Text("id"))
	if err != nil {
		t.Fatal(err)
	}
	overdue, err := s.Store.OverdueJobs(t.Context(), time.Now().Add(time.Hour), 10)
	if err != nil || len(overdue) != 1 {
		t.Fatalf("jobs: %v, %v", overdue, err)
	}
	j, err := s.Store.Job(t.Context(), overdue[0])
	if err != nil || j.Record != e.ID || j.State != job.Queued || j.Kind != job.Export {
		t.Fatalf("the job: %+v, %v", j, err)
	}
	e.Finish(e.Key(j), 7, 8, "sum", s.Now)
	if err := s.Store.FinishExport(t.Context(), e, j); err != nil {
		t.Fatal(err)
	}
	link := admin.Post(one+"/download-link", nil).ExpectStatus(http.StatusOK)
	address, err := url.Parse(link.Text("url"))
	if err != nil || !strings.Contains(address.Path, string(s.Organization.ID)) || address.Query().Get("X-Amz-Expires") != "300" ||
		!strings.Contains(address.Query().Get("response-content-disposition"), `filename="neighbors_campaign-neighbors-2026_contacts_2026-10-24.csv"`) {
		t.Errorf("the link: %s", link.Raw)
	}
	if got := admin.Get(one).ExpectStatus(http.StatusOK); got.Text("status") != "ready" || got.Number("percent") != 100 || got.Number("rows") != 7 {
		t.Errorf("the export: %s", got.Raw)
	}
	s.Advance(export.Retention + time.Second)
	admin.Post(one+"/download-link", nil).ExpectProblem(http.StatusConflict, "export_expired", "seven days")
	s.NewMobilizer("Ana").Post(one+"/download-link", nil).ExpectStatus(http.StatusNotFound)
	admin.Get(exports + "/" + s.ResponseID(0)).ExpectStatus(http.StatusNotFound)
	if got := admin.Get(one).ExpectStatus(http.StatusOK); got.Text("status") != "expired" || got.Text("expires_at") == "" {
		t.Errorf("after a week: %s", got.Raw)
	}
	for _, dialect := range []string{"data", "spreadsheet"} {
		s.Advance(time.Second)
		admin.Post(exports, map[string]any{"type": "mobilizers", "dialect": dialect}).ExpectStatus(http.StatusCreated)
	}
	s.Advance(time.Second)
	admin.Post(exports, map[string]any{"type": "contacts"}).ExpectStatus(http.StatusCreated)
	first := admin.Get(exports + "?limit=3").ExpectStatus(http.StatusOK)
	second := admin.Get(exports + "?limit=3&page=" + url.QueryEscape(first.Text("next"))).ExpectStatus(http.StatusOK)
	if len(first.List("items")) != 3 || len(second.List("items")) != 1 || second.List("items")[0]["id"] != e.ID {
		t.Errorf("the history: %s, then %s", first.Raw, second.Raw)
	}
}

// finishExport ends the export's job and applies finish to the export.
func finishExport(s *httpapitest.CampaignFixture, of string, finish func(*export.Export, *job.Job)) {
	s.T.Helper()
	e, err := s.Store.Export(s.T.Context(), s.Campaign.ID, of)
	if err != nil {
		s.T.Fatal(err)
	}
	j, err := s.Store.Job(s.T.Context(), e.Job)
	if err != nil {
		s.T.Fatal(err)
	}
	finish(e, j)
	if err := s.Store.FinishExport(s.T.Context(), e, j); err != nil {
		s.T.Fatal(err)
	}
}

func TestGetExportManifest_Export_ReturnsFileOrPresentState(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	exports := at + "/exports"
	admin.Post(exports, map[string]any{"type": "contacts", "compression": "zip"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "compression")
	made := admin.Post(exports, map[string]any{"type": "contacts", "compression": "gzip"}).ExpectStatus(http.StatusCreated)
	one := exports + "/" + made.Text("id")
	if made.Text("compression") != "gzip" {
		t.Errorf("asked for: %s", made.Raw)
	}
	admin.Get(one+"/manifest").ExpectProblem(http.StatusConflict, "export_not_ready", "not ready")
	finishExport(s, made.Text("id"), func(e *export.Export, j *job.Job) {
		e.Finish(e.Key(j), 7, 8, "sum", s.Now)
		manifest := `{"format": "kith-export-manifest/1", "export_id": "` + e.ID + `", "columns": ["id", "name"], "rows": 7}`
		if err := s.Files.Put(t.Context(), e.ManifestKey(), []byte(manifest)); err != nil {
			t.Fatal(err)
		}
	})
	if got := admin.Get(one + "/manifest").ExpectStatus(http.StatusOK); got.Text("export_id") != made.Text("id") || got.Number("rows") != 7 {
		t.Errorf("the manifest: %s", got.Raw)
	}
	if link := admin.Post(one+"/download-link", nil).ExpectStatus(http.StatusOK); !strings.HasSuffix(link.Text("file_name"), "_contacts_2026-10-24.csv.gz") ||
		!strings.Contains(link.Text("url"), "response-content-type=application%2Fgzip") {
		t.Errorf("the link: %s", link.Raw)
	}
	s.Advance(export.Retention + time.Second)
	admin.Get(one+"/manifest").ExpectProblem(http.StatusConflict, "export_expired", "seven days")
}

func TestCreateExport_SameRequestRunning_ReturnsRunningExport(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	exports := at + "/exports"
	request := map[string]any{"type": "contacts"}
	first := admin.Post(exports, request).ExpectStatus(http.StatusCreated).Text("id")
	s.Advance(time.Second)
	if again := admin.Post(exports, map[string]any{"type": "contacts", "dialect": "data", "profile": "standard"}).ExpectStatus(http.StatusOK); again.Text("id") != first {
		t.Errorf("the same request: %s, want %s", again.Raw, first)
	}
	once := admin.Do(http.MethodPost, exports, request, "key").ExpectStatus(http.StatusOK)
	if once.Text("id") != first {
		t.Errorf("under a key: %s, want %s", once.Raw, first)
	}
	for _, other := range []map[string]any{
		{"type": "mobilizers"},
		{"type": "contacts", "dialect": "spreadsheet"},
		{"type": "contacts", "profile": "extended"},
		{"type": "contacts", "compression": "gzip"},
	} {
		if got := admin.Post(exports, other).ExpectStatus(http.StatusCreated); got.Text("id") == first {
			t.Errorf("another request finds the same export: %s", got.Raw)
		}
	}
	finishExport(s, first, func(e *export.Export, j *job.Job) { e.Finish(e.Key(j), 7, 8, "sum", s.Now) })
	s.Advance(time.Second)
	if next := admin.Post(exports, request).ExpectStatus(http.StatusCreated); next.Text("id") == first {
		t.Errorf("the next request finds the export that is ready: %s", next.Raw)
	}
	if replay := admin.Do(http.MethodPost, exports, request, "key").ExpectStatus(http.StatusOK); replay.Raw != once.Raw {
		t.Errorf("the replay differs: %s, want %s", replay.Raw, once.Raw)
	}
}

func TestCreateExport_Concurrent_CreatesOne(t *testing.T) {
	_, admin, at := httpapitest.NewAdmin(t)
	answers := make(chan string, 8)
	for range cap(answers) {
		go func() { answers <- admin.Post(at+"/exports", map[string]any{"type": "contacts"}).Text("id") }()
	}
	ids := map[string]bool{}
	for range cap(answers) {
		ids[<-answers] = true
	}
	if len(ids) != 1 {
		t.Errorf("eight requests at once got %d exports", len(ids))
	}
}

func TestExport_CancelledOrFailed_CanBeRetried(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	exports := at + "/exports"
	request := map[string]any{"type": "contacts"}
	first := admin.Post(exports, request).ExpectStatus(http.StatusCreated).Text("id")
	one := exports + "/" + first
	admin.Post(one+"/retry", nil).ExpectProblem(http.StatusConflict, "export_not_failed", "failed or cancelled")
	for range 2 {
		s.Advance(time.Second)
		if got := admin.Post(one+"/cancel", nil).ExpectStatus(http.StatusOK); got.Text("status") != "cancelled" || got.Text("finished_at") == "" {
			t.Errorf("cancelled: %s", got.Raw)
		}
	}
	admin.Post(one+"/download-link", nil).ExpectProblem(http.StatusConflict, "export_cancelled", "cancelled")
	s.Advance(time.Second)
	second := admin.Post(exports, request).ExpectStatus(http.StatusCreated).Text("id")
	admin.Post(one+"/retry", nil).ExpectProblem(http.StatusConflict, "export_running", "under way")
	finishExport(s, second, func(e *export.Export, _ *job.Job) { e.Fail(fault.NewMessage("The sky fell."), s.Now) })
	if got := admin.Get(exports + "/" + second).ExpectStatus(http.StatusOK); got.Text("status") != "failed" || got.Text("error") != "The sky fell." {
		t.Errorf("failed: %s", got.Raw)
	}
	admin.Post(exports+"/"+second+"/cancel", nil).ExpectProblem(http.StatusConflict, "export_ended", "already finished")
	s.Advance(time.Second)
	if got := admin.Post(one+"/retry", nil).ExpectStatus(http.StatusOK); got.Text("status") != "queued" || got.Text("id") != first {
		t.Errorf("tried again: %s", got.Raw)
	}
	if found := admin.Post(exports, request).ExpectStatus(http.StatusOK); found.Text("id") != first {
		t.Errorf("the same request while the retry is under way: %s", found.Raw)
	}
	finishExport(s, first, func(e *export.Export, j *job.Job) { e.Finish(e.Key(j), 7, 8, "sum", s.Now) })
	admin.Post(one+"/download-link", nil).ExpectStatus(http.StatusOK)
}

// The description lists exactly the types that exist.
func TestExport_Failed_ReasonInTheLanguageOfTheRequest(t *testing.T) {
	s, admin, at := httpapitest.NewAdmin(t)
	failed := admin.Post(at+"/exports", map[string]any{"type": "contacts"}).ExpectStatus(http.StatusCreated).Text("id")
	reason := job.Reason(errors.New("a defect"), fault.NewMessage("Request a new export."))
	finishExport(s, failed, func(e *export.Export, _ *job.Job) { e.Fail(reason, s.Now) })
	one := at + "/exports/" + failed
	for language, want := range map[string]string{
		"":            "An internal error occurred. Request a new export. If it fails again, contact support.",
		"es-MX,en":    "Ocurrió un error interno. Solicita una nueva exportación. Si vuelve a fallar, contacta con soporte.",
		"en-US,es":    reason.String(),
		"fr, es;q=.5": "Ocurrió un error interno. Solicita una nueva exportación. Si vuelve a fallar, contacta con soporte.",
	} {
		admin.Header = http.Header{"Accept-Language": {language}}
		if got := admin.Get(one).ExpectStatus(http.StatusOK).Text("error"); got != want {
			t.Errorf("in %q: got %q", language, got)
		}
		refusal := admin.Post(one+"/download-link", nil).ExpectStatus(http.StatusConflict)
		if got := refusal.Text("detail"); !strings.HasSuffix(got, ": "+want) {
			t.Errorf("in %q: refused with %q", language, got)
		}
	}
}

func TestExportRequest_EnumOfTypes_ListsEveryDataset(t *testing.T) {
	t.Parallel()
	var want []any
	for _, d := range dataset.All() {
		want = append(want, string(d.Info().Name))
	}
	schemas := httpapitest.All().OpenAPI().Components.Schemas.Map()
	for name, schema := range schemas {
		if types := schema.Properties["types"]; types != nil && !slices.Equal(types.Items.Enum, want) {
			t.Errorf("types of %s: %v, want %v", name, types.Items.Enum, want)
		}
	}
	for _, name := range []string{"ExportRequest", "Export", "ExportScheduleRequest", "ExportScheduleUpdate", "Manifest"} {
		if got := schemas[name].Properties["type"].Enum; !slices.Equal(got, append(slices.Clone(want), "bundle")) {
			t.Errorf("type of %s: %v", name, got)
		}
	}
}
