package dynamo

import (
	"testing"

	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/secret"
)

func TestInvitationsByID_MembershipDeleted_IsEmpty(t *testing.T) {
	t.Parallel()
	s := newMobilizerFixture(t)
	tokens := invitation.NewTokens(secret.Version{Number: 1, Text: "invitations"})
	i := invitation.New(invitation.Invitee{Email: "ana@example.org", FirstName: "Ana"}, activeCampaign, invitation.Inviter{}, tokens, invitation.Lifetime, s.now)
	i.Accept(s.m, s.now)
	s.commit(4, s.s.CreateInvitation(i, i.Links(tokens)...))
	read := func() *invitation.Invitation {
		found, err := s.s.InvitationsByID(t.Context(), activeCampaign.ID, []invitation.ID{i.ID})
		if err != nil || len(found) != 1 {
			t.Fatalf("found %v: %v", found, err)
		}
		return found[0]
	}
	if got := read(); got.Membership != s.m.ID {
		t.Errorf("accepted with the membership %q, want %q", got.Membership, s.m.ID)
	}
	s.m.Version = 1
	s.commit(2, s.s.DeleteMembership(s.m))
	if got := read(); got.Membership != "" {
		t.Errorf("the deleted membership is %q, want none", got.Membership)
	}
}
