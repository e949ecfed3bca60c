// Package boot reads a main's configuration and makes its AWS clients. A function that can't start says why in one line
// and ends, so that the failure is seen at deployment.
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
// env:"NAME,required"; without "required" an absent variable leaves the zero value. It ends the program when a required
// variable is missing or a duration can't be read.
func Config[T any]() T {
	var cfg T
	var wrong []string
	v := reflect.ValueOf(&cfg).Elem()
	for i := range v.NumField() {
		name, option, _ := strings.Cut(v.Type().Field(i).Tag.Get("env"), ",")
		value := os.Getenv(name)
		if value == "" && option == "required" {
			wrong = append(wrong, name+" is not set")
			continue
		}
		if err := set(v.Field(i), value); err != nil {
			wrong = append(wrong, fmt.Sprintf("%s: %v", name, err))
		}
	}
	if len(wrong) > 0 {
		exit("configuration", fmt.Errorf("%s", strings.Join(wrong, "; ")))
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
			return fmt.Errorf("%q is no duration such as 5m", value)
		}
		field.SetInt(int64(d))
		return nil
	}
	field.SetString(value)
	return nil
}

// AWS returns the SDK's configuration from the variables that Lambda sets, and points slog at JSON lines that carry the
// request id. It ends the program when one is missing.
//
// The SDK's own loader also knows profiles, single sign-on and instance metadata: half a megabyte of every function that
// can't be reached in Lambda.
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

// environment is what the SDK asks for keys, and for the endpoint of a service.
type environment struct{}

// Retrieve returns the keys of the function's role. They outlive the process.
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

// GetServiceBaseEndpoint returns what AWS_ENDPOINT_URL_DYNAMODB, say, names, and whether it is set.
func (environment) GetServiceBaseEndpoint(_ context.Context, service string) (string, bool, error) {
	endpoint := os.Getenv("AWS_ENDPOINT_URL_" + strings.ToUpper(strings.ReplaceAll(service, " ", "_")))
	return endpoint, endpoint != "", nil
}

// Store returns the tables of a main, over a client of cfg.
func Store(cfg aws.Config, tables dynamo.Tables) *dynamo.Store {
	return dynamo.New(dynamodb.NewFromConfig(cfg), tables)
}

// Must returns value, or ends the program with a line that says what could not be made.
func Must[T any](value T, err error) T {
	if err != nil {
		exit("start", err)
	}
	return value
}

func exit(what string, err error) {
	slog.Error("can't start: "+what, "error", err)
	os.Exit(1)
}
