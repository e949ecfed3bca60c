package peoplelist_test

import (
	"bytes"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/uuid"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/voter"
)

var start = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

// names are few, so that rows share sort values and words.
var names = []string{"", "Ana", "ana", "O’Brien", "O'Brien", "Nguyễn", "de la Cruz", "Smith-Jones", "Jones", "Ōe", "李", "Łukasz"}

func drawTime(t *rapid.T, label string) time.Time {
	return start.Add(time.Duration(rapid.IntRange(0, 20).Draw(t, label)) * time.Hour)
}

func drawID(t *rapid.T, label string) string {
	return id.Derived(drawTime(t, label+" time"), rapid.SliceOfN(rapid.Byte(), 10, 10).Draw(t, label))
}

// drawContact returns a random contact of one of the mobilizers.
func drawContact(t *rapid.T, of []mobilizer.ID) *contact.Contact {
	name := rapid.SampledFrom(names)
	c := &contact.Contact{
		ID: contact.ID(drawID(t, "contact")), Mobilizer: rapid.SampledFrom(of).Draw(t, "mobilizer"),
		Details: contact.Details{
			FirstName: name.Draw(t, "first"), LastName: name.Draw(t, "last"), PreferredName: name.Draw(t, "preferred"),
			City: rapid.SampledFrom([]string{"", "Boston", "San José"}).Draw(t, "city"), Zip: rapid.SampledFrom([]string{"", "02139", "02138"}).Draw(t, "zip"),
		},
		Match:           voter.Match{Status: rapid.SampledFrom(voter.Statuses).Draw(t, "status")},
		KeyQuestionCode: rapid.SampledFrom([]campaign.Code{"", "00", "01"}).Draw(t, "response"),
		Touchpoints:     rapid.IntRange(0, 3).Draw(t, "touchpoints"), NoteCount: rapid.IntRange(0, 1).Draw(t, "notes"),
		VotePlan:       rapid.SampledFrom([]string{"", "By mail"}).Draw(t, "plan"),
		LastActivityAt: drawTime(t, "activity"), ActionResponses: map[action.Code]contact.ActionResponseSummary{},
	}
	if c.Match.Status == voter.Confirmed {
		c.Match.Voter.CanonicalID = rapid.SampledFrom([]string{"MA1", "MA2"}).Draw(t, "voter")
	}
	for _, item := range []action.Code{"00", "01"} {
		if choice := rapid.SampledFrom([]action.Code{"", "+", "-", "0a"}).Draw(t, "choice"); choice != "" {
			c.ActionResponses[item] = contact.ActionResponseSummary{Choice: choice}
		}
	}
	return c
}

func drawMobilizer(t *rapid.T) (*mobilizer.Mobilizer, peoplelist.Counts) {
	name := rapid.SampledFrom(names)
	m := &mobilizer.Mobilizer{
		ID: mobilizer.ID(drawID(t, "membership")), Consent: rapid.Bool().Draw(t, "consent"), Email: "Ana@example.org",
		Profile: mobilizer.Profile{
			FirstName: name.Draw(t, "first"), LastName: name.Draw(t, "last"), State: rapid.SampledFrom([]string{"MA", "ME"}).Draw(t, "state"),
			City: "Boston", Phone: "+16175550123",
		},
		Match: voter.Match{Status: rapid.SampledFrom(voter.Statuses).Draw(t, "status")}, JoinedAt: drawTime(t, "joined"),
	}
	if rapid.Bool().Draw(t, "left") {
		m.LeftAt = drawTime(t, "left at")
	}
	contacts := rapid.IntRange(0, 3).Draw(t, "contacts")
	counts := peoplelist.Counts{
		Contacts: contacts, Matched: rapid.IntRange(0, contacts).Draw(t, "matched"),
		WithTouchpoints: rapid.IntRange(0, contacts).Draw(t, "with"), Answered: rapid.IntRange(0, contacts).Draw(t, "answered"),
	}
	if rapid.Bool().Draw(t, "active") {
		counts.LastActivity = drawTime(t, "last").UnixMilli()
	}
	return m, counts
}

