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
	"strings"
	"sync"
	"testing"
	"time"

	"pgregory.net/rapid"

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

func (b *bench) EndJob(_ context.Context, j *job.Job) error { return b.save(nil, j, true) }

func (b *bench) Put(_ context.Context, key string, body []byte) error {
	_, err := do(b, func() (bool, error) {
		b.objects[key] = bytes.Clone(body)
		return true, nil
	})
	return err
}

func (b *bench) Read(_ context.Context, key string) ([]byte, error) {
	return do(b, func() ([]byte, error) {
		body, ok := b.objects[key]
		if !ok {
			return nil, fault.NotFound("file")
		}
		return bytes.Clone(body), nil
	})
}

func (b *bench) Remove(_ context.Context, key string) error {
	_, err := do(b, func() (bool, error) {
		delete(b.objects, key)
		return true, nil
	})
	return err
}

func (b *bench) Begin(_ context.Context, _ string) (string, error) {
	return do(b, func() (string, error) {
		name := fmt.Sprint("upload-", len(b.uploads)+1)
		b.uploads[name] = map[int][]byte{}
		return name, nil
	})
}

func (b *bench) Part(_ context.Context, _, upload string, number int, body []byte) (string, error) {
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

func (b *bench) Complete(_ context.Context, key, upload string, tags []string) error {
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

func (b *bench) Abort(_ context.Context, _, upload string) error {
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
		if b.job.Ring(b.now) {
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

func TestSmallExportIsOnePiece(t *testing.T) {
	b := newBench(3)
	want := b.whole(t)
	b.live(t, 0)
	b.verify(t, want)
	if len(b.uploads) != 0 {
		t.Error("a small file was stored in parts")
	}
}

// A stream record's time is of whole seconds, so the bell may seem to have rung before the request.
func TestAnExportNeverEndsBeforeItWasRequested(t *testing.T) {
	b := newBench(3)
	b.export.RequestedAt = noon.Add(459 * time.Millisecond)
	if err := b.worker(0).Work(t.Context(), "j", 0, noon, time.Second); err != nil {
		t.Fatal(err)
	}
	e := b.export
	if e.State != Ready || e.StartedAt.Before(e.RequestedAt) || e.FinishedAt.Before(e.StartedAt) {
		t.Errorf("the export is %s, requested at %v, started at %v, finished at %v", e.State, e.RequestedAt, e.StartedAt, e.FinishedAt)
	}
}

func TestLargeExportGoesOnFromSliceToSlice(t *testing.T) {
	b := newBench(3_000)
	want := b.whole(t)
	slices := 0
	for b.job != nil && slices < 100 {
		version := 0
		if len(b.next) > 0 {
			version, b.next = b.next[0].version, nil
		}
		if err := b.worker(20_000).Work(t.Context(), "j", version, noon, 5*time.Second); err != nil {
			t.Fatal(err)
		}
		slices++
	}
	b.verify(t, want)
	if slices < 4 {
		t.Errorf("%d slices, want several", slices)
	}
}

// A worker may die at any call, before or after it took effect, and die again: the file is the same, byte for byte.
func TestDeadWorkersLeaveTheSameFile(t *testing.T) {
	for _, packed := range []struct {
		as   Compression
		part int
	}{{Plain, 20_000}, {Gzip, 1_000}} {
		t.Run("packed:"+string(packed.as), func(t *testing.T) {
			clean := newBench(1_500)
			clean.export.Request.Compression = packed.as
			want := clean.whole(t)
			clean.live(t, packed.part)
			clean.verify(t, want)
			for at := 1; at <= clean.calls; at++ {
				for _, after := range []bool{false, true} {
					b := newBench(1_500)
					b.export.Request.Compression = packed.as
					b.dieAt, b.after = at, after
					b.live(t, packed.part)
					b.verify(t, want)
					if !bytes.Equal(b.objects[b.export.Object], clean.objects[clean.export.Object]) {
						t.Fatalf("dead at call %d: another file than that of a clean run", at)
					}
				}
			}
		})
	}
}

func TestAnythingMayHappenToAnExport(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		b := newBench(rapid.IntRange(0, 400).Draw(t, "contacts"))
		want := b.whole(t)
		part := rapid.IntRange(500, 40_000).Draw(t, "part size")
		if rapid.Bool().Draw(t, "packed") {
			b.export.Request.Compression, part = Gzip, part/20
		}
		b.dieAt = rapid.IntRange(0, 60).Draw(t, "dies at")
		b.after = rapid.Bool().Draw(t, "after")
		if rapid.Bool().Draw(t, "duplicate bell") {
			twin := *b.job
			if err := b.worker(part).Work(t.Context(), "j", 0, noon, time.Second); err != nil && !b.dead {
				t.Fatalf("first bell: %v", err)
			}
			b.dead = false
			if b.job != nil && b.job.Version == twin.Version+1 {
				_ = b.worker(part).Work(t.Context(), "j", 0, noon, time.Second) // a second bell changes nothing
			}
		}
		if b.job != nil {
			b.live(t, part)
		}
		b.verify(t, want)
	})
}

func TestAnExportThatCanNotBeWrittenSaysWhy(t *testing.T) {
	b := newBench(100)
	w := b.worker(0)
	w.Store = broken{b}
	if err := w.Work(t.Context(), "j", 0, noon, time.Second); err != nil {
		t.Fatal(err)
	}
	if b.export.State != Failed || !strings.Contains(b.export.Error, "ask for a new one") || b.job != nil {
		t.Errorf("the export is %s (%q), the job %v", b.export.State, b.export.Error, b.job)
	}
	if err := b.export.Downloadable(noon); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a link to a failed export: %v", err)
	}
}

// broken is a store whose rows can't be decoded.
type broken struct{ *bench }

func (broken) EachContact(context.Context, campaign.ID, contact.ID, func(*contact.Contact) error) error {
	return errors.New("decode contact: no such type")
}

func TestAStoreThatNeverAnswersEndsInAFailureWithAReason(t *testing.T) {
	b := newBench(10)
	for range 40 {
		if b.job == nil {
			break
		}
		w := b.worker(0)
		w.Store = away{b}
		if err := w.Work(t.Context(), "j", 0, noon, time.Second); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(time.Minute)
		if b.job != nil && b.job.Ring(b.now) {
			b.job.Version++
		}
	}
	if b.export.State != Failed || b.export.Error == "" {
		t.Errorf("the export is %s (%q)", b.export.State, b.export.Error)
	}
}

type away struct{ *bench }

func (away) EachContact(context.Context, campaign.ID, contact.ID, func(*contact.Contact) error) error {
	return fault.Unavailable(errors.New("no answer"))
}
