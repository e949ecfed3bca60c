package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/metrics"
)

// Export returns an export of a campaign, or not found.
func (s *Store) Export(ctx context.Context, c campaign.ID, id string) (*export.Export, error) {
	return record[export.Export](ctx, s, "export", exportKey(c, id))
}

// Exports returns a page of a campaign's exports, the latest first: those requested before the export with the id before,
// or from the latest when it is empty. It also returns whether there are more.
func (s *Store) Exports(ctx context.Context, c campaign.ID, before string, limit int) ([]*export.Export, bool, error) {
	exports, next, err := table.Query[export.Export](ctx, s.db, table.Span{
		Table: s.tables.Records, Partition: exportKey(c, "").PK, Before: before, Descending: true, Limit: int32(limit),
	})
	return exports, next != nil, err
}

// LatestExport returns the pointer to the latest export of a request, and that export, nil when there is none.
func (s *Store) LatestExport(ctx context.Context, c campaign.ID, r export.Request) (*export.Latest, *export.Export, error) {
	latest, err := table.Find[export.Latest](ctx, s.db, s.tables.Records, latestExportKey(c, r))
	if err != nil {
		return nil, nil, err
	}
	if latest == nil {
		return &export.Latest{Campaign: c, Request: r}, nil, nil
	}
	e, err := s.Export(ctx, c, latest.Export)
	if err != nil {
		return nil, nil, err
	}
	return latest, e, nil
}

// Scope returns what the columns of an export need of its campaign, and how many rows to expect.
func (s *Store) Scope(ctx context.Context, c campaign.ID) (*dataset.Scope, error) {
	content, err := s.Content(ctx, c)
	if err != nil {
		return nil, err
	}
	o, err := s.Organization(ctx, content.Campaign.Organization)
	if err != nil {
		return nil, err
	}
	counters, err := s.CampaignCounters(ctx, c)
	if err != nil {
		return nil, err
	}
	withdrawals, err := s.ConsentWithdrawals(ctx, c)
	if err != nil {
		return nil, err
	}
	return &dataset.Scope{
		Organization: o, Campaign: content.Campaign, Items: content.Items, Numbers: counters, Withdrawals: withdrawals,
		Mobilizers: counters.Core[metrics.Mobilizers], Contacts: counters.Core[metrics.Contacts],
	}, nil
}

// CreateExport creates an export.
func (s *Store) CreateExport(e *export.Export) []Write {
	e.Version = 1
	return []Write{s.create("export", newExportItem(e))}
}

// UpdateExport writes a changed export over the version that was read.
func (s *Store) UpdateExport(e *export.Export) []Write {
	return []Write{s.put("export", newExportItem(e), e.Version)}
}

// PutLatestExport makes an export the latest of its request, unless another one became it since latest was read.
func (s *Store) PutLatestExport(latest *export.Latest, e *export.Export) []Write {
	next := *latest
	next.Export = e.ID
	return []Write{s.put("latest export", newLatestExportItem(&next), latest.Version)}
}

// SaveExport writes a changed export and its job, whose versions are then the written ones. Conflict: one of them was
// changed.
func (s *Store) SaveExport(ctx context.Context, e *export.Export, j *job.Job) error {
	err := s.saveJob(ctx, j, s.UpdateExport(e)...)
	if err == nil {
		e.Version++
	}
	return err
}

// FinishExport writes an export that has ended, deletes its job and enqueues the next ones. Conflict: the export or its job
// was changed.
func (s *Store) FinishExport(ctx context.Context, e *export.Export, j *job.Job, next ...*job.Job) error {
	writes := append(s.UpdateExport(e), s.DeleteJob(j)...)
	for _, n := range next {
		writes = append(writes, s.CreateJob(n)...)
	}
	return s.commitOrConflict(ctx, writes...)
}
