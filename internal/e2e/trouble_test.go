package e2e

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"testing"

	"github.com/kithhq/kith/internal/apiclient"
)

// TestTroubleLosesAndDoublesNothing kills functions and restarts the store while mobilizers write. Everybody repeats what
// failed under the same key, as a phone on a bad connection would. In the end everything is there once, and the counters
// say so.
func TestTroubleLosesAndDoublesNothing(t *testing.T) {
	tm := newTeam(t)
	tm.running()
	const people, each = 4, 20
	ctx, cancel := context.WithCancel(t.Context())
	var writers, chaos sync.WaitGroup
	failures := make(chan error, people)
	for n := range people {
		who, _ := tm.join(fmt.Sprintf("Mo%d Bell", n), nil)
		writers.Go(func() {
			for i := range each {
				err := tm.meet(ctx, who, i)
				if err != nil {
					failures <- err
					return
				}
			}
		})
	}
	chaos.Go(func() {
		for round := 0; ctx.Err() == nil; round++ {
			err := tm.trouble(ctx, round)
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
	page := tm.analytics()
	if page.Totals.Contacts != people*each || page.Totals.Touchpoints != 2*people*each || page.Totals.Answered.Count != people*each {
		t.Errorf("Analytics shows %d contacts, %d touchpoints and %d answers; want %d, %d and %d", page.Totals.Contacts,
			page.Totals.Touchpoints, page.Totals.Answered.Count, people*each, 2*people*each, people*each)
	}
	tm.verified()
}

// meet adds a contact, answers for them and writes a note, stubbornly.
func (tm *team) meet(ctx context.Context, who *apiclient.Person, n int) error {
	var made struct{ ID string }
	err := stubborn(func() error {
		return who.Do(ctx, "POST", tm.mine()+"/contacts", body{"first_name": "Kim", "last_name": fmt.Sprint(n)}, &made, apiclient.Key(fmt.Sprint("add-", n)))
	})
	if err != nil {
		return err
	}
	err = stubborn(func() error {
		return who.Put(ctx, tm.contact(made.ID)+"/answer", body{"response_id": tm.responses["Maybe"]}, nil)
	})
	if err != nil {
		return err
	}
	return stubborn(func() error {
		return who.Do(ctx, "POST", tm.contact(made.ID)+"/notes", body{"content": "hello"}, nil, apiclient.Key(fmt.Sprint("note-", n)))
	})
}

// stubborn repeats what fails on the other side.
func stubborn(do func() error) error {
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

// trouble is one thing that goes wrong.
func (tm *team) trouble(ctx context.Context, round int) error {
	if round == 3 {
		return kith.Restart(ctx, "dynamodb")
	}
	functions := []string{"update-metrics", "mobilizer-api", "remove-records"}
	err := kith.Kill(ctx, functions[round%len(functions)])
	if err != nil {
		return err
	}
	// Let something be done before the next trouble.
	var page analytics
	for range 5 {
		err := tm.owner.Get(ctx, tm.admin()+"/analytics", &page)
		if err != nil {
			return err
		}
	}
	return nil
}
