package adminapi

import (
	"context"
	"log/slog"
	"math"
	"net/http"
	"time"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
	"github.com/kithhq/kith/internal/voter/suggest"
)

// suggestions answers what is asked of a campaign's suggestions of voters.
type suggestions struct {
	store    *dynamo.Store
	pages    *httpapi.Pages
	dispatch job.Invoke
}

// RegisterVoterSuggestions adds the routes of suggestions. Dispatch invokes the worker of a job.
func RegisterVoterSuggestions(api *httpapi.API, secret []byte, dispatch job.Invoke) {
	h := &suggestions{api.Store(), httpapi.NewPages(secret), dispatch}
	const all = "/v1/admin/campaigns/{campaign}/voter-suggestions"
	httpapi.Register(api, httpapi.Operation{
		ID: "create-voter-suggestions", Method: http.MethodPost, Path: all, Status: http.StatusCreated,
		Summary:     "Search for the voters of all contacts without a match",
		Description: "Replaces the suggestions of an earlier run. Get the suggestions for its progress. Conflict: a run is in progress.",
	}, httpapi.CampaignAdmin, h.create)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-voter-suggestions", Method: http.MethodGet, Path: all,
		Summary:     "List suggested voters of contacts without a match",
		Description: "In order of adding the contacts. Contacts that were matched or edited since are left out, so that a page may have fewer items than limit.",
	}, httpapi.CampaignAdmin, h.list)
	httpapi.Register(api, httpapi.Operation{
		ID: "accept-voter-suggestion", Method: http.MethodPost, Path: all + "/{contact}/accept",
		Summary:     "Match a contact to a suggested voter",
		Description: "Conflict: the contact was matched or edited since, or the voter is not suggested.",
	}, httpapi.CampaignAdmin, h.accept)
	httpapi.Register(api, httpapi.Operation{
		ID: "decline-voter-suggestion", Method: http.MethodPost, Path: all + "/{contact}/decline",
		Summary:     "Decline a suggested voter of a contact",
		Description: "The voter is not suggested for the contact again. Conflict: the voter is not suggested.",
	}, httpapi.CampaignAdmin, h.decline)
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

func showRun(r *suggest.Run) VoterSuggestionRun {
	return VoterSuggestionRun{
		Status: string(r.Status), Searched: r.Searched, Suggested: r.Suggested, Error: r.Error, StartedBy: r.By,
		StartedAt: httpapi.Timestamp(r.StartedAt), FinishedAt: httpapi.Timestamp(r.FinishedAt),
	}
}

func (h *suggestions) create(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[VoterSuggestionRun], error) {
	var started *job.Job
	reply, err := httpapi.Write(ctx, a, http.StatusCreated, func() (VoterSuggestionRun, []dynamo.Write, error) {
		before, err := h.store.SuggestionRun(ctx, a.Campaign.ID)
		if err != nil && !fault.Is(err, fault.KindNotFound) {
			return VoterSuggestionRun{}, nil, err
		}
		if err == nil && before.Status == suggest.Running && (started == nil || before.Job != started.ID) {
			return VoterSuggestionRun{}, nil, fault.Conflict("suggestions_running", "A search for voters is in progress. Wait until it has finished.")
		}
		started = job.New(job.SuggestVoters, string(a.Organization), string(a.Campaign.ID), string(a.Campaign.ID), a.At, time.Now())
		run := &suggest.Run{Status: suggest.Running, Job: started.ID, By: a.User.Name, StartedAt: a.At}
		if err := h.store.SaveSuggestionRun(ctx, a.Campaign.ID, run); err != nil {
			return VoterSuggestionRun{}, nil, err
		}
		return showRun(run), h.store.CreateJob(started), nil
	})
	if err == nil && started != nil && h.dispatch != nil {
		if err := h.dispatch(ctx, started.ID, 0, a.At); err != nil {
			slog.WarnContext(ctx, "voter job not dispatched; the sweep requeues it", "job", started.ID, "error", err)
		}
	}
	return reply, err
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
	FirstName        string  `json:"first_name,omitempty"`
	MiddleName       string  `json:"middle_name,omitempty"`
	LastName         string  `json:"last_name,omitempty"`
	Suffix           string  `json:"suffix,omitempty"`
	City             string  `json:"city,omitempty"`
	Zip              string  `json:"zip,omitempty"`
	Band             string  `json:"band" enum:"strong,likely,possible"`
	Confidence       float64 `json:"confidence" doc:"Probability that this voter is the contact."`
	Levels           string  `json:"levels" doc:"How first name, last name, place, birth year and street agree."`
	Repeated         bool    `json:"repeated,omitempty" doc:"Also suggested for another contact of the mobilizer on this page."`
}

