package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/aws/aws-sdk-go-v2/service/s3"

	"github.com/kithhq/kith/infra/local/cloud"
)

var (
	program string // this module's program
	built   string // the folder of built functions
)

func TestMain(m *testing.M) {
	folder, err := os.MkdirTemp("", "local")
	if err != nil {
		panic(err)
	}
	program = filepath.Join(folder, "local")
	built = filepath.Join(folder, "functions")
	for _, args := range [][]string{
		{"build", "-o", program, "."},
		{"build", "-tags", "lambda.norpc", "-o", filepath.Join(built, "probe", "bootstrap"), "./internal/probe"},
	} {
		out, err := exec.Command("go", args...).CombinedOutput()
		if err != nil {
			panic(string(out))
		}
	}
	code := m.Run()
	_ = os.RemoveAll(folder)
	os.Exit(code)
}

// running is a local cloud in its own process.
type running struct {
	cmd   *exec.Cmd
	stdin io.Closer
	info  cloud.Info
	log   *bytes.Buffer
	ended chan struct{} // closed once the process has ended
}

func start(t *testing.T, state string, more ...string) *running {
	t.Helper()
	return launch(t, append([]string{
		"run", "--template", "testdata/template.yaml", "--state", state, "--bin", built, "--packages", ".", "--site", "testdata/site",
		"--until-stdin-closes",
	}, more...)...)
}

// launch starts the program and waits for its addresses.
func launch(t *testing.T, args ...string) *running {
	t.Helper()
	r := &running{cmd: exec.Command(program, args...), log: &bytes.Buffer{}, ended: make(chan struct{})}
	r.cmd.Stderr = r.log
	stdin, err := r.cmd.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	r.stdin = stdin
	out, err := r.cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	err = r.cmd.Start()
	if err != nil {
		t.Fatal(err)
	}
	lines := bufio.NewReader(out)
	line, err := lines.ReadString('\n')
	if err != nil {
		_ = r.cmd.Wait()
		t.Fatalf("it did not start: %v\n%s", err, r.log)
	}
	err = json.Unmarshal([]byte(line), &r.info)
	if err != nil {
		t.Fatalf("%v in %s", err, line)
	}
	go func() {
		_ = r.cmd.Wait()
		close(r.ended)
	}()
	t.Cleanup(func() {
		_ = stdin.Close()
		<-r.ended
	})
	return r
}

// children returns the descendants of a process.
func children(t *testing.T, pid int) []int {
	t.Helper()
	out, err := exec.Command("ps", "-A", "-o", "pid=,ppid=").Output()
	if err != nil {
		t.Fatal(err)
	}
	parents := map[int]int{}
	for line := range strings.Lines(string(out)) {
		fields := strings.Fields(line)
		child, errChild := strconv.Atoi(fields[0])
		parent, errParent := strconv.Atoi(fields[1])
		if errChild == nil && errParent == nil {
			parents[child] = parent
		}
	}
	var found []int
	for child := range parents {
		for up := child; up != 0; up = parents[up] {
			if parents[up] == pid {
				found = append(found, child)
				break
			}
		}
	}
	return found
}

func haveEnded(pids []int) bool {
	for _, pid := range pids {
		if syscall.Kill(pid, 0) == nil {
			return false
		}
	}
	return true
}

func TestRun_End_LeavesNoProcess(t *testing.T) {
	for name, end := range map[string]func(*running) error{
		"ctrl-C":              func(r *running) error { return r.cmd.Process.Signal(os.Interrupt) },
		"SIGTERM":             func(r *running) error { return r.cmd.Process.Signal(syscall.SIGTERM) },
		"kill -9":             func(r *running) error { return r.cmd.Process.Kill() },
		"standard input ends": func(r *running) error { return r.stdin.Close() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := start(t, t.TempDir(), "--ports", "free")
			pids := children(t, r.cmd.Process.Pid)
			if len(pids) < 3 {
				t.Fatalf("want an engine, an issuer and a function: %v", pids)
			}
			err := end(r)
			if err != nil {
				t.Fatal(err)
			}
			<-r.ended
			waitUntil(t, "all its processes have ended", func() bool { return haveEnded(pids) })
		})
	}
}

