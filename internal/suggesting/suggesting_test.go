package suggesting_test

import (
	"context"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/suggesting"
	"github.com/kithhq/kith/internal/voter/suggest"
)

func TestStart_NotCommitted_StoresNeitherRunNorJob(t *testing.T) {
	t.Parallel()
	f := campaigntest.New(t)
	var dispatched []string
	service := suggesting.NewService(f.Store, func(_ context.Context, job string, _ int, _ time.Time) error {
		dispatched = append(dispatched, job)
		return nil
	})
	by := suggesting.Caller{User: f.Owner, At: f.Now}
	_, _, err := service.Start(t.Context(), by, f.Campaign)
	f.Must(err)
	if _, err := f.Store.SuggestionRun(t.Context(), f.Campaign.ID); !fault.Is(err, fault.KindNotFound) || len(f.Jobs()) != 0 {
		t.Fatalf("before the commit: %v, jobs %v", err, f.Jobs())
	}
	run, writes, err := service.Start(t.Context(), by, f.Campaign)
	f.Must(err)
	f.Commit(writes)
	service.Dispatch(t.Context(), run)
	stored, err := f.Store.SuggestionRun(t.Context(), f.Campaign.ID)
	f.Must(err)
	if jobs := f.Jobs(); stored.Status != suggest.Running || len(jobs) != 1 || jobs[0].ID != stored.Job || len(dispatched) != 1 || dispatched[0] != stored.Job {
		t.Errorf("run %+v, jobs %v, dispatched %v", stored, jobs, dispatched)
	}
	_, _, err = service.Start(t.Context(), by, f.Campaign)
	f.MustFail(err, fault.KindConflict, "suggestions_running")
}

func TestAccept_ContactWithoutSuggestion_IsRefused(t *testing.T) {
	t.Parallel()
	f := campaigntest.New(t)
	service, by := suggesting.NewService(f.Store, nil), suggesting.Caller{User: f.Owner, At: f.Now}
	_, err := service.Accept(t.Context(), by, f.Campaign, suggesting.Choice{Contact: "x", CanonicalVoterID: "MA1"})
	f.MustFail(err, fault.KindNotFound, "")
	_, err = service.Accept(t.Context(), by, f.Campaign, suggesting.Choice{Contact: string(f.Campaign.ID), CanonicalVoterID: "MA1"})
	f.MustFail(err, fault.KindNotFound, "")
}
