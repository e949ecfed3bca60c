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

// inviteePlan is an invitation to the active campaign and its expected outcome. As in SES's mailbox simulator, the local part
// of some addresses selects the delivery outcome.
type inviteePlan struct {
	first, last string
	email       string
	language    string
	early       bool           // sent so early that it has expired
	joins       *mobilizerPlan // mobilizer who joins; nil for none
	byLink      bool           // the mobilizer joins by the link in the email, not on the landing page
	then        inviteeStep    // action after the email is delivered

	state    string // final
	delivery string // final

	id    string
	token string // from the link in the email
}

// inviteeStep is an action about an invitation.
type inviteeStep int

const (
	nothing inviteeStep = iota
	revoke
	unsubscribe // one-click unsubscribe by the recipient
	reinvite    // revoked and invited again, although the address bounced
)

// simulatorDomain is the domain of SES's mailbox simulator, which the local email recorder implements.
const simulatorDomain = "@simulator.amazonses.com"

// invitees returns invitations in every state and with every delivery outcome.
func (p *plan) invitees() []*inviteePlan {
	at := func(name string) string { return name + p.tag + "@example.org" }
	simulate := func(outcome, name string) string { return outcome + "+" + name + p.tag + simulatorDomain }
	byLink, fromPage := p.active.mobilizers[4], p.active.mobilizers[5]
	return []*inviteePlan{
		{first: "Noor", last: "Haddad", email: at("noor.haddad"), early: true, state: "expired", delivery: "delivered"},
		{first: byLink.first, last: byLink.last, email: byLink.email, joins: byLink, byLink: true, state: "accepted", delivery: "delivered"},
		{first: fromPage.first, last: fromPage.last, email: fromPage.email, joins: fromPage, state: "accepted", delivery: "delivered"},
		{first: "Íñigo", last: "Peña", email: at("inigo.pena"), language: "es", state: "open", delivery: "delivered"},
		{first: "=HYPERLINK(\"x\")", last: "O'Hara", email: at("ohara"), state: "open", delivery: "delivered"},
		{first: "Tam", last: "Nguyen", email: at("tam.nguyen"), then: revoke, state: "revoked", delivery: "delivered"},
		{first: "Lou", last: "Typo", email: simulate("bounce", "lou.typo"), state: "open", delivery: "bounced"},
		{first: "Bo", last: "Gone", email: simulate("bounce", "bo.gone"), then: reinvite, state: "open", delivery: "suppressed"},
		{first: "Cass", last: "Cross", email: simulate("complaint", "cass.cross"), state: "open", delivery: "complained"},
		{first: "Vi", last: "Rus", email: simulate("reject", "vi.rus"), state: "open", delivery: "rejected"},
		{first: "Quin", last: "Quiet", email: at("quin.quiet"), then: unsubscribe, state: "open", delivery: "unsubscribed"},
	}
}

// invitation is an invitation in the API's list.
type invitation struct {
	ID             string
	Email          string
	Status         string
	DeliveryStatus string `json:"delivery_status"`
}

// invite sends the early invitations, or all others, waits until their email is delivered, and does the actions that follow.
func (p *player) invite(ctx context.Context, early bool) error {
	var now []*inviteePlan
	for _, g := range p.invitees {
		if g.early == early {
			now = append(now, g)
		}
	}
	for _, g := range now {
		if err := p.inviteOne(ctx, g); err != nil {
			return err
		}
	}
	settled := func(*inviteePlan, invitation) bool { return true }
	if err := p.awaitDeliveries(ctx, now, settled); err != nil {
		return err
	}
	for _, g := range now {
		if err := p.act(ctx, g); err != nil {
			return fmt.Errorf("the invitation of %s: %w", g.email, err)
		}
	}
	return nil
}

func (p *player) inviteOne(ctx context.Context, g *inviteePlan) error {
	var made invitation
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

// act does the action about an invitation whose email is delivered.
func (p *player) act(ctx context.Context, g *inviteePlan) error {
	path := p.plan.active.path() + "/invitations/" + g.id
	switch {
	case g.byLink:
		plain, _, err := p.readEmail(ctx, g.email)
		if found := acceptLink.FindStringSubmatch(plain); err == nil && found != nil {
			g.token = found[1]
			return nil
		}
		return fmt.Errorf("no link in the email: %w", err)
	case g.then == revoke:
		return p.owner.Post(ctx, path+"/revoke", nil, nil)
	case g.then == reinvite:
		if err := p.owner.Post(ctx, path+"/revoke", nil, nil); err != nil {
			return err
		}
		return p.inviteOne(ctx, g)
	case g.then == unsubscribe:
		_, address, err := p.readEmail(ctx, g.email)
		if err != nil {
			return err
		}
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, strings.NewReader("List-Unsubscribe=One-Click"))
		if err != nil {
			return err
		}
		req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		return send(req)
	}
	return nil
}

