package contactimport_test

import (
	"errors"
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/kithhq/kith/internal/campaign/campaigntest"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/contactimport"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/secret"
)

// importFixture is a campaign with a mobilizer and an importer.
type importFixture struct {
	*campaigntest.Fixture
	importer  *contactimport.Importer
	mobilizer *mobilizer.Mobilizer
}

func newImportFixture(t *testing.T) *importFixture {
	f := campaigntest.New(t)
	return &importFixture{f, contactimport.NewImporter(f.Store, secret.Fixed(secret.Version{Number: 1, Text: "a secret of the tests, long enough"})), f.NewMobilizer("Ana", true)}
}

func (f *importFixture) request(id string) contactimport.Request {
	return contactimport.Request{ID: id, BodyHash: "body of " + id, At: f.Now, Mobilizer: f.mobilizer, Campaign: f.Campaign}
}

// contacts returns the sorted first names of the mobilizer's contacts.
func (f *importFixture) contacts() []string {
	f.Helper()
	contacts, _, err := f.Store.MobilizerContacts(f.Context(), f.Campaign.ID, f.mobilizer.ID, "", 1000)
	f.Must(err)
	var names []string
	for _, c := range contacts {
		names = append(names, c.Details.FirstName)
	}
	slices.Sort(names)
	return names
}

func person(name string) contactimport.Row {
	return contactimport.Row{Details: contact.Details{FirstName: name}}
}

func TestImport_Repeated_AddsNobodyTwiceAndReturnsSameResults(t *testing.T) {
	f := newImportFixture(t)
	rows := make([]contactimport.Row, dynamo.MaxContactsPerTransaction+1) // more than one transaction
	for n := range rows {
		rows[n] = person(fmt.Sprintf("Bea%d", n))
	}
	first, err := f.importer.Import(t.Context(), f.request("r"), rows)
	f.Must(err)
	second, err := f.importer.Import(t.Context(), f.request("r"), rows)
	f.Must(err)
	if diff := cmp.Diff(first, second); diff != "" {
		t.Errorf("results (-first +second):\n%s", diff)
	}
	if names := f.contacts(); len(names) != len(rows) {
		t.Errorf("%d contacts, want %d", len(names), len(rows))
	}
}

func TestImport_InvalidAndConflictingRows_AddsTheOthers(t *testing.T) {
	f := newImportFixture(t)
	added, err := f.importer.Import(t.Context(), f.request("first"), []contactimport.Row{person("Bea")})
	f.Must(err)
	c, err := f.Store.Contact(t.Context(), f.Campaign.ID, f.mobilizer.ID, added[0].Contact)
	f.Must(err)
	results, err := f.importer.Import(t.Context(), f.request("second"), []contactimport.Row{
		person("Cleo"),
		{Err: fault.Invalid("first_name", "Enter a first name.")},
		{Entry: c.Entry},
		{Entry: c.Entry},
		{Entry: "unknown"},
	})
	f.Must(err)
	var codes []string
	for _, r := range results {
		code := string(r.Status)
		if r.Refusal != nil {
			code += " " + r.Refusal.Code
		}
		codes = append(codes, code)
	}
	want := []string{"added", "invalid ", "conflict contact_in_campaign", "conflict same_contact", "conflict unknown_contact"}
	if diff := cmp.Diff(want, codes); diff != "" {
		t.Errorf("results (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"Bea", "Cleo"}, f.contacts()); diff != "" {
		t.Errorf("contacts (-want +got):\n%s", diff)
	}
}

func TestImport_RequestWithOtherBody_Fails(t *testing.T) {
	f := newImportFixture(t)
	_, err := f.importer.Import(t.Context(), f.request("r"), []contactimport.Row{person("Bea")})
	f.Must(err)
	other := f.request("r")
	other.BodyHash = "other"
	_, err = f.importer.Import(t.Context(), other, []contactimport.Row{person("Cleo")})
	if !errors.Is(err, contactimport.ErrOtherBody) || len(f.contacts()) != 1 {
		t.Errorf("the error is %v with %d contacts", err, len(f.contacts()))
	}
}

func TestImport_MobilizerWhoMayNotAdd_AddsNobody(t *testing.T) {
	f := newImportFixture(t)
	f.CloseCampaign()
	_, err := f.importer.Import(t.Context(), f.request("r"), []contactimport.Row{person("Bea")})
	f.MustFail(err, fault.KindConflict, "campaign_closed")
	if names := f.contacts(); names != nil {
		t.Errorf("contacts: %v", names)
	}
}

func TestImport_CachedCampaignIsClosed_IsReadAgain(t *testing.T) {
	f := newImportFixture(t)
	cached := *f.Campaign
	f.Must(cached.Close(f.Now))
	request := f.request("r")
	request.Campaign = &cached
	_, err := f.importer.Import(t.Context(), request, []contactimport.Row{person("Bea")})
	f.Must(err)
	if names := f.contacts(); len(names) != 1 {
		t.Errorf("contacts: %v", names)
	}
}
