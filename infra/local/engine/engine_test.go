package engine_test

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/infra/local/engine"
)

// records returns a table with a stream and more indexes than any of Kith's.
func records() engine.Table {
	t := engine.Table{
		Name: "Records", Hash: "PK", Range: "SK", Stream: "NEW_AND_OLD_IMAGES",
		Attributes: map[string]string{"PK": "S", "SK": "S"},
	}
	for i := 1; i <= 7; i++ {
		p, s := fmt.Sprintf("I%dP", i), fmt.Sprintf("I%dS", i)
		t.Attributes[p], t.Attributes[s] = "S", "S"
		t.Indexes = append(t.Indexes, engine.Index{Name: fmt.Sprintf("Index%d", i), Hash: p, Range: s, Projection: "KEYS_ONLY"})
	}
	return t
}

func start(t testing.TB, file string, log *bytes.Buffer, tables ...engine.Table) *engine.Engine {
	t.Helper()
	c := config(file, tables...)
	if log != nil {
		c.Log = log
	}
	e, err := engine.Start(context.Background(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		err := e.Close()
		if err != nil {
			t.Error(err)
		}
	})
	return e
}

func config(file string, tables ...engine.Table) engine.Config {
	return engine.Config{Tables: tables, File: file, Address: "127.0.0.1:0", Packages: "..", Region: "us-east-1"}
}

func text(v string) types.AttributeValue { return &types.AttributeValueMemberS{Value: v} }

func put(t testing.TB, db *dynamodb.Client, sk string) {
	t.Helper()
	_, err := db.PutItem(context.Background(), &dynamodb.PutItemInput{
		TableName: aws.String("Records"),
		Item:      map[string]types.AttributeValue{"PK": text("a"), "SK": text(sk)},
	})
	if err != nil {
		t.Fatal(err)
	}
}

func count(t *testing.T, db *dynamodb.Client) int32 {
	t.Helper()
	out, err := db.Query(context.Background(), &dynamodb.QueryInput{
		TableName: aws.String("Records"), KeyConditionExpression: aws.String("PK = :p"),
		ExpressionAttributeValues: map[string]types.AttributeValue{":p": text("a")},
	})
	if err != nil {
		t.Fatal(err)
	}
	return out.Count
}

func TestEngine_Restart_KeepsDataStreamAndTTL(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my data #1 50%?", "engine.db")
	requests := engine.Table{Name: "Requests", Hash: "PK", Attributes: map[string]string{"PK": "S"}, TTL: "expires"}
	first := start(t, file, nil, records(), requests)
	put(t, first.Client(), "1")
	err := first.Restart(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	put(t, first.Client(), "2")
	err = first.Close()
	if err != nil {
		t.Fatal(err)
	}

	second := start(t, file, nil, records(), requests)
	if n := count(t, second.Client()); n != 2 {
		t.Errorf("after a kill and a restart: %d items, want 2", n)
	}
	if first.Streams()["Records"] == "" || first.Streams()["Records"] != second.Streams()["Records"] {
		t.Errorf("stream was %q, is %q", first.Streams()["Records"], second.Streams()["Records"])
	}
	ttl, err := second.Client().DescribeTimeToLive(context.Background(), &dynamodb.DescribeTimeToLiveInput{TableName: aws.String("Requests")})
	if err != nil {
		t.Fatal(err)
	}
	if got := aws.ToString(ttl.TimeToLiveDescription.AttributeName); got != "expires" {
		t.Errorf("time to live is on %q", got)
	}
}

func TestStart_OtherSchemaInDataFile_Fails(t *testing.T) {
	file := filepath.Join(t.TempDir(), "engine.db")
	err := start(t, file, nil, records()).Close()
	if err != nil {
		t.Fatal(err)
	}
	other := records()
	other.Indexes = other.Indexes[:6]
	_, err = engine.Start(context.Background(), config(file, other))
	if err == nil || !strings.Contains(err.Error(), "make clean") {
		t.Errorf("a table with another schema: %v", err)
	}
}

func TestStart_ProgramIsNoEngine_FailsWithItsOutput(t *testing.T) {
	c := config(filepath.Join(t.TempDir(), "engine.db"), records())
	c.Program = "/bin/sh"
	_, err := engine.Start(context.Background(), c)
	if err == nil || !strings.Contains(err.Error(), "serve") {
		t.Errorf("not an engine: %v", err)
	}
}

func TestStart_Endpoint_UsesThatEngine(t *testing.T) {
	remote := start(t, filepath.Join(t.TempDir(), "engine.db"), nil)
	local, err := engine.Start(context.Background(), engine.Config{
		Tables: []engine.Table{records()}, Endpoint: remote.Endpoint() + "/", Region: "us-east-1",
	})
	if err != nil {
		t.Fatal(err)
	}
	put(t, local.Client(), "1")
	if n := count(t, remote.Client()); n != 1 {
		t.Errorf("the remote engine has %d items, want 1", n)
	}
	if local.Restart(context.Background()) == nil {
		t.Error("the remote engine was restarted")
	}
}

// BenchmarkTransactions measures the cost of a note: two items in one transaction on a table with seven indexes and a
// stream, with eight writers.
func BenchmarkTransactions(b *testing.B) {
	e := start(b, filepath.Join(b.TempDir(), "engine.db"), nil, records())
	db := e.Client()
	item := func(sk string) map[string]types.AttributeValue {
		m := map[string]types.AttributeValue{"PK": text("C#1#T#" + sk[len(sk)-1:]), "SK": text(sk), "text": text(strings.Repeat("n", 1024))}
		for i := 1; i <= 7; i++ {
			m[fmt.Sprintf("I%dP", i)] = text("C#1#T#" + sk[len(sk)-1:])
			m[fmt.Sprintf("I%dS", i)] = text(sk)
		}
		return m
	}
	var n atomic.Int64
	var group sync.WaitGroup
	b.ResetTimer()
	begin := time.Now()
	for range 8 {
		group.Go(func() {
			for i := n.Add(1); i <= int64(b.N); i = n.Add(1) {
				put := func(sk string) types.TransactWriteItem {
					return types.TransactWriteItem{Put: &types.Put{TableName: aws.String("Records"), Item: item(sk)}}
				}
				_, err := db.TransactWriteItems(context.Background(), &dynamodb.TransactWriteItemsInput{
					TransactItems: []types.TransactWriteItem{put(fmt.Sprintf("t%d", i%500)), put(fmt.Sprintf("n%d", i))},
				})
				if err != nil {
					b.Error(err)
					return
				}
			}
		})
	}
	group.Wait()
	b.ReportMetric(float64(b.N)/time.Since(begin).Seconds(), "transactions/s")
}

func TestStart_DataFile_HasTheStreamIndexes(t *testing.T) {
	file := filepath.Join(t.TempDir(), "my data #1 50%?", "engine.db")
	start(t, file, nil, records())
	name := url.URL{Scheme: "file", Path: file}
	data, err := sql.Open("sqlite", name.String())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = data.Close() }()
	var n int
	err = data.QueryRowContext(context.Background(), `SELECT count(*) FROM sqlite_master WHERE type = 'index' AND name LIKE 'kith_stream_%'`).Scan(&n)
	if err != nil || n != 2 {
		t.Errorf("%d indexes, %v", n, err)
	}
}
