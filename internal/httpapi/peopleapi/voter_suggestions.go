package peopleapi

import (
	"context"
	"math"
	"net/http"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/secret"
	"github.com/kithhq/kith/internal/suggesting"
	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/suggest"
)

// suggestionRoutes holds what the routes of suggested voters need.
type suggestionRoutes struct {
	store   *dynamo.Store
	pages   *httpapi.Pages
	service *suggesting.Service
}

// RegisterVoterSuggestions adds the routes of suggestions. Dispatch invokes the worker of a job.
func RegisterVoterSuggestions(api *httpapi.API, secrets *secret.Reader, dispatch job.Invoke) {
	r := &suggestionRoutes{api.Store(), httpapi.NewPages(secrets), suggesting.NewService(api.Store(), dispatch)}
	const all = "/v1/admin/campaigns/{campaign}/voter-suggestions"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-voter-suggestions", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary:     "Search for the voters of all contacts without a match",
		Description: "Replaces the suggestions of an earlier run. Get the suggestions for its progress. Conflict: a run is in progress.",
	}, httpapi.CampaignAdmin, r.createSuggestions)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-voter-suggestions", Method: http.MethodGet, Path: all,
		Summary:     "List suggested voters of contacts without a match",
		Description: "In order of adding the contacts. Contacts that were matched or edited since are left out, so that a page may have fewer items than limit.",
	}, httpapi.CampaignAdmin, r.listSuggestions)
	httpapi.Register(api, httpapi.Operation{
		ID: "accept-voter-suggestion", Method: http.MethodPost, Path: all + "/{contact}/accept",
		Summary:     "Match a contact to a suggested voter",
		Description: "Conflict: the contact was matched or edited since, or the voter is not suggested.",
	}, httpapi.CampaignAdmin, r.acceptSuggestion)
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-voter-suggestion", Method: http.MethodPost, Path: all + "/{contact}/decline",
		Summary:     "Decline a suggested voter of a contact",
		Description: "The voter is not suggested for the contact again. Conflict: the voter is not suggested.",
	}, httpapi.CampaignAdmin, r.declineSuggestion)
}

// VoterSuggestionRun is the search for all contacts without a match.
type VoterSuggestionRun struct {
	Status     string `json:"status" enum:"none,running,ready,failed"`
	Searched   int    `json:"searched" doc:"Contacts searched so far."`
	Suggested  int    `json:"suggested" doc:"Of them, contacts with suggested voters."`
	Error      string `json:"error,omitempty"`
	StartedBy  string `json:"started_by,omitempty" doc:"Name of the administrator."`
	StartedAt  string `json:"started_at,omitempty" format:"date-time"`
	FinishedAt string `json:"finished_at,omitempty" format:"date-time"`
}

func newVoterSuggestionRun(a *httpapi.Access, r *suggest.Run) VoterSuggestionRun {
	return VoterSuggestionRun{
		Status: string(r.Status), Searched: r.Searched, Suggested: r.Suggested, Error: a.Translate(fault.DecodeMessage(r.Error, "")), StartedBy: r.By,
		StartedAt: httpapi.Timestamp(r.StartedAt), FinishedAt: httpapi.Timestamp(r.FinishedAt),
	}
}

func newSuggestionCaller(a *httpapi.Access) suggesting.Caller {
	return suggesting.Caller{User: a.User, At: a.At}
}

func (r *suggestionRoutes) createSuggestions(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[VoterSuggestionRun], error) {
	var started *suggest.Run
	reply, err := httpapi.Write(ctx, a, http.StatusCreated, func() (VoterSuggestionRun, []dynamo.Write, error) {
		run, writes, err := r.service.Start(ctx, newSuggestionCaller(a), a.Campaign)
		if err != nil {
			return VoterSuggestionRun{}, nil, err
		}
		started = run
		return newVoterSuggestionRun(a, run), writes, nil
	})
	if err != nil {
		return nil, err
	}
	r.service.Dispatch(ctx, started)
	return reply, nil
}

// VoterSuggestions is a page of suggestions, with the run that found them.
type VoterSuggestions struct {
	Run   VoterSuggestionRun `json:"run"`
	Items []VoterSuggestion  `json:"items" nullable:"false"`
	Next  string             `json:"next,omitempty" doc:"Pass as page to get the next page."`
}

