package adminapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// people answers what the People page asks. Contacts' phones and e-mails are nowhere in it; mobilizers' only by consent.
type people struct {
	store *dynamo.Store
	pages *httpapi.Pages
}

// RegisterPeople adds the routes of the People page.
func RegisterPeople(api *httpapi.API, secret []byte) {
	h := &people{api.Store(), httpapi.NewPages(secret)}
	const all = "/v1/admin/campaigns/{campaign}/mobilizers"
	const one = all + "/{mobilizer}"
	httpapi.Register(api, httpapi.Operation{
		ID: "list-mobilizers", Method: http.MethodGet, Path: all,
		Summary: "List a campaign's mobilizers",
		Description: "Includes mobilizers who left and whose contacts stayed. Sorting by name applies to at most 1,000 matching " +
			"mobilizers when filters are set; otherwise the order is that of joining. The member sort of the response names " +
			"the order.",
	}, httpapi.CampaignAdmin, h.mobilizers)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-mobilizer", Method: http.MethodGet, Path: one,
		Summary: "Get a mobilizer",
		Description: "Returns the profile, the counters, and contacts per Key Question response. Email and phone are included only " +
			"with consent.",
	}, httpapi.CampaignAdmin, h.mobilizer)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-mobilizer-contacts", Method: http.MethodGet, Path: one + "/contacts",
		Summary:     "List a mobilizer's contacts",
		Description: "In order of adding.",
	}, httpapi.CampaignAdmin, h.mobilizerContacts)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-mobilizer-actions", Method: http.MethodGet, Path: one + "/actions",
		Summary: "List a mobilizer's action responses",
		Description: "Completed tasks and answered questions, by contact in order of adding. All responses of one contact are on the " +
			"same page, so a page may exceed limit.",
	}, httpapi.CampaignAdmin, h.actions)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-mobilizer-notes", Method: http.MethodGet, Path: one + "/notes",
		Summary:     "List a mobilizer's notes about contacts",
		Description: "Latest first.",
	}, httpapi.CampaignAdmin, h.notes)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-management-notes", Method: http.MethodGet, Path: one + "/management-notes",
		Summary:     "List the management notes about a mobilizer",
		Description: "Oldest first.",
	}, httpapi.CampaignAdmin, h.managementNotes)
	httpapi.Register(api, httpapi.Operation{
		ID: "create-management-note", Method: http.MethodPost, Path: one + "/management-notes", Status: http.StatusCreated,
		Summary:     "Create a management note about a mobilizer",
		Description: "Mobilizers cannot read it. The content is kept exactly as sent.",
	}, httpapi.CampaignAdmin, h.writeManagementNote)
	httpapi.Register(api, httpapi.Operation{
		ID: "update-management-note", Method: http.MethodPatch, Path: one + "/management-notes/{note}",
		Summary:     "Update a management note",
		Description: "Any administrator may update it. Its author does not change.",
	}, httpapi.CampaignAdmin, h.editManagementNote)
	httpapi.Register(api, httpapi.Operation{
		ID: "delete-management-note", Method: http.MethodDelete, Path: one + "/management-notes/{note}", Status: http.StatusNoContent,
		Summary: "Delete a management note",
	}, httpapi.CampaignAdmin, h.deleteManagementNote)
	h.registerContacts(api)
}

// PeopleQuery is what a list of people takes.
type PeopleQuery struct {
	httpapi.CampaignPath
	httpapi.PageQuery
	Sort        string `query:"sort" enum:"added,name" default:"added" doc:"added: order of adding or joining; name: last name, then first."`
	Order       string `query:"order" enum:"asc,desc" default:"asc"`
	MatchStatus string `query:"match_status" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES" doc:"Only of this match status."`
}

// PeopleList is a page of people.
type PeopleList[T any] struct {
	Items    []T    `json:"items" nullable:"false"`
	Next     string `json:"next,omitempty" doc:"Send it as page to go on; absent at the end."`
	Examined int    `json:"examined" doc:"Rows that were looked at: at most 1,000 for a page, so that one with combined filters may hold fewer rows than asked for, and go on."`
	Sort     string `json:"sort" enum:"added,name" doc:"How the rows are sorted."`
}

// query returns the store's query for a list's parameters, and the list's cursor.
func (h *people) query(a *httpapi.Access, list string, in *PeopleQuery, response string, code *campaign.Code) (dynamo.PeopleQuery, *httpapi.Cursor, error) {
	cursor := h.pages.Cursor(a, list, in.Sort, in.Order, in.MatchStatus, response)
	q := dynamo.PeopleQuery{
		Order: dynamo.Order(in.Sort), Descending: in.Order == "desc",
		Status: voter.Status(in.MatchStatus), Response: code, At: a.At, Limit: in.Limit,
	}
	err := cursor.Position(in.Page, &q.After)
	return q, cursor, err
}

