package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/contentedit"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
)

// actionItemRoutes holds what the routes of action items need.
type actionItemRoutes struct{ store *dynamo.Store }

func (r *actionItemRoutes) editor(a *httpapi.Access) *contentedit.Editor {
	return newEditor(r.store, a)
}

// RegisterActionItems adds the routes of action items.
func RegisterActionItems(api *httpapi.API) {
	r := &actionItemRoutes{api.Store()}
	const all, one = campaignPrefix + "/action-items", campaignPrefix + "/action-items/{action_item}"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-action-items", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's action items",
		Description: "In the campaign's order, including archived items.",
	}, httpapi.CampaignAdmin, r.listActionItems)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-action-item", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary:     "Create an action item",
		Description: "Adds the item at the end of the order. Mobilizers of an active campaign can respond to it at once.",
	}, httpapi.CampaignAdmin, r.createActionItem)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-action-item-order", Method: http.MethodPut, Path: all + "/order",
		Summary:     "Update the order of action items",
		Description: "Pass the id of every item that is not archived exactly once. Archived items that are left out come last.",
	}, httpapi.CampaignAdmin, r.updateOrder)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-action-item", Method: http.MethodGet, Path: one,
		Summary: "Get an action item",
	}, httpapi.CampaignAdmin, r.getActionItem)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-action-item", Method: http.MethodPatch, Path: one,
		Summary: "Update an action item",
		Description: "Fields that are left out keep their values; an empty string unsets a field. links, target and options are replaced " +
			"as a whole: options with an id are updated, retired or moved, options without one are added, options left out are " +
			"deleted. An option that was chosen can only be retired. The type is fixed once the item has a response. Fails with " +
			"changed_meanwhile, which contains the item as it is now, if it was updated since you read the revision.",
	}, httpapi.CampaignAdmin, r.updateActionItem)
	httpapi.Register(api, httpapi.Operation{
		ID: "archive-action-item", Method: http.MethodPost, Path: one + "/archive",
		Summary:     "Archive an action item",
		Description: "Contacts' responses to it can no longer be created or changed, and are kept. Archiving an archived item changes nothing.",
	}, httpapi.CampaignAdmin, r.archiveActionItem)
	httpapi.Register(api, httpapi.Operation{
		ID: "restore-action-item", Method: http.MethodPost, Path: one + "/restore",
		Summary:     "Restore an archived action item",
		Description: "Restoring an item that is not archived changes nothing.",
	}, httpapi.CampaignAdmin, r.restoreActionItem)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-action-item", Method: http.MethodDelete, Path: one, Status: http.StatusNoContent,
		Summary: "Delete an action item that was never answered",
		Description: "Fails with action_item_answered once the item had a response: archive it instead; with action_item_scheduled while " +
			"an export schedule needs it; and with changed_meanwhile if it was updated since you read the revision that you send.",
	}, httpapi.CampaignAdmin, r.deleteActionItem)
}

