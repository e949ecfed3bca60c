package dynamo

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/feature/dynamodb/attributevalue"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/dynamo/dynamotest"
	"github.com/kithhq/kith/internal/dynamo/table"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/metrics"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
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
	for n := range mobilizers {
		at = at.Add(time.Second)
		m := &mobilizer.Mobilizer{
			ID: mobilizer.ID(id.At(at)), Campaign: c.campaign, JoinedAt: at, Version: 1, Consent: n%3 > 0, Email: fmt.Sprintf("m%d@example.org", n%4),
			Profile: mobilizer.Profile{FirstName: firsts[random.IntN(7)], LastName: lasts[random.IntN(7)], State: []string{"MA", "ME", ""}[n%3]},
			Match:   voter.Match{Status: voter.Statuses[random.IntN(6)]},
		}
		if n%5 == 0 {
			m.LeftAt = at.Add(time.Hour)
		}
		c.addMobilizer(t, m)
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
	c.writeLists(t)
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

// writeLists writes the rows of all mobilizers and contacts, each mobilizer with some counters, as the stream does.
func (c *campaignFixture) writeLists(t testing.TB) {
	t.Helper()
	blocks := map[peoplelist.Block][]peoplelist.Row{}
	add := func(row peoplelist.Row, ok bool) {
		if !ok {
			t.Fatal("an id is no UUID")
		}
		blocks[row.Block] = append(blocks[row.Block], row)
	}
	for _, row := range c.contacts {
		add(peoplelist.ContactRow(row))
	}
	for n, m := range c.mobilizers {
		add(peoplelist.ProfileRow(m))
		update := metrics.ItemUpdate{
			Item: metrics.Item{Campaign: c.campaign, Kind: metrics.Member, Name: string(m.ID)}, MarkName: "shard1", First: "a", Mark: "a", UpdatedAt: startedAt,
			Add: metrics.Cells{metrics.Contacts: 1 + n%5, metrics.MatchedContacts: n % 3, metrics.ContactsWithTouchpoints: n % 2}, LastActivity: startedAt.Add(time.Duration(n) * time.Hour),
		}
		state, _, err := c.UpdateCounter(t.Context(), update)
		if err != nil {
			t.Fatal(err)
		}
		add(peoplelist.CountsRow(c.campaign, m.ID, state))
	}
	for block, rows := range blocks {
		if err := peoplelist.WriteRows(t.Context(), c, block, rows, startedAt); err != nil {
			t.Fatal(err)
		}
	}
	if err := c.FinishLists(t.Context(), c.campaign, startedAt); err != nil {
		t.Fatal(err)
	}
}

func (c *campaignFixture) contactsPage(t interface{ Fatal(...any) }, q ContactQuery) *ListPage[contact.Contact] {
	page, err := c.ContactsPage(context.Background(), c.campaign, q)
	if err != nil {
		t.Fatal(err)
	}
	return page
}

// allContacts returns the contacts of all pages of a list, and calls between before each page but the first.
func (c *campaignFixture) allContacts(t interface{ Fatal(...any) }, q ContactQuery, total int, between func()) []string {
	read := func() *ListPage[contact.Contact] { return c.contactsPage(t, q) }
	return contactIDs(allRows(t, &q.PageQuery, total, read, between))
}

// allRows returns the rows of all pages of a list, of which read reads the one after q, and calls between before each page but the
// first. total is checked unless it is negative.
func allRows[T any](t interface{ Fatal(...any) }, q *PageQuery, total int, read func() *ListPage[T], between func()) []*T {
	var rows []*T
	for {
		page := read()
		rows = append(rows, page.Rows...)
		if total >= 0 && page.Total != total || len(page.Rows) > q.Limit {
			t.Fatal(fmt.Sprintf("the total is %d, want %d; %d rows", page.Total, total, len(page.Rows)))
		}
		if page.Next == nil {
			return rows
		}
		if len(page.Rows) < q.Limit {
			t.Fatal(fmt.Sprintf("a page of %d rows has a next page", len(page.Rows)))
		}
		q.After = page.Next
		between()
	}
}

func TestContactsPage_AnyQuery_EqualsNaiveFilterAndSort(t *testing.T) {
	t.Parallel()
	c := newCampaignFixture(t, 9, 230)
	rapid.Check(t, func(t *rapid.T) {
		q := ContactQuery{
			Order:     rapid.SampledFrom([]peoplelist.ContactOrder{"added", "name", "last_activity", "touchpoints"}).Draw(t, "order"),
			PageQuery: PageQuery{Descending: rapid.Bool().Draw(t, "descending"), Limit: rapid.SampledFrom([]int{20, 57, 100}).Draw(t, "limit")},
			Filter: peoplelist.ContactFilter{
				Statuses:  rapid.SliceOfN(rapid.SampledFrom(voter.Statuses), 0, 4).Draw(t, "statuses"),
				Responses: rapid.SliceOfN(rapid.SampledFrom([]campaign.Code{"", "00"}), 0, 1).Draw(t, "responses"),
				Search:    peoplelist.SearchWords(rapid.SampledFrom([]string{"", "obrien", "LEE", "jose"}).Draw(t, "search")),
			},
		}
		if rapid.Bool().Draw(t, "by mobilizer") {
			q.Filter.Mobilizer = c.mobilizers[0].ID
		}
		want := slices.DeleteFunc(slices.Clone(c.contacts), func(row *contact.Contact) bool { return !q.Filter.Matches(row) })
		slices.SortFunc(want, func(a, b *contact.Contact) int {
			if q.Descending {
				a, b = b, a
			}
			byValue := map[peoplelist.ContactOrder]int{
				"name":          strings.Compare(peoplelist.NewContact(a).Name, peoplelist.NewContact(b).Name),
				"last_activity": a.LastActivityAt.Compare(b.LastActivityAt),
			}
			return cmp.Or(byValue[q.Order], strings.Compare(string(a.ID), string(b.ID)))
		})
		total := len(want)
		if q.Order == "added" && q.Filter.IsZero() {
			total = -1 // by counters, which the fixture has none of
		}
		if diff := gocmp.Diff(contactIDs(want), c.allContacts(t, q, total, func() {})); diff != "" {
			t.Fatal("(-want +got):\n" + diff)
		}
	})
}

func contactIDs(rows []*contact.Contact) []string {
	var ids []string
	for _, r := range rows {
		ids = append(ids, string(r.ID))
	}
	return ids
}

// Rows that change between the pages may be skipped or returned at either place; no other row is repeated or lost.
func TestContactsPage_RowsRenamedBetweenPages_ReturnsOthersOnce(t *testing.T) {
	t.Parallel()
	c := newCampaignFixture(t, 5, 120)
	changed := map[string]bool{}
	random := rand.New(rand.NewPCG(5, 6))
	rename := func() {
		for range 5 {
			n := random.IntN(len(c.contacts))
			row := *c.contacts[n]
			row.Details.LastName = []string{"Aaa", "Mmm", "Zzz"}[random.IntN(3)]
			if err := c.Commit(t.Context(), c.UpdateContact(&row)...); err != nil {
				t.Fatal(err)
			}
			row.Version++
			c.contacts[n] = &row
			changed[string(row.ID)] = true
			encoded, _ := peoplelist.ContactRow(&row)
			if err := peoplelist.WriteRows(t.Context(), c, encoded.Block, []peoplelist.Row{encoded}, startedAt); err != nil {
				t.Fatal(err)
			}
		}
		c.lists.contacts = nil // as after five seconds
	}
	times := map[string]int{}
	for _, id := range c.allContacts(t, ContactQuery{Order: peoplelist.ContactsByName, PageQuery: PageQuery{Limit: 10}}, 120, rename) {
		times[id]++
	}
	for _, row := range c.contacts {
		if n := times[string(row.ID)]; n != 1 && !changed[string(row.ID)] {
			t.Errorf("%s is returned %d times", row.ID, n)
		}
	}
}

// A row that does not match any more, though the list says so, is skipped, and the next one taken.
func TestContactsPage_RowChangedSinceListed_TakesTheNext(t *testing.T) {
	t.Parallel()
	c := newCampaignFixture(t, 3, 60)
	q := ContactQuery{Order: peoplelist.ContactsByName, PageQuery: PageQuery{Limit: 10}, Filter: peoplelist.ContactFilter{Responses: []campaign.Code{""}}}
	before := c.contactsPage(t, q)
	for _, row := range before.Rows[:3] {
		row.KeyQuestionCode = "00"
		if err := c.Commit(t.Context(), c.UpdateContact(row)...); err != nil {
			t.Fatal(err)
		}
	}
	after := c.contactsPage(t, q)
	if len(after.Rows) != 10 || after.Rows[0].ID != before.Rows[3].ID {
		t.Errorf("%d rows, the first %s, want %s", len(after.Rows), after.Rows[0].ID, before.Rows[3].ID)
	}
	if after.Next == nil || after.Next.ID.String() != string(after.Rows[9].ID) {
		t.Errorf("the next page begins after %v", after.Next)
	}
}

func TestContactsPage_ListsNotBuilt_Unavailable(t *testing.T) {
	t.Parallel()
	db, names := dynamotest.New(t)
	s := New(db, Tables(names))
	q := ContactQuery{Order: peoplelist.ContactsByName, PageQuery: PageQuery{Limit: 10}}
	_, err := s.ContactsPage(t.Context(), "c", q)
	if !IsListBuilding(err) {
		t.Errorf("the error is %v", err)
	}
	for n, want := range []bool{true, false} {
		if start, err := s.RequestLists(t.Context(), "c", startedAt); err != nil || start != want {
			t.Errorf("request %d: %v, %v", n, start, err)
		}
	}
	if start, err := s.RequestLists(t.Context(), "c", startedAt.Add(2*time.Minute)); err != nil || !start {
		t.Errorf("a request after two minutes: %v, %v", start, err)
	}
	if err := s.FinishLists(t.Context(), "c", startedAt); err != nil {
		t.Fatal(err)
	}
	if page, err := s.ContactsPage(t.Context(), "c", q); err != nil || page.Total != 0 || page.Next != nil {
		t.Errorf("%+v, %v", page, err)
	}
}

// Blocks that the SDK decodes have the same rows.
func TestContactsPage_SDKDecoder_ReturnsTheSame(t *testing.T) {
	t.Parallel()
	c := newCampaignFixture(t, 5, 40)
	q := ContactQuery{Order: peoplelist.ContactsByName, PageQuery: PageQuery{Limit: 100}}
	want := contactIDs(c.contactsPage(t, q).Rows)
	page, err := c.WithPageDecoder(table.SDKPages).ContactsPage(t.Context(), c.campaign, q)
	if err != nil {
		t.Fatal(err)
	}
	if diff := gocmp.Diff(want, contactIDs(page.Rows)); diff != "" || page.AsOf.IsZero() {
		t.Errorf("as of %s (-direct +SDK):\n%s", page.AsOf, diff)
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
