package dynamo

import (
	"context"
	"slices"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

// Membership returns a membership of a campaign by its id, also after the mobilizer left, or not found.
func (s *Store) Membership(ctx context.Context, c campaign.ID, m mobilizer.ID) (*mobilizer.Mobilizer, error) {
	return record[mobilizer.Mobilizer](ctx, s, "mobilizer", membershipKey(c, m))
}

// MembershipByUser returns a user's membership of a campaign, also after they left, or not found.
func (s *Store) MembershipByUser(ctx context.Context, c campaign.ID, u user.ID) (*mobilizer.Mobilizer, error) {
	pointer, err := record[mobilizer.UserMembership](ctx, s, "membership", userCampaignKey(u, c))
	if err != nil {
		return nil, err
	}
	return record[mobilizer.Mobilizer](ctx, s, "membership", membershipKey(c, pointer.Mobilizer))
}

// MobilizersByID returns memberships by their ids. Memberships that don't exist are left out.
func (s *Store) MobilizersByID(ctx context.Context, c campaign.ID, ids []mobilizer.ID) (map[mobilizer.ID]*mobilizer.Mobilizer, error) {
	distinct := slices.Compact(slices.Sorted(slices.Values(ids)))
	found, err := records[mobilizer.Mobilizer](ctx, s, keysOf(distinct, func(m mobilizer.ID) key { return membershipKey(c, m) }))
	if err != nil {
		return nil, err
	}
	return byID(found, func(m *mobilizer.Mobilizer) mobilizer.ID { return m.ID }), nil
}

// CreateMembership creates a membership and the pointer to it. When the user has one in the campaign already, the condition
// on "membership_pointer" fails.
func (s *Store) CreateMembership(m *mobilizer.Mobilizer) []Write {
	m.Version = 1
	return []Write{
		s.create("membership_pointer", newPointerItem(&mobilizer.UserMembership{User: m.User, Campaign: m.Campaign, Mobilizer: m.ID})),
		s.create("membership", newMembershipItem(m)),
	}
}

// UpdateMembership writes a changed membership over the version that was read.
func (s *Store) UpdateMembership(m *mobilizer.Mobilizer) []Write {
	return []Write{s.put("membership", newMembershipItem(m), m.Version)}
}

// DeleteMembership deletes a membership, at the version that was read, and the pointer to it. Its dependents are deleted by
// the stream.
func (s *Store) DeleteMembership(m *mobilizer.Mobilizer) []Write {
	return []Write{
		s.deleteAny("membership_pointer", userCampaignKey(m.User, m.Campaign)),
		s.delete("membership", membershipKey(m.Campaign, m.ID), m.Version),
	}
}

// checkMember checks that a membership exists and its mobilizer has not left. Changes of the profile don't make it fail.
func (s *Store) checkMember(c campaign.ID, m mobilizer.ID) Write {
	return table.CheckIf(s.tables.Records, "membership", membershipKey(c, m), "attribute_exists(PK) AND attribute_not_exists(LeftAt)")
}
