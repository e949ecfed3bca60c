package mobilizerapi

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/httpapi"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/voter"
	"github.com/kithhq/kith/internal/voter/match"
)

// Numbers of candidates and of contacts in one request.
const (
	maxFound         = 5  // candidates of a search
	maxCandidates    = 3  // candidates of a contact
	maxContacts      = 50 // contacts of one request
	parallelSearches = 4
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

// known is what is known of a person to find.
type known struct {
	contact string // id of the contact, or what else a candidate is bound to
	state   string
	input   match.Input
}

func (k *known) key() uint32 {
	in := k.input
	return voter.SearchKey(in.First, in.Preferred, in.Last, in.City, in.Zip, k.state, strconv.Itoa(in.BirthYear), in.Street)
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
	k := known{state: text.State(&check, "state", in.State), input: match.Input{
		First: in.First, Last: in.Last, City: in.City, Zip: text.Zip(&check, "zip", in.Zip), BirthYear: in.BirthYear, Street: in.Street,
	}}
	check.Check(!namesMissing(k.input), "last_name", "Send first_name and last_name; one of them may be an initial.")
	if err := check.Err(); err != nil {
		return nil, err
	}
	found, err := m.find(ctx, a, []known{k}, maxFound)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(found[0]), nil
}

func (m *mobilizerRoutes) contactCandidates(ctx context.Context, a *httpapi.Access, in *struct {
	httpapi.ContactPath
	BirthYear int    `query:"birth_year" minimum:"0" maximum:"2100" doc:"0 if unknown."`
	Street    string `query:"street" maxLength:"100"`
},
) (*httpapi.Body[Candidates], error) {
	c, err := m.readContact(ctx, a, in.Contact)
	if err != nil {
		return nil, err
	}
	entries, err := m.store.AddressBookEntries(ctx, c.User, c.Organization, []contact.EntryID{c.Entry})
	if err != nil {
		return nil, err
	}
	k := knownOf(c, entries[c.Entry])
	k.input.BirthYear, k.input.Street = in.BirthYear, in.Street
	found, err := m.find(ctx, a, []known{k}, maxCandidates)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(found[0]), nil
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
	ids := make([]contact.ID, 0, len(in.Body.ContactIDs))
	for _, contactID := range in.Body.ContactIDs {
		if !id.Valid(contactID) {
			return nil, fault.NotFound("contact")
		}
		if !slices.Contains(ids, contact.ID(contactID)) {
			ids = append(ids, contact.ID(contactID))
		}
	}
	contacts, err := m.store.ContactsByID(ctx, a.Mobilizer, ids)
	if err != nil {
		return nil, err
	}
	if len(contacts) < len(ids) {
		return nil, fault.NotFound("contact")
	}
	var entryIDs []contact.EntryID
	for _, c := range contacts {
		entryIDs = append(entryIDs, c.Entry)
	}
	entries, err := m.store.AddressBookEntries(ctx, a.Mobilizer.User, a.Organization, entryIDs)
	if err != nil {
		return nil, err
	}
	people := make([]known, len(ids))
	for i, contactID := range ids {
		people[i] = knownOf(contacts[contactID], entries[contacts[contactID].Entry])
	}
	found, err := m.find(ctx, a, people, maxCandidates)
	if err != nil {
		return nil, err
	}
	list := httpapi.List[ContactCandidates]{}
	for i, contactID := range ids {
		list.Items = append(list.Items, ContactCandidates{string(contactID), found[i]})
	}
	return httpapi.NewBody(list), nil
}

func (m *mobilizerRoutes) ownCandidates(ctx context.Context, a *httpapi.Access, _ *httpapi.CampaignPath) (*httpapi.Body[Candidates], error) {
	found, err := m.find(ctx, a, []known{knownOfSelf(a)}, maxCandidates)
	if err != nil {
		return nil, err
	}
	return httpapi.NewBody(found[0]), nil
}

// knownOf returns what is known of a contact. Only the mobilizer's own searches use the address book's phone number.
func knownOf(c *contact.Contact, e *contact.Entry) known {
	d := c.Details
	k := known{contact: string(c.ID), state: d.State, input: match.Input{
		First: d.FirstName, Preferred: d.PreferredName, Last: d.LastName, City: d.City, Zip: d.Zip,
	}}
	if e != nil {
		k.input.Phone = e.Private.Phone
	}
	return k
}

// ownMatch binds the candidates for the mobilizer.
const ownMatch = "self"

func knownOfSelf(a *httpapi.Access) known {
	p := a.Mobilizer.Profile
	return known{contact: ownMatch, state: p.State, input: match.Input{
		First: p.FirstName, Preferred: p.PreferredName, Last: p.LastName, City: p.City, Zip: p.Zip,
	}}
}

// find returns the candidates for each person. It counts the searches first.
func (m *mobilizerRoutes) find(ctx context.Context, a *httpapi.Access, people []known, limit int) ([]Candidates, error) {
	files, err := m.store.VoterFiles(ctx, a.Organization)
	if err != nil {
		return nil, err
	}
	states := voter.States(files)
	found := make([]Candidates, len(people))
	var keys []uint32
	var sought []int
	for i := range people {
		k := &people[i]
		found[i] = Candidates{Items: []VoterCandidate{}, Questions: []string{}}
		if k.state == "" {
			k.state = a.Mobilizer.Profile.State
		}
		if k.state == "" && len(states) == 1 {
			k.state = states[0]
		}
		switch {
		case namesMissing(k.input):
			found[i].Questions = append(found[i].Questions, missingName(k.input))
		case k.state == "":
			found[i].Questions = append(found[i].Questions, "state")
		default:
			k.input.Near = a.Mobilizer.Profile.Zip
			if k.contact != ownMatch && a.Mobilizer.Match.Household != 0 {
				k.input.Households = []uint32{a.Mobilizer.Match.Household}
			}
			keys, sought = append(keys, k.key()), append(sought, i)
		}
	}
	if len(sought) == 0 {
		return found, nil
	}
	if err := m.countSearches(ctx, a, keys); err != nil {
		return nil, err
	}
	err = dynamo.InParallel(ctx, parallelSearches, len(sought), func(ctx context.Context, n int) error {
		k := &people[sought[n]]
		result, err := m.searcher.Search(ctx, a.Organization, files, k.state, k.input, limit)
		if err != nil {
			return err
		}
		found[sought[n]], err = m.showCandidates(a, result)
		return err
	})
	return found, err
}

// countSearches counts searches, and logs for the alarm when a mobilizer reaches the limit.
func (m *mobilizerRoutes) countSearches(ctx context.Context, a *httpapi.Access, keys []uint32) error {
	err := m.store.CountVoterSearches(ctx, a.Campaign.ID, a.Mobilizer.ID, keys, a.At)
	if fault.Is(err, fault.KindRateLimited) {
		slog.WarnContext(ctx, "voter search limit reached", "campaign", string(a.Campaign.ID), "mobilizer", string(a.Mobilizer.ID)) // the template has an alarm on it
	}
	return err
}

func namesMissing(in match.Input) bool {
	first, last := len(match.Joined(in.First))+len(match.Joined(in.Preferred)), len(match.Joined(in.Last))
	return first == 0 || last == 0 || first == 1 && last == 1
}

func missingName(in match.Input) string {
	if len(match.Joined(in.Last)) < 2 {
		return "last_name"
	}
	return "first_name"
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

func (m *mobilizerRoutes) showCandidates(a *httpapi.Access, result *voter.Result) (Candidates, error) {
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
		shown.Items = append(shown.Items, showCandidate(&c, token, a.At.Year()))
	}
	return shown, nil
}

func showCandidate(c *voter.Candidate, token string, year int) VoterCandidate {
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
