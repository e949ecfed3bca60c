package boot

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/s3"
)

func TestConfig_SetVariables_FillFields(t *testing.T) {
	t.Setenv("KITH_TABLE", "records")
	t.Setenv("KITH_LIFETIME", "5m")
	cfg := Config[struct {
		Table    string        `env:"KITH_TABLE,required"`
		Lifetime time.Duration `env:"KITH_LIFETIME,required"`
		Absent   string        `env:"KITH_ABSENT"`
	}]()
	if cfg.Table != "records" || cfg.Lifetime != 5*time.Minute || cfg.Absent != "" {
		t.Errorf("read %+v", cfg)
	}
}

func TestAWS_EndpointVariables_SelectServers(t *testing.T) {
	var requests []string
	for _, service := range []string{"all", "dynamodb"} {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			requests = append(requests, service+" as "+r.Header.Get("X-Amz-Security-Token"))
			w.WriteHeader(http.StatusBadRequest)
		}))
		defer server.Close()
		name := map[string]string{"all": "AWS_ENDPOINT_URL", "dynamodb": "AWS_ENDPOINT_URL_DYNAMODB"}[service]
		t.Setenv(name, server.URL)
	}
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "id")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "secret")
	t.Setenv("AWS_SESSION_TOKEN", "session")
	cfg := AWS(t.Context())
	_, err := dynamodb.NewFromConfig(cfg).ListTables(t.Context(), nil)
	if err == nil {
		t.Error("a response with status 400 is no error")
	}
	_, err = s3.NewFromConfig(cfg).ListBuckets(t.Context(), nil)
	if err == nil {
		t.Error("a response with status 400 is no error")
	}
	if want := []string{"dynamodb as session", "all as session"}; !slices.Equal(requests, want) {
		t.Errorf("requests to %v, want %v", requests, want)
	}
}

func TestRetrieve_MissingKeys_ErrorNamesVariable(t *testing.T) {
	t.Setenv("AWS_REGION", "eu-central-1")
	t.Setenv("AWS_ACCESS_KEY_ID", "")
	_, err := AWS(t.Context()).Credentials.Retrieve(t.Context())
	if err == nil || !strings.Contains(err.Error(), "AWS_ACCESS_KEY_ID") {
		t.Errorf("the error is %v", err)
	}
}
