package adminapi_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

const acceptRolePath = "/v1/mobilizer/invitations/accept-role"

// invite invites an address to a role and returns the response.
func invite(by *httpapitest.Client, path, email, role string) *httpapitest.Reply {
	return by.Post(path+"/invitations", map[string]any{"email": email, "first_name": "Bea", "last_name": "Ames", "role": role})
}

// acceptRole accepts an invitation whose email was sent.
func acceptRole(d *httpapitest.Fixture, invited *httpapitest.Reply, path string, by *httpapitest.Client) *httpapitest.Reply {
	d.T.Helper()
	target := invitation.Target{Organization: organization.ID(httpapitest.LastSegment(path))}
	i, err := d.Store.Invitation(d.T.Context(), target, invitation.ID(invited.ExpectStatus(http.StatusCreated).Text("id")))
	if err != nil {
		d.T.Fatal(err)
	}
	i.RecordSent(i.Generation, invitation.Lifetime, d.Now)
	d.Commit(d.Store.UpdateInvitation(i)...)
	return by.Post(acceptRolePath, map[string]any{"token": invitation.NewTokens(httpapitest.Secret).Accept(i), "id_token": d.IDToken(by)})
}

func TestAdministrators_AddedByAddress_IsNotPossible(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	d.SignIn("ben")
	path := d.CreateOrganization(ana, "Vecinos")
	for _, email := range []string{"ben@example.org", "nobody@example.org"} {
		if got := ana.Serve(http.MethodPost, path+"/administrators", map[string]any{"email": email, "role": "owner"}, ""); got.Code != http.StatusNotFound {
			t.Errorf("adding %s answers %d: %s", email, got.Code, got.Body)
		}
	}
	if all := ana.Get(path + "/administrators").List("items"); len(all) != 1 {
		t.Errorf("administrators are %v, want the owner alone", all)
	}
}

func TestInviteAdministrator_AddressesWithAndWithoutAccount_AreAnsweredAlike(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	ana := d.SignIn("ana")
	d.SignIn("ben")
	path := d.CreateOrganization(ana, "Vecinos")
	var answers []string
	for _, name := range []string{"ben", "nob"} {
		invited := invite(ana, path, name+"@example.org", "owner").ExpectStatus(http.StatusCreated)
		answers = append(answers, strings.NewReplacer(invited.Text("id"), "id", name+"@", "x@").Replace(invited.Raw))
	}
	if answers[0] != answers[1] {
		t.Errorf("with an account: %s\nwithout: %s", answers[0], answers[1])
	}
}

func TestUpdateAdministrator_ToOwner_NeedsAnInvitation(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	ana, ben := d.SignIn("ana"), d.SignIn("ben")
	path := d.CreateOrganization(ana, "Vecinos")
	one := path + "/administrators/" + d.AddAdministrator(path, ben, organization.Admin)
	ben.Patch(one, map[string]any{"role": "owner"}).ExpectProblem(http.StatusForbidden, "forbidden", "Only an owner")
	ana.Patch(one, map[string]any{"role": "owner"}).ExpectProblem(http.StatusConflict, "owner_by_invitation", "Invite ben as an owner.")
	ana.Patch(one, map[string]any{"role": "boss"}).ExpectProblem(http.StatusUnprocessableEntity, "invalid", "role")

	invite(ana, path, "ben@example.org", "admin").ExpectProblem(http.StatusConflict, "already_administrator", "ben")
	accepted := acceptRole(d, invite(ana, path, "ben@example.org", "owner"), path, ben).ExpectStatus(http.StatusOK)
	if accepted.Text("role") != "owner" {
		t.Errorf("accepting answers %s", accepted.Raw)
	}
	invite(ana, path, "ben@example.org", "owner").ExpectProblem(http.StatusConflict, "already_administrator", "ben")
	ben.Patch(one, map[string]any{"role": "admin"}).ExpectStatus(http.StatusOK)
}

func TestDeleteAdministrator_LastOwner_LeavesAfterHandingOver(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	ana, ben, cleo := d.SignIn("ana"), d.SignIn("ben"), d.SignIn("cleo")
	path := d.CreateOrganization(ana, "Vecinos")
	all := path + "/administrators"
	self := all + "/" + ana.Get("/v1/session").Text("user", "id")
	cleos := all + "/" + d.AddAdministrator(path, cleo, organization.Admin)
	ana.Patch(self, map[string]any{"role": "admin"}).ExpectProblem(http.StatusConflict, "last_owner", "at least one owner")
	ana.Delete(self).ExpectProblem(http.StatusConflict, "last_owner", "Invite another owner")
	acceptRole(d, invite(ana, path, "ben@example.org", "owner"), path, ben).ExpectStatus(http.StatusCreated)
	ana.Delete(self).ExpectStatus(http.StatusNoContent)
	ana.Get(all).ExpectStatus(http.StatusNotFound)

	cleo.Delete(all+"/"+ben.Get("/v1/session").Text("user", "id")).ExpectProblem(http.StatusForbidden, "forbidden", "Only an owner")
	ben.Delete(cleos).ExpectStatus(http.StatusNoContent)
	ben.Delete(cleos).ExpectStatus(http.StatusNotFound)
	cleo.Get(all).ExpectStatus(http.StatusNotFound)
}

