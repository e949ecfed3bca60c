package dynamo_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/user"
)

func TestSaveExport_JobChanged_Fails(t *testing.T) {
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
		staleJob := *j
		e.Begin(10, noon)
		if err := s.SaveExport(t.Context(), e, j); err != nil {
			t.Fatal(err)
		}
		stale := *e
		if err := s.SaveExport(t.Context(), &stale, &staleJob); !fault.Is(err, fault.KindConflict) {
			t.Errorf("a write with a stale job: %v, want a conflict", err)
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
