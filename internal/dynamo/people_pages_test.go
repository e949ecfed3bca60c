package dynamo

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/voter"
)

// campaignFixture is a campaign with mobilizers and contacts, written into a table without the store.
type campaignFixture struct {
	*Store
	campaign   campaign.ID
	mobilizers []*mobilizer.Mobilizer
	contacts   []*contact.Contact
	writes     []types.WriteRequest
}

var startedAt = time.Date(2026, 10, 24, 12, 0, 0, 0, time.UTC)

func newCampaignFixture(t testing.TB, mobilizers, contacts int) *campaignFixture {
	t.Helper()
	db, names := dynamotest.New(t)
	c := &campaignFixture{Store: New(db, Tables(names)), campaign: campaign.ID(id.At(startedAt))}
	random := rand.New(rand.NewPCG(1, 2))
	firsts := []string{"Ann", "Bea", "José", "Jose", "Nguyễn", "O'Neil", "Zoë", ""}
	lasts := []string{"Lee", "Lee Ann", "O'Brien", "Müller", "lee", "García", "Çelik"}
	at := startedAt
	for range mobilizers {
		at = at.Add(time.Second)
		c.addMobilizer(t, &mobilizer.Mobilizer{
			ID: mobilizer.ID(id.At(at)), Campaign: c.campaign, JoinedAt: at, Version: 1,
			Profile: mobilizer.Profile{FirstName: firsts[random.IntN(7)], LastName: lasts[random.IntN(7)]},
			Match:   voter.Match{Status: voter.Statuses[random.IntN(6)]},
		})
	}
	codes := []campaign.Code{"", "", "00", "01", "02"}
	for n := range contacts {
		if n%20 != 0 { // mobilizers create many at once: runs in one shard, and of one instant
			at = at.Add(time.Duration(random.IntN(3)) * time.Millisecond)
		} else {
			at = at.Add(time.Minute)
		}
		by := c.mobilizers[(n/20*7+random.IntN(2))%mobilizers]
		c.addContact(t, &contact.Contact{
			ID: contact.ID(id.At(at)), Mobilizer: by.ID, Campaign: c.campaign, AddedAt: at,
			AddedDay: "2026-10-24", LastActivityAt: at, Version: 1, KeyQuestionCode: codes[random.IntN(5)],
			Details: contact.Details{FirstName: firsts[random.IntN(8)], LastName: lasts[random.IntN(7)]},
			Match:   voter.Match{Status: voter.Statuses[random.IntN(6)]},
		})
	}
	if err := c.db.BatchWrite(t.Context(), names.Records, c.writes); err != nil {
		t.Fatal(err)
	}
	slices.SortFunc(c.contacts, func(a, b *contact.Contact) int { return strings.Compare(string(a.ID), string(b.ID)) })
	return c
}

func (c *campaignFixture) addMobilizer(t testing.TB, m *mobilizer.Mobilizer) {
	c.mobilizers = append(c.mobilizers, m)
	c.add(t, newMembershipItem(m))
}

func (c *campaignFixture) addContact(t testing.TB, row *contact.Contact) {
	c.contacts = append(c.contacts, row)
	c.add(t, newContactItem(row))
}

func (c *campaignFixture) add(t testing.TB, item any) {
	t.Helper()
	encoded, err := attributevalue.MarshalMap(item)
	if err != nil {
		t.Fatal(err)
	}
	c.writes = append(c.writes, types.WriteRequest{PutRequest: &types.PutRequest{Item: encoded}})
}

// readPages reads all pages of a list and returns its rows, the number of items read, and the order.
func readPages[T any](t interface{ Fatal(...any) }, q PeopleQuery, page func(PeopleQuery) (*PeoplePage[T], error)) ([]*T, int, Order) {
	var all []*T
	read := 0
	for {
		p, err := page(q)
		if err != nil {
			t.Fatal(err)
		}
		all = append(all, p.Rows...)
		read += p.Read
		if p.Examined > examineLimit || len(p.Rows) > q.Limit {
			t.Fatal(fmt.Sprintf("a page examined %d rows and holds %d", p.Examined, len(p.Rows)))
		}
		if p.Next == nil {
			return all, read, p.Order
		}
		if p.Next.Key == q.After.Key {
			t.Fatal("the next page begins where this one did")
		}
		q.After = *p.Next
	}
}

