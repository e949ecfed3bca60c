package mobilizerapi

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/mobilizing"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

func (m *mobilizerRoutes) registerCandidates(api *httpapi.API) {
	const limits = "A mobilizer can search for 60 people in ten minutes and for 300 a day; the same unchanged person counts once a day."
	httpapi.Register(api, httpapi.Operation{
		ID: "search-voters", Method: http.MethodGet, Path: campaignPrefix + "/voters",
		Summary: "Search for registered voters",
		Description: "Returns up to 5 voters whom the parameters most likely mean, the most probable first, with reasons. Needs a first " +
			"and a last name; one of them may be an initial. A candidate's `candidate` matches a contact to the voter. " + limits,
	}, httpapi.CampaignMobilizer, m.searchVoters)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-contact-candidates", Method: http.MethodGet, Path: contactPrefix + "/candidates",
		Summary: "List the voters who may be a contact",
		Description: "Returns up to 3 voters. birth_year and street are answers to `questions`; they are used for this search " +
			"only and not stored. " + limits,
	}, httpapi.CampaignMobilizer, m.contactCandidates)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-candidates", Method: http.MethodPost, Path: campaignPrefix + "/candidates", NoIdempotencyKey: true,
		Summary:     "List the voters who may be each of up to 50 contacts",
		Description: "Returns up to 3 voters a contact, in the order of the request. " + limits,
	}, httpapi.CampaignMobilizer, m.manyCandidates)
	httpapi.Register(api, httpapi.Operation{
		ID: "list-my-candidates", Method: http.MethodGet, Path: campaignPrefix + "/match/candidates",
		Summary:     "List the voters who may be the mobilizer",
		Description: "Returns up to 3 voters for the name and place of the own profile. " + limits,
	}, httpapi.CampaignMobilizer, m.ownCandidates)
}

// VoterCandidate is a voter who may be the person sought.
type VoterCandidate struct {
	Candidate     string        `json:"candidate" doc:"Pass it as candidate to match the contact to this voter. Valid for a day."`
	Band          string        `json:"band" enum:"strong,likely,possible" doc:"strong: preselect it, one tap confirms. Never confirmed without a person."`
	FirstName     string        `json:"first_name,omitempty"`
	MiddleInitial string        `json:"middle_initial,omitempty"`
	LastName      string        `json:"last_name,omitempty"`
	Suffix        string        `json:"suffix,omitempty"`
	City          string        `json:"city,omitempty"`
	State         string        `json:"state"`
	Zip           string        `json:"zip,omitempty"`
	Age           string        `json:"age,omitempty" doc:"In bands of ten years." example:"40-49"`
	Street        string        `json:"street,omitempty" doc:"Without the house number."`
	Inactive      bool          `json:"inactive,omitempty" doc:"The state lists the voter as inactive."`
	Reasons       []MatchReason `json:"reasons" nullable:"false"`
}

// MatchReason is why a candidate agrees or disagrees with what is known of the person.
type MatchReason struct {
	Code string `json:"code" enum:"same_name,nickname,initial,first_near,middle_name,first_differs,half_last_name,last_near,last_sound,last_differs,same_zip,same_city,nearby,elsewhere,your_zip,age_close,age_differs,same_address,same_street,street_differs,same_household,more_of_this_name"`
	Text string `json:"text" doc:"In English; pages translate by code." example:"Bill is short for William"`
}

// Candidates are the voters who may be one person.
type Candidates struct {
	Items     []VoterCandidate `json:"items" nullable:"false"`
	Questions []string         `json:"questions" nullable:"false" enum:"first_name,last_name,state,place,birth_year,street" doc:"What to ask for when no candidate is strong, the most useful first."`
}

// ContactCandidates are the voters who may be one of several contacts.
type ContactCandidates struct {
	ContactID string `json:"contact_id" doc:"Id of the contact in this campaign."`
	Candidates
}

// searchVoters finds voters by what is typed.
func (m *mobilizerRoutes) searchVoters(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	First     string `query:"first_name" maxLength:"100"`
	Last      string `query:"last_name" maxLength:"100"`
	City      string `query:"city" maxLength:"100"`
	Zip       string `query:"zip" maxLength:"10"`
	State     string `query:"state" maxLength:"2" doc:"Two-letter USPS code. Without it, the mobilizer's own state."`
	BirthYear int    `query:"birth_year" minimum:"0" maximum:"2100" doc:"0 if unknown."`
	Street    string `query:"street" maxLength:"100"`
},
) (*httpapi.Body[Candidates], error) {
	var check fault.Checker
	k := mobilizing.Known{State: text.State(&check, "state", in.State), Input: match.Input{
		First: in.First, Last: in.Last, City: in.City, Zip: text.Zip(&check, "zip", in.Zip), BirthYear: in.BirthYear, Street: in.Street,
	}}
	check.Check(!k.NamesMissing(), "last_name", "Send first_name and last_name; one of them may be an initial.")
	if err := check.Err(); err != nil {
		return nil, err
	}
	return m.candidates(a)(m.service.SearchVoters(ctx, newCaller(a), k))
}

