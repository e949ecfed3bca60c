// Package process starts the programs of the local cloud so that none outlives it: each in a process group of its own,
// which ends with this program however that ends.
package process

import (
	"errors"
	"fmt"
	"os/exec"
	"runtime"
	"sync"
	"syscall"
	"time"
)

var (
	once   sync.Once
	starts chan start
)

type start struct {
	cmd  *exec.Cmd
	done chan error
}

// Start starts cmd as the head of a process group that is killed when this program dies, also by SIGKILL. It fails as
// exec.Cmd's Start does. The caller waits for cmd.
//
// The kernel ties the child's life to the thread that started it, so one thread that never ends starts them all.
func Start(cmd *exec.Cmd) error {
	once.Do(func() {
		starts = make(chan start)
		go func() {
			runtime.LockOSThread()
			for s := range starts {
				s.done <- s.cmd.Start()
			}
		}()
	})
	tie(cmd)
	s := start{cmd: cmd, done: make(chan error, 1)}
	starts <- s
	err := <-s.done
	if err != nil {
		return fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return nil
}

// Kill ends the whole process group of cmd at once. A group that is gone already is no error.
func Kill(cmd *exec.Cmd) error {
	return signal(cmd, syscall.SIGKILL)
}

// Stop asks the process group of cmd to end and kills it when ended is not closed within patience.
func Stop(cmd *exec.Cmd, ended <-chan struct{}, patience time.Duration) error {
	err := signal(cmd, syscall.SIGTERM)
	if err != nil {
		return err
	}
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-ended:
	case <-timer.C:
	}
	return Kill(cmd)
}

func signal(cmd *exec.Cmd, sig syscall.Signal) error {
	if cmd.Process == nil {
		return nil
	}
	err := syscall.Kill(-cmd.Process.Pid, sig)
	if err != nil && !errors.Is(err, syscall.ESRCH) {
		return fmt.Errorf("signal %s to %s: %w", sig, cmd.Path, err)
	}
	return nil
}
