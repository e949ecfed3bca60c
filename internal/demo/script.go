package main

import (
	"fmt"
	"strings"
)

// fill generates the mobilizers of a campaign and their contacts. The numbers are those that are left after all removals.
func (d *generator) fill(c *campaignPlan, mobilizers, contacts int) {
	for range mobilizers {
		c.mobilizers = append(c.mobilizers, d.mobilizer())
	}
	// One mobilizer has no contacts, one a fifth of all; the others share the rest unevenly.
	largest := max(contacts/5, 1)
	d.contacts(c, c.mobilizers[2], largest)
	weights, total := make([]int, mobilizers), 0
	for i := range c.mobilizers {
		if i == 1 || i == 2 {
			continue
		}
		weights[i] = 1 + d.IntN(9)
		total += weights[i]
	}
	left := contacts - largest
	for i, m := range c.mobilizers {
		if weights[i] == 0 {
			continue
		}
		share := left * weights[i] / total
		left, total = left-share, total-weights[i]
		d.contacts(c, m, share)
	}
	for _, m := range c.mobilizers[3:] {
		m.withdraws = m.consent && d.chance(15)
	}
}

// addSpecialCases adds the cases that every demo contains, independent of the seed.
func (d *generator) addSpecialCases(c *campaignPlan, contacts int) {
	m := c.mobilizers
	m[0].consent, m[0].withdraws, m[0].phone = true, false, d.phone()
	m[1].consent, m[1].steps = false, nil // no contacts, no activity
	m[3].consent, m[3].withdraws = true, true
	for i, status := range unmatchedStatuses {
		m[4+i].steps = []*step{{do: setStatus, text: status, day: m[4+i].joinDay}}
	}
	m[8].steps = []*step{
		{do: match, voter: d.voterOf(m[8]), day: m[8].joinDay},
		{do: reset, day: m[8].joinDay},
	}
	m[9].steps = []*step{{do: match, voter: d.voterOf(m[9]), day: m[9].joinDay}}
	m[10].leaves = leavesKeeping
	m[5].place = place{}
	m[0].management = managementNotes[:2]
	m[2].management = managementNotes[2:]

	// One mobilizer leaves with all contacts, and does not count among the mobilizers that are left.
	leaver := d.mobilizer()
	leaver.leaves = leavesRemoving
	d.contacts(c, leaver, 6)
	c.mobilizers = append(c.mobilizers, leaver)

	// The first contacts of the mobilizer with the most get one of specialNotes each.
	for i, k := range m[2].contacts[:min(len(specialNotes), len(m[2].contacts))] {
		k.steps = append(k.steps, &step{day: d.days - 1, do: note, text: specialNotes[i]})
	}
	// Some contacts are removed again. They do not count among the contacts that are left.
	for range max(contacts/100, 3) {
		owner := m[3+d.IntN(len(m)-3)]
		before := len(owner.contacts)
		d.contacts(c, owner, 1)
		k := owner.contacts[before]
		k.steps = append(k.steps, &step{day: d.days - 1, do: remove})
	}
}

// fillClosed generates the closed campaign. Its first mobilizer is also the first of the active campaign.
func (d *generator) fillClosed(c, active *campaignPlan) {
	for range 6 {
		c.mobilizers = append(c.mobilizers, d.mobilizer())
	}
	first, same := c.mobilizers[0], active.mobilizers[0]
	first.email, first.name, first.first, first.last = same.email, same.name, same.first, same.last
	for _, s := range first.steps {
		if s.voter != nil {
			s.voter = d.voterOf(first)
		}
	}
	for i, m := range c.mobilizers {
		m.joinDay = 0
		for _, s := range m.steps {
			s.day = 0
		}
		d.contacts(c, m, 5+i*3)
	}
}

// contacts generates n contacts of a mobilizer, each with its script.
func (d *generator) contacts(c *campaignPlan, m *mobilizerPlan, n int) {
	days := []int{m.joinDay, m.joinDay + d.IntN(d.days-m.joinDay), m.joinDay + d.IntN(d.days-m.joinDay)}
	for range n {
		m.contacts = append(m.contacts, d.contact(c, pickFrom(d, days)))
	}
}

