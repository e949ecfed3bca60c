// Package state owns the folder that the local cloud keeps between runs: its lock, the format of its data, ports and secrets.
package state

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"net"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"syscall"

	"github.com/kithhq/kith/infra/local/program"
	"github.com/kithhq/kith/infra/local/secrets"
	"github.com/kithhq/kith/infra/local/template"
)

// dataFormat is the version of everything in the state folder: Kith's rows and the local cloud's own files. Increase it
// with a change after which older data can't be read.
const dataFormat = 1

// errOtherFormat is printed as it is: it tells the user of `make run` what to do.
var errOtherFormat = errors.New("This data is from another version. Run make clean.") //nolint:revive,staticcheck // a sentence for the user

// Folder is the folder with all data of the local cloud.
type Folder struct {
	folder    string
	keepPorts bool
	lock      *os.File
	Secrets   *secrets.Store

	mu    sync.Mutex
	ports map[string]int
}

// Open creates the folder and locks it. It fails if another run has the lock, or for data of another version.
func Open(folder string, keepPorts bool) (*Folder, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("find the state folder: %w", err)
	}
	err = os.MkdirAll(folder, 0o700)
	if err != nil {
		return nil, fmt.Errorf("create the state folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the state folder: %w", err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("a local cloud is running on %s. Stop it, or use another folder with --state", folder)
	}
	s := &Folder{folder: folder, keepPorts: keepPorts, lock: lock, ports: map[string]int{}}
	err = s.checkFormat()
	if err == nil {
		s.Secrets, err = secrets.Open(s.Path("secrets.json"))
	}
	if err == nil && keepPorts {
		err = s.Read("ports.json", &s.ports)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// checkFormat fails with errOtherFormat unless the folder is new or its file format holds dataFormat. In a new folder it
// writes that file.
func (s *Folder) checkFormat() error {
	number, err := os.ReadFile(s.Path("format"))
	if err == nil {
		if strings.TrimSpace(string(number)) != strconv.Itoa(dataFormat) {
			return errOtherFormat
		}
		return nil
	}
	if !errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("read the state: %w", err)
	}
	entries, err := os.ReadDir(s.folder)
	if err != nil {
		return fmt.Errorf("read the state: %w", err)
	}
	if slices.ContainsFunc(entries, func(e fs.DirEntry) bool { return e.Name() != "lock" }) {
		return errOtherFormat
	}
	return s.Write("format", dataFormat)
}

// Close unlocks the folder.
func (s *Folder) Close() error {
	err := s.lock.Close()
	if err != nil {
		return fmt.Errorf("unlock the state folder: %w", err)
	}
	return nil
}

// Path returns the path of a file in the folder.
func (s *Folder) Path(name ...string) string {
	return filepath.Join(append([]string{s.folder}, name...)...)
}

// Read decodes a JSON file. It does not change into if the file is missing.
func (s *Folder) Read(name string, into any) error {
	data, err := os.ReadFile(s.Path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the state: %w", err)
	}
	err = json.Unmarshal(data, into)
	if err != nil {
		return fmt.Errorf("read %s: %w", s.Path(name), err)
	}
	return nil
}

// Write replaces a JSON file atomically.
func (s *Folder) Write(name string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	err = os.WriteFile(s.Path(name+".new"), append(data, '\n'), 0o600)
	if err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	err = os.Rename(s.Path(name+".new"), s.Path(name))
	if err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	return nil
}

// Listen opens the listener of a name, on the port of the last run if ports are kept.
func (s *Folder) Listen(ctx context.Context, name string) (net.Listener, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	port := s.ports[name]
	open := func() (net.Listener, error) { return program.Listen(ctx, "127.0.0.1") }
	if port != 0 {
		open = func() (net.Listener, error) {
			var lc net.ListenConfig
			return lc.Listen(ctx, "tcp", fmt.Sprintf("127.0.0.1:%d", port))
		}
	}
	l, err := open()
	if err != nil {
		return nil, fmt.Errorf("another program uses port %d of %s. Stop it, or remove the port from %s:"+
			" %w", port, name, s.Path("ports.json"), err)
	}
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return nil, errors.Join(errors.New("the listener has no port"), l.Close())
	}
	s.ports[name] = address.Port
	if !s.keepPorts || port == address.Port {
		return l, nil
	}
	err = s.Write("ports.json", s.ports)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// Port returns the port of a name, 0 if it has none yet.
func (s *Folder) Port(name string) int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.ports[name]
}

// Address returns the address of a name, for a program that opens the port itself.
func (s *Folder) Address(ctx context.Context, name string) (string, error) {
	l, err := s.Listen(ctx, name)
	if err != nil {
		return "", err
	}
	address := l.Addr().String()
	err = l.Close()
	if err != nil {
		return "", fmt.Errorf("find a port for %s: %w", name, err)
	}
	return address, nil
}

// In returns a folder without locking it, to read files of a running local cloud.
func In(folder string) *Folder { return &Folder{folder: folder} }

// Secret returns the current value of a secret. It is generated at the first call.
func (s *Folder) Secret(name string, spec template.SecretSpec) (string, error) {
	return s.Secrets.Value(name, func() (string, error) { //nolint:wrapcheck // the error names the file
		if spec.Value != "" {
			return spec.Value, nil
		}
		return generate(spec)
	})
}
