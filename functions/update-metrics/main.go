// Command update-metrics updates the counters for batches of Records stream events.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/stream"
)

type config struct {
	MetricsTable     string `env:"METRICS_TABLE,required"`
	QuarantineBucket string `env:"QUARANTINE_BUCKET,required"` // for records that can't be decoded
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{Metrics: cfg.MetricsTable})
	quarantine := objects.NewBucket(s3.NewFromConfig(aws), cfg.QuarantineBucket)
	updater := &metrics.Updater{Counters: store, Quarantine: quarantine}

	lambda.Start(stream.HandleRecords(updater.Apply))
}
