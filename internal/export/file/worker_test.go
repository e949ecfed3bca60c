package file

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/fault"
)

func TestSmallExportIsOnePiece(t *testing.T) {
	b := newContactsFixture(3)
	want := b.wantFile(t)
	b.runToEnd(t, 0)
	b.checkReady(t, want)
	if len(b.uploads) != 0 {
		t.Error("a small file was stored in parts")
	}
}

// A stream record's time is of whole seconds, so the bell may seem to have rung before the request.
func TestAnExportNeverEndsBeforeItWasRequested(t *testing.T) {
	b := newContactsFixture(3)
	b.export.RequestedAt = exporttest.Noon.Add(459 * time.Millisecond)
	if err := b.worker(0).Work(t.Context(), "j", 0, exporttest.Noon, time.Second); err != nil {
		t.Fatal(err)
	}
	e := b.export
	if e.State != export.Ready || e.StartedAt.Before(e.RequestedAt) || e.FinishedAt.Before(e.StartedAt) {
		t.Errorf("the export is %s, requested at %v, started at %v, finished at %v", e.State, e.RequestedAt, e.StartedAt, e.FinishedAt)
	}
}

func TestLargeExportGoesOnFromSliceToSlice(t *testing.T) {
	b := newContactsFixture(3_000)
	want := b.wantFile(t)
	slices := 0
	for b.job != nil && slices < 100 {
		version := 0
		if len(b.handedOn) > 0 {
			version, b.handedOn = b.handedOn[0], nil
		}
		if err := b.worker(20_000).Work(t.Context(), "j", version, exporttest.Noon, 5*time.Second); err != nil {
			t.Fatal(err)
		}
		slices++
	}
	b.checkReady(t, want)
	if slices < 4 {
		t.Errorf("%d slices, want several", slices)
	}
}

// A worker may die at any call, before or after it took effect, and die again: the file is the same, byte for byte.
func TestCrashWritingAFile(t *testing.T) {
	for _, packed := range []struct {
		as   export.Compression
		part int
	}{{export.Plain, 20_000}, {export.Gzip, 1_000}} {
		t.Run("packed:"+string(packed.as), func(t *testing.T) {
			clean := newContactsFixture(1_500)
			clean.export.Request.Compression = packed.as
			want := clean.wantFile(t)
			clean.runToEnd(t, packed.part)
			clean.checkReady(t, want)
			for at := 1; at <= clean.calls; at++ {
				for _, after := range []bool{false, true} {
					b := newContactsFixture(1_500)
					b.export.Request.Compression = packed.as
					b.crashAt, b.crashAfter = at, after
					b.runToEnd(t, packed.part)
					b.checkReady(t, want)
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
		b := newContactsFixture(rapid.IntRange(0, 400).Draw(t, "contacts"))
		want := b.wantFile(t)
		part := rapid.IntRange(500, 40_000).Draw(t, "part size")
		if rapid.Bool().Draw(t, "packed") {
			b.export.Request.Compression, part = export.Gzip, part/20
		}
		b.crashAt = rapid.IntRange(0, 60).Draw(t, "dies at")
		b.crashAfter = rapid.Bool().Draw(t, "after")
		if rapid.Bool().Draw(t, "duplicate bell") {
			twin := *b.job
			if err := b.worker(part).Work(t.Context(), "j", 0, exporttest.Noon, time.Second); err != nil && !b.crashed {
				t.Fatalf("first bell: %v", err)
			}
			b.crashed = false
			if b.job != nil && b.job.Version == twin.Version+1 {
				_ = b.worker(part).Work(t.Context(), "j", 0, exporttest.Noon, time.Second) // a second bell changes nothing
			}
		}
		if b.job != nil {
			b.runToEnd(t, part)
		}
		b.checkReady(t, want)
	})
}

func TestAnExportThatCanNotBeWrittenSaysWhy(t *testing.T) {
	b := newContactsFixture(100)
	w := b.worker(0)
	w.Store = broken{b}
	if err := w.Work(t.Context(), "j", 0, exporttest.Noon, time.Second); err != nil {
		t.Fatal(err)
	}
	if b.export.State != export.Failed || !strings.Contains(b.export.Error, "Request a new export") || b.job != nil {
		t.Errorf("the export is %s (%q), the job %v", b.export.State, b.export.Error, b.job)
	}
	if err := b.export.Downloadable(exporttest.Noon); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a link to a failed export: %v", err)
	}
}

// broken is a store whose rows can't be decoded.
type broken struct{ *fixture }

func (broken) EachContact(context.Context, campaign.ID, contact.ID, func(*contact.Contact) error) error {
	return errors.New("decode contact: no such type")
}

func TestAStoreThatNeverAnswersEndsInAFailureWithAReason(t *testing.T) {
	b := newContactsFixture(10)
	for range 40 {
		if b.job == nil {
			break
		}
		w := b.worker(0)
		w.Store = away{b}
		if err := w.Work(t.Context(), "j", 0, exporttest.Noon, time.Second); err != nil {
			t.Fatal(err)
		}
		b.now = b.now.Add(time.Minute)
		if b.job != nil && b.job.RequeueIfDue(b.now) {
			b.job.Version++
		}
	}
	if b.export.State != export.Failed || b.export.Error == "" {
		t.Errorf("the export is %s (%q)", b.export.State, b.export.Error)
	}
}

type away struct{ *fixture }

func (away) EachContact(context.Context, campaign.ID, contact.ID, func(*contact.Contact) error) error {
	return fault.Unavailable(errors.New("no answer"))
}

// A file whose order has changed since its checkpoint is begun anew, and has every row.
func TestAnExportOfInvitationsBeginsAnewWhenTheOrderChanged(t *testing.T) {
	b := newContactsFixture(0)
	b.export.Request.Type = "invitations"
	for n := range 300 {
		b.Invitations = append(b.Invitations, exporttest.NewInvitation(fmt.Sprintf("i%04d", n), -1))
	}
	b.hookAt, b.hook = 9, func() { b.Invitations[7].RecordSent(1, time.Hour, exporttest.Noon.Add(-time.Second)) }
	b.crashAt = 9
	b.runToEnd(t, 5_000)
	file := string(b.objects[b.export.Object])
	if b.export.State != export.Ready || b.export.Rows != 300 || strings.Count(file, "\n") != 301 || !strings.Contains(file, "\ni0007,") || b.aborted == 0 {
		t.Errorf("the export is %s with %d rows (%s), %d uploads aborted", b.export.State, b.export.Rows, b.export.Error, b.aborted)
	}
	if first, _, _ := strings.Cut(file[strings.Index(file, "\n")+1:], ","); first != "i0007" {
		t.Errorf("the first row is %s, want the one that was sent", first)
	}
}
