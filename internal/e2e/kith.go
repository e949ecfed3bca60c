// Package e2e runs the local cloud like `make run` and tests it over HTTP, with real tokens and the real functions. It imports
// no package of the product.
package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// Options are the differences to `make run`.
type Options struct {
	Parameters []string  // template parameters, as name=value
	State      string    // folder for data, people and keys; must exist
	Log        io.Writer // receives the logs of the local cloud and the functions
	Without    []string  // functions that are not started
}

// Kith is a running local cloud.
type Kith struct {
	*apiclient.Client

	command *exec.Cmd
	stdin   io.Closer
}

// startTime limits how long building the functions and starting the services may take.
const startTime = 5 * time.Minute

// Start builds the local cloud, starts it on free ports and returns once it is ready. It ends with Stop, or when this process
// ends, because that closes its standard input.
func Start(ctx context.Context, o Options) (*Kith, error) {
	root := Root()
	binary := filepath.Join(o.State, "local-cloud")
	build := exec.CommandContext(ctx, "go", "build", "-C", "infra/local", "-o", binary, ".") //nolint:gosec // G204: our own program
	build.Dir = root
	output, err := build.CombinedOutput()
	if err != nil {
		return nil, fmt.Errorf("build the local cloud: %w\n%s", err, output)
	}
	arguments := []string{
		"run", "--template", "template.yaml", "--state", filepath.Join(o.State, "data"), "--ports", "free",
		"--until-stdin-closes",
	}
	for _, parameter := range o.Parameters {
		arguments = append(arguments, "--parameter", parameter)
	}
	for _, function := range o.Without {
		arguments = append(arguments, "--without", function)
	}
	command := exec.Command(binary, arguments...) //nolint:gosec,noctx // G204: our own program, which ends when its standard input does
	log := &logEnd{log: o.Log}
	command.Dir, command.Stderr = root, log
	// The AWS variables of the environment must not reach the functions.
	command.Env = slices.DeleteFunc(os.Environ(), func(entry string) bool { return len(entry) > 4 && entry[:4] == "AWS_" })
	stdin, err := command.StdinPipe()
	if err != nil {
		return nil, fmt.Errorf("local cloud: %w", err)
	}
	stdout, err := command.StdoutPipe()
	if err != nil {
		return nil, fmt.Errorf("local cloud: %w", err)
	}
	err = command.Start()
	if err != nil {
		return nil, fmt.Errorf("local cloud: %w", err)
	}
	k := &Kith{command: command, stdin: stdin}
	cloud, err := addresses(ctx, stdout)
	if err != nil {
		return nil, fmt.Errorf("local cloud: %w\n%s", errors.Join(err, k.Stop()), log.end)
	}
	k.Client = apiclient.New(*cloud)
	return k, nil
}

// logEnd writes a log and keeps its end.
type logEnd struct {
	log io.Writer
	end []byte
}

func (l *logEnd) Write(b []byte) (int, error) {
	const limit = 4 << 10
	l.end = append(l.end, b...)
	l.end = l.end[max(0, len(l.end)-limit):]
	return l.log.Write(b) //nolint:wrapcheck // the log's own error
}

// addresses waits for the line with the addresses.
func addresses(ctx context.Context, stdout io.Reader) (*apiclient.Cloud, error) {
	type said struct {
		line []byte
		err  error
	}
	heard := make(chan said, 1)
	go func() {
		reader := bufio.NewReader(stdout)
		line, err := reader.ReadBytes('\n')
		heard <- said{line, err}
		_, _ = io.Copy(io.Discard, reader) // a full pipe would block the local cloud
	}()
	ctx, cancel := context.WithTimeout(ctx, startTime)
	defer cancel()
	select {
	case <-ctx.Done():
		return nil, fmt.Errorf("not ready: %w", ctx.Err())
	case s := <-heard:
		if s.err != nil {
			return nil, fmt.Errorf("ended before it was ready: %w", s.err)
		}
		cloud := &apiclient.Cloud{}
		err := json.Unmarshal(s.line, cloud)
		if err != nil {
			return nil, fmt.Errorf("addresses: %w in %s", err, s.line)
		}
		return cloud, nil
	}
}

// Stop ends the local cloud and waits. It fails if the exit code is not 0.
func (k *Kith) Stop() error {
	err := k.stdin.Close()
	if err != nil {
		return fmt.Errorf("stop the local cloud: %w", err)
	}
	err = k.command.Wait()
	if err != nil {
		return fmt.Errorf("local cloud ended: %w", err)
	}
	return nil
}

// Root returns the root of the repository: the nearest folder with a template.yaml, upward from the working folder.
func Root() string {
	folder, err := os.Getwd()
	for err == nil {
		if _, err := os.Stat(filepath.Join(folder, "template.yaml")); err == nil {
			return folder
		}
		above := filepath.Dir(folder)
		if above == folder {
			break
		}
		folder = above
	}
	return "."
}