// ActionItem is an action item with the fields that administrators see.
type ActionItem struct {
	ID            string             `json:"id"`
	Type          string             `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Title         string             `json:"title"`
	Nickname      string             `json:"nickname,omitempty" doc:"Heading in tables; the title when empty."`
	Description   string             `json:"description,omitempty" doc:"Markdown."`
	TitleES       string             `json:"title_es,omitempty" doc:"For readers of Spanish, like every field that ends in _es."`
	DescriptionES string             `json:"description_es,omitempty"`
	Message       string             `json:"message,omitempty" doc:"Suggested to mobilizers to send to a contact; {first_name} stands for the contact's first name."`
	MessageES     string             `json:"message_es,omitempty"`
	Links         []ActionItemLink   `json:"links" nullable:"false"`
	Target        ActionItemTarget   `json:"target"`
	Options       []ActionItemOption `json:"options" nullable:"false" doc:"Options of a multiple choice question, in order, including retired options."`
	Position      int                `json:"position" doc:"Place in the campaign's order, from 0."`
	Answered      bool               `json:"answered" doc:"Whether the item has a response; then its type cannot change."`
	Revision      string             `json:"revision" doc:"Changes with every update of the item."`
	CreatedAt     string             `json:"created_at" format:"date-time"`
	ArchivedAt    string             `json:"archived_at,omitempty" format:"date-time" doc:"Absent unless archived."`
}

// ActionItemLink is a link that mobilizers read or share.
type ActionItemLink struct {
	Label string `json:"label,omitempty" doc:"At most 100 characters."`
	URL   string `json:"url" doc:"Begins with https:// or http://."`
}

// ActionItemTarget selects the contacts that an item applies to.
type ActionItemTarget struct {
	Everyone   bool     `json:"everyone,omitempty" doc:"All contacts. Leave the other fields out then."`
	Responses  []string `json:"response_ids,omitempty" doc:"Ids of Key Question responses: contacts whose current response is one of them."`
	NoResponse bool     `json:"no_response,omitempty" doc:"Contacts without a Key Question response."`
}

// ActionItemOption is an option of a multiple choice question.
type ActionItemOption struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	TextES  string `json:"text_es,omitempty"`
	Value   string `json:"value,omitempty"`
	Retired bool   `json:"retired" doc:"No longer offered. Contacts with this option keep it."`
	Used    bool   `json:"used" doc:"Whether it was ever chosen; then it cannot be deleted."`
}

func newActionItem(a *httpapi.Access, i *action.Item) ActionItem {
	input := i.Input(&a.Campaign.Question)
	body := ActionItem{
		ID: string(i.ID), Type: string(i.Type), Title: i.Title, Nickname: i.Nickname, Description: i.Description,
		TitleES: i.TitleES, DescriptionES: i.DescriptionES, Message: i.Message, MessageES: i.MessageES,
		Links: []ActionItemLink{}, Target: ActionItemTarget(input.Target), Options: []ActionItemOption{}, Position: i.Position,
		Answered: i.Answered, Revision: i.Revision(), CreatedAt: httpapi.Timestamp(i.CreatedAt), ArchivedAt: httpapi.Timestamp(i.ArchivedAt),
	}
	for _, l := range i.Links {
		body.Links = append(body.Links, ActionItemLink(l))
	}
	for _, o := range i.Options {
		body.Options = append(body.Options, ActionItemOption{o.ID, o.Text, o.TextES, o.Value, o.Retired, o.Used})
	}
	return body
}

func newActionItemList(a *httpapi.Access) httpapi.List[ActionItem] {
	return httpapi.NewList(a.Items, func(i *action.Item) ActionItem { return newActionItem(a, i) })
}

func (r *actionItemRoutes) listActionItems(_ context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.List[ActionItem]], error) {
	return httpapi.NewBody(newActionItemList(a)), nil
}

// ActionItemOptionInput holds the fields of an option that a request sets.
type ActionItemOptionInput struct {
	ID      string `json:"id,omitempty" doc:"Id of an existing option. Leave it out to add one."`
	Text    string `json:"text" doc:"At most 200 characters."`
	TextES  string `json:"text_es,omitempty" doc:"For readers of Spanish. At most 200 characters."`
	Value   string `json:"value,omitempty" doc:"At most 100 characters."`
	Retired bool   `json:"retired,omitempty"`
}

func parseLinks(links []ActionItemLink) []action.Link {
	parsed := make([]action.Link, len(links))
	for i, l := range links {
		parsed[i] = action.Link(l)
	}
	return parsed
}

func parseOptions(options []ActionItemOptionInput) []action.OptionInput {
	parsed := make([]action.OptionInput, len(options))
	for i, o := range options {
		parsed[i] = action.OptionInput(o)
	}
	return parsed
}

// CreateActionItemRequest holds the fields of a new action item.
type CreateActionItemRequest struct {
	Type          string                  `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Title         string                  `json:"title" doc:"At most 200 characters."`
	Nickname      string                  `json:"nickname,omitempty" doc:"At most 60 characters."`
	Description   string                  `json:"description,omitempty" doc:"Markdown, at most 10,000 characters."`
	TitleES       string                  `json:"title_es,omitempty" doc:"For readers of Spanish, like every field that ends in _es. Their limits are those of the primary texts."`
	DescriptionES string                  `json:"description_es,omitempty"`
	Message       string                  `json:"message,omitempty" doc:"Suggested to mobilizers to send to a contact. At most 500 characters; its only placeholder is {first_name}."`
	MessageES     string                  `json:"message_es,omitempty"`
	Links         []ActionItemLink        `json:"links,omitempty" doc:"At most 10."`
	Target        *ActionItemTarget       `json:"target,omitempty" doc:"All contacts when left out."`
	Options       []ActionItemOptionInput `json:"options,omitempty" doc:"2 to 20 options of a multiple choice question, with different texts."`
}

func (r *actionItemRoutes) createActionItem(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body CreateActionItemRequest
},
) (*httpapi.Body[ActionItem], error) {
	b := in.Body
	input := action.Input{
		Type: action.Type(b.Type), Title: b.Title, Nickname: b.Nickname, Description: b.Description,
		TitleES: b.TitleES, DescriptionES: b.DescriptionES, Message: b.Message, MessageES: b.MessageES,
		Links: parseLinks(b.Links), Target: action.TargetInput{Everyone: true}, Options: parseOptions(b.Options),
	}
	if b.Target != nil {
		input.Target = action.TargetInput(*b.Target)
	}
	return httpapi.Write(ctx, a, http.StatusCreated, func() (ActionItem, []dynamo.Write, error) {
		i, writes, err := r.editor(a).CreateItem(input)
		if err != nil {
			return ActionItem{}, nil, err
		}
		return newActionItem(a, i), writes, nil
	})
}

// ActionItemPath holds the path values of the routes of an action item.
type ActionItemPath struct {
	httpapi.CampaignPath
	Item string `path:"action_item" doc:"Id of the action item."`
}

