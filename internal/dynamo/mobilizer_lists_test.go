package dynamo

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/voter"
)

// allMobilizers returns the ids of the mobilizers of all pages of a list, and calls between before each page but the first.
func (c *campaignFixture) allMobilizers(t interface{ Fatal(...any) }, q MobilizerQuery, total int, between func()) []mobilizer.ID {
	read := func() *ListPage[mobilizer.Mobilizer] {
		page, _, err := c.MobilizersPage(context.Background(), c.campaign, q)
		if err != nil {
			t.Fatal(err)
		}
		return page
	}
	return mobilizerIDs(allRows(t, &q.PageQuery, total, read, between))
}

// drawOptional returns nil, true or false.
func drawOptional(t *rapid.T, label string) *bool {
	return rapid.SampledFrom([]*bool{nil, new(true), new(false)}).Draw(t, label)
}

// compareMobilizers compares two mobilizers by a sort order.
func compareMobilizers(order peoplelist.MobilizerOrder, a, b *mobilizer.Mobilizer, counts map[mobilizer.ID]metrics.MobilizerCounts) int {
	x, y := counts[a.ID], counts[b.ID]
	shares := func(x1, y1 int) int { return cmp.Compare(x1*y.Contacts, y1*x.Contacts) } // every mobilizer has contacts
	byValue := 0
	switch order {
	case peoplelist.MobilizersByName:
		byValue = strings.Compare(peoplelist.NewMobilizer(a, peoplelist.Counts{}).Name, peoplelist.NewMobilizer(b, peoplelist.Counts{}).Name)
	case peoplelist.MobilizersByLastActivity:
		byValue = x.LastActivityAt.Compare(y.LastActivityAt)
	case peoplelist.MobilizersByContacts:
		byValue = cmp.Compare(x.Contacts, y.Contacts)
	case peoplelist.MobilizersByMatched:
		byValue = shares(x.MatchedContacts, y.MatchedContacts)
	case peoplelist.MobilizersByWithTouchpoints:
		byValue = shares(x.ContactsWithTouchpoints, y.ContactsWithTouchpoints)
	case peoplelist.MobilizersByAnswered:
		byValue = shares(x.ContactsAnswered, y.ContactsAnswered)
	}
	return cmp.Or(byValue, strings.Compare(string(a.ID), string(b.ID)))
}

func TestMobilizersPage_AnyQuery_EqualsNaiveFilterAndSort(t *testing.T) {
	t.Parallel()
	c := newCampaignFixture(t, 70, 10)
	counts, err := c.MobilizerCounts(t.Context(), c.campaign, mobilizerIDs(c.mobilizers))
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(t *rapid.T) {
		q := MobilizerQuery{
			Order:     peoplelist.MobilizerOrder(rapid.SampledFrom(peoplelist.Mobilizers.Orders()).Draw(t, "order")),
			PageQuery: PageQuery{Descending: rapid.Bool().Draw(t, "descending"), Limit: rapid.SampledFrom([]int{7, 20, 100}).Draw(t, "limit")},
			Filter: peoplelist.MobilizerFilter{
				Statuses: rapid.SliceOfN(rapid.SampledFrom(voter.Statuses), 0, 4).Draw(t, "statuses"),
				State:    rapid.SampledFrom([]string{"", "MA", "ME"}).Draw(t, "state"),
				Search:   peoplelist.SearchWords(rapid.SampledFrom([]string{"", "obrien", "LEE", "jose", "m1 example"}).Draw(t, "search")),
				Left:     drawOptional(t, "left"), Consent: drawOptional(t, "consent"), HasContacts: drawOptional(t, "has contacts"),
			},
		}
		want := slices.DeleteFunc(slices.Clone(c.mobilizers), func(m *mobilizer.Mobilizer) bool {
			return !q.Filter.Matches(m, peoplelist.NewCounts(counts[m.ID]))
		})
		slices.SortFunc(want, func(a, b *mobilizer.Mobilizer) int {
			if q.Descending {
				a, b = b, a
			}
			return compareMobilizers(q.Order, a, b, counts)
		})
		total := len(want)
		if q.Order == peoplelist.MobilizersByJoined && q.Filter.IsZero() {
			total = -1 // by counters, which the fixture has none of
		}
		got := c.allMobilizers(t, q, total, func() {})
		if diff := gocmp.Diff(append([]mobilizer.ID{}, mobilizerIDs(want)...), append([]mobilizer.ID{}, got...)); diff != "" {
			t.Fatal("(-want +got):\n" + diff)
		}
	})
}

// Mobilizers whose profile or counters change between the pages may be skipped or returned at either place; no other mobilizer is
// repeated or lost.
func TestMobilizersPage_RowsChangedBetweenPages_ReturnsOthersOnce(t *testing.T) {
	t.Parallel()
	c := newCampaignFixture(t, 60, 10)
	random := rand.New(rand.NewPCG(7, 8))
	for _, order := range []peoplelist.MobilizerOrder{peoplelist.MobilizersByName, peoplelist.MobilizersByContacts} {
		changed, mark := map[mobilizer.ID]bool{}, 0
		change := func() {
			for range 4 {
				n := random.IntN(len(c.mobilizers))
				m := *c.mobilizers[n]
				m.Profile.LastName = []string{"Aaa", "Mmm", "Zzz"}[random.IntN(3)]
				if err := c.Commit(t.Context(), c.UpdateMembership(&m)...); err != nil {
					t.Fatal(err)
				}
				m.Version++
				c.mobilizers[n], changed[m.ID] = &m, true
				mark++
				sequence := fmt.Sprintf("b%s%05d", order, mark)
				state, _, err := c.UpdateCounter(t.Context(), metrics.ItemUpdate{
					Item: metrics.Item{Campaign: c.campaign, Kind: metrics.Member, Name: string(m.ID)}, MarkName: "shard1",
					First: metrics.Sequence(sequence), Mark: metrics.Mark(sequence), UpdatedAt: startedAt, Add: metrics.Cells{metrics.Contacts: random.IntN(3)},
				})
				if err != nil {
					t.Fatal(err)
				}
				profile, _ := peoplelist.ProfileRow(&m)
				own, _ := peoplelist.CountsRow(c.campaign, m.ID, state)
				if err := peoplelist.WriteRows(t.Context(), c, profile.Block, []peoplelist.Row{profile, own}, startedAt); err != nil {
					t.Fatal(err)
				}
			}
			c.lists.mobilizers = nil // as after five seconds
		}
		times := map[mobilizer.ID]int{}
		for _, id := range c.allMobilizers(t, MobilizerQuery{Order: order, PageQuery: PageQuery{Limit: 9}}, 60, change) {
			times[id]++
		}
		for _, m := range c.mobilizers {
			if n := times[m.ID]; n != 1 && !changed[m.ID] {
				t.Errorf("%s: %s is returned %d times", order, m.ID, n)
			}
		}
		if len(changed) == len(c.mobilizers) || len(changed) < 5 {
			t.Errorf("%s: %d mobilizers changed", order, len(changed))
		}
	}
}
