// Package engine runs the DynamoDB engine of the local cloud on a data file, or connects to an engine that runs elsewhere,
// and creates the template's tables. Package mapping reads the streams.
//
// The engine is dynoxide: the npm package beside the local cloud, or a program named dynoxide on PATH. Its table of stream
// records lacks two indexes, so that writes to a table with a stream get slower as records accumulate. Start adds the
// indexes to the data file.
package engine

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	_ "modernc.org/sqlite" // the driver that opens the engine's data file

	"github.com/kithhq/kith/infra/local/program"
)

// Config configures an engine.
type Config struct {
	Tables []Table
	// File is the data file.
	File string
	// Address is the address to listen on, 127.0.0.1:0 for a free port.
	Address string
	// Program is the path of the engine; if it is empty, Find looks for the engine under Packages.
	Program string
	// Packages is the folder whose node_modules holds the engine's npm package.
	Packages string
	// Endpoint is the URL of an engine that runs elsewhere; File, Address and Program are not used then.
	Endpoint string
	Region   string
	Log      io.Writer
	// Crashed, if set, is called when the engine ends unexpectedly.
	Crashed func(error)
}

// Engine is a DynamoDB endpoint that has the tables.
type Engine struct {
	endpoint string
	region   string
	program  *program.Program
	streams  map[string]string
}

// Start starts the engine, or connects to the one that runs elsewhere, and creates the tables. It fails if a table in the
// data file has another schema than the configured one.
func Start(ctx context.Context, c Config) (*Engine, error) {
	e := &Engine{endpoint: strings.TrimRight(c.Endpoint, "/"), region: c.Region, streams: map[string]string{}}
	if e.endpoint == "" {
		err := e.start(ctx, c)
		if err != nil {
			return nil, err
		}
	}
	err := e.createTables(ctx, c)
	if err != nil {
		return nil, errors.Join(err, e.Close())
	}
	return e, nil
}

func (e *Engine) start(ctx context.Context, c Config) error {
	path := c.Program
	if path == "" {
		var err error
		path, err = Find(c.Packages)
		if err != nil {
			return err
		}
	}
	err := os.MkdirAll(filepath.Dir(c.File), 0o700)
	if err != nil {
		return fmt.Errorf("create the data folder: %w", err)
	}
	address, err := program.Address(ctx, c.Address)
	if err != nil {
		return err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return fmt.Errorf("engine address %q: %w", address, err)
	}
	e.endpoint = "http://" + address
	e.program, err = program.Start(ctx, program.Spec{
		Name:    "dynamodb",
		Path:    path,
		Args:    []string{"serve", "--host", host, "--port", port, "--db-path", c.File},
		Ready:   e.ready,
		Log:     c.Log,
		Crashed: c.Crashed,
	})
	return err
}

func (e *Engine) ready(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, e.endpoint+"/", nil)
	if err != nil {
		return fmt.Errorf("ask the engine: %w", err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return fmt.Errorf("ask the engine: %w", err)
	}
	return res.Body.Close()
}

func (e *Engine) createTables(ctx context.Context, c Config) error {
	db := e.Client()
	for _, t := range c.Tables {
		arn, err := t.create(ctx, db)
		if err != nil {
			return err
		}
		if t.Stream != "" {
			e.streams[t.Name] = arn
		}
	}
	if e.program == nil {
		return nil
	}
	return addIndexes(ctx, c.File)
}

// addIndexes adds the indexes that reading stream records and finding the next sequence number need.
func addIndexes(ctx context.Context, file string) error {
	path, err := filepath.Abs(file)
	if err != nil {
		return fmt.Errorf("find the engine's data file: %w", err)
	}
	name := url.URL{Scheme: "file", Path: path, RawQuery: "_pragma=busy_timeout(10000)"}
	db, err := sql.Open("sqlite", name.String())
	if err != nil {
		return fmt.Errorf("open the engine's data file: %w", err)
	}
	for _, q := range []string{
		`CREATE INDEX IF NOT EXISTS kith_stream_table ON _stream_records (table_name, CAST(sequence_number AS INTEGER))`,
		`CREATE INDEX IF NOT EXISTS kith_stream_shard ON _stream_records (table_name, shard_id, CAST(sequence_number AS INTEGER))`,
	} {
		_, err = db.ExecContext(ctx, q)
		if err != nil {
			return errors.Join(fmt.Errorf("index the engine's stream records: %w", err), db.Close())
		}
	}
	err = db.Close()
	if err != nil {
		return fmt.Errorf("close the engine's data file: %w", err)
	}
	return nil
}

// Find returns the path of the engine: the npm package's under packages, else that of dynoxide on PATH.
func Find(packages string) (string, error) {
	path := filepath.Join(packages, "node_modules", "@dynoxide", "linux-x64", "dynoxide")
	_, err := os.Stat(path)
	if err == nil {
		return path, nil
	}
	path, err = exec.LookPath("dynoxide")
	if err != nil {
		return "", fmt.Errorf("no DynamoDB engine: run `make tools`, put dynoxide on PATH, or set KITH_DYNAMODB_ENDPOINT: %w", err)
	}
	return path, nil
}

// Client returns a DynamoDB client for the engine.
func (e *Engine) Client() *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(e.endpoint),
		Region:       e.region,
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "local", SecretAccessKey: "local"}, nil
		}),
	})
}

// Endpoint returns the URL that serves DynamoDB and DynamoDB Streams.
func (e *Engine) Endpoint() string { return e.endpoint }

// Streams returns the ARN of each table's stream by the table's name.
func (e *Engine) Streams() map[string]string { return e.streams }

// Restart kills the engine, as a crash would, and starts it again on its data file. It fails for an engine that runs
// elsewhere.
func (e *Engine) Restart(ctx context.Context) error {
	if e.program == nil {
		return errors.New("the DynamoDB engine runs elsewhere; restart it there")
	}
	return e.program.Restart(ctx)
}

// Pause suspends the engine for a time, in which requests wait. It fails for an engine that runs elsewhere.
func (e *Engine) Pause(d time.Duration) error {
	if e.program == nil {
		return errors.New("the DynamoDB engine runs elsewhere; pause it there")
	}
	return e.program.Pause(d)
}

// Close stops the engine. Its data stays.
func (e *Engine) Close() error {
	if e.program == nil {
		return nil
	}
	return e.program.Close()
}
