package dynamo

import (
	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/savedview"
	"github.com/kithhq/kith/internal/user"
)

var (
	exportType       = register("export", (*exportItem).domain)
	latestExportType = register("latest-export", (*latestExportItem).domain)
	scheduleType     = register("schedule", (*scheduleItem).domain)
)

// requestItem is an export request, in each item that has one.
type requestItem struct {
	Of          string `dynamodbav:"Of"`
	Dialect     string `dynamodbav:"Dialect"`
	Profile     string `dynamodbav:"Profile"`
	ActionItem  string `dynamodbav:"ActionItem,omitempty"`
	Compression string `dynamodbav:"Compression,omitempty"`
	Types       string `dynamodbav:"Types,omitempty"`
	Filter      string `dynamodbav:"Filter,omitempty"`
	View        string `dynamodbav:"View,omitempty"`
}

func newRequestItem(r export.Request) requestItem {
	return requestItem{
		Of: string(r.Type), Dialect: string(r.Dialect), Profile: string(r.Profile), ActionItem: string(r.Item),
		Compression: string(r.Compression), Types: string(r.Types), Filter: r.Filter, View: string(r.View),
	}
}

func (i *requestItem) request() export.Request {
	return export.Request{
		Type: export.Type(i.Of), Dialect: csv.Dialect(i.Dialect), Profile: dataset.Profile(i.Profile), Item: action.ID(i.ActionItem),
		Compression: export.Compression(i.Compression), Types: export.Types(i.Types), Filter: i.Filter, View: savedview.ID(i.View),
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
	ErrorSource  string `dynamodbav:"ErrorSource,omitempty"` // as fault.Message encodes it
	Job          string `dynamodbav:"Job,omitempty"`
	Withdrawals  int    `dynamodbav:"Withdrawals,omitempty"`
	Schedule     string `dynamodbav:"Schedule,omitempty"`
	ByToken      bool   `dynamodbav:"ByToken,omitempty"`
}

func newExportItem(e *export.Export) *exportItem {
	return &exportItem{
		key: exportKey(e.Campaign, e.ID), header: header{Type: exportType, Version: e.Version}, ID: e.ID,
		Organization: string(e.Organization), Campaign: string(e.Campaign), requestItem: newRequestItem(e.Request), AsOf: millisOf(e.AsOf),
		State: string(e.State), By: string(e.RequestedBy), ByName: e.RequestedByName, RequestedAt: millisOf(e.RequestedAt),
		StartedAt: millisOf(e.StartedAt), FinishedAt: millisOf(e.FinishedAt), Rows: e.Rows, Expected: e.ExpectedRows, Bytes: e.Bytes,
		Object: e.Object, SHA256: e.SHA256, Error: e.Error.String(), ErrorSource: e.Error.Encode(), Job: e.Job, Withdrawals: e.Withdrawals, Schedule: e.Schedule,
		ByToken: e.ByServiceToken,
	}
}

func (i *exportItem) domain() *export.Export {
	return &export.Export{
		ID: i.ID, Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign), Request: i.request(),
		State: export.State(i.State), RequestedBy: user.ID(i.By), RequestedByName: i.ByName, RequestedAt: i.RequestedAt.time(),
		StartedAt: i.StartedAt.time(), AsOf: i.AsOf.time(), FinishedAt: i.FinishedAt.time(), Rows: i.Rows, ExpectedRows: i.Expected,
		Bytes: i.Bytes, Object: i.Object, SHA256: i.SHA256, Error: fault.DecodeMessage(i.Error, i.ErrorSource), Job: i.Job, Withdrawals: i.Withdrawals, Schedule: i.Schedule,
		Version: i.Version, ByServiceToken: i.ByToken,
	}
}

// latestExportItem points to the latest export of a request.
type latestExportItem struct {
	key
	header
	requestItem
	Campaign string `dynamodbav:"Campaign"`
	Export   string `dynamodbav:"Export"`
}

func newLatestExportItem(l *export.Latest) *latestExportItem {
	return &latestExportItem{
		key: latestExportKey(l.Campaign, l.Request), header: header{Type: latestExportType, Version: l.Version},
		requestItem: newRequestItem(l.Request), Campaign: string(l.Campaign), Export: l.Export,
	}
}

func (i *latestExportItem) domain() *export.Latest {
	return &export.Latest{Campaign: campaign.ID(i.Campaign), Request: i.request(), Export: i.Export, Version: i.Version}
}

type scheduleItem struct {
	key
	header
	requestItem
	ID           string   `dynamodbav:"ID"`
	Organization string   `dynamodbav:"Org"`
	Campaign     string   `dynamodbav:"Campaign"`
	Hour         int      `dynamodbav:"Hour"`
	State        string   `dynamodbav:"State"`
	By           string   `dynamodbav:"By"`
	ByName       string   `dynamodbav:"ByName,omitempty"`
	MadeAt       millis   `dynamodbav:"MadeAt"`
	LastRun      millis   `dynamodbav:"LastRun,omitempty"`
	NextRun      millis   `dynamodbav:"NextRun,omitempty"`
	EndedAt      millis   `dynamodbav:"EndedAt,omitempty"`
	StopReason   string   `dynamodbav:"StopReason,omitempty"`
	Runs         []string `dynamodbav:"Runs,omitempty"`
	Job          string   `dynamodbav:"Job"`
}

func newScheduleItem(s *schedule.Schedule) *scheduleItem {
	return &scheduleItem{
		key: scheduleKey(s.Campaign, s.ID), header: header{Type: scheduleType, Version: s.Version}, ID: s.ID,
		Organization: string(s.Organization), Campaign: string(s.Campaign), requestItem: newRequestItem(s.Request), Hour: s.Hour,
		State: string(s.State), By: string(s.CreatedBy), ByName: s.CreatedByName, MadeAt: millisOf(s.CreatedAt), LastRun: millisOf(s.LastRun), NextRun: millisOf(s.NextRun), EndedAt: millisOf(s.EndedAt),
		StopReason: string(s.StopReason), Runs: s.Runs, Job: s.Job,
	}
}

func (i *scheduleItem) domain() *schedule.Schedule {
	return &schedule.Schedule{
		ID: i.ID, Organization: organization.ID(i.Organization), Campaign: campaign.ID(i.Campaign), Request: i.request(),
		Hour: i.Hour, State: schedule.State(i.State), CreatedBy: user.ID(i.By), CreatedByName: i.ByName, CreatedAt: i.MadeAt.time(),
		LastRun: i.LastRun.time(), NextRun: i.NextRun.time(), EndedAt: i.EndedAt.time(), StopReason: schedule.StopReason(i.StopReason), Runs: i.Runs, Job: i.Job,
		Version: i.Version,
	}
}
