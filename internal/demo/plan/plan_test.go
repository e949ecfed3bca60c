package plan

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/voter/match"
)

func TestPlan_SameSeed_IsTheSame(t *testing.T) {
	one, two := New(1, "", 40, 2000, 8), New(1, "", 40, 2000, 8)
	if a, b := one.Active.Count(), two.Active.Count(); a.Touchpoints != b.Touchpoints || a.Matched != b.Matched || one.Seed != two.Seed {
		t.Errorf("two plans differ: %+v and %+v", a, b)
	}
}

func TestPlan_AnySeed_HasEveryCase(t *testing.T) {
	p := New(1, "", 40, 2000, 8)
	c := p.Active
	n := c.Count()
	if n.Mobilizers < 40 || n.Contacts < 2000 || !n.distinct() {
		t.Errorf("%d mobilizers, %d contacts, headline numbers distinct: %v", n.Mobilizers, n.Contacts, n.distinct())
	}
	if n.Items[5].Eligible != 0 {
		t.Errorf("%d contacts are eligible for the action item without eligible contacts", n.Items[5].Eligible)
	}
	seen := map[string]bool{}
	for _, m := range c.Mobilizers {
		left := len(m.Contacts) - m.removed(c.Location)
		seen["no contacts"] = seen["no contacts"] || left == 0 && m.Leaves == ""
		seen["400 contacts"] = seen["400 contacts"] || left == 400
		seen["leaves "+m.Leaves] = true
		seen["consent yes"] = seen["consent yes"] || m.Consent && !m.Withdraws
		seen["consent no"] = seen["consent no"] || !m.Consent
		seen["consent withdrawn"] = seen["consent withdrawn"] || m.Withdraws
		self := &Contact{Steps: m.Steps}
		seen["mobilizer "+self.State(time.UTC).status] = true
		seen[m.Name] = true
		for _, k := range m.Contacts {
			s := k.State(c.Location)
			seen["contact "+s.status] = true
			seen["zip "+k.Place.Zip] = true
			if s.Removed {
				seen["removed"] = true
			}
			for _, note := range s.notes {
				seen[note.text] = seen[note.text] || !note.deleted
			}
			for item := range s.responses {
				seen["response to "+c.Items[item].Title] = true
			}
		}
	}
	want := []string{
		"no contacts", "400 contacts", "leaves keep", "leaves remove", "consent yes", "consent no", "consent withdrawn",
		"José García", "Jose Garcia", "Siobhan O'Brien", "Anh Nguyễn", "zip 02139", "removed", "response to Sign the petition",
	}
	for _, status := range append([]string{"PENDING", "CONFIRMED"}, unmatchedStatuses...) {
		want = append(want, "mobilizer "+status, "contact "+status)
	}
	for _, item := range append(want, specialNotes...) {
		if !seen[item] {
			t.Errorf("the demo lacks: %s", item)
		}
	}
	if slices.IndexFunc(c.Items, func(i *Item) bool { return i.Nickname == c.Items[4].Title && i != c.Items[4] }) < 0 {
		t.Error("no nickname equals another item's title")
	}
}

func TestVoterFiles_IDs_HaveEveryKind(t *testing.T) {
	p := New(1, "", 40, 2000, 8)
	in := map[string]bool{}
	var both, zeros, long, zip bool
	for _, row := range p.Files[0].Rows {
		in[row.stateFileID] = true
	}
	for _, file := range p.Files {
		for _, row := range file.Rows {
			both = both || file.State == "NH" && in[row.stateFileID]
			zeros = zeros || strings.HasPrefix(row.stateFileID, "00")
			long = long || len(row.stateFileID) == 17
			zip = zip || row.Zip == "02139"
		}
	}
	if !both || !zeros || !long || !zip {
		t.Errorf("same id in two states %v, leading zeros %v, 17 digits %v, zip 02139 %v", both, zeros, long, zip)
	}
}

