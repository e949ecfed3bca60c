package dynamo

import (
	"context"
	"strconv"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/invitation"
)

// EachInvitation reads a campaign's invitations in order of inviting and gives each to yield. A failure of yield ends the
// reading and is returned.
func (s *Store) EachInvitation(ctx context.Context, c campaign.ID, yield func(*invitation.Invitation) error) error {
	spans := make([]span, indexShards)
	for j := range spans {
		spans[j] = span{table: s.tables.Records, partition: targetPartition(invitation.Target{Campaign: c}, "V", strconv.Itoa(j))}
	}
	return drainSpans(ctx, s, spans, func(i *invitation.Invitation) string { return string(i.ID) }, yield)
}

// InvitationsByID returns a campaign's invitations with the ids, in no particular order.
func (s *Store) InvitationsByID(ctx context.Context, c campaign.ID, ids []invitation.ID) ([]*invitation.Invitation, error) {
	keys := make([]key, len(ids))
	for n, id := range ids {
		keys[n] = invitationKey(invitation.Target{Campaign: c}, id)
	}
	items, err := s.batchGet(ctx, s.tables.Records, keys)
	if err != nil {
		return nil, err
	}
	return decodeAll[invitation.Invitation](items)
}
