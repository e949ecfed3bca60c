// Package lambda runs function binaries like AWS Lambda: the Runtime API over HTTP, one event at a time per process, more
// processes under load, timeouts, payload limits, and asynchronous invocations with retries. It does not know the template
// or the event sources.
//
// Methods that take the name of a function accept its AWS name, its logical id, the name of its folder and its ARN.
package lambda

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/infra/local/logs"
)

// Limits of AWS Lambda that the pool enforces.
const (
	MaxPayload      = 6 << 20 // event and response of a synchronous invocation
	MaxAsyncPayload = 1 << 20 // event of an asynchronous invocation
	initTimeout     = 10 * time.Second
	maxLogTail      = 4 << 10
	idleLife        = 5 * time.Minute // idle processes are stopped after this time, except the last one of a function
)

// Function is the configuration of a function.
type Function struct {
	Name       string // the function's name on AWS
	LogicalID  string // its name in the template
	Label      string // the name of its folder, which log lines have
	Binary     string
	Handler    string
	Env        map[string]string
	Timeout    time.Duration
	MemoryMB   int
	Reserved   int  // reserved concurrency; 0 for none
	AllowLoops bool // RecursiveLoop: Allow; otherwise a function that keeps invoking itself is stopped, as on AWS
	JSONLogs   bool // LogFormat: JSON
	LogLevel   string
	LogGroup   string
	MaxRetries int           // of an asynchronous event, at most 2
	MaxAge     time.Duration // of an asynchronous event
	OnFailure  Destination
	OnSuccess  Destination
}

// Destination receives the records of asynchronous events that are done.
type Destination interface {
	// Deliver delivers a record, a JSON document. The caller logs a failure, and the record is lost, as on AWS.
	Deliver(ctx context.Context, function string, record []byte) error
}

// Config configures a Pool.
type Config struct {
	Functions []Function
	// Address is the host and port of Handler.
	Address string
	Region  string
	Account string
	// Processes is the maximum number of processes per function; further events wait.
	Processes int
	// RetryDelay is the delay before the first retry of an asynchronous event; the second takes twice as long. On AWS it
	// is a minute.
	RetryDelay time.Duration
	// Folder stores asynchronous events that are not done, so that they survive a restart; empty for none.
	Folder string
	Log    *logs.Log
	// Metric, if set, is called with the name of a metric of AWS/Lambda, a function's name and a value: Invocations and Errors
	// after each invocation, Throttles, AsyncEventsDropped and DestinationDeliveryFailures when they happen, and
	// ConcurrentExecutions of all functions, without a name, when an event is accepted.
	Metric func(metric, function string, value float64)
}

// Pool runs the functions of a template. Its Handler must be served before the first invocation.
type Pool struct {
	cfg       Config
	functions []*function
	names     map[string]*function

	mu        sync.Mutex
	instances map[string]*instance
	closed    bool
	async     sync.WaitGroup
	stop      chan struct{}
}

// NewPool returns a pool without processes. It fails if two functions have the same name.
func NewPool(cfg Config) (*Pool, error) {
	if cfg.Processes <= 0 {
		cfg.Processes = 32
	}
	if cfg.RetryDelay <= 0 {
		cfg.RetryDelay = time.Minute
	}
	p := &Pool{
		cfg: cfg, names: map[string]*function{}, instances: map[string]*instance{}, stop: make(chan struct{}),
	}
	for _, spec := range cfg.Functions {
		f := &function{Function: spec, pool: p, arn: p.arn(spec.Name)}
		p.functions = append(p.functions, f)
		for _, name := range []string{spec.Name, spec.LogicalID, spec.Label, f.arn} {
			if other, ok := p.names[name]; ok && other != f {
				return nil, fmt.Errorf("two functions have the name %s", name)
			}
			p.names[name] = f
		}
	}
	go p.watchMemory()
	return p, nil
}

func (p *Pool) arn(name string) string {
	return "arn:aws:lambda:" + p.cfg.Region + ":" + p.cfg.Account + ":function:" + name
}

// Names returns the functions' labels, sorted.
func (p *Pool) Names() []string {
	names := make([]string, 0, len(p.functions))
	for _, f := range p.functions {
		names = append(names, f.Label)
	}
	slices.Sort(names)
	return names
}

// find returns a function by any of its names. It fails with ErrNoFunction.
func (p *Pool) find(name string) (*function, error) {
	f, ok := p.names[strings.TrimSuffix(name, ":$LATEST")]
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoFunction, name)
	}
	return f, nil
}

// Warm starts a process of each function, so that failures to start show early, and waits until all are ready or have
// failed. It returns the labels of those that failed.
func (p *Pool) Warm(ctx context.Context) []string {
	type started struct {
		label string
		err   error
	}
	results := make(chan started, len(p.functions))
	for _, f := range p.functions {
		ready := make(chan error, 1)
		f.mu.Lock()
		f.launch(ready)
		f.mu.Unlock()
		go func() {
			select {
			case err := <-ready:
				results <- started{f.Label, err}
			case <-ctx.Done():
				results <- started{f.Label, ctx.Err()}
			}
		}()
	}
	var failed []string
	for range p.functions {
		r := <-results
		if r.err != nil {
			failed = append(failed, r.label)
		}
	}
	slices.Sort(failed)
	return failed
}

// Invoke implements Invoker.
func (p *Pool) Invoke(ctx context.Context, name string, payload []byte) (Result, error) {
	return p.call(ctx, name, payload, callOptions{})
}

