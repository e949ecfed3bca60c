package adminapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
)

func (h *people) registerContacts(api *httpapi.API) {
	const all = "/v1/admin/campaigns/{campaign}/contacts"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-contacts", Method: http.MethodGet, Path: all,
		Summary: "List a campaign's contacts",
		Description: "Sorting by name applies to at most 1,000 matching contacts when filters are set; otherwise the order is that of " +
			"adding. The member sort of the response names the order.",
	}, httpapi.CampaignAdmin, h.contacts)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-contact", Method: http.MethodGet, Path: all + "/{contact}",
		Summary:     "Get a contact",
		Description: "Returns all its responses, with the text of free responses, and its vote plan.",
	}, httpapi.CampaignAdmin, h.contact)
}

// Contact is a contact as administrators see them: never with a phone or an e-mail.
type Contact struct {
	ID        string `json:"id" doc:"Of the contact in this campaign."`
	ContactID string `json:"contact_id" doc:"Of the person in the mobilizer's address book."`
	httpapi.PersonDetails
	Mobilizer      MobilizerName               `json:"mobilizer" doc:"Who added the contact."`
	MatchStatus    string                      `json:"match_status" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES"`
	Voter          *httpapi.MatchedVoter       `json:"voter,omitempty"`
	Response       *KeyQuestionCurrentResponse `json:"key_question_response,omitempty" doc:"The current Key Question response."`
	Touchpoints    int                         `json:"relational_touchpoints"`
	Changes        int                         `json:"key_question_response_changes"`
	Actions        []ContactActionResponse     `json:"action_responses" nullable:"false" doc:"Current action item responses, in the campaign's order of action items."`
	AddedAt        string                      `json:"added_at" format:"date-time"`
	LastActivityAt string                      `json:"last_activity_at" format:"date-time"`
}

// MobilizerName tells which mobilizer is meant.
type MobilizerName struct {
	ID        string `json:"id" doc:"Of the membership."`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
}

// KeyQuestionCurrentResponse is a current Key Question response.
type KeyQuestionCurrentResponse struct {
	ID         string `json:"id"`
	Text       string `json:"text" doc:"In its current wording."`
	Value      int    `json:"value"`
	Retired    bool   `json:"retired"`
	AnsweredAt string `json:"answered_at" format:"date-time"`
}

// ContactActionResponse is a contact's current response to an action item.
type ContactActionResponse struct {
	ActionItem  string `json:"action_item_id" doc:"Id of the action item."`
	ResponseID  string `json:"id"`
	Completed   *bool  `json:"completed,omitempty" doc:"Of a task."`
	Option      string `json:"option_id,omitempty" doc:"Of a multiple choice question: id of the option."`
	OptionText  string `json:"option_text,omitempty" doc:"In its current wording."`
	Text        string `json:"text,omitempty" doc:"Of a free response question; in lists only with texts=true."`
	RespondedAt string `json:"created_at" format:"date-time" doc:"The first time."`
}

