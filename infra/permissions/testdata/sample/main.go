// Command sample calls an operation of each kind, for the tests of package permissions.
package main

import (
	"context"
	"os"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/infra/permissions/testdata/sample/table"
)

type config struct {
	Records string `env:"RECORDS_TABLE,required"`
	Jobs    string `env:"JOBS_TABLE,required"`
	Exports string `env:"EXPORTS_BUCKET,required"`
}

type invoker interface {
	Invoke(ctx context.Context, in *lambda.InvokeInput, options ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

type handler struct {
	store   *table.Store
	links   *s3.PresignClient
	bucket  string
	invoker invoker
}

func (h handler) handle(ctx context.Context) error {
	err := h.store.Commit(ctx, h.store.PutRecord(), h.store.DeleteJob())
	if err != nil {
		return err
	}
	err = h.store.QueryDue(ctx)
	if err != nil {
		return err
	}
	_, err = h.links.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &h.bucket, Key: aws.String("k")})
	if err != nil {
		return err
	}
	_, err = h.invoker.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(os.Getenv("AWS_LAMBDA_FUNCTION_NAME"))})
	if err != nil {
		return err
	}
	for _, o := range used {
		err = o.do(h.store, ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// unused and used are tables of functions: only functions in used are reachable.
var (
	unused = map[string]func(*table.Store, context.Context) error{"scan": (*table.Store).Scan}
	used   = []struct {
		name string
		do   func(*table.Store, context.Context) error
	}{{"get", (*table.Store).Get}}
)

func main() {
	var cfg config
	h := handler{
		store:   table.New(dynamodb.New(dynamodb.Options{}), table.Tables{Records: cfg.Records, Jobs: cfg.Jobs}),
		links:   s3.NewPresignClient(s3.New(s3.Options{})),
		bucket:  cfg.Exports,
		invoker: lambda.New(lambda.Options{}),
	}
	runtime.Start(h.handle)
}
