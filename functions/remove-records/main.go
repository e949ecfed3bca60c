// Command remove-records deletes the dependents of removed rows.
package main

import (
	"context"

	"github.com/aws/aws-lambda-go/lambda"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/stream"
)

type config struct {
	RecordsTable string `env:"RECORDS_TABLE,required"`
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{Records: cfg.RecordsTable})

	lambda.Start(stream.HandleRemovals(store.DeleteDependents))
}
