package mobilizerapi

import (
	"context"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/httpapi"
)

// MyCampaign is a campaign as its mobilizers see it.
type MyCampaign struct {
	ID          string             `json:"id"`
	Name        string             `json:"name"`
	Description string             `json:"description,omitempty" doc:"Markdown."`
	Status      string             `json:"status" enum:"draft,active,closed"`
	TimeZone    string             `json:"time_zone" doc:"Days are counted in it."`
	Question    MyKeyQuestion      `json:"key_question"`
	Items       []MyActionItem     `json:"action_items" nullable:"false" doc:"In order, archived ones included."`
	Membership  httpapi.Membership `json:"membership"`
}

// MyKeyQuestion is the Key Question as mobilizers see it.
type MyKeyQuestion struct {
	Text      string   `json:"text"`
	Responses []Choice `json:"responses" nullable:"false" doc:"In order; retired ones are no longer offered."`
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
	Links       []MyActionItemLink `json:"links" nullable:"false"`
	Options     []Choice           `json:"options" nullable:"false" doc:"Of multiple choice questions, in order."`
	Target      MyActionItemTarget `json:"target"`
	Archived    bool               `json:"archived"`
}

// MyActionItemLink is something to read or to share.
type MyActionItemLink struct {
	Label string `json:"label,omitempty"`
	URL   string `json:"url"`
}

// MyActionItemTarget says which contacts an action item is meant for.
type MyActionItemTarget struct {
	Everyone   bool     `json:"everyone"`
	Responses  []string `json:"response_ids" nullable:"false" doc:"Ids of Key Question responses, unless it is for everyone."`
	NoResponse bool     `json:"no_response" doc:"Whether it is for contacts without a response, too."`
}

func showCampaign(a *httpapi.Access) MyCampaign {
	c := a.Campaign
	shown := MyCampaign{
		ID: string(c.ID), Name: c.Name, Description: c.Description, Status: string(c.Status),
		TimeZone: c.Location().String(), Question: MyKeyQuestion{Text: c.Question.Text, Responses: []Choice{}},
		Items: make([]MyActionItem, len(a.Items)), Membership: httpapi.NewMembership(a.Mobilizer),
	}
	for _, r := range c.Question.Responses {
		shown.Question.Responses = append(shown.Question.Responses, Choice{r.ID, r.Text, r.Retired})
	}
	for n, i := range a.Items {
		shown.Items[n] = showItem(&c.Question, i)
	}
	return shown
}

func showItem(q *campaign.KeyQuestion, i *action.Item) MyActionItem {
	shown := MyActionItem{
		ID: string(i.ID), Type: string(i.Type), Title: i.Title, Description: i.Description, Archived: i.Archived(),
		Links: []MyActionItemLink{}, Options: []Choice{},
		Target: MyActionItemTarget{Everyone: i.Target.Everyone, Responses: []string{}, NoResponse: i.Target.NoResponse},
	}
	for _, l := range i.Links {
		shown.Links = append(shown.Links, MyActionItemLink(l))
	}
	for _, o := range i.Options {
		shown.Options = append(shown.Options, Choice{o.ID, o.Text, o.Retired})
	}
	for _, code := range i.Target.Responses {
		if r, ok := q.ResponseByCode(code); ok {
			shown.Target.Responses = append(shown.Target.Responses, r.ID)
		}
	}
	return shown
}

// ContactStatus is how a contact stands in the campaign.
type ContactStatus struct {
	ID             string                `json:"id" doc:"Of the contact in this campaign."`
	ContactID      string                `json:"contact_id" doc:"Of the person in the address book."`
	MatchStatus    string                `json:"match_status" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES"`
	Voter          *httpapi.MatchedVoter `json:"voter,omitempty"`
	Response       *CurrentResponse      `json:"key_question_response,omitempty" doc:"The current Key Question response. Absent when there is none."`
	VotePlan       string                `json:"vote_plan,omitempty"`
	Touchpoints    int                   `json:"relational_touchpoints" doc:"Relational touchpoints: notes, answers and responses."`
	Items          []string              `json:"action_item_ids" nullable:"false" doc:"Ids of the action items in use that are meant for this contact."`
	Responded      []string              `json:"responded_action_item_ids" nullable:"false" doc:"Ids of the action items with a response, archived ones included."`
	AddedAt        string                `json:"added_at" format:"date-time"`
	LastActivityAt string                `json:"last_activity_at" format:"date-time"`
}

