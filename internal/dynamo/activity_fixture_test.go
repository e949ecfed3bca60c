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
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// activityFixture is a campaign in which people join, create, change and delete contacts, and leave, while a bundle is
// written.
type activityFixture struct {
	t         *testing.T
	store     *dynamo.Store
	campaign  *campaign.Campaign
	task      *action.Item
	ticks     atomic.Int64 // of the simulated clock
	writes    atomic.Int64 // commits that took effect
	deletions chan deletion
}

// deletion is a deleted row whose dependents are deleted at a time of the simulated clock.
type deletion struct {
	row any
	at  time.Time
}

// now returns the time of the simulated clock, which advances with each call: so it advances with the activity, and not
// while all writers wait.
func (a *activityFixture) now() time.Time {
	return noon.Add(time.Duration(a.ticks.Add(1)) * 50 * time.Millisecond)
}

// await returns when a condition holds, or the test ends.
func (a *activityFixture) await(condition func() bool) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !condition() {
		select {
		case <-tick.C:
		case <-a.t.Context().Done():
			return
		}
	}
}

// awaitTime waits until the simulated clock has advanced by d.
func (a *activityFixture) awaitTime(d time.Duration) {
	end := a.ticks.Load() + int64(d/(50*time.Millisecond))
	a.await(func() bool { return a.ticks.Load() >= end })
}

// awaitWrites waits for n further writes.
func (a *activityFixture) awaitWrites(n int64) {
	end := a.writes.Load() + n
	a.await(func() bool { return a.writes.Load() >= end })
}

func newActivityFixture(t *testing.T) *activityFixture {
	t.Helper()
	db, names := dynamotest.New(t)
	a := &activityFixture{t: t, store: dynamo.New(db, dynamo.Tables(names)), deletions: make(chan deletion, 10_000)}
	early := noon.Add(-time.Hour)
	var err error
	a.campaign, err = campaign.New("o", campaign.Details{Name: "Activity", Slug: "activity"}, early)
	if err != nil {
		t.Fatal(err)
	}
	a.campaign.Status = campaign.Active
	a.task = &action.Item{ID: action.ID(id.At(early)), Campaign: a.campaign.ID, Code: "00", Type: action.Task, Title: "Call", Target: action.Target{Everyone: true}, CreatedAt: early}
	choice := &action.Item{
		ID: action.ID(id.At(early)), Campaign: a.campaign.ID, Code: "01", Type: action.MultipleChoice, Title: "How?", CreatedAt: early,
		Target: action.Target{Everyone: true}, Options: []action.Option{{ID: id.At(early), Code: "00", Text: "Early", Used: true}}, NextOption: 1,
	}
	a.commit(a.store.CreateOrganization(&organization.Organization{ID: "o", Name: "Neighbors"}))
	a.commit(a.store.CreateCampaign(a.campaign))
	a.commit(a.store.CreateActionItem(a.task))
	a.commit(a.store.CreateActionItem(choice))
	return a
}

// commit commits writes, and reports whether they took effect: another writer may have changed a row.
func (a *activityFixture) commit(writes ...[]dynamo.Write) bool {
	err := a.store.Commit(a.t.Context(), slices.Concat(writes...)...)
	if err != nil && !dynamo.ConditionFailed(err, "") {
		a.t.Errorf("commit: %v", err)
	}
	if err == nil {
		a.writes.Add(1)
	}
	return err == nil
}

// deleteDependents deletes the dependents of a deleted row later, as the stream does, so that a bundle finds dependents
// without their parent.
func (a *activityFixture) deleteDependents(row any) {
	a.deletions <- deletion{row, a.now().Add(5 * time.Second)}
}

// processDeletions deletes dependents until the context ends, and then those that are left.
func (a *activityFixture) processDeletions(ctx context.Context) {
	for d := range a.deletions {
		a.await(func() bool {
			return ctx.Err() != nil || noon.Add(time.Duration(a.ticks.Load())*50*time.Millisecond).After(d.at)
		})
		if err := a.store.DeleteDependents(a.t.Context(), d.row); err != nil {
			a.t.Errorf("delete dependents: %v", err)
		}
	}
}

