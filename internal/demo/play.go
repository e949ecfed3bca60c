package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// workers is the number of concurrent mobilizers.
const workers = 8

// play does the mobilizers' actions, day by day.
func (p *player) play(ctx context.Context) error {
	for day := range p.plan.days {
		err := p.clock.startDay(ctx, p.plan.days-1-day)
		if err != nil {
			return err
		}
		if day == 0 {
			err := p.invite(ctx, false)
			if err != nil {
				return err
			}
		}
		for _, c := range []*campaignPlan{p.plan.active, p.plan.closed} {
			err := p.day(ctx, c, day)
			if err != nil {
				return fmt.Errorf("%s, day %d: %w", c.name, day+1, err)
			}
		}
	}
	for _, c := range []*campaignPlan{p.plan.active, p.plan.closed} {
		err := concurrently(ctx, c.mobilizers, func(ctx context.Context, m *mobilizerPlan) error { return p.leave(ctx, c, m) })
		if err != nil {
			return fmt.Errorf("%s, last actions: %w", c.name, err)
		}
	}
	return nil
}

// concurrently calls do for each element, with several workers. It returns the first error and cancels the others.
func concurrently[T any](ctx context.Context, all []T, do func(context.Context, T) error) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	waiting := make(chan T, len(all))
	for _, one := range all {
		waiting <- one
	}
	close(waiting)
	failures := make(chan error, workers)
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for one := range waiting {
				err := do(ctx, one)
				if err != nil {
					failures <- err
					cancel()
					return
				}
			}
		})
	}
	group.Wait()
	close(failures)
	for err := range failures {
		if !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return ctx.Err()
}

// person returns the account of a mobilizer, and creates it on the first call.
func (p *player) person(m *mobilizerPlan) *apiclient.Person {
	if m.account == nil {
		m.account = p.client.Person(m.email, m.name)
	}
	return m.account
}