// newToken creates a service token of a campaign and returns a client of the program that uses it.
func newToken(d *httpapitest.Fixture, by *httpapitest.Client, campaign, name string) *httpapitest.Client {
	d.T.Helper()
	made := by.Post(campaign+"/service-tokens", map[string]any{"name": name}).ExpectStatus(http.StatusCreated)
	return d.TokenClient(made.Text("token"))
}

func TestAdministratorRole_Taken_RevokesTheirServiceTokens(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name string
		take func(by *httpapitest.Client, one string) *httpapitest.Reply
		want int // status of a program's request afterwards
	}{
		{"removed", func(by *httpapitest.Client, one string) *httpapitest.Reply { return by.Delete(one) }, http.StatusUnauthorized},
		{"removed, tokens kept", func(by *httpapitest.Client, one string) *httpapitest.Reply {
			return by.Delete(one + "?service_tokens=keep")
		}, http.StatusOK},
		{"demoted", func(by *httpapitest.Client, one string) *httpapitest.Reply {
			return by.Patch(one, map[string]any{"role": "admin"})
		}, http.StatusUnauthorized},
		{"demoted, tokens kept", func(by *httpapitest.Client, one string) *httpapitest.Reply {
			return by.Patch(one, map[string]any{"role": "admin", "service_tokens": "keep"})
		}, http.StatusOK},
		{"still an owner", func(by *httpapitest.Client, one string) *httpapitest.Reply {
			return by.Patch(one, map[string]any{"role": "owner"})
		}, http.StatusOK},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			d := httpapitest.New(t)
			ana, ben := d.SignIn("ana"), d.SignIn("ben")
			path := d.CreateOrganization(ana, "Vecinos")
			one := path + "/administrators/" + d.AddAdministrator(path, ben, organization.Owner)
			first, second := d.CreateCampaign(ana, path, "first"), d.CreateCampaign(ana, path, "second")
			his, hers := newToken(d, ben, first, "load"), newToken(d, ana, first, "hers")
			d.Advance(time.Millisecond)
			his2 := newToken(d, ben, second, "sync")
			tokens := ana.Get(one + "/service-tokens").ExpectStatus(http.StatusOK).List("items")
			if len(tokens) != 2 || tokens[0]["name"] != "sync" || tokens[1]["campaign_name"] != "Campaign first" {
				t.Errorf("the tokens that ben created are %v", tokens)
			}
			if got := c.take(ana, one); got.Status >= 300 {
				t.Fatalf("taking the role answers %s", got.Raw)
			}
			exports := func(campaign string) string {
				return httpapitest.PipelinePath + "campaigns/" + httpapitest.LastSegment(campaign) + "/exports"
			}
			his.Get(exports(first)).ExpectStatus(c.want)
			his2.Get(exports(second)).ExpectStatus(c.want)
			hers.Get(exports(first)).ExpectStatus(http.StatusOK)
		})
	}
}

func TestDeleteAdministrator_WhileTheyCreateAToken_LeavesNoneUsable(t *testing.T) {
	t.Parallel()
	d := httpapitest.New(t)
	ana, ben := d.SignIn("ana"), d.SignIn("ben")
	for n := range 8 {
		path := d.CreateOrganization(ana, "Vecinos")
		one := path + "/administrators/" + d.AddAdministrator(path, ben, organization.Owner)
		campaign := d.CreateCampaign(ana, path, fmt.Sprint("race-", n))
		httpapitest.Concurrently(3, func(n int) *httpapitest.Reply {
			if n == 0 {
				return ana.Delete(one)
			}
			return ben.Post(campaign+"/service-tokens", map[string]any{"name": fmt.Sprint("load ", n)})
		})
		for _, token := range ana.Get(campaign + "/service-tokens").ExpectStatus(http.StatusOK).List("items") {
			if token["revoked_at"] == nil {
				t.Errorf("round %d: the token %v of the removed owner is usable", n, token["name"])
			}
		}
	}
}
