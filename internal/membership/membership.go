// Package membership changes consent and ends memberships of a campaign: leaving, and removal by an administrator. Writes are
// returned for the transaction of the caller. Joining is in joining, profile and match are in mobilizing, the rules in mobilizer.
package membership

import (
	"context"
	"slices"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/text"
	"github.com/kithhq/kith/internal/user"
)

// SetConsent returns a membership with consent given or withdrawn, and the writes that store it. A withdrawal is counted, so
// that files with the mobilizer's email and phone are refused.
//
// Forbidden, conflict: consent is given after leaving, or in a campaign that is not active.
func SetConsent(store *dynamo.Store, m *mobilizer.Mobilizer, c *campaign.Campaign, consent bool) (*mobilizer.Mobilizer, []dynamo.Write, error) {
	changed := *m
	if err := changed.SetConsent(consent, c); err != nil {
		return nil, nil, err
	}
	writes := store.UpdateMembership(&changed)
	if !consent {
		writes = append(writes, store.CountConsentWithdrawal(m)...)
	}
	return &changed, writes, nil
}

// Contacts says whether the contacts of a mobilizer who leaves stay with the campaign.
type Contacts string

// The choices. KeepContacts keeps the membership, too.
const (
	KeepContacts   Contacts = "keep"
	RemoveContacts Contacts = "remove"
)

// Leave returns the writes that end a membership, or delete it with its contacts.
//
// Forbidden: the mobilizer has left.
func Leave(store *dynamo.Store, m *mobilizer.Mobilizer, contacts Contacts, at time.Time) ([]dynamo.Write, error) {
	left := *m
	if err := left.Leave(at); err != nil {
		return nil, err
	}
	if contacts == RemoveContacts {
		return deleteMembership(store, m), nil
	}
	return store.UpdateMembership(&left), nil
}

// Remove returns the writes that end a membership like Leave, revoke the mobilizer's open invitation, and record the removal:
// joining again needs an invitation from after it. A mobilizer who has left can be removed, too.
func Remove(ctx context.Context, store *dynamo.Store, by user.ID, m *mobilizer.Mobilizer, contacts Contacts, at time.Time) ([]dynamo.Write, error) {
	removal, err := store.Removal(ctx, m.User, m.Campaign)
	if err != nil {
		return nil, err
	}
	writes, err := revokeInvitation(ctx, store, m, at)
	if err != nil {
		return nil, err
	}
	if removal == nil {
		writes = append(writes, store.PutRemoval(m.NewRemoval(by, at))...)
	}
	if contacts == RemoveContacts {
		return append(writes, deleteMembership(store, m)...), nil
	}
	if m.HasLeft() {
		return writes, nil
	}
	ended, err := Leave(store, m, contacts, at)
	return append(writes, ended...), err
}

// deleteMembership returns the writes that delete a membership. Its contacts are deleted by remove-records.
func deleteMembership(store *dynamo.Store, m *mobilizer.Mobilizer) []dynamo.Write {
	return slices.Concat(store.DeleteMembership(m), store.CountConsentWithdrawal(m))
}

// revokeInvitation returns the write that revokes the open invitation of a mobilizer's address; none if there is none.
func revokeInvitation(ctx context.Context, store *dynamo.Store, m *mobilizer.Mobilizer, at time.Time) ([]dynamo.Write, error) {
	i, err := store.InvitationByEmail(ctx, invitation.Target{Campaign: m.Campaign}, text.NormalizeEmail(m.Email))
	if fault.Is(err, fault.KindNotFound) {
		return nil, nil
	}
	if err != nil || i.State(at) != invitation.Open {
		return nil, err
	}
	if err := i.Revoke(at); err != nil {
		return nil, err
	}
	return store.UpdateInvitation(i), nil
}
