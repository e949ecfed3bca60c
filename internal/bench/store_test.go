package bench

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/apiclient"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/e2e"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/file"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/objects"
)

// TestExportsFromTheStore writes an export from a real store to a real S3. With KITH_SOAK it has a million contacts and is written
// by the deployed program, whose memory is reported; otherwise it is written in slices in this process.
func TestExportsFromTheStore(t *testing.T) {
	rows := 15_000
	if os.Getenv("KITH_SOAK") != "" {
		rows = 1_000_000
	}
	began := time.Now()
	engine := newFilledEngine(t, rows)
	t.Logf("the store was filled with %d contacts in %v", rows, time.Since(began).Round(time.Second))
	cloud := localS3(t)
	s := dynamo.New(engine.Client, dynamo.Tables(engine.Tables))
	want := newExportFixture(&made{rows: rows}, rows)
	e := createExport(t, s, want, rows)
	bucket := objects.NewBucket(s3.New(s3.Options{
		BaseEndpoint: aws.String(cloud.S3), Region: cloud.Env["AWS_REGION"],
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: cloud.Env["AWS_ACCESS_KEY_ID"], SecretAccessKey: cloud.Env["AWS_SECRET_ACCESS_KEY"]}, nil
		}),
	}), cloud.Buckets["Exports"])

	if rows < 1_000_000 {
		writeInSlices(t, s, bucket, e)
	} else {
		writeByFunction(t, s, engine, cloud, e)
	}

	if err := want.work(t.Context()); err != nil { // the same rows from memory, in one go
		t.Fatal(err)
	}
	done, err := s.Export(t.Context(), filledCampaign, e.ID)
	if err != nil {
		t.Fatal(err)
	}
	if done.State != export.Ready || done.Rows != rows || done.SHA256 != want.export.SHA256 || done.Bytes != want.export.Bytes {
		t.Fatalf("the export is %s with %d rows and %d bytes, want %d rows and %d bytes: %s", done.State, done.Rows, done.Bytes, rows, want.export.Bytes, done.Error)
	}
	if _, err := s.Job(t.Context(), e.Job); err == nil {
		t.Error("the job is still there")
	}
	file, err := bucket.Open(t.Context(), done.Object, "", 0)
	if err != nil {
		t.Fatal(err)
	}
	sum, lines := sha256.New(), &newlines{}
	_, err = io.Copy(io.MultiWriter(sum, lines), file)
	if err != nil || hex.EncodeToString(sum.Sum(nil)) != done.SHA256 || lines.n != rows+1 {
		t.Fatalf("the file: %v, %d lines, want %d", err, lines.n, rows+1)
	}
}

type newlines struct{ n int }

func (l *newlines) Write(p []byte) (int, error) {
	l.n += bytes.Count(p, []byte("\n"))
	return len(p), nil
}

// createExport writes the items of a requested export.
func createExport(t *testing.T, s *dynamo.Store, p *exportFixture, rows int) *export.Export {
	t.Helper()
	ctx := t.Context()
	of, organization := filledScope()
	e, j := *p.export, *p.job
	e.State = export.Queued
	if err := s.Commit(ctx, slices.Concat(s.CreateCampaign(of), s.CreateOrganization(organization), s.CreateExport(&e), s.CreateJob(&j))...); err != nil {
		t.Fatal(err)
	}
	sequence, err := metrics.ParseSequence("1")
	if err != nil {
		t.Fatal(err)
	}
	_, moved, err := s.UpdateCounter(ctx, metrics.ItemUpdate{
		Item: metrics.Item{Campaign: filledCampaign, Kind: metrics.Core, Name: "0"}, Add: metrics.Cells{metrics.Contacts: rows},
		MarkName: metrics.MarkName("s"), First: sequence, Mark: metrics.Mark(sequence) + "abc", UpdatedAt: filledAt,
	})
	if err != nil || !moved {
		t.Fatalf("count the contacts: %v, %v", moved, err)
	}
	return &e
}

