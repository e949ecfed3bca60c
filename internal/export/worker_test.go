package export

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
)

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
func TestCrashWritingAFile(t *testing.T) {
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
		if b.job != nil && b.job.RequeueIfDue(b.now) {
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
