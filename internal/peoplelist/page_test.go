package peoplelist_test

import (
	"cmp"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
	"github.com/kithhq/kith/internal/id"
	"github.com/kithhq/kith/internal/mobilizer"
	"github.com/kithhq/kith/internal/peoplelist"
	"github.com/kithhq/kith/internal/voter"
)

// allPages returns the rows of all pages of a list, and fails if the last page is empty or a total differs.
func allPages[R any](t *rapid.T, rows []R, matches func(*R) bool, positionOf func(*R) peoplelist.Position, descending bool, total int) []*R {
	limit := rapid.IntRange(1, 7).Draw(t, "limit")
	var all []*R
	var after *peoplelist.Position
	for {
		page := peoplelist.Select([][]R{rows[:len(rows)/3], rows[len(rows)/3:]}, matches, positionOf, descending, after, limit, nil)
		if page.Total != total {
			t.Fatalf("the total is %d, want %d", page.Total, total)
		}
		all = append(all, page.Rows...)
		if len(page.Rows) < limit {
			return all
		}
		last := positionOf(page.Rows[len(page.Rows)-1])
		after = &last
	}
}

func optional[T any](t *rapid.T, g *rapid.Generator[T], label string) *T {
	if rapid.Bool().Draw(t, label+" is set") {
		return new(g.Draw(t, label))
	}
	return nil
}

func drawPeriod(t *rapid.T, label string) peoplelist.Period {
	p := peoplelist.Period{}
	if rapid.Bool().Draw(t, label+" from") {
		p.From = drawTime(t, label)
	}
	if rapid.Bool().Draw(t, label+" before") {
		p.Before = drawTime(t, label)
	}
	return p
}

func inPeriod(p peoplelist.Period, at time.Time) bool {
	return (p.From.IsZero() || !at.Before(p.From)) && (p.Before.IsZero() || at.Before(p.Before))
}

// The reference works on the contacts themselves, condition by condition.
func TestSelect_AnyContactQuery_EqualsNaiveFilterAndSort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		of := []mobilizer.ID{mobilizer.ID(id.At(start)), mobilizer.ID(id.At(start))}
		var contacts []*contact.Contact
		for range rapid.IntRange(0, 30).Draw(t, "contacts") {
			contacts = append(contacts, drawContact(t, of))
		}
		f := peoplelist.ContactFilter{
			Statuses:  rapid.SliceOfN(rapid.SampledFrom(voter.Statuses), 0, 2).Draw(t, "statuses"),
			Responses: rapid.SliceOfN(rapid.SampledFrom([]campaign.Code{"", "00"}), 0, 2).Draw(t, "responses"),
			Added:     drawPeriod(t, "added"), Active: drawPeriod(t, "active"),
			MinTouchpoints: rapid.IntRange(0, 1).Draw(t, "min"), MaxTouchpoints: optional(t, rapid.IntRange(0, 2), "max"),
			VotePlan: optional(t, rapid.Bool(), "plan"), Notes: optional(t, rapid.Bool(), "notes"),
			Search: peoplelist.SearchWords(rapid.SampledFrom([]string{"", "", "ana", "brien", "OBRIEN ana", "nguyen", "139", "san jose", "jones smith"}).Draw(t, "search")),
		}
		if rapid.Bool().Draw(t, "by mobilizer") {
			f.Mobilizer = of[0]
		}
		if rapid.Bool().Draw(t, "by action") {
			f.Actions = []peoplelist.ActionFilter{{
				Item: "00", Answered: rapid.Bool().Draw(t, "answered"), None: rapid.Bool().Draw(t, "none"), Choices: []action.Code{"+"},
			}}
		}
		order := rapid.SampledFrom([]peoplelist.ContactOrder{"added", "name", "last_activity", "touchpoints"}).Draw(t, "order")
		descending := rapid.Bool().Draw(t, "descending")

		want := slices.DeleteFunc(slices.Clone(contacts), func(c *contact.Contact) bool { return !naiveMatch(&f, c) })
		slices.SortFunc(want, func(a, b *contact.Contact) int {
			if descending {
				a, b = b, a
			}
			return naiveOrder(order, a, b)
		})
		rows := make([]peoplelist.Contact, len(contacts))
		for i, c := range contacts {
			rows[i] = peoplelist.NewContact(c)
		}
		got := allPages(t, rows, f.Matcher(), order.PositionOf(), descending, len(want))
		if len(got) != len(want) {
			t.Fatalf("%d rows, want %d", len(got), len(want))
		}
		for i := range want {
			if got[i].ID.String() != string(want[i].ID) {
				t.Fatalf("row %d is %v, want %+v", i, got[i], want[i])
			}
			if f.IsZero() && !f.Matches(want[i]) {
				t.Fatalf("%+v does not match no filter", want[i])
			}
		}
	})
}

func naiveMatch(f *peoplelist.ContactFilter, c *contact.Contact) bool {
	if len(f.Statuses) > 0 && !slices.Contains(f.Statuses, c.Match.State()) ||
		len(f.Responses) > 0 && !slices.Contains(f.Responses, c.KeyQuestionCode) ||
		f.Mobilizer != "" && c.Mobilizer != f.Mobilizer ||
		!inPeriod(f.Added, id.Time(string(c.ID))) || !inPeriod(f.Active, c.LastActivityAt) ||
		c.Touchpoints < f.MinTouchpoints || f.MaxTouchpoints != nil && c.Touchpoints > *f.MaxTouchpoints ||
		f.VotePlan != nil && (c.VotePlan != "") != *f.VotePlan || f.Notes != nil && (c.NoteCount > 0) != *f.Notes {
		return false
	}
	for _, a := range f.Actions {
		response, answered := c.ActionResponses[a.Item]
		if answered && !a.Answered && !slices.Contains(a.Choices, response.Choice) || !answered && !a.None {
			return false
		}
	}
	for _, word := range f.Search {
		text := strings.Join([]string{c.Details.LastName, c.Details.FirstName, c.Details.PreferredName}, " - ")
		if !strings.Contains(peoplelist.Fold(text), word) && !strings.Contains(peoplelist.Fold(c.Details.City), word) && !strings.Contains(c.Details.Zip, word) {
			return false
		}
	}
	return true
}

