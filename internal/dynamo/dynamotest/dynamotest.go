// Package dynamotest creates tables for tests on a real engine: the one at AWS_ENDPOINT_URL_DYNAMODB, or dynoxide, which is
// started once in a test process and ends with it. It also injects crashes. It knows the keys and indexes of the tables, not
// their entities.
package dynamotest

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/awsclient"
)

// Tables names the tables of a test. It converts to dynamo.Tables.
type Tables struct {
	Records  string
	Metrics  string
	Jobs     string
	Requests string
	Voters   string
	Lists    string
}

// New returns a client of the engine and six empty tables, which are deleted after the test. Records has no stream: streams
// slow the engine down, and the local cloud's tests cover them. A missing engine fails the test.
func New(t testing.TB) (*dynamodb.Client, Tables) {
	t.Helper()
	db := Client(t)
	names := newTables("T" + rand.Text()[:12] + "-")
	for name, indexes := range names.indexes() {
		createTable(t, db, name, indexes)
	}
	return db, names
}

func newTables(prefix string) Tables {
	return Tables{prefix + "Records", prefix + "Metrics", prefix + "Jobs", prefix + "Requests", prefix + "Voters", prefix + "Lists"}
}

// indexes returns the indexes of each table.
func (n Tables) indexes() map[string][]string {
	return map[string][]string{n.Records: {"Member"}, n.Metrics: nil, n.Jobs: {"Due"}, n.Requests: nil, n.Voters: nil, n.Lists: nil}
}

// createTable creates a table, and deletes it after the test.
func createTable(t testing.TB, db *dynamodb.Client, name string, indexes []string) {
	t.Helper()
	if _, err := db.CreateTable(t.Context(), tableInput(name, indexes)); err != nil {
		t.Fatalf("create table %s: %v", name, err)
	}
	t.Cleanup(func() {
		_, err := db.DeleteTable(context.Background(), &dynamodb.DeleteTableInput{TableName: &name})
		if err != nil {
			t.Errorf("delete table %s: %v", name, err)
		}
	})
}

// tableInput returns the definition of a table.
func tableInput(name string, indexes []string) *dynamodb.CreateTableInput {
	in := &dynamodb.CreateTableInput{TableName: &name, BillingMode: types.BillingModePayPerRequest, KeySchema: keySchema("PK", "SK")}
	attributes := []string{"PK", "SK"}
	for _, index := range indexes {
		attributes = append(attributes, index+"P", index+"S")
		in.GlobalSecondaryIndexes = append(in.GlobalSecondaryIndexes, types.GlobalSecondaryIndex{
			IndexName: aws.String(index + "Index"), KeySchema: keySchema(index+"P", index+"S"),
			Projection: &types.Projection{ProjectionType: types.ProjectionTypeKeysOnly},
		})
	}
	for _, attribute := range attributes {
		in.AttributeDefinitions = append(in.AttributeDefinitions, types.AttributeDefinition{
			AttributeName: aws.String(attribute), AttributeType: types.ScalarAttributeTypeS,
		})
	}
	return in
}

func keySchema(hash, sort string) []types.KeySchemaElement {
	return []types.KeySchemaElement{
		{AttributeName: aws.String(hash), KeyType: types.KeyTypeHash},
		{AttributeName: aws.String(sort), KeyType: types.KeyTypeRange},
	}
}

// Client returns a client of the engine, which the first call starts.
func Client(t testing.TB) *dynamodb.Client {
	t.Helper()
	endpoint, err := engine()
	if err != nil {
		t.Fatalf("no DynamoDB engine to test on: %v", err)
	}
	return newClient(endpoint)
}

func newClient(endpoint string) *dynamodb.Client {
	return dynamodb.New(dynamodb.Options{
		BaseEndpoint: aws.String(endpoint), Region: "us-east-1", HTTPClient: awsclient.HTTP(),
		Credentials: aws.CredentialsProviderFunc(func(context.Context) (aws.Credentials, error) {
			return aws.Credentials{AccessKeyID: "test", SecretAccessKey: "test"}, nil
		}),
	})
}

// engine returns the endpoint of the engine of this process.
var engine = sync.OnceValues(func() (string, error) {
	if endpoint := os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"); endpoint != "" {
		return endpoint, nil
	}
	endpoint, _, err := startEngine()
	return endpoint, err
})

// startEngine starts dynoxide with further arguments, and returns its endpoint and process.
func startEngine(arguments ...string) (string, *os.Process, error) {
	program, err := findEngine()
	if err != nil {
		return "", nil, err
	}
	address, err := freeAddress()
	if err != nil {
		return "", nil, err
	}
	host, port, err := net.SplitHostPort(address)
	if err != nil {
		return "", nil, err
	}
	command := exec.Command(program, append([]string{"serve", "--host", host, "--port", port}, arguments...)...) //nolint:gosec,noctx // the engine, found by name, ends with this process
	if err := startProcess(command); err != nil {
		return "", nil, err
	}
	return "http://" + address, command.Process, awaitConnection(address)
}

// startProcess starts the engine from a thread that lives as long as this process: the engine ends with that thread.
func startProcess(command *exec.Cmd) error {
	endWithThread(command)
	started := make(chan error)
	go func() {
		runtime.LockOSThread()
		started <- command.Start()
		_ = command.Wait() // tests fail when it ends
	}()
	return <-started
}

// findEngine returns the path of dynoxide: of the local cloud's npm package, else on PATH.
func findEngine() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		program := filepath.Join(dir, "infra", "local", "node_modules", "@dynoxide", "linux-x64", "dynoxide")
		_, err := os.Stat(program)
		if err == nil {
			return program, nil
		}
		up := filepath.Dir(dir)
		if up == dir {
			break
		}
		dir = up
	}
	program, err := exec.LookPath("dynoxide")
	if err != nil {
		return "", errors.New("run `make tools`, put dynoxide on PATH, or set AWS_ENDPOINT_URL_DYNAMODB")
	}
	return program, nil
}

func freeAddress() (string, error) {
	listener, err := new(net.ListenConfig).Listen(context.Background(), "tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// awaitConnection returns when the engine accepts connections, or after ten seconds with the failure.
func awaitConnection(address string) error {
	ctx, stop := context.WithTimeout(context.Background(), 10*time.Second)
	defer stop()
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for {
		connection, err := new(net.Dialer).DialContext(ctx, "tcp", address)
		if err == nil {
			return connection.Close()
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return fmt.Errorf("the engine does not answer: %w", err)
		}
	}
}
