package dynamo

import (
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/user"
)

func TestPasscodeTriesAreCountedAlsoAtOnce(t *testing.T) {
	db, tables := dynamotest.New(t)
	s := New(db, Tables(tables))
	now := time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)
	var allowed atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := s.CountPasscodeAttempt(t.Context(), "campaign", "user", now)
			if err == nil {
				allowed.Add(1)
				return
			}
			if !fault.Is(err, fault.KindRateLimited) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if allowed.Load() != 5 {
		t.Errorf("%d tries of eight at once were let through, want 5", allowed.Load())
	}
	if left, err := s.CountPasscodeAttempt(t.Context(), "other", "user", now); err != nil || left != 4 {
		t.Errorf("tries at one campaign count at another: %d left, %v", left, err)
	}
	total := 5
	for n := range 50 {
		if _, err := s.CountPasscodeAttempt(t.Context(), "campaign", "user", now.Add(time.Duration(n+1)*time.Hour)); err == nil {
			total++
		}
	}
	if total != 50 {
		t.Errorf("one caller had %d tries, want 50 for life", total)
	}
}

func TestACampaignHasACapOfWrongPasscodes(t *testing.T) {
	db, tables := dynamotest.New(t)
	s := New(db, Tables(tables))
	now := time.Date(2026, 10, 24, 12, 30, 0, 0, time.UTC)
	tries := func(n int, at time.Time) error {
		_, err := s.CountPasscodeAttempt(t.Context(), "campaign", user.ID(fmt.Sprintf("user %d", n)), at)
		return err
	}
	if err := tries(0, now); err != nil {
		t.Fatal(err)
	}
	if _, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &tables.Requests, Key: campaignAttemptsKey("campaign", now).Attributes(), UpdateExpression: aws.String("SET Tries = :n"),
		ExpressionAttributeValues: Item{":n": table.Number(mobilizer.MaxCampaignAttempts - 1)},
	}); err != nil {
		t.Fatal(err)
	}
	if err := tries(1, now); err != nil {
		t.Fatalf("the last try below the cap: %v", err)
	}
	capped, ok := errors.AsType[*PasscodeLimitError](tries(2, now))
	if !ok || capped.Campaign != "campaign" || !capped.Until.Equal(now.Add(30*time.Minute)) {
		t.Fatalf("above the cap: %+v", capped)
	}
	if err := s.UncountPasscodeAttempt(t.Context(), "campaign", now); err != nil {
		t.Fatal(err)
	}
	if err := tries(3, now); err != nil {
		t.Errorf("a right passcode stays on the cap's account: %v", err)
	}
	if err := tries(4, now.Add(time.Hour)); err != nil {
		t.Errorf("the cap holds for longer than its hour: %v", err)
	}
	if err := s.UncountPasscodeAttempt(t.Context(), "nobody tried", now); err != nil {
		t.Errorf("forgiving what was not counted: %v", err)
	}
}