// participant is a user who takes part in the activity.
type participant struct {
	*activityFixture
	random   *rand.Rand
	user     *user.User
	member   *mobilizer.Mobilizer // nil after they left
	contacts []*contact.Contact
	entries  map[contact.ID]*contact.Entry
	invited  *invitation.Invitation
	notes    []*mobilizer.ManagementNote
}

var activityTokens = invitation.NewTokens(secret.Version{Number: 1, Text: "activity"})

// newParticipant creates a user, invites them, and joins.
func (a *activityFixture) newParticipant(n int) *participant {
	p := &participant{activityFixture: a, random: rand.New(rand.NewPCG(uint64(n), 3)), user: &user.User{ID: user.ID(id.At(a.now()))}}
	p.user.Email = fmt.Sprintf("%s@example.org", p.user.ID)
	p.invite()
	p.join()
	return p
}

func (p *participant) invite() {
	at := p.now()
	invitee := invitation.Invitee{Email: p.user.Email, FirstName: "Ann", LastName: "Lee", Language: invitation.English}
	i := invitation.New(invitee, p.campaign, invitation.Inviter{Name: "Olivia", Email: "o@example.org"}, activityTokens, invitation.Lifetime, at)
	if p.commit(p.store.CreateInvitation(i, i.Links(activityTokens)...)) {
		p.invited = i
		i.RecordSent(1, invitation.Lifetime, at)
		p.commit(p.store.UpdateInvitation(i))
		i.Version++
	}
}

// join joins and accepts the invitation in one transaction, as the API does.
func (p *participant) join() {
	m := mobilizer.Join(p.campaign, p.user, "p", mobilizer.JoinInput{Profile: mobilizer.Profile{FirstName: "Ann", LastName: "Lee"}}, p.now())
	m.ConfirmMatch(voter.Voter{CanonicalID: "MA1", State: "MA"}, voter.Evidence{}, p.now())
	writes := p.store.CreateMembership(m)
	if p.invited != nil && p.invited.Membership == "" {
		p.invited.Accept(m, p.now())
		writes = append(writes, p.store.UpdateInvitation(p.invited)...)
	}
	if p.commit(writes) {
		p.member, p.contacts, p.entries, p.notes = m, nil, map[contact.ID]*contact.Entry{}, nil
		if p.invited != nil {
			p.invited.Version++
		}
	}
}

