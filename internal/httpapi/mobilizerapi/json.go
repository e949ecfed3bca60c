package mobilizerapi

import (
	"context"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/httpapi"
)

// OwnCampaign is a campaign as its mobilizers see it.
type OwnCampaign struct {
	ID          string                `json:"id"`
	Name        string                `json:"name"`
	Description string                `json:"description,omitempty" doc:"Markdown."`
	Status      string                `json:"status" enum:"draft,active,closed"`
	TimeZone    string                `json:"time_zone" doc:"Days are counted in it."`
	Question    OwnKeyQuestion        `json:"key_question"`
	Items       []OwnActionItem       `json:"action_items" nullable:"false" doc:"In order, archived ones included."`
	Membership  httpapi.OwnMembership `json:"membership"`
}

// OwnKeyQuestion is the Key Question as mobilizers see it.
type OwnKeyQuestion struct {
	Text      string      `json:"text"`
	Responses []OwnChoice `json:"responses" nullable:"false" doc:"In order; retired ones are no longer offered."`
}

// OwnChoice is a response of the Key Question, or an option of a multiple choice question.
type OwnChoice struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Retired bool   `json:"retired"`
}

// OwnActionItem is an action item as mobilizers see it.
type OwnActionItem struct {
	ID          string      `json:"id"`
	Type        string      `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Title       string      `json:"title"`
	Description string      `json:"description,omitempty" doc:"Markdown."`
	Links       []OwnLink   `json:"links" nullable:"false"`
	Options     []OwnChoice `json:"options" nullable:"false" doc:"Of multiple choice questions, in order."`
	Target      OwnTarget   `json:"target"`
	Archived    bool        `json:"archived"`
}

// OwnLink is something to read or to share.
type OwnLink struct {
	Label string `json:"label,omitempty"`
	URL   string `json:"url"`
}

// OwnTarget says which contacts an action item is meant for.
type OwnTarget struct {
	Everyone   bool     `json:"everyone"`
	Responses  []string `json:"responses" nullable:"false" doc:"Ids of Key Question responses, unless it is for everyone."`
	NoResponse bool     `json:"no_response" doc:"Whether it is for contacts without a response, too."`
}

func showCampaign(a *httpapi.Access) OwnCampaign {
	c := a.Campaign
	shown := OwnCampaign{
		ID: string(c.ID), Name: c.Name, Description: c.Description, Status: string(c.Status),
		TimeZone: c.Location().String(), Question: OwnKeyQuestion{Text: c.Question.Text, Responses: []OwnChoice{}},
		Items: make([]OwnActionItem, len(a.Items)), Membership: httpapi.NewMembership(a.Mobilizer),
	}
	for _, r := range c.Question.Responses {
		shown.Question.Responses = append(shown.Question.Responses, OwnChoice{r.ID, r.Text, r.Retired})
	}
	for n, i := range a.Items {
		shown.Items[n] = showItem(&c.Question, i)
	}
	return shown
}

func showItem(q *campaign.KeyQuestion, i *action.Item) OwnActionItem {
	shown := OwnActionItem{
		ID: string(i.ID), Type: string(i.Type), Title: i.Title, Description: i.Description, Archived: i.Archived(),
		Links: []OwnLink{}, Options: []OwnChoice{},
		Target: OwnTarget{Everyone: i.Target.Everyone, Responses: []string{}, NoResponse: i.Target.NoResponse},
	}
	for _, l := range i.Links {
		shown.Links = append(shown.Links, OwnLink(l))
	}
	for _, o := range i.Options {
		shown.Options = append(shown.Options, OwnChoice{o.ID, o.Text, o.Retired})
	}
	for _, code := range i.Target.Responses {
		if r, ok := q.ResponseByCode(code); ok {
			shown.Target.Responses = append(shown.Target.Responses, r.ID)
		}
	}
	return shown
}

// Standing is how a contact stands in the campaign.
type Standing struct {
	ID             string                `json:"id" doc:"Of the contact in this campaign."`
	ContactID      string                `json:"contact_id" doc:"Of the person in the address book."`
	MatchStatus    string                `json:"match_status" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES"`
	Voter          *httpapi.MatchedVoter `json:"voter,omitempty"`
	Response       *OwnChoice            `json:"response,omitempty" doc:"The present Key Question response."`
	AnsweredAt     string                `json:"answered_at,omitempty" format:"date-time"`
	VotePlan       string                `json:"vote_plan,omitempty"`
	Touchpoints    int                   `json:"touchpoints" doc:"Relational touchpoints: notes, answers and responses."`
	Items          []string              `json:"action_items" nullable:"false" doc:"Ids of the action items in use that are meant for this contact."`
	Responded      []string              `json:"responded" nullable:"false" doc:"Ids of the action items with a response, archived ones included."`
	AddedAt        string                `json:"added_at" format:"date-time"`
	LastActivityAt string                `json:"last_activity_at" format:"date-time"`
}

