package peopleapi

import (
	"context"
	"fmt"
	"net/http"
	"strings"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
)

func (r *peopleRoutes) registerContacts(api *httpapi.API) {
	const all = campaignPrefix + "/contacts"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-contacts", Method: http.MethodGet, Path: all,
		Summary: "List a campaign's contacts",
		Description: "A contact is listed if every filter matches. A filter on something that was deleted matches no contact and is named in " +
			"stale_filters. " + listDescription,
	}, httpapi.CampaignAdmin, r.listContacts)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-contact", Method: http.MethodGet, Path: all + "/{contact}",
		Summary:     "Get a contact",
		Description: "Includes the text of free responses, the vote plan and the confirmed voters.",
	}, httpapi.CampaignAdmin, r.getContact)
}

// Contact is a contact with the fields that administrators see. It never has a phone or an email.
type Contact struct {
	ID      string `json:"id" doc:"Id of the contact in this campaign."`
	EntryID string `json:"address_book_entry_id" doc:"Id of the person in the mobilizer's address book, the same in every campaign of the organization."`
	httpapi.PersonDetails
	Mobilizer      MobilizerName               `json:"mobilizer" doc:"The mobilizer who added the contact."`
	MatchStatus    string                      `json:"match_status" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES"`
	Voter          *httpapi.MatchedVoter       `json:"voter,omitempty"`
	Response       *KeyQuestionCurrentResponse `json:"key_question_response,omitempty" doc:"The current Key Question response."`
	Touchpoints    int                         `json:"relational_touchpoints"`
	Changes        int                         `json:"key_question_response_changes"`
	Actions        []ContactActionResponse     `json:"action_responses" nullable:"false" doc:"Current action item responses, in the campaign's order of action items."`
	AddedAt        string                      `json:"added_at" format:"date-time"`
	LastActivityAt string                      `json:"last_activity_at" format:"date-time"`
}

// MobilizerName identifies a mobilizer.
type MobilizerName struct {
	ID            string `json:"id" doc:"Id of the membership."`
	FirstName     string `json:"first_name,omitempty"`
	LastName      string `json:"last_name,omitempty"`
	PreferredName string `json:"preferred_name,omitempty"`
}

// KeyQuestionCurrentResponse is a current Key Question response.
type KeyQuestionCurrentResponse struct {
	ID         string `json:"id"`
	Text       string `json:"text" doc:"Current text of the response."`
	Value      int    `json:"value"`
	Retired    bool   `json:"retired"`
	AnsweredAt string `json:"answered_at" format:"date-time"`
}

// ContactActionResponse is a contact's current response to an action item.
type ContactActionResponse struct {
	ActionItem  string `json:"action_item_id" doc:"Id of the action item."`
	ResponseID  string `json:"id"`
	Completed   *bool  `json:"completed,omitempty" doc:"For tasks."`
	Option      string `json:"option_id,omitempty" doc:"For multiple choice questions: id of the option."`
	OptionText  string `json:"option_text,omitempty" doc:"Current text of the option."`
	Text        string `json:"text,omitempty" doc:"For free response questions; in lists only with texts=true."`
	RespondedAt string `json:"created_at" format:"date-time" doc:"When the contact first responded."`
}

