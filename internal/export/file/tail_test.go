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

// newSparseFixture returns a fixture whose export has one in fifty of the responses that are read. Reading one takes 10 ms, so
// slices end without a full part.
func newSparseFixture(responses int, compression export.Compression) *fixture {
	b := newContactsFixture(1)
	b.export.Request.Type, b.export.Request.Item, b.export.Request.Compression = "specific_action_item_responses", "i", compression
	for n := range responses {
		item := action.ID("another")
		if n%50 == 7 {
			item = "i"
		}
		b.Responses = append(b.Responses, &contact.ActionResponse{
			ID: contact.ActionResponseID(fmt.Sprintf("r%06d", n)), About: contact.Ref{Contact: b.Contacts[0].ID},
			Item: item, ItemCode: "00", Choice: contact.ChoiceCompleted, CreatedAt: exporttest.Noon,
		})
	}
	return b
}

// itemScope returns a campaign with the action item of a sparse export.
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

// wantCountedFile returns the wanted file and sets the wanted number of rows.
func (b *fixture) wantCountedFile(t interface{ Fatalf(string, ...any) }) []byte {
	want := b.wantFile(t)
	b.wantRows = strings.Count(string(want), "\n") - 1
	return want
}

// A slice without a full part makes progress too: after any number of slices the file is complete and the same as after one.
// No tail is left.
func TestWorker_SlicesWithoutFullPart_WriteSameFile(t *testing.T) {
	t.Parallel()
	for _, compression := range []export.Compression{export.Plain, export.Gzip} {
		t.Run("compression="+string(compression), func(t *testing.T) {
			t.Parallel()
			for name, newFixture := range map[string]func() *fixture{
				"few rows": func() *fixture { return newSparseFixture(6_000, compression) },
				"many rows": func() *fixture {
					b := newContactsFixture(6_000)
					b.export.Request.Compression = compression
					return b
				},
			} {
				once := newFixture()
				want := once.wantCountedFile(t)
				if err := once.worker(0).Work(t.Context(), "j", once.job.Version, exporttest.Noon, time.Hour); err != nil {
					t.Fatal(err)
				}
				once.checkReady(t, want)
				b := newFixture()
				b.wantCountedFile(t)
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
						t.Fatalf("%s: slice %d counted as a failure", name, slices)
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
					t.Errorf("%s: the file differs from that of one slice", name)
				}
				if len(b.objects) != 3 {
					t.Errorf("%s: %d objects, want the file, its schema and its manifest", name, len(b.objects))
				}
			}
		})
	}
}

func TestCrash_WritingSparseFile_WritesSameFile(t *testing.T) {
	t.Parallel()
	for _, compression := range []export.Compression{export.Plain, export.Gzip} {
		clean := newSparseFixture(2_000, compression)
		want := clean.wantCountedFile(t)
		clean.runToEnd(t, 2_000)
		clean.checkReady(t, want)
		for at := 1; at <= clean.calls; at++ {
			for _, after := range []bool{false, true} {
				b := newSparseFixture(2_000, compression)
				b.wantCountedFile(t)
				b.crashAt, b.crashAfter = at, after
				b.runToEnd(t, 2_000)
				b.checkReady(t, want)
				if !bytes.Equal(b.objects[b.export.Object], clean.objects[clean.export.Object]) {
					t.Fatalf("crash at call %d: the file differs", at)
				}
			}
		}
	}
}

func TestWorker_TailMissing_StartsOver(t *testing.T) {
	t.Parallel()
	b := newSparseFixture(2_000, export.Plain)
	want := b.wantCountedFile(t)
	if err := b.worker(0).Work(t.Context(), "j", b.job.Version, exporttest.Noon, 3*time.Second); err != nil {
		t.Fatal(err)
	}
	if len(b.objects) != 1 {
		t.Fatalf("%d objects after a slice, want its tail alone", len(b.objects))
	}
	clear(b.objects)
	b.runToEnd(t, 0)
	b.checkReady(t, want)
}

func TestCancel_WithTail_RemovesTail(t *testing.T) {
	t.Parallel()
	b := newSparseFixture(2_000, export.Gzip)
	if err := b.worker(0).Work(t.Context(), "j", b.job.Version, exporttest.Noon, 3*time.Second); err != nil {
		t.Fatal(err)
	}
	b.cancel(t)
	b.runToEnd(t, 0)
	if b.export.State != export.Cancelled || len(b.objects) != 0 {
		t.Errorf("state %s, %d objects left", b.export.State, len(b.objects))
	}
	if err := b.export.Downloadable(b.now); !fault.Is(err, fault.KindConflict) {
		t.Errorf("Downloadable: %v, want a conflict", err)
	}
}
