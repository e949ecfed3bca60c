package secrets

import (
	"errors"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/credentials"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager"
	"github.com/aws/aws-sdk-go-v2/service/secretsmanager/types"
	"github.com/aws/smithy-go"
)

const arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:kith/app-local1"

// newStoreFixture returns a client of a store with one secret, and the path of the store's file.
func newStoreFixture(t *testing.T) (*secretsmanager.Client, string) {
	t.Helper()
	path := filepath.Join(t.TempDir(), "secrets.json")
	s, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	_, err = s.Value("kith/app", func() (string, error) { return "first", nil })
	if err != nil {
		t.Fatal(err)
	}
	s.Serve("kith/app", arn)
	server := httptest.NewServer(s)
	t.Cleanup(server.Close)
	return secretsmanager.New(secretsmanager.Options{
		BaseEndpoint: &server.URL, Region: "us-east-1", Credentials: credentials.NewStaticCredentialsProvider("local", "local", ""), RetryMaxAttempts: 1,
	}), path
}

func get(t *testing.T, client *secretsmanager.Client, in secretsmanager.GetSecretValueInput) *secretsmanager.GetSecretValueOutput {
	t.Helper()
	if in.SecretId == nil {
		in.SecretId = aws.String("kith/app")
	}
	out, err := client.GetSecretValue(t.Context(), &in)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func put(t *testing.T, client *secretsmanager.Client, value string) string {
	t.Helper()
	out, err := client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: aws.String("kith/app"), SecretString: &value})
	if err != nil {
		t.Fatal(err)
	}
	return aws.ToString(out.VersionId)
}

func TestGetSecretValue_NameOrArn_ReturnsCurrentVersion(t *testing.T) {
	t.Parallel()
	client, _ := newStoreFixture(t)
	for _, id := range []string{"kith/app", arn, strings.TrimSuffix(arn, "-local1")} {
		out := get(t, client, secretsmanager.GetSecretValueInput{SecretId: &id})
		if *out.SecretString != "first" || *out.ARN != arn || *out.Name != "kith/app" || !slices.Equal(out.VersionStages, []string{"AWSCURRENT"}) || out.CreatedDate.IsZero() {
			t.Errorf("%s: got %+v", id, out)
		}
	}
}

func TestPutSecretValue_NewVersion_MovesStages(t *testing.T) {
	t.Parallel()
	client, path := newStoreFixture(t)
	first := *get(t, client, secretsmanager.GetSecretValueInput{}).VersionId
	second := put(t, client, "second")
	third := put(t, client, "third")

	for _, want := range []struct {
		in     secretsmanager.GetSecretValueInput
		value  string
		id     string
		stages []string
	}{
		{secretsmanager.GetSecretValueInput{}, "third", third, []string{"AWSCURRENT"}},
		{secretsmanager.GetSecretValueInput{VersionStage: aws.String("AWSPREVIOUS")}, "second", second, []string{"AWSPREVIOUS"}},
		{secretsmanager.GetSecretValueInput{VersionId: &first}, "first", first, nil},
		{secretsmanager.GetSecretValueInput{VersionId: &second, VersionStage: aws.String("AWSPREVIOUS")}, "second", second, []string{"AWSPREVIOUS"}},
	} {
		out := get(t, client, want.in)
		if *out.SecretString != want.value || *out.VersionId != want.id || !slices.Equal(out.VersionStages, want.stages) {
			t.Errorf("got %s %s %v; want %s %s %v", *out.SecretString, *out.VersionId, out.VersionStages, want.value, want.id, want.stages)
		}
	}
	again, err := Open(path)
	if err != nil {
		t.Fatal(err)
	}
	value, err := again.Value("kith/app", func() (string, error) { return "", errors.New("generated again") })
	if err != nil || value != "third" {
		t.Errorf("after a restart the value is %q, %v; want third", value, err)
	}
}

func TestPutSecretValue_RepeatedRequest_HasNoEffect(t *testing.T) {
	t.Parallel()
	client, _ := newStoreFixture(t)
	in := &secretsmanager.PutSecretValueInput{
		SecretId: aws.String(arn), SecretString: aws.String("second"), ClientRequestToken: aws.String("00000000-0000-0000-0000-000000000002"),
	}
	for range 2 {
		out, err := client.PutSecretValue(t.Context(), in)
		if err != nil || *out.VersionId != *in.ClientRequestToken {
			t.Fatalf("got %+v, %v", out, err)
		}
	}
	previous := get(t, client, secretsmanager.GetSecretValueInput{VersionStage: aws.String("AWSPREVIOUS")})
	if *previous.SecretString != "first" {
		t.Errorf("the previous version is %s; want first", *previous.SecretString)
	}
	in.SecretString = aws.String("another")
	_, err := client.PutSecretValue(t.Context(), in)
	if _, exists := errors.AsType[*types.ResourceExistsException](err); !exists {
		t.Errorf("another value with the same token: %v; want ResourceExistsException", err)
	}
}

func TestServe_ImpossibleRequests_ReturnTheirErrors(t *testing.T) {
	t.Parallel()
	client, _ := newStoreFixture(t)
	id := *get(t, client, secretsmanager.GetSecretValueInput{}).VersionId
	for name, test := range map[string]struct {
		call func() error
		code string
		says string
	}{
		"no such secret": {func() error {
			_, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String("other")})
			return err
		}, "ResourceNotFoundException", "can't find the specified secret."},
		"no such stage": {func() error {
			_, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{SecretId: aws.String(arn), VersionStage: aws.String("AWSPREVIOUS")})
			return err
		}, "ResourceNotFoundException", "staging label: AWSPREVIOUS"},
		"a stage of another version": {func() error {
			_, err := client.GetSecretValue(t.Context(), &secretsmanager.GetSecretValueInput{
				SecretId: aws.String(arn), VersionId: &id, VersionStage: aws.String("AWSPENDING"),
			})
			return err
		}, "InvalidRequestException", "not associated"},
		"a binary value": {func() error {
			_, err := client.PutSecretValue(t.Context(), &secretsmanager.PutSecretValueInput{SecretId: aws.String(arn), SecretBinary: []byte("x")})
			return err
		}, "InvalidParameterException", "SecretBinary"},
		"another operation": {func() error {
			_, err := client.RotateSecret(t.Context(), &secretsmanager.RotateSecretInput{SecretId: aws.String(arn)})
			return err
		}, "UnknownOperationException", "RotateSecret"},
	} {
		err := test.call()
		failure, ok := errors.AsType[smithy.APIError](err)
		if !ok || failure.ErrorCode() != test.code || !strings.Contains(failure.ErrorMessage(), test.says) {
			t.Errorf("%s: %v; want %s with %q", name, err, test.code, test.says)
		}
	}
	w := httptest.NewRecorder()
	(&Store{}).ServeHTTP(w, httptest.NewRequest(http.MethodPost, "/", strings.NewReader("{}")))
	if w.Code != http.StatusBadRequest || !strings.Contains(w.Body.String(), "MissingAuthenticationTokenException") {
		t.Errorf("without a signature: %d %s", w.Code, w.Body)
	}
}
