package e2e

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"
)

// kith is the local cloud of all tests of the package. Each test creates an organization of its own.
var kith *Kith

// stateFolder is the folder of its data.
var stateFolder string

// linkLifetime is the lifetime of download links in these tests.
const linkLifetime = 5 * time.Second

func TestMain(m *testing.M) {
	flag.Parse()
	os.Exit(run(m))
}

func run(m *testing.M) int {
	state, err := os.MkdirTemp("", "kith-e2e-")
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	stateFolder = state
	logPath := filepath.Join(state, "log")
	log, err := os.Create(logPath)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	kith, err = Start(context.Background(), Options{
		State: state, Log: log, Parameters: []string{"DownloadLinkLifetime=" + linkLifetime.String()},
	})
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		printLog(logPath)
		return 1
	}
	code := m.Run()
	err = kith.Stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		code = 1
	}
	if code != 0 {
		printLog(logPath)
		return code
	}
	err = os.RemoveAll(state)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return 1
	}
	return code
}

// printLog prints the end of the log without the gateway's access log, and the path of the file.
func printLog(path string) {
	log, err := os.ReadFile(path)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		return
	}
	lines := slices.DeleteFunc(bytes.Split(log, []byte("\n")), func(line []byte) bool { return bytes.HasPrefix(line, []byte("gateway ")) })
	fmt.Fprintf(os.Stderr, "%s\n(the whole log: %s)\n", bytes.Join(lines[max(0, len(lines)-40):], []byte("\n")), path)
}
