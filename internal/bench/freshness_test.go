package bench

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/kithhq/kith/internal/apiclient"
	"github.com/kithhq/kith/internal/e2e"
)

type body = map[string]any

// freshness measures the time from the response to a note until Analytics counts it, and from the response to a new contact until
// the list of contacts has it, in a local cloud under the load of other writers.
func freshness(t *testing.T) []line {
	t.Helper()
	kith := cloud(t)
	owner, campaign, slug := campaignOf(t, kith)
	const writers, notes = 4, 75
	var accepted atomic.Int64
	var group sync.WaitGroup
	adder, _ := addMobilizer(t, kith, campaign, slug, writers)
	contacts := int64(writers + 1)
	begun := time.Now()
	for n := range writers {
		who, contact := addMobilizer(t, kith, campaign, slug, n)
		group.Go(func() {
			for range notes {
				if err := who.Post(context.Background(), contact+"/notes", body{"content": "We talked."}, nil); err != nil {
					t.Error(err)
					return
				}
				accepted.Add(1)
			}
		})
	}
	done := make(chan struct{})
	go func() {
		group.Wait()
		close(done)
	}()
	var inAnalytics, inList []time.Duration
	for open := true; open; {
		select {
		case <-done:
			open = false
		default:
		}
		inAnalytics = append(inAnalytics, awaitCount(t, accepted.Load(), func() int64 { return touchpointsInAnalytics(t, owner, campaign) }))
		post(t, adder, "/v1/mobilizer/campaigns/"+campaign+"/contacts", body{"first_name": fmt.Sprintf("Ada %d", contacts)}, nil)
		contacts++
		inList = append(inList, awaitCount(t, contacts, func() int64 { return contactsInList(t, owner, campaign) }))
	}
	took := time.Since(begun)
	if t.Failed() || accepted.Load() != writers*notes {
		t.Fatalf("%d notes were accepted, want %d", accepted.Load(), writers*notes)
	}
	freshnessOf := func(what string, waits []time.Duration) line {
		slices.Sort(waits)
		p50, p99 := waits[len(waits)/2], waits[len(waits)*99/100]
		return line{
			fmt.Sprintf("%s, p50 / p99 of %d, at %.0f notes/s", what, len(waits), float64(writers*notes)/took.Seconds()),
			fmt.Sprintf("%d / %d ms", p50.Milliseconds(), p99.Milliseconds()), "p99 <= 1000 ms", p99 <= time.Second,
		}
	}
	return []line{freshnessOf("note accepted to Analytics", inAnalytics), freshnessOf("contact accepted to the list of contacts", inList)}
}

// cloud starts a local cloud for the test.
func cloud(t *testing.T) *e2e.Kith {
	t.Helper()
	state := t.TempDir()
	log, err := os.Create(filepath.Join(state, "log"))
	if err != nil {
		t.Fatal(err)
	}
	kith, err := e2e.Start(t.Context(), e2e.Options{State: state, Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := errors.Join(kith.Stop(), log.Close()); err != nil {
			t.Error(err)
		}
	})
	return kith
}

// awaitCount waits until read returns the number that was accepted, and returns the duration.
func awaitCount(t *testing.T, accepted int64, read func() int64) time.Duration {
	t.Helper()
	begun := time.Now()
	for time.Since(begun) < 30*time.Second {
		if read() >= accepted {
			return time.Since(begun)
		}
	}
	t.Fatalf("%d writes do not appear within 30 s", accepted)
	return 0
}

func touchpointsInAnalytics(t *testing.T, owner *apiclient.Person, campaign string) int64 {
	t.Helper()
	var page struct {
		Totals struct {
			Touchpoints int64 `json:"relational_touchpoints"`
		}
	}
	if err := owner.Get(t.Context(), "/v1/admin/campaigns/"+campaign+"/analytics", &page); err != nil {
		t.Fatal(err)
	}
	return page.Totals.Touchpoints
}

// contactsInList returns the number of a campaign's contacts by its list.
func contactsInList(t *testing.T, owner *apiclient.Person, campaign string) int64 {
	t.Helper()
	var page struct{ Total int64 }
	if err := owner.Get(t.Context(), "/v1/admin/campaigns/"+campaign+"/contacts?sort=name&limit=1", &page); err != nil {
		t.Fatal(err)
	}
	return page.Total
}

// campaignOf creates an organization with an active campaign, and returns the owner, the campaign's id and its slug.
func campaignOf(t *testing.T, kith *e2e.Kith) (*apiclient.Person, string, string) {
	t.Helper()
	owner := kith.Person("owner@example.org", "Olivia Ortiz")
	var organization, campaign struct{ ID string }
	const slug = "freshness"
	post(t, owner, "/v1/admin/organizations", body{"name": "Bench"}, &organization)
	post(t, owner, "/v1/admin/organizations/"+organization.ID+"/campaigns", body{"name": "Bench", "slug": slug}, &campaign)
	question := body{"text": "Will they vote?", "responses": []body{{"text": "No", "value": 1}, {"text": "Yes", "value": 2}}}
	if err := owner.UpdateKeyQuestion(t.Context(), "/v1/admin/campaigns/"+campaign.ID, question, nil); err != nil {
		t.Fatal(err)
	}
	post(t, owner, "/v1/admin/campaigns/"+campaign.ID+"/publish", nil, nil)
	return owner, campaign.ID, slug
}

// addMobilizer adds a mobilizer with one contact and returns the contact's path.
func addMobilizer(t *testing.T, kith *e2e.Kith, campaign, slug string, n int) (*apiclient.Person, string) {
	t.Helper()
	who := kith.Person(fmt.Sprintf("mobilizer-%d@example.org", n), "Ann Lee")
	post(t, who, "/v1/mobilizer/join", body{"slug": slug, "first_name": "Ann", "last_name": "Lee", "consent": false}, nil)
	var contact struct{ ID string }
	contacts := "/v1/mobilizer/campaigns/" + campaign + "/contacts"
	post(t, who, contacts, body{"first_name": "Ada"}, &contact)
	return who, contacts + "/" + contact.ID
}

func post(t *testing.T, who *apiclient.Person, path string, in, out any) {
	t.Helper()
	if err := who.Post(t.Context(), path, in, out); err != nil {
		t.Fatal(err)
	}
}
