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
	keep     string       // folder for the files that were compared; empty to keep none
	guests   []*guestPlan // none where no mail can be read
}

// setUp makes organizations, administrators and campaigns, and imports the voter files.
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
	// The first mobilizer of both campaigns helps to run the first organization, so that login is in all three campaigns.
	everywhere := p.person(active.mobilizers[0])
	if _, err := everywhere.Start(ctx); err != nil {
		return err
	}
	err = p.owner.Post(ctx, "/v1/admin/organizations/"+active.organizationID+"/administrators",
		body{"email": everywhere.Email, "role": "admin"}, nil)
	if err != nil {
		return err
	}
	for _, c := range []*campaignPlan{active, closed} {
		for _, file := range p.plan.files {
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

// completeDescription is what the first organization says of itself once its demo is complete.
const completeDescription = "Neighbors who talk to neighbors."

func (p *player) organization(ctx context.Context, owner *apiclient.Person, c *campaignPlan) error {
	var made struct{ ID string }
	err := owner.Post(ctx, "/v1/admin/organizations", body{
		"name": c.organization, "website": "https://example.org",
		"description": "This demo is being made.",
	}, &made)
	c.organizationID = made.ID
	return err
}

// importVoters uploads a voter file through the link that the API gives, and waits until it serves.
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
	return done(req)
}

// done sends a request, and returns an error unless it is answered that it was done.
func done(req *http.Request) error {
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

// pause waits, less when ctx ends.
func pause(ctx context.Context, d time.Duration) error {
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-time.After(d):
		return nil
	}
}

// campaign makes a draft with its Key Question and action items.
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
	err = c.ask(ctx, admin, false)
	if err != nil {
		return err
	}
	for _, item := range c.items {
		err := c.makeItem(ctx, admin, item)
		if err != nil {
			return fmt.Errorf("action item %s: %w", item.title, err)
		}
	}
	return nil
}

// ask puts the Key Question, as it is first or as it is in the end.
func (c *campaignPlan) ask(ctx context.Context, admin *apiclient.Person, end bool) error {
	var wanted []body
	for _, r := range c.responses {
		response := body{"text": r.text, "value": r.value}
		if r.id != "" {
			response["id"] = r.id
		}
		if end {
			response["text"], response["retired"] = r.finally(), r.retired
		}
		wanted = append(wanted, response)
	}
	var answer json.RawMessage
	err := admin.Put(ctx, c.path()+"/key-question", body{"text": c.question, "responses": wanted}, &answer)
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

func (c *campaignPlan) makeItem(ctx context.Context, admin *apiclient.Person, item *itemPlan) error {
	wanted := body{
		"type": item.kind, "title": item.title, "nickname": item.nickname, "description": item.description,
		"target": c.target(item, item.targets),
	}
	if item.link != "" {
		wanted["links"] = []body{{"label": "The flyer", "url": item.link}}
	}
	if item.kind == choice {
		wanted["options"] = item.wanted(false)
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

func (c *campaignPlan) target(item *itemPlan, targets []int) body {
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

func (i *itemPlan) wanted(end bool) []body {
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

// windUp is what administrators do in the end: reword, retire, narrow a target, archive, close, write about mobilizers.
func (p *player) windUp(ctx context.Context) error {
	c := p.plan.active
	err := c.ask(ctx, p.owner, true)
	if err != nil {
		return err
	}
	for _, item := range c.items {
		path := c.path() + "/action-items/" + item.id
		if item.narrowed != nil {
			err := p.owner.Patch(ctx, path, body{"target": c.target(item, item.narrowed)}, nil)
			if err != nil {
				return err
			}
		}
		if item.kind == choice {
			err := p.owner.Patch(ctx, path, body{"options": item.wanted(true)}, nil)
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
	err = p.stranger.Patch(ctx, "/v1/admin/organizations/"+p.plan.closed.organizationID, described, nil)
	if err != nil {
		return err
	}
	return p.owner.Patch(ctx, "/v1/admin/organizations/"+c.organizationID, described, nil)
}
