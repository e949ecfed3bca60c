package main

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"io"
	"net/http"
	"os/exec"
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