func contactIDs(rows []*contact.Contact) []string {
	ids := make([]string, len(rows))
	for i, r := range rows {
		ids[i] = string(r.ID)
	}
	return ids
}

// With any filter, order, direction and page size, every matching row is returned once, in order.
func TestContactsPage_AnyQuery_ReturnsEveryRowOnceInOrder(t *testing.T) {
	c := newCampaignFixture(t, 9, 240)
	rapid.Check(t, func(t *rapid.T) {
		q := PeopleQuery{
			Order:      rapid.SampledFrom([]Order{ByAdded, ByName}).Draw(t, "order"),
			Descending: rapid.Bool().Draw(t, "descending"), Limit: rapid.IntRange(7, 100).Draw(t, "limit"), At: startedAt,
		}
		q.Status = rapid.SampledFrom(append([]voter.Status{""}, voter.Statuses...)).Draw(t, "status")
		q.Response = rapid.SampledFrom([]*campaign.Code{nil, new(campaign.Code), new(campaign.Code("01")), new(campaign.Code("zz"))}).Draw(t, "response")
		var want []*contact.Contact
		for _, row := range c.contacts {
			if (q.Status == "" || row.Match.State() == q.Status) && (q.Response == nil || row.KeyQuestionCode == *q.Response) {
				want = append(want, row)
			}
		}
		if q.Order == ByName {
			slices.SortStableFunc(want, func(a, b *contact.Contact) int {
				return strings.Compare(contactIndexes(a).I1S, contactIndexes(b).I1S)
			})
		}
		if q.Descending {
			slices.Reverse(want)
		}
		q.After.Since = startedAt.AddDate(1, 0, 0) // nothing has changed since
		got, _, _ := readPages(t, q, func(q PeopleQuery) (*PeoplePage[contact.Contact], error) {
			return c.ContactsPage(t.Context(), c.campaign, q)
		})
		if diff := cmp.Diff(contactIDs(want), contactIDs(got)); diff != "" {
			t.Fatalf("%+v (-want +got):\n%s", q, diff)
		}
	})
}

func TestMobilizersPage_AnyQuery_ReturnsEveryRowOnceInOrder(t *testing.T) {
	c := newCampaignFixture(t, 120, 0)
	for _, order := range []Order{ByAdded, ByName} {
		for _, status := range append([]voter.Status{""}, voter.Statuses...) {
			for _, descending := range []bool{false, true} {
				var want []string
				for _, m := range c.mobilizers {
					if status == "" || m.Match.State() == status {
						want = append(want, membershipIndexes(m).I1S)
					}
				}
				if order == ByName {
					slices.Sort(want)
				}
				if descending {
					slices.Reverse(want)
				}
				q := PeopleQuery{Order: order, Status: status, Descending: descending, Limit: 7, At: startedAt}
				rows, _, _ := readPages(t, q, func(q PeopleQuery) (*PeoplePage[mobilizer.Mobilizer], error) {
					return c.MobilizersPage(t.Context(), c.campaign, q)
				})
				var got []string
				for _, m := range rows {
					got = append(got, membershipIndexes(m).I1S)
				}
				if diff := cmp.Diff(want, got); diff != "" {
					t.Errorf("%+v (-want +got):\n%s", q, diff)
				}
			}
		}
	}
}

