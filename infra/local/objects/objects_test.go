package objects_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-lambda-go/events"
	"github.com/aws/aws-sdk-go-v2/aws"
	v4 "github.com/aws/aws-sdk-go-v2/aws/signer/v4"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"
	"github.com/aws/smithy-go"

	"github.com/kithhq/kith/infra/local/clock"
	"github.com/kithhq/kith/infra/local/objects"
)

func TestMain(m *testing.M) {
	objects.RunServer()
	os.Exit(m.Run())
}

const (
	bucket = "kith-dev-voter-files-000000000000-us-east-1"
	site   = "http://127.0.0.1:4321"
	noon   = "2026-03-01T12:00:00Z"
)

// invocations receives the payload of each invocation.
type invocations chan []byte

func (c invocations) InvokeAsync(_ context.Context, _ string, payload []byte) (string, error) {
	c <- payload
	return "", nil
}

func newStoreFixture(t *testing.T, folder string) (*objects.Store, invocations) {
	t.Helper()
	at, err := time.Parse(time.RFC3339, noon)
	if err != nil {
		t.Fatal(err)
	}
	k := &clock.Clock{}
	k.Set(at)
	got := make(invocations, 10)
	s, err := objects.Start(context.Background(), objects.Config{
		Address: "127.0.0.1:0", Folder: folder, Region: "us-east-1", Access: "local", Secret: "local-secret", Clock: k, Invoker: got, Log: t.Output(),
		Buckets: []objects.Bucket{
			{Name: bucket, CORS: []objects.CORSRule{{Origins: []string{site}, Methods: []string{"PUT"}, Headers: []string{"content-type"}, MaxAge: 600}}},
			{Name: "other"},
		},
		Notifications: []objects.Notification{
			{Name: "Uploaded", Bucket: bucket, Function: "import-voters", Events: []string{"s3:ObjectCreated:*"}, Prefix: "uploads/", Suffix: ".csv"},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := s.Close()
		if err != nil {
			t.Error(err)
		}
	})
	return s, got
}

// nextEvent returns the record of the next invocation.
func nextEvent(t *testing.T, got invocations) events.S3EventRecord {
	t.Helper()
	var e events.S3Event
	err := json.Unmarshal(<-got, &e)
	if err != nil {
		t.Fatal(err)
	}
	if len(e.Records) != 1 {
		t.Fatalf("event is %+v", e)
	}
	return e.Records[0]
}

func TestNotification_ObjectCreated_InvokesTheFunction(t *testing.T) {
	ctx := context.Background()
	s, got := newStoreFixture(t, t.TempDir())
	err := errors.Join(s.Put(ctx, bucket, "rejects/1.csv", []byte("no")), s.Put(ctx, "other", "uploads/1.csv", []byte("no")))
	if err != nil {
		t.Fatal(err)
	}
	key := "uploads/Año 2026+a&b/voters (1).csv"
	err = s.Put(ctx, bucket, key, []byte("id,name\n"))
	if err != nil {
		t.Fatal(err)
	}
	r := nextEvent(t, got)
	if name, err := url.QueryUnescape(r.S3.Object.Key); err != nil || name != key {
		t.Errorf("key is %q: %v", r.S3.Object.Key, err)
	}
	if r.EventName != "ObjectCreated:Put" || r.S3.Object.Size != 8 || r.S3.Bucket.Name != bucket || len(r.S3.Object.ETag) != 32 ||
		r.EventTime.Format(time.DateOnly) != "2026-03-01" {
		t.Errorf("event is %+v", r)
	}

	big := "uploads/big.csv"
	up, err := s.Client().CreateMultipartUpload(ctx, &s3.CreateMultipartUploadInput{Bucket: aws.String(bucket), Key: aws.String(big)})
	if err != nil {
		t.Fatal(err)
	}
	part, err := s.Client().UploadPart(ctx, &s3.UploadPartInput{
		Bucket: aws.String(bucket), Key: aws.String(big), UploadId: up.UploadId, PartNumber: aws.Int32(1), Body: bytes.NewReader(make([]byte, 5<<20)),
	})
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Client().CompleteMultipartUpload(ctx, &s3.CompleteMultipartUploadInput{
		Bucket: aws.String(bucket), Key: aws.String(big), UploadId: up.UploadId, MultipartUpload: &types.CompletedMultipartUpload{
			Parts: []types.CompletedPart{{ETag: part.ETag, PartNumber: aws.Int32(1)}},
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	if r := nextEvent(t, got); r.EventName != "ObjectCreated:CompleteMultipartUpload" || r.S3.Object.Key != big || r.S3.Object.Size != 5<<20 {
		t.Errorf("event is %+v", r)
	}
	if len(got) != 0 {
		t.Errorf("%d more invocations", len(got))
	}
}

// send sends a request as a browser does, without credentials.
func send(t *testing.T, method, address, body string, headers map[string]string) (*http.Response, string) {
	t.Helper()
	req, err := http.NewRequestWithContext(context.Background(), method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for k, v := range headers {
		req.Header.Set(k, v)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	text, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	err = res.Body.Close()
	if err != nil {
		t.Fatal(err)
	}
	return res, string(text)
}

func TestPresignedLink_BeforeAndAfterItsEnd_WorksUntilThen(t *testing.T) {
	ctx := context.Background()
	s, got := newStoreFixture(t, t.TempDir())
	up, err := s3.NewPresignClient(s.Client()).PresignPutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: aws.String("uploads/a b.csv"), ContentType: aws.String("text/csv"),
	}, s3.WithPresignExpires(5*time.Minute))
	if err != nil {
		t.Fatal(err)
	}
	headers := map[string]string{"Content-Type": "text/csv", "Origin": site}
	res, text := send(t, http.MethodPut, up.URL, "id\n", headers)
	if res.StatusCode != http.StatusOK || res.Header.Get("Access-Control-Allow-Origin") != site {
		t.Errorf("upload: %s %v %s", res.Status, res.Header, text)
	}
	nextEvent(t, got)
	res, _ = send(t, http.MethodPut, strings.Replace(up.URL, "a%20b.csv", "c.csv", 1), "id\n", headers)
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("upload to another key: %s", res.Status)
	}

	link := func(at time.Time) string {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, s.Endpoint()+"/"+bucket+"/uploads/a%20b.csv?X-Amz-Expires=300", nil)
		if err != nil {
			t.Fatal(err)
		}
		key := aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local-secret"}
		signed, _, err := v4.NewSigner(func(o *v4.SignerOptions) { o.DisableURIPathEscaping = true }).
			PresignHTTP(ctx, key, req, "UNSIGNED-PAYLOAD", "s3", "us-east-1", at)
		if err != nil {
			t.Fatal(err)
		}
		return signed
	}
	res, text = send(t, http.MethodGet, link(time.Now().Add(-4*time.Minute)), "", nil)
	if res.StatusCode != http.StatusOK || text != "id\n" {
		t.Errorf("a link that is four minutes old: %s %s", res.Status, text)
	}
	res, text = send(t, http.MethodGet, link(time.Now().Add(-6*time.Minute)), "", nil)
	if res.StatusCode != http.StatusForbidden || !strings.Contains(text, "expired") {
		t.Errorf("a link that is six minutes old: %s %s", res.Status, text)
	}
	res, _ = send(t, http.MethodGet, s.Endpoint()+"/"+bucket+"/uploads/a%20b.csv", "", nil)
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("no signature: %s", res.Status)
	}
}

func TestPreflight_AnyOrigin_FollowsTheCORSRules(t *testing.T) {
	s, _ := newStoreFixture(t, t.TempDir())
	ask := map[string]string{"Origin": site, "Access-Control-Request-Method": "PUT", "Access-Control-Request-Headers": "content-type"}
	res, text := send(t, http.MethodOptions, s.Endpoint()+"/"+bucket+"/uploads/a.csv", "", ask)
	if res.StatusCode != http.StatusOK || res.Header.Get("Access-Control-Allow-Origin") != site || !strings.Contains(res.Header.Get("Access-Control-Allow-Methods"), "PUT") {
		t.Errorf("preflight: %s %v %s", res.Status, res.Header, text)
	}
	ask["Origin"] = "https://elsewhere.example"
	res, _ = send(t, http.MethodOptions, s.Endpoint()+"/"+bucket+"/uploads/a.csv", "", ask)
	if res.StatusCode != http.StatusForbidden {
		t.Errorf("preflight of another origin: %s", res.Status)
	}
}

func TestStore_Restart_KeepsObjectsAndMetadata(t *testing.T) {
	ctx := context.Background()
	folder := t.TempDir()
	s, _ := newStoreFixture(t, folder)
	_, err := s.Client().PutObject(ctx, &s3.PutObjectInput{
		Bucket: aws.String(bucket), Key: aws.String("exports/1.csv"), Body: strings.NewReader("a"), ContentType: aws.String("text/csv"),
		ContentDisposition: aws.String(`attachment; filename="c.csv"`), Metadata: map[string]string{"rows": "1"},
	})
	if err != nil {
		t.Fatal(err)
	}
	err = s.Restart(ctx)
	if err != nil {
		t.Fatal(err)
	}
	err = s.Close()
	if err != nil {
		t.Fatal(err)
	}
	s, _ = newStoreFixture(t, folder)
	o, err := s.Client().GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("exports/1.csv")})
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = o.Body.Close() }()
	if aws.ToString(o.ContentType) != "text/csv" || !strings.Contains(aws.ToString(o.ContentDisposition), "c.csv") || o.Metadata["rows"] != "1" {
		t.Errorf("object is %+v", o)
	}
	_, err = s.Client().GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String("exports/2.csv")})
	var e smithy.APIError
	if !errors.As(err, &e) || e.ErrorCode() != "NoSuchKey" {
		t.Errorf("a missing object: %v", err)
	}
}
