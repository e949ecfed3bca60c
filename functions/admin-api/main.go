// Command admin-api serves the HTTP API of Organization Admins.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	calls "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/httpapi/adminapi"
	"github.com/kithhq/kith/internal/httpapi/exportapi"
	"github.com/kithhq/kith/internal/httpapi/invitationapi"
	"github.com/kithhq/kith/internal/httpapi/peopleapi"
	"github.com/kithhq/kith/internal/httpapi/voterfileapi"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/secret/manager"
	"github.com/kithhq/kith/internal/stream"
)

type config struct {
	RecordsTable         string        `env:"RECORDS_TABLE,required"`
	MetricsTable         string        `env:"METRICS_TABLE,required"`
	ListsTable           string        `env:"LISTS_TABLE,required"`
	JobsTable            string        `env:"JOBS_TABLE,required"`
	RequestsTable        string        `env:"REQUESTS_TABLE,required"`
	VotersTable          string        `env:"VOTERS_TABLE,required"`
	ExportsBucket        string        `env:"EXPORTS_BUCKET,required"`
	VoterFilesBucket     string        `env:"VOTER_FILES_BUCKET,required"`
	ImportVoters         string        `env:"IMPORT_VOTERS_FUNCTION,required"`
	AuditMetrics         string        `env:"AUDIT_METRICS_FUNCTION,required"` // builds lists
	AppSecret            string        `env:"APP_SECRET_ARN,required"`
	PublicURL            string        `env:"PUBLIC_URL,required"` // of the landing pages
	DownloadLinkLifetime time.Duration `env:"DOWNLOAD_LINK_LIFETIME,required"`
	InvitationLifetime   time.Duration `env:"INVITATION_LIFETIME,required"`
	OriginKey            string        `env:"ORIGIN_KEY"` // of the distribution of an own domain
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{
		Records: cfg.RecordsTable, Metrics: cfg.MetricsTable, Lists: cfg.ListsTable, Jobs: cfg.JobsTable, Requests: cfg.RequestsTable,
		Voters: cfg.VotersTable,
	})
	files := s3.NewFromConfig(aws)
	secrets := manager.NewReader(secretsmanager.NewFromConfig(aws), cfg.AppSecret)
	api := httpapi.New(store)
	adminapi.RegisterOrganizations(api)
	adminapi.RegisterCampaigns(api, secrets, cfg.PublicURL)
	adminapi.RegisterActionItems(api)
	adminapi.RegisterAnalytics(api)
	peopleapi.RegisterSavedViews(api)
	exportapi.RegisterExports(api, objects.NewBucket(files, cfg.ExportsBucket), secrets, cfg.DownloadLinkLifetime)
	exportapi.RegisterSchedules(api, objects.NewBucket(files, cfg.ExportsBucket), cfg.DownloadLinkLifetime)
	exportapi.RegisterServiceTokens(api)
	imports := stream.NewInvoker(calls.NewFromConfig(aws), cfg.ImportVoters)
	voterfileapi.Register(api, objects.NewBucket(files, cfg.VoterFilesBucket), cfg.DownloadLinkLifetime, imports.HandOn)
	peopleapi.RegisterVoterSuggestions(api, secrets, imports.HandOn)
	peopleapi.RegisterPeople(api, secrets, stream.NewInvoker(calls.NewFromConfig(aws), cfg.AuditMetrics).BuildLists)
	invitationapi.RegisterInvitations(api, secrets, cfg.PublicURL, cfg.InvitationLifetime)
	invitationapi.RegisterMailStatus(api)
	invitationapi.RegisterSuppressions(api, secrets)

	lambda.Start(apigw.Handler(api, cfg.OriginKey))
}
