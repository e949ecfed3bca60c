package dynamo

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/user"
)

// AccessRequests returns the access requests for an invitation, in order of their users' ids.
func (s *Store) AccessRequests(ctx context.Context, i *invitation.Invitation) ([]*invitation.AccessRequest, error) {
	return table.QueryAll[invitation.AccessRequest](ctx, s.db, s.under(accessRequestKey(i.Target(), i.ID, "")))
}

// CampaignAccessRequests returns the access requests for all invitations to a campaign, the latest first, and the invitations.
// Requests of deleted invitations are left out. They are some hundreds.
func (s *Store) CampaignAccessRequests(ctx context.Context, c campaign.ID) ([]*invitation.AccessRequest, map[invitation.ID]*invitation.Invitation, error) {
	target := invitation.Target{Campaign: c}
	spans := s.shards(idShards, func(j string) string { return targetPartition(target, "VA", j) })
	found := make([][]*invitation.AccessRequest, len(spans))
	err := table.Parallel(ctx, len(spans), len(spans), func(ctx context.Context, n int) error {
		var err error
		found[n], err = table.QueryAll[invitation.AccessRequest](ctx, s.db, spans[n])
		return err
	})
	if err != nil {
		return nil, nil, err
	}
	requests := slices.Concat(found...)
	invitations := map[invitation.ID]*invitation.Invitation{}
	for _, r := range requests {
		invitations[r.Invitation] = nil
	}
	read, err := records[invitation.Invitation](ctx, s, keysOf(slices.Collect(maps.Keys(invitations)), func(id invitation.ID) key { return invitationKey(target, id) }))
	if err != nil {
		return nil, nil, err
	}
	for _, i := range read {
		invitations[i.ID] = i
	}
	requests = slices.DeleteFunc(requests, func(r *invitation.AccessRequest) bool { return invitations[r.Invitation] == nil })
	slices.SortFunc(requests, func(a, b *invitation.AccessRequest) int { return strings.Compare(string(b.ID), string(a.ID)) })
	return requests, invitations, nil
}

// AccessRequest returns a user's access request for an invitation, nil when there is none.
func (s *Store) AccessRequest(ctx context.Context, i *invitation.Invitation, by user.ID) (*invitation.AccessRequest, error) {
	return table.Find[invitation.AccessRequest](ctx, s.db, s.tables.Records, accessRequestKey(i.Target(), i.ID, by))
}

// CreateAccessRequest creates an access request. When the user has one for the invitation already, the condition on
// "access request" fails.
func (s *Store) CreateAccessRequest(r *invitation.AccessRequest) []Write {
	r.Version = 1
	return []Write{s.create("access request", newAccessRequestItem(r))}
}

// UpdateAccessRequest writes a changed access request over the version that was read.
func (s *Store) UpdateAccessRequest(r *invitation.AccessRequest) []Write {
	return []Write{s.put("access request", newAccessRequestItem(r), r.Version)}
}

// CheckAccessRequest checks that an access request still has the version that was read.
func (s *Store) CheckAccessRequest(r *invitation.AccessRequest) []Write {
	return []Write{s.check("access request", accessRequestKey(r.Target, r.Invitation, r.Requester.User), r.Version)}
}

// CountAccessRequest counts an access request of a user on the UTC day of at. It reports false, and counts nothing, when
// there were limit on that day.
func (s *Store) CountAccessRequest(ctx context.Context, by user.ID, limit int, at time.Time) (bool, error) {
	return s.countOfDay(ctx, dailyCountKey("U", string(by), at), limit, at)
}

// CountNotice counts a notice to an organization's administrators as CountAccessRequest counts access requests.
func (s *Store) CountNotice(ctx context.Context, o organization.ID, limit int, at time.Time) (bool, error) {
	return s.countOfDay(ctx, dailyCountKey("O", string(o), at), limit, at)
}

// CountInvitations counts invitations of a user, of all organizations, as CountAccessRequest counts access requests.
func (s *Store) CountInvitations(ctx context.Context, by user.ID, count, limit int, at time.Time) (bool, error) {
	return s.countMoreUpTo(ctx, dailyCountKey("I", string(by), at), count, limit, at.Add(48*time.Hour))
}

// CountRequest counts a caller's request of an operation in the period that begins at an instant. It reports false, and counts
// nothing, when the caller has made the limit's number of requests.
func (s *Store) CountRequest(ctx context.Context, caller, operation string, limit int, begin time.Time, period time.Duration) (bool, error) {
	return s.countUpTo(ctx, callerCountKey(caller, operation, begin), limit, begin.Add(period+24*time.Hour))
}

func (s *Store) countOfDay(ctx context.Context, k key, limit int, at time.Time) (bool, error) {
	return s.countUpTo(ctx, k, limit, at.Add(48*time.Hour))
}

// countUpTo adds one to a counter in Requests that expires by itself. It reports false, and counts nothing, when the counter
// has reached the limit.
func (s *Store) countUpTo(ctx context.Context, k key, limit int, expires time.Time) (bool, error) {
	return s.countMoreUpTo(ctx, k, 1, limit, expires)
}

// countMoreUpTo is countUpTo for several at once.
func (s *Store) countMoreUpTo(ctx context.Context, k key, count, limit int, expires time.Time) (bool, error) {
	err := s.Commit(ctx, Write{
		Entity: "count", Table: s.tables.Requests, Key: k,
		Update:    "ADD Tries :count SET expires = :expires",
		Condition: "attribute_not_exists(Tries) OR Tries <= :most",
		Values:    Item{":count": table.Number(count), ":most": table.Number(limit - count), ":expires": table.Number(int(expires.Unix()))},
	})
	if ConditionFailed(err, "") {
		return false, nil
	}
	return err == nil, err
}
