package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi"
)

type actionItems struct{ store *dynamo.Store }

// RegisterActionItems adds the action items of campaigns.
func RegisterActionItems(api *httpapi.API) {
	h := &actionItems{api.Store()}
	const all, one = adminCampaign + "/action-items", adminCampaign + "/action-items/{action_item}"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-action-items", Method: http.MethodGet, Path: all,
		Summary:     "List a campaign's action items",
		Description: "In their order, archived ones included.",
	}, httpapi.CampaignAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-action-item", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary:     "Create an action item",
		Description: "Adds it at the end. It is in use at once.",
	}, httpapi.CampaignAdmin, h.create)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-action-item-order", Method: http.MethodPut, Path: all + "/order",
		Summary:     "Update the order of action items",
		Description: "Name every item in use exactly once. Archived items that are left out come last.",
	}, httpapi.CampaignAdmin, h.order)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-action-item", Method: http.MethodGet, Path: one,
		Summary: "Get an action item",
	}, httpapi.CampaignAdmin, h.read)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-action-item", Method: http.MethodPatch, Path: one,
		Summary: "Update an action item",
		Description: "Fields that are left out keep their values, also when another request changes them at the same time; an empty " +
			"string unsets a field. Links, target and options are replaced as a whole: options with an id are updated, " +
			"retired or moved, options without one are added, options left out are deleted. An option that was chosen can " +
			"only be retired. The type is fixed once the item has a response. Send the revision that you read: if the item " +
			"was updated since, the request fails with changed_meanwhile.",
	}, httpapi.CampaignAdmin, h.edit)
	httpapi.Register(api, httpapi.Operation{
		ID: "archive-action-item", Method: http.MethodPost, Path: one + "/archive",
		Summary:     "Archive an action item",
		Description: "It takes no new or changed responses. Its responses are kept. Archiving an archived item changes nothing.",
	}, httpapi.CampaignAdmin, h.archive)
	httpapi.Register(api, httpapi.Operation{
		ID: "restore-action-item", Method: http.MethodPost, Path: one + "/restore",
		Summary:     "Restore an archived action item",
		Description: "Restoring an item in use changes nothing.",
	}, httpapi.CampaignAdmin, h.restore)
}

// ActionItem is an action item as administrators see it.
type ActionItem struct {
	ID          string             `json:"id"`
	Type        string             `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
	Title       string             `json:"title"`
	Nickname    string             `json:"nickname,omitempty" doc:"Heading in tables."`
	Description string             `json:"description,omitempty" doc:"Markdown."`
	Links       []ActionItemLink   `json:"links" nullable:"false"`
	Target      ActionItemTarget   `json:"target"`
	Options     []ActionItemOption `json:"options" nullable:"false" doc:"Of multiple choice questions, in order, retired ones included."`
	Position    int                `json:"position" doc:"Place in the order, from 0."`
	Answered    bool               `json:"answered" doc:"Has been answered, so its type is fixed."`
	Revision    string             `json:"revision" doc:"Changes whenever the item is edited."`
	CreatedAt   string             `json:"created_at" format:"date-time"`
	ArchivedAt  string             `json:"archived_at,omitempty" format:"date-time" doc:"Absent while the item is in use."`
}

// ActionItemLink is something to read or to share.
type ActionItemLink struct {
	Label string `json:"label,omitempty" doc:"At most 100 characters."`
	URL   string `json:"url" doc:"Begins with https:// or http://."`
}

// ActionItemTarget says for which contacts an item is meant.
type ActionItemTarget struct {
	Everyone   bool     `json:"everyone,omitempty" doc:"All contacts; then nothing else is chosen."`
	Responses  []string `json:"response_ids,omitempty" doc:"Ids of Key Question responses: contacts whose present response is one of them."`
	NoResponse bool     `json:"no_response,omitempty" doc:"Contacts without a response."`
}

// ActionItemOption is one choice of a multiple choice question.
type ActionItemOption struct {
	ID      string `json:"id"`
	Text    string `json:"text"`
	Value   string `json:"value,omitempty"`
	Retired bool   `json:"retired" doc:"No longer offered; contacts that hold it keep it."`
	Used    bool   `json:"used" doc:"Has been chosen, so it can't be deleted."`
}

func itemBody(a *httpapi.Access, i *action.Item) ActionItem {
	edit := i.Input(&a.Campaign.Question)
	b := ActionItem{
		ID: string(i.ID), Type: string(i.Type), Title: i.Title, Nickname: i.Nickname, Description: i.Description,
		Links: []ActionItemLink{}, Target: ActionItemTarget(edit.Target), Options: []ActionItemOption{}, Position: i.Position,
		Answered: i.Answered, Revision: i.Revision(), CreatedAt: httpapi.Timestamp(i.CreatedAt), ArchivedAt: httpapi.Timestamp(i.ArchivedAt),
	}
	for _, l := range i.Links {
		b.Links = append(b.Links, ActionItemLink(l))
	}
	for _, o := range i.Options {
		b.Options = append(b.Options, ActionItemOption{o.ID, o.Text, o.Value, o.Retired, o.Used})
	}
	return b
}

func (h *actionItems) list(_ context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[httpapi.List[ActionItem]], error) {
	return httpapi.NewBody(httpapi.NewList(a.Items, func(i *action.Item) ActionItem { return itemBody(a, i) })), nil
}

// ActionItemCreate is what creating an action item takes.
type ActionItemCreate struct {
	httpapi.CampaignPath
	Body struct {
		Type        string                  `json:"type" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
		Title       string                  `json:"title" doc:"At most 200 characters."`
		Nickname    string                  `json:"nickname,omitempty" doc:"At most 60 characters."`
		Description string                  `json:"description,omitempty" doc:"Markdown, at most 10,000 characters."`
		Links       []ActionItemLink        `json:"links,omitempty" doc:"At most 10."`
		Target      *ActionItemTarget       `json:"target,omitempty" doc:"Everyone when left out."`
		Options     []ActionItemOptionInput `json:"options,omitempty" doc:"2 to 20 of a multiple choice question, with different texts."`
	}
}

