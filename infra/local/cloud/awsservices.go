package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/s3"
	"github.com/aws/aws-sdk-go-v2/service/s3/types"

	"github.com/kithhq/kith/infra/local/engine"
	"github.com/kithhq/kith/infra/local/mail"
	"github.com/kithhq/kith/infra/local/mapping"
	"github.com/kithhq/kith/infra/local/objects"
	"github.com/kithhq/kith/infra/local/schedule"
	"github.com/kithhq/kith/infra/local/signin"
	"github.com/kithhq/kith/infra/local/site"
)

// services are the replacements of AWS services, and the event sources.
type services struct {
	engine         *engine.Engine
	signin         *signin.Server
	objects        *objects.Store
	mail           *mail.Recorder
	secrets        string // address; empty without secrets
	mappingRunner  *mapping.Runner
	scheduleRunner *schedule.Runner
}

// startServices starts, in parallel, the services that the template needs.
func (c *cloud) startServices(ctx context.Context, p *plan) error {
	var starts []func() error
	for _, service := range []struct {
		needed bool
		start  func(context.Context, *plan) error
	}{
		{len(p.tables) > 0, c.startEngine},
		{len(p.buckets) > 0, c.startObjects},
		{len(c.template.OfType("AWS::Cognito::UserPool")) > 0, c.startSignIn},
		{len(p.mail.Identities)+len(p.mail.ConfigurationSets) > 0, c.startMail},
		{len(c.template.OfType("AWS::SecretsManager::Secret")) > 0, c.startSecrets},
	} {
		if service.needed {
			starts = append(starts, func() error { return service.start(ctx, p) })
		}
	}
	started := make(chan error)
	for _, start := range starts {
		go func() { started <- start() }()
	}
	var errs []error
	for range starts {
		errs = append(errs, <-started)
	}
	return errors.Join(errs...)
}

func (c *cloud) startEngine(ctx context.Context, p *plan) error {
	address, err := c.state.Address(ctx, "dynamodb")
	if err != nil {
		return err
	}
	c.engine, err = engine.Start(ctx, engine.Config{
		Tables: p.tables, File: c.state.Path("dynamodb.sqlite"), Address: address, Packages: c.opts.Packages,
		Region: region, Log: c.log.ServiceWriter(), Crashed: c.fail, Endpoint: os.Getenv("KITH_DYNAMODB_ENDPOINT"), // another engine
	})
	if err != nil {
		return fmt.Errorf("DynamoDB: %w", err)
	}
	return nil
}

func (c *cloud) startSignIn(ctx context.Context, p *plan) error {
	address, err := c.state.Address(ctx, "issuer")
	if err != nil {
		return err
	}
	p.signin.Address = address
	p.signin.State, p.signin.Packages = c.state.Path("signin"), c.opts.Packages
	p.signin.Log, p.signin.Crashed = c.log.ServiceWriter(), c.fail
	c.signin, err = signin.Start(ctx, p.signin)
	if err != nil {
		return fmt.Errorf("sign-in: %w", err)
	}
	return nil
}

func (c *cloud) startObjects(ctx context.Context, p *plan) error {
	address, err := c.state.Address(ctx, "s3")
	if err != nil {
		return err
	}
	c.objects, err = objects.Start(ctx, objects.Config{
		Address: address, Folder: c.state.Path("objects"), Region: region, Access: accessKey, Secret: secretKey,
		Buckets: p.buckets, Notifications: p.notifications, Clock: c.clock, Invoker: lateInvoker{c}, Log: c.log.ServiceWriter(), Crashed: c.fail,
	})
	if err != nil {
		return fmt.Errorf("S3: %w", err)
	}
	return nil
}

