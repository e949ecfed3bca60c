// Package postgrestest starts a PostgreSQL 15 server for a test: Debian's, or the one on PATH. The server listens on a socket in
// a temporary folder. Both are removed at the end of the test, even if the test is killed. PostgreSQL does not run as root, so
// as root it runs as user postgres.
package postgrestest

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"
)

// debianFolder has the programs of Debian's package postgresql-15.
const debianFolder = "/usr/lib/postgresql/15/bin"

// startTimeout is how long a server may take to start, and to stop.
const startTimeout = time.Minute

// Server is a running PostgreSQL.
type Server struct {
	folder    string // with its socket, its log, and files to load
	programs  string
	databases atomic.Int32
	files     atomic.Int32
}

// Database is a database of a Server.
type Database struct {
	server *Server
	name   string
}

// script creates and starts a server. When its standard input ends, as it does with the test process in any case, it stops the
// server and removes the folder. It waits for the end of input instead of the server, so that the server can't outlive it.
const script = `
cd "$1" || exit 1
finish() {
  [ -z "$server" ] || { kill -QUIT "$server"; wait "$server"; }
  cd / && rm -rf "$1"
}
server=
"$2/initdb" --pgdata data --username postgres --auth trust --encoding UTF8 --no-locale --no-sync >log 2>&1 || { touch failed; read -r _; finish "$1"; }
"$2/postgres" -D data -k "$1" -c listen_addresses= -c fsync=off -c full_page_writes=off -c max_connections=20 >>log 2>&1 <&- &
server=$!
read -r _
finish "$1"
`

// Start starts a server, which is stopped at the end of the test. It fails the test when there is no PostgreSQL.
func Start(t testing.TB) *Server {
	t.Helper()
	s, stop, err := start(t.Context())
	if err != nil {
		t.Fatalf("no PostgreSQL 15: run `make tools` (%v)", err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("stop PostgreSQL: %v", err)
		}
	})
	return s
}

func start(ctx context.Context) (*Server, func() error, error) {
	programs, err := findPrograms(ctx)
	if err != nil {
		return nil, nil, err
	}
	account, err := serverAccount()
	if err != nil {
		return nil, nil, err
	}
	folder, err := os.MkdirTemp("", "kith-postgres-")
	if err != nil {
		return nil, nil, err
	}
	s := &Server{folder: folder, programs: programs}
	stop, err := s.run(account)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := s.await(ctx); err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	return s, stop, nil
}

// run starts the script under an account (nil: the current one), and returns a function that stops it.
func (s *Server) run(account *syscall.Credential) (func() error, error) {
	if account != nil {
		if err := os.Chown(s.folder, int(account.Uid), int(account.Gid)); err != nil {
			return nil, err
		}
	}
	// The test's context would kill only the shell; the end of its input stops everything.
	shell := exec.Command("/bin/sh", "-c", script, "postgrestest", s.folder, s.programs) //nolint:gosec,noctx // the script above
	shell.Dir, shell.Env = "/", append(os.Environ(), "LC_ALL=C", "HOME="+s.folder)
	// In a process group of its own, so that Ctrl-C stops it only through the test.
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: account}
	stdin, err := shell.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	return func() error {
		return errors.Join(stdin.Close(), shell.Wait(), os.RemoveAll(s.folder))
	}, nil
}

// serverAccount returns the account of the server: user postgres if the current user is root, otherwise nil.
func serverAccount() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // the current account
	}
	postgres, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: PostgreSQL does not run as root; Debian's package postgresql-15 creates a user postgres", err)
	}
	uid, err := strconv.ParseUint(postgres.Uid, 10, 32)
	if err != nil {
		return nil, err
	}
	gid, err := strconv.ParseUint(postgres.Gid, 10, 32)
	if err != nil {
		return nil, err
	}
	return &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}, nil
}

var version = regexp.MustCompile(`\(PostgreSQL\) (\d+)`)

