// Command write-export writes exports: it streams a campaign's rows as CSV to S3, in time slices.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	calls "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/export/file"
	"github.com/kithhq/kith/internal/export/schedule"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/stream"
)

type config struct {
	RecordsTable  string `env:"RECORDS_TABLE,required"`
	MetricsTable  string `env:"METRICS_TABLE,required"`
	JobsTable     string `env:"JOBS_TABLE,required"`
	ExportsBucket string `env:"EXPORTS_BUCKET,required"`
	PageDecoder   string `env:"PAGE_DECODER"`
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	tables := dynamo.Tables{Records: cfg.RecordsTable, Metrics: cfg.MetricsTable, Jobs: cfg.JobsTable}
	store := boot.Store(aws, tables).WithPageDecoder(cfg.PageDecoder)
	files := objects.NewBucket(s3.NewFromConfig(aws), cfg.ExportsBucket)
	exports := &file.Worker{Store: store, Bucket: files}
	schedules := &schedule.Worker{Store: store, Files: files}
	runner := &job.Runner{
		Store: store,
		Handle: job.ByKind(map[job.Kind]job.Handler{
			job.Export: exports.Handle, job.ExportSchedule: schedules.Handle, job.ScheduleCleanup: schedules.Handle,
		}),
		HandOn: stream.NewInvoker(calls.NewFromConfig(aws), lambdacontext.FunctionName).HandOn,
	}

	lambda.Start(stream.HandleJobStream(runner.Work))
}