// inviteAdministrator makes a person an administrator of an organization: they accept the invitation in their inbox. Without
// an email recorder, which shows the inbox, it does nothing.
func (p *player) inviteAdministrator(ctx context.Context, organization string, who *apiclient.Person) error {
	if p.client.Cloud().Mail == "" {
		return nil
	}
	first, last, _ := strings.Cut(who.Name, " ")
	err := p.owner.Post(ctx, "/v1/admin/organizations/"+organization+"/invitations",
		body{"email": who.Email, "first_name": first, "last_name": last}, nil)
	if err != nil {
		return fmt.Errorf("invite %s: %w", who.Email, err)
	}
	tokens, err := who.Tokens(ctx)
	if err != nil {
		return err
	}
	for deadline := time.Now().Add(compareTime); ; {
		plain, _, err := p.readEmail(ctx, who.Email)
		if found := acceptLink.FindStringSubmatch(plain); err == nil && found != nil {
			return who.Post(ctx, "/v1/mobilizer/invitations/accept-role", body{"token": found[1], "id_token": tokens.ID}, nil)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("no invitation in the inbox of %s: %w", who.Email, err)
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// awaitDeliveries waits until the email of each invitee has its delivery outcome and the condition holds. It fails after
// compareTime.
func (p *player) awaitDeliveries(ctx context.Context, invitees []*inviteePlan, condition func(*inviteePlan, invitation) bool) error {
	deadline := time.Now().Add(compareTime)
	for {
		all, err := apiclient.All[invitation](ctx, p.owner, p.plan.active.path()+"/invitations?limit=100")
		if err != nil {
			return err
		}
		late := slices.IndexFunc(invitees, func(g *inviteePlan) bool {
			n := slices.IndexFunc(all, func(s invitation) bool { return s.ID == g.id })
			return n < 0 || all[n].DeliveryStatus == "queued" || all[n].DeliveryStatus == "sent" || !condition(g, all[n])
		})
		if late < 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the invitation of %s is not %s and its email %s within a minute: %+v",
				invitees[late].email, invitees[late].state, invitees[late].delivery, all)
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// compareInvitations compares the list of invitations with the plan.
func (p *player) compareInvitations(ctx context.Context) error {
	err := p.awaitDeliveries(ctx, p.invitees, func(g *inviteePlan, s invitation) bool {
		return s.Status == g.state && s.DeliveryStatus == g.delivery
	})
	if err == nil {
		p.progress.say("%s: %d invitations are in the expected states", p.plan.active.name, len(p.invitees))
	}
	return err
}

// invitationOf returns the invitation by whose link a mobilizer joins, or nil if they join in another way.
func (p *player) invitationOf(m *mobilizerPlan) *inviteePlan {
	for _, g := range p.invitees {
		if g.joins == m && g.byLink {
			return g
		}
	}
	return nil
}

var acceptLink = regexp.MustCompile(`https?://\S+/i/([a-z2-7]{32})\b`)

// readEmail returns the text of the latest email to an address and its one-click unsubscribe address.
func (p *player) readEmail(ctx context.Context, to string) (plain, unsubscribe string, err error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, p.client.Cloud().Mail+"/messages?to="+url.QueryEscape(to), nil)
	if err != nil {
		return "", "", err
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", "", fmt.Errorf("read the email: %w", err)
	}
	defer res.Body.Close()
	var box struct {
		Messages []struct {
			Text    string
			Headers []struct{ Name, Value string }
		}
	}
	if err := json.NewDecoder(res.Body).Decode(&box); err != nil {
		return "", "", fmt.Errorf("read the email: %w", err)
	}
	if len(box.Messages) == 0 {
		return "", "", fmt.Errorf("there is no email to %s", to)
	}
	last := box.Messages[len(box.Messages)-1]
	for _, h := range last.Headers {
		if strings.EqualFold(h.Name, "List-Unsubscribe") {
			unsubscribe = strings.Trim(h.Value, "<>")
		}
	}
	return last.Text, unsubscribe, nil
}