// VoterSuggestion is the voters who may be one contact.
type VoterSuggestion struct {
	Contact string `json:"contact_id" doc:"Of the contact in this campaign."`
	httpapi.PersonDetails
	MobilizerID string           `json:"mobilizer_id" doc:"Of the membership that added the contact."`
	Voters      []SuggestedVoter `json:"voters" nullable:"false" doc:"The most probable first."`
}

// SuggestedVoter is a voter who may be a contact.
type SuggestedVoter struct {
	CanonicalVoterID string  `json:"canonical_voter_id"`
	StateFileID      string  `json:"state_file_id,omitempty"`
	FirstName        string  `json:"first_name,omitempty"`
	MiddleName       string  `json:"middle_name,omitempty"`
	LastName         string  `json:"last_name,omitempty"`
	Suffix           string  `json:"suffix,omitempty"`
	City             string  `json:"city,omitempty"`
	Zip              string  `json:"zip,omitempty"`
	BirthYear        int     `json:"birth_year,omitempty"`
	Band             string  `json:"band" enum:"strong,likely,possible"`
	Confidence       float64 `json:"confidence" doc:"Probability that this voter is the contact."`
	Levels           string  `json:"levels" doc:"How first name, last name, place, birth year and street agree."`
	Repeated         bool    `json:"repeated,omitempty" doc:"Also suggested for another contact of the mobilizer on this page."`
}

func (r *suggestionRoutes) listSuggestions(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	httpapi.PageQuery
},
) (*httpapi.Body[VoterSuggestions], error) {
	body := VoterSuggestions{Run: VoterSuggestionRun{Status: "none"}, Items: []VoterSuggestion{}}
	run, err := r.store.SuggestionRun(ctx, a.Campaign.ID)
	if fault.Is(err, fault.KindNotFound) {
		return httpapi.NewBody(body), nil
	}
	if err != nil {
		return nil, err
	}
	body.Run = newVoterSuggestionRun(a, run)
	cursor := r.pages.Cursor(a, "list-voter-suggestions")
	var after string
	if err := cursor.Position(in.Page, &after); err != nil {
		return nil, err
	}
	page, next, err := r.service.Page(ctx, a.Campaign, contact.ID(after), in.Limit)
	if err != nil {
		return nil, err
	}
	body.Items = httpapi.NewList(page, newVoterSuggestion).Items
	body.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(body), err
}

func newVoterSuggestion(s suggesting.Suggested) VoterSuggestion {
	return VoterSuggestion{string(s.ID), httpapi.NewPersonDetails(s.Details), string(s.Mobilizer), httpapi.NewList(s.Voters, newSuggestedVoter).Items}
}

func newSuggestedVoter(v suggesting.SuggestedVoter) SuggestedVoter {
	return SuggestedVoter{
		CanonicalVoterID: v.CanonicalID, StateFileID: v.StateFileID, FirstName: v.FirstName, MiddleName: v.MiddleName, LastName: v.LastName, Suffix: v.Suffix,
		City: v.City, Zip: v.Zip, BirthYear: v.BirthYear, Band: string(match.BandOf(v.P)), Confidence: math.Round(v.P*1e4) / 1e4, Levels: v.Levels,
		Repeated: v.Repeated,
	}
}

// SuggestionDecision accepts or declines one suggested voter.
type SuggestionDecision struct {
	httpapi.ContactPath
	Body struct {
		CanonicalVoterID string `json:"canonical_voter_id" maxLength:"200"`
	}
}

func (in *SuggestionDecision) choice() suggesting.Choice {
	return suggesting.Choice{Contact: in.Contact, CanonicalVoterID: in.Body.CanonicalVoterID}
}

func (r *suggestionRoutes) acceptSuggestion(ctx context.Context, a *httpapi.Access, in *SuggestionDecision) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		return r.service.Accept(ctx, newSuggestionCaller(a), a.Campaign, in.choice())
	})
}

func (r *suggestionRoutes) declineSuggestion(ctx context.Context, a *httpapi.Access, in *SuggestionDecision) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		return nil, r.service.Decline(ctx, a.Campaign, in.choice())
	})
}
