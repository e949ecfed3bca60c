package mobilizerapi

import (
	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/organization"
)

// MyCampaign is a campaign as its mobilizers see it.
type MyCampaign struct {
	ID           string             `json:"id"`
	Name         string             `json:"name"`
	Description  string             `json:"description,omitempty" doc:"Markdown."`
	Status       string             `json:"status" enum:"draft,active,closed"`
	ClosedAt     string             `json:"closed_at,omitempty" format:"date-time" doc:"Absent unless closed."`
	TimeZone     string             `json:"time_zone" doc:"Time zone of the campaign's days."`
	LandingPage  string             `json:"landing_page" doc:"URL of the page on which people join, to pass on."`
	Organization MyOrganization     `json:"organization"`
	Question     MyKeyQuestion      `json:"key_question"`
	Items        []MyActionItem     `json:"action_items" nullable:"false" doc:"In order, archived ones included."`
	Membership   httpapi.Membership `json:"membership"`
}

// MyOrganization is a campaign's organization as mobilizers see it.
type MyOrganization struct {
	Name    string `json:"name"`
	Website string `json:"website,omitempty"`
}

// MyKeyQuestion is the Key Question as mobilizers see it.
type MyKeyQuestion struct {
	Text      string   `json:"text"`
	Responses []Choice `json:"responses" nullable:"false" doc:"In order. Retired ones cannot be chosen."`
}

// Choice is a response of the Key Question, or an option of a multiple choice question.
type Choice struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Retired bool   `json:"retired"`
}

// MyActionItem is an action item as mobilizers see it.
type MyActionItem struct {
	ID          string             `json:"id"`
	Type        string             `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Title       string             `json:"title"`
	Description string             `json:"description,omitempty" doc:"Markdown."`
	Message     string             `json:"message,omitempty" doc:"Suggested text to send to a contact. Replace {first_name} by the contact's first name."`
	MessageES   string             `json:"message_es,omitempty" doc:"The same in Spanish."`
	Links       []MyActionItemLink `json:"links" nullable:"false"`
	Options     []Choice           `json:"options" nullable:"false" doc:"Of multiple choice questions, in order."`
	Target      MyActionItemTarget `json:"target"`
	Archived    bool               `json:"archived"`
}

// MyActionItemLink is a link of an action item.
type MyActionItemLink struct {
	Label string `json:"label,omitempty"`
	URL   string `json:"url"`
}

// MyActionItemTarget selects the contacts that an action item is for.
type MyActionItemTarget struct {
	Everyone   bool     `json:"everyone"`
	Responses  []string `json:"response_ids" nullable:"false" doc:"Ids of Key Question responses. Empty if it is for everyone."`
	NoResponse bool     `json:"no_response" doc:"Whether contacts without a response are included."`
}

func newMyCampaign(a *httpapi.Access, o *organization.Organization, landingPagesURL string) MyCampaign {
	c, in := a.Campaign, a.Language
	body := MyCampaign{
		ID: string(c.ID), Name: in.Choose(c.Name, c.NameES), Description: in.Choose(c.Description, c.DescriptionES), Status: string(c.Status),
		ClosedAt: httpapi.Timestamp(c.ClosedAt), LandingPage: landingPagesURL + c.Slug, Organization: MyOrganization{o.Name, o.Website},
		TimeZone: c.Location().String(), Question: MyKeyQuestion{Text: in.Choose(c.Question.Text, c.Question.TextES), Responses: []Choice{}},
		Items: make([]MyActionItem, len(a.Items)), Membership: httpapi.NewMembership(a.Mobilizer),
	}
	for _, r := range c.Question.Responses {
		body.Question.Responses = append(body.Question.Responses, newResponseChoice(a, r))
	}
	for n, i := range a.Items {
		body.Items[n] = newMyActionItem(a, i)
	}
	return body
}

// newResponseChoice returns a response of the Key Question in the caller's language.
func newResponseChoice(a *httpapi.Access, r campaign.Response) Choice {
	return Choice{r.ID, a.Language.Choose(r.Text, r.TextES), r.Retired}
}

func newMyActionItem(a *httpapi.Access, i *action.Item) MyActionItem {
	in := a.Language
	body := MyActionItem{
		ID: string(i.ID), Type: string(i.Type), Title: in.Choose(i.Title, i.TitleES), Description: in.Choose(i.Description, i.DescriptionES), Archived: i.Archived(),
		Message: i.Message, MessageES: i.MessageES, Links: []MyActionItemLink{}, Options: []Choice{},
		Target: MyActionItemTarget{Everyone: i.Target.Everyone, Responses: []string{}, NoResponse: i.Target.NoResponse},
	}
	for _, l := range i.Links {
		body.Links = append(body.Links, MyActionItemLink(l))
	}
	for _, o := range i.Options {
		body.Options = append(body.Options, Choice{o.ID, in.Choose(o.Text, o.TextES), o.Retired})
	}
	for _, code := range i.Target.Responses {
		if r, ok := a.Campaign.Question.ResponseByCode(code); ok {
			body.Target.Responses = append(body.Target.Responses, r.ID)
		}
	}
	return body
}
