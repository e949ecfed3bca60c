package program_test

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"

	"github.com/kithhq/kith/infra/local/program"
)

// logBuffer is a log that tests read while it is written.
type logBuffer struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (l *logBuffer) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.Write(b)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// newShellFixture returns a program that prints hello, creates a file, with which it is ready, and then runs the rest of
// the script.
func newShellFixture(t *testing.T, rest string) (program.Spec, *logBuffer) {
	t.Helper()
	folder := t.TempDir()
	ready, noticed := filepath.Join(folder, "ready"), filepath.Join(folder, "noticed")
	rest = "until [ -e " + noticed + " ]; do :; done; rm -f " + ready + " " + noticed + "; " + rest
	log := &logBuffer{}
	return program.Spec{
		Name: "shell", Path: "/bin/sh", Args: []string{"-c", "echo hello; touch " + ready + "; " + rest}, Log: log,
		Ready: func(context.Context) error {
			_, err := os.Stat(ready)
			if err != nil {
				return err
			}
			return os.WriteFile(noticed, nil, 0o600)
		},
	}, log
}

func TestProgram_Crash_IsReportedAndRestarted(t *testing.T) {
	spec, log := newShellFixture(t, "printf 'something went wrong' >&2; exit 3")
	crashes := make(chan error, 10)
	spec.Crashed = func(err error) { crashes <- err }
	p, err := program.Start(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		err := <-crashes
		if !strings.Contains(err.Error(), "shell crashed (exit status 3)") || !strings.Contains(err.Error(), "something went wrong") {
			t.Error(err)
		}
	}
	if p.Err() == nil {
		t.Error("four crashes within a minute and no failure")
	}
	err = p.Close()
	if err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "shell: hello\n") {
		t.Errorf("log is %s", log)
	}
}

func TestProgram_CloseAndRestart_AreNoCrashes(t *testing.T) {
	spec, _ := newShellFixture(t, "exec cat /dev/zero >/dev/null")
	spec.Crashed = func(err error) { t.Error(err) }
	p, err := program.Start(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(p.Restart(context.Background()), p.Close(), p.Close(), p.Err())
	if err != nil {
		t.Error(err)
	}
	if p.Restart(context.Background()) == nil {
		t.Error("restarted after Close")
	}
}

func TestStart_ProgramEndsBeforeReady_FailsWithItsOutput(t *testing.T) {
	spec, _ := newShellFixture(t, "")
	spec.Args[1] = "echo no luck; exit 4"
	spec.Ready = func(context.Context) error { return errors.New("not yet") }
	_, err := program.Start(context.Background(), spec)
	if err == nil || !strings.Contains(err.Error(), "exit status 4") || !strings.Contains(err.Error(), "no luck") {
		t.Error(err)
	}
}

func TestAddress_PortZero_FindsAFreePort(t *testing.T) {
	for in, want := range map[string]bool{"127.0.0.1:0": true, "127.0.0.1:8123": true, "127.0.0.1": false} {
		out, err := program.Address(context.Background(), in)
		if (err == nil) != want || want && (strings.HasSuffix(out, ":0") || !strings.HasPrefix(out, "127.0.0.1:")) {
			t.Errorf("%s: %q, %v", in, out, err)
		}
	}
}
