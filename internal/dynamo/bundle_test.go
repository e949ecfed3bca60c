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

// shelf is a bucket in memory, a slow one.
type shelf struct {
	mu      sync.Mutex
	objects map[string][]byte
	uploads map[string][][]byte
}

// slowly takes the time that S3 takes, so that a bundle is written while the storm goes on.
func (s *shelf) slowly() func() {
	time.Sleep(30 * time.Millisecond)
	s.mu.Lock()
	return s.mu.Unlock
}

func (s *shelf) Put(_ context.Context, key string, body []byte) error {
	defer s.slowly()()
	s.objects[key] = bytes.Clone(body)
	return nil
}

func (s *shelf) ReadAll(_ context.Context, key string) ([]byte, error) {
	defer s.slowly()()
	if body, there := s.objects[key]; there {
		return bytes.Clone(body), nil
	}
	return nil, fault.NotFound("file")
}

func (s *shelf) Delete(_ context.Context, key string) error {
	defer s.slowly()()
	delete(s.objects, key)
	return nil
}

func (s *shelf) CreateUpload(_ context.Context, key string) (string, error) {
	defer s.slowly()()
	s.uploads[key] = nil
	return key, nil
}

func (s *shelf) UploadPart(_ context.Context, _, upload string, number int, body []byte) (string, error) {
	defer s.slowly()()
	for len(s.uploads[upload]) < number {
		s.uploads[upload] = append(s.uploads[upload], nil)
	}
	s.uploads[upload][number-1] = bytes.Clone(body)
	return fmt.Sprint(number), nil
}

func (s *shelf) CompleteUpload(_ context.Context, key, upload string, tags []string) error {
	defer s.slowly()()
	s.objects[key] = bytes.Join(s.uploads[upload][:len(tags)], nil)
	return nil
}

func (s *shelf) AbortUpload(context.Context, string, string) error { return nil }

