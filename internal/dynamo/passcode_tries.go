package dynamo

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

// triesItem keeps one caller's passcode tries at one campaign. It never expires: the limit for life is one.
type triesItem struct {
	key
	Recent  []int64 `dynamodbav:"Recent"` // milliseconds since 1970
	Total   int     `dynamodbav:"Total"`
	Version int     `dynamodbav:"V"`
}

// PasscodeLimitError reports that a campaign has seen too many wrong passcodes in this hour, whoever sent them.
type PasscodeLimitError struct {
	Campaign campaign.ID
	Until    time.Time
}

// Error names the campaign.
func (e *PasscodeLimitError) Error() string {
	return fmt.Sprintf("dynamo: too many passcode tries at campaign %s", e.Campaign)
}

// CountPasscodeTry counts a caller's try at a campaign's passcode, before it is compared: on the caller's own account, and
// against the campaign's cap of the hour. It returns how many the caller has left before waiting.
//
// Rate limited: the caller has tried too often. *PasscodeLimitError: all callers together have.
func (s *Store) CountPasscodeTry(ctx context.Context, c campaign.ID, u user.ID, now time.Time) (int, error) {
	left := 0
	err := Retry(ctx, func() error {
		var err error
		left, err = s.countOwnTry(ctx, c, u, now)
		return err
	})
	if err != nil {
		return 0, err
	}
	_, err = s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Requests, Key: capKey(c, now).attributes(),
		UpdateExpression:    aws.String("ADD Tries :one SET expires = :until"),
		ConditionExpression: aws.String("attribute_not_exists(Tries) OR Tries < :most"),
		ExpressionAttributeValues: Item{
			":one": number(1), ":most": number(mobilizer.MaxCampaignAttempts), ":until": number(int(now.Add(25 * time.Hour).Unix())),
		},
	})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return 0, &PasscodeLimitError{c, now.Truncate(time.Hour).Add(time.Hour)}
	}
	return left, failure("count passcode try", err)
}

// UncountPasscodeTry takes a try whose passcode was right off the campaign's cap: many may join within the hour.
func (s *Store) UncountPasscodeTry(ctx context.Context, c campaign.ID, counted time.Time) error {
	_, err := s.db.UpdateItem(ctx, &dynamodb.UpdateItemInput{
		TableName: &s.tables.Requests, Key: capKey(c, counted).attributes(),
		UpdateExpression: aws.String("ADD Tries :less"), ConditionExpression: aws.String("Tries > :none"),
		ExpressionAttributeValues: Item{":less": number(-1), ":none": number(0)},
	})
	if _, ok := errors.AsType[*types.ConditionalCheckFailedException](err); ok {
		return nil
	}
	return failure("forgive passcode try", err)
}

func capKey(c campaign.ID, now time.Time) key {
	return triesKey(c, "everybody", now.UTC().Truncate(time.Hour).Format(time.RFC3339))
}

func (s *Store) countOwnTry(ctx context.Context, c campaign.ID, u user.ID, now time.Time) (int, error) {
	own := triesKey(c, string(u), "own")
	item, err := s.get(ctx, s.tables.Requests, own)
	if err != nil {
		return 0, err
	}
	var kept triesItem
	if err := attributevalue.UnmarshalMap(item, &kept); err != nil {
		return 0, fault.Internal("decode passcode tries: %w", err)
	}
	tries := mobilizer.PasscodeAttempts{Total: kept.Total}
	for _, at := range kept.Recent {
		tries.Recent = append(tries.Recent, time.UnixMilli(at).UTC())
	}
	if err := tries.Add(now); err != nil {
		return 0, err
	}
	next := triesItem{key: own, Total: tries.Total, Version: kept.Version + 1}
	for _, at := range tries.Recent {
		next.Recent = append(next.Recent, at.UnixMilli())
	}
	return tries.Remaining(now), s.putTries(ctx, next, kept.Version)
}

func (s *Store) putTries(ctx context.Context, next triesItem, read int) error {
	encoded, err := attributevalue.MarshalMap(next)
	if err != nil {
		return fault.Internal("encode passcode tries: %w", err)
	}
	w := Write{what: "passcode tries", table: s.tables.Requests, item: encoded, condition: "attribute_not_exists(PK)"}
	if read > 0 {
		w.condition, w.values = "V = :v", Item{":v": number(read)}
	}
	return s.Commit(ctx, w)
}
