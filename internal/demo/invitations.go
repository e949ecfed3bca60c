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
	"github.com/kithhq/kith/internal/demo/plan"
)

// invitation is an invitation in the API's list.
type invitation struct {
	ID             string
	Email          string
	Status         string
	DeliveryStatus string `json:"delivery_status"`
}

// invite sends the early invitations, or all others, waits until their email is delivered, and does the actions that follow.
func (p *player) invite(ctx context.Context, early bool) error {
	var now []*plan.Invitee
	for _, g := range p.invitees {
		if g.Early == early {
			now = append(now, g)
		}
	}
	for _, g := range now {
		if err := p.inviteOne(ctx, g); err != nil {
			return err
		}
	}
	settled := func(*plan.Invitee, invitation) bool { return true }
	if err := p.awaitDeliveries(ctx, now, settled); err != nil {
		return err
	}
	for _, g := range now {
		if err := p.act(ctx, g); err != nil {
			return fmt.Errorf("the invitation of %s: %w", g.Email, err)
		}
	}
	return nil
}

func (p *player) inviteOne(ctx context.Context, g *plan.Invitee) error {
	var made invitation
	wanted := body{"email": g.Email, "first_name": g.First, "last_name": g.Last}
	if g.Language != "" {
		wanted["language"] = g.Language
	}
	if err := p.owner.Post(ctx, p.plan.Active.Path()+"/invitations", wanted, &made); err != nil {
		return fmt.Errorf("invite %s: %w", g.Email, err)
	}
	g.ID = made.ID
	return nil
}

// act does the action about an invitation whose email is delivered.
func (p *player) act(ctx context.Context, g *plan.Invitee) error {
	path := p.plan.Active.Path() + "/invitations/" + g.ID
	switch {
	case g.ByLink:
		plain, _, err := p.readEmail(ctx, g.Email)
		if found := acceptLink.FindStringSubmatch(plain); err == nil && found != nil {
			g.Token = found[1]
			return nil
		}
		return fmt.Errorf("no link in the email: %w", err)
	case g.Then == plan.Revoke:
		return p.owner.Post(ctx, path+"/revoke", nil, nil)
	case g.Then == plan.Reinvite:
		if err := p.owner.Post(ctx, path+"/revoke", nil, nil); err != nil {
			return err
		}
		return p.inviteOne(ctx, g)
	case g.Then == plan.Unsubscribe:
		_, address, err := p.readEmail(ctx, g.Email)
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
func (p *player) awaitDeliveries(ctx context.Context, invitees []*plan.Invitee, condition func(*plan.Invitee, invitation) bool) error {
	deadline := time.Now().Add(compareTime)
	for {
		all, err := apiclient.All[invitation](ctx, p.owner, p.plan.Active.Path()+"/invitations?limit=100")
		if err != nil {
			return err
		}
		late := slices.IndexFunc(invitees, func(g *plan.Invitee) bool {
			n := slices.IndexFunc(all, func(s invitation) bool { return s.ID == g.ID })
			return n < 0 || all[n].DeliveryStatus == "queued" || all[n].DeliveryStatus == "sent" || !condition(g, all[n])
		})
		if late < 0 {
			return nil
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("the invitation of %s is not %s and its email %s within a minute: %+v",
				invitees[late].Email, invitees[late].State, invitees[late].Delivery, all)
		}
		if err := pause(ctx, 200*time.Millisecond); err != nil {
			return err
		}
	}
}

// compareInvitations compares the list of invitations with the plan.
func (p *player) compareInvitations(ctx context.Context) error {
	err := p.awaitDeliveries(ctx, p.invitees, func(g *plan.Invitee, s invitation) bool {
		return s.Status == g.State && s.DeliveryStatus == g.Delivery
	})
	if err == nil {
		p.progress.say("%s: %d invitations are in the expected states", p.plan.Active.Name, len(p.invitees))
	}
	return err
}

// invitationOf returns the invitation by whose link a mobilizer joins, or nil if they join in another way.
func (p *player) invitationOf(m *plan.Mobilizer) *plan.Invitee {
	for _, g := range p.invitees {
		if g.Joins == m && g.ByLink {
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
