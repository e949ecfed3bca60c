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

func TestCountPasscodeAttempt_Concurrent_EnforcesCallersLimits(t *testing.T) {
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
		t.Errorf("%d of eight concurrent attempts were allowed, want 5", allowed.Load())
	}
	if left, err := s.CountPasscodeAttempt(t.Context(), "other", "user", now); err != nil || left != 4 {
		t.Errorf("attempts at one campaign count at another: %d left, %v", left, err)
	}
	total := 5
	for n := range 50 {
		if _, err := s.CountPasscodeAttempt(t.Context(), "campaign", "user", now.Add(time.Duration(n+1)*time.Hour)); err == nil {
			total++
		}
	}
	if total != 50 {
		t.Errorf("one caller had %d attempts, want 50 in total", total)
	}
}

func TestCountPasscodeAttempt_CampaignLimit_HoldsForTheHour(t *testing.T) {
	db, tables := dynamotest.New(t)
	s := New(db, Tables(tables))
	now := time.Date(2026, 10, 24, 12, 30, 0, 0, time.UTC)
	attempt := func(n int, at time.Time) error {
		_, err := s.CountPasscodeAttempt(t.Context(), "campaign", user.ID(fmt.Sprintf("user %d", n)), at)
		return err
	}
	if err := attempt(0, now); err != nil {
		t.Fatal(err)
	}
	if _, err := db.UpdateItem(t.Context(), &dynamodb.UpdateItemInput{
		TableName: &tables.Requests, Key: campaignAttemptsKey("campaign", now).Attributes(), UpdateExpression: aws.String("SET Tries = :n"),
		ExpressionAttributeValues: Item{":n": table.Number(mobilizer.MaxCampaignAttempts - 1)},
	}); err != nil {
		t.Fatal(err)
	}
	if err := attempt(1, now); err != nil {
		t.Fatalf("the last attempt below the limit: %v", err)
	}
	limited, ok := errors.AsType[*PasscodeLimitError](attempt(2, now))
	if !ok || limited.Campaign != "campaign" || !limited.Until.Equal(now.Add(30*time.Minute)) {
		t.Fatalf("above the limit: %+v", limited)
	}
	if err := s.UncountPasscodeAttempt(t.Context(), "campaign", now); err != nil {
		t.Fatal(err)
	}
	if err := attempt(3, now); err != nil {
		t.Errorf("a correct passcode is still counted: %v", err)
	}
	if err := attempt(4, now.Add(time.Hour)); err != nil {
		t.Errorf("the limit holds longer than its hour: %v", err)
	}
	if err := s.UncountPasscodeAttempt(t.Context(), "nobody tried", now); err != nil {
		t.Errorf("uncounting an attempt that was not counted: %v", err)
	}
}
