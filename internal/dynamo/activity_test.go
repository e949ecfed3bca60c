package dynamo_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// storm is a campaign in which people join, add, write, answer, remove and leave while a bundle is written. Its clock
// runs faster than ours, so that a bundle's cut, a minute before its start, lies within the storm.
type storm struct {
	t        *testing.T
	store    *dynamo.Store
	campaign *campaign.Campaign
	task     *action.Item
	began    time.Time
	removals sync.WaitGroup // of what hung on removed rows
	deeds    atomic.Int64
}

const faster = 20

// clock is the storm's time.
func (s *storm) clock() time.Time {
	return stormDay.Add(faster * time.Since(s.began)).UTC().Truncate(time.Millisecond)
}

// lasts waits for so much of the storm's time to pass.
func (s *storm) lasts(d time.Duration) {
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for end := s.clock().Add(d); s.clock().Before(end); {
		<-tick.C
	}
}

var stormDay = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func newStorm(t *testing.T) *storm {
	t.Helper()
	db, names := dynamotest.New(t)
	s := &storm{t: t, store: dynamo.New(db, dynamo.Tables(names)), began: time.Now()}
	early := stormDay.Add(-time.Hour)
	var err error
	s.campaign, err = campaign.New("o", campaign.Details{Name: "Storm", Slug: "storm"}, early)
	if err != nil {
		t.Fatal(err)
	}
	s.campaign.Status = campaign.Active
	s.task = &action.Item{ID: action.ID(id.At(early)), Campaign: s.campaign.ID, Code: "00", Type: action.Task, Title: "Call", Target: action.Target{Everyone: true}, CreatedAt: early}
	choice := &action.Item{
		ID: action.ID(id.At(early)), Campaign: s.campaign.ID, Code: "01", Type: action.MultipleChoice, Title: "How?", CreatedAt: early,
		Target: action.Target{Everyone: true}, Options: []action.Option{{ID: id.At(early), Code: "00", Text: "Early", Used: true}}, NextOption: 1,
	}
	s.commit(s.store.CreateOrganization(&organization.Organization{ID: "o", Name: "Weather"}))
	s.commit(s.store.CreateCampaign(s.campaign))
	s.commit(s.store.CreateActionItem(s.task))
	s.commit(s.store.CreateActionItem(choice))
	return s
}

// commit writes, and reports whether it took effect: somebody else may have been faster.
func (s *storm) commit(writes ...[]dynamo.Write) bool {
	err := s.store.Commit(s.t.Context(), slices.Concat(writes...)...)
	if err != nil && !dynamo.ConditionFailed(err, "") {
		s.t.Errorf("the storm: %v", err)
	}
	if err == nil {
		s.deeds.Add(1)
	}
	return err == nil
}

// later removes in the background what hung on a row, as the stream does: not at once. Nothing waits for the pause; it makes
// the gap in which a bundle finds what hangs on nothing.
func (s *storm) later(row any) {
	s.removals.Go(func() {
		time.Sleep(rand.N(400 * time.Millisecond))
		if err := s.store.DeleteDependents(s.t.Context(), row); err != nil {
			s.t.Errorf("removal: %v", err)
		}
	})
}

// part is a user with their part in the storm.
type part struct {
	*storm
	random   *rand.Rand
	user     *user.User
	me       *mobilizer.Mobilizer
	contacts []*contact.Contact
	entries  map[contact.ID]*contact.Entry
	invited  *invitation.Invitation
	notes    []*mobilizer.ManagementNote
}

var stormTokens = invitation.NewTokens([]byte("storm"))

func (s *storm) enter(n int) *part {
	p := &part{storm: s, random: rand.New(rand.NewPCG(uint64(n), 3)), user: &user.User{ID: user.ID(id.At(s.clock()))}}
	p.user.Email = fmt.Sprintf("%s@example.org", p.user.ID)
	p.invite()
	p.join()
	return p
}

func (p *part) invite() {
	at := p.clock()
	guest := invitation.Invitee{Email: p.user.Email, FirstName: "Ann", LastName: "Lee", Language: invitation.English}
	i := invitation.New(guest, p.campaign, invitation.Inviter{Name: "Olivia", Email: "o@example.org"}, stormTokens, invitation.Lifetime, at)
	if p.commit(p.store.CreateInvitation(i, i.Links(stormTokens)...)) {
		p.invited = i
		i.RecordSent(1, invitation.Lifetime, at)
		p.commit(p.store.UpdateInvitation(i))
		i.Version++
	}
}

// join joins and accepts, as the API does it: in one transaction.
func (p *part) join() {
	m := mobilizer.Join(p.campaign, p.user, "p", mobilizer.JoinInput{Profile: mobilizer.Profile{FirstName: "Ann", LastName: "Lee"}}, p.clock())
	m.ConfirmMatch(voter.Voter{CanonicalID: "MA1", State: "MA"}, voter.Evidence{}, p.clock())
	writes := p.store.CreateMembership(m)
	if p.invited != nil && p.invited.Membership == "" {
		p.invited.Accept(m, p.clock())
		writes = append(writes, p.store.UpdateInvitation(p.invited)...)
	}
	if p.commit(writes) {
		p.me, p.contacts, p.entries, p.notes = m, nil, map[contact.ID]*contact.Entry{}, nil
		if p.invited != nil {
			p.invited.Version++
		}
	}
}