// CurrentResponse is the current Key Question response of a contact.
type CurrentResponse struct {
	ID         string `json:"id"`
	Text       string `json:"text"`
	Retired    bool   `json:"retired"`
	AnsweredAt string `json:"answered_at" format:"date-time"`
}

// showStanding shows a contact's standing. A response that the cached campaign doesn't have yet is read.
func (m *mobilizerRoutes) showStanding(ctx context.Context, a *httpapi.Access, c *contact.Contact) (ContactStatus, error) {
	shown := ContactStatus{
		ID: string(c.ID), ContactID: string(c.Entry), MatchStatus: string(c.Match.State()), Voter: httpapi.NewMatchedVoter(c.Match),
		VotePlan: c.VotePlan, Touchpoints: c.Touchpoints,
		Items: []string{}, Responded: []string{}, AddedAt: httpapi.Timestamp(c.AddedAt), LastActivityAt: httpapi.Timestamp(c.LastActivityAt),
	}
	if err := m.knowing(ctx, a, c); err != nil {
		return shown, err
	}
	if r, ok := a.Campaign.Question.ResponseByCode(c.KeyQuestionCode); ok {
		shown.Response = &CurrentResponse{r.ID, r.Text, r.Retired, httpapi.Timestamp(c.AnsweredAt)}
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

// MyContact is a contact as the mobilizer sees it who added it; nobody else ever sees phone and e-mail.
type MyContact struct {
	ContactStatus
	httpapi.PersonDetails
	Phone string `json:"phone,omitempty" doc:"In E.164. Only the mobilizer sees it."`
	Email string `json:"email,omitempty" doc:"Only the mobilizer sees it."`
}

func (m *mobilizerRoutes) showContact(ctx context.Context, a *httpapi.Access, c *contact.Contact, private contact.PrivateDetails) (MyContact, error) {
	standing, err := m.showStanding(ctx, a, c)
	return MyContact{standing, httpapi.NewPersonDetails(c.Details), private.Phone, private.Email}, err
}

// ActionResponse is a contact's response to an action item.
type ActionResponse struct {
	ID        string `json:"id"`
	Item      string `json:"action_item_id"`
	Completed *bool  `json:"completed,omitempty" doc:"Of tasks."`
	Text      string `json:"text,omitempty" doc:"Of free responses."`
	Option    string `json:"option_id,omitempty" doc:"Id of the chosen option, of multiple choice questions."`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
}

func showResponse(items []*action.Item, r *contact.ActionResponse) ActionResponse {
	shown := ActionResponse{
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

// Note is a note about a contact.
type Note struct {
	ID        string `json:"id"`
	Content   string `json:"content"`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at,omitempty" format:"date-time"`
}

func showNote(n *contact.Note) Note {
	return Note{string(n.ID), n.Content, httpapi.Timestamp(n.CreatedAt), httpapi.Timestamp(n.UpdatedAt)}
}

// KeyQuestionAnswer is one entry of a contact's Key Question history.
type KeyQuestionAnswer struct {
	ID         string  `json:"id"`
	Response   *Choice `json:"response,omitempty" doc:"Present wording; absent when the answer was taken back."`
	TextThen   string  `json:"response_text,omitempty" doc:"The response's wording when it was given."`
	AnsweredAt string  `json:"answered_at" format:"date-time"`
}

// AddressBookEntry is a person in the mobilizer's address book.
type AddressBookEntry struct {
	ContactID string `json:"contact_id"`
	httpapi.PersonDetails
	Phone  string `json:"phone,omitempty"`
	Email  string `json:"email,omitempty"`
	Target string `json:"campaign_target_id,omitempty" doc:"Id of the contact in this campaign; absent when the person is not in it."`
}

func showEntry(of campaign.ID, e *contact.Entry) AddressBookEntry {
	return AddressBookEntry{string(e.ID), httpapi.NewPersonDetails(e.Details), e.Private.Phone, e.Private.Email, string(e.Targets[of])}
}
