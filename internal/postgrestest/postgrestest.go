// Package postgrestest gives tests a PostgreSQL 15 of their own: Debian's, or the one on PATH. It listens on a socket in
// a folder of its own, and both end with the test, also when that is killed. PostgreSQL refuses root, so as root it runs
// as user postgres.
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

// debian is where Debian's package postgresql-15 has its programs.
const debian = "/usr/lib/postgresql/15/bin"

// startTime is how long a server may take to be there.
const startTime = time.Minute

// Server is a running PostgreSQL.
type Server struct {
	folder    string // its socket and log, and files that it reads
	programs  string
	databases atomic.Int32
	files     atomic.Int32
}

// Database is an empty database of a Server.
type Database struct {
	server *Server
	name   string
}

// script makes a server, and ends it and removes its folder when standard input ends: with the test, however that ends.
// Waiting for that input, and not for the server, keeps the server from outliving it.
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

// Start starts a server, which ends with the test. Without a PostgreSQL the test fails.
func Start(t testing.TB) *Server {
	t.Helper()
	s, stop, err := start(t.Context())
	if err != nil {
		t.Fatalf("no PostgreSQL to test with: %v", err)
	}
	t.Cleanup(func() {
		if err := stop(); err != nil {
			t.Errorf("PostgreSQL did not end well: %v", err)
		}
	})
	return s
}

func start(ctx context.Context) (*Server, func() error, error) {
	programs, err := find(ctx)
	if err != nil {
		return nil, nil, err
	}
	as, err := account()
	if err != nil {
		return nil, nil, err
	}
	folder, err := os.MkdirTemp("", "kith-postgres-")
	if err != nil {
		return nil, nil, err
	}
	s := &Server{folder: folder, programs: programs}
	stop, err := s.run(as)
	if err != nil {
		return nil, nil, errors.Join(err, os.RemoveAll(folder))
	}
	if err := s.await(ctx); err != nil {
		return nil, nil, errors.Join(err, stop())
	}
	return s, stop, nil
}

// run starts the script as an account, nil for our own, and returns what ends it.
func (s *Server) run(as *syscall.Credential) (func() error, error) {
	if as != nil {
		if err := os.Chown(s.folder, int(as.Uid), int(as.Gid)); err != nil {
			return nil, err
		}
	}
	// The test's context would kill the shell alone; the end of its input ends everything.
	shell := exec.Command("/bin/sh", "-c", script, "postgrestest", s.folder, s.programs) //nolint:gosec,noctx // the script above
	shell.Dir, shell.Env = "/", append(os.Environ(), "LC_ALL=C", "HOME="+s.folder)
	// In a group of its own, so that a ctrl-C at the terminal reaches it only by way of the test.
	shell.SysProcAttr = &syscall.SysProcAttr{Setpgid: true, Credential: as}
	lifeline, err := shell.StdinPipe()
	if err != nil {
		return nil, err
	}
	if err := shell.Start(); err != nil {
		return nil, err
	}
	return func() error {
		return errors.Join(lifeline.Close(), shell.Wait(), os.RemoveAll(s.folder))
	}, nil
}

