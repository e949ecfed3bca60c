package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// Suppress adds an address to an organization's suppression list. When it is on the list already, the condition on
// "suppressed" fails.
func (s *Store) Suppress(sup *invitation.Suppression) []Write {
	return []Write{s.create("suppressed", newSuppressedItem(sup))}
}

// Suppression returns the entry of an address on an organization's suppression list, nil when there is none.
func (s *Store) Suppression(ctx context.Context, o organization.ID, email string) (*invitation.Suppression, error) {
	return table.Find[invitation.Suppression](ctx, s.db, s.tables.Records, suppressedKey(o, email))
}

// InvitationSuppression returns the Suppression of an invitation's address.
func (s *Store) InvitationSuppression(ctx context.Context, i *invitation.Invitation) (*invitation.Suppression, error) {
	return s.Suppression(ctx, i.Organization, i.Email)
}

// CheckNotSuppressed checks that an invitation's address is not on the suppression list. When it is, the condition on
// "suppressed" fails.
func (s *Store) CheckNotSuppressed(i *invitation.Invitation) []Write {
	return []Write{s.checkNotSuppressed(i.Organization, i.Email)}
}

func (s *Store) checkNotSuppressed(o organization.ID, email string) Write {
	return table.CheckIf(s.tables.Records, "suppressed", suppressedKey(o, email), "attribute_not_exists(PK)")
}
