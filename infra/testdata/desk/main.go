// Command desk calls a little of everything, for trying the check of roles on.
package main

import (
	"context"
	"os"

	runtime "github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/infra/testdata/desk/dynamo"
)

type config struct {
	Records string `env:"RECORDS_TABLE,required"`
	Jobs    string `env:"JOBS_TABLE,required"`
	Exports string `env:"EXPORTS_BUCKET,required"`
}

type ringer interface {
	Invoke(ctx context.Context, in *lambda.InvokeInput, options ...func(*lambda.Options)) (*lambda.InvokeOutput, error)
}

type desk struct {
	store  *dynamo.Store
	links  *s3.PresignClient
	bucket string
	ringer ringer
}

func (d desk) handle(ctx context.Context) error {
	err := d.store.Commit(ctx, d.store.Save(), d.store.Done())
	if err != nil {
		return err
	}
	err = d.store.Due(ctx)
	if err != nil {
		return err
	}
	_, err = d.links.PresignGetObject(ctx, &s3.GetObjectInput{Bucket: &d.bucket, Key: aws.String("k")})
	if err != nil {
		return err
	}
	_, err = d.ringer.Invoke(ctx, &lambda.InvokeInput{FunctionName: aws.String(os.Getenv("AWS_LAMBDA_FUNCTION_NAME"))})
	if err != nil {
		return err
	}
	for _, o := range often {
		err = o.do(d.store, ctx)
		if err != nil {
			return err
		}
	}
	return nil
}

// seldom and often are tables of functions; only the second is used.
var (
	seldom = map[string]func(*dynamo.Store, context.Context) error{"everything": (*dynamo.Store).Everything}
	often  = []struct {
		name string
		do   func(*dynamo.Store, context.Context) error
	}{{"get", (*dynamo.Store).Get}}
)

func main() {
	var cfg config
	d := desk{
		store:  dynamo.New(dynamodb.New(dynamodb.Options{}), dynamo.Tables{Records: cfg.Records, Jobs: cfg.Jobs}),
		links:  s3.NewPresignClient(s3.New(s3.Options{})),
		bucket: cfg.Exports,
		ringer: lambda.New(lambda.Options{}),
	}
	runtime.Start(d.handle)
}
