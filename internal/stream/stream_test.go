package stream_test

import (
	"context"
	"encoding/json"
	"errors"
	"flag"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/stream"
	"github.com/kithhq/kith/internal/stream/streamtest"
	"github.com/kithhq/kith/internal/user"
)

var update = flag.Bool("update", false, "write the sample events")

func TestMain(m *testing.M) {
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

func sample(t testing.TB, name string) json.RawMessage {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("..", "..", "events", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// With the flag it writes the sample events: of a note that is created, and of a contact and a membership that are
// removed.
func TestDecode_SampleEvents_Decodable(t *testing.T) {
	if !*update {
		for _, name := range []string{"update-metrics", "remove-records", "remove-records-membership"} {
			batch, err := stream.Decode(sample(t, name))
			if err != nil {
				t.Fatal(err)
			}
			for _, c := range batch.Changes {
				if c.DecodeError != nil || c.Before == nil && c.After == nil || c.At.IsZero() {
					t.Errorf("%s: the record is %+v", name, c)
				}
			}
		}
		return
	}
	db, names := dynamotest.New(t)
	store := dynamo.New(db, dynamo.Tables(names))
	follower := streamtest.Follow(db, names.Records)
	commit := func(writes []dynamo.Write) {
		if err := store.Commit(t.Context(), writes...); err != nil {
			t.Fatal(err)
		}
	}
	at := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	c, err := campaign.New("01a16dd4-f000-7000-8000-00000000000a", campaign.Details{Name: "Fall", Slug: "fall"}, at)
	if err != nil {
		t.Fatal(err)
	}
	m := mobilizer.Join(c, &user.User{ID: "01a16dd4-f000-7000-8000-00000000000b", Email: "ann@example.org"},
		"01a16dd4-f000-7000-8000-00000000000c", mobilizer.JoinInput{Profile: mobilizer.Profile{FirstName: "Ann", LastName: "Lee"}}, at)
	e := contact.NewEntry(m, contact.Details{FirstName: "José", LastName: "O'Brien", State: "MA", Zip: "02139"}, contact.PrivateDetails{}, contact.NewIDs(at), at)
	target, err := e.AddToCampaign(m, contact.NewIDs(at).Contact, c.Moment(at))
	if err != nil {
		t.Fatal(err)
	}
	commit(store.CreateMembership(m))
	commit(store.CreateContact(target, e))
	follower.Events(t, at)

	target.Version = 1
	note, err := target.CreateNote("Will bring a neighbour 🗳", c.Moment(at.Add(time.Minute)))
	if err != nil {
		t.Fatal(err)
	}
	commit(store.CreateNote(target, note))
	writeSample(t, "update-metrics", follower.Events(t, at.Add(time.Minute)))
	target.Version, e.Version = 2, 1
	commit(store.DeleteContact(target, e, true))
	writeSample(t, "remove-records", follower.Events(t, at.Add(2*time.Minute)))
	commit(store.DeleteMembership(m))
	writeSample(t, "remove-records-membership", follower.Events(t, at.Add(3*time.Minute)))
}

// writeSample writes a sample event with the records of all events, except for the removal samples only removals.
func writeSample(t *testing.T, name string, events []json.RawMessage) {
	t.Helper()
	var all streamtest.Event
	for _, raw := range events {
		var event streamtest.Event
		if err := json.Unmarshal(raw, &event); err != nil {
			t.Fatal(err)
		}
		records := append(all.Records, event.Records...)
		all = event
		all.Records = records
	}
	slices.SortFunc(all.Records, func(a, b streamtest.Record) int { return strings.Compare(a.Change.Sequence, b.Change.Sequence) })
	if name != "update-metrics" {
		all.Records = slices.DeleteFunc(all.Records, func(r streamtest.Record) bool { return r.EventName != "REMOVE" })
	}
	encoded, err := json.MarshalIndent(all, "", "  ")
	if err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(filepath.Join("..", "..", "events", name+".json"), append(encoded, '\n'), 0o600); err != nil {
		t.Fatal(err)
	}
}

func TestHandleRecords_Note_CountsAndRepliesWithState(t *testing.T) {
	var delta metrics.Vector
	handle := stream.HandleRecords(func(_ context.Context, b metrics.Batch) (string, error) {
		delta = metrics.Vector{}
		for _, c := range b.Changes {
			delta.Add(metrics.Delta(c.Before, c.After))
		}
		return "", nil
	})
	reply, err := handle(t.Context(), sample(t, "update-metrics"))
	if err != nil {
		t.Fatal(err)
	}
	encoded, err := json.Marshal(reply)
	if err != nil {
		t.Fatal(err)
	}
	if got := string(encoded); got != `{"state":{},"batchItemFailures":[]}` {
		t.Errorf("the function replies %s", got)
	}
	got := map[string]int{}
	for counter, n := range delta {
		got[string(counter.Item.Kind)+" "+string(counter.Cell)] += n
	}
	want := map[string]int{"core t": 1, "core n": 1, "member t": 1, "member n": 1, "day n": 1}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("the note's delta (-want +got):\n%s", diff)
	}
}

func TestHandleRecords_WindowEnd_RepliesWithState(t *testing.T) {
	handle := stream.HandleRecords(func(_ context.Context, b metrics.Batch) (string, error) {
		if len(b.Changes) > 0 || b.Shard == "" {
			t.Errorf("the batch at the end of a window is %+v", b)
		}
		return "", nil
	})
	reply, err := handle(t.Context(), sample(t, "update-metrics-window-end"))
	if err != nil {
		t.Fatal(err)
	}
	if reply.State == nil || reply.BatchItemFailures == nil {
		t.Errorf("the function replies %+v", reply)
	}
}

func TestHandleRecords_NoShard_Fails(t *testing.T) {
	handle := stream.HandleRecords(func(context.Context, metrics.Batch) (string, error) { return "", nil })
	if _, err := handle(t.Context(), json.RawMessage(`{"Records":[]}`)); err == nil {
		t.Error("the event was accepted")
	}
}

func TestHandleRecords_Uncounted_ReportsBatchItemFailure(t *testing.T) {
	handle := stream.HandleRecords(func(context.Context, metrics.Batch) (string, error) { return "17", nil })
	reply, err := handle(t.Context(), sample(t, "update-metrics"))
	if err != nil {
		t.Fatal(err)
	}
	if len(reply.BatchItemFailures) != 1 || reply.BatchItemFailures[0].ItemIdentifier != "17" {
		t.Errorf("the function replies %+v", reply)
	}
	failing := stream.HandleRecords(func(context.Context, metrics.Batch) (string, error) { return "", errors.New("no batch") })
	if _, err := failing(t.Context(), sample(t, "update-metrics")); err == nil {
		t.Error("a failed batch was reported as counted")
	}
}

func TestDecode_UndecodableRecord_KeepsOthers(t *testing.T) {
	good := string(sample(t, "update-metrics"))
	for name, broken := range map[string]string{
		"an unknown entity":         strings.ReplaceAll(good, `"S": "note"`, `"S": "nonsense"`),
		"an unknown attribute type": strings.ReplaceAll(good, `"S": "note"`, `"ZZ": "note"`),
		"a malformed attribute":     strings.ReplaceAll(good, `"S": "note"`, `"S": {}`),
	} {
		batch, err := stream.Decode(json.RawMessage(broken))
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		undecodable := 0
		for _, c := range batch.Changes {
			if c.DecodeError == nil {
				continue
			}
			undecodable++
			if c.Campaign == "" || c.Sequence == "" || !json.Valid(c.Raw) || c.Before != nil || c.After != nil || c.At.IsZero() {
				t.Errorf("%s: the change is %+v", name, c)
			}
		}
		if undecodable != 1 || len(batch.Changes) != 2 {
			t.Errorf("%s: %d of %d records can't be decoded", name, undecodable, len(batch.Changes))
		}
	}
}

func TestHandleRemovals_Failure_ReportsRecordAndStops(t *testing.T) {
	var seen []any
	handle := stream.HandleRemovals(func(_ context.Context, row any) error {
		seen = append(seen, row)
		if len(seen) > 1 {
			return errors.New("the store is down")
		}
		return nil
	})
	reply, err := handle(t.Context(), sample(t, "remove-records"))
	if err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 || len(reply.BatchItemFailures) != 1 || reply.BatchItemFailures[0].ItemIdentifier == "" {
		t.Errorf("%d removals, reply %+v", len(seen), reply)
	}
	reply, err = stream.HandleRemovals(func(context.Context, any) error { return nil })(t.Context(), sample(t, "update-metrics"))
	if err != nil || len(reply.BatchItemFailures) > 0 {
		t.Errorf("changes that are not removals: %+v %v", reply, err)
	}
}