// writeInSlices writes the export in this process with a clock that advances on each read, so that slices have about 2,500 rows
// and most end between parts.
func writeInSlices(t *testing.T, s *dynamo.Store, bucket *objects.Bucket, e *export.Export) {
	t.Helper()
	version, now := 1, time.Now()
	clock := func() time.Time {
		now = now.Add(time.Millisecond)
		return now
	}
	w := &file.Worker{Store: s, Bucket: bucket, PartSize: 5 << 20}
	runner := &job.Runner{Store: s, Handle: w.Handle, Now: clock, HandOn: func(_ context.Context, _ string, handed int, _ time.Time) error {
		version = handed
		return nil
	}}
	slices := 0
	for ; slices < 20; slices++ {
		if _, err := s.Job(t.Context(), e.Job); err != nil {
			break
		}
		if err := runner.Work(t.Context(), e.Job, version, filledAt, 80*time.Millisecond); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("written in %d slices", slices)
	if slices < 4 {
		t.Errorf("written in %d slices, want several", slices)
	}
}

// writeByFunction writes the export with the function's program, and reports time and memory.
func writeByFunction(t *testing.T, s *dynamo.Store, engine *dynamotest.Engine, cloud *apiclient.Cloud, e *export.Export) {
	t.Helper()
	binary := filepath.Join(t.TempDir(), "bootstrap")
	build(t, "../..", "write-export", binary)
	lambda := newLambda(t, fmt.Sprintf(`{"job":%q,"version":1,"at":%q}`, e.Job, filledAt.Format(time.RFC3339)))
	command := exec.CommandContext(t.Context(), binary)
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	for name, value := range map[string]string{
		"AWS_LAMBDA_RUNTIME_API": lambda.address, "AWS_LAMBDA_FUNCTION_NAME": "write-export", "AWS_REGION": "us-east-1",
		"AWS_ACCESS_KEY_ID": cloud.Env["AWS_ACCESS_KEY_ID"], "AWS_SECRET_ACCESS_KEY": cloud.Env["AWS_SECRET_ACCESS_KEY"],
		"AWS_ENDPOINT_URL_DYNAMODB": engine.Endpoint, "AWS_ENDPOINT_URL_S3": cloud.S3, "AWS_ENDPOINT_URL_LAMBDA": "http://" + lambda.address,
		"RECORDS_TABLE": engine.Tables.Records, "METRICS_TABLE": engine.Tables.Metrics, "JOBS_TABLE": engine.Tables.Jobs,
		"EXPORTS_BUCKET": cloud.Buckets["Exports"],
	} {
		command.Env = append(command.Env, name+"="+value)
	}
	if cloud.Env["AWS_REGION"] != "" {
		command.Env = append(command.Env, "AWS_REGION="+cloud.Env["AWS_REGION"])
	}
	began := time.Now()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	defer func() {
		_ = command.Process.Kill()
		_ = command.Wait()
	}()
	reported, peak, written := 0, 0, 0
	samples := time.NewTicker(500 * time.Millisecond)
	defer samples.Stop()
	for sampled := began; sampled.Sub(began) < 30*time.Minute; sampled = <-samples.C {
		now, most := resident(t, command.Process.Pid)
		peak = max(peak, most)
		at, err := s.Export(t.Context(), filledCampaign, e.ID)
		if err != nil {
			t.Fatal(err)
		}
		written = at.Rows
		if at.Rows >= reported || !at.UnderWay() {
			t.Logf("%8d rows after %5.1f s: %5.1f MB resident", at.Rows, time.Since(began).Seconds(), float64(now)/1024)
			reported = at.Rows + 50_000
		}
		if !at.UnderWay() {
			break
		}
	}
	took := time.Since(began)
	t.Logf("written in %v, %.0f rows/s, by %d calls; at most %.1f MB resident", took.Round(100*time.Millisecond), float64(written)/took.Seconds(), lambda.calls(), float64(peak)/1024)
	if peak > 96<<10 {
		t.Errorf("the program took %d KB of memory, want at most 96 MB", peak)
	}
	if said.Len() > 0 {
		t.Logf("the program said: %.2000s", said.String())
	}
}

// resident returns the current and the peak resident memory of a process in KB.
func resident(t *testing.T, pid int) (now, most int) {
	t.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", pid))
	if err != nil {
		t.Fatal(err)
	}
	for text := range strings.Lines(string(status)) {
		f := strings.Fields(text)
		if len(f) < 2 {
			continue
		}
		n, _ := strconv.Atoi(f[1])
		switch f[0] {
		case "VmRSS:":
			now = n
		case "VmHWM:":
			most = n
		}
	}
	return now, most
}

// lambda implements the Runtime API and Invoke, for a function that invokes itself.
type lambda struct {
	address string

	mu     sync.Mutex
	events chan []byte
	taken  int
}

func newLambda(t *testing.T, first string) *lambda {
	t.Helper()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &lambda{address: listener.Addr().String(), events: make(chan []byte, 100)}
	l.events <- []byte(first)
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: l}
	go func() { _ = server.Serve(listener) }()
	t.Cleanup(func() { _ = server.Close() })
	return l
}

func (l *lambda) calls() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.taken
}

func (l *lambda) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	switch {
	case strings.HasSuffix(r.URL.Path, "/invocation/next"):
		select {
		case event := <-l.events:
			l.mu.Lock()
			l.taken++
			w.Header().Set("Lambda-Runtime-Aws-Request-Id", fmt.Sprint(l.taken))
			l.mu.Unlock()
			w.Header().Set("Lambda-Runtime-Deadline-Ms", fmt.Sprint(time.Now().Add(90*time.Second).UnixMilli()))
			_, _ = w.Write(event)
		case <-r.Context().Done():
		}
	case strings.HasSuffix(r.URL.Path, "/invocations"): // Invoke
		event, err := io.ReadAll(r.Body)
		if err != nil || !json.Valid(event) {
			http.Error(w, "no event", http.StatusBadRequest)
			return
		}
		l.events <- event
		w.WriteHeader(http.StatusAccepted)
	default: // responses
		_, _ = io.Copy(io.Discard, r.Body)
		w.WriteHeader(http.StatusAccepted)
	}
}

// localS3 starts a local cloud without functions and returns its S3.
func localS3(t *testing.T) *apiclient.Cloud {
	t.Helper()
	functions, err := filepath.Glob("../../functions/*")
	if err != nil {
		t.Fatal(err)
	}
	for n := range functions {
		functions[n] = filepath.Base(functions[n])
	}
	kith, err := e2e.Start(t.Context(), e2e.Options{State: t.TempDir(), Log: io.Discard, Without: functions})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := kith.Stop(); err != nil {
			t.Error(err)
		}
	})
	cloud := kith.Cloud()
	return &cloud
}
