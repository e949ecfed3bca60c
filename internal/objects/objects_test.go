package objects_test

import (
	"bufio"
	"bytes"
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/objects"
)

// cloud has the addresses of a local cloud without functions.
var cloud struct {
	S3      string
	Buckets struct{ Exports, VoterFiles string }
	Env     map[string]string
}

func TestMain(m *testing.M) { os.Exit(run(m)) }

func run(m *testing.M) int {
	state, err := os.MkdirTemp("", "kith-objects-")
	if err != nil {
		return failed(err)
	}
	stop, err := start(state)
	if err != nil {
		return failed(err)
	}
	code := m.Run()
	err = stop()
	if err != nil {
		return failed(err)
	}
	if err := os.RemoveAll(state); err != nil {
		return failed(err)
	}
	return code
}

func failed(err error) int {
	fmt.Fprintln(os.Stderr, "the local cloud did not start:", err)
	return 1
}

// start starts the local cloud and returns a function that stops it. The cloud also stops when this process ends.
func start(state string) (func() error, error) {
	const root = "../.."
	binary := filepath.Join(state, "local")
	build, err := exec.Command("go", "build", "-C", root+"/infra/local", "-o", binary, ".").CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("%w: %s", err, build)
	}
	functions, err := filepath.Glob(root + "/functions/*")
	if err != nil {
		return nil, err
	}
	arguments := []string{
		"run", "--template", root + "/template.yaml", "--state", filepath.Join(state, "data"), "--ports", "free",
		"--until-stdin-closes", "--quiet",
	}
	for _, f := range functions {
		arguments = append(arguments, "--without", filepath.Base(f))
	}
	command := exec.Command(binary, arguments...)
	command.Stderr = os.Stderr
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	stop := func() error {
		err := stdin.Close()
		return errors.Join(err, command.Wait())
	}
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	if err == nil {
		err = json.Unmarshal(line, &cloud)
	}
	if err != nil {
		return nil, errors.Join(err, stop())
	}
	return stop, nil
}

func newBucketFixture() *objects.Bucket {
	client := s3.New(s3.Options{
		BaseEndpoint: aws.String(cloud.S3), Region: cloud.Env["AWS_REGION"],
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: cloud.Env["AWS_ACCESS_KEY_ID"], SecretAccessKey: cloud.Env["AWS_SECRET_ACCESS_KEY"]}, nil
		}),
	})
	return objects.NewBucket(client, cloud.Buckets.Exports)
}

func send(t *testing.T, method, url string, headers map[string]string, body []byte) (*http.Response, []byte) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, url, bytes.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer res.Body.Close()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res, got
}

func TestCompleteUpload_ThreeParts_ObjectIsWhole(t *testing.T) {
	b, ctx := newBucketFixture(), t.Context()
	whole := make([]byte, 12<<20)
	if _, err := rand.Read(whole); err != nil {
		t.Fatal(err)
	}
	upload, err := b.CreateUpload(ctx, "exports/o/parts.csv")
	if err != nil {
		t.Fatal(err)
	}
	var tags []string
	for n, part := range [][]byte{whole[:5<<20], whole[5<<20 : 10<<20], whole[10<<20:]} {
		tag, err := b.UploadPart(ctx, "exports/o/parts.csv", upload, n+1, part)
		if err != nil {
			t.Fatal(err)
		}
		tags = append(tags, tag)
	}
	if _, err := b.Open(ctx, "exports/o/parts.csv", "", 0); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("opening an object before the upload is complete: %v", err)
	}
	wrong := append([]string{tags[1]}, tags[1:]...)
	if err := b.CompleteUpload(ctx, "exports/o/parts.csv", upload, wrong); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("completing with a wrong tag: %v", err)
	}
	if err := b.CompleteUpload(ctx, "exports/o/parts.csv", upload, tags); err != nil {
		t.Fatal(err)
	}
	got, err := b.ReadAll(ctx, "exports/o/parts.csv")
	if err != nil || !bytes.Equal(got, whole) {
		t.Errorf("read %d bytes of %d, %v", len(got), len(whole), err)
	}
	if err := b.CompleteUpload(ctx, "exports/o/parts.csv", upload, tags); err != nil && !fault.Is(err, fault.KindNotFound) {
		t.Errorf("completing an upload twice: %v", err) // S3 may accept it or answer NoSuchUpload
	}
}

func TestAbortUpload_Parts_AreRemoved(t *testing.T) {
	b, ctx := newBucketFixture(), t.Context()
	upload, err := b.CreateUpload(ctx, "exports/o/aborted.csv")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.UploadPart(ctx, "exports/o/aborted.csv", upload, 1, []byte("a")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.AbortUpload(ctx, "exports/o/aborted.csv", upload); err != nil {
			t.Errorf("abort: %v", err)
		}
	}
	if _, err := b.UploadPart(ctx, "exports/o/aborted.csv", upload, 2, []byte("b")); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("a part of an aborted upload: %v", err)
	}
}

func TestDelete_Object_DoesNotExistAfterwards(t *testing.T) {
	b, ctx := newBucketFixture(), t.Context()
	if err := b.Put(ctx, "exports/o/1.tail", []byte("one,two")); err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := b.Delete(ctx, "exports/o/1.tail"); err != nil {
			t.Errorf("delete: %v", err)
		}
	}
	if _, err := b.ReadAll(ctx, "exports/o/1.tail"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("reading a deleted object: %v", err)
	}
}