// day does a campaign's actions of one day: mobilizers join and add contacts, then act on them.
func (p *player) day(ctx context.Context, c *campaignPlan, day int) error {
	err := concurrently(ctx, c.mobilizers, func(ctx context.Context, m *mobilizerPlan) error {
		err := p.arrive(ctx, c, m, day)
		if err != nil {
			return fmt.Errorf("%s: %w", m.name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var today []scriptOf
	for _, m := range c.mobilizers {
		for _, k := range m.contacts {
			if slices.ContainsFunc(k.steps, func(s *step) bool { return s.day == day }) {
				today = append(today, scriptOf{m, k})
			}
		}
	}
	return concurrently(ctx, today, func(ctx context.Context, t scriptOf) error {
		for _, s := range t.contact.steps {
			if s.day != day {
				continue
			}
			err := p.step(ctx, p.person(t.mobilizer), c, t.contact, s)
			if err != nil {
				return fmt.Errorf("%s about %s %s: %s: %w", t.mobilizer.name, t.contact.first, t.contact.last, s.do, err)
			}
			p.progress.addAction()
		}
		return nil
	})
}

// scriptOf is a contact whose script is played, and its mobilizer.
type scriptOf struct {
	mobilizer *mobilizerPlan
	contact   *contactPlan
}

// arrive joins a mobilizer on their first day, and adds the day's contacts.
func (p *player) arrive(ctx context.Context, c *campaignPlan, m *mobilizerPlan, day int) error {
	who := p.person(m)
	if m.joinDay == day {
		err := p.join(ctx, who, c, m)
		if err != nil {
			return err
		}
	}
	return p.addContacts(ctx, who, c, m, day)
}

func (p *player) join(ctx context.Context, who *apiclient.Person, c *campaignPlan, m *mobilizerPlan) error {
	var made struct {
		ID       string
		JoinedAt string `json:"joined_at"`
	}
	wanted := body{
		"slug": c.slug, "first_name": m.first, "last_name": m.last, "preferred_name": m.preferred,
		"city": m.place.city, "state": m.place.state, "zip": m.place.zip, "phone": m.phone, "consent": m.consent,
	}
	path := "/v1/mobilizer/join"
	if g := p.invitationOf(m); g != nil {
		tokens, err := who.Tokens(ctx)
		if err != nil {
			return err
		}
		delete(wanted, "slug")
		path, wanted["token"], wanted["id_token"] = "/v1/mobilizer/invitations/accept", g.token, tokens.ID
	} else if c.passcode != "" {
		wanted["passcode"] = c.passcode
	}
	err := who.Post(ctx, path, wanted, &made)
	if err != nil {
		return err
	}
	m.id, m.joinedAt = made.ID, made.JoinedAt
	for _, s := range m.steps {
		err := p.updateMatch(ctx, who, c.mine(), c.mine()+"/match/candidates", s, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", s.do, err)
		}
	}
	return nil
}

// maxRows is the number of contacts in one bulk request.
const maxRows = 200

// addContacts adds the contacts of one day: the first by itself, the others in bulk.
func (p *player) addContacts(ctx context.Context, who *apiclient.Person, c *campaignPlan, m *mobilizerPlan, day int) error {
	var today []*contactPlan
	for _, k := range m.contacts {
		if k.addDay == day {
			today = append(today, k)
		}
	}
	if len(today) == 0 {
		return nil
	}
	var made addedContact
	err := who.Post(ctx, c.mine()+"/contacts", today[0].details(), &made)
	if err != nil {
		return err
	}
	today[0].id = made.ID
	p.progress.addContacts(1)
	for rest := today[1:]; len(rest) > 0; {
		some := rest[:min(maxRows, len(rest))]
		rest = rest[len(some):]
		var rows []body
		for _, k := range some {
			rows = append(rows, k.details())
		}
		var report struct {
			Rows []struct{ Result, ID, Detail string }
		}
		err := who.Post(ctx, c.mine()+"/contacts/bulk", body{"contacts": rows}, &report)
		if err != nil {
			return err
		}
		if len(report.Rows) != len(some) {
			return fmt.Errorf("bulk add: %d rows reported of %d", len(report.Rows), len(some))
		}
		for i, row := range report.Rows {
			if row.Result != "added" {
				return fmt.Errorf("row %d: %s: %s", i, row.Result, row.Detail)
			}
			some[i].id = row.ID
		}
		p.progress.addContacts(len(some))
	}
	return nil
}

type addedContact struct {
	ID      string
	EntryID string    `json:"address_book_entry_id"`
	AddedAt time.Time `json:"added_at"`
}

// readContacts lists a mobilizer's contacts, because the response to a bulk request lacks the ids of address-book entries.
func (p *player) readContacts(ctx context.Context, who *apiclient.Person, c *campaignPlan, m *mobilizerPlan) error {
	all, err := apiclient.All[addedContact](ctx, who, c.mine()+"/contacts?limit=100")
	if err != nil {
		return err
	}
	listed := map[string]addedContact{}
	for _, made := range all {
		listed[made.ID] = made
	}
	for _, k := range m.contacts {
		made, ok := listed[k.id]
		if removed := k.state(c.location).removed; ok == removed {
			return fmt.Errorf("%s %s: listed %v, removed %v", k.first, k.last, ok, removed)
		}
		k.entryID, k.addedAt = made.EntryID, made.AddedAt
		delete(listed, k.id)
	}
	if len(listed) > 0 {
		return fmt.Errorf("%d unexpected contacts are listed", len(listed))
	}
	return nil
}

func (k *contactPlan) details() body {
	return body{
		"first_name": k.first, "last_name": k.last, "preferred_name": k.preferred,
		"city": k.place.city, "state": k.place.state, "zip": k.place.zip, "phone": k.phone, "email": k.email,
	}
}

// step does one step and records its time.
func (p *player) step(ctx context.Context, who *apiclient.Person, c *campaignPlan, k *contactPlan, s *step) error {
	path := c.mine() + "/contacts/" + k.id
	var contact struct {
		ID             string
		CreatedAt      time.Time `json:"created_at"`
		UpdatedAt      time.Time `json:"updated_at"`
		LastActivityAt time.Time `json:"last_activity_at"`
	}
	var err error
	switch s.do {
	case answer:
		err = who.Put(ctx, path+"/answer", body{"response_id": c.responses[s.pick].id}, &contact)
	case clearing:
		err = who.Delete(ctx, path+"/answer")
	case respond:
		item := c.items[s.item]
		given := body{"completed": s.yes}
		switch item.kind {
		case choice:
			given = body{"option_id": item.options[s.pick].id}
		case free:
			given = body{"text": s.text}
		}
		err = who.Put(ctx, path+"/action-responses/"+item.id, given, &contact)
	case withdraw:
		err = who.Delete(ctx, path+"/action-responses/"+c.items[s.item].id)
	case note:
		err = who.Post(ctx, path+"/notes", body{"content": s.text}, &contact)
		s.noteID = contact.ID
	case editNote:
		err = who.Patch(ctx, path+"/notes/"+k.note(s.pick), body{"content": s.text}, nil)
	case deleteNote:
		err = who.Delete(ctx, path+"/notes/"+k.note(s.pick))
	case votePlan:
		err = who.Put(ctx, path+"/vote-plan", body{"text": s.text}, nil)
	case edit:
		err = who.Patch(ctx, path, body{"last_name": s.text}, nil)
	case remove:
		err = who.Delete(ctx, path)
	default:
		err = p.updateMatch(ctx, who, path, path+"/candidates", s, nil)
	}
	// The latest time in the response, or the demo's clock.
	for _, at := range []time.Time{p.clock.now(), contact.CreatedAt, contact.UpdatedAt, contact.LastActivityAt} {
		if !at.IsZero() {
			s.at = at
		}
	}
	return err
}

// note returns the id of the contact's nth note.
func (k *contactPlan) note(n int) string {
	for _, s := range k.steps {
		if s.do != note {
			continue
		}
		if n == 0 {
			return s.noteID
		}
		n--
	}
	return ""
}

// leave does a mobilizer's last actions: withdrawing consent or leaving.
func (p *player) leave(ctx context.Context, c *campaignPlan, m *mobilizerPlan) error {
	who := p.person(m)
	err := p.readContacts(ctx, who, c, m)
	if err != nil {
		return err
	}
	if m.withdraws {
		err := who.Put(ctx, c.mine()+"/consent", body{"consent": false}, nil)
		if err != nil {
			return err
		}
	}
	if m.leaves == "" {
		return nil
	}
	return who.Post(ctx, c.mine()+"/leave", body{"contacts": m.leaves}, nil)
}
