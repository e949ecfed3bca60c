// Command mobilizer-api serves the HTTP API of mobilizers, and sessions for all users.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/httpapi/joinapi"
	"github.com/kithhq/kith/internal/httpapi/mobilizerapi"
	"github.com/kithhq/kith/internal/identity"
	"github.com/kithhq/kith/internal/phone"
	"github.com/kithhq/kith/internal/secret/manager"
)

type config struct {
	RecordsTable  string `env:"RECORDS_TABLE,required"`
	MetricsTable  string `env:"METRICS_TABLE,required"`
	JobsTable     string `env:"JOBS_TABLE,required"`
	RequestsTable string `env:"REQUESTS_TABLE,required"`
	VotersTable   string `env:"VOTERS_TABLE,required"`
	AppSecret     string `env:"APP_SECRET_ARN,required"`
	PublicURL     string `env:"PUBLIC_URL,required"` // of the landing pages
	Issuer        string `env:"ISSUER,required"`     // of ID tokens
	ClientID      string `env:"CLIENT_ID,required"`  // their audience
	OriginKey     string `env:"ORIGIN_KEY"`          // of the distribution of an own domain
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{
		Records: cfg.RecordsTable, Metrics: cfg.MetricsTable, Jobs: cfg.JobsTable, Requests: cfg.RequestsTable, Voters: cfg.VotersTable,
	})
	secrets := manager.NewReader(secretsmanager.NewFromConfig(aws), cfg.AppSecret)
	api := httpapi.New(store)
	issuer := identity.NewIssuer(cfg.Issuer, cfg.ClientID)
	joinapi.RegisterSession(api, issuer)
	mobilizerapi.RegisterMobilizer(api, secrets, cfg.PublicURL)
	joinapi.RegisterJoin(api, secrets, phone.Check)
	joinapi.RegisterInvitations(api, issuer, phone.Check)

	lambda.Start(apigw.Handler(api, cfg.OriginKey))
}