// ContactColumn is an action item as a column of the Contacts table.
type ContactColumn struct {
	ActionItem string `json:"action_item_id" doc:"Id of the action item."`
	Heading    string `json:"heading" doc:"Nickname or title; equal ones are numbered, so that no two are the same."`
	Type       string `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Archived   bool   `json:"archived"`
}

// columnsOf names the action items of a campaign so that no two headings are the same.
func columnsOf(items []*action.Item) []ContactColumn {
	columns := make([]ContactColumn, len(items))
	taken := map[string]bool{}
	for _, i := range items {
		taken[fold(i.Heading())] = false
	}
	for n, i := range items {
		heading := i.Heading()
		for again := 2; taken[fold(heading)]; again++ {
			heading = fmt.Sprintf("%s (%d)", i.Heading(), again)
		}
		taken[fold(heading)] = true
		columns[n] = ContactColumn{string(i.ID), heading, string(i.Type), i.Archived()}
	}
	return columns
}

func fold(heading string) string { return strings.ToLower(strings.Join(strings.Fields(heading), " ")) }

// ContactsQuery is what listing contacts takes.
type ContactsQuery struct {
	PeopleQuery
	Response string `query:"response_id" doc:"Only of this Key Question response, by its id; none for contacts without one."`
	Texts    bool   `query:"texts" doc:"Whether free responses come with their text."`
}

// ContactPage is a page of contacts.
type ContactPage struct {
	PeopleList[Contact]
	Columns []ContactColumn `json:"columns" nullable:"false" doc:"The campaign's action items, in order, as columns."`
}

func (h *people) contacts(ctx context.Context, a *httpapi.Access, in *ContactsQuery) (*httpapi.Body[ContactPage], error) {
	code, err := responseCode(a.Campaign, in.Response)
	if err != nil {
		return nil, err
	}
	q, cursor, err := h.query(a, "list-contacts", &in.PeopleQuery, in.Response, code)
	if err != nil {
		return nil, err
	}
	p, err := h.store.ContactsPage(ctx, a.Campaign.ID, q)
	if err != nil {
		return nil, err
	}
	show, err := h.shower(ctx, a, p.Rows, in.Texts)
	if err != nil {
		return nil, err
	}
	list, err := newPeopleList(cursor, p, show)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(ContactPage{list.Body, columnsOf(a.Items)}), nil
}

// responseCode finds the Key Question response of a filter: nil for no filter, "" for contacts without a response.
func responseCode(c *campaign.Campaign, wanted string) (*campaign.Code, error) {
	if wanted == "" {
		return nil, nil
	}
	if wanted == "none" {
		return new(campaign.Code), nil
	}
	r, ok := c.Question.Response(wanted)
	if !ok {
		return nil, fault.Invalid("response_id", "Name one of the campaign's Key Question responses by its id, or none.")
	}
	return &r.Code, nil
}

// shower returns how contacts are shown, with what it takes from elsewhere read for all of them at once.
func (h *people) shower(ctx context.Context, a *httpapi.Access, rows []*contact.Contact, withTexts bool) (func(*contact.Contact) Contact, error) {
	ids := make([]mobilizer.ID, len(rows))
	for i, c := range rows {
		ids[i] = c.Mobilizer
	}
	by, err := h.store.MobilizersByID(ctx, a.Campaign.ID, ids)
	if err != nil {
		return nil, err
	}
	texts := map[contact.ActionResponseID]string{}
	if withTexts {
		texts, err = h.store.FreeTextResponses(ctx, rows)
		if err != nil {
			return nil, err
		}
	}
	return func(c *contact.Contact) Contact { return showContact(a, c, by[c.Mobilizer], texts) }, nil
}

func showContact(a *httpapi.Access, c *contact.Contact, by *mobilizer.Mobilizer, texts map[contact.ActionResponseID]string) Contact {
	shown := Contact{
		ID: string(c.ID), ContactID: string(c.Entry), PersonDetails: httpapi.NewPersonDetails(c.Details),
		Mobilizer: MobilizerName{ID: string(c.Mobilizer)}, MatchStatus: string(c.Match.State()), Voter: httpapi.NewMatchedVoter(c.Match),
		Touchpoints: c.Touchpoints, Changes: c.KeyQuestionChanges, Actions: []ContactActionResponse{}, AddedAt: httpapi.Timestamp(c.AddedAt),
		LastActivityAt: httpapi.Timestamp(c.LastActivityAt),
	}
	if by != nil {
		shown.Mobilizer.FirstName, shown.Mobilizer.LastName = by.Profile.FirstName, by.Profile.LastName
	}
	if r, ok := a.Campaign.Question.ResponseByCode(c.KeyQuestionCode); ok {
		shown.Response = &KeyQuestionCurrentResponse{r.ID, r.Text, r.Value, r.Retired, httpapi.Timestamp(c.AnsweredAt)}
	}
	for _, i := range a.Items {
		if held, ok := c.ActionResponses[i.Code]; ok {
			shown.Actions = append(shown.Actions, showAction(i, held, texts))
		}
	}
	return shown
}

func showAction(i *action.Item, held contact.ActionResponseSummary, texts map[contact.ActionResponseID]string) ContactActionResponse {
	shown := ContactActionResponse{
		ActionItem: string(i.ID), ResponseID: string(held.ID),
		RespondedAt: httpapi.Timestamp(id.Time(string(held.ID))),
	} // ids are made from the time of the first response
	switch held.Choice {
	case contact.ChoiceCompleted, contact.ChoiceNotCompleted:
		shown.Completed = new(held.Choice == contact.ChoiceCompleted)
	case contact.ChoiceText:
		shown.Text = texts[held.ID]
	default:
		if option, ok := i.OptionByCode(held.Choice); ok {
			shown.Option, shown.OptionText = option.ID, option.Text
		}
	}
	return shown
}

// ContactProfile is a contact with everything that the page of one shows.
type ContactProfile struct {
	Contact
	VotePlan string          `json:"vote_plan,omitempty"`
	Columns  []ContactColumn `json:"columns" nullable:"false" doc:"The campaign's action items, in order."`
	MatchLog []MatchEvent    `json:"match_log" nullable:"false" doc:"Confirmations of voters, the latest last; kept after a reset."`
}

func (h *people) contact(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Body[ContactProfile], error) {
	if !id.Valid(in.Contact) {
		return nil, fault.NotFound("contact")
	}
	c, err := h.store.ContactByID(ctx, a.Campaign.ID, contact.ID(in.Contact))
	if err != nil {
		return nil, err
	}
	show, err := h.shower(ctx, a, []*contact.Contact{c}, true)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(ContactProfile{show(c), c.VotePlan, columnsOf(a.Items), newMatchLog(c.MatchLog)}), nil
}

func (h *people) mobilizerContacts(ctx context.Context, a *httpapi.Access, in *MobilizerPage) (*httpapi.Body[httpapi.List[Contact]], error) {
	var after string
	m, cursor, err := h.openList(ctx, a, "list-mobilizer-contacts", in, &after)
	if err != nil {
		return nil, err
	}
	rows, next, err := h.store.MobilizerContacts(ctx, a.Campaign.ID, m.ID, contact.ID(after), in.Limit)
	if err != nil {
		return nil, err
	}
	show, err := h.shower(ctx, a, rows, false)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(rows, show)
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}

// MobilizerActionResponse is something that a mobilizer did with a contact for an action item.
type MobilizerActionResponse struct {
	Contact ContactName `json:"contact"`
	Title   string      `json:"action_item_title" doc:"Of the action item."`
	ContactActionResponse
}

// actionsScan is how many contacts a page of actions looks at, at most: most may be without any.
const actionsScan = 400

func (h *people) actions(ctx context.Context, a *httpapi.Access, in *MobilizerPage) (*httpapi.Body[httpapi.List[MobilizerActionResponse]], error) {
	var after string
	m, cursor, err := h.openList(ctx, a, "list-mobilizer-actions", in, &after)
	if err != nil {
		return nil, err
	}
	list := httpapi.List[MobilizerActionResponse]{Items: []MobilizerActionResponse{}}
	for seen := 0; len(list.Items) < in.Limit && seen < actionsScan; {
		rows, next, err := h.store.MobilizerContacts(ctx, a.Campaign.ID, m.ID, contact.ID(after), 50)
		if err != nil {
			return nil, err
		}
		texts, err := h.store.FreeTextResponses(ctx, rows)
		if err != nil {
			return nil, err
		}
		after = string(next)
		for i, c := range rows {
			list.Items = append(list.Items, actionsOn(a.Items, c, texts)...)
			if len(list.Items) >= in.Limit && i < len(rows)-1 {
				after = string(c.ID)
				break
			}
		}
		seen += len(rows)
		if after == "" {
			break
		}
	}
	list.Next, err = cursor.TokenAfter(after)
	return httpapi.NewBody(list), err
}

// actionsOn are the tasks completed and questions answered with a contact.
func actionsOn(items []*action.Item, c *contact.Contact, texts map[contact.ActionResponseID]string) []MobilizerActionResponse {
	var done []MobilizerActionResponse
	for _, i := range items {
		held, ok := c.ActionResponses[i.Code]
		if ok && held.Choice != contact.ChoiceNotCompleted {
			done = append(done, MobilizerActionResponse{nameOf(c), i.Title, showAction(i, held, texts)})
		}
	}
	return done
}
