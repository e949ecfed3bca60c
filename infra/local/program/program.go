// Package program keeps one service program of the local cloud running: it starts it, waits until it answers, copies
// what it prints to the log under its name, says at once when it dies, and starts it again. It knows nothing of what
// the program serves.
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
	patience  = 30 * time.Second // for the program to answer after its start
	goodbye   = 5 * time.Second  // for the program to end when asked
	tailLimit = 4 << 10          // bytes of output quoted when it dies
	crashes   = 3                // deaths within crashSpan after which it stays dead
	crashSpan = time.Minute

	// Linux hands ports from 32768 on to outgoing connections, others from 49152 on.
	lowPort, highPort = 15000, 32000
)

// Spec says what to run and how to tell that it works.
type Spec struct {
	// Name stands on every line of its log.
	Name string
	Path string
	Args []string
	// Env is added to this program's environment.
	Env []string
	Dir string
	// Ready returns nil once the program answers.
	Ready func(ctx context.Context) error
	// Log gets the program's output, a line at a time, and what became of it.
	Log io.Writer
	// Died, if set, is told of every death that nobody asked for.
	Died func(error)
}

// Program is a running service program.
type Program struct {
	spec Spec

	mu      sync.Mutex
	run     *run
	closed  bool
	deaths  []time.Time
	failure error
}

// run is one life of the program.
type run struct {
	cmd   *exec.Cmd
	ended chan struct{}
	err   error // set before ended is closed
	tail  *tail

	// Guarded by Program.mu.
	ready   bool // it has answered
	asked   bool // its end was asked for
	mourned bool // its end has been dealt with
}

// Start starts the program and returns when it is ready. It fails, quoting the program's last words, when it dies or
// does not answer within half a minute.
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

// Restart kills the program as a crash would and starts it again on the same data.
func (p *Program) Restart(ctx context.Context) error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return fmt.Errorf("%s has ended", p.spec.Name)
	}
	r := p.run
	r.asked = true
	p.mu.Unlock()
	err := process.Kill(r.cmd)
	if err != nil {
		return err
	}
	<-r.ended
	return p.launch(ctx)
}

// Close ends the program. A second call does nothing.
func (p *Program) Close() error {
	p.mu.Lock()
	if p.closed {
		p.mu.Unlock()
		return nil
	}
	p.closed = true
	r := p.run
	r.asked = true
	p.mu.Unlock()
	select {
	case <-r.ended:
		return nil
	default:
	}
	err := process.Stop(r.cmd, r.ended, goodbye)
	<-r.ended
	return err
}

// Err returns why the program is gone for good, or nil.
func (p *Program) Err() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.failure
}

func (p *Program) launch(ctx context.Context) error {
	cmd := exec.Command(p.spec.Path, p.spec.Args...) //nolint:noctx // it outlives the caller's context; Close ends it
	cmd.Env = append(os.Environ(), p.spec.Env...)
	cmd.Dir = p.spec.Dir
	out := &tail{name: p.spec.Name, log: p.spec.Log}
	cmd.Stdout, cmd.Stderr = out, out
	r := &run{cmd: cmd, ended: make(chan struct{}), tail: out}
	err := process.Start(cmd)
	if err != nil {
		return err
	}
	p.mu.Lock()
	p.run = r
	closed := p.closed
	r.asked = closed
	p.mu.Unlock()
	go p.watch(r)
	if closed {
		return errors.Join(process.Kill(cmd), fmt.Errorf("%s has ended", p.spec.Name))
	}
	err = p.await(ctx, r)
	if err != nil {
		p.mu.Lock()
		r.asked = true
		p.mu.Unlock()
		return errors.Join(err, process.Kill(cmd))
	}
	p.mu.Lock()
	r.ready = true
	p.mu.Unlock()
	select {
	case <-r.ended: // at once after it had answered
		p.mourn(r)
	default:
	}
	return nil
}

func (p *Program) await(ctx context.Context, r *run) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
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
			return fmt.Errorf("%s ended at its start (%w): %s", p.spec.Name, orClean(r.err), r.tail.text())
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer (%w): %s", p.spec.Name, err, r.tail.text())
		case <-tick.C:
		}
	}
}

// watch waits for the end of one life.
func (p *Program) watch(r *run) {
	r.err = r.cmd.Wait()
	r.tail.flush()
	close(r.ended)
	p.mourn(r)
}

// mourn tells of the end of a life that nobody asked for, and starts the next. One that never answered is its starter's
// concern.
func (p *Program) mourn(r *run) {
	p.mu.Lock()
	if r.asked || !r.ready || r.mourned {
		p.mu.Unlock()
		return
	}
	r.mourned = true
	now := time.Now()
	p.deaths = append(p.deaths, now)
	recent := 0
	for _, t := range p.deaths {
		if now.Sub(t) < crashSpan {
			recent++
		}
	}
	death := fmt.Errorf("%s died (%w); its last words:\n%s", p.spec.Name, orClean(r.err), r.tail.text())
	if recent > crashes {
		p.failure = death
	}
	p.mu.Unlock()
	fmt.Fprintf(p.spec.Log, "%v\n", death)
	if p.spec.Died != nil {
		p.spec.Died(death)
	}
	if recent > crashes {
		fmt.Fprintf(p.spec.Log, "%s: %d deaths within a minute, not started again\n", p.spec.Name, recent)
		return
	}
	err := p.launch(context.Background())
	if err != nil {
		p.mu.Lock()
		p.failure = err
		p.mu.Unlock()
		fmt.Fprintf(p.spec.Log, "%s could not be started again: %v\n", p.spec.Name, err)
		if p.spec.Died != nil {
			p.spec.Died(err)
		}
	}
}

func orClean(err error) error {
	if err == nil {
		return errors.New("exit status 0")
	}
	return err
}

// tail writes whole lines with the program's name in front to the log and remembers the last few.
type tail struct {
	name string
	log  io.Writer

	mu   sync.Mutex
	part []byte
	last []byte
}

func (t *tail) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.last = append(t.last, b...)
	if len(t.last) > tailLimit {
		t.last = t.last[len(t.last)-tailLimit:]
	}
	t.part = append(t.part, b...)
	for {
		i := bytes.IndexByte(t.part, '\n')
		if i < 0 {
			return len(b), nil
		}
		t.line(t.part[:i])
		t.part = t.part[i+1:]
	}
}

func (t *tail) line(b []byte) {
	fmt.Fprintf(t.log, "%s: %s\n", t.name, bytes.TrimRight(b, "\r"))
}

func (t *tail) flush() {
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.part) > 0 {
		t.line(t.part)
		t.part = nil
	}
}

func (t *tail) text() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	s := strings.TrimSpace(string(t.last))
	if s == "" {
		return "(it printed nothing)"
	}
	return s
}

// Listen opens a free port that the system does not hand to outgoing connections. A port that it does hand out can be
// taken by a client while its server restarts, even by the one that tries to reach it.
func Listen(ctx context.Context, host string) (net.Listener, error) {
	var lc net.ListenConfig
	var err error
	for range 100 {
		var l net.Listener
		port := lowPort + rand.IntN(highPort-lowPort)
		l, err = lc.Listen(ctx, "tcp", net.JoinHostPort(host, strconv.Itoa(port)))
		if err == nil {
			return l, nil
		}
	}
	return nil, fmt.Errorf("find a free port: %w", err)
}

// Address returns address, or, when its port is 0, the same host with a port that is free now.
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