func naiveOrder(order peoplelist.ContactOrder, a, b *contact.Contact) int {
	byValue := 0
	switch order {
	case peoplelist.ContactsByName:
		name := func(c *contact.Contact) string {
			return peoplelist.Fold(c.Details.LastName + " " + c.Details.FirstName)
		}
		byValue = strings.Compare(name(a), name(b))
	case peoplelist.ContactsByLastActivity:
		byValue = a.LastActivityAt.Compare(b.LastActivityAt)
	case peoplelist.ContactsByTouchpoints:
		byValue = cmp.Compare(a.Touchpoints, b.Touchpoints)
	}
	return cmp.Or(byValue, cmp.Compare(a.ID, b.ID))
}

func TestSelect_AnyMobilizerQuery_EqualsNaiveFilterAndSort(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		f := peoplelist.MobilizerFilter{
			Statuses: rapid.SliceOfN(rapid.SampledFrom(voter.Statuses), 0, 3).Draw(t, "statuses"), Left: optional(t, rapid.Bool(), "left"),
			Joined: drawPeriod(t, "joined"), Active: drawPeriod(t, "active"), HasContacts: optional(t, rapid.Bool(), "contacts"),
			Consent: optional(t, rapid.Bool(), "consent"), State: rapid.SampledFrom([]string{"", "MA"}).Draw(t, "state"),
			Search: peoplelist.SearchWords(rapid.SampledFrom([]string{"", "", "ana", "ANA@example.org", "617-555", "obrien"}).Draw(t, "search")),
		}
		var rows, want []peoplelist.Mobilizer
		for range rapid.IntRange(0, 30).Draw(t, "mobilizers") {
			m, n := drawMobilizer(t)
			row := peoplelist.NewMobilizer(m, n)
			rows = append(rows, row)
			if naiveMobilizerMatch(&f, m, n) {
				want = append(want, row)
			}
		}
		order := rapid.SampledFrom([]peoplelist.MobilizerOrder{
			"added", "name", "last_activity", "total_contacts", "matched", "with_touchpoints", "with_key_question_response",
		}).Draw(t, "order")
		descending := rapid.Bool().Draw(t, "descending")
		slices.SortFunc(want, func(a, b peoplelist.Mobilizer) int {
			if descending {
				a, b = b, a
			}
			percent := func(n, of int) float64 {
				if of == 0 {
					return -1
				}
				return float64(n) / float64(of)
			}
			byValue := map[peoplelist.MobilizerOrder]int{
				"name": strings.Compare(a.Name, b.Name), "last_activity": cmp.Compare(a.LastActivity, b.LastActivity),
				"total_contacts": cmp.Compare(a.Contacts, b.Contacts), "matched": cmp.Compare(percent(a.Matched, a.Contacts), percent(b.Matched, b.Contacts)),
				"with_touchpoints":           cmp.Compare(percent(a.WithTouchpoints, a.Contacts), percent(b.WithTouchpoints, b.Contacts)),
				"with_key_question_response": cmp.Compare(percent(a.Answered, a.Contacts), percent(b.Answered, b.Contacts)),
			}
			return cmp.Or(byValue[order], strings.Compare(a.ID.String(), b.ID.String()))
		})
		got := allPages(t, rows, f.Matcher(), order.PositionOf(), descending, len(want))
		for i := range want {
			if i >= len(got) || *got[i] != want[i] {
				t.Fatalf("row %d of %d differs from %+v", i, len(got), want[i])
			}
		}
	})
}

func naiveMobilizerMatch(f *peoplelist.MobilizerFilter, m *mobilizer.Mobilizer, n peoplelist.Counts) bool {
	active := time.UnixMilli(n.LastActivity)
	if len(f.Statuses) > 0 && !slices.Contains(f.Statuses, m.Match.State()) || f.Left != nil && m.LeftAt.IsZero() == *f.Left ||
		!inPeriod(f.Joined, m.JoinedAt) || !inPeriod(f.Active, active) || f.HasContacts != nil && (n.Contacts > 0) != *f.HasContacts ||
		f.Consent != nil && m.Consent != *f.Consent || f.State != "" && f.State != m.Profile.State {
		return false
	}
	for _, word := range f.Search {
		reach := ""
		if m.Consent {
			reach = peoplelist.Fold(m.Email) + " " + m.Profile.Phone
		}
		if !strings.Contains(peoplelist.Fold(m.Profile.LastName+" "+m.Profile.FirstName), word) && !strings.Contains(reach, word) {
			return false
		}
	}
	return true
}

func TestFold_Writings_Equal(t *testing.T) {
	t.Parallel()
	for want, writings := range map[string][]string{
		"obrien":      {"O'Brien", "O’BRIEN", "oʼbrien", "OBrien", "O`Brien"},
		"smith jones": {"Smith-Jones", " smith  jones ", "Smith, Jones"},
		"nguyen":      {"Nguyễn", "NGUYEN"},
		"":            {"", " ", "'", "…", "--"},
	} {
		for _, s := range writings {
			if got := peoplelist.Fold(s); got != want {
				t.Errorf("%q folds to %q, want %q", s, got, want)
			}
		}
	}
}
