package httpapitest

import (
	"net/http"
	"strings"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	org "github.com/kithhq/kith/internal/organization"
)

// Tenant is an organization with two campaigns that have one entity of every kind.
type Tenant struct {
	Owner, Admin, Former, Mobilizer, Second, Leaver *Client
	IDs                                             map[string]string // of the first campaign's entities, by name of the path value
	Other                                           map[string]string // of the second campaign's entities
}

// NewTenant returns a tenant.
func (f *Fixture) NewTenant(name string) *Tenant {
	f.T.Helper()
	x, organization, common := f.NewTenantWithOneCampaign(name)
	x.Other = f.createCampaignWithEverything(x, organization, name+"-second", common)
	return x
}

// NewTenantWithOneCampaign returns a tenant with one campaign, the organization's path, and the ids that a second campaign
// would share.
func (f *Fixture) NewTenantWithOneCampaign(name string) (*Tenant, string, map[string]string) {
	f.T.Helper()
	who := func(role string) *Client { return f.SignIn(name + "-" + role) }
	x := &Tenant{
		Owner: who("owner"), Admin: who("admin"), Former: who("former"), Mobilizer: who("mobilizer"), Second: who("second"),
		Leaver: who("leaver"),
	}
	organization := f.CreateOrganization(x.Owner, name)
	admins := organization + "/administrators"
	user := f.AddAdministrator(organization, x.Admin, org.Admin)
	former := f.AddAdministrator(organization, x.Former, org.Admin)
	file := x.Owner.Post(organization+"/voter-files", map[string]any{"state": "MA"}).ExpectStatus(http.StatusCreated).Text("id")
	common := map[string]string{"organization": LastSegment(organization), "user": user, "voter_file": file}
	f.inviteAdministrator(x, organization, common)
	common["suppression"] = f.suppress(x, organization)
	x.IDs = f.createCampaignWithEverything(x, organization, name+"-first", common)
	x.Owner.Delete(admins + "/" + former).ExpectStatus(http.StatusNoContent)
	return x, organization, common
}

