package invitationlist_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/invitation/list"
	"github.com/kithhq/kith/internal/invitationlist"
	"github.com/kithhq/kith/internal/inviting"
	"github.com/kithhq/kith/internal/secret"
)

// file is a list with a row of each class.
const file = "email,first name\n" +
	"bea@example.org,Bea\n" +
	"ana@example.org,Ana\n" + // a mobilizer
	"una@example.org,Una\n" + // unsubscribed
	"bea@example.org,Bea again\n" +
	"nobody,Nobody\n"

var classes = []list.Class{list.Valid, list.AlreadyMobilizer, list.Suppressed, list.Duplicate, list.Malformed}

// listFixture is a campaign with a mobilizer and an unsubscribed address.
type listFixture struct {
	*campaigntest.Fixture
	service *inviting.Service
}

func newListFixture(t *testing.T) *listFixture {
	f := campaigntest.New(t)
	f.NewMobilizer("Ana", true)
	f.Commit(f.Store.PutSuppression(&invitation.Suppression{
		Organization: f.Organization.ID, Email: "una@example.org", Reason: invitation.Unsubscribed, At: f.Now,
	}))
	return &listFixture{f, inviting.NewService(f.Store, secret.Fixed(secret.Version{Number: 1, Text: "a secret of the tests, long enough"}), time.Hour)}
}

func (f *listFixture) request(body string) invitationlist.Request {
	return invitationlist.Request{ID: "request", BodyHash: body, By: inviting.Inviter{User: f.Owner, At: f.Now}, Campaign: f.Campaign}
}

// importFile imports the file and returns the classes of its rows.
func (f *listFixture) importFile() []list.Class {
	f.Helper()
	l, remaining, err := invitationlist.Import(f.Context(), f.Store, f.service, f.request("body"), []byte(file))
	f.Must(err)
	if remaining != 0 {
		f.Errorf("%d rows remain", remaining)
	}
	return classesOf(l)
}

func classesOf(l *list.List) []list.Class {
	var found []list.Class
	for _, r := range l.Rows {
		found = append(found, r.Class)
	}
	return found
}

func TestPreview_RowOfEachClass_ClassifiesAndWritesNothing(t *testing.T) {
	f := newListFixture(t)
	l, err := invitationlist.Preview(t.Context(), f.Store, f.Campaign, []byte(file), list.Columns{}, f.Now)
	f.Must(err)
	if diff := cmp.Diff(classes, classesOf(l)); diff != "" {
		t.Errorf("classes (-want +got):\n%s", diff)
	}
	if _, err := f.Store.InvitationByEmail(t.Context(), invitation.Target{Campaign: f.Campaign.ID}, "bea@example.org"); !fault.Is(err, fault.KindNotFound) {
		t.Errorf("the preview invited: %v", err)
	}
}

func TestImport_Repeated_InvitesNobodyTwiceAndReturnsSameVerdicts(t *testing.T) {
	f := newListFixture(t)
	for range 2 {
		if diff := cmp.Diff(classes, f.importFile()); diff != "" {
			t.Errorf("classes (-want +got):\n%s", diff)
		}
	}
	if jobs := f.Jobs(); len(jobs) != 1 {
		t.Errorf("%d emails, want 1", len(jobs))
	}
}

func TestImport_RequestWithOtherBody_Fails(t *testing.T) {
	f := newListFixture(t)
	f.importFile()
	_, _, err := invitationlist.Import(t.Context(), f.Store, f.service, f.request("other"), []byte(file))
	if !errors.Is(err, invitationlist.ErrOtherBody) {
		t.Errorf("the error is %v", err)
	}
}

func TestImport_CampaignClosed_ReportsFinishedImportAndInvitesNobody(t *testing.T) {
	f := newListFixture(t)
	f.importFile()
	f.CloseCampaign()
	if diff := cmp.Diff(classes, f.importFile()); diff != "" {
		t.Errorf("the report after closing (-want +got):\n%s", diff)
	}
	request := f.request("body")
	request.ID = "later"
	_, _, err := invitationlist.Import(t.Context(), f.Store, f.service, request, []byte("email,first name\nleo@example.org,Leo\n"))
	f.MustFail(err, fault.KindConflict, "campaign_closed")
}

func TestPreview_NotAList_Invalid(t *testing.T) {
	f := newListFixture(t)
	_, err := invitationlist.Preview(t.Context(), f.Store, f.Campaign, []byte{0, 1, 2}, list.Columns{}, f.Now)
	if !fault.Is(err, fault.KindInvalid) {
		t.Errorf("the error is %v", err)
	}
}