func TestEncode_AnyRow_DecodesToTheSame(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		version := rapid.IntRange(0, 1<<31).Draw(t, "version")
		want := peoplelist.NewContact(drawContact(t, []mobilizer.ID{mobilizer.ID(id.At(start))}))
		row := want.Encode(version)
		got, exists, err := peoplelist.DecodeContact(want.ID, want.Mobilizer, row)
		if err != nil || !exists || peoplelist.VersionOf(row) != version || got != want {
			t.Fatalf("%v %v: %s", exists, err, cmp.Diff(want, got))
		}
		m, counts := drawMobilizer(t)
		profile := peoplelist.NewMobilizer(m, peoplelist.Counts{})
		decoded, exists, err := peoplelist.DecodeProfile(profile.ID, profile.EncodeProfile(version))
		if err != nil || !exists || decoded != profile {
			t.Fatalf("%v %v: %s", exists, err, cmp.Diff(profile, decoded))
		}
		if n, exists, err := peoplelist.DecodeCounts(counts.Encode(version)); err != nil || !exists || n != counts {
			t.Fatalf("%v %v: %s", exists, err, cmp.Diff(counts, n))
		}
	})
}

// The order of the bytes decides which of two writes of a row wins.
func TestEncodeVersion_OlderRow_IsLess(t *testing.T) {
	t.Parallel()
	c := peoplelist.NewContact(&contact.Contact{ID: contact.ID(id.At(start))})
	for _, version := range []int{1, 2, 255, 256, 65_536} {
		row := c.Encode(version)
		removed := peoplelist.EncodeTombstone(version, start)
		for _, stored := range [][]byte{row, removed} {
			if bytes.Compare(stored, peoplelist.EncodeVersion(version)) < 0 || bytes.Compare(stored, peoplelist.EncodeVersion(version+1)) >= 0 {
				t.Errorf("version %d: % x", version, stored)
			}
		}
		if at, ok := peoplelist.TombstoneTime(removed); !ok || !at.Equal(start) {
			t.Errorf("version %d was removed at %v, %v", version, at, ok)
		}
	}
}

func FuzzDecode_AnyBytes_FailOrEncodeToTheSame(f *testing.F) {
	c := peoplelist.NewContact(&contact.Contact{ID: contact.ID(id.At(start)), Details: contact.Details{FirstName: "Ana"}, Touchpoints: 3})
	f.Add(c.Encode(7))
	f.Add(peoplelist.EncodeTombstone(8, start))
	f.Add([]byte{0, 0, 0, 1, 1, 9})
	f.Fuzz(func(t *testing.T, row []byte) {
		if got, exists, err := peoplelist.DecodeContact(uuid.UUID{}, uuid.UUID{}, row); err == nil && exists {
			again, _, err := peoplelist.DecodeContact(uuid.UUID{}, uuid.UUID{}, got.Encode(peoplelist.VersionOf(row)))
			if err != nil || again != got {
				t.Errorf("%v: %s", err, cmp.Diff(got, again))
			}
		}
		if got, exists, err := peoplelist.DecodeProfile(uuid.UUID{}, row); err == nil && exists {
			again, _, err := peoplelist.DecodeProfile(uuid.UUID{}, got.EncodeProfile(peoplelist.VersionOf(row)))
			if err != nil || again != got {
				t.Errorf("%v: %s", err, cmp.Diff(got, again))
			}
		}
		if got, exists, err := peoplelist.DecodeCounts(row); err == nil && exists {
			again, _, err := peoplelist.DecodeCounts(got.Encode(peoplelist.VersionOf(row)))
			if err != nil || again != got {
				t.Errorf("%v: %s", err, cmp.Diff(got, again))
			}
		}
	})
}

func TestRowName_AnyID_ParsesBack(t *testing.T) {
	t.Parallel()
	want := uuid.MustParse(id.At(start))
	got, suffix, ok := peoplelist.ParseRowName(peoplelist.RowName(want) + ".m")
	if !ok || got != want || suffix != ".m" || len(peoplelist.RowName(want)) != 22 {
		t.Errorf("%v %q %v", got, suffix, ok)
	}
	for _, other := range []string{"PK", "SK", "M"} {
		if _, _, ok := peoplelist.ParseRowName(other); ok {
			t.Errorf("%s is taken for a row", other)
		}
	}
}

// A contact of a typical campaign must fit into 110 bytes, its name included.
func TestEncode_TypicalContact_StaysSmall(t *testing.T) {
	t.Parallel()
	c := peoplelist.NewContact(&contact.Contact{
		ID: contact.ID(id.At(start)), Details: contact.Details{FirstName: "Guadalupe", LastName: "Hernandez-Rodriguez", PreferredName: "Lupe", City: "San Francisco", Zip: "94110"},
		Match: voter.Match{Status: voter.Confirmed, Voter: voter.Voter{CanonicalID: "CA123456789"}}, KeyQuestionCode: "03", Touchpoints: 12,
		LastActivityAt: start, ActionResponses: map[action.Code]contact.ActionResponseSummary{"00": {Choice: "+"}, "01": {Choice: "0a"}},
	})
	if n := len(c.Encode(12)) + 22; n > 130 {
		t.Errorf("the row has %d bytes", n)
	}
}
