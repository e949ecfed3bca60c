package main

import (
	"slices"
	"strings"
	"testing"
	"time"
)

func TestPlan_SameSeed_IsTheSame(t *testing.T) {
	one, two := newPlan(1, "", 40, 2000, 8), newPlan(1, "", 40, 2000, 8)
	if a, b := one.active.count(), two.active.count(); a.touchpoints != b.touchpoints || a.matched != b.matched || one.seed != two.seed {
		t.Errorf("two plans differ: %+v and %+v", a, b)
	}
}

func TestPlan_AnySeed_HasEveryCase(t *testing.T) {
	p := newPlan(1, "", 40, 2000, 8)
	c := p.active
	n := c.count()
	if n.mobilizers < 40 || n.contacts < 2000 || !n.distinct() {
		t.Errorf("%d mobilizers, %d contacts, headline numbers distinct: %v", n.mobilizers, n.contacts, n.distinct())
	}
	if n.items[5].eligible != 0 {
		t.Errorf("%d contacts are eligible for the action item without eligible contacts", n.items[5].eligible)
	}
	seen := map[string]bool{}
	for _, m := range c.mobilizers {
		left := len(m.contacts) - m.removed(c.location)
		seen["no contacts"] = seen["no contacts"] || left == 0 && m.leaves == ""
		seen["400 contacts"] = seen["400 contacts"] || left == 400
		seen["leaves "+m.leaves] = true
		seen["consent yes"] = seen["consent yes"] || m.consent && !m.withdraws
		seen["consent no"] = seen["consent no"] || !m.consent
		seen["consent withdrawn"] = seen["consent withdrawn"] || m.withdraws
		self := &contactPlan{steps: m.steps}
		seen["mobilizer "+self.state(time.UTC).status] = true
		seen[m.name] = true
		for _, k := range m.contacts {
			s := k.state(c.location)
			seen["contact "+s.status] = true
			seen["zip "+k.place.zip] = true
			if s.removed {
				seen["removed"] = true
			}
			for _, note := range s.notes {
				seen[note.text] = seen[note.text] || !note.deleted
			}
			for item := range s.responses {
				seen["response to "+c.items[item].title] = true
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
	if slices.IndexFunc(c.items, func(i *itemPlan) bool { return i.nickname == c.items[4].title && i != c.items[4] }) < 0 {
		t.Error("no nickname equals another item's title")
	}
}

func TestVoterFiles_IDs_HaveEveryKind(t *testing.T) {
	p := newPlan(1, "", 40, 2000, 8)
	in := map[string]bool{}
	var both, zeros, long, zip bool
	for _, row := range p.files[0].rows {
		in[row.stateFileID] = true
	}
	for _, file := range p.files {
		for _, row := range file.rows {
			both = both || file.state == "NH" && in[row.stateFileID]
			zeros = zeros || strings.HasPrefix(row.stateFileID, "00")
			long = long || len(row.stateFileID) == 17
			zip = zip || row.zip == "02139"
		}
	}
	if !both || !zeros || !long || !zip {
		t.Errorf("same id in two states %v, leading zeros %v, 17 digits %v, zip 02139 %v", both, zeros, long, zip)
	}
}

func TestContactState_Script_FollowsTheRules(t *testing.T) {
	for _, test := range []struct {
		name                           string
		steps                          []*step
		response, changes, touchpoints int
	}{
		{"nothing", nil, none, 0, 0},
		{"there and back", []*step{{do: answer, pick: 0}, {do: answer, pick: 1}, {do: answer, pick: 0}}, 0, 2, 3},
		{"the same twice on one day", []*step{{do: answer, pick: 0}, {do: answer, pick: 0}}, 0, 0, 1},
		{"the same on two days", []*step{{do: answer, pick: 0}, {do: answer, pick: 0, day: 1}}, 0, 0, 2},
		{"cleared and given again", []*step{{do: answer, pick: 0}, {do: clearing}, {do: answer, pick: 0}}, 0, 2, 2},
		{"nothing to clear", []*step{{do: clearing}}, none, 0, 0},
		{"a task no, then yes", []*step{{do: respond, kind: task}, {do: respond, kind: task, yes: true}}, none, 0, 1},
		{"a task yes, then no", []*step{{do: respond, kind: task, yes: true}, {do: respond, kind: task}}, none, 0, 0},
		{"the first option", []*step{{do: respond, kind: choice}}, none, 0, 1},
		{"withdrawn", []*step{{do: respond, kind: choice}, {do: withdraw}}, none, 0, 0},
		{"a note deleted", []*step{{do: note}, {do: note}, {do: deleteNote, pick: 1}}, none, 0, 1},
	} {
		t.Run(test.name, func(t *testing.T) {
			s := (&contactPlan{steps: test.steps}).state(time.UTC)
			if s.response != test.response || s.changes != test.changes || s.touchpoints != test.touchpoints {
				t.Errorf("response %d, %d changes, %d touchpoints; want %d, %d, %d",
					s.response, s.changes, s.touchpoints, test.response, test.changes, test.touchpoints)
			}
		})
	}
}

// removed returns the number of the mobilizer's contacts that are removed.
func (m *mobilizerPlan) removed(location *time.Location) int {
	n := 0
	for _, k := range m.contacts {
		if k.state(location).removed {
			n++
		}
	}
	return n
}

func TestPlan_MatchedMobilizers_HaveTheVotersNameAndPlace(t *testing.T) {
	p := newPlan(1, "", 40, 2000, 8)
	matched := 0
	for _, m := range append(p.active.mobilizers, p.closed.mobilizers...) {
		for _, s := range m.steps {
			v := s.voter
			if v == nil {
				continue
			}
			matched++
			if v.first != m.first || v.last != m.last || m.place.city != "" && v.city != m.place.city {
				t.Errorf("%s of %s is matched to %s %s of %s", m.name, m.place.city, v.first, v.last, v.city)
			}
		}
	}
	if matched < 20 {
		t.Errorf("%d mobilizers are matched", matched)
	}
}
