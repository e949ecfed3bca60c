package lambda

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"maps"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/infra/local/logs"
)

// Limits of AWS Lambda that the pool keeps.
const (
	MaxPayload      = 6 << 20 // event and answer of a synchronous call
	MaxAsyncPayload = 1 << 20 // event of an asynchronous call
	initTimeout     = 10 * time.Second
	maxLogTail      = 4 << 10
	idleLife        = 5 * time.Minute // an idle process beyond the first of its function ends after this
)

// Function is what the pool needs to know to run one.
type Function struct {
	Name       string // the function's name on AWS
	LogicalID  string // its name in the template
	Label      string // its folder's name: what people call it and what stands on its log lines
	Binary     string
	Handler    string
	Env        map[string]string
	Timeout    time.Duration
	MemoryMB   int
	Reserved   int  // reserved concurrency; 0 for none
	LoopsOn    bool // RecursiveLoop: Allow; else a function that keeps calling itself is stopped as on AWS
	JSONLogs   bool // LoggingConfig: the library's handler writes JSON when told so
	LogLevel   string
	LogGroup   string
	MaxRetries int           // of an asynchronous call, at most 2
	MaxAge     time.Duration // of an asynchronous call
	OnFailure  Destination
	OnSuccess  Destination
}

// Destination takes the record of an asynchronous call that ended.
type Destination interface {
	// Deliver hands on one record, a JSON document. A failure is logged by the caller and the record is lost, as on AWS.
	Deliver(ctx context.Context, function string, record []byte) error
}

// Config is what a pool is made of.
type Config struct {
	Functions []Function
	// Address is where Handler is served, as host:port.
	Address string
	Region  string
	Account string
	// Processes is the most that one function runs at a time; further events wait for one.
	Processes int
	// RetryDelay is the wait before the first retry of an asynchronous call; the second waits twice as long. AWS takes
	// a minute.
	RetryDelay time.Duration
	// Folder keeps asynchronous events that are not done yet, so that they survive a restart. Empty: they do not.
	Folder string
	Log    *logs.Log
	// Ended is told of each ended invocation, when it is set.
	Ended func(Report)
}

// Report says what one invocation took.
type Report struct {
	Function  string
	RequestID string
	Duration  time.Duration
	Init      time.Duration // of the process start that this invocation waited for, else 0
	MemoryMB  int
	Failed    bool
}

// Pool runs the functions of one template. Serve its Handler before the first invocation, and Close it at the end.
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

// NewPool checks the functions and starts none.
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
				return nil, fmt.Errorf("two functions are named %s", name)
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

// Names returns the functions' labels in order.
func (p *Pool) Names() []string {
	names := make([]string, 0, len(p.functions))
	for _, f := range p.functions {
		names = append(names, f.Label)
	}
	slices.Sort(names)
	return names
}

func (p *Pool) find(name string) (*function, error) {
	f, ok := p.names[strings.TrimSuffix(name, ":$LATEST")]
	if !ok {
		return nil, fmt.Errorf("%w: %s", ErrNoFunction, name)
	}
	return f, nil
}

// Warm starts one process of each function, so that a function that can't start is shown at once, and waits until each
// is ready or has failed. It returns the labels of those that failed.
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

type callOptions struct {
	requestID     string
	trace         string // the caller's trace header, which carries how often the functions called each other
	clientContext string
}

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
	if err != nil {
		return Result{}, err
	}
	select {
	case r := <-inv.done:
		return r, nil
	case <-ctx.Done():
		// The function works on, as on AWS: only the caller has gone.
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

// KillRunning ends all processes of a function at once, whatever they are doing, and returns how many there were.
func (p *Pool) KillRunning(name string) (int, error) {
	f, err := p.find(name)
	if err != nil {
		return 0, err
	}
	f.mu.Lock()
	f.idle = nil // so that none of them gets an event before its end is noticed
	f.mu.Unlock()
	n := 0
	for _, in := range p.all() {
		if in.f == f {
			in.kill("killed on demand")
			n++
		}
	}
	return n, nil
}

// Renew lets the next event of a function be taken by a new process, after its binary or environment has changed.
// Events under way are finished by the old ones.
func (p *Pool) Renew(name string) error {
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

// Busy says how many events are being worked on or wait for a process.
func (p *Pool) Busy() int {
	n := 0
	for _, f := range p.functions {
		f.mu.Lock()
		n += f.running + len(f.queue)
		f.mu.Unlock()
	}
	return n
}

// BusyWith says how many events a function is working on or has waiting; an asynchronous one that is worked on counts
// twice. It returns ErrNoFunction for an unknown name.
func (p *Pool) BusyWith(name string) (int, error) {
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

// Close gives events under way until ctx ends, then ends every process. Queued asynchronous events stay in the folder.
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

// watchMemory kills a process that grows over its function's memory, as Lambda does, and ends processes long idle.
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
				in.kill(fmt.Sprintf("used %d MB of the %d MB that its MemorySize allows", used, in.f.MemoryMB))
			}
		}
		for _, f := range p.functions {
			f.trim()
		}
	}
}

func newID() string {
	var b [16]byte
	// Reading random bytes never fails: the standard library ends the program instead.
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
