// Package plan makes up the people, campaigns and activity of a demo, and counts the numbers that Kith must show about them. It
// makes no requests: the program in package demo plays a plan.
package plan

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

// Plan holds all actions of the demo, generated from a seed before the first request. Ids and times are added while it is
// played.
type Plan struct {
	Seed   uint64
	tag    string // makes names unique if a Kith gets several demos; empty for the first
	Days   int    // number of days with activity
	Files  []*VoterFile
	Active *Campaign
	Closed *Campaign
	Draft  *Campaign
}

// Campaign is a campaign with its initial and its final content.
type Campaign struct {
	Organization string // name
	Name         string
	Slug         string
	Description  string
	Zone         string
	Location     *time.Location // of zone
	Question     string
	Spanish      string // of the question
	Responses    []*Response
	Items        []*Item
	Mobilizers   []*Mobilizer
	WithPasscode bool

	ID, OrganizationID, Passcode string
}

// Response is a response of the Key Question, as it is at first and finally.
type Response struct {
	Text     string
	Spanish  string
	Value    int
	reworded string // final text; empty if unchanged
	Retired  bool   // finally

	ID string
}

// FinalText returns the text after the administrators' last changes.
func (r *Response) FinalText() string {
	if r.reworded != "" {
		return r.reworded
	}
	return r.Text
}

// Item is an action item, as it is at first and finally.
type Item struct {
	Kind        string
	Title       string
	Spanish     string // of the title
	Nickname    string
	Description string
	Link        string
	Everyone    bool
	Targets     []int // indexes of responses; none for no response yet
	Narrowed    []int // final targets; nil if unchanged
	Options     []*Option
	Archived    bool // finally

	Message, MessageSpanish string // suggested to mobilizers

	ID string
}

// Option is an option of a multiple choice question.
type Option struct {
	Text, Value string
	Spanish     string
	Retired     bool // finally

	ID string
}

// The kinds of action items.
const (
	Task         = "TASK"
	Choice       = "QUESTION_MULTIPLE_CHOICE"
	FreeResponse = "QUESTION_FREE_RESPONSE"
)

// None is no response, of a contact or in a target.
const None = -1

