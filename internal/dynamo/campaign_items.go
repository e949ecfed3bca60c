package dynamo

import (
	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/organization"
)

var (
	campaignType = register("campaign", (*campaignItem).domain)
	itemType     = register("action_item", (*actionItem).domain)
)

type choiceItem struct {
	ID      string `dynamodbav:"ID"`
	Code    string `dynamodbav:"Code"`
	Text    string `dynamodbav:"Text"`
	TextES  string `dynamodbav:"TextES,omitempty"`
	Number  int    `dynamodbav:"Number,omitempty"` // a response's value
	Value   string `dynamodbav:"Value,omitempty"`  // an option's value
	Retired bool   `dynamodbav:"Retired,omitempty"`
	Used    bool   `dynamodbav:"Used,omitempty"`
}

type campaignItem struct {
	key
	header
	ID            string       `dynamodbav:"ID"`
	Organization  string       `dynamodbav:"Org"`
	Name          string       `dynamodbav:"Name"`
	Description   string       `dynamodbav:"Description,omitempty"`
	NameES        string       `dynamodbav:"NameES,omitempty"`
	DescriptionES string       `dynamodbav:"DescriptionES,omitempty"`
	Slug          string       `dynamodbav:"Slug"`
	PreviousSlugs []string     `dynamodbav:"PreviousSlugs,omitempty"`
	PasscodeMAC   string       `dynamodbav:"PasscodeMAC,omitempty"`
	TimeZone      string       `dynamodbav:"TimeZone"`
	Status        string       `dynamodbav:"Status"`
	Question      string       `dynamodbav:"Question"`
	QuestionES    string       `dynamodbav:"QuestionES,omitempty"`
	Responses     []choiceItem `dynamodbav:"Responses"`
	NextCode      int          `dynamodbav:"NextCode"`
	NextItem      int          `dynamodbav:"NextItem"`
	CreatedAt     millis       `dynamodbav:"CreatedAt"`
	PublishedAt   millis       `dynamodbav:"PublishedAt,omitempty"`
	ClosedAt      millis       `dynamodbav:"ClosedAt,omitempty"`
}

func newCampaignItem(c *campaign.Campaign) *campaignItem {
	choices := make([]choiceItem, len(c.Question.Responses))
	for i, r := range c.Question.Responses {
		choices[i] = choiceItem{ID: r.ID, Code: string(r.Code), Text: r.Text, TextES: r.TextES, Number: r.Value, Retired: r.Retired, Used: r.Used}
	}
	return &campaignItem{
		key: campaignKey(c.ID), header: header{Type: campaignType, Version: c.Version}, ID: string(c.ID),
		Organization: string(c.Organization), Name: c.Name, Description: c.Description, NameES: c.NameES, DescriptionES: c.DescriptionES, Slug: c.Slug,
		PreviousSlugs: c.PreviousSlugs, PasscodeMAC: c.PasscodeMAC, TimeZone: c.TimeZone, Status: string(c.Status), Question: c.Question.Text, QuestionES: c.Question.TextES,
		Responses: choices, NextCode: c.Question.NextCode, NextItem: c.NextItem, CreatedAt: millisOf(c.CreatedAt),
		PublishedAt: millisOf(c.PublishedAt), ClosedAt: millisOf(c.ClosedAt),
	}
}

func (i *campaignItem) domain() *campaign.Campaign {
	offered := make([]campaign.Response, len(i.Responses))
	for n, r := range i.Responses {
		offered[n] = campaign.Response{
			ID: r.ID, Code: campaign.Code(r.Code), Text: r.Text, TextES: r.TextES, Value: r.Number,
			Retired: r.Retired, Used: r.Used,
		}
	}
	return &campaign.Campaign{
		ID: campaign.ID(i.ID), Organization: organization.ID(i.Organization), Name: i.Name,
		Description: i.Description, NameES: i.NameES, DescriptionES: i.DescriptionES, Slug: i.Slug, PreviousSlugs: i.PreviousSlugs,
		PasscodeMAC: i.PasscodeMAC, TimeZone: i.TimeZone, Status: campaign.Status(i.Status),
		Question: campaign.KeyQuestion{Text: i.Question, TextES: i.QuestionES, Responses: offered, NextCode: i.NextCode},
		NextItem: i.NextItem, CreatedAt: i.CreatedAt.time(), PublishedAt: i.PublishedAt.time(),
		ClosedAt: i.ClosedAt.time(), Version: i.Version,
	}
}