// newPeopleList returns a page of people.
func newPeopleList[R, T any](cursor *httpapi.Cursor, p *dynamo.PeoplePage[R], show func(*R) T) (*httpapi.Body[PeopleList[T]], error) {
	shown := PeopleList[T]{Items: make([]T, len(p.Rows)), Examined: p.Examined, Sort: string(p.Order)}
	for i, row := range p.Rows {
		shown.Items[i] = show(row)
	}
	if p.Next == nil {
		return httpapi.NewBody(shown), nil
	}
	next, err := cursor.Token(p.Next)
	shown.Next = next
	return httpapi.NewBody(shown), err
}

// Mobilizer is a mobilizer as administrators see them.
type Mobilizer struct {
	ID     string `json:"id" doc:"Of the membership."`
	UserID string `json:"user_id"`
	httpapi.PersonDetails
	Consent              bool                  `json:"consent" doc:"Whether e-mail and phone may be seen."`
	Email                string                `json:"email,omitempty" doc:"With consent only."`
	Phone                string                `json:"phone,omitempty" doc:"With consent only; in E.164."`
	MatchStatus          string                `json:"match_status" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES"`
	Voter                *httpapi.MatchedVoter `json:"voter,omitempty"`
	JoinedAt             string                `json:"joined_at" format:"date-time"`
	LeftAt               string                `json:"left_at,omitempty" format:"date-time"`
	TotalContacts        int                   `json:"total_contacts"`
	Matched              Share                 `json:"matched_contacts" doc:"Of their contacts."`
	WithTouchpoints      Share                 `json:"contacts_with_relational_touchpoints" doc:"Of their contacts."`
	WithKeyQuestion      Share                 `json:"contacts_with_key_question_response" doc:"Of their contacts."`
	TotalTouchpoints     int                   `json:"relational_touchpoints"`
	WithActionResponses  int                   `json:"contacts_with_action_responses"`
	TotalActionResponses int                   `json:"total_action_responses"`
	FirstActiveAt        string                `json:"first_activity_at,omitempty" format:"date-time"`
	LastActiveAt         string                `json:"last_activity_at,omitempty" format:"date-time"`
}

func showMobilizer(m *mobilizer.Mobilizer, n metrics.MobilizerCounts) Mobilizer {
	p := m.Profile
	shown := Mobilizer{
		ID: string(m.ID), UserID: string(m.User), Consent: m.Consent,
		PersonDetails: httpapi.PersonDetails{
			FirstName: p.FirstName, LastName: p.LastName, PreferredName: p.PreferredName,
			City: p.City, State: p.State, Zip: p.Zip,
		},
		MatchStatus: string(m.Match.State()), Voter: httpapi.NewMatchedVoter(m.Match), JoinedAt: httpapi.Timestamp(m.JoinedAt), LeftAt: httpapi.Timestamp(m.LeftAt),
		TotalContacts:    n.Contacts,
		Matched:          shareOf(metrics.Share{Count: n.MatchedContacts, Of: n.Contacts}),
		WithTouchpoints:  shareOf(metrics.Share{Count: n.ContactsWithTouchpoints, Of: n.Contacts}),
		WithKeyQuestion:  shareOf(metrics.Share{Count: n.ContactsAnswered, Of: n.Contacts}),
		TotalTouchpoints: n.Touchpoints, WithActionResponses: n.ContactsWithResponses, TotalActionResponses: n.ActionResponses,
		FirstActiveAt: httpapi.Timestamp(n.FirstActivityAt), LastActiveAt: httpapi.Timestamp(n.LastActivityAt),
	}
	if m.Consent {
		shown.Email, shown.Phone = m.Email, p.Phone
	}
	return shown
}

func (h *people) mobilizers(ctx context.Context, a *httpapi.Access, in *PeopleQuery) (*httpapi.Body[PeopleList[Mobilizer]], error) {
	q, cursor, err := h.query(a, "list-mobilizers", in, "", nil)
	if err != nil {
		return nil, err
	}
	p, err := h.store.MobilizersPage(ctx, a.Campaign.ID, q)
	if err != nil {
		return nil, err
	}
	ids := make([]mobilizer.ID, len(p.Rows))
	for i, m := range p.Rows {
		ids[i] = m.ID
	}
	counts, err := h.store.MobilizerCounts(ctx, a.Campaign.ID, ids)
	if err != nil {
		return nil, err
	}
	return newPeopleList(cursor, p, func(m *mobilizer.Mobilizer) Mobilizer { return showMobilizer(m, counts[m.ID]) })
}

