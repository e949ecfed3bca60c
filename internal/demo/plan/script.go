package plan

import (
	"fmt"
	"strings"
)

// fill generates the mobilizers of a campaign and their contacts. The numbers are those that are left after all removals.
func (d *generator) fill(c *Campaign, mobilizers, contacts int) {
	for range mobilizers {
		c.Mobilizers = append(c.Mobilizers, d.mobilizer())
	}
	// One mobilizer has no contacts, one a fifth of all; the others share the rest unevenly.
	largest := max(contacts/5, 1)
	d.contacts(c, c.Mobilizers[2], largest)
	weights, total := make([]int, mobilizers), 0
	for i := range c.Mobilizers {
		if i == 1 || i == 2 {
			continue
		}
		weights[i] = 1 + d.IntN(9)
		total += weights[i]
	}
	left := contacts - largest
	for i, m := range c.Mobilizers {
		if weights[i] == 0 {
			continue
		}
		share := left * weights[i] / total
		left, total = left-share, total-weights[i]
		d.contacts(c, m, share)
	}
	for _, m := range c.Mobilizers[3:] {
		m.Withdraws = m.Consent && d.chance(15)
	}
}

// addSpecialCases adds the cases that every demo contains, independent of the seed.
func (d *generator) addSpecialCases(c *Campaign, contacts int) {
	m := c.Mobilizers
	m[0].Consent, m[0].Withdraws, m[0].Phone = true, false, d.phone()
	m[1].Consent, m[1].Steps = false, nil // no contacts, no activity
	m[3].Consent, m[3].Withdraws = true, true
	for i, status := range unmatchedStatuses {
		m[4+i].Steps = []*Step{{Do: SetStatus, Text: status, Day: m[4+i].JoinDay}}
	}
	m[8].Steps = []*Step{
		{Do: Match, Voter: d.voterOf(m[8]), Day: m[8].JoinDay},
		{Do: reset, Day: m[8].JoinDay},
	}
	m[9].Steps = []*Step{{Do: Match, Voter: d.voterOf(m[9]), Day: m[9].JoinDay}}
	m[10].Leaves = leavesKeeping
	m[5].Place = place{}
	m[0].Management = managementNotes[:2]
	m[2].Management = managementNotes[2:]

	// One mobilizer leaves with all contacts, and does not count among the mobilizers that are left.
	leaver := d.mobilizer()
	leaver.Leaves = leavesRemoving
	d.contacts(c, leaver, 6)
	c.Mobilizers = append(c.Mobilizers, leaver)

	// The first contacts of the mobilizer with the most get one of specialNotes each.
	for i, k := range m[2].Contacts[:min(len(specialNotes), len(m[2].Contacts))] {
		k.Steps = append(k.Steps, &Step{Day: d.days - 1, Do: Note, Text: specialNotes[i]})
	}
	// Some contacts are removed again. They do not count among the contacts that are left.
	for range max(contacts/100, 3) {
		owner := m[3+d.IntN(len(m)-3)]
		before := len(owner.Contacts)
		d.contacts(c, owner, 1)
		k := owner.Contacts[before]
		k.Steps = append(k.Steps, &Step{Day: d.days - 1, Do: Remove})
	}
}

// fillClosed generates the closed campaign. Its first mobilizer is also the first of the active campaign.
func (d *generator) fillClosed(c, active *Campaign) {
	for range 6 {
		c.Mobilizers = append(c.Mobilizers, d.mobilizer())
	}
	first, same := c.Mobilizers[0], active.Mobilizers[0]
	first.Email, first.Name, first.First, first.Last = same.Email, same.Name, same.First, same.Last
	for _, s := range first.Steps {
		if s.Voter != nil {
			s.Voter = d.voterOf(first)
		}
	}
	for i, m := range c.Mobilizers {
		m.JoinDay = 0
		for _, s := range m.Steps {
			s.Day = 0
		}
		d.contacts(c, m, 5+i*3)
	}
}

// Contacts generates n contacts of a mobilizer, each with its script.
func (d *generator) contacts(c *Campaign, m *Mobilizer, n int) {
	days := []int{m.JoinDay, m.JoinDay + d.IntN(d.days-m.JoinDay), m.JoinDay + d.IntN(d.days-m.JoinDay)}
	for range n {
		m.Contacts = append(m.Contacts, d.contact(c, pickFrom(d, days)))
	}
}

