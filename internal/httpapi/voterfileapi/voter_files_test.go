package voterfileapi_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/voter"
)

func TestCreateVoterFile_State_IsRequired(t *testing.T) {
	s, admin, _ := httpapitest.NewAdmin(t)
	files := "/v1/admin/organizations/" + string(s.Organization.ID) + "/voter-files"
	admin.Post(files, map[string]any{"state": "XX"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "state")
	s.Advance(time.Second)
	made := admin.Post(files, map[string]any{"state": "nh"}).ExpectStatus(http.StatusCreated)
	address, err := url.Parse(made.Text("upload", "url"))
	if err != nil || made.Text("state") != "NH" || made.Text("status") != "waiting" || made.Text("upload", "method") != http.MethodPut {
		t.Errorf("the voter file: %s", made.Raw)
	}
	o, file, ok := voter.UploadedFile(strings.TrimPrefix(address.Path, "/bucket/"))
	if !ok || o != s.Organization.ID || string(file) != made.Text("id") {
		t.Errorf("the upload goes to %s", address.Path)
	}
	admin.Post(files+"/"+made.Text("id")+"/rejects-link", nil).ExpectProblem(http.StatusConflict, "voter_file_not_ready", "not imported yet")
	if listed := admin.Get(files).ExpectStatus(http.StatusOK).List("items"); len(listed) != 2 || listed[0]["id"] != made.Text("id") {
		t.Errorf("voter files: %v", listed)
	}
	s.NewMobilizer("Ana").Get(files).ExpectStatus(http.StatusNotFound)
}
