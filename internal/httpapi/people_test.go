package httpapi

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/voter"
)

// shelf keeps objects in memory by their paths, for clients of S3 that put and get them whole.
func shelf(t *testing.T) string {
	t.Helper()
	var mu sync.Mutex
	kept := map[string][]byte{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, there := kept[r.URL.Path]
		var err error
		switch {
		case r.Method == http.MethodPut:
			kept[r.URL.Path], err = io.ReadAll(r.Body)
		case there:
			_, err = w.Write(body)
		default:
			w.WriteHeader(http.StatusNotFound)
			_, err = io.WriteString(w, "<Error><Code>NoSuchKey</Code></Error>")
		}
		if err != nil {
			t.Error(err)
		}
	}))
	t.Cleanup(server.Close)
	return server.URL
}

// office is the stage with its administrator, the People page, exports and voter files, and a bucket that takes and
// gives whole objects.
func office(t *testing.T) (*stage, *caller, string) {
	t.Helper()
	s := newStage(t)
	RegisterPeople(s.api, stageSecret)
	s.files = objects.NewBucket(s3.New(s3.Options{
		BaseEndpoint: aws.String(shelf(t)), Region: "us-east-1", UsePathStyle: true,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	}), "bucket")
	RegisterExports(s.api, s.files, stageSecret, 5*time.Minute)
	RegisterVoterFiles(s.api, s.files, 5*time.Minute)
	admin := s.person("Olivia")
	s.commit(s.store.CreateAdministrator(&organization.Administrator{
		Organization: s.org.ID, User: admin.user.ID,
		Role: organization.Admin, Name: "Olivia", AddedAt: s.now,
	})...)
	s.commit(s.store.CreateOrganization(s.org)...)
	return s, admin, "/v1/admin/campaigns/" + string(s.campaign.ID)
}

func TestAdministratorsSeeWhatIsMeantForThem(t *testing.T) {
	s, admin, at := office(t)
	ana := s.mobilizer("Ana")
	s.later(time.Second)
	ben := s.mobilizer("Ben")
	ben.put(ben.at("consent"), map[string]any{"consent": false}).is(http.StatusOK)
	helen := ana.adds("Helen")
	s.later(time.Second)
	ana.adds("Ivo")
	contactID := helen[strings.LastIndex(helen, "/")+1:]
	ana.put(helen+"/answer", map[string]any{"response": s.response(0)}).is(http.StatusOK)
	ana.put(helen+"/responses/"+string(s.task.ID), map[string]any{"completed": true}).is(http.StatusOK)
	ana.put(helen+"/responses/"+string(s.choice.ID), map[string]any{"option": s.choice.Options[1].ID}).is(http.StatusOK)
	ana.put(helen+"/responses/"+string(s.free.ID), map[string]any{"text": "Schools"}).is(http.StatusOK)
	ana.post(helen+"/notes", map[string]any{"content": "Met at the market."}).is(http.StatusCreated)

	listed := admin.get(at + "/mobilizers").is(http.StatusOK)
	rows := listed.list("items")
	if len(rows) != 2 || rows[0]["email"] != "ana@example.org" || rows[1]["email"] != nil || rows[1]["phone"] != nil {
		t.Errorf("mobilizers: %s", listed.raw)
	}
	contacts := admin.get(at + "/contacts?texts=true&sort=name").is(http.StatusOK)
	for _, secret := range []string{"555-0123", "+1617", "x@example.org"} {
		if strings.Contains(contacts.raw, secret) {
			t.Errorf("an administrator sees a contact's %s: %s", secret, contacts.raw)
		}
	}
	row := contacts.list("items")[0]
	if row["id"] != contactID || row["relational_touchpoints"] != 5.0 || row["mobilizer"].(map[string]any)["first_name"] != "Ana" {
		t.Errorf("Helen: %v", row)
	}
	done := fmt.Sprint(row["action_items"])
	for _, want := range []string{"completed:true", "option_text:Schools", "text:Schools"} {
		if !strings.Contains(done, want) {
			t.Errorf("Helen's responses lack %s: %s", want, done)
		}
	}
	one := admin.get(at + "/contacts/" + contactID).is(http.StatusOK)
	if one.text("response", "id") != s.response(0) || len(one.list("columns")) != 3 {
		t.Errorf("Helen's page: %s", one.raw)
	}
	mobilizer := at + "/mobilizers/" + rows[0]["id"].(string)
	notes := admin.get(mobilizer + "/notes").is(http.StatusOK).list("items")
	if len(notes) != 1 || notes[0]["content"] != "Met at the market." || notes[0]["contact"].(map[string]any)["first_name"] != "Helen" {
		t.Errorf("notes: %v", notes)
	}
	if actions := admin.get(mobilizer + "/actions?limit=1").is(http.StatusOK); len(actions.list("items")) != 3 {
		t.Errorf("actions: %s", actions.raw)
	}
	if of := admin.get(mobilizer + "/contacts").is(http.StatusOK).list("items"); len(of) != 2 {
		t.Errorf("Ana's contacts: %v", of)
	}
	admin.get(mobilizer).is(http.StatusOK)
}

