package inviting

import (
	"context"
	"time"

	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
)

// Revoke revokes an invitation and returns the writes that store it.
//
// Conflict: it was accepted or revoked.
func (s *Service) Revoke(by Inviter, i *invitation.Invitation) ([]dynamo.Write, error) {
	if err := i.Revoke(by.At); err != nil {
		return nil, err
	}
	return s.store.UpdateInvitation(i), nil
}

// Delete returns the writes that delete an invitation with its access requests.
//
// Conflict: it was accepted.
func (s *Service) Delete(ctx context.Context, by Inviter, i *invitation.Invitation) ([]dynamo.Write, error) {
	if err := i.Delete(by.At); err != nil {
		return nil, err
	}
	requests, err := s.store.AccessRequests(ctx, i)
	if err != nil {
		return nil, err
	}
	return s.store.DeleteInvitation(i, requests), nil
}

// Decision approves or declines an access request. It reports whether the request has changed.
type Decision func(*invitation.AccessRequest, *invitation.Invitation, invitation.Person, time.Time) (bool, error)

// Decide returns an access request of an invitation after a decision, and the writes that store it and send the notice to the
// requester; none if the decision stands already. seen is the state on which the decision is based, empty for any.
//
// Not found: there is none. Conflict: nothing is to be decided any more, or the request has another state than the one seen.
func (s *Service) Decide(ctx context.Context, by Inviter, i *invitation.Invitation, requestID string, seen invitation.AccessRequestState, decide Decision) (*invitation.AccessRequest, []dynamo.Write, error) {
	requests, err := s.store.AccessRequests(ctx, i)
	if err != nil {
		return nil, nil, err
	}
	for _, r := range requests {
		if string(r.ID) != requestID {
			continue
		}
		if i.Campaign != "" && r.Decision == invitation.Approved {
			removal, err := s.store.Removal(ctx, r.Requester.User, i.Campaign)
			if err != nil {
				return nil, nil, err
			}
			if removal != nil {
				r.EndApproval(removal.At)
			}
		}
		before := *r
		changed, err := decide(r, i, by.Person(), by.At)
		if err != nil || !changed {
			return r, nil, err
		}
		if err := before.CheckState(i, seen, by.At); err != nil {
			return nil, nil, err
		}
		return r, append(s.store.UpdateAccessRequest(r), s.store.CreateDecisionNotice(i, r, by.At, time.Now())...), nil
	}
	return nil, nil, fault.NotFound("access request")
}