// ActionItemOptionInput is an option as it is wanted.
type ActionItemOptionInput struct {
	ID      string `json:"id,omitempty" doc:"Of an option that there is; left out for a new one."`
	Text    string `json:"text" doc:"At most 200 characters."`
	Value   string `json:"value,omitempty" doc:"At most 100 characters."`
	Retired bool   `json:"retired,omitempty"`
}

func linksWanted(links []ActionItemLink) []action.Link {
	wanted := make([]action.Link, len(links))
	for i, l := range links {
		wanted[i] = action.Link(l)
	}
	return wanted
}

func optionsWanted(options []ActionItemOptionInput) []action.OptionInput {
	wanted := make([]action.OptionInput, len(options))
	for i, o := range options {
		wanted[i] = action.OptionInput(o)
	}
	return wanted
}

func (h *actionItems) create(ctx context.Context, a *httpapi.Access, in *ActionItemCreate) (*httpapi.Body[ActionItem], error) {
	b := in.Body
	edit := action.Input{
		Type: action.Type(b.Type), Title: b.Title, Nickname: b.Nickname, Description: b.Description,
		Links: linksWanted(b.Links), Target: action.TargetInput{Everyone: true}, Options: optionsWanted(b.Options),
	}
	if b.Target != nil {
		edit.Target = action.TargetInput(*b.Target)
	}
	return httpapi.Write(ctx, a, http.StatusCreated, func() (ActionItem, []dynamo.Write, error) {
		i, err := action.New(a.Campaign, a.Items, edit, a.At)
		if err != nil {
			return ActionItem{}, nil, err
		}
		return itemBody(a, i), append(h.store.CreateActionItem(i), h.store.UpdateCampaign(a.Campaign)...), nil
	})
}

// ActionItemPath is what every route of one action item takes.
type ActionItemPath struct {
	httpapi.CampaignPath
	Item string `path:"action_item" doc:"Id of the action item."`
}

func (h *actionItems) read(_ context.Context, a *httpapi.Access, in *ActionItemPath) (*httpapi.Body[ActionItem], error) {
	i, err := a.Item(in.Item)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(itemBody(a, i)), nil
}