func TestListsRefuseWhatTheyCantAnswer(t *testing.T) {
	s, admin, at := office(t)
	ana := s.mobilizer("Ana")
	for _, name := range []string{"Uma", "Vic", "Wes"} {
		ana.adds(name)
	}
	admin.get(at+"/contacts?response=nonsense").refused(http.StatusUnprocessableEntity, "invalid", "response")
	admin.get(at+"/contacts?match_status=MAYBE").refused(http.StatusUnprocessableEntity, "invalid", "match_status")
	admin.get(at+"/contacts?sort=age").refused(http.StatusUnprocessableEntity, "invalid", "sort")
	admin.get(at+"/contacts?limit=0").refused(http.StatusUnprocessableEntity, "invalid", "limit")
	first := admin.get(at + "/contacts?limit=2").is(http.StatusOK)
	next := url.QueryEscape(first.text("next"))
	if second := admin.get(at + "/contacts?limit=2&page=" + next).is(http.StatusOK); len(second.list("items")) != 1 {
		t.Errorf("the second page: %s", second.raw)
	}
	for _, other := range []string{"/contacts?order=desc&", "/contacts?sort=name&", "/mobilizers?"} {
		admin.get(at+other+"page="+next).refused(http.StatusUnprocessableEntity, "invalid", "page")
	}
	other := s.person("Pat")
	s.commit(s.store.CreateAdministrator(&organization.Administrator{
		Organization: s.org.ID, User: other.user.ID,
		Role: organization.Admin, AddedAt: s.now,
	})...)
	other.get(at+"/contacts?page="+next).refused(http.StatusUnprocessableEntity, "invalid", "page")
	ana.get(at + "/contacts").is(http.StatusNotFound)
	admin.get(at + "/contacts/" + s.response(0)).is(http.StatusNotFound)
}

func TestManagementNotes(t *testing.T) {
	s, admin, at := office(t)
	ana := s.mobilizer("Ana")
	notes := at + "/mobilizers/" + ana.join.text("id") + "/management-notes"
	s.later(time.Second)
	admin.post(notes, map[string]any{"content": " \n"}).refused(http.StatusUnprocessableEntity, "invalid", "content")
	made := admin.post(notes, map[string]any{"content": " 1:1 on Friday\n"}).is(http.StatusCreated)
	if made.text("content") != " 1:1 on Friday\n" || made.text("written_by") != "Olivia" || made.text("updated_at") != "" {
		t.Errorf("the note: %s", made.raw)
	}
	one := notes + "/" + made.text("id")
	s.later(time.Minute)
	edited := admin.patch(one, map[string]any{"content": "1:1 on Monday"}).is(http.StatusOK)
	if edited.text("updated_at") == "" || edited.text("created_at") != made.text("created_at") {
		t.Errorf("the edited note: %s", edited.raw)
	}
	ana.get(notes).is(http.StatusNotFound)
	admin.del(one).is(http.StatusNoContent)
	admin.del(one).is(http.StatusNotFound)
	if left := admin.get(notes).is(http.StatusOK).list("items"); len(left) != 0 {
		t.Errorf("notes that are left: %v", left)
	}
	ana.post(ana.at("leave"), map[string]any{"contacts": "remove"}).is(http.StatusOK)
	admin.post(notes, map[string]any{"content": "too late"}).is(http.StatusNotFound)
}

