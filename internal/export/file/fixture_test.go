package file

import (
	"bytes"
	"compress/gzip"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// fixture is a Store and a Bucket in memory. It checks the writes of a worker, and makes it crash at a given call: from then
// on every call of that worker fails.
type fixture struct {
	exporttest.Source
	mu            sync.Mutex
	job           *job.Job // nil when removed
	export        export.Export
	items         []*action.Item
	objects       map[string][]byte
	uploads       map[string]map[int][]byte
	aborted       int // uploads
	now           time.Time
	calls         int
	crashAt       int  // number of the call at which the worker crashes; 0: never
	crashAfter    bool // crash after the call took effect, not before
	crashed       bool
	hookAt        int // number of the call before which hook is called
	hook          func()
	handedOn      []int       // versions
	progressAt    []time.Time // when the rows of the record increased
	extraContacts int         // that the counters include, besides those in Source
	wantRows      int
	withdrawals   int // of consent, that the next Scope has
	log           captured
}

var errCrashed = errors.New("the worker has crashed")

// call counts a call of the worker. It reports whether the call takes effect and whether its result is returned.
func (b *fixture) call() (bool, bool) {
	if b.crashed {
		return false, false
	}
	b.calls++
	if b.calls == b.hookAt {
		b.hook()
	}
	if b.calls != b.crashAt {
		return true, true
	}
	b.crashed = true
	return b.crashAfter, false
}

// do counts a call, and executes its effect unless the worker has crashed.
func do[T any](b *fixture, effect func() (T, error)) (T, error) {
	var none T
	b.mu.Lock()
	defer b.mu.Unlock()
	effective, returned := b.call()
	if !effective {
		return none, fault.Unavailable(errCrashed)
	}
	value, err := effect()
	if !returned {
		return none, fault.Unavailable(errCrashed)
	}
	return value, err
}

func (b *fixture) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *fixture) EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	return b.Source.EachContact(ctx, c, after, func(t *contact.Contact) error {
		b.advance(10 * time.Millisecond)
		return yield(t)
	})
}

// advance moves the clock, as reading does.
func (b *fixture) advance(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *fixture) Job(context.Context, string) (*job.Job, error) {
	return do(b, func() (*job.Job, error) {
		if b.job == nil {
			return nil, fault.NotFound("job")
		}
		read := *b.job
		return &read, nil
	})
}

func (b *fixture) Export(context.Context, campaign.ID, string) (*export.Export, error) {
	return do(b, func() (*export.Export, error) {
		read := b.export
		return &read, nil
	})
}

func (b *fixture) Scope(context.Context, campaign.ID) (*dataset.Scope, error) {
	return do(b, func() (*dataset.Scope, error) {
		scope := itemScope()
		scope.Contacts += b.extraContacts
		scope.Items = append(scope.Items, b.items...)
		scope.Withdrawals = b.withdrawals
		b.withdrawals++
		return scope, nil
	})
}

// save writes an export (nil for none) and its job, if both have the versions that were read.
func (b *fixture) save(e *export.Export, j *job.Job, remove bool) error {
	_, err := do(b, func() (bool, error) {
		if b.job == nil || b.job.Version != j.Version || (e != nil && b.export.Version != e.Version) {
			return false, fault.Conflict("job_moved_on", "")
		}
		if e != nil {
			if e.Rows > b.export.Rows {
				b.progressAt = append(b.progressAt, b.now)
			}
			b.export = *e
			b.export.Version++
		}
		kept := *j
		kept.Version++
		b.job = &kept
		if remove {
			b.job = nil
		}
		return true, nil
	})
	if err == nil {
		j.Version++
		if e != nil {
			e.Version++
		}
	}
	return err
}

func (b *fixture) SaveJob(_ context.Context, j *job.Job) error { return b.save(nil, j, false) }
func (b *fixture) SaveExport(_ context.Context, e *export.Export, j *job.Job) error {
	return b.save(e, j, false)
}

