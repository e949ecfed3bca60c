package peopleapi_test

import (
	"net/http"
	"testing"

	"github.com/kithhq/kith/internal/httpapi/httpapitest"
	"github.com/kithhq/kith/internal/invitation"
)

func TestDeleteMobilizer_ContactsKeptOrRemoved_RejoiningNeedsAnInvitation(t *testing.T) {
	t.Parallel()
	for _, contacts := range []string{"keep", "remove"} {
		t.Run(contacts, func(t *testing.T) {
			t.Parallel()
			s, admin, path := httpapitest.NewAdmin(t)
			ana := s.NewMobilizer("Ana")
			contact := ana.AddContact("Nell")
			one := path + "/mobilizers/" + ana.JoinReply.Text("id")
			admin.Delete(one+"?contacts=some").ExpectProblem(http.StatusUnprocessableEntity, "invalid", "contacts")
			admin.Delete(one + "?contacts=" + contacts).ExpectStatus(http.StatusNoContent)
			want := map[string]int{"keep": http.StatusOK, "remove": http.StatusNotFound}[contacts]
			admin.Get(one).ExpectStatus(want)
			if got := ana.Get(contact); got.Status == http.StatusOK {
				t.Errorf("the removed mobilizer reads a contact: %s", got.Raw)
			}
			join := httpapitest.JoinBody(s.Campaign.Slug)
			ana.Post("/v1/mobilizer/join", join).ExpectProblem(http.StatusForbidden, "removed", "ask them for an invitation")

			invited := admin.Post(path+"/invitations", map[string]any{"email": "ana@example.org", "first_name": "Ana", "last_name": "N"}).ExpectStatus(http.StatusCreated)
			target := invitation.Target{Campaign: s.Campaign.ID}
			i, err := s.Store.Invitation(t.Context(), target, invitation.ID(invited.Text("id")))
			if err != nil {
				t.Fatal(err)
			}
			i.RecordSent(i.Generation, invitation.Lifetime, s.Now)
			s.Commit(s.Store.UpdateInvitation(i)...)
			accept := map[string]any{"token": invitation.NewTokens(httpapitest.Secret).Accept(i), "id_token": s.IDToken(ana), "first_name": "Ana", "last_name": "N"}
			back := ana.Post("/v1/mobilizer/invitations/accept", accept)
			if back.Status != http.StatusOK && back.Status != http.StatusCreated {
				t.Fatalf("accepting an invitation answers %s", back.Raw)
			}
			ana.Post(ana.Path("leave"), map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
			ana.Post("/v1/mobilizer/join", join).ExpectStatus(http.StatusOK) // the removal is over
		})
	}
}

func TestDeleteMobilizer_WhoLeft_RemovesTheirContacts(t *testing.T) {
	t.Parallel()
	s, admin, path := httpapitest.NewAdmin(t)
	ana := s.NewMobilizer("Ana")
	one := path + "/mobilizers/" + ana.JoinReply.Text("id")
	ana.Post(ana.Path("leave"), map[string]any{"contacts": "keep"}).ExpectStatus(http.StatusOK)
	admin.Delete(one + "?contacts=keep").ExpectStatus(http.StatusNoContent)
	admin.Delete(one + "?contacts=remove").ExpectStatus(http.StatusNoContent)
	admin.Delete(one + "?contacts=remove").ExpectStatus(http.StatusNotFound)
	ana.Post("/v1/mobilizer/join", httpapitest.JoinBody(s.Campaign.Slug)).ExpectProblem(http.StatusForbidden, "removed", "invitation")
}

// An administrator may have invited the mobilizer whose address they did not see. An invitation from before the removal does not
// end it.
func TestDeleteMobilizer_WithOpenInvitation_RevokesIt(t *testing.T) {
	t.Parallel()
	for _, contacts := range []string{"keep", "remove"} {
		t.Run(contacts, func(t *testing.T) {
			t.Parallel()
			s, admin, path := httpapitest.NewAdmin(t)
			ana := s.NewMobilizer("Ana")
			invite := map[string]any{"email": "ana@example.org", "first_name": "Ana"}
			invited := admin.Post(path+"/invitations", invite).ExpectStatus(http.StatusCreated)
			admin.Delete(path + "/mobilizers/" + ana.JoinReply.Text("id") + "?contacts=" + contacts).ExpectStatus(http.StatusNoContent)
			ana.Post("/v1/mobilizer/join", httpapitest.JoinBody(s.Campaign.Slug)).ExpectProblem(http.StatusForbidden, "removed", "invitation")
			if got := admin.Get(path + "/invitations/" + invited.Text("id")).Text("status"); got != "revoked" {
				t.Errorf("the invitation from before the removal is %s", got)
			}
			admin.Post(path+"/invitations", invite).ExpectStatus(http.StatusCreated)
			ana.Post("/v1/mobilizer/join", httpapitest.JoinBody(s.Campaign.Slug))
			if got := admin.Get(path + "/invitations/" + invited.Text("id")).Text("status"); got != "accepted" {
				t.Errorf("the invitation from after the removal is %s", got)
			}
		})
	}
}
