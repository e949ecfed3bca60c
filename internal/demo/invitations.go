package main

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// guestPlan is somebody who is invited to the active campaign, and what becomes of it. The part of an address before the @
// tells the mail recorder what to let become of the mail, as SES's mailbox simulator does.
type guestPlan struct {
	first, last string
	email       string
	language    string
	early       bool           // so long ago that the invitation has ended
	joins       *mobilizerPlan // who accepts; nil for nobody
	byLink      bool           // whoever joins does it by the link in the mail, not from the landing page
	then        guestStep      // what is done about it after the mail has gone out

	state    string // in the end
	delivery string // in the end

	id    string
	token string // of the link in the mail
}

// guestStep is something that is done about an invitation.
type guestStep int

const (
	nothing guestStep = iota
	revoke
	unsubscribe // whoever has the address, by one click in the mail program
	inviteAnew  // once it is revoked; the address had bounced
)

// simulated is the domain of addresses to which SES's mailbox simulator, and the local recorder, do something.
const simulated = "@simulator.amazonses.com"

// guests are who is invited: every state of an invitation, and every end of a mail.
func (p *plan) guests() []*guestPlan {
	at := func(name string) string { return name + p.tag + "@example.org" }
	fate := func(fate, name string) string { return fate + "+" + name + p.tag + simulated }
	byLink, fromPage := p.active.mobilizers[4], p.active.mobilizers[5]
	return []*guestPlan{
		{first: "Noor", last: "Haddad", email: at("noor.haddad"), early: true, state: "expired", delivery: "delivered"},
		{first: byLink.first, last: byLink.last, email: byLink.email, joins: byLink, byLink: true, state: "accepted", delivery: "delivered"},
		{first: fromPage.first, last: fromPage.last, email: fromPage.email, joins: fromPage, state: "accepted", delivery: "delivered"},
		{first: "Íñigo", last: "Peña", email: at("inigo.pena"), language: "es", state: "open", delivery: "delivered"},
		{first: "=HYPERLINK(\"x\")", last: "O'Hara", email: at("ohara"), state: "open", delivery: "delivered"},
		{first: "Tam", last: "Nguyen", email: at("tam.nguyen"), then: revoke, state: "revoked", delivery: "delivered"},
		{first: "Lou", last: "Typo", email: fate("bounce", "lou.typo"), state: "open", delivery: "bounced"},
		{first: "Bo", last: "Gone", email: fate("bounce", "bo.gone"), then: inviteAnew, state: "open", delivery: "suppressed"},
		{first: "Cass", last: "Cross", email: fate("complaint", "cass.cross"), state: "open", delivery: "complained"},
		{first: "Vi", last: "Rus", email: fate("reject", "vi.rus"), state: "open", delivery: "rejected"},
		{first: "Quin", last: "Quiet", email: at("quin.quiet"), then: unsubscribe, state: "open", delivery: "unsubscribed"},
	}
}

// shown is an invitation as the list has it.
type shown struct {
	ID             string
	Email          string
	Status         string
	DeliveryStatus string `json:"delivery_status"`
}

// invite invites those who are invited early, or all others, waits for their mails, and does what is done about them.
func (p *player) invite(ctx context.Context, early bool) error {
	var now []*guestPlan
	for _, g := range p.guests {
		if g.early == early {
			now = append(now, g)
		}
	}
	for _, g := range now {
		if err := p.inviteGuest(ctx, g); err != nil {
			return err
		}
	}
	settled := func(*guestPlan, shown) bool { return true }
	if err := p.mailed(ctx, now, settled); err != nil {
		return err
	}
	for _, g := range now {
		if err := p.follow(ctx, g); err != nil {
			return fmt.Errorf("the invitation of %s: %w", g.email, err)
		}
	}
	return nil
}

