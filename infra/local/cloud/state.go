package cloud

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
	"github.com/kithhq/kith/infra/local/template"
)

// dataFormat is the version of everything in the state folder: Kith's rows and the local cloud's own files. Increase it
// with a change after which older data can't be read.
const dataFormat = 1

// errOtherFormat is printed as it is: it tells the user of `make run` what to do.
var errOtherFormat = errors.New("This data is from another version. Run make clean.") //nolint:revive,staticcheck // a sentence for the user

// state is the folder with all data of the local cloud.
type state struct {
	folder    string
	keepPorts bool
	lock      *os.File

	mu    sync.Mutex
	ports map[string]int
}

// openState creates the folder and locks it. It fails if another run has the lock, or for data of another version.
func openState(folder string, keepPorts bool) (*state, error) {
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
	s := &state{folder: folder, keepPorts: keepPorts, lock: lock, ports: map[string]int{}}
	err = s.checkFormat()
	if err == nil && keepPorts {
		err = s.read("ports.json", &s.ports)
	}
	if err != nil {
		return nil, errors.Join(err, s.close())
	}
	return s, nil
}

// checkFormat fails with errOtherFormat unless the folder is new or its file format holds dataFormat. In a new folder it
// writes that file.
func (s *state) checkFormat() error {
	number, err := os.ReadFile(s.path("format"))
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
	return s.write("format", dataFormat)
}

func (s *state) close() error {
	err := s.lock.Close()
	if err != nil {
		return fmt.Errorf("unlock the state folder: %w", err)
	}
	return nil
}

func (s *state) path(name ...string) string {
	return filepath.Join(append([]string{s.folder}, name...)...)
}

// read decodes a JSON file. It does not change into if the file is missing.
func (s *state) read(name string, into any) error {
	data, err := os.ReadFile(s.path(name))
	if errors.Is(err, fs.ErrNotExist) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("read the state: %w", err)
	}
	err = json.Unmarshal(data, into)
	if err != nil {
		return fmt.Errorf("read %s: %w", s.path(name), err)
	}
	return nil
}

// write replaces a JSON file atomically.
func (s *state) write(name string, value any) error {
	data, err := json.MarshalIndent(value, "", "  ")
	if err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	err = os.WriteFile(s.path(name+".new"), append(data, '\n'), 0o600)
	if err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	err = os.Rename(s.path(name+".new"), s.path(name))
	if err != nil {
		return fmt.Errorf("write the state: %w", err)
	}
	return nil
}

// listen opens the listener of a name, on the port of the last run if ports are kept.
func (s *state) listen(ctx context.Context, name string) (net.Listener, error) {
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
			" %w", port, name, s.path("ports.json"), err)
	}
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return nil, errors.Join(errors.New("the listener has no port"), l.Close())
	}
	s.ports[name] = address.Port
	if !s.keepPorts || port == address.Port {
		return l, nil
	}
	err = s.write("ports.json", s.ports)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// address returns the address of a name, for a program that opens the port itself.
func (s *state) address(ctx context.Context, name string) (string, error) {
	l, err := s.listen(ctx, name)
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

// secret returns the secret of a name. It is generated at the first call.
func (s *state) secret(name string, spec template.SecretSpec) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	secrets := map[string]string{}
	err := s.read("secrets.json", &secrets)
	if err != nil {
		return "", err
	}
	if secrets[name] != "" {
		return secrets[name], nil
	}
	value := spec.Value
	if value == "" {
		value, err = generate(spec)
		if err != nil {
			return "", err
		}
	}
	secrets[name] = value
	return value, s.write("secrets.json", secrets)
}
