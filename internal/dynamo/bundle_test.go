package dynamo_test

import (
	"archive/zip"
	"bytes"
	"context"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/file"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/user"
)

// memoryBucket is a bucket in memory. Each call waits for further writes of the activity, so that a bundle is always written
// during activity.
type memoryBucket struct {
	activity *activityFixture

	mu      sync.Mutex
	objects map[string][]byte
	uploads map[string][][]byte
}

// lock waits for writes, and locks the bucket.
func (b *memoryBucket) lock() (unlock func()) {
	b.activity.awaitWrites(5)
	b.mu.Lock()
	return b.mu.Unlock
}

func (b *memoryBucket) Put(_ context.Context, key string, body []byte) error {
	defer b.lock()()
	b.objects[key] = bytes.Clone(body)
	return nil
}

func (b *memoryBucket) ReadAll(_ context.Context, key string) ([]byte, error) {
	defer b.lock()()
	if body, ok := b.objects[key]; ok {
		return bytes.Clone(body), nil
	}
	return nil, fault.NotFound("file")
}

func (b *memoryBucket) Delete(_ context.Context, key string) error {
	defer b.lock()()
	delete(b.objects, key)
	return nil
}

func (b *memoryBucket) CreateUpload(_ context.Context, key string) (string, error) {
	defer b.lock()()
	b.uploads[key] = nil
	return key, nil
}

func (b *memoryBucket) UploadPart(_ context.Context, _, upload string, number int, body []byte) (string, error) {
	defer b.lock()()
	for len(b.uploads[upload]) < number {
		b.uploads[upload] = append(b.uploads[upload], nil)
	}
	b.uploads[upload][number-1] = bytes.Clone(body)
	return fmt.Sprint(number), nil
}

func (b *memoryBucket) CompleteUpload(_ context.Context, key, upload string, tags []string) error {
	defer b.lock()()
	b.objects[key] = bytes.Join(b.uploads[upload][:len(tags)], nil)
	return nil
}

func (b *memoryBucket) AbortUpload(context.Context, string, string) error { return nil }

// writeBundle writes a bundle of all datasets, slice by slice, and returns its files.
func (a *activityFixture) writeBundle() (*export.Export, map[string][]byte) {
	a.t.Helper()
	types, err := export.NewTypes(nil)
	if err != nil {
		a.t.Fatal(err)
	}
	e, err := export.New(export.Request{Type: export.Bundle, Types: types, Profile: dataset.Extended}, a.campaign, nil, &user.User{ID: "u"}, a.now())
	if err != nil {
		a.t.Fatal(err)
	}
	j := job.New(job.Export, "o", string(a.campaign.ID), e.ID, e.RequestedAt, time.Now())
	e.Job = j.ID
	a.commit(a.store.CreateExport(e), a.store.CreateJob(j))
	bucket := &memoryBucket{activity: a, objects: map[string][]byte{}, uploads: map[string][][]byte{}}
	next := -1
	worker := &file.Worker{Store: a.store, Bucket: bucket, PartSize: 6_000}
	runner := &job.Runner{Store: a.store, Handle: worker.Handle, HandOn: func(_ context.Context, _ string, version int, _ time.Time) error {
		next = version
		return nil
	}}
	runs := 0
	for version := 0; version >= 0; runs++ {
		next = -1
		if err := runner.Work(a.t.Context(), j.ID, version, a.now(), 150*time.Millisecond); err != nil {
			a.t.Fatal(err)
		}
		version = next
	}
	done, err := a.store.Export(a.t.Context(), a.campaign.ID, e.ID)
	if err != nil || done.State != export.Ready {
		a.t.Fatalf("the bundle is %+v, %v", done, err)
	}
	a.t.Logf("%d slices, %d rows, %v of simulated time", runs, done.Rows, done.FinishedAt.Sub(done.StartedAt))
	whole := bucket.objects[done.Object]
	m, err := file.ReadManifest(bucket.objects[done.ManifestKey()])
	if err != nil {
		a.t.Fatal(err)
	}
	if differs, err := m.VerifyBundle(bytes.NewReader(whole), int64(len(whole))); err != nil || len(differs) > 0 {
		a.t.Fatalf("verify: %v, %v", differs, err)
	}
	files, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		a.t.Fatal(err)
	}
	contents := map[string][]byte{}
	for _, f := range files.File {
		r, err := f.Open()
		if err != nil {
			a.t.Fatal(err)
		}
		if contents[f.Name], err = io.ReadAll(r); err != nil {
			a.t.Fatal(err)
		}
	}
	return done, contents
}

