package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

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

// services are the servers that stand for AWS's.
type services struct {
	engine  *engine.Engine
	signin  *signin.SignIn
	objects *objects.Store
	mail    *mail.Recorder
	streams *mapping.Service
	timer   *schedule.Service
}

// startServices starts those that the template has anything for, side by side.
func (c *cloud) startServices(ctx context.Context, p *plan) error {
	var starts []func() error
	for _, service := range []struct {
		wanted bool
		start  func(context.Context, *plan) error
	}{
		{len(p.tables) > 0, c.startEngine},
		{len(p.buckets) > 0, c.startObjects},
		{len(c.template.Of("AWS::Cognito::UserPool")) > 0, c.startSignIn},
		{len(p.mail.Identities)+len(p.mail.ConfigurationSets) > 0, c.startMail},
	} {
		if service.wanted {
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
	address, err := c.state.address(ctx, "dynamodb")
	if err != nil {
		return err
	}
	c.engine, err = engine.Start(ctx, engine.Config{
		Tables: p.tables, File: c.state.path("dynamodb.sqlite"), Address: address, Packages: c.opts.Packages,
		Region: region, Log: c.log.Named(), Died: c.fail, Endpoint: os.Getenv("KITH_DYNAMODB_ENDPOINT"), // another engine
	})
	if err != nil {
		return fmt.Errorf("DynamoDB: %w", err)
	}
	return nil
}

func (c *cloud) startSignIn(ctx context.Context, p *plan) error {
	address, err := c.state.address(ctx, "issuer")
	if err != nil {
		return err
	}
	p.signin.Address = address
	p.signin.State, p.signin.Packages = c.state.path("signin"), c.opts.Packages
	p.signin.Log, p.signin.Died = c.log.Named(), c.fail
	c.signin, err = signin.Start(ctx, p.signin)
	if err != nil {
		return fmt.Errorf("sign-in: %w", err)
	}
	return nil
}

func (c *cloud) startObjects(ctx context.Context, p *plan) error {
	address, err := c.state.address(ctx, "s3")
	if err != nil {
		return err
	}
	c.objects, err = objects.Start(ctx, objects.Config{
		Address: address, Folder: c.state.path("objects"), Region: region, Access: accessKey, Secret: secretKey,
		Buckets: p.buckets, Notifications: p.notifications, Clock: c.clock, Invoker: later{c}, Log: c.log.Named(), Died: c.fail,
	})
	if err != nil {
		return fmt.Errorf("S3: %w", err)
	}
	return nil
}

func (c *cloud) startMail(ctx context.Context, p *plan) error {
	address, err := c.state.address(ctx, "mail")
	if err != nil {
		return err
	}
	inbox, err := c.state.address(ctx, "inbox")
	if err != nil {
		return err
	}
	p.mail.Address, p.mail.Inbox = address, inbox
	p.mail.State, p.mail.Packages, p.mail.Region, p.mail.Account = c.state.path("mail"), c.opts.Packages, region, account
	p.mail.Clock, p.mail.Invoker, p.mail.Log, p.mail.Died = c.clock, later{c}, c.log.Named(), c.fail
	c.mail, err = mail.Start(ctx, p.mail)
	if err != nil {
		return fmt.Errorf("mail: %w", err)
	}
	return nil
}

// later calls functions for a service that is started before them.
type later struct{ c *cloud }

// InvokeAsync implements objects.Invoker.
func (l later) InvokeAsync(ctx context.Context, function string, payload []byte) (string, error) {
	return l.c.pool.InvokeAsync(ctx, function, payload) //nolint:wrapcheck // the pool's own words
}

// startSources starts what calls the functions by itself.
func (c *cloud) startSources(ctx context.Context, p *plan) error {
	cfg := mapping.Config{
		Region: region, Account: account, Mappings: p.mappings, State: c.state.path("streams"), Clock: c.clock,
		Invoker: c.pool, PutObject: c.putObject, Log: c.log.Named(),
	}
	if c.engine != nil {
		cfg.Endpoint, cfg.Streams = c.engine.Endpoint(), c.engine.Streams()
	}
	var err error
	c.streams, err = mapping.Start(ctx, cfg)
	if err != nil {
		return fmt.Errorf("event source mappings: %w", err)
	}
	c.timer, err = schedule.Start(schedule.Config{
		Schedules: p.schedules, Region: region, Account: account, Clock: c.clock, Invoker: c.pool, Log: c.log.Named(),
	})
	if err != nil {
		return fmt.Errorf("schedules: %w", err)
	}
	waiting, err := c.pool.Resume()
	if err != nil {
		return fmt.Errorf("asynchronous events: %w", err)
	}
	if waiting > 0 {
		c.log.Line("local", "", fmt.Sprintf("took up %d asynchronous events of an earlier run", waiting))
	}
	return nil
}

func (c *cloud) closeSources() error {
	var errs []error
	if c.timer != nil {
		errs = append(errs, c.timer.Close())
	}
	if c.streams != nil {
		errs = append(errs, c.streams.Close())
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
	return c.objects.Put(ctx, bucket, key, body) //nolint:wrapcheck // it names bucket and key
}

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

// environment is what every function gets besides its own variables: where the services are, and keys that open
// nothing else. What is not named goes to a closed port, so that nothing reaches a real account.
func (c *cloud) environment(invoke string) map[string]string {
	env := map[string]string{
		"AWS_ENDPOINT_URL":        "http://127.0.0.1:1",
		"AWS_ENDPOINT_URL_LAMBDA": invoke,
		"AWS_ACCESS_KEY_ID":       accessKey,
		"AWS_SECRET_ACCESS_KEY":   secretKey,
	}
	if c.engine != nil {
		env["AWS_ENDPOINT_URL_DYNAMODB"] = c.engine.Endpoint()
		env["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] = c.engine.Endpoint()
	}
	if c.objects != nil {
		env["AWS_ENDPOINT_URL_S3"] = c.objects.Endpoint()
	}
	if c.mail != nil {
		env["AWS_ENDPOINT_URL_SES"] = c.mail.URL()
		env["AWS_ENDPOINT_URL_SESV2"] = c.mail.URL()
	}
	return env
}

// The keys of every service here.
const (
	accessKey = "local"
	secretKey = "local-secret"
)

func (c *cloud) describe(p *plan) Info {
	c.mu.Lock()
	defer c.mu.Unlock()
	base := func(name string) string {
		return fmt.Sprintf("http://127.0.0.1:%d", c.state.ports[name])
	}
	env := c.environment(base("lambda"))
	info := Info{
		Scope: strings.Join(append([]string{"openid email profile"}, p.signin.Scopes...), " "), Audience: p.signin.Resource,
		DynamoDB: env["AWS_ENDPOINT_URL_DYNAMODB"], Streams: env["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"],
		S3: env["AWS_ENDPOINT_URL_S3"], Mail: env["AWS_ENDPOINT_URL_SES"], Lambda: base("lambda"), Control: base("control"),
		Tables: map[string]string{}, Buckets: map[string]string{}, Secrets: map[string]string{}, Functions: c.pool.Names(),
		Env: env, PID: pid(),
	}
	info.Env["AWS_REGION"] = region
	if c.signin != nil {
		info.Issuer = c.signin.Issuer()
	}
	if c.mail != nil {
		info.Inbox = c.mail.Inbox()
	}
	for id := range p.apis {
		info.API = base("api-" + id)
	}
	for id := range p.sites {
		info.Site = base("site-" + id)
		info.RedirectURI = info.Site + "/callback"
	}
	for _, r := range c.template.Resources {
		switch r.Type {
		case "AWS::DynamoDB::Table":
			info.Tables[r.ID] = c.template.Name(r)
		case "AWS::S3::Bucket":
			info.Buckets[r.ID] = c.template.Name(r)
		case "AWS::SecretsManager::Secret":
			// It was made when the template was read.
			info.Secrets[r.ID], _ = c.template.Secret(r)
		case "AWS::Cognito::UserPoolClient":
			info.ClientID = c.template.Name(r)
		}
	}
	return info
}
