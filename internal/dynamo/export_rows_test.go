package dynamo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
)

// addNotes adds notes of a contact, and returns the ids of contact and note.
func (c *campaignFixture) addNotes(t testing.TB, to *contact.Contact, count int) []string {
	var positions []string
	for n := range count {
		note := &contact.Note{
			ID: contact.NoteID(id.At(startedAt.AddDate(0, 1, n))), About: to.Ref(), Content: fmt.Sprint("Note ", n),
			CreatedAt: startedAt, Version: 1,
		}
		c.add(t, newNoteItem(note))
		positions = append(positions, string(to.ID)+" "+string(note.ID))
	}
	return positions
}

// Notes are returned with their contacts, whether many contacts have notes or few, after any position, and without those of
// deleted contacts.
func TestEachNote_AnyShareOfContactsWithNotes_ReturnsNotesInOrder(t *testing.T) {
	for name, odds := range map[string]int{"most have notes": 1, "some": 12, "hardly any": 400} {
		t.Run(name, func(t *testing.T) {
			c := newCampaignFixture(t, 30, 2_500)
			random := rand.New(rand.NewPCG(7, 7))
			c.writes = nil
			deleted := *c.contacts[1_000]
			deleted.ID = contact.ID(id.At(startedAt.AddDate(0, 0, 9)))
			c.addNotes(t, &deleted, 3)
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
						t.Fatalf("note %s was returned with contact %s", n.ID, of.ID)
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
					t.Errorf("after note %d of %d, %d notes were returned", from, len(want), len(got))
				}
			}
		})
	}
}

func TestEachManagementNote_SeveralMobilizers_ReturnsNotesInOrder(t *testing.T) {
	c := newCampaignFixture(t, 40, 0)
	c.writes = nil
	var want []string
	for n, about := range c.mobilizers {
		for k := range n % 3 {
			note := &mobilizer.ManagementNote{
				ID: mobilizer.NoteID(id.At(startedAt.AddDate(0, 1, k))), Campaign: c.campaign, Mobilizer: about.ID,
				Content: "Called", CreatedAt: startedAt, Version: 1,
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

func TestEachContact_AfterAnyContact_ReadsEveryRowOnceInOrder(t *testing.T) {
	c := newCampaignFixture(t, 230, 3_000)
	for _, after := range []int{-1, 0, 1_499, 2_998, 2_999} {
		var from contact.ID
		if after >= 0 {
			from = c.contacts[after].ID
		}
		var got []string
		err := c.EachContact(t.Context(), c.campaign, from, func(row *contact.Contact) error {
			got = append(got, string(row.ID))
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(contactIDs(c.contacts[after+1:]), got, cmp.Transformer("none", func(s []string) []string { return append([]string{}, s...) })); diff != "" {
			t.Errorf("after row %d (-want +got):\n%s", after, diff)
		}
	}
	n := 0
	err := c.EachMobilizer(t.Context(), c.campaign, c.mobilizers[4].ID, func(m *mobilizer.Mobilizer, _ metrics.MobilizerCounts) error {
		if m.ID != c.mobilizers[5+n].ID {
			t.Errorf("mobilizer %d is out of order", n)
		}
		n++
		return nil
	})
	if err != nil || n != 225 {
		t.Errorf("%d mobilizers, %v", n, err)
	}
}
