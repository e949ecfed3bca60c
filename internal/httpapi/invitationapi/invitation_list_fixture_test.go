package invitationapi_test

import (
	"bytes"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
)

// invitationListFixture is an active campaign with people of each class that a list may name.
type invitationListFixture struct {
	*httpapitest.Fixture
	owner *httpapitest.Client
	at    string // address of its invitations
	slug  string
	id    campaign.ID
	open  string // id of mia's open invitation
}

func newInvitationListFixtureIn(d *httpapitest.Fixture, owner *httpapitest.Client, organization, slug string) *invitationListFixture {
	d.T.Helper()
	address := d.CreateCampaign(owner, organization, slug)
	owner.Post(address+"/publish", nil).ExpectStatus(http.StatusOK)
	return &invitationListFixture{Fixture: d, owner: owner, at: address + "/invitations", slug: slug, id: campaign.ID(httpapitest.LastSegment(address))}
}

func newInvitationListFixture(t *testing.T) *invitationListFixture {
	t.Helper()
	d := httpapitest.New(t)
	owner := d.SignIn("olivia")
	g := newInvitationListFixtureIn(d, owner, d.CreateOrganization(owner, "Neighbors"), "autumn")
	invite := func(name string) string {
		return owner.Post(g.at, map[string]any{"email": name + "@example.org", "first_name": name, "last_name": "Guest"}).ExpectStatus(http.StatusCreated).Text("id")
	}
	g.open = invite("mia")
	owner.Post(g.at+"/"+invite("rob")+"/revoke", nil).ExpectStatus(http.StatusOK)
	d.SignIn("max").Post("/v1/mobilizer/join", httpapitest.JoinBody(g.slug)).ExpectStatus(http.StatusCreated)
	d.SignIn("leo").Post("/v1/mobilizer/join", httpapitest.JoinBody(g.slug)).ExpectStatus(http.StatusCreated)
	d.SignIn("leo").Post("/v1/mobilizer/campaigns/"+string(g.id)+"/leave", map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	d.SignIn("ida") // has an account, and is in no campaign
	content, err := d.Store.Content(t.Context(), g.id)
	if err != nil {
		t.Fatal(err)
	}
	for email, why := range map[string]invitation.DeliveryState{"una@example.org": invitation.Unsubscribed, "ben@example.org": invitation.Bounced} {
		d.Commit(d.Store.PutSuppression(&invitation.Suppression{Organization: content.Campaign.Organization, Email: email, Reason: why, At: d.Now})...)
	}
	return g
}

func (g *invitationListFixture) importList(file, key string) *httpapitest.Reply {
	return g.owner.Do(http.MethodPost, g.at+"/import", []byte(file), key)
}

// counts are the report's totals in a line.
func counts(r *httpapitest.Reply) string {
	var all []string
	for _, name := range []string{"rows", "valid", "invited", "duplicate", "already_mobilizer", "suppressed", "malformed", "remaining"} {
		if _, there := r.Body[name]; there {
			all = append(all, fmt.Sprint(name, " ", r.Number(name)))
		}
	}
	return strings.Join(all, ", ")
}

func (g *invitationListFixture) invitations() map[string]*invitation.Invitation {
	g.T.Helper()
	all := map[string]*invitation.Invitation{}
	before := ""
	for {
		page, _, next, err := g.Store.Invitations(g.T.Context(), invitation.Target{Campaign: g.id}, before, 1000, 1000, dynamo.InvitationFilter{At: g.Now})
		if err != nil {
			g.T.Fatal(err)
		}
		for _, i := range page {
			if all[i.Email] != nil {
				g.T.Errorf("%s has two invitations", i.Email)
			}
			all[i.Email] = i
		}
		if next == "" {
			return all
		}
		before = next
	}
}

// countJobs counts the pending jobs by kind.
func countJobs(d *httpapitest.Fixture) map[string]int {
	d.T.Helper()
	count := map[string]int{}
	pages := dynamodb.NewScanPaginator(d.DB, &dynamodb.ScanInput{TableName: &d.Tables.Jobs, ConsistentRead: aws.Bool(true)})
	for pages.HasMorePages() {
		page, err := pages.NextPage(d.T.Context())
		if err != nil {
			d.T.Fatal(err)
		}
		for _, item := range page.Items {
			if record, ok := item["Record"].(*types.AttributeValueMemberS); ok {
				count[record.Value]++
			}
		}
	}
	return count
}

// invitees returns a list of n invitees. The first ones are also in the other lists of the tests.
func invitees(n int, name string) string {
	var b bytes.Buffer
	b.WriteString("email,first_name,last_name\n")
	for i := range n {
		fmt.Fprintf(&b, "guest%d.%s@example.org,Gus %d,Guest\n", i, name, i)
	}
	return b.String()
}
