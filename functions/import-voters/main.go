// Command import-voters imports uploaded voter files into the Voters table, and suggests voters for contacts.
package main

import (
	"context"
	"time"

	"github.com/aws/aws-lambda-go/lambda"
	"github.com/aws/aws-lambda-go/lambdacontext"
	calls "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/boot"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/objects"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/suggest"
)

type config struct {
	RecordsTable     string `env:"RECORDS_TABLE,required"`
	JobsTable        string `env:"JOBS_TABLE,required"`
	VotersTable      string `env:"VOTERS_TABLE,required"`
	VoterFilesBucket string `env:"VOTER_FILES_BUCKET,required"`
}

func main() {
	ctx := context.Background()
	cfg := boot.Config[config]()
	aws := boot.AWS(ctx)

	store := boot.Store(aws, dynamo.Tables{Records: cfg.RecordsTable, Jobs: cfg.JobsTable, Voters: cfg.VotersTable})
	suggester := &suggest.Worker{Store: store, Searcher: voter.NewSearcher(store), Parallel: dynamo.InParallel}
	importer := &voter.Importer{
		Store:   store,
		Bucket:  objects.NewBucket(s3.NewFromConfig(aws), cfg.VoterFilesBucket),
		HandOn:  stream.NewInvoker(calls.NewFromConfig(aws), lambdacontext.FunctionName).HandOn,
		Now:     time.Now,
		Suggest: suggester.Handle,
	}

	lambda.Start(stream.HandleUploads(importer.Stored, importer.Work))
}
