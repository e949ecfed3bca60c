package voterfileapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/voter"
)

func TestCreateVoterFile_State_IsRequired(t *testing.T) {
	s, admin, _ := httpapitest.NewAdmin(t)
	files := "/v1/admin/organizations/" + string(s.Organization.ID) + "/voter-files"
	admin.Post(files, map[string]any{"state": "XX"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "state")
	s.Advance(time.Second)
	made := admin.Post(files, map[string]any{"state": "nh", "bytes": 120, "file_name": " nh voters.zip"}).ExpectStatus(http.StatusCreated)
	address, err := url.Parse(made.Text("upload", "url"))
	if err != nil || made.Text("state") != "NH" || made.Text("status") != "waiting" || made.Text("upload", "method") != http.MethodPut {
		t.Errorf("the voter file: %s", made.Raw)
	}
	if signed := address.Query().Get("X-Amz-SignedHeaders"); !strings.Contains(signed, "content-length") {
		t.Errorf("the link of a file of 120 bytes signs %s", signed)
	}
	admin.Post(files, map[string]any{"state": "NH", "bytes": voter.MaxBytes + 1}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "bytes")
	o, file, ok := voter.UploadedFile(strings.TrimPrefix(address.Path, "/bucket/"))
	if !ok || o != s.Organization.ID || string(file) != made.Text("id") {
		t.Errorf("the upload goes to %s", address.Path)
	}
	admin.Post(files+"/"+made.Text("id")+"/rejects-link", nil).ExpectProblem(http.StatusConflict, "voter_file_not_ready", "not imported yet")
	admin.Post(files, map[string]any{"state": "NH", "file_name": "nh\nvoters"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "file_name")
	listed := admin.Get(files).ExpectStatus(http.StatusOK).List("items")
	if len(listed) != 2 || listed[0]["id"] != made.Text("id") || listed[0]["file_name"] != "nh voters.zip" {
		t.Errorf("voter files: %v", listed)
	}
	s.NewMobilizer("Ana").Get(files).ExpectStatus(http.StatusNotFound)
}

func TestCreateVoterFile_StateWithMostFiles_IsReplacedNotAddedTo(t *testing.T) {
	s, admin, _ := httpapitest.NewAdmin(t)
	path := "/v1/admin/organizations/" + string(s.Organization.ID) + "/voter-files"
	var files []*voter.File
	for n := range voter.MaxFiles {
		at := s.Now.Add(time.Duration(n+1) * time.Second)
		f := &voter.File{
			ID: voter.FileID(id.At(at)), Organization: s.Organization.ID, State: "OH", Status: voter.FileReady, Mode: voter.Add,
			CreatedAt: at, Version: 1,
		}
		s.Commit(s.Store.CreateVoterFile(f)...)
		files = append(files, f)
	}
	s.Advance(time.Hour)
	added := map[string]any{"state": "OH", "mode": "add"}
	admin.Post(path, added).ExpectProblem(http.StatusConflict, "voter_file_limit", "Join files into one, and upload it to replace")
	admin.Post(path, map[string]any{"state": "PA", "mode": "add"}).ExpectStatus(http.StatusCreated)
	made := admin.Post(path, map[string]any{"state": "OH"}).ExpectStatus(http.StatusCreated)

	f, err := s.Store.VoterFile(t.Context(), s.Organization.ID, voter.FileID(made.Text("id")))
	if err != nil {
		t.Fatal(err)
	}
	f.Status = voter.FileNeedsConfirmation
	s.Commit(s.Store.UpdateVoterFile(f)...)
	admin.Post(path+"/"+made.Text("id")+"/confirm", nil).ExpectStatus(http.StatusOK)
	if replaced, err := s.Store.VoterFile(t.Context(), s.Organization.ID, files[0].ID); err != nil || replaced.Status != voter.FileReplaced {
		t.Errorf("the first file: %+v, %v", replaced, err)
	}
	admin.Post(path+"/"+made.Text("id")+"/undo", nil).ExpectStatus(http.StatusOK)
	if restored, err := s.Store.VoterFile(t.Context(), s.Organization.ID, files[0].ID); err != nil || restored.Status != voter.FileReady {
		t.Errorf("the first file after the undo: %+v, %v", restored, err)
	}
}

func TestDeleteVoterFile_AnyStatusButImporting_IsInNoList(t *testing.T) {
	t.Parallel()
	s, admin, _ := httpapitest.NewAdmin(t)
	files := "/v1/admin/organizations/" + string(s.Organization.ID) + "/voter-files"
	ana, before := s.NewMobilizer("Ana"), len(admin.Get(files).List("items"))
	for _, status := range []voter.FileState{
		voter.FileWaiting, voter.FileNeedsMapping, voter.FileNeedsConfirmation, voter.FileReady, voter.FileFailed, voter.FileReplaced, voter.FileUndone,
	} {
		s.Advance(time.Second)
		made := admin.Post(files, map[string]any{"state": "NH"}).ExpectStatus(http.StatusCreated)
		one := files + "/" + made.Text("id")
		setStatus := func(status voter.FileState) {
			f, err := s.Store.VoterFile(t.Context(), s.Organization.ID, voter.FileID(made.Text("id")))
			if err != nil {
				t.Fatal(err)
			}
			f.Status = status
			s.Commit(s.Store.UpdateVoterFile(f)...)
		}
		setStatus(voter.FileImporting)
		admin.Delete(one).ExpectProblem(http.StatusConflict, "voter_file_importing", "Wait until the import has ended")
		setStatus(status)
		ana.Delete(one).ExpectStatus(http.StatusNotFound)
		admin.Delete(one).ExpectStatus(http.StatusNoContent)
		admin.Delete(one).ExpectStatus(http.StatusNotFound)
		admin.Get(one).ExpectStatus(http.StatusNotFound)
		admin.Post(one+"/undo", nil).ExpectStatus(http.StatusNotFound)
	}
	if after := len(admin.Get(files).List("items")); after != before {
		t.Errorf("%d voter files are listed, %d before", after, before)
	}
}
