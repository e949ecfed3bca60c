package dynamo

import (
	"cmp"
	"context"
	"slices"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// Affiliations are the organizations that a user administers, and the campaigns that they joined.
type Affiliations struct {
	Administrators []*organization.Administrator
	Organizations  map[organization.ID]*organization.Organization // of Administrators and Memberships
	Memberships    []*mobilizer.Mobilizer
	Campaigns      map[campaign.ID]*campaign.Campaign // of Memberships
}

// UserAffiliations returns a user's affiliations, in order of creation: two Queries and a BatchGetItem.
func (s *Store) UserAffiliations(ctx context.Context, u user.ID) (*Affiliations, error) {
	people, err := table.QueryAll[organization.Person](ctx, s.db, s.under(userOrganizationKey(u, "")))
	if err != nil {
		return nil, err
	}
	memberships, err := table.QueryAll[mobilizer.UserMembership](ctx, s.db, s.under(userCampaignKey(u, "")))
	if err != nil {
		return nil, err
	}
	var keys []key
	for _, p := range people {
		keys = append(keys, administratorKey(p.Organization, u), organizationKey(p.Organization))
	}
	for _, m := range memberships {
		keys = append(keys, membershipKey(m.Campaign, m.Mobilizer), campaignKey(m.Campaign))
	}
	items, err := s.db.BatchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	return newAffiliations(items)
}

func newAffiliations(items []Item) (*Affiliations, error) {
	a := &Affiliations{
		Organizations: map[organization.ID]*organization.Organization{},
		Campaigns:     map[campaign.ID]*campaign.Campaign{},
	}
	for _, item := range items {
		decoded, err := Decode(item)
		if err != nil {
			return nil, err
		}
		switch row := decoded.(type) {
		case *organization.Administrator:
			a.Administrators = append(a.Administrators, row)
		case *organization.Organization:
			a.Organizations[row.ID] = row
		case *mobilizer.Mobilizer:
			a.Memberships = append(a.Memberships, row)
		case *campaign.Campaign:
			a.Campaigns[row.ID] = row
		default:
			return nil, fault.Internal("affiliations: unexpected %T", row)
		}
	}
	slices.SortFunc(a.Administrators, func(x, y *organization.Administrator) int {
		return cmp.Or(x.AddedAt.Compare(y.AddedAt), cmp.Compare(x.Organization, y.Organization))
	})
	slices.SortFunc(a.Memberships, func(x, y *mobilizer.Mobilizer) int { return cmp.Compare(x.ID, y.ID) })
	return a, nil
}
