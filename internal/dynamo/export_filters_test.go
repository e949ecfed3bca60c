package dynamo

import (
	"fmt"
	"math/rand/v2"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/csv"
	"github.com/kithhq/kith/internal/export"
	"github.com/kithhq/kith/internal/export/dataset"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/organization"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/user"
	"github.com/kithhq/kith/internal/voter"
)

// filteredFixture is a campaign whose contacts and mobilizers differ in everything that filters select by.
type filteredFixture struct {
	*campaignFixture
	scope *dataset.Scope
	now   time.Time
}

func newFilteredFixture(t *testing.T) *filteredFixture {
	t.Helper()
	c := newCampaignFixture(t, 25, 0)
	of := &campaign.Campaign{ID: c.campaign, TimeZone: "America/New_York"}
	for _, code := range []campaign.Code{"00", "01", "02"} {
		of.Question.Responses = append(of.Question.Responses, campaign.Response{ID: id.At(startedAt), Code: code, Text: string(code)})
	}
	items := []*action.Item{
		{ID: action.ID(id.At(startedAt)), Code: "00", Type: action.Task},
		{ID: action.ID(id.At(startedAt)), Code: "01", Type: action.MultipleChoice, Options: []action.Option{{ID: id.At(startedAt), Code: "00"}, {ID: id.At(startedAt), Code: "01"}}},
	}
	random, at := rand.New(rand.NewPCG(3, 4)), startedAt
	pick := func(values ...string) string { return values[random.IntN(len(values))] }
	c.writes = nil
	for n := range 110 {
		at = at.Add(time.Duration(random.IntN(3)) * time.Hour)
		row := &contact.Contact{
			ID: contact.ID(id.At(at)), Mobilizer: c.mobilizers[random.IntN(len(c.mobilizers))].ID, Campaign: c.campaign, AddedAt: at, AddedDay: "2026-10-24",
			LastActivityAt: at.Add(time.Duration(random.IntN(20)) * 24 * time.Hour), Version: 1, KeyQuestionCode: campaign.Code(pick("", "00", "01")),
			Details:     contact.Details{FirstName: pick("Ann", "José", ""), LastName: pick("O’Brien", "Lee"), City: pick("", "San José", "Boston"), Zip: pick("", "02139", "02138")},
			Match:       voter.Match{Status: voter.Statuses[random.IntN(6)], Voter: voter.Voter{CanonicalID: fmt.Sprint("MA", n/2)}},
			Touchpoints: random.IntN(3), NoteCount: random.IntN(2), VotePlan: pick("", "By bus"),
			ActionResponses: map[action.Code]contact.ActionResponseSummary{},
		}
		if choice := pick("", "+", "-"); choice != "" {
			row.ActionResponses["00"] = contact.ActionResponseSummary{ID: contact.ActionResponseID(id.At(at)), Choice: action.Code(choice)}
		}
		if choice := pick("", "00", "01"); choice != "" {
			row.ActionResponses["01"] = contact.ActionResponseSummary{ID: contact.ActionResponseID(id.At(at)), Choice: action.Code(choice)}
		}
		c.addContact(t, row)
	}
	for n, m := range c.mobilizers {
		m.Profile.State, m.Consent, m.Email, m.Profile.Phone = pick("", "MA", "ME"), n%2 == 0, fmt.Sprintf("m%d@example.org", n), "+12075550142"
		if n%5 == 0 {
			m.LeftAt = at
		}
		m.Version++
		c.add(t, newMembershipItem(m))
	}
	if err := c.db.BatchWrite(t.Context(), c.tables.Records, c.writes); err != nil {
		t.Fatal(err)
	}
	c.writeLists(t)
	return &filteredFixture{c, &dataset.Scope{Organization: &organization.Organization{}, Campaign: of, Items: items}, at.Add(24 * time.Hour)}
}

