// Package program runs one service program of the local cloud: it starts the program, waits until it answers, copies its
// output to the log under its name, reports crashes and restarts it. It does not know what the program serves.
package program

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/kithhq/kith/infra/local/process"
)

const (
	startTimeout = 2 * time.Minute // until the program answers, while the functions are built beside it
	stopTimeout  = 5 * time.Second // from SIGTERM to SIGKILL
	tailLimit    = 4 << 10         // bytes of output in a crash report
	maxCrashes   = 3               // within crashWindow; after one more the program is not restarted
	crashWindow  = time.Minute

	// Linux assigns ports from 32768 on to outgoing connections, other systems from 49152 on.
	lowPort, highPort = 15000, 32000
)

// Spec describes a program.
type Spec struct {
	// Name is the prefix of each line of its log.
	Name string
	Path string
	Args []string
	// Env is added to this program's environment.
	Env []string
	Dir string
	// Ready returns nil when the program answers.
	Ready func(ctx context.Context) error
	// Log receives the program's output, line by line, and reports of crashes.
	Log io.Writer
	// Crashed, if set, is called at every unexpected end of the program.
	Crashed func(error)
}

// Program is a running service program.
type Program struct {
	spec Spec

	mu      sync.Mutex
	child   *child
	closed  bool
	crashes []time.Time
	failure error
	resume  *time.Timer // of the last pause
}

// child is one process of the program.
type child struct {
	cmd    *exec.Cmd
	ended  chan struct{}
	err    error // set before ended is closed
	output *output

	// Guarded by Program.mu.
	ready    bool // it has answered
	stopping bool // we ended it
	reported bool // its crash was reported
}

// Start starts the program and returns when it is ready. It fails, with the program's last output, if the program ends
// or does not answer within two minutes.
func Start(ctx context.Context, spec Spec) (*Program, error) {
	if spec.Log == nil {
		spec.Log = io.Discard
	}
	p := &Program{spec: spec}
	err := p.launch(ctx)
	if err != nil {
		return nil, err
	}
	return p, nil
}

// Restart kills the program, as a crash would, and starts it again on the same data.
func (p *Program) Restart(ctx context.Context) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return fmt.Errorf("%s has ended", p.spec.Name)
	}
	r := p.child
	r.stopping = true
	p.mu.Unlock()
	err := process.Kill(r.cmd)
	if err != nil {
		return err
	}
	<-r.ended
	return p.launch(ctx)
}

// Pause suspends the program for a time, from now on, in which it accepts requests and answers none.
func (p *Program) Pause(d time.Duration) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	cmd := p.child.cmd
	if p.resume != nil {
		p.resume.Stop()
	}
	if err := process.Pause(cmd); err != nil {
		return err
	}
	p.resume = time.AfterFunc(d, func() {
		if err := process.Resume(cmd); err != nil {
			_, _ = fmt.Fprintf(p.spec.Log, "%s %v\n", p.spec.Name, err) // nobody to report to
		}
	})
	return nil
}

// Close stops the program. A second call does nothing.
func (p *Program) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	r := p.child
	r.stopping = true
	p.mu.Unlock()
	select {
	case <-r.ended:
		return nil
	default:
	}
	err := process.Stop(r.cmd, r.ended, stopTimeout)
	<-r.ended
	return err
}

// Err returns why the program is not restarted any more, or nil.
func (p *Program) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failure
}

func (p *Program) launch(ctx context.Context) error {
	cmd := exec.Command(p.spec.Path, p.spec.Args...) //nolint:noctx // it outlives the caller's context; Close ends it
	cmd.Env = append(os.Environ(), p.spec.Env...)
	cmd.Dir = p.spec.Dir
	out := &output{name: p.spec.Name, log: p.spec.Log}
	cmd.Stdout, cmd.Stderr = out, out
	r := &child{cmd: cmd, ended: make(chan struct{}), output: out}
	err := process.Start(cmd)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.child = r
	closed := p.closed
	r.stopping = closed
	p.mu.Unlock()
	go p.wait(r)
	if closed {
		return errors.Join(process.Kill(cmd), fmt.Errorf("%s has ended", p.spec.Name))
	}
	err = p.awaitReady(ctx, r)
	if err != nil {
		p.mu.Lock()
		r.stopping = true
		p.mu.Unlock()
		return errors.Join(err, process.Kill(cmd))
	}
	p.mu.Lock()
	r.ready = true
	p.mu.Unlock()
	select {
	case <-r.ended: // right after it answered, before ready was set
		p.handleCrash(r)
	default:
	}
	return nil
}

