// Package metrics owns every number that is a sum over rows: the contribution of a row, the effect of a change on
// counters, exactly-once updates, the comparison with a recount, and Analytics. It does not store counters (package
// dynamo) or decode stream events (package stream).
//
// A metric is defined once, by Contribution. Delta(before, after) is Contribution(after) - Contribution(before), for
// inserts, changes and removals alike; a recount is the sum of Contribution over the rows.
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

// The kinds of counter items. Each item is updated on its own, by conditional updates.
const (
	Core   Kind = "core"   // of the campaign; stored in lanes, of which the stream shard selects one, summed on reading
	Action Kind = "action" // of one action item, named by its code
	Daily  Kind = "day"    // of one day in the campaign's time zone
	Ladder Kind = "ladder" // of the campaign: contacts by first and current Key Question response
	Member Kind = "member" // of one mobilizer, named by the membership's id
	Probe  Kind = "signal" // of the audit's probe rows: shows up to which row the stream has been counted
)

// Item identifies a counter item.
type Item struct {
	Campaign campaign.ID
	Kind     Kind
	Name     string // action item code, day or membership id; for Core the lane, empty in vectors
}

// Cell is the name of one counter in an item: at most five bytes, since an item may have 250 cells.
type Cell string

// The cells of Core and Member items, unless noted otherwise.
const (
	Mobilizers              Cell = "w" // memberships; Core only
	Contacts                Cell = "c" // also contacts added, of Daily items
	MatchedContacts         Cell = "m"
	ContactsWithTouchpoints Cell = "t"
	Touchpoints             Cell = "n" // also of Daily items
	ContactsAnswered        Cell = "a" // with a Key Question response
	ContactsWithResponses   Cell = "r" // with an action item response
	ActionResponses         Cell = "s"
	Moved                   Cell = "f"   // begins the names of the cells of Ladder items, see MovementCell
	Corrections             Cell = "fix" // corrections counted into the item, of every kind
	probes                  Cell = "sig"
)

// noResponse is the part of a cell's name that means "no Key Question response".
const noResponse campaign.Code = "--"

// ResponseCell returns the cell that counts contacts whose current Key Question response is code.
func ResponseCell(code campaign.Code) Cell { return Cell("q" + code) }

// MovementCell returns the cell that counts contacts by their first and their current Key Question response.
func MovementCell(first, current campaign.Code) Cell { return Moved + Cell(first+current) }

// Counter identifies one number: a cell of a counter item.
type Counter struct {
	Item Item
	Cell Cell
}

// Vector is a sparse vector of counters. It contains no zeros.
type Vector map[Counter]int

// add adds n to one counter, and removes the counter if the sum is zero.
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

// Add adds another vector.
func (v Vector) Add(other Vector) {
	for k, n := range other {
		v.add(k.Item, k.Cell, n)
	}
}

// Minus returns the difference between the vectors.
func (v Vector) Minus(other Vector) Vector {
	d := make(Vector, len(v))
	d.Add(v)
	for k, n := range other {
		d.add(k.Item, k.Cell, -n)
	}
	return d
}

// perContact defines every number that is a sum over contacts: of a campaign, and of a mobilizer. update-metrics counts
// them, audit-metrics recounts them; Analytics, People and the exports read them.
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

// Contribution returns what a row contributes to counters. It is empty for nil and for entities that no metric counts.
func Contribution(row any) Vector {
	v := Vector{}
	v.count(row, 1)
	return v
}

// Delta returns what a change of a row from before to after adds to counters. For an insert before is nil, for a removal
// after is nil.
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
			v.add(Item{r.Campaign, Probe, ""}, probes, sign*r.Number)
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
		v.add(Item{c.Campaign, Ladder, ""}, MovementCell(c.FirstKeyQuestionCode(), current), sign)
	}
	if c.AddedDay != "" {
		v.add(Item{c.Campaign, Daily, string(c.AddedDay)}, Contacts, sign)
	}
	for code, response := range c.ActionResponses {
		v.add(Item{c.Campaign, Action, string(code)}, Cell(string(response.Choice)+string(current)), sign)
	}
}

func (v Vector) touchpoint(a contact.Ref, day campaign.Day, sign int) {
	if day != "" {
		v.add(Item{a.Campaign, Daily, string(day)}, Touchpoints, sign)
	}
}

// Activity is the time range of a mobilizer's activity, as far as rows show it. It is not a sum: updates only widen it,
// removals do not narrow it, and the audit does not compare it.
type Activity struct {
	First time.Time // zero if unknown
	Last  time.Time
}

// merge widens the range to include another one.
func (a *Activity) merge(b Activity) {
	if !b.First.IsZero() && (a.First.IsZero() || b.First.Before(a.First)) {
		a.First = b.First
	}
	if b.Last.After(a.Last) {
		a.Last = b.Last
	}
}

func (a Activity) isZero() bool { return a.First.IsZero() && a.Last.IsZero() }

// ActivityOf returns the Member item whose activity a row shows, and the activity: of contacts, and of memberships for
// self-match. For other rows it returns zero values.
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

// activityIn returns the ends of after's activity that differ from before's.
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