func TestExportsAreAskedForAndHandedOut(t *testing.T) {
	s, admin, at := office(t)
	exports := at + "/exports"
	admin.post(exports, map[string]any{"type": "secrets"}).refused(http.StatusUnprocessableEntity, "invalid", "type")
	admin.post(exports, map[string]any{"type": "contacts", "dialect": "tsv"}).refused(http.StatusUnprocessableEntity, "invalid", "dialect")
	made := admin.request(http.MethodPost, exports, map[string]any{"type": "contacts"}, "once").is(http.StatusCreated)
	again := admin.request(http.MethodPost, exports, map[string]any{"type": "contacts"}, "once").is(http.StatusCreated)
	if made.text("id") != again.text("id") || made.text("state") != "queued" || made.number("percent") != 0 {
		t.Errorf("asked twice under one key: %s and %s", made.raw, again.raw)
	}
	one := exports + "/" + made.text("id")
	admin.post(one+"/download-link", nil).refused(http.StatusConflict, "export_not_ready", "not ready")

	e, err := s.store.Export(t.Context(), s.campaign.ID, made.text("id"))
	if err != nil {
		t.Fatal(err)
	}
	overdue, err := s.store.OverdueJobs(t.Context(), time.Now().Add(time.Hour), 10)
	if err != nil || len(overdue) != 1 {
		t.Fatalf("jobs: %v, %v", overdue, err)
	}
	j, err := s.store.Job(t.Context(), overdue[0])
	if err != nil || j.Record != e.ID || j.State != job.Queued || j.Kind != job.Export {
		t.Fatalf("the job: %+v, %v", j, err)
	}
	e.Finish(e.Key(j), 7, 8, "sum", s.now)
	if err := s.store.FinishExport(t.Context(), e, j); err != nil {
		t.Fatal(err)
	}
	link := admin.post(one+"/download-link", nil).is(http.StatusOK)
	address, err := url.Parse(link.text("url"))
	if err != nil || !strings.Contains(address.Path, string(s.org.ID)) || address.Query().Get("X-Amz-Expires") != "300" ||
		!strings.Contains(address.Query().Get("response-content-disposition"), `filename="neighbors_campaign-neighbors-2026_contacts_2026-10-24.csv"`) {
		t.Errorf("the link: %s", link.raw)
	}
	if got := admin.get(one).is(http.StatusOK); got.text("state") != "ready" || got.number("percent") != 100 || got.number("rows") != 7 {
		t.Errorf("the export: %s", got.raw)
	}
	s.later(export.Kept + time.Second)
	admin.post(one+"/download-link", nil).refused(http.StatusConflict, "export_expired", "seven days")
	s.mobilizer("Ana").post(one+"/download-link", nil).is(http.StatusNotFound)
	admin.get(exports + "/" + s.response(0)).is(http.StatusNotFound)
	if got := admin.get(one).is(http.StatusOK); got.text("state") != "expired" || got.text("expires_at") == "" {
		t.Errorf("after a week: %s", got.raw)
	}
	for _, dialect := range []string{"data", "spreadsheet"} {
		s.later(time.Second)
		admin.post(exports, map[string]any{"type": "mobilizers", "dialect": dialect}).is(http.StatusCreated)
	}
	s.later(time.Second)
	admin.post(exports, map[string]any{"type": "contacts"}).is(http.StatusCreated)
	first := admin.get(exports + "?limit=3").is(http.StatusOK)
	second := admin.get(exports + "?limit=3&page=" + url.QueryEscape(first.text("next"))).is(http.StatusOK)
	if len(first.list("items")) != 3 || len(second.list("items")) != 1 || second.list("items")[0]["id"] != e.ID {
		t.Errorf("the history: %s, then %s", first.raw, second.raw)
	}
}

