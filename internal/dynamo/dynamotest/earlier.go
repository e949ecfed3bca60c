package dynamotest

import (
	"bufio"
	"compress/gzip"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"testing"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// EarlierRows returns the rows of each table, by the table's name in the template, as an earlier version wrote them: see
// testdata/earlier/README.md of package dynamo.
func EarlierRows(t testing.TB) map[string][]map[string]types.AttributeValue {
	t.Helper()
	_, this, _, _ := runtime.Caller(0)
	if !filepath.IsAbs(this) { // built with -trimpath
		this = filepath.Join("..", "dynamo", "dynamotest", "earlier.go")
	}
	rows, err := readRows(filepath.Join(filepath.Dir(this), "..", "testdata", "earlier", "rows.jsonl.gz"))
	if err != nil {
		t.Fatal(err)
	}
	return rows
}

func readRows(name string) (map[string][]map[string]types.AttributeValue, error) {
	file, err := os.Open(filepath.Clean(name))
	if err != nil {
		return nil, err
	}
	defer file.Close() //nolint:errcheck // only read
	plain, err := gzip.NewReader(file)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", name, err)
	}
	all := map[string][]map[string]types.AttributeValue{}
	lines := bufio.NewScanner(plain)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row struct {
			Table string
			Item  map[string]stored
		}
		err := json.Unmarshal(lines.Bytes(), &row)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", name, err)
		}
		item := map[string]types.AttributeValue{}
		for attribute, value := range row.Item {
			item[attribute] = value.AttributeValue
		}
		all[row.Table] = append(all[row.Table], item)
	}
	return all, lines.Err()
}

// stored is an attribute value in the JSON of DynamoDB's API.
type stored struct{ types.AttributeValue }

// UnmarshalJSON reads the kinds of values that rows have.
func (s *stored) UnmarshalJSON(text []byte) error {
	var v struct {
		S, N *string
		B    []byte
		BOOL *bool
		NULL *bool
		M    map[string]stored
		L    []stored
		SS   []string
	}
	err := json.Unmarshal(text, &v)
	switch {
	case err != nil:
		return err
	case v.S != nil:
		s.AttributeValue = &types.AttributeValueMemberS{Value: *v.S}
	case v.N != nil:
		s.AttributeValue = &types.AttributeValueMemberN{Value: *v.N}
	case v.B != nil:
		s.AttributeValue = &types.AttributeValueMemberB{Value: v.B}
	case v.BOOL != nil:
		s.AttributeValue = &types.AttributeValueMemberBOOL{Value: *v.BOOL}
	case v.NULL != nil:
		s.AttributeValue = &types.AttributeValueMemberNULL{Value: *v.NULL}
	case v.M != nil:
		fields := map[string]types.AttributeValue{}
		for name, field := range v.M {
			fields[name] = field.AttributeValue
		}
		s.AttributeValue = &types.AttributeValueMemberM{Value: fields}
	case v.L != nil:
		list := []types.AttributeValue{}
		for _, element := range v.L {
			list = append(list, element.AttributeValue)
		}
		s.AttributeValue = &types.AttributeValueMemberL{Value: list}
	case v.SS != nil:
		s.AttributeValue = &types.AttributeValueMemberSS{Value: v.SS}
	default:
		return fmt.Errorf("no kind of value: %s", text)
	}
	return nil
}

// LoadEarlierRows writes the rows of an earlier version into tables.
func LoadEarlierRows(t testing.TB, db *dynamodb.Client, tables Tables) {
	t.Helper()
	names := map[string]string{
		"Records": tables.Records, "Metrics": tables.Metrics, "Jobs": tables.Jobs, "Requests": tables.Requests,
		"Voters": tables.Voters, "Lists": tables.Lists,
	}
	for table, rows := range EarlierRows(t) {
		for len(rows) > 0 {
			some := rows[:min(25, len(rows))]
			rows = rows[len(some):]
			var writes []types.WriteRequest
			for _, row := range some {
				writes = append(writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: row}})
			}
			out, err := db.BatchWriteItem(t.Context(), &dynamodb.BatchWriteItemInput{RequestItems: map[string][]types.WriteRequest{names[table]: writes}})
			if err != nil || len(out.UnprocessedItems) > 0 {
				t.Fatalf("write rows of %s: %v, %d not processed", table, err, len(out.UnprocessedItems))
			}
		}
	}
}
