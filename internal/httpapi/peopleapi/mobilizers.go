// Package peopleapi owns the routes of the dashboard for the people of a campaign: mobilizers, contacts, the lists and saved
// views of both, management notes and suggested voters.
package peopleapi

import (
	"context"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/secret"
)

// campaignPrefix is the prefix of the routes of a campaign.
const campaignPrefix = "/v1/admin/campaigns/{campaign}"

// peopleRoutes holds what the routes of mobilizers and contacts need. Responses never contain a contact's phone or email, and
// contain a mobilizer's only with consent.
type peopleRoutes struct {
	store      *dynamo.Store
	pages      *httpapi.Pages
	buildLists BuildLists
}

// RegisterPeople adds the routes of mobilizers, contacts and management notes. build starts the build of lists that a request
// finds incomplete.
func RegisterPeople(api *httpapi.API, secrets *secret.Reader, build BuildLists) {
	r := &peopleRoutes{api.Store(), httpapi.NewPages(secrets), build}
	r.registerMobilizers(api)
	r.registerManagementNotes(api)
	r.registerContacts(api)
	r.registerContactHistory(api)
}

const (
	mobilizersPath = campaignPrefix + "/mobilizers"
	mobilizerPath  = mobilizersPath + "/{mobilizer}"
)

func (r *peopleRoutes) registerMobilizers(api *httpapi.API) {
	httpapi.Register(api, httpapi.Operation{
		ID: "list-mobilizers", Method: http.MethodGet, Path: mobilizersPath,
		Summary: "List a campaign's mobilizers",
		Description: "Includes mobilizers who left and kept their contacts in the campaign. A mobilizer is listed if every filter matches. " +
			"Without activity, active_to and silent_days match. " + listDescription,
	}, httpapi.CampaignAdmin, r.listMobilizers)
	httpapi.Register(api, httpapi.Operation{
		ID: "get-mobilizer", Method: http.MethodGet, Path: mobilizerPath,
		Summary: "Get a mobilizer",
		Description: "Returns the profile, the counters, and contacts per Key Question response. Email and phone are included only " +
			"with consent.",
	}, httpapi.CampaignAdmin, r.getMobilizer)
	r.registerMobilizerRemoval(api)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-mobilizer-contacts", Method: http.MethodGet, Path: mobilizerPath + "/contacts",
		Summary:     "List a mobilizer's contacts",
		Description: "In order of adding.",
	}, httpapi.CampaignAdmin, r.listMobilizerContacts)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-mobilizer-actions", Method: http.MethodGet, Path: mobilizerPath + "/actions",
		Summary: "List a mobilizer's action responses",
		Description: "All current responses, tasks marked not completed included, by contact in order of adding. All responses of one contact are on the " +
			"same page, so a page may exceed limit.",
	}, httpapi.CampaignAdmin, r.listMobilizerActions)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-mobilizer-notes", Method: http.MethodGet, Path: mobilizerPath + "/notes",
		Summary:     "List a mobilizer's notes about contacts",
		Description: "Latest first.",
	}, httpapi.CampaignAdmin, r.listMobilizerNotes)
}

// Mobilizer is a mobilizer with the fields that administrators see.
type Mobilizer struct {
	ID     string `json:"id" doc:"Id of the membership."`
	UserID string `json:"user_id"`
	httpapi.PersonDetails
	Consent              bool                  `json:"consent" doc:"Whether administrators may see email and phone."`
	Email                string                `json:"email,omitempty" doc:"Only with consent."`
	Phone                string                `json:"phone,omitempty" doc:"Only with consent. E.164 format."`
	MatchStatus          string                `json:"match_status" enum:"PENDING,CONFIRMED,REG_ELIGIBLE,REG_INELIGIBLE,REG_UNCERTAIN,NO_MATCHES"`
	Voter                *httpapi.MatchedVoter `json:"voter,omitempty"`
	JoinedAt             string                `json:"joined_at" format:"date-time"`
	LeftAt               string                `json:"left_at,omitempty" format:"date-time"`
	TotalContacts        int                   `json:"total_contacts"`
	Matched              httpapi.Share         `json:"matched_contacts" doc:"Share of the mobilizer's contacts."`
	WithTouchpoints      httpapi.Share         `json:"contacts_with_relational_touchpoints" doc:"Share of the mobilizer's contacts."`
	WithKeyQuestion      httpapi.Share         `json:"contacts_with_key_question_response" doc:"Share of the mobilizer's contacts."`
	TotalTouchpoints     int                   `json:"relational_touchpoints"`
	WithActionResponses  int                   `json:"contacts_with_action_responses"`
	TotalActionResponses int                   `json:"total_action_responses"`
	FirstActiveAt        string                `json:"first_activity_at,omitempty" format:"date-time"`
	LastActiveAt         string                `json:"last_activity_at,omitempty" format:"date-time"`
}

