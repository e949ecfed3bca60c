package dynamo_test

import (
	"context"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

func TestOnlyOneOfManyWorkersTakesAJob(t *testing.T) {
	s := newStore(t)
	j := job.New(job.Export, "org", "camp", "e", noon, noon)
	if err := s.Commit(t.Context(), s.CreateJob(j)...); err != nil {
		t.Fatal(err)
	}
	var took, refused int
	var mu sync.Mutex
	var workers sync.WaitGroup
	for range 16 {
		workers.Go(func() {
			mine, err := s.Job(t.Context(), j.ID)
			if err == nil {
				err = mine.Claim(0, noon)
			}
			if err == nil {
				err = s.SaveJob(t.Context(), mine)
			}
			mu.Lock()
			defer mu.Unlock()
			switch {
			case err == nil:
				took++
			case fault.Is(err, fault.KindConflict):
				refused++
			default:
				t.Error(err)
			}
		})
	}
	workers.Wait()
	if took != 1 || refused != 15 {
		t.Errorf("%d workers took the job, %d were refused", took, refused)
	}
}

// The sweep finds what is overdue and nothing else, and rings once for each.
func TestTheSweepRingsForOverdueJobs(t *testing.T) {
	s := newStore(t)
	var due, called []string
	for n := range 40 {
		j := job.New(job.Export, "org", "camp", fmt.Sprint(n), noon, noon)
		if n%2 == 0 {
			j.Kind = job.ImportVoters
		}
		if err := s.Commit(t.Context(), s.CreateJob(j)...); err != nil {
			t.Fatal(err)
		}
		if n%4 < 2 { // worked on until 12:01:30
			if err := j.Claim(0, noon.Add(time.Minute)); err != nil {
				t.Fatal(err)
			}
			if err := s.SaveJob(t.Context(), j); err != nil {
				t.Fatal(err)
			}
			continue
		}
		due = append(due, j.ID)
	}
	now := noon.Add(time.Minute)
	sweeper := &job.Sweeper{Store: s, Now: func() time.Time { return now }, Invoke: map[job.Kind]job.Invoke{
		job.ImportVoters: func(_ context.Context, id string, version int, _ time.Time) error {
			if version != 0 {
				t.Errorf("rung at version %d", version)
			}
			called = append(called, id)
			return nil
		},
	}}
	found, err := s.OverdueJobs(t.Context(), now, 100)
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(found)
	slices.Sort(due)
	if diff := cmp.Diff(due, found); diff != "" {
		t.Errorf("overdue (-want +got):\n%s", diff)
	}
	for range 2 {
		if err := sweeper.Sweep(t.Context(), now); err != nil {
			t.Fatal(err)
		}
	}
	if len(called) != 10 {
		t.Errorf("%d imports were called, want 10", len(called))
	}
	for _, id := range due {
		if j, err := s.Job(t.Context(), id); err != nil || j.State != job.Queued || !j.DueAt.After(now) {
			t.Errorf("after the sweep: %+v, %v", j, err)
		}
	}
	now = noon.Add(91 * time.Second)
	found, err = s.OverdueJobs(t.Context(), now, 100)
	if err != nil || len(found) != 20 {
		t.Errorf("%d leases ran out, want 20 (%v)", len(found), err)
	}
}

func TestAnExportAndItsJobMoveTogether(t *testing.T) {
	s := newStore(t)
	of := &campaign.Campaign{ID: campaign.ID(id.At(noon)), Organization: "org"}
	var ids []string
	for n := range 5 {
		e, err := export.New(export.Request{Type: "contacts"}, of, nil, &user.User{ID: "u", Name: "Olivia"}, noon.Add(time.Duration(n)*time.Second))
		if err != nil {
			t.Fatal(err)
		}
		j := job.New(job.Export, "org", string(of.ID), e.ID, noon, noon)
		if err := s.Commit(t.Context(), append(s.CreateExport(e), s.CreateJob(j)...)...); err != nil {
			t.Fatal(err)
		}
		ids = append(ids, e.ID)
		overtaken := *j
		e.Begin(10, noon)
		if err := s.SaveExport(t.Context(), e, j); err != nil {
			t.Fatal(err)
		}
		stale := *e
		if err := s.SaveExport(t.Context(), &stale, &overtaken); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a worker that was overtaken wrote: %v", err)
		}
		e.Finish("key", 3, 4, "sum", noon)
		if err := s.FinishExport(t.Context(), e, j); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Job(t.Context(), j.ID); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("the job of a finished export: %v", err)
		}
		read, err := s.Export(t.Context(), of.ID, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		e.Version++
		if diff := cmp.Diff(e, read); diff != "" {
			t.Errorf("the export (-written +read):\n%s", diff)
		}
	}
	slices.Reverse(ids)
	var listed []string
	before := ""
	for {
		page, more, err := s.Exports(t.Context(), of.ID, before, 2)
		if err != nil {
			t.Fatal(err)
		}
		for _, e := range page {
			listed = append(listed, e.ID)
			before = e.ID
		}
		if !more {
			break
		}
	}
	if diff := cmp.Diff(ids, listed); diff != "" {
		t.Errorf("exports, the latest first (-want +got):\n%s", diff)
	}
}

