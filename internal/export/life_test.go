package export

import (
	"bufio"
	"bytes"
	"compress/gzip"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/job"
)

// cancel calls the export off as the API does: together with a ring for whoever finds out.
func (b *bench) cancel(t interface{ Fatalf(string, ...any) }) {
	changed, err := b.export.Cancel(b.now)
	if err != nil || !changed {
		t.Fatalf("cancel: %v, %v", changed, err)
	}
	b.export.Version++
	b.job.Requeue(b.now)
	b.job.Version++
}

// An export may be called off at any moment of its writing: it stays cancelled, its worker stops at the next write, and
// no upload is left behind. Tried again, it comes to the same file.
func TestACancelledExportEndsAndCanBeTriedAgain(t *testing.T) {
	clean := newBench(1_500)
	want := clean.whole(t)
	clean.live(t, 20_000)
	for at := 1; at <= clean.calls; at++ {
		b := newBench(1_500)
		b.at, b.then = at, func() { b.cancel(t) }
		b.live(t, 20_000)
		if b.export.State == Ready {
			t.Fatalf("cancelled before call %d of %d, the export is ready", at, clean.calls)
		}
		if b.export.State != Cancelled || b.export.FinishedAt.IsZero() || len(b.uploads) != 0 {
			t.Fatalf("cancelled before call %d: %+v, uploads %d", at, b.export, len(b.uploads))
		}
		if err := b.export.Downloadable(b.now); !fault.Is(err, fault.KindConflict) {
			t.Fatalf("a link to a cancelled export: %v", err)
		}
		b.job = job.New(job.Export, "org", "camp", "e", b.now, b.now)
		if err := b.export.Retry(b.job); err != nil {
			t.Fatalf("%v", err)
		}
		b.next = nil
		b.live(t, 20_000)
		b.verify(t, want)
	}
}

// A job that is left over, of an export that another job writes by now, changes nothing but goes.
func TestALeftOverJobTouchesNothing(t *testing.T) {
	b := newBench(100)
	b.export.Job = "another"
	before := b.export
	b.live(t, 0)
	if b.export != before || len(b.objects) != 0 {
		t.Errorf("a left-over job wrote %+v, %d objects", b.export, len(b.objects))
	}
}

// A packed file is one gzip file of many members, as many as it has parts, and an empty export has one too.
func TestPackedPartsAreOneFile(t *testing.T) {
	b := newBench(3_000)
	b.export.Request.Compression = Gzip
	want := b.whole(t)
	b.live(t, 2_000)
	b.verify(t, want)
	stored := b.objects[b.export.Object]
	if !strings.HasSuffix(b.export.Object, ".csv.gz") || len(stored) >= len(want) {
		t.Errorf("%s has %d bytes, the text in it %d", b.export.Object, len(stored), len(want))
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
	empty := newBench(0)
	empty.export.Request.Compression = Gzip
	want = empty.whole(t)
	empty.live(t, 2_000)
	empty.verify(t, want)
}

// A large export is handed on before its first row, so that a small one never waits behind it.
func TestALargeExportHoldsNoLane(t *testing.T) {
	b := newBench(100)
	b.further = 1_000_000
	want := b.whole(t)
	if err := b.worker(0).Work(t.Context(), "j", 0, noon, time.Second); err != nil {
		t.Fatal(err)
	}
	if !b.now.Equal(noon) || len(b.next) != 1 || b.export.State != Running || b.export.Expected < 1_000_000 {
		t.Fatalf("the bell's call read rows until %v, handed on %v: %+v", b.now, b.next, b.export)
	}
	b.live(t, 0)
	b.verify(t, want)
}

// Whoever looks at a running export sees its rows grow at least every two seconds.
func TestProgressMoves(t *testing.T) {
	b := newBench(3_000)
	if err := b.worker(0).Work(t.Context(), "j", b.job.Version, noon, time.Hour); err != nil {
		t.Fatal(err)
	}
	last := noon
	for _, at := range append(b.moved, b.now) {
		if at.Sub(last) > 2*time.Second {
			t.Errorf("nothing moved for %v", at.Sub(last))
		}
		last = at
	}
	if b.export.State != Ready || len(b.moved) < 10 {
		t.Errorf("the export is %s, its rows moved %d times", b.export.State, len(b.moved))
	}
}
