package dynamo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
)

// addNotes gives a contact notes, and returns their positions.
func (c *crowd) addNotes(t testing.TB, to *contact.Contact, count int) []string {
	var positions []string
	for n := range count {
		note := &contact.Note{
			ID: contact.NoteID(id.At(began.AddDate(0, 1, n))), About: to.Ref(), Content: fmt.Sprint("Note ", n),
			CreatedAt: began, Version: 1,
		}
		c.add(t, newNoteItem(note))
		positions = append(positions, string(to.ID)+" "+string(note.ID))
	}
	return positions
}

// Notes come with their contacts whether many contacts have some or few, from any position on, and without those whose
// contact is gone.
func TestExportsReadWhatHangsOnContactsInOrder(t *testing.T) {
	for name, odds := range map[string]int{"most have notes": 1, "some": 12, "hardly any": 400} {
		t.Run(name, func(t *testing.T) {
			c := newCrowd(t, 30, 2_500)
			random := rand.New(rand.NewPCG(7, 7))
			c.writes = nil
			gone := *c.contacts[1_000]
			gone.ID = contact.ID(id.At(began.AddDate(0, 0, 9)))
			c.addNotes(t, &gone, 3)
			var want []string
			for n, to := range c.contacts {
				if random.IntN(odds) == 0 || n == 77 {
					want = append(want, c.addNotes(t, to, 1+random.IntN(3))...)
				}
			}
			if err := c.db.BatchWrite(t.Context(), c.tables.Records, c.writes); err != nil {
				t.Fatal(err)
			}
			var got, positions []string
			read := func(after string) error {
				return c.EachNote(t.Context(), c.campaign, after, func(of *contact.Contact, n *contact.Note, position string) error {
					if n.About.Contact != of.ID {
						t.Fatalf("note %s came with contact %s", n.ID, of.ID)
					}
					got, positions = append(got, string(of.ID)+" "+string(n.ID)), append(positions, position)
					return nil
				})
			}
			if err := read(""); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Fatalf("(-want +got):\n%s", diff)
			}
			for _, from := range []int{0, len(want) / 2, len(want) - 2, len(want) - 1} {
				after := positions[from]
				got, positions = nil, slices.Clone(positions)
				if err := read(after); err != nil {
					t.Fatal(err)
				}
				if !slices.Equal(want[from+1:], got) {
					t.Errorf("after note %d of %d came %d notes", from, len(want), len(got))
				}
			}
		})
	}
}

func TestExportsReadManagementNotesInOrderOfJoining(t *testing.T) {
	c := newCrowd(t, 40, 0)
	c.writes = nil
	var want []string
	for n, about := range c.mobilizers {
		for k := range n % 3 {
			note := &mobilizer.ManagementNote{
				ID: mobilizer.NoteID(id.At(began.AddDate(0, 1, k))), Campaign: c.campaign, Mobilizer: about.ID,
				Content: "Called", CreatedAt: began, Version: 1,
			}
			c.add(t, newManagementNoteItem(note))
			want = append(want, string(about.ID)+" "+string(note.ID))
		}
	}
	if err := c.db.BatchWrite(t.Context(), c.tables.Records, c.writes); err != nil {
		t.Fatal(err)
	}
	var got []string
	err := c.EachManagementNote(t.Context(), c.campaign, "", func(of *mobilizer.Mobilizer, n *mobilizer.ManagementNote, _ string) error {
		got = append(got, string(of.ID)+" "+string(n.ID))
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}