func (d *generator) contact(c *Campaign, day int) *Contact {
	k := &Contact{AddDay: day}
	w := &scriptWriter{generator: d, campaign: c, day: day, response: None}
	matched, byNickname := d.chance(46), false
	if matched {
		// A voter of the file, under the name that the mobilizer uses.
		v := pickFrom(d, d.voters)
		k.First, k.Last, k.Place = v.first, v.last, place{v.city, v.state, v.Zip[:5]}
		if nickname, ok := nicknames[v.first]; ok && d.chance(30) {
			k.First, byNickname = nickname, true
		}
		w.add(&Step{Do: Match, Voter: v})
	} else {
		k.First, k.Last, k.Place = pickFrom(d, firstNames), pickFrom(d, lastNames), pickFrom(d, places)
		if d.chance(48) {
			w.add(&Step{Do: SetStatus, Text: pickFrom(d, unmatchedStatuses)})
		}
	}
	if d.chance(4) && len(w.steps) > 0 {
		w.add(&Step{Do: reset})
	}
	k.Preferred = nicknames[k.First]
	switch d.IntN(16) {
	case 0:
		if !byNickname { // a voter agrees by name or place
			k.Place = place{}
		}
	case 1:
		k.Place.Zip = ""
	case 2:
		k.Place.City = ""
	case 3:
		k.Place.State = ""
	case 4:
		k.First = ""
	case 5:
		if !matched {
			k.Last = ""
		}
	}
	if d.chance(40) {
		k.Phone = d.phone()
	}
	if d.chance(30) {
		k.Email = fmt.Sprintf("%s%d@example.org", asciiName(k.First), d.IntN(1000))
	}
	w.answers()
	w.responses()
	w.notes()
	if d.chance(18) {
		w.add(&Step{Do: VotePlan, Text: pickFrom(d, votePlans)})
	}
	if d.chance(4) {
		w.add(&Step{Do: Edit, Text: pickFrom(d, lastNames)})
	}
	k.Steps = w.steps
	return k
}

// scriptWriter generates the script of one contact and tracks the contact's current response.
type scriptWriter struct {
	*generator
	campaign *Campaign
	day      int
	response int
	steps    []*Step
}

// add appends a step on the current day or on the next one.
func (w *scriptWriter) add(s *Step) {
	if w.day < w.days-1 && w.chance(35) {
		w.day++
	}
	s.Day = w.day
	w.steps = append(w.steps, s)
}

func (w *scriptWriter) answer(response int) {
	w.add(&Step{Do: Answer, Pick: response})
	w.response = response
}

// answers generates the Key Question answers. The first responses are the most likely.
func (w *scriptWriter) answers() {
	if !w.chance(62) {
		return
	}
	offered := []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2}
	if len(w.campaign.Responses) > 3 {
		offered = append(offered, 3, 3, 4, 6) // never 5, so that an action item has no eligible contacts
	}
	w.answer(pickFrom(w.generator, offered))
	first := w.response
	switch w.IntN(20) {
	case 0, 1:
		w.answer(pickFrom(w.generator, offered))
	case 2: // another response and back
		w.answer((first + 1) % 3)
		w.answer(first)
	case 3: // the same twice on one day, which counts once
		w.steps = append(w.steps, &Step{Day: w.day, Do: Answer, Pick: first})
	case 4:
		w.add(&Step{Do: Clearing})
		w.response = None
		if w.chance(50) {
			w.answer(first)
		}
	}
}

func (w *scriptWriter) responses() {
	for i, item := range w.campaign.Items {
		if !w.chance(24) || !item.includes(item.Targets, w.response) {
			continue
		}
		w.respond(i, item)
		switch w.IntN(16) {
		case 0, 1:
			w.respond(i, item)
		case 2:
			w.add(&Step{Do: Withdraw, Item: i})
		}
	}
	// Some change their response later, and are in the target of other action items then.
	if w.response != None && w.chance(6) {
		w.answer((w.response + 1) % 3)
	}
}

func (w *scriptWriter) respond(i int, item *Item) {
	s := &Step{Do: Respond, Item: i, kind: item.Kind}
	switch item.Kind {
	case Task:
		s.Yes = w.chance(75)
	case Choice:
		s.Pick = w.IntN(len(item.Options))
	default:
		s.Text = pickFrom(w.generator, freeTexts)
	}
	w.add(s)
}

func (w *scriptWriter) notes() {
	if !w.chance(36) {
		return
	}
	for n := range 1 + w.IntN(5)/3 {
		text := pickFrom(w.generator, specialNotes)
		if !w.chance(6) {
			text = strings.Join([]string{pickFrom(w.generator, noteOpenings), ", ", pickFrom(w.generator, noteMiddles), ". ", pickFrom(w.generator, noteEndings)}, "")
		}
		w.add(&Step{Do: Note, Text: text})
		switch w.IntN(25) {
		case 0:
			w.add(&Step{Do: EditNote, Pick: n, Text: text + " (later: called again)"})
		case 1:
			w.add(&Step{Do: DeleteNote, Pick: n})
			return
		}
	}
}
