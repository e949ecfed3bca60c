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

func TestWorker_SmallExport_StoresWholeObject(t *testing.T) {
	t.Parallel()
	b := newContactsFixture(3)
	want := b.wantFile(t)
	b.runToEnd(t, 0)
	b.checkReady(t, want)
	if len(b.uploads) != 0 {
		t.Error("a small file was uploaded in parts")
	}
}

// A stream record's time has whole seconds, so it may precede the request.
func TestWorker_EventBeforeRequest_FinishesAfterRequest(t *testing.T) {
	t.Parallel()
	b := newContactsFixture(3)
	b.export.RequestedAt = exporttest.Noon.Add(459 * time.Millisecond)
	b.job.RequestedAt = b.export.RequestedAt
	if err := b.worker(0).Work(t.Context(), "j", 0, exporttest.Noon, time.Second); err != nil {
		t.Fatal(err)
	}
	e := b.export
	if e.State != export.Ready || e.StartedAt.Before(e.RequestedAt) || e.FinishedAt.Before(e.StartedAt) {
		t.Errorf("state %s, requested at %v, started at %v, finished at %v", e.State, e.RequestedAt, e.StartedAt, e.FinishedAt)
	}
}

// Consent that is withdrawn after the first rows were read, before a later slice or attempt, makes the file outdated.
func TestWorker_ConsentWithdrawnBetweenSlices_KeepsCountOfFirstRead(t *testing.T) {
	t.Parallel()
	for _, crashAt := range []int{0, 12} {
		b := newContactsFixture(3_000)
		b.withdrawals, b.crashAt = 7, crashAt
		b.runToEnd(t, 20_000)
		if b.export.State != export.Ready || b.withdrawals < 9 {
			t.Fatalf("the export is %s after %d reads of the count", b.export.State, b.withdrawals-7)
		}
		if b.export.Withdrawals != 7 {
			t.Errorf("the file has the count %d, want that of its first read, 7", b.export.Withdrawals)
		}
	}
}

func TestWorker_LargeExport_ContinuesAcrossSlices(t *testing.T) {
	t.Parallel()
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

// A worker crashes at each call, before or after the call takes effect: the file is the same, byte for byte.
func TestCrash_WritingContacts_WritesSameFile(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		compression export.Compression
		partSize    int
	}{{export.Plain, 20_000}, {export.Gzip, 1_000}} {
		t.Run("compression="+string(c.compression), func(t *testing.T) {
			t.Parallel()
			clean := newContactsFixture(1_500)
			clean.export.Request.Compression = c.compression
			want := clean.wantFile(t)
			clean.runToEnd(t, c.partSize)
			clean.checkReady(t, want)
			for at := 1; at <= clean.calls; at++ {
				for _, after := range []bool{false, true} {
					b := newContactsFixture(1_500)
					b.export.Request.Compression = c.compression
					b.crashAt, b.crashAfter = at, after
					b.runToEnd(t, c.partSize)
					b.checkReady(t, want)
					if !bytes.Equal(b.objects[b.export.Object], clean.objects[clean.export.Object]) {
						t.Fatalf("crash at call %d: the file differs", at)
					}
				}
			}
		})
	}
}

func TestWorker_RandomCrashAndDuplicate_WritesSameFile(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		b := newContactsFixture(rapid.IntRange(0, 400).Draw(t, "contacts"))
		want := b.wantFile(t)
		part := rapid.IntRange(500, 40_000).Draw(t, "part size")
		if rapid.Bool().Draw(t, "gzip") {
			b.export.Request.Compression, part = export.Gzip, part/20
		}
		b.crashAt = rapid.IntRange(0, 60).Draw(t, "crash at")
		b.crashAfter = rapid.Bool().Draw(t, "crash after")
		if rapid.Bool().Draw(t, "duplicate record") {
			before := b.job.Version
			if err := b.worker(part).Work(b.log.context(t.Context()), "j", 0, exporttest.Noon, time.Second); err != nil && !b.crashed {
				t.Fatalf("first record: %v", err)
			}
			b.crashed = false
			if b.job != nil && b.job.Version == before+1 {
				_ = b.worker(part).Work(b.log.context(t.Context()), "j", 0, exporttest.Noon, time.Second) // changes nothing
			}
		}
		if b.job != nil {
			b.runToEnd(t, part)
		}
		b.checkReady(t, want)
	})
}

