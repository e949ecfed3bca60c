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

// text is a log that tests read while it is written.
type text struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (t *text) Write(b []byte) (int, error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.Write(b)
}

func (t *text) String() string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.b.String()
}

// shell is a program that says hello, is ready once it has made the file, and goes on with the rest of the script.
func shell(t *testing.T, rest string) (program.Spec, *text) {
	t.Helper()
	folder := t.TempDir()
	ready, seen := filepath.Join(folder, "ready"), filepath.Join(folder, "seen")
	rest = "until [ -e " + seen + " ]; do :; done; rm -f " + ready + " " + seen + "; " + rest
	log := &text{}
	return program.Spec{
		Name: "shell", Path: "/bin/sh", Args: []string{"-c", "echo hello; touch " + ready + "; " + rest}, Log: log,
		Ready: func(context.Context) error {
			_, err := os.Stat(ready)
			if err != nil {
				return err
			}
			return os.WriteFile(seen, nil, 0o600)
		},
	}, log
}

func TestADeathIsToldWithTheLastWordsAndTheProgramStartedAgain(t *testing.T) {
	spec, log := shell(t, "printf 'something went wrong' >&2; exit 3")
	died := make(chan error, 10)
	spec.Died = func(err error) { died <- err }
	p, err := program.Start(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	for range 4 {
		err := <-died
		if !strings.Contains(err.Error(), "shell died (exit status 3)") || !strings.Contains(err.Error(), "something went wrong") {
			t.Error(err)
		}
	}
	if p.Err() == nil {
		t.Error("four deaths within a minute and no failure")
	}
	err = p.Close()
	if err != nil {
		t.Error(err)
	}
	if !strings.Contains(log.String(), "shell: hello\n") {
		t.Errorf("log is %s", log)
	}
}

func TestClosingAndRestartingAreNoDeaths(t *testing.T) {
	spec, _ := shell(t, "exec cat /dev/zero >/dev/null")
	spec.Died = func(err error) { t.Error(err) }
	p, err := program.Start(context.Background(), spec)
	if err != nil {
		t.Fatal(err)
	}
	err = errors.Join(p.Restart(context.Background()), p.Close(), p.Close(), p.Err())
	if err != nil {
		t.Error(err)
	}
	if p.Restart(context.Background()) == nil {
		t.Error("restarted after its end")
	}
}

func TestAProgramThatNeverGetsReady(t *testing.T) {
	spec, _ := shell(t, "")
	spec.Args[1] = "echo no luck; exit 4"
	spec.Ready = func(context.Context) error { return errors.New("not yet") }
	_, err := program.Start(context.Background(), spec)
	if err == nil || !strings.Contains(err.Error(), "exit status 4") || !strings.Contains(err.Error(), "no luck") {
		t.Error(err)
	}
}

func TestAddressFindsAFreePort(t *testing.T) {
	for in, want := range map[string]bool{"127.0.0.1:0": true, "127.0.0.1:8123": true, "127.0.0.1": false} {
		out, err := program.Address(context.Background(), in)
		if (err == nil) != want || want && (strings.HasSuffix(out, ":0") || !strings.HasPrefix(out, "127.0.0.1:")) {
			t.Errorf("%s: %q, %v", in, out, err)
		}
	}
}
