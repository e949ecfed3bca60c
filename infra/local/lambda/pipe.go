package lambda

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"github.com/kithhq/kith/infra/local/logs"
)

// pipe carries what a process prints. drain lets the caller be sure that everything printed before now has been seen,
// so a line is never put down to the next request.
type pipe struct {
	read  *os.File
	write *os.File
	twin  int // a second descriptor of the reading end, for drain

	mu     sync.Mutex
	buffer []byte
	lines  logs.Splitter
	closed bool
	ended  chan struct{}
}

func newPipe(line func(string)) (*pipe, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("make a pipe: %w", err)
	}
	p := &pipe{read: read, write: write, buffer: make([]byte, 32<<10), ended: make(chan struct{})}
	p.lines.Line = line
	raw, err := read.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("open the pipe: %w", err)
	}
	var dupErr error
	err = raw.Control(func(fd uintptr) {
		p.twin, dupErr = syscall.Dup(int(fd))
		if dupErr == nil {
			syscall.CloseOnExec(p.twin)
		}
	})
	if err := errors.Join(err, dupErr); err != nil {
		return nil, fmt.Errorf("open the pipe twice: %w", err)
	}
	go p.follow(raw)
	return p, nil
}

// started closes our copy of the writing end, so that the reading end sees the process end.
func (p *pipe) started() {
	_ = p.write.Close()
}

func (p *pipe) follow(raw syscall.RawConn) {
	defer close(p.ended)
	for {
		var n int
		err := raw.Read(func(fd uintptr) bool {
			p.mu.Lock()
			defer p.mu.Unlock()
			var err error
			n, err = syscall.Read(int(fd), p.buffer)
			if errors.Is(err, syscall.EAGAIN) || errors.Is(err, syscall.EINTR) {
				return false
			}
			if n > 0 {
				p.lines.Add(p.buffer[:n])
			}
			return true
		})
		if err != nil || n <= 0 {
			return
		}
	}
}

// drain hands on every line that was printed before the call.
func (p *pipe) drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	for {
		n, err := syscall.Read(p.twin, p.buffer)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil || n <= 0 {
			return
		}
		p.lines.Add(p.buffer[:n])
	}
}

// close drains, hands on an unfinished line and closes both ends.
func (p *pipe) close() {
	p.drain()
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		p.lines.Flush()
		_ = syscall.Close(p.twin)
	}
	p.mu.Unlock()
	_ = p.read.Close()
	<-p.ended
}
