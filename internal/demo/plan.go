package main

import (
	"fmt"
	"math/rand/v2"
	"strings"
	"time"
	_ "time/tzdata" // the demo counts days itself, also where there is no zone database
	"unicode"

	"golang.org/x/text/unicode/norm"

	"github.com/kithhq/kith/internal/apiclient"
)

// plan is everything that the demo does, worked out beforehand from one seed. What playing it finds out, such as ids and
// times, is written beside what was planned.
type plan struct {
	seed   uint64
	tag    string // makes names unique when one Kith gets several demos; empty for the first
	days   int    // the activity spreads over so many days
	files  []*voterFile
	active *campaignPlan
	closed *campaignPlan
	draft  *campaignPlan
}

// campaignPlan is one campaign, as it is first and as it becomes in the end.
type campaignPlan struct {
	organization string // name
	name         string
	slug         string
	description  string
	zone         string
	place        *time.Location // what zone names
	question     string
	responses    []*responsePlan
	items        []*itemPlan
	mobilizers   []*mobilizerPlan
	withPasscode bool

	id, organizationID, passcode string
}

type responsePlan struct {
	text     string
	value    int
	reworded string // in the end, unless empty
	retired  bool   // in the end

	id string
}

// finally returns the wording in the end.
func (r *responsePlan) finally() string {
	if r.reworded != "" {
		return r.reworded
	}
	return r.text
}

type itemPlan struct {
	kind        string
	title       string
	nickname    string
	description string
	link        string
	everyone    bool
	targets     []int // indexes of responses; none stands for no response yet
	narrowed    []int // the targets in the end, when they change
	options     []*optionPlan
	archived    bool // in the end

	id string
}

type optionPlan struct {
	text, value string
	retired     bool // in the end

	id string
}

// The kinds of action items.
const (
	task   = "TASK"
	choice = "QUESTION_MULTIPLE_CHOICE"
	free   = "QUESTION_FREE_RESPONSE"
)

// none stands for no response: of a contact, or in a target.
const none = -1

func (i *itemPlan) includes(targets []int, response int) bool {
	if i.everyone {
		return true
	}
	for _, target := range targets {
		if target == response {
			return true
		}
	}
	return false
}

// finally returns the targets in the end.
func (i *itemPlan) finally() []int {
	if i.narrowed != nil {
		return i.narrowed
	}
	return i.targets
}

// How a mobilizer leaves.
const (
	leavesKeeping  = "keep"
	leavesRemoving = "remove"
)

type mobilizerPlan struct {
	email, name string
	first, last string
	preferred   string
	place       place // zero when not given
	phone       string
	consent     bool
	withdraws   bool // consent, in the end
	joinDay     int
	steps       []*step // of their own match
	contacts    []*contactPlan
	leaves      string

	account    *apiclient.Person // once they sign in
	id         string
	joinedAt   string
	management []string // notes about them, by an admin
}

type contactPlan struct {
	first, last, preferred string
	place                  place
	phone, email           string
	addDay                 int
	steps                  []*step

	id, entryID string
	addedAt     time.Time
}

// What a mobilizer can do about a contact, or about themselves.
const (
	match      = "match"
	setStatus  = "set the match status"
	reset      = "reset the match"
	answer     = "answer"
	clearing   = "clear the answer"
	respond    = "respond"
	withdraw   = "withdraw"
	note       = "note"
	editNote   = "edit the note"
	deleteNote = "delete the note"
	votePlan   = "vote plan"
	edit       = "edit"
	remove     = "remove"
)

// step is one action. Which fields count depends on what is done.
type step struct {
	day    int
	do     string
	kind   string // of the action item
	pick   int    // response, option, or which of the contact's notes
	item   int    // action item
	yes    bool   // task completed
	text   string // note, free response, vote plan, match status, new last name
	voter  *voterRow
	at     time.Time // when it was done
	noteID string
}

