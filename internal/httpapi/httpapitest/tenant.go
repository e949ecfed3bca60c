package httpapitest

import (
	"net/http"
	"strings"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	org "github.com/kithhq/kith/internal/organization"
)

// tenant is an organization with something of every kind.
type Tenant struct {
	Owner, Admin, Former, Mobilizer, Second, Leaver *Client
	IDs                                             map[string]string // of the mobilizer's things, by path value
	Other                                           map[string]string // the same of another campaign of the organization
}

func (f *Fixture) NewTenant(name string) *Tenant {
	f.T.Helper()
	x, organization, common := f.NewTenantWithOneCampaign(name)
	x.Other = f.createCampaignWithEverything(x, organization, name+"-second", common)
	return x
}

// lone is a tenant with one campaign, and what making another takes: the organization's path, and the ids of both.
func (f *Fixture) NewTenantWithOneCampaign(name string) (*Tenant, string, map[string]string) {
	f.T.Helper()
	who := func(role string) *Client { return f.SignIn(name + "-" + role) }
	x := &Tenant{
		Owner: who("owner"), Admin: who("admin"), Former: who("former"), Mobilizer: who("mobilizer"), Second: who("second"),
		Leaver: who("leaver"),
	}
	organization := f.CreateOrganization(x.Owner, name)
	admins := organization + "/administrators"
	user := x.Owner.Post(admins, map[string]any{"email": name + "-admin@example.org"}).ExpectStatus(http.StatusCreated).Text("user")
	former := x.Owner.Post(admins, map[string]any{"email": name + "-former@example.org"}).ExpectStatus(http.StatusCreated).Text("user")
	file := x.Owner.Post(organization+"/voter-files", map[string]any{"state": "MA"}).ExpectStatus(http.StatusCreated).Text("id")
	common := map[string]string{"organization": LastSegment(organization), "user": user, "file": file}
	f.inviteAdministrator(x, organization, common)
	x.IDs = f.createCampaignWithEverything(x, organization, name+"-first", common)
	x.Owner.Delete(admins + "/" + former).ExpectStatus(http.StatusNoContent)
	return x, organization, common
}

func LastSegment(path string) string { return path[strings.LastIndex(path, "/")+1:] }

// things makes a campaign with something of every kind and returns the ids.
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
	ids["item"] = made(x.Owner, admin+"/action-items", map[string]any{"type": "TASK", "title": "Flyer"})
	ids["export"] = made(x.Owner, admin+"/exports", map[string]any{"type": "contacts"})
	ids["schedule"] = made(x.Owner, admin+"/schedules", map[string]any{"type": "contacts", "hour": 3})
	token := x.Owner.Post(admin+"/tokens", map[string]any{"name": "Load of " + slug}).ExpectStatus(http.StatusCreated)
	ids["service_token"], ids["secret"] = token.Text("id"), token.Text("token")
	f.TokenClient(ids["secret"]).Get(PipelinePath + "campaigns/" + ids["campaign"] + "/exports").ExpectStatus(http.StatusOK) // its use is noted
	ids["mobilizer"] = made(x.Mobilizer, "/v1/mobilizer/join", JoinBody(slug))
	made(x.Second, "/v1/mobilizer/join", JoinBody(slug))
	made(x.Leaver, "/v1/mobilizer/join", JoinBody(slug))
	mine := "/v1/mobilizer/campaigns/" + ids["campaign"]
	ids["contact"] = made(x.Mobilizer, mine+"/contacts", map[string]any{"first_name": "Nell"})
	ids["note"] = made(x.Mobilizer, mine+"/contacts/"+ids["contact"]+"/notes", map[string]any{"content": "Callef."})
	ids["management-note"] = made(x.Owner, admin+"/mobilizers/"+ids["mobilizer"]+"/management-notes", map[string]any{"content": "1:1"})
	f.recordInvitation(ids, made(x.Owner, admin+"/invitations", map[string]any{
		"email": InviteeOf(slug) + "@example.org", "first_name": "Gus", "last_name": "Guest",
	}))
	ids["ask"] = f.requestAccess(x, admin+"/invitations/"+ids["invitation"], ids["token"])
	x.Leaver.Post(mine+"/leave", map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	return ids
}

// pipelinePaths is what the paths of routes for programs begin with.
const PipelinePath = "/v1/pipeline/"

// invitedToAdminister notes an invitation to administer, with the token of its link.
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
	ids["administrator-ask"] = f.requestAccess(x, organization+"/invitations/"+made, ids["administrator-token"])
}

// adminGuestOf is the name of whom an organization of the tests invites to administer it.
func AdministratorInviteeOf(ids map[string]string) string { return "ada-of-" + ids["organization"] }

// asks has somebody ask to accept an invitation with another address, and returns the id of that.
func (f *Fixture) requestAccess(x *Tenant, at, token string) string {
	f.T.Helper()
	asker := f.SignIn("asker-of-" + LastSegment(at))
	asker.Post("/v1/mobilizer/invitations/ask", map[string]any{"token": token, "id_token": f.IDToken(asker)}).ExpectStatus(http.StatusCreated)
	return x.Owner.Get(at + "/asks").ExpectStatus(http.StatusOK).List("items")[0]["id"].(string)
}

// guestOf is the name of whom a campaign of the tests invites.
func InviteeOf(slug string) string { return slug + "-guest" }

// invited notes an invitation, whose mail has gone out, with its links.
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

// id7 is an id of nothing.
const UnknownID = "01928d5e-0000-7000-8000-000000000001"
