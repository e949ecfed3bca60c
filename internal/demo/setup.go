package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
)

// body is a JSON object as a client writes it.
type body map[string]any

// player plays a plan on a running Kith.
type player struct {
	client   *apiclient.Client
	plan     *plan
	owner    *apiclient.Person // of the first organization
	stranger *apiclient.Person // owner of the second
	clock    *clock
	progress *progress
	invitees []*inviteePlan // empty if the email recorder or the clock cannot be reached
}

// setUp creates the organizations, administrators and campaigns, and imports the voter files.
func (p *player) setUp(ctx context.Context) error {
	active, closed, draft := p.plan.active, p.plan.closed, p.plan.draft
	err := p.organization(ctx, p.owner, active)
	if err != nil {
		return err
	}
	err = p.organization(ctx, p.stranger, closed)
	if err != nil {
		return err
	}
	draft.organizationID = active.organizationID
	// The first mobilizer of both campaigns is also an administrator, so one login is in all three campaigns.
	everywhere := p.person(active.mobilizers[0])
	err = p.inviteAdministrator(ctx, active.organizationID, everywhere)
	if err != nil {
		return err
	}
	for _, c := range []*campaignPlan{active, closed} {
		for _, file := range p.plan.files {
			if c == closed {
				file = file.withoutFillers()
			}
			err := p.importVoters(ctx, p.adminOf(c), c.organizationID, file)
			if err != nil {
				return err
			}
		}
	}
	for _, c := range []*campaignPlan{active, draft, closed} {
		err := p.campaign(ctx, p.adminOf(c), c)
		if err != nil {
			return fmt.Errorf("campaign %s: %w", c.name, err)
		}
	}
	for _, c := range []*campaignPlan{active, closed} {
		err := p.adminOf(c).Post(ctx, c.path()+"/publish", nil, nil)
		if err != nil {
			return err
		}
	}
	return nil
}

func (c *campaignPlan) path() string { return "/v1/admin/campaigns/" + c.id }

func (c *campaignPlan) mine() string { return "/v1/mobilizer/campaigns/" + c.id }

func (p *player) adminOf(c *campaignPlan) *apiclient.Person {
	if c == p.plan.closed {
		return p.stranger
	}
	return p.owner
}

// completeDescription is the first organization's description once its demo is complete.
const completeDescription = "Neighbors who talk to neighbors."

func (p *player) organization(ctx context.Context, owner *apiclient.Person, c *campaignPlan) error {
	var made struct{ ID string }
	err := owner.Post(ctx, "/v1/admin/organizations", body{
		"name": c.organization, "website": "https://example.org",
		"description": "This demo is being created.",
	}, &made)
	c.organizationID = made.ID
	return err
}

// importVoters uploads a voter file and waits until it is imported.
func (p *player) importVoters(ctx context.Context, admin *apiclient.Person, organization string, file *voterFile) error {
	files := "/v1/admin/organizations/" + organization + "/voter-files"
	var made struct {
		ID     string
		Upload struct {
			URL     string
			Headers map[string]string
		}
	}
	err := admin.Post(ctx, files, body{"state": file.state}, &made)
	if err != nil {
		return err
	}
	err = put(ctx, made.Upload.URL, made.Upload.Headers, file.csv())
	if err != nil {
		return err
	}
	for {
		var record struct {
			Status   string
			Error    string
			Imported int
			Rejected int
		}
		err := admin.Get(ctx, files+"/"+made.ID, &record)
		if err != nil {
			return err
		}
		switch record.Status {
		case "failed":
			return fmt.Errorf("voter file of %s: %s", file.state, record.Error)
		case "ready":
			if record.Imported != len(file.rows) || record.Rejected != file.broken {
				return fmt.Errorf("voter file of %s: %d imported and %d rejected, want %d and %d",
					file.state, record.Imported, record.Rejected, len(file.rows), file.broken)
			}
			p.progress.say("voter file of %s: %d voters imported, %d rejected", file.state, record.Imported, record.Rejected)
			return nil
		}
		err = pause(ctx, 100*time.Millisecond)
		if err != nil {
			return err
		}
	}
}

func put(ctx context.Context, link string, headers map[string]string, file string) error {
	req, err := http.NewRequestWithContext(ctx, http.MethodPut, link, strings.NewReader(file))
	if err != nil {
		return err
	}
	for name, value := range headers {
		req.Header.Set(name, value)
	}
	return send(req)
}

// send sends a request. It fails unless the status is below 300.
func send(req *http.Request) error {
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		return err
	}
	answer, err := io.ReadAll(res.Body)
	closeErr := res.Body.Close()
	if err == nil {
		err = closeErr
	}
	if err == nil && res.StatusCode >= http.StatusMultipleChoices {
		err = fmt.Errorf("%s: %s: %.300s", req.Method, res.Status, answer)
	}
	return err
}

