package metrics

import (
	"slices"
	"time"

	"github.com/kithhq/kith/internal/action"
	"github.com/kithhq/kith/internal/campaign"
	"github.com/kithhq/kith/internal/contact"
)

// CampaignCounters are a campaign's counters as they stand, and what the audit last said of them.
type CampaignCounters struct {
	Core    Cells
	Actions map[action.Code]Cells
	Days    map[campaign.Day]Cells
	AsOf    time.Time // when a counter last moved; zero before the first time
	Recount *Recount  // nil before the first one
}

// Recount is what the last audit of a campaign found.
type Recount struct {
	At             time.Time // when it was made
	Drift          int       // counters that differed from their rows in two passes with nothing in between
	Repaired       int       // of these, how many corrections went out
	Pending        int       // counters that could not be compared, because the campaign was not quiet
	VerifiedAt     time.Time // when every counter was last seen to be right; zero if never
	OrphansRemoved int       // rows removed because what they hung on is gone
	Unreadable     int       // rows that can't be decoded, and are counted by nobody
	RequestedAt    time.Time // when a recount was asked for after a record was put aside; zero when none is due
	RequestReason  string
}

// Analytics are the numbers of a campaign's Analytics page.
type Analytics struct {
	Mobilizers              int
	Contacts                int
	AverageContacts         Share // contacts of mobilizers: read it by Average
	MatchedContacts         Share // of contacts
	ContactsWithTouchpoints Share // of contacts
	Touchpoints             int
	Answered                Share        // contacts with a Key Question response, of contacts
	Ladder                  []LadderStep // in the campaign's order; retired responses while contacts hold them
	Items                   []ActionItemStats
	Archived                []ActionItemStats
	Days                    []DayStats // without gaps
	AsOf                    time.Time  // when a counter last moved; zero before the first time
	Recount                 *Recount   // nil before the first one
}

// LadderStep is one Key Question response of the ladder.
type LadderStep struct {
	Response campaign.Response
	Contacts Share // of the contacts with a response
}

// ActionItemStats are the numbers of one action item.
type ActionItemStats struct {
	Item        *action.Item
	Eligible    int           // contacts whose current Key Question response is in the target
	Responded   Share         // among the eligible
	Completed   Share         // tasks: of the responded
	Options     []OptionStats // multiple choice: in the item's order
	NotEligible int           // answered, no longer eligible
}

// OptionStats are the eligible contacts that hold one option.
type OptionStats struct {
	Option   action.Option
	Contacts Share // of the responded
}

// DayStats are what happened on one day in the campaign's time zone.
type DayStats struct {
	Day         campaign.Day
	Contacts    int // added
	Touchpoints int
}

// Analytics computes the page from the counters. Days go on to today, or to the day the campaign was closed.
// Everything that depends on the content (targets, order, wording) is as the content is now.
func (n *CampaignCounters) Analytics(c *campaign.Campaign, items []*action.Item, today campaign.Day) *Analytics {
	counts := n.Core.Counts()
	mobilizers := n.Core[Mobilizers]
	a := &Analytics{
		Mobilizers: mobilizers, Contacts: counts.Contacts,
		AverageContacts:         Share{counts.Contacts, mobilizers},
		MatchedContacts:         Share{counts.MatchedContacts, counts.Contacts},
		ContactsWithTouchpoints: Share{counts.ContactsWithTouchpoints, counts.Contacts},
		Touchpoints:             counts.Touchpoints,
		Answered:                Share{counts.ContactsAnswered, counts.Contacts},
		Days:                    n.days(c, today),
		AsOf:                    n.AsOf,
		Recount:                 n.Recount,
	}
	for _, r := range c.Question.Responses {
		if held := counts.Of(r.Code); !r.Retired || held > 0 {
			a.Ladder = append(a.Ladder, LadderStep{r, Share{held, counts.ContactsAnswered}})
		}
	}
	ordered := slices.Clone(items)
	slices.SortStableFunc(ordered, func(x, y *action.Item) int { return x.Position - y.Position })
	for _, item := range ordered {
		numbers := n.item(item, counts)
		if item.Archived() {
			a.Archived = append(a.Archived, numbers)
			continue
		}
		a.Items = append(a.Items, numbers)
	}
	return a
}

// item computes the numbers of one action item: contacts are counted by choice and by current response, so that editing
// the target moves both sides at once.
func (n *CampaignCounters) item(item *action.Item, counts Counts) ActionItemStats {
	numbers := ActionItemStats{Item: item, Eligible: eligible(item.Target, counts)}
	byChoice := map[action.Code]int{}
	for cell, held := range n.Actions[item.Code] {
		choice, current, ok := splitActionCell(cell)
		if !ok {
			continue
		}
		if !item.Target.Includes(current) {
			numbers.NotEligible += held
			continue
		}
		byChoice[choice] += held
		numbers.Responded.Count += held
	}
	numbers.Responded.Of = numbers.Eligible
	if item.Type == action.Task {
		numbers.Completed = Share{byChoice[contact.ChoiceCompleted], numbers.Responded.Count}
	}
	if item.Type == action.MultipleChoice {
		for _, o := range item.Options {
			if held := byChoice[o.Code]; !o.Retired || held > 0 {
				numbers.Options = append(numbers.Options, OptionStats{o, Share{held, numbers.Responded.Count}})
			}
		}
	}
	return numbers
}

// eligible is how many contacts are in a target.
func eligible(t action.Target, counts Counts) int {
	if t.Everyone {
		return counts.Contacts
	}
	sum := 0
	if t.NoResponse {
		sum = counts.ContactsUnanswered()
	}
	for i, code := range t.Responses {
		if !slices.Contains(t.Responses[:i], code) {
			sum += counts.Of(code)
		}
	}
	return sum
}

// splitActionCell takes the name of a cell of an Action item apart: the choice, and the current Key Question response
// ("" for none). It reports false for a cell of another kind.
func splitActionCell(cell Cell) (action.Code, campaign.Code, bool) {
	s := string(cell)
	if cell == Corrections || len(s) < 3 {
		return "", "", false
	}
	choice, current := s[:len(s)-2], campaign.Code(s[len(s)-2:])
	if current == noResponse {
		current = ""
	}
	return action.Code(choice), current, true
}

// days lists the days without gaps: from publication, or the first day with a number, to today; a closed campaign's end
// with its closing, or with its last number.
func (n *CampaignCounters) days(c *campaign.Campaign, today campaign.Day) []DayStats {
	first, last := campaign.Day(""), today
	if !c.ClosedAt.IsZero() {
		last = min(last, c.Moment(c.ClosedAt).Day)
	}
	if !c.PublishedAt.IsZero() {
		first = c.Moment(c.PublishedAt).Day
	}
	for day, cells := range n.Days {
		if cells[Contacts] == 0 && cells[Touchpoints] == 0 {
			continue
		}
		if first == "" || day < first {
			first = day
		}
		last = max(last, day)
	}
	if first == "" {
		return nil
	}
	var days []DayStats
	for day := first; day != "" && day <= last; day = nextDay(day) {
		cells := n.Days[day]
		days = append(days, DayStats{day, cells[Contacts], cells[Touchpoints]})
	}
	return days
}

// nextDay returns the calendar day after one, "" for something that is no day.
func nextDay(day campaign.Day) campaign.Day {
	t, err := time.Parse(time.DateOnly, string(day))
	if err != nil {
		return ""
	}
	return campaign.Day(t.AddDate(0, 0, 1).Format(time.DateOnly))
}