func newMobilizer(m *mobilizer.Mobilizer, n metrics.MobilizerCounts) Mobilizer {
	p := m.Profile
	body := Mobilizer{
		ID: string(m.ID), UserID: string(m.User), Consent: m.Consent,
		PersonDetails: httpapi.PersonDetails{
			FirstName: p.FirstName, LastName: p.LastName, PreferredName: p.PreferredName,
			City: p.City, State: p.State, Zip: p.Zip,
		},
		MatchStatus: string(m.Match.State()), Voter: httpapi.NewMatchedVoter(m.Match), JoinedAt: httpapi.Timestamp(m.JoinedAt), LeftAt: httpapi.Timestamp(m.LeftAt),
		TotalContacts:    n.Contacts,
		Matched:          httpapi.NewShare(metrics.Share{Count: n.MatchedContacts, Of: n.Contacts}),
		WithTouchpoints:  httpapi.NewShare(metrics.Share{Count: n.ContactsWithTouchpoints, Of: n.Contacts}),
		WithKeyQuestion:  httpapi.NewShare(metrics.Share{Count: n.ContactsAnswered, Of: n.Contacts}),
		TotalTouchpoints: n.Touchpoints, WithActionResponses: n.ContactsWithResponses, TotalActionResponses: n.ActionResponses,
		FirstActiveAt: httpapi.Timestamp(n.FirstActivityAt), LastActiveAt: httpapi.Timestamp(n.LastActivityAt),
	}
	if m.Consent {
		body.Email, body.Phone = m.Email, p.Phone
	}
	return body
}

// MobilizersQuery holds the parameters of the list of mobilizers.
type MobilizersQuery struct {
	PeopleQuery
	Sort        string `query:"sort" enum:"added,name,last_activity,total_contacts,matched,with_touchpoints,with_key_question_response" default:"added" doc:"added: order of joining; name: last name, then first; matched, with_touchpoints and with_key_question_response: shares of the mobilizer's contacts, a share of none first."`
	JoinedFrom  string `query:"joined_from" format:"date" doc:"First day of joining, in the campaign's time zone."`
	JoinedTo    string `query:"joined_to" format:"date" doc:"Last day of joining."`
	SilentDays  string `query:"silent_days" doc:"Only mobilizers without activity in the last so many days." example:"14"`
	Left        string `query:"left" enum:"true,false" doc:"Whether the mobilizer left the campaign."`
	HasContacts string `query:"has_contacts" enum:"true,false"`
	Consent     string `query:"consent" enum:"true,false" doc:"Whether administrators may see email and phone."`
	State       string `query:"state" doc:"Two-letter code of the state." example:"MA"`
}

func (r *peopleRoutes) listMobilizers(ctx context.Context, a *httpapi.Access, in *MobilizersQuery) (*httpapi.Body[PeopleList[Mobilizer]], error) {
	parsed, err := peoplelist.ParseMobilizers(in.parameters, a.Campaign, a.At)
	if err != nil {
		return nil, err
	}
	q := dynamo.MobilizerQuery{Filter: parsed.Filter, Order: parsed.Order}
	cursor, err := r.readPage(a, "list-mobilizers", &in.PeopleQuery, parsed.Descending, &q.PageQuery)
	if err != nil {
		return nil, err
	}
	p, counts, err := r.store.MobilizersPage(ctx, a.Campaign.ID, q)
	if err != nil {
		return nil, r.startBuild(ctx, a, err)
	}
	list, err := newPeopleList(cursor, p, func(m *mobilizer.Mobilizer) Mobilizer { return newMobilizer(m, counts[m.ID]) })
	return httpapi.NewBody(list), err
}

// MobilizerPath holds the path values of the routes of a mobilizer.
type MobilizerPath struct {
	httpapi.CampaignPath
	Mobilizer string `path:"mobilizer" doc:"Id of the membership."`
}

