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
	"github.com/kithhq/kith/internal/demo/plan"
)

// body is a JSON object as a client writes it.
type body map[string]any

// player plays a plan on a running Kith.
type player struct {
	client   *apiclient.Client
	plan     *plan.Plan
	owner    *apiclient.Person // of the first organization
	stranger *apiclient.Person // owner of the second
	clock    *clock
	progress *progress
	invitees []*plan.Invitee // empty if the email recorder or the clock cannot be reached
}

// setUp creates the organizations, administrators and campaigns, and imports the voter files.
func (p *player) setUp(ctx context.Context) error {
	active, closed, draft := p.plan.Active, p.plan.Closed, p.plan.Draft
	err := p.organization(ctx, p.owner, active)
	if err != nil {
		return err
	}
	err = p.organization(ctx, p.stranger, closed)
	if err != nil {
		return err
	}
	draft.OrganizationID = active.OrganizationID
	// The first mobilizer of both campaigns is also an administrator, so one login is in all three campaigns.
	everywhere := p.person(active.Mobilizers[0])
	err = p.inviteAdministrator(ctx, active.OrganizationID, everywhere)
	if err != nil {
		return err
	}
	for _, c := range []*plan.Campaign{active, closed} {
		for _, file := range p.plan.Files {
			if c == closed {
				file = file.WithoutFillers()
			}
			err := p.importVoters(ctx, p.adminOf(c), c.OrganizationID, file)
			if err != nil {
				return err
			}
		}
	}
	for _, c := range []*plan.Campaign{active, draft, closed} {
		err := p.campaign(ctx, p.adminOf(c), c)
		if err != nil {
			return fmt.Errorf("campaign %s: %w", c.Name, err)
		}
	}
	for _, c := range []*plan.Campaign{active, closed} {
		err := p.adminOf(c).Post(ctx, c.Path()+"/publish", nil, nil)
		if err != nil {
			return err
		}
	}
	return nil
}

func (p *player) adminOf(c *plan.Campaign) *apiclient.Person {
	if c == p.plan.Closed {
		return p.stranger
	}
	return p.owner
}

// completeDescription is the first organization's description once its demo is complete.
const completeDescription = "Neighbors who talk to neighbors."

func (p *player) organization(ctx context.Context, owner *apiclient.Person, c *plan.Campaign) error {
	var made struct{ ID string }
	err := owner.Post(ctx, "/v1/admin/organizations", body{
		"name": c.Organization, "website": "https://example.org",
		"description": "This demo is being created.",
	}, &made)
	c.OrganizationID = made.ID
	return err
}