func TestVotersAreFoundInTheFilesThatAreReady(t *testing.T) {
	s := newStore(t)
	ctx := t.Context()
	org := organization.ID(id.At(noon))
	file := func(n int, state string, status voter.FileState, rows int) voter.FileID {
		f := &voter.File{ID: voter.FileID(id.At(noon.Add(time.Duration(n) * time.Second))), Organization: org, State: state, Status: status}
		if err := s.Commit(ctx, s.CreateVoterFile(f)...); err != nil {
			t.Fatal(err)
		}
		var voters []voter.Row
		for line := range rows {
			voters = append(voters, voter.Row{Voter: &voter.Voter{
				CanonicalID: fmt.Sprintf("%s%04d", state, line), StateFileID: fmt.Sprintf("%04d", line),
				FirstName: string(status), State: state,
			}, Line: line + 2})
		}
		if err := s.WriteVoters(ctx, org, f.ID, voters); err != nil {
			t.Fatal(err)
		}
		return f.ID
	}
	old := file(1, "MA", voter.FileReplaced, 1_500)
	file(2, "MA", voter.FileReady, 300)
	file(3, "NH", voter.FileImporting, 10)
	file(4, "ME", voter.FileReady, 10)
	for _, want := range []string{"MA0000", "MA0299", "ME0009"} {
		v, err := s.VoterByID(ctx, org, want)
		if err != nil || v.CanonicalID != want || v.FirstName != "ready" || v.StateFileID != want[2:] {
			t.Errorf("%s: %+v, %v", want, v, err)
		}
	}
	for _, none := range []string{"MA0300", "NH0000", "", "x#y"} {
		if v, err := s.VoterByID(ctx, org, none); !fault.Is(err, fault.KindNotFound) {
			t.Errorf("%q: %+v, %v", none, v, err)
		}
	}
	if v, err := s.VoterByID(ctx, organization.ID(id.At(noon)), "MA0000"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("another organization finds %+v, %v", v, err)
	}
	calls := 0
	for place := 0; place >= 0; calls++ {
		next, err := s.DeleteVoters(ctx, &voter.File{ID: old, Organization: org, State: "MA"}, place)
		if err != nil {
			t.Fatal(err)
		}
		place = next
	}
	lines, err := s.VoterLines(ctx, org, old, []string{"MA0000", "MA0777", "MA1499"})
	if err != nil || len(lines) != 0 {
		t.Errorf("after %d calls of removal: %v, %v", calls, lines, err)
	}
	if _, err := s.VoterByID(ctx, org, "MA0001"); err != nil {
		t.Errorf("removing the old file's rows touched the new one: %v", err)
	}
}