// createContact creates a contact; a late one by the repetition of a request that was first tried 30 minutes before.
func (p *participant) createContact(late bool) {
	at := p.now()
	first := at
	if late {
		first = at.Add(-30 * time.Minute)
	}
	ids := contact.NewIDs(first)
	entry := contact.NewEntry(p.member, contact.Details{FirstName: "Bob"}, contact.PrivateDetails{}, ids, first)
	c, err := entry.AddToCampaign(p.member, ids.Contact, p.campaign.Moment(first))
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

// setContact keeps the contact that was written.
func (p *participant) setContact(n int, c *contact.Contact) {
	c.Version++
	p.contacts[n] = c
}

// changeContact creates a note, an answer or an action response of a contact.
func (p *participant) changeContact(n int) {
	at := p.campaign.Moment(p.now())
	c := cloneContact(p.contacts[n])
	switch p.random.IntN(4) {
	case 0:
		note, err := c.CreateNote("Hello", at)
		if err == nil && p.commit(p.store.CreateNote(c, note)) {
			p.setContact(n, c)
		}
	case 1:
		of := p.campaign.Question.Responses
		answer, err := c.AnswerKeyQuestion(p.campaign, of[p.random.IntN(len(of))].ID, at)
		if err == nil && answer != nil && p.commit(p.store.CreateAnswer(c, answer)) {
			p.setContact(n, c)
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

func (p *participant) respond(n int, c *contact.Contact, item *action.Item, given contact.ActionResponseInput) {
	var before *contact.ActionResponse
	if current, ok := c.ActionResponses[item.Code]; ok {
		var err error
		if before, err = p.store.ActionResponse(p.t.Context(), c.Ref(), current.ID); err != nil {
			p.t.Error(err)
			return
		}
	}
	after, err := c.RespondToAction(item, before, given, p.campaign.Moment(p.now()))
	if err == nil && after != nil && p.commit(p.store.PutActionResponse(c, after)) {
		p.setContact(n, c)
	}
}

func cloneContact(c *contact.Contact) *contact.Contact {
	clone := *c
	clone.ActionResponses = map[action.Code]contact.ActionResponseSummary{}
	for code, response := range c.ActionResponses {
		clone.ActionResponses[code] = response
	}
	return &clone
}

func (p *participant) deleteContact(n int) {
	c := p.contacts[n]
	entry := p.entries[c.ID]
	if p.commit(p.store.DeleteContact(c, entry, entry.RemoveFromCampaign(p.campaign.ID))) {
		p.deleteDependents(c)
	}
	p.contacts = slices.Delete(p.contacts, n, n+1)
}

func (p *participant) leave() {
	if p.commit(p.store.DeleteMembership(p.member)) {
		p.deleteDependents(p.member)
		p.member, p.contacts = nil, nil
	}
}

// changeManagementNotes creates or deletes a management note about the participant.
func (p *participant) changeManagementNotes() {
	if len(p.notes) > 0 && p.random.IntN(2) == 0 {
		p.commit(p.store.DeleteManagementNote(p.notes[0]))
		p.notes = p.notes[1:]
		return
	}
	n := &mobilizer.ManagementNote{
		ID: mobilizer.NoteID(id.At(p.now())), Campaign: p.campaign.ID, Mobilizer: p.member.ID, Content: "Called",
		AuthorEmail: "o@example.org", CreatedAt: p.now(),
	}
	if p.commit(p.store.CreateManagementNote(n)) {
		p.notes = append(p.notes, n)
	}
}

// act makes a random change.
func (p *participant) act() {
	if p.member == nil {
		p.join()
		return
	}
	switch n := p.random.IntN(80); {
	case n == 0:
		p.leave()
	case n < 4:
		p.changeManagementNotes()
	case n < 8:
		p.createContact(true)
	case n < 36 || len(p.contacts) == 0:
		p.createContact(false)
	case n < 42:
		p.deleteContact(p.random.IntN(len(p.contacts)))
	default:
		p.changeContact(p.random.IntN(len(p.contacts)))
	}
}

// addOption adds an option to the multiple-choice item, which participants choose from then on.
func (a *activityFixture) addOption() {
	content, err := a.store.Content(a.t.Context(), a.campaign.ID)
	if err != nil {
		a.t.Error(err)
		return
	}
	for _, item := range content.Items {
		if item.Type == action.MultipleChoice {
			n := len(item.Options)
			item.Options = append(item.Options, action.Option{
				ID: id.At(a.now()), Code: action.Code(fmt.Sprintf("%02d", n)), Text: fmt.Sprint("Way ", n), Used: true,
			})
			a.commit(a.store.UpdateActionItem(item))
		}
	}
}

// start lets people act until the context ends, and returns a function that waits for all of them.
func (a *activityFixture) start(ctx context.Context, people int) (wait func()) {
	var acting, deleting sync.WaitGroup
	for n := range people {
		acting.Go(func() {
			interval := time.NewTicker(20 * time.Millisecond) // leaves the bundle a share of the processor
			defer interval.Stop()
			for p := a.newParticipant(n); ctx.Err() == nil; <-interval.C {
				p.act()
			}
		})
	}
	acting.Go(func() {
		for ctx.Err() == nil {
			end := a.writes.Load() + 100
			a.await(func() bool { return ctx.Err() != nil || a.writes.Load() >= end })
			a.addOption()
		}
	})
	deleting.Go(func() { a.processDeletions(ctx) })
	return func() {
		acting.Wait()
		close(a.deletions)
		deleting.Wait()
	}
}
