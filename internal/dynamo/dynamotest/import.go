package dynamotest

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
)

// Engine is an engine that one test uses alone.
type Engine struct {
	*dynamodb.Client

	Tables   Tables
	Endpoint string
	Process  *os.Process
}

// NewFilledEngine starts an engine whose table Records contains the items that fill adds, in DynamoDB's JSON. It uses the
// engine's import, which reads tens of thousands a second: single writes would take hours. The engine ends with the test. It
// is always dynoxide, because other engines have no such import.
func NewFilledEngine(t testing.TB, fill func(add func(item []byte) error) error) *Engine {
	t.Helper()
	program, err := findEngine()
	if err != nil {
		t.Fatalf("no DynamoDB engine to test on: %v", err)
	}
	dir := t.TempDir()
	names := newTables("Filled-")
	database := filepath.Join(dir, "filled.db")
	err = errors.Join(
		writeItems(filepath.Join(dir, "source", names.Records, "data"), fill),
		writeSchema(filepath.Join(dir, "schema.json"), names.Records, names.indexes()[names.Records]),
	)
	if err != nil {
		t.Fatal(err)
	}
	output, err := exec.CommandContext(t.Context(), program, "import", "--source", filepath.Join(dir, "source"), //nolint:gosec // the engine, found by name
		"--schema", filepath.Join(dir, "schema.json"), "--output", database).CombinedOutput()
	if err != nil {
		t.Fatalf("fill the engine: %v\n%s", err, output)
	}
	if err := os.RemoveAll(filepath.Join(dir, "source")); err != nil {
		t.Fatal(err)
	}
	endpoint, process, err := startEngine("--db-path", database)
	if err != nil {
		t.Fatalf("no DynamoDB engine to test on: %v", err)
	}
	t.Cleanup(func() { _ = process.Kill() })
	e := &Engine{Client: newClient(endpoint), Tables: names, Endpoint: endpoint, Process: process}
	for name, indexes := range names.indexes() {
		if name != names.Records {
			createTable(t, e.Client, name, indexes)
		}
	}
	return e
}

func writeItems(dir string, fill func(add func(item []byte) error) error) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	file, err := os.Create(filepath.Join(dir, "items.json"))
	if err != nil {
		return err
	}
	out := bufio.NewWriterSize(file, 1<<20)
	err = fill(func(item []byte) error {
		_, err := fmt.Fprintf(out, "{\"Item\":%s}\n", item)
		return err
	})
	return errors.Join(err, out.Flush(), file.Close())
}

// writeSchema writes a table's definition as DescribeTable returns it.
func writeSchema(file, name string, indexes []string) error {
	definition := tableInput(name, indexes)
	var global []map[string]any
	for _, index := range definition.GlobalSecondaryIndexes {
		global = append(global, map[string]any{
			"IndexName": index.IndexName, "KeySchema": index.KeySchema,
			"Projection": map[string]any{"ProjectionType": index.Projection.ProjectionType},
		})
	}
	content, err := json.Marshal(map[string]any{"Table": map[string]any{
		"TableName": name, "AttributeDefinitions": definition.AttributeDefinitions, "KeySchema": definition.KeySchema,
		"GlobalSecondaryIndexes": global, "BillingModeSummary": map[string]any{"BillingMode": definition.BillingMode},
	}})
	if err != nil {
		return err
	}
	return os.WriteFile(file, content, 0o600)
}