func (r *actionItemRoutes) getActionItem(_ context.Context, a *httpapi.Access, in *ActionItemPath) (*httpapi.Body[ActionItem], error) {
	i, err := action.Find(a.Items, in.Item)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(newActionItem(a, i)), nil
}

// UpdateActionItemRequest holds the fields of an action item to change; nil leaves a field as it is.
type UpdateActionItemRequest struct {
	Type          *string                  `json:"type,omitempty" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Title         *string                  `json:"title,omitempty"`
	Nickname      *string                  `json:"nickname,omitempty"`
	Description   *string                  `json:"description,omitempty"`
	TitleES       *string                  `json:"title_es,omitempty"`
	DescriptionES *string                  `json:"description_es,omitempty"`
	Message       *string                  `json:"message,omitempty"`
	MessageES     *string                  `json:"message_es,omitempty"`
	Links         *[]ActionItemLink        `json:"links,omitempty"`
	Target        *ActionItemTarget        `json:"target,omitempty"`
	Options       *[]ActionItemOptionInput `json:"options,omitempty"`
	httpapi.Revisioned
}

func (r *actionItemRoutes) updateActionItem(ctx context.Context, a *httpapi.Access, in *struct {
	ActionItemPath
	Body UpdateActionItemRequest
},
) (*httpapi.Body[ActionItem], error) {
	b := in.Body
	return r.changeItem(ctx, a, in.Item, func(i *action.Item) error {
		before := newActionItem(a, i)
		input := i.Input(&a.Campaign.Question)
		if b.Type != nil {
			input.Type = action.Type(*b.Type)
			if input.Type != action.MultipleChoice {
				input.Options = nil
			}
		}
		httpapi.SetIfSent(&input.Title, b.Title)
		httpapi.SetIfSent(&input.Nickname, b.Nickname)
		httpapi.SetIfSent(&input.Description, b.Description)
		httpapi.SetIfSent(&input.TitleES, b.TitleES)
		httpapi.SetIfSent(&input.DescriptionES, b.DescriptionES)
		httpapi.SetIfSent(&input.Message, b.Message)
		httpapi.SetIfSent(&input.MessageES, b.MessageES)
		if b.Links != nil {
			input.Links = parseLinks(*b.Links)
		}
		if b.Target != nil {
			input.Target = action.TargetInput(*b.Target)
		}
		if b.Options != nil {
			input.Options = parseOptions(*b.Options)
		}
		err := i.Update(a.Campaign, input, a.At)
		return b.Check(before.Revision, i.Revision(), before, err)
	})
}

func (r *actionItemRoutes) archiveActionItem(ctx context.Context, a *httpapi.Access, in *ActionItemPath) (*httpapi.Body[ActionItem], error) {
	return r.changeItem(ctx, a, in.Item, func(i *action.Item) error { return i.Archive(a.Campaign, a.At) })
}

func (r *actionItemRoutes) restoreActionItem(ctx context.Context, a *httpapi.Access, in *ActionItemPath) (*httpapi.Body[ActionItem], error) {
	return r.changeItem(ctx, a, in.Item, func(i *action.Item) error { return i.Restore(a.Campaign) })
}

// DeleteActionItemQuery holds the parameters of the deletion of an action item.
type DeleteActionItemQuery struct {
	ActionItemPath
	httpapi.RevisionQuery
}

func (r *actionItemRoutes) deleteActionItem(ctx context.Context, a *httpapi.Access, in *DeleteActionItemQuery) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		return r.editor(a).DeleteItem(ctx, in.Item, func(i *action.Item) error { return in.Check(i.Revision(), newActionItem(a, i)) })
	})
}

// changeItem commits a change of an item.
func (r *actionItemRoutes) changeItem(ctx context.Context, a *httpapi.Access, id string, change func(*action.Item) error) (*httpapi.Body[ActionItem], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ActionItem, []dynamo.Write, error) {
		i, writes, err := r.editor(a).UpdateItem(id, change)
		if err != nil {
			return ActionItem{}, nil, err
		}
		return newActionItem(a, i), writes, nil
	})
}

// UpdateActionItemOrderRequest holds the new order.
type UpdateActionItemOrderRequest struct {
	IDs []string `json:"action_item_ids" nullable:"false" maxItems:"50" doc:"Ids, first to last."`
}

func (r *actionItemRoutes) updateOrder(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body UpdateActionItemOrderRequest
},
) (*httpapi.Body[httpapi.List[ActionItem]], error) {
	ids := make([]action.ID, len(in.Body.IDs))
	for i, id := range in.Body.IDs {
		ids[i] = action.ID(id)
	}
	return httpapi.Write(ctx, a, http.StatusOK, func() (httpapi.List[ActionItem], []dynamo.Write, error) {
		writes, err := r.editor(a).Reorder(ids)
		if err != nil {
			return httpapi.List[ActionItem]{}, nil, err
		}
		return newActionItemList(a), writes, nil
	})
}
