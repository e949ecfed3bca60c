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

// plan holds all actions of the demo, generated from a seed before the first request. Ids and times are added while it is
// played.
type plan struct {
	seed   uint64
	tag    string // makes names unique if a Kith gets several demos; empty for the first
	days   int    // number of days with activity
	files  []*voterFile
	active *campaignPlan
	closed *campaignPlan
	draft  *campaignPlan
}

// campaignPlan is a campaign with its initial and its final content.
type campaignPlan struct {
	organization string // name
	name         string
	slug         string
	description  string
	zone         string
	location     *time.Location // of zone
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
	reworded string // final text; empty if unchanged
	retired  bool   // finally

	id string
}

// finalText returns the text after the administrators' last changes.
func (r *responsePlan) finalText() string {
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
	targets     []int // indexes of responses; none for no response yet
	narrowed    []int // final targets; nil if unchanged
	options     []*optionPlan
	archived    bool // finally

	message, messageSpanish string // suggested to mobilizers

	id string
}

type optionPlan struct {
	text, value string
	retired     bool // finally

	id string
}

// The kinds of action items.
const (
	task   = "TASK"
	choice = "QUESTION_MULTIPLE_CHOICE"
	free   = "QUESTION_FREE_RESPONSE"
)

// none is no response, of a contact or in a target.
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

// finalTargets returns the targets after the administrators' last changes.
func (i *itemPlan) finalTargets() []int {
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
	withdraws   bool // consent, finally
	joinDay     int
	steps       []*step // of their own match
	contacts    []*contactPlan
	leaves      string

	account    *apiclient.Person // nil before the first sign-in
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

// The actions of a mobilizer about a contact. The first three also apply to the mobilizer.
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

// step is one action. The fields in use depend on do.
type step struct {
	day    int
	do     string
	kind   string // of the action item
	pick   int    // index of a response, of an option or of one of the contact's notes
	item   int    // action item
	yes    bool   // task completed
	text   string // note, free response, vote plan, match status, new last name
	voter  *voterRow
	at     time.Time // when it was done
	noteID string
}

// generate returns the plan of a demo. The same arguments give the same plan.
func generate(seed uint64, tag string, mobilizers, contacts, days int) *plan {
	d := &generator{Rand: rand.New(rand.NewPCG(seed, 2139)), tag: tag, days: days}
	p := &plan{seed: seed, tag: tag, days: days}
	p.files = d.voterFiles(contacts)
	d.files = p.files
	d.voters = append(append(d.voters, p.files[0].rows...), p.files[1].rows...)
	p.active, p.closed, p.draft = activeCampaign(), closedCampaign(), draftCampaign()
	for _, c := range []*campaignPlan{p.active, p.closed, p.draft} {
		c.location = mustLoadLocation(c.zone)
		if tag != "" {
			c.slug += "-" + tag
			c.organization += " " + tag
		}
	}
	d.fill(p.active, mobilizers, contacts)
	d.addSpecialCases(p.active, contacts)
	d.days = min(days, 3)
	d.fillClosed(p.closed, p.active)
	return p
}

// mustLoadLocation returns the time zone of a name in this program.
func mustLoadLocation(zone string) *time.Location {
	location, err := time.LoadLocation(zone)
	if err != nil {
		panic(err) // unreachable: time/tzdata has every name in this program
	}
	return location
}

// newPlan returns the plan of the first seed, from the given one on, in which no two headline numbers are equal.
func newPlan(seed uint64, tag string, mobilizers, contacts, days int) *plan {
	for {
		p := generate(seed, tag, mobilizers, contacts, days)
		if p.active.count().distinct() {
			p.files[0].addFillers(seed, fillers(contacts)*3/4)
			p.files[1].addFillers(seed+1, fillers(contacts)/4)
			return p
		}
		seed++
	}
}

// generator generates the parts of a plan at random.
type generator struct {
	*rand.Rand
	tag    string
	days   int
	files  []*voterFile
	voters []*voterRow // of files, without those of voterOf
	people int         // mobilizers generated so far
	phones int
}

func pickFrom[T any](d *generator, all []T) T { return all[d.IntN(len(all))] }

func (d *generator) chance(percent int) bool { return d.IntN(100) < percent }

// phone returns a number from the ranges reserved for fiction.
func (d *generator) phone() string {
	areas := []string{"617", "508", "413", "781", "603"}
	d.phones++
	return fmt.Sprintf("+1%s55501%02d", areas[d.phones/100%len(areas)], d.phones%100)
}

// mobilizer generates a mobilizer without contacts.
func (d *generator) mobilizer() *mobilizerPlan {
	n := d.people
	d.people++
	m := &mobilizerPlan{joinDay: d.IntN(max(d.days/2, 1)), consent: d.chance(70)}
	if n < len(specialNames) {
		m.first, m.last = specialNames[n][0], specialNames[n][1]
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
		m.steps = []*step{{do: setStatus, text: pickFrom(d, unmatchedStatuses)}}
	default:
		m.steps = []*step{{do: match, voter: d.voterOf(m)}}
	}
	for _, s := range m.steps {
		s.day = m.joinDay
	}
	return m
}

// specialNames are the names of the first mobilizers. They contain apostrophes and accents, and two differ in an accent only.
var specialNames = [][2]string{
	{"Sam", "Rivera"}, {"José", "García"}, {"Jose", "Garcia"}, {"Siobhan", "O'Brien"}, {"Anh", "Nguyễn"}, {"Zoë", "Müller"},
}

// unmatchedStatuses are the match statuses without a voter, except PENDING.
var unmatchedStatuses = []string{"REG_ELIGIBLE", "REG_INELIGIBLE", "REG_UNCERTAIN", "NO_MATCHES"}

// asciiName returns the ASCII letters of a name, for an email address.
func asciiName(name string) string {
	var ascii strings.Builder
	for _, r := range norm.NFD.String(strings.ToLower(name)) {
		if r < unicode.MaxASCII && unicode.IsLetter(r) {
			ascii.WriteRune(r)
		}
	}
	return ascii.String()
}
