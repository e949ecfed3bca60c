// Command update-metrics updates the counters and the lists of people for batches of Records stream events.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/stream"
)

type config struct {
	MetricsTable     string `env:"METRICS_TABLE,required"`
	ListsTable       string `env:"LISTS_TABLE,required"`
	QuarantineBucket string `env:"QUARANTINE_BUCKET,required"` // for records that can't be decoded
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{Metrics: cfg.MetricsTable, Lists: cfg.ListsTable})
	quarantine := objects.NewBucket(s3.NewFromConfig(aws), cfg.QuarantineBucket)
	updater := &peoplelist.Updater{Counters: &metrics.Updater{Counters: store, Quarantine: quarantine}, Blocks: store}

	lambda.Start(stream.HandleRecords(updater.Apply))
}