// ContactColumn is the column of an action item in a table of contacts.
type ContactColumn struct {
	ActionItem string `json:"action_item_id" doc:"Id of the action item."`
	Heading    string `json:"heading" doc:"Nickname or title. Equal headings are numbered."`
	Type       string `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Archived   bool   `json:"archived"`
}

// newColumns returns the columns of a campaign's action items. It numbers headings that are equal.
func newColumns(items []*action.Item) []ContactColumn {
	columns := make([]ContactColumn, len(items))
	taken := map[string]bool{}
	for n, i := range items {
		heading := i.Heading()
		for number := 2; taken[foldHeading(heading)]; number++ {
			heading = fmt.Sprintf("%s (%d)", i.Heading(), number)
		}
		taken[foldHeading(heading)] = true
		columns[n] = ContactColumn{string(i.ID), heading, string(i.Type), i.Archived()}
	}
	return columns
}

// foldHeading returns the same text for headings that differ only in case and spaces.
func foldHeading(heading string) string {
	return strings.ToLower(strings.Join(strings.Fields(heading), " "))
}

// ContactsQuery holds the parameters of the list of contacts.
type ContactsQuery struct {
	PeopleQuery
	Sort           string `query:"sort" enum:"added,name,last_activity,touchpoints" default:"added" doc:"name: last name, then first."`
	Response       string `query:"response_id" doc:"Only contacts with one of these current Key Question responses: their ids, separated by commas; none for contacts without one."`
	Mobilizer      string `query:"mobilizer_id" doc:"Only contacts of this mobilizer: id of the membership."`
	ActionResponse string `query:"action_response" doc:"Conditions on responses to action items, separated by commas: the item's id, a colon, and done, not_done, answered, not_answered or the id of an option. Conditions on one item are alternatives."`
	TouchpointsMin string `query:"touchpoints_min" doc:"Smallest number of relational touchpoints." example:"1"`
	TouchpointsMax string `query:"touchpoints_max" doc:"Largest number of relational touchpoints." example:"0"`
	AddedFrom      string `query:"added_from" format:"date" doc:"First day of adding, in the campaign's time zone."`
	AddedTo        string `query:"added_to" format:"date" doc:"Last day of adding."`
	SilentDays     string `query:"silent_days" doc:"Only contacts without activity in the last so many days." example:"14"`
	City           string `query:"city" doc:"Ignores case and accents."`
	Zip            string `query:"zip" example:"02139"`
	HasVotePlan    string `query:"has_vote_plan" enum:"true,false"`
	HasNotes       string `query:"has_notes" enum:"true,false"`
	Texts          bool   `query:"texts" doc:"Whether to include the texts of free responses."`
}

// ContactPage is a page of contacts.
type ContactPage struct {
	PeopleList[Contact]
	UniqueVoters *int            `json:"unique_matched_voters,omitempty" doc:"Number of different voters to whom contacts of the list are matched. Only with a filter or another sort order than added."`
	Stale        []string        `json:"stale_filters" nullable:"false" doc:"Filters that name something that was deleted."`
	Columns      []ContactColumn `json:"columns" nullable:"false" doc:"Columns of the campaign's action items, in order."`
}

func (r *peopleRoutes) listContacts(ctx context.Context, a *httpapi.Access, in *ContactsQuery) (*httpapi.Body[ContactPage], error) {
	in.parameters.Del("texts")
	parsed, err := peoplelist.ParseContacts(in.parameters, a.Campaign, a.Items, a.At)
	if err != nil {
		return nil, err
	}
	q := dynamo.ContactQuery{Filter: parsed.Filter, Order: parsed.Order}
	cursor, err := r.readPage(a, "list-contacts", &in.PeopleQuery, parsed.Descending, &q.PageQuery)
	if err != nil {
		return nil, err
	}
	body := ContactPage{Stale: append([]string{}, parsed.Stale...), Columns: newColumns(a.Items)}
	if q.Filter.Mobilizer != "" {
		if _, err := r.store.Membership(ctx, a.Campaign.ID, q.Filter.Mobilizer); fault.Is(err, fault.KindNotFound) {
			body.Stale = append(body.Stale, "mobilizer_id")
		} else if err != nil {
			return nil, err
		}
	}
	p, err := r.store.ContactsPage(ctx, a.Campaign.ID, q)
	if err != nil {
		return nil, r.startBuild(ctx, a, err)
	}
	presenter, err := r.newContactPresenter(ctx, a, p.Rows, in.Texts)
	if err != nil {
		return nil, err
	}
	body.PeopleList, err = newPeopleList(cursor, p, presenter.newContact)
	if q.Order != peoplelist.ContactsByAdded || !q.Filter.IsZero() {
		body.UniqueVoters = &p.UniqueVoters
	}
	return httpapi.NewBody(body), err
}

// contactPresenter converts contacts to JSON, with data that was read for all of them at once.
type contactPresenter struct {
	campaign   *campaign.Campaign
	items      []*action.Item
	mobilizers map[mobilizer.ID]*mobilizer.Mobilizer
	texts      map[contact.ActionResponseID]string
}

func (r *peopleRoutes) newContactPresenter(ctx context.Context, a *httpapi.Access, contacts []*contact.Contact, withTexts bool) (*contactPresenter, error) {
	ids := make([]mobilizer.ID, len(contacts))
	for i, c := range contacts {
		ids[i] = c.Mobilizer
	}
	p := &contactPresenter{campaign: a.Campaign, items: a.Items}
	var err error
	p.mobilizers, err = r.store.MobilizersByID(ctx, a.Campaign.ID, ids)
	if err != nil {
		return nil, err
	}
	if withTexts {
		p.texts, err = r.store.FreeTextResponses(ctx, contacts)
	}
	return p, err
}

func (p *contactPresenter) newContact(c *contact.Contact) Contact {
	body := Contact{
		ID: string(c.ID), EntryID: string(c.Entry), PersonDetails: httpapi.NewPersonDetails(c.Details),
		Mobilizer: MobilizerName{ID: string(c.Mobilizer)}, MatchStatus: string(c.Match.State()), Voter: httpapi.NewMatchedVoter(c.Match),
		Touchpoints: c.Touchpoints, Changes: c.KeyQuestionChanges, Actions: []ContactActionResponse{}, AddedAt: httpapi.Timestamp(c.AddedAt),
		LastActivityAt: httpapi.Timestamp(c.LastActivityAt),
	}
	if m := p.mobilizers[c.Mobilizer]; m != nil {
		body.Mobilizer.FirstName, body.Mobilizer.LastName = m.Profile.FirstName, m.Profile.LastName
		body.Mobilizer.PreferredName = m.Profile.PreferredName
	}
	if response, ok := p.campaign.Question.ResponseByCode(c.KeyQuestionCode); ok {
		body.Response = &KeyQuestionCurrentResponse{response.ID, response.Text, response.Value, response.Retired, httpapi.Timestamp(c.AnsweredAt)}
	}
	for _, i := range p.items {
		if current, ok := c.ActionResponses[i.Code]; ok {
			body.Actions = append(body.Actions, newActionResponse(i, current, p.texts))
		}
	}
	return body
}

func newActionResponse(i *action.Item, current contact.ActionResponseSummary, texts map[contact.ActionResponseID]string) ContactActionResponse {
	body := ContactActionResponse{
		ActionItem: string(i.ID), ResponseID: string(current.ID),
		RespondedAt: httpapi.Timestamp(id.Time(string(current.ID))), // the id contains the time of the first response
	}
	switch current.Choice {
	case contact.ChoiceCompleted, contact.ChoiceNotCompleted:
		body.Completed = new(current.Choice == contact.ChoiceCompleted)
	case contact.ChoiceText:
		body.Text = texts[current.ID]
	default:
		if option, ok := i.OptionByCode(current.Choice); ok {
			body.Option, body.OptionText = option.ID, option.Text
		}
	}
	return body
}

// ContactProfile is a contact with the vote plan and the confirmed voters.
type ContactProfile struct {
	Contact
	VotePlan string          `json:"vote_plan,omitempty"`
	Columns  []ContactColumn `json:"columns" nullable:"false" doc:"Columns of the campaign's action items, in order."`
	MatchLog []MatchEvent    `json:"match_log" nullable:"false" doc:"Confirmed voters, oldest first. Resetting the match keeps them."`
}

func (r *peopleRoutes) getContact(ctx context.Context, a *httpapi.Access, in *httpapi.ContactPath) (*httpapi.Body[ContactProfile], error) {
	if !id.Valid(in.Contact) {
		return nil, fault.NotFound("contact")
	}
	c, err := r.store.ContactByID(ctx, a.Campaign.ID, contact.ID(in.Contact))
	if err != nil {
		return nil, err
	}
	presenter, err := r.newContactPresenter(ctx, a, []*contact.Contact{c}, true)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(ContactProfile{presenter.newContact(c), c.VotePlan, newColumns(a.Items), newMatchLog(c.MatchLog)}), nil
}

func (r *peopleRoutes) listMobilizerContacts(ctx context.Context, a *httpapi.Access, in *MobilizerListQuery) (*httpapi.Body[httpapi.List[Contact]], error) {
	var after string
	m, cursor, err := r.openList(ctx, a, "list-mobilizer-contacts", in, &after)
	if err != nil {
		return nil, err
	}
	contacts, next, err := r.store.MobilizerContacts(ctx, a.Campaign.ID, m.ID, contact.ID(after), in.Limit)
	if err != nil {
		return nil, err
	}
	presenter, err := r.newContactPresenter(ctx, a, contacts, false)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(contacts, presenter.newContact)
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}

// MobilizerActionResponse is a contact's response to an action item that a mobilizer recorded.
type MobilizerActionResponse struct {
	Contact ContactName `json:"contact"`
	Title   string      `json:"action_item_title" doc:"Title of the action item."`
	ContactActionResponse
}

const (
	maxExaminedContacts  = 400 // of a page of action responses; most contacts may have none
	contactsPerStoreCall = 50
)

func (r *peopleRoutes) listMobilizerActions(ctx context.Context, a *httpapi.Access, in *MobilizerListQuery) (*httpapi.Body[httpapi.List[MobilizerActionResponse]], error) {
	var after string
	m, cursor, err := r.openList(ctx, a, "list-mobilizer-actions", in, &after)
	if err != nil {
		return nil, err
	}
	list := httpapi.List[MobilizerActionResponse]{Items: []MobilizerActionResponse{}}
	for examined := 0; len(list.Items) < in.Limit && examined < maxExaminedContacts; {
		contacts, next, err := r.store.MobilizerContacts(ctx, a.Campaign.ID, m.ID, contact.ID(after), contactsPerStoreCall)
		if err != nil {
			return nil, err
		}
		texts, err := r.store.FreeTextResponses(ctx, contacts)
		if err != nil {
			return nil, err
		}
		after = string(next)
		for i, c := range contacts {
			list.Items = append(list.Items, newMobilizerActionResponses(a.Items, c, texts)...)
			if len(list.Items) >= in.Limit && i < len(contacts)-1 {
				after = string(c.ID)
				break
			}
		}
		examined += len(contacts)
		if after == "" {
			break
		}
	}
	list.Next, err = cursor.TokenAfter(after)
	return httpapi.NewBody(list), err
}

// newMobilizerActionResponses returns a contact's action responses, in the campaign's order of action items.
func newMobilizerActionResponses(items []*action.Item, c *contact.Contact, texts map[contact.ActionResponseID]string) []MobilizerActionResponse {
	var responses []MobilizerActionResponse
	for _, i := range items {
		if current, ok := c.ActionResponses[i.Code]; ok {
			responses = append(responses, MobilizerActionResponse{newContactName(c), i.Title, newActionResponse(i, current, texts)})
		}
	}
	return responses
}