type linkItem struct {
	Label string `dynamodbav:"Label"`
	URL   string `dynamodbav:"URL"`
}

type actionItem struct {
	key
	header
	ID            string       `dynamodbav:"ID"`
	Campaign      string       `dynamodbav:"Campaign"`
	Code          string       `dynamodbav:"Code"`
	Kind          string       `dynamodbav:"Kind"`
	Title         string       `dynamodbav:"Title"`
	Nickname      string       `dynamodbav:"Nickname,omitempty"`
	Description   string       `dynamodbav:"Description,omitempty"`
	TitleES       string       `dynamodbav:"TitleES,omitempty"`
	DescriptionES string       `dynamodbav:"DescriptionES,omitempty"`
	Message       string       `dynamodbav:"Message,omitempty"`
	MessageES     string       `dynamodbav:"MessageES,omitempty"`
	Links         []linkItem   `dynamodbav:"Links,omitempty"`
	Position      int          `dynamodbav:"Position"`
	Everyone      bool         `dynamodbav:"Everyone,omitempty"`
	Targets       []string     `dynamodbav:"Targets,omitempty"`
	NoResponse    bool         `dynamodbav:"NoResponse,omitempty"`
	Options       []choiceItem `dynamodbav:"Options,omitempty"`
	NextOption    int          `dynamodbav:"NextOption,omitempty"`
	Answered      bool         `dynamodbav:"Answered,omitempty"`
	CreatedAt     millis       `dynamodbav:"CreatedAt"`
	ArchivedAt    millis       `dynamodbav:"ArchivedAt,omitempty"`
}

func newActionItem(a *action.Item) *actionItem {
	i := &actionItem{
		key: itemKey(a.Campaign, a.ID), header: header{Type: itemType, Version: a.Version}, ID: string(a.ID),
		Campaign: string(a.Campaign), Code: string(a.Code), Kind: string(a.Type), Title: a.Title, Nickname: a.Nickname,
		Description: a.Description, TitleES: a.TitleES, DescriptionES: a.DescriptionES,
		Message: a.Message, MessageES: a.MessageES, Position: a.Position, Everyone: a.Target.Everyone, NoResponse: a.Target.NoResponse,
		NextOption: a.NextOption, Answered: a.Answered, CreatedAt: millisOf(a.CreatedAt), ArchivedAt: millisOf(a.ArchivedAt),
	}
	for _, l := range a.Links {
		i.Links = append(i.Links, linkItem(l))
	}
	for _, code := range a.Target.Responses {
		i.Targets = append(i.Targets, string(code))
	}
	for _, o := range a.Options {
		i.Options = append(i.Options, choiceItem{
			ID: o.ID, Code: string(o.Code), Text: o.Text, TextES: o.TextES, Value: o.Value,
			Retired: o.Retired, Used: o.Used,
		})
	}
	return i
}

func (i *actionItem) domain() *action.Item {
	a := &action.Item{
		ID: action.ID(i.ID), Campaign: campaign.ID(i.Campaign), Code: action.Code(i.Code),
		Type: action.Type(i.Kind), Title: i.Title, Nickname: i.Nickname, Description: i.Description,
		TitleES: i.TitleES, DescriptionES: i.DescriptionES, Message: i.Message, MessageES: i.MessageES, Position: i.Position, Target: action.Target{Everyone: i.Everyone, NoResponse: i.NoResponse},
		NextOption: i.NextOption, Answered: i.Answered, CreatedAt: i.CreatedAt.time(), ArchivedAt: i.ArchivedAt.time(),
		Version: i.Version,
	}
	for _, l := range i.Links {
		a.Links = append(a.Links, action.Link(l))
	}
	for _, code := range i.Targets {
		a.Target.Responses = append(a.Target.Responses, campaign.Code(code))
	}
	for _, o := range i.Options {
		a.Options = append(a.Options, action.Option{
			ID: o.ID, Code: action.Code(o.Code), Text: o.Text, TextES: o.TextES, Value: o.Value,
			Retired: o.Retired, Used: o.Used,
		})
	}
	return a
}
