package httpapitest

import (
	"net/http"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// CampaignFixture is a fixture with an active campaign in New York and a voter file.
type CampaignFixture struct {
	*Fixture
	Organization       *organization.Organization
	owner              *user.User
	Campaign           *campaign.Campaign
	Task, Choice, Free *action.Item
}

// NewCampaign returns a fixture with an active campaign, an action item of each type, and two voters.
func NewCampaign(t *testing.T) *CampaignFixture {
	t.Helper()
	s := &CampaignFixture{Fixture: New(t)}
	s.Organization = &organization.Organization{ID: organization.ID(id.At(s.Now)), Name: "Neighbors", Website: "https://neighbors.example", CreatedAt: s.Now}
	s.Commit(s.Store.CreateOrganization(s.Organization)...)
	s.owner = &user.User{ID: user.ID(id.At(s.Now)), Name: "Olive", Email: "olive@example.org", CreatedAt: s.Now}
	s.StartCampaign("neighbors-2026")
	file := &voter.File{
		ID: voter.FileID(id.At(s.Now)), Organization: s.Organization.ID, State: "MA", Status: voter.FileReady, CreatedAt: s.Now, Version: 1,
	}
	s.Commit(s.Store.CreateVoterFile(file)...)
	if err := s.Store.WriteVoters(t.Context(), s.Organization.ID, file.ID, []voter.Row{
		{Voter: &voter.Voter{CanonicalID: "MA01", StateFileID: "01", FirstName: "JOSE", LastName: "GARCIA", City: "BOSTON", State: "MA", Zip: "02139"}, Line: 2},
		{Voter: &voter.Voter{CanonicalID: "MA02", StateFileID: "02", FirstName: "ANN", LastName: "LEE", State: "MA", Zip: "02139"}, Line: 3},
	}); err != nil {
		t.Fatal(err)
	}
	return s
}

// StartCampaign creates an active campaign with an action item of each type and makes it the fixture's campaign.
func (s *CampaignFixture) StartCampaign(slug string) {
	s.T.Helper()
	s.Campaign = s.NewCampaign(slug, campaign.Active)
	s.mobilizerRoute = "/v1/mobilizer/campaigns/" + string(s.Campaign.ID)
	s.Task = s.NewItem(action.Input{Type: action.Task, Title: "Bring to the rally", Target: action.TargetInput{Everyone: true}})
	s.Choice = s.NewItem(action.Input{
		Type: action.MultipleChoice, Title: "Which issue?", Target: action.TargetInput{NoResponse: true, Responses: []string{s.ResponseID(0)}},
		Options: []action.OptionInput{{Text: "Buses"}, {Text: "Schools"}, {Text: "Parks"}},
	})
	s.Free = s.NewItem(action.Input{Type: action.FreeResponse, Title: "What do they say?", Target: action.TargetInput{Everyone: true}})
}

// NewCampaign creates a campaign in which the fifth Key Question response is retired.
func (s *CampaignFixture) NewCampaign(slug string, status campaign.Status) *campaign.Campaign {
	s.T.Helper()
	c, err := campaign.New(s.Organization.ID, campaign.Details{Name: "Campaign " + slug, Slug: slug, TimeZone: "America/New_York"}, s.Now)
	if err != nil {
		s.T.Fatal(err)
	}
	c.Question.Text = "How likely are they to vote?"
	c.Question.Responses[4].Retired = true
	if status != campaign.Draft {
		if err := c.Publish(s.Now); err != nil {
			s.T.Fatal(err)
		}
	}
	s.Commit(s.Store.CreateCampaign(c)...)
	return c
}

// NewItem creates an action item of the fixture's campaign.
func (s *CampaignFixture) NewItem(edit action.Input) *action.Item {
	s.T.Helper()
	content, err := s.Store.Content(s.T.Context(), s.Campaign.ID)
	if err != nil {
		s.T.Fatal(err)
	}
	i, err := action.New(content.Campaign, content.Items, edit, s.Now)
	if err != nil {
		s.T.Fatal(err)
	}
	s.Commit(append(s.Store.CreateActionItem(i), s.Store.UpdateCampaign(content.Campaign)...)...)
	return i
}

// ResponseID returns the id of a Key Question response. Response 4 is retired.
func (s *CampaignFixture) ResponseID(n int) string { return s.Campaign.Question.Responses[n].ID }

// EditContent changes the campaign and its action items past the API and its cache.
func (s *CampaignFixture) EditContent(change func(*dynamo.Content)) {
	s.T.Helper()
	content, err := s.Store.Content(s.T.Context(), s.Campaign.ID)
	if err != nil {
		s.T.Fatal(err)
	}
	change(content)
	s.Commit(s.Store.UpdateCampaign(content.Campaign)...)
	for _, i := range content.Items {
		s.Commit(s.Store.UpdateActionItem(i)...)
	}
}

// NewUser returns a client with a session that has joined no campaign.
func (s *CampaignFixture) NewUser(name string) *Client {
	s.T.Helper()
	c := &Client{f: s.Fixture, Name: name, User: &user.User{
		ID: user.ID(id.At(s.Now)), Email: strings.ToLower(name) + "@example.org", Name: name, CreatedAt: s.Now,
	}}
	s.Commit(s.Store.CreateUser(c.User, &user.Login{Issuer: "https://issuer.test", Subject: name, User: c.User.ID})...)
	return c
}

// NewMobilizer returns a client that has joined the fixture's campaign.
func (s *CampaignFixture) NewMobilizer(name string) *Client {
	s.T.Helper()
	c := s.NewUser(name)
	c.JoinReply = c.Post("/v1/mobilizer/join", JoinBody(s.Campaign.Slug)).ExpectStatus(http.StatusCreated)
	return c
}