// showStanding shows a contact's standing. A response that the cached campaign doesn't have yet is read.
func (m *mobilizerRoutes) showStanding(ctx context.Context, a *httpapi.Access, c *contact.Contact) (Standing, error) {
	shown := Standing{
		ID: string(c.ID), ContactID: string(c.Entry), MatchStatus: string(c.Match.State()), Voter: httpapi.NewMatchedVoter(c.Match),
		AnsweredAt: httpapi.Timestamp(c.AnsweredAt), VotePlan: c.VotePlan, Touchpoints: c.Touchpoints,
		Items: []string{}, Responded: []string{}, AddedAt: httpapi.Timestamp(c.AddedAt), LastActivityAt: httpapi.Timestamp(c.LastActivityAt),
	}
	if err := m.knowing(ctx, a, c); err != nil {
		return shown, err
	}
	if r, ok := a.Campaign.Question.ResponseByCode(c.KeyQuestionCode); ok {
		shown.Response = &OwnChoice{r.ID, r.Text, r.Retired}
	}
	for _, i := range a.Items {
		if _, ok := c.ActionResponses[i.Code]; ok {
			shown.Responded = append(shown.Responded, string(i.ID))
		}
		if !i.Archived() && i.Target.Includes(c.KeyQuestionCode) {
			shown.Items = append(shown.Items, string(i.ID))
		}
	}
	return shown, nil
}

// knowing makes sure that the campaign at hand has everything that the contact refers to.
func (m *mobilizerRoutes) knowing(ctx context.Context, a *httpapi.Access, c *contact.Contact) error {
	_, known := a.Campaign.Question.ResponseByCode(c.KeyQuestionCode)
	known = known || c.KeyQuestionCode == ""
	here := 0
	for _, i := range a.Items {
		if _, ok := c.ActionResponses[i.Code]; ok {
			here++
		}
	}
	if known && here == len(c.ActionResponses) {
		return nil
	}
	return a.RefreshCampaign(ctx)
}

// OwnContact is a contact as the mobilizer sees it who added it; nobody else ever sees phone and e-mail.
type OwnContact struct {
	Standing
	httpapi.PersonDetails
	Phone string `json:"phone,omitempty" doc:"In E.164. Only the mobilizer sees it."`
	Email string `json:"email,omitempty" doc:"Only the mobilizer sees it."`
}

func (m *mobilizerRoutes) showContact(ctx context.Context, a *httpapi.Access, c *contact.Contact, private contact.PrivateDetails) (OwnContact, error) {
	standing, err := m.showStanding(ctx, a, c)
	return OwnContact{standing, httpapi.NewPersonDetails(c.Details), private.Phone, private.Email}, err
}

// OwnResponse is a contact's response to an action item.
type OwnResponse struct {
	ID        string `json:"id"`
	Item      string `json:"action_item"`
	Completed *bool  `json:"completed,omitempty" doc:"Of tasks."`
	Text      string `json:"text,omitempty" doc:"Of free responses."`
	Option    string `json:"option,omitempty" doc:"Id of the chosen option, of multiple choice questions."`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
}

func showResponse(items []*action.Item, r *contact.ActionResponse) OwnResponse {
	shown := OwnResponse{
		ID: string(r.ID), Item: string(r.Item), Text: r.Text, CreatedAt: httpapi.Timestamp(r.CreatedAt), UpdatedAt: httpapi.Timestamp(r.UpdatedAt),
	}
	switch r.Choice {
	case contact.ChoiceCompleted, contact.ChoiceNotCompleted:
		shown.Completed = new(r.Choice == contact.ChoiceCompleted)
	case contact.ChoiceText:
	default:
		for _, i := range items {
			if o, ok := i.OptionByCode(r.Choice); ok && i.ID == r.Item {
				shown.Option = o.ID
			}
		}
	}
	return shown
}

// OwnNote is a note about a contact.
type OwnNote struct {
	ID        string `json:"id"`
	Content   string `json:"content"`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
}

func showNote(n *contact.Note) OwnNote {
	return OwnNote{string(n.ID), n.Content, httpapi.Timestamp(n.CreatedAt), httpapi.Timestamp(n.UpdatedAt)}
}

// OwnAnswer is one entry of a contact's Key Question history.
type OwnAnswer struct {
	ID         string     `json:"id"`
	Response   *OwnChoice `json:"response,omitempty" doc:"Present wording; absent when the answer was taken back."`
	TextThen   string     `json:"text_then,omitempty" doc:"The response's wording when it was given."`
	AnsweredAt string     `json:"answered_at" format:"date-time"`
}

// OwnEntry is a person in the mobilizer's address book.
type OwnEntry struct {
	ContactID string `json:"contact_id"`
	httpapi.PersonDetails
	Phone  string `json:"phone,omitempty"`
	Email  string `json:"email,omitempty"`
	Target string `json:"target,omitempty" doc:"Id of the contact in this campaign; absent when the person is not in it."`
}

func showEntry(of campaign.ID, e *contact.Entry) OwnEntry {
	return OwnEntry{string(e.ID), httpapi.NewPersonDetails(e.Details), e.Private.Phone, e.Private.Email, string(e.Targets[of])}
}