// bundle writes a bundle of everything, slice by slice, while the storm goes on.
func (s *storm) bundle() (*export.Export, map[string][]byte) {
	s.t.Helper()
	types, err := export.NewTypes(nil)
	if err != nil {
		s.t.Fatal(err)
	}
	e, err := export.New(export.Request{Type: export.Bundle, Types: types, Profile: dataset.Extended}, s.campaign, nil, &user.User{ID: "u"}, s.clock())
	if err != nil {
		s.t.Fatal(err)
	}
	j := job.New(job.Export, "o", string(s.campaign.ID), e.ID, e.RequestedAt, time.Now())
	e.Job = j.ID
	s.commit(s.store.CreateExport(e), s.store.CreateJob(j))
	bucket := &shelf{objects: map[string][]byte{}, uploads: map[string][][]byte{}}
	next := -1
	worker := &file.Worker{Store: s.store, Bucket: bucket, PartSize: 6_000}
	runner := &job.Runner{Store: s.store, Handle: worker.Handle, HandOn: func(_ context.Context, _ string, version int, _ time.Time) error {
		next = version
		return nil
	}}
	runs := 0
	for version := 0; version >= 0; runs++ {
		next = -1
		if err := runner.Work(s.t.Context(), j.ID, version, s.clock(), 150*time.Millisecond); err != nil {
			s.t.Fatal(err)
		}
		version = next
	}
	done, err := s.store.Export(s.t.Context(), s.campaign.ID, e.ID)
	if err != nil || done.State != export.Ready {
		s.t.Fatalf("the bundle is %+v, %v", done, err)
	}
	s.t.Logf("%d slices, %d rows in %v of the storm's time", runs, done.Rows, done.FinishedAt.Sub(done.StartedAt))
	whole := bucket.objects[done.Object]
	m, err := file.ReadManifest(bucket.objects[done.ManifestKey()])
	if err != nil {
		s.t.Fatal(err)
	}
	if differs, err := m.VerifyBundle(bytes.NewReader(whole), int64(len(whole))); err != nil || len(differs) > 0 {
		s.t.Fatalf("verify: %v, %v", differs, err)
	}
	files, err := zip.NewReader(bytes.NewReader(whole), int64(len(whole)))
	if err != nil {
		s.t.Fatal(err)
	}
	contents := map[string][]byte{}
	for _, f := range files.File {
		r, err := f.Open()
		if err != nil {
			s.t.Fatal(err)
		}
		if contents[f.Name], err = io.ReadAll(r); err != nil {
			s.t.Fatal(err)
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

// While mobilizers join and leave, contacts come and go and invitations are accepted, every id of a bundle joins.
func TestEveryIDOfABundleJoinsInAStorm(t *testing.T) {
	s := newStorm(t)
	quiet := s.enter(1_000)
	for range 40 {
		quiet.add(false)
		quiet.write(len(quiet.contacts) - 1)
	}
	ctx, calm := context.WithCancel(t.Context())
	all := s.rage(ctx, 12)
	defer func() {
		calm()
		all.Wait()
		s.removals.Wait()
	}()
	s.lasts(2 * time.Minute) // so that the first cut, a minute before its bundle, lies within the storm
	for range 3 {
		before := s.deeds.Load()
		e, files := s.bundle()
		s.joins(e, files)
		told := column(t, files["contacts.csv"], "rally__campaign_target_id")
		for _, c := range quiet.contacts {
			if !slices.Contains(told, string(c.ID)) {
				t.Errorf("contact %s, which was there all the time, is not in the bundle", c.ID)
			}
		}
		if did := s.deeds.Load() - before; did < 50 {
			t.Errorf("%d writes while the bundle was written: that was no storm", did)
		}
	}
}

// joins checks that each reference leads somewhere, and that nothing is of after the cut.
func (s *storm) joins(e *export.Export, files map[string][]byte) {
	s.t.Helper()
	var described struct {
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
	if err := json.Unmarshal(files["datapackage.json"], &described); err != nil {
		s.t.Fatal(err)
	}
	floor, checked := id.Floor(e.Cutoff()), 0
	refers := func(path, from, to, key string) {
		s.t.Helper()
		there := map[string]bool{}
		for _, value := range column(s.t, files[to], key) {
			there[value] = true
		}
		for _, value := range column(s.t, files[path], from) {
			checked++
			if !there[value] {
				s.t.Errorf("%s: %s %s is not in %s", path, from, value, to)
			}
		}
	}
	for _, r := range described.Resources {
		for _, k := range r.Schema.ForeignKeys {
			refers(r.Path, k.Fields[0], k.Reference.Resource+".csv", k.Reference.Fields[0])
		}
		if len(r.Schema.PrimaryKey) != 1 || r.Path == "legacy_mobilizers.csv" || r.Path == "legacy_contacts.csv" {
			continue
		}
		keys := column(s.t, files[r.Path], r.Schema.PrimaryKey[0])
		for _, key := range keys {
			if key >= floor {
				s.t.Errorf("%s: %s was made after the cut", r.Path, key)
			}
		}
		slices.Sort(keys)
		if len(slices.Compact(slices.Clone(keys))) != len(keys) {
			s.t.Errorf("%s has rows twice", r.Path)
		}
	}
	refers("voters.csv", "rally__campaign_target_id", "contacts.csv", "rally__campaign_target_id")
	refers("legacy_contact_action_responses.csv", "campaign_prompt_id", "analytics.csv", "item_id")
	refers("legacy_contacts.csv", "person_id", "contacts.csv", "rally__person_id")
	refers("action_item_responses.csv", "rally__action_item_id", "analytics.csv", "item_id")
	refers("action_item_responses.csv", "response_multiple_choice_option_id", "analytics.csv", "item_id")
	refers("key_question_answers.csv", "key_question_response_id", "analytics.csv", "item_id")
	accepted := len(column(s.t, files["invitations.csv"], "accepted_at"))
	for _, with := range []string{"accepted_by", "rally__user_id", "rally__user_campaign_membership_id"} {
		if n := len(column(s.t, files["invitations.csv"], with)); n != accepted {
			s.t.Errorf("invitations: %d have %s, %d accepted_at", n, with, accepted)
		}
	}
	var sizes []string
	for _, r := range described.Resources {
		sizes = append(sizes, fmt.Sprintf("%s %d", strings.TrimSuffix(r.Path, ".csv"), bytes.Count(files[r.Path], []byte("\n"))-1))
	}
	s.t.Logf("%d references; %s; %d invitations accepted", checked, strings.Join(sizes, ", "), accepted)
}
