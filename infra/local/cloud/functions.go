package cloud

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/infra/local/lambda"
	"github.com/kithhq/kith/infra/local/template"
)

// label returns the name of a function's folder.
func label(r *template.Resource) string {
	return filepath.Base(filepath.Clean(r.Properties.At("CodeUri").Text()))
}

// enabledFunctions returns the template's functions, except those of --without.
func (c *cloud) enabledFunctions() []*template.Resource {
	return slices.DeleteFunc(c.template.OfType("AWS::Serverless::Function"), func(r *template.Resource) bool {
		return slices.Contains(c.opts.Without, label(r))
	})
}

// functions returns the configuration of the functions. Their environment does not have the services' endpoints yet.
func (c *cloud) functions() []lambda.Function {
	var list []lambda.Function
	for _, r := range c.enabledFunctions() {
		p := r.Properties
		f := lambda.Function{
			Name: c.template.Ref(r), LogicalID: r.ID, Label: label(r), Binary: c.binary(label(r)),
			Handler: p.At("Handler").Text(), Env: map[string]string{},
			Timeout:  time.Duration(p.At("Timeout").Int(3)) * time.Second,
			MemoryMB: p.At("MemorySize").Int(128), Reserved: p.At("ReservedConcurrentExecutions").Int(0),
			AllowLoops: p.At("RecursiveLoop").Text() == "Allow", JSONLogs: p.At("LoggingConfig", "LogFormat").Text() == "JSON",
			LogLevel:   p.At("LoggingConfig", "ApplicationLogLevel").Text(),
			MaxRetries: p.At("EventInvokeConfig", "MaximumRetryAttempts").Int(2),
			MaxAge:     time.Duration(p.At("EventInvokeConfig", "MaximumEventAgeInSeconds").Int(21600)) * time.Second,
		}
		f.LogGroup = "/aws/lambda/" + f.Name
		if f.Timeout < time.Second || f.Timeout > 15*time.Minute {
			p.At("Timeout").Problemf("must be between 1 and 900 s")
		}
		if f.MemoryMB < 128 || f.MemoryMB > 10240 {
			p.At("MemorySize").Problemf("must be between 128 and 10240 MB")
		}
		for name, value := range p.At("Environment", "Variables").Map() {
			if strings.HasPrefix(name, "AWS_") || strings.HasPrefix(name, "LAMBDA_") {
				value.Problemf("names that start with AWS_ or LAMBDA_ are reserved for Lambda")
			}
			f.Env[name] = value.Text()
		}
		destinations := p.At("EventInvokeConfig", "DestinationConfig")
		f.OnFailure = c.destination(destinations.At("OnFailure"))
		f.OnSuccess = c.destination(destinations.At("OnSuccess"))
		list = append(list, f)
	}
	return list
}

// destination returns the destination of a function's asynchronous events, or nil.
func (c *cloud) destination(v template.Value) lambda.Destination {
	if !v.Exists() {
		return nil
	}
	to := v.At("Destination").Text()
	switch v.At("Type").Text() {
	case "S3Bucket":
		return destinationFunc(func(ctx context.Context, function string, record []byte) error {
			now := c.clock.Now()
			key := "aws/lambda/async/" + function + now.Format("/2006/01/02/2006-01-02T15.04.05-") + rand.Text()
			return c.putObject(ctx, strings.TrimPrefix(to, "arn:aws:s3:::"), key, record)
		})
	case "Lambda":
		return destinationFunc(func(ctx context.Context, _ string, record []byte) error {
			_, err := c.pool.InvokeAsync(ctx, to, record)
			return err //nolint:wrapcheck // the pool's error is complete
		})
	}
	v.Problemf("the destination needs a Type")
	return nil
}

type destinationFunc func(ctx context.Context, function string, record []byte) error

// Deliver implements lambda.Destination.
func (d destinationFunc) Deliver(ctx context.Context, function string, record []byte) error {
	return d(ctx, function, record)
}

// binary returns the path of a function's binary.
func (c *cloud) binary(name string) string {
	if c.opts.Binaries != "" {
		return filepath.Join(c.opts.Binaries, name, "bootstrap")
	}
	return c.state.Path("bin", name)
}