func (i *Item) includes(targets []int, response int) bool {
	if i.Everyone {
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
func (i *Item) finalTargets() []int {
	if i.Narrowed != nil {
		return i.Narrowed
	}
	return i.Targets
}

// How a mobilizer leaves.
const (
	leavesKeeping  = "keep"
	leavesRemoving = "remove"
)

// Mobilizer is a mobilizer with contacts. The steps are their actions.
type Mobilizer struct {
	Email, Name string
	First, Last string
	Preferred   string
	Place       place // zero when not given
	Phone       string
	Consent     bool
	Withdraws   bool // consent, finally
	JoinDay     int
	Steps       []*Step // of their own match
	Contacts    []*Contact
	Leaves      string

	Account    *apiclient.Person // nil before the first sign-in
	ID         string
	JoinedAt   string
	Management []string // notes about them, by an admin
}

// Contact is a contact with the steps of its mobilizer.
type Contact struct {
	First, Last, Preferred string
	Place                  place
	Phone, Email           string
	AddDay                 int
	Steps                  []*Step

	ID, EntryID string
	AddedAt     time.Time
}

// The actions of a mobilizer about a contact. The first three also apply to the mobilizer.
const (
	Match      = "match"
	SetStatus  = "set the match status"
	reset      = "reset the match"
	Answer     = "answer"
	Clearing   = "clear the answer"
	Respond    = "respond"
	Withdraw   = "withdraw"
	Note       = "note"
	EditNote   = "edit the note"
	DeleteNote = "delete the note"
	VotePlan   = "vote plan"
	Edit       = "edit"
	Remove     = "remove"
)

// Step is one action. The fields in use depend on do.
type Step struct {
	Day    int
	Do     string
	kind   string // of the action item
	Pick   int    // index of a response, of an option or of one of the contact's notes
	Item   int    // action item
	Yes    bool   // task completed
	Text   string // note, free response, vote plan, match status, new last name
	Voter  *Voter
	At     time.Time // when it was done
	NoteID string
}

// Path is the campaign's path for administrators.
func (c *Campaign) Path() string { return "/v1/admin/campaigns/" + c.ID }

// MobilizerPath is the campaign's path for mobilizers.
func (c *Campaign) MobilizerPath() string { return "/v1/mobilizer/campaigns/" + c.ID }

// Note returns the id of the contact's nth note.
func (k *Contact) Note(n int) string {
	for _, s := range k.Steps {
		if s.Do != Note {
			continue
		}
		if n == 0 {
			return s.NoteID
		}
		n--
	}
	return ""
}

// generate returns the plan of a demo. The same arguments give the same plan.
func generate(seed uint64, tag string, mobilizers, contacts, days int) *Plan {
	d := &generator{Rand: rand.New(rand.NewPCG(seed, 2139)), tag: tag, days: days}
	p := &Plan{Seed: seed, tag: tag, Days: days}
	p.Files = d.voterFiles(contacts)
	d.files = p.Files
	d.voters = append(append(d.voters, p.Files[0].Rows...), p.Files[1].Rows...)
	p.Active, p.Closed, p.Draft = activeCampaign(), closedCampaign(), draftCampaign()
	for _, c := range []*Campaign{p.Active, p.Closed, p.Draft} {
		c.Location = mustLoadLocation(c.Zone)
		if tag != "" {
			c.Slug += "-" + tag
			c.Organization += " " + tag
		}
	}
	d.fill(p.Active, mobilizers, contacts)
	d.addSpecialCases(p.Active, contacts)
	d.days = min(days, 3)
	d.fillClosed(p.Closed, p.Active)
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

// New returns the plan of the first seed, from the given one on, in which no two headline numbers are equal.
func New(seed uint64, tag string, mobilizers, contacts, days int) *Plan {
	for {
		p := generate(seed, tag, mobilizers, contacts, days)
		if p.Active.Count().distinct() {
			p.Files[0].addFillers(seed, fillers(contacts)*3/4)
			p.Files[1].addFillers(seed+1, fillers(contacts)/4)
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
	files  []*VoterFile
	voters []*Voter // of files, without those of voterOf
	people int      // mobilizers generated so far
	phones int
}

func pickFrom[T any](d *generator, all []T) T { return all[d.IntN(len(all))] }

func (d *generator) chance(percent int) bool { return d.IntN(100) < percent }

// Phone returns a number from the ranges reserved for fiction.
func (d *generator) phone() string {
	areas := []string{"617", "508", "413", "781", "603"}
	d.phones++
	return fmt.Sprintf("+1%s55501%02d", areas[d.phones/100%len(areas)], d.phones%100)
}

// mobilizer generates a mobilizer without contacts.
func (d *generator) mobilizer() *Mobilizer {
	n := d.people
	d.people++
	m := &Mobilizer{JoinDay: d.IntN(max(d.days/2, 1)), Consent: d.chance(70)}
	if n < len(specialNames) {
		m.First, m.Last = specialNames[n][0], specialNames[n][1]
	} else {
		m.First, m.Last = pickFrom(d, firstNames), pickFrom(d, lastNames)
	}
	m.Name = m.First + " " + m.Last
	m.Preferred = nicknames[m.First]
	if d.chance(85) {
		m.Place = pickFrom(d, places)
	}
	if d.chance(75) {
		m.Phone = d.phone()
	}
	m.Email = fmt.Sprintf("%s.%s.%d%s@example.org", asciiName(m.First), asciiName(m.Last), n+1, d.tag)
	switch d.IntN(6) {
	case 0:
	case 1:
		m.Steps = []*Step{{Do: SetStatus, Text: pickFrom(d, unmatchedStatuses)}}
	default:
		m.Steps = []*Step{{Do: Match, Voter: d.voterOf(m)}}
	}
	for _, s := range m.Steps {
		s.Day = m.JoinDay
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