// ends lets the export's worker come to an end, as finish says.
func (s *stage) ends(of string, finish func(*export.Export, *job.Job)) {
	s.t.Helper()
	e, err := s.store.Export(s.t.Context(), s.campaign.ID, of)
	if err != nil {
		s.t.Fatal(err)
	}
	j, err := s.store.Job(s.t.Context(), e.Job)
	if err != nil {
		s.t.Fatal(err)
	}
	finish(e, j)
	if err := s.store.FinishExport(s.t.Context(), e, j); err != nil {
		s.t.Fatal(err)
	}
}

func TestTheManifestIsShown(t *testing.T) {
	s, admin, at := office(t)
	exports := at + "/exports"
	admin.post(exports, map[string]any{"type": "contacts", "compression": "zip"}).refused(http.StatusUnprocessableEntity, "invalid", "compression")
	made := admin.post(exports, map[string]any{"type": "contacts", "compression": "gzip"}).is(http.StatusCreated)
	one := exports + "/" + made.text("id")
	if made.text("compression") != "gzip" {
		t.Errorf("asked for: %s", made.raw)
	}
	admin.get(one+"/manifest").refused(http.StatusConflict, "export_not_ready", "not ready")
	s.ends(made.text("id"), func(e *export.Export, j *job.Job) {
		e.Finish(e.Key(j), 7, 8, "sum", s.now)
		manifest := `{"format": "kith-export-manifest/1", "export": "` + e.ID + `", "columns": ["id", "name"], "rows": 7}`
		if err := s.files.Put(t.Context(), e.ManifestKey(), []byte(manifest)); err != nil {
			t.Fatal(err)
		}
	})
	if got := admin.get(one + "/manifest").is(http.StatusOK); got.text("export") != made.text("id") || got.number("rows") != 7 {
		t.Errorf("the manifest: %s", got.raw)
	}
	if link := admin.post(one+"/download-link", nil).is(http.StatusOK); !strings.HasSuffix(link.text("file_name"), "_contacts_2026-10-24.csv.gz") ||
		!strings.Contains(link.text("url"), "response-content-type=application%2Fgzip") {
		t.Errorf("the link: %s", link.raw)
	}
	s.later(export.Kept + time.Second)
	admin.get(one+"/manifest").refused(http.StatusConflict, "export_expired", "seven days")
}

func TestTheSameRequestFindsTheExportThatIsUnderWay(t *testing.T) {
	s, admin, at := office(t)
	exports := at + "/exports"
	request := map[string]any{"type": "contacts"}
	first := admin.post(exports, request).is(http.StatusCreated).text("id")
	s.later(time.Second)
	if again := admin.post(exports, map[string]any{"type": "contacts", "dialect": "data", "profile": "standard"}).is(http.StatusOK); again.text("id") != first {
		t.Errorf("the same request: %s, want %s", again.raw, first)
	}
	once := admin.request(http.MethodPost, exports, request, "key").is(http.StatusOK)
	if once.text("id") != first {
		t.Errorf("under a key: %s, want %s", once.raw, first)
	}
	for _, other := range []map[string]any{
		{"type": "mobilizers"},
		{"type": "contacts", "dialect": "spreadsheet"},
		{"type": "contacts", "profile": "extended"},
		{"type": "contacts", "compression": "gzip"},
	} {
		if got := admin.post(exports, other).is(http.StatusCreated); got.text("id") == first {
			t.Errorf("another request finds the same export: %s", got.raw)
		}
	}
	s.ends(first, func(e *export.Export, j *job.Job) { e.Finish(e.Key(j), 7, 8, "sum", s.now) })
	s.later(time.Second)
	if next := admin.post(exports, request).is(http.StatusCreated); next.text("id") == first {
		t.Errorf("the next request finds the export that is ready: %s", next.raw)
	}
	if replay := admin.request(http.MethodPost, exports, request, "key").is(http.StatusOK); replay.raw != once.raw {
		t.Errorf("the replay differs: %s, want %s", replay.raw, once.raw)
	}
}

