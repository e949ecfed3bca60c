// Package process starts the programs of the local cloud so that none outlives it: each runs in a process group of its
// own, which is killed when this program ends, even by SIGKILL.
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

// Start starts cmd as the leader of a process group that is killed when this program ends, even by SIGKILL. It fails as
// exec.Cmd's Start does. The caller waits for cmd.
//
// The kernel kills the child when the thread that started it ends, so one thread that never ends starts all of them.
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
	configure(cmd)
	s := start{cmd: cmd, done: make(chan error, 1)}
	starts <- s
	err := <-s.done
	if err != nil {
		return fmt.Errorf("start %s: %w", cmd.Path, err)
	}
	return nil
}

// Kill sends SIGKILL to the process group of cmd. A group that has ended is no error.
func Kill(cmd *exec.Cmd) error {
	return signal(cmd, syscall.SIGKILL)
}

// Stop sends SIGTERM to the process group of cmd, waits until ended is closed or timeout has passed, and then sends
// SIGKILL.
func Stop(cmd *exec.Cmd, ended <-chan struct{}, timeout time.Duration) error {
	err := signal(cmd, syscall.SIGTERM)
	if err != nil {
		return err
	}
	timer := time.NewTimer(timeout)
	defer timer.Stop()
	select {
	case <-ended:
	case <-timer.C:
	}
	return Kill(cmd)
}

// Pause suspends the process group of cmd.
func Pause(cmd *exec.Cmd) error { return signal(cmd, syscall.SIGSTOP) }

// Resume continues a process group after Pause.
func Resume(cmd *exec.Cmd) error { return signal(cmd, syscall.SIGCONT) }

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
