package export

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
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// bench is a store and a bucket in memory that check what a worker does to them and fail when told to. A killed worker
// is one whose every further call fails.
type bench struct {
	rows
	mu      sync.Mutex
	job     *job.Job // nil when removed
	export  Export
	objects map[string][]byte
	uploads map[string]map[int][]byte
	now     time.Time
	calls   int
	dieAt   int  // number of the call at which the worker dies; 0 never
	after   bool // die after the call took effect, not before
	dead    bool
	next    []handed
	aborted int
	moved   []time.Time // when the rows of the record grew
	further int         // contacts that the counters say there are besides
	written int         // rows that the file is to have
	at      int         // number of the call before which something happens
	then    func()      // what
	items   []*action.Item
}

type handed struct {
	version int
}

var errDead = errors.New("the worker is dead")

// call counts a call of the worker's, and reports whether it reaches the service and whether its answer comes back.
func (b *bench) call() (bool, bool) {
	if b.dead {
		return false, false
	}
	b.calls++
	if b.calls == b.at {
		b.then()
	}
	if b.calls != b.dieAt {
		return true, true
	}
	b.dead = true
	return b.after, false
}

func do[T any](b *bench, effect func() (T, error)) (T, error) {
	var none T
	b.mu.Lock()
	defer b.mu.Unlock()
	reaches, comesBack := b.call()
	if !reaches {
		return none, fault.Unavailable(errDead)
	}
	value, err := effect()
	if !comesBack {
		return none, fault.Unavailable(errDead)
	}
	return value, err
}

func (b *bench) clock() time.Time {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.now
}

func (b *bench) EachContact(ctx context.Context, c campaign.ID, after contact.ID, yield func(*contact.Contact) error) error {
	return b.rows.EachContact(ctx, c, after, func(t *contact.Contact) error {
		b.pass(10 * time.Millisecond)
		return yield(t)
	})
}

// pass lets time pass, as reading does.
func (b *bench) pass(d time.Duration) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.now = b.now.Add(d)
}

func (b *bench) Job(context.Context, string) (*job.Job, error) {
	return do(b, func() (*job.Job, error) {
		if b.job == nil {
			return nil, fault.NotFound("job")
		}
		read := *b.job
		return &read, nil
	})
}

func (b *bench) Export(context.Context, campaign.ID, string) (*Export, error) {
	return do(b, func() (*Export, error) {
		read := b.export
		return &read, nil
	})
}

func (b *bench) Scope(context.Context, campaign.ID) (*Scope, error) {
	return do(b, func() (*Scope, error) {
		scope := itemScope()
		scope.Contacts += b.further
		scope.Items = append(scope.Items, b.items...)
		return scope, nil
	})
}

