package lambda

import (
	"errors"
	"fmt"
	"os"
	"sync"
	"syscall"

	"github.com/kithhq/kith/infra/local/logs"
)

// pipe reads the output of a process. drain returns when everything printed so far was read, so that no line is attributed
// to the next request.
type pipe struct {
	read  *os.File
	write *os.File
	dup   int // a second descriptor of the read end, for drain

	mu     sync.Mutex
	buffer []byte
	lines  logs.Splitter
	closed bool
	ended  chan struct{}
}

func newPipe(line func(string)) (*pipe, error) {
	read, write, err := os.Pipe()
	if err != nil {
		return nil, fmt.Errorf("create a pipe: %w", err)
	}
	p := &pipe{read: read, write: write, buffer: make([]byte, 32<<10), ended: make(chan struct{})}
	p.lines.Line = line
	raw, err := read.SyscallConn()
	if err != nil {
		return nil, fmt.Errorf("open the pipe: %w", err)
	}
	var dupErr error
	err = raw.Control(func(fd uintptr) {
		p.dup, dupErr = syscall.Dup(int(fd))
		if dupErr == nil {
			syscall.CloseOnExec(p.dup)
		}
	})
	if err := errors.Join(err, dupErr); err != nil {
		return nil, fmt.Errorf("duplicate the pipe: %w", err)
	}
	go p.readAll(raw)
	return p, nil
}

// closeWriter closes our copy of the write end after the start, so that the read end is closed with the process.
func (p *pipe) closeWriter() {
	_ = p.write.Close()
}

// readAll reads until the process has closed its end.
func (p *pipe) readAll(raw syscall.RawConn) {
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

// drain reads every line that was printed before the call.
func (p *pipe) drain() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return
	}
	for {
		n, err := syscall.Read(p.dup, p.buffer)
		if errors.Is(err, syscall.EINTR) {
			continue
		}
		if err != nil || n <= 0 {
			return
		}
		p.lines.Add(p.buffer[:n])
	}
}

// close reads the rest, including an unfinished line, and closes both ends.
func (p *pipe) close() {
	p.drain()
	p.mu.Lock()
	if !p.closed {
		p.closed = true
		p.lines.Flush()
		_ = syscall.Close(p.dup)
	}
	p.mu.Unlock()
	_ = p.read.Close()
	<-p.ended
}