// LastSegment returns the last segment of a path, which is an id in most.
func LastSegment(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// createCampaignWithEverything creates a campaign with one entity of every kind and returns their ids.
func (f *Fixture) createCampaignWithEverything(x *Tenant, organization, slug string, common map[string]string) map[string]string {
	f.T.Helper()
	admin := f.CreateCampaign(x.Owner, organization, slug)
	x.Owner.Post(admin+"/publish", nil).ExpectStatus(http.StatusOK)
	ids := map[string]string{"slug": slug, "campaign": LastSegment(admin)}
	for name, id := range common {
		ids[name] = id
	}
	made := func(c *Client, path string, body any) string {
		f.T.Helper()
		return c.Post(path, body).ExpectStatus(http.StatusCreated).Text("id")
	}
	ids["action_item"] = made(x.Owner, admin+"/action-items", map[string]any{"type": "TASK", "title": "Flyer"})
	ids["export"] = made(x.Owner, admin+"/exports", map[string]any{"type": "contacts"})
	ids["schedule"] = made(x.Owner, admin+"/export-schedules", map[string]any{"type": "contacts", "hour": 3})
	ids["view"] = made(x.Owner, admin+"/views", map[string]any{"list": "contacts", "name": "Unanswered", "filter": "response_id=none", "shared": true})
	token := x.Owner.Post(admin+"/service-tokens", map[string]any{"name": "Load of " + slug}).ExpectStatus(http.StatusCreated)
	ids["service_token"], ids["secret"] = token.Text("id"), token.Text("token")
	f.TokenClient(ids["secret"]).Get(PipelinePath + "campaigns/" + ids["campaign"] + "/exports").ExpectStatus(http.StatusOK) // sets last_used_at
	ids["mobilizer"] = made(x.Mobilizer, "/v1/mobilizer/join", JoinBody(slug))
	made(x.Second, "/v1/mobilizer/join", JoinBody(slug))
	made(x.Leaver, "/v1/mobilizer/join", JoinBody(slug))
	mine := "/v1/mobilizer/campaigns/" + ids["campaign"]
	ids["contact"] = made(x.Mobilizer, mine+"/contacts", map[string]any{"first_name": "Nell"})
	ids["note"] = made(x.Mobilizer, mine+"/contacts/"+ids["contact"]+"/notes", map[string]any{"content": "Called."})
	ids["management-note"] = made(x.Owner, admin+"/mobilizers/"+ids["mobilizer"]+"/management-notes", map[string]any{"content": "1:1"})
	f.recordInvitation(ids, made(x.Owner, admin+"/invitations", map[string]any{
		"email": InviteeOf(slug) + "@example.org", "first_name": "Gus", "last_name": "Guest",
	}))
	ids["access_request"] = f.requestAccess(x, admin+"/invitations/"+ids["invitation"], ids["token"])
	x.Leaver.Post(mine+"/leave", map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	return ids
}

// PipelinePath is the prefix of the paths of routes for service tokens.
const PipelinePath = "/v1/pipeline/"

// inviteAdministrator creates an invitation to a role and adds its id and token to ids.
func (f *Fixture) inviteAdministrator(x *Tenant, organization string, ids map[string]string) {
	f.T.Helper()
	made := x.Owner.Post(organization+"/invitations", map[string]any{
		"email": AdministratorInviteeOf(ids) + "@example.org", "first_name": "Ada", "last_name": "Guest", "role": "admin",
	}).ExpectStatus(http.StatusCreated).Text("id")
	target := invitation.Target{Organization: org.ID(ids["organization"])}
	i, err := f.Store.Invitation(f.T.Context(), target, invitation.ID(made))
	if err != nil {
		f.T.Fatal(err)
	}
	i.RecordSent(i.Generation, invitation.Lifetime, f.Now)
	f.Commit(f.Store.UpdateInvitation(i)...)
	ids["administrator-invitation"], ids["administrator-token"] = made, invitation.NewTokens(Secret).Accept(i)
	ids["administrator-access_request"] = f.requestAccess(x, organization+"/invitations/"+made, ids["administrator-token"])
}

// suppress adds a bounced address to an organization's suppression list and returns the id of the entry.
func (f *Fixture) suppress(x *Tenant, organization string) string {
	f.T.Helper()
	f.Commit(f.Store.PutSuppression(&invitation.Suppression{
		Organization: org.ID(LastSegment(organization)), Email: "bounced@" + LastSegment(organization) + ".example.org", Reason: invitation.Bounced, At: f.Now,
	})...)
	return x.Owner.Get(organization + "/suppressions").ExpectStatus(http.StatusOK).List("items")[0]["id"].(string)
}

// AdministratorInviteeOf returns the name of the person whom a tenant invites to a role.
func AdministratorInviteeOf(ids map[string]string) string { return "ada-of-" + ids["organization"] }

// requestAccess creates an access request of a new user and returns its id.
func (f *Fixture) requestAccess(x *Tenant, at, token string) string {
	f.T.Helper()
	asker := f.SignIn("asker-of-" + LastSegment(at))
	asker.Post("/v1/mobilizer/access-requests", map[string]any{"token": token, "id_token": f.IDToken(asker)}).ExpectStatus(http.StatusCreated)
	return x.Owner.Get(at + "/access-requests").ExpectStatus(http.StatusOK).List("items")[0]["id"].(string)
}

// InviteeOf returns the name of the person whom a tenant's campaign invites.
func InviteeOf(slug string) string { return slug + "-guest" }

// recordInvitation records that an invitation was sent and adds its id and tokens to ids.
func (f *Fixture) recordInvitation(ids map[string]string, invited string) {
	f.T.Helper()
	i, err := f.Store.Invitation(f.T.Context(), invitation.Target{Campaign: campaign.ID(ids["campaign"])}, invitation.ID(invited))
	if err != nil {
		f.T.Fatal(err)
	}
	i.RecordSent(i.Generation, invitation.Lifetime, f.Now)
	f.Commit(f.Store.UpdateInvitation(i)...)
	tokens := invitation.NewTokens(Secret)
	ids["invitation"], ids["token"], ids["unsubscribe"] = invited, tokens.Accept(i), tokens.Unsubscribe(i)
}

// UnknownID is a valid id of no entity.
const UnknownID = "01928d5e-0000-7000-8000-000000000001"