func TestContactState_Script_FollowsTheRules(t *testing.T) {
	for _, test := range []struct {
		name                           string
		steps                          []*Step
		response, changes, touchpoints int
	}{
		{"nothing", nil, None, 0, 0},
		{"there and back", []*Step{{Do: Answer, Pick: 0}, {Do: Answer, Pick: 1}, {Do: Answer, Pick: 0}}, 0, 2, 3},
		{"the same twice on one day", []*Step{{Do: Answer, Pick: 0}, {Do: Answer, Pick: 0}}, 0, 0, 1},
		{"the same on two days", []*Step{{Do: Answer, Pick: 0}, {Do: Answer, Pick: 0, Day: 1}}, 0, 0, 2},
		{"cleared and given again", []*Step{{Do: Answer, Pick: 0}, {Do: Clearing}, {Do: Answer, Pick: 0}}, 0, 2, 2},
		{"nothing to clear", []*Step{{Do: Clearing}}, None, 0, 0},
		{"a task no, then yes", []*Step{{Do: Respond, kind: Task}, {Do: Respond, kind: Task, Yes: true}}, None, 0, 1},
		{"a task yes, then no", []*Step{{Do: Respond, kind: Task, Yes: true}, {Do: Respond, kind: Task}}, None, 0, 0},
		{"the first option", []*Step{{Do: Respond, kind: Choice}}, None, 0, 1},
		{"withdrawn", []*Step{{Do: Respond, kind: Choice}, {Do: Withdraw}}, None, 0, 0},
		{"a note deleted", []*Step{{Do: Note}, {Do: Note}, {Do: DeleteNote, Pick: 1}}, None, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := (&Contact{Steps: test.steps}).State(time.UTC)
			if s.Response != test.response || s.changes != test.changes || s.touchpoints != test.touchpoints {
				t.Errorf("response %d, %d changes, %d touchpoints; want %d, %d, %d",
					s.Response, s.changes, s.touchpoints, test.response, test.changes, test.touchpoints)
			}
		})
	}
}

// Removed returns the number of the mobilizer's contacts that are removed.
func (m *Mobilizer) removed(location *time.Location) int {
	n := 0
	for _, k := range m.Contacts {
		if k.State(location).Removed {
			n++
		}
	}
	return n
}

func TestPlan_MatchedMobilizers_HaveTheVotersNameAndPlace(t *testing.T) {
	p := New(1, "", 40, 2000, 8)
	matched := 0
	for _, m := range append(p.Active.Mobilizers, p.Closed.Mobilizers...) {
		for _, s := range m.Steps {
			v := s.Voter
			if v == nil {
				continue
			}
			matched++
			if v.first != m.First || v.last != m.Last || m.Place.City != "" && v.city != m.Place.City {
				t.Errorf("%s of %s is matched to %s %s of %s", m.Name, m.Place.City, v.first, v.last, v.city)
			}
		}
	}
	if matched < 20 {
		t.Errorf("%d mobilizers are matched", matched)
	}
}

func TestPlan_MatchedContacts_AgreeWithTheVoter(t *testing.T) {
	for _, contacts := range []int{100, 600, 2000, 6000} {
		p := New(1, "", 40, contacts, 8)
		for _, m := range append(p.Active.Mobilizers, p.Closed.Mobilizers...) {
			for _, k := range m.Contacts {
				for _, s := range k.Steps {
					v := s.Voter
					if v == nil {
						continue
					}
					known := match.Input{First: k.First, Preferred: k.Preferred, Last: k.Last, City: k.Place.City, Zip: k.Place.Zip}
					if !match.Plausible(known, match.Entry{First: v.FileFirst, Last: v.FileLast, Zip: v.Zip[:5]}, v.FileCity) {
						t.Errorf("%d contacts: %s %s of %q is matched to %s %s of %s", contacts, k.First, k.Last, k.Place.City, v.FileFirst, v.FileLast, v.FileCity)
					}
				}
			}
		}
	}
}