// exported returns the ids of the rows of an export with a filter, which are the last cells of some column.
func (f *filteredFixture) exported(t *rapid.T, of export.Type, filter string) []string {
	e, err := export.New(export.Request{Type: of, Filter: filter}, f.scope.Campaign, f.scope.Items, &user.User{}, f.now)
	if err != nil {
		t.Fatal(err)
	}
	scope := *f.scope
	if err := e.SetFilter(&scope); err != nil {
		t.Fatal(err)
	}
	d, _ := dataset.Find(dataset.Name(of))
	var ids []string
	err = d.EachLine(t.Context(), f, &scope, dataset.Options{Dialect: csv.Data, Profile: dataset.Standard}, "", func(line []byte, position string) error {
		if len(line) > 0 {
			if !strings.Contains(string(line), position) {
				t.Fatalf("the row of %s is %s", position, line)
			}
			ids = append(ids, position)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return ids
}

// drawFilter returns a filter with some of the parameters, each with one of its values.
func drawFilter(t *rapid.T, parameters map[string][]string) string {
	values := url.Values{}
	for _, name := range rapid.SliceOfNDistinct(rapid.SampledFrom(sortedKeys(parameters)), 0, 3, rapid.ID[string]).Draw(t, "parameters") {
		values.Set(name, rapid.SampledFrom(parameters[name]).Draw(t, name))
	}
	return values.Encode()
}

func sortedKeys(m map[string][]string) []string {
	var names []string
	for name := range m {
		names = append(names, name)
	}
	slices.Sort(names)
	return names
}

// An export with a filter has the rows of the list with that filter, in order of creation.
func TestExport_AnyContactFilter_EqualsTheList(t *testing.T) {
	t.Parallel()
	f := newFilteredFixture(t)
	question, items := f.scope.Campaign.Question, f.scope.Items
	parameters := map[string][]string{
		"match_status": {"CONFIRMED", "PENDING,NO_MATCHES"}, "search": {"obrien", "jose 0213", "lee"}, "added_from": {"2026-10-26"}, "added_to": {"2026-10-27"},
		"active_from": {"2026-10-28"}, "active_to": {"2026-11-10"}, "silent_days": {"3", "14"}, "touchpoints_min": {"1", "2"}, "touchpoints_max": {"0", "1"},
		"city": {"san jose", "Boston"}, "zip": {"02139"}, "has_vote_plan": {"true", "false"}, "has_notes": {"true", "false"},
		"mobilizer_id": {string(f.mobilizers[0].ID), id.At(startedAt)}, "response_id": {"none", question.Responses[0].ID, "none," + question.Responses[1].ID, id.At(startedAt)},
		"action_response": {string(items[0].ID) + ":done", string(items[0].ID) + ":not_answered," + string(items[1].ID) + ":answered", string(items[1].ID) + ":" + items[1].Options[0].ID},
	}
	rapid.Check(t, func(t *rapid.T) {
		filter := drawFilter(t, parameters)
		parsed, err := peoplelist.ParseContactFilter(filter, f.scope.Campaign, items, f.now)
		if err != nil {
			t.Fatal(err)
		}
		f.lists.contacts = nil
		want := f.allContacts(t, ContactQuery{Filter: *parsed, Order: peoplelist.ContactsByTouchpoints, PageQuery: PageQuery{Limit: 100}}, -1, func() {})
		slices.Sort(want)
		if diff := gocmp.Diff(want, f.exported(t, "contacts", filter)); diff != "" {
			t.Fatalf("%s (-list +export):\n%s", filter, diff)
		}
	})
}

func TestExport_AnyMobilizerFilter_EqualsTheList(t *testing.T) {
	t.Parallel()
	f := newFilteredFixture(t)
	parameters := map[string][]string{
		"match_status": {"CONFIRMED", "PENDING,NO_MATCHES"}, "search": {"lee", "example.org", "2075550142"}, "joined_from": {"2026-10-23", "2026-10-24"},
		"joined_to": {"2026-10-24"}, "active_from": {"2026-10-24", "2026-10-25"}, "active_to": {"2026-10-25"}, "silent_days": {"1", "14"}, "left": {"true", "false"},
		"has_contacts": {"true", "false"}, "consent": {"true", "false"}, "state": {"MA"},
	}
	rapid.Check(t, func(t *rapid.T) {
		filter := drawFilter(t, parameters)
		parsed, err := peoplelist.ParseMobilizerFilter(filter, f.scope.Campaign, f.now)
		if err != nil {
			t.Fatal(err)
		}
		page, _, err := f.MobilizersPage(t.Context(), f.campaign, MobilizerQuery{Filter: *parsed, Order: peoplelist.MobilizersByName, PageQuery: PageQuery{Limit: 100}})
		if err != nil {
			t.Fatal(err)
		}
		var want []string
		for _, m := range page.Rows {
			want = append(want, string(m.ID))
		}
		slices.Sort(want)
		if diff := gocmp.Diff(want, f.exported(t, "mobilizers", filter)); diff != "" {
			t.Fatalf("%s (-list +export):\n%s", filter, diff)
		}
	})
}