// column returns the values of a column that are not empty.
func column(t *testing.T, file []byte, name string) []string {
	t.Helper()
	rows, err := csv.NewReader(bytes.NewReader(file)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	n := slices.Index(rows[0], name)
	if n < 0 {
		t.Fatalf("no column %q in %q", name, rows[0])
	}
	var values []string
	for _, row := range rows[1:] {
		if row[n] != "" {
			values = append(values, row[n])
		}
	}
	return values
}

// A bundle is written while mobilizers join and leave, contacts are created and deleted, and invitations are accepted.
func TestBundle_ConcurrentActivity_EveryReferenceResolves(t *testing.T) {
	a := newActivityFixture(t)
	unchanged := a.newParticipant(1_000)
	for range 40 {
		unchanged.createContact(false)
		unchanged.changeContact(len(unchanged.contacts) - 1)
	}
	ctx, stop := context.WithCancel(t.Context())
	wait := a.start(ctx, 12)
	defer func() {
		stop()
		wait()
	}()
	a.awaitTime(2 * time.Minute) // the cutoff, a minute before the bundle, has to be within the activity
	for range 3 {
		before := a.writes.Load()
		e, files := a.writeBundle()
		a.checkReferences(e, files)
		exported := column(t, files["contacts.csv"], "rally__campaign_target_id")
		for _, c := range unchanged.contacts {
			if !slices.Contains(exported, string(c.ID)) {
				t.Errorf("contact %s, which existed all the time, is not in the bundle", c.ID)
			}
		}
		if n := a.writes.Load() - before; n < 50 {
			t.Errorf("%d writes while the bundle was written, want at least 50", n)
		}
	}
}

// checkReferences checks that every reference resolves, and that no row was created after the cutoff.
func (a *activityFixture) checkReferences(e *export.Export, files map[string][]byte) {
	a.t.Helper()
	var dataPackage struct {
		Resources []struct {
			Path   string
			Schema struct {
				PrimaryKey  []string
				ForeignKeys []struct {
					Fields    []string
					Reference struct {
						Resource string
						Fields   []string
					}
				}
			}
		}
	}
	if err := json.Unmarshal(files["datapackage.json"], &dataPackage); err != nil {
		a.t.Fatal(err)
	}
	floor, checked := id.Floor(e.Cutoff()), 0
	resolve := func(path, from, to, key string) {
		a.t.Helper()
		existing := map[string]bool{}
		for _, value := range column(a.t, files[to], key) {
			existing[value] = true
		}
		for _, value := range column(a.t, files[path], from) {
			checked++
			if !existing[value] {
				a.t.Errorf("%s: %s %s is not in %s", path, from, value, to)
			}
		}
	}
	for _, r := range dataPackage.Resources {
		for _, k := range r.Schema.ForeignKeys {
			resolve(r.Path, k.Fields[0], k.Reference.Resource+".csv", k.Reference.Fields[0])
		}
		if len(r.Schema.PrimaryKey) != 1 || r.Path == "legacy_mobilizers.csv" || r.Path == "legacy_contacts.csv" {
			continue
		}
		keys := column(a.t, files[r.Path], r.Schema.PrimaryKey[0])
		for _, key := range keys {
			if key >= floor {
				a.t.Errorf("%s: %s was created after the cutoff", r.Path, key)
			}
		}
		slices.Sort(keys)
		if len(slices.Compact(slices.Clone(keys))) != len(keys) {
			a.t.Errorf("%s has duplicate rows", r.Path)
		}
	}
	resolve("voters.csv", "rally__campaign_target_id", "contacts.csv", "rally__campaign_target_id")
	resolve("legacy_contact_action_responses.csv", "campaign_prompt_id", "analytics.csv", "item_id")
	resolve("legacy_contacts.csv", "person_id", "contacts.csv", "rally__person_id")
	resolve("action_item_responses.csv", "rally__action_item_id", "analytics.csv", "item_id")
	resolve("action_item_responses.csv", "response_multiple_choice_option_id", "analytics.csv", "item_id")
	resolve("key_question_answers.csv", "key_question_response_id", "analytics.csv", "item_id")
	accepted := len(column(a.t, files["invitations.csv"], "accepted_at"))
	for _, with := range []string{"accepted_by", "rally__user_id", "rally__user_campaign_membership_id"} {
		if n := len(column(a.t, files["invitations.csv"], with)); n != accepted {
			a.t.Errorf("invitations: %d have %s, %d accepted_at", n, with, accepted)
		}
	}
	var sizes []string
	for _, r := range dataPackage.Resources {
		sizes = append(sizes, fmt.Sprintf("%s %d", strings.TrimSuffix(r.Path, ".csv"), bytes.Count(files[r.Path], []byte("\n"))-1))
	}
	a.t.Logf("%d references; %s; %d invitations accepted", checked, strings.Join(sizes, ", "), accepted)
}
