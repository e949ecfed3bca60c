// Command pipeline-api serves the HTTP API for programs that export a campaign with a service token.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/httpapi/exportapi"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/secret/manager"
)

type config struct {
	RecordsTable         string        `env:"RECORDS_TABLE,required"`
	MetricsTable         string        `env:"METRICS_TABLE,required"`
	JobsTable            string        `env:"JOBS_TABLE,required"`
	RequestsTable        string        `env:"REQUESTS_TABLE,required"`
	ExportsBucket        string        `env:"EXPORTS_BUCKET,required"`
	AppSecret            string        `env:"APP_SECRET_ARN,required"`
	DownloadLinkLifetime time.Duration `env:"DOWNLOAD_LINK_LIFETIME,required"`
	OriginKey            string        `env:"ORIGIN_KEY"` // of the distribution of an own domain
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{Records: cfg.RecordsTable, Metrics: cfg.MetricsTable, Jobs: cfg.JobsTable, Requests: cfg.RequestsTable})
	secrets := manager.NewReader(secretsmanager.NewFromConfig(aws), cfg.AppSecret)
	api := httpapi.New(store)
	files := objects.NewBucket(s3.NewFromConfig(aws), cfg.ExportsBucket)
	exportapi.RegisterPipeline(api, files, secrets, cfg.DownloadLinkLifetime)
	exportapi.RegisterPipelineSchedules(api, files, cfg.DownloadLinkLifetime)

	lambda.Start(apigw.Handler(api, cfg.OriginKey))
}
