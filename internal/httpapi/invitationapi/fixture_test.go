package invitationapi_test

import (
	"cmp"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/job"
	"github.com/kithhq/kith/internal/organization"
)

// withNames is like with, with the names of a person who accepts with another address than the invited one.
func (s *invitationFixture) withNames(c *httpapitest.Client, token string) map[string]any {
	body := s.requestBody(c, token)
	body["first_name"], body["last_name"] = "Pepe", "Ortiz"
	return body
}

// requestBody returns a request body with an invitation's token and a fresh ID token of the caller.
func (s *invitationFixture) requestBody(c *httpapitest.Client, token string) map[string]any {
	return map[string]any{"token": token, "id_token": s.IDToken(c)}
}

// noticesAbout returns the users to whom notices about an invitation are pending, in order. A requester who gets a decision is
// "asker " and the user.
func (s *invitationFixture) noticesAbout(about string) []string {
	s.T.Helper()
	var to []string
	for _, j := range s.pendingEmails(about) {
		if j.Kind == job.NoticeEmail {
			to = append(to, cmp.Or(j.Recipient, "asker "+j.Requester))
		}
	}
	slices.Sort(to)
	return to
}

// pendingEmails returns the jobs of pending emails about an invitation.
func (s *invitationFixture) pendingEmails(about string) []*job.Job {
	s.T.Helper()
	waiting, err := s.Store.PendingMailJobs(s.T.Context(), "")
	if err != nil {
		s.T.Fatal(err)
	}
	return slices.DeleteFunc(waiting, func(j *job.Job) bool { return j.Record != about })
}

// invitationFixture is a tenant for tests of invitations to its campaign or its organization.
type invitationFixture struct {
	*httpapitest.Fixture
	*httpapitest.Tenant
	owner, admin string // their users
	here         string // the address of the campaign
	of           string // of the organization
}

func newInvitationFixture(t *testing.T) *invitationFixture {
	t.Helper()
	d := httpapitest.New(t)
	x := d.NewTenant("a")
	s := &invitationFixture{Fixture: d, Tenant: x, here: "/v1/admin/campaigns/" + x.IDs["campaign"], of: "/v1/admin/organizations/" + x.IDs["organization"]}
	s.owner, s.admin = x.Owner.Get("/v1/session").Text("user", "id"), x.IDs["user"]
	return s
}

// invite creates an invitation, records that its email was sent, and returns its path and the token of its link.
func (s *invitationFixture) invite(by *httpapitest.Client, all, name string, more ...string) (string, string) {
	s.T.Helper()
	guest := map[string]any{"email": name + "@example.org", "first_name": "Gus", "last_name": "Guest"}
	if len(more) > 0 {
		guest["role"] = more[0]
	}
	made := by.Post(all+"/invitations", guest).ExpectStatus(http.StatusCreated).Text("id")
	return all + "/invitations/" + made, s.recordSent(all, made)
}

// recordSent records that an invitation's email was sent, and returns the token of its link.
func (s *invitationFixture) recordSent(all, made string) string {
	s.T.Helper()
	target := invitation.Target{Organization: organization.ID(s.IDs["organization"])}
	if strings.HasPrefix(all, s.here) {
		target.Campaign = campaign.ID(s.IDs["campaign"])
	}
	i, err := s.Store.Invitation(s.T.Context(), target, invitation.ID(made))
	if err != nil {
		s.T.Fatal(err)
	}
	i.RecordSent(i.Generation, invitation.Lifetime, s.Now)
	writes := s.Store.UpdateInvitation(i)
	for _, j := range s.pendingEmails(made) {
		if j.Kind == job.InvitationEmail {
			writes = append(writes, s.Store.DeleteJob(j)...)
		}
	}
	s.Commit(writes...)
	return invitation.NewTokens(httpapitest.Secret).Accept(i)
}

// decide approves or declines the only access request of an invitation.
func (s *invitationFixture) decide(made, decision, key string) *httpapitest.Reply {
	s.T.Helper()
	asks := s.Owner.Get(made + "/access-requests")
	if asks.Status != http.StatusOK {
		return asks
	}
	return s.Owner.Do(http.MethodPost, fmt.Sprint(made, "/access-requests/", asks.List("items")[0]["id"], "/", decision), nil, key)
}
