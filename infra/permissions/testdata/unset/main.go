// Command unset uses a table for which it has no variable, for the tests of package permissions.
package main

import (
	"context"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/infra/permissions/testdata/sample/table"
)

type config struct {
	Records string `env:"RECORDS_TABLE,required"`
}

func main() {
	var cfg config
	store := table.New(dynamodb.New(dynamodb.Options{}), table.Tables{Records: cfg.Records})
	runtime.Start(func(ctx context.Context) error {
		return store.Commit(ctx, store.PutRecord(), store.DeleteJob())
	})
}
