// Command audit-metrics recounts rows, compares them with the counters and the lists of people, repairs drift and reports.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/kithhq/kith/internal/audit"
	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/metrics"
)

type config struct {
	RecordsTable string `env:"RECORDS_TABLE,required"`
	MetricsTable string `env:"METRICS_TABLE,required"`
	ListsTable   string `env:"LISTS_TABLE,required"`
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{Records: cfg.RecordsTable, Metrics: cfg.MetricsTable, Lists: cfg.ListsTable})
	auditor := audit.Auditor{Store: store, Versions: metrics.CellVersions, Wait: audit.Sleep}

	lambda.Start(auditor.Run)
}