// ActionItemUpdate is what editing an action item takes.
type ActionItemUpdate struct {
	ActionItemPath
	Body struct {
		Type        *string                  `json:"type,omitempty" enum:"TASK,QUESTION_MULTIPLE_CHOICE,QUESTION_FREE_RESPONSE"`
		Title       *string                  `json:"title,omitempty"`
		Nickname    *string                  `json:"nickname,omitempty"`
		Description *string                  `json:"description,omitempty"`
		Links       *[]ActionItemLink        `json:"links,omitempty"`
		Target      *ActionItemTarget        `json:"target,omitempty"`
		Options     *[]ActionItemOptionInput `json:"options,omitempty"`
		Revision    string                   `json:"revision,omitempty" doc:"As read before editing."`
	}
}

func (h *actionItems) edit(ctx context.Context, a *httpapi.Access, in *ActionItemUpdate) (*httpapi.Body[ActionItem], error) {
	b := in.Body
	return h.change(ctx, a, in.Item, func(i *action.Item) error {
		if err := sameRevision(b.Revision, i.Revision()); err != nil {
			return err
		}
		edit := i.Input(&a.Campaign.Question)
		if b.Type != nil {
			edit.Type = action.Type(*b.Type)
			if edit.Type != action.MultipleChoice {
				edit.Options = nil
			}
		}
		set(&edit.Title, b.Title)
		set(&edit.Nickname, b.Nickname)
		set(&edit.Description, b.Description)
		if b.Links != nil {
			edit.Links = linksWanted(*b.Links)
		}
		if b.Target != nil {
			edit.Target = action.TargetInput(*b.Target)
		}
		if b.Options != nil {
			edit.Options = optionsWanted(*b.Options)
		}
		return i.Update(a.Campaign, edit, a.At)
	})
}

func (h *actionItems) archive(ctx context.Context, a *httpapi.Access, in *ActionItemPath) (*httpapi.Body[ActionItem], error) {
	return h.change(ctx, a, in.Item, func(i *action.Item) error { return i.Archive(a.Campaign, a.At) })
}

func (h *actionItems) restore(ctx context.Context, a *httpapi.Access, in *ActionItemPath) (*httpapi.Body[ActionItem], error) {
	return h.change(ctx, a, in.Item, func(i *action.Item) error { return i.Restore(a.Campaign) })
}

// change writes a changed item, while its campaign is as it was: not closed since, and with the responses it targets.
func (h *actionItems) change(ctx context.Context, a *httpapi.Access, id string, change func(*action.Item) error) (*httpapi.Body[ActionItem], error) {
	return httpapi.Write(ctx, a, http.StatusOK, func() (ActionItem, []dynamo.Write, error) {
		i, err := a.Item(id)
		if err != nil {
			return ActionItem{}, nil, err
		}
		if err := change(i); err != nil {
			return ActionItem{}, nil, err
		}
		return itemBody(a, i), append(h.store.UpdateActionItem(i), h.store.CheckCampaign(a.Campaign)...), nil
	})
}

// ActionItemOrder is what putting action items in order takes.
type ActionItemOrder struct {
	httpapi.CampaignPath
	Body struct {
		Items []string `json:"action_item_ids" nullable:"false" maxItems:"50" doc:"Ids, first to last."`
	}
}

func (h *actionItems) order(ctx context.Context, a *httpapi.Access, in *ActionItemOrder) (*httpapi.Body[httpapi.List[ActionItem]], error) {
	ids := make([]action.ID, len(in.Body.Items))
	for n, id := range in.Body.Items {
		ids[n] = action.ID(id)
	}
	return httpapi.Write(ctx, a, http.StatusOK, func() (httpapi.List[ActionItem], []dynamo.Write, error) {
		moved, err := action.Reorder(a.Campaign, a.Items, ids)
		if err != nil {
			return httpapi.List[ActionItem]{}, nil, err
		}
		var writes []dynamo.Write
		for _, i := range moved {
			writes = append(writes, h.store.UpdateActionItem(i)...)
		}
		if len(writes) > 0 {
			writes = append(writes, h.store.CheckCampaign(a.Campaign)...)
		}
		action.Sort(a.Items)
		return httpapi.NewList(a.Items, func(i *action.Item) ActionItem { return itemBody(a, i) }), writes, nil
	})
}
