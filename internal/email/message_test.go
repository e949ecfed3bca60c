package email

import (
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

func TestNewInvitation_ReplyTo_IsInviterUnlessOrganizationSetsAddress(t *testing.T) {
	i := newInvitation()
	c := &campaign.Campaign{ID: "c", Organization: "o", Name: "Fall Turnout", Status: campaign.Active}
	for address, want := range map[string]invitation.Person{
		"":                   {User: olivia.User, Name: "Olivia", Email: "olivia@example.org"},
		"office@example.org": {Name: "Riverbend", Email: "office@example.org"},
	} {
		for _, target := range []*campaign.Campaign{c, nil} { // nil for an invitation to administer
			from := &Origin{Organization: &organization.Organization{ID: "o", Name: "Riverbend", ReplyTo: address}, Campaign: target}
			m := NewInvitation(i, from, tokens, Addresses{}, time.Hour, noon)
			if m.ReplyTo != want {
				t.Errorf("organization's address %q: Reply-To is %+v, want %+v", address, m.ReplyTo, want)
			}
		}
	}
}
