package plan

import (
	"slices"
	"time"
)

// ContactState is the expected state of a contact after its script. It follows the documented rules and uses no code of the
// product.
type ContactState struct {
	Removed     bool
	last        string // name
	status      string // of the match
	voter       *Voter
	Response    int // to the Key Question
	first       int // response since the latest clearing; undefined without a response
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

// State returns the contact's state after its script.
func (k *Contact) State(zone *time.Location) *ContactState {
	s := &ContactState{last: k.Last, status: "PENDING", Response: None, latest: None, responses: map[int]*actionResponse{}}
	for _, step := range k.Steps {
		s.apply(step, dayOf(step, zone))
	}
	s.touchpoints = len(s.days())
	return s
}

// dayOf returns the campaign day of a step, or a placeholder for the planned day before the step is done.
func dayOf(s *Step, zone *time.Location) string {
	if s.At.IsZero() {
		return string(rune('A' + s.Day))
	}
	return s.At.In(zone).Format(time.DateOnly)
}

func (s *ContactState) apply(step *Step, day string) {
	switch step.Do {
	case Match:
		s.status, s.voter = "CONFIRMED", step.Voter
	case SetStatus:
		s.status, s.voter = step.Text, nil
	case reset:
		s.status, s.voter = "PENDING", nil
	case Answer:
		s.answer(step.Pick, day)
	case Clearing:
		if s.Response != None {
			s.changes++
			s.latest, s.latestDay = None, day
		}
		s.Response = None
	case Respond:
		s.respond(step, day)
	case Withdraw:
		delete(s.responses, step.Item)
	case Note:
		s.notes = append(s.notes, &noteState{text: step.Text, day: day})
	case EditNote:
		s.notes[step.Pick].text = step.Text
	case DeleteNote:
		s.notes[step.Pick].deleted = true
	case VotePlan:
		s.votePlan = step.Text
	case Edit:
		s.last = step.Text
	case Remove:
		s.Removed = true
	}
}

// Answer applies a Key Question answer. The same response as the latest one on the same day is no new answer.
func (s *ContactState) answer(response int, day string) {
	if s.latest == response && s.latestDay == day {
		return
	}
	if s.answered && s.Response != response {
		s.changes++
	}
	if s.Response == None {
		s.first = response
	}
	s.answered, s.Response, s.latest, s.latestDay = true, response, response, day
	s.answerDays = append(s.answerDays, day)
}

func (s *ContactState) respond(step *Step, day string) {
	r := &actionResponse{yes: step.Yes, pick: step.Pick, text: step.Text, day: day}
	before := s.responses[step.Item]
	if before != nil && before.day != "" {
		r.day = before.day // an edit adds no touchpoint
	}
	if step.kind == Task && !step.Yes {
		r.day = "" // a task that is not completed is no touchpoint
	}
	s.responses[step.Item] = r
}

// Days returns the day of every touchpoint.
func (s *ContactState) days() []string {
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

// Numbers are the expected numbers of the Analytics page.
type Numbers struct {
	Mobilizers, Contacts, Matched, Touched, Touchpoints, Answered int

	Ladder []int   // contacts per response
	Moved  [][]int // contacts per first and current response
	Items  []ItemNumbers
	Added  map[string]int // per day
	Daily  map[string]int // touchpoints per day
}

// ItemNumbers are the expected numbers of an action item.
type ItemNumbers struct {
	Eligible, Responded, Completed, NoLongerEligible int

	Options []int // eligible contacts per option
}

// Count returns the campaign's expected numbers.
func (c *Campaign) Count() Numbers {
	n := Numbers{
		Ladder: make([]int, len(c.Responses)), Moved: make([][]int, len(c.Responses)), Items: make([]ItemNumbers, len(c.Items)),
		Added: map[string]int{}, Daily: map[string]int{},
	}
	for i := range n.Moved {
		n.Moved[i] = make([]int, len(c.Responses))
	}
	for i, item := range c.Items {
		n.Items[i].Options = make([]int, len(item.Options))
	}
	for _, m := range c.Mobilizers {
		if m.Leaves == leavesRemoving {
			continue
		}
		n.Mobilizers++
		for _, k := range m.Contacts {
			s := k.State(c.Location)
			if s.Removed {
				continue
			}
			n.add(c, k, s)
		}
	}
	return n
}

func (n *Numbers) add(c *Campaign, k *Contact, s *ContactState) {
	n.Contacts++
	n.Added[dayOf(&Step{Day: k.AddDay, At: k.AddedAt}, c.Location)]++
	for _, day := range s.days() {
		n.Daily[day]++
	}
	n.Touchpoints += s.touchpoints
	if s.status == "CONFIRMED" {
		n.Matched++
	}
	if s.touchpoints > 0 {
		n.Touched++
	}
	if s.Response != None {
		n.Answered++
		n.Ladder[s.Response]++
		n.Moved[s.first][s.Response]++
	}
	for i, item := range c.Items {
		r, ok := s.responses[i]
		if !item.includes(item.finalTargets(), s.Response) {
			if ok {
				n.Items[i].NoLongerEligible++
			}
			continue
		}
		n.Items[i].Eligible++
		if !ok {
			continue
		}
		n.Items[i].Responded++
		if r.yes {
			n.Items[i].Completed++
		}
		if item.Kind == Choice {
			n.Items[i].Options[r.pick]++
		}
	}
}

// distinct reports whether no two headline numbers are equal, so that a mix-up is visible.
func (n Numbers) distinct() bool {
	seen := map[int]bool{}
	headlines := []int{n.Mobilizers, n.Contacts, n.Matched, n.Touched, n.Touchpoints, n.Answered}
	for _, number := range append(headlines, n.Ladder...) {
		if seen[number] {
			return false
		}
		seen[number] = true
	}
	return true
}