func (c *cloud) startMail(ctx context.Context, p *plan) error {
	address, err := c.state.Address(ctx, "mail")
	if err != nil {
		return err
	}
	inbox, err := c.state.Address(ctx, "inbox")
	if err != nil {
		return err
	}
	p.mail.Address, p.mail.Inbox = address, inbox
	p.mail.State, p.mail.Packages, p.mail.Region, p.mail.Account = c.state.Path("mail"), c.opts.Packages, region, account
	p.mail.Clock, p.mail.Invoker, p.mail.Log, p.mail.Crashed = c.clock, lateInvoker{c}, c.log.ServiceWriter(), c.fail
	p.mail.Metric = func(metric string, value float64) { c.alarms.Add("AWS/SES "+metric, "", value) }
	c.mail, err = mail.Start(ctx, p.mail)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

func (c *cloud) startSecrets(ctx context.Context, _ *plan) error {
	for _, r := range c.template.OfType("AWS::SecretsManager::Secret") {
		_, err := c.template.Secret(r) // generates it
		if err != nil {
			return fmt.Errorf("secret %s: %w", r.ID, err)
		}
		c.state.Secrets.Serve(c.template.Name(r), c.template.Ref(r))
	}
	l, err := c.listener(ctx, "secrets")
	if err != nil {
		return err
	}
	c.secrets = "http://" + l.Addr().String()
	return c.serve(ctx, "secrets", c.state.Secrets)
}

// lateInvoker invokes functions for a service that starts before the pool exists.
type lateInvoker struct{ c *cloud }

// InvokeAsync implements objects.Invoker.
func (i lateInvoker) InvokeAsync(ctx context.Context, function string, payload []byte) (string, error) {
	return i.c.pool.InvokeAsync(ctx, function, payload) //nolint:wrapcheck // the pool's error is complete
}

// startEventSources starts the event source mappings and schedules, and resumes asynchronous events.
func (c *cloud) startEventSources(ctx context.Context, p *plan) error {
	cfg := mapping.Config{
		Region: region, Account: account, Mappings: p.mappings, State: c.state.Path("streams"), Clock: c.clock,
		Invoker: c.pool, PutObject: c.putObject, Log: c.log.ServiceWriter(),
		Age: func(function string, age time.Duration) {
			c.alarms.Add("AWS/Lambda IteratorAge", function, float64(age.Milliseconds()))
		},
	}
	if c.engine != nil {
		cfg.Endpoint, cfg.Streams = c.engine.Endpoint(), c.engine.Streams()
	}
	var err error
	c.mappingRunner, err = mapping.Start(ctx, cfg)
	if err != nil {
		return fmt.Errorf("event source mappings: %w", err)
	}
	c.scheduleRunner, err = schedule.Start(schedule.Config{
		Schedules: p.schedules, Region: region, Account: account, Clock: c.clock, Invoker: c.pool, Log: c.log.ServiceWriter(),
	})
	if err != nil {
		return fmt.Errorf("schedules: %w", err)
	}
	resumed, err := c.pool.Resume()
	if err != nil {
		return fmt.Errorf("asynchronous events: %w", err)
	}
	if resumed > 0 {
		c.log.Print("local", "", fmt.Sprintf("resumed %d asynchronous events of an earlier run", resumed))
	}
	return nil
}

func (c *cloud) closeEventSources() error {
	var errs []error
	if c.scheduleRunner != nil {
		errs = append(errs, c.scheduleRunner.Close())
	}
	if c.mappingRunner != nil {
		errs = append(errs, c.mappingRunner.Close())
	}
	return errors.Join(errs...)
}

func (c *cloud) closeServices() error {
	var errs []error
	if c.mail != nil {
		errs = append(errs, c.mail.Close())
	}
	if c.objects != nil {
		errs = append(errs, c.objects.Close())
	}
	if c.signin != nil {
		errs = append(errs, c.signin.Close())
	}
	if c.engine != nil {
		errs = append(errs, c.engine.Close())
	}
	return errors.Join(errs...)
}

func (c *cloud) putObject(ctx context.Context, bucket, key string, body []byte) error {
	return c.objects.Put(ctx, bucket, key, body) //nolint:wrapcheck // the error names bucket and key
}

// readObject reads an object for a site. It fails with site.ErrNoObject.
func (c *cloud) readObject(ctx context.Context, bucket, key string) (site.Object, error) {
	out, err := c.objects.Client().GetObject(ctx, &s3.GetObjectInput{Bucket: aws.String(bucket), Key: aws.String(key)})
	var missing *types.NoSuchKey
	if errors.As(err, &missing) {
		return site.Object{}, site.ErrNoObject
	}
	if err != nil {
		return site.Object{}, fmt.Errorf("read %s of bucket %s: %w", key, bucket, err)
	}
	defer func() { _ = out.Body.Close() }()
	body, err := io.ReadAll(out.Body)
	if err != nil {
		return site.Object{}, fmt.Errorf("read %s of bucket %s: %w", key, bucket, err)
	}
	return site.Object{
		Body: body, ContentType: aws.ToString(out.ContentType), CacheControl: aws.ToString(out.CacheControl),
	}, nil
}