// findPrograms returns the folder with PostgreSQL's programs.
func findPrograms(ctx context.Context) (string, error) {
	server := filepath.Join(debianFolder, "postgres")
	if _, err := os.Stat(server); err != nil {
		found, err := exec.LookPath("postgres")
		if err != nil {
			return "", fmt.Errorf("postgres is not on PATH: %w", err)
		}
		server = found
	}
	server, err := filepath.EvalSymlinks(server)
	if err != nil {
		return "", err
	}
	output, err := exec.CommandContext(ctx, server, "--version").Output() //nolint:gosec // found by name
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", server, err)
	}
	number := 0
	if found := version.FindSubmatch(output); found != nil {
		number, err = strconv.Atoi(string(found[1]))
	}
	if err != nil || number < 15 {
		return "", fmt.Errorf("%s is %s, want version 15 or later", server, output)
	}
	return filepath.Dir(server), nil
}

// await returns when the server accepts connections, and an error with its log when that takes too long.
func (s *Server) await(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, startTimeout)
	defer stop()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		if exec.CommandContext(ctx, filepath.Join(s.programs, "pg_isready"), "-q", "-h", s.folder).Run() == nil { //nolint:gosec // found by name
			return nil
		}
		_, failed := os.Stat(filepath.Join(s.folder, "failed"))
		select {
		case <-tick.C:
			if failed != nil {
				continue
			}
		case <-ctx.Done():
		}
		log, err := os.ReadFile(filepath.Join(s.folder, "log"))
		return errors.Join(fmt.Errorf("the server does not start:\n%s", log), err)
	}
}

// Database creates an empty database.
func (s *Server) Database(t testing.TB) *Database {
	t.Helper()
	d := &Database{s, fmt.Sprintf("test%d", s.databases.Add(1))}
	(&Database{s, "postgres"}).Do(t, "CREATE DATABASE "+d.name)
	return d
}

// Environment returns the environment of this process with the variables by which psql finds the database.
func (d *Database) Environment() []string {
	return append(os.Environ(), "PGHOST="+d.server.folder, "PGUSER=postgres", "PGDATABASE="+d.name, "PGOPTIONS=-c client_min_messages=warning",
		"PATH="+d.server.programs+":"+os.Getenv("PATH"))
}

// Try runs SQL statements or psql commands, and returns their output: unaligned, without headings. An error has psql's error
// output.
func (d *Database) Try(ctx context.Context, statements string) (string, error) {
	psql := exec.CommandContext(ctx, filepath.Join(d.server.programs, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1") //nolint:gosec // found by name
	psql.Env = d.Environment()
	psql.Stdin = strings.NewReader("SET client_encoding TO 'UTF8';\n" + statements)
	var stdout, stderr strings.Builder
	psql.Stdout, psql.Stderr = &stdout, &stderr
	if err := psql.Run(); err != nil {
		return "", fmt.Errorf("psql: %w: %s", err, strings.TrimSpace(stderr.String()))
	}
	return stdout.String(), nil
}

// Do is Try. An error fails the test.
func (d *Database) Do(t testing.TB, statements string) string {
	t.Helper()
	output, err := d.Try(t.Context(), statements)
	if err != nil {
		t.Fatal(err)
	}
	return output
}

// JSON decodes the result of a query, one value of type json. It is transferred in base64, because psql does not output all
// characters unchanged.
func (d *Database) JSON(t testing.TB, query string, into any) {
	t.Helper()
	encoded := d.Do(t, "SELECT encode(convert_to(("+query+")::text, 'UTF8'), 'base64');")
	document, err := base64.StdEncoding.DecodeString(encoded)
	if err == nil {
		err = json.Unmarshal(document, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// Copy loads a file into a table with COPY and its options, such as FORMAT csv. An error fails the test.
func (d *Database) Copy(t testing.TB, table, options string, file []byte) {
	t.Helper()
	if err := d.TryCopy(t.Context(), table, options, file); err != nil {
		t.Fatalf("COPY %s: %v", table, err)
	}
}

// TryCopy is Copy, but returns the error. The server reads the file: psql would interpret its content.
func (d *Database) TryCopy(ctx context.Context, table, options string, file []byte) (err error) {
	path := filepath.Join(d.server.folder, fmt.Sprintf("file%d", d.server.files.Add(1)))
	if err := os.WriteFile(path, file, 0o644); err != nil { //nolint:gosec // the server reads it under its own account
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(path)) }()
	_, err = d.Try(ctx, fmt.Sprintf("COPY %s FROM '%s' WITH (%s);", table, path, options))
	return err
}
