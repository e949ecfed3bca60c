package main

import (
	"slices"
	"time"
)

// standing is what must be known of a contact after what was done about it: the demo's own account. It follows the
// rules that users are promised, and uses no code of the product.
type standing struct {
	removed     bool
	last        string // name
	status      string // of the match
	voter       *voterRow
	response    int // to the Key Question
	answered    bool
	latest      int // what the history ends with; none after a clearing
	latestDay   string
	changes     int
	answerDays  []string
	held        map[int]*heldResponse
	notes       []*keptNote
	votePlan    string
	touchpoints int
}

type heldResponse struct {
	yes  bool
	pick int
	text string
	day  string // on which it became a touchpoint; empty while it is none
}

type keptNote struct {
	text, day string
	deleted   bool
}

// standing works out where the contact stands after its script.
func (k *contactPlan) standing(zone *time.Location) *standing {
	s := &standing{last: k.last, status: "PENDING", response: none, latest: none, held: map[int]*heldResponse{}}
	for _, step := range k.steps {
		s.after(step, dayOf(step, zone))
	}
	s.touchpoints = len(s.days())
	return s
}

// dayOf returns the campaign day on which a step was done, or, before it was, a name for the day that is planned.
func dayOf(s *step, zone *time.Location) string {
	if s.at.IsZero() {
		return string(rune('A' + s.day))
	}
	return s.at.In(zone).Format(time.DateOnly)
}

func (s *standing) after(step *step, day string) {
	switch step.do {
	case match:
		s.status, s.voter = "CONFIRMED", step.voter
	case setStatus:
		s.status, s.voter = step.text, nil
	case reset:
		s.status, s.voter = "PENDING", nil
	case answer:
		s.answer(step.pick, day)
	case clearing:
		if s.response != none {
			s.changes++
			s.latest, s.latestDay = none, day
		}
		s.response = none
	case respond:
		s.respond(step, day)
	case withdraw:
		delete(s.held, step.item)
	case note:
		s.notes = append(s.notes, &keptNote{text: step.text, day: day})
	case editNote:
		s.notes[step.pick].text = step.text
	case deleteNote:
		s.notes[step.pick].deleted = true
	case votePlan:
		s.votePlan = step.text
	case edit:
		s.last = step.text
	case remove:
		s.removed = true
	}
}

// answer follows the rule of the Key Question: the same as the latest entry, again on the same day, is no new answer.
func (s *standing) answer(response int, day string) {
	if s.latest == response && s.latestDay == day {
		return
	}
	if s.answered && s.response != response {
		s.changes++
	}
	s.answered, s.response, s.latest, s.latestDay = true, response, response, day
	s.answerDays = append(s.answerDays, day)
}

func (s *standing) respond(step *step, day string) {
	held := &heldResponse{yes: step.yes, pick: step.pick, text: step.text, day: day}
	before := s.held[step.item]
	if before != nil && before.day != "" {
		held.day = before.day // an edit adds none
	}
	if step.kind == task && !step.yes {
		held.day = "" // not completed is no touchpoint
	}
	s.held[step.item] = held
}

// days returns the day of every touchpoint.
func (s *standing) days() []string {
	days := slices.Clone(s.answerDays)
	for _, held := range s.held {
		if held.day != "" {
			days = append(days, held.day)
		}
	}
	for _, note := range s.notes {
		if !note.deleted {
			days = append(days, note.day)
		}
	}
	return days
}

// numbers are what Analytics must show.
type numbers struct {
	mobilizers, contacts, matched, touched, touchpoints, answered int

	ladder []int // contacts per response
	items  []itemNumbers
	added  map[string]int // per day
	daily  map[string]int // touchpoints per day
}

type itemNumbers struct {
	eligible, responded, completed, noLongerEligible int

	options []int // eligible contacts per option
}

// mobilizerNumbers are what the Mobilizers export must show of one mobilizer.
type mobilizerNumbers struct {
	contacts, matched, touched, touchpoints, answered, withResponses, responses int
}

// count works out the campaign's numbers as they must be in the end.
func (c *campaignPlan) count() numbers {
	n := numbers{
		ladder: make([]int, len(c.responses)), items: make([]itemNumbers, len(c.items)),
		added: map[string]int{}, daily: map[string]int{},
	}
	for i, item := range c.items {
		n.items[i].options = make([]int, len(item.options))
	}
	for _, m := range c.mobilizers {
		if m.leaves == leavesRemoving {
			continue
		}
		n.mobilizers++
		for _, k := range m.contacts {
			s := k.standing(c.place)
			if s.removed {
				continue
			}
			n.add(c, k, s)
		}
	}
	return n
}

func (n *numbers) add(c *campaignPlan, k *contactPlan, s *standing) {
	n.contacts++
	n.added[dayOf(&step{day: k.addDay, at: k.addedAt}, c.place)]++
	for _, day := range s.days() {
		n.daily[day]++
	}
	n.touchpoints += s.touchpoints
	if s.status == "CONFIRMED" {
		n.matched++
	}
	if s.touchpoints > 0 {
		n.touched++
	}
	if s.response != none {
		n.answered++
		n.ladder[s.response]++
	}
	for i, item := range c.items {
		held, ok := s.held[i]
		if !item.includes(item.finally(), s.response) {
			if ok {
				n.items[i].noLongerEligible++
			}
			continue
		}
		n.items[i].eligible++
		if !ok {
			continue
		}
		n.items[i].responded++
		if held.yes {
			n.items[i].completed++
		}
		if item.kind == choice {
			n.items[i].options[held.pick]++
		}
	}
}

// count works out one mobilizer's numbers.
func (m *mobilizerPlan) count(zone *time.Location) mobilizerNumbers {
	var n mobilizerNumbers
	for _, k := range m.contacts {
		s := k.standing(zone)
		if s.removed {
			continue
		}
		n.contacts++
		n.touchpoints += s.touchpoints
		n.responses += len(s.held)
		if s.status == "CONFIRMED" {
			n.matched++
		}
		if s.touchpoints > 0 {
			n.touched++
		}
		if s.response != none {
			n.answered++
		}
		if len(s.held) > 0 {
			n.withResponses++
		}
	}
	return n
}

// distinct reports whether no two headline numbers are equal, so that none can stand in for another unseen.
func (n numbers) distinct() bool {
	seen := map[int]bool{}
	headlines := []int{n.mobilizers, n.contacts, n.matched, n.touched, n.touchpoints, n.answered}
	for _, number := range append(headlines, n.ladder...) {
		if seen[number] {
			return false
		}
		seen[number] = true
	}
	return true
}