func TestList_Prefix_ReturnsItsKeys(t *testing.T) {
	b, ctx := newBucketFixture(), t.Context()
	const prefix = "scheduled/o/c/s/"
	for _, key := range []string{prefix + "e/j/1.csv", prefix + "e/j/1.manifest.json", prefix + "f/j/1.csv", "scheduled/o/c/s2/e/j/1.csv"} {
		if err := b.Put(ctx, key, []byte("a\n")); err != nil {
			t.Fatal(err)
		}
	}
	if err := b.Delete(ctx, prefix+"f/j/1.csv"); err != nil {
		t.Fatal(err)
	}
	if err := b.Delete(ctx, prefix+"f/j/1.csv"); err != nil {
		t.Errorf("deleting again: %v", err)
	}
	got, err := b.List(ctx, prefix)
	want := []string{prefix + "e/j/1.csv", prefix + "e/j/1.manifest.json"}
	if err != nil || !slices.Equal(got, want) {
		t.Errorf("listed %v, %v, want %v", got, err, want)
	}
	if got, err = b.List(ctx, "scheduled/none/"); err != nil || len(got) != 0 {
		t.Errorf("listed without matches: %v, %v", got, err)
	}
}

func TestOpen_WithTag_ReplacedObjectConflicts(t *testing.T) {
	b, ctx := newBucketFixture(), t.Context()
	if err := b.Put(ctx, "exports/o/f.csv", []byte("one,two")); err != nil {
		t.Fatal(err)
	}
	link, err := b.DownloadLink(ctx, "exports/o/f.csv", "f.csv", time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	res, _ := send(t, http.MethodGet, link, nil, nil)
	tag := strings.Trim(res.Header.Get("ETag"), `"`)
	body, err := b.Open(ctx, "exports/o/f.csv", tag, 4)
	if err != nil {
		t.Fatal(err)
	}
	rest, err := io.ReadAll(body)
	if err != nil || string(rest) != "two" {
		t.Errorf("from byte 4: %q, %v", rest, err)
	}
	if err := body.Close(); err != nil {
		t.Error(err)
	}
	if err := b.Put(ctx, "exports/o/f.csv", []byte("three,four")); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Open(ctx, "exports/o/f.csv", tag, 4); !fault.Is(err, fault.KindConflict) {
		t.Errorf("opening a replaced object: %v", err)
	}
	if _, err := b.ReadAll(ctx, "exports/o/none.csv"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("reading a missing object: %v", err)
	}
}

func TestUploadLink_WithSize_AcceptsFilesOfThatSizeOnly(t *testing.T) {
	b, ctx := newBucketFixture(), t.Context()
	link, err := b.UploadLink(ctx, "exports/o/sized.csv", 4, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	if link.Headers["Content-Length"] != "" || link.Headers["Content-Type"] == "" {
		t.Errorf("headers to send: %v; browsers set the length themselves", link.Headers)
	}
	for _, c := range []struct {
		body   string
		status int
	}{{"a,b,c\n", http.StatusForbidden}, {"a\n", http.StatusForbidden}, {"a,b\n", http.StatusOK}} {
		if res, reply := send(t, link.Method, link.URL, link.Headers, []byte(c.body)); res.StatusCode != c.status {
			t.Errorf("%d bytes: %s %s", len(c.body), res.Status, reply)
		}
	}
}

func TestLinks_UploadAndDownload_OnlyAsSigned(t *testing.T) {
	b, ctx := newBucketFixture(), t.Context()
	upload, err := b.UploadLink(ctx, "exports/o/up.csv", 0, time.Minute)
	if err != nil {
		t.Fatal(err)
	}
	res, reply := send(t, upload.Method, upload.URL, upload.Headers, []byte("a,b\n"))
	if res.StatusCode != http.StatusOK {
		t.Fatalf("upload: %s %s", res.Status, reply)
	}
	link, err := b.DownloadLink(ctx, "exports/o/up.csv", "neighbors_contacts.csv", 2*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	res, got := send(t, http.MethodGet, link, nil, nil)
	if string(got) != "a,b\n" || res.Header.Get("Content-Disposition") != `attachment; filename="neighbors_contacts.csv"` ||
		res.Header.Get("Content-Type") != "text/csv; charset=utf-8" {
		t.Errorf("download: %s, %q, %v", res.Status, got, res.Header)
	}
	for change, changed := range map[string]string{
		"another key":    strings.Replace(link, "up.csv", "f.csv", 1),
		"another name":   strings.Replace(link, "neighbors_contacts", "evil", 1),
		"another expiry": strings.Replace(link, "X-Amz-Expires=2", "X-Amz-Expires=900", 1),
	} {
		if res, _ := send(t, http.MethodGet, changed, nil, nil); res.StatusCode != http.StatusForbidden {
			t.Errorf("a link changed to %s answers %s", change, res.Status)
		}
	}
	if res, _ := send(t, http.MethodPut, link, nil, []byte("x")); res.StatusCode == http.StatusOK {
		t.Error("a download link accepts an upload")
	}
	expired := false
	for deadline := time.Now().Add(10 * time.Second); !expired && time.Now().Before(deadline); {
		res, _ := send(t, http.MethodGet, link, nil, nil)
		expired = res.StatusCode == http.StatusForbidden
	}
	if !expired {
		t.Error("the link works long after its expiry")
	}
	if _, err := b.DownloadLink(ctx, "exports/o/up.csv", "a\"\r\nX: y", time.Minute); err == nil {
		t.Error("a file name with a line break is accepted")
	}
}
