// Package boot reads a function's configuration from the environment and creates its AWS clients. If that fails it logs
// one line and exits, so that a deployment with a wrong configuration fails visibly. It owns no variables: each main
// declares its own.
package boot

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"reflect"
	"strings"
	"time"

	"github.com/aws/aws-lambda-go/lambdacontext"
	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/awsclient"
	"github.com/kithhq/kith/internal/dynamo"
)

// Config reads a struct of strings and time.Durations from the environment. Each field names its variable in the tag
// env:"NAME,required"; without "required" a missing variable leaves the zero value. Config exits if a required variable
// is missing or a duration is invalid.
func Config[T any]() T {
	var cfg T
	var problems []string
	v := reflect.ValueOf(&cfg).Elem()
	for i := range v.NumField() {
		name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("env"), ",")
		value := os.Getenv(name)
		if value == "" && option == "required" {
			problems = append(problems, name+" is not set")
			continue
		}
		if err := set(v.Field(i), value); err != nil {
			problems = append(problems, fmt.Sprintf("%s: %v", name, err))
		}
	}
	if len(problems) > 0 {
		exit("configuration", errors.New(strings.Join(problems, "; ")))
	}
	return cfg
}

func set(field reflect.Value, value string) error {
	if value == "" {
		return nil
	}
	if _, ok := field.Interface().(time.Duration); ok {
		d, err := time.ParseDuration(value)
		if err != nil {
			return fmt.Errorf("%q is not a duration such as 5m", value)
		}
		field.SetInt(int64(d))
		return nil
	}
	field.SetString(value)
	return nil
}

// AWS returns the SDK's configuration from the variables that Lambda sets, and makes slog write JSON lines with the
// request id. It exits if AWS_REGION is missing.
//
// The SDK's loader also supports profiles, single sign-on and instance metadata, which cannot be reached in Lambda and
// would add half a megabyte to every function.
func AWS(context.Context) aws.Config {
	slog.SetDefault(lambdacontext.NewLogger())
	cfg := aws.Config{
		Region: os.Getenv("AWS_REGION"), Credentials: environment{}, ConfigSources: []any{environment{}},
		HTTPClient: awsclient.HTTP(), // one for all services
	}
	if cfg.Region == "" {
		exit("AWS configuration", errors.New("AWS_REGION is not set"))
	}
	if endpoint := os.Getenv("AWS_ENDPOINT_URL"); endpoint != "" {
		cfg.BaseEndpoint = &endpoint
	}
	return cfg
}

// environment provides the SDK with credentials and endpoints from environment variables.
type environment struct{}

// Retrieve returns the credentials of the function's role. They do not expire before the process ends.
func (environment) Retrieve(context.Context) (aws.Credentials, error) {
	keys := aws.Credentials{
		AccessKeyID: os.Getenv("AWS_ACCESS_KEY_ID"), SecretAccessKey: os.Getenv("AWS_SECRET_ACCESS_KEY"),
		SessionToken: os.Getenv("AWS_SESSION_TOKEN"), Source: "environment",
	}
	if !keys.HasKeys() {
		return keys, errors.New("AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY are not set")
	}
	return keys, nil
}

// GetServiceBaseEndpoint returns the value of a variable such as AWS_ENDPOINT_URL_DYNAMODB, and whether it is set.
func (environment) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	endpoint := os.Getenv("AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(service, " ", "_")))
	return endpoint, endpoint != "", nil
}

// Store returns a store of the tables, with a client of cfg.
func Store(cfg aws.Config, tables dynamo.Tables) *dynamo.Store {
	return dynamo.New(dynamodb.NewFromConfig(cfg), tables)
}

// Must returns value, or logs err and exits.
func Must[T any](value T, err error) T {
	if err != nil {
		exit("start", err)
	}
	return value
}

func exit(step string, err error) {
	slog.Error("can't start: "+step, "error", err)
	os.Exit(1)
}
