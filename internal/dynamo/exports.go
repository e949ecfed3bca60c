package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

var exportType = entity("export", (*exportItem).domain)

// requestItem is what is asked for, as it stands in each item that has a request.
type requestItem struct {
	Of          string `dynamodbav:"Of"`
	Dialect     string `dynamodbav:"Dialect"`
	Profile     string `dynamodbav:"Profile"`
	ActionItem  string `dynamodbav:"ActionItem,omitempty"`
	Compression string `dynamodbav:"Compression,omitempty"`
	Types       string `dynamodbav:"Types,omitempty"`
}

func newRequestItem(r export.Request) requestItem {
	return requestItem{
		Of: string(r.Type), Dialect: string(r.Dialect), Profile: string(r.Profile), ActionItem: string(r.Item),
		Compression: string(r.Compression), Types: string(r.Types),
	}
}

func (i *requestItem) request() export.Request {
	return export.Request{
		Type: export.Type(i.Of), Dialect: csv.Dialect(i.Dialect), Profile: dataset.Profile(i.Profile), Item: action.ID(i.ActionItem),
		Compression: export.Compression(i.Compression), Types: export.Types(i.Types),
	}
}

type exportItem struct {
	key
	header
	requestItem
	ID           string `dynamodbav:"ID"`
	Organization string `dynamodbav:"Org"`
	Campaign     string `dynamodbav:"Campaign"`
	State        string `dynamodbav:"State"`
	By           string `dynamodbav:"By"`
	ByName       string `dynamodbav:"ByName,omitempty"`
	RequestedAt  millis `dynamodbav:"RequestedAt"`
	StartedAt    millis `dynamodbav:"StartedAt,omitempty"`
	AsOf         millis `dynamodbav:"AsOf,omitempty"`
	FinishedAt   millis `dynamodbav:"FinishedAt,omitempty"`
	Rows         int    `dynamodbav:"Rows"`
	Expected     int    `dynamodbav:"Expected"`
	Bytes        int64  `dynamodbav:"Bytes,omitempty"`
	Object       string `dynamodbav:"Object,omitempty"`
	SHA256       string `dynamodbav:"SHA256,omitempty"`
	Error        string `dynamodbav:"Error,omitempty"`
	Job          string `dynamodbav:"Job,omitempty"`
	Schedule     string `dynamodbav:"Schedule,omitempty"`
}

func newExportItem(e *export.Export) *exportItem {
	return &exportItem{
		key: exportKey(e.Campaign, e.ID), header: header{exportType, e.Version}, ID: e.ID,
		Organization: string(e.Organization), Campaign: string(e.Campaign), requestItem: newRequestItem(e.Request), AsOf: ms(e.AsOf),
		State: string(e.State), By: string(e.RequestedBy), ByName: e.RequestedByName, RequestedAt: ms(e.RequestedAt),
		StartedAt: ms(e.StartedAt), FinishedAt: ms(e.FinishedAt), Rows: e.Rows, Expected: e.ExpectedRows, Bytes: e.Bytes,
		Object: e.Object, SHA256: e.SHA256, Error: e.Error, Job: e.Job, Schedule: e.Schedule,
	}
}

func (i *exportItem) domain() *export.Export {
	return &export.Export{
		ID: i.ID, Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign), Request: i.request(),
		State: export.State(i.State), RequestedBy: user.ID(i.By), RequestedByName: i.ByName, RequestedAt: i.RequestedAt.time(),
		StartedAt: i.StartedAt.time(), AsOf: i.AsOf.time(), FinishedAt: i.FinishedAt.time(), Rows: i.Rows, ExpectedRows: i.Expected,
		Bytes: i.Bytes, Object: i.Object, SHA256: i.SHA256, Error: i.Error, Job: i.Job, Schedule: i.Schedule,
		Version: i.Version,
	}
}

// CreateExport writes a new export's record.
func (s *Store) CreateExport(e *export.Export) []Write {
	e.Version = 1
	return []Write{s.create("export", newExportItem(e))}
}

// UpdateExport writes a changed export's record over the version that was read.
func (s *Store) UpdateExport(e *export.Export) []Write {
	next := *e
	next.Version++
	return []Write{s.replace("export", newExportItem(&next), e.Version)}
}

var latestExportType = entity("latest-export", (*latestExportItem).domain)

// latestExportItem says which export was asked for last with a request.
type latestExportItem struct {
	key
	header
	requestItem
	Campaign string `dynamodbav:"Campaign"`
	Export   string `dynamodbav:"Export"`
}