// importVoters uploads a voter file and waits until it is imported.
func (p *player) importVoters(ctx context.Context, admin *apiclient.Person, organization string, file *plan.VoterFile) error {
	files := "/v1/admin/organizations/" + organization + "/voter-files"
	var made struct {
		ID     string
		Upload struct {
			URL     string
			Headers map[string]string
		}
	}
	err := admin.Post(ctx, files, body{"state": file.State, "file_name": strings.ToLower(file.State) + "-voters.csv"}, &made)
	if err != nil {
		return err
	}
	err = put(ctx, made.Upload.URL, made.Upload.Headers, file.CSV())
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
			return fmt.Errorf("voter file of %s: %s", file.State, record.Error)
		case "ready":
			if record.Imported != len(file.Rows) || record.Rejected != file.Broken {
				return fmt.Errorf("voter file of %s: %d imported and %d rejected, want %d and %d",
					file.State, record.Imported, record.Rejected, len(file.Rows), file.Broken)
			}
			p.progress.say("voter file of %s: %d voters imported, %d rejected", file.State, record.Imported, record.Rejected)
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
func (p *player) campaign(ctx context.Context, admin *apiclient.Person, c *plan.Campaign) error {
	var made struct{ ID string }
	err := admin.Post(ctx, "/v1/admin/organizations/"+c.OrganizationID+"/campaigns",
		body{"name": c.Name, "slug": c.Slug, "description": c.Description, "time_zone": c.Zone}, &made)
	if err != nil {
		return err
	}
	c.ID = made.ID
	if c.WithPasscode {
		var secret struct{ Passcode string }
		err := admin.Post(ctx, c.Path()+"/passcode", nil, &secret)
		if err != nil {
			return err
		}
		c.Passcode = secret.Passcode
	}
	err = putKeyQuestion(ctx, admin, c, false)
	if err != nil {
		return err
	}
	for _, item := range c.Items {
		err := createItem(ctx, admin, c, item)
		if err != nil {
			return fmt.Errorf("action item %s: %w", item.Title, err)
		}
	}
	return nil
}

// putKeyQuestion writes the Key Question with its initial responses, or with the final ones if end is set.
func putKeyQuestion(ctx context.Context, admin *apiclient.Person, c *plan.Campaign, end bool) error {
	var wanted []body
	for _, r := range c.Responses {
		response := body{"text": r.Text, "text_es": r.Spanish, "value": r.Value}
		if r.ID != "" {
			response["id"] = r.ID
		}
		if end {
			response["text"], response["retired"] = r.FinalText(), r.Retired
		}
		wanted = append(wanted, response)
	}
	var answer json.RawMessage
	err := admin.UpdateKeyQuestion(ctx, c.Path(), body{"text": c.Question, "text_es": c.Spanish, "responses": wanted}, &answer)
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
	if len(all) != len(c.Responses) {
		return fmt.Errorf("%d responses, want %d", len(all), len(c.Responses))
	}
	for i, r := range c.Responses {
		r.ID = all[i].ID
	}
	return nil
}

type identified struct{ ID, Text string }

func createItem(ctx context.Context, admin *apiclient.Person, c *plan.Campaign, item *plan.Item) error {
	wanted := body{
		"type": item.Kind, "title": item.Title, "title_es": item.Spanish, "nickname": item.Nickname, "description": item.Description,
		"target": targetBody(c, item, item.Targets),
	}
	if item.Message != "" {
		wanted["message"], wanted["message_es"] = item.Message, item.MessageSpanish
	}
	if item.Link != "" {
		wanted["links"] = []body{{"label": "The flyer", "url": item.Link}}
	}
	if item.Kind == plan.Choice {
		wanted["options"] = optionBodies(item, false)
	}
	var made struct {
		ID      string
		Options []identified
	}
	err := admin.Post(ctx, c.Path()+"/action-items", wanted, &made)
	if err != nil {
		return err
	}
	item.ID = made.ID
	for i, o := range item.Options {
		o.ID = made.Options[i].ID
	}
	return nil
}

func targetBody(c *plan.Campaign, item *plan.Item, targets []int) body {
	if item.Everyone {
		return body{"everyone": true}
	}
	chosen := []string{}
	noResponse := false
	for _, target := range targets {
		if target == plan.None {
			noResponse = true
			continue
		}
		chosen = append(chosen, c.Responses[target].ID)
	}
	return body{"response_ids": chosen, "no_response": noResponse}
}

func optionBodies(i *plan.Item, end bool) []body {
	var options []body
	for _, o := range i.Options {
		option := body{"text": o.Text, "text_es": o.Spanish, "value": o.Value}
		if end {
			option["id"], option["retired"] = o.ID, o.Retired
		}
		options = append(options, option)
	}
	return options
}

// finish does the administrators' last changes: it rewords and retires responses, narrows a target, archives an item, closes a
// campaign and writes management notes.
func (p *player) finish(ctx context.Context) error {
	c := p.plan.Active
	err := putKeyQuestion(ctx, p.owner, c, true)
	if err != nil {
		return err
	}
	for _, item := range c.Items {
		path := c.Path() + "/action-items/" + item.ID
		if item.Narrowed != nil {
			err := p.owner.Update(ctx, path, body{"target": targetBody(c, item, item.Narrowed)}, nil)
			if err != nil {
				return err
			}
		}
		if item.Kind == plan.Choice {
			err := p.owner.Update(ctx, path, body{"options": optionBodies(item, true)}, nil)
			if err != nil {
				return err
			}
		}
		if item.Archived {
			err := p.owner.Post(ctx, path+"/archive", nil, nil)
			if err != nil {
				return err
			}
		}
	}
	for _, m := range c.Mobilizers {
		for _, text := range m.Management {
			err := p.owner.Post(ctx, c.Path()+"/mobilizers/"+m.ID+"/management-notes", body{"content": text}, nil)
			if err != nil {
				return err
			}
		}
	}
	err = p.stranger.Post(ctx, p.plan.Closed.Path()+"/close", nil, nil)
	if err != nil {
		return err
	}
	described := body{"description": completeDescription}
	err = p.stranger.Update(ctx, "/v1/admin/organizations/"+p.plan.Closed.OrganizationID, described, nil)
	if err != nil {
		return err
	}
	return p.owner.Update(ctx, "/v1/admin/organizations/"+c.OrganizationID, described, nil)
}
