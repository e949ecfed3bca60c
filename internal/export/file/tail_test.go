package file

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/export/exporttest"
	"github.com/kithhq/kith/internal/fault"
)

// newSparseFixture has responses of which one in fifty is of the item that the export is of. Its slices read a tenth of
// them, and come to no full part.
func newSparseFixture(responses int, packed export.Compression) *fixture {
	b := newContactsFixture(1)
	b.export.Request.Type, b.export.Request.Item, b.export.Request.Compression = "specific_action_item_responses", "i", packed
	for n := range responses {
		of := action.ID("another")
		if n%50 == 7 {
			of = "i"
		}
		b.Responses = append(b.Responses, &contact.ActionResponse{
			ID: contact.ActionResponseID(fmt.Sprintf("r%06d", n)), About: contact.Ref{Contact: b.Contacts[0].ID},
			Item: of, ItemCode: "00", Choice: contact.ChoiceCompleted, CreatedAt: exporttest.Noon,
		})
	}
	return b
}

// itemScope is someScope with the item that a sparse export is of.
func itemScope() *dataset.Scope {
	scope := exporttest.NewScope()
	scope.Items = append(scope.Items, &action.Item{ID: "i", Code: "00", Title: "Sign up"})
	return scope
}

func (b *fixture) EachResponse(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.ActionResponse, string) error) error {
	return b.Source.EachResponse(ctx, c, after, func(of *contact.Contact, r *contact.ActionResponse, position string) error {
		b.advance(10 * time.Millisecond)
		return yield(of, r, position)
	})
}

func (b *fixture) expect(t interface{ Fatalf(string, ...any) }) []byte {
	want := b.wantFile(t)
	b.wantRows = strings.Count(string(want), "\n") - 1
	return want
}

// A slice that comes to no full part has come further all the same: however many there are, the file comes to its end, and
// is that of one run. No tail of a slice is left behind.
func TestSlicesWithoutAFullPartComeToTheEnd(t *testing.T) {
	for _, packed := range []export.Compression{export.Plain, export.Gzip} {
		t.Run("packed:"+string(packed), func(t *testing.T) {
			for name, fresh := range map[string]func() *fixture{
				"few rows": func() *fixture { return newSparseFixture(6_000, packed) },
				"many rows": func() *fixture {
					b := newContactsFixture(6_000)
					b.export.Request.Compression = packed
					return b
				},
			} {
				once := fresh()
				want := once.expect(t)
				if err := once.worker(0).Work(t.Context(), "j", once.job.Version, exporttest.Noon, time.Hour); err != nil {
					t.Fatal(err)
				}
				once.checkReady(t, want)
				b := fresh()
				b.expect(t)
				slices := 0
				for ; b.job != nil && slices < 100; slices++ {
					version := 0
					if len(b.handedOn) > 0 {
						version, b.handedOn = b.handedOn[0], nil
					}
					if err := b.worker(0).Work(t.Context(), "j", version, exporttest.Noon, 3*time.Second); err != nil {
						t.Fatal(err)
					}
					if b.job != nil && b.job.Attempts != 0 {
						t.Fatalf("%s: slice %d counts as a failure", name, slices)
					}
					if b.job != nil && len(b.job.Checkpoint) > 4<<10 {
						t.Errorf("%s: the checkpoint has %d bytes", name, len(b.job.Checkpoint))
					}
				}
				b.checkReady(t, want)
				if slices < 15 {
					t.Errorf("%s: %d slices, want many", name, slices)
				}
				if !bytes.Equal(b.objects[b.export.Object], once.objects[once.export.Object]) {
					t.Errorf("%s: another file than that of one slice", name)
				}
				if len(b.objects) != 3 {
					t.Errorf("%s: %d objects are left, want the file, its schema and its manifest", name, len(b.objects))
				}
			}
		})
	}
}

// Wherever the worker of a sparse export dies, the file is the same.
func TestCrashWritingASparseFile(t *testing.T) {
	for _, packed := range []export.Compression{export.Plain, export.Gzip} {
		clean := newSparseFixture(2_000, packed)
		want := clean.expect(t)
		clean.runToEnd(t, 2_000)
		clean.checkReady(t, want)
		for at := 1; at <= clean.calls; at++ {
			for _, after := range []bool{false, true} {
				b := newSparseFixture(2_000, packed)
				b.expect(t)
				b.crashAt, b.crashAfter = at, after
				b.runToEnd(t, 2_000)
				b.checkReady(t, want)
				if !bytes.Equal(b.objects[b.export.Object], clean.objects[clean.export.Object]) {
					t.Fatalf("dead at call %d: another file than that of a clean run", at)
				}
			}
		}
	}
}

// A tail that is gone makes the file begin anew, as an upload that is gone does.
func TestATailThatIsGoneIsWrittenAgain(t *testing.T) {
	b := newSparseFixture(2_000, export.Plain)
	want := b.expect(t)
	if err := b.worker(0).Work(t.Context(), "j", b.job.Version, exporttest.Noon, 3*time.Second); err != nil {
		t.Fatal(err)
	}
	if len(b.objects) != 1 {
		t.Fatalf("%d objects after a slice, want its tail", len(b.objects))
	}
	clear(b.objects)
	b.runToEnd(t, 0)
	b.checkReady(t, want)
}

// A cancelled export leaves no tail.
func TestACancelledExportLeavesNoTail(t *testing.T) {
	b := newSparseFixture(2_000, export.Gzip)
	if err := b.worker(0).Work(t.Context(), "j", b.job.Version, exporttest.Noon, 3*time.Second); err != nil {
		t.Fatal(err)
	}
	b.cancel(t)
	b.runToEnd(t, 0)
	if b.export.State != export.Cancelled || len(b.objects) != 0 {
		t.Errorf("the export is %s, %d objects are left", b.export.State, len(b.objects))
	}
	if err := b.export.Downloadable(b.now); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a link to it: %v", err)
	}
}