func newLatestExportItem(l *export.Latest) *latestExportItem {
	return &latestExportItem{
		key: latestExportKey(l.Campaign, l.Request), header: header{latestExportType, l.Version},
		requestItem: newRequestItem(l.Request), Campaign: string(l.Campaign), Export: l.Export,
	}
}

func (i *latestExportItem) domain() *export.Latest {
	return &export.Latest{Campaign: campaign.ID(i.Campaign), Request: i.request(), Export: i.Export, Version: i.Version}
}

// LatestExport returns what was asked for last with a request, and that export: nil when it was never asked for.
func (s *Store) LatestExport(ctx context.Context, c campaign.ID, r export.Request) (*export.Latest, *export.Export, error) {
	latest, err := record[export.Latest](ctx, s, "export", latestExportKey(c, r))
	if fault.Is(err, fault.KindNotFound) {
		return &export.Latest{Campaign: c, Request: r}, nil, nil
	}
	if err != nil {
		return nil, nil, err
	}
	e, err := s.Export(ctx, c, latest.Export)
	if err != nil {
		return nil, nil, err
	}
	return latest, e, nil
}

// PutLatestExport makes an export the latest of its request, unless another one became it since latest was read.
func (s *Store) PutLatestExport(latest *export.Latest, e *export.Export) []Write {
	next := *latest
	next.Export = e.ID
	next.Version++
	if latest.Version == 0 {
		return []Write{s.create("latest export", newLatestExportItem(&next))}
	}
	return []Write{s.replace("latest export", newLatestExportItem(&next), latest.Version)}
}

// Export returns an export of a campaign, or not found.
func (s *Store) Export(ctx context.Context, c campaign.ID, id string) (*export.Export, error) {
	return record[export.Export](ctx, s, "export", exportKey(c, id))
}

// Exports returns a page of a campaign's exports, the latest first: those asked for before the export with the id
// before, or from the latest when it is empty. It also returns whether there are more.
func (s *Store) Exports(ctx context.Context, c campaign.ID, before string, limit int) ([]*export.Export, bool, error) {
	items, next, err := s.query(ctx, span{
		table: s.tables.Records, partition: exportKey(c, "").PK, before: before,
		descending: true, limit: int32(limit),
	})
	if err != nil {
		return nil, false, err
	}
	exports, err := decodeAll[export.Export](items)
	return exports, next != nil, err
}

// SaveJob writes a changed job, whose version then is the written one. Conflict: the job has moved on.
func (s *Store) SaveJob(ctx context.Context, j *job.Job) error {
	if err := overtaken(s.Commit(ctx, s.UpdateJob(j)...)); err != nil {
		return err
	}
	j.Version++
	return nil
}

// SaveExport writes a changed export and its job, whose versions then are the written ones. Conflict: the job has moved
// on.
func (s *Store) SaveExport(ctx context.Context, e *export.Export, j *job.Job) error {
	if err := overtaken(s.Commit(ctx, append(s.UpdateExport(e), s.UpdateJob(j)...)...)); err != nil {
		return err
	}
	e.Version++
	j.Version++
	return nil
}

// FinishExport writes an export that has ended, removes its job and creates the next ones. Conflict: the job has moved on.
func (s *Store) FinishExport(ctx context.Context, e *export.Export, j *job.Job, next ...*job.Job) error {
	writes := append(s.UpdateExport(e), s.DeleteJob(j)...)
	for _, created := range next {
		writes = append(writes, s.CreateJob(created)...)
	}
	return overtaken(s.Commit(ctx, writes...))
}

// FinishJob removes a job whose record needs it no more. Conflict: the job has moved on.
func (s *Store) FinishJob(ctx context.Context, j *job.Job) error {
	return overtaken(s.Commit(ctx, s.DeleteJob(j)...))
}

// overtaken turns a failed condition into the conflict that tells a worker to stop.
func overtaken(err error) error {
	if ConditionFailed(err, "") {
		return fault.Conflict("job_moved_on", "The job has moved on.")
	}
	return err
}

// Scope returns what the columns of an export tell of its campaign, and how many rows to expect.
func (s *Store) Scope(ctx context.Context, c campaign.ID) (*dataset.Scope, error) {
	content, err := s.Content(ctx, c)
	if err != nil {
		return nil, err
	}
	o, err := s.Organization(ctx, content.Campaign.Organization)
	if err != nil {
		return nil, err
	}
	numbers, err := s.CampaignCounters(ctx, c)
	if err != nil {
		return nil, err
	}
	return &dataset.Scope{
		Organization: o, Campaign: content.Campaign, Items: content.Items, Numbers: numbers,
		Mobilizers: numbers.Core[metrics.Mobilizers], Contacts: numbers.Core[metrics.Contacts],
	}, nil
}
