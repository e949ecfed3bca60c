// Command send-invitation sends invitation emails, within the account's quota.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	calls "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/sesv2"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/email"
	"github.com/kithhq/kith/internal/email/sending"
	"github.com/kithhq/kith/internal/email/ses"
	"github.com/kithhq/kith/internal/secret/manager"
	"github.com/kithhq/kith/internal/stream"
)

type config struct {
	RecordsTable       string        `env:"RECORDS_TABLE,required"`
	MetricsTable       string        `env:"METRICS_TABLE,required"`
	JobsTable          string        `env:"JOBS_TABLE,required"`
	AppSecret          string        `env:"APP_SECRET_ARN,required"`
	PublicURL          string        `env:"PUBLIC_URL,required"` // of the pages that emails link to
	APIURL             string        `env:"API_URL,required"`    // receives one-click unsubscribes
	MailFrom           string        `env:"MAIL_FROM,required"`
	ConfigurationSet   string        `env:"CONFIGURATION_SET,required"` // publishes delivery events
	InvitationLifetime time.Duration `env:"INVITATION_LIFETIME,required"`
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	sender := &sending.Sender{
		Store:              boot.Store(aws, dynamo.Tables{Records: cfg.RecordsTable, Metrics: cfg.MetricsTable, Jobs: cfg.JobsTable}),
		Mailer:             ses.NewMailer(sesv2.NewFromConfig(aws), cfg.MailFrom, cfg.ConfigurationSet),
		Secrets:            manager.NewReader(secretsmanager.NewFromConfig(aws), cfg.AppSecret),
		Addresses:          email.Addresses{Site: cfg.PublicURL, API: cfg.APIURL},
		InvitationLifetime: cfg.InvitationLifetime,
		HandOn:             stream.NewInvoker(calls.NewFromConfig(aws), lambdacontext.FunctionName).HandOn,
		Now:                time.Now,
	}

	lambda.Start(stream.HandleJobStream(sender.Work))
}
