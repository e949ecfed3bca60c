package bench

import (
	"context"
	"fmt"
	"runtime"
	"runtime/metrics"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/smithy-go/middleware"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/voter"
)

// peopleQueries are lists of contacts whose first page is measured.
var peopleQueries = []struct {
	name string
	q    dynamo.ContactQuery
}{
	{"by name", dynamo.ContactQuery{Order: peoplelist.ContactsByName}},
	{"by last activity, matched", dynamo.ContactQuery{Order: peoplelist.ContactsByLastActivity, Filter: peoplelist.ContactFilter{Statuses: []voter.Status{voter.Confirmed}}}},
	{"a search, three filters", dynamo.ContactQuery{Order: peoplelist.ContactsByTouchpoints, Filter: peoplelist.ContactFilter{
		Search: []string{"lee", "jose"}, Responses: []campaign.Code{"01"}, MinTouchpoints: 2, Actions: []peoplelist.ActionFilter{{Item: "01", Choices: []action.Code{"02"}}},
	}}},
	{"no match", dynamo.ContactQuery{Order: peoplelist.ContactsByAdded, Filter: peoplelist.ContactFilter{Zip: "00000"}}},
}

// people measures the first page of lists of contacts, and compares it with a walk of the contacts' items.
func people(t *testing.T) []line {
	t.Helper()
	var lines []line
	for _, contacts := range []int{1_000, 10_000, 100_000} {
		lines = append(lines, peopleLists(t, contacts)...)
	}
	return lines
}

func peopleLists(t *testing.T, contacts int) []line {
	t.Helper()
	engine := newFilledEngine(t, contacts)
	m := &callCounter{}
	s := dynamo.New(dynamodb.New(engine.Options(), func(o *dynamodb.Options) { o.APIOptions = append(o.APIOptions, m.attach) }), dynamo.Tables(engine.Tables))
	bytes := writeLists(t, s, contacts)
	lines := []line{{
		fmt.Sprintf("bytes read for a contact of %d", contacts), fmt.Sprint(bytes / contacts), "<= 110", bytes/contacts <= 110,
	}}
	for _, of := range []int{contacts, 3 * contacts} {
		units := float64(bytes)*float64(of)/float64(contacts)/8192 + 50 // half a unit per 4 KB of rows, one for each item of the page
		if of == contacts || of == 300_000 {
			lines = append(lines, line{
				fmt.Sprintf("first page of %d contacts, any list: kB of rows, read units, dollars", of),
				fmt.Sprintf("%d, %.0f, %.6f", bytes/contacts*of/1000, units, units*readPrice), "stated", true,
			})
		}
	}
	for _, list := range peopleQueries {
		q := list.q
		q.Limit = 50
		var took, spent []time.Duration
		peak := heapPeak(func() {
			for range 15 {
				m.calls.Store(0)
				begun, used := time.Now(), cpu(t)
				page, err := s.ContactsPage(t.Context(), filledCampaign, q)
				if err != nil {
					t.Fatal(err)
				}
				took, spent = append(took, time.Since(begun)), append(spent, cpu(t)-used)
				if want := min(50, page.Total); len(page.Rows) != want {
					t.Fatalf("%s: %d rows, want %d", list.name, len(page.Rows), want)
				}
			}
		})
		slices.Sort(took)
		p95 := took[len(took)*95/100]
		what := fmt.Sprintf("first page of %d contacts, %s: ", contacts, list.name)
		lines = append(lines,
			line{what + "p95", p95.Round(time.Millisecond).String(), "<= 600ms", p95 <= 600*time.Millisecond},
			line{what + "CPU of this process without the engine", median(spent).Round(time.Millisecond).String(), "stated", true},
			line{what + "store calls", fmt.Sprint(m.calls.Load()), "stated", true},
			line{what + "memory", fmt.Sprintf("%d MB", peak>>20), "<= 128 MB", peak <= 128<<20},
		)
	}
	begun := time.Now()
	filter := peopleQueries[2].q.Filter
	found, matches := 0, filter.Matcher()
	err := s.EachContact(t.Context(), filledCampaign, "", func(c *contact.Contact) error {
		row := peoplelist.NewContact(c)
		if matches(&row) {
			found++
		}
		return nil
	})
	if err != nil || found == 0 {
		t.Fatalf("%d found, %v", found, err)
	}
	return append(lines, line{
		fmt.Sprintf("a walk of the items of %d contacts, the same filters", contacts), time.Since(begun).Round(time.Millisecond).String(), "stated", true,
	})
}

// writeLists writes the rows of the contacts, and returns their bytes.
func writeLists(t *testing.T, s *dynamo.Store, contacts int) int {
	t.Helper()
	blocks := map[peoplelist.Block][]peoplelist.Row{}
	bytes := 0
	for n := range contacts {
		row, ok := peoplelist.ContactRow(generateContact(n))
		if !ok {
			t.Fatal("an id is no UUID")
		}
		bytes += len(row.Name) + len(row.Value)
		blocks[row.Block] = append(blocks[row.Block], row)
	}
	for block, rows := range blocks {
		if err := peoplelist.WriteRows(t.Context(), s, block, rows, filledAt); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.FinishLists(t.Context(), filledCampaign, filledAt); err != nil {
		t.Fatal(err)
	}
	return bytes
}

// heapPeak returns the largest size of the heap in use, sampled every 2 ms, while do runs. It does not stop the world, as
// runtime.ReadMemStats would: that would make the requests slower.
func heapPeak(do func()) uint64 {
	runtime.GC()
	done, peak := make(chan struct{}), make(chan uint64)
	go func() {
		tick := time.NewTicker(2 * time.Millisecond)
		defer tick.Stop()
		heap := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}, {Name: "/memory/classes/heap/unused:bytes"}}
		highest := uint64(0)
		for {
			metrics.Read(heap)
			highest = max(highest, heap[0].Value.Uint64()+heap[1].Value.Uint64())
			select {
			case <-done:
				peak <- highest
				return
			case <-tick.C:
			}
		}
	}()
	do()
	close(done)
	return <-peak
}

// callCounter counts store calls.
type callCounter struct{ calls atomic.Int64 }

func (m *callCounter) attach(stack *middleware.Stack) error {
	return stack.Initialize.Add(middleware.InitializeMiddlewareFunc("CountCalls",
		func(ctx context.Context, in middleware.InitializeInput, next middleware.InitializeHandler) (middleware.InitializeOutput, middleware.Metadata, error) {
			m.calls.Add(1)
			return next.HandleInitialize(ctx, in)
		}), middleware.Before)
}

func commit(t *testing.T, s *dynamo.Store, writes []dynamo.Write) {
	t.Helper()
	if err := s.Commit(context.Background(), writes...); err != nil {
		t.Error(err)
	}
}
