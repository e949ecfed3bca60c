package dynamo

import (
	"cmp"
	"context"
	"slices"
	"strconv"

	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/invitation"
	"github.com/kithhq/kith/internal/organization"
)

// PutSuppression writes an entry of a suppression list over the version that was read; with version 0, of an address that has
// none, else the condition on "suppressed" fails.
func (s *Store) PutSuppression(sup *invitation.Suppression) []Write {
	return []Write{s.put("suppressed", newSuppressedItem(sup), sup.Version)}
}

// SaveSuppression is PutSuppression, and tells the other organizations, of which the new ones do not send to the address either. An
// old entry without an address changes alone.
func (s *Store) SaveSuppression(ctx context.Context, sup *invitation.Suppression) ([]Write, error) {
	writes := s.PutSuppression(sup)
	if sup.Email == "" {
		return writes, nil
	}
	r, err := s.Recipient(ctx, sup.Email)
	if err != nil || !r.RecordSuppression(sup.Organization, sup.Active()) {
		return writes, err
	}
	return append(writes, s.PutRecipient(r)...), nil
}

// Suppression returns why an organization must not send email to an address, nil if it may. A new organization must not if another
// organization must not, unless the address has its own lifted entry.
func (s *Store) Suppression(ctx context.Context, o organization.ID, email string) (*invitation.Suppression, error) {
	suppression, _, err := s.SuppressionOfRecipient(ctx, o, email)
	return suppression, err
}

// SuppressionOfRecipient is Suppression, and returns also what all organizations together know of the address.
func (s *Store) SuppressionOfRecipient(ctx context.Context, o organization.ID, email string) (*invitation.Suppression, *invitation.Recipient, error) {
	items, err := s.db.BatchGet(ctx, s.tables.Records, []key{suppressedKey(o, email), recipientKey(email)})
	if err != nil {
		return nil, nil, err
	}
	var entry *invitation.Suppression
	r := &invitation.Recipient{}
	for _, item := range items {
		decoded, err := Decode(item)
		switch found := decoded.(type) {
		case *invitation.Suppression:
			entry = found
		case *invitation.Recipient:
			r = found
		}
		if err != nil {
			return nil, nil, err
		}
	}
	r.Email = email
	if entry != nil {
		entry.Email = email
	}
	switch {
	case entry.Active():
		return entry, r, nil
	case entry != nil, !r.SuppressedElsewhere(o):
		return nil, r, nil
	}
	status, err := s.OrganizationMailStatus(ctx, o)
	if err != nil || !status.New() {
		return nil, r, err
	}
	return &invitation.Suppression{Organization: o, Email: email, Reason: invitation.SuppressedElsewhere}, r, nil
}

// SuppressionEntry returns the entry of an address on an organization's suppression list, lifted or not, nil when there is none.
func (s *Store) SuppressionEntry(ctx context.Context, o organization.ID, email string) (*invitation.Suppression, error) {
	entry, err := table.Find[invitation.Suppression](ctx, s.db, s.tables.Records, suppressedKey(o, email))
	if entry != nil {
		entry.Email = email // old entries have the hash alone
	}
	return entry, err
}

// SuppressionByID returns an entry of an organization's suppression list, or not found.
func (s *Store) SuppressionByID(ctx context.Context, o organization.ID, id string) (*invitation.Suppression, error) {
	if len(id) != len(digest("")) {
		return nil, fault.NotFound("entry of the suppression list") // it could be longer than a key may be
	}
	entry, err := table.Find[invitation.Suppression](ctx, s.db, s.tables.Records, suppressedKeyByID(o, id))
	if err == nil && entry == nil {
		return nil, fault.NotFound("entry of the suppression list")
	}
	return entry, err
}

// Suppressions returns all entries of an organization's suppression list, the latest first.
func (s *Store) Suppressions(ctx context.Context, o organization.ID) ([]*invitation.Suppression, error) {
	shards := make([][]*invitation.Suppression, idShards)
	err := table.Parallel(ctx, idShards, idShards, func(ctx context.Context, j int) error {
		var err error
		shards[j], err = table.QueryAll[invitation.Suppression](ctx, s.db, table.Span{
			Table: s.tables.Records, Partition: suppressedPartition(o, strconv.Itoa(j)),
		})
		return err
	})
	all := slices.Concat(shards...)
	slices.SortFunc(all, func(a, b *invitation.Suppression) int { return cmp.Or(b.At.Compare(a.At), cmp.Compare(a.ID, b.ID)) })
	return all, err
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
	return table.CheckIf(s.tables.Records, "suppressed", suppressedKey(o, email), "attribute_not_exists(PK) OR attribute_exists(LiftedAt)")
}
