package cloud

import (
	"context"
	"crypto/rand"
	"encoding/json"
	"errors"
	"fmt"
	"io/fs"
	"math/big"
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

// state is the folder in which the local cloud keeps what outlives a run.
type state struct {
	folder string
	keep   bool // ports
	lock   *os.File

	mu    sync.Mutex
	ports map[string]int
}

// openState makes the folder and takes hold of it: one run at a time.
func openState(folder string, keepPorts bool) (*state, error) {
	folder, err := filepath.Abs(folder)
	if err != nil {
		return nil, fmt.Errorf("find the state folder: %w", err)
	}
	err = os.MkdirAll(folder, 0o700)
	if err != nil {
		return nil, fmt.Errorf("make the state folder: %w", err)
	}
	lock, err := os.OpenFile(filepath.Join(folder, "lock"), os.O_CREATE|os.O_RDWR, 0o600)
	if err != nil {
		return nil, fmt.Errorf("lock the state folder: %w", err)
	}
	err = syscall.Flock(int(lock.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
	if err != nil {
		_ = lock.Close()
		return nil, fmt.Errorf("a local cloud runs already on %s; end it, or give another folder with --state", folder)
	}
	s := &state{folder: folder, keep: keepPorts, lock: lock, ports: map[string]int{}}
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
		return fmt.Errorf("leave the state folder: %w", err)
	}
	return nil
}

func (s *state) path(name ...string) string {
	return filepath.Join(append([]string{s.folder}, name...)...)
}

// read fills into from a JSON file; a file that is not there leaves it as it is.
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

// write replaces a JSON file as a whole.
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

// listen opens the listener of that name, on the port that it had before when ports are kept.
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
		return nil, fmt.Errorf("port %d, kept for %s in %s, is taken by another program; end that, or remove it from the"+
			" file: %w", port, name, s.path("ports.json"), err)
	}
	address, ok := l.Addr().(*net.TCPAddr)
	if !ok {
		return nil, errors.Join(errors.New("a listener without a port"), l.Close())
	}
	s.ports[name] = address.Port
	if !s.keep || port == address.Port {
		return l, nil
	}
	err = s.write("ports.json", s.ports)
	if err != nil {
		return nil, errors.Join(err, l.Close())
	}
	return l, nil
}

// address finds the port of that name for a program that opens it itself.
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

// secret returns the secret of that name, made at the first call.
func (s *state) secret(name string, spec template.SecretSpec) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	made := map[string]string{}
	err := s.read("secrets.json", &made)
	if err != nil {
		return "", err
	}
	if made[name] != "" {
		return made[name], nil
	}
	value := spec.Value
	if value == "" {
		value, err = generate(spec)
		if err != nil {
			return "", err
		}
	}
	made[name] = value
	return value, s.write("secrets.json", made)
}

func generate(spec template.SecretSpec) (string, error) {
	var kinds []string
	for _, kind := range []struct {
		without    bool
		characters string
	}{
		{spec.NoLower, "abcdefghijklmnopqrstuvwxyz"},
		{spec.NoUpper, "ABCDEFGHIJKLMNOPQRSTUVWXYZ"},
		{spec.NoDigits, "0123456789"},
		{spec.NoPunctuation, "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~"},
		{!spec.Space, " "},
	} {
		left := strings.Map(func(r rune) rune {
			if strings.ContainsRune(spec.Exclude, r) {
				return -1
			}
			return r
		}, kind.characters)
		if !kind.without && left != "" {
			kinds = append(kinds, left)
		}
	}
	if len(kinds) == 0 || spec.Length < len(kinds) || spec.Length > 4096 {
		return "", fmt.Errorf("no secret of %d characters can be made of what is not excluded", spec.Length)
	}
	all := strings.Join(kinds, "")
	for {
		password := make([]byte, spec.Length)
		for i := range password {
			n, err := rand.Int(rand.Reader, big.NewInt(int64(len(all))))
			if err != nil {
				return "", fmt.Errorf("make a secret: %w", err)
			}
			password[i] = all[n.Int64()]
		}
		complete := true
		for _, kind := range kinds {
			complete = complete && strings.ContainsAny(string(password), kind)
		}
		if complete {
			return intoTemplate(spec, string(password))
		}
	}
}

func intoTemplate(spec template.SecretSpec, password string) (string, error) {
	if spec.Template == "" {
		return password, nil
	}
	object := map[string]any{}
	err := json.Unmarshal([]byte(spec.Template), &object)
	if err != nil {
		return "", fmt.Errorf("SecretStringTemplate is no JSON object: %w", err)
	}
	object[spec.Key] = password
	doc, err := json.Marshal(object)
	if err != nil {
		return "", fmt.Errorf("make a secret: %w", err)
	}
	return string(doc), nil
}