func (d *generator) contact(c *campaignPlan, day int) *contactPlan {
	k := &contactPlan{addDay: day}
	w := &scriptWriter{generator: d, campaign: c, day: day, response: none}
	matched := d.chance(46)
	if matched {
		// A voter of the file, under the name that the mobilizer uses.
		v := pickFrom(d, d.voters)
		k.first, k.last, k.place = v.first, v.last, place{v.city, v.state, v.zip[:5]}
		if nickname, ok := nicknames[v.first]; ok && d.chance(30) {
			k.first = nickname
		}
		w.add(&step{do: match, voter: v})
	} else {
		k.first, k.last, k.place = pickFrom(d, firstNames), pickFrom(d, lastNames), pickFrom(d, places)
		if d.chance(48) {
			w.add(&step{do: setStatus, text: pickFrom(d, unmatchedStatuses)})
		}
	}
	if d.chance(4) && len(w.steps) > 0 {
		w.add(&step{do: reset})
	}
	k.preferred = nicknames[k.first]
	switch d.IntN(16) {
	case 0:
		k.place = place{}
	case 1:
		k.place.zip = ""
	case 2:
		k.place.city = ""
	case 3:
		k.place.state = ""
	case 4:
		k.first = ""
	case 5:
		if !matched {
			k.last = ""
		}
	}
	if d.chance(40) {
		k.phone = d.phone()
	}
	if d.chance(30) {
		k.email = fmt.Sprintf("%s%d@example.org", asciiName(k.first), d.IntN(1000))
	}
	w.answers()
	w.responses()
	w.notes()
	if d.chance(18) {
		w.add(&step{do: votePlan, text: pickFrom(d, votePlans)})
	}
	if d.chance(4) {
		w.add(&step{do: edit, text: pickFrom(d, lastNames)})
	}
	k.steps = w.steps
	return k
}

// scriptWriter generates the script of one contact and tracks the contact's current response.
type scriptWriter struct {
	*generator
	campaign *campaignPlan
	day      int
	response int
	steps    []*step
}

// add appends a step on the current day or on the next one.
func (w *scriptWriter) add(s *step) {
	if w.day < w.days-1 && w.chance(35) {
		w.day++
	}
	s.day = w.day
	w.steps = append(w.steps, s)
}

func (w *scriptWriter) answer(response int) {
	w.add(&step{do: answer, pick: response})
	w.response = response
}

// answers generates the Key Question answers. The first responses are the most likely.
func (w *scriptWriter) answers() {
	if !w.chance(62) {
		return
	}
	offered := []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2}
	if len(w.campaign.responses) > 3 {
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
		w.steps = append(w.steps, &step{day: w.day, do: answer, pick: first})
	case 4:
		w.add(&step{do: clearing})
		w.response = none
		if w.chance(50) {
			w.answer(first)
		}
	}
}

func (w *scriptWriter) responses() {
	for i, item := range w.campaign.items {
		if !w.chance(24) || !item.includes(item.targets, w.response) {
			continue
		}
		w.respond(i, item)
		switch w.IntN(16) {
		case 0, 1:
			w.respond(i, item)
		case 2:
			w.add(&step{do: withdraw, item: i})
		}
	}
	// Some change their response later, and are in the target of other action items then.
	if w.response != none && w.chance(6) {
		w.answer((w.response + 1) % 3)
	}
}

func (w *scriptWriter) respond(i int, item *itemPlan) {
	s := &step{do: respond, item: i, kind: item.kind}
	switch item.kind {
	case task:
		s.yes = w.chance(75)
	case choice:
		s.pick = w.IntN(len(item.options))
	default:
		s.text = pickFrom(w.generator, freeTexts)
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
		w.add(&step{do: note, text: text})
		switch w.IntN(25) {
		case 0:
			w.add(&step{do: editNote, pick: n, text: text + " (later: called again)"})
		case 1:
			w.add(&step{do: deleteNote, pick: n})
			return
		}
	}
}
