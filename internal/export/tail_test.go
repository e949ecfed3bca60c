package export

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
	"github.com/kithhq/kith/internal/fault"
)

// newSparseBench has responses of which one in fifty is of the item that the export is of. Its slices read a tenth of
// them, and come to no full part.
func newSparseBench(responses int, packed Compression) *bench {
	b := newBench(1)
	b.export.Request.Type, b.export.Request.Item, b.export.Request.Compression = "specific_action_item_responses", "i", packed
	for n := range responses {
		of := action.ID("another")
		if n%50 == 7 {
			of = "i"
		}
		b.responses = append(b.responses, &contact.ActionResponse{
			ID: contact.ActionResponseID(fmt.Sprintf("r%06d", n)), About: contact.Ref{Contact: b.contacts[0].ID},
			Item: of, ItemCode: "00", Choice: contact.ChoiceCompleted, CreatedAt: noon,
		})
	}
	return b
}

// itemScope is someScope with the item that a sparse export is of.
func itemScope() *Scope {
	scope := someScope()
	scope.Items = append(scope.Items, &action.Item{ID: "i", Code: "00", Title: "Sign up"})
	return scope
}

func (b *bench) EachResponse(ctx context.Context, c campaign.ID, after string, yield func(*contact.Contact, *contact.ActionResponse, string) error) error {
	return b.rows.EachResponse(ctx, c, after, func(of *contact.Contact, r *contact.ActionResponse, position string) error {
		b.pass(10 * time.Millisecond)
		return yield(of, r, position)
	})
}

func (b *bench) expect(t interface{ Fatalf(string, ...any) }) []byte {
	want := b.whole(t)
	b.written = strings.Count(string(want), "\n") - 1
	return want
}

// A slice that comes to no full part has come further all the same: however many there are, the file comes to its end, and
// is that of one run. No tail of a slice is left behind.
func TestSlicesWithoutAFullPartComeToTheEnd(t *testing.T) {
	for _, packed := range []Compression{Plain, Gzip} {
		t.Run("packed:"+string(packed), func(t *testing.T) {
			for name, fresh := range map[string]func() *bench{
				"few rows": func() *bench { return newSparseBench(6_000, packed) },
				"many rows": func() *bench {
					b := newBench(6_000)
					b.export.Request.Compression = packed
					return b
				},
			} {
				once := fresh()
				want := once.expect(t)
				if err := once.worker(0).Work(t.Context(), "j", once.job.Version, noon, time.Hour); err != nil {
					t.Fatal(err)
				}
				once.verify(t, want)
				b := fresh()
				b.expect(t)
				slices := 0
				for ; b.job != nil && slices < 100; slices++ {
					version := 0
					if len(b.next) > 0 {
						version, b.next = b.next[0].version, nil
					}
					if err := b.worker(0).Work(t.Context(), "j", version, noon, 3*time.Second); err != nil {
						t.Fatal(err)
					}
					if b.job != nil && b.job.Attempts != 0 {
						t.Fatalf("%s: slice %d counts as a failure", name, slices)
					}
					if b.job != nil && len(b.job.Checkpoint) > 4<<10 {
						t.Errorf("%s: the checkpoint has %d bytes", name, len(b.job.Checkpoint))
					}
				}
				b.verify(t, want)
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
	for _, packed := range []Compression{Plain, Gzip} {
		clean := newSparseBench(2_000, packed)
		want := clean.expect(t)
		clean.live(t, 2_000)
		clean.verify(t, want)
		for at := 1; at <= clean.calls; at++ {
			for _, after := range []bool{false, true} {
				b := newSparseBench(2_000, packed)
				b.expect(t)
				b.dieAt, b.after = at, after
				b.live(t, 2_000)
				b.verify(t, want)
				if !bytes.Equal(b.objects[b.export.Object], clean.objects[clean.export.Object]) {
					t.Fatalf("dead at call %d: another file than that of a clean run", at)
				}
			}
		}
	}
}

// A tail that is gone makes the file begin anew, as an upload that is gone does.
func TestATailThatIsGoneIsWrittenAgain(t *testing.T) {
	b := newSparseBench(2_000, Plain)
	want := b.expect(t)
	if err := b.worker(0).Work(t.Context(), "j", b.job.Version, noon, 3*time.Second); err != nil {
		t.Fatal(err)
	}
	if len(b.objects) != 1 {
		t.Fatalf("%d objects after a slice, want its tail", len(b.objects))
	}
	clear(b.objects)
	b.live(t, 0)
	b.verify(t, want)
}

// A cancelled export leaves no tail.
func TestACancelledExportLeavesNoTail(t *testing.T) {
	b := newSparseBench(2_000, Gzip)
	if err := b.worker(0).Work(t.Context(), "j", b.job.Version, noon, 3*time.Second); err != nil {
		t.Fatal(err)
	}
	b.cancel(t)
	b.live(t, 0)
	if b.export.State != Cancelled || len(b.objects) != 0 {
		t.Errorf("the export is %s, %d objects are left", b.export.State, len(b.objects))
	}
	if err := b.export.Downloadable(b.now); !fault.Is(err, fault.KindConflict) {
		t.Errorf("a link to it: %v", err)
	}
}