func (p *player) inviteGuest(ctx context.Context, g *guestPlan) error {
	var made shown
	wanted := body{"email": g.email, "first_name": g.first, "last_name": g.last}
	if g.language != "" {
		wanted["language"] = g.language
	}
	if err := p.owner.Post(ctx, p.plan.active.path()+"/invitations", wanted, &made); err != nil {
		return fmt.Errorf("invite %s: %w", g.email, err)
	}
	g.id = made.ID
	return nil
}

// follow does what is done about an invitation whose mail has gone out.
func (p *player) follow(ctx context.Context, g *guestPlan) error {
	path := p.plan.active.path() + "/invitations/" + g.id
	switch {
	case g.byLink:
		plain, _, err := p.letter(ctx, g)
		if found := acceptLink.FindStringSubmatch(plain); err == nil && found != nil {
			g.token = found[1]
			return nil
		}
		return fmt.Errorf("no link in the mail: %w", err)
	case g.then == revoke:
		return p.owner.Post(ctx, path+"/revoke", nil, nil)
	case g.then == inviteAnew:
		if err := p.owner.Post(ctx, path+"/revoke", nil, nil); err != nil {
			return err
		}
		return p.inviteGuest(ctx, g)
	case g.then == unsubscribe:
		_, address, err := p.letter(ctx, g)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("List-Unsubscribe=One-Click"))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return done(req)
	}
	return nil
}

// mailed waits until the mails of guests have come to where they go by themselves.
func (p *player) mailed(ctx context.Context, guests []*guestPlan, also func(*guestPlan, shown) bool) error {
	deadline := time.Now().Add(compareTime)
	for {
		all, err := apiclient.All[shown](ctx, p.owner, p.plan.active.path()+"/invitations?limit=100")
		if err != nil {
			return err
		}
		late := slices.IndexFunc(guests, func(g *guestPlan) bool {
			n := slices.IndexFunc(all, func(s shown) bool { return s.ID == g.id })
			return n < 0 || all[n].DeliveryStatus == "queued" || all[n].DeliveryStatus == "sent" || !also(g, all[n])
		})
		if late < 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the invitation of %s is not %s and its mail %s within a minute: %+v",
				guests[late].email, guests[late].state, guests[late].delivery, all)
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// compareInvitations holds the list against the plan.
func (p *player) compareInvitations(ctx context.Context) error {
	err := p.mailed(ctx, p.guests, func(g *guestPlan, s shown) bool {
		return s.Status == g.state && s.DeliveryStatus == g.delivery
	})
	if err == nil {
		p.progress.say("%s: %d invitations are in the states that they should be in", p.plan.active.name, len(p.guests))
	}
	return err
}

// guest returns the invitation by whose link a mobilizer joins, nil when they join in another way.
func (p *player) guest(m *mobilizerPlan) *guestPlan {
	for _, g := range p.guests {
		if g.joins == m && g.byLink {
			return g
		}
	}
	return nil
}

var acceptLink = regexp.MustCompile(`https?://\S+/i/([a-z2-7]{32})\b`)

// letter returns the text of a guest's mail, and the address of its one-click unsubscribe.
func (p *player) letter(ctx context.Context, g *guestPlan) (plain, unsubscribe string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.client.Cloud().Mail+"/messages?to="+url.QueryEscape(g.email), nil)
	if err != nil {
		return "", "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", "", fmt.Errorf("read the mail: %w", err)
	}
	defer res.Body.Close()
	var box struct {
		Messages []struct {
			Text    string
			Headers []struct{ Name, Value string }
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&box); err != nil {
		return "", "", fmt.Errorf("read the mail: %w", err)
	}
	if len(box.Messages) == 0 {
		return "", "", fmt.Errorf("there is no mail to %s", g.email)
	}
	last := box.Messages[len(box.Messages)-1]
	for _, h := range last.Headers {
		if strings.EqualFold(h.Name, "List-Unsubscribe") {
			unsubscribe = strings.Trim(h.Value, "<>")
		}
	}
	return last.Text, unsubscribe, nil
}
