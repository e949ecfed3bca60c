// Package cloud runs a template: it loads it, starts the functions, services and event sources, connects them, and stops
// all of them in the end.
package cloud

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/infra/local/alarm"
	"github.com/kithhq/kith/infra/local/clock"
	"github.com/kithhq/kith/infra/local/gateway"
	"github.com/kithhq/kith/infra/local/lambda"
	"github.com/kithhq/kith/infra/local/logs"
	"github.com/kithhq/kith/infra/local/site"
	"github.com/kithhq/kith/infra/local/state"
	"github.com/kithhq/kith/infra/local/template"
)

const (
	region  = "us-east-1"
	account = "000000000000"
	stack   = "kith"
	// shutdownTimeout is the time for running events when the local cloud stops.
	shutdownTimeout = 3 * time.Second
)

// Options configure a run.
type Options struct {
	// Template is the path of the template, State the folder of all data.
	Template, State string
	// KeepPorts uses the ports of the last run.
	KeepPorts bool
	// Quiet prints failures only; Colour is for a terminal.
	Quiet, Colour bool
	// Binaries is a folder with a binary NAME/bootstrap per function; empty to build them.
	Binaries string
	// Packages is the folder whose node_modules has the npm packages of the services.
	Packages string
	// Site is a folder of files that CloudFront's bucket lacks; empty for none.
	Site string
	// Without lists functions that are not started.
	Without []string
	// Parameters override the template's.
	Parameters map[string]string
	// Log receives all logs.
	Log io.Writer
}

// cloud is a run.
type cloud struct {
	opts     Options
	log      *logs.Log
	clock    *clock.Clock
	state    *state.Folder
	template *template.Template
	pool     *lambda.Pool
	alarms   *alarm.Watcher
	stop     chan struct{} // closed at the beginning of Close
	services

	mu        sync.Mutex
	listeners map[string]net.Listener
	servers   []*http.Server
	failed    chan error // receives the first crash of a service
	info      Info
}

// Running is a running local cloud.
type Running struct{ c *cloud }

// Start starts a local cloud. If it fails, nothing is left running.
func Start(ctx context.Context, opts Options) (*Running, error) {
	s, err := state.Open(opts.State, opts.KeepPorts)
	if err != nil {
		return nil, err
	}
	c := &cloud{
		opts: opts, log: logs.New(opts.Log, opts.Quiet, opts.Colour), clock: &clock.Clock{}, state: s,
		listeners: map[string]net.Listener{}, failed: make(chan error, 1), stop: make(chan struct{}),
	}
	err = c.start(ctx)
	c.log.ServicesStarted(err != nil)
	if err != nil {
		return nil, errors.Join(err, c.close())
	}
	return &Running{c}, nil
}

// Info returns the addresses and names of the run.
func (r *Running) Info() Info { return r.c.info }

// Failed receives the first crash of a service.
func (r *Running) Failed() <-chan error { return r.c.failed }

// Invoke invokes a function.
func (r *Running) Invoke(ctx context.Context, function string, payload []byte) (lambda.Result, error) {
	result, err := r.c.pool.Invoke(ctx, function, payload)
	if err != nil {
		return result, fmt.Errorf("invoke %s: %w", function, err)
	}
	return result, nil
}

// Close stops the event sources, then the functions, then the services.
func (r *Running) Close() error { return r.c.close() }

func (c *cloud) start(ctx context.Context) error {
	err := c.load(ctx)
	if err != nil {
		return err
	}
	plan, err := c.plan()
	if err != nil {
		return err
	}
	built := make(chan error, 1)
	go func() { built <- c.build(ctx) }()
	err = c.startServices(ctx, plan)
	err = errors.Join(<-built, err)
	if err != nil {
		return err
	}
	c.watch(plan.functions, c.stop)
	err = c.startFunctions(ctx, plan)
	if err != nil {
		return err
	}
	err = c.startEventSources(ctx, plan)
	if err != nil {
		return err
	}
	err = c.serveEndpoints(ctx, plan)
	if err != nil {
		return err
	}
	c.info = c.describe(plan)
	return c.state.Write("running.json", c.info)
}

// load loads the template. Listeners are opened, and ports reserved, when the template refers to their addresses.
func (c *cloud) load(ctx context.Context) error {
	issuer, err := c.state.Address(ctx, "issuer")
	if err != nil {
		return err
	}
	var listenErr error
	address := func(kind string) func(id string) string {
		return func(id string) string {
			l, err := c.listener(ctx, kind+"-"+id)
			if err != nil {
				listenErr = errors.Join(listenErr, err)
				return ""
			}
			return "http://" + l.Addr().String()
		}
	}
	c.template, err = template.Load(c.opts.Template, template.Environment{
		Region: region, Account: account, Stack: stack, Parameters: c.opts.Parameters,
		API: address("api"), Site: address("site"), Issuer: "http://" + issuer, Client: clientID, Secret: c.state.Secret,
	})
	if err := errors.Join(listenErr, err); err != nil {
		return err
	}
	return c.checkWithout()
}

