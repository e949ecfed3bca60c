// Command public-api serves the HTTP API without sign-in: landing pages and links in emails.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/kithhq/kith/internal/apigw"
	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/httpapi/joinapi"
)

type config struct {
	RecordsTable  string `env:"RECORDS_TABLE,required"`
	JobsTable     string `env:"JOBS_TABLE,required"`
	RequestsTable string `env:"REQUESTS_TABLE,required"`
	PublicURL     string `env:"PUBLIC_URL,required"` // of the site: pages and the OpenAPI document
	OriginKey     string `env:"ORIGIN_KEY"`          // of the distribution of an own domain
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{Records: cfg.RecordsTable, Jobs: cfg.JobsTable, Requests: cfg.RequestsTable})
	api := httpapi.New(store)
	joinapi.RegisterPublic(api, cfg.PublicURL)
	httpapi.RegisterDescription(api, cfg.PublicURL)

	lambda.Start(apigw.Handler(api, cfg.OriginKey))
}