// count adds one to a metric of a function.
func (p *Pool) count(metric string, f *function) {
	if p.cfg.Metric != nil {
		p.cfg.Metric(metric, f.Name, 1)
	}
}

// concurrency returns the number of events of all functions that are running, or waiting for a process.
func (p *Pool) concurrency() int {
	n := 0
	for _, f := range p.functions {
		f.mu.Lock()
		n += f.running + len(f.queue)
		f.mu.Unlock()
	}
	return n
}

type callOptions struct {
	requestID     string
	trace         string // the caller's trace header, which counts the invocations of a chain
	clientContext string
}

// call invokes a function and waits for the result.
func (p *Pool) call(ctx context.Context, name string, payload []byte, opts callOptions) (Result, error) {
	f, err := p.find(name)
	if err != nil {
		return Result{}, err
	}
	if len(payload) > MaxPayload {
		return Result{}, fmt.Errorf("%w: %d bytes, of at most %d", ErrTooLarge, len(payload), MaxPayload)
	}
	trace, err := f.nextTrace(opts.trace)
	if err != nil {
		return Result{}, err
	}
	if opts.requestID == "" {
		opts.requestID = newID()
	}
	inv := &invocation{
		id: opts.requestID, payload: payload, trace: trace, clientContext: opts.clientContext, done: make(chan Result, 1),
	}
	err = f.dispatch(inv)
	if errors.Is(err, ErrThrottled) {
		p.count("Throttles", f)
	}
	if err != nil {
		return Result{}, err
	}
	if p.cfg.Metric != nil {
		p.cfg.Metric("ConcurrentExecutions", "", float64(p.concurrency()))
	}
	select {
	case r := <-inv.done:
		return r, nil
	case <-ctx.Done():
		// As on AWS, the function continues.
		return Result{RequestID: inv.id}, fmt.Errorf("wait for %s: %w", f.Label, ctx.Err())
	case <-p.stop:
	}
	select {
	case r := <-inv.done:
		return r, nil
	default:
		return Result{RequestID: inv.id}, ErrStopped
	}
}

// KillRunning kills all processes of a function, with their events, and returns their number.
func (p *Pool) KillRunning(name string) (int, error) {
	f, err := p.find(name)
	if err != nil {
		return 0, err
	}
	f.mu.Lock()
	f.idle = nil // no event is sent to a process that was killed
	f.mu.Unlock()
	n := 0
	for _, in := range p.all() {
		if in.f == f {
			in.kill("killed by a request")
			n++
		}
	}
	return n, nil
}

// Replace runs further events of a function in new processes, after its binary or environment has changed. Current events
// are finished by the old processes.
func (p *Pool) Replace(name string) error {
	f, err := p.find(name)
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.generation++
	idle := slices.Clone(f.idle)
	f.idle = nil
	f.mu.Unlock()
	for _, in := range idle {
		in.retire()
	}
	return nil
}

func (p *Pool) all() []*instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Values(p.instances))
}

func (p *Pool) instance(id string) *instance {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.instances[id]
}

// Busy returns the number of events that are running or queued.
func (p *Pool) Busy() int {
	n := 0
	for _, f := range p.functions {
		f.mu.Lock()
		n += f.running + len(f.queue)
		f.mu.Unlock()
	}
	return n
}

// EventsOf returns the number of a function's events that are running or queued; a running asynchronous event counts
// twice. It fails with ErrNoFunction.
func (p *Pool) EventsOf(name string) (int, error) {
	f, err := p.find(name)
	if err != nil {
		return 0, err
	}
	return f.busy(), nil
}

func (f *function) busy() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.running + len(f.queue) + f.pending
}

// Close waits for running events until ctx is done and then stops all processes. Queued asynchronous events stay in the
// folder.
func (p *Pool) Close(ctx context.Context) {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return
	}
	p.closed = true
	p.mu.Unlock()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for p.Busy() > 0 && ctx.Err() == nil {
		select {
		case <-tick.C:
		case <-ctx.Done():
		}
	}
	close(p.stop)
	for _, in := range p.all() {
		in.retire()
	}
	for _, in := range p.all() {
		<-in.ended
	}
	p.async.Wait()
}

func (p *Pool) isClosed() bool {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.closed
}

// watchMemory kills processes that use more than their function's memory, as Lambda does, and stops idle processes.
func (p *Pool) watchMemory() {
	tick := time.NewTicker(250 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case <-p.stop:
			return
		case <-tick.C:
		}
		for _, in := range p.all() {
			used := residentMB(in.pid())
			if in.f.MemoryMB > 0 && used > in.f.MemoryMB {
				in.kill(fmt.Sprintf("used %d MB; its MemorySize is %d MB", used, in.f.MemoryMB))
			}
		}
		for _, f := range p.functions {
			f.stopIdle()
		}
	}
}

func newID() string {
	var b [16]byte
	// rand.Read never fails: the standard library ends the program instead.
	_, _ = rand.Read(b[:])
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	s := hex.EncodeToString(b[:])
	return s[:8] + "-" + s[8:12] + "-" + s[12:16] + "-" + s[16:20] + "-" + s[20:]
}

func (p *Pool) asyncFolder() string {
	if p.cfg.Folder == "" {
		return ""
	}
	return filepath.Join(p.cfg.Folder, "async")
}