func TestWorker_UndecodableRow_FailsWithReason(t *testing.T) {
	t.Parallel()
	b := newContactsFixture(100)
	if err := b.workerWith(undecodable{b}, b, 0).Work(b.log.context(t.Context()), "j", 0, exporttest.Noon, time.Second); err != nil {
		t.Fatal(err)
	}
	b.log.check(t, errUndecodable.Error())
	if b.export.State != export.Failed || !strings.Contains(b.export.Error.String(), "Request a new export") || b.job != nil {
		t.Errorf("state %s (%q), job %v", b.export.State, b.export.Error, b.job)
	}
	if err := b.export.Downloadable(exporttest.Noon); !fault.Is(err, fault.KindConflict) {
		t.Errorf("Downloadable of a failed export: %v, want a conflict", err)
	}
}

var (
	errUndecodable = errors.New("decode contact: no such type")
	errNoAnswer    = errors.New("no answer")
)

// undecodable is a store whose contacts can't be decoded.
type undecodable struct{ *fixture }

func (undecodable) EachContact(context.Context, campaign.ID, contact.ID, func(*contact.Contact) error) error {
	return errUndecodable
}

func TestWorker_StoreAlwaysUnavailable_FailsWithReason(t *testing.T) {
	t.Parallel()
	b := newContactsFixture(10)
	for range 40 {
		if b.job == nil {
			break
		}
		if err := b.workerWith(unavailable{b}, b, 0).Work(b.log.context(t.Context()), "j", 0, exporttest.Noon, time.Second); err != nil {
			t.Fatal(err)
		}
		b.log.check(t, errNoAnswer.Error())
		b.now = b.now.Add(time.Minute)
		if b.job != nil && b.job.RequeueIfDue(b.now) {
			b.job.Version++
		}
	}
	if b.export.State != export.Failed || b.export.Error.Empty() {
		t.Errorf("state %s (%q), want failed with a reason", b.export.State, b.export.Error)
	}
}

// unavailable is a store that never returns contacts.
type unavailable struct{ *fixture }

func (unavailable) EachContact(context.Context, campaign.ID, contact.ID, func(*contact.Contact) error) error {
	return fault.Unavailable(errNoAnswer)
}

// A file whose row order has changed since its checkpoint is started over, and has every row.
func TestWorker_InvitationOrderChanged_StartsOver(t *testing.T) {
	t.Parallel()
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
		t.Errorf("state %s with %d rows (%s), %d uploads aborted", b.export.State, b.export.Rows, b.export.Error, b.aborted)
	}
	if first, _, _ := strings.Cut(file[strings.Index(file, "\n")+1:], ","); first != "i0007" {
		t.Errorf("the first row is %s, want the one that was sent", first)
	}
}

// withoutManifests is a bucket that does not store manifests.
type withoutManifests struct{ *fixture }

func (w withoutManifests) Put(ctx context.Context, key string, body []byte) error {
	if strings.Contains(key, "manifest") {
		return fault.Unavailable(errNoAnswer)
	}
	return w.fixture.Put(ctx, key, body)
}

func TestWorker_ManifestNotStored_IsNotReady(t *testing.T) {
	t.Parallel()
	b := newContactsFixture(10)
	want := b.wantFile(t)
	if err := b.workerWith(b, withoutManifests{b}, 0).Work(b.log.context(t.Context()), "j", 0, exporttest.Noon, time.Second); err != nil {
		t.Fatal(err)
	}
	b.log.check(t, errNoAnswer.Error())
	if b.export.State != export.Running || b.job == nil {
		t.Errorf("state %s without a manifest, job %+v", b.export.State, b.job)
	}
	b.runToEnd(t, 0)
	b.checkReady(t, want)
}