// pause waits for d, or until ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// campaign creates a draft with its Key Question and action items.
func (p *player) campaign(ctx context.Context, admin *apiclient.Person, c *campaignPlan) error {
	var made struct{ ID string }
	err := admin.Post(ctx, "/v1/admin/organizations/"+c.organizationID+"/campaigns",
		body{"name": c.name, "slug": c.slug, "description": c.description, "time_zone": c.zone}, &made)
	if err != nil {
		return err
	}
	c.id = made.ID
	if c.withPasscode {
		var secret struct{ Passcode string }
		err := admin.Post(ctx, c.path()+"/passcode", nil, &secret)
		if err != nil {
			return err
		}
		c.passcode = secret.Passcode
	}
	err = c.putKeyQuestion(ctx, admin, false)
	if err != nil {
		return err
	}
	for _, item := range c.items {
		err := c.createItem(ctx, admin, item)
		if err != nil {
			return fmt.Errorf("action item %s: %w", item.title, err)
		}
	}
	return nil
}

// putKeyQuestion writes the Key Question with its initial responses, or with the final ones if end is set.
func (c *campaignPlan) putKeyQuestion(ctx context.Context, admin *apiclient.Person, end bool) error {
	var wanted []body
	for _, r := range c.responses {
		response := body{"text": r.text, "value": r.value}
		if r.id != "" {
			response["id"] = r.id
		}
		if end {
			response["text"], response["retired"] = r.finalText(), r.retired
		}
		wanted = append(wanted, response)
	}
	var answer json.RawMessage
	err := admin.UpdateKeyQuestion(ctx, c.path(), body{"text": c.question, "responses": wanted}, &answer)
	if err != nil {
		return err
	}
	var got struct {
		KeyQuestion struct{ Responses []identified } `json:"key_question"`
		Responses   []identified
	}
	err = json.Unmarshal(answer, &got)
	if err != nil {
		return err
	}
	all := append(got.Responses, got.KeyQuestion.Responses...)
	if len(all) != len(c.responses) {
		return fmt.Errorf("%d responses, want %d", len(all), len(c.responses))
	}
	for i, r := range c.responses {
		r.id = all[i].ID
	}
	return nil
}

type identified struct{ ID, Text string }

func (c *campaignPlan) createItem(ctx context.Context, admin *apiclient.Person, item *itemPlan) error {
	wanted := body{
		"type": item.kind, "title": item.title, "nickname": item.nickname, "description": item.description,
		"target": c.targetBody(item, item.targets),
	}
	if item.message != "" {
		wanted["message"], wanted["message_es"] = item.message, item.messageSpanish
	}
	if item.link != "" {
		wanted["links"] = []body{{"label": "The flyer", "url": item.link}}
	}
	if item.kind == choice {
		wanted["options"] = item.optionBodies(false)
	}
	var made struct {
		ID      string
		Options []identified
	}
	err := admin.Post(ctx, c.path()+"/action-items", wanted, &made)
	if err != nil {
		return err
	}
	item.id = made.ID
	for i, o := range item.options {
		o.id = made.Options[i].ID
	}
	return nil
}

func (c *campaignPlan) targetBody(item *itemPlan, targets []int) body {
	if item.everyone {
		return body{"everyone": true}
	}
	chosen := []string{}
	noResponse := false
	for _, target := range targets {
		if target == none {
			noResponse = true
			continue
		}
		chosen = append(chosen, c.responses[target].id)
	}
	return body{"response_ids": chosen, "no_response": noResponse}
}

func (i *itemPlan) optionBodies(end bool) []body {
	var options []body
	for _, o := range i.options {
		option := body{"text": o.text, "value": o.value}
		if end {
			option["id"], option["retired"] = o.id, o.retired
		}
		options = append(options, option)
	}
	return options
}

// finish does the administrators' last changes: it rewords and retires responses, narrows a target, archives an item, closes a
// campaign and writes management notes.
func (p *player) finish(ctx context.Context) error {
	c := p.plan.active
	err := c.putKeyQuestion(ctx, p.owner, true)
	if err != nil {
		return err
	}
	for _, item := range c.items {
		path := c.path() + "/action-items/" + item.id
		if item.narrowed != nil {
			err := p.owner.Update(ctx, path, body{"target": c.targetBody(item, item.narrowed)}, nil)
			if err != nil {
				return err
			}
		}
		if item.kind == choice {
			err := p.owner.Update(ctx, path, body{"options": item.optionBodies(true)}, nil)
			if err != nil {
				return err
			}
		}
		if item.archived {
			err := p.owner.Post(ctx, path+"/archive", nil, nil)
			if err != nil {
				return err
			}
		}
	}
	for _, m := range c.mobilizers {
		for _, text := range m.management {
			err := p.owner.Post(ctx, c.path()+"/mobilizers/"+m.id+"/management-notes", body{"content": text}, nil)
			if err != nil {
				return err
			}
		}
	}
	err = p.stranger.Post(ctx, p.plan.closed.path()+"/close", nil, nil)
	if err != nil {
		return err
	}
	described := body{"description": completeDescription}
	err = p.stranger.Update(ctx, "/v1/admin/organizations/"+p.plan.closed.organizationID, described, nil)
	if err != nil {
		return err
	}
	return p.owner.Update(ctx, "/v1/admin/organizations/"+c.organizationID, described, nil)
}
