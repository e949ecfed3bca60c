// Package metrics owns every number that is a sum over rows: what one row contributes, how a change of a row moves
// the counters, how counters are applied exactly once, compared with a recount, and read as Analytics.
// It does not store anything: counters live in package dynamo, stream events are read by package stream.
//
// A metric is defined once, by what an item contributes (Of). Everything else is subtraction: Delta(before, after) is
// Of(after) - Of(before), for insert, change and removal alike, and a recount is the sum of Of over the rows.
package metrics

import (
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// Kind is a kind of counter item.
type Kind string

// The kinds of counter items. Each item moves by itself, in one conditional update.
const (
	Core   Kind = "core"   // of the campaign; stored in lanes, one chosen by the stream shard, summed on reading
	Action Kind = "action" // of one action item, named by its code
	Daily  Kind = "day"    // of one day in the campaign's time zone
	Member Kind = "member" // of one mobilizer, named by the membership's id
	Probe  Kind = "signal" // of the audit's own signal rows: proof that the stream has been counted up to them
)

// Item names one counter item.
type Item struct {
	Campaign campaign.ID
	Kind     Kind
	Name     string // action item code, day or membership; for Core the lane, empty in vectors
}

// Cell names one counter of an item: at most five bytes, since an item may hold 250 of them.
type Cell string

// The cells of Core and Member items, unless said otherwise.
const (
	Mobilizers              Cell = "w" // memberships; Core only
	Contacts                Cell = "c" // also contacts added, of Daily items
	MatchedContacts         Cell = "m"
	ContactsWithTouchpoints Cell = "t"
	Touchpoints             Cell = "n" // also of Daily items
	ContactsAnswered        Cell = "a" // with a Key Question response
	ContactsWithResponses   Cell = "r" // with an action item response
	ActionResponses         Cell = "s"
	Corrections             Cell = "fix" // corrections counted into the item, of every kind
	signals                 Cell = "sig"
)

// noResponse stands in a cell's name for "no Key Question response".
const noResponse campaign.Code = "--"

// ResponseCell is the cell of the contacts whose current Key Question response is code.
func ResponseCell(code campaign.Code) Cell { return Cell("q" + code) }

// Counter is one number: a cell of a counter item.
type Counter struct {
	Item Item
	Cell Cell
}

// Vector is what something contributes to counters. It holds no zeros.
type Vector map[Counter]int

// add moves one counter of the vector and keeps it free of zeros.
func (v Vector) add(i Item, c Cell, n int) {
	if n == 0 {
		return
	}
	k := Counter{i, c}
	if sum := v[k] + n; sum != 0 {
		v[k] = sum
	} else {
		delete(v, k)
	}
}

// Add moves the vector by another one.
func (v Vector) Add(other Vector) {
	for k, n := range other {
		v.add(k.Item, k.Cell, n)
	}
}

// Minus returns the difference of two vectors.
func (v Vector) Minus(other Vector) Vector {
	d := make(Vector, len(v))
	d.Add(v)
	for k, n := range other {
		d.add(k.Item, k.Cell, -n)
	}
	return d
}

// perContact defines every number that is a sum over contacts: of a campaign, and of a mobilizer.
// Moved by update-metrics, recounted by audit-metrics, read by Analytics, People and the exports.
var perContact = []struct {
	cell Cell
	of   func(*contact.Contact) int
}{
	{Contacts, func(*contact.Contact) int { return 1 }},
	{MatchedContacts, func(c *contact.Contact) int { return one(c.Match.State() == voter.Confirmed) }},
	{ContactsWithTouchpoints, func(c *contact.Contact) int { return one(c.Touchpoints > 0) }},
	{Touchpoints, func(c *contact.Contact) int { return c.Touchpoints }},
	{ContactsAnswered, func(c *contact.Contact) int { return one(c.KeyQuestionCode != "") }},
	{ContactsWithResponses, func(c *contact.Contact) int { return one(len(c.ActionResponses) > 0) }},
	{ActionResponses, func(c *contact.Contact) int { return len(c.ActionResponses) }},
}

func one(is bool) int {
	if is {
		return 1
	}
	return 0
}

// Contribution is what a row contributes to counters. It is empty for nil and for entities that nothing counts.
func Contribution(row any) Vector {
	v := Vector{}
	v.count(row, 1)
	return v
}

// Delta is what a change of a row from before to after moves. Either may be nil: an insert, a removal.
func Delta(before, after any) Vector {
	v := Vector{}
	v.count(after, 1)
	v.count(before, -1)
	return v
}

// count adds sign times what the row contributes.
func (v Vector) count(row any, sign int) {
	switch r := row.(type) {
	case *contact.Contact:
		if r != nil {
			v.contact(r, sign)
		}
	case *contact.Note:
		if r != nil {
			v.touchpoint(r.About, r.TouchpointDay, sign)
		}
	case *contact.Answer:
		if r != nil {
			v.touchpoint(r.About, r.TouchpointDay, sign)
		}
	case *contact.ActionResponse:
		if r != nil {
			v.touchpoint(r.About, r.TouchpointDay, sign)
		}
	case *mobilizer.Mobilizer:
		if r != nil {
			v.add(Item{r.Campaign, Core, ""}, Mobilizers, sign)
		}
	case *Correction:
		if r != nil {
			v.correction(r, sign)
		}
	case *ProbeRow:
		if r != nil {
			v.add(Item{r.Campaign, Probe, ""}, signals, sign*r.Number)
		}
	}
}

func (v Vector) contact(c *contact.Contact, sign int) {
	core := Item{c.Campaign, Core, ""}
	member := Item{c.Campaign, Member, string(c.Mobilizer)}
	for _, m := range perContact {
		n := m.of(c) * sign
		v.add(core, m.cell, n)
		v.add(member, m.cell, n)
	}
	current := noResponse
	if c.KeyQuestionCode != "" {
		current = c.KeyQuestionCode
		v.add(core, ResponseCell(current), sign)
		v.add(member, ResponseCell(current), sign)
	}
	if c.AddedDay != "" {
		v.add(Item{c.Campaign, Daily, string(c.AddedDay)}, Contacts, sign)
	}
	for code, held := range c.ActionResponses {
		v.add(Item{c.Campaign, Action, string(code)}, Cell(string(held.Choice)+string(current)), sign)
	}
}

func (v Vector) touchpoint(a contact.Ref, day campaign.Day, sign int) {
	if day != "" {
		v.add(Item{a.Campaign, Daily, string(day)}, Touchpoints, sign)
	}
}

// Activity is the earliest and the latest activity that a row knows of a mobilizer. It is no sum: earliest and latest
// win, removals move nothing back, and drift does not cover it.
type Activity struct {
	First time.Time // zero when nothing is known
	Last  time.Time
}

// merge widens the activity by another one.
func (a *Activity) merge(b Activity) {
	if !b.First.IsZero() && (a.First.IsZero() || b.First.Before(a.First)) {
		a.First = b.First
	}
	if b.Last.After(a.Last) {
		a.Last = b.Last
	}
}

func (a Activity) isZero() bool { return a.First.IsZero() && a.Last.IsZero() }

// ActivityOf returns whose activity a row knows of, and what it knows: contacts, and memberships for self-match.
func ActivityOf(row any) (Item, Activity) {
	switch r := row.(type) {
	case *contact.Contact:
		if r != nil {
			return Item{r.Campaign, Member, string(r.Mobilizer)}, Activity{r.AddedAt, r.LastActivityAt}
		}
	case *mobilizer.Mobilizer:
		if r != nil {
			return Item{r.Campaign, Member, string(r.ID)}, Activity{r.FirstSelfMatchAt, r.LastSelfMatchAt}
		}
	}
	return Item{}, Activity{}
}

// activityIn returns the part of after's activity that before did not have yet.
func activityIn(before, after any) (Item, Activity) {
	item, now := ActivityOf(after)
	_, then := ActivityOf(before)
	if now.First.Equal(then.First) {
		now.First = time.Time{}
	}
	if now.Last.Equal(then.Last) {
		now.Last = time.Time{}
	}
	return item, now
}