func TestRun_Restart_KeepsPortsSecretsAndData(t *testing.T) {
	state := t.TempDir()
	first := start(t, state)
	put(t, first.info, "kept")
	_ = first.stdin.Close()
	<-first.ended
	second := start(t, state)
	a, b := first.info, second.info
	if a.API != b.API || a.Site != b.Site || a.Issuer != b.Issuer || a.Control != b.Control || a.DynamoDB != b.DynamoDB {
		t.Errorf("other ports:\n%+v\n%+v", a, b)
	}
	if a.Secrets["Key"] != b.Secrets["Key"] || len(a.Secrets["Key"]) != 40 {
		t.Errorf("another secret: %q, then %q", a.Secrets["Key"], b.Secrets["Key"])
	}
	rows, err := tables(b).Scan(t.Context(), &dynamodb.ScanInput{TableName: aws.String(b.Tables["Rows"])})
	if err != nil || rows.Count != 1 {
		t.Errorf("the data is missing: %v %v", rows, err)
	}
	out, err := exec.Command(program, "run", "--template", "testdata/template.yaml", "--state", state, "--bin", built).CombinedOutput()
	if err == nil || !strings.Contains(string(out), "a local cloud is running") {
		t.Errorf("a second run on the same folder: %v %s", err, out)
	}
}

func TestRun_ServiceCrash_EndsWithItsLog(t *testing.T) {
	r := start(t, t.TempDir(), "--ports", "free", "--quiet")
	out, err := exec.Command("ps", "-A", "-o", "pid=,args=").Output()
	if err != nil {
		t.Fatal(err)
	}
	own := children(t, r.cmd.Process.Pid)
	for line := range strings.Lines(string(out)) {
		pid, _ := strconv.Atoi(strings.Fields(line)[0])
		for _, child := range own {
			if child == pid && strings.Contains(line, "dynoxide") {
				err = syscall.Kill(pid, syscall.SIGKILL)
				if err != nil {
					t.Fatal(err)
				}
			}
		}
	}
	<-r.ended
	if r.cmd.ProcessState.ExitCode() != 1 || !strings.Contains(r.log.String(), "dynamodb crashed") {
		t.Errorf("it ended with %d:\n%s", r.cmd.ProcessState.ExitCode(), r.log)
	}
	waitUntil(t, "all its processes have ended", func() bool { return haveEnded(own) })
}

func TestRun_ConnectsTheTemplatesResources(t *testing.T) {
	info := start(t, t.TempDir(), "--ports", "free").info
	status, body := get(t, "POST", info.API+"/open/a/b?x=1", `{"hello":"world"}`)
	if status != 200 || !strings.Contains(body, `"routeKey":"ANY /open/{proxy+}"`) || !strings.Contains(body, `{\"hello\":\"world\"}`) {
		t.Errorf("an open route: %d %s", status, body)
	}
	status, body = get(t, "GET", info.API+"/closed", "")
	if status != 401 || body != `{"message":"Unauthorized"}` {
		t.Errorf("a closed route without a token: %d %s", status, body)
	}
	status, body = get(t, "GET", info.Site+"/some/page", "")
	if status != 200 || !strings.Contains(body, "<title>home</title>") {
		t.Errorf("a page of the site: %d %s", status, body)
	}

	status, body = get(t, "POST", info.Control+"/clock", `{"at":"2030-01-02T03:04:05Z"}`)
	if status != 200 || !strings.Contains(body, `"now":"2030-01-02T03:04:0`) {
		t.Errorf("the clock: %d %s", status, body)
	}
	_, body = get(t, "GET", info.API+"/open/x", "")
	if !strings.Contains(body, `"time":"02/Jan/2030:03:04:0`) {
		t.Errorf("a request after the clock was set: %s", body)
	}

	put(t, info, "one")
	waitUntil(t, "the stream is delivered", func() bool {
		_, body := get(t, "GET", info.Control+"/streams", "")
		return strings.Contains(body, `"idle":true`)
	})
	logged := func(what string) func() bool {
		return func() bool {
			_, body := get(t, "GET", info.Control+"/logs?function=probe", "")
			return strings.Contains(body, what)
		}
	}
	waitUntil(t, "the function got the record", logged(`aws:dynamodb`))
	status, body = get(t, "POST", info.Control+"/schedule/probe", "")
	if status != 202 {
		t.Errorf("fire a schedule: %d %s", status, body)
	}
	waitUntil(t, "the schedule fired", logged(`aws.events`))
	files := buckets(info)
	_, err := files.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(info.Buckets["Files"]), Key: aws.String("up/loaded"), Body: strings.NewReader("x"),
	})
	if err != nil {
		t.Error(err)
	}
	waitUntil(t, "the function has the object event", logged("aws:s3"))
	_, err = files.PutObject(t.Context(), &s3.PutObjectInput{
		Bucket: aws.String(info.Buckets["Pages"]), Key: aws.String("index.html"), Body: strings.NewReader("<p>uploaded"),
		ContentType: aws.String("text/html"),
	})
	if err != nil {
		t.Error(err)
	}
	status, body = get(t, "GET", info.Site, "")
	if status != 200 || body != "<p>uploaded" {
		t.Errorf("an uploaded page replaces the folder's: %d %s", status, body)
	}
	status, body = get(t, "POST", info.Mail+"/v2/email/outbound-emails", `{"FromEmailAddress":"a@example.org","ConfigurationSetName":"mail",`+
		`"Destination":{"ToAddresses":["b@example.net"]},"Content":{"Simple":{"Subject":{"Data":"s"},"Body":{"Text":{"Data":"t"}}}}}`)
	if status != 200 {
		t.Errorf("send mail: %d %s", status, body)
	}
	waitUntil(t, "the function has the delivery event", logged("aws:sns"))
	status, body = get(t, "POST", info.Control+"/kill", `{"function":"probe"}`)
	if status != 200 || body == `{"killed":0}`+"\n" {
		t.Errorf("kill a function: %d %s", status, body)
	}
	status, body = get(t, "POST", info.Control+"/services/dynamodb/restart", "")
	if status != 200 {
		t.Errorf("restart a service: %d %s", status, body)
	}
	put(t, info, "two")
	status, body = get(t, "POST", info.Control+"/services/s3/restart", "")
	if status != 200 {
		t.Errorf("restart a service: %d %s", status, body)
	}
	status, body = get(t, "POST", info.Control+"/services/nothing/restart", "")
	if status != 404 {
		t.Errorf("restart an unknown service: %d %s", status, body)
	}
}