func (b *bench) save(e *Export, j *job.Job, remove bool) error {
	_, err := do(b, func() (bool, error) {
		if b.job == nil || b.job.Version != j.Version || (e != nil && b.export.Version != e.Version) {
			return false, fault.Conflict("job_moved_on", "")
		}
		if e != nil {
			if e.Rows > b.export.Rows {
				b.moved = append(b.moved, b.now)
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

func (b *bench) SaveJob(_ context.Context, j *job.Job) error { return b.save(nil, j, false) }
func (b *bench) SaveExport(_ context.Context, e *Export, j *job.Job) error {
	return b.save(e, j, false)
}

func (b *bench) FinishExport(_ context.Context, e *Export, j *job.Job) error {
	return b.save(e, j, true)
}

func (b *bench) FinishJob(_ context.Context, j *job.Job) error { return b.save(nil, j, true) }

func (b *bench) Put(_ context.Context, key string, body []byte) error {
	_, err := do(b, func() (bool, error) {
		b.objects[key] = bytes.Clone(body)
		return true, nil
	})
	return err
}

func (b *bench) ReadAll(_ context.Context, key string) ([]byte, error) {
	return do(b, func() ([]byte, error) {
		body, ok := b.objects[key]
		if !ok {
			return nil, fault.NotFound("file")
		}
		return bytes.Clone(body), nil
	})
}

func (b *bench) Delete(_ context.Context, key string) error {
	_, err := do(b, func() (bool, error) {
		delete(b.objects, key)
		return true, nil
	})
	return err
}

func (b *bench) CreateUpload(_ context.Context, _ string) (string, error) {
	return do(b, func() (string, error) {
		name := fmt.Sprint("upload-", len(b.uploads)+1)
		b.uploads[name] = map[int][]byte{}
		return name, nil
	})
}

func (b *bench) UploadPart(_ context.Context, _, upload string, number int, body []byte) (string, error) {
	return do(b, func() (string, error) {
		parts, ok := b.uploads[upload]
		if !ok {
			return "", fault.NotFound("upload")
		}
		parts[number] = bytes.Clone(body)
		return tagOf(body), nil
	})
}

func tagOf(body []byte) string {
	sum := sha256.Sum256(body)
	return hex.EncodeToString(sum[:4])
}

func (b *bench) CompleteUpload(_ context.Context, key, upload string, tags []string) error {
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

func (b *bench) AbortUpload(_ context.Context, _, upload string) error {
	_, err := do(b, func() (bool, error) {
		delete(b.uploads, upload)
		b.aborted++
		return true, nil
	})
	return err
}

// newBench has contacts whose file takes many parts of a tenth of what a slice can read.
func newBench(contacts int) *bench {
	b := &bench{objects: map[string][]byte{}, uploads: map[string]map[int][]byte{}, now: noon, written: contacts}
	for i := range contacts {
		b.contacts = append(b.contacts, &contact.Contact{
			ID: contact.ID(fmt.Sprintf("t%06d", i)), AddedAt: noon,
			LastActivityAt: noon, Details: contact.Details{FirstName: "Number " + fmt.Sprint(i)},
		})
	}
	b.export = Export{
		ID: "e", Organization: "org", Campaign: "camp", State: Queued, Version: 1, RequestedAt: noon,
		Request: Request{Type: "contacts", Dialect: csv.Data, Profile: Standard},
	}
	b.job = job.New(job.Export, "org", "camp", "e", noon, noon)
	b.export.Job = b.job.ID
	return b
}

func (b *bench) worker(partSize int) *Worker {
	return &Worker{
		Store: b, Bucket: b, PartSize: partSize, Now: b.clock,
		HandOn: func(_ context.Context, _ string, version int, _ time.Time) error {
			_, err := do(b, func() (bool, error) {
				b.next = append(b.next, handed{version})
				return true, nil
			})
			return err
		},
	}
}

// live lets time pass as it does in operation: handed-on calls come, the sweep rings for what is overdue, until the job
// is gone. It fails when that takes more than an hour.
func (b *bench) live(t interface{ Fatalf(string, ...any) }, partSize int) {
	version, ring := 0, true
	for range 600 {
		if ring || version != 0 {
			b.dead = false
			slice := time.Second
			if version != 0 {
				slice = 5 * time.Second
			}
			if err := b.worker(partSize).Work(context.Background(), "j", version, noon, slice); err != nil && !b.dead {
				t.Fatalf("the worker failed: %v", err)
			}
			b.dead = false
		}
		if b.job == nil {
			return
		}
		version, ring = 0, false
		if len(b.next) > 0 {
			version, b.next = b.next[0].version, b.next[1:]
			continue
		}
		b.now = b.now.Add(10 * time.Second)
		if b.job.RequeueIfDue(b.now) {
			b.job.Version++
			ring = true
		}
	}
	t.Fatalf("the job never ended: %+v", b.job)
}

// whole is the file as one clean write makes it.
func (b *bench) whole(t interface{ Fatalf(string, ...any) }) []byte {
	of, _ := TableOf(b.export.Request.Type)
	file := heading(of.Shape(itemScope(), Standard), csv.Data)
	err := of.Lines(context.Background(), &b.rows, itemScope(), b.export.Request, "", func(line []byte, _ string) error {
		file = append(file, line...)
		return nil
	})
	if err != nil {
		t.Fatalf("%v", err)
	}
	return file
}

func (b *bench) verify(t interface{ Fatalf(string, ...any) }, want []byte) {
	e := b.export
	if e.State != Ready {
		t.Fatalf("the export is %s: %s", e.State, e.Error)
	}
	stored := b.objects[e.Object]
	content := stored
	if e.Request.Compression == Gzip {
		content = unzip(t, stored)
	}
	if !bytes.Equal(content, want) {
		t.Fatalf("the file differs: %d bytes, want %d (have %v)", len(content), len(want), slices.Collect(maps.Keys(b.objects)))
	}
	sum := sha256.Sum256(stored)
	if e.SHA256 != hex.EncodeToString(sum[:]) || e.Bytes != int64(len(stored)) || e.Rows != b.written || e.Percent() != 100 {
		t.Fatalf("the record says %+v", e)
	}
	m, err := ReadManifest(b.objects[e.ManifestKey()])
	if err != nil {
		t.Fatalf("%v in %v", err, slices.Collect(maps.Keys(b.objects)))
	}
	differs, err := m.Verify(bytes.NewReader(stored))
	if err != nil || len(differs) > 0 {
		t.Fatalf("the manifest: %v, %v", differs, err)
	}
	if m.Export != e.ID || m.SHA256 != e.SHA256 || m.AsOf.IsZero() || m.AsOf.Before(m.StartedAt) || m.FinishedAt.Before(m.AsOf) {
		t.Fatalf("the manifest: %+v", m)
	}
}

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