// readMobilizer returns a mobilizer of the campaign.
//
// Not found: there is none.
func (r *peopleRoutes) readMobilizer(ctx context.Context, a *httpapi.Access, in *MobilizerPath) (*mobilizer.Mobilizer, error) {
	if !id.Valid(in.Mobilizer) {
		return nil, fault.NotFound("mobilizer")
	}
	return r.store.Membership(ctx, a.Campaign.ID, mobilizer.ID(in.Mobilizer))
}

// MobilizerProfile is a mobilizer with the number of contacts per Key Question response.
type MobilizerProfile struct {
	Mobilizer
	Ladder     []MobilizerLadderStep `json:"ladder" nullable:"false" doc:"Contacts per Key Question response, in the campaign's order, including retired responses."`
	Unanswered int                   `json:"contacts_without_key_question_response"`
	MatchLog   []MatchEvent          `json:"match_log" nullable:"false" doc:"Confirmed voters, oldest first. Resetting the match keeps them."`
}

// MobilizerLadderStep is the number of a mobilizer's contacts with a Key Question response.
type MobilizerLadderStep struct {
	Response string `json:"response_id" doc:"Id of the Key Question response."`
	Text     string `json:"text"`
	Contacts int    `json:"contacts"`
}

func (r *peopleRoutes) getMobilizer(ctx context.Context, a *httpapi.Access, in *MobilizerPath) (*httpapi.Body[MobilizerProfile], error) {
	m, err := r.readMobilizer(ctx, a, in)
	if err != nil {
		return nil, err
	}
	counts, err := r.store.MobilizerCounts(ctx, a.Campaign.ID, []mobilizer.ID{m.ID})
	if err != nil {
		return nil, err
	}
	n := counts[m.ID]
	body := MobilizerProfile{
		Mobilizer: newMobilizer(m, n), Ladder: []MobilizerLadderStep{}, Unanswered: n.ContactsUnanswered(), MatchLog: newMatchLog(m.MatchLog),
	}
	for _, response := range a.Campaign.Question.Responses {
		body.Ladder = append(body.Ladder, MobilizerLadderStep{response.ID, response.Text, n.WithResponse(response.Code)})
	}
	return httpapi.NewBody(body), nil
}

// MobilizerListQuery holds the parameters of the lists of a mobilizer.
type MobilizerListQuery struct {
	MobilizerPath
	httpapi.PageQuery
}

// openList returns the mobilizer of a list and the list's cursor, and decodes the page token into position.
//
// Not found: there is no such mobilizer. Invalid: the page token is not one of the list.
func (r *peopleRoutes) openList(ctx context.Context, a *httpapi.Access, list string, in *MobilizerListQuery, position *string) (*mobilizer.Mobilizer, *httpapi.Cursor, error) {
	m, err := r.readMobilizer(ctx, a, &in.MobilizerPath)
	if err != nil {
		return nil, nil, err
	}
	cursor := r.pages.Cursor(a, list, in.Mobilizer)
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

// ContactName identifies a contact.
type ContactName struct {
	ID            string `json:"id"`
	FirstName     string `json:"first_name,omitempty"`
	LastName      string `json:"last_name,omitempty"`
	PreferredName string `json:"preferred_name,omitempty"`
}

func newContactName(c *contact.Contact) ContactName {
	return ContactName{string(c.ID), c.Details.FirstName, c.Details.LastName, c.Details.PreferredName}
}

func (r *peopleRoutes) listMobilizerNotes(ctx context.Context, a *httpapi.Access, in *MobilizerListQuery) (*httpapi.Body[httpapi.List[MobilizerNote]], error) {
	var before string
	m, cursor, err := r.openList(ctx, a, "list-mobilizer-notes", in, &before)
	if err != nil {
		return nil, err
	}
	notes, next, err := r.store.MobilizerNotes(ctx, m.ID, contact.NoteID(before), in.Limit)
	if err != nil {
		return nil, err
	}
	contacts, err := r.store.ContactsOfNotes(ctx, notes)
	if err != nil {
		return nil, err
	}
	list := httpapi.NewList(notes, func(n *contact.Note) MobilizerNote {
		body := MobilizerNote{
			ID: string(n.ID), Content: n.Content, Contact: ContactName{ID: string(n.About.Contact)},
			CreatedAt: httpapi.Timestamp(n.CreatedAt), UpdatedAt: httpapi.Timestamp(n.UpdatedAt),
		}
		if c := contacts[n.About.Contact]; c != nil {
			body.Contact = newContactName(c)
		}
		return body
	})
	list.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(list), err
}