// MobilizerPath is what every route of one mobilizer takes.
type MobilizerPath struct {
	httpapi.CampaignPath
	Mobilizer string `path:"mobilizer" doc:"Id of the membership."`
}

func (h *people) of(ctx context.Context, a *httpapi.Access, in *MobilizerPath) (*mobilizer.Mobilizer, error) {
	if !id.Valid(in.Mobilizer) {
		return nil, fault.NotFound("mobilizer")
	}
	return h.store.Membership(ctx, a.Campaign.ID, mobilizer.ID(in.Mobilizer))
}

// MobilizerProfile is a mobilizer with how their contacts stand on the ladder.
type MobilizerProfile struct {
	Mobilizer
	Ladder     []MobilizerLadderStep `json:"ladder" nullable:"false" doc:"Contacts per Key Question response, in the campaign's order, retired ones included."`
	Unanswered int                   `json:"contacts_without_key_question_response"`
	MatchLog   []MatchEvent          `json:"match_log" nullable:"false" doc:"Confirmations of voters, the latest last; kept after a reset."`
}

// MobilizerLadderStep is how many of a mobilizer's contacts hold a Key Question response.
type MobilizerLadderStep struct {
	Response string `json:"response_id" doc:"Id of the Key Question response."`
	Text     string `json:"text"`
	Contacts int    `json:"contacts"`
}

func (h *people) mobilizer(ctx context.Context, a *httpapi.Access, in *MobilizerPath) (*httpapi.Body[MobilizerProfile], error) {
	m, err := h.of(ctx, a, in)
	if err != nil {
		return nil, err
	}
	counts, err := h.store.MobilizerCounts(ctx, a.Campaign.ID, []mobilizer.ID{m.ID})
	if err != nil {
		return nil, err
	}
	n := counts[m.ID]
	shown := MobilizerProfile{Mobilizer: showMobilizer(m, n), Ladder: []MobilizerLadderStep{}, Unanswered: n.ContactsUnanswered(), MatchLog: newMatchLog(m.MatchLog)}
	for _, r := range a.Campaign.Question.Responses {
		shown.Ladder = append(shown.Ladder, MobilizerLadderStep{r.ID, r.Text, n.WithResponse(r.Code)})
	}
	return httpapi.NewBody(shown), nil
}

// MobilizerPage is what a list about one mobilizer takes.
type MobilizerPage struct {
	MobilizerPath
	httpapi.PageQuery
}

// openList returns the mobilizer that a list is about and the list's cursor, and decodes the page's position.
func (h *people) openList(ctx context.Context, a *httpapi.Access, list string, in *MobilizerPage, position *string) (*mobilizer.Mobilizer, *httpapi.Cursor, error) {
	m, err := h.of(ctx, a, &in.MobilizerPath)
	if err != nil {
		return nil, nil, err
	}
	cursor := h.pages.Cursor(a, list, in.Mobilizer)
	return m, cursor, cursor.Position(in.Page, position)
}

// MobilizerNote is a note that a mobilizer wrote about a contact.
type MobilizerNote struct {
	ID        string      `json:"id"`
	Content   string      `json:"content"`
	Contact   ContactName `json:"contact"`
	CreatedAt string      `json:"created_at" format:"date-time"`
	UpdatedAt string      `json:"updated_at,omitempty" format:"date-time"`
}

// ContactName tells which contact is meant.
type ContactName struct {
	ID        string `json:"id"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
}

func nameOf(c *contact.Contact) ContactName {
	return ContactName{string(c.ID), c.Details.FirstName, c.Details.LastName}
}

func (h *people) notes(ctx context.Context, a *httpapi.Access, in *MobilizerPage) (*httpapi.Body[httpapi.List[MobilizerNote]], error) {
	var before string
	m, cursor, err := h.openList(ctx, a, "list-mobilizer-notes", in, &before)
	if err != nil {
		return nil, err
	}
	notes, next, err := h.store.MobilizerNotes(ctx, m.ID, contact.NoteID(before), in.Limit)
	if err != nil {
		return nil, err
	}
	about, err := h.store.ContactsOfNotes(ctx, notes)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(notes, func(n *contact.Note) MobilizerNote {
		shown := MobilizerNote{
			ID: string(n.ID), Content: n.Content, Contact: ContactName{ID: string(n.About.Contact)},
			CreatedAt: httpapi.Timestamp(n.CreatedAt), UpdatedAt: httpapi.Timestamp(n.UpdatedAt),
		}
		if c := about[n.About.Contact]; c != nil {
			shown.Contact = nameOf(c)
		}
		return shown
	})
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}