func (p *Program) awaitReady(ctx context.Context, r *child) error {
	ctx, cancel := context.WithTimeout(ctx, startTimeout)
	defer cancel()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		err := p.spec.Ready(ctx)
		if err == nil {
			return nil
		}
		select {
		case <-r.ended:
			return fmt.Errorf("%s ended while starting (%w): %s", p.spec.Name, exitError(r.err), r.output.tail())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer (%w): %s", p.spec.Name, err, r.output.tail())
		case <-tick.C:
		}
	}
}

// wait waits for the end of a process.
func (p *Program) wait(r *child) {
	r.err = r.cmd.Wait()
	r.output.flush()
	close(r.ended)
	p.handleCrash(r)
}

// handleCrash reports a process that ended unexpectedly and starts the next one. A process that never was ready is
// handled by launch.
func (p *Program) handleCrash(r *child) {
	p.mu.Lock()
	if r.stopping || !r.ready || r.reported {
		p.mu.Unlock()
		return
	}
	r.reported = true
	now := time.Now()
	p.crashes = append(p.crashes, now)
	recent := 0
	for _, t := range p.crashes {
		if now.Sub(t) < crashWindow {
			recent++
		}
	}
	crash := fmt.Errorf("%s crashed (%w); its last output:\n%s", p.spec.Name, exitError(r.err), r.output.tail())
	if recent > maxCrashes {
		p.failure = crash
	}
	p.mu.Unlock()
	fmt.Fprintf(p.spec.Log, "%v\n", crash)
	if p.spec.Crashed != nil {
		p.spec.Crashed(crash)
	}
	if recent > maxCrashes {
		fmt.Fprintf(p.spec.Log, "%s: %d crashes within a minute, not restarted\n", p.spec.Name, recent)
		return
	}
	err := p.launch(context.Background())
	if err != nil {
		p.mu.Lock()
		p.failure = err
		p.mu.Unlock()
		fmt.Fprintf(p.spec.Log, "%s could not be restarted: %v\n", p.spec.Name, err)
		if p.spec.Crashed != nil {
			p.spec.Crashed(err)
		}
	}
}

// exitError returns err, or an error for a process that ended with status 0.
func exitError(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// output writes the program's output to the log, each line with the program's name as a prefix, and keeps its end.
type output struct {
	name string
	log  io.Writer

	mu      sync.Mutex
	partial []byte // of a line
	last    []byte
}

func (t *output) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, b...)
	if len(t.last) > tailLimit {
		t.last = t.last[len(t.last)-tailLimit:]
	}
	t.partial = append(t.partial, b...)
	for {
		i := bytes.IndexByte(t.partial, '\n')
		if i < 0 {
			return len(b), nil
		}
		t.writeLine(t.partial[:i])
		t.partial = t.partial[i+1:]
	}
}

func (t *output) writeLine(b []byte) {
	fmt.Fprintf(t.log, "%s: %s\n", t.name, bytes.TrimRight(b, "\r"))
}

func (t *output) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.partial) > 0 {
		t.writeLine(t.partial)
		t.partial = nil
	}
}

// tail returns the end of the output.
func (t *output) tail() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := strings.TrimSpace(string(t.last))
	if s == "" {
		return "(it printed nothing)"
	}
	return s
}

// Listen opens a free port that the system does not assign to outgoing connections. A port that it does assign can be
// taken by a client while its server restarts, even by the client that tries to reach the server. The port stays reserved for
// this process, so that no other local cloud takes it before its server starts.
func Listen(ctx context.Context, host string) (net.Listener, error) {
	var lc net.ListenConfig
	err := errors.New("other local clouds have reserved every port tried")
	for range 100 {
		var l net.Listener
		port := lowPort + rand.IntN(highPort-lowPort)
		free, fault := reserve(port)
		if fault != nil {
			return nil, fault
		}
		if !free {
			continue
		}
		l, err = lc.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("find a free port: %w", err)
}

// Address returns address; if its port is 0, the same host with a port that is free now.
func Address(ctx context.Context, address string) (string, error) {
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", fmt.Errorf("address %q: %w", address, err)
	}
	if port != "0" {
		return address, nil
	}
	l, err := Listen(ctx, host)
	if err != nil {
		return "", err
	}
	free := l.Addr().String()
	err = l.Close()
	if err != nil {
		return "", fmt.Errorf("find a free port: %w", err)
	}
	return free, nil
}
