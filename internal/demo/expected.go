package main

import (
	"slices"
	"time"
)

// contactState is the expected state of a contact after its script. It follows the documented rules and uses no code of the
// product.
type contactState struct {
	removed     bool
	last        string // name
	status      string // of the match
	voter       *voterRow
	response    int // to the Key Question
	answered    bool
	latest      int // last answer of the history; none after a clearing
	latestDay   string
	changes     int
	answerDays  []string
	responses   map[int]*actionResponse
	notes       []*noteState
	votePlan    string
	touchpoints int
}

type actionResponse struct {
	yes  bool
	pick int
	text string
	day  string // on which it became a touchpoint; empty if it is none
}

type noteState struct {
	text, day string
	deleted   bool
}

// state returns the contact's state after its script.
func (k *contactPlan) state(zone *time.Location) *contactState {
	s := &contactState{last: k.last, status: "PENDING", response: none, latest: none, responses: map[int]*actionResponse{}}
	for _, step := range k.steps {
		s.apply(step, dayOf(step, zone))
	}
	s.touchpoints = len(s.days())
	return s
}

// dayOf returns the campaign day of a step, or a placeholder for the planned day before the step is done.
func dayOf(s *step, zone *time.Location) string {
	if s.at.IsZero() {
		return string(rune('A' + s.day))
	}
	return s.at.In(zone).Format(time.DateOnly)
}

func (s *contactState) apply(step *step, day string) {
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
		delete(s.responses, step.item)
	case note:
		s.notes = append(s.notes, &noteState{text: step.text, day: day})
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

// answer applies a Key Question answer. The same response as the latest one on the same day is no new answer.
func (s *contactState) answer(response int, day string) {
	if s.latest == response && s.latestDay == day {
		return
	}
	if s.answered && s.response != response {
		s.changes++
	}
	s.answered, s.response, s.latest, s.latestDay = true, response, response, day
	s.answerDays = append(s.answerDays, day)
}

func (s *contactState) respond(step *step, day string) {
	r := &actionResponse{yes: step.yes, pick: step.pick, text: step.text, day: day}
	before := s.responses[step.item]
	if before != nil && before.day != "" {
		r.day = before.day // an edit adds no touchpoint
	}
	if step.kind == task && !step.yes {
		r.day = "" // a task that is not completed is no touchpoint
	}
	s.responses[step.item] = r
}

// days returns the day of every touchpoint.
func (s *contactState) days() []string {
	days := slices.Clone(s.answerDays)
	for _, r := range s.responses {
		if r.day != "" {
			days = append(days, r.day)
		}
	}
	for _, note := range s.notes {
		if !note.deleted {
			days = append(days, note.day)
		}
	}
	return days
}

// numbers are the expected numbers of the Analytics page.
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

// count returns the campaign's expected numbers.
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
			s := k.state(c.location)
			if s.removed {
				continue
			}
			n.add(c, k, s)
		}
	}
	return n
}

func (n *numbers) add(c *campaignPlan, k *contactPlan, s *contactState) {
	n.contacts++
	n.added[dayOf(&step{day: k.addDay, at: k.addedAt}, c.location)]++
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
		r, ok := s.responses[i]
		if !item.includes(item.finalTargets(), s.response) {
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
		if r.yes {
			n.items[i].completed++
		}
		if item.kind == choice {
			n.items[i].options[r.pick]++
		}
	}
}

// distinct reports whether no two headline numbers are equal, so that a mix-up is visible.
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