// checkWithout fails for a name in Options.Without that is not a function of the template.
func (c *cloud) checkWithout() error {
	var known []string
	for _, r := range c.template.OfType("AWS::Serverless::Function") {
		known = append(known, label(r))
	}
	for _, name := range c.opts.Without {
		if !slices.Contains(known, name) {
			return fmt.Errorf("--without %s: the template has no such function. Its functions are %s", name, strings.Join(known, ", "))
		}
	}
	return nil
}

// clientID returns the id of the OpenID Connect client that replaces a user pool client.
func clientID(id string) string {
	return stack + "-" + strings.ToLower(strings.TrimSuffix(id, "Client"))
}

// listener returns the listener of a name. It is opened at the first call.
func (c *cloud) listener(ctx context.Context, name string) (net.Listener, error) {
	c.mu.Lock()
	defer c.mu.Unlock()
	l := c.listeners[name]
	if l != nil {
		return l, nil
	}
	l, err := c.state.Listen(ctx, name)
	if err != nil {
		return nil, err
	}
	c.listeners[name] = l
	return l, nil
}

// serve serves h on the listener of a name until Close.
func (c *cloud) serve(ctx context.Context, name string, h http.Handler) error {
	l, err := c.listener(ctx, name)
	if err != nil {
		return err
	}
	server := &http.Server{Handler: h, ReadHeaderTimeout: 10 * time.Second}
	c.mu.Lock()
	delete(c.listeners, name)
	c.servers = append(c.servers, server)
	c.mu.Unlock()
	go func() {
		err := server.Serve(l)
		if !errors.Is(err, http.ErrServerClosed) {
			c.fail(fmt.Errorf("%s: %w", name, err))
		}
	}()
	return nil
}

// fail reports a crash of a service, which ends the run.
func (c *cloud) fail(err error) {
	c.log.Alert("local", "", err.Error())
	select {
	case c.failed <- err:
	default:
	}
}

// startFunctions starts a process of each function.
func (c *cloud) startFunctions(ctx context.Context, p *plan) error {
	l, err := c.listener(ctx, "lambda")
	if err != nil {
		return err
	}
	env := c.environment("http://" + l.Addr().String())
	for i := range p.functions {
		for name, value := range env {
			p.functions[i].Env[name] = value
		}
	}
	c.pool, err = lambda.NewPool(lambda.Config{
		Functions: p.functions, Address: l.Addr().String(), Region: region, Account: account,
		RetryDelay: time.Second, Folder: c.state.Path(), Log: c.log,
		Metric: func(metric, function string, value float64) { c.alarms.Add("AWS/Lambda "+metric, function, value) },
	})
	if err != nil {
		return fmt.Errorf("functions: %w", err)
	}
	err = c.serve(ctx, "lambda", c.pool.Handler())
	if err != nil {
		return err
	}
	failed := c.pool.Warm(ctx)
	if len(failed) > 0 {
		c.log.Alert("local", "", "could not start: "+strings.Join(failed, ", ")+"; their events fail until they start")
	}
	return ctx.Err()
}

// serveEndpoints serves the APIs, the sites and the control API.
func (c *cloud) serveEndpoints(ctx context.Context, p *plan) error {
	for id, cfg := range p.apis {
		cfg.Invoker = c.pool
		api, err := gateway.New(cfg)
		if err != nil {
			return fmt.Errorf("%s: %w", id, err)
		}
		err = c.serve(ctx, "api-"+id, api)
		if err != nil {
			return err
		}
		for distribution, f := range p.fronts {
			if f.api != id {
				continue
			}
			f.API = api
			err := c.serve(ctx, "site-"+distribution, f)
			if err != nil {
				return err
			}
		}
	}
	for id, cfg := range p.sites {
		cfg.Read = c.readWithConfig(p)
		err := c.serve(ctx, "site-"+id, site.New(cfg))
		if err != nil {
			return err
		}
	}
	return c.serve(ctx, "control", c.control())
}

func (c *cloud) close() error {
	ctx, cancel := context.WithTimeout(context.Background(), shutdownTimeout)
	defer cancel()
	close(c.stop)
	errs := []error{c.closeEventSources()}
	c.mu.Lock()
	servers, listeners := c.servers, c.listeners
	c.mu.Unlock()
	if c.pool != nil {
		c.pool.Close(ctx)
	}
	for _, server := range servers {
		errs = append(errs, server.Close())
	}
	for _, l := range listeners {
		errs = append(errs, l.Close())
	}
	errs = append(errs, c.closeServices(), removeInfo(c.state), c.state.Close())
	return errors.Join(errs...)
}