func (b *fixture) FinishExport(_ context.Context, e *export.Export, j *job.Job, _ ...*job.Job) error {
	return b.save(e, j, true)
}

func (b *fixture) FinishJob(_ context.Context, j *job.Job) error { return b.save(nil, j, true) }

func (b *fixture) Put(_ context.Context, key string, body []byte) error {
	_, err := do(b, func() (bool, error) {
		b.objects[key] = bytes.Clone(body)
		return true, nil
	})
	return err
}

func (b *fixture) ReadAll(_ context.Context, key string) ([]byte, error) {
	return do(b, func() ([]byte, error) {
		body, ok := b.objects[key]
		if !ok {
			return nil, fault.NotFound("file")
		}
		return bytes.Clone(body), nil
	})
}

func (b *fixture) Delete(_ context.Context, key string) error {
	_, err := do(b, func() (bool, error) {
		delete(b.objects, key)
		return true, nil
	})
	return err
}

func (b *fixture) CreateUpload(_ context.Context, _ string) (string, error) {
	return do(b, func() (string, error) {
		name := fmt.Sprint("upload-", len(b.uploads)+1)
		b.uploads[name] = map[int][]byte{}
		return name, nil
	})
}

func (b *fixture) UploadPart(_ context.Context, _, upload string, number int, body []byte) (string, error) {
	return do(b, func() (string, error) {
		parts, ok := b.uploads[upload]
		if !ok {
			return "", fault.NotFound("upload")
		}
		parts[number] = bytes.Clone(body)
		return tagOf(body), nil
	})
}

// tagOf returns the tag of an uploaded part.
func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:4])
}

func (b *fixture) CompleteUpload(_ context.Context, key, upload string, tags []string) error {
	_, err := do(b, func() (bool, error) {
		var whole []byte
		for i, tag := range tags {
			part, ok := b.uploads[upload][i+1]
			if !ok || tagOf(part) != tag {
				return false, fault.NotFound("upload")
			}
			whole = append(whole, part...)
		}
		b.objects[key] = whole
		delete(b.uploads, upload)
		return true, nil
	})
	return err
}

func (b *fixture) AbortUpload(_ context.Context, _, upload string) error {
	_, err := do(b, func() (bool, error) {
		delete(b.uploads, upload)
		b.aborted++
		return true, nil
	})
	return err
}

// newContactsFixture returns a fixture with contacts. Reading one takes 10 ms.
func newContactsFixture(contacts int) *fixture {
	b := &fixture{objects: map[string][]byte{}, uploads: map[string]map[int][]byte{}, now: exporttest.Noon, wantRows: contacts}
	for i := range contacts {
		b.Contacts = append(b.Contacts, &contact.Contact{
			ID: contact.ID(fmt.Sprintf("t%06d", i)), AddedAt: exporttest.Noon,
			LastActivityAt: exporttest.Noon, Details: contact.Details{FirstName: "Number " + fmt.Sprint(i)},
		})
	}
	b.export = export.Export{
		ID: "e", Organization: "org", Campaign: "camp", State: export.Queued, Version: 1, RequestedAt: exporttest.Noon,
		Request: export.Request{Type: "contacts", Dialect: csv.Data, Profile: dataset.Standard},
	}
	b.job = job.New(job.Export, "org", "camp", "e", exporttest.Noon, exporttest.Noon)
	b.export.Job = b.job.ID
	return b
}

// worker returns a runner of the export's job.
func (b *fixture) worker(partSize int) *job.Runner { return b.workerWith(b, b, partSize) }

// workerWith returns a runner of the export's job whose handler uses other stores.
func (b *fixture) workerWith(store Store, bucket Bucket, partSize int) *job.Runner {
	w := &Worker{Store: store, Bucket: bucket, PartSize: partSize}
	return &job.Runner{
		Store: b, Handle: w.Handle, Now: b.clock,
		HandOn: func(_ context.Context, _ string, version int, _ time.Time) error {
			_, err := do(b, func() (bool, error) {
				b.handedOn = append(b.handedOn, version)
				return true, nil
			})
			return err
		},
	}
}

