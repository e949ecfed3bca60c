package bench

import (
	"bytes"
	"compress/flate"
	"context"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
)

// starts measures cold starts, from process start to the first request for an event, and package sizes on AWS.
func starts(t *testing.T) []line {
	t.Helper()
	const root = "../.."
	var lines []line
	for name, limit := range map[string]struct {
		start     time.Duration
		megabytes float64
	}{
		"mobilizer-api": {20 * time.Millisecond, 7.5}, "admin-api": {20 * time.Millisecond, 6},
		"pipeline-api": {10 * time.Millisecond, 5}, "public-api": {10 * time.Millisecond, 5},
		"write-export": {10 * time.Millisecond, 5}, "update-metrics": {10 * time.Millisecond, 5},
	} {
		dir := t.TempDir()
		host, target := filepath.Join(dir, "host"), filepath.Join(dir, "bootstrap")
		build(t, root, name, host)
		build(t, root, name, target, "GOOS=linux", "GOARCH=arm64", "CGO_ENABLED=0")
		var took []time.Duration
		for range 15 {
			took = append(took, firstNext(t, host))
		}
		slices.Sort(took)
		median := took[len(took)/2]
		lines = append(lines, line{
			"start of " + name + " to its first call for an event, median of 15",
			fmt.Sprintf("%.1f ms", float64(median.Microseconds())/1000), fmt.Sprintf("<= %d ms", limit.start.Milliseconds()), median <= limit.start,
		})
		size := deflated(t, target) / (1 << 20)
		lines = append(lines, line{"package of " + name + ", arm64", fmt.Sprintf("%.2f MB", size), fmt.Sprintf("<= %.1f MB", limit.megabytes), size <= limit.megabytes})
	}
	slices.SortFunc(lines, func(a, b line) int { return strings.Compare(a.what, b.what) })
	return lines
}

func build(t *testing.T, root, name, to string, env ...string) {
	t.Helper()
	command := exec.CommandContext(t.Context(), "go", "build", "-C", root, "-tags=lambda.norpc", "-trimpath", "-ldflags=-s",
		"-buildvcs=false", "-o", to, "./functions/"+name)
	command.Env = append(os.Environ(), env...)
	output, err := command.CombinedOutput()
	if err != nil {
		t.Fatalf("build %s: %v\n%s", name, err, output)
	}
}

// firstNext starts a function with a Runtime API without events, and returns the time until it requests one.
func firstNext(t *testing.T, binary string) time.Duration {
	t.Helper()
	asked := make(chan time.Time, 1)
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &http.Server{ReadHeaderTimeout: time.Second, Handler: http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if strings.HasSuffix(r.URL.Path, "/runtime/invocation/next") {
			select {
			case asked <- time.Now():
			default:
			}
		}
		<-r.Context().Done()
	})}
	go func() { _ = server.Serve(listener) }()
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	command := exec.CommandContext(ctx, binary)
	command.Env = []string{
		"AWS_LAMBDA_RUNTIME_API=" + listener.Addr().String(), "AWS_REGION=eu-central-1",
		"AWS_ACCESS_KEY_ID=x", "AWS_SECRET_ACCESS_KEY=x", "AWS_LAMBDA_FUNCTION_NAME=bench", "DOWNLOAD_LINK_LIFETIME=5m", "INVITATION_LIFETIME=336h",
	}
	for _, name := range []string{
		"RECORDS_TABLE", "METRICS_TABLE", "JOBS_TABLE", "REQUESTS_TABLE", "VOTERS_TABLE", "LISTS_TABLE",
		"EXPORTS_BUCKET", "VOTER_FILES_BUCKET", "QUARANTINE_BUCKET", "IMPORT_VOTERS_FUNCTION", "AUDIT_METRICS_FUNCTION", "APP_SECRET_ARN", "CLIENT_ID",
	} {
		command.Env = append(command.Env, name+"=bench")
	}
	command.Env = append(command.Env, "ISSUER=http://127.0.0.1:1", "PUBLIC_URL=http://127.0.0.1:1")
	var said bytes.Buffer
	command.Stdout, command.Stderr = &said, &said
	begun := time.Now()
	if err := command.Start(); err != nil {
		t.Fatal(err)
	}
	var took time.Duration
	select {
	case at := <-asked:
		took = at.Sub(begun)
	case <-ctx.Done():
		t.Fatalf("%s never asked for an event: %s", binary, said.String())
	}
	_ = command.Process.Kill()
	_ = command.Wait()
	_ = server.Close()
	return took
}

// deflated returns the size of a file in a zip, in bytes.
func deflated(t *testing.T, file string) float64 {
	t.Helper()
	content, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	var packed bytes.Buffer
	w, err := flate.NewWriter(&packed, flate.DefaultCompression)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write(content); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return float64(packed.Len())
}
