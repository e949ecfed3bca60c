package voterfile_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/layout"
	"github.com/kithhq/kith/internal/voterfile"
)

// filesFixture is an organization with a service that records the jobs it dispatches.
type filesFixture struct {
	*campaigntest.Fixture
	service    *voterfile.Service
	dispatched []string
}

func newFilesFixture(t *testing.T) *filesFixture {
	f := &filesFixture{Fixture: campaigntest.New(t)}
	f.service = voterfile.NewService(f.Store, func(_ context.Context, job string, _ int, _ time.Time) error {
		f.dispatched = append(f.dispatched, job)
		return errors.New("the function is not reachable")
	})
	return f
}

// newFile stores a file of Massachusetts that replaces others.
func (f *filesFixture) newFile(status voter.FileState) *voter.File {
	f.Helper()
	f.Now = f.Now.Add(time.Second)
	file, err := voter.NewFile(voter.FileID(id.At(f.Now)), f.Organization.ID, "MA", voter.Replace, f.Owner, f.Now)
	f.Must(err)
	file.Status, file.Set, file.FinishedAt = status, file.ID, f.Now
	f.Commit(f.Store.CreateVoterFile(file))
	return file
}

func (f *filesFixture) request(file *voter.File) voterfile.Request {
	return voterfile.Request{Organization: f.Organization.ID, File: string(file.ID), At: f.Now}
}

// decide commits a decision about a file and dispatches its job.
func (f *filesFixture) decide(file *voter.File, decide func(context.Context, voterfile.Request) (*voterfile.Decision, error)) {
	f.Helper()
	d, err := decide(f.Context(), f.request(file))
	f.Must(err)
	f.Commit(d.Writes)
	f.service.Dispatch(f.Context(), d, f.Now)
}

// wantStatus checks the stored status of a file.
func (f *filesFixture) wantStatus(file *voter.File, want voter.FileState) {
	f.Helper()
	stored, err := f.Store.VoterFile(f.Context(), f.Organization.ID, file.ID)
	f.Must(err)
	if stored.Status != want {
		f.Errorf("the status is %s, want %s", stored.Status, want)
	}
}

// wantJobs checks the number of unfinished jobs, and how many of them were dispatched at once.
func (f *filesFixture) wantJobs(jobs, dispatched int) {
	f.Helper()
	if found := f.Jobs(); len(found) != jobs || len(f.dispatched) != dispatched {
		f.Errorf("%d jobs, dispatched %v; want %d and %d", len(found), f.dispatched, jobs, dispatched)
	}
}

func TestConfirm_ReplacesFile_RemovesItsVotersLater(t *testing.T) {
	f := newFilesFixture(t)
	earlier, later := f.newFile(voter.FileReady), f.newFile(voter.FileNeedsConfirmation)
	f.decide(later, f.service.Confirm)
	f.wantStatus(earlier, voter.FileReplaced)
	f.wantStatus(later, voter.FileReady)
	f.wantJobs(1, 0)

	f.decide(later, f.service.Undo)
	f.wantStatus(earlier, voter.FileReady)
	f.wantStatus(later, voter.FileUndone)
	f.wantJobs(2, 1)
}

func TestConfirm_FirstFile_NeedsNoJob(t *testing.T) {
	f := newFilesFixture(t)
	file := f.newFile(voter.FileNeedsConfirmation)
	f.decide(file, f.service.Confirm)
	f.wantStatus(file, voter.FileReady)
	f.wantJobs(0, 0)
}

func TestDecline_FileThatWaits_RemovesItsVotersAtOnce(t *testing.T) {
	f := newFilesFixture(t)
	file := f.newFile(voter.FileNeedsMapping)
	f.decide(file, f.service.Decline)
	f.wantStatus(file, voter.FileFailed)
	f.wantJobs(1, 1)
	_, err := f.service.Decline(t.Context(), f.request(file))
	f.MustFail(err, fault.KindConflict, "voter_file_state")
}

func TestMap_FileThatNeedsMapping_ImportsAndStoresMapping(t *testing.T) {
	f := newFilesFixture(t)
	file := f.newFile(voter.FileNeedsMapping)
	f.Must(f.Store.SaveDetection(t.Context(), file, &voter.Detection{
		Format: layout.Format{Separator: ",", Width: 3}, Header: []string{"id", "first", "last"},
	}))
	mapping := layout.Mapping{Columns: map[string][]string{"state_file_id": {"id"}, "first_name": {"first"}}}
	mapFile := func(ctx context.Context, r voterfile.Request) (*voterfile.Decision, error) {
		return f.service.Map(ctx, r, mapping)
	}
	if _, err := mapFile(t.Context(), f.request(file)); !fault.Is(err, fault.KindInvalid) {
		t.Errorf("a mapping without last names: %v", err)
	}
	mapping.Columns["last_name"] = []string{"last"}
	f.decide(file, mapFile)
	f.wantStatus(file, voter.FileImporting)
	f.wantJobs(1, 1)
	saved, err := f.Store.VoterMapping(t.Context(), f.Organization.ID, "MA")
	f.Must(err)
	if saved.Mapping.Columns["last_name"][0] != "last" {
		t.Errorf("the mapping of the next file is %+v", saved)
	}
	_, err = mapFile(t.Context(), f.request(file))
	f.MustFail(err, fault.KindConflict, "voter_file_state")
}

func TestReadReview_FileThatNeedsConfirmation_HasSamples(t *testing.T) {
	f := newFilesFixture(t)
	file := f.newFile(voter.FileNeedsConfirmation)
	_, _, review, err := f.service.ReadReview(t.Context(), f.request(file))
	f.Must(err)
	if len(review.Rejects) > 0 {
		t.Errorf("a file without samples has %+v", review)
	}
	f.Must(f.Store.SaveReview(t.Context(), file, &voter.Review{Rejects: []voter.Reject{{Line: 7, Reason: "No id.", Raw: ",Ann"}}}))
	_, others, review, err := f.service.ReadReview(t.Context(), f.request(file))
	f.Must(err)
	if len(others) != 1 || len(review.Rejects) != 1 || review.Rejects[0].Line != 7 {
		t.Errorf("the review of %d files is %+v", len(others), review)
	}
	f.decide(file, f.service.Confirm)
	_, _, _, err = f.service.ReadReview(t.Context(), f.request(file))
	f.MustFail(err, fault.KindConflict, "voter_file_state")
}

func TestDecisions_ConcurrentDecision_Conflicts(t *testing.T) {
	f := newFilesFixture(t)
	file := f.newFile(voter.FileNeedsConfirmation)
	confirmed, err := f.service.Confirm(t.Context(), f.request(file))
	f.Must(err)
	f.decide(file, f.service.Decline)
	if err := f.Store.Commit(t.Context(), confirmed.Writes...); err == nil {
		t.Error("a declined file was confirmed")
	}
	f.wantStatus(file, voter.FileFailed)
}

func TestRead_UnknownFile_NotFound(t *testing.T) {
	f := newFilesFixture(t)
	for _, name := range []string{"x", id.At(f.Now)} {
		_, err := f.service.Read(t.Context(), voterfile.Request{Organization: f.Organization.ID, File: name})
		f.MustFail(err, fault.KindNotFound, "")
	}
}
