package e2e

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/kithhq/kith/internal/apiclient"
)

// TestFaults_KillsAndRestarts_LoseAndDoubleNothing kills functions and restarts the store while mobilizers write. Mobilizers retry
// failed requests with the same idempotency key. Every write is stored and counted once.
func TestFaults_KillsAndRestarts_LoseAndDoubleNothing(t *testing.T) {
	fx := newFixture(t)
	fx.startCampaign()
	const people, each = 4, 20
	ctx, cancel := context.WithCancel(t.Context())
	var writers, chaos sync.WaitGroup
	failures := make(chan error, people)
	for n := range people {
		who, _ := fx.join(fmt.Sprintf("Mo%d Bellamy", n), nil)
		writers.Go(func() {
			for i := range each {
				err := fx.addAndAnswer(ctx, who, i)
				if err != nil {
					failures <- err
					return
				}
			}
		})
	}
	chaos.Go(func() {
		for round := 0; ctx.Err() == nil; round++ {
			err := fx.injectFault(ctx, round)
			if err != nil && ctx.Err() == nil {
				t.Errorf("trouble: %v", err)
				return
			}
		}
	})
	writers.Wait()
	cancel()
	chaos.Wait()
	close(failures)
	for err := range failures {
		t.Error(err)
	}
	page := fx.analytics()
	if page.Totals.Contacts != people*each || page.Totals.Touchpoints != 2*people*each || page.Totals.Answered.Count != people*each {
		t.Errorf("Analytics shows %d contacts, %d touchpoints and %d answers; want %d, %d and %d", page.Totals.Contacts,
			page.Totals.Touchpoints, page.Totals.Answered.Count, people*each, 2*people*each, people*each)
	}
	fx.checkNoDrift()
}

// addAndAnswer adds a contact, answers the Key Question and writes a note, with retries.
func (fx *fixture) addAndAnswer(ctx context.Context, who *apiclient.Person, n int) error {
	var made struct{ ID string }
	err := retryServerErrors(func() error {
		return who.Do(ctx, "POST", fx.mine()+"/contacts", body{"first_name": "Kim", "last_name": fmt.Sprint(n)}, &made, apiclient.Key(fmt.Sprint("add-", n)))
	})
	if err != nil {
		return err
	}
	err = retryServerErrors(func() error {
		return who.Put(ctx, fx.contact(made.ID)+"/answer", body{"response_id": fx.responses["Maybe"]}, nil)
	})
	if err != nil {
		return err
	}
	return retryServerErrors(func() error {
		return who.Do(ctx, "POST", fx.contact(made.ID)+"/notes", body{"content": "hello"}, nil, apiclient.Key(fmt.Sprint("note-", n)))
	})
}

// retryServerErrors retries after server errors.
func retryServerErrors(do func() error) error {
	var err error
	for range 5 {
		err = do()
		if p := apiclient.Refused(err); err == nil || p != nil && p.Status < 500 {
			return err
		}
		if errors.Is(err, context.Canceled) {
			return err
		}
	}
	return err
}

// injectFault kills a function or restarts the store.
func (fx *fixture) injectFault(ctx context.Context, round int) error {
	if round == 3 {
		return kith.Restart(ctx, "dynamodb")
	}
	functions := []string{"update-metrics", "mobilizer-api", "remove-records"}
	err := kith.Kill(ctx, functions[round%len(functions)])
	if err != nil {
		return err
	}
	// Some writes succeed before the next fault.
	var page analytics
	for range 5 {
		err := fx.owner.Get(ctx, fx.admin()+"/analytics", &page)
		if err != nil {
			return err
		}
	}
	return nil
}