// Rows are renamed between pages; rows that are not are returned once.
func TestContactsPage_RowsRenamedBetweenPages_ReturnsOthersOnce(t *testing.T) {
	c := newCampaignFixture(t, 3, 300)
	random := rand.New(rand.NewPCG(3, 4))
	renamed := map[contact.ID]bool{}
	q := PeopleQuery{Order: ByName, Limit: 20, At: startedAt.AddDate(1, 0, 0)}
	shown := map[contact.ID]int{}
	for {
		p, err := c.ContactsPage(t.Context(), c.campaign, q)
		if err != nil {
			t.Fatal(err)
		}
		for _, row := range p.Rows {
			shown[row.ID]++
		}
		if p.Next == nil {
			break
		}
		q.After = *p.Next
		row := c.contacts[random.IntN(len(c.contacts))]
		row.Details.LastName, row.LastActivityAt = []string{"Aa", "Zz"}[random.IntN(2)], q.At.Add(time.Second)
		renamed[row.ID] = true
		if err := c.Commit(t.Context(), c.UpdateContact(row)...); err != nil {
			t.Fatal(err)
		}
		row.Version++
	}
	for _, row := range c.contacts {
		if n := shown[row.ID]; n != 1 && (!renamed[row.ID] || n > 1) {
			t.Errorf("%s (renamed: %t) was returned %d times", row.ID, renamed[row.ID], n)
		}
	}
}

// A filter with more matches than can be sorted by name is returned in order of creation.
func TestContactsPage_TooManyMatchesToSort_ReturnsOrderOfCreation(t *testing.T) {
	c := newCampaignFixture(t, 2, 0)
	for n := range 1_100 {
		at := startedAt.Add(time.Duration(n) * time.Millisecond)
		c.addContact(t, &contact.Contact{
			ID: contact.ID(id.At(at)), Mobilizer: c.mobilizers[n%2].ID, Campaign: c.campaign,
			AddedAt: at, LastActivityAt: at, Version: 1, Details: contact.Details{LastName: fmt.Sprint(1_100 - n)},
		})
	}
	if err := c.db.BatchWrite(t.Context(), c.tables.Records, c.writes); err != nil {
		t.Fatal(err)
	}
	q := PeopleQuery{Order: ByName, Status: voter.Pending, Limit: 100, At: startedAt.AddDate(1, 0, 0)}
	got, _, order := readPages(t, q, func(q PeopleQuery) (*PeoplePage[contact.Contact], error) {
		return c.ContactsPage(t.Context(), c.campaign, q)
	})
	if order != ByAdded {
		t.Errorf("the order is %s", order)
	}
	if diff := cmp.Diff(contactIDs(c.contacts), contactIDs(got)); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// A page reads few items for each row that it returns, for every filter and order.
func TestContactsPage_EachFilterAndOrder_ReadsFewItemsPerRow(t *testing.T) {
	c := newCampaignFixture(t, 40, 2_000)
	code := campaign.Code("01")
	for name, q := range map[string]PeopleQuery{
		"added": {Order: ByAdded}, "name": {Order: ByName}, "match status": {Order: ByAdded, Status: voter.NoMatches},
		"response": {Order: ByAdded, Response: &code}, "no response": {Order: ByAdded, Response: new(campaign.Code)},
	} {
		for _, limit := range []int{25, 100} {
			q.Limit, q.At = limit, startedAt.AddDate(1, 0, 0)
			rows, read, _ := readPages(t, q, func(q PeopleQuery) (*PeoplePage[contact.Contact], error) {
				return c.ContactsPage(t.Context(), c.campaign, q)
			})
			per := float64(read) / float64(len(rows))
			t.Logf("contacts by %-12s pages of %3d: %.2f items read for a row", name, limit, per)
			if per > 3 {
				t.Errorf("contacts by %s, pages of %d: %.2f items read for a row, want at most 3", name, limit, per)
			}
		}
	}
}

// A row that moves in an index between two pages is in both.
func TestRows_RowMovesWhileRead_IsReturnedOnce(t *testing.T) {
	c := newCampaignFixture(t, 2, 5)
	m := table.NewMerge(c.db, nil, 0)
	k := contactKey(c.campaign, c.contacts[0].Mobilizer, c.contacts[0].ID)
	rows, err := table.Rows[contact.Contact](t.Context(), m, c.tables.Records, []table.Ref{{Sort: "aa", Key: k}, {Sort: "gone", Key: key{PK: k.PK, SK: "gone"}}, {Sort: "zz", Key: k}})
	if err != nil || rows[0] == nil || rows[1] != nil || rows[2] != nil {
		t.Errorf("%v, %v", rows, err)
	}
}
