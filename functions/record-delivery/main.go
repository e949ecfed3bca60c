// Command record-delivery records the delivery events that SES publishes for emails.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/stream"
)

type config struct {
	RecordsTable       string        `env:"RECORDS_TABLE,required"`
	MetricsTable       string        `env:"METRICS_TABLE,required"`
	InvitationLifetime time.Duration `env:"INVITATION_LIFETIME,required"`
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	recorder := &email.Recorder{
		Store:              boot.Store(aws, dynamo.Tables{Records: cfg.RecordsTable, Metrics: cfg.MetricsTable}),
		InvitationLifetime: cfg.InvitationLifetime,
	}

	lambda.Start(stream.HandleEmailEvents(recorder.Record))
}
