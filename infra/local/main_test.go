package main

import (
	"bytes"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"

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
	key := secretValue(t, first.info)
	_ = first.stdin.Close()
	<-first.ended
	second := start(t, state)
	a, b := first.info, second.info
	if a.API != b.API || a.Site != b.Site || a.Issuer != b.Issuer || a.Control != b.Control || a.DynamoDB != b.DynamoDB {
		t.Errorf("other ports:\n%+v\n%+v", a, b)
	}
	if again := secretValue(t, b); again != key || len(key) != 40 {
		t.Errorf("another secret: %q, then %q", key, again)
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

// secretValue returns the value of the template's secret, as a function reads it.
func secretValue(t *testing.T, info cloud.Info) string {
	t.Helper()
	endpoint := info.Env["AWS_ENDPOINT_URL_SECRETS_MANAGER"]
	client := secretsmanager.New(secretsmanager.Options{
		BaseEndpoint: &endpoint, Region: info.Env["AWS_REGION"],
		Credentials: credentials.NewStaticCredentialsProvider(info.Env["AWS_ACCESS_KEY_ID"], info.Env["AWS_SECRET_ACCESS_KEY"], ""),
	})
	out, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String(info.Secrets["Key"])})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.SecretString)
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

func TestRun_Template_ConnectsItsResources(t *testing.T) {
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

func TestCommands_InvokeAndList_PrintResults(t *testing.T) {
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
