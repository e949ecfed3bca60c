package main

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
	"github.com/kithhq/kith/internal/demo/plan"
)

// workers is the number of concurrent mobilizers.
const workers = 8

// play does the mobilizers' actions, day by day.
func (p *player) play(ctx context.Context) error {
	for day := range p.plan.Days {
		err := p.clock.startDay(ctx, p.plan.Days-1-day)
		if err != nil {
			return err
		}
		if day == 0 {
			err := p.invite(ctx, false)
			if err != nil {
				return err
			}
		}
		for _, c := range []*plan.Campaign{p.plan.Active, p.plan.Closed} {
			err := p.day(ctx, c, day)
			if err != nil {
				return fmt.Errorf("%s, day %d: %w", c.Name, day+1, err)
			}
		}
	}
	for _, c := range []*plan.Campaign{p.plan.Active, p.plan.Closed} {
		err := concurrently(ctx, c.Mobilizers, func(ctx context.Context, m *plan.Mobilizer) error { return p.leave(ctx, c, m) })
		if err != nil {
			return fmt.Errorf("%s, last actions: %w", c.Name, err)
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
func (p *player) person(m *plan.Mobilizer) *apiclient.Person {
	if m.Account == nil {
		m.Account = p.client.Person(m.Email, m.Name)
	}
	return m.Account
}

// day does a campaign's actions of one day: mobilizers join and add contacts, then act on them.
func (p *player) day(ctx context.Context, c *plan.Campaign, day int) error {
	err := concurrently(ctx, c.Mobilizers, func(ctx context.Context, m *plan.Mobilizer) error {
		err := p.arrive(ctx, c, m, day)
		if err != nil {
			return fmt.Errorf("%s: %w", m.Name, err)
		}
		return nil
	})
	if err != nil {
		return err
	}
	var today []scriptOf
	for _, m := range c.Mobilizers {
		for _, k := range m.Contacts {
			if slices.ContainsFunc(k.Steps, func(s *plan.Step) bool { return s.Day == day }) {
				today = append(today, scriptOf{m, k})
			}
		}
	}
	return concurrently(ctx, today, func(ctx context.Context, t scriptOf) error {
		for _, s := range t.contact.Steps {
			if s.Day != day {
				continue
			}
			err := p.step(ctx, p.person(t.mobilizer), c, t.contact, s)
			if err != nil {
				return fmt.Errorf("%s about %s %s: %s: %w", t.mobilizer.Name, t.contact.First, t.contact.Last, s.Do, err)
			}
			p.progress.addAction()
		}
		return nil
	})
}

// scriptOf is a contact whose script is played, and its mobilizer.
type scriptOf struct {
	mobilizer *plan.Mobilizer
	contact   *plan.Contact
}

// arrive joins a mobilizer on their first day, and adds the day's contacts.
func (p *player) arrive(ctx context.Context, c *plan.Campaign, m *plan.Mobilizer, day int) error {
	who := p.person(m)
	if m.JoinDay == day {
		err := p.join(ctx, who, c, m)
		if err != nil {
			return err
		}
	}
	return p.addContacts(ctx, who, c, m, day)
}

func (p *player) join(ctx context.Context, who *apiclient.Person, c *plan.Campaign, m *plan.Mobilizer) error {
	var made struct {
		ID       string
		JoinedAt string `json:"joined_at"`
	}
	wanted := body{
		"slug": c.Slug, "first_name": m.First, "last_name": m.Last, "preferred_name": m.Preferred,
		"city": m.Place.City, "state": m.Place.State, "zip": m.Place.Zip, "phone": m.Phone, "consent": m.Consent,
	}
	path := "/v1/mobilizer/join"
	if g := p.invitationOf(m); g != nil {
		tokens, err := who.Tokens(ctx)
		if err != nil {
			return err
		}
		delete(wanted, "slug")
		path, wanted["token"], wanted["id_token"] = "/v1/mobilizer/invitations/accept", g.Token, tokens.ID
	} else if c.Passcode != "" {
		wanted["passcode"] = c.Passcode
	}
	err := who.Post(ctx, path, wanted, &made)
	if err != nil {
		return err
	}
	m.ID, m.JoinedAt = made.ID, made.JoinedAt
	for _, s := range m.Steps {
		err := p.updateMatch(ctx, who, c.MobilizerPath(), c.MobilizerPath()+"/match/candidates", s, nil)
		if err != nil {
			return fmt.Errorf("%s: %w", s.Do, err)
		}
	}
	return nil
}

// maxRows is the number of contacts in one bulk request.
const maxRows = 200

// addContacts adds the contacts of one day: the first by itself, the others in bulk.
func (p *player) addContacts(ctx context.Context, who *apiclient.Person, c *plan.Campaign, m *plan.Mobilizer, day int) error {
	var today []*plan.Contact
	for _, k := range m.Contacts {
		if k.AddDay == day {
			today = append(today, k)
		}
	}
	if len(today) == 0 {
		return nil
	}
	var made addedContact
	err := who.Post(ctx, c.MobilizerPath()+"/contacts", contactBody(today[0]), &made)
	if err != nil {
		return err
	}
	today[0].ID = made.ID
	p.progress.addContacts(1)
	for rest := today[1:]; len(rest) > 0; {
		some := rest[:min(maxRows, len(rest))]
		rest = rest[len(some):]
		var rows []body
		for _, k := range some {
			rows = append(rows, contactBody(k))
		}
		var report struct {
			Rows []struct{ Result, ID, Detail string }
		}
		err := who.Post(ctx, c.MobilizerPath()+"/contacts/bulk", body{"contacts": rows}, &report)
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
			some[i].ID = row.ID
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
func (p *player) readContacts(ctx context.Context, who *apiclient.Person, c *plan.Campaign, m *plan.Mobilizer) error {
	all, err := apiclient.All[addedContact](ctx, who, c.MobilizerPath()+"/contacts?limit=100")
	if err != nil {
		return err
	}
	listed := map[string]addedContact{}
	for _, made := range all {
		listed[made.ID] = made
	}
	for _, k := range m.Contacts {
		made, ok := listed[k.ID]
		if removed := k.State(c.Location).Removed; ok == removed {
			return fmt.Errorf("%s %s: listed %v, removed %v", k.First, k.Last, ok, removed)
		}
		k.EntryID, k.AddedAt = made.EntryID, made.AddedAt
		delete(listed, k.ID)
	}
	if len(listed) > 0 {
		return fmt.Errorf("%d unexpected contacts are listed", len(listed))
	}
	return nil
}

func contactBody(k *plan.Contact) body {
	return body{
		"first_name": k.First, "last_name": k.Last, "preferred_name": k.Preferred,
		"city": k.Place.City, "state": k.Place.State, "zip": k.Place.Zip, "phone": k.Phone, "email": k.Email,
	}
}

// step does one step and records its time.
func (p *player) step(ctx context.Context, who *apiclient.Person, c *plan.Campaign, k *plan.Contact, s *plan.Step) error {
	path := c.MobilizerPath() + "/contacts/" + k.ID
	var contact struct {
		ID             string
		CreatedAt      time.Time `json:"created_at"`
		UpdatedAt      time.Time `json:"updated_at"`
		LastActivityAt time.Time `json:"last_activity_at"`
	}
	var err error
	switch s.Do {
	case plan.Answer:
		err = who.Put(ctx, path+"/answer", body{"response_id": c.Responses[s.Pick].ID}, &contact)
	case plan.Clearing:
		err = who.Delete(ctx, path+"/answer")
	case plan.Respond:
		item := c.Items[s.Item]
		given := body{"completed": s.Yes}
		switch item.Kind {
		case plan.Choice:
			given = body{"option_id": item.Options[s.Pick].ID}
		case plan.FreeResponse:
			given = body{"text": s.Text}
		}
		err = who.Put(ctx, path+"/action-responses/"+item.ID, given, &contact)
	case plan.Withdraw:
		err = who.Delete(ctx, path+"/action-responses/"+c.Items[s.Item].ID)
	case plan.Note:
		err = who.Post(ctx, path+"/notes", body{"content": s.Text}, &contact)
		s.NoteID = contact.ID
	case plan.EditNote:
		err = who.Patch(ctx, path+"/notes/"+k.Note(s.Pick), body{"content": s.Text}, nil)
	case plan.DeleteNote:
		err = who.Delete(ctx, path+"/notes/"+k.Note(s.Pick))
	case plan.VotePlan:
		err = who.Put(ctx, path+"/vote-plan", body{"text": s.Text}, nil)
	case plan.Edit:
		err = who.Patch(ctx, path, body{"last_name": s.Text}, nil)
	case plan.Remove:
		err = who.Delete(ctx, path)
	default:
		err = p.updateMatch(ctx, who, path, path+"/candidates", s, nil)
	}
	// The latest time in the response, or the demo's clock.
	for _, at := range []time.Time{p.clock.now(), contact.CreatedAt, contact.UpdatedAt, contact.LastActivityAt} {
		if !at.IsZero() {
			s.At = at
		}
	}
	return err
}

// leave does a mobilizer's last actions: withdrawing consent or leaving.
func (p *player) leave(ctx context.Context, c *plan.Campaign, m *plan.Mobilizer) error {
	who := p.person(m)
	err := p.readContacts(ctx, who, c, m)
	if err != nil {
		return err
	}
	if m.Withdraws {
		err := who.Put(ctx, c.MobilizerPath()+"/consent", body{"consent": false}, nil)
		if err != nil {
			return err
		}
	}
	if m.Leaves == "" {
		return nil
	}
	return who.Post(ctx, c.MobilizerPath()+"/leave", body{"contacts": m.Leaves}, nil)
}