func (h *suggestions) list(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	httpapi.PageQuery
},
) (*httpapi.Body[VoterSuggestions], error) {
	shown := VoterSuggestions{Run: VoterSuggestionRun{Status: "none"}, Items: []VoterSuggestion{}}
	run, err := h.store.SuggestionRun(ctx, a.Campaign.ID)
	if fault.Is(err, fault.KindNotFound) {
		return httpapi.NewBody(shown), nil
	}
	if err != nil {
		return nil, err
	}
	shown.Run = showRun(run)
	cursor := h.pages.Cursor(a, "list-voter-suggestions")
	var after string
	if err := cursor.Position(in.Page, &after); err != nil {
		return nil, err
	}
	found, next, err := h.store.SuggestionsPage(ctx, a.Campaign.ID, contact.ID(after), in.Limit)
	if err != nil {
		return nil, err
	}
	contacts, err := h.store.SuggestedContacts(ctx, a.Campaign.ID, found)
	if err != nil {
		return nil, err
	}
	var refs []voter.Ref
	for _, s := range found {
		for _, c := range s.Candidates {
			refs = append(refs, c.Ref)
		}
	}
	voters, err := h.store.VotersByRef(ctx, a.Organization, refs)
	if err != nil {
		return nil, err
	}
	type pair struct{ mobilizer, voter string }
	offered := map[pair]int{}
	for _, s := range found {
		c := contacts[s.Contact]
		if c == nil || !s.Current(c) {
			continue
		}
		item := VoterSuggestion{string(c.ID), httpapi.NewPersonDetails(c.Details), string(c.Mobilizer), []SuggestedVoter{}}
		for _, candidate := range s.Candidates {
			if v := voters[candidate.Ref]; v != nil {
				item.Voters = append(item.Voters, showSuggested(v, &candidate))
				offered[pair{item.MobilizerID, v.CanonicalID}]++
			}
		}
		if len(item.Voters) > 0 {
			shown.Items = append(shown.Items, item)
		}
	}
	for _, item := range shown.Items {
		for i := range item.Voters {
			item.Voters[i].Repeated = offered[pair{item.MobilizerID, item.Voters[i].CanonicalVoterID}] > 1
		}
	}
	shown.Next, err = cursor.TokenAfter(string(next))
	return httpapi.NewBody(shown), err
}

func showSuggested(v *voter.Voter, c *suggest.Candidate) SuggestedVoter {
	return SuggestedVoter{
		CanonicalVoterID: v.CanonicalID, FirstName: v.FirstName, MiddleName: v.MiddleName, LastName: v.LastName, Suffix: v.Suffix,
		City: v.City, Zip: v.Zip, Band: string(match.BandOf(c.P)), Confidence: math.Round(c.P*1e4) / 1e4, Levels: c.Levels,
	}
}

// SuggestionDecision accepts or declines one suggested voter.
type SuggestionDecision struct {
	httpapi.ContactPath
	Body struct {
		CanonicalVoterID string `json:"canonical_voter_id" maxLength:"200"`
	}
}

// suggested returns a contact and the suggestion that offers a voter for it. Conflict: the voter is not suggested.
func (h *suggestions) suggested(ctx context.Context, a *httpapi.Access, in *SuggestionDecision) (*contact.Contact, *suggest.Suggestion, *suggest.Candidate, error) {
	if !id.Valid(in.Contact) {
		return nil, nil, nil, fault.NotFound("contact")
	}
	c, err := h.store.ContactByID(ctx, a.Campaign.ID, contact.ID(in.Contact))
	if err != nil {
		return nil, nil, nil, err
	}
	found, err := h.store.Suggestions(ctx, a.Campaign.ID, []contact.ID{c.ID})
	if err != nil {
		return nil, nil, nil, err
	}
	if s := found[c.ID]; s != nil && s.Current(c) {
		if candidate := s.Find(in.Body.CanonicalVoterID); candidate != nil {
			return c, s, candidate, nil
		}
	}
	return nil, nil, nil, fault.Conflict("not_suggested", "This voter is not suggested for the contact, or the contact has changed. Reload the suggestions.")
}

func (h *suggestions) accept(ctx context.Context, a *httpapi.Access, in *SuggestionDecision) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		c, s, candidate, err := h.suggested(ctx, a, in)
		if err != nil {
			return nil, err
		}
		voters, err := h.store.VotersByRef(ctx, a.Organization, []voter.Ref{candidate.Ref})
		if err != nil {
			return nil, err
		}
		v := voters[candidate.Ref]
		if v == nil {
			return nil, fault.Conflict("not_suggested", "This voter is no longer in the voter file. Search again.")
		}
		c.AcceptSuggestion(*v, voter.Evidence{
			By: a.User.ID, Method: voter.BySuggestion, File: candidate.Ref.File, Weights: match.Version, P: candidate.P,
			Levels: candidate.Levels, Rank: candidate.Rank, Offered: len(s.Candidates),
		}, a.At)
		return h.store.UpdateContact(c), nil
	})
}

func (h *suggestions) decline(ctx context.Context, a *httpapi.Access, in *SuggestionDecision) (*httpapi.Nothing, error) {
	return httpapi.WriteNothing(ctx, a, func() ([]dynamo.Write, error) {
		_, s, _, err := h.suggested(ctx, a, in)
		if err != nil {
			return nil, err
		}
		s.Decline(in.Body.CanonicalVoterID)
		return nil, h.store.SaveSuggestions(ctx, a.Campaign.ID, []*suggest.Suggestion{s})
	})
}
