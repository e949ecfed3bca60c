package dynamo

import (
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/fault"
	"github.com/kithhq/kith/internal/user"
)

func TestCountPasscodeAttempt_Concurrent_EnforcesCallersLimit(t *testing.T) {
	db, tables := dynamotest.New(t)
	s := New(db, Tables(tables))
	attempt := PasscodeAttempt{
		Campaign: &campaign.Campaign{ID: "campaign", PasscodeMAC: "mac"}, User: "user", Network: "192.0.2.1",
		At: time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC),
	}
	var allowed atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			_, err := s.CountPasscodeAttempt(t.Context(), attempt)
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
	other := attempt
	other.Campaign = &campaign.Campaign{ID: "other", PasscodeMAC: "mac"}
	if allowance, err := s.CountPasscodeAttempt(t.Context(), other); err != nil || allowance.Attempts != 4 {
		t.Errorf("attempts at one campaign count at another: %+v, %v", allowance, err)
	}
}

func TestCountPasscodeAttempt_NetworkLimit_HoldsForTheNetworkUntilForgotten(t *testing.T) {
	db, tables := dynamotest.New(t)
	s := New(db, Tables(tables))
	c := &campaign.Campaign{ID: "campaign", PasscodeMAC: "mac"}
	now := time.Date(2026, 10, 24, 12, 30, 0, 0, time.UTC)
	attempt := func(n int, network string) PasscodeAttempt {
		return PasscodeAttempt{Campaign: c, User: user.ID(fmt.Sprintf("user %d", n)), Network: network, At: now}
	}
	count := func(n int, network string) error {
		_, err := s.CountPasscodeAttempt(t.Context(), attempt(n, network))
		return err
	}
	for n := range 100 {
		if err := count(n/5, "192.0.2.1"); err != nil {
			t.Fatal(err)
		}
	}
	if err := count(20, "192.0.2.1"); !fault.Is(err, fault.KindRateLimited) {
		t.Fatalf("the next caller of the network: %v, want a pause", err)
	}
	if err := count(20, "192.0.2.2"); err != nil {
		t.Fatalf("a caller of another network: %v", err)
	}
	if err := s.DeletePasscodeAttempts(t.Context(), attempt(21, "192.0.2.1")); err != nil {
		t.Fatal(err)
	}
	if err := count(22, "192.0.2.1"); err != nil {
		t.Errorf("after a correct passcode of the network: %v", err)
	}
	if err := s.DeletePasscodeAttempts(t.Context(), attempt(99, "nobody tried")); err != nil {
		t.Errorf("deleting attempts that were not counted: %v", err)
	}
}
