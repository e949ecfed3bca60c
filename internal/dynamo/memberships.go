package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/mobilizer"
)

// Membership returns a membership of a campaign by its id, left or not. It returns not found when there is none.
func (s *Store) Membership(ctx context.Context, c campaign.ID, m mobilizer.ID) (*mobilizer.Mobilizer, error) {
	return record[mobilizer.Mobilizer](ctx, s, "mobilizer", membershipKey(c, m))
}

// CreateMembership makes a membership and the pointer to it. When the user has one in the campaign already, Commit says
// that "membership_pointer" changed.
func (s *Store) CreateMembership(m *mobilizer.Mobilizer) []Write {
	m.Version = 1
	return append(s.CreateMembershipPointer(&mobilizer.UserMembership{User: m.User, Campaign: m.Campaign, Mobilizer: m.ID}),
		s.create("membership", newMembershipItem(m)))
}

// UpdateMembership writes a changed membership over the version that was read.
func (s *Store) UpdateMembership(m *mobilizer.Mobilizer) []Write {
	next := *m
	next.Version++
	return []Write{s.replace("membership", newMembershipItem(&next), m.Version)}
}

// DeleteMembership removes a membership, at the version that was read, and the pointer to it. What hangs on it goes in
// the background.
func (s *Store) DeleteMembership(m *mobilizer.Mobilizer) []Write {
	return append(s.DeleteMembershipPointer(m.User, m.Campaign),
		s.delete("membership", membershipKey(m.Campaign, m.ID), m.Version))
}

// stays demands that a mobilizer is there and has not left. Edits of the profile do not disturb it.
func (s *Store) stays(c campaign.ID, m mobilizer.ID) Write {
	return Write{
		what: "membership", table: s.tables.Records, key: membershipKey(c, m),
		condition: "attribute_exists(PK) AND attribute_not_exists(LeftAt)",
	}
}