func TestCommands_InvokeAndList(t *testing.T) {
	state := t.TempDir()
	event := filepath.Join(t.TempDir(), "event.json")
	err := os.WriteFile(event, []byte(`{"do":"echo","text":"hello"}`), 0o600)
	if err != nil {
		t.Fatal(err)
	}
	args := []string{"invoke", "--template", "testdata/template.yaml", "--state", state, "--bin", built, "--packages", ".", "probe", event}
	for _, where := range []string{"in a new one", "in the running one"} {
		if where == "in the running one" {
			start(t, state)
		}
		cmd := exec.Command(program, args...)
		var log bytes.Buffer
		cmd.Stderr = &log
		out, err := cmd.Output()
		if err != nil || !strings.Contains(string(out), `"text": "hello"`) || !strings.Contains(log.String(), "probe: command: echo hello") {
			t.Errorf("%s: %v\n%s\n%s", where, err, out, &log)
		}
	}
	out, err := exec.Command(program, "list", "--template", "testdata/template.yaml").CombinedOutput()
	for _, want := range []string{
		"replaced\n", "AWS::CloudFront::Distribution DistributionConfig.Enabled", "ignored\n", "testdata/template.yaml:",
	} {
		if err != nil || !strings.Contains(string(out), want) {
			t.Errorf("list: %v, without %q:\n%s", err, want, out)
		}
	}
}

func get(t *testing.T, method, address, body string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, address, strings.NewReader(body))
	if err != nil {
		t.Fatal(err)
	}
	req.Header.Set("Content-Type", "application/json")
	return send(t, req)
}

func send(t *testing.T, req *http.Request) (int, string) {
	t.Helper()
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	got, err := io.ReadAll(res.Body)
	if err != nil {
		t.Fatal(err)
	}
	return res.StatusCode, string(got)
}

func keys(info cloud.Info) aws.CredentialsProviderFunc {
	return func(context.Context) (aws.Credentials, error) {
		return aws.Credentials{AccessKeyID: info.Env["AWS_ACCESS_KEY_ID"], SecretAccessKey: info.Env["AWS_SECRET_ACCESS_KEY"]}, nil
	}
}

func buckets(info cloud.Info) *s3.Client {
	return s3.New(s3.Options{Region: info.Env["AWS_REGION"], BaseEndpoint: aws.String(info.S3), UsePathStyle: true, Credentials: keys(info)})
}

func tables(info cloud.Info) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		Region: info.Env["AWS_REGION"], BaseEndpoint: aws.String(info.DynamoDB),
		Credentials: keys(info),
	})
}

func put(t *testing.T, info cloud.Info, key string) {
	t.Helper()
	_, err := tables(info).PutItem(t.Context(), &dynamodb.PutItemInput{
		TableName: aws.String(info.Tables["Rows"]), Item: map[string]types.AttributeValue{"PK": &types.AttributeValueMemberS{Value: key}},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func waitUntil(t *testing.T, what string, holds func() bool) {
	t.Helper()
	deadline := time.Now().Add(15 * time.Second)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		if time.Now().After(deadline) {
			t.Fatalf("timed out waiting until %s", what)
		}
		<-tick.C
	}
}
