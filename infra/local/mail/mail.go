// Package mail replaces SES: it accepts messages through both SES APIs, stores each message with its tags, enforces a
// sending quota, publishes delivery, bounce, complaint and reject events to the template's topic, and shows the messages
// in the web inbox of aws-ses-v2-local. No message leaves the machine.
//
// The recipient determines the events, as with the SES mailbox simulator: bounce@, suppressionlist@ and
// complaint@simulator.amazonses.com, also with a +label. reject@ of the same domain, which SES lacks, causes a reject
// event. Messages to other recipients are delivered.
package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/infra/local/program"
)

// Identity is a verified domain or address that may send.
type Identity struct {
	Name string
	// ConfigurationSet is the default for messages that name none.
	ConfigurationSet string
}

// Destination is an event destination of a configuration set.
type Destination struct {
	ConfigurationSet string
	// Events are the matching event types: delivery, bounce, complaint, reject, send.
	Events []string
	// Topic is an SNS topic's ARN.
	Topic string
}

// Subscription subscribes a function to a topic.
type Subscription struct{ Topic, Function string }

// Quota is the sending quota.
type Quota struct {
	// PerDay limits the recipients in 24 hours of the shifted clock, PerSecond those in a second of the machine's clock.
	PerDay    float64 `json:"per_day"`
	PerSecond float64 `json:"per_second"`
}

// Clock gives the time of messages and events.
type Clock interface{ Now() time.Time }

// Invoker invokes functions asynchronously.
type Invoker interface {
	InvokeAsync(ctx context.Context, function string, payload []byte) (string, error)
}

// Config configures a Recorder.
type Config struct {
	// Address is the address of the APIs, Inbox that of the web inbox; 127.0.0.1:0 for free ports.
	Address, Inbox string
	// Identities are the allowed senders; empty allows all.
	Identities        []Identity
	ConfigurationSets []string
	Destinations      []Destination
	Subscriptions     []Subscription
	Quota             Quota
	// State is the folder of the messages.
	State string
	// Packages is the folder whose node_modules has the inbox.
	Packages string
	Region   string
	Account  string
	Clock    Clock
	Invoker  Invoker
	Log      io.Writer
	// Crashed, if set, is called when the inbox ends unexpectedly.
	Crashed func(error)
	// Metric, if set, is called with the metrics Reputation.BounceRate and Reputation.ComplaintRate after each bounce or complaint.
	Metric func(metric string, value float64)
}

// Recorder is a running replacement of SES.
type Recorder struct {
	c      Config
	url    string
	inbox  string
	server *http.Server
	node   *program.Program
	box    *mailbox
	group  sync.WaitGroup
	ctx    context.Context //nolint:containedctx // of work that continues after a response; Close cancels it
	cancel context.CancelFunc
}

// Start starts the APIs and the inbox, and adds the stored messages to the inbox.
func Start(ctx context.Context, c Config) (*Recorder, error) {
	if c.Quota == (Quota{}) {
		c.Quota = Quota{PerDay: 50000, PerSecond: 14}
	}
	b, err := openMailbox(c.State)
	if err != nil {
		return nil, err
	}
	r := &Recorder{c: c, box: b}
	r.ctx, r.cancel = context.WithCancel(context.Background())
	err = r.startInbox(ctx)
	if err != nil {
		return nil, err
	}
	address, err := program.Address(ctx, c.Address)
	if err != nil {
		return nil, errors.Join(err, r.Close())
	}
	var lc net.ListenConfig
	l, err := lc.Listen(ctx, "tcp", address)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("listen for messages: %w", err), r.Close())
	}
	r.url = "http://" + l.Addr().String()
	r.server = &http.Server{Handler: r.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		err := r.server.Serve(l)
		if !errors.Is(err, http.ErrServerClosed) {
			r.logf("accepting messages ended: %v", err)
		}
	}()
	r.group.Go(r.fillInbox)
	return r, nil
}

func (r *Recorder) startInbox(ctx context.Context) error {
	node, err := exec.LookPath("node")
	if err != nil {
		return fmt.Errorf("the mail inbox needs Node 20 or later: %w", err)
	}
	address, err := program.Address(ctx, r.c.Inbox)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("inbox address %q: %w", address, err)
	}
	script, err := filepath.Abs(filepath.Join(r.c.Packages, "node_modules", "aws-ses-v2-local", "dist", "cli.js"))
	if err != nil {
		return fmt.Errorf("script of the inbox: %w", err)
	}
	_, err = os.Stat(script)
	if err != nil {
		return fmt.Errorf("no npm packages: run `make tools`: %w", err)
	}
	r.inbox = "http://" + address
	r.node, err = program.Start(ctx, program.Spec{
		Name: "mail", Path: node, Args: []string{script, "--host", host, "--port", port}, Env: []string{"NODE_ENV=production"},
		Log: r.c.Log, Crashed: r.c.Crashed, Ready: func(ctx context.Context) error {
			return r.callInbox(ctx, http.MethodGet, "/health-check", nil)
		},
	})
	return err
}

// callInbox sends a request to the inbox.
func (r *Recorder) callInbox(ctx context.Context, method, path string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, r.inbox+path, strings.NewReader(string(body)))
	if err != nil {
		return fmt.Errorf("call the inbox: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("call the inbox: %w", err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	err = res.Body.Close()
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("the inbox answers %s", res.Status)
	}
	return err
}

// addToInbox adds a message to the inbox.
func (r *Recorder) addToInbox(raw []byte) {
	body, err := json.Marshal(map[string]any{"Content": map[string]any{"Raw": map[string]any{"Data": raw}}})
	if err == nil {
		err = r.callInbox(r.ctx, http.MethodPost, "/v2/email/outbound-emails", body)
	}
	if err != nil && r.ctx.Err() == nil {
		r.logf("a stored message is missing in the inbox: %v", err)
	}
}

// fillInbox adds the stored messages to an inbox that has just started: it keeps its messages in memory only.
func (r *Recorder) fillInbox() {
	for _, m := range r.box.list() {
		if r.ctx.Err() != nil {
			return
		}
		raw, err := r.box.raw(m.ID)
		if err != nil {
			r.logf("%v", err)
			continue
		}
		r.addToInbox(raw)
	}
}

func (r *Recorder) logf(format string, args ...any) {
	fmt.Fprintf(r.c.Log, "mail: "+format+"\n", args...)
}

// URL returns the address of the SES APIs and of the recorder's own API.
func (r *Recorder) URL() string { return r.url }

// Inbox returns the address of the web inbox.
func (r *Recorder) Inbox() string { return r.inbox }

// Close stops the recorder and the inbox. The messages stay.
func (r *Recorder) Close() error {
	r.cancel()
	var errs []error
	if r.server != nil {
		errs = append(errs, r.server.Close())
	}
	r.group.Wait()
	if r.node != nil {
		errs = append(errs, r.node.Close())
	}
	return errors.Join(errs...)
}