// draw works out a demo. It is the same for the same arguments.
func draw(seed uint64, tag string, mobilizers, contacts, days int) *plan {
	d := &drawing{Rand: rand.New(rand.NewPCG(seed, 2139)), tag: tag, days: days}
	p := &plan{seed: seed, tag: tag, days: days}
	p.files = d.voterFiles(contacts)
	d.voters = append(append(d.voters, p.files[0].rows...), p.files[1].rows...)
	p.active, p.closed, p.draft = activeCampaign(), closedCampaign(), draftCampaign()
	for _, c := range []*campaignPlan{p.active, p.closed, p.draft} {
		c.place = located(c.zone)
		if tag != "" {
			c.slug += "-" + tag
			c.organization += " " + tag
		}
	}
	d.fill(p.active, mobilizers, contacts)
	d.notable(p.active, contacts)
	d.days = min(days, 3)
	d.fillClosed(p.closed, p.active)
	return p
}

// located returns the time zone of a name of ours.
func located(zone string) *time.Location {
	place, err := time.LoadLocation(zone)
	if err != nil {
		panic(err) // the names are written down in this program
	}
	return place
}

// newPlan works out a demo in which no two headline numbers are equal: from the seed, or else from the next one that does.
func newPlan(seed uint64, tag string, mobilizers, contacts, days int) *plan {
	for {
		p := draw(seed, tag, mobilizers, contacts, days)
		if p.active.count().distinct() {
			return p
		}
		seed++
	}
}

// drawing holds what drawing by lot needs.
type drawing struct {
	*rand.Rand
	tag    string
	days   int
	voters []*voterRow
	people int // mobilizers drawn so far
	phones int
}

func pickFrom[T any](d *drawing, all []T) T { return all[d.IntN(len(all))] }

func (d *drawing) chance(percent int) bool { return d.IntN(100) < percent }

// phone returns a number from the ranges that are kept free for fiction.
func (d *drawing) phone() string {
	areas := []string{"617", "508", "413", "781", "603"}
	d.phones++
	return fmt.Sprintf("+1%s55501%02d", areas[d.phones/100%len(areas)], d.phones%100)
}

// mobilizer draws somebody who joins; they have no contacts yet.
func (d *drawing) mobilizer() *mobilizerPlan {
	n := d.people
	d.people++
	m := &mobilizerPlan{joinDay: d.IntN(max(d.days/2, 1)), consent: d.chance(70)}
	if n < len(awkwardPeople) {
		m.first, m.last = awkwardPeople[n][0], awkwardPeople[n][1]
	} else {
		m.first, m.last = pickFrom(d, firstNames), pickFrom(d, lastNames)
	}
	m.name = m.first + " " + m.last
	m.preferred = nicknames[m.first]
	if d.chance(85) {
		m.place = pickFrom(d, places)
	}
	if d.chance(75) {
		m.phone = d.phone()
	}
	m.email = fmt.Sprintf("%s.%s.%d%s@example.org", asciiName(m.first), asciiName(m.last), n+1, d.tag)
	switch d.IntN(6) {
	case 0:
	case 1:
		m.steps = []*step{{do: setStatus, text: pickFrom(d, uncertain)}}
	default:
		m.steps = []*step{{do: match, voter: pickFrom(d, d.voters)}}
	}
	for _, s := range m.steps {
		s.day = m.joinDay
	}
	return m
}

// awkwardPeople are the first mobilizers: names that careless programs spoil, and two that differ in an accent only.
var awkwardPeople = [][2]string{
	{"Sam", "Rivera"}, {"José", "García"}, {"Jose", "Garcia"}, {"Siobhan", "O'Brien"}, {"Anh", "Nguyễn"}, {"Zoë", "Müller"},
}

// uncertain are the match states that name no voter, apart from pending.
var uncertain = []string{"REG_ELIGIBLE", "REG_INELIGIBLE", "REG_UNCERTAIN", "NO_MATCHES"}

// asciiName makes a name fit for an e-mail address.
func asciiName(name string) string {
	var ascii strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			ascii.WriteRune(r)
		}
	}
	return ascii.String()
}
