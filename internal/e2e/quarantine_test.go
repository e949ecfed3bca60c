package e2e

import (
	"context"
	"encoding/json"
	"io"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

// TestQuarantine_UploadEventThatFailsThrice_CanBeInvokedAgain kills import-voters at each attempt of an upload's event, then follows
// the runbook.
func TestQuarantine_UploadEventThatFailsThrice_CanBeInvokedAgain(t *testing.T) {
	fx := newFixture(t)
	files := "/v1/admin/organizations/" + fx.organization + "/voter-files"
	before := len(quarantined(t, kith, "import-voters"))
	var made struct {
		ID     string
		Upload struct {
			URL     string
			Headers map[string]string
		}
	}
	fx.post(fx.owner, files, body{"state": "ME"}, &made)
	fx.ok(kith.Pause(t.Context(), 12*time.Second)) // the function waits for the store
	csv := "state_file_id,first_name,last_name,city,state,zip\n0001,HELEN,NGUYEN,PORTLAND,ME,04101\n"
	fx.ok(upload(t.Context(), made.Upload.URL, made.Upload.Headers, []byte(csv)))
	var events [][]byte
	fx.ok(Until(t.Context(), 30*time.Second, func(ctx context.Context) (bool, error) {
		events = quarantined(t, kith, "import-voters")
		if len(events) > before {
			return true, nil
		}
		return false, kith.Kill(ctx, "import-voters")
	}))
	expectAlarm(t, "EventsDropped")

	var record struct {
		RequestContext struct{ Condition string }
		RequestPayload json.RawMessage
	}
	fx.ok(json.Unmarshal(events[len(events)-1], &record))
	if record.RequestContext.Condition != "RetriesExhausted" {
		t.Errorf("the record says %s", events[len(events)-1])
	}
	_, err := lambdaClient().Invoke(t.Context(), &lambda.InvokeInput{
		FunctionName: aws.String("import-voters"), Payload: record.RequestPayload, InvocationType: types.InvocationTypeEvent,
	})
	fx.ok(err)
	var file json.RawMessage
	fx.ok(Until(t.Context(), time.Minute, untilReady(fx.owner, files+"/"+made.ID, &file)))
}

func bucketClient(k *Kith) *s3.Client {
	return s3.New(s3.Options{BaseEndpoint: aws.String(k.Cloud().S3), Region: region(), Credentials: keys(), UsePathStyle: true})
}

// quarantined returns the records of a function's failed asynchronous events, oldest first.
func quarantined(t *testing.T, k *Kith, function string) [][]byte {
	t.Helper()
	client, bucket := bucketClient(k), aws.String(k.Cloud().Buckets["Quarantine"])
	page, err := client.ListObjectsV2(t.Context(), &s3.ListObjectsV2Input{Bucket: bucket, Prefix: aws.String("aws/lambda/async/kith-dev-" + function + "/")})
	if err != nil {
		t.Fatal(err)
	}
	var records [][]byte
	for _, object := range page.Contents {
		got, err := client.GetObject(t.Context(), &s3.GetObjectInput{Bucket: bucket, Key: object.Key})
		if err != nil {
			t.Fatal(err)
		}
		record, err := io.ReadAll(got.Body)
		_ = got.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		records = append(records, record)
	}
	return records
}

// deleteQuarantine deletes the bucket with its objects.
func (fx *alarmsFixture) deleteQuarantine() {
	fx.t.Helper()
	client, bucket := bucketClient(fx.kith), aws.String(fx.kith.Cloud().Buckets["Quarantine"])
	page, err := client.ListObjectsV2(fx.t.Context(), &s3.ListObjectsV2Input{Bucket: bucket})
	fx.ok(err)
	for _, object := range page.Contents {
		_, err := client.DeleteObject(fx.t.Context(), &s3.DeleteObjectInput{Bucket: bucket, Key: object.Key})
		fx.ok(err)
	}
	_, err = client.DeleteBucket(fx.t.Context(), &s3.DeleteBucketInput{Bucket: bucket})
	fx.ok(err)
}
