package dynamo

import (
	"context"
	"fmt"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

// triesItem keeps one caller's passcode tries at one campaign. It never expires, because one of the limits is for life.
type attemptsItem struct {
	key
	Recent  []int64 `dynamodbav:"Recent"` // milliseconds since 1970
	Total   int     `dynamodbav:"Total"`
	Version int     `dynamodbav:"V"`
}

// PasscodeLimitError reports that all callers together have tried too many passcodes at a campaign within the hour.
type PasscodeLimitError struct {
	Campaign campaign.ID
	Until    time.Time
}

// Error names the campaign.
func (e *PasscodeLimitError) Error() string {
	return fmt.Sprintf("dynamo: too many passcode tries at campaign %s", e.Campaign)
}

// CountPasscodeAttempt counts a caller's try at a campaign's passcode, before it is compared: against the caller's limits, and
// against the campaign's limit for the hour. It returns how many tries the caller has left before waiting.
//
// Rate limited: the caller has tried too often. *PasscodeLimitError: all callers together have.
func (s *Store) CountPasscodeAttempt(ctx context.Context, c campaign.ID, u user.ID, now time.Time) (int, error) {
	left := 0
	err := Retry(ctx, func() error {
		var err error
		left, err = s.countCallersTry(ctx, c, u, now)
		return err
	})
	if err != nil {
		return 0, err
	}
	counted, err := s.countUpTo(ctx, campaignAttemptsKey(c, now), mobilizer.MaxCampaignAttempts, now.Add(25*time.Hour))
	if err == nil && !counted {
		return 0, &PasscodeLimitError{c, now.Truncate(time.Hour).Add(time.Hour)}
	}
	return left, err
}

func (s *Store) countCallersTry(ctx context.Context, c campaign.ID, u user.ID, now time.Time) (int, error) {
	k := callerAttemptsKey(c, u)
	item, err := s.db.Get(ctx, s.tables.Requests, k)
	if err != nil {
		return 0, err
	}
	stored, err := table.Unmarshal[attemptsItem](item)
	if err != nil {
		return 0, err
	}
	tries := mobilizer.PasscodeAttempts{Total: stored.Total}
	for _, at := range stored.Recent {
		tries.Recent = append(tries.Recent, time.UnixMilli(at).UTC())
	}
	if err := tries.Add(now); err != nil {
		return 0, err
	}
	next := attemptsItem{key: k, Total: tries.Total}
	for _, at := range tries.Recent {
		next.Recent = append(next.Recent, at.UnixMilli())
	}
	return tries.Remaining(now), s.Commit(ctx, table.Put(s.tables.Requests, "passcode tries", next, stored.Version))
}

// UncountPasscodeAttempt takes a try whose passcode was right off the campaign's count of the hour, in which many may join.
func (s *Store) UncountPasscodeAttempt(ctx context.Context, c campaign.ID, counted time.Time) error {
	err := s.Commit(ctx, Write{
		Entity: "count", Table: s.tables.Requests, Key: campaignAttemptsKey(c, counted),
		Update: "ADD Tries :less", Condition: "Tries > :none",
		Values: Item{":less": table.Number(-1), ":none": table.Number(0)},
	})
	if ConditionFailed(err, "") {
		return nil
	}
	return err
}
