package file

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// cancel cancels the export as the API does, and requeues its job.
func (b *fixture) cancel(t interface{ Fatalf(string, ...any) }) {
	changed, err := b.export.Cancel(b.now)
	if err != nil || !changed {
		t.Fatalf("Cancel: changed %v, error %v", changed, err)
	}
	b.export.Version++
	b.job.Requeue(b.now)
	b.job.Version++
}

// An export can be cancelled at each call of its worker: it stays cancelled, the worker stops at its next write, and no
// upload is left. A retry writes the same file.
func TestCancel_BeforeEachCall_StopsAndCanBeRetried(t *testing.T) {
	t.Parallel()
	clean := newContactsFixture(1_500)
	want := clean.wantFile(t)
	clean.runToEnd(t, 20_000)
	for at := 1; at <= clean.calls; at++ {
		b := newContactsFixture(1_500)
		b.hookAt, b.hook = at, func() { b.cancel(t) }
		b.runToEnd(t, 20_000)
		if b.export.State == export.Ready {
			t.Fatalf("cancelled before call %d of %d: state ready", at, clean.calls)
		}
		if b.export.State != export.Cancelled || b.export.FinishedAt.IsZero() || len(b.uploads) != 0 {
			t.Fatalf("cancelled before call %d: %+v, %d uploads", at, b.export, len(b.uploads))
		}
		if err := b.export.Downloadable(b.now); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("Downloadable of a cancelled export: %v, want a conflict", err)
		}
		b.job = job.New(job.Export, "org", "camp", "e", b.now, b.now)
		if err := b.export.Retry(b.job, false); err != nil {
			t.Fatalf("Retry: %v", err)
		}
		b.handedOn = nil
		b.runToEnd(t, 20_000)
		b.checkReady(t, want)
	}
}

// A job whose export is written by another job is removed and changes nothing else.
func TestWorker_SupersededJob_ChangesNothing(t *testing.T) {
	t.Parallel()
	b := newContactsFixture(100)
	b.export.Job = "another"
	before := b.export
	b.runToEnd(t, 0)
	if !reflect.DeepEqual(b.export, before) || len(b.objects) != 0 {
		t.Errorf("a superseded job wrote %+v, %d objects", b.export, len(b.objects))
	}
}

// A compressed file is one gzip file with a member for each part. An empty export has one member.
func TestWorker_Gzip_WritesOneFileOfManyMembers(t *testing.T) {
	t.Parallel()
	b := newContactsFixture(3_000)
	b.export.Request.Compression = export.Gzip
	want := b.wantFile(t)
	b.runToEnd(t, 2_000)
	b.checkReady(t, want)
	stored := b.objects[b.export.Object]
	if !strings.HasSuffix(b.export.Object, ".csv.gz") || len(stored) >= len(want) {
		t.Errorf("%s has %d bytes, its text %d", b.export.Object, len(stored), len(want))
	}
	members, rest := 0, bufio.NewReader(bytes.NewReader(stored))
	zip, err := gzip.NewReader(rest)
	for err == nil {
		zip.Multistream(false)
		if _, err := io.Copy(io.Discard, zip); err != nil {
			t.Fatal(err)
		}
		members++
		err = zip.Reset(rest)
	}
	if members < 3 {
		t.Errorf("%d members", members)
	}
	empty := newContactsFixture(0)
	empty.export.Request.Compression = export.Gzip
	want = empty.wantFile(t)
	empty.runToEnd(t, 2_000)
	empty.checkReady(t, want)
}

// A call by the stream hands a large export on before its first row, so that no small one waits behind it.
func TestWorker_LargeExportFromStream_HandsOnFirst(t *testing.T) {
	t.Parallel()
	b := newContactsFixture(100)
	b.extraContacts = 1_000_000
	want := b.wantFile(t)
	if err := b.worker(0).Work(t.Context(), "j", 0, exporttest.Noon, time.Second); err != nil {
		t.Fatal(err)
	}
	if !b.now.Equal(exporttest.Noon) || len(b.handedOn) != 1 || b.export.State != export.Running || b.export.ExpectedRows < 1_000_000 {
		t.Fatalf("read rows until %v, handed on %v: %+v", b.now, b.handedOn, b.export)
	}
	b.runToEnd(t, 0)
	b.checkReady(t, want)
}

// The rows of a running export are saved at least every two seconds.
func TestWorker_LongSlice_SavesProgress(t *testing.T) {
	t.Parallel()
	b := newContactsFixture(3_000)
	if err := b.worker(0).Work(t.Context(), "j", b.job.Version, exporttest.Noon, time.Hour); err != nil {
		t.Fatal(err)
	}
	last := exporttest.Noon
	for _, at := range append(b.progressAt, b.now) {
		if at.Sub(last) > 2*time.Second {
			t.Errorf("no progress for %v", at.Sub(last))
		}
		last = at
	}
	if b.export.State != export.Ready || len(b.progressAt) < 10 {
		t.Errorf("state %s, progress saved %d times", b.export.State, len(b.progressAt))
	}
}
