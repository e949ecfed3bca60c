// Command sweep-jobs requeues jobs whose lease has expired, and jobs that are due.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-lambda-go/lambda"
	calls "github.com/aws/aws-sdk-go-v2/service/lambda"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/stream"
)

type config struct {
	JobsTable    string `env:"JOBS_TABLE,required"`
	ImportVoters string `env:"IMPORT_VOTERS_FUNCTION,required"` // is not invoked by the Jobs stream
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	imports := stream.NewInvoker(calls.NewFromConfig(aws), cfg.ImportVoters)
	sweeper := &job.Sweeper{
		Store: boot.Store(aws, dynamo.Tables{Jobs: cfg.JobsTable}), Now: time.Now,
		Invoke: map[job.Kind]job.Invoke{job.ImportVoters: imports.HandOn, job.RemoveVoters: imports.HandOn, job.SuggestVoters: imports.HandOn},
	}

	lambda.Start(func(ctx context.Context, event events.EventBridgeEvent) error { return sweeper.Sweep(ctx, event.Time) })
}