// runToEnd runs workers as in operation, until the job is removed: it makes the calls that were handed on, and requeues an
// overdue job as the sweep does. It fails when that takes more than an hour.
func (b *fixture) runToEnd(t interface{ Fatalf(string, ...any) }, partSize int) {
	version, queued := 0, true
	for range 600 {
		if queued || version != 0 {
			b.crashed = false
			slice := time.Second
			if version != 0 {
				slice = 5 * time.Second
			}
			if err := b.worker(partSize).Work(b.log.context(context.Background()), "j", version, exporttest.Noon, slice); err != nil && !b.crashed {
				t.Fatalf("Work: %v", err)
			}
			b.crashed = false
			b.log.check(t, errCrashed.Error(), errUploadGone.Error())
		}
		if b.job == nil {
			return
		}
		version, queued = 0, false
		if len(b.handedOn) > 0 {
			version, b.handedOn = b.handedOn[0], b.handedOn[1:]
			continue
		}
		b.now = b.now.Add(10 * time.Second)
		if b.job.RequeueIfDue(b.now) {
			b.job.Version++
			queued = true
		}
	}
	t.Fatalf("the job is still there: %+v", b.job)
}

// wantFile returns the file as one uninterrupted write gives it.
func (b *fixture) wantFile(t interface{ Fatalf(string, ...any) }) []byte {
	d, _ := dataset.Find(dataset.Name(b.export.Request.Type))
	options := b.export.Request.Options()
	file := dataset.Heading(d, itemScope(), options)
	err := d.EachLine(context.Background(), &b.Source, itemScope(), options, "", func(line []byte, _ string) error {
		file = append(file, line...)
		return nil
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return file
}

// checkReady checks that the export is ready, and its file, record and manifest.
func (b *fixture) checkReady(t interface{ Fatalf(string, ...any) }, want []byte) {
	e := b.export
	if e.State != export.Ready {
		t.Fatalf("state %s (%s), want ready", e.State, e.Error)
	}
	stored := b.objects[e.Object]
	content := stored
	if e.Request.Compression == export.Gzip {
		content = unzip(t, stored)
	}
	if !bytes.Equal(content, want) {
		t.Fatalf("the file differs: %d bytes, want %d; objects %v", len(content), len(want), slices.Collect(maps.Keys(b.objects)))
	}
	sum := sha256.Sum256(stored)
	if e.SHA256 != hex.EncodeToString(sum[:]) || e.Bytes != int64(len(stored)) || e.Rows != b.wantRows || e.Percent() != 100 {
		t.Fatalf("record %+v", e)
	}
	m, err := ReadManifest(b.objects[e.ManifestKey()])
	if err != nil {
		t.Fatalf("%v in %v", err, slices.Collect(maps.Keys(b.objects)))
	}
	differences, err := m.Verify(bytes.NewReader(stored))
	if err != nil || len(differences) > 0 {
		t.Fatalf("manifest: differences %v, error %v", differences, err)
	}
	if m.Export != e.ID || m.SHA256 != e.SHA256 || m.AsOf.IsZero() || m.AsOf.Before(m.StartedAt.Time) || m.FinishedAt.Before(m.AsOf.Time) {
		t.Fatalf("manifest %+v", m)
	}
}

// unzip returns the content of a gzip file.
func unzip(t interface{ Fatalf(string, ...any) }, stored []byte) []byte {
	r, err := gzip.NewReader(bytes.NewReader(stored))
	if err != nil {
		t.Fatalf("%v", err)
		return nil
	}
	content, err := io.ReadAll(r)
	if err != nil {
		t.Fatalf("%v", err)
	}
	return content
}
