package main

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// hello is a function without libraries, so that it builds quickly.
const hello = `package main

import (
	"net/http"
	"os"
	"strings"
)

func main() {
	api := "http://" + os.Getenv("AWS_LAMBDA_RUNTIME_API") + "/2018-06-01/runtime/invocation/"
	for {
		event, err := http.Get(api + "next")
		if err != nil || event.StatusCode != 200 {
			os.Exit(1)
		}
		id := event.Header.Get("Lambda-Runtime-Aws-Request-Id")
		answer, err := http.Post(api+id+"/response", "application/json", strings.NewReader("\"%s\""))
		if err != nil || answer.StatusCode != 202 {
			os.Exit(1)
		}
	}
}
`

func TestWatch_SavedFile_ReplacesTheFunction(t *testing.T) {
	project, state := t.TempDir(), t.TempDir()
	write := func(name, text string) {
		t.Helper()
		file := filepath.Join(project, name)
		err := os.MkdirAll(filepath.Dir(file), 0o700)
		if err == nil {
			err = os.WriteFile(file, []byte(text), 0o600)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	write("go.mod", "module example\n\ngo 1.26\n")
	write("functions/hello/main.go", fmt.Sprintf(hello, "one"))
	write("template.yaml", `
Transform: AWS::Serverless-2016-10-31
Resources:
  Hello:
    Type: AWS::Serverless::Function
    Properties: {CodeUri: functions/hello/, Runtime: provided.al2023, Handler: bootstrap}
`)
	r := launch(t, "run", "--template", filepath.Join(project, "template.yaml"), "--state", state, "--packages", ".", "--ports", "free",
		"--until-stdin-closes", "--watch")
	says := func() string {
		req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, r.info.Lambda+"/2015-03-31/functions/hello/invocations", strings.NewReader("{}"))
		if err != nil {
			t.Fatal(err)
		}
		req.Header.Set("Authorization", "AWS4-HMAC-SHA256 test")
		status, body := send(t, req)
		if status != http.StatusOK {
			t.Fatalf("invoke: %d %s", status, body)
		}
		return body
	}
	if got := says(); got != `"one"` {
		t.Fatalf("it responds %s", got)
	}
	write("functions/hello/main.go", "package main\n\nfunc main() { broken }\n")
	waitUntil(t, "the build error is logged", func() bool {
		_, body := get(t, "GET", r.info.Control+"/logs?function=local", "")
		return strings.Contains(body, "undefined: broken")
	})
	if got := says(); got != `"one"` {
		t.Errorf("after a failed build it responds %s", got)
	}
	write("functions/hello/main.go", fmt.Sprintf(hello, "two"))
	waitUntil(t, "the new function responds", func() bool { return says() == `"two"` })
}