func TestManyAtOnceGetOneExport(t *testing.T) {
	_, admin, at := office(t)
	answers := make(chan string, 8)
	for range cap(answers) {
		go func() { answers <- admin.post(at+"/exports", map[string]any{"type": "contacts"}).text("id") }()
	}
	ids := map[string]bool{}
	for range cap(answers) {
		ids[<-answers] = true
	}
	if len(ids) != 1 {
		t.Errorf("eight requests at once got %d exports", len(ids))
	}
}

func TestExportsAreCancelledAndTriedAgain(t *testing.T) {
	s, admin, at := office(t)
	exports := at + "/exports"
	request := map[string]any{"type": "contacts"}
	first := admin.post(exports, request).is(http.StatusCreated).text("id")
	one := exports + "/" + first
	admin.post(one+"/retry", nil).refused(http.StatusConflict, "export_not_failed", "failed or was cancelled")
	for range 2 {
		s.later(time.Second)
		if got := admin.post(one+"/cancel", nil).is(http.StatusOK); got.text("state") != "cancelled" || got.text("finished_at") == "" {
			t.Errorf("cancelled: %s", got.raw)
		}
	}
	admin.post(one+"/download-link", nil).refused(http.StatusConflict, "export_cancelled", "cancelled")
	s.later(time.Second)
	second := admin.post(exports, request).is(http.StatusCreated).text("id")
	admin.post(one+"/retry", nil).refused(http.StatusConflict, "export_running", "under way")
	s.ends(second, func(e *export.Export, _ *job.Job) { e.Fail("The sky fell.", s.now) })
	if got := admin.get(exports + "/" + second).is(http.StatusOK); got.text("state") != "failed" || got.text("error") != "The sky fell." {
		t.Errorf("failed: %s", got.raw)
	}
	admin.post(exports+"/"+second+"/cancel", nil).refused(http.StatusConflict, "export_ended", "nothing to cancel")
	s.later(time.Second)
	if got := admin.post(one+"/retry", nil).is(http.StatusOK); got.text("state") != "queued" || got.text("id") != first {
		t.Errorf("tried again: %s", got.raw)
	}
	if found := admin.post(exports, request).is(http.StatusOK); found.text("id") != first {
		t.Errorf("the same request while the retry is under way: %s", found.raw)
	}
	s.ends(first, func(e *export.Export, j *job.Job) { e.Finish(e.Key(j), 7, 8, "sum", s.now) })
	admin.post(one+"/download-link", nil).is(http.StatusOK)
}

func TestVoterFilesAreAskedForByState(t *testing.T) {
	s, admin, _ := office(t)
	files := "/v1/admin/organizations/" + string(s.org.ID) + "/voter-files"
	admin.post(files, map[string]any{"state": "XX"}).refused(http.StatusUnprocessableEntity, "invalid", "state")
	s.later(time.Second)
	made := admin.post(files, map[string]any{"state": "nh"}).is(http.StatusCreated)
	address, err := url.Parse(made.text("upload", "url"))
	if err != nil || made.text("state") != "NH" || made.text("status") != "waiting" || made.text("upload", "method") != http.MethodPut {
		t.Errorf("the voter file: %s", made.raw)
	}
	o, file, ok := voter.UploadedFile(strings.TrimPrefix(address.Path, "/bucket/"))
	if !ok || o != s.org.ID || string(file) != made.text("id") {
		t.Errorf("the upload goes to %s", address.Path)
	}
	admin.post(files+"/"+made.text("id")+"/rejects-link", nil).refused(http.StatusConflict, "voter_file_not_ready", "not imported")
	if listed := admin.get(files).is(http.StatusOK).list("items"); len(listed) != 2 || listed[0]["id"] != made.text("id") {
		t.Errorf("voter files: %v", listed)
	}
	s.mobilizer("Ana").get(files).is(http.StatusNotFound)
}
