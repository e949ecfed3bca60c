package lambda

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	sdk "github.com/aws/aws-sdk-go-v2/service/lambda"
	"github.com/aws/aws-sdk-go-v2/service/lambda/types"
)

type deliveries chan []byte

func (d deliveries) Deliver(_ context.Context, _ string, record []byte) error {
	d <- record
	return nil
}

func TestInvokeAsync_Failure_IsRetriedTwiceAndDelivered(t *testing.T) {
	to := make(deliveries, 1)
	folder := t.TempDir()
	p := newPoolFixture(t, func(c *Config, f *Function) { f.OnFailure, c.Folder = to, folder })
	file := filepath.Join(t.TempDir(), "tries")
	id, err := p.InvokeAsync(t.Context(), "probe", command("append", map[string]any{"text": "try", "file": file}))
	if err != nil {
		t.Fatal(err)
	}
	var record struct {
		RequestContext struct {
			RequestID, Condition   string
			ApproximateInvokeCount int
		}
		RequestPayload  struct{ Text string }
		ResponsePayload struct{ ErrorMessage string }
	}
	err = json.Unmarshal(<-to, &record)
	if err != nil {
		t.Fatal(err)
	}
	c := record.RequestContext
	if c.RequestID != id || c.Condition != "RetriesExhausted" || c.ApproximateInvokeCount != 3 ||
		record.RequestPayload.Text != "try" || record.ResponsePayload.ErrorMessage == "" {
		t.Errorf("the record is %+v", record)
	}
	tries, err := os.ReadFile(file)
	if err != nil || string(tries) != "try\ntry\ntry\n" {
		t.Errorf("attempts: %q, %v", tries, err)
	}
	waitUntil(t, "no event is stored", func() bool {
		files, _ := filepath.Glob(filepath.Join(folder, "async", "*"))
		return len(files) == 0
	})
}

func TestInvokeAsync_Restart_Resumes(t *testing.T) {
	folder := t.TempDir()
	file := filepath.Join(t.TempDir(), "tries")
	first := newPoolFixture(t, func(c *Config, _ *Function) { c.Folder, c.RetryDelay = folder, time.Hour })
	_, err := first.InvokeAsync(t.Context(), "probe", command("append", map[string]any{"text": "try", "file": file}))
	if err != nil {
		t.Fatal(err)
	}
	waitUntil(t, "the first attempt failed", func() bool { return strings.Contains(first.log.String(), "failed after the append") })
	first.Close(t.Context())
	to := make(deliveries, 1)
	second := newPoolFixture(t, func(c *Config, f *Function) { c.Folder, f.OnFailure = folder, to })
	n, err := second.Resume()
	if err != nil || n != 1 {
		t.Fatalf("resumed %d: %v", n, err)
	}
	<-to
	tries, err := os.ReadFile(file)
	if err != nil || strings.Count(string(tries), "try") != 3 {
		t.Errorf("attempts: %q, %v", tries, err)
	}
}

func TestInvokeAPI_CalledBySDK_AnswersLikeLambda(t *testing.T) {
	p := newPoolFixture(t, nil)
	client := sdk.New(sdk.Options{
		Region: "eu-central-1", BaseEndpoint: aws.String("http://" + p.cfg.Address), RetryMaxAttempts: 3,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
	out, err := client.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("stack-probe"), Payload: command("echo", map[string]any{"text": "hi"}), LogType: types.LogTypeTail,
	})
	if err != nil || string(out.Payload) != `{"text":"hi"}` || aws.ToString(out.LogResult) == "" {
		t.Fatalf("Invoke: %+v %v", out, err)
	}
	out, err = client.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("arn:aws:lambda:eu-central-1:000000000000:function:stack-probe"), Payload: command("exit", nil),
	})
	if err != nil || aws.ToString(out.FunctionError) != "Unhandled" {
		t.Fatalf("Invoke of a crash: %+v %v", out, err)
	}
	file := filepath.Join(t.TempDir(), "tries")
	out, err = client.Invoke(t.Context(), &sdk.InvokeInput{
		FunctionName: aws.String("stack-probe"), InvocationType: types.InvocationTypeEvent,
		Payload: command("append", map[string]any{"text": "x", "file": file}),
	})
	if err != nil || out.StatusCode != http.StatusAccepted {
		t.Fatalf("asynchronous Invoke: %+v %v", out, err)
	}
	waitUntil(t, "it was attempted", func() bool { _, err := os.Stat(file); return err == nil })
	_, err = client.Invoke(t.Context(), &sdk.InvokeInput{FunctionName: aws.String("nobody")})
	var missing *types.ResourceNotFoundException
	if !errors.As(err, &missing) {
		t.Errorf("Invoke of no function: %v", err)
	}
}
