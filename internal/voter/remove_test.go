package voter

import (
	"context"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// deleteFile deletes a file as an administrator does, and runs its job.
func (d *importFixture) deleteFile(t *testing.T, id FileID) {
	t.Helper()
	f := d.files[id]
	if err := f.Delete(); err != nil {
		t.Fatal(err)
	}
	j, err := f.Removal(noon, d.now)
	if err != nil || j.State != job.Queued {
		t.Fatalf("the job %+v, %v", j, err)
	}
	j.Version = 1
	d.files[id], d.jobs[j.ID] = f, *j
	d.invoked = append(d.invoked, invocation{j.ID, 0})
	d.run(t, id)
}

// left returns the keys of the objects of a file.
func (d *importFixture) left(id FileID) []string {
	return slices.DeleteFunc(slices.Sorted(maps.Keys(d.objects)), func(key string) bool { return !strings.Contains(key, string(id)) })
}

func TestFile_Deleted_LeavesNothingOfItAndAllOfOthers(t *testing.T) {
	d := newImportFixture()
	d.createFile("f1", "MA")
	d.upload(t, "f1", votersCSV(120))
	d.createFile("f2", "NH")
	f := d.upload(t, "f2", votersCSV(5)) // of another state: rejected
	if f.Rejected == 0 || len(d.left("f2")) < 2 {
		t.Fatalf("the file %+v has the objects %v", f, d.left("f2"))
	}
	d.deleteFile(t, "f2")
	if _, ok := d.files["f2"]; ok || len(d.voters["f2"]) > 0 || len(d.left("f2")) > 0 {
		t.Errorf("left: %d voters, objects %v", len(d.voters["f2"]), d.left("f2"))
	}
	if d.files["f1"].Status != FileReady || len(d.voters["f1"]) != 118 || len(d.left("f1")) == 0 {
		t.Errorf("the other file: %+v, %d voters, objects %v", d.files["f1"], len(d.voters["f1"]), d.left("f1"))
	}
}

func TestFile_DeletedBeforeItsUpload_DeletesTheUpload(t *testing.T) {
	for _, record := range []bool{true, false} {
		d := newImportFixture()
		d.createFile("f1", "MA")
		f := d.files["f1"]
		if err := f.Delete(); err != nil {
			t.Fatal(err)
		}
		d.files["f1"] = f
		if !record {
			delete(d.files, "f1")
		}
		d.objects[f.UploadKey()] = []byte(votersCSV(3))
		if err := d.importer().Stored(context.Background(), f.UploadKey(), "tag", 9, noon, time.Second); err != nil {
			t.Fatal(err)
		}
		if len(d.objects) > 0 || len(d.jobs) > 0 {
			t.Errorf("with record %t: objects %v, jobs %v", record, d.objects, d.jobs)
		}
	}
}

func TestFile_DeletedWhileImporting_IsRefused(t *testing.T) {
	f := &File{Status: FileImporting}
	if err := f.Delete(); !fault.Is(err, fault.KindConflict) || f.Status != FileImporting {
		t.Errorf("deleted: %v, %s", err, f.Status)
	}
}

// The worker crashes at each call in turn. After the sweep nothing of the file is left.
func TestFile_DeletedAndCrashAtEachCall_LeavesNothing(t *testing.T) {
	for n := 1; ; n++ {
		crashed := false
		for _, after := range []bool{false, true} {
			d := newImportFixture()
			d.createFile("f1", "MA")
			d.upload(t, "f1", votersCSV(5))
			d.calls, d.crashAt, d.after = 0, n, after
			d.deleteFile(t, "f1")
			if len(d.files) > 0 || len(d.voters) > 0 || len(d.objects) > 0 {
				t.Errorf("crash at call %d: files %v, %d with voters, objects %v", n, d.files, len(d.voters), d.left("f1"))
			}
			crashed = crashed || d.calls >= n
		}
		if !crashed {
			break
		}
	}
}
