// Package mail stands for SES: it takes mail by SES's two APIs, keeps each message as it was sent with its tags, holds to
// a sending quota, publishes delivery, bounce, complaint and reject events to the template's topic, and shows the mail in
// the web inbox of aws-ses-v2-local. Nothing leaves the machine.
//
// What becomes of a message is chosen by its recipient, as with SES's simulator: bounce@, suppressionlist@ and
// complaint@simulator.amazonses.com, also with a +label. reject@ of the same domain, which SES does not have, makes the
// reject event. Everything else is delivered.
package mail

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/infra/local/program"
)

// Identity is a domain or an address that mail may come from.
type Identity struct {
	Name string
	// ConfigurationSet holds for mail that names none.
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

// Subscription is a function that gets what a topic publishes.
type Subscription struct{ Topic, Function string }

// Quota is how much may be sent.
type Quota struct {
	// PerDay is the number of recipients in 24 hours by the shifted clock, PerSecond in a second of the machine's.
	PerDay    float64 `json:"per_day"`
	PerSecond float64 `json:"per_second"`
}

// Clock stamps messages and events.
type Clock interface{ Now() time.Time }

// Invoker calls functions and does not wait for them.
type Invoker interface {
	InvokeAsync(ctx context.Context, function string, payload []byte) (string, error)
}

// Config says what to run.
type Config struct {
	// Address is where the recorder listens, Inbox where the web inbox does; 127.0.0.1:0 for free ports.
	Address, Inbox string
	// Identities may send; none at all lets everybody send.
	Identities        []Identity
	ConfigurationSets []string
	Destinations      []Destination
	Subscriptions     []Subscription
	Quota             Quota
	// State is the folder that keeps the messages.
	State string
	// Packages is the folder whose node_modules hold the inbox.
	Packages string
	Region   string
	Account  string
	Clock    Clock
	Invoker  Invoker
	Log      io.Writer
	// Died, if set, is told when the inbox dies without having been asked to.
	Died func(error)
}

// Recorder is a running stand-in for SES.
type Recorder struct {
	c      Config
	url    string
	inbox  string
	server *http.Server
	node   *program.Program
	box    *box
	group  sync.WaitGroup
	ctx    context.Context //nolint:containedctx // of what goes on after an answer; Close ends it
	cancel context.CancelFunc
}

// Start starts the recorder and the inbox, and fills the inbox with the messages that are kept.
func Start(ctx context.Context, c Config) (*Recorder, error) {
	if c.Quota == (Quota{}) {
		c.Quota = Quota{PerDay: 50000, PerSecond: 14}
	}
	b, err := openBox(c.State)
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
		return nil, errors.Join(fmt.Errorf("listen for mail: %w", err), r.Close())
	}
	r.url = "http://" + l.Addr().String()
	r.server = &http.Server{Handler: r.handler(), ReadHeaderTimeout: 10 * time.Second}
	go func() {
		err := r.server.Serve(l)
		if !errors.Is(err, http.ErrServerClosed) {
			r.logf("mail is no longer taken: %v", err)
		}
	}()
	r.group.Go(r.refill)
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
		return fmt.Errorf("address of the inbox: %w", err)
	}
	script, err := filepath.Abs(filepath.Join(r.c.Packages, "node_modules", "aws-ses-v2-local", "dist", "cli.js"))
	if err != nil {
		return fmt.Errorf("script of the inbox: %w", err)
	}
	r.inbox = "http://" + address
	r.node, err = program.Start(ctx, program.Spec{
		Name: "mail", Path: node, Args: []string{script, "--host", host, "--port", port}, Env: []string{"NODE_ENV=production"},
		Log: r.c.Log, Died: r.c.Died, Ready: func(ctx context.Context) error {
			return r.ask(ctx, http.MethodGet, "/health-check", nil)
		},
	})
	return err
}

// ask asks the inbox.
func (r *Recorder) ask(ctx context.Context, method, path string, body []byte) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, method, r.inbox+path, strings.NewReader(string(body)))
	if err != nil {
		return fmt.Errorf("ask the inbox: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("Authorization", "AWS4-HMAC-SHA256 Credential=local")
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the inbox: %w", err)
	}
	_, _ = io.Copy(io.Discard, res.Body)
	err = res.Body.Close()
	if err == nil && res.StatusCode != http.StatusOK {
		err = fmt.Errorf("the inbox answers %s", res.Status)
	}
	return err
}

// show puts a message into the inbox.
func (r *Recorder) show(raw []byte) {
	body, err := json.Marshal(map[string]any{"Content": map[string]any{"Raw": map[string]any{"Data": raw}}})
	if err == nil {
		err = r.ask(r.ctx, http.MethodPost, "/v2/email/outbound-emails", body)
	}
	if err != nil && r.ctx.Err() == nil {
		r.logf("a message is kept but the inbox does not show it: %v", err)
	}
}

// refill shows the kept messages in an inbox that has just started, since it forgets its own.
func (r *Recorder) refill() {
	for _, m := range r.box.list() {
		if r.ctx.Err() != nil {
			return
		}
		raw, err := r.box.raw(m.ID)
		if err != nil {
			r.logf("%v", err)
			continue
		}
		r.show(raw)
	}
}

func (r *Recorder) logf(format string, args ...any) {
	fmt.Fprintf(r.c.Log, "mail: "+format+"\n", args...)
}

// URL returns where SES's APIs and the recorder's own are.
func (r *Recorder) URL() string { return r.url }

// Inbox returns the web inbox's address.
func (r *Recorder) Inbox() string { return r.inbox }

// Close ends the recorder and the inbox; the messages stay.
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
