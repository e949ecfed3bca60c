package main

import (
	"fmt"
	"strings"
)

// fill draws the mobilizers of a campaign with their contacts: so many mobilizers and contacts that are left in the end.
func (d *drawing) fill(c *campaignPlan, mobilizers, contacts int) {
	for range mobilizers {
		c.mobilizers = append(c.mobilizers, d.mobilizer())
	}
	// One mobilizer has none, one a fifth of all, the others share the rest unevenly.
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

// notable makes sure of what a demo has to show whatever the lot says.
func (d *drawing) notable(c *campaignPlan, contacts int) {
	m := c.mobilizers
	m[0].consent, m[0].withdraws, m[0].phone = true, false, d.phone()
	m[1].consent, m[1].steps = false, nil // no contacts, no activity
	m[3].consent, m[3].withdraws = true, true
	for i, status := range uncertain {
		m[4+i].steps = []*step{{do: setStatus, text: status, day: m[4+i].joinDay}}
	}
	m[8].steps = []*step{
		{do: match, voter: d.voters[0], day: m[8].joinDay},
		{do: reset, day: m[8].joinDay},
	}
	m[9].steps = []*step{{do: match, voter: d.voters[0], day: m[9].joinDay}}
	m[10].leaves = leavesKeeping
	m[5].place = place{}
	m[0].management = managementNotes[:2]
	m[2].management = managementNotes[2:]

	// One who leaves takes everything along: not among the mobilizers that are left.
	gone := d.mobilizer()
	gone.leaves = leavesRemoving
	d.contacts(c, gone, 6)
	c.mobilizers = append(c.mobilizers, gone)

	// The largest address book begins with every awkward note, and everything of theirs in order.
	for i, k := range m[2].contacts[:min(len(awkwardNotes), len(m[2].contacts))] {
		k.steps = append(k.steps, &step{day: d.days - 1, do: note, text: awkwardNotes[i]})
	}
	// Some are removed again: not among the contacts that are left.
	for range max(contacts/100, 3) {
		owner := m[3+d.IntN(len(m)-3)]
		before := len(owner.contacts)
		d.contacts(c, owner, 1)
		k := owner.contacts[before]
		k.steps = append(k.steps, &step{day: d.days - 1, do: remove})
	}
}

// fillClosed draws the closed campaign. The first of its mobilizers is the first of the other campaign's, too.
func (d *drawing) fillClosed(c, active *campaignPlan) {
	for range 6 {
		c.mobilizers = append(c.mobilizers, d.mobilizer())
	}
	everywhere, first := active.mobilizers[0], c.mobilizers[0]
	first.email, first.name, first.first, first.last = everywhere.email, everywhere.name, everywhere.first, everywhere.last
	for i, m := range c.mobilizers {
		m.joinDay = 0
		for _, s := range m.steps {
			s.day = 0
		}
		d.contacts(c, m, 5+i*3)
	}
}

// contacts draws n contacts of a mobilizer, with what happens about each.
func (d *drawing) contacts(c *campaignPlan, m *mobilizerPlan, n int) {
	days := []int{m.joinDay, m.joinDay + d.IntN(d.days-m.joinDay), m.joinDay + d.IntN(d.days-m.joinDay)}
	for range n {
		m.contacts = append(m.contacts, d.contact(c, pickFrom(d, days)))
	}
}

func (d *drawing) contact(c *campaignPlan, day int) *contactPlan {
	k := &contactPlan{addDay: day}
	w := &writer{drawing: d, campaign: c, day: day, response: none, held: map[int]bool{}}
	matched := d.chance(46)
	if matched {
		// Somebody in the voter file, by the name that the mobilizer knows them by.
		v := pickFrom(d, d.voters)
		k.first, k.last, k.place = v.first, v.last, place{v.city, v.state, v.zip[:5]}
		if nickname, ok := nicknames[v.first]; ok && d.chance(30) {
			k.first = nickname
		}
		w.add(&step{do: match, voter: v})
	} else {
		k.first, k.last, k.place = pickFrom(d, firstNames), pickFrom(d, lastNames), pickFrom(d, places)
		if d.chance(48) {
			w.add(&step{do: setStatus, text: pickFrom(d, uncertain)})
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
		k.first = "" // known by the last name only
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

// writer writes one contact's script; it knows where the contact stands.
type writer struct {
	*drawing
	campaign *campaignPlan
	day      int
	response int
	held     map[int]bool
	steps    []*step
}

// add puts a step on the present day, or on a later one.
func (w *writer) add(s *step) {
	if w.day < w.days-1 && w.chance(35) {
		w.day++
	}
	s.day = w.day
	w.steps = append(w.steps, s)
}

func (w *writer) answer(response int) {
	w.add(&step{do: answer, pick: response})
	w.response = response
}

// answers draws what the contact says to the Key Question. The lower responses are the likelier ones.
func (w *writer) answers() {
	if !w.chance(62) {
		return
	}
	offered := []int{0, 0, 0, 0, 0, 0, 1, 1, 1, 1, 2, 2, 2}
	if len(w.campaign.responses) > 3 {
		offered = append(offered, 3, 3, 4, 6) // never 5: nobody moved away
	}
	w.answer(pickFrom(w.drawing, offered))
	first := w.response
	switch w.IntN(20) {
	case 0, 1:
		w.answer(pickFrom(w.drawing, offered))
	case 2: // there and back
		w.answer((first + 1) % 3)
		w.answer(first)
	case 3: // the same twice; on one day it counts once
		w.steps = append(w.steps, &step{day: w.day, do: answer, pick: first})
	case 4:
		w.add(&step{do: clearing})
		w.response = none
		if w.chance(50) {
			w.answer(first)
		}
	}
}

func (w *writer) responses() {
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
	// Some change their mind later, and with it what they are asked.
	if w.response != none && w.chance(6) {
		w.answer((w.response + 1) % 3)
	}
}

func (w *writer) respond(i int, item *itemPlan) {
	s := &step{do: respond, item: i, kind: item.kind}
	switch item.kind {
	case task:
		s.yes = w.chance(75)
	case choice:
		s.pick = w.IntN(len(item.options))
	default:
		s.text = pickFrom(w.drawing, freeTexts)
	}
	w.add(s)
}

func (w *writer) notes() {
	if !w.chance(36) {
		return
	}
	for n := range 1 + w.IntN(5)/3 {
		text := pickFrom(w.drawing, awkwardNotes)
		if !w.chance(6) {
			text = strings.Join([]string{pickFrom(w.drawing, noteOpenings), ", ", pickFrom(w.drawing, noteMiddles), ". ", pickFrom(w.drawing, noteEndings)}, "")
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