// add adds a contact; late by a repetition of a request that was first tried long before.
func (p *part) add(late bool) {
	at := p.clock()
	first := at
	if late {
		first = at.Add(-30 * time.Minute)
	}
	ids := contact.NewIDs(first)
	entry := contact.NewEntry(p.me, contact.Details{FirstName: "Bob"}, contact.PrivateDetails{}, ids, first)
	c, err := entry.AddToCampaign(p.me, ids.Contact, p.campaign.Moment(first))
	if err != nil {
		p.t.Error(err)
		return
	}
	c.SetStoredAt(at)
	if p.random.IntN(2) == 0 {
		c.ConfirmMatch(voter.Voter{CanonicalID: "MA2", State: "MA"}, voter.Evidence{}, p.campaign.Moment(first))
	}
	if p.commit(p.store.CreateContact(c, entry)) {
		c.Version = 1
		p.contacts, p.entries[c.ID] = append(p.contacts, c), entry
		entry.Version = 1
	}
}

// did keeps the contact that was written.
func (p *part) did(n int, c *contact.Contact) {
	c.Version++
	p.contacts[n] = c
}

func (p *part) write(n int) {
	at := p.campaign.Moment(p.clock())
	c := copyOf(p.contacts[n])
	switch p.random.IntN(4) {
	case 0:
		note, err := c.CreateNote("Hello", at)
		if err == nil && p.commit(p.store.CreateNote(c, note)) {
			p.did(n, c)
		}
	case 1:
		of := p.campaign.Question.Responses
		answer, err := c.AnswerKeyQuestion(p.campaign, of[p.random.IntN(len(of))].ID, at)
		if err == nil && answer != nil && p.commit(p.store.CreateAnswer(c, answer)) {
			p.did(n, c)
		}
	case 2:
		p.respond(n, c, p.task, contact.ActionResponseInput{Completed: new(true)})
	default:
		content, err := p.store.Content(p.t.Context(), p.campaign.ID)
		if err != nil {
			p.t.Error(err)
			return
		}
		choice := content.Items[slices.IndexFunc(content.Items, func(i *action.Item) bool { return i.Type == action.MultipleChoice })]
		p.respond(n, c, choice, contact.ActionResponseInput{Option: &choice.Options[len(choice.Options)-1].ID})
	}
}

func (p *part) respond(n int, c *contact.Contact, item *action.Item, given contact.ActionResponseInput) {
	var before *contact.ActionResponse
	if held, there := c.ActionResponses[item.Code]; there {
		var err error
		if before, err = p.store.ActionResponse(p.t.Context(), c.Ref(), held.ID); err != nil {
			p.t.Error(err)
			return
		}
	}
	after, err := c.RespondToAction(item, before, given, p.campaign.Moment(p.clock()))
	if err == nil && after != nil && p.commit(p.store.PutActionResponse(c, after)) {
		p.did(n, c)
	}
}

func copyOf(c *contact.Contact) *contact.Contact {
	of := *c
	of.ActionResponses = map[action.Code]contact.ActionResponseSummary{}
	for code, held := range c.ActionResponses {
		of.ActionResponses[code] = held
	}
	return &of
}

func (p *part) remove(n int) {
	c := p.contacts[n]
	entry := p.entries[c.ID]
	if p.commit(p.store.DeleteContact(c, entry, entry.RemoveFromCampaign(p.campaign.ID))) {
		p.later(c)
	}
	p.contacts = slices.Delete(p.contacts, n, n+1)
}

func (p *part) leave() {
	if p.commit(p.store.DeleteMembership(p.me)) {
		p.later(p.me)
		p.me, p.contacts = nil, nil
	}
}

func (p *part) manage() {
	if len(p.notes) > 0 && p.random.IntN(2) == 0 {
		p.commit(p.store.DeleteManagementNote(p.notes[0]))
		p.notes = p.notes[1:]
		return
	}
	n := &mobilizer.ManagementNote{
		ID: mobilizer.NoteID(id.At(p.clock())), Campaign: p.campaign.ID, Mobilizer: p.me.ID, Content: "Called",
		AuthorEmail: "o@example.org", CreatedAt: p.clock(),
	}
	if p.commit(p.store.CreateManagementNote(n)) {
		p.notes = append(p.notes, n)
	}
}

// deed does something or other.
func (p *part) deed() {
	if p.me == nil {
		p.join()
		return
	}
	switch what := p.random.IntN(80); {
	case what == 0:
		p.leave()
	case what < 4:
		p.manage()
	case what < 8:
		p.add(true)
	case what < 36 || len(p.contacts) == 0:
		p.add(false)
	case what < 42:
		p.remove(p.random.IntN(len(p.contacts)))
	default:
		p.write(p.random.IntN(len(p.contacts)))
	}
}

// offer gives the question of multiple choice one more option, which is chosen from then on.
func (s *storm) offer() {
	content, err := s.store.Content(s.t.Context(), s.campaign.ID)
	if err != nil {
		s.t.Error(err)
		return
	}
	for _, item := range content.Items {
		if item.Type == action.MultipleChoice {
			n := len(item.Options)
			item.Options = append(item.Options, action.Option{
				ID: id.At(s.clock()), Code: action.Code(fmt.Sprintf("%02d", n)), Text: fmt.Sprint("Way ", n), Used: true,
			})
			s.commit(s.store.UpdateActionItem(item))
		}
	}
}

// rage lets so many people act until the context ends.
func (s *storm) rage(ctx context.Context, people int) *sync.WaitGroup {
	var all sync.WaitGroup
	for n := range people {
		all.Go(func() {
			breath := time.NewTicker(20 * time.Millisecond) // so that whoever reads has a share of the machine
			defer breath.Stop()
			for p := s.enter(n); ctx.Err() == nil; <-breath.C {
				p.deed()
			}
		})
	}
	all.Go(func() {
		offers := time.NewTicker(300 * time.Millisecond)
		defer offers.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-offers.C:
				s.offer()
			}
		}
	})
	return &all
}
