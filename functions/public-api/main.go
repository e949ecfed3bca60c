// Command public-api serves the HTTP API without sign-in: landing pages, and the OpenAPI description.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/kithhq/kith/docs"
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
	PublicURL     string `env:"PUBLIC_URL,required"` // of the page that unsubscribes
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{Records: cfg.RecordsTable, Jobs: cfg.JobsTable, Requests: cfg.RequestsTable})
	api := httpapi.New(store)
	joinapi.RegisterPublic(api, cfg.PublicURL)
	httpapi.RegisterDescription(api, docs.OpenAPI)

	lambda.Start(apigw.Handler(api))
}