// account is who the server runs as: nil for ourselves, user postgres when we are root.
func account() (*syscall.Credential, error) {
	if os.Getuid() != 0 {
		return nil, nil //nolint:nilnil // nobody else
	}
	postgres, err := user.Lookup("postgres")
	if err != nil {
		return nil, fmt.Errorf("%w: PostgreSQL refuses root; Debian's package postgresql-15 makes a user postgres", err)
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

// find returns the folder with PostgreSQL's programs.
func find(ctx context.Context) (string, error) {
	server := filepath.Join(debian, "postgres")
	if _, err := os.Stat(server); err != nil {
		found, err := exec.LookPath("postgres")
		if err != nil {
			return "", fmt.Errorf("run `make tools`, or put postgres on PATH: %w", err)
		}
		server = found
	}
	server, err := filepath.EvalSymlinks(server)
	if err != nil {
		return "", err
	}
	said, err := exec.CommandContext(ctx, server, "--version").Output() //nolint:gosec // found by name
	if err != nil {
		return "", fmt.Errorf("%s --version: %w", server, err)
	}
	number := 0
	if found := version.FindSubmatch(said); found != nil {
		number, err = strconv.Atoi(string(found[1]))
	}
	if err != nil || number < 15 {
		return "", fmt.Errorf("%s is %s: the tables want PostgreSQL 15 or later; install Debian's package postgresql-15", server, said)
	}
	return filepath.Dir(server), nil
}

// await returns when the server answers.
func (s *Server) await(ctx context.Context) error {
	ctx, stop := context.WithTimeout(ctx, startTime)
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
		return errors.Join(fmt.Errorf("the server does not answer:\n%s", log), err)
	}
}

// Database makes an empty database.
func (s *Server) Database(t testing.TB) *Database {
	t.Helper()
	d := &Database{s, fmt.Sprintf("test%d", s.databases.Add(1))}
	(&Database{s, "postgres"}).Do(t, "CREATE DATABASE "+d.name)
	return d
}

// Environment is the process environment with the variables by which psql finds the database.
func (d *Database) Environment() []string {
	return append(os.Environ(), "PGHOST="+d.server.folder, "PGUSER=postgres", "PGDATABASE="+d.name, "PGOPTIONS=-c client_min_messages=warning",
		"PATH="+d.server.programs+":"+os.Getenv("PATH"))
}

// Try runs statements, or psql's own commands, and returns what they show: unaligned, no headings. An error tells what
// psql says.
func (d *Database) Try(ctx context.Context, statements string) (string, error) {
	psql := exec.CommandContext(ctx, filepath.Join(d.server.programs, "psql"), "-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1") //nolint:gosec // found by name
	psql.Env = d.Environment()
	psql.Stdin = strings.NewReader("SET client_encoding TO 'UTF8';\n" + statements)
	var shown, said strings.Builder
	psql.Stdout, psql.Stderr = &shown, &said
	if err := psql.Run(); err != nil {
		return "", fmt.Errorf("psql: %w: %s", err, strings.TrimSpace(said.String()))
	}
	return shown.String(), nil
}

// Do is Try, whose failure fails the test.
func (d *Database) Do(t testing.TB, statements string) string {
	t.Helper()
	shown, err := d.Try(t.Context(), statements)
	if err != nil {
		t.Fatal(err)
	}
	return shown
}

// JSON reads what a query gives, one value of type json. What psql shows would lack letters that it takes for none.
func (d *Database) JSON(t testing.TB, query string, into any) {
	t.Helper()
	shown := d.Do(t, "SELECT encode(convert_to(("+query+")::text, 'UTF8'), 'base64');")
	document, err := base64.StdEncoding.DecodeString(shown)
	if err == nil {
		err = json.Unmarshal(document, into)
	}
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
}

// Copy loads a file into a table by COPY with the options, such as FORMAT csv.
func (d *Database) Copy(t testing.TB, table, options string, file []byte) {
	t.Helper()
	if err := d.TryCopy(t.Context(), table, options, file); err != nil {
		t.Fatalf("COPY %s: %v", table, err)
	}
}

// TryCopy is Copy, whose failure is returned. The server reads the file itself: psql would look into it on the way.
func (d *Database) TryCopy(ctx context.Context, table, options string, file []byte) (err error) {
	path := filepath.Join(d.server.folder, fmt.Sprintf("file%d", d.server.files.Add(1)))
	if err := os.WriteFile(path, file, 0o644); err != nil { //nolint:gosec // in a folder of the server's account, which reads it
		return err
	}
	defer func() { err = errors.Join(err, os.Remove(path)) }()
	_, err = d.Try(ctx, fmt.Sprintf("COPY %s FROM '%s' WITH (%s);", table, path, options))
	return err
}
