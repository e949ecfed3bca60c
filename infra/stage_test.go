package infra

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// stageFixture runs tools/stage.py against a server that answers as AWS would for one stack, and records the calls that
// change something. The sam command is a script that records its arguments.
type stageFixture struct {
	mu     sync.Mutex
	status string // of the stack; empty if there is none
	calls  []string
	dir    string
	server *httptest.Server
}

func newStageFixture(t *testing.T, status string) *stageFixture {
	t.Helper()
	f := &stageFixture{status: status, dir: t.TempDir()}
	f.server = httptest.NewServer(http.HandlerFunc(f.answer))
	t.Cleanup(f.server.Close)
	script := "#!/bin/sh\necho \"sam $*\" >>" + f.dir + "/sam.log\n"
	err := os.WriteFile(filepath.Join(f.dir, "sam"), []byte(script), 0o700)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func (f *stageFixture) answer(w http.ResponseWriter, r *http.Request) {
	f.mu.Lock()
	defer f.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	if target := r.Header.Get("X-Amz-Target"); target != "" { // DynamoDB, Cognito and Secrets Manager
		_, action, _ := strings.Cut(target, ".")
		f.calls = append(f.calls, action+" "+jsonValue(body, "TableName", "UserPoolId", "SecretId"))
		fmt.Fprint(w, "{}")
		return
	}
	if !strings.Contains(r.Header.Get("Authorization"), "/cloudformation/") { // S3
		f.answerS3(w, r, string(body))
		return
	}
	form, _ := url.ParseQuery(string(body))
	action := form.Get("Action")
	switch action {
	case "DescribeStacks":
		if f.status == "" {
			w.WriteHeader(http.StatusBadRequest)
			fmt.Fprint(w, `<ErrorResponse><Error><Code>ValidationError</Code><Message>Stack with id kith-dev does not exist</Message></Error></ErrorResponse>`)
			return
		}
		fmt.Fprintf(w, `<DescribeStacksResponse><DescribeStacksResult><Stacks><member><StackName>s</StackName><StackStatus>%s</StackStatus>
			<CreationTime>2026-01-01T00:00:00Z</CreationTime><Parameters>
			<member><ParameterKey>Stage</ParameterKey><ParameterValue>staging</ParameterValue></member>
			<member><ParameterKey>DeletionProtection</ParameterKey><ParameterValue>true</ParameterValue></member>
			</Parameters></member></Stacks></DescribeStacksResult></DescribeStacksResponse>`, f.status)
		return
	case "ListStackResources":
		fmt.Fprint(w, `<ListStackResourcesResponse><ListStackResourcesResult><StackResourceSummaries>`)
		for _, r := range [][2]string{
			{"AWS::DynamoDB::Table", "records-1"},
			{"AWS::S3::Bucket", "exports-1"},
			{"AWS::Cognito::UserPool", "pool-1"},
			{"AWS::SecretsManager::Secret", "secret-1"},
			{"AWS::Lambda::Function", "admin-api"},
		} {
			fmt.Fprintf(w, `<member><LogicalResourceId>X</LogicalResourceId><ResourceType>%s</ResourceType><PhysicalResourceId>%s</PhysicalResourceId>
				<ResourceStatus>CREATE_COMPLETE</ResourceStatus><LastUpdatedTimestamp>2026-01-01T00:00:00Z</LastUpdatedTimestamp></member>`, r[0], r[1])
		}
		fmt.Fprint(w, `</StackResourceSummaries></ListStackResourcesResult></ListStackResourcesResponse>`)
		return
	case "UpdateStack":
		var set []string
		for i := 1; form.Has(fmt.Sprintf("Parameters.member.%d.ParameterKey", i)); i++ {
			member := fmt.Sprintf("Parameters.member.%d.", i)
			if value := form.Get(member + "ParameterValue"); value != "" {
				set = append(set, form.Get(member+"ParameterKey")+"="+value)
			}
		}
		action += " " + strings.Join(set, " ")
		f.status = "UPDATE_COMPLETE"
	case "DeleteStack":
		f.status = ""
	}
	f.calls = append(f.calls, action)
	name := form.Get("Action")
	fmt.Fprintf(w, `<%[1]sResponse><%[1]sResult><StackId>s</StackId></%[1]sResult></%[1]sResponse>`, name)
}

func (f *stageFixture) answerS3(w http.ResponseWriter, r *http.Request, body string) {
	switch r.Method {
	case http.MethodGet:
		fmt.Fprint(w, `<ListVersionsResult><IsTruncated>false</IsTruncated>
			<Version><Key>a.csv</Key><VersionId>1</VersionId></Version><Version><Key>a.csv</Key><VersionId>2</VersionId></Version>
			<DeleteMarker><Key>b.csv</Key><VersionId>3</VersionId></DeleteMarker></ListVersionsResult>`)
	case http.MethodPost:
		f.calls = append(f.calls, fmt.Sprintf("DeleteObjects %s: %d", r.URL.Path, strings.Count(body, "<VersionId>")))
		fmt.Fprint(w, `<DeleteResult/>`)
	default: // the bucket is gone with its stack
		w.WriteHeader(http.StatusNotFound)
		fmt.Fprint(w, `<Error><Code>NoSuchBucket</Code><Message>no such bucket</Message></Error>`)
	}
}

func jsonValue(body []byte, keys ...string) string {
	var fields map[string]any
	_ = json.Unmarshal(body, &fields)
	for _, key := range keys {
		if value, ok := fields[key].(string); ok {
			return value
		}
	}
	return ""
}

// run returns what stage.py printed, the calls that it made, and its error.
func (f *stageFixture) run(t *testing.T, answer string, args ...string) (string, []string, error) {
	t.Helper()
	const python = "../.tools/venv/bin/python"
	if _, err := os.Stat(python); err != nil {
		t.Fatalf("boto3 is missing; `make installed` installs it: %v", err)
	}
	cmd := exec.CommandContext(t.Context(), python, append([]string{"tools/stage.py"}, args...)...)
	cmd.Stdin = strings.NewReader(answer + "\n")
	cmd.Env = append(os.Environ(), "PATH="+f.dir+":"+os.Getenv("PATH"), "AWS_ENDPOINT_URL="+f.server.URL, "AWS_ACCESS_KEY_ID=x",
		"AWS_SECRET_ACCESS_KEY=x", "AWS_REGION=eu-central-1", "AWS_DEFAULT_REGION=eu-central-1", "STAGE_WAIT_SECONDS=0")
	out, err := cmd.CombinedOutput()
	sam, _ := os.ReadFile(filepath.Join(f.dir, "sam.log"))
	return string(out), slices.Concat(f.calls, strings.Split(strings.TrimSuffix(string(sam), "\n"), "\n")), err
}

func TestStage_Deploy_ProtectsDataOnceTheStackExists(t *testing.T) {
	t.Parallel()
	deployed := func(protection string) string {
		return "sam deploy --config-env staging --parameter-overrides Stage=staging LogRetention=14 MailIdentity=staging.kith.example DeletionProtection=" + protection
	}
	for name, test := range map[string]struct {
		status string
		want   []string
	}{
		"no stack":                     {"", []string{deployed("false"), deployed("true")}},
		"the first deployment failed":  {"ROLLBACK_COMPLETE", []string{"DeleteStack", deployed("false"), deployed("true")}},
		"the first change set is left": {"REVIEW_IN_PROGRESS", []string{"DeleteStack", deployed("false"), deployed("true")}},
		"an existing stack":            {"UPDATE_ROLLBACK_COMPLETE", []string{deployed("true")}},
	} {
		t.Run(name, func(t *testing.T) {
			out, calls, err := newStageFixture(t, test.status).run(t, "", "deploy", "staging")
			if err != nil {
				t.Fatalf("%v\n%s", err, out)
			}
			if diff := cmp.Diff(test.want, calls); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestStage_DeployWithRole_SetsTheBoundaryOfTheStage(t *testing.T) {
	t.Parallel()
	const role = "arn:aws:iam::123456789012:role/kith-dev-make"
	out, calls, err := newStageFixture(t, "CREATE_COMPLETE").run(t, "", "deploy", "dev", "--role-arn", role)
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := []string{"sam deploy --config-env dev --parameter-overrides Stage=dev LogRetention=7 MailIdentity=dev.kith.example" +
		" DeletionProtection=false PermissionsBoundary=arn:aws:iam::123456789012:policy/kith-dev-boundary --role-arn " + role}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Error(diff)
	}
}

func TestStage_Destroy_DeletesEverythingAfterTheName(t *testing.T) {
	t.Parallel()
	out, calls, err := newStageFixture(t, "CREATE_COMPLETE").run(t, "staging", "destroy", "staging")
	if err != nil {
		t.Fatalf("%v\n%s", err, out)
	}
	want := []string{
		"UpdateStack DeletionProtection=false", "DeleteObjects /exports-1: 3", "DeleteStack",
		"DeleteTable records-1", "DeleteUserPool pool-1", "DeleteSecret secret-1", "",
	}
	if diff := cmp.Diff(want, calls); diff != "" {
		t.Errorf("%s\n%s", diff, out)
	}
}

func TestStage_Destroy_RefusesWithoutNameOrSecondWord(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status, answer string
		args           []string
		says           string
	}{
		"another answer": {"CREATE_COMPLETE", "yes", []string{"destroy", "staging"}, "Nothing was deleted: the answer was not staging."},
		"no answer":      {"CREATE_COMPLETE", "", []string{"destroy", "staging"}, "Nothing was deleted: the answer was not staging."},
		"prod":           {"CREATE_COMPLETE", "prod", []string{"destroy", "prod"}, "To delete it, add DELETE=production."},
		"no stack":       {"", "dev", []string{"destroy", "dev"}, "There is no stack kith-dev in this account and region."},
	} {
		t.Run(name, func(t *testing.T) {
			out, calls, err := newStageFixture(t, test.status).run(t, test.answer, test.args...)
			if err == nil || !strings.Contains(out, test.says) {
				t.Errorf("it ended with %v and printed:\n%s\nwant %q", err, out, test.says)
			}
			if diff := cmp.Diff([]string{""}, calls); diff != "" {
				t.Error(diff)
			}
		})
	}
}
