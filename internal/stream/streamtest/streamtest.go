// Package streamtest generates stream events for a table without a stream: it compares the table with its previous
// content and returns the differences as events of Lambda.
package streamtest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"maps"
	"reflect"
	"slices"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// shards is the number of stream shards of a table.
const shards = 4

type item = map[string]types.AttributeValue

// Follower generates the events of one table.
type Follower struct {
	db    *dynamodb.Client
	table string
	rows  map[string]item
	next  int // sequence number
}

// Follow returns a follower of the table. Rows that the table already has cause no events unless they change: usually the
// table is empty.
func Follow(db *dynamodb.Client, table string) *Follower {
	return &Follower{db: db, table: table, rows: map[string]item{}, next: 95} // sequence numbers soon gain a digit
}

// Clone returns a follower in the same state: it returns the same events as f again.
func (f *Follower) Clone() *Follower {
	clone := *f
	return &clone
}

// Record is one record of an event.
type Record struct {
	EventID        string `json:"eventID"`
	EventName      string `json:"eventName"`
	EventVersion   string `json:"eventVersion"`
	EventSource    string `json:"eventSource"`
	AWSRegion      string `json:"awsRegion"`
	EventSourceARN string `json:"eventSourceARN"`
	Change         Change `json:"dynamodb"`
}

// Change is the part of a record that describes the row before and after the change.
type Change struct {
	At       int64          `json:"ApproximateCreationDateTime"`
	Keys     map[string]any `json:"Keys"`
	Before   map[string]any `json:"OldImage,omitempty"`
	After    map[string]any `json:"NewImage,omitempty"`
	Sequence string         `json:"SequenceNumber"`
	Size     int            `json:"SizeBytes"`
	View     string         `json:"StreamViewType"`
}

// Event is an event with records of one shard in a tumbling window.
type Event struct {
	Records []Record          `json:"Records"`
	Window  map[string]string `json:"window"`
	State   map[string]string `json:"state"`
	Shard   string            `json:"shardId"`
	ARN     string            `json:"eventSourceARN"`
	Final   bool              `json:"isFinalInvokeForWindow"`
	Early   bool              `json:"isWindowTerminatedEarly"`
}

const arn = "arn:aws:dynamodb:us-east-1:000000000000:table/Records/stream/2026-10-24T00:00:00.000"

// Events returns the changes since the last call, one event per shard, with the time at.
func (f *Follower) Events(t testing.TB, at time.Time) []json.RawMessage {
	t.Helper()
	now := f.scan(t)
	batches := make([]Event, shards)
	keys := slices.Sorted(maps.Keys(now))
	for _, key := range slices.Sorted(maps.Keys(f.rows)) {
		if now[key] == nil {
			keys = append(keys, key)
		}
	}
	for _, key := range keys {
		before, after := f.rows[key], now[key]
		if reflect.DeepEqual(before, after) {
			continue
		}
		row := after
		if row == nil {
			row = before
		}
		n := shardOf(row)
		batches[n].Records = append(batches[n].Records, f.record(before, after, at))
	}
	f.rows = now
	var events []json.RawMessage
	for n, batch := range batches {
		if len(batch.Records) == 0 {
			continue
		}
		batch.Shard, batch.ARN, batch.State = fmt.Sprintf("shardId-%020d", n), arn, map[string]string{}
		start := at.Truncate(15 * time.Minute)
		batch.Window = map[string]string{"start": start.Format(time.RFC3339), "end": start.Add(15 * time.Minute).Format(time.RFC3339)}
		encoded, err := json.Marshal(batch)
		if err != nil {
			t.Fatal(err)
		}
		events = append(events, encoded)
	}
	return events
}

func (f *Follower) record(before, after item, at time.Time) Record {
	name := "MODIFY"
	switch {
	case before == nil:
		name = "INSERT"
	case after == nil:
		name = "REMOVE"
	}
	row := after
	if row == nil {
		row = before
	}
	f.next++
	return Record{
		EventID: fmt.Sprintf("%032x", f.next), EventName: name, EventVersion: "1.1", EventSource: "aws:dynamodb",
		AWSRegion: "us-east-1", EventSourceARN: arn,
		Change: Change{
			At: at.Unix(), Keys: image(item{"PK": row["PK"], "SK": row["SK"]}), Before: image(before), After: image(after),
			Sequence: fmt.Sprintf("%021d", f.next), View: "NEW_AND_OLD_IMAGES",
		},
	}
}

func (f *Follower) scan(t testing.TB) map[string]item {
	t.Helper()
	rows := map[string]item{}
	pages := dynamodb.NewScanPaginator(f.db, &dynamodb.ScanInput{TableName: &f.table})
	for pages.HasMorePages() {
		page, err := pages.NextPage(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range page.Items {
			rows[text(row["PK"])+" "+text(row["SK"])] = row
		}
	}
	return rows
}

func text(v types.AttributeValue) string {
	s, _ := v.(*types.AttributeValueMemberS)
	if s == nil {
		return ""
	}
	return s.Value
}

func shardOf(row item) uint32 {
	h := fnv.New32a()
	h.Write([]byte(text(row["PK"])))
	return h.Sum32() % shards
}

// image encodes a row as an image of an event. It returns nil for no row.
func image(row item) map[string]any {
	if row == nil {
		return nil
	}
	encoded := make(map[string]any, len(row))
	for name, value := range row {
		encoded[name] = attribute(value)
	}
	return encoded
}

func attribute(value types.AttributeValue) map[string]any {
	switch v := value.(type) {
	case *types.AttributeValueMemberS:
		return map[string]any{"S": v.Value}
	case *types.AttributeValueMemberN:
		return map[string]any{"N": v.Value}
	case *types.AttributeValueMemberB:
		return map[string]any{"B": v.Value}
	case *types.AttributeValueMemberBOOL:
		return map[string]any{"BOOL": v.Value}
	case *types.AttributeValueMemberM:
		return map[string]any{"M": image(v.Value)}
	case *types.AttributeValueMemberL:
		list := make([]map[string]any, len(v.Value))
		for i, element := range v.Value {
			list[i] = attribute(element)
		}
		return map[string]any{"L": list}
	case *types.AttributeValueMemberSS:
		sorted := slices.Clone(v.Value)
		slices.SortFunc(sorted, cmp.Compare)
		return map[string]any{"SS": sorted}
	default:
		return map[string]any{"NULL": true}
	}
}

// Repeat returns a number of events with a number of records each, by repeating the records of a sample event with
// increasing sequence numbers.
func Repeat(sample json.RawMessage, batches, records int) ([]json.RawMessage, error) {
	var event Event
	if err := json.Unmarshal(sample, &event); err != nil {
		return nil, fmt.Errorf("streamtest: sample: %w", err)
	}
	pattern, all := event.Records, make([]json.RawMessage, batches)
	sequence := 0
	for n := range all {
		event.Records = make([]Record, records)
		for i := range event.Records {
			event.Records[i] = pattern[i%len(pattern)]
			sequence++
			event.Records[i].Change.Sequence = fmt.Sprintf("%025d", sequence)
		}
		encoded, err := json.Marshal(event)
		if err != nil {
			return nil, fmt.Errorf("streamtest: batch: %w", err)
		}
		all[n] = encoded
	}
	return all, nil
}