// candidates returns the function that makes a reply of the result of a search.
func (m *mobilizerRoutes) candidates(a *httpapi.Access) func(*voter.Result, error) (*httpapi.Body[Candidates], error) {
	return func(result *voter.Result, err error) (*httpapi.Body[Candidates], error) {
		if err != nil {
			return nil, err
		}
		body, err := m.newCandidates(a, result)
		return httpapi.NewBody(body), err
	}
}

func (m *mobilizerRoutes) contactCandidates(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	BirthYear int    `query:"birth_year" minimum:"0" maximum:"2100" doc:"0 if unknown."`
	Street    string `query:"street" maxLength:"100"`
},
) (*httpapi.Body[Candidates], error) {
	return m.candidates(a)(m.service.ContactCandidates(ctx, newCaller(a), in.Contact, in.BirthYear, in.Street))
}

// ListCandidatesRequest names the contacts to search for.
type ListCandidatesRequest struct {
	ContactIDs []string `json:"contact_ids" minItems:"1" maxItems:"50" nullable:"false" doc:"Ids of own contacts in this campaign."`
}

func (m *mobilizerRoutes) manyCandidates(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.CampaignPath
	Body ListCandidatesRequest
},
) (*httpapi.Body[httpapi.List[ContactCandidates]], error) {
	results, err := m.service.ManyCandidates(ctx, newCaller(a), in.Body.ContactIDs)
	if err != nil {
		return nil, err
	}
	list := httpapi.List[ContactCandidates]{}
	for _, r := range results {
		body, err := m.newCandidates(a, r.Result)
		if err != nil {
			return nil, err
		}
		list.Items = append(list.Items, ContactCandidates{string(r.Contact), body})
	}
	return httpapi.NewBody(list), nil
}

func (m *mobilizerRoutes) ownCandidates(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Candidates], error) {
	return m.candidates(a)(m.service.OwnCandidates(ctx, newCaller(a)))
}

// candidateToken is what a candidate's token holds: the voter, and how the search found it.
type candidateToken struct {
	ID       string         `json:"v"`
	File     voter.FileID   `json:"f"`
	Evidence voter.Evidence `json:"e"`
}

func (m *mobilizerRoutes) candidateCursor(a *httpapi.Access) *httpapi.Cursor {
	return m.pages.Cursor(a, "candidates")
}

func (m *mobilizerRoutes) newCandidates(a *httpapi.Access, result *voter.Result) (Candidates, error) {
	shown := Candidates{Items: []VoterCandidate{}, Questions: []string{}}
	for _, q := range result.Questions {
		shown.Questions = append(shown.Questions, string(q))
	}
	for _, c := range result.Candidates {
		token, err := m.candidateCursor(a).Token(candidateToken{c.Voter.CanonicalID, c.File, voter.Evidence{
			By: a.UserID, Method: voter.BySearch, File: c.File, Weights: match.Version, P: c.P, Levels: c.Levels.String(), Rank: c.Rank,
			Offered: len(result.Candidates),
		}})
		if err != nil {
			return shown, err
		}
		shown.Items = append(shown.Items, newVoterCandidate(&c, token, a.At.Year()))
	}
	return shown, nil
}

func newVoterCandidate(c *voter.Candidate, token string, year int) VoterCandidate {
	v := c.Voter
	shown := VoterCandidate{
		Candidate: token, Band: string(match.BandOf(c.P)), FirstName: v.FirstName, LastName: v.LastName, Suffix: v.Suffix, City: v.City,
		State: v.State, Zip: v.Zip[:min(5, len(v.Zip))], Street: withoutNumber(v.Street), Inactive: v.Inactive, Reasons: []MatchReason{},
	}
	for _, r := range v.MiddleName {
		shown.MiddleInitial = string(r)
		break
	}
	if v.BirthYear > 0 {
		decade := max(0, year-v.BirthYear) / 10 * 10
		shown.Age = strconv.Itoa(decade) + "-" + strconv.Itoa(decade+9)
	}
	for _, r := range c.Reasons {
		shown.Reasons = append(shown.Reasons, MatchReason{r.Code, r.Text()})
	}
	return shown
}

// withoutNumber returns an address without its house number.
func withoutNumber(address string) string {
	words := strings.Fields(address)
	for len(words) > 0 && strings.ContainsAny(words[0], "0123456789") {
		words = words[1:]
	}
	return strings.Join(words, " ")
}
