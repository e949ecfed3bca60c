package dynamo

import (
	"context"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/mobilizer"
)

// withdrawalsItem counts the withdrawals of consent in a campaign (Metrics).
type withdrawalsItem struct {
	Withdrawals int `dynamodbav:"Withdrawals"`
}

// ConsentWithdrawals returns how often mobilizers of a campaign have withdrawn their consent to share email and phone. A file
// that was read after a count holds no email or phone of a person whose withdrawal is in that count.
func (s *Store) ConsentWithdrawals(ctx context.Context, c campaign.ID) (int, error) {
	item, err := s.db.Get(ctx, s.tables.Metrics, withdrawalsKey(c))
	if err != nil {
		return 0, err
	}
	stored, err := table.Unmarshal[withdrawalsItem](item)
	if err != nil {
		return 0, err
	}
	return stored.Withdrawals, nil
}

// CountConsentWithdrawal returns the write that counts a withdrawal, for the transaction in which a membership's consent ends:
// none if the mobilizer, as they were before, had not consented.
func (s *Store) CountConsentWithdrawal(before *mobilizer.Mobilizer) []Write {
	if !before.Consent {
		return nil
	}
	return []Write{{
		Entity: "withdrawals", Table: s.tables.Metrics, Key: withdrawalsKey(before.Campaign),
		Update: "ADD Withdrawals :one", Values: Item{":one": table.Number(1)},
	}}
}
